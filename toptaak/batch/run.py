"""Run a plan and publish each report as soon as it is ready; one failure never stops the others."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toptaak.batch.checked_data import CheckedData
from toptaak.batch.cluster import cluster
from toptaak.batch.executor import TIME_LIMIT, Crashed, OverTime, ProcessPerTask, TaskLost, usable_cores
from toptaak.batch.index import HISTORY, INDEX, overview_pages
from toptaak.batch.job import Failure, Rendered, render, render_all, unexpected
from toptaak.batch.lock import locked
from toptaak.batch.manifest import FILE_NAME as MANIFEST
from toptaak.batch.manifest import manifest_bytes
from toptaak.batch.plan import Plan, Planned, Request, check_request, key_of, make_plan, shown_folder
from toptaak.batch.publish import new_staging, publish, recover, replace_file
from toptaak.batch.run_outcomes import Outcome, RunStatus
from toptaak.batch.run_page import FILE_NAME as RUN_PAGE
from toptaak.batch.run_page import run_page
from toptaak.batch.views import folder_name
from toptaak.core.errors import ToptaakError
from toptaak.core.wording import DEFAULT_LANGUAGE, message

if TYPE_CHECKING:
    import pandas as pd

LOGS = ".logs"
Bundle = tuple[Planned, ...]
Load = Callable[[Path], CheckedData]
DATA_CHANGED = Failure(
    message("the data changed while the report was made"),
    message("Make the reports again when nobody works in the data folder."),
)


def make_reports(
    request: Request,
    load: Load,
    workers: int | None = None,
    time_limit: float = TIME_LIMIT,
    scheduler: str | None = None,
) -> list[Outcome]:
    """Do all of a batch: lock, mend what a killed run left, read the data, plan, run, write the index.

    Where the data change meanwhile, all is planned once more; a report is only published if it was made from the data
    that its manifest names.

    Parameters
    ----------
    request
        which reports.
    load
        reads the data folder (`intake.store.refresh`).
    workers
        how many reports at a time; None for one per processor core.
    time_limit
        seconds after which a report is given up.
    scheduler
        address of a Dask scheduler whose workers make the reports; None for this computer.

    Raises
    ------
    Locked
        when another run is at work in the same folder.
    InputRefused
        when data or parameters cannot be used; nothing was made then.
    """
    check_request(request)
    with locked(request.reports):
        recover(request.reports)
        staging = new_staging(request.reports)
        try:
            plan = make_plan(request, load(request.data))
            due = sum(not report.unchanged for report in plan.reports)
            here = ProcessPerTask(min(workers or usable_cores(), max(due, 1)), time_limit, staging)
            with cluster(scheduler, time_limit) if scheduler else here as executor:
                outcomes = run(plan, executor, request.reports, staging, load)
                if any(outcome.failure is DATA_CHANGED for outcome in outcomes):
                    plan = make_plan(request, load(request.data))
                    outcomes = run(plan, executor, request.reports, staging, load)
            write_index(request.reports, staging)
            _write_run_page(outcomes, load(request.data).account(), request, staging)
        finally:
            recover(request.reports)
    return outcomes


def refresh_index(reports: Path) -> Path:
    """Write `index.html` for what is published, and give its place; raise `Locked` during another run."""
    with locked(reports):
        recover(reports)
        write_index(reports, new_staging(reports))
        recover(reports)
    return reports / INDEX


def write_index(reports: Path, staging: Path) -> None:
    """Write `index.html` and the pages that it leads to for what is published; only while holding the lock."""
    pages = overview_pages(reports, DEFAULT_LANGUAGE)
    for old in {f"{HISTORY}/{file.name}" for file in (reports / HISTORY).glob("*.html")} - pages.keys():
        (reports / old).unlink()
    for place, content in pages.items():
        replace_file(reports / place, content, staging)


def _write_run_page(outcomes: Sequence[Outcome], account: pd.DataFrame, request: Request, staging: Path) -> None:
    folder = request.reports / outcomes[0].parameters.quarter
    if folder.is_dir():
        page = run_page(outcomes, account, shown_folder(request.data, request.reports), request.language)
        replace_file(folder / RUN_PAGE, page, staging)


def run(plan: Plan, executor: Executor, reports: Path, staging: Path, load: Load | None = None) -> list[Outcome]:
    """Run a plan over any `concurrent.futures` executor; outcomes stand in the order of the plan.

    Parameters
    ----------
    plan
        from `make_plan`.
    executor
        what the jobs run in: a process each (`ProcessPerTask`), or a cluster's executor that sees the same
        notebook and data. Not threads: a job needs a process.
    reports, staging
        the folder to publish in, and a folder from `publish.new_staging` in it.
    load
        opens the data as they are now, to see that they are still those of the plan; None where they cannot change.
    """
    from tqdm import tqdm

    due = [report for report in plan.reports if not report.unchanged]
    outcomes = {
        report.target: Outcome(report.job.parameters, RunStatus.UNCHANGED, name=report.job.name)
        for report in plan.reports
        if report.unchanged
    }
    with tqdm(total=len(due), unit="rapport", file=sys.stderr, disable=None) as bar:
        for report, result in _made(due, executor):
            outcomes[report.target] = _settle(_of_the_plan(result, report, load), report, reports, staging)
            bar.update()
    absent = [Outcome(parameters, RunStatus.NO_DATA) for parameters in plan.without_data]
    return [outcomes[report.target] for report in plan.reports] + absent


def _made(due: Sequence[Planned], executor: Executor) -> Iterator[tuple[Planned, Rendered | Failure]]:
    """Give each report with its result as soon as it is there.

    When the process of several reports is lost, each of them gets another of its own: one costs no other. A process
    that ended by itself is tried once more.
    """
    bundles = [tuple(bundle) for _, bundle in groupby(due, key=lambda report: report.job.parameters)]
    running: dict[Future[Any], Bundle] = {_submit(executor, bundle): bundle for bundle in bundles}
    retried: set[Planned] = set()
    while running:
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            bundle = running.pop(future)
            if (len(bundle) > 1 and future.exception()) or (_crashed(future) and retried.isdisjoint(bundle)):
                retried |= set(bundle)
                running |= {_submit(executor, (report,)): (report,) for report in bundle}
            else:
                yield from zip(bundle, _results(future), strict=True)


def _crashed(future: Future[Any]) -> bool:
    return isinstance(future.exception(), Crashed)


def _submit(executor: Executor, bundle: Bundle) -> Future[Any]:
    """Give a municipality's reports to one process, because they are made from the same numbers."""
    jobs = tuple(report.job for report in bundle)
    return executor.submit(render, jobs[0]) if len(jobs) == 1 else executor.submit(render_all, jobs)


def _of_the_plan(made: Rendered | Failure, report: Planned, load: Load | None) -> Rendered | Failure:
    """Refuse a report that may have been made from other data than it was planned for."""
    if load is None:
        return made
    try:
        unchanged = key_of(report.job, load(report.job.parameters.data)) == report.key
    except (ToptaakError, KeyError):  # what there is now is refused, or has lost the municipality
        unchanged = False
    return made if unchanged else DATA_CHANGED


def _settle(made: Rendered | Failure, report: Planned, reports: Path, staging: Path) -> Outcome:
    parameters, name = report.job.parameters, report.job.name
    log = reports / LOGS / f"{parameters.quarter}-{folder_name(parameters.municipality, name)}.log"
    result = _publish(made, report, staging)
    log.unlink(missing_ok=True)
    if result.log:
        log.parent.mkdir(exist_ok=True)
        log.write_text(result.log, encoding="utf-8")
    kept = log if result.log else None
    if isinstance(result, Rendered):
        return Outcome(parameters, RunStatus.MADE, log=kept, seconds=result.seconds, name=name)
    return Outcome(parameters, RunStatus.FAILED, result, kept, name=name)


def _results(future: Future[Any]) -> list[Rendered | Failure]:
    try:
        result = future.result()
    except Exception as error:
        return [_lost(error)]
    return result if isinstance(result, list) else [result]


def _lost(error: Exception) -> Failure:
    if isinstance(error, Crashed):
        what = message("the process stopped by itself ({code})", code=_ending(error.code))
        repair = message("Try again. Report it if it happens again, with the log file.")
        return Failure(what, repair, _log(error))
    if isinstance(error, OverTime):
        what = message("not ready in time")
        return Failure(what, message("Allow more time with --time-limit."), _log(error))
    if isinstance(error, TaskLost):
        return unexpected(str(error), _log(error))
    if isinstance(error, ToptaakError):
        return Failure(message("{text}", text=str(error)), message("Mend this, and run the batch again."))
    return unexpected(type(error).__name__, str(error))


def _log(lost: TaskLost) -> str:
    return f"{lost}\n{lost.output}"


def _ending(code: int | None) -> str:
    """Name an exit code: a signal by its name."""
    if code is not None and code < 0:
        return signal.Signals(-code).name
    return str(code)


def _publish(result: Rendered | Failure, report: Planned, staging: Path) -> Rendered | Failure:
    if isinstance(result, Failure):
        return result
    manifest = manifest_bytes(report.key, report.job.shown_parameters(), result.files)
    try:
        publish(result.files | {MANIFEST: manifest}, report.target, staging)
    except OSError as error:
        what = message("the report could not be written: {reason}", reason=error.strerror or "?")
        return Failure(what, message("Check the space and the rights of the reports folder."))
    return result
