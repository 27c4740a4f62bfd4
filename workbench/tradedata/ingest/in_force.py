"""Agreements in force by pair of economies: the World Bank's Deep Trade Agreements."""

from workbench.tradedata.codes import ECONOMY_IDS
from workbench.tradedata.ingest.collected import Collected, Facts
from workbench.tradedata.ingest.figures import year_of
from workbench.tradedata.ingest.source import Columns, Part

_HEADER = ("exp", "imp", "time", "agreement")


class InForce:
    """Reads pairs with the agreement between them; what is known with its dates stays as it is."""

    kind = "agreements"

    def recognise(self, part: Part) -> str | None:
        """By exporter, importer, time and agreement."""
        if part.form == "table" and part.grids()[0].header_at(*_HEADER) is not None:
            return f"the header has {', '.join(_HEADER)}, as the Deep Trade Agreements database"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the pairs."""
        from workbench.tradedata.starter.compile import listed_agreement

        grid = part.grids()[0]
        at = grid.header_at(*_HEADER) or 0
        columns = Columns(grid.head[at])
        for place, cells in enumerate(grid.rows()):
            if place <= at:
                continue
            row = into.next_row()
            year = year_of(columns.cell(cells, "time")) or into.stated.year
            ends = (columns.cell(cells, "exp"), columns.cell(cells, "imp"))
            if year is None:
                into.reject(row, "not a year", cells)
                continue
            try:
                found = listed_agreement(columns.cell(cells, "agreement"), *ends)
            except ValueError:
                into.reject(row, "an agreement without a name", cells)
                continue
            if found is None:
                into.reject(
                    row,
                    "partial scope, inside a customs territory, of the United States, or no such "
                    "economy",
                    cells,
                )
                continue
            code, name, exporter, importer, both = found
            into.programme(code, name, "agreement" if both else "unilateral")
            dataset = into.dataset(
                Facts(
                    "programmes",
                    "World Bank, Deep Trade Agreements",
                    f"in force in {year}",
                    "CC BY 4.0",
                    note="pairs that were not known before",
                )
            )
            ways = [(importer, exporter), (exporter, importer)] if both else [(importer, exporter)]
            for buyer, seller in ways:
                key = (code, ECONOMY_IDS[buyer], ECONOMY_IDS[seller])
                dataset.rows.setdefault(key, (row, (True,)))
            into.taken += 1
