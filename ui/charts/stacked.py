"""Bars divided into parts: what share of trade is free already, what share a rule can bite on."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from ui import format as fmt
from ui.charts.base import (
    CENTER,
    GAP,
    RIGHT,
    SMALL_PX,
    Drawing,
    LegendEntry,
    Sheet,
    Table,
    Text,
    ink_on,
)
from ui.models.frame_model import Column
from ui.theme import Theme

_BAR, _ROW_MIN, _ROW_MAX, _MORE = 24.0, 30.0, 44.0, 20.0
_LINE = 24.0
_LABEL_SHARE, _LEGEND_SHARE = 0.35, 0.4


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of share, the same in every bar; `unknown` is drawn hatched and grey."""

    key: str
    label: str
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar: a value for each part, None where not known."""

    key: str
    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class StackedBars:
    """Bars of 100 per cent. A single bar gets a line for each part, with share and value."""

    title: str
    parts: tuple[Part, ...]
    stacks: tuple[Stack, ...]
    text: Text = fmt.money
    label_title: str = "Name"
    empty: str = "Nothing to show"

    def draw(self, painter: QPainter, rect: QRectF, look: Theme, selected: str = "") -> Drawing:
        """See `draw` of this module."""
        return draw(painter, rect, look, self, selected)

    def describe(self) -> str:
        """The shares of the first bar, or how many bars there are."""
        if not self.stacks:
            return f"{self.title}: {self.empty.lower()}."
        if len(self.stacks) > 1:
            return f"{self.title}: {fmt.plural(len(self.stacks), 'bar')} divided into parts."
        stack = self.stacks[0]
        total = _total(stack)
        shares = [
            f"{part.label} {fmt.percent(value / total if value is not None and total else None)}"
            for part, value in zip(self.parts, stack.values, strict=True)
        ]
        return f"{self.title}: {', '.join(shares)}."

    def table(self) -> Table:
        """A row for each bar and a column for each part; for one bar, a row for each part."""
        values: dict[str, Sequence[object]]
        if len(self.stacks) == 1:
            stack = self.stacks[0]
            total = _total(stack)
            values = {
                "part": [part.label for part in self.parts],
                "value": list(stack.values),
                "share": [v / total if v is not None and total else None for v in stack.values],
            }
            columns = [
                Column("part", self.label_title),
                Column("value", "Value", self.text, numeric=True),
                Column("share", "Share", fmt.percent, numeric=True),
            ]
            return Table(tuple(columns), values)
        values = {"label": [stack.label for stack in self.stacks]}
        columns = [Column("label", self.label_title)]
        for place, part in enumerate(self.parts):
            columns.append(Column(part.key, part.label, self.text, numeric=True))
            values[part.key] = [stack.values[place] for stack in self.stacks]
        return Table(tuple(columns), values)

    def preferred_height(self) -> int:
        """All bars, or one bar and a line for each part."""
        if len(self.stacks) == 1:
            return round(_BAR + GAP + len(self.parts) * _LINE + 2)
        return round(max(len(self.stacks), 2) * 34 + 26)


def part_colors(look: Theme, parts: Sequence[Part]) -> list[QColor]:
    """A colour for each part; the unknown ones are grey."""
    colors, number = [], 0
    for part in parts:
        if part.unknown:
            colors.append(QColor(look.other))
        else:
            colors.append(look.series_color(number))
            number += 1
    return colors


def draw(
    painter: QPainter, rect: QRectF, look: Theme, data: StackedBars, selected: str = ""
) -> Drawing:
    """Draw the bars into a rectangle."""
    sheet = Sheet(painter, rect, look, selected)
    if not data.stacks or not any(_total(stack) for stack in data.stacks):
        return sheet.nothing(data.empty)
    colors = part_colors(look, data.parts)
    if len(data.stacks) == 1:
        _draw_single(sheet, data, colors)
    else:
        _draw_many(sheet, data, colors)
    return sheet.drawing()


def _draw_single(sheet: Sheet, data: StackedBars, colors: list[QColor]) -> None:
    rect, stack = sheet.rect, data.stacks[0]
    _draw_bar(sheet, QRectF(rect.left(), rect.top(), rect.width(), _BAR), stack, data, colors)
    total = _total(stack)
    figures = [data.text(value) for value in stack.values]
    shares = [fmt.percent(value / total if value is not None else None) for value in stack.values]
    figures_wide = sheet.widest(figures) + 1
    shares_wide = sheet.widest(shares) + 1
    top = rect.top() + _BAR + GAP
    for part, color, figure, share in zip(data.parts, colors, figures, shares, strict=True):
        if top + _LINE > rect.bottom() + 0.5:
            break
        line = QRectF(rect.left(), top, rect.width(), _LINE)
        if part.key == sheet.selected:
            sheet.block(line.adjusted(-2, 1, 2, -1), "selection", 4)
        swatch = QRectF(rect.left() + 2, line.center().y() - 5.5, 11, 11)
        sheet.block(swatch, color, hatched=part.unknown)
        value_box = QRectF(rect.right() - figures_wide, top, figures_wide, _LINE)
        sheet.words(value_box, figure, "text", RIGHT)
        share_box = QRectF(value_box.left() - 14 - shares_wide, top, shares_wide, _LINE)
        sheet.words(share_box, share, "text_2", RIGHT)
        label_box = QRectF(swatch.right() + 7, top, share_box.left() - swatch.right() - 14, _LINE)
        sheet.words(label_box, part.label, "text")
        sheet.hit(part.key, line, f"{part.label}: {share}, {figure}")
        top += _LINE


def _draw_many(sheet: Sheet, data: StackedBars, colors: list[QColor]) -> None:
    rect = sheet.rect
    entries = [
        LegendEntry(part.label, color, part.unknown)
        for part, color in zip(data.parts, colors, strict=True)
    ]
    body = QRectF(rect)
    if sheet.legend_height(entries, rect.width()) <= rect.height() * _LEGEND_SHARE:
        body.setTop(rect.top() + sheet.legend(entries, rect) + 6)
    shown = data.stacks
    if len(shown) * _ROW_MIN > body.height():
        shown = shown[: max(1, int((body.height() - _MORE) // _ROW_MIN))]
        body.setBottom(body.bottom() - _MORE)
        foot = QRectF(body.left(), body.bottom(), body.width(), _MORE)
        sheet.more_line(foot, len(data.stacks) - len(shown))
    row = min(max(body.height() / len(shown), _ROW_MIN), _ROW_MAX)
    wide = min(sheet.widest([s.label for s in shown]) + 1, body.width() * _LABEL_SHARE)
    totals = [
        fmt.MISSING if all(value is None for value in stack.values) else data.text(_total(stack))
        for stack in shown
    ]
    totals_wide = sheet.widest(totals) + 1
    for place, stack in enumerate(shown):
        top = body.top() + place * row
        strip = QRectF(body.left(), top, body.width(), row)
        if stack.key == sheet.selected:
            sheet.block(strip.adjusted(-2, 1, 2, -1), "selection", 4)
        sheet.words(QRectF(body.left(), top, wide, row), stack.label, "text", RIGHT)
        sheet.words(
            QRectF(body.right() - totals_wide, top, totals_wide, row),
            totals[place],
            "text_2",
            RIGHT,
        )
        left = body.left() + wide + GAP
        bar = QRectF(left, top + (row - 20) / 2, body.right() - totals_wide - GAP - left, 20)
        _draw_bar(sheet, bar, stack, data, colors, hits=False)
        sheet.hit(stack.key, strip, _words(stack, data))


def _draw_bar(
    sheet: Sheet,
    box: QRectF,
    stack: Stack,
    data: StackedBars,
    colors: list[QColor],
    *,
    hits: bool = True,
) -> None:
    total = _total(stack)
    if not total:
        sheet.words(box, fmt.MISSING, "text_3")
        return
    left = box.left()
    for part, value, color in zip(data.parts, stack.values, colors, strict=True):
        if not value:
            continue
        width = box.width() * value / total
        piece = QRectF(left, box.top(), max(width - 1.5, 1.0), box.height())
        shade = sheet.shade(color, part.key) if hits else color
        sheet.block(piece, shade, hatched=part.unknown)
        words = fmt.percent(value / total)
        if sheet.width(words, SMALL_PX) + 8 <= piece.width() and not part.unknown:
            ink = ink_on(color)
            sheet.words(piece, words, ink, CENTER, SMALL_PX, strong=True)
        if hits:
            sheet.hit(part.key, piece, f"{part.label}: {words}, {data.text(value)}")
        left += width


def _total(stack: Stack) -> float:
    return sum(value for value in stack.values if value is not None)


def _words(stack: Stack, data: StackedBars) -> str:
    total = _total(stack)
    shares = [
        f"{part.label} {fmt.percent(value / total if value is not None and total else None)}"
        for part, value in zip(data.parts, stack.values, strict=True)
    ]
    return f"{stack.label}: {', '.join(shares)}"
