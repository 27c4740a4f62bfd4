"""Trade as one national statistical office reports it: lines, measures and sums over subheadings.

Every figure goes to `national_trade` under the code the source gives. The value of trade by lines
of six digits and more is also summed by subheading into `trade_flows`, so that it stands beside
world trade; other measures (charges, duties) are not.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from workbench.tradedata.codes import ECONOMY_IDS, product_id
from workbench.tradedata.flow_arrays import MISSING
from workbench.tradedata.ingest.collected import Collected, Facts
from workbench.tradedata.ingest.figures import is_hs, us_edition

WHOLE_FROM = 60
"""A file that breaks out so many partners is taken to hold all of them."""

_KILOGRAMS = {"kg": 1.0, "kilograms": 1.0, "kilogram": 1.0, "kgs": 1.0, "t": 1000.0}

Lane = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Origin:
    """What all figures of a file have in common.

    Attributes:
        reporter: economy whose office reports.
        imports: it reports its imports; else its exports.
        basis: of the value of trade.
    """

    source: str
    release: str
    licence: str
    reporter: str
    imports: bool
    basis: str


@dataclass
class NationalTrade:
    """Gathers figures by lane (code, year, partner)."""

    into: Collected
    origin: Origin
    values: dict[tuple[Lane, str], float] = field(default_factory=lambda: defaultdict(float))
    quantities: dict[Lane, dict[str, float]] = field(default_factory=dict)
    _seen: set[tuple[str, ...]] = field(default_factory=set)

    def add(
        self,
        row: int,
        cells: Sequence[str],
        figures: Sequence[tuple[Lane, str, float]],
        quantity: tuple[float, str] | None = None,
    ) -> bool:
        """Take a row's figures (lane, measure, USD); rows of one lane are added up.

        Args:
            row: its number.
            cells: its text; a row that stands word for word before is not taken again.
            figures: nothing to take where this is empty.
            quantity: with its unit, of the first lane.
        """
        key = tuple(cells)
        if key in self._seen:
            self.into.reject(row, "stands twice", cells)
            return False
        self._seen.add(key)
        for lane, measure, value in figures:
            self.values[lane, measure] += value
        if quantity is not None and figures:
            self.add_quantity(figures[0][0], *quantity)
        self.into.taken += 1
        return True

    def add_quantity(self, lane: Lane, quantity: float, unit: str) -> None:
        """Take a quantity of a lane."""
        held = self.quantities.setdefault(lane, {})
        held[unit] = held.get(unit, 0.0) + quantity

    def finish(self, trade_measures: Sequence[str]) -> None:
        """Hand everything over.

        Args:
            trade_measures: measures that are the value of trade; the first that the file holds
                is summed by subheading.
        """
        o = self.origin
        held = {measure for _, measure in self.values}
        trade = next((measure for measure in trade_measures if measure in held), None)
        partners = {lane[2] for lane, _ in self.values}
        flows: dict[tuple[int, int, int], list[float]] = {}
        for (lane, measure), value in self.values.items():
            code, year, partner = lane
            edition = self.into.stated.edition or us_edition(year)
            ends = (o.reporter, partner) if o.imports else (partner, o.reporter)
            importer, exporter = (ECONOMY_IDS[end] for end in ends)
            quantity, unit = self._quantity(lane)
            dataset = self.into.dataset(
                self._facts("national_trade", edition, basis=o.basis if measure == trade else "")
            )
            key = (importer, code, year, exporter, measure)
            dataset.rows[key] = (0, (round(value), quantity, unit))
            if measure != trade or len(code) < 6 or not is_hs(code) or edition is None:
                continue
            place = (year, product_id(code[:6]), ECONOMY_IDS[partner])
            weight = _kilograms(quantity, unit)
            known = flows.setdefault(place, [0.0, 0.0])
            known[0] += value
            known[1] += weight
        for (year, product, partner_id), (value, weight) in flows.items():
            edition = self.into.stated.edition or us_edition(year)
            facts = self._facts(
                "trade_flows", edition, basis=o.basis, whole=len(partners) >= WHOLE_FROM
            )
            reporter = ECONOMY_IDS[o.reporter]
            importer, exporter = (reporter, partner_id) if o.imports else (partner_id, reporter)
            kilograms = MISSING if weight != weight else round(weight)
            self.into.dataset(facts).pending.append(
                (year, product, importer, exporter, round(value), kilograms)
            )
        for dataset in self.into.datasets.values():
            dataset.settle()

    def _quantity(self, lane: Lane) -> tuple[float | None, str | None]:
        """A lane's quantity, where all of it is in one unit."""
        held = self.quantities.get(lane)
        if not held or len(held) > 1:
            return None, None
        ((unit, quantity),) = held.items()
        return quantity, unit

    def _facts(self, table: str, edition: int | None, *, basis: str, whole: bool = True) -> Facts:
        o = self.origin
        end = "importer" if o.imports else "exporter"
        name = f"{o.release}, HS{edition}" if edition else o.release
        return Facts(
            table=table,
            source=o.source,
            edition=name,
            licence=o.licence,
            hs_edition=edition,
            basis=basis,
            reported_by=end,
            whole_market=whole and o.imports,
            note="sums by subheading of the lines reported" if table == "trade_flows" else "",
        )


def _kilograms(quantity: float | None, unit: str | None) -> float:
    """Kilograms; NaN, which makes every sum missing, where they are not known."""
    factor = _KILOGRAMS.get((unit or "").lower())
    return float("nan") if quantity is None or factor is None else quantity * factor
