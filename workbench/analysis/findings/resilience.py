"""What the drafting assistant says of the partners' supply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from workbench.analysis import concentration as c
from workbench.analysis.findings.text import covering
from workbench.analysis.results import Finding, Level
from workbench.model.coverage import Stage
from workbench.model.economies import economy_name
from workbench.model.nomenclature import HSRange, dotted

if TYPE_CHECKING:
    from workbench.analysis.resilience import Resilience
    from workbench.analysis.supply_shock import SupplyShock

ABOVE_HALF = 0.5
MORE_CONCENTRATED = 0.02
LARGE_GAP_SHARE = 0.25
HARD_LOSS_SHARE = 0.25

_SHOWN = 4


def cannot_be_replaced(shock: SupplyShock) -> Iterator[Finding]:
    """Products of which much could not be replaced if one supplier stopped."""
    rows = shock.products
    hard = rows[rows["lost_after"] > HARD_LOSS_SHARE]
    if hard.empty:
        return
    hard = hard.sort_values("lost_after", ascending=False)
    shown = _list(
        f"{dotted(row['product'])} {row['lost_after']:.0%}" for row in hard.to_dict("records")
    )
    yield Finding(
        "cannot-be-replaced",
        Level.WARNING,
        "partners",
        f"If {economy_name(shock.economy)} stopped, of {len(hard)} covered {_goods(len(hard))} "
        f"more than a quarter could not be replaced even with {shock.spare_share:.0%} of spare "
        f"capacity elsewhere: {shown}.",
        (("products", float(len(hard))), ("lost_after", float(hard["lost_after"].max()))),
        about=shock.economy,
    )


def one_supplier(result: Resilience) -> Iterator[Finding]:
    """Non-parties that still supply more than half of a product."""
    rows = result.products
    outside = set(rows["largest_after"]) - set(result.evaluation.baseline.partners)
    rows = rows[(rows["largest_share_after"] > ABOVE_HALF) & rows["largest_after"].isin(outside)]
    for economy, part in rows.groupby("largest_after"):
        part = part.sort_values("largest_share_after", ascending=False)
        shown = _list(
            f"{dotted(row['product'])} {row['largest_share_after']:.0%}"
            for row in part.to_dict("records")
        )
        yield Finding(
            "one-supplier-above-half",
            Level.WARNING,
            "partners",
            f"{economy_name(str(economy))} still supplies more than half of the partners' imports "
            f"of {len(part)} covered {_goods(len(part))} under the agreement: {shown}.",
            (
                ("products", float(len(part))),
                ("largest_share", float(part["largest_share_after"].max())),
            ),
            about=str(economy),
        )


def inputs_missing(result: Resilience) -> Iterator[Finding]:
    """Inputs of covered goods that no partner supplies."""
    rows = result.upstream[result.upstream["supplied"] == False]  # noqa: E712 - None too
    if rows.empty:
        return
    inputs = rows.drop_duplicates("input")
    shown = _list(
        f"{dotted(row['input'])} ({row['material']}; partners have {row['partner_share']:.0%} of "
        f"{row['basis']}, {economy_name(row['largest'])} {row['largest_share']:.0%})"
        for row in inputs.to_dict("records")
    )
    yield Finding(
        "input-nobody-supplies",
        Level.WARNING,
        "partners",
        f"No partner supplies these inputs of covered goods in quantity: {shown}.",
        (("inputs", float(len(inputs))),),
    )


def downstream(result: Resilience) -> Iterator[Finding]:
    """Goods made from covered ones that are not covered."""
    rows = result.gaps[result.gaps["kind"] == "downstream"]
    if rows.empty:
        return
    shown = _list(
        f"{dotted(row['product'])} from {dotted(row['beside'])}" for row in rows.to_dict("records")
    )
    yield Finding(
        "downstream-not-covered",
        Level.NOTE,
        "coverage",
        "The content of covered goods can enter through goods made from them that are not "
        f"covered: {shown}.",
        (("products", float(len(rows))),),
        fix=covering(
            tuple(HSRange(code, code) for code in dict.fromkeys(rows["product"])), Stage.DOWNSTREAM
        ),
    )


def dependent(result: Resilience) -> Iterator[Finding]:
    """Products that all three flags of dependency are up for."""
    rows = result.products[result.products["dependent"] == True]  # noqa: E712 - None too
    if rows.empty:
        return
    shown = _list(dotted(code) for code in rows["product"])
    years = ", ".join(str(year) for year in result.years)
    yield Finding(
        "dependent",
        Level.WARNING,
        "coverage",
        f"The partners together depend on the outside for {len(rows)} covered "
        f"{_goods(len(rows))} by all three flags ({years}): {shown}.",
        (("products", float(len(rows))),),
    )


def few_years(result: Resilience) -> Iterator[Finding]:
    """Too few years of trade for the flags."""
    unsettled = result.totals["unsettled"] or 0.0
    if len(result.years) < c.YEARS_SEEN and unsettled:
        held = ", ".join(str(year) for year in result.years)
        yield Finding(
            "few-years",
            Level.NOTE,
            "data",
            f"Dependency flags ask for {c.YEARS_FLAGGED} of {c.YEARS_SEEN} years; the database "
            f"holds {held}, so {unsettled:.0f} products are not settled. Import another year.",
            (("years", float(len(result.years))), ("unsettled", unsettled)),
        )


def concentration(result: Resilience) -> Iterator[Finding]:
    """Products whose supply the cut concentrates."""
    rows = result.products
    change = rows["hhi_after"] - rows["hhi"]
    rows = rows.assign(change=change)[change > MORE_CONCENTRATED]
    if len(rows):
        rows = rows.sort_values("change", ascending=False)
        shown = _list(dotted(code) for code in rows["product"])
        yield Finding(
            "concentrates-supply",
            Level.NOTE,
            "treatment",
            f"The cut concentrates supply further: the index of {shown} rises by "
            f"{rows['change'].max():.2f} at most.",
            (("products", float(len(rows))), ("hhi_change", float(rows["change"].max()))),
        )


def exporters_not_mining(result: Resilience) -> Iterator[Finding]:
    """Partners that export what others mine."""
    rows = result.suppliers
    gap = rows["export_share"] - rows["mine_at_most"]
    rows = rows.assign(gap=gap)[rows["partner"] & (gap > LARGE_GAP_SHARE)]
    if rows.empty:
        return
    rows = rows.sort_values("gap", ascending=False).drop_duplicates("product")
    shown = _list(
        f"{economy_name(row['economy'])} exports {row['export_share']:.0%} of "
        f"{dotted(row['product'])} and mines {'' if row['mine_share'] >= 0 else 'at most '}"
        f"{row['mine_at_most']:.0%} of its mineral"
        for row in rows.to_dict("records")
    )
    yield Finding(
        "exporter-is-not-the-miner",
        Level.NOTE,
        "partners",
        f"Some partners export what others mine: {shown}.",
        (("products", float(len(rows))),),
    )


def _goods(count: int) -> str:
    return "product" if count == 1 else "products"


def _list(items: Iterable[str]) -> str:
    """The first few, and how many more."""
    names = list(items)
    more = f"; and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return "; ".join(names[:_SHOWN]) + more
