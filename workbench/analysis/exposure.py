"""Free-rider exposure: sums of lanes, and who rides free (method, section 5)."""

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


def sums(lanes: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sums of lanes by a column; shares are of lanes with a known duty, missing where none.

    Missing figures of single lanes are left out, and so are lanes whose trade is missing; a sum
    of nothing but missing is missing.
    """
    names, group = np.unique(lanes[by].to_numpy(dtype=str), return_inverse=True)

    def total(values: Floats) -> Floats:
        known = ~np.isnan(values)
        summed = np.bincount(group, np.where(known, values, 0.0), len(names))
        return np.where(np.bincount(group, known, len(names)) > 0, summed, np.nan)

    value = lanes["value"].to_numpy(dtype=np.float64)
    table = {"value": total(value)}
    no_trade = np.isnan(value)
    for name in SUMMED:
        table[name] = total(np.where(no_trade, np.nan, lanes[name].to_numpy(dtype=np.float64)))
    known = total(np.where(lanes["base_duty"].isna(), np.nan, value))
    used = total(np.where(lanes["utilisation"].isna(), np.nan, value))
    with np.errstate(divide="ignore", invalid="ignore"):
        claimed = np.where(table["claimed"] > 0, table["claimed"], np.nan)
        table["known_duty_share"] = np.where(
            table["value"] > 0, np.nan_to_num(known) / table["value"], np.nan
        )
        table["utilisation"] = np.where(used > 0, table["claimed"] / used, np.nan)
        table["exposure"] = table["free_riding_content"] / claimed
        table["traced_exposure"] = table["traced_free_riding_content"] / claimed
    return pd.DataFrame({by: names.astype(object), **table})


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
        shares: Floats = np.nan_to_num(content / content.sum(axis=1, keepdims=True))
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
        figures[column] = np.nan_to_num(lanes[column].to_numpy()) @ shares
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
