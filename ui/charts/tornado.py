"""What each assumption does to one figure: bars from its low to its high end, widest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from ui import format as fmt
from ui.charts.base import Drawing, LegendEntry, Sheet, Table, Text, Ticks
from ui.charts.rows import AXIS, ROW_MIN, draw_rows
from ui.models.frame_model import Column
from ui.theme import Theme

_ROW_MAX = 34.0
_LEGEND_GAP = 6.0


@dataclass(frozen=True, slots=True)
class Swing:
    """One assumption: the words of its two ends, and the figure there; None is not known."""

    key: str
    label: str
    low: str
    high: str
    at_low: float | None
    at_high: float | None


@dataclass(frozen=True, slots=True)
class Tornado:
    """Bars around the figure as evaluated.

    Args:
        title: which figure, with its unit.
        base: the figure as evaluated.
        swings: rows, in the order shown.
        text: a figure as shown; `ticks` those of the axis.
        ends: words for the two ends of an assumption.
    """

    title: str
    base: float | None
    swings: tuple[Swing, ...]
    text: Text = fmt.money
    ticks: Ticks = fmt.money_ticks
    ends: tuple[str, str] = ("Assumption low", "Assumption high")
    label_title: str = "Assumption"
    empty: str = "Nothing to show"

    def draw(self, painter: QPainter, rect: QRectF, look: Theme, selected: str = "") -> Drawing:
        """See `draw` of this module."""
        return draw(painter, rect, look, self, selected)

    def describe(self) -> str:
        """The assumption that moves the figure most."""
        known = [swing for swing in self.swings if _width(swing, self.base) is not None]
        if not known or self.base is None:
            return f"{self.title}: {self.empty.lower()}."
        top = max(known, key=lambda swing: _width(swing, self.base) or 0.0)
        return (
            f"{self.title}: {self.text(self.base)} as evaluated; of "
            f"{fmt.plural(len(self.swings), 'assumption')} the most comes from {_words(top, self)}."
        )

    def table(self) -> Table:
        """Ends of each assumption and the figure there."""
        columns = (
            Column("label", self.label_title),
            Column("low", "Low end"),
            Column("high", "High end"),
            Column("at_low", "Figure at the low end", self.text, numeric=True),
            Column("base", "As evaluated", self.text, numeric=True),
            Column("at_high", "Figure at the high end", self.text, numeric=True),
        )
        values: dict[str, Sequence[object]] = {
            "label": [swing.label for swing in self.swings],
            "low": [swing.low for swing in self.swings],
            "high": [swing.high for swing in self.swings],
            "at_low": [swing.at_low for swing in self.swings],
            "base": [self.base for _ in self.swings],
            "at_high": [swing.at_high for swing in self.swings],
        }
        return Table(columns, values)

    def preferred_height(self) -> int:
        """All rows at ease, the axis and the legend."""
        return round(max(len(self.swings), 2) * 26 + 2 * AXIS + _LEGEND_GAP)


def draw(
    painter: QPainter, rect: QRectF, look: Theme, data: Tornado, selected: str = ""
) -> Drawing:
    """Draw the bars into a rectangle; rows without room are counted in a last line."""
    sheet = Sheet(painter, rect, look, selected)
    ends = [v for s in data.swings for v in (s.at_low, s.at_high) if v is not None]
    if data.base is None or not ends:
        return sheet.nothing(data.empty)
    colors = look.series_color(1), look.color("bar")
    entries = [
        LegendEntry(data.ends[0], colors[0], hatched=True),
        LegendEntry(data.ends[1], colors[1]),
    ]
    body = QRectF(rect)
    legend_high = sheet.legend_height(entries, rect.width()) + _LEGEND_GAP
    if rect.height() > legend_high + 4 * ROW_MIN + AXIS:
        body.setTop(rect.top() + sheet.legend(entries, rect) + _LEGEND_GAP)
    body.setBottom(rect.bottom() - AXIS)
    keys = [(swing.key, swing.label) for swing in data.swings]
    span = min(*ends, data.base), max(*ends, data.base)
    rows = draw_rows(sheet, body, keys, span, data.ticks, _ROW_MAX)
    scale = rows.scale
    for swing, strip in zip(data.swings, rows.strips, strict=False):
        thick = min(12.0, strip.height() * 0.5)
        for number, value in enumerate((swing.at_low, swing.at_high)):
            if value is None:
                continue
            start, stop = sorted((scale(data.base), scale(value)))
            # Both ends on one side share the row: the upper half is the low end's.
            same_side = _same_side(swing, data.base)
            high = thick / 2 if same_side else thick
            y = strip.center().y() - thick / 2 + (high if same_side and number else 0)
            box = QRectF(start, y, stop - start, high)
            if box.width() > 0.2:
                sheet.block(box, colors[number], 1, hatched=number == 0)
        sheet.hit(swing.key, strip, _words(swing, data))
    x = scale(data.base)
    sheet.line(QPointF(x, body.top()), QPointF(x, rows.bottom), "text_2", 1.4)
    return sheet.drawing()


def _same_side(swing: Swing, base: float) -> bool:
    if swing.at_low is None or swing.at_high is None:
        return False
    return (swing.at_low - base) * (swing.at_high - base) > 0


def _width(swing: Swing, base: float | None) -> float | None:
    known = [v for v in (swing.at_low, base, swing.at_high) if v is not None]
    return max(known) - min(known) if len(known) > 1 else None


def _words(swing: Swing, data: Tornado) -> str:
    return (
        f"{swing.label}: {data.text(swing.at_low)} at {swing.low}, "
        f"{data.text(swing.at_high)} at {swing.high}"
    )
