"""`toptaak numbers`: the publishable numbers of a quarter, for whoever wants to reckon with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toptaak.cli.options import language_option
from toptaak.cli.run_language import say
from toptaak.cli.screen import echo
from toptaak.core.errors import ToptaakError

if TYPE_CHECKING:
    import pandas as pd

    from toptaak.core.periods import Quarter
    from toptaak.intake.store import Store

_folder = click.Path(file_okay=False, path_type=Path)
_quarter = click.option("--quarter", "-q", help="Quarter, 2026Q3. Default: the newest in the data.")
_data = click.option("--data", type=_folder, default=Path("data/raw"), show_default=True, help="Data folder.")


@click.group("numbers", invoke_without_command=True)
@_quarter
@_data
@click.option("--out", type=_folder, help="Folder for the open-data file: CSV, Parquet, dictionary and metadata.")
@click.option("--revise", is_flag=True, help="Replace the numbers that were kept by those of now.")
@language_option
@click.pass_context
def numbers(ctx: click.Context, quarter: str | None, data: Path, out: Path | None, revise: bool, language: str) -> None:
    """Keep the publishable numbers of a quarter, and write them out as one tidy table.

    Numbers that were kept stay as they were published; `toptaak numbers diff` lists what a revision would change.
    """
    if ctx.invoked_subcommand is not None:
        return
    from toptaak.numbers.kept import fingerprint_of, keep, kept_file, kept_numbers
    from toptaak.numbers.open_data import write_open_data

    store, when = _opened(data, quarter)
    kept = None if revise else kept_numbers(data, when)
    if kept is None:
        kept = _measured(store, when)
        keep(kept, data, when, _fingerprint(store, when))
        echo(say("Numbers of {quarter} kept: {path}.", quarter=when, path=kept_file(data, when)))
    else:
        echo(say("Numbers of {quarter} as they were published: {path}.", quarter=when, path=kept_file(data, when)))
    if out is not None:
        path = write_open_data(kept, out, when, language, fingerprint_of(kept_file(data, when)))
        echo(say("Written: {path}, with its dictionary and metadata.", path=path))


@numbers.command("diff")
@_quarter
@_data
def diff(quarter: str | None, data: Path) -> None:
    """List each number that differs between what was kept and what the data say now."""
    from toptaak.numbers.kept import kept_numbers, revisions

    store, when = _opened(data, quarter)
    kept = kept_numbers(data, when)
    if kept is None:
        raise ToptaakError(say("No numbers of {quarter} were kept. Keep them with: toptaak numbers.", quarter=when))
    changes = revisions(kept, _measured(store, when))
    for row in changes.to_dict("records"):
        echo(_difference({str(name): value for name, value in row.items()}))
    echo(say("Numbers of {quarter} that differ: {count}.", quarter=when, count=len(changes)))


def _difference(row: Mapping[str, Any]) -> str:
    where = ", ".join(str(row[name]) for name in ("municipality", "task_id", "channel") if row[name] != "_all")
    return f"{where}: {row['measure']}: {_sentence(row, 'then')} -> {_sentence(row, 'now')}"


def _sentence(row: Mapping[str, Any], time: str) -> str:
    """Write a number with its n; a dash where there is none."""
    import pandas as pd

    estimate, n = row[f"estimate_{time}"], row[f"n_{time}"]
    return "–" if pd.isna(estimate) else f"{estimate:.6g} (n = {n})"


def _opened(data: Path, quarter: str | None) -> tuple[Store, Quarter]:
    from toptaak.batch.plan import newest_quarter
    from toptaak.core.periods import Quarter
    from toptaak.intake.store import refresh

    store = refresh(data)
    when = Quarter.parse(quarter) if quarter else newest_quarter(store)
    if not any(when in store.quarters(code) for code in store.municipalities()):
        raise ToptaakError(say("There are no data of {quarter} in {folder}.", quarter=when, folder=data))
    return store, when


def _measured(store: Store, quarter: Quarter) -> pd.DataFrame:
    from toptaak.numbers.national import national_numbers

    return national_numbers(store, quarter)


def _fingerprint(store: Store, quarter: Quarter) -> str:
    from toptaak import __version__
    from toptaak.numbers.kept import fingerprint

    codes = [code for code in store.municipalities() if quarter in store.quarters(code)]
    return fingerprint({code: store.fingerprint(code) for code in codes}, __version__)
