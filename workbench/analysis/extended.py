"""Cuts extended to everyone: critical mass, and who rides free on it (method, section 5, end).

Origin rules do not apply and nothing has to be claimed: the MFN rate itself falls. Free riding is
then the non-parties' own exports that get the cut.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.duties import duties_today
from workbench.analysis.explain import Explanation, Term, Unit, vintage_terms
from workbench.analysis.exposure import critical_mass_share
from workbench.analysis.incentives import preferential_duty
from workbench.analysis.market import entries_by_product
from workbench.analysis.results import Evaluation
from workbench.model.commitments import TreatmentBasis
from workbench.model.economies import economy_name

Floats = NDArray[np.float64]

TITLES: dict[str, tuple[str, Unit, str]] = {
    "critical_mass_share": (
        "Share of world trade",
        Unit.SHARE,
        "(partners' exports + partners' imports) / (2 · world trade)",
    ),
    "imports": ("Non-parties' goods that get the cut", Unit.USD, "Σ V of non-parties with b > p"),
    "duty_forgone": ("Duty forgone on them", Unit.USD, "Σ (b − p) V of non-parties"),
    "partner_imports": ("Partners' goods that get the cut", Unit.USD, "Σ V of partners, b > p"),
    "partner_duty_forgone": ("Duty forgone on partners' goods", Unit.USD, "Σ (b − p) V"),
    "non_party_share": (
        "Share of the duty forgone",
        Unit.SHARE,
        "on non-parties' goods / on all goods",
    ),
    "known_duty_share": (
        "Non-parties' trade with a known duty",
        Unit.SHARE,
        "Σ V with a known duty / Σ V",
    ),
}


@dataclass(frozen=True, eq=False)
class Extended:
    """What a cut for everyone does.

    Attributes:
        applies: whether the agreement extends its cuts; otherwise these are what it would do.
        totals: the figures of `TITLES`; None is missing.
        riders: economy, imports (all covered ones), benefiting, duty_forgone, share; non-parties,
            the most duty first.
        by_importer: importer, benefiting, duty_forgone; of non-parties' goods.
    """

    evaluation: Evaluation
    applies: bool
    totals: dict[str, float | None]
    riders: pd.DataFrame
    by_importer: pd.DataFrame


@lru_cache(maxsize=2)
def extended(evaluation: Evaluation) -> Extended:
    """Figures of the cut extended to all, in the evaluation's year.

    Every exporter pays the lower of today's duty and the MFN rate after the cut; trade is
    today's. Goods whose cut is not known are left out, and `known_duty_share` says how many.
    """
    agreement, baseline = evaluation.agreement, evaluation.baseline
    market = baseline.market
    inward = market.flows[market.flows["importer"].isin(baseline.importers)]
    keys = ["importer", "exporter", "product"]
    flows = inward.groupby(keys)["value_usd"].sum().reset_index()
    flows = flows[flows["importer"] != flows["exporter"]]
    parts = []
    for importer in baseline.importers:
        own = flows[flows["importer"] == importer]
        exporters = tuple(sorted(own["exporter"].unique()))
        if not exporters:
            continue
        duties = duties_today(market, agreement.tariffs, agreement.coverage, (importer,), exporters)
        places = {code: n for n, code in enumerate(market.products)}
        k = own["product"].map(places).to_numpy(dtype=np.int64)
        who = {code: n for n, code in enumerate(exporters)}
        x = own["exporter"].map(who).to_numpy(dtype=np.int64)
        base = duties.base_duty[0, x, k]
        after = np.minimum(base, mfn_after(evaluation, duties.mfn_rate[0])[k])
        parts.append(own.assign(base=base, cut=base - after))
    columns = ["importer", "exporter", "product", "value_usd", "base", "cut"]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    small = 1 - agreement.parameters.small_parcel_share
    value = table["value_usd"].astype(float) * small
    known = table["cut"].notna()
    table = table.assign(
        value=value,
        known=value.where(known, 0.0),
        benefiting=value.where(table["cut"] > 0, 0.0).where(known),
        duty_forgone=table["cut"] * value,
    )
    is_partner = table["exporter"].isin(baseline.partners)
    outside, inside = table[~is_partner], table[is_partner]
    riders = (
        outside.groupby("exporter", as_index=False)[["value", "benefiting", "duty_forgone"]]
        .sum(min_count=1)
        .rename(columns={"exporter": "economy", "value": "imports"})
        .sort_values(["duty_forgone", "benefiting"], ascending=False, ignore_index=True)
    )
    lost, partners_lost = (_known_sum(side, "duty_forgone") for side in (outside, inside))
    riders["share"] = riders["duty_forgone"] / lost if lost else np.nan
    by_importer = outside.groupby("importer", as_index=False)[["benefiting", "duty_forgone"]].sum(
        min_count=1
    )
    traded = float(outside["value"].sum())
    whole = None if lost is None or partners_lost is None else lost + partners_lost
    totals = {
        "critical_mass_share": critical_mass_share(baseline),
        "imports": _known_sum(outside, "benefiting"),
        "duty_forgone": lost,
        "partner_imports": _known_sum(inside, "benefiting"),
        "partner_duty_forgone": partners_lost,
        "non_party_share": lost / whole if lost is not None and whole else None,
        "known_duty_share": float(outside["known"].sum()) / traded if traded > 0 else None,
    }
    applies = agreement.treatment.basis is TreatmentBasis.EXTENDED
    return Extended(evaluation, applies, totals, riders, by_importer)


def _known_sum(rows: pd.DataFrame, column: str) -> float | None:
    """A sum of what is known; None where there is trade, but nothing known of it."""
    if rows.empty:
        return 0.0
    total = float(rows[column].sum(min_count=1))
    return None if np.isnan(total) else total


def mfn_after(evaluation: Evaluation, rates: Floats) -> Floats:
    """The MFN rates of an importer after the cut, from those of today (both K)."""
    agreement = evaluation.agreement
    after = rates.copy()
    if not agreement.treatment.market_access:
        return after
    entries = entries_by_product(agreement.coverage, evaluation.baseline.market.products)
    for entry in dict.fromkeys(entries):
        if entry is None:
            continue
        rows = np.array([found is entry for found in entries], dtype=bool)
        category = agreement.category_of(entry)
        after[rows] = preferential_duty(
            rates[rows], category.formula, category.value, category.years, evaluation.year
        )
    return after


_RIDER_FIGURES: dict[str, tuple[str, str, Unit, str]] = {
    "covered": ("imports", "All its covered goods", Unit.USD, "Σ V"),
    "imports": ("benefiting", "Its goods that get the cut", Unit.USD, "Σ V with b > p"),
    "duty_forgone": ("duty_forgone", "Duty forgone on its goods", Unit.USD, "Σ (b − p) V"),
    "share": (
        "share",
        "Its share of the duty forgone on non-parties' goods",
        Unit.SHARE,
        "Σ (b − p) V of its goods / of all non-parties' goods",
    ),
}


def explain_extended(result: Extended, figure: str, economy: str = "") -> Explanation:
    """A figure of the extended cut: in total, or (`_RIDER_FIGURES`) of one non-party."""
    agreement = result.evaluation.agreement
    terms: list[Term] = []
    if economy:
        riders = result.riders
        own = riders[riders["economy"] == economy].to_dict("records")[0]
        column, title, unit, formula = _RIDER_FIGURES[figure]
        value = _plain(own[column])
        subject = economy_name(economy)
        for name, (other, words, part, _) in _RIDER_FIGURES.items():
            if name != figure:
                terms.append(Term("", words, _plain(own[other]), part))
    else:
        title, unit, formula = TITLES[figure]
        value, subject = result.totals[figure], agreement.title
        for name, (words, part, _) in TITLES.items():
            if name != figure:
                terms.append(Term("", words, result.totals[name], part))
    when = "fully staged" if result.evaluation.year is None else f"year {result.evaluation.year}"
    terms.append(Term("", "Staging", when, Unit.TEXT))
    terms += vintage_terms(result.evaluation)
    notes = () if result.applies else ("The agreement does not extend its cuts: what if it did.",)
    return Explanation(figure, title, subject, value, unit, formula, tuple(terms), "5", notes)


def _plain(value: Any) -> float | None:
    number = float(value)
    return None if np.isnan(number) else number
