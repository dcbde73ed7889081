"""Customer-experience measures: a checked table in, a result frame out."""
