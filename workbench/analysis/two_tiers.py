"""Two tiers up: who mines what partners refine, and what of it declared content does not show.

A rule sees what an exporter buys directly, on average of its sector. Links say which ore a refined
product is made from, or which refined product a good is made from; trade and output figures say
where that comes from. So a good is followed through the economy that refines to the one that mines:

- input share a: the bill's, else all materials of the exporter's sector (an upper bound), divided
  equally over the linked inputs
- who supplies an input: at home as much as of the sector's materials, the rest as the exporter's
  imports of it; without such imports as the world's supply of it
- whose ore a refiner uses: its own as far as its share in mining covers its share in refining, the
  rest as its imports of the ore; without such imports as the other economies' mine output
- ore in the value of a refined input: at most all materials of the refiner's sector

The content is that of trade that claims, before any re-sourcing: an upper bound, and an estimate.
Hidden is what exceeds the declared content of that origin on the lane.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.analysis.results import Evaluation
from workbench.analysis.supply_chain import (
    ChainFacts,
    minerals_of,
    neighbours,
    output_shares,
    world_supply,
)
from workbench.model.commitments import BillOfInputs
from workbench.model.economies import members_of, territory_of
from workbench.tradedata import columns as col
from workbench.tradedata import queries
from workbench.tradedata.database import TradeDatabase, Vintage
from workbench.tradedata.minerals import Mineral, mineral_of

OTHERS = ""
"""Economies that the output figures do not name."""

BY_TRADE, BY_OUTPUT = "the refiner's imports of the ore", "the world's mine output"
BY_IMPORTS, BY_SUPPLY = "the exporter's imports of the input", "the world's supply of the input"

_SMALL_SHARE = 1e-4
FACTORS = ("input_share", "supplier_share", "ore_share", "origin_share")
"""What multiplies to the origin's part of a good's value."""


@dataclass(frozen=True, eq=False)
class TwoTiers:
    """Non-party content of claimed trade by the economy it is mined or made in.

    Attributes:
        routes: origin, via (the economy that refines; "" where the exporter buys from the origin
            itself), input, product, exporter, content_usd, hidden_usd, basis, and the factors
            input_share, supplier_share, ore_share, origin_share; largest hidden first.
        origins: economy, declared_usd, traced_usd (both by sector or bill), linked_usd,
            hidden_usd; largest hidden first. Declared and traced are over followed lanes only.
        followed_share: part of claimed trade that links could follow; None where none claims.
        notes: what stands in, in sentences.
        vintage: of what the database holds.
    """

    routes: pd.DataFrame
    origins: pd.DataFrame
    followed_share: float | None
    notes: tuple[str, ...]
    vintage: tuple[Vintage, ...] = ()

    @property
    def hidden_usd(self) -> float:
        """All hidden content."""
        return float(self.routes["hidden_usd"].sum())


@dataclass(frozen=True, slots=True)
class _Route:
    """One way into a good; shares multiply to the origin's part of the good's value.

    Attributes:
        input_share: of the input in the good.
        supplier_share: of the supplier in the input.
        ore_share: of ore in the value of a refined input; 1 where the input is ore itself.
        origin_share: of the origin in the ore; 1 where the exporter buys from the origin.
    """

    origin: str
    via: str
    input: str
    input_share: float
    supplier_share: float
    ore_share: float
    origin_share: float
    basis: str

    @property
    def share(self) -> float:
        """The origin's part of the good's value."""
        return self.input_share * self.supplier_share * self.ore_share * self.origin_share


def chain_facts(evaluation: Evaluation, database: TradeDatabase) -> ChainFacts:
    """Links around the covered goods, trade in them, and output of mines and refineries.

    Raises:
        TradeDataError: the database cannot be read.
    """
    market = evaluation.baseline.market
    links = queries.input_links(database)
    links = links[links[col.EDITION] == market.edition.value][[col.OUTPUT, col.INPUT, col.MATERIAL]]
    around = (*market.products, *neighbours(market.products, links))
    flows = queries.flows(database, sorted(set(around)), market.edition, market.years)
    flows = flows.assign(
        importer=flows[col.IMPORTER].map(territory_of),
        exporter=flows[col.EXPORTER].map(territory_of),
        value=flows[col.VALUE_USD] / max(len(market.years), 1),
    )
    flows = flows[flows[col.IMPORTER] != flows[col.EXPORTER]]
    keys = [col.IMPORTER, col.EXPORTER, col.PRODUCT]
    trade = flows.groupby(keys)["value"].sum().reset_index()
    production = queries.reference_figures(database, "production", minerals_of(around))
    return ChainFacts(links, trade, production)


def two_tiers(evaluation: Evaluation, facts: ChainFacts) -> TwoTiers:
    """Follow the claimed trade of every lane through the links."""
    lanes = evaluation.lanes
    claimed = np.nan_to_num(lanes["claimed"].to_numpy(dtype=np.float64))
    chain = _Chain(evaluation, facts)
    place = {code: n for n, code in enumerate(evaluation.origins.economies)}
    declared_share = evaluation.origins.declared
    traced_share = evaluation.origins.traced
    row = evaluation.origins.row
    declared = np.nan_to_num(lanes["free_riding_content"].to_numpy(dtype=np.float64))
    traced = np.nan_to_num(lanes["traced_free_riding_content"].to_numpy(dtype=np.float64))
    rows: list[tuple[object, ...]] = []
    by_origin: dict[str, list[float]] = {}
    followed_value = 0.0
    pairs = zip(lanes["exporter"], lanes["product"], strict=True)
    for lane, (exporter, product) in enumerate(pairs):
        if claimed[lane] <= 0:
            continue
        routes = chain.routes(str(exporter), str(product))
        if not routes:
            continue
        followed_value += float(claimed[lane])
        linked: dict[str, float] = {}
        for route in routes:
            linked[route.origin] = linked.get(route.origin, 0.0) + route.share * claimed[lane]
        hidden_part: dict[str, float] = {}
        for origin, content in linked.items():
            at = place.get(origin)
            seen = 0.0 if at is None else declared[lane] * declared_share[row[lane], at]
            hidden_part[origin] = max(content - seen, 0.0) / content if content else 0.0
            sums = by_origin.setdefault(origin, [0.0, 0.0, 0.0, 0.0])
            sums[2] += content
            sums[3] += hidden_part[origin] * content
        for origin, at in place.items():
            seen = float(declared[lane] * declared_share[row[lane], at])
            through = float(traced[lane] * traced_share[row[lane], at])
            if seen or through:
                sums = by_origin.setdefault(origin, [0.0, 0.0, 0.0, 0.0])
                sums[0] += seen
                sums[1] += through
        for route in routes:
            content = route.share * float(claimed[lane])
            rows.append(
                (
                    route.origin,
                    route.via,
                    route.input,
                    str(product),
                    str(exporter),
                    content,
                    content * hidden_part[route.origin],
                    route.basis,
                    *(getattr(route, name) for name in FACTORS),
                )
            )
    total = float(claimed.sum())
    return TwoTiers(
        routes=_summed(rows),
        origins=_origins(by_origin),
        followed_share=followed_value / total if total > 0 else None,
        notes=tuple(_notes(chain)),
        vintage=evaluation.vintage,
    )


def _summed(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    keys = ["origin", "via", "input", "product", "exporter"]
    frame = pd.DataFrame(rows, columns=[*keys, "content_usd", "hidden_usd", "basis", *FACTORS])
    if frame.empty:
        return frame.astype({"content_usd": "float64", "hidden_usd": "float64"})
    grouped = frame.groupby(keys, sort=True, as_index=False).agg(
        {"content_usd": "sum", "hidden_usd": "sum", "basis": "first"}
        | dict.fromkeys(FACTORS, "first")
    )
    return grouped.sort_values(
        ["hidden_usd", "content_usd"], ascending=False, kind="stable", ignore_index=True
    )


def _origins(sums: dict[str, list[float]]) -> pd.DataFrame:
    frame = pd.DataFrame(
        [(origin, *figures) for origin, figures in sums.items()],
        columns=["economy", "declared_usd", "traced_usd", "linked_usd", "hidden_usd"],
    )
    return frame.sort_values(
        ["hidden_usd", "declared_usd"], ascending=False, kind="stable", ignore_index=True
    )


class _Chain:
    """Answers about the chain, each worked out once."""

    def __init__(self, evaluation: Evaluation, facts: ChainFacts) -> None:
        self._baseline = evaluation.baseline
        self._facts = facts
        self._partners = set(self._baseline.partners)
        self._inputs: dict[str, list[str]] = {}
        for output, used in zip(facts.links["output"], facts.links["input"], strict=True):
            self._inputs.setdefault(str(output), []).append(str(used))
        self._routes: dict[tuple[str, str], tuple[_Route, ...]] = {}
        self._ores: dict[tuple[str, str, str], tuple[dict[str, float], str] | None] = {}
        self._imports: dict[object, pd.DataFrame] = dict(
            iter(facts.trade.groupby(["importer", "product"])[["exporter", "value"]])
        )
        self._rows = {
            (str(x), str(k)): n
            for n, (x, k) in reversed(
                list(enumerate(zip(self._baseline.exporter, self._baseline.product, strict=True)))
            )
        }
        self.stood_in: set[str] = set()

    def routes(self, exporter: str, product: str) -> tuple[_Route, ...]:
        """Ways of non-party content into a good, as shares of its value."""
        key = (exporter, product)
        if key not in self._routes:
            found = tuple(self._follow(exporter, product))
            self._routes[key] = tuple(route for route in found if route.share > _SMALL_SHARE)
        return self._routes[key]

    def _follow(self, exporter: str, product: str) -> Iterator[_Route]:
        for used, share in self._input_shares(exporter, product):
            if not share > 0:
                continue
            if _is_ore(used):
                ores = self._ore_of(exporter, product, used)
                if ores is None:
                    continue
                shares, basis = ores
                for origin, part in shares.items():
                    if origin not in self._partners:
                        yield _Route(origin, exporter, used, share, 1.0, 1.0, part, basis)
                continue
            suppliers, bought = self._suppliers(exporter, product, used)
            for supplier, part in suppliers.items():
                if supplier not in self._partners:
                    yield _Route(supplier, "", used, share, part, 1.0, 1.0, bought)
                    continue
                ores = self._ore_of(supplier, used, self._ore_in(used))
                if ores is None:
                    continue
                shares, basis = ores
                worth = self._materials_share(supplier, used)
                for origin, mined in shares.items():
                    if origin not in self._partners:
                        yield _Route(origin, supplier, used, share, part, worth, mined, basis)

    def _input_shares(self, exporter: str, product: str) -> list[tuple[str, float]]:
        """Inputs that can be followed with their shares of the good's value."""
        linked = self._inputs.get(product, [])
        bill = _bill_of(self._baseline.bills, exporter, product)
        if bill is None:
            if not linked:
                return []
            self.stood_in.add("materials")
            share = self._lane_materials(exporter, product) / len(linked)
            return [(used, share) for used in linked]
        shares = []
        for part in bill.inputs:
            inside = [used for used in linked if part.product.contains(used)]
            if not inside and mineral_of(part.product.first) is not None:
                inside = [part.product.first] if len(part.product.first) == 6 else []
            shares += [(used, part.cost_share / len(inside)) for used in inside]
        return shares

    def _lane_materials(self, exporter: str, product: str) -> float:
        row = self._rows.get((exporter, product))
        if row is None:
            return float("nan")
        content = self._baseline.content
        return float(content.declared[content.row_of_lane[row]].sum())

    def _home_share(self, exporter: str, product: str) -> float:
        """How much of its materials the exporter's sector buys at home."""
        content = self._baseline.content
        row = self._rows.get((exporter, product))
        if row is None or exporter not in content.origins:
            return 0.0
        materials = content.declared[content.row_of_lane[row]]
        total = float(materials.sum())
        return float(materials[content.origins.index(exporter)]) / total if total > 0 else 0.0

    def _materials_share(self, economy: str, product: str) -> float:
        """All materials of the economy's sector that makes a product; 1 where not known."""
        market = self._baseline.market
        table, sector = market.content, market.sector_of.get(product, "")
        known: list[int] = []
        if sector in table.sectors:
            at = table.sectors.index(sector)
            places = [table.economies.index(m) for m in members_of(economy) if m in table.economies]
            known = [p for p in places if table.known[p, at]]
        if not known:
            self.stood_in.add("worth")
            return 1.0
        return float(np.mean([table.declared[p, at].sum() for p in known]))

    def _suppliers(self, exporter: str, product: str, used: str) -> tuple[dict[str, float], str]:
        """Where the exporter has an input from: shares by economy, and what says so."""
        rows = self._imports.get((exporter, used))
        if rows is not None and rows["value"].sum() > 0:
            home = self._home_share(exporter, product)
            total = float(rows["value"].sum())
            mix = {
                str(origin): (1 - home) * float(value) / total
                for origin, value in zip(rows["exporter"], rows["value"], strict=True)
            }
            mix[exporter] = mix.get(exporter, 0.0) + home
            return mix, BY_IMPORTS
        self.stood_in.add("suppliers")
        shares, _ = world_supply(self._facts, used)
        return {str(economy): float(share) for economy, share in shares.items()}, BY_SUPPLY

    def _ore_of(self, refiner: str, product: str, ore: str) -> tuple[dict[str, float], str] | None:
        """Whose ore a refiner uses; None where neither imports nor output of mines are known."""
        key = (refiner, product, ore)
        if key not in self._ores:
            mineral = mineral_of(product)
            self._ores[key] = None if mineral is None else self._mix_of(refiner, mineral, ore)
        return self._ores[key]

    def _ore_in(self, product: str) -> str:
        """The ore that a refined product is made from; "" where no link names one."""
        return next((used for used in self._inputs.get(product, ()) if _is_ore(used)), "")

    def _mix_of(
        self, refiner: str, mineral: Mineral, ore: str
    ) -> tuple[dict[str, float], str] | None:
        mined = output_shares(self._facts.production, mineral.mined)
        rows = self._imports.get((refiner, ore)) if ore else None
        held = rows is not None and rows["value"].sum() > 0
        if not len(mined) and not held:
            return None
        own = self._own_ore(refiner, mineral, mined)
        mix = {refiner: own} if own > 0 else {}
        if rows is not None and held:
            total = float(rows["value"].sum())
            for origin, value in zip(rows["exporter"], rows["value"], strict=True):
                mix[str(origin)] = mix.get(str(origin), 0.0) + (1 - own) * float(value) / total
            return mix, BY_TRADE
        self.stood_in.add("ores")
        elsewhere = mined[mined.index != refiner]
        total = float(elsewhere.sum())
        for origin, share in elsewhere[elsewhere > 0].items():
            mix[str(origin)] = (1 - own) * float(share) / total
        return mix, BY_OUTPUT

    def _own_ore(self, refiner: str, mineral: Mineral, mined: pd.Series) -> float:
        """Share of the ore it refines that a refiner mines itself."""
        mining = float(mined.get(refiner, 0.0)) if len(mined) else 0.0
        if mining == 0:
            return 0.0
        refining = self._refining(refiner, mineral)
        return 1.0 if refining <= mining else mining / refining

    def _refining(self, refiner: str, mineral: Mineral) -> float:
        """Share of the world's refining; where no output is known, of exports of its products."""
        refined = output_shares(self._facts.production, mineral.refined)
        if len(refined):
            return float(refined.get(refiner, 0.0))
        self.stood_in.add("refining")
        trade = self._facts.trade
        products = [code for code in mineral.products if not _is_ore(code)]
        rows = trade[trade["product"].isin(products)]
        world = float(rows["value"].sum())
        own = float(rows.loc[rows["exporter"] == refiner, "value"].sum())
        return own / world if world > 0 else 0.0


def _is_ore(product: str) -> bool:
    return product.startswith("26")


def _bill_of(bills: tuple[BillOfInputs, ...], exporter: str, product: str) -> BillOfInputs | None:
    for bill in bills:
        if (not bill.exporters or exporter in bill.exporters) and any(
            r.contains(product) for r in bill.products
        ):
            return bill
    return None


def _notes(chain: _Chain) -> Iterator[str]:
    yield (
        "An upper bound and an estimate: content of trade that claims, before any re-sourcing; "
        "the ore or input is taken to be as large as the value allows."
    )
    words = {
        "materials": "Links give no cost shares: without a bill of inputs all materials of the "
        "exporter's sector stand in, divided equally over the linked inputs.",
        "suppliers": "Where the database has no imports of an input by the exporter, the world's "
        "supply of it stands in.",
        "ores": "Where the database has no imports of the ore by the refiner, the mine output of "
        "other economies stands in for what it does not mine itself.",
        "worth": "Where the materials of a refiner's sector are not known, ore counts as the whole "
        "value of what it refines.",
        "refining": "Where the output of refineries is not known, exports of the refined products "
        "stand in.",
    }
    for key, sentence in words.items():
        if key in chain.stood_in:
            yield sentence
