"""`toptaak longlist`: from lists of pages and topics to a short list of tasks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from toptaak.cli.options import (
    file_type,
    new_file_type,
)
from toptaak.cli.run_language import say
from toptaak.cli.screen import echo
from toptaak.core.errors import ToptaakError

if TYPE_CHECKING:
    pass


@click.group()
def longlist() -> None:
    """Make a long list of tasks and check the short list."""


@longlist.command("new")
@click.argument("out", type=new_file_type)
@click.option("--web", type=file_type, multiple=True, help="List of web pages; this and the others may be repeated.")
@click.option("--search", type=file_type, multiple=True, help="List of search terms.")
@click.option("--phone", type=file_type, multiple=True, help="List of topics of phone calls.")
@click.option("--desk", type=file_type, multiple=True, help="List of the desk.")
@click.option("--upl", type=file_type, multiple=True, help="Product list UPL.")
def new_longlist(out: Path, **sources: tuple[Path, ...]) -> None:
    """Merge lists of candidate tasks into a workbook in which people decide."""
    from toptaak.core.faults import describe_faults
    from toptaak.surveys.longlist import count
    from toptaak.surveys.longlist_sheet import write_longlist

    if not any(sources.values()):
        raise ToptaakError(say("Name at least one list, for instance --web pages.csv."))
    made, faults = write_longlist(out, sources, say.language)
    if faults:
        echo(describe_faults(faults, say.language) + "\n")
    text = say(
        "{path}: {n} task, {doubles} looks like an earlier one.",
        "{path}: {n} tasks, {doubles} of them look like an earlier one.",
        path=out,
        **count(made),
    )
    echo(text)


@longlist.command("check")
@click.argument("path", type=file_type)
@click.option("--tasks", type=new_file_type, help="Write the short list to this file, as the table tasks (tasks.csv).")
@click.option("--version", default="1", show_default=True, help="Name of this version of the task list.")
def check_longlist(path: Path, tasks: Path | None, version: str) -> None:
    """Check the decisions in a long list and the short list they give; exit 2 when it cannot be read."""
    from toptaak.core.faults import describe_faults
    from toptaak.surveys.longlist import short_list, write_tasks
    from toptaak.surveys.longlist_sheet import read_sheet
    from toptaak.surveys.shortlist import check_short_list, describe_flags

    decided, warnings = read_sheet(path)
    if warnings:
        echo(describe_faults(warnings, say.language) + "\n")
    short = short_list(decided)
    flags = check_short_list(short, say.language)
    echo(describe_flags(flags, say.language))
    echo(
        say(
            "Short list: {n} task. Remarks: {flags}.",
            "Short list: {n} tasks. Remarks: {flags}.",
            n=len(short),
            flags=len(flags),
        )
    )
    if tasks:
        write_tasks(short, version, tasks)
        echo(say("The tasks stand in {path}.", path=tasks))
