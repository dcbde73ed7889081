"""What every other room may know: errors, periods, municipalities, the result frame, words."""
