"""`toptaak check` and `toptaak limesurvey`: what comes in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from toptaak.cli.options import (
    RAW,
    file_type,
    folder_type,
    new_file_type,
)
from toptaak.cli.run_language import say
from toptaak.cli.screen import echo
from toptaak.core.errors import ToptaakError
from toptaak.core.visible_signs import visible_in_line

if TYPE_CHECKING:
    from toptaak.intake.pipeline import Account


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--mapping", type=file_type, help="Mapping file (TOML) that says how columns become ours.")
@click.option("--propose", type=new_file_type, help="Write a mapping for this file to a new file.")
@click.option("--municipality", "-m", default="", help="With --propose: of which municipality the file is.")
def check(path: Path, mapping: Path | None, propose: Path | None, municipality: str) -> None:
    """Check a data folder or one file of it; exit 2 when it cannot be used."""
    if propose:
        _propose(path, propose, municipality)
        return
    from toptaak.check.folder import check_folder
    from toptaak.core.faults import describe_faults, stopping

    checked = check_folder(path, [mapping] if mapping else [])
    if checked.faults:
        echo(describe_faults(checked.faults, say.language) + "\n", err=checked.refused)
    refused = {fault.file for fault in stopping(checked.faults)}
    for account in checked.accounts:
        echo(_refused_account(account) if account.file in refused else _account(account))
    if checked.plans:
        echo(say("Canvases and registers of trials: {n} read.", n=checked.plans))
    if checked.empty:
        raise ToptaakError(say("No table was found in {path}.", path=path))
    if checked.refused:
        echo(say("This cannot be used yet: mend the faults above."), err=True)
        click.get_current_context().exit(ToptaakError.exit_code)
    for kpis in checked.empty_kpis:
        names = ", ".join(say(label) for label in kpis.labels)
        echo(say("Stays empty in the report: {names}. Needed: {needed}.", names=names, needed=kpis.needed))
    echo(say("This can be used."))


def _propose(path: Path, target: Path, municipality: str) -> None:
    from toptaak.check.proposals import write_proposal

    proposal = write_proposal(path, target, say.language, municipality)
    for remark in proposal.remarks:
        echo(say(remark))
    echo(say("Proposal: {path}. Places where you have to decide: {n}.", path=target, n=proposal.undecided))


def _refused_account(account: Account) -> str:
    return say(
        "{file}: table {table}, {read} rows read = 0 used + {aside} set aside + {left} left out + {refused} refused "
        "with the file.",
        file=visible_in_line(account.file),
        table=account.table,
        read=say.number(account.rows_read),
        aside=say.number(account.rows_set_aside),
        left=say.number(account.rows_left_out),
        refused=say.number(account.rows_used),
    )


def _account(account: Account) -> str:
    counts = {
        "file": visible_in_line(account.file),
        "table": account.table,
        "read": say.number(account.rows_read),
        "used": say.number(account.rows_used),
        "aside": say.number(account.rows_set_aside),
    }
    if not account.left_out:
        return say("{file}: table {table}, {read} rows read = {used} used + {aside} set aside.", **counts)
    return say(
        "{file}: table {table}, {read} rows read = {used} used + {aside} set aside + {left} left out ({keys}).",
        **counts,
        left=say.number(account.rows_left_out),
        keys=", ".join(f"{key}: {say.number(count)}" for key, count in account.left_out),
    )


@click.command()
@click.argument("survey", type=int)
@click.option("--out", type=folder_type, default=RAW, show_default=True, help="Data folder to write to.")
def limesurvey(survey: int, out: Path) -> None:
    """Fetch the responses of a LimeSurvey survey into a data folder."""
    from toptaak.intake.platforms.limesurvey_api import fetch_responses

    echo(fetch_responses(survey, out))
