"""Top-task surveys: ballots, rankings, lists."""
