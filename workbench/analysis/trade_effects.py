"""Trade creation, diversion, revenue and welfare of an agreement (method, section 7).

Every supplier of an importing partner takes part, partner or not. Of each lane only the claimed
share gets the cut, so the mean duty falls by that share of the cut. Trade that does not exist today
cannot be created by these models; home production is not in the trade data and not modelled.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis import partial_equilibrium as pe
from workbench.analysis.baseline import Baseline
from workbench.analysis.duties import duties_today
from workbench.analysis.elasticities import Elasticities, elasticities_in_use, high, low
from workbench.analysis.extended import mfn_after
from workbench.analysis.market import entries_by_product
from workbench.analysis.results import Evaluation
from workbench.model.commitments import StatedRate, TreatmentBasis
from workbench.model.coverage import ProductCoverage
from workbench.progress import NO_PROGRESS, Progress, Share
from workbench.tradedata import columns as col
from workbench.tradedata import queries
from workbench.tradedata.database import TradeDatabase

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FIGURES = (
    "creation",
    "diversion",
    "imports_change",
    "consumer_gain",
    "revenue_change",
    "producer_gain",
    "welfare",
)
"""Columns of the flows that are summed, USD."""


class EffectsModel(StrEnum):
    """How trade answers to a cut."""

    INFINITE_SUPPLY = "infinite-supply"
    FINITE_SUPPLY = "finite-supply"
    GSIM = "gsim"
    ARMINGTON = "armington"


@dataclass(frozen=True, eq=False)
class TradeEffects:
    """What an agreement does to trade, by one model.

    Attributes:
        flows: one row for each supplier of each market: importer, exporter, product, stage,
            partner (whether the supplier is one), value, duty_before, duty_after (mean of what
            claims and what does not), claimed_share, price_change, `FIGURES`, share_before and
            share_after (of its market, at world prices), equal_split (its value is an equal part
            of the trade of a wider product), lane (its row in the evaluation, -1 for none).
        totals: the figures, NaN where no trade is known; "diversion" is what moves between
            suppliers, counted once.
        by_partner: every economy: imports_change, exports_change, creation and diversion of its
            exports, and the gains of its buyers, treasury and producers.
        by_product, by_stage: sums of the flows, with partner_share and partner_share_after of the
            partners' imports; by_product with equal_split, which holds if it does of any flow.
        dropped: importer, exporter, product, value, why: lanes that could not be computed.
        clearing: the largest difference of demand and supply, a fraction of trade.
        overshoot: flows that the linear model takes below nothing.
        ranges: totals with all elasticities at their low and at their high end.
    """

    evaluation: Evaluation
    model: EffectsModel
    elasticities: Elasticities
    flows: pd.DataFrame
    totals: dict[str, float]
    by_partner: pd.DataFrame
    by_product: pd.DataFrame
    by_stage: pd.DataFrame
    dropped: pd.DataFrame
    clearing: float
    overshoot: int
    ranges: dict[str, tuple[float, float]]


def trade_effects(
    evaluation: Evaluation,
    database: TradeDatabase | None,
    model: EffectsModel = EffectsModel.FINITE_SUPPLY,
    progress: Progress = NO_PROGRESS,
) -> TradeEffects:
    """The effects of an evaluated agreement; without a database, by default elasticities.

    Raises:
        TradeDataError: the database cannot be read.
        Cancelled: asked to stop.
    """
    market = evaluation.baseline.market
    if database is None:
        names = [col.PRODUCT, col.ELASTICITY, col.METHOD, col.SOURCE]
        estimates = pd.DataFrame(columns=names)
    else:
        estimates = queries.elasticities(database, market.products, market.edition)
    return effects_with(evaluation, estimates, model, progress)


def effects_with(
    evaluation: Evaluation,
    estimates: pd.DataFrame,
    model: EffectsModel = EffectsModel.FINITE_SUPPLY,
    progress: Progress = NO_PROGRESS,
) -> TradeEffects:
    """The effects with trade elasticities from a table."""
    progress.step(0, 1, "duties of every supplier")
    agreement, baseline = evaluation.agreement, evaluation.baseline
    elasticities = elasticities_in_use(
        agreement, baseline.market.products, estimates, model is EffectsModel.INFINITE_SUPPLY
    )
    before, dropped = _flows_before(evaluation, model)
    solved = []
    for done, used in enumerate((elasticities, low(elasticities), high(elasticities))):
        part = Share(progress, done / 3, (done + 1) / 3)
        part.step(0, 1, "prices that clear the markets")
        solved.append(_solve(before, used, model, part))
    flows, clearing, overshoot = solved[0]
    totals = _totals(flows)
    ends = [_totals(other) for other, _, _ in solved]
    progress.step(1, 1, "done")
    return TradeEffects(
        evaluation=evaluation,
        model=model,
        elasticities=elasticities,
        flows=flows,
        totals=totals,
        by_partner=_by_partner(flows, baseline.partners, dropped),
        by_product=_with_split(_sums(flows, "product", baseline.importers), flows),
        by_stage=_sums(flows, "stage", baseline.importers),
        dropped=dropped,
        clearing=clearing,
        overshoot=overshoot,
        ranges={name: (min(e[name] for e in ends), max(e[name] for e in ends)) for name in totals},
    )


# Flows and duties before and after -----------------------------------------------------------


def _flows_before(evaluation: Evaluation, model: EffectsModel) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every supplier of the markets, with duties before and after, and what had to be dropped."""
    baseline, agreement = evaluation.baseline, evaluation.agreement
    market = baseline.market
    keys = ["importer", "exporter", "product"]
    flows = market.flows.groupby(keys, sort=True, as_index=False).agg(
        value=("value_usd", "sum"), equal_split=("equal_split", "any")
    )
    known = {code for code in market.traded if agreement.coverage.covers(code)}
    flows = flows[flows["product"].isin(known) & (flows["value"] > 0)]
    if model is not EffectsModel.GSIM:
        flows = flows[flows["importer"].isin(baseline.importers)]
    lanes = evaluation.lanes.reset_index(names="lane")
    flows = flows.merge(
        lanes[[*keys, "lane", "base_duty", "pref_duty", "utilisation"]], "left", on=keys
    )
    flows["lane"] = flows["lane"].fillna(-1).astype(np.int64)
    flows["partner"] = flows["exporter"].isin(baseline.partners)
    stages = {
        code: "" if entry is None else entry.stage.value
        for code, entry in zip(
            market.products, entries_by_product(agreement.coverage, market.products), strict=True
        )
    }
    flows["stage"] = flows["product"].map(stages)
    duties = _duties_of(baseline, agreement.tariffs, agreement.coverage)
    flows["duty_before"] = [
        duties.get(key, np.nan) for key in flows[keys].itertuples(index=False, name=None)
    ]
    flows["duty_before"] = flows["duty_before"].fillna(flows["base_duty"])
    if agreement.treatment.basis is TreatmentBasis.EXTENDED:
        flows["pref_duty"] = _for_everyone(flows, evaluation)
        flows["utilisation"] = np.where(
            np.isnan(flows["duty_before"] - flows["pref_duty"]), np.nan, 1.0
        )
    flows["claimed_share"] = flows["utilisation"] * (1 - agreement.parameters.small_parcel_share)
    cut = flows["claimed_share"] * (flows["duty_before"] - flows["pref_duty"])
    if not agreement.treatment.market_access:
        cut = cut * 0
    flows["duty_after"] = flows["duty_before"] - cut.fillna(0.0)
    dropped = _dropped(evaluation, flows)
    columns = [*keys, "stage", "partner", "value", "duty_before", "duty_after", "claimed_share"]
    return flows[[*columns, "equal_split", "lane"]].reset_index(drop=True), dropped


@lru_cache(maxsize=2)
def _duties_of(
    baseline: Baseline, stated: tuple[StatedRate, ...], coverage: ProductCoverage
) -> dict[tuple[str, str, str], float]:
    """Duty today of each supplier of the importing partners where it is known."""
    market, found = baseline.market, {}
    flows = market.flows[market.flows["importer"].isin(baseline.importers)]
    place_k = {code: n for n, code in enumerate(market.products)}
    for importer, rows in flows.groupby("importer"):
        exporters = tuple(sorted(set(rows["exporter"])))
        place_x = {code: n for n, code in enumerate(exporters)}
        today = duties_today(market, stated, coverage, (str(importer),), exporters).base_duty[0]
        for exporter, product in set(zip(rows["exporter"], rows["product"], strict=True)):
            duty = float(today[place_x[exporter], place_k[product]])
            if not np.isnan(duty):
                found[str(importer), str(exporter), str(product)] = duty
    return found


def _for_everyone(flows: pd.DataFrame, evaluation: Evaluation) -> Floats:
    """Duty once the partners' MFN rates are cut: the lower of it and what is paid today."""
    baseline = evaluation.baseline
    rates = np.full((len(baseline.importers) + 1, len(baseline.market.products)), np.inf)
    for place, mfn in enumerate(baseline.duties.mfn_rate):
        rates[place] = mfn_after(evaluation, mfn)
    # An importer that is no partner is at -1, the last row.
    i, k = (
        pd.Index(names, dtype="str").get_indexer(pd.Index(flows[column]))
        for column, names in (
            ("importer", baseline.importers),
            ("product", baseline.market.products),
        )
    )
    lower: Floats = np.minimum(flows["duty_before"].to_numpy(dtype=np.float64), rates[i, k])
    return lower


def _dropped(evaluation: Evaluation, flows: pd.DataFrame) -> pd.DataFrame:
    """Lanes without effects, and why; those that pay nothing today are no loss and left out."""
    lanes = evaluation.lanes
    moot = (lanes["base_duty"] <= 0) | (lanes["base_duty"] - lanes["pref_duty"] <= 0)
    extended = evaluation.agreement.treatment.basis is TreatmentBasis.EXTENDED
    why = np.select(
        [
            lanes["value"].isna(),
            lanes["base_duty"].isna(),
            moot,
            lanes["value"] == 0,
            lanes["declared_mean"].isna() & (not extended),
            lanes["utilisation"].isna() & (not extended),
        ],
        [
            "trade of the covered lines is not known",
            "duty not known: " + lanes["why_unknown"].astype(str),
            "",
            "no trade today, which no cut can create here",
            "content of the exporter's goods not known",
            "inputs of the good not known",
        ],
        default="",
    )
    dropped = lanes.loc[why != "", ["importer", "exporter", "product", "value"]]
    dropped = dropped.assign(why=why[why != ""])
    unknown = flows[
        flows["importer"].isin(evaluation.baseline.importers)
        & ~flows["partner"]
        & flows["duty_before"].isna()
    ]
    outside = unknown[["importer", "exporter", "product", "value"]].assign(
        why="duty of this non-party not known: revenue on the trade it loses is not counted"
    )
    outside = outside[outside["value"] > 0]
    both: pd.DataFrame = pd.concat([dropped, outside], ignore_index=True)
    return both.sort_values("value", ascending=False, kind="stable", ignore_index=True)


# Solutions -----------------------------------------------------------------------------------


def _solve(
    flows: pd.DataFrame, elasticities: Elasticities, model: EffectsModel, progress: Progress
) -> tuple[pd.DataFrame, float, int]:
    """Flows with their effects, the clearing of markets, and flows taken below nothing."""
    if model is EffectsModel.GSIM:
        return _solve_gsim(flows, elasticities, progress)
    place = {code: n for n, code in enumerate(elasticities.products)}
    k = np.array([place[code] for code in flows["product"]], dtype=np.int64)
    value = flows["value"].to_numpy(dtype=np.float64)
    before = flows["duty_before"].fillna(0.0).to_numpy(dtype=np.float64)
    after = before - (flows["duty_before"] - flows["duty_after"]).fillna(0.0).to_numpy()
    markets = flows.groupby(["importer", "product"], sort=False)
    group = np.array(markets.ngroup(), dtype=np.int64)
    if model is EffectsModel.ARMINGTON:
        nest = np.array(flows["partner"], dtype=np.int64)
        price, quantity, clearing = _armington(
            value, before, after, group, nest, k, elasticities, progress
        )
        growth = np.bincount(group, quantity) / np.bincount(group, value)
        creation = value * (growth[group] - 1)
        moved = quantity - value - creation
        grown = quantity
    else:
        demand, supply = elasticities.demand[k], elasticities.supply[k]
        power = (after - before) / (1 + before)
        price = pe.price_change(demand, power, supply)
        creation = pe.trade_creation(value, demand, power, supply)
        fall = -(power + price * (1 + power))
        moved = pe.diversion(value, elasticities.substitution[k] * fall, group)
        grown = value + creation
        quantity = grown + moved
        response = np.where(supply < pe.INFINITE_SUPPLY, value * supply * price, creation)
        clearing = float(np.abs((creation - response) / value).max(initial=0.0))
    known = flows["duty_before"].notna().to_numpy()
    revenue = pe.revenue_change(value, quantity, before, after, price)
    found = flows.assign(
        price_change=price,
        creation=creation,
        diversion=moved,
        imports_change=quantity - value,
        consumer_gain=pe.consumer_gain(value, quantity, before, after, price),
        revenue_change=np.where(known, revenue, 0.0),
        producer_gain=price * (value + grown) / 2,
    )
    return _with_welfare(found), clearing, 0


def _armington(
    value: Floats,
    before: Floats,
    after: Floats,
    group: Ints,
    nest: Ints,
    k: Ints,
    elasticities: Elasticities,
    progress: Progress,
) -> tuple[Floats, Floats, float]:
    """Prices and quantities of every market by nested shares; unchanged where no duty changes."""
    price, quantity, clearing = np.zeros(len(value)), value.copy(), 0.0
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    markets = np.split(order, starts[1:]) if len(order) else []
    for done, rows in enumerate(markets):
        if not (after[rows] != before[rows]).any():
            continue
        if done % 50 == 0:
            progress.step(done, len(markets), "nested shares")
        product = k[rows[0]]
        _, nests = np.unique(nest[rows], return_inverse=True)
        solved = pe.solve_armington(
            value[rows],
            1 + before[rows],
            1 + after[rows],
            nests.astype(np.int64),
            float(elasticities.demand[product]),
            float(elasticities.between[product]),
            float(elasticities.substitution[product]),
            np.full(len(rows), elasticities.supply[product]),
        )
        price[rows] = solved.price
        quantity[rows] = value[rows] * solved.quantity
        clearing = max(clearing, float(np.abs(solved.residual).max()))
    return price, quantity, clearing


def _solve_gsim(
    flows: pd.DataFrame, elasticities: Elasticities, progress: Progress
) -> tuple[pd.DataFrame, float, int]:
    """World prices of each product that clear all markets at once."""
    columns = {
        name: np.zeros(len(flows))
        for name in (
            "price_change",
            "creation",
            "diversion",
            "imports_change",
            "consumer_gain",
            "revenue_change",
            "producer_gain",
        )
    }
    clearing, overshoot = 0.0, 0
    place = {code: n for n, code in enumerate(elasticities.products)}
    groups = list(flows.groupby("product", sort=True).indices.items())
    for done, (product, rows) in enumerate(groups):
        progress.step(done, len(groups), f"world market of {product}")
        part = flows.iloc[rows]
        if (part["duty_before"].fillna(0) == part["duty_after"].fillna(0)).all():
            continue
        r, exporters = pd.factorize(part["exporter"], sort=True)
        v, importers = pd.factorize(part["importer"], sort=True)
        shape = (len(exporters), len(importers))
        trade, power, new_power = np.zeros(shape), np.ones(shape), np.ones(shape)
        trade[r, v] = part["value"]
        power[r, v] = 1 + part["duty_before"].fillna(0.0)
        new_power[r, v] = 1 + part["duty_after"].fillna(0.0)
        at = place[str(product)]
        demand = np.full(shape[1], elasticities.demand[at])
        substitution = float(elasticities.substitution[at])
        supply = np.full(shape[0], elasticities.supply[at])
        solved = pe.solve_gsim(trade, power, new_power, demand, substitution, supply)
        clearing = max(clearing, float(np.abs(solved.residual).max()))
        overshoot += int((solved.quantity < -1).sum())
        spending = trade * power
        theta = spending / spending.sum(axis=0)
        change = solved.price[:, None] + new_power / power - 1
        composite = (theta * change).sum(axis=0)
        curve = composite**2 * np.sign(composite) * demand / 2
        gain = spending.sum(axis=0) * theta * (curve - change)
        after = trade * (1 + solved.quantity) * (1 + solved.price[:, None])
        revenue = after * (new_power - 1) - trade * (power - 1)
        known = part["duty_before"].notna().to_numpy()
        share = part["value"].to_numpy() / trade.sum(axis=1)[r]
        columns["price_change"][rows] = solved.price[r]
        columns["imports_change"][rows] = (trade * solved.quantity)[r, v]
        columns["creation"][rows] = (trade * demand * composite)[r, v]
        columns["diversion"][rows] = columns["imports_change"][rows] - columns["creation"][rows]
        columns["consumer_gain"][rows] = gain[r, v]
        columns["revenue_change"][rows] = np.where(known, revenue[r, v], 0.0)
        columns["producer_gain"][rows] = solved.producer_gain[r] * share
    return _with_welfare(flows.assign(**columns)), clearing, overshoot


def _with_welfare(flows: pd.DataFrame) -> pd.DataFrame:
    """Add the welfare of each flow, and its share of its market before and after."""
    after = (flows["value"] + flows["imports_change"]) * (1 + flows["price_change"])
    keys = [flows["importer"], flows["product"]]
    return flows.assign(
        share_before=flows["value"] / flows["value"].groupby(keys).transform("sum"),
        share_after=after / after.groupby(keys).transform("sum"),
        welfare=flows["consumer_gain"] + flows["revenue_change"] + flows["producer_gain"],
    )


# Sums ----------------------------------------------------------------------------------------


def _totals(flows: pd.DataFrame) -> dict[str, float]:
    """Sums of all flows; NaN where no trade is known."""
    if flows.empty:
        names = (*FIGURES, "diverted_from_non_parties", "value")
        return dict.fromkeys(names, float("nan"))
    moved = flows["diversion"].to_numpy()
    totals = {name: float(flows[name].sum()) for name in FIGURES}
    totals["diversion"] = float(moved[moved > 0].sum())
    outside = ~flows["partner"].to_numpy()
    totals["diverted_from_non_parties"] = float(-moved[outside].sum())
    totals["value"] = float(flows["value"].sum())
    return totals


def _sums(flows: pd.DataFrame, by: str, importers: tuple[str, ...]) -> pd.DataFrame:
    """Sums of the flows; diversion is what moves between suppliers, counted once."""
    moved = flows.assign(
        diverted=flows["diversion"].clip(lower=0),
        diverted_from_non_parties=np.where(flows["partner"], 0.0, -flows["diversion"]),
    )
    names = ["value", *FIGURES, "diverted_from_non_parties"]
    table = moved.groupby(by, sort=True)[[*names, "diverted"]].sum().reset_index()
    table["diversion"] = table.pop("diverted")
    bought = flows[flows["importer"].isin(importers)]
    after = bought.assign(value=bought["value"] + bought["imports_change"])
    for name, part in (("partner_share", bought), ("partner_share_after", after)):
        whole = part.groupby(by)["value"].sum()
        share = part[part["partner"]].groupby(by)["value"].sum().reindex(whole.index, fill_value=0)
        table[name] = table[by].map(share / whole)
    return table


def _with_split(products: pd.DataFrame, flows: pd.DataFrame) -> pd.DataFrame:
    split = set(flows.loc[flows["equal_split"], "product"])
    return products.assign(equal_split=products["product"].isin(split))


def _by_partner(
    flows: pd.DataFrame, partners: tuple[str, ...], dropped: pd.DataFrame
) -> pd.DataFrame:
    """Each economy as a buyer and as a seller; partners first, then by welfare.

    What a partner buys is missing where all it buys from partners was dropped, and so its welfare,
    of which that is a part.
    """
    sold = flows.groupby("exporter")[
        ["value", "creation", "diversion", "imports_change", "producer_gain"]
    ].sum()
    sold = sold.rename(columns={"imports_change": "exports_change", "value": "exports"})
    bought = flows.groupby("importer")[
        ["value", "imports_change", "consumer_gain", "revenue_change"]
    ].sum()
    bought = bought.rename(columns={"value": "imports"})
    table = sold.join(bought, how="outer").fillna(0.0)
    lost = set(dropped.loc[dropped["exporter"].isin(partners), "importer"])
    unknown = lost - set(flows.loc[flows["partner"] & flows["claimed_share"].notna(), "importer"])
    table.loc[table.index.isin(list(unknown)), bought.columns] = np.nan
    table["welfare"] = table["consumer_gain"] + table["revenue_change"] + table["producer_gain"]
    table = table.rename_axis("economy").reset_index()
    table["partner"] = table["economy"].isin(partners)
    changed = table[["exports_change", "imports_change", "welfare"]].abs().max(axis=1)
    table = table[table["partner"] | (changed > 0)]
    return table.sort_values(
        ["partner", "welfare"], ascending=[False, False], kind="stable", ignore_index=True
    )
