"""WITS / TRAINS: bulk AVEPref files and the csv or xlsx of Advanced Query; rates in per cent."""

from collections.abc import Sequence

from workbench.tradedata.codes import EDITIONS
from workbench.tradedata.ingest.collected import Collected, Facts
from workbench.tradedata.ingest.duties import Place, per_cent
from workbench.tradedata.ingest.economy_codes import economy_of, is_world
from workbench.tradedata.ingest.figures import digits, is_hs, number, us_edition, year_of
from workbench.tradedata.ingest.source import Columns, Grid, Part

SOURCE = "WITS TRAINS"
LICENCE = "World Bank and UNCTAD, WITS terms of use"

_BULK = ("NomenCode", "Reporter_ISO_N", "ProductCode", "SimpleAverage")
_QUERY = ("Reporter", "Product", "Partner", "Tariff Year", "DutyType", "Simple Average")
_REGIMES = {"MFN": "mfn", "BND": "bound", "PRF": "preference", "AHS": "applied"}
_NOMENCLATURES = {f"H{place}": year for place, year in enumerate(sorted(EDITIONS.values()))}


def _header(grid: Grid) -> tuple[bool, int] | None:
    for bulk, names in ((True, _BULK), (False, _QUERY)):
        at = grid.header_at(*names)
        if at is not None:
            return bulk, at
    return None


class Wits:
    """Reads both layouts."""

    kind = "wits"

    def recognise(self, part: Part) -> str | None:
        """By the columns of each layout."""
        if part.form in ("table", "workbook"):
            for grid in part.grids():
                if found := _header(grid):
                    names = _BULK if found[0] else _QUERY
                    return f"the header has {', '.join(names[:4])}, as WITS's"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the rates."""
        grid = next(g for g in part.grids() if _header(g))
        bulk, at = _header(grid) or (True, 0)
        columns = Columns(grid.head[at])
        for place, cells in enumerate(grid.rows()):
            if place > at:
                row = into.next_row()
                fault = _take(row, cells, columns, bulk, into)
                if fault:
                    into.reject(row, fault, cells)


def _take(row: int, cells: Sequence[str], columns: Columns, bulk: bool, into: Collected) -> str:
    """Take a row; or say why not."""
    if len(cells) != len(columns.names):
        return "wrong number of columns"
    code = digits(columns.cell(cells, "ProductCode", "Product"))
    code = f"0{code}" if len(code) == 5 else code
    if len(code) != 6 or not is_hs(code):
        return "not an HS code of six digits"
    if not into.stated.wants(code):
        return "not among the codes asked for"
    importer = economy_of(columns.cell(cells, "Reporter_ISO_N", "Reporter"))
    if not importer:
        return "no such economy"
    year = year_of(columns.cell(cells, "Year", "Tariff Year"))
    value = number(columns.cell(cells, "SimpleAverage", "Simple Average"))
    if year is None:
        return "not a year"
    if value is None:
        return "no rate"
    name = columns.cell(cells, "Partner")
    world = is_world(name) or name == "0"
    partner = "" if world else economy_of(name)
    if not world and not partner:
        return "no such partner, or a group of several"
    kind = columns.cell(cells, "DutyType").upper() or ("MFN" if world else "PRF")
    regime = _REGIMES.get(kind)
    if regime is None:
        return f"duties of type {kind}"
    if regime == "preference" and not partner:
        return "a mean of preferences over all partners"
    named = columns.cell(cells, "NomenCode", "Native Nomen", "Selected Nomen").upper()
    edition = into.stated.edition or _NOMENCLATURES.get(named) or us_edition(year)
    programme = ""
    if partner and regime in ("preference", "applied"):
        programme = into.programme(
            f"TRAINS-{importer}-{partner}",
            f"Preferences of {importer} for {partner}",
            "agreement" if regime == "preference" else "duties in effect",
            (importer, partner) if regime == "preference" else None,
        )
    dataset = into.dataset(
        Facts(
            table="tariffs",
            source=SOURCE,
            edition=f"{year}, HS{edition}",
            licence=LICENCE,
            hs_edition=edition,
            note="averages of national lines" + (", equivalents by UNCTAD" if bulk else ""),
        )
    )
    place = Place(importer, code, regime, year, programme)
    into.add(row, cells, dataset, per_cent(place, value))
    return ""
