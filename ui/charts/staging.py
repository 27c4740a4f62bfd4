"""A duty by year: how a rate falls in steps."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from ui import format as fmt
from ui.charts.base import (
    CENTER,
    RIGHT,
    SMALL_PX,
    Drawing,
    Scale,
    Sheet,
    Table,
    nice_ticks,
)
from ui.models.frame_model import Column
from ui.theme import Theme

_AXIS = 21.0


@dataclass(frozen=True, slots=True)
class Step:
    """The rate of one year, a fraction; the base rate is the one before the first cut."""

    year: str
    rate: float | None
    base: bool = False


@dataclass(frozen=True, slots=True)
class Staging:
    """Rates by year, first to last."""

    title: str
    steps: tuple[Step, ...]
    empty: str = "No staging"

    def draw(self, painter: QPainter, rect: QRectF, look: Theme, selected: str = "") -> Drawing:
        """See `draw` of this module."""
        return draw(painter, rect, look, self, selected)

    def describe(self) -> str:
        """From which rate to which, and when."""
        known = [step for step in self.steps if step.rate is not None]
        if not known:
            return f"{self.title}: {self.empty.lower()}."
        first, last = known[0], known[-1]
        return (
            f"{self.title}: from {fmt.percent(first.rate)} in {first.year} "
            f"to {fmt.percent(last.rate)} in {last.year}."
        )

    def table(self) -> Table:
        """Years and rates."""
        columns = (Column("year", "Year"), Column("rate", "Rate", fmt.percent, numeric=True))
        values: dict[str, Sequence[object]] = {
            "year": [step.year for step in self.steps],
            "rate": [step.rate for step in self.steps],
        }
        return Table(columns, values)

    def preferred_height(self) -> int:
        """A small chart."""
        return 150


def draw(
    painter: QPainter, rect: QRectF, look: Theme, data: Staging, selected: str = ""
) -> Drawing:
    """Draw the steps into a rectangle."""
    sheet = Sheet(painter, rect, look, selected)
    known = [step.rate for step in data.steps if step.rate is not None]
    if not known:
        return sheet.nothing(data.empty)
    most = 3 if rect.height() < 110 else 5
    ticks = nice_ticks(0.0, max(*known, 0.0) or 0.01, most)
    figures = fmt.percent_ticks(ticks)
    axis_wide = sheet.widest(figures, SMALL_PX) + 6
    body = rect.adjusted(axis_wide, 9, -2, -_AXIS)
    scale = Scale(ticks[0], ticks[-1], body.bottom(), body.top())
    for tick, words in zip(ticks, figures, strict=True):
        y = scale(tick)
        sheet.line(QPointF(body.left(), y), QPointF(body.right(), y), "rule")
        box = QRectF(rect.left(), y - 8, axis_wide - 6, 16)
        sheet.words(box, words, "text_3", RIGHT, SMALL_PX)
    slot = body.width() / len(data.steps)
    thick = min(slot * 0.7, 26.0)
    years_wide = sheet.widest([step.year for step in data.steps], SMALL_PX) + 8
    every = 1
    while slot * every < years_wide:
        every += 1
    for place, step in enumerate(data.steps):
        middle = body.left() + (place + 0.5) * slot
        column = QRectF(middle - slot / 2, body.top() - 9, slot, rect.bottom() - body.top() + 9)
        if step.rate is not None:
            top = min(scale(step.rate), body.bottom() - 2)
            box = QRectF(middle - thick / 2, top, thick, body.bottom() - top)
            color = sheet.color("bar_soft" if step.base else "bar")
            sheet.block(box, sheet.shade(color, step.year))
        if place % every == 0:
            wide = min(years_wide, rect.width())
            foot = QRectF(middle - wide / 2, body.bottom() + 6, wide, _AXIS - 6)
            if foot.right() > rect.right() + 1:
                foot.moveRight(rect.right() + 1)
            sheet.words(foot, step.year, "text_2", CENTER, SMALL_PX)
        base = " (base rate)" if step.base else ""
        sheet.hit(step.year, column, f"{step.year}: {fmt.percent(step.rate)}{base}")
    return sheet.drawing()
