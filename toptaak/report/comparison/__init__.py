"""Municipalities side by side, fairly to their size and without a ranking."""
