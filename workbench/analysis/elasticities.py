"""The elasticities that trade effects rest on, each with its source and range (method, section 7).

What the agreement states counts first, then the database, then published defaults. The database
holds trade elasticities: how much an exporter's trade falls with the duty on it. Their size stands
for the elasticity of substitution between suppliers.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.partial_equilibrium import INFINITE_SUPPLY
from workbench.model.agreement import Agreement
from workbench.model.assumptions import StatedElasticity
from workbench.tradedata import columns as col

Floats = NDArray[np.float64]

DEMAND, DEMAND_SOURCE = -1.25, "default: example of Francois and Hall (2003)"
SUBSTITUTION, SUBSTITUTION_SOURCE = 1.5, "default of the SMART model (World Bank, WITS help)"
SUPPLY, SUPPLY_SOURCE = 1.5, "default: example of Francois and Hall (2003)"
INFINITE_SOURCE = "infinite by the choice of model"
BETWEEN_SOURCE = "half of that between suppliers, as in the GTAP database"
RANGE_SOURCE = "from half to twice; the sources give no range"

_SPREAD = 2.0


@dataclass(frozen=True, eq=False)
class Elasticities:
    """Elasticities of products (K).

    Attributes:
        sources: one row a product: product, demand, substitution, supply, between_groups, each
            with `_source`, `_low` and `_high`.
    """

    products: tuple[str, ...]
    demand: Floats
    substitution: Floats
    supply: Floats
    between: Floats
    sources: pd.DataFrame

    def scaled(self, factor: float) -> "Elasticities":
        """All of them larger or smaller, but for infinite supply."""
        infinite = self.supply >= INFINITE_SUPPLY
        return Elasticities(
            self.products,
            self.demand * factor,
            self.substitution * factor,
            np.where(infinite, self.supply, np.minimum(self.supply * factor, INFINITE_SUPPLY - 1)),
            self.between * factor,
            self.sources,
        )


def low(elasticities: Elasticities) -> Elasticities:
    """The low end of the range."""
    return elasticities.scaled(1 / _SPREAD)


def high(elasticities: Elasticities) -> Elasticities:
    """The high end of the range."""
    return elasticities.scaled(_SPREAD)


def elasticities_in_use(
    agreement: Agreement,
    products: tuple[str, ...],
    estimates: pd.DataFrame,
    infinite_supply: bool,
) -> Elasticities:
    """What each product's effects are computed with.

    Args:
        agreement: may state elasticities of its own.
        products: six-digit codes.
        estimates: as `workbench.tradedata.queries.elasticities` returns them.
        infinite_supply: the model takes supply as infinite whatever is stated.
    """
    found = {
        str(code): (abs(float(value)), f"{source}, {method}")
        for code, value, method, source in zip(
            estimates[col.PRODUCT],
            estimates[col.ELASTICITY],
            estimates[col.METHOD],
            estimates[col.SOURCE],
            strict=True,
        )
    }
    rows = []
    for code in products:
        stated = [e for e in agreement.elasticities if _is_of(e, code)]
        demand = _stated(stated, "demand") or (DEMAND, DEMAND_SOURCE)
        substitution = (
            _stated(stated, "substitution")
            or found.get(code)
            or (SUBSTITUTION, SUBSTITUTION_SOURCE)
        )
        supply = _stated(stated, "supply") or (SUPPLY, SUPPLY_SOURCE)
        if infinite_supply:
            supply = (INFINITE_SUPPLY, INFINITE_SOURCE)
        between = _stated(stated, "between_groups") or (substitution[0] / 2, BETWEEN_SOURCE)
        row: dict[str, object] = {"product": code}
        for name, (value, source) in (
            ("demand", demand),
            ("substitution", substitution),
            ("supply", supply),
            ("between_groups", between),
        ):
            endless = name == "supply" and value >= INFINITE_SUPPLY
            row[name] = value
            row[f"{name}_source"] = source
            row[f"{name}_low"] = value if endless else value / _SPREAD
            row[f"{name}_high"] = value if endless else value * _SPREAD
        rows.append(row)
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    return Elasticities(
        products,
        frame["demand"].to_numpy(dtype=np.float64),
        frame["substitution"].to_numpy(dtype=np.float64),
        frame["supply"].to_numpy(dtype=np.float64),
        frame["between_groups"].to_numpy(dtype=np.float64),
        frame,
    )


_COLUMNS = [
    "product",
    *(
        f"{name}{part}"
        for name in ("demand", "substitution", "supply", "between_groups")
        for part in ("", "_low", "_high", "_source")
    ),
]


def _is_of(stated: StatedElasticity, code: str) -> bool:
    return not stated.products or any(r.contains(code) for r in stated.products)


def _stated(entries: list[StatedElasticity], name: str) -> tuple[float, str] | None:
    """The first that states it; one that names the product before one for all."""
    for entry in sorted(entries, key=lambda e: not e.products):
        value = getattr(entry, name)
        if value is not None:
            return float(value), f"stated in the agreement: {entry.source}"
    return None
