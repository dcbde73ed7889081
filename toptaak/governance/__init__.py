"""Canvas, goals, wishes, signals, feedback and teams."""
