"""`toptaak klantinteracties` and `toptaak zaken`: contact moments and cases from the VNG APIs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toptaak.cli.run_language import say
from toptaak.cli.screen import echo
from toptaak.core.errors import ToptaakError

if TYPE_CHECKING:
    from toptaak.intake.services.vng_records import Records

TIES = "mappings/task_ties.csv"  # below the data folder


def _options(command: Callable[..., None]) -> Callable[..., None]:
    day = click.DateTime(["%Y-%m-%d"])
    options = (
        click.argument("url"),
        click.option("--municipality", "-m", required=True, help="Code of the municipality, GM0363."),
        click.option("--from", "first", type=day, required=True, help="First day, 2026-07-01."),
        click.option("--until", "last", type=day, required=True, help="Last day, 2026-09-30."),
        click.option(
            "--data", type=click.Path(file_okay=False, path_type=Path), default=Path("data/raw"), show_default=True
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command("klantinteracties")
@_options
def klantinteracties(url: str, municipality: str, first: dt.datetime, last: dt.datetime, data: Path) -> None:
    """Read contact moments from the API klantinteracties (Open Klant); token in TOPTAAK_KLANTINTERACTIES_TOKEN."""
    from toptaak.intake.services.vng_records import CONTACTS

    _fetch(CONTACTS, url, municipality, (first.date(), last.date()), data)


@click.command("zaken")
@_options
def zaken(url: str, municipality: str, first: dt.datetime, last: dt.datetime, data: Path) -> None:
    """Read cases from the API zaken (Open Zaak); token in TOPTAAK_ZAKEN_TOKEN, or TOPTAAK_ZAKEN_CLIENT and _SECRET."""
    from toptaak.intake.services.vng_records import CASES

    _fetch(CASES, url, municipality, (first.date(), last.date()), data)


def _fetch(records: Records, url: str, municipality: str, days: tuple[dt.date, dt.date], data: Path) -> None:
    from toptaak.intake.services.harvest import forget, harvest, write_rows
    from toptaak.intake.services.vng_records import service_of
    from toptaak.surveys.topic_ties import tie_topics

    if days[0] > days[1]:
        raise ToptaakError(say("The first day lies after the last."))
    service = service_of(records, url)
    rows = harvest(records, service, data, *days)
    tied = tie_topics(rows, records.kind, data / TIES, data)
    stamp = "-".join(day.strftime("%Y%m%d") for day in days)
    target = data / f"{records.table}-{municipality}-{stamp}.csv"
    write_rows(records, rows, municipality, target)
    forget(records, service, data, *days)
    echo(
        say(
            "{path}: {n} row, {tied} of them tied to a task.",
            "{path}: {n} rows, {tied} of them tied to a task.",
            path=target,
            n=len(rows),
            tied=say.number(tied),
        )
    )
    echo(say("Confirm in {path}: write yes in the column confirmed, or another task in task_id.", path=data / TIES))
