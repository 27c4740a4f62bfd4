"""The table of every page: sorted by a click, searched, copied and saved."""

import csv
import io
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QMenu,
    QTableView,
    QWidget,
)

from ui import icons, messages, theme
from ui.files import write_whole
from ui.models.frame_model import Cell, Column, Frame, FrameModel, Index, export_text
from ui.widgets.delegates import BarDelegate, ChipDelegate, RangeBarDelegate, TextDelegate

log = logging.getLogger(__name__)

_SAMPLE_ROWS = 60
_WIDTHS = {Cell.BAR: 170, Cell.RANGE: 220}
_MAX_WIDTH, _PAD, _STRETCH_MIN = 340, 30, 150


class DataTable(QTableView):
    """Shows a `FrameModel`; rows are selected whole.

    Signals:
        row_selected: where the current row stands in the data as given; -1 for none.
        row_activated: the same, on Return or a double click.
        cell_selected: the same row and the name of the current column, whenever either changes.
    """

    row_selected = Signal(int)
    row_activated = Signal(int)
    cell_selected = Signal(int, str)

    def __init__(
        self,
        columns: Sequence[Column],
        says: str,
        name: str,
        stretch: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Make an empty table.

        Args:
            columns: what it shows, left to right.
            says: what the table is, as accessible name and title of files saved from it.
            name: object name.
            stretch: name of the column that takes the room left over, its width being the
                least; the last if empty.
            parent: widget it is part of.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(says)
        self._says = says
        self._stretch = stretch
        self._empty_text = self.tr("Nothing to show")
        self._sized = False
        self._told = False
        self._folder = Path.home()
        # Before the model is set: Qt calls selectionChanged() from there.
        self.copy_action = self._action(self.tr("Copy"), "copy", self.copy_selection)
        self.copy_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self.copy_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.copy_all_action = self._action(self.tr("Copy the whole table"), "table", self.copy_all)
        self.save_action = self._action(self.tr("Save as CSV…"), "download", self.save_csv)
        self.explain_action = self._action(self.tr("Explain this figure"), "info", self.explain)
        self.addAction(self.copy_action)
        self.frame_model = FrameModel(columns, self)
        self.setModel(self.frame_model)
        self._set_up_view()
        self.setItemDelegate(TextDelegate(self.frame_model, self))
        self._bars = BarDelegate(self.frame_model, self)
        self._ranges = RangeBarDelegate(self.frame_model, self)
        self._chips = ChipDelegate(self.frame_model, self)
        self._set_up_delegates()
        self.fit_columns()
        self._sized = False
        self._connect()

    def _set_up_view(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.hide()
        rows.setDefaultSectionSize(theme.ROW_HEIGHT_PX)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setMinimumSectionSize(44)
        head.setSortIndicatorClearable(True)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        head.setStretchLastSection(not self._stretch)
        self.setSortingEnabled(True)

    def _set_up_delegates(self) -> None:
        drawn = {Cell.BAR: self._bars, Cell.RANGE: self._ranges, Cell.CHIP: self._chips}
        for position, column in enumerate(self.frame_model.columns):
            self.setItemDelegateForColumn(position, drawn.get(column.cell))  # type: ignore[arg-type]

    def _action(self, words: str, icon: str, handler: Any) -> QAction:
        action = QAction(words, self)
        icons.set_icon(action, icon)
        action.triggered.connect(handler)
        return action

    def _connect(self) -> None:
        self.activated.connect(self._tell_activated)
        self.clicked.connect(self._on_clicked)

    # Data

    def set_frame(self, frame: Frame | Mapping[str, Sequence[Any]], key: str = "") -> None:
        """Show new data; `key` names the column by whose value the current row is kept.

        The same data leaves all as it is, but the current row is told of again: what it stands for
        may have changed.
        """
        kept = self._current_value(key)
        if not self.frame_model.set_frame(frame):
            self.viewport().update()
            if kept is None:
                self.row_selected.emit(self.current_row())
            else:
                self.explain()
            return
        if not self._sized:
            self.fit_columns()
            self._sized = bool(self.frame_model.total_rows)
        if kept is not None:
            self.select_value(key, kept)

    def set_columns(
        self, columns: Sequence[Column], frame: Frame | Mapping[str, Sequence[Any]]
    ) -> None:
        """Show other columns and their data."""
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.frame_model.set_columns(columns, frame)
        self._set_up_delegates()
        self.fit_columns()

    def search(self, text: str) -> None:
        """Show only rows that hold every word, keeping the current row if it is among them."""
        kept = self.current_row()
        self.frame_model.set_search(text)
        if kept >= 0:
            self.select_row(kept)

    def set_empty_text(self, sentence: str) -> None:
        """What to say where there are no rows."""
        self._empty_text = sentence
        self.viewport().update()

    def current_row(self) -> int:
        """Where the current row stands in the data as given; -1 for none."""
        index = self.currentIndex()
        return self.frame_model.source_row(index.row()) if index.isValid() else -1

    def select_row(self, source_row: int) -> None:
        """Make a row of the data current, if it is in view."""
        row = self.frame_model.row_of_source(source_row)
        if row >= 0:
            self.selectRow(row)
            self.scrollTo(self.frame_model.index(row, 0))

    def select_value(self, name: str, value: object) -> bool:
        """Make the first row with this value current; False if there is none."""
        for row in range(self.frame_model.rowCount()):
            if self.frame_model.value(row, name) == value:
                self.selectRow(row)
                self.scrollTo(self.frame_model.index(row, 0))
                return True
        return False

    def _current_value(self, key: str) -> object:
        index = self.currentIndex()
        return self.frame_model.value(index.row(), key) if key and index.isValid() else None

    def fit_columns(self) -> None:
        """Make columns as wide as their title and first rows ask for."""
        self._sized = True
        model = self.frame_model
        metrics = QFontMetrics(self.font())
        head = QFontMetrics(theme.font(theme.SMALL_PT, QFont.Weight.DemiBold))
        for position, column in enumerate(model.columns):
            width = column.width or _WIDTHS.get(column.cell, 0)
            if not width:
                rows = range(min(_SAMPLE_ROWS, model.rowCount()))
                texts = [str(model.index(row, position).data()) for row in rows]
                widest = max((metrics.horizontalAdvance(t) for t in texts), default=0)
                if column.cell is Cell.CHIP:
                    widest += 36
                width = max(widest + _PAD, head.horizontalAdvance(column.title) + _PAD + 14)
            self.setColumnWidth(position, min(width, max(_MAX_WIDTH, column.width)))
        self._share_room()

    def _share_room(self) -> None:
        """Give the room left over to the column that stretches."""
        names = [column.name for column in self.frame_model.columns]
        if self._stretch not in names:
            return
        wide = names.index(self._stretch)
        taken = sum(self.columnWidth(other) for other in range(len(names)) if other != wide)
        least = self.frame_model.columns[wide].width or _STRETCH_MIN
        self.setColumnWidth(wide, max(self.viewport().width() - taken, least))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the room anew."""
        super().resizeEvent(event)
        self._share_room()

    # What the user does

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which row is current."""
        super().currentChanged(current, previous)
        if current.row() != previous.row() or current.isValid() != previous.isValid():
            self.row_selected.emit(self.current_row())
        if current.isValid() and (current.row(), current.column()) != (
            previous.row(),
            previous.column(),
        ):
            self._told = True
            self.cell_selected.emit(self.current_row(), self.current_column())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on the current cell tells of it once more."""
        self._told = False
        super().mousePressEvent(event)

    def _on_clicked(self, _index: QModelIndex) -> None:
        if not self._told and self.currentIndex().isValid():
            self.cell_selected.emit(self.current_row(), self.current_column())

    def current_column(self) -> str:
        """Name of the current column, or empty."""
        index = self.currentIndex()
        return self.frame_model.columns[index.column()].name if index.isValid() else ""

    def explain(self) -> None:
        """Tell of the current cell once more, so that its figure is explained again."""
        if self.currentIndex().isValid():
            self.row_selected.emit(self.current_row())
            self.cell_selected.emit(self.current_row(), self.current_column())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Copying is offered where rows are selected."""
        super().selectionChanged(selected, deselected)
        self.copy_action.setEnabled(self.selectionModel().hasSelection())

    def _tell_activated(self, index: QModelIndex) -> None:
        self.row_activated.emit(self.frame_model.source_row(index.row()))

    def selected_rows(self) -> list[int]:
        """Rows on screen that are selected, top to bottom."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def copy_selection(self) -> None:
        """Put the selected rows on the clipboard, unrounded, with headings."""
        if rows := self.selected_rows():
            QApplication.clipboard().setText(self.frame_model.to_tsv(rows))

    def copy_all(self) -> None:
        """Put every row in view on the clipboard, unrounded, with headings."""
        QApplication.clipboard().setText(self.frame_model.to_tsv())

    def save_csv(self) -> None:
        """Write every row in view to a file, unrounded, with headings."""
        suggestion = self._folder / f"{self._says}.csv"
        path = messages.save_file(self, self.tr("Save the table"), suggestion, "CSV (*.csv)")
        if path is None:
            return
        self._folder = path.parent
        try:
            write_whole(path, self._csv().encode("utf-8-sig"))
        except OSError as error:
            log.warning("table not saved: %s", error)
            messages.show_error(
                self,
                self.tr("{path} could not be written: {why}. Choose another place.").format(
                    path=path, why=error.strerror or error
                ),
            )

    def _csv(self) -> str:
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(self.frame_model.headings())
        for row in self.frame_model.export_rows():
            writer.writerow([export_text(cell) for cell in row])
        return text.getvalue()

    def export_menu(self) -> QMenu:
        """A new menu of what can be done with the table; the caller owns it."""
        menu = QMenu(self)
        menu.setObjectName(f"{self.objectName()}Menu")
        self.explain_action.setEnabled(self.currentIndex().isValid())
        menu.addAction(self.explain_action)
        menu.addSeparator()
        menu.addActions([self.copy_action, self.copy_all_action])
        menu.addSeparator()
        menu.addAction(self.save_action)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy and save."""
        menu = self.export_menu()
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            corner: QRect = self.visualRect(self.currentIndex())
            place = self.viewport().mapToGlobal(QPoint(corner.left() + 20, corner.bottom()))
        menu.exec(place)
        menu.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or why there are none."""
        super().paintEvent(event)
        if self.frame_model.rowCount():
            return
        model = self.frame_model
        words = self.tr("No row matches the search") if model.total_rows else self._empty_text
        with QPainter(self.viewport()) as painter:
            painter.setPen(theme.current().color("text_3"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect().adjusted(16, 8, -16, -8), flags, words)
