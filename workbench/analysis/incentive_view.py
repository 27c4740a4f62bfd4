"""How strong the incentive is, product by product, and how the duty of a lane falls by year."""

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
import pandas as pd

from workbench.analysis.baseline import baseline_rows
from workbench.analysis.explain import (
    FIGURES,
    Explanation,
    Term,
    Unit,
    staging_words,
    vintage_terms,
)
from workbench.analysis.exposure import sums
from workbench.analysis.incentives import rating
from workbench.analysis.results import Evaluation
from workbench.analysis.treatment import duties_under
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

MEANS = ("mfn_rate", "base_duty", "pref_duty", "gross_incentive")
"""Figures of a product that are means over its lanes."""


def incentive_by_product(lanes: pd.DataFrame) -> pd.DataFrame:
    """One row a product: duties and incentive as means, weighted by trade with a known duty.

    Where a product has no such trade, the means are simple ones. `mfn_low` and `mfn_high` are
    the extremes among importers; utilisation is that of its trade.
    """
    known = lanes["base_duty"].notna()
    weight = lanes["value"].fillna(0.0).where(known, 0.0)
    traded = weight.groupby(lanes["product"]).transform("sum") > 0
    weight = weight.where(traded, known.astype(float))
    frame = pd.DataFrame({"product": lanes["product"], "weight": weight})
    for name in MEANS:
        frame[name] = (lanes[name] * weight).where(weight > 0)
        frame[f"{name}_weight"] = weight.where(lanes[name].notna(), 0.0)
    grouped = frame.groupby("product", sort=True).sum(min_count=1)
    extremes = lanes.groupby("product", sort=True)
    table = sums(lanes, "product").set_index("product")
    result = pd.DataFrame(
        {
            "value": table["value"],
            "mfn_low": extremes["mfn_low"].min(),
            "mfn_high": extremes["mfn_high"].max(),
            "utilisation": table["utilisation"],
        }
    )
    for name in MEANS:
        divisor = grouped[f"{name}_weight"]
        result[name] = grouped[name] / divisor.where(divisor > 0)
    result["rating"] = rating(
        result["gross_incentive"].to_numpy(dtype=np.float64),
        result["utilisation"].to_numpy(dtype=np.float64),
    )
    return result.reset_index()


def duty_by_year(evaluation: Evaluation, row: int, last_year: int) -> list[float | None]:
    """The duty of a lane today, then in each year from entry into force (year 1).

    Args:
        evaluation: result whose lane it is.
        row: place of the lane in `evaluation.lanes`.
        last_year: the last year wanted.

    Returns:
        `last_year` + 1 fractions, None where the duty is not known.
    """
    lane = baseline_rows(evaluation.baseline, np.array([row]))
    years = [duties_under(evaluation.agreement, lane, y) for y in range(1, last_year + 1)]
    today = float(evaluation.lanes["base_duty"].iloc[row])
    rates = [today, *(float(duties.pref_duty[0]) for duties in years)]
    return [None if np.isnan(rate) else rate for rate in rates]


class TradePart(StrEnum):
    """Covered trade by what a cut of duties can do there."""

    LEVERAGE = "leverage"
    ALREADY = "already"
    MFN_FREE = "mfn"
    UNKNOWN = "unknown"


_PARTS = {
    TradePart.LEVERAGE: (
        "Trade with a duty to save",
        "covered trade · known share · (1 − MFN-free share − share already free)",
    ),
    TradePart.ALREADY: (
        "Trade free by another agreement",
        "covered trade · known share · share already free",
    ),
    TradePart.MFN_FREE: ("MFN-free trade", "covered trade · known share · MFN-free share"),
    TradePart.UNKNOWN: ("Trade whose duty is not known", "covered trade · (1 − known share)"),
}


def trade_parts(totals: Mapping[str, float | None]) -> dict[TradePart, float | None]:
    """Covered trade in parts, USD, from the totals of an evaluation; None where not known."""
    names = ("covered_trade", "known_duty_share", "mfn_free_share", "already_free_share")
    covered, known, free, already = (totals.get(name) for name in names)
    if covered is None or known is None:
        return dict.fromkeys(TradePart)
    sure = covered * known
    left = None if free is None or already is None else sure * (1 - free - already)
    return {
        TradePart.LEVERAGE: left,
        TradePart.ALREADY: None if already is None else sure * already,
        TradePart.MFN_FREE: None if free is None else sure * free,
        TradePart.UNKNOWN: covered - sure,
    }


def explain_trade_part(evaluation: Evaluation, part: TradePart) -> Explanation:
    """Covered trade on which a cut can do something, or why not."""
    totals = evaluation.totals
    names = ("covered_trade", "known_duty_share", "mfn_free_share", "already_free_share")
    terms = tuple(Term("", FIGURES[name][0], totals[name], FIGURES[name][1]) for name in names)
    title, formula = _PARTS[part]
    return Explanation(
        "covered_trade",
        title,
        evaluation.agreement.title,
        trade_parts(totals)[part],
        Unit.USD,
        formula,
        terms + vintage_terms(evaluation),
        "2",
    )


def explain_duty_in_year(evaluation: Evaluation, row: int, year: int) -> Explanation:
    """The duty of a lane in a year since entry into force; 0 is today."""
    lane, agreement = evaluation.lanes.iloc[row], evaluation.agreement
    product = str(lane["product"])
    rates = duty_by_year(evaluation, row, max(year, 1))
    category = agreement.category_of(agreement.coverage.entry_of(product))
    terms = [
        Term("b", FIGURES["base_duty"][0], rates[0], Unit.SHARE),
        Term("", "Regime", str(lane["base_regime"]), Unit.TEXT),
        Term("", "Staging", staging_words(category), Unit.TEXT),
    ]
    if category.years is not None:
        terms.append(Term("n", "Years", float(category.years), Unit.COUNT))
    if category.value is not None:
        terms.append(Term("", "Value of the category", category.value, Unit.SHARE))
    return Explanation(
        "pref_duty",
        "Duty today" if year == 0 else f"Duty in year {year}",
        f"{dotted(product)}, {economy_name(str(lane['exporter']))} to "
        f"{economy_name(str(lane['importer']))}",
        rates[year],
        Unit.SHARE,
        "lowest regime open today" if year == 0 else "p = min(staged rate, b)",
        tuple(terms) + vintage_terms(evaluation),
        "2",
    )
