"""Governing by top tasks as readers see it: goals, decisions, wishes, feedback, signals, teams, and three views."""
