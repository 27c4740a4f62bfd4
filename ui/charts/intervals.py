"""Low, middle and high of several things on one axis: how sure a figure is."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from ui import format as fmt
from ui.charts.base import (
    CENTER,
    GAP,
    RIGHT,
    SMALL_PX,
    Drawing,
    Scale,
    Sheet,
    Table,
    Text,
    Ticks,
    nice_ticks,
)
from ui.models.frame_model import Column
from ui.theme import Theme

_ROW_MIN, _ROW_MAX, _MORE, _AXIS = 20.0, 36.0, 20.0, 20.0
_LABEL_SHARE = 0.42
_TITLED_MIN = 140.0


@dataclass(frozen=True, slots=True)
class Interval:
    """One row, from low to high; a None among them and nothing is drawn."""

    key: str
    label: str
    low: float | None
    middle: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Intervals:
    """Rows on one axis; `ticks` writes axis figures, `text` those of tips and table."""

    title: str
    rows: tuple[Interval, ...]
    text: Text = fmt.money
    ticks: Ticks = fmt.money_ticks
    axis_title: str = ""
    label_title: str = "Name"
    empty: str = "Nothing to show"

    def draw(self, painter: QPainter, rect: QRectF, look: Theme, selected: str = "") -> Drawing:
        """See `draw` of this module."""
        return draw(painter, rect, look, self, selected)

    def describe(self) -> str:
        """The row of the largest middle, with its range."""
        known = [row for row in self.rows if row.middle is not None]
        if not known:
            return f"{self.title}: {self.empty.lower()}."
        top = max(known, key=lambda row: row.middle or 0.0)
        return (
            f"{self.title}: {fmt.plural(len(self.rows), 'row')}, the highest {_words(top, self)}."
        )

    def table(self) -> Table:
        """Labels and the three values."""
        columns = (
            Column("label", self.label_title),
            Column("low", "Low", self.text, numeric=True),
            Column("middle", "Middle", self.text, numeric=True),
            Column("high", "High", self.text, numeric=True),
        )
        values: dict[str, Sequence[object]] = {
            "label": [row.label for row in self.rows],
            "low": [row.low for row in self.rows],
            "middle": [row.middle for row in self.rows],
            "high": [row.high for row in self.rows],
        }
        return Table(columns, values)

    def preferred_height(self) -> int:
        """All rows at ease, and the axis."""
        return round(max(len(self.rows), 2) * 26 + _AXIS * (2 if self.axis_title else 1))


def draw(
    painter: QPainter, rect: QRectF, look: Theme, data: Intervals, selected: str = ""
) -> Drawing:
    """Draw the rows into a rectangle."""
    sheet = Sheet(painter, rect, look, selected)
    known = [v for row in data.rows for v in (row.low, row.middle, row.high) if v is not None]
    if not known:
        return sheet.nothing(data.empty)
    titled = bool(data.axis_title) and rect.height() > _TITLED_MIN
    body = rect.adjusted(0, 0, 0, -_AXIS * (2 if titled else 1))
    shown = data.rows
    if len(shown) * _ROW_MIN > body.height():
        body.setBottom(body.bottom() - _MORE)
        shown = shown[: max(1, int(body.height() // _ROW_MIN))]
        foot = QRectF(rect.left(), rect.bottom() - _MORE, rect.width(), _MORE)
        sheet.more_line(foot, len(data.rows) - len(shown))
    row_height = min(max(body.height() / len(shown), _ROW_MIN), _ROW_MAX)
    labels_wide = min(sheet.widest([r.label for r in shown]) + 1, body.width() * _LABEL_SHARE)
    bottom = body.top() + row_height * len(shown)
    left, right = body.left() + labels_wide + GAP, body.right() - 6
    ticks = _ticks(sheet, data, min(known), max(known), right - left)
    figures = data.ticks(ticks)
    half = sheet.width(figures[-1], SMALL_PX) / 2
    scale = Scale(ticks[0], ticks[-1], left + max(half, 6), right - half)
    for tick, words in zip(ticks, figures, strict=True):
        x = scale(tick)
        token = "input_border" if tick == 0 else "rule"
        sheet.line(QPointF(x, body.top()), QPointF(x, bottom), token)
        wide = sheet.width(words, SMALL_PX) + 2
        box = QRectF(x - wide / 2, bottom, wide, _AXIS)
        sheet.words(box, words, "text_2", CENTER, SMALL_PX)
    if titled:
        foot = QRectF(left, bottom + _AXIS - 2, right - left, _AXIS)
        sheet.words(foot, data.axis_title, "text_3", CENTER, SMALL_PX)
    for place, row in enumerate(shown):
        top = body.top() + place * row_height
        strip = QRectF(body.left(), top, body.width(), row_height)
        if row.key == selected:
            sheet.block(strip.adjusted(-2, 1, 2, -1), "selection", 4)
        label_box = QRectF(body.left(), top, labels_wide, row_height)
        sheet.words(label_box, row.label, "text", RIGHT)
        _draw_row(sheet, row, scale, strip.center().y())
        sheet.hit(row.key, strip, _words(row, data))
    return sheet.drawing()


def _ticks(
    sheet: Sheet, data: Intervals, low: float, high: float, width: float
) -> tuple[float, ...]:
    """As many ticks as their figures leave room for."""
    for most in (7, 6, 5, 4, 3, 2):
        ticks = nice_ticks(min(low, 0.0), max(high, 0.0), most)
        if sheet.widest(data.ticks(ticks), SMALL_PX) + 14 <= width / len(ticks):
            return ticks
    return ticks


def _draw_row(sheet: Sheet, row: Interval, scale: Scale, y: float) -> None:
    if row.low is None or row.middle is None or row.high is None:
        box = QRectF(scale(scale.low), y - 9, 20, 18)
        sheet.words(box, fmt.MISSING, "text_3")
        return
    bad = row.middle < 0
    start, end = scale(row.low), scale(row.high)
    body = QRectF(start, y - 3, max(end - start, 1.0), 6)
    sheet.block(body, "negative_soft" if bad else "bar_soft", 3)
    sheet.painter.setPen(Qt.PenStyle.NoPen)
    sheet.painter.setBrush(sheet.color("negative" if bad else "bar"))
    sheet.painter.drawEllipse(QPointF(scale(row.middle), y), 5, 5)


def _words(row: Interval, data: Intervals) -> str:
    return f"{row.label}: {data.text(row.middle)} ({data.text(row.low)} to {data.text(row.high)})"
