"""`toptaak lab`: the notebooks, open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from toptaak.cli.options import (
    folder_type,
    language_option,
)
from toptaak.cli.run_language import say
from toptaak.cli.screen import echo

if TYPE_CHECKING:
    pass


WORKSPACE = Path("werkplek")


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--workspace", type=folder_type, default=WORKSPACE, show_default=True, help="Folder to work in.")
@language_option
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(workspace: Path, language: str, options: tuple[str, ...]) -> None:
    """Open the notebooks in JupyterLab, in a folder of their own."""
    from toptaak.workbench.lab import make_workspace, start_lab

    echo(say("Begin with: {path}", path=make_workspace(workspace, Path.cwd(), language)))
    raise SystemExit(start_lab(workspace, options))
