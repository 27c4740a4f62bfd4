"""One lane by hand: the kernel on stated figures, without the database."""

from typing import Any

import numpy as np

from workbench.analysis.claiming import ClaimingParameters, LaneTerms, claim
from workbench.analysis.incentives import break_even_premium, leverage_gap, rating
from workbench.analysis.report import plain
from workbench.analysis.rule_terms import (
    OriginInputs,
    needs_input_split,
    needs_origin_split,
    rule_terms,
)
from workbench.definitions.lane_input import LaneInput
from workbench.definitions.writer import rule_data
from workbench.model.commitments import Parameters
from workbench.model.nomenclature import dotted
from workbench.model.origin import (
    Condition,
    LabourValueContent,
    Rule,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    criteria,
)

_NO_PRODUCT = "000000"  # in no chapter, so none of the inputs is the good itself
_DRAWN = (SpecificProcess, LabourValueContent, Condition)  # met by a share of producers


def evaluate_lane(lane: LaneInput) -> dict[str, Any]:
    """All figures of a lane of `evaluate --json`, and what is missing in "gaps"."""
    traced = lane.traced_mean
    if traced is None:
        traced = lane.non_party_fraction * lane.declared_mean
    pref_duty = min(lane.pref_duty, lane.base_duty)
    gross = lane.base_duty - pref_duty + lane.relief + lane.incentive
    terms_of_lane = LaneTerms(
        value_usd=np.array([lane.value]),
        gross_incentive=np.array([gross]),
        ad_valorem_cost=np.array([lane.ad_valorem_cost]),
        declared_mean=np.array([lane.declared_mean]),
        traced_mean=np.array([traced]),
        non_party_fraction=np.array([lane.non_party_fraction]),
        duty_cut=np.array([lane.base_duty - pref_duty]),
    )
    parameters = ClaimingParameters(
        concentration=lane.concentration,
        consignment_usd=lane.consignment,
        sigma=lane.sigma,
        fixed_cost_usd=lane.fixed_cost,
        premium=lane.premium,
    )
    good_unknown = not lane.product and any(
        isinstance(c, TariffShift) and c.level is not ShiftFrom.ANY_OTHER_PRODUCT
        for c in criteria(lane.rule)
    )
    splits = [] if good_unknown else lane.inputs
    inputs = OriginInputs(
        products=(lane.product or _NO_PRODUCT,),
        materials_share=_number(lane.materials_share),
        net_cost_share=np.array([Parameters().net_cost_share]),
        de_minimis=np.array([0.0]),
        input_codes=tuple(code for code, _ in splits),
        input_shares=_shares([share for _, share in splits]),
        origin_codes=tuple(code for code, _ in lane.origins),
        origin_shares=_shares([share for _, share in lane.origins]),
    )
    terms = rule_terms(lane.rule, inputs)
    claims = claim(terms_of_lane, terms, parameters)
    premium = break_even_premium(terms_of_lane, terms, parameters)
    gap = leverage_gap(terms_of_lane, terms, parameters, lane.target_utilisation)
    figures = {
        "product": dotted(lane.product) if lane.product else None,
        "value": lane.value,
        "base_duty": lane.base_duty,
        "pref_duty": pref_duty,
        "gross_incentive": gross,
        "declared_mean": lane.declared_mean,
        "traced_mean": traced,
        "rule": rule_data(lane.rule),
        "utilisation": claims.utilisation[0],
        "as_is": claims.as_is[0],
        "adjusted": claims.adjusted[0],
        "claimed": claims.claimed_usd[0],
        "free_riding_content": claims.free_riding_content_usd[0],
        "traced_free_riding_content": claims.traced_free_riding_content_usd[0],
        "resourced_content": claims.resourced_content_usd[0],
        "exposure": claims.exposure[0],
        "traced_exposure": claims.traced_exposure[0],
        "duty_forgone": claims.duty_forgone_usd[0],
        "leakage": claims.leakage_usd[0],
        "net_gain_at_mean": claims.net_gain_at_mean[0],
        "break_even_premium": premium.value[0],
        "leverage_gap": gap.value[0],
        "rating": rating(np.array([gross]), claims.utilisation)[0],
    }
    gaps = []
    if np.isnan(claims.utilisation[0]):
        missing = "product" if good_unknown else _missing(lane.rule)
        gaps.append({"what": f"the rule needs '{missing}'", "where": "rule"})
    for name, answer in (("break_even_premium", premium), ("leverage_gap", gap)):
        if answer.reason[0]:
            gaps.append({"what": str(answer.reason[0]), "where": name})
    data = {
        name: plain(float(value) if isinstance(value, np.floating) else value)
        for name, value in figures.items()
    }
    return {**data, "gaps": gaps}


def _missing(rule: Rule) -> str:
    """The key that a rule asks for of which figures cannot be worked out."""
    if needs_input_split(rule):
        return "inputs"
    if needs_origin_split(rule):
        return "origins"
    drawn = (c for c in criteria(rule) if isinstance(c, _DRAWN))
    return "performed_share" if any(c.performed_share is None for c in drawn) else "materials_share"


def _number(value: float | None) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([np.nan if value is None else value])


def _shares(values: list[float]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """1 x n shares; without any the split is unknown."""
    return np.array([values if values else []], dtype=np.float64).reshape(1, len(values))
