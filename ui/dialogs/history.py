"""Earlier saved states of a file: what changed since each, and a way back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui import format as fmt
from ui import messages
from ui.document import AgreementDocument
from ui.models.frame_model import Column
from ui.widgets.buttons import button, primary_button
from ui.widgets.card import Card
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import small_label
from ui.widgets.segmented import SegmentedControl
from workbench.errors import WorkbenchError
from workbench.model.agreement import Agreement

if TYPE_CHECKING:
    from workbench.definitions.history import History, SavedState

NOW, BEFORE = "now", "before"


class HistoryDialog(QDialog):
    """Saved states on the left, what differs on the right."""

    def __init__(
        self, document: AgreementDocument, history: History, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("historyDialog")
        self.setWindowTitle(self.tr("History of the agreement"))
        self._document = document
        self._history = history
        self._states: tuple[SavedState, ...] = history.states()
        self._build()
        self._connect()
        self.resize(980, 560)
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
            [(NOW, self.tr("To the text now")), (BEFORE, self.tr("From the state before"))],
            "historyAgainst",
        )
        self.notes = DataTable(
            [Column("text", self.tr("What differs"), text=fmt.text)],
            self.tr("Differences in words"),
            "historyNotes",
            stretch="text",
        )
        self.notes.horizontalHeader().hide()
        self.notes.setProperty("flat", True)
        self.notes.setWordWrap(True)
        right = Card(self.tr("Changes"), "historyChanges")
        right.tools.addWidget(self.against)
        right.body.addWidget(self.notes, 1)
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
        """Tell what differs; a state that cannot be read says so."""
        from workbench.analysis.comparison import differences_in_words

        state = self.selected()
        self.restore.setEnabled(False)
        texts: list[str] = []
        if state is not None:
            try:
                old, new = self._ends(state)
                texts = [note.text for note in differences_in_words(old, new)]
                self.notes.set_empty_text(self.tr("Nothing differs"))
                self.restore.setEnabled(self._history.read(state) != self._document.base)
            except WorkbenchError as error:
                self.notes.set_empty_text(str(error))
        self.notes.set_frame({"text": texts})
        self.notes.resizeRowsToContents()

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
