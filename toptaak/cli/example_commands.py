"""`toptaak example`: data to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from toptaak.cli.options import (
    EXAMPLE,
    folder_type,
)
from toptaak.cli.run_language import say
from toptaak.cli.screen import echo

if TYPE_CHECKING:
    pass


@click.command()
@click.option("--municipalities", type=click.IntRange(1, 999), default=12, show_default=True)
@click.option("--quarters", type=click.IntRange(1, 40), default=8, show_default=True)
@click.option("--seed", type=int, default=2026, show_default=True)
@click.option("--out", type=folder_type, default=EXAMPLE, show_default=True, help="Folder to write to.")
def example(municipalities: int, quarters: int, seed: int, out: Path) -> None:
    """Write a synthetic data set of fictional municipalities."""
    write_example_folder(out, municipalities=municipalities, quarters=quarters, seed=seed)


def write_example_folder(out: Path, municipalities: int = 12, quarters: int = 8, seed: int = 2026) -> None:
    """Write the example and say where it stands."""
    from toptaak.example import write_example

    write_example(out, municipalities, quarters, seed)
    echo(say("Example data stand in {folder}.", folder=out))
