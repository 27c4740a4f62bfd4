"""A figure by exporting partner and product: where in the agreement it arises."""

import numpy as np
import pandas as pd

from workbench.analysis.exposure import SUMMED, sums
from workbench.analysis.results import Evaluation


def by_partner_and_product(evaluation: Evaluation, figure: str, most: int = 12) -> pd.DataFrame:
    """A figure of every exporting partner with trade, in the largest products.

    Args:
        evaluation: whose lanes.
        figure: a column of `sums`.
        most: products at most: those with the most trade that claims, then the most trade.

    Returns:
        Partners down, products across, both largest first; NaN where the figure is missing or
        there is no trade.
    """
    lanes = evaluation.lanes[evaluation.lanes["value"] > 0]
    if lanes.empty:
        return pd.DataFrame(dtype=np.float64)
    order = lanes.groupby("product")[["claimed", "value"]].sum()
    products = order.sort_values(["claimed", "value"], ascending=False).index[:most]
    lanes = lanes[lanes["product"].isin(products)]
    table = sums(lanes.assign(pair=lanes["exporter"] + "|" + lanes["product"]), "pair")
    pair = table["pair"].str.split("|", expand=True)
    known = table[figure]
    if figure in SUMMED:
        known = known.where(table["utilisation"].notna())
    grid = pd.DataFrame({"exporter": pair[0], "product": pair[1], "figure": known})
    grid = grid.pivot(index="exporter", columns="product", values="figure")
    size = lanes.groupby("exporter")[["claimed", "value"]].sum()
    partners = size.sort_values(["claimed", "value"], ascending=False).index
    return grid.reindex(index=partners, columns=list(products)).astype(np.float64)
