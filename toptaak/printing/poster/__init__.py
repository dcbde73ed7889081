"""The poster: a canvas on one page for the wall, with the results of its KPIs filled in."""
