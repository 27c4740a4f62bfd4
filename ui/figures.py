"""The figures of the agreement on screen, kept up to date in the background.

Why two steps: leverage gaps take longer than everything else together, so the other figures are
shown first and these follow.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ui.document import AgreementDocument
from ui.tasks import Task, TaskRunner, Work
from workbench.errors import WorkbenchError
from workbench.progress import Progress

if TYPE_CHECKING:
    from workbench.analysis.evaluation import Evaluator
    from workbench.analysis.results import Evaluation, Finding
    from workbench.tradedata.database import TradeDatabase

# The worker would fight the window over the interpreter while the first figures are drawn.
_LEVERAGE_AFTER_MS = 120


STARTER = "starter"
"""Stands for the starter database in the preference for a database."""


@dataclass(frozen=True, eq=False)
class _Choice:
    """Which trade database to use; each one made is another, so that a file is opened anew."""

    path: Path | None = None
    starter: bool = False

    @property
    def text(self) -> str:
        """As a preference: "" is the user's own database, or the starter where there is none."""
        from workbench.tradedata.user_database import user_path

        if self.starter:
            return STARTER
        return "" if self.path is None or self.path == user_path() else str(self.path)


class Figures(QObject):
    """Evaluates the document after each edit and keeps the result and a pinned baseline.

    `only_leverage_is_new` is True where `result` differs from the one before in leverage gaps,
    break-even premiums and findings alone.

    Signals:
        evaluated: `result` is new.
        pinned_changed: `pinned` is new.
        failed: the sentence that says why there are no figures.
        progressed: what is being done, and how far it is.
        database_opened: the trade database is there, or another one.
        database_chosen: which one the user wants, as the preference for it is kept.
    """

    evaluated = Signal()
    pinned_changed = Signal()
    failed = Signal(str)
    progressed = Signal(str)
    database_opened = Signal()
    database_chosen = Signal(str)

    def __init__(
        self, document: AgreementDocument, tasks: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._tasks = tasks
        self.result: Evaluation | None = None
        self.pinned: Evaluation | None = None
        self.database_path: Path | None = None
        self.year: int | None = None
        self.milliseconds: float | None = None
        self.only_leverage_is_new = False
        self.database: TradeDatabase | None = None
        self._evaluator: Evaluator | None = None
        self._choice = self._opened = _Choice()
        self._pin_next = True
        self._closed = False
        self._edited_at = 0.0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._start)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LEVERAGE_AFTER_MS)
        self._later.timeout.connect(self._complete)
        document.changed.connect(self.evaluate_soon)
        document.opened.connect(self._on_opened)

    @property
    def tasks(self) -> TaskRunner:
        """Where pages start long work of their own."""
        return self._tasks

    @property
    def out_of_date(self) -> bool:
        """Whether the figures are of an earlier text."""
        return self.result is None or self._document.agreement != self.result.agreement

    def evaluate_soon(self) -> None:
        """Evaluate once control returns to the event loop; nothing once closed."""
        if self._closed:
            return
        self._edited_at = time.perf_counter()
        self._later.stop()
        self._soon.start()

    def choose_year(self, year: int | None) -> None:
        """Show the figures of a year since entry into force; None is fully staged."""
        self.year = year
        self.evaluate_soon()

    def choose_database(self, path: Path | None) -> None:
        """Use another trade database; None is the user's own, or the starter database."""
        self._choose(_Choice(path))

    def choose_starter(self) -> None:
        """Use the starter database, whatever the user has imported."""
        self._choose(_Choice(starter=True))

    def remember_database(self, text: str) -> None:
        """Use what an earlier session chose; a file that is gone leaves the default in place."""
        path = Path(text)
        if text == STARTER:
            self._choice = _Choice(starter=True)
        elif text and path.is_file():
            self._choice = _Choice(path)
        self.database_path = self._choice.path

    @property
    def default_database(self) -> bool:
        """Whether the database in use is the one of a user who has chosen none."""
        return self._choice.text == ""

    def _choose(self, choice: _Choice) -> None:
        self.database_path = choice.path
        self._choice = choice
        self.database_chosen.emit(choice.text)
        self.evaluate_soon()

    def pin(self) -> None:
        """Measure changes from the figures on screen."""
        self.pinned = self.result
        self.pinned_changed.emit()

    def change(self, figure: str) -> float | None:
        """A headline figure minus its pinned value; None where either is missing."""
        if self.result is None or self.pinned is None:
            return None
        now, then = self.result.totals[figure], self.pinned.totals[figure]
        return None if now is None or then is None else now - then

    def private_findings(self) -> tuple[Finding, ...]:
        """Red lines that the figures on screen cross; never part of a result that is exported."""
        if self.result is None or not self._document.red_lines:
            return ()
        from workbench.analysis.findings import Needs, found_in

        lines = self._document.red_lines
        return found_in(Needs.RED_LINES, self.result.agreement, self.result, lines)

    def close(self) -> None:
        """Stop evaluating and close the database; the task runner must be shut down first."""
        self._closed = True
        self._soon.stop()
        self._later.stop()
        if self.database is not None:
            self.database.close()
            self.database = None

    def _on_opened(self) -> None:
        self._pin_next = True
        self.year = None

    def _start(self) -> None:
        agreement = self._document.agreement
        option, year = self._document.option, self.year

        def quickly(progress: Progress) -> object:
            evaluator = self._evaluator_now(progress)
            return evaluator.evaluate(agreement, option, year, progress, complete=False)

        self._run(self.tr("Evaluating"), quickly)

    def _run(self, title: str, work: Work) -> None:
        task: Task = self._tasks.start(title, work, key="evaluate")
        task.succeeded.connect(self._on_result)
        task.failed.connect(self._on_failed)
        task.progressed.connect(self._on_progressed)

    def _evaluator_now(self, progress: Progress) -> Evaluator:
        """On the worker thread: open the database, at the first evaluation and when another."""
        choice = self._choice
        if self._evaluator is None or self._opened is not choice:
            from workbench.analysis.evaluation import Evaluator
            from workbench.tradedata.database import TradeDatabase
            from workbench.tradedata.starter.location import ensure_starter
            from workbench.tradedata.user_database import default_path

            path = ensure_starter(progress) if choice.starter else choice.path
            self.database = TradeDatabase(path or default_path(progress))
            self._evaluator = Evaluator(self.database)
            self._opened = choice
        return self._evaluator

    def _on_result(self, result: Evaluation) -> None:
        first = self.result is None
        before, self.result = self.result, result
        self.only_leverage_is_new = (
            before is not None and result.complete and result.by_product is before.by_product
        )
        if not result.complete:
            self.milliseconds = (time.perf_counter() - self._edited_at) * 1000
        if self._pin_next:
            self._pin_next = not result.complete
            self.pinned = result
        if first:
            self.database_opened.emit()
        self.evaluated.emit()
        if not result.complete and not self._soon.isActive():
            self._later.start()

    def _complete(self) -> None:
        """Work out leverage gaps for the figures on screen."""
        result = self.result
        if self._closed or result is None:
            return

        def work(progress: Progress) -> object:
            from workbench.analysis.evaluation import with_leverage

            return with_leverage(result, progress)

        self._run(self.tr("Working out leverage"), work)

    def _on_progressed(self, done: int, total: int, label: str) -> None:
        self.progressed.emit(f"{label} ({done}/{total})")

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, WorkbenchError):
            raise error
        self.failed.emit(str(error))
