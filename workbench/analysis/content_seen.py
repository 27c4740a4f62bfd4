"""Content as the rule of origin sees it: cumulation, roll-up or tracing (method, section 3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.alike import alike, alike_pairs
from workbench.analysis.baseline import Baseline, baseline_rows, supplier_content
from workbench.analysis.claiming import LaneTerms, claim
from workbench.analysis.content import LaneContent, content_of_each, member_mask
from workbench.analysis.exposure import shares_of_rows
from workbench.analysis.results import NonPartyOrigins
from workbench.analysis.rule_terms import OriginInputs, needs_origin_split
from workbench.analysis.rules_by_lane import claiming_parameters, lane_rows, places, rule_parts
from workbench.model.agreement import Agreement
from workbench.model.origin import Absorption, Cumulation, OriginProvisions

Floats = NDArray[np.float64]
Foreign = Floats | NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ContentSeen:
    """Content of lanes (L) as the rule sees it.

    Attributes:
        declared_mean: non-originating content, share of value.
        non_party_fraction: share of it that is of non-parties.
        traced_mean: non-party value added at all tiers.
        inputs: what `rule_terms` needs.
    """

    declared_mean: Floats
    non_party_fraction: Floats
    traced_mean: Floats
    inputs: OriginInputs


@dataclass(frozen=True, eq=False)
class _SeenOfLanes:
    """What the rule sees of lanes, but for the split by origin.

    `origin_shares` are C x O, for contents that differ; `kind` is which of them each row of the
    inputs has.
    """

    seen: ContentSeen
    origin_shares: Floats
    kind: NDArray[np.int64]


def content_seen(agreement: Agreement, baseline: Baseline) -> ContentSeen:
    """Declared and traced means of every lane, by the agreement's cumulation."""
    origin = agreement.origin
    if origin.cumulation is not Cumulation.DIAGONAL:
        lanes = _whatever_the_rule(baseline, origin.cumulation, _traces(origin))
        seen = lanes.seen
        rules = (origin.default_rule, *(entry.rule for entry in origin.product_rules))
        if any(needs_origin_split(rule) for rule in rules):
            inputs = replace(
                seen.inputs,
                origin_codes=baseline.content.origins,
                origin_shares=lanes.origin_shares[lanes.kind],
            )
            seen = replace(seen, inputs=inputs)
        return _assuming(agreement, seen)
    partner = member_mask(baseline.content.origins, baseline.partners)
    whole, others = _foreign(baseline, Cumulation.DIAGONAL)
    foreign = np.where(others, 1 - _qualifying(agreement, baseline), whole)
    content = content_of_each(baseline.content)
    return seen_by_rule(agreement, content, baseline.product, foreign, ~partner)


@lru_cache(maxsize=2)
def non_party_origins(baseline: Baseline, tracing: bool) -> NonPartyOrigins:
    """Where the non-party content comes from, whatever the cumulation: that is about partners."""
    content = baseline.content
    non_party = ~member_mask(content.origins, baseline.partners)
    declared = shares_of_rows((content.traced if tracing else content.declared) * non_party)
    traced = declared if tracing else shares_of_rows(content.traced * non_party)
    return NonPartyOrigins(content.origins, declared, traced, content.row_of_lane)


@lru_cache(maxsize=2)
def _whatever_the_rule(baseline: Baseline, cumulation: Cumulation, tracing: bool) -> _SeenOfLanes:
    """Content that an edit of a rule, a cut or a parameter leaves as it is.

    Worked out once for lanes that are alike in it; those that share the product too share a row of
    the inputs.
    """
    content = baseline.content
    kind = content.row_of_lane
    if cumulation is Cumulation.BILATERAL:
        kind = kind * len(baseline.importers) + baseline.i
    first, kind = alike(kind)
    some = baseline_rows(baseline, first)
    foreign, _ = _foreign(some, cumulation)
    non_party = ~member_mask(content.origins, baseline.partners)
    each = _seen(tracing, content_of_each(some.content), some.product, foreign, non_party)
    good, row = alike_pairs(kind, baseline.k)
    of_good, nothing = kind[good], np.full(len(good), np.nan)
    inputs = OriginInputs(
        products=tuple(np.array(baseline.market.products)[baseline.k[good]].tolist()),
        materials_share=each.inputs.materials_share[of_good],
        net_cost_share=nothing,
        de_minimis=nothing,
        input_codes=content.inputs,
        input_shares=each.inputs.input_shares[of_good],
        origin_codes=(),
        origin_shares=np.empty((len(good), 0)),
        row=row,
    )
    seen = ContentSeen(
        declared_mean=each.declared_mean[kind],
        non_party_fraction=each.non_party_fraction[kind],
        traced_mean=each.traced_mean[kind],
        inputs=inputs,
    )
    return _SeenOfLanes(seen, each.inputs.origin_shares, of_good)


def _traces(origin: OriginProvisions) -> bool:
    return origin.absorption is Absorption.TRACING


def _foreign(
    baseline: Baseline, cumulation: Cumulation
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each origin's content is non-originating (L x O), and the other partners'."""
    content = baseline.content
    partner = member_mask(content.origins, baseline.partners)
    exporter = _own_origin(content.origins, baseline.exporters)[baseline.x]
    importer = _own_origin(content.origins, baseline.importers)[baseline.i]
    foreign = np.repeat(~partner[None, :], len(baseline.k), axis=0)
    if cumulation is not Cumulation.FULL:
        foreign = ~exporter
        if cumulation is not Cumulation.NONE:
            foreign &= ~importer
    return foreign, partner & ~exporter & ~importer


def _own_origin(origins: tuple[str, ...], economies: tuple[str, ...]) -> NDArray[np.bool_]:
    """Economies x origins: which origin is the economy itself."""
    return np.array([[o == e for o in origins] for e in economies], dtype=bool).reshape(
        len(economies), len(origins)
    )


def seen_by_rule(
    agreement: Agreement,
    content: LaneContent,
    product: NDArray[np.object_],
    foreign: Foreign,
    non_party: NDArray[np.bool_],
) -> ContentSeen:
    """What the rule sees of some lanes' content.

    Args:
        agreement: its provisions on origin.
        content: of the lanes, by origin; a row for each.
        product: of each lane.
        foreign: L x O, how much of each origin's content counts as non-originating.
        non_party: O, or L x O where it differs from lane to lane.
    """
    seen = _seen(_traces(agreement.origin), content, product, foreign, non_party)
    return _assuming(agreement, seen)


def _assuming(agreement: Agreement, seen: ContentSeen) -> ContentSeen:
    """With the agreement's assumption on net cost and its de minimis."""
    products = seen.inputs.products
    inputs = replace(
        seen.inputs,
        net_cost_share=np.full(len(products), agreement.parameters.net_cost_share),
        de_minimis=de_minimis_of(agreement, products),
    )
    return replace(seen, inputs=inputs)


def _seen(
    tracing: bool,
    content: LaneContent,
    product: NDArray[np.object_],
    foreign: Foreign,
    non_party: NDArray[np.bool_],
) -> ContentSeen:
    """As `seen_by_rule`, without net cost and de minimis."""
    basis = content.traced if tracing else content.declared
    by_origin = basis * foreign
    mean = np.clip(by_origin.sum(axis=1), 0, 1)
    outside = (by_origin * non_party).sum(axis=1)
    origin_shares = by_origin
    with np.errstate(invalid="ignore", divide="ignore"):
        fraction = np.where(mean > 0, np.minimum(outside / mean, 1.0), 1.0)
        origin_shares /= mean[:, None]
        origin_shares[mean == 0] = 0.0
        origin_shares[np.isnan(mean)] = np.nan
        input_shares = np.full((len(product), len(content.inputs)), np.nan)
        if content.input_declared is not None:
            weights = np.einsum("ljo,lo->lj", content.input_declared, foreign)
            total = weights.sum(axis=1, keepdims=True)
            input_shares = np.where(total > 0, weights / total, np.where(total == 0, 0.0, np.nan))
    fraction = np.where(np.isnan(mean), np.nan, fraction)
    products = [str(code) for code in product]
    return ContentSeen(
        declared_mean=mean,
        non_party_fraction=fraction,
        traced_mean=fraction * mean if tracing else _traced_mean(content, non_party),
        inputs=OriginInputs(
            products=tuple(products),
            materials_share=content.materials_share,
            net_cost_share=np.full(len(products), np.nan),
            de_minimis=np.full(len(products), np.nan),
            input_codes=content.inputs,
            input_shares=input_shares,
            origin_codes=content.origins,
            origin_shares=origin_shares,
        ),
    )


def _traced_mean(content: LaneContent, non_party: NDArray[np.bool_]) -> Floats:
    mean: Floats = np.clip((content.traced * non_party).sum(axis=1), 0, 1)
    return mean


def de_minimis_of(agreement: Agreement, products: Sequence[str]) -> Floats:
    """What a tariff shift without a de minimis of its own tolerates, for goods of these codes."""
    codes, place = places(tuple(products))
    general, rules = agreement.origin.de_minimis, agreement.origin.product_rules
    shares = []
    for code, rule in zip(codes, agreement.product_rules_of(codes), strict=True):
        own = rules[rule].de_minimis if rule >= 0 else None
        if own is not None:
            shares.append(own)
        else:
            excepted = any(r.contains(code) for r in general.exceptions)
            shares.append(0.0 if excepted else general.share)
    return np.array(shares)[place]


def _qualifying(agreement: Agreement, baseline: Baseline) -> Floats:
    """L x O: share of each other partner's own producers that satisfy the rule as they are.

    Computed once, with full cumulation for the suppliers (method, section 3).
    """
    content = supplier_content(baseline)
    products = np.tile(np.array(baseline.market.products, dtype=object), len(baseline.partners))
    partner = member_mask(content.origins, baseline.partners)
    foreign = np.repeat(~partner[None, :] * 1.0, len(products), axis=0)
    seen = seen_by_rule(agreement, content, products, foreign, ~partner)
    count = len(products)
    sure = LaneTerms(
        value_usd=np.ones(count),
        gross_incentive=np.full(count, 1e6),
        ad_valorem_cost=np.zeros(count),
        declared_mean=seen.declared_mean,
        traced_mean=seen.traced_mean,
        non_party_fraction=seen.non_party_fraction,
        duty_cut=np.zeros(count),
    )
    free = replace(claiming_parameters(agreement), fixed_cost_usd=0.0, never_claims_share=0.0)
    share = np.zeros(count)
    for part in rule_parts(agreement, seen.inputs):
        share[part.rows] = claim(lane_rows(sure, part.rows), part.terms, free).as_is
    table = np.nan_to_num(share).reshape(len(baseline.partners), len(baseline.market.products))
    by_origin = np.zeros((len(content.origins), len(baseline.market.products)))
    for n, economy in enumerate(baseline.partners):
        if economy in content.origins:
            by_origin[content.origins.index(economy)] = table[n]
    return by_origin[:, baseline.k].T
