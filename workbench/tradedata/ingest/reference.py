"""Figures to look up beside trade: input-output tables and production of minerals.

They are kept as the source has them, money in whole USD, and answered by `reference_figures`.
"""

from collections.abc import Callable, Sequence

from workbench.tradedata.codes import ECONOMY_IDS
from workbench.tradedata.ingest.collected import Collected, Dataset, Facts, Row
from workbench.tradedata.ingest.duties import name_year
from workbench.tradedata.ingest.economy_codes import by_letters, by_name
from workbench.tradedata.ingest.figures import digits, number
from workbench.tradedata.ingest.source import Columns, Part

_SALES = ("origin", "origin_sector", "buyer", "buyer_sector", "value_musd")
_OUTPUT = ("economy", "sector", "gross_output_musd", "intermediate_inputs_musd")
_MINERALS = ("COMMODITY", "COUNTRY", "TYPE", "UNIT_MEAS", "RESERVES_2024")
_METAL = ("hs10", "naics", "bea_detail_code", "metal_share")
_BEA = "bea_code"
_MILLION = 1e6
_BEA_YEAR = 2017

_Take = Callable[[Sequence[str], Columns], list[Row] | str]


class Reference:
    """Reads all of them."""

    kind = "reference"

    def recognise(self, part: Part) -> str | None:
        """By the columns of each layout."""
        if part.form != "table" or not (head := part.grids()[0].head):
            return None
        columns = Columns(head[0])
        if columns.has(*_SALES):
            return f"the header has {', '.join(_SALES)}: sales between industries"
        if columns.has(*_OUTPUT):
            return f"the header has {', '.join(_OUTPUT)}: output of industries"
        if columns.has(*_MINERALS):
            return "the header has COMMODITY, COUNTRY and RESERVES, as the USGS mineral summaries"
        if columns.has(*_METAL):
            return f"the header has {', '.join(_METAL)}: metal in the value of products"
        if columns.names[0] == _BEA and len(columns.names) > 1:
            return "the first column is bea_code, as in the input-output tables of the BEA"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the figures."""
        grid = part.grids()[0]
        columns = Columns(grid.head[0])
        dataset, take = _layout(part, columns, into)
        for place, cells in enumerate(grid.rows()):
            if place == 0:
                continue
            row = into.next_row()
            found = (
                "wrong number of columns"
                if len(cells) != len(columns.names)
                else take(cells, columns)
            )
            if isinstance(found, str):
                into.reject(row, found, cells)
            else:
                into.add(row, cells, dataset, *found)


def _layout(part: Part, columns: Columns, into: Collected) -> tuple[Dataset, _Take]:
    year = into.stated.year or name_year(part.name) or 0
    for header, facts, make in (
        (_SALES, ("OECD Inter-Country Input-Output tables", "sales", "CC BY 4.0"), _sales),
        (_OUTPUT, ("OECD Inter-Country Input-Output tables", "output", "CC BY 4.0"), _output),
        (
            _MINERALS,
            (
                "US Geological Survey, Mineral Commodity Summaries",
                f"{year or 'as imported'}",
                "public domain (United States Government)",
            ),
            _minerals,
        ),
        (_METAL, ("metal in the value of products, by BEA industry", "as imported", "MIT"), _metal),
    ):
        if columns.has(*header):
            dataset = into.dataset(Facts("reference_figures", *facts))
            return dataset, make(year)
    dataset = into.dataset(
        Facts(
            "reference_figures",
            "US Bureau of Economic Analysis, input-output tables",
            part.name.rsplit(".", 1)[0],
            "public domain (United States Government)",
        )
    )
    return dataset, _bea(into.stated.year or _BEA_YEAR, part.name)


def _sales(year: int) -> _Take:
    def take(cells: Sequence[str], columns: Columns) -> list[Row] | str:
        seller, buyer = (by_letters(columns.cell(cells, n)) for n in ("origin", "buyer"))
        value = number(columns.cell(cells, "value_musd"))
        if not seller or not buyer:
            return "no such economy"
        if value is None:
            return "not a number where one must be"
        made, used = (columns.cell(cells, n) for n in ("origin_sector", "buyer_sector"))
        ends = (made, ECONOMY_IDS[seller], used, ECONOMY_IDS[buyer])
        return [("sales to industries", *ends, year, value * _MILLION, "USD")]

    return take


def _output(year: int) -> _Take:
    def take(cells: Sequence[str], columns: Columns) -> list[Row] | str:
        economy = by_letters(columns.cell(cells, "economy"))
        figures = [number(columns.cell(cells, name)) for name in _OUTPUT[2:]]
        if not economy:
            return "no such economy"
        maker = (columns.cell(cells, "sector"), ECONOMY_IDS[economy], "", 0, year)
        found: list[Row] = [
            (measure, *maker, value * _MILLION, "USD")
            for measure, value in zip(("output", "intermediate inputs"), figures, strict=True)
            if value is not None
        ]
        return found or "not a number where one must be"

    return take


def _minerals(_: int) -> _Take:
    places = (
        ("production", ("PROD_2023",), 2023),
        ("production", ("PROD_EST_ 2024", "PROD_EST_2024"), 2024),
        ("capacity", ("CAP_2023",), 2023),
        ("capacity", ("CAP_EST_ 2024", "CAP_EST_2024"), 2024),
        ("reserves", ("RESERVES_2024",), 2024),
    )

    def take(cells: Sequence[str], columns: Columns) -> list[Row] | str:
        economy = by_name(columns.cell(cells, "COUNTRY"))
        if not economy:
            return "a sum, a rest, or no such economy"
        item = f"{columns.cell(cells, 'COMMODITY')}: {columns.cell(cells, 'TYPE')}"
        unit = columns.cell(cells, "UNIT_MEAS")
        found: list[Row] = [
            (measure, item, ECONOMY_IDS[economy], "", 0, year, value, unit)
            for measure, names, year in places
            if (value := number(columns.cell(cells, *names))) is not None
        ]
        return found or "no figure: withheld, blank or not a number"

    return take


def _metal(year: int) -> _Take:
    def take(cells: Sequence[str], columns: Columns) -> list[Row] | str:
        code = digits(columns.cell(cells, "hs10"))
        industry = columns.cell(cells, "bea_detail_code")
        if len(code) != 10:
            return "not a line of ten digits"
        names = [name for name in columns.names if name.endswith("_share")]
        found: list[Row] = [
            (name.removesuffix("_share").replace("_", " "), code, 0, industry, 0, year, v, "share")
            for name in names
            if (v := number(columns.cell(cells, name))) is not None
        ]
        return found or "not a number where one must be"

    return take


def _bea(year: int, name: str) -> _Take:
    """A matrix of 402 industries, or a column or two; millions of dollars but for requirements."""
    requirements = "requirements" in name.lower()
    unit, factor = ("USD a USD of output", 1.0) if requirements else ("USD", _MILLION)
    of = "imported " if "import" in name.lower() else "domestic "
    matrix = f"{of}requirements" if requirements else f"{of}inputs used"
    usa = ECONOMY_IDS["USA"]

    def take(cells: Sequence[str], columns: Columns) -> list[Row] | str:
        wide = len(columns.names) > 10
        found: list[Row] = []
        for column, text in zip(columns.names[1:], cells[1:], strict=True):
            value = number(text)
            if value is None or (wide and value == 0):
                continue
            if wide:
                key: Row = (matrix, cells[0], usa, column.upper(), usa, year)
            else:
                measure = {
                    "import_total": "imported inputs used",
                    "domestic_total": "domestic inputs used",
                }.get(column, column.replace("_", " "))
                key = (measure, cells[0], usa, "", 0, year)
            found.append((*key, value * factor, unit))
        return found or "nothing but zeros"

    return take
