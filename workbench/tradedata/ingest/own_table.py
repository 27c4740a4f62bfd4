"""A table of the user's own: any csv or xlsx, with a mapping from our columns to its own.

The mapping (YAML or JSON) says `table:` and which of its columns hold ours; `"= text"` stands for
one text in every row. Units are said once: `rate_unit: per cent`, `value_unit: thousand USD`,
`quantity_unit: t`. An agreed rate table of a partner is such a table with `table: tariffs`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.errors import TradeDataError
from workbench.tradedata.codes import ECONOMY_IDS, edition_id, product_id
from workbench.tradedata.flow_arrays import MISSING
from workbench.tradedata.ingest.collected import Collected, Dataset, Facts
from workbench.tradedata.ingest.duties import Place, stated, worded
from workbench.tradedata.ingest.economy_codes import economy_of
from workbench.tradedata.ingest.figures import is_hs, is_missing, number, padded, year_of
from workbench.tradedata.ingest.source import Columns, Grid, Part
from workbench.tradedata.rate_text import DutyRate

_RATE_UNITS = {"fraction": 1.0, "per cent": 0.01, "percent": 0.01, "%": 0.01}
_VALUE_UNITS = {"usd": 1.0, "thousand usd": 1e3, "million usd": 1e6}
_QUANTITY_UNITS = {"kg": 1.0, "t": 1000.0}

# Table -> our columns that a mapping must name, and those it may name.
_COLUMNS: dict[str, tuple[str, str]] = {
    "trade": ("importer exporter product year value", "quantity"),
    "tariffs": ("importer product rate", "year regime programme valid_from"),
    "indicators": ("economy indicator value", "year unit"),
    "elasticities": ("product elasticity", ""),
    "utilisation": ("importer exporter line value claimed", "programme period year"),
    "concordance": ("from to", "weight"),
}
_SETTINGS = (
    "table",
    "sheet",
    "edition",
    "from_edition",
    "to_edition",
    "rate_unit",
    "value_unit",
    "quantity_unit",
    "basis",
)
_REGIMES = frozenset({"mfn", "preference", "base", "column2", "bound", "applied"})


@dataclass(frozen=True)
class _Mapped:
    """The mapping, checked against a header."""

    table: str
    settings: dict[str, str]
    columns: Columns
    named: dict[str, str]

    def cell(self, cells: Sequence[str], name: str) -> str:
        """Our column of a row; "" where the mapping does not name it."""
        said = self.named.get(name, "")
        return said[1:].strip() if said.startswith("=") else self.columns.cell(cells, said)

    def factor(self, setting: str, units: dict[str, float], default: str) -> float:
        """What a unit is worth.

        Raises:
            TradeDataError: not one of the units.
        """
        said = self.settings.get(setting, default).lower()
        if said not in units:
            raise TradeDataError(f"{setting}: '{said}' is none of {', '.join(units)}")
        return units[said]


class OwnTable:
    """Reads what the mapping describes; never found by content."""

    kind = "table"

    def recognise(self, part: Part) -> str | None:
        """A table is all it takes; the mapping says the rest."""
        return "its columns are named in the mapping" if part.form in _FORMS else None

    def read(self, part: Part, into: Collected) -> None:
        """Take the rows.

        Raises:
            TradeDataError: no mapping, or one that does not fit the file.
        """
        mapping = dict(into.stated.mapping)
        if not mapping:
            raise TradeDataError(
                f"{part.name}: say with --map which of its columns are which, in a file such as "
                "'table: tariffs', 'importer: = VNM', 'product: HS Code', 'rate: MFN'"
            )
        table = mapping.get("table", "")
        if table not in _COLUMNS:
            raise TradeDataError(f"'table: {table}' is none of {', '.join(_COLUMNS)}")
        must, may = (text.split() for text in _COLUMNS[table])
        named = {name: said for name, said in mapping.items() if name not in _SETTINGS}
        for name in named:
            if name not in (*must, *may):
                raise TradeDataError(
                    f"'{name}' is no column of {table}: use {', '.join(must + may)}"
                )
        if absent := [name for name in must if name not in named]:
            raise TradeDataError(f"the mapping lacks {', '.join(absent)} of {table}")
        grid, at = _header(part, [s for s in named.values() if not s.startswith("=")], mapping)
        settings = {name: mapping[name] for name in _SETTINGS if name in mapping}
        mapped = _Mapped(table, settings, Columns(grid.head[at]), named)
        take = _TAKERS[table](mapped, into, part.name)
        for place, cells in enumerate(grid.rows()):
            if place > at:
                row = into.next_row()
                fault = take(row, cells)
                if fault:
                    into.reject(row, fault, cells)
        for dataset in into.datasets.values():
            dataset.settle()


_FORMS = ("table", "workbook")
_Take = Callable[[int, Sequence[str]], str]


def _header(part: Part, names: Sequence[str], mapping: dict[str, str]) -> tuple[Grid, int]:
    sheet = mapping.get("sheet", "")
    for grid in part.grids():
        if sheet in ("", grid.sheet):
            at = grid.header_at(*names)
            if at is not None:
                return grid, at
    raise TradeDataError(
        f"{part.name}: no row among the first holds all the columns of the mapping: "
        + ", ".join(names)
    )


def _edition(mapped: _Mapped, into: Collected, setting: str = "edition") -> int:
    if into.stated.edition and setting == "edition":
        return into.stated.edition
    said = mapped.settings.get(setting, "")
    if not said and setting == "edition":
        raise TradeDataError(
            "nothing says the HS edition of the codes; say it with --edition HS2022"
        )
    if not said:
        raise TradeDataError(f"the mapping lacks '{setting}: HS2022', the HS edition of the codes")
    return edition_id(said)


def _source(into: Collected, name: str) -> tuple[str, str, str]:
    return into.stated.source or name, into.stated.release or "as imported", "not stated"


def _product(mapped: _Mapped, cells: Sequence[str], into: Collected, name: str) -> tuple[str, str]:
    code = padded(mapped.cell(cells, name))
    if len(code) < 6 or not is_hs(code):
        return "", "not an HS code of six digits or more"
    return code, "" if into.stated.wants(code) else "not among the codes asked for"


def _trade(mapped: _Mapped, into: Collected, name: str) -> _Take:
    edition = _edition(mapped, into)
    value_factor = mapped.factor("value_unit", _VALUE_UNITS, "usd")
    weight_factor = mapped.factor("quantity_unit", _QUANTITY_UNITS, "kg")
    source, release, licence = _source(into, name)
    basis = mapped.settings.get("basis", "not stated")
    dataset = into.dataset(
        Facts("trade_flows", source, release, licence, edition, basis, "importer", False)
    )
    dataset.add_up = True
    seen: set[tuple[str, ...]] = set()

    def take(row: int, cells: Sequence[str]) -> str:
        code, fault = _product(mapped, cells, into, "product")
        importer, exporter = (economy_of(mapped.cell(cells, n)) for n in ("importer", "exporter"))
        year = year_of(mapped.cell(cells, "year"))
        value = number(mapped.cell(cells, "value"))
        text = mapped.cell(cells, "quantity")
        weight = number(text)
        if fault:
            return fault
        ends = [ECONOMY_IDS.get(end, 9999) for end in (importer, exporter)]
        if max(ends) >= 9000 or ends[0] == ends[1]:
            return "no such economy, a group of several, or the same twice"
        if year is None:
            return "not a year"
        if value is None or value <= 0:
            return "no value, or one that is not above zero"
        if not is_missing(text) and (weight is None or weight < 0):
            return "not a quantity"
        if tuple(cells) in seen:
            return "stands twice"
        seen.add(tuple(cells))
        kilograms = MISSING if weight is None else round(weight * weight_factor)
        flow = (
            year,
            product_id(code[:6]),
            ends[0],
            ends[1],
            round(value * value_factor),
            kilograms,
        )
        dataset.pending.append(flow)
        into.taken += 1
        return ""

    return take


def _tariffs(mapped: _Mapped, into: Collected, name: str) -> _Take:
    dataset = _dataset(mapped, into, name, "tariffs")
    factor = mapped.factor("rate_unit", _RATE_UNITS, "per cent")

    def take(row: int, cells: Sequence[str]) -> str:
        code, fault = _product(mapped, cells, into, "product")
        importer = economy_of(mapped.cell(cells, "importer")) or into.stated.importer
        year = year_of(mapped.cell(cells, "year")) or into.stated.year
        regime = mapped.cell(cells, "regime").lower() or "mfn"
        text = mapped.cell(cells, "rate")
        programme = mapped.cell(cells, "programme") or into.stated.programme
        if fault or not importer or year is None or regime not in _REGIMES:
            return fault or _why(importer, year) or f"no such regime: {regime}"
        if is_missing(text):
            return "no rate"
        if programme and regime == "mfn":
            regime = "preference"
        if programme:
            programme = into.programme(programme, programme, "agreement")
        place = Place(importer, code, regime, year, programme, mapped.cell(cells, "valid_from"))
        plain = number(text)
        if plain is None:
            into.add(row, cells, dataset, worded(place, text))
            return ""
        share = round(plain * factor, 10)
        if not 0 <= share <= 50:
            return "a rate below zero or beyond 5,000 per cent"
        into.add(row, cells, dataset, stated(place, DutyRate(share), f"{share * 100:g}%"))
        return ""

    return take


def _indicators(mapped: _Mapped, into: Collected, name: str) -> _Take:
    source, release, licence = _source(into, name)
    dataset = into.dataset(Facts("indicators", source, release, licence))

    def take(row: int, cells: Sequence[str]) -> str:
        economy = economy_of(mapped.cell(cells, "economy"))
        indicator = mapped.cell(cells, "indicator")
        value = number(mapped.cell(cells, "value"))
        year = year_of(mapped.cell(cells, "year")) or into.stated.year
        if not economy or not indicator or value is None:
            return _why(economy, 1) or "no name or no number"
        unit = mapped.cell(cells, "unit") or "as the source has it"
        key = (indicator, ECONOMY_IDS[economy], year)
        into.add(row, cells, dataset, (*key, value, False, unit, year))
        return ""

    return take


def _elasticities(mapped: _Mapped, into: Collected, name: str) -> _Take:
    dataset = _dataset(mapped, into, name, "elasticities")

    def take(row: int, cells: Sequence[str]) -> str:
        code, fault = _product(mapped, cells, into, "product")
        value = number(mapped.cell(cells, "elasticity"))
        if fault or value is None or value >= 0:
            return fault or "no elasticity below zero"
        into.add(row, cells, dataset, (product_id(code[:6]), value))
        return ""

    return take


def _utilisation(mapped: _Mapped, into: Collected, name: str) -> _Take:
    dataset = _dataset(mapped, into, name, "utilisation")
    factor = mapped.factor("value_unit", _VALUE_UNITS, "usd")

    def take(row: int, cells: Sequence[str]) -> str:
        code, fault = _product(mapped, cells, into, "line")
        importer, exporter = (economy_of(mapped.cell(cells, n)) for n in ("importer", "exporter"))
        value, claimed = (number(mapped.cell(cells, n)) for n in ("value", "claimed"))
        period = mapped.cell(cells, "period") or mapped.cell(cells, "year")
        year = year_of(period) or into.stated.year
        if fault or not importer or not exporter or year is None:
            return fault or _why(importer and exporter, year)
        if value is None or claimed is None or not 0 <= claimed <= value:
            return "no trade, or claims beyond it"
        programme = mapped.cell(cells, "programme") or into.stated.programme or "not stated"
        key = (ECONOMY_IDS[importer], programme, period or str(year), code, ECONOMY_IDS[exporter])
        into.add(row, cells, dataset, (*key, round(value * factor), round(claimed * factor)))
        return ""

    return take


def _concordance(mapped: _Mapped, into: Collected, name: str) -> _Take:
    start, end = (_edition(mapped, into, s) for s in ("from_edition", "to_edition"))
    source, release, licence = _source(into, name)
    dataset = into.dataset(Facts("concordances", source, release, licence))

    def take(row: int, cells: Sequence[str]) -> str:
        codes = [padded(mapped.cell(cells, n)) for n in ("from", "to")]
        if any(len(code) != 6 or not is_hs(code) for code in codes):
            return "not a pair of codes of six digits"
        weight = number(mapped.cell(cells, "weight"))
        if weight is not None and not 0 <= weight <= 1:
            return "a weight that is no share"
        key = (start, end, *(product_id(code) for code in codes))
        into.add(row, cells, dataset, (*key, "stated", weight))
        return ""

    return take


def _dataset(mapped: _Mapped, into: Collected, name: str, table: str) -> Dataset:
    source, release, licence = _source(into, name)
    return into.dataset(Facts(table, source, release, licence, _edition(mapped, into)))


def _why(economy: str, year: int | None) -> str:
    if not economy:
        return "no such economy"
    return "not a year" if year is None else ""


_TAKERS: dict[str, Callable[[_Mapped, Collected, str], _Take]] = {
    "trade": _trade,
    "tariffs": _tariffs,
    "indicators": _indicators,
    "elasticities": _elasticities,
    "utilisation": _utilisation,
    "concordance": _concordance,
}
