"""The share of trade that claims a preference, and the content that enters with it.

The one kernel that every figure of exposure, utilisation and leakage rests on (method,
sections 4 and 5). Producers of a lane differ in their non-originating share N, which is
Beta-distributed; consignments differ in size. Each figure is an expectation over N of the share
of a producer's trade that claims, times some content.

How it is computed: s(N), the share to re-source, is piecewise linear. The points where any
figure has a kink are known in closed form, so each lane is cut there into pieces. Where nothing
has to be re-sourced the claiming share does not depend on N and the piece is an incomplete beta
function; elsewhere it is integrated by a fixed rule, whose error is estimated and which is
halved where that is too large.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from itertools import product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaln, ndtr

from workbench.analysis.rule_terms import All, Any, Leaf, Terms
from workbench.errors import DefinitionError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]

MOST_PROCESSES = 8

_CHUNK_LANES = 1024  # a chunk's arrays of lanes x nodes stay in a core's own cache
_TAIL = 6.5  # standard deviations: beyond, a share of 4e-11 is left out
_FADING = 3.0  # standard deviations above which nearly all consignments claim
_SPREAD = 8.0  # likewise for producers, on the arcsine scale
_STEEP = 2.0  # a density N^(p - 1) with p below is too steep at 0 to integrate as it is
_TOLERANCE = 3e-9
_NEGLIGIBLE = 1e-22
_MOST_HALVINGS = 40
_TINY = 1e-300


@dataclass(frozen=True, eq=False)
class LaneTerms:
    """What is known of each lane; arrays of L, NaN unknown.

    Attributes:
        value_usd: V, base value of trade.
        gross_incentive: g, duty saved plus fee relief plus other incentives, ad valorem.
        ad_valorem_cost: a, cost of complying, ad valorem.
        declared_mean: mean declared non-originating share.
        traced_mean: mean traced non-party share.
        non_party_fraction: the part of declared non-originating content that is non-party.
        duty_cut: duty today minus preferential duty, ad valorem.
    """

    value_usd: Floats
    gross_incentive: Floats
    ad_valorem_cost: Floats
    declared_mean: Floats
    traced_mean: Floats
    non_party_fraction: Floats
    duty_cut: Floats


@dataclass(frozen=True, eq=False)
class ClaimingParameters:
    """Assumptions of the claiming model; each a number or an array of L.

    Attributes:
        concentration: how alike producers are in N (0.5 to 500).
        consignment_usd: value-weighted median consignment.
        sigma: standard deviation of its logarithm (0.05 to 5).
        fixed_cost_usd: cost of one claim.
        premium: how much dearer originating inputs are, as a share of their price.
    """

    concentration: float | Floats = 8.0
    consignment_usd: float | Floats = 50_000.0
    sigma: float | Floats = 1.5
    fixed_cost_usd: float | Floats = 250.0
    premium: float | Floats = 0.10


@dataclass(frozen=True, eq=False)
class Claims:
    """Figures a lane (L); shares are of the lane's value, exposures of the trade that claims.

    `net_gain_at_mean` is that of the producer with the mean non-originating share who carries
    out every process; NaN where that producer cannot meet the rule at all.
    """

    utilisation: Floats
    as_is: Floats
    adjusted: Floats
    claimed_usd: Floats
    resourced_content_usd: Floats
    free_riding_content_usd: Floats
    traced_free_riding_content_usd: Floats
    exposure: Floats
    traced_exposure: Floats
    duty_forgone_usd: Floats
    leakage_usd: Floats
    traced_leakage_usd: Floats
    net_gain_at_mean: Floats


@dataclass(frozen=True, eq=False)
class Requirement:
    """What a rule asks of producers, whether or not they claim (L).

    Attributes:
        attainable_share: producers who can meet the rule at all.
        adjusting_share: producers who can, and have to re-source for it.
        mean_resourcing: what those re-source, as a share of value; NaN where there are none.
    """

    attainable_share: Floats
    adjusting_share: Floats
    mean_resourcing: Floats


def claim(
    lanes: LaneTerms, terms: Terms, parameters: ClaimingParameters, threads: int = 2
) -> Claims:
    """Who claims on each lane, and what content comes in with it (method, section 5).

    A lane with something missing is NaN in the figures that need it; without an incentive
    (g <= a) utilisation is exactly 0 whatever else is missing.

    Raises:
        DefinitionError: more than eight different processes in one rule, or one process with
            two different shares.
    """
    m = _moments(lanes, terms, parameters, threads, content=True)
    value = lanes.value_usd
    content = lanes.non_party_fraction * m.kept
    with np.errstate(divide="ignore", invalid="ignore"):
        exposure = np.where(m.claimed > 0, content / m.claimed, np.nan)
        traced_exposure = np.where(m.claimed > 0, m.traced / m.claimed, np.nan)
    gain = _net_gain_at_mean(lanes, terms, parameters)
    return Claims(
        utilisation=m.claimed,
        as_is=m.as_is,
        adjusted=np.maximum(m.claimed - m.as_is, 0.0),
        claimed_usd=value * m.claimed,
        resourced_content_usd=value * m.resourced,
        free_riding_content_usd=value * content,
        traced_free_riding_content_usd=value * m.traced,
        exposure=exposure,
        traced_exposure=traced_exposure,
        duty_forgone_usd=lanes.duty_cut * value * m.claimed,
        leakage_usd=lanes.duty_cut * value * content,
        traced_leakage_usd=lanes.duty_cut * value * m.traced,
        net_gain_at_mean=gain,
    )


def utilisation(
    lanes: LaneTerms, terms: Terms, parameters: ClaimingParameters, threads: int = 2
) -> Floats:
    """Utilisation alone (L): what `claim` gives, at less cost."""
    return _moments(lanes, terms, parameters, threads, content=False).claimed


def requirement(
    lanes: LaneTerms, terms: Terms, parameters: ClaimingParameters, threads: int = 2
) -> Requirement:
    """How many producers have to re-source, and how much: E[s | 0 < s < infinity]."""
    batch = _batch(lanes, parameters)
    totals = np.zeros((3, batch.size))
    for rule, weight in _outcomes(terms):
        if rule is False:
            continue
        leaves = _leaves(rule, batch.size)
        known = np.isfinite(batch.mean + batch.concentration) & leaves.known
        found = _in_chunks(_required_chunk, batch, leaves, rule, np.flatnonzero(known), 3, threads)
        found[:, ~known] = np.nan
        totals += weight * found
    attainable, adjusting, amount = totals
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(adjusting > 0, amount / adjusting, np.nan)
    return Requirement(attainable, adjusting, mean)


_Record = TypeVar("_Record", "_Batch", "_Pieces", "_Curve")


def _rows(record: _Record, index: Integers | Bools) -> _Record:
    """The same record with every array cut down to some of its rows."""
    return replace(record, **{f.name: getattr(record, f.name)[index] for f in fields(record)})


def select(
    lanes: LaneTerms, terms: Terms, parameters: ClaimingParameters, index: Integers
) -> tuple[LaneTerms, Terms, ClaimingParameters]:
    """The same three for some of the lanes."""
    size = len(lanes.value_usd)
    return (
        LaneTerms(**{f.name: getattr(lanes, f.name)[index] for f in fields(lanes)}),
        _select_terms(terms, index),
        ClaimingParameters(
            **{
                f.name: np.broadcast_to(getattr(parameters, f.name), (size,))[index]
                for f in fields(parameters)
            }
        ),
    )


def _select_terms(terms: Terms, index: Integers) -> Terms:
    if isinstance(terms, Leaf):
        return replace(
            terms,
            alpha=terms.alpha[index],
            beta=terms.beta[index],
            attainable=terms.attainable[index],
            elsewhere=None if terms.elsewhere is None else terms.elsewhere[index],
        )
    return replace(terms, parts=tuple(_select_terms(part, index) for part in terms.parts))


# --- lanes and leaves as plain arrays ---------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Batch:
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
        return len(self.net)


@dataclass(frozen=True, eq=False)
class _Leaves:
    """The leaves of a rule, K x L; beta is -infinity where a leaf is not attainable.

    `share` is the w of a cap's named origins and 1 for every other leaf, so that the
    originating part is s (1 - N) / (1 - share N) for all of them.
    """

    alpha: Floats
    beta: Floats
    share: Floats
    capped: bool
    known: Bools

    def take(self, index: Integers) -> "_Leaves":
        return _Leaves(
            self.alpha[:, index],
            self.beta[:, index],
            self.share[:, index],
            self.capped,
            self.known[index],
        )


@dataclass(frozen=True, eq=False)
class _Moments:
    """Expectations over N a lane: of c, c where s = 0, c r, c (N - r), and c traced content."""

    claimed: Floats
    as_is: Floats
    resourced: Floats
    kept: Floats
    traced: Floats


_Resolved = Terms | bool  # True: met by every producer; False: not attainable
_Chunk = Callable[[_Batch, _Leaves, _Resolved], Floats]


def _batch(lanes: LaneTerms, parameters: ClaimingParameters) -> _Batch:
    size = len(lanes.value_usd)

    def spread(figure: float | Floats) -> Floats:
        return np.broadcast_to(np.asarray(figure, dtype=np.float64), (size,))

    with np.errstate(divide="ignore"):
        log_size = np.log(spread(parameters.consignment_usd)) - np.log(
            spread(parameters.fixed_cost_usd)
        )
    return _Batch(
        net=lanes.gross_incentive - lanes.ad_valorem_cost,
        mean=lanes.declared_mean,
        concentration=spread(parameters.concentration),
        log_size=log_size,
        sigma=np.maximum(spread(parameters.sigma), _TINY),
        premium=spread(parameters.premium),
        traced_offset=lanes.traced_mean - lanes.non_party_fraction * lanes.declared_mean,
        non_party=lanes.non_party_fraction,
    )


def _leaves(rule: _Resolved, size: int) -> _Leaves:
    found = [] if isinstance(rule, bool) else list(_each_leaf(rule))
    if not found:
        none = np.empty((0, size))
        return _Leaves(none, none, none, False, np.ones(size, dtype=bool))
    alpha = np.stack([np.where(leaf.attainable, leaf.alpha, 0.0) for leaf in found])
    beta = np.stack([np.where(leaf.attainable, leaf.beta, -np.inf) for leaf in found])
    ones = np.ones(size)
    share = np.stack([ones if leaf.elsewhere is None else leaf.elsewhere for leaf in found])
    return _Leaves(
        alpha,
        beta,
        share,
        any(leaf.elsewhere is not None for leaf in found),
        ~np.isnan(alpha + beta + share).any(axis=0),
    )


def _each_leaf(terms: Terms) -> Iterator[Leaf]:
    if isinstance(terms, Leaf):
        yield terms
    else:
        for part in terms.parts:
            yield from _each_leaf(part)


def _outcomes(terms: Terms) -> list[tuple[_Resolved, float]]:
    """The rule without its processes, once for each outcome of the draws, with its chance."""
    performed: dict[str, float] = {}
    for leaf in _each_leaf(terms):
        if leaf.process is not None:
            share = performed.setdefault(leaf.process, leaf.performed_share)
            if not (share == leaf.performed_share or np.isnan(share + leaf.performed_share)):
                raise DefinitionError(
                    f"The process '{leaf.process}' is carried out by {share:g} of producers in "
                    f"one place of the rule and by {leaf.performed_share:g} in another: give it "
                    "one share or two names."
                )
    if len(performed) > MOST_PROCESSES:
        raise DefinitionError(
            f"The rule names {len(performed)} different processes; at most {MOST_PROCESSES} can "
            "be computed. Give processes that are always done together one name."
        )
    outcomes = []
    for draw in product((True, False), repeat=len(performed)):
        done = dict(zip(performed, draw, strict=True))
        chance = 1.0
        for name, met in done.items():
            chance *= performed[name] if met else 1 - performed[name]
        if chance != 0:
            outcomes.append((_resolve(terms, done), chance))
    return outcomes


def _resolve(terms: Terms, done: dict[str, bool]) -> _Resolved:
    """The rule once each process is known to be carried out or not."""
    if isinstance(terms, Leaf):
        if terms.process is not None:
            return done[terms.process]
        asks_nothing = not terms.alpha.any() and bool((terms.beta >= 0).all())
        return True if asks_nothing and terms.attainable.all() else terms
    decides = isinstance(terms, Any)  # a met part settles an any-of, a hopeless one an all-of
    left: list[Terms] = []
    for part in terms.parts:
        resolved = _resolve(part, done)
        if resolved is decides:
            return decides
        if not isinstance(resolved, bool):
            left.append(resolved)
    if not left:
        return not decides
    if len(left) == 1:
        return left[0]
    return Any(tuple(left)) if decides else All(tuple(left))


def _moments(
    lanes: LaneTerms,
    terms: Terms,
    parameters: ClaimingParameters,
    threads: int,
    content: bool,
) -> _Moments:
    batch = _batch(lanes, parameters)
    totals = np.zeros((5, batch.size))
    hopeful = ~(batch.net <= 0)
    for rule, weight in _outcomes(terms):
        if rule is False:
            totals[:, np.isnan(batch.net)] = np.nan
            continue
        leaves = _leaves(rule, batch.size)
        known = leaves.known & ~np.isnan(
            batch.net
            + batch.mean
            + batch.concentration
            + batch.log_size
            + batch.sigma
            + batch.premium
        )
        chunk = _content_chunk if content else _claimed_chunk
        wanted = np.flatnonzero(hopeful & known)
        found = _in_chunks(chunk, batch, leaves, rule, wanted, 5, threads)
        found[:, hopeful & ~known] = np.nan
        with np.errstate(invalid="ignore"):
            totals += np.where(hopeful, weight * found, 0.0)
    totals[:2] = np.minimum(totals[:2], 1.0)  # integration may overshoot by its tolerance
    return _Moments(*totals)


def _in_chunks(
    chunk: _Chunk,
    batch: _Batch,
    leaves: _Leaves,
    rule: _Resolved,
    wanted: Integers,
    rows: int,
    threads: int,
) -> Floats:
    """Run a kernel over the wanted lanes, a chunk at a time, on several threads (rows x L)."""
    out = np.zeros((rows, batch.size))

    def run(start: int) -> None:
        index = wanted[start : start + _CHUNK_LANES]
        out[:, index] = chunk(_rows(batch, index), leaves.take(index), rule)

    starts = range(0, len(wanted), _CHUNK_LANES)
    if threads == 1 or len(starts) < 2:
        for start in starts:
            run(start)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(run, starts))
    return out


# --- s and r of given producers ---------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Needs:
    """What a rule asks of producers (lanes x points), and the leaves that decide it."""

    s: Floats
    r: Floats
    s_leaf: Integers
    r_leaf: Integers


def _needs(rule: _Resolved, leaves: _Leaves, n: Floats, rest: Floats) -> _Needs:
    """What producers have to re-source: s and r at N = `n`, 1 - N = `rest` (lanes x points)."""
    if isinstance(rule, bool):
        zero = np.zeros(n.shape)
        nobody = np.full(n.shape, -1)
        return _Needs(zero, zero, nobody, nobody)
    each = []
    for i in range(len(leaves.alpha)):
        s = np.maximum(leaves.alpha[i][:, None] * n - leaves.beta[i][:, None], 0.0)
        r = s * _originating_part(leaves.share[i][:, None], rest) if leaves.capped else s
        which = np.full(n.shape, i)
        each.append(_Needs(s, r, which, which))
    return _combine(rule, iter(each))


def _originating_part(share: Floats, rest: Floats) -> Floats:
    """(1 - N) / (1 - w N), written in 1 - N so that it holds at w = 1."""
    rest = np.maximum(rest, _TINY)
    part: Floats = rest / ((1 - share) + share * rest)
    return part


def _combine(terms: Terms, each: Iterator[_Needs]) -> _Needs:
    if isinstance(terms, Leaf):
        return next(each)
    parts = [_combine(part, each) for part in terms.parts]
    best = parts[0]
    for part in parts[1:]:
        if isinstance(terms, All):
            s_wins, r_wins = part.s > best.s, part.r > best.r
        else:
            s_wins = r_wins = part.s < best.s
        best = _Needs(
            np.where(s_wins, part.s, best.s),
            np.where(r_wins, part.r, best.r),
            np.where(s_wins, part.s_leaf, best.s_leaf),
            np.where(r_wins, part.r_leaf, best.r_leaf),
        )
    return best


def _net_gain_at_mean(lanes: LaneTerms, terms: Terms, parameters: ClaimingParameters) -> Floats:
    rule = _resolve(terms, {f.process: True for f in _each_leaf(terms) if f.process is not None})
    batch = _batch(lanes, parameters)
    if rule is False:
        return np.full(batch.size, np.nan)
    mean = batch.mean[:, None]
    s = _needs(rule, _leaves(rule, batch.size), mean, 1 - mean).s[:, 0]
    with np.errstate(invalid="ignore"):
        gain = batch.net - batch.premium * s
    return np.where(np.isinf(s), np.nan, gain)


# --- cutting each lane where a figure has a kink ------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Stretches of N over which one leaf decides (P); ordered by lane."""

    lane: Integers
    low: Floats
    high: Floats
    s_leaf: Integers  # -1 where nothing has to be re-sourced
    r_leaf: Integers
    traced: Integers  # traced content: 0 nothing, 1 between, 2 all of the good
    unattainable: Bools
    worthless: Bools  # nobody claims


def _kinks(leaves: _Leaves) -> list[Floats]:
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


def _claiming_edges(batch: _Batch, leaves: _Leaves) -> list[Floats]:
    """Where claiming begins to fade (all consignments claim before) and where it has ended."""
    points = []
    for tail in (_FADING, -_TAIL):
        gain = np.exp(tail * batch.sigma - batch.log_size)
        needed = (batch.net - gain) / batch.premium
        points += [
            (needed + beta) / alpha for alpha, beta in zip(leaves.alpha, leaves.beta, strict=True)
        ]
    return points


def _traced_kinks(batch: _Batch, leaves: _Leaves) -> list[Floats]:
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


def _cut(batch: _Batch, leaves: _Leaves, rule: _Resolved, points: list[Floats]) -> _Pieces:
    """Cut [0, 1] of every lane at the points where something changes."""
    size = batch.size
    fixed = [np.zeros(size), np.full(size, 0.5), np.ones(size)]
    cuts = np.stack(fixed + points, axis=1)
    np.fmax(cuts, 0.0, out=cuts)  # a point that does not exist is NaN and falls on 0
    np.fmin(cuts, 1.0, out=cuts)
    cuts.sort(axis=1)
    low, high = cuts[:, :-1], cuts[:, 1:]
    middle = 0.5 * (low + high)
    needs = _needs(rule, leaves, middle, 1 - middle)

    unattainable = np.isinf(needs.s)
    s_leaf = np.where(needs.s == 0, -1, needs.s_leaf)
    r_leaf = np.where(needs.r == 0, -1, needs.r_leaf)
    s = np.where(unattainable, 0.0, needs.s)
    gain = batch.net[:, None] - batch.premium[:, None] * s
    least = np.exp(-_TAIL * batch.sigma - batch.log_size)
    worthless = unattainable | (gain <= least[:, None])
    fading = gain < np.exp(_FADING * batch.sigma - batch.log_size)[:, None]
    reached = batch.non_party[:, None] * (middle - needs.r) + batch.traced_offset[:, None]
    traced = (reached > 0).astype(np.int64) + (reached >= 1)

    # A density that is steep at both ends gets a piece for each end.
    steep = np.maximum(batch.mean, 1 - batch.mean) * batch.concentration < _STEEP
    second_half = steep[:, None] & (middle > 0.5)

    key = ((s_leaf + 1) * (len(leaves.alpha) + 1) + r_leaf + 1) * 3 + traced
    key = key * 16 + unattainable * 8 + worthless * 4 + (fading & (s_leaf >= 0)) * 2 + second_half

    # Stretches too short to tell their two ends apart join a neighbour, so that the pieces of a
    # lane still cover all of [0, 1].
    real = np.flatnonzero(high.ravel() > low.ravel() * (1 + 1e-14))
    lane = real // low.shape[1]
    keys = key.ravel()[real]
    opens = np.ones(len(real), dtype=bool)
    opens[1:] = lane[1:] != lane[:-1]
    starts = opens.copy()
    starts[1:] |= keys[1:] != keys[:-1]
    here = real[starts]
    from_ = np.where(opens[starts], 0.0, low.ravel()[here])
    return _Pieces(
        lane=lane[starts],
        low=from_,
        high=np.append(np.where(opens[starts][1:], 1.0, from_[1:]), 1.0),
        s_leaf=s_leaf.ravel()[here],
        r_leaf=r_leaf.ravel()[here],
        traced=traced.ravel()[here],
        unattainable=unattainable.ravel()[here],
        worthless=worthless.ravel()[here],
    )


# --- expectations over the producers of a chunk -------------------------------------------------


def _claimed_chunk(batch: _Batch, leaves: _Leaves, rule: _Resolved) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        points = _kinks(leaves) + _claiming_edges(batch, leaves)
        return _expect(batch, leaves, rule, points, content=False)


def _content_chunk(batch: _Batch, leaves: _Leaves, rule: _Resolved) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        points = _kinks(leaves) + _claiming_edges(batch, leaves) + _traced_kinks(batch, leaves)
        return _expect(batch, leaves, rule, points, content=True)


def _required_chunk(batch: _Batch, leaves: _Leaves, rule: _Resolved) -> Floats:
    """Expectations (3 x L) of: s finite; 0 < s finite; s where finite."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        out = np.zeros((3, batch.size))
        beta = _Producers.of(batch)
        point = beta.is_point
        mean = batch.mean[:, None]
        s = _needs(rule, leaves, mean, 1 - mean).s[:, 0]
        finite = np.isfinite(s)
        out[:, point] = np.stack([finite, finite & (s > 0), np.where(finite, s, 0.0)])[:, point]

        pieces = _cut(batch, leaves, rule, _kinks(leaves))
        pieces = _rows(pieces, np.flatnonzero(~point[pieces.lane] & ~pieces.unattainable))
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


def _share_claiming(batch: _Batch, gain: Floats) -> Floats:
    """The share c of a producer's trade that claims at a net gain (both L)."""
    share: Floats = ndtr((np.log(np.maximum(gain, _TINY)) + batch.log_size) / batch.sigma)
    return np.where(gain > 0, share, 0.0)


def _expect(
    batch: _Batch, leaves: _Leaves, rule: _Resolved, points: list[Floats], content: bool
) -> Floats:
    """The five expectations of `_Moments` (5 x L); without `content` the first two alone."""
    out = np.zeros((5, batch.size))
    beta = _Producers.of(batch)
    if beta.is_point.any():
        out[:, beta.is_point] = _at_the_mean(batch, leaves, rule)[:, beta.is_point]

    pieces = _cut(batch, leaves, rule, points)
    live = ~beta.is_point[pieces.lane] & ~pieces.worthless
    is_flat = pieces.s_leaf < 0

    flat = _rows(pieces, np.flatnonzero(live & is_flat))
    mass, mean_part = beta.within(flat, content)
    share = _share_claiming(batch, batch.net)[flat.lane]
    nothing = np.zeros(len(mass))
    _collect(out, batch, flat, share * mass, nothing, share * mean_part)
    out[1, ~beta.is_point] = out[0, ~beta.is_point]

    curved = _rows(pieces, np.flatnonzero(live & ~is_flat))
    if len(curved.lane):
        _collect(out, batch, curved, *_integrate(batch, leaves, beta, curved, content))
    out[4, np.isnan(batch.traced_offset)] = np.nan
    return out


def _collect(
    out: Floats,
    batch: _Batch,
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


def _at_the_mean(batch: _Batch, leaves: _Leaves, rule: _Resolved) -> Floats:
    """The five expectations where all producers are alike."""
    mean = batch.mean
    needs = _needs(rule, leaves, mean[:, None], 1 - mean[:, None])
    s, r = needs.s[:, 0], needs.r[:, 0]
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
    def of(cls, batch: _Batch) -> "_Producers":
        p = batch.mean * batch.concentration
        q = (1 - batch.mean) * batch.concentration
        is_point = (p < _TINY) | (q < _TINY)
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


_NODES, _WEIGHTS = _fejer(32)


@dataclass(frozen=True, eq=False)
class _Stretch:
    """A smooth step from 0 to 1, what is left of it to 1, and its slope.

    It gathers points where the integrand may be steep: where claiming ends and, if `both`, at
    the other end too.
    """

    step: Floats
    left: Floats
    slope: Floats

    @classmethod
    def at(cls, v: Floats, both: bool) -> "_Stretch":
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
    batch: _Batch, leaves: _Leaves, beta: _Producers, pieces: _Pieces, content: bool
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
            part = curve if len(where) == count else _rows(curve, where)
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
    sums = curve.sums(_NODES[:, None], rows, both)
    totals = sums[:, 0]
    where = np.flatnonzero(_is_rough(sums))
    start, length = np.zeros(len(where)), np.ones(len(where))
    totals[:, where] = 0.0
    for halving in range(_MOST_HALVINGS):
        if not len(where):
            break
        where = np.repeat(where, 2)
        length = np.repeat(length / 2, 2)
        start = np.repeat(start, 2)
        start[1::2] += length[1::2]
        nodes = start + length * _NODES[:, None]
        sums = _rows(curve, where).sums(nodes, rows, both) * length
        rough = _is_rough(sums) & (halving < _MOST_HALVINGS - 1)
        for row in range(rows):
            totals[row] += np.bincount(where[~rough], sums[row, 0, ~rough], len(curve.low))
        where, start, length = where[rough], start[rough], length[rough]
    return totals


def _is_rough(sums: Floats) -> Bools:
    """Whether the finest of three rules (rows x 3 x P) may be off by too much.

    The step from rule to rule shrinks at least as fast as from the first step to the second.
    """
    first = np.abs(sums[:, 2] - sums[:, 1])
    second = np.abs(sums[:, 1] - sums[:, 0])
    rough: Bools = np.any(second * second > _TOLERANCE * first + _NEGLIGIBLE, axis=0)
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
    def of(cls, batch: _Batch, leaves: _Leaves, beta: _Producers, pieces: _Pieces) -> "_Curve":
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
            share=leaves.share[r_leaf, lane],
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
        np.maximum(size, _TINY, out=size)
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
        stretch = _Stretch.at(nodes, both)
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
        steep = self.end_claimed.any()
        for row, factor in enumerate((None, n, r)[:rows]):
            figure = claimed if factor is None else np.multiply(factor, claimed, out=factor)
            if steep:
                figure = figure - self.end_claimed * (1.0, self.end, self.end_r)[row]
            np.matmul(_WEIGHTS, figure * weight, out=out[row])
        out *= self.width
        return out
