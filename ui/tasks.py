"""Long work away from the window: the only place with threads.

No QObject is made or destroyed on a worker thread: what a job was given, what it returns or raises,
and the job itself are let go on the GUI thread only.
"""

import sys
import threading
import time
from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

from workbench.errors import Cancelled
from workbench.progress import Progress

Work = Callable[[Progress], object]
_REPORT_SECONDS = 0.03
_SHUTDOWN_MS = 5_000
_HAND_OVER_SECONDS = 0.0005
"""How long the window waits for the interpreter while work holds it.

Why so short: painting lets go of it at nearly every call into Qt, and asks for it again.
"""


class _End(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Task(QObject):
    """One piece of work under way, seen from the GUI thread.

    Signals:
        progressed: steps done, steps in all, what is being done.
        succeeded: what the work returned.
        failed: the exception that it raised.
        cancelled: it stopped because it was asked to, or another start took its place.
    """

    progressed = Signal(int, int, str)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, number: int, title: str, key: str, parent: QObject) -> None:
        super().__init__(parent)
        self.number = number
        self.title = title
        self.key = key
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next step; `cancelled` follows."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop.is_set()


class _Job(QRunnable):
    """Runs on the worker thread; speaks through the runner's signals alone."""

    def __init__(
        self,
        number: int,
        work: Work,
        stopped: Callable[[], bool],
        report: Callable[[int, int, int, str], None],
        finished: Callable[[int, str], None],
        aside: bool,
        lasting: bool,
    ) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self.outcome: object = None
        self.aside = aside
        self.lasting = lasting
        self._number = number
        self._work: Work | None = work
        self._stopped = stopped
        self._report = report
        self._finished = finished
        self._reported_at = 0.0

    def run(self) -> None:
        """Do the work, catching whatever it raises; the outcome stays here for the GUI thread."""
        end = _End.SUCCEEDED
        try:
            if self._stopped() or self._work is None:
                raise Cancelled("Stopped before it began.")
            self.outcome = self._work(Progress(self._step, self._stopped))
        except Cancelled as error:
            self.outcome, end = error, _End.CANCELLED
        except BaseException as error:  # noqa: BLE001 - nothing may escape into Qt's thread
            self.outcome, end = error, _End.FAILED
        self._finished(self._number, end)

    def take(self) -> object:
        """Hand over the outcome and let go of everything else; on the GUI thread."""
        outcome, self.outcome, self._work = self.outcome, None, None
        return outcome

    def _step(self, done: int, total: int, label: str) -> None:
        now = time.monotonic()
        if done >= total or now - self._reported_at >= _REPORT_SECONDS:
            self._reported_at = now
            self._report(self._number, done, total, label)


class TaskRunner(QObject):
    """Starts work on a worker thread of its own and tells of it on the GUI thread.

    There is a second thread for work that is set aside, so that nothing has to wait for it.

    Signals:
        started: a `Task` was accepted (it may wait for an earlier one).
        ended: a `Task` is over, whichever way.
    """

    started = Signal(object)
    ended = Signal(object)
    _reported = Signal(int, int, int, str)
    _finished = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(_HAND_OVER_SECONDS)
        self._pools = (QThreadPool(self), QThreadPool(self))
        for pool in self._pools:
            pool.setMaxThreadCount(1)
        self._tasks: dict[int, Task] = {}
        self._jobs: dict[int, _Job] = {}
        self._spent: dict[bool, _Job] = {}
        self._count = 0
        self._closed = False
        self._reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)

    def start(
        self,
        title: str,
        work: Work,
        key: str = "",
        *,
        aside: bool = False,
        lasting: bool = False,
    ) -> Task:
        """Run `work` on the worker thread; connect to the signals of the task returned.

        Args:
            title: what a person reads while it runs.
            work: called with a `Progress`; must not touch widgets.
            key: work of the same key takes the place of the earlier; the title if none is given.
            aside: work that may take minutes, such as an import; the rest goes on beside it.
            lasting: work that leaves something behind, such as files; asked to stop too late, it
                has succeeded all the same.
        """
        if self._closed:
            raise RuntimeError("the task runner is shut down")
        key = key or title
        for earlier in self._tasks.values():
            if earlier.key == key:
                earlier.cancel()
        self._count += 1
        task = Task(self._count, title, key, self)
        job = _Job(
            task.number,
            work,
            lambda: task.stopping,
            self._reported.emit,
            self._finished.emit,
            aside,
            lasting,
        )
        self._tasks[task.number] = task
        self._jobs[task.number] = job
        self.started.emit(task)
        self._pools[aside].start(job)
        return task

    @property
    def running(self) -> tuple[Task, ...]:
        """Tasks that have not ended, oldest first."""
        return tuple(self._tasks.values())

    @property
    def closed(self) -> bool:
        """Whether it was shut down, so that nothing can be started any more."""
        return self._closed

    def find(self, key: str) -> Task | None:
        """The task of this key that is not being cancelled."""
        for task in self._tasks.values():
            if task.key == key and not task.stopping:
                return task
        return None

    def cancel_all(self) -> None:
        """Ask every task to stop."""
        for task in self._tasks.values():
            task.cancel()

    def shutdown(self, wait_ms: int = _SHUTDOWN_MS) -> bool:
        """Stop everything, wait for the worker, and send no more signals.

        Returns:
            False if work that does not look at its progress is still running after the wait.
        """
        self._closed = True
        self.cancel_all()
        for pool in self._pools:
            pool.clear()
        waited = [pool.waitForDone(wait_ms) for pool in self._pools]
        done = all(waited)
        self._tasks.clear()
        if done:
            self._jobs.clear()
            self._spent.clear()
        return done

    def _on_reported(self, number: int, done: int, total: int, label: str) -> None:
        task = self._tasks.get(number)
        if task is not None and not task.stopping:
            task.progressed.emit(done, total, label)

    def _on_finished(self, number: int, end: str) -> None:
        job = self._jobs.pop(number, None)
        task = self._tasks.pop(number, None)
        if job is None or task is None:  # after shutdown
            return
        outcome = job.take()
        # The worker may still be leaving run() of this job, so it lives until its next one ends.
        self._spent[job.aside] = job
        too_late = task.stopping and not (job.lasting and end == _End.SUCCEEDED)
        if too_late or end == _End.CANCELLED:
            task.cancelled.emit()
        elif end == _End.FAILED:
            task.failed.emit(outcome)
        else:
            task.succeeded.emit(outcome)
        self.ended.emit(task)
        task.deleteLater()
