"""The matrix of partners by commitment, filled in with single keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelection, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from ui import theme
from ui.models.stance_model import FIXED, STANCES, StanceModel
from ui.widgets.views import set_up_view
from workbench.model.agreement import Agreement
from workbench.model.commitments import Stance

_KEYS = {
    Qt.Key.Key_A: Stance.ACCEPTS,
    Qt.Key.Key_R: Stance.RESERVES,
    Qt.Key.Key_O: Stance.OPPOSES,
    Qt.Key.Key_S: Stance.SILENT,
    Qt.Key.Key_Delete: Stance.SILENT,
}
_PARTNER_WIDTH, _NAME_WIDTH, _OBLIGATION_WIDTH, _BRACKET_WIDTH = 54, 158, 134, 52


class StanceTable(QTableView):
    """Shows where partners stand; A, R, O and S set the cell under the cursor.

    Signals:
        row_selected: the commitment of the current cell; -1 for none.
        stance_chosen: commitment, economy and stance that the user chose.
    """

    row_selected = Signal(int)
    stance_chosen = Signal(int, str, str)

    def __init__(
        self,
        says: str,
        name: str,
        topic_words: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = StanceModel(topic_words, self)
        set_up_view(self, name, says)
        self.setModel(self._model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        rows = self.verticalHeader()
        rows.hide()
        rows.setDefaultSectionSize(theme.ROW_HEIGHT_PX)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(36)

    def show_agreement(self, agreement: Agreement) -> None:
        """Show another text and stay at the same cell where it is still there."""
        at = self.currentIndex()
        row, column = at.row(), at.column()
        shape = (self._model.rowCount(), self._model.columnCount())
        self._model.show(agreement)
        if shape != (self._model.rowCount(), self._model.columnCount()):
            self._size_columns()
            last = self._model.rowCount() - 1
            self.select_row(min(max(row, 0), last), max(column, 0))

    def select_row(self, row: int, column: int = 0) -> None:
        """Go to a commitment; -1 for none."""
        if 0 <= row < self._model.rowCount():
            column = min(column, self._model.columnCount() - 1)
            self.setCurrentIndex(self._model.index(row, column))
        else:
            self.row_selected.emit(-1)

    def row(self) -> int:
        """The commitment of the current cell; -1 for none."""
        return self.currentIndex().row()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the room anew."""
        super().resizeEvent(event)
        self._size_columns()

    def _size_columns(self) -> None:
        """Names of commitments take the room that partners leave over."""
        partners = self._model.columnCount() - FIXED
        taken = _OBLIGATION_WIDTH + _BRACKET_WIDTH + partners * _PARTNER_WIDTH
        names = max(self.viewport().width() - taken, _NAME_WIDTH)
        for column, width in enumerate(
            (names, _OBLIGATION_WIDTH, _BRACKET_WIDTH, *[_PARTNER_WIDTH] * partners)
        ):
            self.setColumnWidth(column, width)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell of the commitment."""
        super().selectionChanged(selected, deselected)
        self.row_selected.emit(self.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A letter sets the stance of the cell under the cursor."""
        stance = _KEYS.get(Qt.Key(event.key()))
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if stance is not None and plain and self.currentIndex().column() >= FIXED:
            self._choose(stance)
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the stances of the cell under the mouse, or under the cursor."""
        place = event.pos()
        index = self.indexAt(self.viewport().mapFrom(self, place))
        if index.isValid() and event.reason() is QContextMenuEvent.Reason.Mouse:
            self.setCurrentIndex(index)
        index = self.currentIndex()
        if not index.isValid() or index.column() < FIXED:
            return
        where = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        self._offer(
            where if event.reason() is not QContextMenuEvent.Reason.Mouse else event.globalPos()
        )

    def _offer(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAccessibleName(self.tr("Where the partner stands"))
        for key, stance in list(_KEYS.items())[: len(STANCES)]:
            action = menu.addAction(f"{STANCES[stance][1].capitalize()}\t{key.name[-1]}")
            action.setData(stance)
        chosen = menu.exec(where)
        if chosen is not None:
            self._choose(Stance(chosen.data()))
        menu.deleteLater()

    def _choose(self, stance: Stance) -> None:
        at = self.currentIndex()
        economy = self._model.economies[at.column() - FIXED]
        self.stance_chosen.emit(at.row(), economy, stance.value)
