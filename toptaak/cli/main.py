"""The commands. They arrange calls and print; they hold no formula and touch no table."""

from __future__ import annotations

import datetime as dt
import errno
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toptaak import __version__
from toptaak.cli.channel_commands import channels
from toptaak.cli.number_commands import numbers
from toptaak.cli.questionnaire_commands import questionnaire
from toptaak.cli.service_commands import klantinteracties, zaken
from toptaak.core.errors import ToptaakError
from toptaak.core.wording import LANGUAGES, message, translator

if TYPE_CHECKING:
    from toptaak.batch.plan import Request
    from toptaak.batch.run import Outcome
    from toptaak.intake.pipeline import Account

RAW, EXAMPLE, REPORTS = Path("data/raw"), Path("data/example"), Path("reports")
VIEWS = ("report", "board", "team", "frontline")
WORKSPACE = Path("werkplek")
REFUSED, INTERRUPTED, UNEXPECTED = 2, 130, 1
_DISK = {
    errno.EACCES: message("no permission"),
    errno.EPERM: message("no permission"),
    errno.EROFS: message("it can only be read"),
    errno.ENOSPC: message("the disk is full"),
}
say = translator("nl")


class Commands(click.Group):
    """Commands whose mistakes are told in a sentence, never as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command and turn whatever it raises into a message and an exit code."""
        try:
            return super().invoke(ctx)
        except ToptaakError as error:
            click.echo(str(error), err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo(say("Interrupted. What was published stays."), err=True)
            ctx.exit(INTERRUPTED)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except OSError as error:
            told = _disk(error)
            click.echo(told or _unexpected(ctx, error), err=True)
            ctx.exit(REFUSED if told else UNEXPECTED)
        except Exception as error:
            click.echo(_unexpected(ctx, error), err=True)
            ctx.exit(UNEXPECTED)


def _disk(error: OSError) -> str:
    """Say in a sentence what the disk refused; empty for anything else."""
    if error.errno not in _DISK or error.filename is None:
        return ""
    reason = _DISK[error.errno].say()
    return say("{path}: {reason}. Choose another folder, or mend its permissions.", path=error.filename, reason=reason)


def _unexpected(ctx: click.Context, error: Exception) -> str:
    log = ctx.meta.get("reports", REPORTS) / ".logs" / "toptaak.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    return say("Unexpected error: {what}. Report this, with {path}.", what=type(error).__name__, path=log)


@click.group(cls=Commands)
@click.version_option(__version__)
def main() -> None:
    """Workbook for municipalities that work with top tasks."""


main.add_command(channels)
main.add_command(questionnaire)
main.add_command(klantinteracties)
main.add_command(zaken)
main.add_command(numbers)


def _remember_reports(ctx: click.Context, _: click.Parameter, value: Path) -> Path:
    ctx.meta["reports"] = value
    return value


_folder = click.Path(file_okay=False, path_type=Path)
_file = click.Path(dir_okay=False, exists=True, path_type=Path)
_new = click.Path(dir_okay=False, path_type=Path)
reports_option = click.option(
    "--reports",
    type=_folder,
    default=REPORTS,
    show_default=True,
    callback=_remember_reports,
    help="Folder in which reports are published.",
)


def report_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that `report` and `batch` share."""
    options = (
        click.option("--quarter", "-q", help="Quarter, 2026Q3. Default: the newest in the data."),
        click.option("--data", type=_folder, help="Data folder. Default: data/raw, or else data/example."),
        reports_option,
        click.option("--notebook", type=_file, help="Notebook of your own, instead of the package's."),
        click.option("--language", type=click.Choice(LANGUAGES), default="nl", show_default=True),
        click.option(
            "--time-limit",
            type=click.FloatRange(min=1),
            default=600,
            show_default=True,
            help="Seconds after which a report is given up.",
        ),
        click.option("--again", is_flag=True, help="Make reports also where nothing has changed."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@main.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--mapping", type=_file, help="Mapping file (TOML) that says how columns become ours.")
@click.option("--propose", type=_new, help="Write a mapping for this export of a survey platform to a new file.")
def check(path: Path, mapping: Path | None, propose: Path | None) -> None:
    """Check a data folder or one file of it; exit 2 when it cannot be used."""
    if propose:
        _propose(path, propose)
        return
    from toptaak.check.folder import look
    from toptaak.core.faults import describe_faults

    found = look(path, [mapping] if mapping else [])
    if found.faults:
        click.echo(describe_faults(found.faults) + "\n", err=found.refused)
    for account in found.accounts:
        click.echo(_account(account))
    if found.plans:
        click.echo(say("Canvases and registers of trials: {n} read.", n=found.plans))
    if found.empty:
        raise ToptaakError(say("No table was found in {path}.", path=path))
    if found.refused:
        click.echo(say("This cannot be used yet: mend the faults above."), err=True)
        click.get_current_context().exit(ToptaakError.exit_code)
    click.echo(say("This can be used."))


def _propose(path: Path, target: Path) -> None:
    from toptaak.intake.platforms.propose import write_proposal

    proposal = write_proposal(path, target)
    for remark in proposal.remarks:
        click.echo(remark.say())
    click.echo(say("Proposal: {path}. Places where you have to decide: {n}.", path=target, n=proposal.undecided))


def _account(account: Account) -> str:
    return say(
        "{file}: table {table}, {read} rows read = {used} used + {aside} set aside.",
        file=account.file,
        table=account.table,
        read=say.number(account.rows_read),
        used=say.number(account.rows_used),
        aside=say.number(account.rows_set_aside),
    )


@main.command()
@click.argument("survey", type=int)
@click.option("--out", type=_folder, default=RAW, show_default=True, help="Data folder to write to.")
def limesurvey(survey: int, out: Path) -> None:
    """Fetch the responses of a LimeSurvey survey into a data folder."""
    from toptaak.intake.platforms.limesurvey_api import fetch_responses

    click.echo(fetch_responses(survey, out))


@main.group()
def longlist() -> None:
    """Make a long list of tasks and check the short list."""


@longlist.command("new")
@click.argument("out", type=_new)
@click.option("--web", type=_file, multiple=True, help="List of web pages; this and the others may be repeated.")
@click.option("--search", type=_file, multiple=True, help="List of search terms.")
@click.option("--phone", type=_file, multiple=True, help="List of topics of phone calls.")
@click.option("--desk", type=_file, multiple=True, help="List of the desk.")
@click.option("--upl", type=_file, multiple=True, help="Product list UPL.")
def new_longlist(out: Path, **sources: tuple[Path, ...]) -> None:
    """Merge lists of candidate tasks into a workbook in which people decide."""
    from toptaak.core.faults import describe_faults
    from toptaak.surveys.longlist import count
    from toptaak.surveys.longlist_sheet import write_longlist

    if not any(sources.values()):
        raise ToptaakError(say("Name at least one list, for instance --web pages.csv."))
    made, faults = write_longlist(out, sources)
    if faults:
        click.echo(describe_faults(faults) + "\n")
    text = say(
        "{path}: {n} task, {doubles} looks like an earlier one.",
        "{path}: {n} tasks, {doubles} of them look like an earlier one.",
        path=out,
        **count(made),
    )
    click.echo(text)


@longlist.command("check")
@click.argument("path", type=_file)
@click.option("--tasks", type=_new, help="Write the short list to this file, as the table tasks (tasks.csv).")
@click.option("--version", default="1", show_default=True, help="Name of this version of the task list.")
def check_longlist(path: Path, tasks: Path | None, version: str) -> None:
    """Check the decisions in a long list and the short list they give; exit 2 when it cannot be read."""
    from toptaak.core.faults import describe_faults
    from toptaak.surveys.longlist import short_list, write_tasks
    from toptaak.surveys.longlist_sheet import read_sheet
    from toptaak.surveys.shortlist import check_short_list, describe_flags

    decided, warnings = read_sheet(path)
    if warnings:
        click.echo(describe_faults(warnings) + "\n")
    short = short_list(decided)
    flags = check_short_list(short)
    click.echo(describe_flags(flags))
    click.echo(
        say(
            "Short list: {n} task. Remarks: {flags}.",
            "Short list: {n} tasks. Remarks: {flags}.",
            n=len(short),
            flags=len(flags),
        )
    )
    if tasks:
        write_tasks(short, version, tasks)
        click.echo(say("The tasks stand in {path}.", path=tasks))


@main.command()
@click.option("--municipalities", type=click.IntRange(1, 999), default=12, show_default=True)
@click.option("--quarters", type=click.IntRange(1, 40), default=8, show_default=True)
@click.option("--seed", type=int, default=2026, show_default=True)
@click.option("--out", type=_folder, default=EXAMPLE, show_default=True, help="Folder to write to.")
def example(municipalities: int, quarters: int, seed: int, out: Path) -> None:
    """Write a synthetic data set of fictional municipalities."""
    _write_example(out, municipalities=municipalities, quarters=quarters, seed=seed)


def _write_example(out: Path, municipalities: int = 12, quarters: int = 8, seed: int = 2026) -> None:
    from toptaak.example import write_example

    write_example(out, municipalities, quarters, seed)
    click.echo(say("Example data stand in {folder}.", folder=out))


def view_options(*default: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the options that choose which reports are made."""
    told = (
        "What to make: the whole report, the view for the board, one for each top-task team, or that for web team and "
        "contact centre (frontline). May be repeated."
    )

    def add(command: Callable[..., None]) -> Callable[..., None]:
        command = click.option("--task", default="", help="Only the top-task team of this task.")(command)
        choice = click.Choice(VIEWS)
        return click.option("--view", "views", type=choice, multiple=True, default=default, help=told)(command)

    return add


@main.command()
@click.option("--municipality", "-m", required=True, help="Code of the municipality, GM0363.")
@view_options("report")
@report_options
def report(municipality: str, **options: Any) -> None:
    """Make the report of one municipality, or a view of it."""
    _make((municipality,), workers=1, **options)


@main.command()
@click.option("--municipality", "-m", multiple=True, help="Only this one; may be repeated. Default: all.")
@click.option("--workers", type=click.IntRange(min=1), help="Reports at a time. Default: one per core.")
@click.option("--example", is_flag=True, help="Use the example data, made first where they are absent.")
@view_options(*VIEWS)
@report_options
def batch(municipality: tuple[str, ...], example: bool, **options: Any) -> None:
    """Make the reports of all municipalities, and their views."""
    if example:
        options["data"] = options["data"] or EXAMPLE
        if not _has_files(options["data"]):
            _write_example(options["data"])
    _make(municipality, **options)


@main.command()
@click.option("--municipality", "-m", required=True, help="Code of the municipality, GM0363.")
@click.option("--quarter", "-q", required=True, help="Quarter of the canvas, 2026Q3.")
@click.option("--team", default="", help="The canvas of this top-task team. Default: of the municipality.")
@click.option("--new", is_flag=True, help="Write a commented canvas to fill in.")
@click.option("--data", type=_folder, help="Data folder. Default: data/raw, or else data/example.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nl", show_default=True)
@reports_option
def canvas(new: bool, data: Path | None, reports: Path, **asked: str) -> None:
    """Make the poster of a canvas, or a canvas to fill in."""
    from toptaak.batch.poster import CanvasRequest, publish_canvas, write_canvas
    from toptaak.intake.store import refresh

    request = CanvasRequest(_data(data), **asked)
    click.echo(write_canvas(request) if new else publish_canvas(request, reports, refresh))


@main.command()
@click.option("--municipality", "-m", required=True, help="Code of the municipality, GM0363.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), required=True, help="First day of the first trial.")
@click.option("--data", type=_folder, help="Data folder. Default: data/raw, or else data/example.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nl", show_default=True)
def trials(municipality: str, start: dt.datetime, data: Path | None, language: str) -> None:
    """Write a commented register of trials to fill in."""
    from toptaak.batch.poster import write_trials

    click.echo(write_trials(_data(data), municipality, start.date(), language))


@main.command()
@click.option("--municipality", "-m", required=True, help="Code of the municipality, GM0363.")
@click.option("--week", "-w", help="ISO week, 2026W40. Default: the last whole week in the data.")
@click.option("--out", type=_new, help="Write the signals to this web page as well.")
@click.option("--data", type=_folder, help="Data folder. Default: data/raw, or else data/example.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nl", show_default=True)
def signals(municipality: str, week: str | None, out: Path | None, data: Path | None, language: str) -> None:
    """List the signals of a week: what rises, and what was submitted."""
    from toptaak.intake.store import refresh
    from toptaak.report.governing.weekly import signals_of_week

    found = signals_of_week(_data(data), municipality, week, refresh, language)
    click.echo(found.text())
    if out:
        found.write(out)
        click.echo("\n" + say("The signals stand in {path}.", path=out))


@main.command()
@reports_option
def index(reports: Path) -> None:
    """Write the page that lists all published reports."""
    from toptaak.batch.run import refresh_index

    click.echo(refresh_index(reports))


@main.command(context_settings={"ignore_unknown_options": True})
@click.option("--workspace", type=_folder, default=WORKSPACE, show_default=True, help="Folder to work in.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nl", show_default=True)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(workspace: Path, language: str, options: tuple[str, ...]) -> None:
    """Open the notebooks in JupyterLab, in a folder of their own."""
    from toptaak.workbench.lab import make_workspace, start_lab

    click.echo(say("Begin with: {path}", path=make_workspace(workspace, Path.cwd(), language)))
    raise SystemExit(start_lab(workspace, options))


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
) -> None:
    from toptaak.batch.plan import Request

    if task and "team" not in views:
        raise ToptaakError(say("--task goes with --view team: it chooses the team of one task."))
    data = _data(data)
    click.echo(say("Data: {folder}", folder=data))
    request = Request(data, reports, notebook or _notebook_of("quarterly"), municipalities, quarter, language, again)
    # a notebook of one's own makes the report; the views have theirs
    request = replace(request, full="report" in views, views=_view_notebooks(views if not notebook else ()), task=task)
    since = time.perf_counter()
    outcomes = _run(request, workers, time_limit)
    _tell(outcomes, reports, time.perf_counter() - since)


def _data(named: Path | None) -> Path:
    return named or (RAW if _has_files(RAW) else EXAMPLE)


def _run(request: Request, workers: int | None, time_limit: float) -> list[Outcome]:
    from toptaak.batch.run import make_reports
    from toptaak.intake.store import refresh

    return make_reports(request, refresh, workers, time_limit)


def _tell(outcomes: list[Outcome], reports: Path, seconds: float) -> None:
    from toptaak.batch.run import exit_code
    from toptaak.batch.run_summary import counts, failures

    if failed := failures(outcomes):
        click.echo(failed + "\n", err=True)
    click.echo(counts(outcomes))
    click.echo(say("Overview: {path} ({time})", path=reports / "index.html", time=say.duration(seconds)))
    click.get_current_context().exit(exit_code(outcomes))


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir())


def _view_notebooks(views: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple((view, _notebook_of(view)) for view in views if view != "report")


def _notebook_of(publication: str) -> Path:
    from toptaak.report.publications import PUBLICATIONS, notebook_file

    return notebook_file(PUBLICATIONS[publication])
