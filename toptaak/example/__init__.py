"""Synthetic example data: fictional municipalities, with the truth beside them."""

from toptaak.example.make import write_example

__all__ = ["write_example"]
