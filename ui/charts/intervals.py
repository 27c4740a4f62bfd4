"""Low, middle and high of several things on one axis: how sure a figure is."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from ui import format as fmt
from ui.charts.base import CENTER, SMALL_PX, Drawing, Scale, Sheet, Table, Text, Ticks
from ui.charts.rows import AXIS, draw_rows
from ui.models.frame_model import Column
from ui.theme import Theme

_ROW_MAX = 36.0
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
        return round(max(len(self.rows), 2) * 26 + AXIS * (2 if self.axis_title else 1))


def draw(
    painter: QPainter, rect: QRectF, look: Theme, data: Intervals, selected: str = ""
) -> Drawing:
    """Draw the rows into a rectangle."""
    sheet = Sheet(painter, rect, look, selected)
    known = [v for row in data.rows for v in (row.low, row.middle, row.high) if v is not None]
    if not known:
        return sheet.nothing(data.empty)
    titled = bool(data.axis_title) and rect.height() > _TITLED_MIN
    body = rect.adjusted(0, 0, 0, -AXIS * (2 if titled else 1))
    keys = [(row.key, row.label) for row in data.rows]
    span = min(0.0, *known), max(0.0, *known)
    rows = draw_rows(sheet, body, keys, span, data.ticks, _ROW_MAX)
    if titled:
        foot = QRectF(rows.left, rows.bottom + AXIS - 2, rows.right - rows.left, AXIS)
        sheet.words(foot, data.axis_title, "text_3", CENTER, SMALL_PX)
    for row, strip in zip(data.rows, rows.strips, strict=False):
        _draw_row(sheet, row, rows.scale, strip.center().y())
        sheet.hit(row.key, strip, _words(row, data))
    return sheet.drawing()


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
