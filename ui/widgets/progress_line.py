"""One line that shows how far a task is, with the button that stops it."""

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from ui import format as fmt
from ui import theme
from ui.tasks import Task
from ui.widgets.buttons import button
from ui.widgets.labels import ElidedLabel


class ProgressLine(QWidget):
    """Follows one task until it ends, then hides; `tall` says what is being done below the bar."""

    def __init__(self, name: str, parent: QWidget | None = None, *, tall: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._task: Task | None = None
        self._title = ElidedLabel("", f"{name}Title")
        self._bar = QProgressBar()
        self._bar.setObjectName(f"{name}Bar")
        self._bar.setTextVisible(False)
        self._state = ElidedLabel("", f"{name}State")
        self._cancel = button(self.tr("Cancel"), f"{name}Cancel")
        self._cancel.clicked.connect(self._stop)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._title, 2)
        row.addWidget(self._bar, 4 if tall else 5)
        if not tall:
            row.addWidget(self._state, 2)
        row.addWidget(self._cancel)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addLayout(row)
        if tall:
            theme.set_role(self._state, "muted")
            whole.addWidget(self._state)
        self.hide()

    def watch(self, task: Task) -> None:
        """Follow a task from now on, in place of any other."""
        self._task = task
        self._title.setText(task.title)
        self._bar.setAccessibleName(self.tr("Progress of {title}").format(title=task.title))
        self._bar.setRange(0, 0)
        self._state.setText("")
        self._cancel.setEnabled(True)
        self._cancel.setAccessibleName(self.tr("Cancel {title}").format(title=task.title))
        task.progressed.connect(self.show_step)
        for end in (task.succeeded, task.failed, task.cancelled):
            end.connect(self._end)
        self.show()

    def show_step(self, done: int, total: int, label: str) -> None:
        """Show how much is done and what is being done."""
        if self.sender() not in (self._task, None):
            return
        self._bar.setRange(0, max(total, 0))
        self._bar.setValue(done)
        share = fmt.percent(done / total) if total > 0 else ""
        self._state.setText(" · ".join(part for part in (share, label) if part))

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._cancel.setEnabled(False)
            self._state.setText(self.tr("Stopping…"))

    def _end(self) -> None:
        if self.sender() is self._task:
            self._task = None
            self.hide()
