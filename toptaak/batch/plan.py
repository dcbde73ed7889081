"""Decide which reports there are to make, before anything is started."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toptaak.batch.checked_data import CheckedData
from toptaak.batch.job import EXPORTERS, Job
from toptaak.batch.manifest import is_unchanged, report_key, sha256
from toptaak.batch.views import View, beside_the_data, folder_name, view_jobs
from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.core.faults import Fault, Severity
from toptaak.core.municipalities import fictional_code
from toptaak.core.periods import Quarter
from toptaak.core.settings import Settings
from toptaak.core.wording import message
from toptaak.numbers.kept import earlier, kept_versions
from toptaak.numbers.parameters import PLACE, ReportParameters, read_parameters
from toptaak.numbers.presence import absence


@dataclass(frozen=True)
class Request:
    """What was asked for.

    Parameters
    ----------
    data, reports, notebook
        the data folder, the folder in which reports are published, the notebook that makes one.
    municipalities
        codes; empty for all that have data.
    quarter
        empty for the newest in the data.
    again
        make reports also where nothing has changed.
    full
        whether to make the quarterly report itself.
    views
        which views to make beside it, each with its notebook.
    task
        the one task of which a top-task team's view is made; empty for those of all teams.
    theme
        style file of all reports, instead of those that the settings name.
    """

    data: Path
    reports: Path
    notebook: Path
    language: str
    municipalities: tuple[str, ...] = ()
    quarter: str | None = None
    again: bool = False
    full: bool = True
    views: tuple[tuple[View, Path], ...] = ()
    task: str = ""
    theme: str = ""
    exporters: tuple[tuple[str, str], ...] = EXPORTERS


@dataclass(frozen=True)
class Planned:
    """One report: how to make it, where it will stand, and whether it already stands there."""

    job: Job
    key: str
    target: Path
    unchanged: bool


@dataclass(frozen=True)
class Plan:
    """All reports of a run, and those for which there are no data in the quarter."""

    reports: tuple[Planned, ...]
    without_data: tuple[ReportParameters, ...]


def check_request(request: Request) -> None:
    """Check what can be checked before any data are read.

    Raises
    ------
    InputRefused
        for a wrong municipality, quarter, language or data folder.
    """
    for code in request.municipalities or (fictional_code(1),):
        _job(request, code, request.quarter or str(Quarter(2000, 1)))


def make_plan(request: Request, store: CheckedData) -> Plan:
    """Work a request out into reports.

    Raises
    ------
    InputRefused
        when a parameter is wrong, a municipality is not in the data, or there is nothing in the quarter.
    ToptaakError
        when only views of teams are asked for and there are no teams.
    """
    newest = newest_quarter(store)
    quarter = request.quarter or str(newest)
    codes = request.municipalities or tuple(sorted(store.municipalities()))
    jobs = [_job(request, code, quarter) for code in dict.fromkeys(codes)]
    faults = [absence(store, job.parameters.municipality, Quarter.parse(job.parameters.quarter)) for job in jobs]
    absent = [job for job, fault in zip(jobs, faults, strict=True) if fault]
    if absent and request.municipalities:
        raise InputRefused([fault for fault in faults if fault])
    if len(absent) == len(jobs):
        raise InputRefused([_no_data_at_all(store, quarter)])
    asked = [document for job in jobs if job not in absent for document in _documents(request, job, store)]
    if not asked:
        raise ToptaakError(message("No team has a task yet (table ‘teams’). Choose a task with --task."))
    return Plan(tuple(_planned(request, job, store) for job in asked), tuple(job.parameters for job in absent))


def _documents(request: Request, job: Job, store: CheckedData) -> list[Job]:
    """List the report of a municipality and its views, as far as they are asked for."""
    return ([job] if request.full else []) + view_jobs(job, request.views, request.task, store)


def newest_quarter(store: CheckedData) -> Quarter:
    """Give the newest quarter in which any municipality has data.

    Raises
    ------
    InputRefused
        when there are no data at all.
    """
    quarters = {quarter for code in store.municipalities() for quarter in store.quarters(code)}
    if not quarters:
        repair = message("Check the data folder with: toptaak check.")
        raise InputRefused([Fault("TT-607", Severity.STOP, PLACE, message("data of a quarter"), repair)])
    return max(quarters)


def _job(request: Request, code: str, quarter: str) -> Job:
    values = {"municipality": code, "quarter": quarter, "language": request.language, "data": request.data}
    parameters = read_parameters(values)
    return Job(
        request.notebook.resolve(), parameters, shown_folder(parameters.data, request.reports), request.exporters,
        theme=request.theme,
    )  # fmt: skip


def shown_folder(data: Path, reports: Path) -> str:
    """Name the data folder without telling where on this machine it stands.

    Examples
    --------
    >>> shown_folder(Path("/office/top/data/raw"), Path("/office/top/reports"))
    'data/raw'
    >>> shown_folder(Path("/elsewhere/data"), Path("/office/top/reports"))
    'data'
    """
    home = reports.resolve().parent
    return data.relative_to(home).as_posix() if data.is_relative_to(home) else data.name


def _no_data_at_all(store: CheckedData, quarter: str) -> Fault:
    there = sorted({period for code in store.municipalities() for period in store.quarters(code)})
    repair = message("Choose one of: {choices}.", choices=", ".join(map(str, there)))
    return Fault("TT-602", Severity.STOP, PLACE, message("a quarter that has data"), repair, quarter, column="quarter")


def key_of(job: Job, store: CheckedData) -> str:
    """Hash all that a report is made from, as the data stand now."""
    # a report also prints what became of the rows of all files
    recorded = store.account().to_csv() + repr(store.faults)
    fingerprint = store.fingerprint(job.parameters.municipality)
    inputs = (
        fingerprint,
        recorded,
        store.settings.model_dump_json(),
        *beside_the_data(job),
        *kept_versions(job.parameters.data, earlier(Quarter.parse(job.parameters.quarter))),
        *appearance_of(store.settings, job.theme),
    )
    return report_key(job.notebook, job.shown_parameters(), *inputs)


def appearance_of(settings: Settings, theme: str = "") -> list[str]:
    """Hash the style and the logo of a report, with what is said of the logo; `theme` takes the place of the style."""
    files = (Path(name) for name in (theme or settings.theme, settings.logo) if name)
    return [*(sha256(file.read_bytes()) for file in files if file.is_file()), settings.logo_alt]


def _planned(request: Request, job: Job, store: CheckedData) -> Planned:
    target = request.reports / job.parameters.quarter / folder_name(job.parameters.municipality, job.name)
    key = key_of(job, store)
    return Planned(job, key, target, not request.again and is_unchanged(target, key))
