"""An executor in which every task has a process of its own.

`concurrent.futures.ProcessPoolExecutor` cannot do this job: one worker that dies breaks the pool and fails
every task still waiting, a task cannot be stopped at a time limit, and `max_tasks_per_child` can hang
(CPython issue 115634). Here a crash, an endless loop or a changed library touches its own task only.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")
TIME_LIMIT = 600.0
_OUTPUT = "output.txt"
_NO_ANSWER: tuple[bool | None, Any] = (None, None)
_PRELOAD = "toptaak.batch.preload"
_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "ARROW_NUM_THREADS": "1",
    # without this the import of pyarrow starts a thread, and a process with threads does not fork safely
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MPLBACKEND": "agg",
}


class TaskLost(RuntimeError):  # noqa: N818 - reads as a sentence where it is caught
    """A task that gave no result: `what` says in a word why, `output` holds what its process wrote."""

    def __init__(self, what: str, output: str = "") -> None:
        super().__init__(what)
        self.output = output


class Crashed(TaskLost):
    """The process ended before the task did; `code` is its exit code, negative for a signal."""

    def __init__(self, code: int | None, output: str = "") -> None:
        super().__init__(f"the process ended with code {code}", output)
        self.code = code

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel from a worker elsewhere with the code that it ended with."""
        return type(self), (self.code, self.output)


class OverTime(TaskLost):
    """The task ran longer than the limit and was stopped."""


class Stopped(TaskLost):
    """The task was stopped because the whole run was."""


def usable_cores() -> int:
    """Count the processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def one_thread() -> None:
    """Let the mathematics libraries of this process use one thread; call before they are imported."""
    os.environ.update(_ONE_THREAD)


class ProcessPerTask(Executor):
    """Run each task in a new process, at most `workers` at a time, each no longer than `time_limit` seconds.

    On Linux the processes are forked from a server that has imported the heavy packages once; elsewhere,
    where forking is not safe, they are started afresh. What a process writes to its standard output goes to
    a file in `scratch`, which is also where its temporary files stand; both are removed when it ends.
    """

    def __init__(self, workers: int = 1, time_limit: float = TIME_LIMIT, scratch: Path | None = None) -> None:
        method = "forkserver" if sys.platform == "linux" else "spawn"
        self._context: Any = multiprocessing.get_context(method)
        self._context.set_forkserver_preload([_PRELOAD])
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="task")
        self._time_limit = time_limit
        self._scratch = scratch and scratch.resolve()  # a task may change its working folder
        self._running: set[Any] = set()
        self._stopping = False
        # multiprocessing reads the end of other processes when one starts, and reads it only once
        self._lock = threading.Lock()

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Queue a task; function, arguments and result must be picklable."""
        payload = pickle.dumps((function, args, kwargs))
        return self._threads.submit(self._run, payload)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop taking tasks; with `cancel_futures` also kill those that are running."""
        if cancel_futures:
            with self._lock:
                self._stopping = True
                for process in self._running:
                    _kill(process)
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        """Wait for all tasks, or kill them when the block ends in an exception."""
        self.shutdown(wait=True, cancel_futures=kind is not None)
        return None

    def _run(self, payload: bytes) -> Any:
        with tempfile.TemporaryDirectory(dir=self._scratch, ignore_cleanup_errors=True) as folder:
            receiver, sender = self._context.Pipe(duplex=False)
            process = self._start((payload, sender, folder))
            sender.close()
            try:
                return self._await(process, receiver, Path(folder))
            finally:
                self._end(process)
                receiver.close()

    def _start(self, arguments: tuple[Any, ...]) -> Any:
        process = self._context.Process(target=_child, args=arguments, daemon=True)
        with self._lock:
            if self._stopping:
                raise Stopped("the run was stopped")
            process.start()
            self._running.add(process)
        return process

    def _await(self, process: Any, receiver: Connection, folder: Path) -> Any:
        if not wait([receiver, process.sentinel], self._time_limit):
            _ask_where_it_is(process)
            raise OverTime(f"no result within {self._time_limit:.0f} seconds", _written(folder))
        try:
            succeeded, value = receiver.recv() if receiver.poll() else _NO_ANSWER
        except EOFError:
            succeeded, value = _NO_ANSWER
        if succeeded is None:
            raise self._crash(process, folder)
        if not succeeded:
            raise TaskLost("the task raised an exception", value)
        return value

    def _crash(self, process: Any, folder: Path) -> TaskLost:
        wait([process.sentinel])
        if self._stopping:
            return Stopped("the run was stopped")
        with self._lock:
            process.join()
        return Crashed(process.exitcode, _written(folder))

    def _end(self, process: Any) -> None:
        """Leave nothing behind: neither the process nor what it started itself."""
        wait([process.sentinel], 2)
        with self._lock:
            self._running.discard(process)
            _kill(process)
            process.join()
            process.close()


def _kill(process: Any) -> None:
    """End a process, and with it, also when it has ended already, what it started itself."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    if not wait([process.sentinel], 0):
        process.kill()


def _ask_where_it_is(process: Any) -> None:
    """Let a process write down which line it is at, for the log, before it is stopped."""
    if hasattr(signal, "SIGUSR1"):
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGUSR1)
        wait([process.sentinel], 0.5)


def _written(folder: Path) -> str:
    return (folder / _OUTPUT).read_bytes()[-20_000:].decode("utf-8", "replace")


def _child(payload: bytes, sender: Connection, folder: str) -> None:
    if hasattr(os, "setsid"):
        os.setsid()
    _write_into(Path(folder) / _OUTPUT)
    tempfile.tempdir = os.environ["TMPDIR"] = folder
    one_thread()
    threading.Thread(target=_die_with_parent, daemon=True).start()
    try:
        function, args, kwargs = pickle.loads(payload)  # noqa: S301 - written by our own parent
        answer = (True, function(*args, **kwargs))
    except BaseException:
        answer = (False, traceback.format_exc())
    sender.send(answer)


def _write_into(path: Path) -> None:
    with path.open("ab", buffering=0) as handle:
        for descriptor in (1, 2):
            os.dup2(handle.fileno(), descriptor)
    faulthandler.enable()
    if hasattr(signal, "SIGUSR1"):
        faulthandler.register(signal.SIGUSR1)


def _die_with_parent() -> None:
    """Nobody waits for the result any more when the parent is gone, and another run may have begun."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        if hasattr(os, "killpg"):
            os.killpg(0, signal.SIGKILL)
        os._exit(1)
