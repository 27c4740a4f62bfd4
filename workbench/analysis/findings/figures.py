"""Remarks on figures: what an evaluation shows, and where to look."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd

from workbench.analysis.baseline import Baseline
from workbench.analysis.findings.rule_lanes import rules_with_trade
from workbench.analysis.market import FlowPlaces
from workbench.analysis.results import Evaluation, Finding, Fix, Level
from workbench.analysis.rule_terms import needs_input_split
from workbench.model.agreement import Agreement
from workbench.model.commitments import TreatmentBasis
from workbench.model.economies import Standing, economy_name
from workbench.model.nomenclature import dotted
from workbench.model.origin import (
    AnyGood,
    EconomyCap,
    InputsOriginate,
    MaxNonOriginating,
    RegionalValueContent,
    RemainderCap,
    TariffShift,
    WhollyObtained,
    criteria,
)

LARGE_SUPPLIER_SHARE = 0.5
LITTLE_KNOWN_SHARE = 0.8
FREE_PRODUCT_SHARE = 0.999
HARDLY_ANY_SHARE = 0.05
TINY_SHARE = 0.001
SMALL_IMPORTS_USD = 1e6
LITTLE_TRADE_SHARE = 0.05
MUCH_EXPOSURE = 0.005

_IMPORTERS_KEPT = 32


def extended(evaluation: Evaluation) -> Iterator[Finding]:
    """Cuts for everyone: origin rules do not apply."""
    if evaluation.agreement.treatment.basis is TreatmentBasis.EXTENDED:
        share = evaluation.totals["critical_mass_share"]
        yield Finding(
            "extended-to-all",
            Level.NOTE,
            "treatment",
            "Cuts reach everyone, so origin rules do not apply and nothing has to be claimed; "
            "what counts is the partners' share of world trade (90 % is the usual aim).",
            (("critical_mass_share", share),),
        )


def mfn_free(evaluation: Evaluation) -> Iterator[Finding]:
    """Products that no partner charges a duty on."""
    if not evaluation.agreement.treatment.market_access:
        return
    baseline, lanes = evaluation.baseline, evaluation.lanes
    known = (lanes["value"].to_numpy() > 0) & ~np.isnan(lanes["base_duty"].to_numpy())
    least = np.full(len(baseline.market.products), np.nan)
    np.fmin.at(least, baseline.k[known], lanes["mfn_free_share"].to_numpy()[known])
    free = np.flatnonzero(least >= FREE_PRODUCT_SHARE)
    codes = sorted(baseline.market.products[n] for n in free)
    if codes:
        share = evaluation.totals["mfn_free_share"]
        yield Finding(
            "mfn-free",
            Level.WARNING,
            "coverage",
            f"{_products(codes)} {_is_are(codes)} free of MFN duty in every partner whose rate is "
            "known: no origin rule can bite there. Look at incentives other than duty.",
            (("products", float(len(codes))), ("mfn_free_share", share)),
        )


def already_free(evaluation: Evaluation) -> Iterator[Finding]:
    """Largest suppliers that enter free of duty today."""
    if evaluation.agreement.treatment.market_access:
        yield from _suppliers_already_free(evaluation.baseline)


@lru_cache(maxsize=2)
def _largest_suppliers(baseline: Baseline) -> pd.DataFrame:
    """Importing partners' imports by product: importer, product, largest supplier, its share."""
    flows = baseline.market.flow_places
    importers = sorted(baseline.importers) or [""]
    of_each = [_largest_of(flows, importer) for importer in importers]
    return pd.concat(of_each, ignore_index=True)


@lru_cache(maxsize=_IMPORTERS_KEPT)
def _largest_of(flows: FlowPlaces, importer: str) -> pd.DataFrame:
    """The part of one importer, which other partners do not change."""
    at = flows.importers.index(importer) if importer in flows.importers else -1
    rows = np.flatnonzero(flows.importer == at)
    table = pd.DataFrame(
        {
            "product": flows.product[rows],
            "exporter": flows.exporter[rows],
            "value_usd": flows.value_usd[rows],
        }
    )
    imports = table.groupby(["product", "exporter"], as_index=False).sum()
    imports["total"] = imports.groupby("product")["value_usd"].transform("sum")
    largest = imports.sort_values("value_usd", ascending=False).drop_duplicates("product")
    largest = largest[largest["value_usd"] > 0].sort_values("product")
    return largest.assign(
        importer=importer,
        product=np.array(flows.products, dtype=object)[largest["product"]],
        exporter=np.array(flows.exporters, dtype=object)[largest["exporter"]],
        share=largest["value_usd"] / largest["total"],
    )


@lru_cache(maxsize=2)
def _suppliers_already_free(baseline: Baseline) -> tuple[Finding, ...]:
    duties, found = baseline.duties, []
    table = _largest_suppliers(baseline)
    table = table[table["exporter"].isin(baseline.exporters)]
    m, x, k = (
        pd.Index(names, dtype="str").get_indexer(pd.Index(table[column], dtype="str"))
        for column, names in (
            ("importer", baseline.importers),
            ("exporter", baseline.exporters),
            ("product", baseline.market.products),
        )
    )
    free = (duties.base_duty[m, x, k] == 0) & (duties.mfn_rate[m, k] > 0)
    places = (place[free].tolist() for place in (m, x, k))
    for row, i, j, n in zip(table[free].itertuples(), *places, strict=True):
        found.append(
            Finding(
                "supplier-already-free",
                Level.NOTE,
                "coverage",
                f"{economy_name(str(row.exporter))} is the largest supplier of "
                f"{dotted(str(row.product))} to {economy_name(str(row.importer))} and already "
                f"enters free of duty ({duties.base_regime[i, j, n]}): the agreement adds "
                "nothing there.",
                (
                    ("import_share", float(str(row.share))),
                    ("mfn_rate", float(duties.mfn_rate[i, n])),
                ),
                about=f"{row.importer} {dotted(str(row.product))}",
            )
        )
    return tuple(found)


def non_party_supplier(evaluation: Evaluation) -> Iterator[Finding]:
    """Partners that buy mostly from one non-party."""
    yield from _non_party_suppliers(evaluation.baseline)


@lru_cache(maxsize=2)
def _non_party_suppliers(baseline: Baseline) -> tuple[Finding, ...]:
    """One remark a partner: the products it buys mostly from one non-party."""
    table = _largest_suppliers(baseline)
    table = table[
        (table["total"] >= SMALL_IMPORTS_USD)
        & (table["share"] > LARGE_SUPPLIER_SHARE)
        & ~table["exporter"].isin(baseline.partners)
    ]
    found = []
    for importer, rows in table.groupby("importer"):
        top = rows.sort_values("total", ascending=False).head(3)
        shown = "; ".join(
            f"{dotted(product)} {share:.0%} from {economy_name(exporter)}"
            for product, share, exporter in zip(
                top["product"], top["share"], top["exporter"], strict=True
            )
        )
        found.append(
            Finding(
                "non-party-supplier",
                Level.NOTE,
                "partners",
                f"{economy_name(str(importer))} buys {len(rows)} covered "
                f"{'product' if len(rows) == 1 else 'products'} mostly from one non-party, the "
                f"largest: {shown}.",
                (("products", float(len(rows))), ("import_share", float(top["share"].iloc[0]))),
                about=str(importer),
            )
        )
    return tuple(found)


def trade_known(evaluation: Evaluation) -> Iterator[Finding]:
    """Covered products whose trade is not in the database."""
    market = evaluation.baseline.market
    absent = [code for code in market.products if code not in market.traded]
    if not absent:
        return
    years = ", ".join(str(year) for year in market.years)
    if len(absent) == len(market.products):
        says = f"No trade of {years} in any covered product is in the database: figures are missing"
    else:
        says = (
            f"Trade of {years} in {len(absent):,} of {len(market.products):,} covered products is "
            "not in the database: the figures leave them out"
        )
    yield Finding(
        "trade-unknown",
        Level.WARNING,
        "data",
        f"{says}. Import trade flows on the Data page.",
        (("products", float(len(absent))),),
    )


def duties_known(evaluation: Evaluation) -> Iterator[Finding]:
    """Trade whose duty is not in the database."""
    if not evaluation.agreement.treatment.market_access:
        return
    share = evaluation.totals["known_duty_share"]
    if share is not None and share < LITTLE_KNOWN_SHARE:
        lanes = evaluation.lanes[["importer", "value", "base_duty"]]
        missing = lanes[lanes["base_duty"].isna()].groupby("importer")["value"].sum()
        missing = missing[missing > TINY_SHARE * missing.sum()].sort_values(ascending=False)
        importers = [str(importer) for importer in missing.index]
        yield Finding(
            "duties-unknown",
            Level.WARNING,
            "tariffs",
            f"Duties are known for {share:.0%} of covered trade only; missing for imports of "
            f"{', '.join(importers)}. Import their tariffs, or state rates with a source.",
            (("known_duty_share", share),),
        )


def content_known(evaluation: Evaluation) -> Iterator[Finding]:
    """Trade whose content is not in the database."""
    lanes = evaluation.lanes
    unknown = lanes["declared_mean"].isna() & (lanes["value"] > 0)
    missing = lanes.loc[unknown, ["exporter", "value"]]
    share = float(missing["value"].sum()) / (evaluation.totals["covered_trade"] or 1.0)
    if share >= TINY_SHARE:
        names = sorted(set(missing["exporter"]))
        yield Finding(
            "content-unknown",
            Level.WARNING,
            "partners",
            f"No content data for {share:.1%} of covered trade, goods of "
            f"{', '.join(economy_name(n) for n in names)}: these lanes have no exposure. State a "
            "bill of inputs with origins, or import content shares.",
            (("share_of_trade", share),),
        )


def rules(evaluation: Evaluation) -> Iterator[Finding]:
    """Rules that nobody meets, that look at unknown inputs, or that limit nothing."""
    if evaluation.agreement.treatment.basis is TreatmentBasis.EXTENDED:
        return  # no rule applies
    lanes = evaluation.lanes
    value, low, gain, as_is = (
        lanes[name].to_numpy(dtype=np.float64)
        for name in ("value", "utilisation_low", "gross_incentive", "as_is")
    )
    for where, rule, rows in rules_with_trade(evaluation):
        ranged = rows[~np.isnan(low[rows])]
        if len(ranged) and needs_input_split(rule):
            yield Finding(
                "no-bill-of-inputs",
                Level.WARNING,
                where,
                "The rule looks at particular inputs, but no bill of inputs says what these goods "
                "are made of; the figures are a range. Add a bill of inputs with its source.",
                (("trade", float(value[ranged].sum())),),
            )
        live = as_is[rows[gain[rows] > 0]]
        if len(live) and not np.isnan(live).any() and (live < HARDLY_ANY_SHARE).all():
            yield Finding(
                "nobody-qualifies-today",
                Level.WARNING,
                where,
                "Hardly any producer meets the rule with the inputs bought today; trade would "
                "qualify only by re-sourcing. Check the threshold.",
                (("as_is", float(live.max())),),
            )
        if not any(isinstance(c, _CONTENT_CRITERIA) for c in criteria(rule)) and any(
            isinstance(c, TariffShift | AnyGood) for c in criteria(rule)
        ):
            yield Finding(
                "no-content-limit",
                Level.WARNING,
                where,
                "The rule puts no limit on non-party content: a good may be made almost wholly "
                "from non-party inputs and still claim.",
            )


_CONTENT_CRITERIA = (
    WhollyObtained,
    RegionalValueContent,
    MaxNonOriginating,
    RemainderCap,
    EconomyCap,
    InputsOriginate,
)


def weak(evaluation: Evaluation) -> Iterator[Finding]:
    """Utilisation below the target, and what would reach it."""
    totals = evaluation.totals
    utilisation, target = totals["utilisation"], evaluation.agreement.parameters.target_utilisation
    gap = totals["leverage_gap"]
    if (
        evaluation.agreement.treatment.market_access
        and utilisation is not None
        and utilisation < target
    ):
        enough = "No single ad valorem increment gets there under these rules."
        if gap:
            enough = (
                f"A further {gap * 100:.2g} percentage points ad valorem on all of them would do."
            )
        elif not evaluation.complete:
            enough = ""
        yield Finding(
            "weak-incentive",
            Level.WARNING,
            "incentives",
            f"{utilisation:.0%} of the trade with a known duty would claim, below the target of "
            f"{target:.0%}. {enough}".rstrip(),
            (("utilisation", utilisation), ("leverage_gap", gap)),
        )


def partners_weighed(evaluation: Evaluation) -> Iterator[Finding]:
    """Partners that bring no trade, or more free riding than trade."""
    totals, baseline = evaluation.totals, evaluation.baseline
    covered, claimed = totals["covered_trade"], totals["claimed"]
    free_riding, exposure = totals["free_riding_content"], totals["exposure"]
    if not covered or len(baseline.partners) < 3:
        return
    trade, claims, riding = (
        _by_partner(evaluation, name) for name in ("value", "claimed", "free_riding_content")
    )
    for place, partner in enumerate(evaluation.agreement.partners):
        if not partner.takes_preferences:
            continue
        code, name = partner.economy, economy_name(partner.economy)
        share = trade.get(code, 0.0) / covered
        if share == 0:
            yield Finding(
                "partner-without-trade",
                Level.NOTE,
                f"partners[{place}]",
                f"{name} trades no covered product with the other partners in the base years: it "
                "changes no figure.",
                (("trade_share", share),),
                fix=_as_observer(code),
            )
        elif claimed and free_riding is not None and exposure is not None:
            left = claimed - claims.get(code, 0.0)
            without = (free_riding - riding.get(code, 0.0)) / left if left > 0 else 0.0
            if share < LITTLE_TRADE_SHARE and exposure - without > MUCH_EXPOSURE:
                yield Finding(
                    "partner-adds-exposure",
                    Level.WARNING,
                    f"partners[{place}]",
                    f"{name} brings {share:.1%} of covered trade but raises exposure from "
                    f"{without:.1%} to {exposure:.1%}.",
                    (("trade_share", share), ("exposure_without", without)),
                    fix=_as_observer(code),
                )


def _as_observer(economy: str) -> Fix:
    def edit(agreement: Agreement) -> Agreement:
        (partner,) = (p for p in agreement.partners if p.economy == economy)
        return agreement.with_partner(replace(partner, standing=Standing.OBSERVER))

    return Fix(f"Make {economy_name(economy)} an observer", edit)


def _by_partner(evaluation: Evaluation, column: str) -> dict[str, float]:
    """The sum of a column over each partner's lanes, as importer and as exporter."""
    found: dict[str, float] = {}
    for table, end in ((evaluation.by_importer, "importer"), (evaluation.by_exporter, "exporter")):
        for code, amount in zip(table[end], np.nan_to_num(table[column]).tolist(), strict=True):
            found[code] = found.get(code, 0.0) + amount
    return found


def _products(codes: list[str]) -> str:
    shown = ", ".join(dotted(code) for code in codes[:4])
    more = f" and {len(codes) - 4} more" if len(codes) > 4 else ""
    count = "1 product" if len(codes) == 1 else f"{len(codes)} products"
    return f"{count} ({shown}{more})"


def _is_are(codes: list[str]) -> str:
    return "is" if len(codes) == 1 else "are"
