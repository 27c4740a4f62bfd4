"""Figures along a swept rule: panels of lines over one axis, with rules of others beneath it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
from ui.charts.lines import marker, readable, spread
from ui.models.frame_model import Column
from ui.theme import Theme

_AXIS, _TITLE, _LINE, _STRIP, _BETWEEN = 18.0, 17.0, 15.0, 34.0, 8.0
_END_LABEL_SHARE = 0.26
_DASHES: tuple[tuple[float, ...], ...] = ((), (6.0, 3.0), (2.0, 2.5))
_MARKERS = "osd"
_FADED = 0.4
_LEAST_PANEL = 40.0


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
        """Room for two panels and the strip."""
        return 390 if self.elsewhere else 360


def draw(painter: QPainter, rect: QRectF, look: Theme, data: Swept, selected: str = "") -> Drawing:
    """Draw panels, axis, flags and strip into a rectangle."""
    sheet = Sheet(painter, rect, look, selected)
    panels = [p for p in data.panels if any(v is not None for c in p.curves for v in c.values)]
    if not data.xs or not panels:
        return sheet.nothing(data.empty)
    strip = _STRIP if data.elsewhere else 0.0
    head = 2 * _LINE + 4 if data.flags or data.stale else 4.0
    body = rect.adjusted(0, head, 0, -(_AXIS + _TITLE + strip))
    tall = (body.height() - _BETWEEN * (len(panels) - 1)) / len(panels) - _TITLE
    tall = max(tall, _LEAST_PANEL)
    scales = [_up_ticks(panel, tall) for panel in panels]
    left = max(
        sheet.widest(panel.ticks(ticks), SMALL_PX)
        for panel, ticks in zip(panels, scales, strict=True)
    )
    labels = [curve.label for panel in panels for curve in panel.curves]
    right = min(sheet.widest(labels, SMALL_PX) + 12, rect.width() * _END_LABEL_SHARE)
    across_left, across_right = rect.left() + left + 8, rect.right() - right
    across_right = max(across_right, across_left + 20)
    low, high = data.xs[0], data.xs[-1]
    if data.names or low == high:
        low, high = low - 0.5, high + 0.5
    across = Scale(low, high, across_left, across_right)
    plots: list[QRectF] = []
    top = body.top()
    for _ in panels:
        plots.append(QRectF(across_left, top + _TITLE, across_right - across_left, tall))
        top += _TITLE + tall + _BETWEEN
    whole = QRectF(plots[0].topLeft(), plots[-1].bottomRight())
    place = _selected_place(data, selected)
    number = 0
    _draw_flags(sheet, data, across, plots)
    for panel, plot, ticks in zip(panels, plots, scales, strict=True):
        up = Scale(ticks[0], ticks[-1], plot.bottom(), plot.top())
        _draw_frame(sheet, panel, plot, ticks, up)
        if place is not None:
            x = across(data.xs[place])
            sheet.line(QPointF(x, plot.top()), QPointF(x, plot.bottom()), "accent", 1.4)
        _draw_panel(sheet, data, panel, plot, across, up, number, place)
        number += len(panel.curves)
    _draw_axis(sheet, data, across, whole)
    _point_at_steps(sheet, data, across, whole)
    if data.elsewhere:
        _draw_elsewhere(sheet, data, across, whole, rect)
    if data.stale:
        words = "Of an earlier text: being worked out again"
        sheet.words(QRectF(rect.left(), rect.top(), rect.width(), _LINE), words, "warn", RIGHT)
    return sheet.drawing()


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
    most = max(2, min(6, int(height // 28)))
    return nice_ticks(min(*known, 0.0), max(known), most)


def _draw_frame(
    sheet: Sheet, panel: Panel, plot: QRectF, ticks: tuple[float, ...], up: Scale
) -> None:
    title = QRectF(sheet.rect.left(), plot.top() - _TITLE - 1, plot.width(), _TITLE)
    sheet.words(title, panel.title, "text_3", LEFT, SMALL_PX)
    for tick, words in zip(ticks, panel.ticks(ticks), strict=True):
        y = up(tick)
        token = "input_border" if tick == 0 else "rule"
        sheet.line(QPointF(plot.left(), y), QPointF(plot.right(), y), token)
        box = QRectF(sheet.rect.left(), y - 8, plot.left() - 7 - sheet.rect.left(), 16)
        sheet.words(box, words, "text_2", RIGHT, SMALL_PX)


def _draw_panel(
    sheet: Sheet,
    data: Swept,
    panel: Panel,
    plot: QRectF,
    across: Scale,
    up: Scale,
    first: int,
    place: int | None,
) -> None:
    ends: list[tuple[float, QColor, str]] = []
    for number, curve in enumerate(panel.curves):
        color = QColor(sheet.look.series_color(first + number))
        if data.stale:
            color.setAlphaF(_FADED)
        _draw_curve(sheet, data, curve, number, color, across, up)
        if place is not None and curve.values[place] is not None:
            spot = QPointF(across(data.xs[place]), up(curve.values[place] or 0.0))
            marker(sheet, spot, color, _MARKERS[number % 3], 5.0, True)
        known = [v for v in curve.values if v is not None]
        if known:
            ends.append((up(known[-1]), color, curve.label))
    ends.sort(key=lambda end: end[0])
    places = spread([y for y, _, _ in ends], _LINE, plot.top(), plot.bottom() - 4)
    for y, (_, color, label) in zip(places, ends, strict=True):
        solid = QColor(color)
        solid.setAlphaF(1.0)
        box = QRectF(plot.right() + 8, y - _LINE / 2, sheet.rect.right() - plot.right() - 8, _LINE)
        sheet.words(box, label, readable(solid, sheet.look), LEFT, SMALL_PX)


def _draw_curve(
    sheet: Sheet, data: Swept, curve: Curve, number: int, color: QColor, across: Scale, up: Scale
) -> None:
    painter = sheet.painter
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if data.joined:
        pen = QPen(color, 2.2)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if dashes := _DASHES[number % len(_DASHES)]:
            pen.setDashPattern([dash / pen.widthF() * 1.6 for dash in dashes])
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
        painter.setPen(pen)
        painter.drawPath(path)
    else:
        for x, value in zip(data.xs, curve.values, strict=True):
            if value is not None:
                spot = QPointF(across(x), up(value))
                marker(sheet, spot, color, _MARKERS[number % 3], 4.0, False)


def _draw_axis(sheet: Sheet, data: Swept, across: Scale, whole: QRectF) -> None:
    if data.names:
        ticks: tuple[float, ...] = data.xs
        words = [f"{n + 1}" for n in range(len(ticks))]
    else:
        for most in (11, 9, 7, 6, 5, 4, 3, 2):
            ticks = nice_ticks(data.xs[0], data.xs[-1], most)
            ticks = tuple(t for t in ticks if across.low - 1e-12 <= t <= across.high + 1e-12)
            words = data.x_ticks(ticks)
            if (sheet.widest(words, SMALL_PX) + 14) * len(ticks) <= whole.width():
                break
    for tick, text in zip(ticks, words, strict=True):
        x = across(tick)
        sheet.line(QPointF(x, whole.bottom()), QPointF(x, whole.bottom() + 4), "border")
        wide = sheet.width(text, SMALL_PX) + 2
        box = QRectF(x - wide / 2, whole.bottom() + 4, wide, _AXIS - 4)
        box.moveLeft(min(max(box.left(), sheet.rect.left()), sheet.rect.right() - wide))
        sheet.words(box, text, "text_2", CENTER, SMALL_PX)
    foot = QRectF(whole.left(), whole.bottom() + _AXIS, whole.width(), _TITLE)
    sheet.words(foot, data.x_title, "text_3", RIGHT, SMALL_PX)


def _draw_flags(sheet: Sheet, data: Swept, across: Scale, plots: list[QRectF]) -> None:
    """Upright lines with words in two rows above the first panel."""
    merged: dict[float, list[Flag]] = {}
    for flag in sorted(data.flags, key=lambda flag: flag.x):
        merged.setdefault(flag.x, []).append(flag)
    ends = [sheet.rect.left(), sheet.rect.left()]
    for x_value, flags in merged.items():
        x = across(x_value)
        strong = any(flag.strong for flag in flags)
        for plot in plots:
            top, foot = QPointF(x, plot.top()), QPointF(x, plot.bottom())
            if strong:
                sheet.line(top, foot, "text_2", 1.2)
            else:
                sheet.dashed(top, foot, "text_3")
        words = ", ".join(flag.label for flag in flags)
        wide = sheet.width(words, SMALL_PX) + 4
        left = min(max(x - wide / 2, plots[0].left()), sheet.rect.right() - wide)
        row = next((row for row in (1, 0) if left >= ends[row] + 10), None)
        if row is None:
            continue
        box = QRectF(left, sheet.rect.top() + row * _LINE, wide, _LINE)
        sheet.words(box, words, "text" if strong else "text_2", CENTER, SMALL_PX)
        ends[row] = box.right()


def _point_at_steps(sheet: Sheet, data: Swept, across: Scale, whole: QRectF) -> None:
    """Every step can be pointed at over the whole height of the panels."""
    spots = [across(x) for x in data.xs]
    middles = [(one + other) / 2 for one, other in pairwise(spots)]
    starts, ends = [whole.left(), *middles], [*middles, whole.right()]
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        region = QRectF(start, whole.top(), max(end - start, 1.0), whole.height())
        sheet.hit(step_key(place), region, data.step_words(place))


def _draw_elsewhere(sheet: Sheet, data: Swept, across: Scale, whole: QRectF, rect: QRectF) -> None:
    """Rules in force: a mark on the axis each, with its agreement beneath."""
    top = rect.bottom() - _STRIP
    line_y = top + 9
    head = QRectF(rect.left(), top + 1, whole.left() - 6 - rect.left(), 16)
    sheet.words(head, "In force", "text_3", RIGHT, SMALL_PX)
    sheet.line(QPointF(whole.left(), line_y), QPointF(whole.right(), line_y), "rule")
    by_place: dict[float, list[Elsewhere]] = {}
    for each in data.elsewhere:
        if across.low - 1e-12 <= each.x <= across.high + 1e-12:
            by_place.setdefault(each.x, []).append(each)
    end = whole.left() - 10
    for number, (x_value, many) in enumerate(sorted(by_place.items())):
        x = across(x_value)
        ink = QColor(sheet.color("text_2"))
        ground = sheet.color("card") if all(each.hollow for each in many) else ink
        sheet.painter.setPen(QPen(ink, 1.4))
        sheet.painter.setBrush(ground)
        sheet.painter.drawEllipse(QPointF(x, line_y), 4, 4)
        words = ", ".join(dict.fromkeys(each.label for each in many))
        wide = min(sheet.width(words, SMALL_PX) + 4, whole.width() / 2)
        left = min(max(x - wide / 2, end + 10), rect.right() - wide)
        if left >= end + 10:
            sheet.words(QRectF(left, top + 17, wide, _LINE), words, "text_2", CENTER, SMALL_PX)
            end = left + wide
        region = QRectF(x - 9, top, 18, _STRIP)
        sheet.hit(f"elsewhere:{number}", region, "\n".join(each.words for each in many))
