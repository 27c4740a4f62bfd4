"""The same agreement on the trade of each year held, to tell what rests on the base years."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.baseline import Baseline, build_baseline
from workbench.analysis.market import MarketLoader
from workbench.model.agreement import Agreement
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata import queries
from workbench.tradedata.database import TradeDatabase

MOST_YEARS = 5
"""The latest ones; each takes about as long as opening the agreement."""

MUCH_MISSING = 0.05
"""Share of covered trade whose importer or product a year must not lack."""


@dataclass(frozen=True, eq=False)
class YearsOfTrade:
    """Lanes with the trade of one year instead of the base years, by year.

    Of other years than the base year lanes without trade are not there: no total needs them.
    `note` says which years could not be used, or why there are none to compare; "" is neither.
    """

    baselines: dict[int, Baseline]
    note: str = ""


def years_of_trade(
    database: TradeDatabase,
    agreement: Agreement,
    baseline: Baseline,
    progress: Progress = NO_PROGRESS,
) -> YearsOfTrade:
    """The world in each year of which the database holds nearly all of the covered trade.

    Args:
        database: its trade, tariffs and content.
        agreement: the text, an option's changes already made.
        baseline: the same on the base years.
        progress: told of each year.

    Returns:
        Two years or more, or none where there is nothing to compare.

    Raises:
        TradeDataError: the database cannot be read.
        Cancelled: asked to stop.
    """
    held = queries.trade_years(database)
    years = held[-MOST_YEARS:]
    loader = MarketLoader(database)
    found: dict[int, Baseline] = {}
    lacking: list[int] = []
    for place, year in enumerate(years):
        progress.step(place, len(years), f"trade of {year}")
        if (year,) == agreement.base_years:
            found[year] = baseline
            continue
        alone = replace(agreement, base_years=(year,))
        other = build_baseline(loader.load(alone, progress), alone, traded_only=True)
        if _missing_share(baseline, other) > MUCH_MISSING:
            lacking.append(year)
        else:
            found[year] = other
    progress.step(len(years), len(years), "done")
    notes = []
    if lacking:
        listed = ", ".join(str(year) for year in lacking)
        notes.append(
            f"Trade of {listed} is left out: the database lacks importers or products of more "
            f"than {MUCH_MISSING:.0%} of the covered trade."
        )
    if len(held) > MOST_YEARS:
        notes.append(f"Of {len(held)} years held the latest {MOST_YEARS} are compared.")
    if len(found) < 2:
        only = "nearly all of the covered trade in no year"
        if found:
            only = f"the trade of {next(iter(found))} alone"
        notes.insert(0, f"The database holds {only}, so the base year is not varied.")
        found = {}
    return YearsOfTrade(found, " ".join(notes))


def _missing_share(baseline: Baseline, other: Baseline) -> float:
    """Share of the trade of the base years whose importer or product the other year lacks."""
    value = np.nan_to_num(baseline.value_usd)
    if not len(other.i):
        return 1.0
    imports = np.bincount(other.i, minlength=len(other.importers)) > 0
    traded = np.array([code in other.market.traded for code in baseline.market.products])
    known: NDArray[np.bool_] = imports[baseline.i] & traded[baseline.k]
    return float(value[~known].sum() / value.sum()) if value.any() else 0.0
