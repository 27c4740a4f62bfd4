"""Figures along a swept rule: small panels over one axis, with rules of others beneath it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from ui import format as fmt
from ui.charts.base import (
    CENTER,
    LEFT,
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
from ui.charts.lines import marker, readable
from ui.models.frame_model import Column
from ui.theme import Theme

_AXIS, _TITLE, _LINE, _STRIP, _BETWEEN = 18.0, 19.0, 15.0, 42.0, 10.0
_GUTTER, _RIGHT, _SAMPLE = 20.0, 12.0, 18.0
_FAN, _APART = 24.0, 14.0
_TWO_COLUMNS, _ROOMY = 520.0, 150.0
_DASHES: tuple[tuple[float, ...], ...] = ((), (6.0, 3.0), (2.0, 2.5))
_MARKERS = "osd"
_FADED = 0.4
_LEAST_PANEL = 36.0


@dataclass(frozen=True, slots=True)
class Curve:
    """One figure at every step; None is not known, and the line has a gap."""

    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Figures of one unit."""

    title: str
    curves: tuple[Curve, ...]
    text: Text
    ticks: Ticks


@dataclass(frozen=True, slots=True)
class Flag:
    """A step that is best in some way, or the rule as drafted: words at the head of its line."""

    x: float
    label: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A rule in force elsewhere, on the strip below the axis; `words` say all of it."""

    x: float
    label: str
    words: str
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Swept:
    """Panels over the numbers of a sweep.

    Args:
        title: what is swept, for which products.
        x_title: the number, with its unit.
        xs: where, rising.
        panels: from top to bottom.
        flags: upright lines.
        elsewhere: rules of agreements in force.
        names: of the steps, where they are rules and not numbers; empty otherwise.
        x_text: a number as shown; `x_ticks` those of the axis.
        joined: whether there is something between two steps.
        stale: whether this is of an earlier text: drawn faint, and said.
    """

    title: str
    x_title: str
    xs: tuple[float, ...]
    panels: tuple[Panel, ...]
    flags: tuple[Flag, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    names: tuple[str, ...] = ()
    x_text: Text = fmt.percent
    x_ticks: Ticks = fmt.percent_ticks
    joined: bool = True
    stale: bool = False
    empty: str = "Nothing to show"

    def draw(self, painter: QPainter, rect: QRectF, look: Theme, selected: str = "") -> Drawing:
        """See `draw` of this module."""
        return draw(painter, rect, look, self, selected)

    def step_words(self, place: int) -> str:
        """Everything at one step."""
        parts = [
            f"{curve.label.lower()} {panel.text(curve.values[place])}"
            for panel in self.panels
            for curve in panel.curves
        ]
        name = self.names[place] if self.names else self.x_text(self.xs[place])
        return f"{name}: {', '.join(parts)}"

    def describe(self) -> str:
        """From where to where each figure runs, and the flags."""
        if not self.xs:
            return f"{self.title}: {self.empty.lower()}."
        ends = f"{self.step_words(0)}; {self.step_words(len(self.xs) - 1)}"
        flags = "; ".join(f"{flag.label} at {self._at(flag.x)}" for flag in self.flags)
        old = " Of an earlier text." if self.stale else ""
        return f"{self.title}: {ends}.{' ' + flags + '.' if flags else ''}{old}"

    def _at(self, x: float) -> str:
        return f"rule {x + 1:.0f}" if self.names else self.x_text(x)

    def table(self) -> Table:
        """Every step."""
        columns = [Column("x", self.x_title, self.x_text, numeric=True)]
        values: dict[str, Sequence[object]] = {"x": list(self.xs)}
        if self.names:
            columns = [Column("x", "Rule", width=240)]
            values = {"x": list(self.names)}
        for place, panel in enumerate(self.panels):
            for number, curve in enumerate(panel.curves):
                name = f"y{place}_{number}"
                columns.append(Column(name, curve.label, panel.text, numeric=True))
                values[name] = list(curve.values)
        return Table(tuple(columns), values)

    def preferred_height(self) -> int:
        """Room for two rows of panels and the strip."""
        return 330


def draw(painter: QPainter, rect: QRectF, look: Theme, data: Swept, selected: str = "") -> Drawing:
    """Draw panels, axes, flags and strip into a rectangle."""
    sheet = Sheet(painter, rect, look, selected)
    panels = [p for p in data.panels if any(v is not None for c in p.curves for v in c.values)]
    if not data.xs or not panels:
        return sheet.nothing(data.empty)
    grid = _grid(sheet, data, panels)
    place = _selected_place(data, selected)
    number = 0
    for panel, cell in zip(grid.panels, grid.cells, strict=True):
        up = Scale(cell.ticks[0], cell.ticks[-1], cell.plot.bottom(), cell.plot.top())
        colors = [look.series_color(number + n) for n in range(len(panel.curves))]
        _draw_frame(sheet, data, panel, cell, up, colors)
        _draw_flags(sheet, data, cell, grid.roomy)
        if place is not None:
            x = cell.across(data.xs[place])
            sheet.line(QPointF(x, cell.plot.top()), QPointF(x, cell.plot.bottom()), "accent", 1.4)
        for n, (curve, color) in enumerate(zip(panel.curves, colors, strict=True)):
            if data.stale:
                color.setAlphaF(_FADED)
            _draw_curve(sheet, data, curve, n, color, cell.across, up)
            value = None if place is None else curve.values[place]
            if place is not None and value is not None:
                spot = QPointF(cell.across(data.xs[place]), up(value))
                marker(sheet, spot, color, _MARKERS[n % len(_MARKERS)], 5.0, True)
        if cell.is_foot:
            _draw_axis(sheet, data, cell)
        number += len(panel.curves)
    for cell in grid.cells:
        _point_at_steps(sheet, data, cell)
    if not grid.roomy:
        return sheet.drawing()
    last = grid.cells[-1].plot
    if not data.elsewhere or (len(grid.cells) > 1 and last.left() > grid.cells[-2].plot.left()):
        foot = QRectF(last.left(), grid.foot, last.width(), _TITLE)
        sheet.words(foot, data.x_title, "text_3", RIGHT, SMALL_PX)
    if data.elsewhere:
        _draw_elsewhere(sheet, data, grid)
    if data.stale:
        words = "Of an earlier text: being worked out again"
        sheet.words(QRectF(rect.left(), rect.top(), rect.width(), _LINE), words, "warn", RIGHT)
    return sheet.drawing()


@dataclass(frozen=True, slots=True)
class _Cell:
    """Where one panel goes."""

    plot: QRectF
    across: Scale
    ticks: tuple[float, ...]
    is_head: bool
    is_foot: bool


@dataclass(frozen=True, slots=True)
class _Grid:
    """The panels there is room for; `roomy` if there is for flags and rules elsewhere too."""

    panels: tuple[Panel, ...]
    cells: tuple[_Cell, ...]
    foot: float
    roomy: bool


def _grid(sheet: Sheet, data: Swept, panels: Sequence[Panel]) -> _Grid:
    """Panels side by side in two columns where there is room, else one above the other."""
    rect = sheet.rect
    columns = min(2 if rect.width() >= _TWO_COLUMNS else 1, len(panels))
    roomy = rect.height() >= _ROOMY
    wide = (rect.width() - _GUTTER * (columns - 1)) / columns
    strip = _strip_height(sheet, data, wide) if roomy else 0.0
    head = (2 * _LINE + 2 if data.flags else 0.0) + (_LINE if data.stale else 0.0)
    body = rect.adjusted(0, head if roomy else 0.0, 0, -(_AXIS + strip))
    # Where there is no room for all of them, the first ones are shown.
    fit = max(1, int((body.height() + _BETWEEN) // (_TITLE + _LEAST_PANEL + _BETWEEN)))
    panels = panels[: fit * columns]
    rows = math.ceil(len(panels) / columns)
    tall = max((body.height() - _BETWEEN * (rows - 1)) / rows - _TITLE, _LEAST_PANEL)
    all_ticks = [_up_ticks(panel, tall) for panel in panels]
    words = [w for p, ticks in zip(panels, all_ticks, strict=True) for w in p.ticks(ticks)]
    left = max(sheet.widest(words, SMALL_PX), sheet.width("In force", SMALL_PX)) + 8
    low, high = data.xs[0], data.xs[-1]
    if data.names or low == high:
        low, high = low - 0.5, high + 0.5
    cells = []
    for number, ticks in enumerate(all_ticks):
        row, column = divmod(number, columns)
        start = rect.left() + column * (wide + _GUTTER) + left
        top = body.top() + row * (_TITLE + tall + _BETWEEN) + _TITLE
        plot = QRectF(start, top, max(wide - left - _RIGHT, 20.0), tall)
        across = Scale(low, high, plot.left(), plot.right())
        is_foot = number + columns >= len(panels)
        cells.append(_Cell(plot, across, ticks, row == 0, is_foot))
    foot = max(cell.plot.bottom() for cell in cells) + _AXIS
    return _Grid(tuple(panels), tuple(cells), foot, roomy)


def _selected_place(data: Swept, selected: str) -> int | None:
    for place in range(len(data.xs)):
        if selected == step_key(place):
            return place
    return None


def step_key(place: int) -> str:
    """The key of a step, as `ChartWidget` tells it."""
    return f"step:{place}"


def step_of(key: str) -> int | None:
    """The step of a key; None where it is of something else."""
    kind, _, number = key.partition(":")
    return int(number) if kind == "step" else None


def _up_ticks(panel: Panel, height: float) -> tuple[float, ...]:
    known = [v for curve in panel.curves for v in curve.values if v is not None]
    most = max(2, min(5, int(height // 26)))
    return nice_ticks(min(*known, 0.0), max(known), most)


def _draw_frame(
    sheet: Sheet, data: Swept, panel: Panel, cell: _Cell, up: Scale, colors: Sequence[QColor]
) -> None:
    """Title with the curves' names and strokes, and the lines of the axis."""
    plot = cell.plot
    x, y = plot.left(), plot.top() - _TITLE / 2 - 2
    for number, (curve, color) in enumerate(zip(panel.curves, colors, strict=True)):
        _stroke(sheet, QPointF(x, y), QPointF(x + _SAMPLE, y), color, number, data.joined)
        x += _SAMPLE + 5
        box = QRectF(x, y - _LINE / 2, max(plot.right() - x, 10.0), _LINE)
        taken = sheet.words(box, curve.label, readable(color, sheet.look), LEFT, SMALL_PX)
        x = taken.right() + 12
    unit = QRectF(x, y - _LINE / 2, max(plot.right() - x, 1.0), _LINE)
    if sheet.width(panel.title, SMALL_PX) <= unit.width():
        sheet.words(unit, panel.title, "text_3", RIGHT, SMALL_PX)
    for tick, words in zip(cell.ticks, panel.ticks(cell.ticks), strict=True):
        at = up(tick)
        token = "input_border" if tick == 0 else "rule"
        sheet.line(QPointF(plot.left(), at), QPointF(plot.right(), at), token)
        wide = sheet.width(words, SMALL_PX) + 2
        sheet.words(QRectF(plot.left() - 7 - wide, at - 8, wide, 16), words, "text_2", RIGHT, 11)


def _stroke(
    sheet: Sheet, start: QPointF, end: QPointF, color: QColor, number: int, joined: bool
) -> None:
    """A sample of a curve for its name."""
    if not joined:
        marker(sheet, (start + end) / 2, color, _MARKERS[number % len(_MARKERS)], 4.0, False)
        return
    sheet.painter.setPen(_pen(color, number))
    sheet.painter.drawLine(start, end)


def _pen(color: QColor, number: int) -> QPen:
    pen = QPen(color, 2.2)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashes := _DASHES[number % len(_DASHES)]:
        pen.setDashPattern([dash / pen.widthF() * 1.6 for dash in dashes])
    return pen


def _draw_curve(
    sheet: Sheet, data: Swept, curve: Curve, number: int, color: QColor, across: Scale, up: Scale
) -> None:
    painter = sheet.painter
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if data.joined:
        path, drawing = QPainterPath(), False
        for x, value in zip(data.xs, curve.values, strict=True):
            if value is None:
                drawing = False
                continue
            spot = QPointF(across(x), up(value))
            if drawing:
                path.lineTo(spot)
            else:
                path.moveTo(spot)
            drawing = True
        painter.setPen(_pen(color, number))
        painter.drawPath(path)
    else:
        for x, value in zip(data.xs, curve.values, strict=True):
            if value is not None:
                spot = QPointF(across(x), up(value))
                marker(sheet, spot, color, _MARKERS[number % 3], 4.0, False)


def _draw_axis(sheet: Sheet, data: Swept, cell: _Cell) -> None:
    plot, across = cell.plot, cell.across
    if data.names:
        ticks: tuple[float, ...] = data.xs
        words = [f"{n + 1}" for n in range(len(ticks))]
    else:
        for most in (11, 9, 7, 6, 5, 4, 3, 2):
            ticks = nice_ticks(data.xs[0], data.xs[-1], most)
            ticks = tuple(t for t in ticks if across.low - 1e-12 <= t <= across.high + 1e-12)
            words = data.x_ticks(ticks)
            if (sheet.widest(words, SMALL_PX) + 14) * len(ticks) <= plot.width():
                break
    for tick, text in zip(ticks, words, strict=True):
        x = across(tick)
        sheet.line(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 4), "border")
        wide = sheet.width(text, SMALL_PX) + 2
        box = QRectF(x - wide / 2, plot.bottom() + 4, wide, _AXIS - 4)
        box.moveLeft(min(box.left(), sheet.rect.right() - wide))
        sheet.words(box, text, "text_2", CENTER, SMALL_PX)


def _draw_flags(sheet: Sheet, data: Swept, cell: _Cell, named: bool) -> None:
    """Upright lines; over the first row of panels with their words, in two rows."""
    plot = cell.plot
    merged: dict[float, list[Flag]] = {}
    for flag in sorted(data.flags, key=lambda flag: flag.x):
        merged.setdefault(flag.x, []).append(flag)
    names = {x: _flag_words(flags) for x, flags in merged.items()}
    boxes = _flag_boxes(sheet, cell, names)
    for x_value, flags in merged.items():
        x = cell.across(x_value)
        strong = any(flag.strong for flag in flags)
        top, foot = QPointF(x, plot.top()), QPointF(x, plot.bottom())
        if strong:
            sheet.line(top, foot, "text_2", 1.2)
        else:
            sheet.dashed(top, foot, "text_3")
        if not (cell.is_head and named):
            continue
        sheet.words(
            boxes[x_value], names[x_value], "text" if strong else "text_2", CENTER, SMALL_PX
        )


def _flag_words(flags: Sequence[Flag]) -> str:
    names = [flag.label for flag in flags]
    return ", ".join([names[0], *(name[0].lower() + name[1:] for name in names[1:])])


def _flag_boxes(sheet: Sheet, cell: _Cell, names: dict[float, str]) -> dict[float, QRectF]:
    """Room for the words of flags in two rows above a plot, each about its line if it can be."""
    plot = cell.plot
    head = plot.top() - _TITLE - 2 * _LINE - 2
    low, high = plot.left() - 20, plot.right() + _RIGHT
    wide = {x: sheet.width(words, SMALL_PX) + 4 for x, words in names.items()}
    rows: tuple[list[float], list[float]] = ([], [])
    ends = [low, low]
    for x in names:
        left = min(max(cell.across(x) - wide[x] / 2, low), high - wide[x])
        row = next((row for row in (1, 0) if left >= ends[row]), 1 if ends[1] <= ends[0] else 0)
        rows[row].append(x)
        ends[row] = max(left, ends[row]) + wide[x] + 10
    boxes = {}
    for row, mine in enumerate(rows):
        widths = [wide[x] for x in mine]
        lefts = side_by_side([cell.across(x) for x in mine], widths, 10, low, high)
        for x, left in zip(mine, lefts, strict=True):
            boxes[x] = QRectF(left, head + row * _LINE, wide[x], _LINE)
    return boxes


def _point_at_steps(sheet: Sheet, data: Swept, cell: _Cell) -> None:
    """Every step can be pointed at over the whole height of a panel."""
    plot = cell.plot
    spots = [cell.across(x) for x in data.xs]
    middles = [(one + other) / 2 for one, other in pairwise(spots)]
    starts, ends = [plot.left(), *middles], [*middles, plot.right()]
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        region = QRectF(start, plot.top(), max(end - start, 1.0), plot.height())
        sheet.hit(step_key(place), region, data.step_words(place))


@dataclass(frozen=True, slots=True)
class _Named:
    """Rules in force at one number, and the words for them."""

    x: float
    words: str
    many: tuple[Elsewhere, ...]


def _in_force(data: Swept, low: float, high: float) -> list[_Named]:
    """The rules in force from one number to another, by number."""
    by_place: dict[float, list[Elsewhere]] = {}
    for each in data.elsewhere:
        if low - 1e-12 <= each.x <= high + 1e-12:
            by_place.setdefault(each.x, []).append(each)
    return [
        _Named(x, ", ".join(dict.fromkeys(each.label for each in many)), tuple(many))
        for x, many in sorted(by_place.items())
    ]


def _names_fit(sheet: Sheet, named: Sequence[_Named], wide: float) -> bool:
    """Whether all names go side by side into a width."""
    return sum(sheet.width(each.words, SMALL_PX) + _APART for each in named) <= wide


def _legend(sheet: Sheet, named: Sequence[_Named]) -> list[list[str]]:
    """The numbered names in lines as wide as the sheet."""
    lines: list[list[str]] = []
    left = 0.0
    for number, each in enumerate(named):
        words = f"{number + 1}  {each.words}"
        wide = sheet.width(words, SMALL_PX) + _APART
        if not lines or left + wide > sheet.rect.width():
            lines.append([])
            left = 0.0
        lines[-1].append(words)
        left += wide
    return lines


def _strip_height(sheet: Sheet, data: Swept, wide: float) -> float:
    """Room below a column of panels of a width, for marks of rules in force and their names."""
    named = _in_force(data, data.xs[0], data.xs[-1])
    if not named:
        return _TITLE
    lines = 0 if _names_fit(sheet, named, wide) else len(_legend(sheet, named))
    return _STRIP + lines * _LINE


def _draw_elsewhere(sheet: Sheet, data: Swept, grid: _Grid) -> None:
    """Rules in force, below the first column: a mark each, led to its name or number."""
    cell = next(cell for cell in grid.cells if cell.is_foot)
    plot, across, rect = cell.plot, cell.across, sheet.rect
    top = grid.foot + 2
    line_y, names_y = top + 8, top + _FAN
    head = QRectF(rect.left(), top, plot.left() - 7 - rect.left(), 16)
    sheet.words(head, "In force", "text_3", RIGHT, SMALL_PX)
    sheet.line(QPointF(plot.left(), line_y), QPointF(plot.right(), line_y), "rule")
    named = _in_force(data, across.low, across.high)
    fit = _names_fit(sheet, named, plot.right() + _RIGHT - rect.left())
    shown = [each.words if fit else f"{number + 1}" for number, each in enumerate(named)]
    widths = [sheet.width(words, SMALL_PX) + 2 for words in shown]
    gap = _APART - 2 if fit else 4.0
    spots = [across(each.x) for each in named]
    lefts = side_by_side(spots, widths, gap, rect.left(), rect.right() - 1)
    ink = sheet.color("text_2")
    for each, words, x, left, wide in zip(named, shown, spots, lefts, widths, strict=True):
        sheet.line(QPointF(x, line_y + 4), QPointF(left + wide / 2, names_y + 1), "text_3", 0.8)
        box = QRectF(left, names_y, wide, _LINE)
        sheet.words(box, words, "text_2", CENTER, SMALL_PX)
        sheet.painter.setPen(QPen(ink, 1.4))
        sheet.painter.setBrush(
            sheet.color("card") if all(rule.hollow for rule in each.many) else ink
        )
        sheet.painter.drawEllipse(QPointF(x, line_y), 4, 4)
        region = QPainterPath()
        region.addRect(QRectF(x - 9, top, 18, _FAN - 2))
        region.addRect(box)
        sheet.hit(f"elsewhere:{each.x!r}", region, "\n".join(rule.words for rule in each.many))
    if fit:
        return
    y = names_y + _LINE
    for line in _legend(sheet, named):
        left = rect.left()
        for words in line:
            wide = sheet.width(words, SMALL_PX) + 2
            sheet.words(QRectF(left, y, wide, _LINE), words, "text_2", LEFT, SMALL_PX)
            left += wide + _APART - 2
        y += _LINE


def elsewhere_of(key: str) -> float | None:
    """The number of a mark of rules in force; None where a key is of something else."""
    kind, _, number = key.partition(":")
    return float(number) if kind == "elsewhere" else None


def side_by_side(
    centres: Sequence[float], widths: Sequence[float], gap: float, low: float, high: float
) -> list[float]:
    """Left edges of boxes in a row, about their centres but moved so that none meets another.

    Args:
        centres: in rising order.
        widths: of the boxes.
        gap: least room between two.
        low: none shall begin before this, room permitting.
        high: none shall end after this.
    """
    starts = [0.0, *accumulate(wide + gap for wide in widths)]
    # Set end to end the boxes would begin at `starts`: each block of neighbours is shifted as one.
    blocks: list[tuple[float, int]] = []
    for centre, wide, start in zip(centres, widths, starts, strict=False):
        shift, count = centre - wide / 2 - start, 1
        while blocks and blocks[-1][0] > shift:
            before, size = blocks.pop()
            shift, count = (before * size + shift * count) / (size + count), size + count
        blocks.append((shift, count))
    last = max(low, high - (starts[-1] - gap))
    shifts = [min(max(shift, low), last) for shift, count in blocks for _ in range(count)]
    return [shift + start for shift, start in zip(shifts, starts, strict=False)]
