"""A view whose figures take longer than a blink: worked out in the background while on show."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.widgets.buttons import button
from ui.widgets.empty_state import EmptyState
from ui.widgets.progress_line import ProgressLine
from ui.widgets.scrolled import scrolled
from workbench.errors import WorkbenchError
from workbench.progress import Progress

if TYPE_CHECKING:
    from ui.tasks import Task
    from workbench.analysis.results import Evaluation

_PAUSE_MS = 350


def alike(one: Evaluation, other: Evaluation) -> bool:
    """Whether two evaluations are of the same text, year and world."""
    return (
        one.agreement == other.agreement
        and one.year == other.year
        and one.baseline.market is other.baseline.market
    )


class AnalysisView(QWidget):
    """Asks `work` for an answer to the newest evaluation once there is a pause in the editing.

    Nothing is worked out while the view is out of sight. Until the new answer is there the old
    one stays, marked as being of an earlier text.

    Signals:
        explain: a figure of the evaluation for the inspector, and its row in the lanes.
        explained: an `Explanation` of a figure of this view.
        go_to: a section of the agreement to show.
    """

    explain = Signal(str, int)
    explained = Signal(object)
    go_to = Signal(str)

    needs_all_figures = False
    """Whether leverage gaps must be there, or the figures that come first are enough."""

    scrolls = True
    """Whether the view may be taller than its room, or has parts that scroll themselves."""

    def __init__(
        self,
        document: AgreementDocument,
        figures: Figures,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(self.title())
        self.document = document
        self.figures = figures
        self._of: Evaluation | None = None
        self._asked: Evaluation | None = None
        self._task: Task | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.start)
        self._state = QLabel()
        self._state.setObjectName(f"{name}State")
        theme.set_role(self._state, "small")
        self._again = button(self.tr("Work out again"), f"{name}Again")
        self._again.clicked.connect(self._on_again)
        self._line = ProgressLine(f"{name}Progress")
        self._empty = EmptyState("info", "", "", f"{name}Empty")
        self._empty.hide()
        self._bar = QWidget()
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(self._state, 1)
        bar.addWidget(self._again)
        inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(0, 0, 6 if self.scrolls else 0, 0)
        self.body.setSpacing(12)
        self.area: QWidget = scrolled(inside, f"{name}Scroll") if self.scrolls else inside
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        # As tall for words as for progress: what is below stays in its place between the two.
        self._top = QStackedWidget()
        self._top.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._top.addWidget(self._bar)
        self._top.addWidget(self._line)
        column.addWidget(self._top)
        column.addWidget(self.area, 1)
        column.addWidget(self._empty, 1)
        self._say("")
        document.changed.connect(self._on_edit)

    # What each view adds

    def title(self) -> str:
        """The word on its tab."""
        return ""

    def work(self, evaluation: Evaluation, progress: Progress) -> object:
        """The answer; runs on a worker thread and must not touch widgets."""
        return evaluation

    def show_answer(self, answer: object) -> None:
        """Redraw from an answer."""

    def nothing(self, evaluation: Evaluation) -> str:
        """Why there is nothing to work out, as a sentence; empty where there is."""
        return ""

    # When it is worked out

    def refresh(self) -> None:
        """The agreement changed: redraw what stands in its text."""

    def show_figures(self) -> None:
        """There are newer figures: work out again once the editing pauses."""
        result = self.figures.result
        if result is None or (self.needs_all_figures and not result.complete):
            return
        if self._asked is not None and not alike(self._asked, result):
            self._let_go()
        if self._same(result):
            if self._task is None:
                self._say("")
            return
        if self._says_nothing(result):
            return
        self._say_old()
        if self.isVisible():
            self._pause.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Work out what is missing now that it is seen."""
        super().showEvent(event)
        result = self.figures.result
        if result is None or self._same(result) or self._says_nothing(result):
            return
        if self._ready():
            self._pause.start(0)

    def hideEvent(self, event: QHideEvent) -> None:
        """Start nothing out of sight."""
        super().hideEvent(event)
        self._pause.stop()

    def _on_edit(self) -> None:
        """What is being worked out is of an earlier text now: make room for the new figures."""
        self._pause.stop()
        if self._task is not None:
            self._let_go()
            self._say_old()

    def _let_go(self) -> None:
        """Forget what was asked for last; work on it stops."""
        task, self._task, self._asked = self._task, None, None
        if task is not None:
            task.cancel()

    def start(self) -> None:
        """Work out the answer for the newest figures."""
        result = self.figures.result
        if result is None or not self._ready() or self._says_nothing(result):
            return
        self._asked = result
        task: Task = self.figures.tasks.start(
            self.title(),
            lambda progress: (result, self.work(result, progress)),
            self.objectName(),
            aside=True,
        )
        self._task = task
        self._line.watch(task)
        self._top.setCurrentWidget(self._line)
        self._top.show()
        task.succeeded.connect(self._on_answer)
        task.cancelled.connect(self._on_cancelled)
        task.failed.connect(self._on_failed)

    def _says_nothing(self, result: Evaluation) -> bool:
        """Whether there is nothing to work out; then the sentence stands in the view's place."""
        why = self.nothing(result)
        self.area.setVisible(not why)
        self._empty.setVisible(bool(why))
        if why:
            self._pause.stop()
            self._of = self._asked = None
            self._empty.say(why, "")
            self._say("")
        return bool(why)

    def _ready(self) -> bool:
        result = self.figures.result
        return result is not None and (result.complete or not self.needs_all_figures)

    def is_stale(self) -> bool:
        """Whether the answer shown is missing or of an earlier text."""
        result = self.figures.result
        if self._of is None or result is None or self.figures.out_of_date:
            return True
        return not alike(self._of, result)

    def _same(self, result: Evaluation) -> bool:
        """Whether the answer shown, or being worked out, is of this text and world."""
        return any(of is not None and alike(of, result) for of in (self._of, self._asked))

    def _on_answer(self, outcome: object) -> None:
        result, answer = cast("tuple[Evaluation, object]", outcome)
        if result is not self._asked:
            return
        self._of, self._task = result, None
        self._say("")
        self.show_answer(answer)

    def _on_cancelled(self) -> None:
        if self.sender() is not self._task:
            return
        self._asked, self._task = None, None
        self._say(self.tr("Not worked out"))
        self._again.show()

    def _on_failed(self, error: BaseException) -> None:
        self._asked, self._task = None, None
        if not isinstance(error, WorkbenchError):
            raise error
        self._say(str(error))
        self._again.show()

    def _on_again(self) -> None:
        self._of = self._asked = None
        self.start()

    def _say_old(self) -> None:
        if self._of is not None:
            self._say(self.tr("Of an earlier text; being worked out again"))

    def _say(self, words: str) -> None:
        self._state.setText(words)
        self._again.setVisible(False)
        self._top.setCurrentWidget(self._bar)
        self._top.setVisible(bool(words))
