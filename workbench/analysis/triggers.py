"""Review triggers worked out from data: which of them the figures of today would set off."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.analysis.concentration import hhi
from workbench.analysis.explain import FIGURES, Unit
from workbench.analysis.results import Evaluation
from workbench.model.commitments import Trigger
from workbench.model.economies import territory_of
from workbench.tradedata import columns as col
from workbench.tradedata import queries
from workbench.tradedata.database import TradeDatabase

_TOTALS = (
    "covered_trade",
    "known_duty_share",
    "critical_mass_share",
    "utilisation",
    "claimed",
    "free_riding_content",
    "traced_free_riding_content",
    "exposure",
    "traced_exposure",
    "resourced_content",
    "duty_forgone",
    "leakage",
)
TRIGGER_FIGURES: dict[str, tuple[str, Unit]] = {
    **{name: FIGURES[name] for name in _TOTALS},
    "concentration": ("Concentration of partners' imports (HHI)", Unit.NUMBER),
    "largest_supplier_share": ("Largest supplier's share of partners' imports", Unit.SHARE),
    "non_party_share": ("Non-parties' share of partners' imports", Unit.SHARE),
    "volume_move": ("Change of import volume between the last two years held", Unit.SHARE),
    "price_move": ("Change of import price between the last two years held", Unit.SHARE),
}
"""Figures that a trigger may name: title and unit."""

_MOVES = ("volume_move", "price_move")


@dataclass(frozen=True, slots=True)
class Moves:
    """Change of partners' imports of covered products from one year held to the next.

    Shares of the earlier year; `quantity_share` is the share of the value whose quantity is
    known in both years, on which both moves rest. None is not known.
    """

    year_before: int
    year: int
    volume: float | None
    price: float | None
    quantity_share: float


@dataclass(frozen=True, slots=True)
class TriggerState:
    """A trigger, the figure it looks at, and whether it is met; None where it is not known.

    `why` is why it is not known, or what part of trade a figure rests on; "" is neither.
    """

    trigger: Trigger
    title: str
    unit: Unit
    value: float | None
    met: bool | None
    why: str = ""


def trigger_states(evaluation: Evaluation, moves: Moves | None = None) -> tuple[TriggerState, ...]:
    """Every trigger of the agreement with its figure.

    Args:
        evaluation: the figures of today.
        moves: of trade between years; None where only one year is held.
    """
    imports: dict[str, float] = {}
    found = []
    for trigger in evaluation.agreement.institutions.triggers:
        if trigger.figure not in TRIGGER_FIGURES:
            names = ", ".join(TRIGGER_FIGURES)
            why = f"'{trigger.figure}' is not a figure; use one of {names}"
            found.append(TriggerState(trigger, trigger.figure, Unit.NUMBER, None, None, why))
            continue
        title, unit = TRIGGER_FIGURES[trigger.figure]
        why = ""
        if trigger.figure in _MOVES:
            value = None
            if moves is None:
                why = "The database holds one year of this trade only."
            else:
                value = moves.volume if trigger.figure == "volume_move" else moves.price
                why = "Quantities are not known in both years."
                if value is not None:
                    why = (
                        f"On {moves.quantity_share:.0%} of the imports of {moves.year}, of which "
                        f"quantities are known in {moves.year_before} too."
                    )
        elif trigger.figure in evaluation.totals:
            value = evaluation.totals[trigger.figure]
            why = "" if value is not None else "The evaluation has no such figure."
        else:
            imports = imports or _import_figures(evaluation)
            value = imports.get(trigger.figure)
            why = "" if value is not None else "The database holds no such trade."
        met = None if value is None else trigger.met_by(value)
        found.append(TriggerState(trigger, title, unit, value, met, why))
    return tuple(found)


def _import_figures(evaluation: Evaluation) -> dict[str, float]:
    """Concentration, largest supplier and non-parties in partners' imports of covered products.

    Each is of a product's imports by all partners together, weighted by their value; trade
    between partners counts as any other.
    """
    baseline = evaluation.baseline
    flows = baseline.market.flows
    flows = flows[flows["importer"].isin(baseline.importers) & (flows["value_usd"] > 0)]
    if flows.empty:
        return {}
    by_supplier = flows.groupby(["product", "exporter"])["value_usd"].sum()
    weights, indexes, largest = [], [], []
    for _, suppliers in by_supplier.groupby(level="product"):
        values = suppliers.to_numpy(dtype=float)
        weights.append(values.sum())
        indexes.append(hhi(values))
        largest.append(values.max() / values.sum())
    outside = ~flows["exporter"].isin(baseline.partners)
    return {
        "concentration": float(np.average(indexes, weights=weights)),
        "largest_supplier_share": float(np.average(largest, weights=weights)),
        "non_party_share": float(flows.loc[outside, "value_usd"].sum() / sum(weights)),
    }


def trade_moves(
    database: TradeDatabase, edition: str, products: Sequence[str], importers: Sequence[str]
) -> Moves | None:
    """How partners' imports of covered products moved between the last two years held.

    What flows inside a customs territory is no import of it. Volume and price are Laspeyres and
    Paasche indexes over flows with a quantity in both years.

    Args:
        database: the trade database.
        edition: HS edition of the products.
        products: HS6 codes.
        importers: economies or customs territories.

    Returns:
        None where fewer than two years are held.
    """
    years = queries.trade_years(database)[-2:]
    if len(years) < 2 or not products or not importers:
        return None
    found = queries.flows(database, products, edition, years, importers)
    buyers, sellers = (found[end].map(territory_of) for end in (col.IMPORTER, col.EXPORTER))
    found = found[buyers != sellers].rename(columns={col.VALUE_USD: "usd", col.QUANTITY_KG: "kg"})
    flows = found.set_index([col.IMPORTER, col.EXPORTER, col.PRODUCT])[[col.YEAR, "usd", "kg"]]
    before, after = (flows[flows[col.YEAR] == year].drop(columns=col.YEAR) for year in years)
    both = before.add_suffix("_before").join(after, how="inner")
    both = both[(both["kg_before"] > 0) & (both["kg"] > 0) & (both["usd_before"] > 0)]
    whole = float(after["usd"].sum())
    share = float(both["usd"].sum()) / whole if whole > 0 else 0.0
    if both.empty:
        return Moves(years[0], years[1], None, None, 0.0)
    old_price = both["usd_before"] / both["kg_before"]
    now_at_old_prices = float((old_price * both["kg"]).sum())
    volume = now_at_old_prices / float(both["usd_before"].sum()) - 1
    price = float(both["usd"].sum()) / now_at_old_prices - 1
    return Moves(years[0], years[1], volume, price, share)
