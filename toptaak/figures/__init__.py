"""Drawing: numbers and an `ax` in, the `ax` out; nothing is computed here."""
