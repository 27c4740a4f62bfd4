"""US Census Bureau: csv of USA Trade Online, and JSON of the international trade API."""

import re
from collections.abc import Sequence

from workbench.errors import TradeDataError
from workbench.tradedata.codes import ECONOMY_IDS
from workbench.tradedata.ingest.collected import Collected
from workbench.tradedata.ingest.economy_codes import by_name, by_schedule_c, is_world
from workbench.tradedata.ingest.figures import digits, is_missing, number, year_of
from workbench.tradedata.ingest.national import NationalTrade, Origin
from workbench.tradedata.ingest.source import Columns, Part

SOURCE = "US Census Bureau"
LICENCE = "public domain (United States Government)"
_CODE = re.compile(r"(\d{2,10})(?:\s+(.*))?", re.DOTALL)
_UNIT = re.compile(r"\(([^()]*)\)\s*$")
_IMPORT_VALUES = ("CON_VAL", "GEN_VAL")
_EXPORT_VALUES = ("ALL_VAL",)


class CensusCsv:
    """Reads exports of USA Trade Online."""

    kind = "census"

    def recognise(self, part: Part) -> str | None:
        """By the columns Commodity, Country and Time beside a value."""
        if part.form not in ("table", "workbook"):
            return None
        for grid in part.grids():
            at = grid.header_at("Commodity", "Country", "Time")
            if at is not None and _value_columns(grid.head[at]):
                return "the header has Commodity, Country, Time and a value, as USA Trade Online's"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the figures."""
        for grid in part.grids():
            at = grid.header_at("Commodity", "Country", "Time")
            if at is None:
                continue
            header = grid.head[at]
            columns = Columns(header)
            values = _value_columns(header)
            imports = not any("export" in name or name == "value ($us)" for name in values)
            national = NationalTrade(into, _origin(imports))
            for place, cells in enumerate(grid.rows()):
                if place > at:
                    _take_line(into.next_row(), cells, columns, values, into, national)
            national.finish(tuple(values))


def _value_columns(header: Sequence[str]) -> dict[str, int]:
    """Name of each column of USD -> its place."""
    names = Columns(header).names
    return {name: place for place, name in enumerate(names) if "value" in name and "$us" in name}


def _origin(imports: bool) -> Origin:
    return Origin(
        SOURCE,
        "imports" if imports else "exports",
        LICENCE,
        "USA",
        imports,
        "customs value" if imports else "FAS",
    )


def _take_line(
    row: int,
    cells: list[str],
    columns: Columns,
    values: dict[str, int],
    into: Collected,
    national: NationalTrade,
) -> None:
    match = _CODE.fullmatch(columns.cell(cells, "Commodity"))
    if len(cells) <= max(values.values()) or any(cells[len(columns.names) :]):
        into.reject(row, "wrong number of columns", cells)
        return
    if match is None or len(match[1]) % 2:
        into.reject(row, "not a product code", cells)
        return
    code = match[1]
    if not into.stated.wants(code):
        into.reject(row, "not among the codes asked for", cells)
        return
    name = columns.cell(cells, "Country")
    if is_world(name):
        into.reject(row, "the world total, which is the sum of the other rows", cells)
        return
    partner = by_name(name)
    if not partner or ECONOMY_IDS[partner] >= 9000:
        into.reject(row, f"no such economy: {name}", cells)
        return
    year = year_of(columns.cell(cells, "Time"))
    if year is None:
        into.reject(row, "not a year", cells)
        return
    figures = []
    for measure, place in values.items():
        value = number(cells[place])
        if value is None or value < 0:
            into.reject(row, "not a number where one must be", cells)
            return
        if value:
            figures.append(((code, year, partner), measure, value))
    if not figures:
        into.reject(row, "nothing but zeros", cells)
        return
    unit = _UNIT.search(match[2] or "")
    place_of_quantity = next((n for n in columns.names if n.startswith("quantity")), None)
    quantity = number(columns.cell(cells, place_of_quantity)) if place_of_quantity else None
    counted = (quantity, unit[1]) if quantity and unit else None
    national.add(row, cells, figures, counted)


class CensusApi:
    """Reads what the international trade API answers: an array of arrays, the first the names."""

    kind = "census"

    def recognise(self, part: Part) -> str | None:
        """By the names in the first array."""
        if part.form != "json":
            return None
        text = part.start[:2000].decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
        if text.startswith("[") and re.search(r'"[IE]_COMMODITY"', text):
            return "its first array names I_COMMODITY or E_COMMODITY, as the Census trade API's"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the figures.

        Raises:
            TradeDataError: not an array of arrays, or no value or country in it.
        """
        data = part.json()
        if not isinstance(data, list) or not all(isinstance(entry, list) for entry in data):
            raise TradeDataError(f"{part.name}: this is not an array of arrays; download it again")
        texts = [["" if cell is None else str(cell) for cell in entry] for entry in data]
        if len(texts) < 2:
            raise TradeDataError(f"{part.name}: the answer holds no rows; widen the query")
        columns = Columns(texts[0])
        imports = columns.has("I_COMMODITY")
        stems = _IMPORT_VALUES if imports else _EXPORT_VALUES
        measures = [f"{stem}_{span}" for stem in stems for span in ("MO", "YR")]
        measure = next((name for name in measures if columns.has(name)), None)
        if measure is None:
            raise TradeDataError(f"{part.name}: none of {', '.join(measures)} is in the answer")
        own = into.stated.exporter if imports else into.stated.importer
        if not columns.has("CTY_CODE") and not own:
            flag = "--exporter" if imports else "--importer"
            raise TradeDataError(
                f"{part.name}: the answer has no CTY_CODE; say the country with {flag}"
            )
        deepest = max(len(digits(columns.cell(cells, *_COMMODITY))) for cells in texts[1:])
        national = NationalTrade(into, _origin(imports))
        for cells in texts[1:]:
            row = into.next_row()
            fault = _take_answer(row, cells, columns, (measure, own, deepest), into, national)
            if fault:
                into.reject(row, fault, cells)
        national.finish((measure.lower(),))


_COMMODITY = ("I_COMMODITY", "E_COMMODITY")


def _take_answer(
    row: int,
    cells: list[str],
    columns: Columns,
    asked: tuple[str, str, int],
    into: Collected,
    national: NationalTrade,
) -> str:
    """Take a row; or say why not."""
    measure, own, deepest = asked
    if len(cells) != len(columns.names):
        return "wrong number of columns"
    code = digits(columns.cell(cells, *_COMMODITY))
    if len(code) not in (2, 4, 6, 10):
        return "not a product code"
    if len(code) != deepest:
        return f"a sum of what stands at {deepest} digits"
    if not into.stated.wants(code):
        return "not among the codes asked for"
    partner = own
    if columns.has("CTY_CODE"):
        country = columns.cell(cells, "CTY_CODE")
        if country == "-" or is_world(columns.cell(cells, "CTY_NAME")):
            return "the world total, which is the sum of the other rows"
        if not country.isdigit() or len(country) != 4 or country.startswith("0"):
            return "a group of countries"
        partner = by_schedule_c(int(country))
    if not partner:
        return "no such economy"
    when = columns.cell(cells, "time", "YEAR")
    year = year_of(when)
    if year is None:
        return "not a year"
    month = columns.cell(cells, "MONTH") or when[5:7]
    if measure.endswith("_YR") and month not in ("", "12"):
        return "a sum over part of the year"
    text = columns.cell(cells, measure)
    value = number(text)
    if value is None or value < 0 or is_missing(text):
        return "not a number where one must be"
    if not value:
        return "nothing but zeros"
    unit = columns.cell(cells, "UNIT_QY1").strip()
    stem, span = measure.split("_")[0], measure.rsplit("_", 1)[1]
    counted = number(columns.cell(cells, f"{stem}_QY1_{span}"))
    quantity = (counted, unit) if counted and unit not in ("", "-") else None
    national.add(row, cells, [((code, year, partner), measure.lower(), value)], quantity)
    return ""
