"""WTO tariff files: MFN applied, bilateral, bound, and time series; rates in per cent."""

import re
from collections.abc import Sequence

from workbench.tradedata.codes import ECONOMY_IDS
from workbench.tradedata.ingest.collected import Collected, Dataset, Facts
from workbench.tradedata.ingest.duties import Place, per_cent
from workbench.tradedata.ingest.economy_codes import economy_of, is_world
from workbench.tradedata.ingest.figures import digits, is_hs, number, us_edition, year_of
from workbench.tradedata.ingest.source import Columns, Grid, Part

SOURCE = "WTO Tariff and Trade Data"
LICENCE = "World Trade Organization; not to be passed on without approval"

_APPLIED = ("indicator", "reporter_code", "classification_version", "product_code", "value")
_BILATERAL = ("reporter_code", "partner_code", "year_dt", "hs_code", "best_avlbl")
_BOUND = ("reporter_code", "mtn_categories", "simple_average", "binding_coverage")
_SERIES = ("Reporting Economy Code", "Year", "Value")
_LAYOUTS = {
    "MFN applied duties": _APPLIED,
    "bilateral duties": _BILATERAL,
    "bound duties": _BOUND,
    "a time series": _SERIES,
}
_BOUND_FIGURES = (
    ("simple_average", "bound_rate"),
    ("binding_coverage", "binding_coverage_share"),
    ("duty_free_share", "bound_duty_free_share"),
)


def _layout(grid: Grid) -> tuple[str, int] | None:
    for name, header in _LAYOUTS.items():
        at = grid.header_at(*header)
        if at is not None:
            return name, at
    return None


class Wto:
    """Reads the four layouts."""

    kind = "wto"

    def recognise(self, part: Part) -> str | None:
        """By the columns of each layout."""
        if part.form in ("table", "workbook"):
            for grid in part.grids():
                if found := _layout(grid):
                    columns = ", ".join(_LAYOUTS[found[0]][:3])
                    return f"the header has {columns}, as the WTO's {found[0]}"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the rates."""
        grid = next(g for g in part.grids() if _layout(g))
        layout, at = _layout(grid) or ("", 0)
        columns = Columns(grid.head[at])
        take = {
            "MFN applied duties": _applied,
            "bilateral duties": _bilateral,
            "bound duties": _bound,
            "a time series": _series,
        }[layout]
        for place, cells in enumerate(grid.rows()):
            if place <= at:
                continue
            row = into.next_row()
            fault = (
                "wrong number of columns"
                if len(cells) != len(columns.names)
                else take(row, cells, columns, into)
            )
            if fault:
                into.reject(row, fault, cells)


def _facts(into: Collected, what: str, edition: int | None) -> Dataset:
    return into.dataset(
        Facts("tariffs", SOURCE, what, LICENCE, edition, note="averages of national lines")
    )


def _version(text: str) -> int | None:
    """The year of "HS22" or "HS2022"."""
    match = re.fullmatch(r"HS(?:20|19)?(\d\d)", text.strip().upper())
    return None if match is None else int(match[1]) + (1900 if int(match[1]) > 80 else 2000)


def _product(text: str, into: Collected) -> tuple[str, str]:
    """The code of six digits, and what is wrong with it."""
    code = digits(text)
    if len(code) == 5:
        code = f"0{code}"
    if len(code) != 6 or not is_hs(code):
        return "", "not an HS code of six digits"
    return code, "" if into.stated.wants(code) else "not among the codes asked for"


def _applied(row: int, cells: Sequence[str], columns: Columns, into: Collected) -> str:
    code, fault = _product(columns.cell(cells, "product_code"), into)
    importer = economy_of(columns.cell(cells, "reporter_code"))
    year = year_of(columns.cell(cells, "year"))
    value = number(columns.cell(cells, "value"))
    edition = into.stated.edition or _version(columns.cell(cells, "classification_version"))
    if fault or not importer or year is None or value is None or edition is None:
        return fault or _fault(importer, year, value) or "no HS edition"
    if not is_world(columns.cell(cells, "partner_code") or "A000"):
        return "a rate for one partner in a list of MFN rates"
    bound = "bound" in columns.cell(cells, "indicator").lower()
    what = f"{'bound' if bound else 'MFN applied'}, HS{edition}"
    place = Place(importer, code, "bound" if bound else "mfn", year)
    into.add(row, cells, _facts(into, what, edition), per_cent(place, value))
    return ""


def _bilateral(row: int, cells: Sequence[str], columns: Columns, into: Collected) -> str:
    code, fault = _product(columns.cell(cells, "hs_code"), into)
    importer = economy_of(columns.cell(cells, "reporter_code"))
    partner = economy_of(columns.cell(cells, "partner_code"))
    day = columns.cell(cells, "year_dt")
    year = year_of(day)
    value = number(columns.cell(cells, "best_avlbl"))
    if fault or not importer or not partner or year is None or value is None:
        return fault or _fault(importer and partner, year, value)
    edition = into.stated.edition or us_edition(year)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
        return "not a day"
    programme = into.programme(
        f"WTO-{importer}-{partner}",
        f"Duties in effect in {importer} on goods of {partner}",
        "duties in effect",
    )
    place = Place(importer, code, "applied", year, programme, day)
    dataset = _facts(into, f"duties of {importer} on goods of {partner}", edition)
    into.add(row, cells, dataset, per_cent(place, value))
    return ""


def _bound(row: int, cells: Sequence[str], columns: Columns, into: Collected) -> str:
    importer = economy_of(columns.cell(cells, "reporter_code"))
    group = columns.cell(cells, "product_code")
    value = number(columns.cell(cells, "simple_average"))
    if not importer:
        return "no such economy"
    year = year_of(columns.cell(cells, "year")) or into.stated.year
    code, fault = _product(group, into)
    edition = into.stated.edition or _version(columns.cell(cells, "classification_version"))
    if not fault and edition and year and value is not None:
        place = Place(importer, code, "bound", year)
        into.add(row, cells, _facts(into, f"bound, HS{edition}", edition), per_cent(place, value))
        return ""
    dataset = into.dataset(Facts("indicators", SOURCE, "bound duties by group", LICENCE))
    records = []
    for column, name in _BOUND_FIGURES:
        figure = number(columns.cell(cells, column))
        if figure is not None:
            share = figure if column == "duty_free_share" else figure / 100
            name = name if group == "TOTAL" else f"{name}, {columns.cell(cells, 'mtn_categories')}"
            key = (name, ECONOMY_IDS[importer], year)
            records.append((*key, share, False, "fraction", year))
    if not records:
        return "not a number where one must be"
    into.add(row, cells, dataset, *records)
    return ""


def _series(row: int, cells: Sequence[str], columns: Columns, into: Collected) -> str:
    letters = columns.cell(cells, "Reporting Economy ISO3A Code")
    importer = economy_of(letters) or economy_of(columns.cell(cells, "Reporting Economy Code"))
    partner = columns.cell(cells, "Partner Economy Code")
    group = columns.cell(cells, "Product/Sector Code")
    year = year_of(columns.cell(cells, "Year"))
    value = number(columns.cell(cells, "Value"))
    if not importer or year is None or value is None:
        return _fault(importer, year, value)
    if partner and not is_world(partner):
        return "a figure for one partner"
    indicator = columns.cell(cells, "Indicator", "Indicator Code")
    code, fault = _product(group, into)
    kind = columns.cell(cells, "Product/Sector Classification Code")
    edition = into.stated.edition or _version(kind) or us_edition(year)
    if not fault and kind.upper().startswith("HS"):
        bound = "bound" in indicator.lower()
        what = f"{'bound' if bound else 'MFN applied'}, HS{edition}"
        place = Place(importer, code, "bound" if bound else "mfn", year)
        into.add(row, cells, _facts(into, what, edition), per_cent(place, value))
        return ""
    name = ", ".join(
        part for part in (indicator, columns.cell(cells, "Product/Sector") or group) if part
    )
    unit = columns.cell(cells, "Unit") or "as the source has it"
    dataset = into.dataset(Facts("indicators", SOURCE, "time series", LICENCE))
    key = (name or "value", ECONOMY_IDS[importer], year)
    into.add(row, cells, dataset, (*key, value, False, unit, year))
    return ""


def _fault(economy: str, year: int | None, value: float | None) -> str:
    if not economy:
        return "no such economy"
    if year is None:
        return "not a year"
    return "" if value is not None else "not a number where one must be"
