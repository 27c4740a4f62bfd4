"""What each partner brings, and who supplies the partners from outside."""

import pandas as pd

from workbench.analysis.market import Market
from workbench.analysis.results import Evaluation


def partner_figures(evaluation: Evaluation) -> pd.DataFrame:
    """Figures of every partner of the agreement, observers included, in the order of the text.

    Returns:
        economy; exports (to partners) and imports (from partners), USD a year of covered trade;
        utilisation and exposure of its exports; content ("known", "partly known", "not known",
        or "" where it does not export under the agreement); lane, the row of its largest lane
        as an exporter, else as an importer, -1 for none. NaN is unknown or does not apply.
    """
    lanes = evaluation.lanes
    economies = [partner.economy for partner in evaluation.agreement.partners]
    exporter = evaluation.by_exporter.set_index("exporter").reindex(economies)
    importer = evaluation.by_importer.set_index("importer").reindex(economies)
    known = lanes["declared_mean"].notna().groupby(lanes["exporter"]).mean().reindex(economies)
    words = [
        "" if pd.isna(share) else {1.0: "known", 0.0: "not known"}.get(share, "partly known")
        for share in known
    ]
    value = lanes["value"].fillna(-1.0)
    largest: dict[str, int] = {}
    for side in ("importer", "exporter"):
        rows = value.groupby(lanes[side]).idxmax()
        largest.update(zip(rows.index.tolist(), rows.tolist(), strict=True))
    return pd.DataFrame(
        {
            "economy": economies,
            "exports": exporter["value"].to_numpy(),
            "imports": importer["value"].to_numpy(),
            "utilisation": exporter["utilisation"].to_numpy(),
            "exposure": exporter["exposure"].to_numpy(),
            "content": words,
            "lane": [largest.get(code, -1) for code in economies],
        }
    )


def outside_suppliers(market: Market, importers: tuple[str, ...]) -> pd.DataFrame:
    """Non-partners that supply the partners with covered products, largest first.

    Args:
        market: trade in the covered products.
        importers: partners that import under the agreement.

    Returns:
        economy, value (USD a year), share (of these importers' imports from everyone).
    """
    flows = market.flows[market.flows["importer"].isin(importers)]
    total = float(flows["value_usd"].sum())
    outside = flows[~flows["exporter"].isin(market.importers)]
    table = outside.groupby("exporter", sort=True)["value_usd"].sum().reset_index()
    table.columns = pd.Index(["economy", "value"])
    table["share"] = table["value"] / total if total > 0 else float("nan")
    return table.sort_values("value", ascending=False, kind="stable", ignore_index=True)
