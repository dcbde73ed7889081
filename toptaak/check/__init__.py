"""A look at a data folder before anything is made from it: `toptaak check` and proposals."""
