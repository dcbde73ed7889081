"""`toptaak channels`: lists of pages, search terms and topics become volumes of tasks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toptaak.cli.run_language import say
from toptaak.cli.screen import echo
from toptaak.core.errors import ToptaakError

if TYPE_CHECKING:
    from toptaak.core.periods import Quarter
    from toptaak.intake.platforms.web_statistics import WebList
    from toptaak.surveys.task_ties import Tied

TIES = "mappings/task_ties.csv"  # below the data folder
_CHANNEL = {"web": "web", "search": "web", "phone": "phone"}


@click.command("channels")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--municipality", "-m", required=True, help="Code of the municipality, GM0363.")
@click.option("--quarter", "-q", help="Quarter, 2026Q3. Default: the one in the file.")
@click.option("--channel", help="Channel of the lists: web, phone, desk, … Default: by the kind of list.")
@click.option("--kind", type=click.Choice([*_CHANNEL]), help="Which lists of a file with several. Default: pages.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=Path("data/raw"), show_default=True)
def channels(
    files: tuple[Path, ...],
    municipality: str,
    quarter: str | None,
    channel: str | None,
    kind: str | None,
    data: Path,
) -> None:
    """Tie pages, search terms and topics to tasks, and write the volumes as the table channel_lists.

    The first time a table is written in which you confirm which task each page belongs to. Run it again after that; the
    table is kept for the next quarter.
    """
    from toptaak.core.periods import Quarter
    from toptaak.intake.platforms.web_statistics import read_web_lists
    from toptaak.intake.store import check_path
    from toptaak.surveys.task_ties import propose_ties, read_ties, tie, together, write_ties, write_volumes

    lists = [web_list for path in files for web_list in _of_kind(read_web_lists(path), kind)]
    if not lists:
        names = ", ".join(path.name for path in files)
        raise ToptaakError(say("{names}: no column with pages, terms or topics beside one with numbers.", names=names))
    kinds = sorted({web_list.kind for web_list in lists})
    if len(kinds) > 1:
        raise ToptaakError(
            say("Give lists of one kind at a time, or volumes are added up twice: {kinds}.", kinds=", ".join(kinds))
        )
    tasks = check_path(data).tables.get("tasks")
    if tasks is None:
        raise ToptaakError(say("There is no task list in {folder}: put tasks.csv there first.", folder=data))
    when = Quarter.parse(quarter) if quarter else _quarter(lists)
    path, where = data / TIES, channel or _CHANNEL[kinds[0]]
    earlier = read_ties(path, tasks["task_id"]) if path.exists() else None
    ties = propose_ties(lists, tasks, earlier)
    write_ties(ties, path)
    tied = together([tie(web_list, ties) for web_list in lists])
    target = data / f"channel_lists-{municipality}-{when}-{where}.csv"
    write_volumes(tied, target, municipality, when, where)
    _tell(tied, sum(web_list.personal for web_list in lists))
    echo(say("Confirm in {path}: write yes in the column confirmed, or another task in task_id.", path=path))
    echo(say("Volumes of tasks stand in {path}.", path=target))


def _of_kind(lists: Sequence[WebList], kind: str | None) -> Sequence[WebList]:
    """Choose the lists of a file that count: its pages, as the visits after a search are among them."""
    kinds = {web_list.kind for web_list in lists}
    chosen = kind or ("web" if len(kinds) > 1 else next(iter(kinds), ""))
    for web_list in lists:
        if web_list.kind != chosen:
            echo(say("Not counted: {file}. Choose it with --kind {kind}.", file=web_list.file, kind=web_list.kind))
    return [web_list for web_list in lists if web_list.kind == chosen]


def _quarter(lists: Sequence[WebList]) -> Quarter:
    quarters = {web_list.quarter for web_list in lists}
    quarter = quarters.pop() if len(quarters) == 1 else None
    if quarter is None:
        raise ToptaakError(say("The period of these files is no one quarter: say which with --quarter 2026Q3."))
    return quarter


def _tell(ties_found: Tied, personal: int) -> None:
    """Account for the whole volume, and name the largest of what is tied to no task."""
    from toptaak.surveys.task_ties import largest

    whole = ties_found.volume or 1.0
    tied, waiting = float(ties_found.tasks["volume"].sum()), float(ties_found.waiting["volume"].sum())
    parts = {
        "tied": say.percent(tied / whole),
        "waiting": say.percent(waiting / whole),
        "untied": say.percent((whole - tied - waiting) / whole),
    }
    sums = "Volume {all} = {tied} tied to tasks + {waiting} waiting for you + {untied} tied to nothing."
    echo(say(sums, all=say.number(ties_found.volume), **parts))
    if personal:
        echo(say("Rows left out as they point at a person: {n}.", n=personal))
    if ties_found.rest:
        echo(say("Put together by the platform as (other): {n}.", n=say.number(ties_found.rest)))
    for title, rows in (
        ("Waiting for you, the largest:", ties_found.waiting),
        ("Tied to nothing, the largest:", ties_found.untied),
    ):
        if len(rows):
            echo(say(title))
        for label, volume in largest(rows):
            echo(f"  {say.number(volume)}  {label}")
