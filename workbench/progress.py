"""How long work reports what it is doing, and learns that it should stop."""

from collections.abc import Callable

from workbench.errors import Cancelled


class Progress:
    """Passed to any function that takes longer than a blink.

    Args:
        report: called with (done, total, label); may be called from a worker thread.
        stopped: asked at every step; True raises `Cancelled`.
    """

    def __init__(
        self,
        report: Callable[[int, int, str], None] | None = None,
        stopped: Callable[[], bool] | None = None,
    ) -> None:
        self._report = report
        self._stopped = stopped

    def step(self, done: int, total: int, label: str = "") -> None:
        """Say that `done` of `total` units are finished.

        Raises:
            Cancelled: the work should stop.
        """
        if self._stopped is not None and self._stopped():
            raise Cancelled("Stopped on request.")
        if self._report is not None:
            self._report(done, total, label)


class Share(Progress):
    """A stretch of a longer piece of work, in thousandths of the whole.

    Args:
        whole: told of it.
        start, end: where in the whole it lies, 0 to 1.
        label: for all of it, in place of what the work itself says; "" leaves that.
    """

    def __init__(self, whole: Progress, start: float, end: float, label: str = "") -> None:
        super().__init__()
        self._whole, self._start, self._end, self._label = whole, start, end, label

    def step(self, done: int, total: int, label: str = "") -> None:
        """Pass on where the whole stands."""
        share = self._start + (self._end - self._start) * done / max(total, 1)
        self._whole.step(round(1000 * share), 1000, self._label or label)


NO_PROGRESS = Progress()
