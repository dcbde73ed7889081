"""Read, check and store what municipalities deliver."""
