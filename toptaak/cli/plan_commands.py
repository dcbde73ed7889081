"""`toptaak canvas`, `trials` and `signals`: steering through the quarter."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toptaak.cli.options import (
    data_folder,
    folder_type,
    language_option,
    new_file_type,
    reports_option,
    screen_language_option,
)
from toptaak.cli.run_language import say
from toptaak.cli.screen import echo

if TYPE_CHECKING:
    pass


@click.command()
@click.option("--municipality", "-m", required=True, help="Code of the municipality, GM0363.")
@click.option("--quarter", "-q", required=True, help="Quarter of the canvas, 2026Q3.")
@click.option("--team", default="", help="The canvas of this top-task team. Default: of the municipality.")
@click.option("--new", is_flag=True, help="Write a commented canvas to fill in.")
@click.option("--data", type=folder_type, help="Data folder. Default: data/raw, or else data/example.")
@language_option
@reports_option
def canvas(new: bool, data: Path | None, reports: Path, **asked: str) -> None:
    """Make the poster of a canvas, or a canvas to fill in."""
    from toptaak.batch.poster import CanvasRequest, publish_canvas, write_canvas
    from toptaak.intake.store import refresh

    request = CanvasRequest(data_folder(data), **asked)
    echo(write_canvas(request) if new else publish_canvas(request, reports, refresh))


@click.command()
@click.option("--municipality", "-m", required=True, help="Code of the municipality, GM0363.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), required=True, help="First day of the first trial.")
@click.option("--data", type=folder_type, help="Data folder. Default: data/raw, or else data/example.")
@language_option
def trials(municipality: str, start: dt.datetime, data: Path | None, language: str) -> None:
    """Write a commented register of trials to fill in."""
    from toptaak.batch.poster import write_trials

    echo(write_trials(data_folder(data), municipality, start.date(), language))


@click.command()
@click.option("--municipality", "-m", required=True, help="Code of the municipality, GM0363.")
@click.option("--week", "-w", help="ISO week, 2026W40. Default: the last whole week in the data.")
@click.option("--out", type=new_file_type, help="Write the signals to this web page as well.")
@click.option("--data", type=folder_type, help="Data folder. Default: data/raw, or else data/example.")
@screen_language_option
def signals(municipality: str, week: str | None, out: Path | None, data: Path | None, language: str) -> None:
    """List the signals of a week: what rises, and what was submitted."""
    from toptaak.intake.store import refresh
    from toptaak.report.governing.weekly import signals_of_week

    signals_then = signals_of_week(data_folder(data), municipality, week, refresh, language)
    echo(signals_then.text())
    if out:
        signals_then.write(out)
        echo("\n" + say("The signals stand in {path}.", path=out))
