"""The common leverage gap of many draws at once (method, section 6).

The share claimed rises with the increment, and steeply where the trade that is still missing
begins to gain at all. So the root is sought in the logarithm of what that trade gains, where its
share claimed, as a normal quantile, is almost straight: three evaluations settle most draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from workbench.analysis.claiming import (
    ClaimingParameters,
    LaneTerms,
    requirement,
    select,
    utilisation,
)
from workbench.analysis.rule_terms import Terms

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

TOLERANCE = 1e-8
"""Ad valorem; far below the last digit of a gap as shown."""

_NEAR, _CLOSE, _THERE = 0.1, 1e-3, 1e-7
_MOST_STEPS = 100
_HALVE_EVERY = 4
_LEAST = 1e-12
_GUESS_TO, _FARTHEST = 8.0, 2.0  # in logarithms


@dataclass(frozen=True, eq=False)
class DrawnLanes:
    """Lanes whose rules are built alike, under several draws (L).

    Attributes:
        draw: number of the draw that each row is of.
        lanes: what is known of each row; rows with unknown duty or trade must be left out.
        terms: of their rule.
        parameters: arrays of L, the same for all rows of a draw.
    """

    draw: Ints
    lanes: LaneTerms
    terms: Terms
    parameters: ClaimingParameters

    def rows(self, index: Ints) -> "DrawnLanes":
        """Some of the rows."""
        return DrawnLanes(self.draw[index], *select(self.lanes, self.terms, self.parameters, index))

    def claimed(self, increment: Floats, count: int) -> Floats:
        """Trade that claims in each of `count` draws with an increment each."""
        more = self.lanes.gross_incentive + increment[self.draw]
        lanes = replace(self.lanes, gross_incentive=more)
        share = utilisation(lanes, self.terms, self.parameters)
        return _by_draw(self.draw, share * lanes.value_usd, count)


def common_gaps(parts: Sequence[DrawnLanes], targets: Floats) -> Floats:
    """The smallest increment, the same on all lanes, that brings each draw to its target.

    As `common_leverage_gap` for each draw alone, to `TOLERANCE`.

    Args:
        parts: rows of all draws, one part a rule.
        targets: D, utilisation aimed at.

    Returns:
        D: 0 where the target is met, infinite where no incentive reaches it, NaN where no lane
        with known duty and trade has known content.
    """
    count = len(targets)
    able_of = [_able(part) for part in parts]
    known = [np.flatnonzero(~np.isnan(able)) for able in able_of]
    parts = [part.rows(rows) for part, rows in zip(parts, known, strict=True)]
    able = [able[rows] for able, rows in zip(able_of, known, strict=True)]
    trade, most, now = (np.zeros(count) for _ in range(3))
    for part, share in zip(parts, able, strict=True):
        value = part.lanes.value_usd
        trade += _by_draw(part.draw, value, count)
        most += _by_draw(part.draw, value * share, count)
        now += part.claimed(np.zeros(count), count)
    gap = np.full(count, np.nan)
    gap[(trade > 0) & (most <= targets * trade)] = np.inf
    gap[(trade > 0) & (now >= targets * trade)] = 0.0
    todo = np.flatnonzero((trade > 0) & np.isnan(gap))
    if len(todo):
        gap[todo] = _Search(parts, able, trade, now, most, targets).roots(todo)
    return gap


def _by_draw(draw: Ints, figure: Floats, count: int) -> Floats:
    return np.bincount(draw, figure, count).astype(np.float64)


def _able(part: DrawnLanes) -> Floats:
    """The share of each row that would claim if that cost nothing against the gain."""
    attainable = requirement(part.lanes, part.terms, part.parameters).attainable_share
    able: Floats = attainable * (1 - np.asarray(part.parameters.never_claims_share))
    return able


@dataclass(frozen=True, eq=False)
class _Search:
    """What the search for the increment of each draw goes by; arrays of D draws."""

    parts: Sequence[DrawnLanes]
    able: Sequence[Floats]
    trade: Floats
    now: Floats
    most: Floats
    targets: Floats

    def roots(self, todo: Ints) -> Floats:
        """The increments of some draws, whose targets are above `now` and below `most`."""
        gain, spread, cost = (figure[todo] for figure in self._still_missing())
        goal = self._straight((self.targets * self.trade)[todo], todo)
        slope = 1 / spread
        first = cost * np.exp(np.clip(goal * spread, -_GUESS_TO, _GUESS_TO)) - gain
        at = np.where(first > 0, first, np.maximum(-gain, 0.0) + TOLERANCE)
        low, high = np.zeros(len(todo)), np.full(len(todo), np.inf)
        before, miss_before = np.full(len(todo), np.nan), np.full(len(todo), np.nan)
        found, left = at.copy(), np.arange(len(todo))
        for step in range(_MOST_STEPS):
            here, shift = at[left], gain[left]
            miss = self._claimed(here, todo[left]) - goal[left]
            short = miss < 0
            low[left[short]], high[left[~short]] = here[short], here[~short]
            place = np.log(np.maximum(here + shift, _LEAST))
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                run = place - np.log(np.maximum(before[left] + shift, _LEAST))
                steep = (miss - miss_before[left]) / run
                slope[left] = np.where(np.isfinite(steep) & (steep > 0), steep, slope[left])
                there = np.exp(place - np.clip(miss / slope[left], -_FARTHEST, _FARTHEST)) - shift
            # The last step is small only if the line rests on two points that are both near.
            near = (np.abs(miss) <= _CLOSE) & (np.abs(miss_before[left]) <= _NEAR)
            settled = (np.abs(there - here) <= TOLERANCE) & (near | (np.abs(miss) <= _THERE))
            settled |= high[left] - low[left] <= TOLERANCE
            inside = (there > low[left]) & (there < high[left])
            halves = np.where(
                np.isinf(high[left]), 2 * here + TOLERANCE, (low[left] + high[left]) / 2
            )
            halved = ~inside | (~near & (step % _HALVE_EVERY == _HALVE_EVERY - 1))
            onward = np.where(halved & ~settled, halves, np.clip(there, low[left], high[left]))
            before[left], miss_before[left] = here, miss
            at[left] = found[left] = onward
            left = left[~settled]
            if not len(left):
                break
        return found

    def _claimed(self, increment: Floats, draws: Ints) -> Floats:
        """Where some draws are, on the scale of `_straight`, with an increment each."""
        place = np.full(len(self.trade), -1, dtype=np.int64)
        place[draws] = np.arange(len(draws))
        claimed = np.zeros(len(draws))
        for part in self.parts:
            some = part.rows(np.flatnonzero(place[part.draw] >= 0))
            claimed += replace(some, draw=place[some.draw]).claimed(increment, len(draws))
        return self._straight(claimed, draws)

    def _straight(self, claimed: Floats, draws: Ints) -> Floats:
        """Trade claimed in some draws, of what an increment can add, as a normal quantile."""
        now = self.now[draws]
        share = (claimed - now) / (self.most[draws] - now)
        quantile: Floats = ndtri(np.clip(share, _LEAST, 1 - _LEAST))
        return quantile

    def _still_missing(self) -> tuple[Floats, Floats, Floats]:
        """Of the row that would bring a draw to its target if rows claimed in order of gain.

        Its net gain today, the spread of its consignments, and the cost of a claim as a share
        of the median one.
        """
        draw = np.concatenate([part.draw for part in self.parts])
        net = np.concatenate(
            [part.lanes.gross_incentive - part.lanes.ad_valorem_cost for part in self.parts]
        )
        can = np.concatenate(
            [part.lanes.value_usd * able for part, able in zip(self.parts, self.able, strict=True)]
        )
        order = np.lexsort((-net, draw))
        reached = np.cumsum(can[order])
        ends = np.cumsum(np.bincount(draw, minlength=len(self.trade)))
        before = np.append(0.0, reached)[np.append(0, ends[:-1])]
        last = np.maximum(ends - 1, 0)
        row = np.minimum(np.searchsorted(reached, before + self.targets * self.trade), last)
        chosen = order[row]

        def each(name: str) -> Floats:
            every = [np.asarray(getattr(part.parameters, name)) for part in self.parts]
            figure: Floats = np.concatenate(every)[chosen]
            return figure

        cost = np.maximum(each("fixed_cost_usd") / each("consignment_usd"), _LEAST)
        return net[chosen], np.maximum(each("sigma"), _LEAST), cost
