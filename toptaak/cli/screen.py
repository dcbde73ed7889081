"""The one place where text goes to the terminal: nothing that a user's file holds can steer it."""

from __future__ import annotations

import click

from toptaak.core.visible_signs import visible


def echo(text: object, err: bool = False) -> None:
    """Print a text; control and direction characters in it are shown as signs (`visible`)."""
    click.echo(visible(str(text)), err=err)
