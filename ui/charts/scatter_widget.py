"""The chart of many points: any of them can be pointed at, and a rectangle picks some out."""

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QRubberBand, QToolTip, QWidget

from ui import theme
from ui.charts.base import ChartData, Sheet
from ui.charts.scatter import Finder, Scatter, layout_of
from ui.charts.widget import ChartWidget

_INSET = 6.0
_DRAG_PX = 6


class ScatterWidget(ChartWidget):
    """A chart widget over a `Scatter`.

    Signals:
        brushed: least x, most x, least y, most y of a rectangle that was drawn.
    """

    brushed = Signal(float, float, float, float)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, None, parent)
        self._finder: Finder | None = None
        self._found_for: tuple[object, QSize] | None = None
        self._from: QPoint | None = None
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, self._canvas)
        self._canvas.installEventFilter(self)

    def set_data(self, data: ChartData) -> None:
        """Show a chart; what was selected stays selected."""
        self._finder = None
        super().set_data(data)

    def finder(self) -> Finder | None:
        """Where the points are, for the present size."""
        data = self.data()
        if not isinstance(data, Scatter) or not (known := data.known()):
            return None
        if self._finder is None or self._found_for != (data, self._canvas.size()):
            rect = QRectF(self._canvas.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET)
            image = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
            with QPainter(image) as painter:
                layout = layout_of(Sheet(painter, rect, theme.current()), data, known)
            self._finder = Finder(data, layout, known)
            self._found_for = (data, self._canvas.size())
        return self._finder

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Point at any point, and draw a rectangle."""
        if watched is self._canvas:
            if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
                return self._tip(event)
            if isinstance(event, QMouseEvent):
                if event.type() == QEvent.Type.MouseButtonPress:
                    return self._press(event)
                if event.type() == QEvent.Type.MouseMove:
                    return self._move(event)
                if event.type() == QEvent.Type.MouseButtonRelease:
                    return self._release(event)
        return super().eventFilter(watched, event)

    def _tip(self, event: QHelpEvent) -> bool:
        point = self._at(QPointF(event.pos()))
        data = self.data()
        if point < 0 or not isinstance(data, Scatter):
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPos(), data.words(point), self._canvas)
        return True

    def _at(self, place: QPointF) -> int:
        finder = self.finder()
        return finder.nearest(place) if finder is not None else -1

    def _press(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        self._from = event.position().toPoint()
        return True

    def _move(self, event: QMouseEvent) -> bool:
        if self._from is None:
            over = self._at(event.position()) >= 0
            shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.CrossCursor
            self._canvas.setCursor(shape)
            return True
        box = QRect(self._from, event.position().toPoint()).normalized()
        if max(box.width(), box.height()) > _DRAG_PX:
            self._band.setGeometry(box)
            self._band.show()
        return True

    def _release(self, event: QMouseEvent) -> bool:
        if self._from is None or event.button() != Qt.MouseButton.LeftButton:
            return False
        start, self._from = self._from, None
        finder = self.finder()
        if self._band.isVisible() and finder is not None:
            self._band.hide()
            self.brushed.emit(*finder.layout.values(QRectF(self._band.geometry())))
            return True
        self._band.hide()
        point = self._at(QPointF(start))
        key = str(point) if point >= 0 else ""
        if key != self.selected_key():
            self.select(key)
            self.selected.emit(key)
        return True
