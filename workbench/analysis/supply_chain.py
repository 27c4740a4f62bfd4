"""The chain around the covered goods: what they are made from, who makes it, what is left out.

Links say which product is made from which, without amounts. Where trade in an input is not in the
database, mine output says who can supply it; where neither is known, that is said.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from workbench.analysis.concentration import origin_gap
from workbench.model.coverage import ProductCoverage
from workbench.model.economies import territory_of
from workbench.model.nomenclature import HSRange
from workbench.tradedata.minerals import MINERALS, Mineral, mineral_of

SUPPLIES_SHARE = 0.05
"""Partners supply an input "in quantity" from this share of world supply on."""

CHOKEPOINT_SHARE = 0.5
"""One economy with more than this of world supply is a chokepoint."""

MINE, REFINERY, EXPORTS = "mine output", "refinery output", "world exports"


@dataclass(frozen=True, eq=False)
class ChainFacts:
    """What is known of the chain around an agreement.

    Attributes:
        links: output, input, material.
        trade: importer, exporter, product, value (mean of the base years, territories folded) of
            covered goods and of their neighbours in the chain.
        production: item, economy ("" for other economies), year, value.
        headings: six-digit codes of the headings that hold covered goods.
    """

    links: pd.DataFrame
    trade: pd.DataFrame
    production: pd.DataFrame
    headings: tuple[str, ...] = ()

    @cached_property
    def exports(self) -> dict[str, pd.Series]:
        """Shares of economies in world exports of each product, largest first."""
        sums = self.trade.groupby(["product", "exporter"])["value"].sum().reset_index()
        found = {}
        for product, part in sums.groupby("product"):
            shares = part.set_index("exporter")["value"]
            if shares.sum() > 0:
                found[str(product)] = (shares / shares.sum()).sort_values(ascending=False)
        return found


def neighbours(products: tuple[str, ...], links: pd.DataFrame) -> tuple[str, ...]:
    """Products one link up or down of others, and two links up."""
    inputs = set(links.loc[links["output"].isin(products), "input"])
    inputs |= set(links.loc[links["output"].isin(list(inputs)), "input"])
    outputs = set(links.loc[links["input"].isin(products), "output"])
    return tuple(sorted((inputs | outputs) - set(products)))


def world_supply(facts: ChainFacts, product: str) -> tuple[pd.Series, str]:
    """Shares of economies in the supply of a product, largest first, and what they are of.

    Exports where trade in it is known, else mine output, else refinery output; empty where nothing
    is known.
    """
    if product in facts.exports:
        return facts.exports[product], EXPORTS
    mineral = mineral_of(product)
    if mineral is not None:
        for items, word in ((mineral.mined, MINE), (mineral.refined, REFINERY)):
            shares = output_shares(facts.production, items)
            if len(shares):
                return shares, word
    return pd.Series(dtype=np.float64), ""


def output_shares(production: pd.DataFrame, items: tuple[str, ...]) -> pd.Series:
    """Shares of economies in the latest output of some items; "" stands for other economies."""
    rows = production[production["item"].isin(items)]
    if rows.empty:
        return pd.Series(dtype=np.float64)
    rows = rows[rows["year"] == rows["year"].max()]
    economies = rows["economy"].map(lambda code: territory_of(code) if code else "")
    summed = rows["value"].groupby(economies).sum()
    total = float(summed.sum())
    if total <= 0:
        return pd.Series(dtype=np.float64)
    shares: pd.Series = (summed / total).sort_values(ascending=False)
    return shares


def who_supplies(
    facts: ChainFacts, products: tuple[str, ...], partners: tuple[str, ...]
) -> pd.DataFrame:
    """Who mines, who refines and who exports each covered mineral.

    Returns:
        product, mineral, economy, partner, mine_share, mine_at_most, refine_share, export_share,
        origin_gap (export_share less mine_share). NaN where a stage is not known at all, and the
        output of an economy that the source may count among others; mine_at_most is then that of
        all others. Economies with no share anywhere are left out.
    """
    rows = []
    for product in products:
        mineral = mineral_of(product)
        mined, refined = _stages(facts, mineral)
        exported = facts.exports.get(product, pd.Series(dtype=np.float64))
        names = [n for n in dict.fromkeys((*mined.index, *refined.index, *exported.index)) if n]
        for economy in names:
            shares = [_share_of(economy, part) for part in (mined, refined, exported)]
            if not any(share > 0 for share in shares):
                continue
            most = float(mined.get("", 0.0)) if np.isnan(shares[0]) and len(mined) else shares[0]
            rows.append(
                (
                    product,
                    mineral.name if mineral else "",
                    economy,
                    economy in partners,
                    shares[0],
                    most,
                    *shares[1:],
                    origin_gap(shares[2], shares[0]),
                )
            )
    names = [
        "product",
        "mineral",
        "economy",
        "partner",
        "mine_share",
        "mine_at_most",
        "refine_share",
        "export_share",
        "origin_gap",
    ]
    return pd.DataFrame(rows, columns=names)


def _share_of(economy: str, shares: pd.Series) -> float:
    """The share of an economy; NaN where none is known, or it may be among the others."""
    if economy in shares.index:
        return float(shares[economy])
    return 0.0 if len(shares) and not shares.get("", 0.0) > 0 else float("nan")


def _stages(facts: ChainFacts, mineral: Mineral | None) -> tuple[pd.Series, pd.Series]:
    if mineral is None:
        return pd.Series(dtype=np.float64), pd.Series(dtype=np.float64)
    return (
        output_shares(facts.production, mineral.mined),
        output_shares(facts.production, mineral.refined),
    )


def upstream_inputs(
    facts: ChainFacts,
    products: tuple[str, ...],
    coverage: ProductCoverage,
    partners: tuple[str, ...],
) -> pd.DataFrame:
    """Inputs of the covered goods, whether they are covered, and whether a partner supplies them.

    Returns:
        output, input, material, covered, basis (what the shares are of; "" where nothing is
        known), partner_share (NaN where not known), largest, largest_share, supplied (None where
        not known).
    """
    rows = []
    links = facts.links[facts.links["output"].isin(products)]
    for output, used, material in zip(
        links["output"], links["input"], links["material"], strict=True
    ):
        shares, basis = world_supply(facts, str(used))
        known = len(shares) > 0
        of_partners = float(shares[shares.index.isin(partners)].sum()) if known else float("nan")
        named = shares[shares.index != ""] if known else shares
        rows.append(
            (
                output,
                used,
                material,
                coverage.covers(used),
                basis,
                of_partners,
                str(named.index[0]) if len(named) else "",
                float(named.iloc[0]) if len(named) else float("nan"),
                of_partners >= SUPPLIES_SHARE if known else None,
            )
        )
    names = [
        "output",
        "input",
        "material",
        "covered",
        "basis",
        "partner_share",
        "largest",
        "largest_share",
        "supplied",
    ]
    frame = pd.DataFrame(rows, columns=names)
    return frame.astype({"supplied": object})


def coverage_gaps(
    facts: ChainFacts,
    products: tuple[str, ...],
    coverage: ProductCoverage,
    importers: tuple[str, ...],
    partners: tuple[str, ...],
) -> pd.DataFrame:
    """Products next to the covered ones that are left out.

    Kinds: "upstream" is an input of a covered good, "downstream" a good made from a covered one
    (the same content can enter through it), "same heading" a product of a heading that is
    covered in part (goods can be classified into it).

    Returns:
        kind, product, beside (a covered product), imports (of the importing partners, USD a year;
        NaN where trade in it is not in the database), non_party_share of them.
    """
    inside = set(products)

    def is_outside(code: str) -> bool:
        return code not in inside and not coverage.touches(HSRange(code, code))

    found: list[tuple[str, str, str]] = []
    for output, used in zip(facts.links["output"], facts.links["input"], strict=True):
        if output in inside and is_outside(used):
            found.append(("upstream", used, output))
        if used in inside and is_outside(output):
            found.append(("downstream", output, used))
    by_heading = {code[:4]: code for code in reversed(products)}
    for code in facts.headings:
        if is_outside(code):
            found.append(("same heading", code, by_heading[code[:4]]))
    held = set(facts.trade["product"])
    imports = facts.trade[facts.trade["importer"].isin(importers)]
    totals = imports.groupby("product")["value"].sum().to_dict()
    outside = imports[~imports["exporter"].isin(partners)].groupby("product")["value"].sum()
    from_outside = outside.to_dict()
    rows = []
    for kind, product, beside in dict.fromkeys(found):
        total = float(totals.get(product, 0.0))
        share = float(from_outside.get(product, 0.0)) / total if total > 0 else float("nan")
        rows.append((kind, product, beside, total if product in held else float("nan"), share))
    return pd.DataFrame(rows, columns=["kind", "product", "beside", "imports", "non_party_share"])


def chokepoints(
    facts: ChainFacts, products: tuple[str, ...], partners: tuple[str, ...]
) -> pd.DataFrame:
    """Products of the chain of which one economy has most of the world's supply.

    Returns:
        product, economy, share, basis, partner, tier (0 is covered itself, 1 an input of it, 2
        an input of an input), dependents (covered products that need it), largest first.
    """
    tiers = dict.fromkeys(products, 0)
    needed: dict[str, set[str]] = {code: {code} for code in products}
    for tier in (1, 2):
        for output, used in zip(facts.links["output"], facts.links["input"], strict=True):
            if tiers.get(output) == tier - 1:
                tiers.setdefault(used, tier)
                needed.setdefault(used, set()).update(needed[output])
    rows = []
    for code, tier in tiers.items():
        seen = [world_supply(facts, code)]
        mineral = mineral_of(code)
        if mineral is not None and mineral.mined and seen[0][1] == EXPORTS:
            seen.append((output_shares(facts.production, mineral.mined), MINE))
        for shares, basis in seen:
            named = shares[shares.index != ""]
            if len(named) and float(named.iloc[0]) > CHOKEPOINT_SHARE:
                economy = str(named.index[0])
                rows.append(
                    (
                        code,
                        economy,
                        float(named.iloc[0]),
                        basis,
                        economy in partners,
                        tier,
                        len(needed[code]),
                    )
                )
    names = ["product", "economy", "share", "basis", "partner", "tier", "dependents"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.sort_values(
        ["dependents", "share"], ascending=False, kind="stable", ignore_index=True
    )


def minerals_of(products: tuple[str, ...]) -> tuple[str, ...]:
    """Items of production figures that count the output of minerals near some products."""
    wanted = set(products)
    return tuple(
        item
        for mineral in MINERALS
        if wanted.intersection(mineral.products)
        for item in (*mineral.mined, *mineral.refined)
    )
