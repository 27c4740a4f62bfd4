"""Rows with a label each and one axis below them, on which marks are put."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from ui.charts.base import CENTER, GAP, RIGHT, SMALL_PX, Scale, Sheet, Ticks, nice_ticks

ROW_MIN, AXIS = 20.0, 20.0
_MORE = 20.0
_LABEL_SHARE = 0.42


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the rows are that there was room for, and where their values go."""

    strips: tuple[QRectF, ...]
    scale: Scale
    bottom: float
    left: float
    right: float


def draw_rows(
    sheet: Sheet,
    body: QRectF,
    rows: Sequence[tuple[str, str]],
    span: tuple[float, float],
    ticks: Ticks,
    tallest: float,
) -> Rows:
    """Draw labels and axis; rows without room are counted in a last line.

    Args:
        sheet: to draw on.
        body: room for the rows; the figures of the axis come below it.
        rows: key and label of each, at least one.
        span: least and largest value.
        ticks: figures of the axis in words.
        tallest: a row at most.
    """
    body, count = QRectF(body), len(rows)
    if count * ROW_MIN > body.height():
        body.setBottom(body.bottom() - _MORE)
        count = max(1, int(body.height() // ROW_MIN))
        foot = QRectF(body.left(), sheet.rect.bottom() - _MORE, body.width(), _MORE)
        sheet.more_line(foot, len(rows) - count)
    shown = rows[:count]
    height = min(max(body.height() / count, ROW_MIN), tallest)
    bottom = body.top() + height * count
    labels_wide = min(sheet.widest([label for _, label in shown]) + 1, body.width() * _LABEL_SHARE)
    left, right = body.left() + labels_wide + GAP, body.right() - 6
    scale = _draw_axis(
        sheet, span, ticks, QRectF(left, body.top(), right - left, bottom - body.top())
    )
    strips = []
    for place, (key, label) in enumerate(shown):
        strip = QRectF(body.left(), body.top() + place * height, body.width(), height)
        if key == sheet.selected:
            sheet.block(strip.adjusted(-2, 1, 2, -1), "selection", 4)
        box = QRectF(body.left(), strip.top(), labels_wide, height)
        sheet.words(box, label, "text", RIGHT)
        strips.append(strip)
    return Rows(tuple(strips), scale, bottom, left, right)


def _draw_axis(sheet: Sheet, span: tuple[float, float], ticks: Ticks, plot: QRectF) -> Scale:
    """Lines at round numbers, as many as their figures leave room for."""
    for most in (7, 6, 5, 4, 3, 2):
        values = nice_ticks(*span, most)
        figures = ticks(values)
        if sheet.widest(figures, SMALL_PX) + 14 <= plot.width() / len(values):
            break
    half = sheet.width(figures[-1], SMALL_PX) / 2
    scale = Scale(values[0], values[-1], plot.left() + max(half, 6), plot.right() - half)
    for value, words in zip(values, figures, strict=True):
        x = scale(value)
        token = "input_border" if value == 0 else "rule"
        sheet.line(QPointF(x, plot.top()), QPointF(x, plot.bottom()), token)
        wide = sheet.width(words, SMALL_PX) + 2
        box = QRectF(x - wide / 2, plot.bottom(), wide, AXIS)
        sheet.words(box, words, "text_2", CENTER, SMALL_PX)
    return scale
