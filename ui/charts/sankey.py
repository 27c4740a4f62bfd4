"""Flows through stages: where content comes from, through whom, in which product."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath

from ui import format as fmt
from ui.charts.base import (
    CENTER,
    LEFT,
    RIGHT,
    SMALL_PX,
    Drawing,
    Sheet,
    Table,
    Text,
)
from ui.models.frame_model import Column
from ui.theme import Theme

_NODE, _SLOT, _HEAD = 10.0, 17.0, 22.0
_SIDE_SHARE = 0.25
_SMALL_SHARE = 0.01
_MOST, _LABELS_SHARE = 14, 0.62
_THIN = 1.0

OTHER = "other"
"""Key of the node that the small ones of a stage are merged into."""

_Pair = tuple[str, str, str]
"""Node, node of the next stage, origin."""


class Flow(NamedTuple):
    """A value that passes one node at every stage.

    Args:
        path: a key for each stage, e.g. ("CHN", "KOR", "850511").
        value: not negative.
    """

    path: tuple[str, ...]
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Sankey:
    """Flows from left to right.

    Args:
        title: what flows, with the unit.
        stages: names of the stages, left to right.
        flows: what flows, one value a path.
        names: words for the keys; a key without is shown as it is.
        text: a value as shown.
        empty: what to say without flows.
    """

    title: str
    stages: tuple[str, ...]
    flows: tuple[Flow, ...]
    names: tuple[tuple[str, str], ...] = ()
    text: Text = fmt.money
    empty: str = "No flows"

    def draw(self, painter: QPainter, rect: QRectF, look: Theme, selected: str = "") -> Drawing:
        """See `draw` of this module."""
        return draw(painter, rect, look, self, selected)

    def describe(self) -> str:
        """The whole and its largest path."""
        if not self.flows:
            return f"{self.title}: {self.empty.lower()}."
        names = dict(self.names)
        total = sum(flow.value for flow in self.flows)
        top = max(self.flows, key=lambda flow: flow.value)
        path = ", ".join(names.get(key, key) for key in top.path)
        return (
            f"{self.title}: {self.text(total)} in all, "
            f"the largest flow {path} with {self.text(top.value)}."
        )

    def table(self) -> Table:
        """Every path with its value, largest first."""
        names = dict(self.names)
        flows = sorted(self.flows, key=lambda flow: -flow.value)
        values: dict[str, Sequence[object]] = {
            f"stage{place}": [names.get(flow.path[place], flow.path[place]) for flow in flows]
            for place in range(len(self.stages))
        }
        values["value"] = [flow.value for flow in flows]
        columns = [Column(f"stage{place}", title) for place, title in enumerate(self.stages)]
        columns.append(Column("value", "Value", self.text, numeric=True))
        return Table(tuple(columns), values)

    def preferred_height(self) -> int:
        """Room for the fullest stage, up to a dozen nodes."""
        fullest = max(
            (len({flow.path[place] for flow in self.flows}) for place in range(len(self.stages))),
            default=1,
        )
        return round(_HEAD + max(240.0, min(fullest, 14) * (_SLOT + 12)))


@dataclass(slots=True)
class _Node:
    """A box of one stage while it is laid out; `used_in` and `used_out` count attached ribbons."""

    key: str
    words: str
    value: float
    top: float = 0.0
    height: float = 0.0
    used_in: float = 0.0
    used_out: float = 0.0


def node_key(stage: int, key: str) -> str:
    """Key by which a node is selected."""
    return f"{stage}:{key}"


def ribbon_key(nodes: dict[int, str]) -> str:
    """Key by which a ribbon is selected: the nodes it passes, by their stage."""
    return "/".join(node_key(stage, key) for stage, key in sorted(nodes.items()))


def nodes_of(selected: str) -> dict[int, str]:
    """The nodes of a selected node or ribbon, by their stage; empty where nothing is selected."""
    found = {}
    for part in selected.split("/"):
        stage, _, key = part.partition(":")
        if stage.isdigit():
            found[int(stage)] = key
    return found


def codes_of(selected: str, shown: Iterable[str], flows: Sequence[Flow]) -> dict[int, list[str]]:
    """What a selection stands for, by stage; 'Other' is whatever has no node of its own.

    Args:
        selected: key of a node or ribbon.
        shown: keys of all that can be selected.
        flows: those of the picture.
    """
    named = [nodes_of(key) for key in shown]
    found = {}
    for stage, key in nodes_of(selected).items():
        if key == OTHER:
            own = {nodes[stage] for nodes in named if stage in nodes}
            found[stage] = sorted({flow.path[stage] for flow in flows} - own)
        else:
            found[stage] = [key]
    return found


def draw(painter: QPainter, rect: QRectF, look: Theme, data: Sankey, selected: str = "") -> Drawing:
    """Draw stages, nodes and ribbons; nodes too small for a label are merged into 'Other'."""
    sheet = Sheet(painter, rect, look, selected)
    if not any(flow.value > 0 for flow in data.flows) or len(data.stages) < 2:
        return sheet.nothing(data.empty)
    body = rect.adjusted(0, _HEAD, 0, -2)
    most = max(2, min(_MOST, int(body.height() * _LABELS_SHARE // _SLOT)))
    merged, counts = _merged(data, most)
    names = dict(data.names)
    columns = [_column(merged, stage, names, counts[stage]) for stage in range(len(data.stages))]
    unit = min(_unit(column, body.height()) for column in columns)
    for column in columns:
        _place(column, body, unit)
    lefts = _columns_left(sheet, columns, data)
    _draw_ribbons(sheet, data, merged, columns, lefts, unit)
    _draw_nodes(sheet, data, columns, lefts)
    return sheet.drawing()


@lru_cache(maxsize=4)
def _merged(data: Sankey, most: int) -> tuple[list[Flow], list[int]]:
    """As `merge_small`, kept while the same picture is drawn again."""
    return merge_small([flow for flow in data.flows if flow.value > 0], len(data.stages), most)


def merge_small(flows: Sequence[Flow], stages: int, most: int) -> tuple[list[Flow], list[int]]:
    """Flows with the small nodes of each stage merged into one.

    Args:
        flows: what flows.
        stages: how many stages there are.
        most: nodes that a stage has room for.

    Returns:
        The flows by merged path, and how many nodes each stage's 'Other' stands for.
    """
    total = sum(flow.value for flow in flows)
    kept: list[set[str]] = []
    counts: list[int] = []
    for stage in range(stages):
        sums = _sums(flows, stage)
        ranked = sorted(sums, key=lambda key: (-sums[key], key))
        large = [key for key in ranked if sums[key] >= _SMALL_SHARE * total]
        if len(large) > most or (len(large) == most and len(ranked) > most):
            large = large[: most - 1]
        if len(ranked) - len(large) == 1 and len(ranked) <= most:
            large = ranked
        kept.append(set(large))
        counts.append(len(ranked) - len(large))
    columns = [
        [key if key in kept[stage] else OTHER for key in keys]
        for stage, keys in enumerate(zip(*(flow.path[:stages] for flow in flows), strict=True))
    ]
    sums_by_path: dict[tuple[str, ...], float] = {}
    for path, flow in zip(zip(*columns, strict=True), flows, strict=True):
        sums_by_path[path] = sums_by_path.get(path, 0.0) + flow.value
    return [Flow(path, value) for path, value in sums_by_path.items()], counts


def _sums(flows: Sequence[Flow], stage: int) -> dict[str, float]:
    sums: dict[str, float] = {}
    for path, value in flows:
        sums[path[stage]] = sums.get(path[stage], 0.0) + value
    return sums


def _column(flows: Sequence[Flow], stage: int, names: dict[str, str], merged: int) -> list[_Node]:
    sums = _sums(flows, stage)
    ranked = sorted(sums, key=lambda key: (key == OTHER, -sums[key], key))
    words = {OTHER: f"Other ({merged})"} if merged else {}
    return [_Node(key, words.get(key, names.get(key, key)), sums[key]) for key in ranked]


def _slots(column: list[_Node], unit: float) -> float:
    return sum(max(node.value * unit + 5.0, _SLOT) for node in column)


def _unit(column: list[_Node], height: float) -> float:
    """Pixels a dollar so that nodes and the room of their labels fill the height."""
    low, high = 0.0, height / sum(node.value for node in column)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _slots(column, middle) <= height else (low, middle)
    return low


def _place(column: list[_Node], body: QRectF, unit: float) -> None:
    spare = (body.height() - _slots(column, unit)) / max(len(column), 1)
    top = body.top() + spare / 2
    for node in column:
        node.height = node.value * unit
        slot = max(node.height + 5.0, _SLOT)
        node.top = top + (slot - node.height) / 2
        top += slot + spare


def _columns_left(sheet: Sheet, columns: list[list[_Node]], data: Sankey) -> list[float]:
    """Left edges of the stages: labels of the first stand left of it, of the last right."""
    rect = sheet.rect
    most = rect.width() * _SIDE_SHARE
    first = min(sheet.widest([_label(n, data) for n in columns[0]], SMALL_PX) + 8, most)
    last = min(sheet.widest([_label(n, data) for n in columns[-1]], SMALL_PX) + 8, most)
    start, end = rect.left() + first, rect.right() - last - _NODE
    step = (end - start) / (len(columns) - 1)
    return [start + place * step for place in range(len(columns))]


def _label(node: _Node, data: Sankey) -> str:
    return node.words + _value(node, data)


def _value(node: _Node, data: Sankey) -> str:
    return f"  {data.text(node.value)}"


def _draw_ribbons(
    sheet: Sheet,
    data: Sankey,
    flows: list[Flow],
    columns: list[list[_Node]],
    lefts: list[float],
    unit: float,
) -> None:
    places = [{node.key: number for number, node in enumerate(column)} for column in columns]
    names = [{node.key: node.words for node in column} for column in columns]
    for stage in range(len(columns) - 1):
        told_apart = set(list(places[0])[: len(sheet.look.series)]) if stage else set(places[0])
        thin = _THIN / unit if stage else 0.0
        pairs, chosen = _pairs(flows, stage, sheet.selected, thin, told_apart)
        order = sorted(
            pairs,
            key=lambda key: (
                places[stage][key[0]],
                places[stage + 1][key[1]],
                places[0].get(key[2], len(places[0])),
            ),
        )
        starts = _stack(order, pairs, columns[stage], 0, unit)
        back = sorted(
            pairs,
            key=lambda key: (
                places[stage + 1][key[1]],
                places[stage][key[0]],
                places[0].get(key[2], len(places[0])),
            ),
        )
        ends = _stack(back, pairs, columns[stage + 1], 1, unit)
        for key in order:
            color = _origin_color(sheet.look, key[2], places[0])
            height = pairs[key] * unit
            left = QPointF(lefts[stage] + _NODE, starts[key])
            right = QPointF(lefts[stage + 1], ends[key])
            ribbon = _ribbon(left, right, height)
            faded = bool(sheet.selected) and key not in chosen
            shade = QColor(color)
            shade.setAlphaF(0.10 if faded else (0.55 if sheet.selected else 0.38))
            sheet.painter.fillPath(ribbon, shade)
            words = (
                f"{names[stage][key[0]]} to {names[stage + 1][key[1]]}"
                + (f", from {names[0].get(key[2], 'several')}" if stage else "")
                + f": {data.text(pairs[key])}"
            )
            nodes = {stage: key[0], stage + 1: key[1]}
            if stage and key[2] != OTHER:
                nodes[0] = key[2]
            # A grey ribbon stands for origins that no key names: it leads to the node it leaves.
            named = not stage or key[2] != OTHER
            sheet.hit(ribbon_key(nodes) if named else node_key(stage, key[0]), ribbon, words)


def _pairs(
    flows: list[Flow], stage: int, selected: str, thin: float, told_apart: set[str]
) -> tuple[dict[_Pair, float], set[_Pair]]:
    """Values between the nodes of a stage and the next by first origin, and which are selected.

    Origins too thin to be seen, or without a colour of their own, are drawn as one grey ribbon,
    unless selected.
    """
    sums: dict[_Pair, float] = {}
    chosen: set[_Pair] = set()
    nodes = nodes_of(selected)
    for path, value in flows:
        pair = (path[stage], path[stage + 1], path[0])
        sums[pair] = sums.get(pair, 0.0) + value
        if nodes and _passes(path, nodes):
            chosen.add(pair)
    pairs: dict[_Pair, float] = {}
    for pair, value in sums.items():
        kept = pair in chosen or (value >= thin and pair[2] in told_apart)
        shown = pair if kept else (pair[0], pair[1], OTHER)
        pairs[shown] = pairs.get(shown, 0.0) + value
    return pairs, chosen


def _stack(
    order: list[_Pair],
    pairs: dict[_Pair, float],
    column: list[_Node],
    side: int,
    unit: float,
) -> dict[_Pair, float]:
    """Where each ribbon meets its node, one below the other."""
    reached = {node.key: node.top for node in column}
    tops = {}
    for key in order:
        tops[key] = reached[key[side]]
        reached[key[side]] += pairs[key] * unit
    return tops


def _passes(path: tuple[str, ...], nodes: dict[int, str]) -> bool:
    return all(stage < len(path) and path[stage] == key for stage, key in nodes.items())


def _origin_color(look: Theme, key: str, places: dict[str, int]) -> QColor:
    return look.series_color(places[key]) if key in places else QColor(look.other)


def _ribbon(left: QPointF, right: QPointF, height: float) -> QPainterPath:
    thick = max(height, 0.8)
    middle = (left.x() + right.x()) / 2
    path = QPainterPath(left)
    path.cubicTo(QPointF(middle, left.y()), QPointF(middle, right.y()), right)
    path.lineTo(right.x(), right.y() + thick)
    path.cubicTo(
        QPointF(middle, right.y() + thick),
        QPointF(middle, left.y() + thick),
        QPointF(left.x(), left.y() + thick),
    )
    path.closeSubpath()
    return path


def _draw_nodes(sheet: Sheet, data: Sankey, columns: list[list[_Node]], lefts: list[float]) -> None:
    rect, last = sheet.rect, len(columns) - 1
    selected = nodes_of(sheet.selected)
    for stage, (column, left) in enumerate(zip(columns, lefts, strict=True)):
        if stage == 0:
            head, align = QRectF(rect.left(), rect.top(), left + _NODE - rect.left(), _HEAD), RIGHT
        elif stage == last:
            head, align = QRectF(left, rect.top(), rect.right() - left, _HEAD), LEFT
        else:
            room = lefts[1] - lefts[0] - _NODE
            head, align = QRectF(left + _NODE / 2 - room / 2, rect.top(), room, _HEAD), CENTER
        sheet.words(head, data.stages[stage], "text_3", align, SMALL_PX, strong=True)
        for node in column:
            key = node_key(stage, node.key)
            box = QRectF(left, node.top, _NODE, max(node.height, 1.0))
            on_it = selected.get(stage) == node.key
            sheet.block(box, sheet.shade("text_2", sheet.selected if on_it else key), 1.5)
            middle = box.center().y()
            if stage == 0:
                room_box = QRectF(rect.left(), middle - 8, left - 6 - rect.left(), 16)
                align = RIGHT
            else:
                right = rect.right() if stage == last else lefts[stage + 1] - 8
                room_box = QRectF(left + _NODE + 6, middle - 8, right - left - _NODE - 6, 16)
                if stage != last:
                    wide = min(sheet.width(_label(node, data), SMALL_PX), room_box.width())
                    veil = QColor(sheet.look.card)
                    veil.setAlphaF(0.72)
                    sheet.block(QRectF(room_box.left() - 3, middle - 8, wide + 6, 16), veil, 4)
                align = LEFT
            value = _value(node, data)
            taken = sheet.words(room_box, node.words, "text", align, SMALL_PX, tail=value)
            region = QPainterPath()
            region.addRect(box.united(taken).adjusted(-2, -2, 2, 2))
            sheet.hit(key, region, f"{data.stages[stage]}: {node.words}, {data.text(node.value)}")
