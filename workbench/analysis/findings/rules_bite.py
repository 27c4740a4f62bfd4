"""Remarks on whether the rules of origin ask anything, and whom the preference rewards."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.claiming import LaneTerms, utilisation
from workbench.analysis.content import member_mask
from workbench.analysis.findings.rule_lanes import rules_with_trade
from workbench.analysis.results import Evaluation, Finding, Level
from workbench.analysis.rule_terms import Leaf, OriginInputs, coarse_inputs
from workbench.analysis.rules_by_lane import claiming_parameters
from workbench.analysis.strictness import ceiling
from workbench.model.commitments import TreatmentBasis
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted
from workbench.model.origin import AnyGood

Floats = NDArray[np.float64]

BINDS_NOBODY_SHARE = 0.995
"""Trade that claims as is, of what would claim without any rule, at which a rule binds nobody."""

HALF = 0.5
_SHOWN = 3


def no_partner_meets(evaluation: Evaluation) -> Iterator[Finding]:
    """Limits below the present content of every exporting partner."""
    baseline = evaluation.baseline
    content, gain = _column(evaluation, "declared_mean"), _column(evaluation, "gross_incentive")
    value = _column(evaluation, "value")
    for where, rule, rows in rules_with_trade(evaluation):
        limit = ceiling(rule, evaluation.agreement.parameters.net_cost_share)
        live = rows[(gain[rows] > 0) & ~np.isnan(content[rows])]
        if limit is None or limit >= 1 or not len(live):
            continue
        count = len(baseline.exporters)
        trade = np.bincount(baseline.x[live], value[live], count)
        foreign = np.bincount(baseline.x[live], value[live] * content[live], count)
        exporting = np.flatnonzero(trade > 0)
        mean = foreign[exporting] / trade[exporting]
        least, who = float(mean.min()), baseline.exporters[exporting[int(mean.argmin())]]
        if least > limit:
            many = len(exporting)
            all_of = "the one exporting partner" if many == 1 else f"any of {many} exporters"
            yield Finding(
                "no-partner-meets",
                Level.WARNING,
                where,
                f"The rule lets in {limit:.0%} of non-originating content, less than the goods of "
                f"{all_of} contain today: the least is {least:.0%}, {economy_name(who)}. Trade "
                "qualifies only by re-sourcing; look at the frontier for what that gains.",
                (("ceiling", limit), ("least_content", least), ("exporters", float(many))),
            )


def binds_nobody(evaluation: Evaluation) -> Iterator[Finding]:
    """Rules that practically all trade meets as it is."""
    as_is = _column(evaluation, "as_is")
    value = _column(evaluation, "value")
    net = _column(evaluation, "gross_incentive") - _column(evaluation, "ad_valorem_cost")
    for where, rule, rows in rules_with_trade(evaluation):
        live = rows[(net[rows] > 0) & ~np.isnan(as_is[rows])]
        if isinstance(rule, AnyGood) or not len(live):
            continue
        free = float(value[live] @ _without_a_rule(evaluation, net[live]))
        claimed = float(value[live] @ as_is[live])
        if free > 0 and claimed >= BINDS_NOBODY_SHARE * free:
            yield Finding(
                "binds-nobody",
                Level.NOTE,
                where,
                f"The rule binds practically nobody: {claimed / free:.1%} of what would claim "
                "without any rule meets it with the inputs bought today, so it neither cuts free "
                "riding nor moves content. A stricter rule would cost little utilisation.",
                (("as_is_share", claimed / free), ("trade", float(value[live].sum()))),
            )


def rewards_non_parties(evaluation: Evaluation) -> Iterator[Finding]:
    """More duty forgone on non-party content than on partners' content."""
    if evaluation.agreement.treatment.basis is TreatmentBasis.EXTENDED:
        return
    totals = evaluation.totals
    forgone, leakage, traced = (
        totals[name] or 0.0 for name in ("duty_forgone", "leakage", "traced_leakage")
    )
    if forgone > 0 and max(leakage, traced) > HALF * forgone:
        kind = "declared" if leakage > HALF * forgone else "traced"
        most = leakage if kind == "declared" else traced
        yield Finding(
            "rewards-non-parties",
            Level.WARNING,
            "origin.default_rule",
            f"More duty is forgone on non-party than on partner content ({kind}): USD {most:,.0f} "
            f"of USD {forgone:,.0f}, {most / forgone:.0%}. Stricter rules, or a cap on named "
            "economies, would turn that round.",
            (("leakage", most), ("duty_forgone", forgone)),
        )
        return
    table = evaluation.by_product
    over = table[(table["duty_forgone"] > 0) & (table["leakage"] > HALF * table["duty_forgone"])]
    if len(over):
        over = over.sort_values("leakage", ascending=False)
        shown = ", ".join(dotted(str(code)) for code in over["product"].head(_SHOWN))
        more = f" and {len(over) - _SHOWN} more" if len(over) > _SHOWN else ""
        leaked = float(over["leakage"].sum())
        yield Finding(
            "rewards-non-parties",
            Level.WARNING,
            "origin.product_rules",
            f"More duty is forgone on non-party than on partner content in {shown}{more}: USD "
            f"{leaked:,.0f} of USD {float(over['duty_forgone'].sum()):,.0f}.",
            (("products", float(len(over))), ("leakage", leaked)),
        )


def _without_a_rule(evaluation: Evaluation, net: Floats) -> Floats:
    """The share of each lane that would claim if any good qualified; `net` is g - a."""
    kinds, kind = np.unique(net, return_inverse=True)
    ones, zeros = np.ones(len(kinds)), np.zeros(len(kinds))
    terms = LaneTerms(
        value_usd=ones,
        gross_incentive=kinds,
        ad_valorem_cost=zeros,
        declared_mean=zeros,
        traced_mean=zeros,
        non_party_fraction=ones,
        duty_cut=zeros,
    )
    anything = Leaf(zeros, zeros, ones.astype(bool))
    return utilisation(terms, anything, claiming_parameters(evaluation.agreement))[kind]


def inputs_too_coarse(evaluation: Evaluation) -> Iterator[Finding]:
    """Inputs of bills whose codes do not tell whether they pass the rule's test."""
    baseline, content = evaluation.baseline, evaluation.baseline.content
    if content.input_declared is None:
        return
    foreign = ~member_mask(content.origins, baseline.partners)
    shares = content.input_declared @ foreign
    for where, rule, rows in rules_with_trade(evaluation):
        good, row = np.unique([baseline.k[rows], content.row_of_lane[rows]], axis=1)
        unasked = np.full(len(good), np.nan)
        inputs = OriginInputs(
            products=tuple(baseline.market.products[k] for k in good),
            materials_share=unasked,
            net_cost_share=unasked,
            de_minimis=unasked,
            input_codes=content.inputs,
            input_shares=shares[row],
            origin_codes=(),
            origin_shares=np.empty((len(good), 0)),
        )
        rules = evaluation.agreement.origin.product_rules
        group = next((each.products for each in rules if each.rule is rule), ())
        coarse = coarse_inputs(rule, inputs, group).any(axis=0)
        codes = sorted({str(content.inputs[j]) for j in np.flatnonzero(coarse)})
        if codes:
            yield Finding(
                "input-too-coarse",
                Level.NOTE,
                where,
                "The codes of these inputs of bills are too wide to tell whether they pass the "
                f"rule, so they count against the goods: {', '.join(codes)}. Give narrower codes.",
                (("inputs", float(len(codes))),),
            )


def _column(evaluation: Evaluation, name: str) -> Floats:
    return evaluation.lanes[name].to_numpy(dtype=np.float64)
