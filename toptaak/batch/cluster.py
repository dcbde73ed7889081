"""A batch on a Dask cluster: the same plan and the same jobs, each still in a process of its own.

A worker needs the same release of this package and the same folders at the same places as whoever starts the batch; it
reads, and hands the files back as bytes, so that publishing stays with one process and one lock.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

from toptaak.batch.executor import ProcessPerTask
from toptaak.batch.manifest import code_version
from toptaak.core.errors import MissingExtra, ToptaakError
from toptaak.core.wording import message

T = TypeVar("T")
_PATIENCE = 10  # seconds to find the scheduler
_MOST_TASKS = 64  # at a time in one worker; how many it gets is the scheduler's to say


class Cluster(Executor):
    """Hands tasks to the workers of a Dask scheduler; `code` is the version that they have to have."""

    def __init__(self, client: Any, time_limit: float, code: str) -> None:
        # a task that comes again is to run again: by default Dask gives the result of the first one
        self._executor: Executor = client.get_executor(pure=False)
        self._of_worker = (time_limit, code)

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Queue a task; function, arguments and result must be picklable."""
        return self._executor.submit(in_own_process, self._of_worker, function, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop taking tasks."""
        self._executor.shutdown(wait=wait, cancel_futures=cancel_futures)


@contextmanager
def cluster(address: str, time_limit: float) -> Iterator[Cluster]:
    """Connect to a scheduler; what waits there is withdrawn when the block ends in an exception.

    Parameters
    ----------
    address
        of the scheduler, `tcp://127.0.0.1:8786`.
    time_limit
        seconds after which a task is given up.

    Raises
    ------
    ToptaakError
        when no scheduler answers there, or it has no workers.
    MissingExtra
        where the extra `distributed` is not installed.
    """
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtra("distributed", "distributed") from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        refusal = message("No scheduler answers at {address}. Start it with: dask scheduler.", address=address)
        raise ToptaakError(refusal) from error
    with client:
        if not client.scheduler_info()["workers"]:
            start = f"dask worker {address} --no-nanny"
            raise ToptaakError(message("The scheduler has no workers. Start some with: {command}", command=start))
        yield Cluster(client, time_limit, code_version())


def in_own_process(
    of_worker: tuple[float, str], function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> T:
    """Run a task on a worker: in a process of its own, so that a crash costs the task and not the worker.

    Raises
    ------
    ToptaakError
        when the worker has other code than the batch, or may not start processes.
    TaskLost
        as `ProcessPerTask` does.
    """
    time_limit, code = of_worker
    if code_version() != code:
        raise ToptaakError(message("A worker has another version of toptaak than this computer. Give it the same one."))
    if multiprocessing.current_process().daemon:
        raise ToptaakError(message("A worker may not start processes. Start it with: dask worker … --no-nanny"))
    return _processes(time_limit).submit(function, *args, **kwargs).result()


@lru_cache(maxsize=1)
def _processes(time_limit: float) -> ProcessPerTask:
    """Share one executor per worker: multiprocessing is started from one place only."""
    return ProcessPerTask(_MOST_TASKS, time_limit)
