"""All pages of a list, kept page by page, so that a reading that broke off goes on where it stopped."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from toptaak.core.errors import ToptaakError
from toptaak.core.wording import message
from toptaak.intake.services.paged import EndlessPagesError, Service, pages
from toptaak.intake.services.vng_records import Records, Row


def harvest(records: Records, service: Service, folder: Path, first: dt.date, last: dt.date) -> list[Row]:
    """Read the rows of a list between two days; each once.

    Parameters
    ----------
    folder
        Where pages wait in a hidden folder until `forget` is called; they hold rows, never records.

    Raises
    ------
    ToptaakError
        as `pages`, and where there is nothing between the days.
    """
    waiting = _waiting(records, service, folder, first, last)
    waiting.mkdir(parents=True, exist_ok=True)
    done = sorted(waiting.glob("page-*.json"))
    state: Mapping[str, Any] = json.loads(done[-1].read_text("utf-8")) if done else {"next": None, "last": False}
    try:
        if not state["last"]:
            _go_on(records, service, waiting, (first, last), len(done), state["next"])
    except EndlessPagesError:
        shutil.rmtree(waiting)  # nothing to go on with
        raise
    rows = {_key(row, spot): row for spot, row in enumerate(_rows(waiting))}
    if not rows:
        raise ToptaakError(message("The service holds nothing between {first} and {last}.", first=first, last=last))
    return list(rows.values())


def _go_on(
    records: Records, service: Service, waiting: Path, days: tuple[dt.date, dt.date], number: int, start: str | None
) -> None:
    query = records.query(*days)
    for page in pages(service, records.path, query, start):
        reduced = [row | {"_id": _mark(record)} for record in page.records if (row := records.reduce(record, *days))]
        content = {"rows": reduced, "next": page.next, "last": page.next is None}
        beside = waiting / ".page.tmp"
        beside.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        beside.replace(waiting / f"page-{number:06d}.json")
        number += 1


def _mark(record: Mapping[str, Any]) -> str:
    return str(record.get("uuid") or record.get("url") or "")


def _rows(waiting: Path) -> Iterator[Row]:
    for path in sorted(waiting.glob("page-*.json")):
        yield from json.loads(path.read_text("utf-8"))["rows"]


def _key(row: Row, spot: int) -> str:
    """Tell records apart: one that moved to the next page while pages were read counts once."""
    return row.pop("_id") or str(spot)


def _waiting(records: Records, service: Service, folder: Path, first: dt.date, last: dt.date) -> Path:
    asked = f"{service.url} {records.path} {records.query(first, last)} {first} {last}"
    return folder / f".{records.path}-{hashlib.sha256(asked.encode()).hexdigest()[:12]}"


def forget(records: Records, service: Service, folder: Path, first: dt.date, last: dt.date) -> None:
    """Drop the pages that waited, once their rows are written."""
    shutil.rmtree(_waiting(records, service, folder, first, last), ignore_errors=True)


def write_rows(records: Records, rows: list[Row], municipality: str, path: Path) -> None:
    """Write rows as a table of ours, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.tmp")
    with beside.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";", lineterminator="\n")
        out.writerow(("municipality", *records.columns))
        out.writerows([municipality, *(row.get(name, "") for name in records.columns)] for row in rows)
    beside.replace(path)
