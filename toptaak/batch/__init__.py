"""Plan, run and publish reports."""
