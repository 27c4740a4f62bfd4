"""Charts small enough for a table cell or a figure card."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from ui.theme import Theme

Span = tuple[float, float]
_THICK, _DOT = 5.0, 4.0


def _place(rect: QRectF, value: float, scale: Span) -> float:
    low, high = scale
    if high <= low:
        return rect.left()
    inner = rect.adjusted(_DOT, 0, -_DOT, 0)
    share = (min(max(value, low), high) - low) / (high - low)
    return inner.left() + share * inner.width()


def draw_zero_line(painter: QPainter, rect: QRectF, look: Theme, scale: Span) -> None:
    """The line from which values run left and right."""
    x = _place(rect, 0.0, scale)
    painter.setPen(QPen(look.color("border"), 1))
    painter.drawLine(QPointF(x, rect.top() + 5), QPointF(x, rect.bottom() - 5))


def draw_bar(painter: QPainter, rect: QRectF, look: Theme, value: float, scale: Span) -> None:
    """A bar from zero to a value, on a scale that contains zero."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if scale[0] < 0:
        draw_zero_line(painter, rect, look, scale)
    start, end = sorted((_place(rect, 0.0, scale), _place(rect, value, scale)))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("bar" if value >= 0 else "negative"))
    height = 8.0
    if end > start:
        bar = QRectF(start, rect.center().y() - height / 2, max(end - start, 1.5), height)
        painter.drawRoundedRect(bar, 2, 2)
    painter.restore()


def draw_range(
    painter: QPainter,
    rect: QRectF,
    look: Theme,
    value: tuple[float, float, float],
    scale: Span,
) -> None:
    """A (low, middle, high) interval with a dot at its middle; red where the middle is negative."""
    low, middle, high = value
    bad = middle < 0
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_zero_line(painter, rect, look, scale)
    y = rect.center().y()
    left, right = _place(rect, low, scale), _place(rect, high, scale)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("negative_soft" if bad else "bar_soft"))
    body = QRectF(left, y - _THICK / 2, max(right - left, 1.0), _THICK)
    painter.drawRoundedRect(body, _THICK / 2, _THICK / 2)
    painter.setBrush(look.color("negative" if bad else "bar"))
    painter.drawEllipse(QPointF(_place(rect, middle, scale), y), _DOT, _DOT)
    painter.restore()


def draw_share(painter: QPainter, rect: QRectF, look: Theme, share: float) -> None:
    """A bar filled so far, 0 to 1."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("track"))
    height = 6.0
    body = QRectF(rect.left(), rect.center().y() - height / 2, rect.width(), height)
    painter.drawRoundedRect(body, height / 2, height / 2)
    filled = QRectF(body)
    filled.setWidth(body.width() * min(max(share, 0.0), 1.0))
    painter.setBrush(look.color("bar"))
    if filled.width() >= 1:
        painter.drawRoundedRect(filled, height / 2, height / 2)
    painter.restore()


def draw_spark(painter: QPainter, rect: QRectF, look: Theme, values: Sequence[float]) -> None:
    """A small line through values, its last point marked."""
    if len(values) < 2:
        return
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    inner = rect.adjusted(2, 4, -4, -4)
    points = [
        QPointF(
            inner.left() + inner.width() * place / (len(values) - 1),
            inner.bottom() - inner.height() * (value - low) / span,
        )
        for place, value in enumerate(values)
    ]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.color("bar"), 1.6))
    painter.drawPolyline(QPolygonF(points))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("bar"))
    painter.drawEllipse(points[-1], 3, 3)
    painter.restore()
