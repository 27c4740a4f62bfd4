"""One supplier stops: how much of each covered good is lost, before and after re-sourcing.

Two tiers. First, imports from that supplier are gone. Second, the other suppliers use its
materials: without re-sourcing each makes as much less as the share of that economy in the materials
it buys. Re-sourcing lets what is left of world supply, of materials and of goods, grow by the spare
capacity.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.baseline import Baseline
from workbench.analysis.content import lane_content
from workbench.model.economies import territory_of

Floats = NDArray[np.float64]

SPARE_SHARE = 0.2
"""Default spare capacity; a model default without a published estimate."""


@dataclass(frozen=True, eq=False)
class SupplyShock:
    """What is lost when an economy stops.

    Attributes:
        economy: the supplier that stops.
        spare_share: how much what is left of supply can grow.
        products: product, imports (USD a year), direct_loss (share of imports bought there),
            input_loss (share lost because others lack its materials), lost (both), lost_after
            (what re-sourcing cannot replace), lost_usd, lost_after_usd, known_share (share of the
            other suppliers' trade whose materials are known).
    """

    economy: str
    spare_share: float
    products: pd.DataFrame

    @property
    def lost(self) -> float | None:
        """Share of all covered imports lost before re-sourcing."""
        return self._share("lost_usd")

    @property
    def lost_after(self) -> float | None:
        """Share of all covered imports lost after it."""
        return self._share("lost_after_usd")

    def _share(self, column: str) -> float | None:
        total = float(self.products["imports"].sum())
        return float(self.products[column].sum()) / total if total > 0 else None


def supply_shock(baseline: Baseline, economy: str, spare_share: float = SPARE_SHARE) -> SupplyShock:
    """Stop one supplier of the importing partners.

    Args:
        baseline: trade and content as they stand today.
        economy: who stops; a member stands for its customs territory.
        spare_share: from 0, nothing can be replaced, to 1, what is left can double.
    """
    stopped = territory_of(economy)
    market = baseline.market
    flows = market.flows.groupby(["importer", "exporter", "product"], as_index=False)[
        "value_usd"
    ].sum()
    world = flows.groupby(["product", "exporter"])["value_usd"].sum()
    bought = flows[flows["importer"].isin(baseline.importers)]
    by_supplier = bought.groupby(["product", "exporter"])["value_usd"].sum().reset_index()
    others = by_supplier[by_supplier["exporter"] != stopped]
    suppliers = world.reset_index()
    suppliers = suppliers[suppliers["exporter"] != stopped]
    needs = _share_of_materials(baseline, suppliers, stopped)
    less = np.nan_to_num(needs)
    # Materials of that origin are replaced by up to the spare capacity of the other materials.
    less_after = np.maximum(less - spare_share * (1 - less), 0.0)
    suppliers = suppliers.assign(
        less=less,
        less_after=less_after,
        spare=spare_share * suppliers["value_usd"] * (1 - less_after),
        known=~np.isnan(needs),
    )
    spare = suppliers.groupby("product")["spare"].sum()
    columns = ["product", "exporter", "less", "less_after", "known"]
    others = others.merge(suppliers[columns], on=["product", "exporter"])
    others = others.assign(
        short=others["value_usd"] * others["less"],
        short_after=others["value_usd"] * others["less_after"],
        seen=others["value_usd"] * others["known"],
    )
    imports = by_supplier.groupby("product")["value_usd"].sum()
    direct = (
        by_supplier[by_supplier["exporter"] == stopped].groupby("product")["value_usd"].sum()
    ).reindex(imports.index, fill_value=0.0)
    sums = others.groupby("product")[["short", "short_after", "seen", "value_usd"]].sum()
    sums = sums.reindex(imports.index, fill_value=0.0)
    lost = direct + sums["short"]
    left = (direct + sums["short_after"] - spare.reindex(imports.index, fill_value=0.0)).clip(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        frame = pd.DataFrame(
            {
                "product": imports.index.astype(object),
                "imports": imports.to_numpy(),
                "direct_loss": (direct / imports).to_numpy(),
                "input_loss": (sums["short"] / imports).to_numpy(),
                "lost": (lost / imports).to_numpy(),
                "lost_after": (left / imports).to_numpy(),
                "lost_usd": lost.to_numpy(),
                "lost_after_usd": left.to_numpy(),
                "known_share": (sums["seen"] / sums["value_usd"]).to_numpy(),
            }
        )
    frame = frame[frame["imports"] > 0]
    frame = frame.sort_values("lost_usd", ascending=False, kind="stable", ignore_index=True)
    return SupplyShock(stopped, spare_share, frame)


def largest_suppliers(baseline: Baseline, most: int = 20) -> tuple[str, ...]:
    """Suppliers of the importing partners, the largest first, non-parties before partners."""
    flows = baseline.market.flows
    bought = flows[flows["importer"].isin(baseline.importers)]
    sums = bought.groupby("exporter")["value_usd"].sum().sort_values(ascending=False)
    names = [str(code) for code in sums.index]
    outside = [code for code in names if code not in baseline.partners]
    inside = [code for code in names if code in baseline.partners]
    return tuple((outside + inside)[:most])


def _share_of_materials(baseline: Baseline, suppliers: pd.DataFrame, economy: str) -> Floats:
    """Share of one origin in the materials that each supplier buys; NaN where not known."""
    content = lane_content(
        baseline.market,
        np.full(len(suppliers), "", dtype=object),
        suppliers["exporter"].to_numpy(dtype=object),
        suppliers["product"].to_numpy(dtype=object),
        baseline.bills,
    )
    if economy not in content.origins:
        return np.where(np.isnan(content.materials_share), np.nan, 0.0)
    bought = content.declared[:, content.origins.index(economy)]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(content.materials_share > 0, bought / content.materials_share, 0.0)
    return np.where(np.isnan(content.materials_share), np.nan, np.clip(share, 0, 1))
