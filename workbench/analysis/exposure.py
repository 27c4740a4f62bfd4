"""Free-rider exposure: sums of lanes, and who rides free (method, section 5)."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.baseline import Baseline
from workbench.analysis.results import Evaluation, NonPartyOrigins

Floats = NDArray[np.float64]

SUMMED = (
    "claimed",
    "free_riding_content",
    "traced_free_riding_content",
    "resourced_content",
    "duty_forgone",
    "leakage",
    "traced_leakage",
)


@dataclass(frozen=True, eq=False)
class Grouping:
    """Lanes (L) by a column: its different texts in order, and the place of each lane's."""

    names: NDArray[np.str_]
    of_lane: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class _Known:
    """A figure of lanes (L): zero where it is missing, and 1 where it is not, else 0."""

    values: Floats
    known: Floats

    def total(self, group: Grouping) -> Floats:
        """Sums of the groups; missing where nothing is known."""
        size = len(group.names)
        count = np.bincount(group.of_lane, self.known, size)
        return np.where(count > 0, np.bincount(group.of_lane, self.values, size), np.nan)


def grouping(column: pd.Series) -> Grouping:
    """Lanes by a column of texts."""
    return Grouping(*np.unique(column.to_numpy(dtype=str), return_inverse=True))


def figures_known(lanes: pd.DataFrame) -> dict[str, _Known]:
    """What `summed` takes of lanes; for several groupings of the same."""
    value = lanes["value"].to_numpy(dtype=np.float64)
    no_trade = np.isnan(value)
    columns = {"value": value}
    columns |= {name: lanes[name].to_numpy(dtype=np.float64) for name in SUMMED}
    columns["known"] = np.where(np.isnan(lanes["base_duty"].to_numpy()), np.nan, value)
    columns["used"] = np.where(np.isnan(lanes["utilisation"].to_numpy()), np.nan, value)
    figures = {}
    for name, values in columns.items():
        missing = np.isnan(values) | no_trade
        figures[name] = _Known(np.where(missing, 0.0, values), 1.0 - missing)
    return figures


def sums(lanes: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sums of lanes by a column; shares are of lanes with a known duty, missing where none.

    Missing figures of single lanes are left out, and so are lanes whose trade is missing; a sum
    of nothing but missing is missing.
    """
    return summed(figures_known(lanes), by, grouping(lanes[by]))


def summed(figures: dict[str, _Known], by: str, group: Grouping) -> pd.DataFrame:
    """As `sums`, of figures and a grouping made before."""
    totals = {name: figure.total(group) for name, figure in figures.items()}
    known, used = totals.pop("known"), totals.pop("used")
    table = totals
    with np.errstate(divide="ignore", invalid="ignore"):
        claimed = np.where(table["claimed"] > 0, table["claimed"], np.nan)
        table["known_duty_share"] = np.where(
            table["value"] > 0, np.nan_to_num(known) / table["value"], np.nan
        )
        table["utilisation"] = np.where(used > 0, table["claimed"] / used, np.nan)
        table["exposure"] = table["free_riding_content"] / claimed
        table["traced_exposure"] = table["traced_free_riding_content"] / claimed
    return pd.DataFrame({by: group.names.astype(object), **table})


@lru_cache(maxsize=2)
def critical_mass_share(baseline: Baseline) -> float | None:
    """Partners' part in world trade of the covered products: half exports, half imports."""
    flows = baseline.market.flows
    world = float(flows["value_usd"].sum())
    if world <= 0:
        return None
    partners = list(baseline.partners)
    exports = float(flows.loc[flows["exporter"].isin(partners), "value_usd"].sum())
    imports = float(flows.loc[flows["importer"].isin(partners), "value_usd"].sum())
    return (exports + imports) / (2 * world)


def shares_of_rows(content: Floats) -> Floats:
    """Rows as shares of their sum; all zero where a row is empty or unknown."""
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: Floats = content / content.sum(axis=1, keepdims=True)
    shares[np.isnan(shares)] = 0.0
    return shares


def by_origin(lanes: pd.DataFrame, origins: NonPartyOrigins) -> pd.DataFrame:
    """Free-riding content and leakage by the economy that rides, largest first."""
    figures = {}
    for column, shares in (
        ("free_riding_content", origins.declared),
        ("leakage", origins.declared),
        ("traced_free_riding_content", origins.traced),
        ("traced_leakage", origins.traced),
    ):
        content = lanes[column].to_numpy(dtype=np.float64)
        figures[column] = np.where(np.isnan(content), 0.0, content) @ shares
    frame = pd.DataFrame({"economy": origins.economies, **figures})
    frame = frame[(frame["free_riding_content"] > 0) | (frame["traced_free_riding_content"] > 0)]
    return frame.sort_values("free_riding_content", ascending=False, ignore_index=True)


def free_riding_flows(evaluation: Evaluation, traced: bool = False) -> pd.DataFrame:
    """Who rides, through which partner, in which product, into which market.

    Returns:
        economy (the non-party), exporter, importer, product, lane (row of the lanes),
        free_riding_content in USD; only positive ones, largest first. They sum to the total.
    """
    origins = evaluation.origins
    shares = origins.traced if traced else origins.declared
    column = "traced_free_riding_content" if traced else "free_riding_content"
    content = np.nan_to_num(evaluation.lanes[column].to_numpy())[:, None] * shares
    lane, origin = np.nonzero(content > 0)
    lanes = evaluation.lanes
    frame = pd.DataFrame(
        {
            "economy": np.array(origins.economies, dtype=object)[origin],
            "exporter": lanes["exporter"].to_numpy()[lane],
            "importer": lanes["importer"].to_numpy()[lane],
            "product": lanes["product"].to_numpy()[lane],
            "lane": lane,
            "free_riding_content": content[lane, origin],
        }
    )
    return frame.sort_values("free_riding_content", ascending=False, ignore_index=True)
