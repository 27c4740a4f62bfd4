"""Remarks on the trade effects of an agreement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workbench.analysis.elasticities import SUBSTITUTION_SOURCE
from workbench.analysis.results import Finding, Level
from workbench.model.economies import economy_name

if TYPE_CHECKING:
    from workbench.analysis.trade_effects import TradeEffects

DIVERTED_SHARE = 1.0
DEFAULT_SHARE = 0.5


def overshoot(effects: TradeEffects) -> Iterator[Finding]:
    """Flows that the linear model takes below nothing."""
    if effects.overshoot:
        yield Finding(
            "beyond-the-model",
            Level.WARNING,
            "elasticities",
            f"The linear model takes {effects.overshoot} flows below nothing: cuts or elasticities "
            "are too large for it. Use nested Armington shares, or state smaller elasticities.",
            (("flows", float(effects.overshoot)),),
        )


def diversion(effects: TradeEffects) -> Iterator[Finding]:
    """More trade taken from non-parties than created."""
    created = effects.totals["creation"]
    diverted = effects.totals["diverted_from_non_parties"]
    if diverted > DIVERTED_SHARE * max(created, 0.0) and diverted > 0:
        yield Finding(
            "diverts-more-than-it-creates",
            Level.NOTE,
            "coverage",
            f"More trade is taken from non-parties (USD {diverted:,.0f}) than is created "
            f"(USD {created:,.0f}).",
            (("creation", created), ("diverted_from_non_parties", diverted)),
        )


def losers(effects: TradeEffects) -> Iterator[Finding]:
    """The importer that loses most."""
    rows = effects.by_partner[effects.by_partner["partner"]]
    importers = rows[rows["revenue_change"] < 0].sort_values("welfare")
    for row in importers.head(1).itertuples():
        welfare = float(str(row.welfare))
        if welfare < 0:
            yield Finding(
                "partner-loses",
                Level.NOTE,
                "partners",
                f"{economy_name(str(row.economy))} forgoes more revenue "
                f"(USD {-float(str(row.revenue_change)):,.0f}) than its buyers and producers gain "
                f"(USD {float(str(row.consumer_gain)) + float(str(row.producer_gain)):,.0f}): "
                "what it gets for that stands elsewhere in the agreement.",
                (("welfare", welfare),),
            )


def defaults(effects: TradeEffects) -> Iterator[Finding]:
    """Much of the trade under general default elasticities."""
    table = effects.elasticities.sources
    plain_ones = set(table.loc[table["substitution_source"] == SUBSTITUTION_SOURCE, "product"])
    moved = effects.flows[effects.flows["duty_after"] < effects.flows["duty_before"]]
    total = float(moved["value"].sum())
    stood_in = float(moved.loc[moved["product"].isin(plain_ones), "value"].sum())
    if total > 0 and stood_in > DEFAULT_SHARE * total:
        yield Finding(
            "default-elasticities",
            Level.NOTE,
            "elasticities",
            f"For {stood_in / total:.0%} of the trade with a cut the elasticity of substitution is "
            "a general default. State one with its source where you know better.",
            (("share_of_trade", stood_in / total),),
        )
