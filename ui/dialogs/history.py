"""Earlier saved states of a file: what changed since each and what that does, and a way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui import format as fmt
from ui import messages
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Column
from ui.widgets.buttons import button, primary_button
from ui.widgets.card import Card
from ui.widgets.comparison_view import ComparisonView
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import small_label
from ui.widgets.segmented import SegmentedControl
from workbench.errors import WorkbenchError
from workbench.model.agreement import Agreement
from workbench.progress import Progress

if TYPE_CHECKING:
    from workbench.analysis.comparison import Comparison
    from workbench.definitions.history import History, SavedState

NOW, BEFORE = "now", "before"
KEY = "history"


class HistoryDialog(QDialog):
    """Saved states on the left, what differs on the right."""

    def __init__(
        self,
        document: AgreementDocument,
        history: History,
        figures: Figures,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("historyDialog")
        self.setWindowTitle(self.tr("History of the agreement"))
        self._document = document
        self._history = history
        self._figures = figures
        self._ends_shown: tuple[Agreement, Agreement] | None = None
        self._states: tuple[SavedState, ...] = history.states()
        self._build()
        self._connect()
        self.resize(1100, 580)
        self._fill()

    # Layout

    def _build(self) -> None:
        self.table = DataTable(
            [
                Column("saved_at", self.tr("Saved"), text=_when, width=172),
                Column("note", self.tr("Note"), text=fmt.text),
            ],
            self.tr("Saved states"),
            "historyTable",
            stretch="note",
        )
        self.table.setProperty("flat", True)
        self.table.setWordWrap(True)
        self.table.set_empty_text(self.tr("Nothing is kept yet: states are kept at each save."))
        left = Card(self.tr("Saved states"), "historyCard")
        left.body.addWidget(self.table, 1)
        self.against = SegmentedControl(
            self.tr("Compare with"),
            [(NOW, self.tr("Since then")), (BEFORE, self.tr("By that save"))],
            "historyAgainst",
        )
        self.compared = ComparisonView("historyComparison")
        right = Card(self.tr("Changes"), "historyChanges")
        right.tools.addWidget(self.against)
        right.tools.addWidget(self.compared.view)
        right.body.addWidget(self.compared, 1)
        self._says = small_label(
            self.tr(
                "Kept on this computer, apart from the file. Restoring is an edit like any other "
                "and can be undone."
            ),
            "historySays",
        )
        self.close_button = button(self.tr("Close"), "historyClose")
        self.restore = primary_button(self.tr("Restore this state"), "historyRestore", "rotate-ccw")
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(left, 4)
        middle.addWidget(right, 6)
        buttons = QHBoxLayout()
        buttons.addWidget(self._says, 1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.restore)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(12)
        whole.addLayout(middle, 1)
        whole.addLayout(buttons)

    def _connect(self) -> None:
        self.table.row_selected.connect(self._show)
        self.against.chosen.connect(self._show)
        self.close_button.clicked.connect(self.reject)
        self.restore.clicked.connect(self._on_restore)

    def _fill(self) -> None:
        self.table.set_frame(
            {
                "saved_at": [state.saved_at for state in self._states],
                "note": [state.note for state in self._states],
            }
        )
        self.table.resizeRowsToContents()
        self.table.select_row(0)
        self._show()

    # What is selected

    def selected(self) -> SavedState | None:
        """The state whose row is current."""
        row = self.table.current_row()
        return self._states[row] if 0 <= row < len(self._states) else None

    def _show(self) -> None:
        """Tell what differs, then what it does; a state that cannot be read says so."""
        state = self.selected()
        self.restore.setEnabled(False)
        self._ends_shown = None
        if state is None:
            self.compared.clear(self.tr("Select a state"))
            return
        try:
            old, new = self._ends_shown = self._ends(state)
            self.restore.setEnabled(self._history.read(state) != self._document.base)
        except WorkbenchError as error:
            self.compared.clear(str(error))
            return
        from workbench.analysis.comparison import compare, differences_in_words

        self.compared.clear(self.tr("The figures are being worked out"))
        self.compared.show_notes(differences_in_words(old, new))
        database, year = self._figures.database, self._figures.year
        if old == new or database is None:
            self.compared.clear(self.tr("Nothing differs") if old == new else "")
            self.compared.show_notes(differences_in_words(old, new))
            return

        def work(progress: Progress) -> object:
            from workbench.analysis.evaluation import Evaluator

            return compare(Evaluator(database), old, new, year, progress)

        task = self._figures.tasks.start(self.tr("Comparing with a saved state"), work, KEY)
        task.succeeded.connect(self._on_compared)
        task.failed.connect(self._on_failed)

    def _on_compared(self, found: Comparison) -> None:
        ends = (found.before.agreement, found.after.agreement)
        if self._ends_shown is not None and ends == self._ends_shown:
            self.compared.show_comparison(found)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, WorkbenchError):
            raise error
        self.compared.figures.set_empty_text(str(error))

    def done(self, result: int) -> None:
        """Stop what is under way."""
        task = self._figures.tasks.find(KEY)
        if task is not None:
            task.cancel()
        super().done(result)

    def _ends(self, state: SavedState) -> tuple[Agreement, Agreement]:
        then = self._history.read(state)
        if self.against.current() == NOW:
            return then, self._document.base
        place = self._states.index(state) + 1
        earlier = self._history.read(self._states[place]) if place < len(self._states) else then
        return earlier, then

    def _on_restore(self) -> None:
        state = self.selected()
        if state is None:
            return
        try:
            agreement = self._history.read(state)
        except WorkbenchError as error:
            messages.show_error(self, str(error))
            return
        words = self.tr("Restore the state of {when}").format(when=_when(state.saved_at))
        self._document.edit_whole(words, lambda _: agreement)
        self.accept()


def _when(value: object) -> str:
    """A time of saving as people here write it."""
    from datetime import datetime

    assert isinstance(value, datetime)
    return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
