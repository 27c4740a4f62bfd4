"""Expectations over the producers of a lane: the arithmetic beneath `claiming`.

s(N), the share to re-source, is piecewise linear. The points where any figure has a kink are
known in closed form, so each lane is cut there into pieces. Where nothing has to be re-sourced
the claiming share does not depend on N and a piece is an incomplete beta function; elsewhere it
is integrated by a fixed rule, whose error is estimated and which is halved where that is too
large. Everything is in arrays over a chunk of lanes; nothing loops over lanes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaln, ndtr

from workbench.analysis.rule_terms import All, Leaf, Terms

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]
Places = NDArray[np.int16]  # which leaf of a rule

Resolved = Terms | bool
"""A rule without processes. True: met by every producer; False: not attainable."""

TINY = 1e-300

TAIL = 6.5  # standard deviations: beyond, a share of 4e-11 is left out
FADING = 3.0  # standard deviations above which nearly all consignments claim
_SPREAD = 8.0  # likewise for producers, on the arcsine scale
_STEEP = 2.0  # a density N^(p - 1) with p below is too steep at 0 to integrate as it is
_TOLERANCE = 3e-9
_NEGLIGIBLE = 1e-22
_MOST_HALVINGS = 40

_Record = TypeVar("_Record", "Batch", "_Pieces", "_Curve")


def rows_of(record: _Record, index: Integers | slice) -> _Record:
    """The same record with every array cut down to some of its rows."""
    return replace(record, **{f.name: getattr(record, f.name)[index] for f in fields(record)})


@dataclass(frozen=True, eq=False)
class Batch:
    """Lanes and parameters in arrays of L, as the kernel uses them."""

    net: Floats  # g - a, the net gain of a producer who need not re-source
    mean: Floats
    concentration: Floats
    log_size: Floats  # ln(S_w / F): infinite without a fixed cost
    sigma: Floats
    premium: Floats
    traced_offset: Floats  # H
    non_party: Floats  # pi

    @property
    def size(self) -> int:
        """How many lanes."""
        return len(self.net)


@dataclass(frozen=True, eq=False)
class Leaves:
    """The leaves of a rule, K x L; beta is -infinity where a leaf is not attainable.

    `share` is the w of a cap's named origins and 1 for every other leaf, so that the
    originating part is s (1 - N) / (1 - share N) for all of them; K x 0 without any cap.
    """

    alpha: Floats
    beta: Floats
    share: Floats

    @property
    def capped(self) -> bool:
        """Whether any leaf caps named origins."""
        return self.share.size > 0

    @property
    def unknown(self) -> Bools:
        """Lanes where any leaf is NaN."""
        holes: Bools = np.any(np.isnan(self.alpha + self.beta), axis=0)
        return holes | np.any(np.isnan(self.share), axis=0) if self.capped else holes

    def take(self, index: Integers | slice) -> "Leaves":
        """The leaves of some lanes, or of the lane of each of some points."""
        share = self.share[:, index] if self.capped else self.share
        return replace(self, alpha=self.alpha[:, index], beta=self.beta[:, index], share=share)


def leaves_of(rule: Resolved, size: int) -> Leaves:
    """The leaves of a rule without processes, for `size` lanes."""
    found = [] if isinstance(rule, bool) else list(each_leaf(rule))
    if not found:
        none = np.empty((0, size))
        return Leaves(none, none, np.empty((0, 0)))
    ones = np.ones(size)
    capped = any(leaf.elsewhere is not None for leaf in found)
    shares = [ones if leaf.elsewhere is None else leaf.elsewhere for leaf in found]
    return Leaves(
        alpha=np.stack([np.where(leaf.attainable, leaf.alpha, 0.0) for leaf in found]),
        beta=np.stack([np.where(leaf.attainable, leaf.beta, -np.inf) for leaf in found]),
        share=np.stack(shares) if capped else np.empty((len(found), 0)),
    )


def each_leaf(terms: Terms) -> Iterator[Leaf]:
    """The leaves of a tree, in reading order."""
    if isinstance(terms, Leaf):
        yield terms
    else:
        for part in terms.parts:
            yield from each_leaf(part)


# --- s and r of given producers ---------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Needs:
    """What a rule asks of some producers, and the leaves that decide it (-1 nothing)."""

    s: Floats
    r: Floats
    s_leaf: Places
    r_leaf: Places


def needs_of(rule: Resolved, leaves: Leaves, n: Floats, rest: Floats) -> _Needs:
    """What producers have to re-source: s and r at N = `n`, 1 - N = `rest`, column by column."""
    if isinstance(rule, bool):
        zero = np.zeros(len(n))
        nothing = np.full(len(n), -1, dtype=np.int16)
        return _Needs(zero, zero, nothing, nothing)
    each = []
    for i in range(len(leaves.alpha)):
        s = np.maximum(leaves.alpha[i] * n - leaves.beta[i], 0.0)
        r = s * _originating_part(leaves.share[i], rest) if leaves.capped else s
        which = np.where(s > 0, np.int16(i), np.int16(-1))
        each.append(_Needs(s, r, which, which))
    return _combine(rule, iter(each), leaves.capped)


def _originating_part(share: Floats, rest: Floats) -> Floats:
    """(1 - N) / (1 - w N), written in 1 - N so that it holds at w = 1."""
    rest = np.maximum(rest, TINY)
    part: Floats = rest / ((1 - share) + share * rest)
    return part


def _combine(terms: Terms, each: Iterator[_Needs], capped: bool) -> _Needs:
    if isinstance(terms, Leaf):
        return next(each)
    parts = [_combine(part, each, capped) for part in terms.parts]
    best = parts[0]
    for part in parts[1:]:
        every = isinstance(terms, All)
        wins = part.s > best.s if every else part.s < best.s
        s, s_leaf = np.where(wins, part.s, best.s), np.where(wins, part.s_leaf, best.s_leaf)
        if not capped:
            best = _Needs(s, s, s_leaf, s_leaf)
            continue
        if every:
            wins = part.r > best.r
        r, r_leaf = np.where(wins, part.r, best.r), np.where(wins, part.r_leaf, best.r_leaf)
        best = _Needs(s, r, s_leaf, r_leaf)
    return best


# --- cutting each lane where a figure has a kink ------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Stretches of N over which one leaf decides (P); ordered by lane."""

    lane: Integers
    low: Floats
    high: Floats
    s_leaf: Places  # -1 where nothing has to be re-sourced
    r_leaf: Places
    traced: NDArray[np.int8]  # traced content: 0 nothing, 1 between, 2 all of the good
    unattainable: Bools
    worthless: Bools  # nobody claims


def _kinks(leaves: Leaves) -> list[Floats]:
    """Where a leaf begins to ask something, and where two leaves ask the same."""
    a, b, w = leaves.alpha, leaves.beta, leaves.share
    points = [b[i] / a[i] for i in range(len(a))]
    for i in range(len(a)):
        for j in range(i):
            points.append((b[i] - b[j]) / (a[i] - a[j]))
            if leaves.capped:
                points += _roots(
                    a[j] * w[i] - a[i] * w[j],
                    a[i] + b[i] * w[j] - a[j] - b[j] * w[i],
                    b[j] - b[i],
                )
    return points


def _claiming_edges(batch: Batch, leaves: Leaves) -> list[Floats]:
    """Where claiming begins to fade (all consignments claim before) and where it has ended."""
    points = []
    for tail in (FADING, -TAIL):
        gain = np.exp(tail * batch.sigma - batch.log_size)
        needed = (batch.net - gain) / batch.premium
        points += [
            (needed + beta) / alpha for alpha, beta in zip(leaves.alpha, leaves.beta, strict=True)
        ]
    return points


def _traced_kinks(batch: Batch, leaves: Leaves) -> list[Floats]:
    """Where traced content would pass 0 or the whole of the good."""
    points: list[Floats] = []
    for bound in (0.0, 1.0):
        level = (bound - batch.traced_offset) / batch.non_party
        points.append(level)
        for a, b, w in zip(leaves.alpha, leaves.beta, leaves.share, strict=True):
            if leaves.capped:
                points += _roots(a - w, 1 + level * w - a - b, b - level)
            else:
                points.append((level - b) / (1 - a))
    return points


def _roots(a: Floats, b: Floats, c: Floats) -> list[Floats]:
    """Both roots of a x^2 + b x + c, one of them infinite or NaN where there is only one."""
    half = -0.5 * (b + np.copysign(np.sqrt(b * b - 4 * a * c), b))
    return [half / a, c / half]


def _cut(
    batch: Batch, leaves: Leaves, rule: Resolved, points: list[Floats], content: bool
) -> _Pieces:
    """Cut [0, 1] of every lane at the points where something changes."""
    size = batch.size
    fixed = [np.zeros(size), np.full(size, 0.5), np.ones(size)]
    cuts = np.stack(fixed + points, axis=1)
    np.fmax(cuts, 0.0, out=cuts)  # a point that does not exist is NaN and falls on 0
    np.fmin(cuts, 1.0, out=cuts)
    cuts.sort(axis=1)
    # Stretches too short to tell their two ends apart join a neighbour, so that the pieces of a
    # lane still cover all of [0, 1].
    real = np.flatnonzero(cuts[:, 1:] > cuts[:, :-1] * (1 + 1e-14))
    lane = real // (cuts.shape[1] - 1)
    real += lane
    low = cuts.ravel()[real]
    middle = 0.5 * (low + cuts.ravel()[real + 1])

    needs = needs_of(rule, leaves.take(lane), middle, 1 - middle)
    unattainable = np.isinf(needs.s)
    gain = batch.net[lane] - batch.premium[lane] * np.where(unattainable, 0.0, needs.s)
    least, most = (np.exp(z * batch.sigma - batch.log_size) for z in (-TAIL, FADING))
    worthless = unattainable | (gain <= least[lane])
    fading = (gain < most[lane]) & (needs.s_leaf >= 0)
    traced = np.zeros(len(lane), dtype=np.int8)
    if content:
        reached = batch.non_party[lane] * (middle - needs.r) + batch.traced_offset[lane]
        traced += reached > 0
        traced += reached >= 1
    # A density that is steep at both ends gets a piece for each end.
    steep = np.maximum(batch.mean, 1 - batch.mean) * batch.concentration < _STEEP
    second_half = steep[lane] & (middle > 0.5)

    opens = np.ones(len(lane), dtype=bool)
    opens[1:] = lane[1:] != lane[:-1]
    starts = opens.copy()
    marks = (needs.s_leaf, needs.r_leaf, traced, unattainable, worthless, fading, second_half)
    for mark in marks:
        starts[1:] |= mark[1:] != mark[:-1]
    here = np.flatnonzero(starts)
    first = opens[here]
    from_ = np.where(first, 0.0, low[here])
    return _Pieces(
        lane=lane[here],
        low=from_,
        high=np.append(np.where(first[1:], 1.0, from_[1:]), 1.0),
        s_leaf=needs.s_leaf[here],
        r_leaf=needs.r_leaf[here],
        traced=traced[here],
        unattainable=unattainable[here],
        worthless=worthless[here],
    )


# --- expectations over the producers of a chunk -------------------------------------------------


def expect_claimed(batch: Batch, leaves: Leaves, rule: Resolved) -> Floats:
    """As `expect_content`, but c and c where s = 0 alone; the other rows mean nothing."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        points = _kinks(leaves) + _claiming_edges(batch, leaves)
        return _expect(batch, leaves, rule, points, content=False)


def expect_content(batch: Batch, leaves: Leaves, rule: Resolved) -> Floats:
    """Expectations (5 x L) of c, c where s = 0, c r, c (N - r) and c times traced content."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        points = _kinks(leaves) + _claiming_edges(batch, leaves) + _traced_kinks(batch, leaves)
        return _expect(batch, leaves, rule, points, content=True)


def expect_required(batch: Batch, leaves: Leaves, rule: Resolved) -> Floats:
    """Expectations (3 x L) of: s finite; 0 < s finite; s where finite."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        out = np.zeros((3, batch.size))
        beta = _Producers.of(batch)
        point = beta.is_point
        s = needs_of(rule, leaves, batch.mean, 1 - batch.mean).s
        finite = np.isfinite(s)
        out[:, point] = np.stack([finite, finite & (s > 0), np.where(finite, s, 0.0)])[:, point]

        pieces = _cut(batch, leaves, rule, _kinks(leaves), content=False)
        pieces = rows_of(pieces, np.flatnonzero(~point[pieces.lane] & ~pieces.unattainable))
        mass, mean_part = beta.within(pieces)
        asks = pieces.s_leaf >= 0
        amount = np.zeros(len(mass))
        if len(leaves.alpha):
            a = leaves.alpha[pieces.s_leaf, pieces.lane]
            b = leaves.beta[pieces.s_leaf, pieces.lane]
            amount = np.where(asks, a * mean_part - b * mass, 0.0)
        for row, figure in enumerate((mass, np.where(asks, mass, 0.0), amount)):
            out[row] += np.bincount(pieces.lane, figure, batch.size)
        return out


def _share_claiming(batch: Batch, gain: Floats) -> Floats:
    """The share c of a producer's trade that claims at a net gain (both L)."""
    share: Floats = ndtr((np.log(np.maximum(gain, TINY)) + batch.log_size) / batch.sigma)
    return np.where(gain > 0, share, 0.0)


def _expect(
    batch: Batch, leaves: Leaves, rule: Resolved, points: list[Floats], content: bool
) -> Floats:
    """The expectations of `expect_content`; without `content` the first two alone."""
    out = np.zeros((5, batch.size))
    beta = _Producers.of(batch)
    if beta.is_point.any():
        out[:, beta.is_point] = _at_the_mean(batch, leaves, rule)[:, beta.is_point]

    pieces = _cut(batch, leaves, rule, points, content)
    live = ~beta.is_point[pieces.lane] & ~pieces.worthless
    is_flat = pieces.s_leaf < 0

    flat = rows_of(pieces, np.flatnonzero(live & is_flat))
    mass, mean_part = beta.within(flat, content)
    share = _share_claiming(batch, batch.net)[flat.lane]
    nothing = np.zeros(len(mass))
    _collect(out, batch, flat, share * mass, nothing, share * mean_part)
    out[1, ~beta.is_point] = out[0, ~beta.is_point]

    curved = rows_of(pieces, np.flatnonzero(live & ~is_flat))
    if len(curved.lane):
        _collect(out, batch, curved, *_integrate(batch, leaves, beta, curved, content))
    out[4, np.isnan(batch.traced_offset)] = np.nan
    return out


def _collect(
    out: Floats,
    batch: Batch,
    pieces: _Pieces,
    claimed: Floats,
    resourced: Floats,
    kept: Floats,
) -> None:
    """Add the figures of pieces to their lanes."""
    lane = pieces.lane
    between = batch.non_party[lane] * kept + batch.traced_offset[lane] * claimed
    traced = np.where(pieces.traced == 1, between, np.where(pieces.traced == 2, claimed, 0.0))
    for row, figure in ((0, claimed), (2, resourced), (3, kept), (4, traced)):
        out[row] += np.bincount(lane, figure, batch.size)


def _at_the_mean(batch: Batch, leaves: Leaves, rule: Resolved) -> Floats:
    """The five expectations where all producers are alike."""
    mean = batch.mean
    needs = needs_of(rule, leaves, mean, 1 - mean)
    s, r = needs.s, needs.r
    reachable = np.isfinite(s)
    s, r = np.where(reachable, s, 0.0), np.where(reachable, r, 0.0)
    share = np.where(reachable, _share_claiming(batch, batch.net - batch.premium * s), 0.0)
    traced = np.clip(batch.non_party * (mean - r) + batch.traced_offset, 0.0, 1.0)
    as_is = np.where(s == 0, share, 0.0)
    return np.stack([share, as_is, share * r, share * (mean - r), share * traced])


@dataclass(frozen=True, eq=False)
class _Producers:
    """The Beta distribution of N on each lane."""

    mean: Floats
    p: Floats
    q: Floats
    log_norm: Floats
    is_point: Bools

    @classmethod
    def of(cls, batch: Batch) -> "_Producers":
        p = batch.mean * batch.concentration
        q = (1 - batch.mean) * batch.concentration
        is_point = (p < TINY) | (q < TINY)
        return cls(
            batch.mean,
            p,
            q,
            betaln(np.where(is_point, 1.0, p), np.where(is_point, 1.0, q)),
            is_point,
        )

    def below(self, lane: Integers, x: Floats) -> Floats:
        """The share of producers with N up to x."""
        share = np.where(x >= 1, 1.0, 0.0)
        inner = np.flatnonzero((x > 0) & (x < 1))
        at = lane[inner]
        share[inner] = betainc(self.p[at], self.q[at], x[inner])
        return share

    def within(self, pieces: _Pieces, with_mean: bool = True) -> tuple[Floats, Floats]:
        """E[1] and E[N] over pieces."""
        lane = pieces.lane
        upper = self.below(lane, pieces.high)
        follows = np.zeros(len(lane), dtype=bool)
        follows[1:] = (lane[1:] == lane[:-1]) & (pieces.low[1:] == pieces.high[:-1])
        lower = self.below(lane, np.where(follows, 0.0, pieces.low))
        lower[1:] += np.where(follows[1:], upper[:-1], 0.0)
        mass = upper - lower
        if not with_mean:
            return mass, np.zeros(len(mass))
        edge = self._edge(lane, pieces.high) - self._edge(lane, pieces.low)
        return mass, self.mean[lane] * (mass - edge)

    def _edge(self, lane: Integers, x: Floats) -> Floats:
        """I_x(p, q) - I_x(p + 1, q) = x^p (1 - x)^q / (p B(p, q))."""
        inside = (x > 0) & (x < 1)
        y = np.where(inside, x, 0.5)
        p, q = self.p[lane], self.q[lane]
        edge = np.exp(p * np.log(y) + q * np.log1p(-y) - self.log_norm[lane]) / p
        return np.where(inside, edge, 0.0)


def _fejer(intervals: int) -> tuple[Floats, Floats]:
    """Nodes on (0, 1), and weights of Fejer's second rule with all, half, a quarter of them.

    Source: L. Fejer, Mathematische Zeitschrift 37 (1933).
    """
    angle = np.arange(1, intervals) * np.pi / intervals
    weights = np.zeros((3, intervals - 1))
    for row, every in enumerate((1, 2, 4)):
        count = intervals // every
        own = angle[every - 1 :: every]
        odd = np.arange(1, count, 2)
        series = (np.sin(np.outer(own, odd)) / odd).sum(axis=1)
        weights[row, every - 1 :: every] = 2 / count * np.sin(own) * series
    return 0.5 * (1 - np.cos(angle)), weights


NODES, WEIGHTS = _fejer(32)
"""Where to integrate over (0, 1), and the weights of three rules, the finest first."""


@dataclass(frozen=True, eq=False)
class Stretch:
    """A smooth step from 0 to 1, what is left of it to 1, and its slope.

    It gathers points where the integrand may be steep: where claiming ends and, if `both`, at
    the other end too.
    """

    step: Floats
    left: Floats
    slope: Floats

    @classmethod
    def at(cls, v: Floats, both: bool) -> "Stretch":
        """The step at places from 0 to 1."""
        u = 1 - v
        if both:
            uv = u * v
            return cls(
                v * v * v * (10 - 15 * v + 6 * v * v),
                u * u * u * (10 - 15 * u + 6 * u * u),
                30 * uv * uv,
            )
        return cls(v * (3 - 3 * v + v * v), u * u * u, 3 * u * u)


def _integrate(
    batch: Batch, leaves: Leaves, beta: _Producers, pieces: _Pieces, content: bool
) -> tuple[Floats, Floats, Floats]:
    """E[c], E[c r] and E[c (N - r)] over pieces where something has to be re-sourced."""
    curve = _Curve.of(batch, leaves, beta, pieces)
    count = len(pieces.lane)
    rows = 1 if not content else 3 if leaves.capped else 2
    totals = np.zeros((rows, count))
    from_zero = curve.low == 0
    for both in (False, True):
        where = np.flatnonzero(from_zero == both)
        if len(where):
            part = curve if len(where) == count else rows_of(curve, where)
            totals[:, where] = _refine(part, rows, both)
    mass = np.zeros(count)
    ends = np.flatnonzero(curve.end_claimed)
    lane, low = pieces.lane[ends], curve.low[ends]
    mass[ends] = beta.below(lane, low + curve.width[ends]) - beta.below(lane, low)
    claimed = totals[0] + curve.end_claimed * mass
    if not content:
        nothing = np.zeros(count)
        return claimed, nothing, nothing
    mean_part = totals[1] + curve.end_claimed * curve.end * mass
    if leaves.capped:
        resourced = totals[2] + curve.end_claimed * curve.end_r * mass
    else:
        resourced = curve.r_alpha * mean_part - curve.r_beta * claimed
    return claimed, resourced, mean_part - resourced


def _refine(curve: "_Curve", rows: int, both: bool) -> Floats:
    """Integrate every piece (rows x P), halving those whose error is too large."""
    sums = curve.sums(NODES[:, None], rows, both)
    totals = sums[:, 0]
    where = np.flatnonzero(is_rough(sums))
    start, length = np.zeros(len(where)), np.ones(len(where))
    totals[:, where] = 0.0
    for halving in range(_MOST_HALVINGS):
        if not len(where):
            break
        where = np.repeat(where, 2)
        length = np.repeat(length / 2, 2)
        start = np.repeat(start, 2)
        start[1::2] += length[1::2]
        nodes = start + length * NODES[:, None]
        sums = rows_of(curve, where).sums(nodes, rows, both) * length
        rough = is_rough(sums) & (halving < _MOST_HALVINGS - 1)
        for row in range(rows):
            totals[row] += np.bincount(where[~rough], sums[row, 0, ~rough], len(curve.low))
        where, start, length = where[rough], start[rough], length[rough]
    return totals


def is_rough(sums: Floats, tolerance: float = _TOLERANCE) -> Bools:
    """Whether the finest of three rules (rows x 3 x P) may be off by more than a tolerance.

    The step from rule to rule shrinks at least as fast as from the first step to the second.
    """
    first = np.abs(sums[:, 2] - sums[:, 1])
    second = np.abs(sums[:, 1] - sums[:, 0])
    rough: Bools = np.any(second * second > tolerance * first + _NEGLIGIBLE, axis=0)
    return rough


@dataclass(frozen=True, eq=False)
class _Curve:
    """The integrand over pieces (P): density of N, claiming share, originating part.

    Where the density is steep at an end of the piece, the integrand's value there (`end_...`)
    is taken out of the integral and put back times the producers in the piece.
    """

    low: Floats
    width: Floats
    above: Floats  # 1 - high
    p: Floats
    q: Floats
    log_norm: Floats
    gain_at_zero: Floats  # net gain = gain_at_zero - gain_slope N
    gain_slope: Floats
    log_size: Floats
    sigma: Floats
    r_alpha: Floats
    r_beta: Floats
    share: Floats
    end: Floats
    end_claimed: Floats
    end_r: Floats

    @classmethod
    def of(cls, batch: Batch, leaves: Leaves, beta: _Producers, pieces: _Pieces) -> "_Curve":
        lane, s_leaf = pieces.lane, pieces.s_leaf
        p, q = beta.p[lane], beta.q[lane]

        centre = np.arcsin(np.sqrt(batch.mean[lane]))
        spread = 0.5 * _SPREAD / np.sqrt(batch.concentration[lane])
        from_, to = np.maximum(centre - spread, 0.0), np.minimum(centre + spread, np.pi / 2)
        low = np.maximum(pieces.low, np.sin(from_) ** 2)
        high = np.maximum(low, np.minimum(pieces.high, np.sin(to) ** 2))

        premium = batch.premium[lane]
        r_leaf = np.maximum(pieces.r_leaf, 0)
        moves = pieces.r_leaf >= 0
        curve = cls(
            low=low,
            width=high - low,
            above=1 - high,
            p=p,
            q=q,
            log_norm=beta.log_norm[lane],
            gain_at_zero=batch.net[lane] + premium * leaves.beta[s_leaf, lane],
            gain_slope=premium * leaves.alpha[s_leaf, lane],
            log_size=batch.log_size[lane],
            sigma=batch.sigma[lane],
            r_alpha=np.where(moves, leaves.alpha[r_leaf, lane], 0.0),
            r_beta=np.where(moves, leaves.beta[r_leaf, lane], 0.0),
            share=leaves.share[r_leaf, lane] if leaves.capped else np.ones(len(lane)),
            end=np.where((high == 1) & (q < _STEEP), 1.0, 0.0),
            end_claimed=np.zeros(len(lane)),
            end_r=np.zeros(len(lane)),
        )
        steep = ((low == 0) & (p < _STEEP)) | (curve.end == 1)
        if not steep.any():
            return curve
        return replace(
            curve,
            end_claimed=np.where(steep, curve.claimed(curve.end), 0.0),
            end_r=curve.originating(curve.end, 1 - curve.end),
        )

    def claimed(self, n: Floats) -> Floats:
        """The claiming share c at N = n (points x P)."""
        size = self.gain_slope * n
        np.subtract(self.gain_at_zero, size, out=size)
        np.maximum(size, TINY, out=size)
        np.log(size, out=size)
        size += self.log_size
        size /= self.sigma
        share: Floats = ndtr(size, out=size)
        return share

    def originating(self, n: Floats, rest: Floats) -> Floats:
        """The originating part r at N = n, 1 - N = `rest` (points x P)."""
        return (self.r_alpha * n - self.r_beta) * _originating_part(self.share, rest)

    def sums(self, nodes: Floats, rows: int, both: bool) -> Floats:
        """Integrals of c, c N and c r by three rules (rows x 3 x P) at stretched nodes."""
        stretch = Stretch.at(nodes, both)
        n = self.width * stretch.step
        n += self.low
        rest = self.width * stretch.left
        rest += self.above
        claimed = self.claimed(n)
        r = self.originating(n, rest) if rows > 2 else rest

        weight = np.log(n)
        weight *= self.p - 1
        np.log(rest, out=rest)
        rest *= self.q - 1
        weight += rest
        weight -= self.log_norm
        np.exp(weight, out=weight)
        weight *= stretch.slope

        out = np.empty((rows, 3, len(self.low)))
        steep = np.flatnonzero(self.end_claimed)
        ends = self.end_claimed[steep]
        for row, factor in enumerate((None, n, r)[:rows]):
            figure = claimed if factor is None else np.multiply(factor, claimed, out=factor)
            at_end = ends * (1.0, self.end[steep], self.end_r[steep])[row]
            weighted = figure * weight
            weighted[:, steep] -= at_end * weight[:, steep]
            np.matmul(WEIGHTS, weighted, out=out[row])
        out *= self.width
        return out
