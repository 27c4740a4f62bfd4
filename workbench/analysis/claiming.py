"""The share of trade that claims a preference, and the content that enters with it.

The one kernel that every figure of exposure, utilisation and leakage rests on (method,
sections 4 and 5). Producers of a lane differ in their non-originating share N, which is
Beta-distributed; consignments differ in size. Each figure is an expectation over N of the share
of a producer's trade that claims, times some content.

The arithmetic is in `claiming_kernel`.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.alike import alike_in
from workbench.analysis.claiming_kernel import (
    TINY,
    Batch,
    Leaves,
    Resolved,
    each_leaf,
    expect_claimed,
    expect_content,
    expect_required,
    leaves_of,
    needs_of,
    rows_of,
)
from workbench.analysis.rule_terms import All, Any, Leaf, Terms
from workbench.errors import DefinitionError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_PROCESSES = 8

_CHUNK_LANES = 2048  # a chunk's arrays of lanes x nodes still fit a core's cache
_Chunk = Callable[[Batch, Leaves, Resolved], Floats]


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
        never_claims_share: trade that does not claim however large the gain.
    """

    concentration: float | Floats = 8.0
    consignment_usd: float | Floats = 50_000.0
    sigma: float | Floats = 1.5
    fixed_cost_usd: float | Floats = 250.0
    premium: float | Floats = 0.10
    never_claims_share: float | Floats = 0.0


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
        leaves = leaves_of(rule, batch.size)
        known = np.isfinite(batch.mean + batch.concentration) & ~leaves.unknown
        found = _in_chunks(expect_required, batch, leaves, rule, np.flatnonzero(known), 3, threads)
        found[:, ~known] = np.nan
        totals += weight * found
    attainable, adjusting, amount = totals
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(adjusting > 0, amount / adjusting, np.nan)
    return Requirement(attainable, adjusting, mean)


def select(
    lanes: LaneTerms, terms: Terms, parameters: ClaimingParameters, index: Integers
) -> tuple[LaneTerms, Terms, ClaimingParameters]:
    """The same three for some of the lanes."""
    size = len(lanes.value_usd)
    return (
        LaneTerms(**{f.name: getattr(lanes, f.name)[index] for f in fields(lanes)}),
        select_terms(terms, index),
        ClaimingParameters(
            **{
                f.name: np.broadcast_to(getattr(parameters, f.name), (size,))[index]
                for f in fields(parameters)
            }
        ),
    )


def select_terms(terms: Terms, index: Integers) -> Terms:
    """The terms of some of the lanes; one may be asked for more than once."""
    if isinstance(terms, Leaf):
        return replace(
            terms,
            alpha=terms.alpha[index],
            beta=terms.beta[index],
            attainable=terms.attainable[index],
            elsewhere=None if terms.elsewhere is None else terms.elsewhere[index],
        )
    return replace(terms, parts=tuple(select_terms(part, index) for part in terms.parts))


@dataclass(frozen=True, eq=False)
class _Moments:
    """Expectations over N a lane: of c, c where s = 0, c r, c (N - r), and c traced content."""

    claimed: Floats
    as_is: Floats
    resourced: Floats
    kept: Floats
    traced: Floats


def _batch(lanes: LaneTerms, parameters: ClaimingParameters) -> Batch:
    size = len(lanes.value_usd)

    def spread(figure: float | Floats) -> Floats:
        return np.broadcast_to(np.asarray(figure, dtype=np.float64), (size,))

    with np.errstate(divide="ignore"):
        log_size = np.log(spread(parameters.consignment_usd)) - np.log(
            spread(parameters.fixed_cost_usd)
        )
    return Batch(
        net=lanes.gross_incentive - lanes.ad_valorem_cost,
        mean=lanes.declared_mean,
        concentration=spread(parameters.concentration),
        log_size=log_size,
        sigma=np.maximum(spread(parameters.sigma), TINY),
        premium=spread(parameters.premium),
        traced_offset=lanes.traced_mean - lanes.non_party_fraction * lanes.declared_mean,
        non_party=lanes.non_party_fraction,
    )


def _outcomes(terms: Terms) -> list[tuple[Resolved, float]]:
    """The rule without its processes, once for each outcome of the draws, with its chance."""
    performed: dict[str, float] = {}
    for leaf in each_leaf(terms):
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
    outcomes: list[tuple[Resolved, float]] = []
    always: list[float] = []
    for draw in product((True, False), repeat=len(performed)):
        done = dict(zip(performed, draw, strict=True))
        chance = 1.0
        for name, met in done.items():
            chance *= performed[name] if met else 1 - performed[name]
        if chance == 0:
            continue
        rule = _resolve(terms, done)
        if rule is True:
            always.append(chance)
        else:
            outcomes.append((rule, chance))
    if always:  # the same whichever processes led there: computed once, and certain if always met
        outcomes.append((True, sum(always) if outcomes else 1.0))
    return outcomes


def _resolve(terms: Terms, done: dict[str, bool]) -> Resolved:
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
        leaves = leaves_of(rule, batch.size)
        known = ~leaves.unknown & ~np.isnan(
            batch.net
            + batch.mean
            + batch.concentration
            + batch.log_size
            + batch.sigma
            + batch.premium
        )
        chunk = expect_content if content else expect_claimed
        wanted = np.flatnonzero(hopeful & known)
        found = _in_chunks(chunk, batch, leaves, rule, wanted, 5, threads)
        found[:, hopeful & ~known] = np.nan
        with np.errstate(invalid="ignore"):
            totals += np.where(hopeful, weight * found, 0.0)
    totals[:2] = np.minimum(totals[:2], 1.0)  # integration may overshoot by its tolerance
    totals *= 1 - np.asarray(parameters.never_claims_share, dtype=np.float64)
    return _Moments(*totals)


def _in_chunks(
    chunk: _Chunk,
    batch: Batch,
    leaves: Leaves,
    rule: Resolved,
    wanted: Integers,
    rows: int,
    threads: int,
) -> Floats:
    """Run a kernel over the wanted lanes, a chunk at a time, on several threads (rows x L)."""
    first, kind = _kinds(batch, leaves, wanted)
    of_kind = np.empty((rows, len(first)))

    def run(start: int) -> None:
        block = slice(start, start + _CHUNK_LANES)
        index = first[block]
        of_kind[:, block] = chunk(rows_of(batch, index), leaves.take(index), rule)

    starts = range(0, len(first), _CHUNK_LANES)
    if threads == 1 or len(starts) < 2:
        for start in starts:
            run(start)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(run, starts))
    out = np.zeros((rows, batch.size))
    out[:, wanted] = of_kind[:, kind]
    return out


def _kinds(batch: Batch, leaves: Leaves, wanted: Integers) -> tuple[Integers, Integers]:
    """The first lane of each kind among the wanted, and the kind of each of them.

    Lanes of a kind agree in every number the kernel takes: duties and content repeat.
    """
    columns = [getattr(batch, field.name) for field in fields(batch)]
    columns += [*leaves.alpha, *leaves.beta, *(leaves.share if leaves.capped else ())]
    first, kind = alike_in([column[wanted] for column in columns])
    return wanted[first], kind


def _net_gain_at_mean(lanes: LaneTerms, terms: Terms, parameters: ClaimingParameters) -> Floats:
    rule = _resolve(terms, {f.process: True for f in each_leaf(terms) if f.process is not None})
    batch = _batch(lanes, parameters)
    if rule is False:
        return np.full(batch.size, np.nan)
    s = needs_of(rule, leaves_of(rule, batch.size), batch.mean, 1 - batch.mean).s
    with np.errstate(invalid="ignore"):
        gain = batch.net - batch.premium * s
    return np.where(np.isinf(s), np.nan, gain)
