"""The one widget that hosts any chart: pointing, keyboard, words for those who do not see it."""

import logging
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QApplication,
    QMenu,
    QSizePolicy,
    QStackedLayout,
    QToolTip,
    QWidget,
)

from ui import icons, messages, theme
from ui.charts import export
from ui.charts.base import ChartData, Drawing, Hit
from ui.widgets.data_table import DataTable

log = logging.getLogger(__name__)

_INSET = 6.0
_NEXT = (Qt.Key.Key_Down, Qt.Key.Key_Right)
_BEFORE = (Qt.Key.Key_Up, Qt.Key.Key_Left)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class _Canvas(QWidget):
    """The drawn side of a chart."""

    selected = Signal(str)
    activated = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.data: ChartData | None = None
        self.key = ""
        self._drawing = Drawing((), ())

    def hits(self) -> tuple[Hit, ...]:
        """Places that can be pointed at, as last drawn."""
        return self._drawing.hits

    def show_key(self, key: str) -> None:
        """Mark one thing as selected."""
        self.key = key
        self._say()
        self.update()

    def hit_at(self, place: QPointF) -> Hit | None:
        """What lies at a place, the topmost first."""
        for hit in reversed(self._drawing.hits):
            if hit.region.contains(place):
                return hit
        return None

    def draw_now(self) -> None:
        """Lay out the chart without a paint event, so that places are known."""
        self.grab()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chart, and the focus ring around it."""
        look = theme.current()
        with QPainter(self) as painter:
            whole = QRectF(self.rect())
            if self.data is not None:
                inner = whole.adjusted(_INSET, _INSET, -_INSET, -_INSET)
                self._drawing = self.data.draw(painter, inner, look, self.key)
            if self.hasFocus():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(look.color("focus"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), 5, 5)

    def event(self, event: QEvent) -> bool:
        """Say in a tool tip what is under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            hit = self.hit_at(QPointF(event.pos()))
            if hit is not None:
                QToolTip.showText(event.globalPos(), hit.words, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over what can be selected."""
        over = self.hit_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select what was pressed, or nothing."""
        if event.button() == Qt.MouseButton.LeftButton:
            hit = self.hit_at(event.position())
            self._select(hit.key if hit is not None else "")

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go to what was pressed."""
        hit = self.hit_at(event.position())
        if hit is not None:
            self.activated.emit(hit.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk through the chart, Return goes there, Escape selects nothing."""
        keys = list(dict.fromkeys(hit.key for hit in self._drawing.hits))
        if event.key() == Qt.Key.Key_Escape and self.key:
            self._select("")
        elif event.key() in _ENTER and self.key:
            self.activated.emit(self.key)
        elif keys and event.key() in (*_NEXT, *_BEFORE, Qt.Key.Key_Home, Qt.Key.Key_End):
            self._select(keys[self._next_place(event.key(), keys)])
        else:
            super().keyPressEvent(event)

    def _next_place(self, key: int, keys: list[str]) -> int:
        if key == Qt.Key.Key_Home:
            return 0
        if key == Qt.Key.Key_End:
            return len(keys) - 1
        if self.key not in keys:
            return 0 if key in _NEXT else len(keys) - 1
        step = 1 if key in _NEXT else -1
        return (keys.index(self.key) + step) % len(keys)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        super().focusOutEvent(event)
        self.update()

    def _select(self, key: str) -> None:
        if key != self.key:
            self.show_key(key)
            self.selected.emit(key)

    def _say(self) -> None:
        if self.data is None:
            return
        parts = [self.data.describe()]
        parts += [hit.words for hit in self._drawing.hits if hit.key == self.key][:1]
        self.setAccessibleDescription(" ".join(parts))


class ChartWidget(QWidget):
    """Shows one chart, or the table of its figures.

    Signals:
        selected: key of what the user selected in the chart; empty for nothing.
        activated: key of what the user wants to go to.
    """

    selected = Signal(str)
    activated = Signal(str)

    def __init__(
        self, name: str, data: ChartData | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._folder = Path.home()
        self._canvas = _Canvas(self)
        self._canvas.setObjectName(f"{name}Canvas")
        self._table: DataTable | None = None
        self._layout = QStackedLayout(self)
        self._layout.addWidget(self._canvas)
        self.setFocusProxy(self._canvas)
        self.table_action = self._action(self.tr("Show as table"), "table")
        self.table_action.setCheckable(True)
        self.explain_action = self._action(self.tr("Explain what is selected"), "info")
        self.copy_action = self._action(self.tr("Copy picture"), "copy")
        self.save_action = self._action(self.tr("Save picture…"), "download")
        self._connect()
        if data is not None:
            self.set_data(data)

    def _action(self, words: str, icon: str) -> QAction:
        action = QAction(words, self)
        icons.set_icon(action, icon)
        return action

    def _connect(self) -> None:
        self.table_action.toggled.connect(self.show_table)
        self.explain_action.triggered.connect(self.explain)
        self.copy_action.triggered.connect(self.copy_picture)
        self.save_action.triggered.connect(self.save_picture)
        self._canvas.selected.connect(self.selected)
        self._canvas.activated.connect(self.activated)

    def data(self) -> ChartData | None:
        """The chart on show."""
        return self._canvas.data

    def set_data(self, data: ChartData) -> None:
        """Show a chart; what was selected stays selected, and the same one is not drawn anew."""
        if data == self._canvas.data:
            return
        self._canvas.data = data
        self._canvas.setAccessibleName(data.title)
        self._canvas.show_key(self._canvas.key)
        self.setAccessibleName(data.title)
        self.updateGeometry()
        if self._table is not None:
            table = data.table()
            self._table.set_columns(table.columns, table.values)

    def selected_key(self) -> str:
        """What is selected, or empty."""
        return self._canvas.key

    def explain(self) -> None:
        """Tell of what is selected once more, so that its figure is explained again."""
        if self._canvas.key:
            self.selected.emit(self._canvas.key)

    def select(self, key: str) -> None:
        """Select something without telling."""
        self._canvas.show_key(key)

    def hits(self) -> tuple[Hit, ...]:
        """Places that can be pointed at, laid out for the present size."""
        self._canvas.draw_now()
        return self._canvas.hits()

    def sizeHint(self) -> QSize:
        """As tall as the chart prefers."""
        data = self._canvas.data
        tall = data.preferred_height() if data is not None else 160
        return QSize(420, tall + round(2 * _INSET))

    def minimumSizeHint(self) -> QSize:
        """Below this nothing could be read."""
        return QSize(180, 90)

    def show_table(self, shown: bool) -> None:
        """Show the figures instead of the picture, or the picture again."""
        data = self._canvas.data
        if shown and self._table is None and data is not None:
            table = data.table()
            name = f"{self.objectName()}Table"
            self._table = DataTable(table.columns, data.title, name, parent=self)
            self._table.set_frame(table.values)
            self._layout.addWidget(self._table)
        if self._table is not None:
            side = self._table if shown else self._canvas
            self._layout.setCurrentWidget(side)
            self.setFocusProxy(side)
        self.table_action.setChecked(shown)

    def export_menu(self) -> QMenu:
        """A new menu of what can be done with the chart; the caller owns it."""
        menu = QMenu(self)
        menu.setObjectName(f"{self.objectName()}Menu")
        self.explain_action.setEnabled(bool(self._canvas.key))
        menu.addAction(self.explain_action)
        menu.addAction(self.table_action)
        menu.addSeparator()
        menu.addActions([self.copy_action, self.save_action])
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the table, the picture and its file."""
        menu = self.export_menu()
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.mapToGlobal(QPoint(20, 20))
        menu.exec(place)
        menu.deleteLater()

    def copy_picture(self) -> None:
        """Put the chart on the clipboard."""
        data = self._canvas.data
        if data is not None:
            image = export.to_image(data, self._export_size(data))
            QApplication.clipboard().setImage(image)

    def save_picture(self) -> None:
        """Write the chart to a file."""
        data = self._canvas.data
        if data is None:
            return
        filters = "PNG (*.png);;SVG (*.svg);;PDF (*.pdf)"
        stem = "".join(c if c.isalnum() or c in " -,." else "-" for c in data.title).strip(" .")
        suggestion = self._folder / f"{stem}.png"
        path = messages.save_file(self, self.tr("Save the chart"), suggestion, filters)
        if path is None:
            return
        self._folder = path.parent
        try:
            export.save(data, path, self._export_size(data))
        except ValueError as error:
            messages.show_error(self, f"{error}.")
        except OSError as error:
            log.warning("chart not saved: %s", error)
            messages.show_error(
                self,
                self.tr("{path} could not be written: {why}. Choose another place.").format(
                    path=path, why=error.strerror or error
                ),
            )

    def _export_size(self, data: ChartData) -> QSize:
        return export.titled_size(data, max(self.width(), 480), self.height())
