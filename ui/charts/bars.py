"""Horizontal bars with their figures: who or what is largest, declared beside traced."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from ui import format as fmt
from ui.charts.base import (
    BODY_PX,
    GAP,
    RIGHT,
    Drawing,
    LegendEntry,
    Scale,
    Sheet,
    Table,
    Text,
)
from ui.models.frame_model import Column
from ui.theme import Theme

_ROW_MIN, _ROW_MAX = (20.0, 30.0), (34.0, 44.0)
_LABEL_SHARE = 0.42
_BAR_MIN = 24.0
_MORE_HEIGHT = 20.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: a value, and for two series a second one; None where not known."""

    key: str
    label: str
    value: float | None
    second: float | None = None
    tip: str = ""


@dataclass(frozen=True, slots=True)
class BarList:
    """Bars from the first row down.

    Args:
        title: what they are, with the unit.
        bars: rows, in the order shown.
        text: a value as shown, from `ui/format.py`.
        series: names of the two series, such as ("Declared", "Traced"); empty for one series.
        label_title: what the rows are, for the table: "Product".
        empty: what to say without rows.
        zeros: whether a value of nothing is written; not where many are so by construction.
    """

    title: str
    bars: tuple[Bar, ...]
    text: Text = fmt.money
    series: tuple[str, ...] = ()
    label_title: str = "Name"
    empty: str = "Nothing to show"
    zeros: bool = True

    def draw(self, painter: QPainter, rect: QRectF, look: Theme, selected: str = "") -> Drawing:
        """See `draw` of this module."""
        return draw(painter, rect, look, self, selected)

    def describe(self) -> str:
        """The largest and how many there are."""
        known = [bar for bar in self.bars if bar.value is not None]
        if not known:
            return f"{self.title}: {self.empty.lower()}."
        top = max(known, key=lambda bar: bar.value or 0.0)
        return (
            f"{self.title}: {fmt.plural(len(self.bars), 'bar')}, "
            f"the longest {top.label} with {self.text(top.value)}."
        )

    def table(self) -> Table:
        """Labels and values."""
        names = self.series or ("Value",)
        columns = [Column("label", self.label_title)]
        values: dict[str, Sequence[object]] = {"label": [bar.label for bar in self.bars]}
        columns.append(Column("value", names[0], self.text, numeric=True))
        values["value"] = [bar.value for bar in self.bars]
        if len(names) > 1:
            columns.append(Column("second", names[1], self.text, numeric=True))
            values["second"] = [bar.second for bar in self.bars]
        return Table(tuple(columns), values)

    def preferred_height(self) -> int:
        """All rows at ease."""
        two = len(self.series) > 1
        row = 38.0 if two else 26.0
        return round(max(len(self.bars), 2) * row + (26 if two else 4))


def draw(
    painter: QPainter, rect: QRectF, look: Theme, data: BarList, selected: str = ""
) -> Drawing:
    """Draw the bars into a rectangle; rows without room are counted in a last line."""
    sheet = Sheet(painter, rect, look, selected)
    if not data.bars:
        return sheet.nothing(data.empty)
    two = len(data.series) > 1
    body = QRectF(rect)
    colors = [look.color("bar"), look.series_color(1)]
    if two:
        entries = [
            LegendEntry(data.series[0], colors[0]),
            LegendEntry(data.series[1], colors[1], hatched=True),
        ]
        body.setTop(rect.top() + sheet.legend(entries, rect) + 6)
    shown = _rows_with_room(data.bars, body, two)
    hidden = len(data.bars) - len(shown)
    if hidden:
        body.setBottom(body.bottom() - _MORE_HEIGHT)
        sheet.more_line(QRectF(body.left(), body.bottom(), body.width(), _MORE_HEIGHT), hidden)
    row = min(max(body.height() / max(len(shown), 1), _ROW_MIN[two]), _ROW_MAX[two])
    figures = [data.text(v) for bar in shown for v in (bar.value, bar.second)]
    figures_wide = sheet.widest(figures) + 1
    values = [v for bar in data.bars for v in (bar.value, bar.second) if v is not None]
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    taken = (figures_wide + GAP) * (2 if low < 0 else 1) + GAP + _BAR_MIN
    labels_wide = min(
        sheet.widest([bar.label for bar in shown]) + 1,
        body.width() * _LABEL_SHARE,
        max(body.width() - taken, 0.0),
    )
    left = body.left() + labels_wide + GAP
    right = body.right() - figures_wide - GAP
    scale = Scale(low, high, left + (figures_wide + GAP if low < 0 else 0), max(right, left + 1))
    zero = scale(0.0)
    for place, bar in enumerate(shown):
        top = body.top() + place * row
        strip = QRectF(body.left(), top, body.width(), row)
        if bar.key == selected:
            sheet.block(strip.adjusted(-2, 1, 2, -1), "selection", 4)
        label_box = QRectF(body.left(), top, labels_wide, row)
        sheet.words(label_box, bar.label, "text", RIGHT)
        series = (bar.value, bar.second) if two else (bar.value,)
        slot = (row - (6 if two else 0)) / len(series)
        for number, value in enumerate(series):
            line = QRectF(left, top + (3 if two else 0) + number * slot, right - left, slot)
            thick = min(13.0, slot * (0.78 if two else 0.55))
            _draw_one(sheet, line, value, zero, scale, thick, data, number, figures_wide)
        sheet.hit(bar.key, strip, bar.tip or _words(bar, data))
    bottom = body.top() + row * len(shown)
    sheet.line(QPointF(zero, body.top()), QPointF(zero, bottom), "border")
    return sheet.drawing()


def _draw_one(
    sheet: Sheet,
    line: QRectF,
    value: float | None,
    zero: float,
    scale: Scale,
    thick: float,
    data: BarList,
    number: int,
    figures_wide: float,
) -> None:
    end = zero if value is None else scale(value)
    negative = value is not None and value < 0
    token = "negative" if negative else ("bar" if number == 0 else "")
    color = sheet.color(token) if token else sheet.look.series_color(1)
    start, stop = sorted((zero, end))
    if value is not None and value != 0:
        box = QRectF(start, line.center().y() - thick / 2, max(stop - start, 1.5), thick)
        sheet.block(box, color, hatched=number == 1)
    words = "" if value == 0 and not data.zeros else data.text(value)
    token = "text_3" if value is None else "text_2"
    pixels = BODY_PX
    if negative:
        box = QRectF(start - GAP * 0.75 - figures_wide, line.top(), figures_wide, line.height())
        sheet.words(box, words, token, RIGHT, pixels)
    else:
        box = QRectF(stop + GAP * 0.75, line.top(), figures_wide + 1, line.height())
        sheet.words(box, words, token, pixels=pixels)


def _rows_with_room(bars: tuple[Bar, ...], body: QRectF, two: bool) -> tuple[Bar, ...]:
    if len(bars) * _ROW_MIN[two] <= body.height():
        return bars
    return bars[: max(1, int((body.height() - _MORE_HEIGHT) // _ROW_MIN[two]))]


def _words(bar: Bar, data: BarList) -> str:
    if len(data.series) > 1:
        return (
            f"{bar.label}: {data.series[0].lower()} {data.text(bar.value)}, "
            f"{data.series[1].lower()} {data.text(bar.second)}"
        )
    return f"{bar.label}: {data.text(bar.value)}"
