"""Remarks on what leaks past the rule of origin: small parcels, false claims, transshipment."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from workbench.analysis.erosion import Erosion, erosion
from workbench.analysis.results import Evaluation, Finding, Fix, Level
from workbench.model.agreement import Agreement
from workbench.model.economies import economy_name

LARGE_SHARE = 0.1
"""Of trade, or of the duty forgone by the rule as written."""

DIRECT_SHIPMENT = (
    "Goods go from partner to partner without passing a non-party, or stay under customs control "
    "there and undergo nothing but what keeps them in good condition."
)
"""Our own wording, for the fix."""


def transshipment(evaluation: Evaluation) -> Iterator[Finding]:
    """Goods of non-parties that could pass as a partner's, without a rule on direct shipment."""
    if evaluation.agreement.origin.direct_shipment:
        return
    found = _erosion(evaluation)
    amount, covered = found.totals["transshipment"], evaluation.totals["covered_trade"]
    if not amount or not covered or amount < LARGE_SHARE * covered:
        return
    first = economy_name(str(found.by_origin["economy"].iloc[0]))
    yield Finding(
        "may-be-transshipped",
        Level.NOTE,
        "origin",
        f"Nothing is said of direct shipment, and partners buy from non-parties the same goods "
        f"that they sell each other: up to USD {amount:,.0f}, {amount / covered:.0%} of covered "
        f"trade, could be passed on, the most from {first}.",
        (("transshipment", amount), ("share_of_trade", amount / covered)),
        about="origin direct shipment",
        fix=Fix("Ask for direct shipment", _with_direct_shipment),
    )


def duty_lost(evaluation: Evaluation) -> Iterator[Finding]:
    """Much duty lost to small parcels and false claims, beside what the rule forgoes."""
    totals = _erosion(evaluation).totals
    parcels, false = totals["exempted_duty"] or 0.0, totals["false_duty"] or 0.0
    forgone = totals["duty_forgone"]
    if forgone and parcels + false > LARGE_SHARE * forgone:
        yield Finding(
            "duty-lost-beside-the-rule",
            Level.WARNING,
            "parameters",
            f"Small parcels (USD {parcels:,.0f}) and false claims (USD {false:,.0f}) lose as much "
            f"as {(parcels + false) / forgone:.0%} of the duty that the rule itself forgoes. "
            "Verification, or no exemption for covered goods, would keep it.",
            (("exempted_duty", parcels), ("false_duty", false), ("duty_forgone", forgone)),
        )


@lru_cache(maxsize=1)
def _erosion(evaluation: Evaluation) -> Erosion:
    return erosion(evaluation)


def _with_direct_shipment(agreement: Agreement) -> Agreement:
    return replace(agreement, origin=replace(agreement.origin, direct_shipment=DIRECT_SHIPMENT))
