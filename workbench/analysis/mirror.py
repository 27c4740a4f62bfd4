"""Mirror data of an agreement's products: what both ends report, folded as its lanes are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.model.economies import territory_of
from workbench.model.nomenclature import HSEdition
from workbench.tradedata import columns as col
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.mirror import contradicts, mirror_flows

if TYPE_CHECKING:
    from workbench.analysis.results import Evaluation

_ENDS = (col.IMPORTER, col.EXPORTER, col.PRODUCT)
_TEXTS = (col.IMPORTS_BASIS, col.IMPORTS_SOURCE, col.EXPORTS_BASIS, col.EXPORTS_SOURCE)


def mirror_lanes(
    database: TradeDatabase,
    products: Sequence[str],
    edition: HSEdition,
    years: Sequence[int],
    importers: Sequence[str],
) -> pd.DataFrame:
    """Both reports of each lane: means over the years in which both ends report it.

    Members of customs territories are folded, and what flows inside one is left out.

    Returns:
        importer, exporter, product, imports_usd, exports_usd, ratio, imports_basis,
        imports_source, exports_basis, exports_source, reported_years; the largest first.
    """
    found = mirror_flows(database, products, edition, years)
    found = found.assign(
        importer=found[col.IMPORTER].map(territory_of),
        exporter=found[col.EXPORTER].map(territory_of),
    )
    found = found[
        found[col.IMPORTER].isin(importers) & (found[col.IMPORTER] != found[col.EXPORTER])
    ]
    how: dict[str, Any] = {col.IMPORTS_USD: "sum", col.EXPORTS_USD: "sum", col.YEAR: "nunique"}
    how |= dict.fromkeys(_TEXTS, _said)
    lanes = found.groupby(list(_ENDS), as_index=False, sort=True).agg(how)
    lanes = lanes.rename(columns={col.YEAR: "reported_years"})
    for name in (col.IMPORTS_USD, col.EXPORTS_USD):
        lanes[name] = lanes[name] / lanes["reported_years"]
    lanes[col.RATIO] = lanes[col.IMPORTS_USD] / lanes[col.EXPORTS_USD]
    larger = lanes[[col.IMPORTS_USD, col.EXPORTS_USD]].max(axis=1)
    return lanes.loc[larger.sort_values(ascending=False, kind="stable").index].reset_index(
        drop=True
    )


def lanes_reported_twice(evaluation: Evaluation) -> pd.DataFrame:
    """The mirror data of lanes between the partners; columns as in `mirror_lanes`."""
    mirror = evaluation.baseline.market.mirror
    if mirror is None:
        return pd.DataFrame(columns=[*_ENDS, col.IMPORTS_USD, col.EXPORTS_USD, col.RATIO, *_TEXTS])
    return mirror[mirror[col.EXPORTER].isin(evaluation.baseline.exporters)].reset_index(drop=True)


def contradicting(lanes: pd.DataFrame) -> pd.DataFrame:
    """Those whose reports differ by more than a factor of two."""
    return lanes[contradicts(lanes[col.RATIO])]


def mirror_note(evaluation: Evaluation, importer: str, exporter: str, product: str) -> str:
    """Both reports of a lane in a sentence; "" where only one end reports it, or none."""
    lanes = lanes_reported_twice(evaluation)
    at = (lanes[col.IMPORTER] == importer) & (lanes[col.EXPORTER] == exporter)
    found = lanes[at & (lanes[col.PRODUCT] == product)]
    if found.empty:
        return ""
    lane = found.iloc[0]
    return (
        f"Mirror data: the importer reports USD {lane[col.IMPORTS_USD]:,.0f} "
        f"({lane[col.IMPORTS_BASIS]}, {lane[col.IMPORTS_SOURCE]}), the exporter "
        f"USD {lane[col.EXPORTS_USD]:,.0f} ({lane[col.EXPORTS_BASIS]}, "
        f"{lane[col.EXPORTS_SOURCE]}); imports are {lane[col.RATIO]:.2f} of exports."
    )


def _said(texts: pd.Series[str]) -> str:
    return " and ".join(dict.fromkeys(texts))
