"""Sums of what is claimed over every set, from the curves and what no curve stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from workbench.analysis.partner_sets.bits import Slice, add_where, additive, only_where
from workbench.analysis.partner_sets.tables import (
    CURVES,
    Cells,
    Clips,
    chebyshev_points,
    coefficients,
)
from workbench.progress import Progress

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_NUMBERS_AT_ONCE = 1_000_000
_PLAIN = len(CURVES) - 1  # the last is multiplied by t
_TRACED = CURVES.index("traced")


@dataclass(frozen=True, eq=False)
class Group:
    """Cells of one exporter that are evaluated together: content rows R, importers M, points P.

    Attributes:
        importers: M; just one where the content differs from importer to importer.
        fits: CURVES x M x R x P, Chebyshev coefficients.
    """

    exporter: int
    importers: tuple[int, ...]
    everything: Floats
    shares: Floats
    traced_everything: Floats
    traced: Floats
    low: Floats
    high: Floats
    fits: Floats


def groups_of(cells: Sequence[Cells]) -> list[Group]:
    """Cells of one exporter and content row together; rows of one importer alone apart."""
    found = []
    for points in sorted({part.points for part in cells}):
        alike = [part for part in cells if part.points == points]
        whole = Cells(
            *(
                np.concatenate(
                    [getattr(part, name) for part in alike], axis=1 if name == "values" else 0
                )
                for name in Cells.__dataclass_fields__
            )
        )
        for exporter in np.unique(whole.exporter):
            mine = np.flatnonzero(whole.exporter == exporter)
            _, row = np.unique(whole.row[mine], return_inverse=True)
            importers = np.zeros((row.max() + 1, whole.shares.shape[1]), dtype=bool)
            importers[row, whole.importer[mine]] = True
            alone = (importers.sum(axis=1) == 1)[row]
            if (~alone).any():
                found.append(_group(whole, mine[~alone]))
            for importer in np.unique(whole.importer[mine[alone]]):
                found.append(_group(whole, mine[alone & (whole.importer[mine] == importer)]))
    return found


def _group(cells: Cells, mine: Integers) -> Group:
    _, first, row = np.unique(cells.row[mine], return_index=True, return_inverse=True)
    importers, column = np.unique(cells.importer[mine], return_inverse=True)
    values = np.zeros((len(CURVES), len(importers), len(first), cells.points))
    for n, place in enumerate(zip(column, row, strict=True)):
        values[:, place[0], place[1]] += cells.values[:, mine[n]]
    one = mine[first]
    return Group(
        exporter=int(cells.exporter[mine[0]]),
        importers=tuple(int(m) for m in importers),
        everything=cells.everything[one],
        shares=cells.shares[one],
        traced_everything=cells.traced_everything[one],
        traced=cells.traced[one],
        low=cells.low[one],
        high=cells.high[one],
        fits=coefficients(values),
    )


def add_groups(out: Floats, groups: Sequence[Group], part: Slice, progress: Progress) -> None:
    """Add what is claimed on the groups' lanes (first six of CURVES x 2^n) to a slice of sets."""
    for number, group in enumerate(groups):
        progress.step(number, len(groups), "content of each set")
        if part.holds(group.exporter):
            _add_group(out, group, part)


def _add_group(out: Floats, group: Group, part: Slice) -> None:
    forced: tuple[int, ...] = (group.exporter,)
    present = [n for n, m in enumerate(group.importers) if part.holds(m)]
    if not present:
        return
    alone = len(group.importers) == 1
    if alone:
        forced = (*forced, group.importers[0])
    smaller = part.with_all(forced)
    bits = part.bits(forced)
    split = _high_bits(len(smaller.free), len(present), group.fits.shape[3])
    wide = (len(present) * len(CURVES) + group.fits.shape[3]) * group.fits.shape[3] << split
    at_once = max(_NUMBERS_AT_ONCE // wide, 1)
    total = np.zeros((len(present), _PLAIN, smaller.size))
    for start in range(0, len(group.low), at_once):
        rows = slice(start, start + at_once)
        total += _evaluated(group, rows, present, smaller, split)
    if alone:
        add_where(out, bits, total[0])
        return
    for figures, n in zip(total, present, strict=True):
        importer = (group.importers[n],)
        both = (*forced, *importer)
        add_where(out, part.bits(both), only_where(figures, smaller.bits(importer)))


def _high_bits(free: int, importers: int, points: int) -> int:
    """How many bits are best written anew: patterns of the high bits each cost several rows."""
    rows = points + len(CURVES) * importers
    return max(min(round((free - log2(rows)) / 2), free), 0)


def _evaluated(group: Group, rows: slice, present: list[int], part: Slice, split: int) -> Floats:
    """M x 6 x 2^n: sums over some content rows.

    d is what the high bits leave plus what the low bits take, so each row's curve is written anew
    for every pattern of the high bits, as a curve over what the low bits take. The sum over rows
    of curve times basis is then one product of matrices for all sets.
    """
    inside, free = list(part.inside), list(part.free)
    low, high = free[: len(free) - split], free[len(free) - split :]
    width = (group.high - group.low)[rows]
    shares = group.shares[rows]
    count, points = len(width), group.fits.shape[3]
    d = group.everything[rows] - shares[:, inside].sum(axis=1)
    step = -2 * shares / width[:, None]
    place = additive(2 * (d - group.low[rows]) / width - 1, step[:, high])  # R x 2^high
    reach = np.minimum(step[:, low].sum(axis=1), -1e-9)
    taken = additive(np.zeros(count), step[:, low])  # R x 2^low
    nodes = reach[:, None] * (1 - chebyshev_points(points)) / 2

    basis = _chebyshev(place[:, :, None] + nodes[:, None, :], points)
    basis = coefficients(basis).reshape(count, points, -1)
    # Products of matrices are quick where both are whole blocks of memory.
    fits = np.ascontiguousarray(group.fits[:, present][:, :, rows].transpose(2, 1, 0, 3))
    curves = (
        (fits.reshape(count, -1, points) @ basis)
        .reshape(count, len(present), len(CURVES), place.shape[1], points)
        .transpose(1, 2, 3, 0, 4)
        .reshape(len(present), len(CURVES), place.shape[1], count * points)
    )
    over = _chebyshev(1 - 2 * taken / reach[:, None], points)
    flat = over.reshape(count * points, -1)

    total: Floats = (curves[:, :_PLAIN].reshape(-1, len(flat)) @ flat).reshape(
        len(present), _PLAIN, -1
    )
    times = curves[:, _PLAIN]
    if times.any():
        traced = group.traced[rows]
        t = group.traced_everything[rows] - traced[:, inside].sum(axis=1)
        of_high, of_low = additive(t, -traced[:, high]), additive(0 * t, -traced[:, low])
        scaled = times * np.repeat(of_high, points, axis=0).T
        both = (over * of_low[:, None, :]).reshape(flat.shape)
        found = scaled.reshape(-1, len(flat)) @ flat + times.reshape(-1, len(flat)) @ both
        total[:, _TRACED] += found.reshape(len(present), -1)
    return total


def _chebyshev(z: Floats, points: int) -> Floats:
    """The polynomials at places z (R x ...): R x P x ..."""
    found = np.empty((len(z), points, *z.shape[1:]))
    found[:, 0] = 1.0
    found[:, 1] = z
    twice = 2 * z
    for n in range(2, points):
        np.multiply(twice, found[:, n - 1], out=found[:, n])
        found[:, n] -= found[:, n - 2]
    return found


# Traced content that would pass nothing or the whole of the good -----------------------------


def add_clips(
    out: Floats, clips: Clips, concentration: float, part: Slice, progress: Progress
) -> None:
    """Add the corrections to the traced content (2^n) of every set."""
    ends = clips.importer * clips.shares.shape[1] + clips.exporter
    order = np.argsort(ends, kind="stable")
    pairs, first = np.unique(ends[order], return_index=True)
    for number, (pair, rows) in enumerate(zip(pairs, np.split(order, first[1:]), strict=True)):
        progress.step(number, len(pairs), "limits of traced content")
        both = (int(pair) // clips.shares.shape[1], int(pair) % clips.shares.shape[1])
        if not all(part.holds(end) for end in both):
            continue
        smaller = part.with_all(both)
        found = np.zeros((1, smaller.size))
        at_once = max(_NUMBERS_AT_ONCE // smaller.size, 1)
        for start in range(0, len(rows), at_once):
            found += _corrections(clips, rows[start : start + at_once], concentration, smaller)
        add_where(out[None, :], part.bits(both), found)


def _corrections(clips: Clips, rows: Integers, concentration: float, part: Slice) -> Floats:
    inside, free = list(part.inside), list(part.free)
    shares, traced = clips.shares[rows], clips.traced[rows]
    outside = additive(clips.everything[rows] - shares[:, inside].sum(axis=1), -shares[:, free])
    t = additive(clips.traced_everything[rows] - traced[:, inside].sum(axis=1), -traced[:, free])
    t = np.clip(t, 0, 1)
    outside = np.clip(outside, 0, 1)
    moves = np.isnan(clips.mean[rows])[:, None]
    mean = np.where(moves, outside, clips.mean[rows, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        fraction = np.where(moves, 1.0, np.where(mean > 0, outside / mean, 1.0))
    offset = t - outside
    upper = np.broadcast_to(clips.upper[rows, None], t.shape)
    add = np.zeros(t.shape)
    at = np.nonzero(~upper & (offset < 0) & (fraction > 0))
    reach = -offset[at] / fraction[at]
    add[at] = fraction[at] * _shortfall(mean[at], reach, concentration)
    at = np.nonzero(upper & (offset > 0) & (fraction > 0))
    reach = 1 - (1 - offset[at]) / fraction[at]
    add[at] = -fraction[at] * _shortfall(1 - mean[at], reach, concentration)
    return (clips.weight[rows] @ add)[None, :]


def _shortfall(mean: Floats, reach: Floats, concentration: float) -> Floats:
    """E[max(0, reach - N)] of a Beta distribution with this mean."""
    reach = np.clip(reach, 0, 1)
    p = np.maximum(mean * concentration, 1e-300)
    q = np.maximum((1 - mean) * concentration, 1e-300)
    short: Floats = reach * betainc(p, q, reach) - mean * betainc(p + 1, q, reach)
    return np.maximum(short, 0.0)
