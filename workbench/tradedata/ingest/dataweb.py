"""USITC DataWeb: csv with years as columns or as rows, and xlsx with a sheet a measure.

The header is the first row that holds "HTS Number"; a last row "Total:" is checked, not taken.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.errors import TradeDataError
from workbench.tradedata.codes import ECONOMY_IDS
from workbench.tradedata.ingest.collected import Collected
from workbench.tradedata.ingest.economy_codes import by_name, economy_in, is_world
from workbench.tradedata.ingest.figures import number, padded, year_of
from workbench.tradedata.ingest.national import NationalTrade, Origin
from workbench.tradedata.ingest.source import Columns, Grid, Part

SOURCE = "USITC DataWeb"
LICENCE = "public domain (United States Government)"
_EXPORTS = ("fas value", "total exports", "domestic exports", "foreign exports")
_TRADE = (
    "Customs Value",
    "General Customs Value",
    "Imports for Consumption Customs Value",
    "FAS Value",
)
_OTHER_SYSTEMS = ("NAIC Number", "SITC Number")


class DataWeb:
    """Reads its three layouts."""

    kind = "dataweb"

    def recognise(self, part: Part) -> str | None:
        """By the column "HTS Number" beside "Data Type" or beside years."""
        if part.form not in ("table", "workbook"):
            return None
        for grid in part.grids():
            at = _header(grid)
            if at is None:
                continue
            columns = Columns(grid.head[at])
            years = _year_columns(grid.head[at])
            if columns.has("Data Type") or years or columns.has("Year"):
                form = "years as columns" if years else "a row a year"
                where = f" on the sheet '{grid.sheet}'" if grid.sheet else ""
                return f"there is a header with HTS Number and {form}{where}, as USITC DataWeb's"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the figures of every sheet.

        Raises:
            TradeDataError: the query was for one country and nobody says which, or its codes are
                not HTS.
        """
        tables = [table for grid in part.grids() if (table := _table(grid, part.name))]
        if not tables:
            raise TradeDataError(
                f"{part.name}: no row holds the column 'HTS Number'; ask DataWeb for HTS items"
            )
        gathered: dict[bool, NationalTrade] = {}
        for table in tables:
            if table.imports not in gathered:
                gathered[table.imports] = NationalTrade(into, _origin(table.imports))
            _read_table(table, into, gathered[table.imports])
        for national in gathered.values():
            national.finish(_TRADE)


def _origin(imports: bool) -> Origin:
    return Origin(
        SOURCE,
        "imports" if imports else "exports",
        LICENCE,
        "USA",
        imports,
        "customs value" if imports else "FAS",
    )


def _header(grid: Grid) -> int | None:
    return grid.header_at("HTS Number")


def _year_columns(header: Sequence[str]) -> dict[int, int]:
    """Year -> its column."""
    found = {}
    for place, name in enumerate(header):
        if re.fullmatch(r"(Year )?(19|20)\d\d", name.strip()):
            found[int(name.strip()[-4:])] = place
    return found


@dataclass(frozen=True)
class _Table:
    """One table with its header."""

    grid: Grid
    at: int
    imports: bool


def _table(grid: Grid, name: str) -> _Table | None:
    at = _header(grid)
    if at is None:
        for system in _OTHER_SYSTEMS:
            if grid.header_at(system) is not None:
                raise TradeDataError(
                    f"{name}: the codes are under '{system}'; ask DataWeb for HTS items instead"
                )
        return None
    said = " ".join(cell for cells in grid.head[: at + 2] for cell in cells) + " " + grid.sheet
    return _Table(grid, at, not any(word in said.lower() for word in _EXPORTS))


def _read_table(table: _Table, into: Collected, national: NationalTrade) -> None:
    header = table.grid.head[table.at]
    columns = Columns(header)
    years = _year_columns(header)
    country = columns.at("Country")
    own = into.stated.exporter if table.imports else into.stated.importer
    if country is None and not own and (own := economy_in(into.name)):
        into.notes.append(f"taken to be trade with {own}, by the file's name")
    if country is None and not own:
        flag = "--exporter" if table.imports else "--importer"
        raise TradeDataError(
            f"{into.name}: this query was for one country and does not name it; say which with "
            f"{flag}, such as {flag} TWN"
        )
    sums: dict[int, float] = defaultdict(float)
    for cells in _data(table, years, sums, into):
        row = into.next_row()
        if len(cells) < len(header):
            cells = [*cells, *[""] * (len(header) - len(cells))]
        if len(cells) > len(header) and any(cells[len(header) :]):
            into.reject(row, "wrong number of columns", cells)
            continue
        for year, at in (years or {0: _value_at(columns, cells)}).items():
            sums[year] += number(cells[at]) or 0.0
        partner = own
        if country is not None:
            if is_world(cells[country]):
                into.reject(row, "the world total, which is the sum of the other rows", cells)
                continue
            partner = by_name(cells[country])
        if not partner or ECONOMY_IDS[partner] >= 9000:
            into.reject(row, f"no such economy: {cells[country or 0]}", cells)
            continue
        code = padded(columns.cell(cells, "HTS Number"))
        if len(code) < 2:
            into.reject(row, "not a product code", cells)
            continue
        if not into.stated.wants(code):
            into.reject(row, "not among the codes asked for", cells)
            continue
        _take(row, cells, table, columns, (years, code, partner), into, national, sums)


def _value_at(columns: Columns, cells: Sequence[str]) -> int:
    """The column of the value where years are rows: named as the measure, else the last."""
    at = columns.at(columns.cell(cells, "Data Type"), "Value")
    return len(columns.names) - 1 if at is None else at


def _data(
    table: _Table, years: dict[int, int], sums: dict[int, float], into: Collected
) -> Iterator[list[str]]:
    """The rows between the header and the total, which is compared with what was read."""
    for place, cells in enumerate(table.grid.rows()):
        if place <= table.at:
            continue
        if cells[0].startswith("Total:"):
            stated = (
                {year: number(cells[at]) for year, at in years.items() if at < len(cells)}
                if years
                else {0: next((number(c) for c in reversed(cells) if c), None)}
            )
            for year, total in stated.items():
                if total is not None and abs(total - sums[year]) > max(1.0, 1e-6 * abs(total)):
                    into.notes.append(
                        f"the total in the file{f' for {year}' if year else ''} is {total:,.0f}, "
                        f"its rows add up to {sums[year]:,.0f}"
                    )
            return
        yield cells
    into.notes.append("there is no line 'Total:' at the end: the file may be cut off")


def _take(
    row: int,
    cells: list[str],
    table: _Table,
    columns: Columns,
    place: tuple[dict[int, int], str, str],
    into: Collected,
    national: NationalTrade,
    sums: dict[int, float],
) -> None:
    years, code, partner = place
    measure = columns.cell(cells, "Data Type") or table.grid.sheet or "Customs Value"
    found: dict[int, float] = {}
    if years:
        texts = {year: cells[at] for year, at in years.items()}
    else:
        year = year_of(columns.cell(cells, "Year"))
        if year is None:
            into.reject(row, "not a year", cells)
            return
        texts = {year: cells[_value_at(columns, cells)]}
    for year, text in texts.items():
        value = number(text)
        if value is None:
            into.reject(row, "not a number where one must be", cells)
            return
        found[year] = value
    figures = [((code, year, partner), measure, value) for year, value in found.items() if value]
    if not figures:
        into.reject(row, "nothing but zeros", cells)
    elif min(found.values()) < 0:
        into.reject(row, "a value below zero", cells)
    elif "quantity" in measure.lower():
        unit = columns.cell(cells, "Quantity Description")
        for lane, _, value in figures:
            national.add_quantity(lane, value, unit)
        into.taken += 1
    else:
        national.add(row, cells, figures)
