"""What each lane claims, as a curve over the content that the set leaves non-originating.

Of all that the claiming model takes of a lane, a change of partners moves only the content: the
declared mean d (a sum over the origins left outside) and, beside it, the traced mean t.
Utilisation, re-sourced content and the content that rides free are smooth in d, because
producers differ smoothly. So the kernel is asked at a few values of d (Chebyshev points over the
range that any set can reach), and at more of them wherever the curve is not yet met; lanes of one
exporter and one content row then add up to one curve. Traced free-riding content is linear in t
but where it would pass nothing or the whole of the good; there a closed form is added (`Clips`).
Lanes whose rule reads the content in another way (which inputs, which origins, if these can join)
are left to `states`, which asks the kernel for every set.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.polynomial.chebyshev import chebpts2, chebval
from numpy.typing import NDArray
from scipy.fft import dct
from scipy.special import betainc, ndtr

from workbench.analysis.claiming import ClaimingParameters, LaneTerms, claim
from workbench.analysis.claiming_kernel import each_leaf
from workbench.analysis.partner_sets.lanes import LiveLanes
from workbench.analysis.rule_terms import (
    All,
    Leaf,
    OriginInputs,
    Terms,
    needs_input_split,
    needs_origin_split,
)
from workbench.analysis.rules_by_lane import (
    claiming_parameters,
    input_rows,
    lane_rows,
    rule_parts,
)
from workbench.model.economies import territory_of
from workbench.model.origin import Absorption, Cumulation, EconomyCap, RemainderCap, Rule, criteria

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]

CURVES = ("claimed", "resourced", "content", "forgone", "leakage", "traced", "traced_times_t")
"""Figures a cell holds as curves over d; the last is multiplied by t and added to `traced`."""

_POINTS = (9, 17, 33, 65)  # each holds the points of the one before
_CLOSE, _CLOSE_AT_LAST = 1e-12, 1e-9  # with more points to ask for, and with none
_NEGLIGIBLE_CLIP = 1e-14
_NARROW = 1e-7


@dataclass(frozen=True, eq=False)
class Cells:
    """Curves of lanes that share exporter, importer and content row (C cells, P points).

    Attributes:
        exporter, importer: C, places among the economies.
        row: C, what tells content rows apart; equal for equal content of one exporter.
        everything, shares: C and C x E, d is `everything` less the shares of those who are in.
        traced_everything, traced: the same for t.
        low, high: C, the range of d.
        values: CURVES x C x P, at the Chebyshev points of that range, USD.
    """

    exporter: Integers
    importer: Integers
    row: Floats
    everything: Floats
    shares: Floats
    traced_everything: Floats
    traced: Floats
    low: Floats
    high: Floats
    values: Floats

    @property
    def points(self) -> int:
        """P."""
        return int(self.values.shape[2])


@dataclass(frozen=True, eq=False)
class Clips:
    """Where traced content would pass nothing or the whole of the good (K entries).

    Content rows as in `Cells`. `mean` is d where no set changes it, else NaN; `weight` is the trade
    that claims among producers who need not re-source, USD; `upper` marks the upper end.
    """

    exporter: Integers
    importer: Integers
    row: Floats
    everything: Floats
    shares: Floats
    traced_everything: Floats
    traced: Floats
    mean: Floats
    weight: Floats
    upper: Bools


@dataclass(frozen=True, eq=False)
class Curves:
    """What came of the lanes of one market.

    Attributes:
        cells: by number of points.
        clips: corrections to traced content.
        known: E x E, value of lanes with figures (importers x exporters), USD.
        left: lanes that no curve can stand for.
    """

    cells: list[Cells]
    clips: Clips | None
    known: Floats
    left: Integers


def curves_of(lanes: LiveLanes) -> Curves:
    """Ask the kernel for every lane that a curve can stand for."""
    economies = len(lanes.question.economies)
    known = np.zeros((economies, economies))
    reading = _reading(lanes)
    left = [np.flatnonzero(reading == _BY_STATE)]
    found = _Found(lanes)
    for kind in (_AS_IT_IS, _SCALED):
        rows = np.flatnonzero(reading == kind)
        if len(rows):
            left.append(found.add(rows, scaled=kind == _SCALED))
    for pair, value in found.known:
        known += np.bincount(pair, value, economies * economies).reshape(known.shape)
    clips = [part for part in found.clips if len(part.weight)]
    return Curves(
        found.cells,
        _joined(clips) if clips else None,
        known,
        np.sort(np.concatenate(left)),
    )


# How a rule reads the content ----------------------------------------------------------------

_AS_IT_IS, _SCALED, _BY_STATE = 0, 1, 2


def _reading(lanes: LiveLanes) -> NDArray[np.int8]:
    """Of each lane, whether a set changes only d, d and shares of it, or more than that."""
    text = lanes.agreement
    reading = np.full(lanes.size, _AS_IT_IS, dtype=np.int8)
    if text.origin.cumulation is Cumulation.DIAGONAL:
        reading[:] = _BY_STATE
        return reading
    reading[(lanes.everything > 1) | (lanes.traced_everything > 1 + 1e-6)] = _BY_STATE
    if text.origin.cumulation is not Cumulation.FULL:
        return reading
    joining = {territory_of(code) for code in lanes.question.economies}
    tracing = text.origin.absorption is Absorption.TRACING
    products = lanes.baseline.product
    for code in np.unique(products.astype(str)):
        rule = text.rule_of(str(code))
        by_input, by_origin = needs_input_split(rule), needs_origin_split(rule)
        if not (by_input or by_origin):
            continue
        rows = np.flatnonzero(products == code)
        how = np.full(len(rows), _SCALED, dtype=np.int8)
        if by_origin and _capped(rule) & joining:
            how[:] = _BY_STATE
        if by_input:
            how[_inputs_move(lanes, rows, tracing)] = _BY_STATE
        reading[rows] = np.maximum(reading[rows], how)
    return reading


def _capped(rule: Rule) -> set[str]:
    return {
        territory_of(code)
        for c in criteria(rule)
        if isinstance(c, EconomyCap | RemainderCap)
        for code in c.economies
    }


def _inputs_move(lanes: LiveLanes, rows: Integers, tracing: bool) -> Bools:
    """Where those who may join make some of the inputs, so that its split depends on the set."""
    content = lanes.baseline.content
    if content.input_declared is None:
        return np.zeros(len(rows), dtype=bool)
    split = content.input_declared[rows]
    named = np.array([o in lanes.question.economies for o in content.origins], dtype=bool)
    moves: Bools = split[:, :, named].sum(axis=(1, 2)) > 0
    return moves | (tracing & ~np.isnan(split).any(axis=(1, 2)))


# Curves ------------------------------------------------------------------------------------------


class _Found:
    """Collects cells and clips of lanes, more points where the first are not enough."""

    def __init__(self, lanes: LiveLanes) -> None:
        self.lanes = lanes
        self.cells: list[Cells] = []
        self.clips: list[Clips] = []
        self.known: list[tuple[Integers, Floats]] = []
        self._parameters = claiming_parameters(lanes.agreement)
        self._full = lanes.agreement.origin.cumulation is Cumulation.FULL
        self._tracing = lanes.agreement.origin.absorption is Absorption.TRACING

    def add(self, rows: Integers, scaled: bool) -> Integers:
        """Put lanes on curves.

        Returns:
            The lanes that need another way.
        """
        lanes = self.lanes
        low, high = _range(lanes, rows)
        reader = _Reader(lanes, rows, self._parameters, scaled)
        unclipped = self._clipped(rows, reader, low, high)
        left = rows[~unclipped]
        at = np.flatnonzero(unclipped)
        if not self._full:
            self._fixed(rows, at, reader)
            return left
        if not scaled:
            at = self._from_shared(rows, at, reader, low, high)
        values = np.empty((3, len(at), 0))
        for points in _POINTS:
            if not len(at):
                break
            d = _spread(low[at], high[at], points)
            values = reader.at(at, d, values)
            there = ~np.isnan(values[0]).any(axis=1)
            at, d, values = at[there], d[there], values[:, there]
            met = _is_met(values)
            self._collect(rows[at[met]], d[met], values[:, met], low[at[met]], high[at[met]])
            at, values = at[~met], values[:, ~met]
        return np.concatenate([left, rows[at]])

    def _from_shared(
        self, rows: Integers, at: Integers, reader: "_Reader", low: Floats, high: Floats
    ) -> Integers:
        """Lanes of one incentive and one rule are one curve, read over different ranges of d.

        Returns:
            The places among `at` that still need a curve of their own.
        """
        first, which = reader.alike(at)
        if not len(at) or len(first) * 4 > len(at):
            return at
        from_, to = float(low[at].min()), float(high[at].max())
        one, values = at[first], np.empty((3, len(first), 0))
        shared = np.full((3, len(first), _POINTS[-1]), np.nan)
        waiting = np.arange(len(first))
        for points in _POINTS[2:]:
            ends = np.full((2, len(waiting)), np.array([[from_], [to]]))
            values = reader.at(one[waiting], _spread(ends[0], ends[1], points), values)
            met = _is_met(values)
            shared[:, waiting[met], :points] = coefficients(values[:, met])
            shared[:, waiting[met], points:] = 0.0
            waiting, values = waiting[~met], values[:, ~met]
        drawn = ~np.isnan(shared[0, which, 0])
        self._read_over(rows, at[drawn], which[drawn], shared, (from_, to), low, high)
        rest: Integers = at[~drawn]
        return rest

    def _read_over(
        self,
        rows: Integers,
        at: Integers,
        which: Integers,
        shared: Floats,
        whole: tuple[float, float],
        low: Floats,
        high: Floats,
    ) -> None:
        """Add up shared curves (3 x ... x coefficients) by cell, and read each over its range."""
        if not len(at):
            return
        order, first = self._by_cell(rows[at])
        at, which = at[order], which[order]
        value = self.lanes.terms.value_usd[rows[at], None]
        cut = self.lanes.terms.duty_cut[rows[at], None]
        used = int(np.flatnonzero(np.nan_to_num(shared).any(axis=(0, 1)))[-1]) + 1
        fits = np.stack(
            [
                np.add.reduceat(weight * shared[curve, which, :used], first, axis=0)
                for curve, weight in (
                    (0, value),
                    (1, value),
                    (2, value),
                    (0, cut * value),
                    (2, cut * value),
                )
            ]
        )
        cell = at[first]
        for points in _POINTS:
            if not len(cell):
                break
            d = _spread(low[cell], high[cell], points)
            values = _read(fits, (d - whole[0]) / (whole[1] - whole[0]) * 2 - 1)
            met = _is_met(values) | (points == _POINTS[-1])
            done = cell[met]
            self._keep(rows[done], d[met], values[:, met], low[done], high[done])
            cell, fits = cell[~met], fits[:, ~met]
        lane = rows[at]
        pair = self.lanes.importer[lane] * len(self.lanes.question.economies)
        self.known.append((pair + self.lanes.exporter[lane], value[:, 0]))

    def _collect(
        self, rows: Integers, d: Floats, values: Floats, low: Floats, high: Floats
    ) -> None:
        """Add lanes with their figures at the points (3 x L x P) to cells."""
        if not len(rows):
            return
        u, r, kept = values
        value = self.lanes.terms.value_usd[rows, None]
        cut = self.lanes.terms.duty_cut[rows, None]
        claimed, content = value * u, value * kept
        figures = np.stack((claimed, value * r, content, cut * claimed, cut * content))
        self._store(rows, d, figures, low, high)

    def _fixed(self, rows: Integers, at: Integers, reader: "_Reader") -> None:
        """Lanes whose d no set changes: the curves are over the non-party part of it instead."""
        lanes = self.lanes
        mean = lanes.seen.declared_mean[rows[at], None]
        u, r, kept = reader.at(at, mean, np.empty((3, len(at), 0)))[:, :, 0]
        there = ~np.isnan(u)
        at, u, r, kept = at[there], u[there], r[there], kept[there]
        lane, mean = rows[at], mean[there, 0]
        low, high = _range(lanes, lane)
        outside = low[:, None] + (high - low)[:, None] * np.array([1.0, 0.0])
        value, cut = lanes.terms.value_usd[lane], lanes.terms.duty_cut[lane]
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(mean > 0, kept / mean, 0.0)
        ones = np.ones(2)
        claimed = (value * u)[:, None] * ones
        content = (value * part)[:, None] * outside
        figures = (
            claimed,
            (value * r)[:, None] * ones,
            content,
            cut[:, None] * claimed,
            cut[:, None] * content,
        )
        self._store(lane, outside, np.stack(figures), low, high)

    def _by_cell(self, rows: Integers) -> tuple[Integers, Integers]:
        """An order of lanes by exporter, content row and importer, and where each cell begins."""
        x, m, mark = self.lanes.exporter[rows], self.lanes.importer[rows], _mark(self.lanes, rows)
        order = np.lexsort((m, mark, x))
        opens = np.ones(len(order), dtype=bool)
        opens[1:] = np.diff(x[order]) != 0
        opens[1:] |= np.diff(mark[order]) != 0
        opens[1:] |= np.diff(m[order]) != 0
        return order, np.flatnonzero(opens)

    def _store(self, rows: Integers, d: Floats, values: Floats, low: Floats, high: Floats) -> None:
        """Sum lanes (the first five of CURVES x L x P) by exporter, importer and content row."""
        pair = self.lanes.importer[rows] * len(self.lanes.question.economies)
        self.known.append((pair + self.lanes.exporter[rows], self.lanes.terms.value_usd[rows]))
        order, first = self._by_cell(rows)
        sums = np.add.reduceat(values[:, order], first, axis=1)
        one = order[first]
        self._keep(rows[one], d[one], sums, low[one], high[one])

    def _keep(self, lane: Integers, d: Floats, values: Floats, low: Floats, high: Floats) -> None:
        """Add cells, each with one of its lanes."""
        lanes = self.lanes
        claimed, content = values[0], values[2]
        times = np.zeros_like(claimed) if self._tracing else claimed
        traced = content if self._tracing else content - d * claimed
        self.cells.append(
            Cells(
                exporter=lanes.exporter[lane],
                importer=lanes.importer[lane],
                row=_mark(lanes, lane),
                everything=lanes.everything[lane],
                shares=lanes.shares[lane],
                traced_everything=lanes.traced_everything[lane],
                traced=lanes.traced[lane],
                low=low,
                high=high,
                values=np.concatenate([values, traced[None], times[None]]),
            )
        )

    def _clipped(self, rows: Integers, reader: "_Reader", low: Floats, high: Floats) -> Bools:
        """Add the corrections that traced content needs; False where no closed form has them."""
        lanes = self.lanes
        fine = np.ones(len(rows), dtype=bool)
        if self._tracing:
            return fine
        least, most = _offset_range(lanes, rows)
        mean_low = low if self._full else lanes.seen.declared_mean[rows]
        mean_high = high if self._full else mean_low
        below = np.flatnonzero(least < -1e-15)
        k = self._parameters.concentration
        with np.errstate(invalid="ignore"):
            q = (1 - mean_high) * k
            tail = betainc(
                np.maximum(q, 1e-300), np.maximum(mean_high * k, 1e-300), np.clip(most, 0, 1)
            )
        above = np.flatnonzero((most > 0) & ~(tail * most < _NEGLIGIBLE_CLIP))
        if not (len(below) or len(above)):
            return fine
        flat, kept = reader.ends(np.union1d(below, above), mean_low, mean_high)
        above = above[kept[above] > 1 - most[above]]
        reach = np.full(len(rows), np.inf)
        # Under partial cumulation the lower end lies at d (1 - t / outside), below d.
        reach[below] = -least[below] if self._full else mean_high[below]
        fine[below] &= flat[below] >= np.minimum(reach[below], 1.0)
        fine[above] &= flat[above] >= 1
        # What a cap moves may go to another non-party: no closed form.
        fine[below] &= ~reader.capped[below]
        fine[above] &= ~reader.capped[above]
        share = _claims_as_is(lanes, rows, self._parameters)
        for at, upper in ((below, False), (above, True)):
            at = at[fine[at]]
            lane = rows[at]
            weight = lanes.terms.value_usd[lane] * share[at]
            self.clips.append(
                Clips(
                    exporter=lanes.exporter[lane],
                    importer=lanes.importer[lane],
                    row=_mark(lanes, lane),
                    everything=lanes.everything[lane],
                    shares=lanes.shares[lane],
                    traced_everything=lanes.traced_everything[lane],
                    traced=lanes.traced[lane],
                    mean=np.full(len(at), np.nan) if self._full else mean_low[at],
                    weight=weight,
                    upper=np.full(len(at), upper),
                )
            )
        return fine


class _Reader:
    """Asks the kernel for figures of lanes at given values of d."""

    def __init__(
        self, lanes: LiveLanes, rows: Integers, parameters: ClaimingParameters, scaled: bool
    ) -> None:
        self._lanes = lanes
        self._rows = rows
        self._parameters = parameters
        self._scaled = scaled
        self._inputs = input_rows(lanes.seen.inputs, rows)
        self._terms = lane_rows(lanes.terms, rows)
        self._parts = [] if scaled else rule_parts(lanes.agreement, self._inputs)

    @property
    def capped(self) -> Bools:
        """L: whether the rule may cap named origins."""
        found = np.full(len(self._rows), self._scaled)
        for part in self._parts:
            found[part.rows] = any(leaf.elsewhere is not None for leaf in each_leaf(part.terms))
        return found

    def at(self, rows: Integers, d: Floats, before: Floats) -> Floats:
        """Utilisation, re-sourced and kept content (3 x L x P) at values of d (L x P).

        `before` are those at every other value, as far as they are known already.
        """
        out = np.full((3, *d.shape), np.nan)
        new = np.arange(d.shape[1])
        if before.shape[2]:
            out[:, :, ::2] = before
            new = new[1::2]
        place = np.full(len(self._rows), -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        for part in self._parts:
            mine = np.flatnonzero(place[part.rows] >= 0)
            if not len(mine):
                continue
            to = place[part.rows[mine]]
            terms = rows_of_terms(part.terms, np.repeat(mine, len(new)))
            asked = d[np.ix_(to, new)]
            claims = self._claims(asked.ravel(), np.repeat(part.rows[mine], len(new)), terms)
            out[np.ix_(np.arange(3), to, new)] = claims.reshape(3, len(to), len(new))
        if self._scaled:
            for point in new:
                inputs = self._inputs_at(rows, d[:, point])
                for part in rule_parts(self._lanes.agreement, inputs):
                    claims = self._claims(d[part.rows, point], rows[part.rows], part.terms)
                    out[:, part.rows, point] = claims
        return out

    def alike(self, rows: Integers) -> tuple[Integers, Integers]:
        """Of lanes with equal incentives and terms the first each, and which of these each is."""
        mark = np.zeros(len(self._rows))
        r = np.random.default_rng(20_241)
        for part in self._parts:
            own = np.full(len(part.rows), r.random())
            for column in _columns(part.terms):
                own += column * r.random()
            mark[part.rows] = own
        for figure in (self._terms.gross_incentive, self._terms.ad_valorem_cost):
            mark += figure * r.random()
        _, first, which = np.unique(mark[rows], return_index=True, return_inverse=True)
        return first, which

    def _claims(self, d: Floats, rows: Integers, terms: Terms) -> Floats:
        """The three figures (3 x L) of lanes (of this reader) of value one at d."""
        ones = np.ones(len(rows))
        lanes = LaneTerms(
            value_usd=ones,
            gross_incentive=self._terms.gross_incentive[rows],
            ad_valorem_cost=self._terms.ad_valorem_cost[rows],
            declared_mean=d,
            traced_mean=d,
            non_party_fraction=ones,
            duty_cut=ones,
        )
        claims = claim(lanes, terms, self._parameters, threads=1)
        return np.stack(
            [claims.utilisation, claims.resourced_content_usd, claims.free_riding_content_usd]
        )

    def _inputs_at(self, rows: Integers, d: Floats) -> OriginInputs:
        """What the rule sees where the inputs and origins it asks for are the same amounts."""
        inputs = input_rows(self._inputs, rows)
        now = self._lanes.seen.declared_mean[self._rows[rows]]
        with np.errstate(divide="ignore", invalid="ignore"):
            scale = np.where(d > 0, now / d, 0.0)[:, None]
        return replace(
            inputs,
            input_shares=inputs.input_shares * scale,
            origin_shares=inputs.origin_shares * scale,
        )

    def ends(self, rows: Integers, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """Two ends over the range of d (each L of the reader, NaN elsewhere).

        Up to which N nobody has to re-source, -1 where draws decide that; and the most of N that
        anyone keeps.
        """
        out = np.full((2, len(self._rows)), np.nan)
        for end, (d, figure) in enumerate(((low, _flat_until), (high, _most_kept))):
            inputs = input_rows(self._inputs, rows)
            if self._scaled:
                inputs = self._inputs_at(rows, d[rows])
            for part in rule_parts(self._lanes.agreement, inputs):
                out[end, rows[part.rows]] = figure(part.terms)
        return out[0], out[1]


def _columns(terms: Terms) -> Iterator[Floats]:
    """The numbers by lane of a rule's leaves."""
    for leaf in each_leaf(terms):
        yield leaf.alpha
        yield leaf.beta
        yield leaf.attainable.astype(np.float64)
        if leaf.elsewhere is not None:
            yield leaf.elsewhere


def rows_of_terms(terms: Terms, rows: Integers) -> Terms:
    """The terms of some lanes."""
    if isinstance(terms, Leaf):
        return replace(
            terms,
            alpha=terms.alpha[rows],
            beta=terms.beta[rows],
            attainable=terms.attainable[rows],
            elsewhere=None if terms.elsewhere is None else terms.elsewhere[rows],
        )
    return replace(terms, parts=tuple(rows_of_terms(part, rows) for part in terms.parts))


def _flat_until(terms: Terms) -> Floats:
    if isinstance(terms, Leaf):
        if terms.process is not None:
            return np.full(len(terms.alpha), -1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            kink = np.where(terms.alpha > 0, terms.beta / terms.alpha, np.inf)
        kink = np.where((terms.beta < 0) | ~terms.attainable, 0.0, kink)
        return np.where(np.isnan(terms.alpha + terms.beta), -1.0, kink)
    parts = np.stack([_flat_until(part) for part in terms.parts])
    if (parts == -1).any():
        return np.where((parts == -1).any(axis=0), -1.0, parts.min(axis=0))
    found: Floats = parts.min(axis=0) if isinstance(terms, All) else parts.max(axis=0)
    return found


def _most_kept(terms: Terms) -> Floats:
    """The largest N - r: N - s never falls with N, but a cap lets go of nothing at N = 1."""
    if isinstance(terms, Leaf):
        if terms.process is not None or terms.elsewhere is not None:
            return np.ones(len(terms.alpha))
        kept = 1 - np.maximum(terms.alpha - terms.beta, 0)
        return np.where(np.isnan(kept), 1.0, np.where(terms.attainable, kept, 0.0))
    parts = np.stack([_most_kept(part) for part in terms.parts])
    found: Floats = parts.min(axis=0) if isinstance(terms, All) else parts.max(axis=0)
    return found


def _range(lanes: LiveLanes, rows: Integers) -> tuple[Floats, Floats]:
    """The range of d over all sets with these lanes' exporters in (each L)."""
    fixed = len(lanes.question.fixed)
    shares = lanes.shares[rows]
    own = shares[np.arange(len(rows)), lanes.exporter[rows]]
    own = np.where(lanes.exporter[rows] < fixed, 0.0, own)
    low = np.clip(lanes.everything[rows] - shares.sum(axis=1), 0, 1 - 2 * _NARROW)
    high = lanes.everything[rows] - shares[:, :fixed].sum(axis=1) - own
    return low, np.clip(np.maximum(high, low + _NARROW), 0, 1)


def _offset_range(lanes: LiveLanes, rows: Integers) -> tuple[Floats, Floats]:
    """The range of H = t - d over all sets with both ends of these lanes in (each L)."""
    fixed = len(lanes.question.fixed)
    place = np.arange(len(rows))
    offset = lanes.traced[rows] - lanes.shares[rows]
    start = (lanes.traced_everything - lanes.everything)[rows] - offset[:, :fixed].sum(axis=1)
    for end in (lanes.exporter[rows], lanes.importer[rows]):
        start = start - np.where(end < fixed, 0.0, offset[place, end])
        offset[place, end] = 0.0
    free = offset[:, fixed:]
    return start - np.maximum(free, 0).sum(axis=1), start - np.minimum(free, 0).sum(axis=1)


def _claims_as_is(lanes: LiveLanes, rows: Integers, parameters: ClaimingParameters) -> Floats:
    """The share of trade that claims among producers who need not re-source (L)."""
    net = (lanes.terms.gross_incentive - lanes.terms.ad_valorem_cost)[rows]
    with np.errstate(divide="ignore"):
        size = np.log(parameters.consignment_usd) - np.log(parameters.fixed_cost_usd)
        share: Floats = ndtr((np.log(np.maximum(net, 1e-300)) + size) / parameters.sigma)
    found: Floats = np.where(net > 0, share, 0.0)
    return found


def _mark(lanes: LiveLanes, rows: Integers) -> Floats:
    """A number for each content row, equal for equal rows: added up column by column."""
    r = np.random.default_rng(20_240)
    mark = lanes.everything[rows] * r.random() + lanes.traced_everything[rows] * r.random()
    for table in (lanes.shares, lanes.traced):
        for e in range(table.shape[1]):
            mark += table[rows, e] * r.random()
    return mark


def _joined(parts: list[Clips]) -> Clips:
    names = Clips.__dataclass_fields__
    return Clips(**{n: np.concatenate([getattr(part, n) for part in parts]) for n in names})


# Chebyshev curves ----------------------------------------------------------------------------


def chebyshev_points(points: int) -> Floats:
    """The extreme points of a Chebyshev polynomial, from 1 down to -1."""
    return np.asarray(chebpts2(points)[::-1], dtype=np.float64)


def coefficients(values: Floats) -> Floats:
    """Chebyshev coefficients of values (... x P) at the points."""
    found: Floats = np.asarray(dct(values, type=1)) / (values.shape[-1] - 1)
    found[..., [0, -1]] /= 2
    return found


def _spread(low: Floats, high: Floats, points: int) -> Floats:
    """L x P: the points over ranges (each L)."""
    share = (chebyshev_points(points) + 1) / 2
    spread: Floats = low[:, None] + (high - low)[:, None] * share
    return spread


def _read(fits: Floats, z: Floats) -> Floats:
    """Curves (... x L x coefficients) at places z (L x P) from -1 to 1."""
    found = chebval(z, np.moveaxis(fits, -1, 0)[..., None], tensor=False)
    return np.asarray(found, dtype=np.float64)


def _is_met(values: Floats) -> Bools:
    """Whether the last coefficients of all curves (... x L x P) are negligible.

    Beside the first curve, which is what claims, the others may be small.
    """
    found = np.abs(coefficients(values))
    tail = found[:, :, -3:].max(axis=2)
    own = np.abs(values).max(axis=2)
    close = _CLOSE if values.shape[2] < _POINTS[-1] else _CLOSE_AT_LAST
    met: Bools = (tail <= 10 * close * own + close * own[0]).all(axis=0)
    return met
