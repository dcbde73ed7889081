"""`toptaak report`, `batch` and `index`: reports and their views."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toptaak.cli.example_commands import write_example_folder
from toptaak.cli.options import (
    EXAMPLE,
    VIEWS,
    data_folder,
    has_files,
    report_options,
    reports_option,
    view_options,
)
from toptaak.cli.run_language import say
from toptaak.cli.screen import echo
from toptaak.core.errors import ToptaakError

if TYPE_CHECKING:
    from toptaak.batch.plan import Request
    from toptaak.batch.run_outcomes import Outcome


@click.command()
@click.option("--municipality", "-m", required=True, help="Code of the municipality, GM0363.")
@view_options("report")
@report_options
def report(municipality: str, **options: Any) -> None:
    """Make the report of one municipality, or a view of it."""
    _make((municipality,), workers=1, **options)


@click.command()
@click.option("--municipality", "-m", multiple=True, help="Only this one; may be repeated. Default: all.")
@click.option("--workers", type=click.IntRange(min=1), help="Reports at a time. Default: one per core.")
@click.option("--scheduler", metavar="ADDRESS", help="Let the workers of this Dask scheduler make them.")
@click.option("--example", is_flag=True, help="Use the example data, made first where they are absent.")
@view_options(*VIEWS)
@report_options
def batch(municipality: tuple[str, ...], example: bool, **options: Any) -> None:
    """Make the reports of all municipalities, with their views and posters."""
    if example:
        options["data"] = options["data"] or EXAMPLE
        if not has_files(options["data"]):
            write_example_folder(options["data"])
    _make(municipality, **options)


@click.command()
@reports_option
def index(reports: Path) -> None:
    """Write the page that lists all published reports."""
    from toptaak.batch.run import refresh_index

    echo(refresh_index(reports))


def _make(
    municipalities: tuple[str, ...],
    data: Path | None,
    reports: Path,
    notebook: Path | None,
    quarter: str | None,
    language: str,
    again: bool,
    time_limit: float,
    workers: int | None,
    views: tuple[str, ...],
    task: str,
    theme: Path | None,
    scheduler: str | None = None,
) -> None:
    from toptaak.batch.plan import Request

    if views == ("poster",):
        raise ToptaakError(say("--view poster goes with another view; one poster by itself: toptaak canvas."))
    if task and "team" not in views:
        raise ToptaakError(say("--task goes with --view team: it chooses the team of one task."))
    data = data_folder(data)
    echo(say("Data: {folder}", folder=data))
    request = Request(data, reports, notebook or _notebook_of("quarterly"), language, municipalities, quarter, again)
    # a notebook of one's own makes the report; the views have theirs
    request = replace(request, full="report" in views, views=_view_notebooks(views if not notebook else ()), task=task)
    request = replace(request, theme=str(theme.resolve()) if theme else "")
    since = time.perf_counter()
    outcomes = _run(request, workers, time_limit, scheduler)
    refused = _posters(request, outcomes) if "poster" in views else []
    _tell(outcomes, reports, time.perf_counter() - since, refused)


def _run(request: Request, workers: int | None, time_limit: float, scheduler: str | None) -> list[Outcome]:
    from toptaak.batch.run import make_reports
    from toptaak.intake.store import refresh

    return make_reports(request, refresh, workers, time_limit, scheduler)


def _posters(request: Request, outcomes: list[Outcome]) -> list[ToptaakError]:
    """Make the posters of the canvases of all municipalities that have a report; give why some could not be made."""
    from toptaak.batch.poster import publish_canvases
    from toptaak.intake.store import refresh

    codes = sorted({outcome.parameters.municipality for outcome in outcomes})
    return [*publish_canvases(request, codes, outcomes[0].parameters.quarter, refresh)]


def _tell(outcomes: list[Outcome], reports: Path, seconds: float, refused: list[ToptaakError]) -> None:
    from toptaak.batch.run_outcomes import exit_code
    from toptaak.batch.run_summary import counts, failures

    if failed := failures(outcomes, say.language):
        echo(failed + "\n", err=True)
    for refusal in refused:
        echo(f"{refusal}\n", err=True)
    echo(counts(outcomes, say.language))
    echo(say("Overview: {path} ({time})", path=reports / "index.html", time=say.duration(seconds)))
    click.get_current_context().exit(exit_code(outcomes) or int(bool(refused)))


def _view_notebooks(views: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple((view, _notebook_of(view)) for view in views if view not in {"report", "poster"})


def _notebook_of(publication: str) -> Path:
    from toptaak.report.publications import PUBLICATIONS, notebook_file

    return notebook_file(PUBLICATIONS[publication])
