"""The drawings of documents, as SVG: bars, stacked bars, lines and points.

Why drawings of their own: those of the window need Qt, which the engine does without. Every series
is told apart by its place, its label and its pattern or dash too, never by colour alone.
"""

import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from workbench.termsheet.glyphs import drawable
from workbench.termsheet.safe_text import clean

INK, SOFT, RULE = "#1b2330", "#5a6675", "#d5dbe3"
SERIES = ("#1f4e8c", "#8fb3de", "#d98a2b", "#3c8a6e", "#9aa3ad")
RATING_FILLS = ("#163f77", "#4f86c6", "#a9c9ee", "#c6cad0", "url(#hatched)")
"""From a strong incentive to a weak one, none in a neutral grey, unknown without colour."""
_HATCHED = (
    '<defs><pattern id="hatched" width="5" height="5" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect width="5" height="5" fill="#ffffff"/>'
    '<rect width="1.4" height="5" fill="#9aa3ad"/></pattern></defs>'
)
_WIDTH = 660
_LABEL = 172
_FONT = "Inter, 'Segoe UI', Arial, sans-serif"
_DASHES = ("", "7 4", "2 3", "9 3 2 3", "1 2")
_LONGEST_LABEL = 24
_GRAIN = 3

Format = Callable[[float | None], str]


@dataclass(frozen=True, slots=True)
class Series:
    """A named row of numbers; None is missing and not drawn."""

    name: str
    values: tuple[float | None, ...]


def bars(labels: Sequence[str], series: Sequence[Series], form: Format) -> str:
    """Horizontal bars, the series of a label one below the other."""
    thick = 13 if len(series) > 1 else 16
    step = thick * len(series) + 10
    top = 26 if len(series) > 1 else 6
    height = top + step * len(labels) + 4
    largest = max((v for s in series for v in s.values if v is not None), default=0.0) or 1.0
    room = _WIDTH - _LABEL - 84
    parts = _legend(series, top) if len(series) > 1 else []
    for place, label in enumerate(labels):
        y = top + place * step
        middle = y + thick * len(series) / 2 + 4
        parts.append(_text(_LABEL - 10, middle, _short(label), "end"))
        for number, one in enumerate(series):
            value = one.values[place]
            at = y + number * thick
            if value is None:
                parts.append(_text(_LABEL + 2, at + thick - 3, form(None), fill=SOFT))
                continue
            length = max(0.0, value) / largest * room
            parts.append(_box(_LABEL, at, max(length, 1), thick - 2, SERIES[number]))
            parts.append(_text(_LABEL + length + 6, at + thick - 4, form(value), fill=SOFT))
    parts.append(_line(_LABEL, top - 2, _LABEL, height - 6, SOFT))
    return _svg(height, parts)


def stacked(
    labels: Sequence[str], series: Sequence[Series], form: Format, fills: Sequence[str] = SERIES
) -> str:
    """Horizontal bars whose parts add up; `fills` are colours of the series, or the hatching."""
    step, thick, top = 26, 16, 26
    height = top + step * len(labels) + 4
    sums = [sum(one.values[place] or 0.0 for one in series) for place in range(len(labels))]
    largest = max(sums, default=0.0) or 1.0
    room = _WIDTH - _LABEL - 84
    parts = [_HATCHED, *_legend(series, top, fills)]
    for place, label in enumerate(labels):
        y = top + place * step
        parts.append(_text(_LABEL - 10, y + thick - 4, _short(label), "end"))
        x = float(_LABEL)
        for number, one in enumerate(series):
            length = (one.values[place] or 0.0) / largest * room
            if length > 0:
                parts.append(_box(x, y, length, thick, fills[number % len(fills)], gap=True))
            x += length
        parts.append(_text(x + 6, y + thick - 4, form(sums[place]), fill=SOFT))
    parts.append(_line(_LABEL, top - 4, _LABEL, height - 6, SOFT))
    return _svg(height, parts)


def lines(
    at: Sequence[float],
    series: Sequence[Series],
    form: Format,
    at_form: Format,
    titles: tuple[str, str] = ("", ""),
    marked: Sequence[tuple[float, str]] = (),
    pegs: tuple[Sequence[float], str] = ((), ""),
) -> str:
    """Lines over a common axis, each named at its end.

    Args:
        at: places across, rising.
        series: a value for each place.
        form: how figures upwards are written.
        at_form: how those across are.
        titles: of the axis across, and nothing.
        marked: places with a name, which an upright line marks.
        pegs: places that a peg on the axis marks, and the name of all of them.
    """
    names = _by_place(marked)
    lead = 16 * (len(names) + bool(pegs[0]))
    left, right, top, bottom = 64, 130, 14 + lead, 40
    height = 256 + top
    width = _WIDTH - left - right
    known = [v for s in series for v in s.values if v is not None]
    high = nice_top(max(known, default=0.0))
    first, last = at[0], at[-1]
    span = (last - first) or 1.0

    def x(value: float) -> float:
        return left + (value - first) / span * width

    def y(value: float) -> float:
        return top + (1 - value / high) * (height - top - bottom)

    parts = []
    for tick in range(6):
        value = high * tick / 5
        parts.append(_line(left, y(value), left + width, y(value), RULE))
        parts.append(_text(left - 8, y(value) + 4, form(value), "end", SOFT))
    for value in at if len(at) <= 8 else [first + span * n / 5 for n in range(6)]:
        parts.append(_text(x(value), height - bottom + 18, at_form(value), "middle", SOFT))
    parts.append(_text(left + width / 2, height - 4, titles[0], "middle", SOFT))
    for number, (place, name) in enumerate(names):
        parts.append(_line(x(place), 16 * number + 14, x(place), height - bottom, INK))
        late = place > (first + last) / 2
        shift = -6 if late else 6
        anchor = "end" if late else "start"
        parts.append(_text(x(place) + shift, 16 * number + 18, name, anchor))
    for place in pegs[0]:
        parts.append(_peg(x(place), height - bottom))
    if pegs[0]:
        parts.append(_peg(left + 6, top - 6))
        parts.append(_text(left + 18, top - 6, pegs[1]))
    ends = _spread([y(_last(one.values)) for one in series], height - bottom)
    for number, one in enumerate(series):
        colour = (*SERIES[:1], *SERIES[2:])[number % 4]
        dash = _DASHES[number % len(_DASHES)]
        points = [(x(a), y(v)) for a, v in zip(at, one.values, strict=True) if v is not None]
        if not points:
            continue
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.2"'
            f' stroke-linejoin="round"{dashed}/>'
        )
        px, py = points[-1]
        parts.append(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3.2" fill="{colour}"/>')
        parts.append(_text(px + 10, ends[number] + 4, _short(one.name), fill=colour, strong=True))
    return _svg(height, parts)


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """Points of a plane, some of them marked.

    Attributes:
        x, y: of each point, shape (points,); none is missing.
        marked: places of the points that stand out.
        joined: places of the points that a line joins, in its order.
        chosen: the place of the point that is named, if any.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    marked: Sequence[int]
    joined: Sequence[int]
    chosen: int | None = None


def scatter(
    cloud: Cloud,
    form: tuple[Format, Format],
    titles: tuple[str, str],
    names: tuple[str, str, str],
) -> str:
    """Points, those that stand out as discs, the named one as a diamond.

    Args:
        cloud: the points.
        form: how the figures across and upwards are written.
        titles: of the two axes.
        names: of all points, of those marked and of the chosen one.
    """
    height, left, right, top, bottom = 320, 64, 20, 52, 40
    wide, high = _WIDTH - left - right, height - top - bottom
    across, up = _axis(cloud.x.min(), cloud.x.max()), _axis(cloud.y.min(), cloud.y.max())
    xs = left + (cloud.x - across[0]) / (across[-1] - across[0]) * wide
    ys = top + (1 - (cloud.y - up[0]) / (up[-1] - up[0])) * high

    def place(n: int) -> tuple[float, float]:
        return float(xs[n]), float(ys[n])

    parts = []
    for tick in up:
        y = top + (1 - (tick - up[0]) / (up[-1] - up[0])) * high
        parts += [_line(left, y, left + wide, y, RULE)]
        parts += [_text(left - 8, y + 4, form[1](tick), "end", SOFT)]
    for tick in across:
        x = left + (tick - across[0]) / (across[-1] - across[0]) * wide
        parts.append(_text(x, height - bottom + 18, form[0](tick), "middle", SOFT))
    parts.append(_text(left + wide / 2, height - 4, titles[0], "middle", SOFT))
    parts.append(_text(left - 8, top - 14, titles[1], fill=SOFT))
    # Sets that would cover each other are drawn once: there may be a million of them.
    cells = np.unique(np.rint(xs / _GRAIN) * height + np.rint(ys / _GRAIN)).astype(np.int64)
    seen = (divmod(cell, height) for cell in cells.tolist())
    dots = "".join(f"M{x * _GRAIN - 1} {y * _GRAIN - 1}h2v2h-2z" for x, y in seen)
    parts.append(f'<path d="{dots}" fill="{SERIES[4]}" fill-opacity="0.55"/>')
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, cloud.joined))
    parts.append(f'<polyline points="{path}" fill="none" stroke="{SERIES[0]}" stroke-width="1.6"/>')
    discs = {(round(x), round(y)) for x, y in map(place, cloud.marked)}
    parts += [_disc(x, y) for x, y in sorted(discs)]
    if cloud.chosen is not None:
        parts.append(_diamond(*place(cloud.chosen)))
    x = float(left)
    for name, mark in zip(names, (_square, _disc, _diamond), strict=True):
        if mark is _diamond and cloud.chosen is None:
            continue
        parts += [mark(x + 5, 10), _text(x + 16, 14, name)]
        x += 42 + 6.2 * len(name)
    return _svg(height, parts)


def _axis(low: float, high: float) -> list[float]:
    """Round numbers, four to seven, that hold both ends; from zero where that is not far."""
    if low > 0 and low < 0.4 * high:
        low = 0.0
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / 5))
    step = next(n * power for n in (1, 2, 2.5, 5, 10) if span / (n * power) <= 5.001)
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    return [step * n for n in range(first, last + 1)]


def _square(x: float, y: float) -> str:
    return f'<rect x="{x - 1.5:.1f}" y="{y - 1.5:.1f}" width="3" height="3" fill="{SERIES[4]}"/>'


def _disc(x: float, y: float) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.4" fill="{SERIES[0]}" stroke="#ffffff"'
        ' stroke-width="0.8"/>'
    )


def _diamond(x: float, y: float) -> str:
    return (
        f'<path d="M{x:.1f} {y - 7:.1f}l7 7l-7 7l-7 -7z" fill="{SERIES[2]}" stroke="{INK}"'
        ' stroke-width="1.2"/>'
    )


def nice_top(value: float) -> float:
    """The end of an axis that holds a value: a round number that five steps divide well."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(
        n * power for n in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if n * power >= value * 0.999
    )


def _last(values: Sequence[float | None]) -> float:
    return next((v for v in reversed(values) if v is not None), 0.0)


def _spread(ends: Sequence[float], lowest: float) -> list[float]:
    """Heights of the names at line ends, apart from each other and none below the axis."""
    order = sorted(range(len(ends)), key=lambda n: ends[n])
    places = [0.0] * len(ends)
    before = -math.inf
    for n in order:
        places[n] = before = max(ends[n], before + 16)
    after = lowest + 16
    for n in reversed(order):
        places[n] = after = min(places[n], after - 16)
    return places


def _legend(series: Sequence[Series], top: int, fills: Sequence[str] = SERIES) -> list[str]:
    parts, x = [], float(_LABEL)
    for number, one in enumerate(series):
        parts.append(_box(x, top - 22, 11, 11, fills[number % len(fills)]))
        parts.append(_text(x + 16, top - 12.5, one.name))
        x += 36 + 6.2 * len(one.name)
    return parts


def _by_place(marked: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Names of one place together, so that no two lines of words lie on each other."""
    found: dict[float, list[str]] = {}
    for place, name in marked:
        found.setdefault(place, []).append(name)
    return [(place, "; ".join(names)) for place, names in found.items()]


def _peg(x: float, y: float) -> str:
    return f'<path d="M{x:.1f} {y:.1f}l5 -9h-10z" fill="{SERIES[2]}" stroke="{INK}"/>'


def _plain(words: str) -> str:
    """Words in letters that the bundled font has: a drawing is set in no other.

    Accents heaped on a letter, which a drawing in a PDF cannot name, are left out.
    """
    known = unicodedata.normalize("NFC", drawable(clean(words)).replace("\u200b", ""))
    return "".join(letter for letter in known if not unicodedata.combining(letter))


def _short(label: str) -> str:
    label = _plain(label)
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…"


def _box(x: float, y: float, width: float, height: float, fill: str, gap: bool = False) -> str:
    edge = ' stroke="#ffffff" stroke-width="1"' if gap else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
        f' fill="{fill}"{edge}/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}"'
        ' stroke-width="0.8"/>'
    )


def _text(
    x: float, y: float, words: str, anchor: str = "start", fill: str = INK, strong: bool = False
) -> str:
    weight = ' font-weight="600"' if strong else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{_FONT}" font-size="11.5" fill="{fill}"'
        f' text-anchor="{anchor}"{weight}>{escape(_plain(words))}</text>'
    )


def _svg(height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}"'
        f' width="{_WIDTH}" height="{height:.0f}">' + "".join(parts) + "</svg>"
    )
