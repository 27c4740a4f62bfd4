"""How well the partners are supplied, before and after the agreement (method, section 8).

Concentration is of all imports of the importing partners together, partner or not. For dependency
flags the partners count as one economy, as the European Commission counts the European Union: what
they buy from outside and sell to outside. After is today's trade with the effects of the agreement.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.analysis import concentration as c
from workbench.analysis import supply_chain as chain
from workbench.analysis.results import Evaluation
from workbench.analysis.trade_effects import EffectsModel, TradeEffects, trade_effects
from workbench.model.agreement import Agreement
from workbench.model.economies import territory_of
from workbench.model.rule_families import capped_economies
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata import columns as col
from workbench.tradedata import queries
from workbench.tradedata.database import TradeDatabase

INDICATORS = (
    "hhi",
    "largest_share",
    "non_party_share",
    "named_share",
    "export_hhi",
    "mine_share",
)
"""Columns of the products that are shares from 0 to 1, and shown side by side."""


@dataclass(frozen=True, eq=False)
class ResilienceFacts:
    """What the database says beside the evaluation.

    Attributes:
        chain: links, trade around the covered goods, production.
        yearly: year, importer, exporter, product, value of the covered goods, territories folded.
        years: the last years held, at most as many as the persistence rule looks at.
    """

    chain: chain.ChainFacts
    yearly: pd.DataFrame
    years: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Resilience:
    """The supply of the covered goods, and the chain around them.

    Attributes:
        named: economies that the text names, or that were asked for.
        effects: what trade is taken to become.
        products: product, stage, then what the agreement changes, each with its `_after`: imports,
            hhi, largest (who), largest_share, non_party_share, named_share; export_hhi, mine_share
            (of the largest miner), miner, import_flag, export_flag, deficit_flag (True, False, None
            where not settled), dependent (all three; None where one is not settled and none is
            False) and equal_split (its trade is an equal part of that of a wider product).
        stages: the same sums by stage: imports, non_party_share, named_share, with `_after`, and
            hhi, the mean by imports.
        flags: product, year, import_hhi, export_hhi, imports_over_exports, and whether each is
            above its level.
        years: the years the flags rest on.
        suppliers: who mines, refines and exports.
        upstream, gaps, chokepoints: see `supply_chain`.
    """

    evaluation: Evaluation
    named: tuple[str, ...]
    effects: TradeEffects
    products: pd.DataFrame
    stages: pd.DataFrame
    totals: dict[str, float | None]
    flags: pd.DataFrame
    years: tuple[int, ...]
    suppliers: pd.DataFrame
    upstream: pd.DataFrame
    gaps: pd.DataFrame
    chokepoints: pd.DataFrame

    @property
    def split(self) -> frozenset[str]:
        """Products whose trade is an equal part of that of a wider one."""
        return frozenset(self.products.loc[self.products["equal_split"].astype(bool), "product"])

    @property
    def not_refined(self) -> dict[str, tuple[str, ...]]:
        """Products of which nobody's refinery output is known, by mineral ("" for none)."""
        known = self.suppliers.groupby("product")["refine_share"].transform("count") > 0
        rows = self.suppliers[~known].drop_duplicates("product")
        return {
            str(mineral): tuple(part["product"])
            for mineral, part in rows.groupby("mineral", sort=False)
        }


def resilience(
    evaluation: Evaluation,
    database: TradeDatabase | None,
    named: tuple[str, ...] = (),
    progress: Progress = NO_PROGRESS,
) -> Resilience:
    """Resilience of the partners under an evaluated agreement.

    Args:
        evaluation: the agreement with its baseline.
        database: for other years, links and production; None leaves these unknown.
        named: economies to watch; those that the text names if empty.
        progress: told of each step.

    Raises:
        TradeDataError: the database cannot be read.
        Cancelled: asked to stop.
    """
    progress.step(0, 4, "effects on trade")
    effects = trade_effects(evaluation, database, EffectsModel.FINITE_SUPPLY)
    progress.step(1, 4, "other years and the chain")
    facts = facts_of(evaluation, database)
    progress.step(2, 4, "concentration")
    result = resilience_with(evaluation, facts, effects, named)
    progress.step(4, 4, "done")
    return result


def named_economies(agreement: Agreement) -> tuple[str, ...]:
    """Economies that origin rules or incentives name, in the order of the text."""
    found = [*capped_economies(agreement)]
    for incentive in agreement.incentives:
        found += incentive.named_economies
    return tuple(dict.fromkeys(territory_of(code) for code in found))


def facts_of(evaluation: Evaluation, database: TradeDatabase | None) -> ResilienceFacts:
    """Read what is known beside the evaluation.

    Raises:
        TradeDataError: the database cannot be read.
    """
    market = evaluation.baseline.market
    today = _flows(market.flows.rename(columns={"value_usd": "value"}))
    if database is None:
        return ResilienceFacts(
            chain.ChainFacts(
                _links_of_bills(evaluation),
                today,
                pd.DataFrame(columns=["item", "economy", "year", "value"]),
            ),
            today.assign(year=max(market.years)),
            (max(market.years),),
        )
    links = queries.input_links(database)
    links = links[links[col.EDITION] == market.edition.value][["output", "input", "material"]]
    links = pd.concat([links, _links_of_bills(evaluation)], ignore_index=True)
    links = links.drop_duplicates(["output", "input"], ignore_index=True)
    around = chain.neighbours(market.products, links)
    years = queries.trade_years(database)[-c.YEARS_SEEN :]
    yearly = queries.flows(database, market.products, market.edition, years)
    beside = queries.flows(database, around, market.edition, market.years)
    beside = beside.assign(value=beside[col.VALUE_USD] / max(len(market.years), 1))
    production = queries.reference_figures(
        database, "production", chain.minerals_of((*market.products, *around))
    )
    headings = {code[:4] for code in market.products}
    tree = queries.product_tree(database, market.edition)
    codes = tree.loc[tree[col.LEVEL] == 6, col.CODE]
    return ResilienceFacts(
        chain.ChainFacts(
            links,
            pd.concat([today, _flows(beside)], ignore_index=True),
            production,
            tuple(code for code in codes if code[:4] in headings),
        ),
        _flows(yearly.rename(columns={col.VALUE_USD: "value"}), ["year"]),
        years,
    )


def _links_of_bills(evaluation: Evaluation) -> pd.DataFrame:
    """What the agreement's bills of inputs say, where an input is one subheading."""
    rows = [
        (product, part.product.low[:6], "bill of inputs")
        for bill in evaluation.agreement.bills_of_inputs
        for product in evaluation.baseline.market.products
        if any(r.contains(product) for r in bill.products)
        for part in bill.inputs
        if str(part.product).replace(".", "") == part.product.low[:6]
    ]
    return pd.DataFrame(rows, columns=["output", "input", "material"])


def _flows(frame: pd.DataFrame, more: list[str] | None = None) -> pd.DataFrame:
    """Flows between customs territories, those inside one dropped."""
    keys = [*(more or []), "importer", "exporter", "product"]
    folded = frame.assign(
        importer=frame["importer"].map(territory_of), exporter=frame["exporter"].map(territory_of)
    )
    folded = folded[folded["importer"] != folded["exporter"]]
    summed: pd.DataFrame = folded.groupby(keys)["value"].sum().reset_index()
    return summed


def resilience_with(
    evaluation: Evaluation,
    facts: ResilienceFacts,
    effects: TradeEffects,
    named: tuple[str, ...] = (),
) -> Resilience:
    """Resilience from facts at hand; see `resilience`."""
    baseline, agreement = evaluation.baseline, evaluation.agreement
    watched = named or named_economies(agreement)
    partners, products = baseline.partners, baseline.market.products
    flows = effects.flows
    flows = flows[flows["importer"].isin(baseline.importers)]
    flows = flows.assign(after=(flows["value"] + flows["imports_change"]).clip(lower=0.0))
    flags = dependency_flags(facts.yearly, partners, facts.years)
    suppliers = chain.who_supplies(facts.chain, products, partners)
    table = _products(flows, watched, suppliers, facts.chain, flags, products)
    stages = _stages(flows, table, watched)
    return Resilience(
        evaluation=evaluation,
        named=watched,
        effects=effects,
        products=table,
        stages=stages,
        totals=_totals(flows, table, watched),
        flags=flags,
        years=facts.years,
        suppliers=suppliers,
        upstream=chain.upstream_inputs(facts.chain, products, agreement.coverage, partners),
        gaps=chain.coverage_gaps(
            facts.chain, products, agreement.coverage, baseline.importers, partners
        ),
        chokepoints=chain.chokepoints(facts.chain, products, partners),
    )


# Dependency ----------------------------------------------------------------------------------


def dependency_flags(
    yearly: pd.DataFrame, partners: tuple[str, ...], years: tuple[int, ...]
) -> pd.DataFrame:
    """Dependency of the partners, as one economy, on the outside: each year and product.

    Returns:
        product, year, import_hhi (of imports from outside), export_hhi (of world exports),
        imports_over_exports (with the outside; infinite where nothing is sold), import_flag,
        export_flag, deficit_flag.
    """
    inside_m = yearly["importer"].isin(partners)
    inside_x = yearly["exporter"].isin(partners)
    keys = ["product", "year"]
    imports = c.hhi_by(yearly[inside_m & ~inside_x], keys, "exporter")
    exports = c.hhi_by(yearly, keys, "exporter")
    bought = yearly[inside_m & ~inside_x].groupby(keys)["value"].sum()
    sold = yearly[inside_x & ~inside_m].groupby(keys)["value"].sum()
    names = ["import_hhi", "export_hhi", "bought", "sold"]
    frame = pd.concat([imports, exports, bought, sold], axis=1, keys=names).reset_index()
    frame = frame[frame["year"].isin(years)]
    bought_usd = frame["bought"].fillna(0.0).to_numpy()
    sold_usd = frame["sold"].fillna(0.0).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(bought_usd > 0, bought_usd / sold_usd, 0.0)
    return frame[[*keys, "import_hhi", "export_hhi"]].assign(
        imports_over_exports=ratio,
        import_flag=frame["import_hhi"] > c.IMPORT_HHI,
        export_flag=frame["export_hhi"] > c.EXPORT_HHI,
        deficit_flag=ratio > c.IMPORTS_OVER_EXPORTS,
    )


_FLAGS = ("import_flag", "export_flag", "deficit_flag")


def _standing(rows: pd.DataFrame | None) -> dict[str, bool | None]:
    """Which flags of one product stand over its years, and whether all do."""
    found: dict[str, bool | None] = dict.fromkeys(_FLAGS)
    if rows is not None:
        rows = rows.sort_values("year")
        found = {name: c.persistent([bool(flag) for flag in rows[name]]) for name in _FLAGS}
    values = list(found.values())
    dependent: bool | None = True
    if False in values:
        dependent = False
    elif None in values:
        dependent = None
    return {**found, "dependent": dependent}


# Concentration -------------------------------------------------------------------------------


def _products(
    flows: pd.DataFrame,
    named: tuple[str, ...],
    suppliers: pd.DataFrame,
    facts: chain.ChainFacts,
    flags: pd.DataFrame,
    products: tuple[str, ...],
) -> pd.DataFrame:
    rows = []
    by_product = dict(iter(flows.groupby("product")))
    miners = suppliers[suppliers["mine_share"] > 0].sort_values("mine_share", ascending=False)
    miners = miners.drop_duplicates("product")
    mined_by = {
        str(product): (str(economy), float(share))
        for product, economy, share in zip(
            miners["product"], miners["economy"], miners["mine_share"], strict=True
        )
    }
    flags_of = dict(iter(flags.groupby("product")))
    for product in products:
        part = by_product.get(product)
        if part is None or part["value"].sum() <= 0:
            continue
        row: dict[str, object] = {
            "product": product,
            "stage": part["stage"].iloc[0],
            "equal_split": bool(part["equal_split"].any()),
            "imports": float(part["value"].sum()),
            "imports_after": float(part["after"].sum()),
        }
        for column, ending in (("value", ""), ("after", "_after")):
            by_supplier = part.groupby("exporter")[column].sum()
            total = float(by_supplier.sum())
            outside = part.loc[~part["partner"], column].sum()
            row[f"hhi{ending}"] = c.hhi(by_supplier.to_numpy())
            row[f"largest{ending}"] = str(by_supplier.idxmax())
            row[f"largest_share{ending}"] = float(by_supplier.max()) / total
            row[f"non_party_share{ending}"] = float(outside) / total
            watched = by_supplier[by_supplier.index.isin(named)].sum()
            row[f"named_share{ending}"] = float(watched) / total if named else float("nan")
        exports = facts.exports.get(product)
        row["export_hhi"] = float("nan") if exports is None else float((exports**2).sum())
        row["miner"], row["mine_share"] = mined_by.get(product, ("", float("nan")))
        row |= _standing(flags_of.get(product))
        rows.append(row)
    frame = pd.DataFrame(rows, columns=_PRODUCT_COLUMNS)
    return frame.astype(dict.fromkeys((*_FLAGS, "dependent"), object))


_PRODUCT_COLUMNS = [
    "product",
    "stage",
    "imports",
    "imports_after",
    *(
        f"{name}{ending}"
        for name in ("hhi", "largest", "largest_share", "non_party_share", "named_share")
        for ending in ("", "_after")
    ),
    "export_hhi",
    "miner",
    "mine_share",
    *_FLAGS,
    "dependent",
    "equal_split",
]


def _stages(flows: pd.DataFrame, products: pd.DataFrame, named: tuple[str, ...]) -> pd.DataFrame:
    rows = []
    for stage, part in flows.groupby("stage", sort=True):
        own = products[products["stage"] == stage]
        rows.append({"stage": str(stage), "products": len(own), **_sums(part, own, named)})
    return pd.DataFrame(rows)


def _totals(
    flows: pd.DataFrame, products: pd.DataFrame, named: tuple[str, ...]
) -> dict[str, float | None]:
    totals: dict[str, float | None] = dict(_sums(flows, products, named))
    totals["products"] = float(len(products))
    totals["dependent"] = float((products["dependent"] == True).sum())  # noqa: E712 - None too
    totals["unsettled"] = float(products["dependent"].isna().sum())
    totals["above_half"] = float((products["largest_share"] > 0.5).sum())
    totals["above_half_after"] = float((products["largest_share_after"] > 0.5).sum())
    return {
        name: None if value is None or np.isnan(value) else value for name, value in totals.items()
    }


def _sums(
    flows: pd.DataFrame, products: pd.DataFrame, named: tuple[str, ...]
) -> dict[str, float | None]:
    """Imports and shares of some flows; the HHI is the mean of their products by imports."""
    found: dict[str, float | None] = {}
    for column, ending in (("value", ""), ("after", "_after")):
        total = float(flows[column].sum())
        outside = float(flows.loc[~flows["partner"], column].sum())
        watched = float(flows.loc[flows["exporter"].isin(named), column].sum())
        weights = products[f"imports{ending}"].to_numpy()
        mean = float((products[f"hhi{ending}"] * weights).sum() / weights.sum()) if total else None
        found[f"imports{ending}"] = total if len(flows) else None
        found[f"hhi{ending}"] = mean
        found[f"non_party_share{ending}"] = outside / total if total else None
        found[f"named_share{ending}"] = watched / total if total and named else None
    return found
