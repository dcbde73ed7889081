"""Blocks, figures, tables, and the exporters that render them."""
