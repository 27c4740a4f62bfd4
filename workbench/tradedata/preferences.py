"""Which source answers where several hold one figure: a stated order that the user may edit.

The order is by source, the lowest place first; within a source the latest year, then the latest
HS edition, then the latest import. A source that nobody placed stands where `default_place` says.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.tradedata.database import Readable

# What the first import of a source places it at. Sources not named here: see `default_place`.
_DEFAULT_ORDER = {
    "trade_flows": (
        "CEPII BACI",
        "USITC DataWeb",
        "US Census Bureau",
        "UN Comtrade",
    ),
    "tariffs": (
        "USITC tariff database",
        "USITC Harmonized Tariff Schedule",
        "WTO Tariff and Trade Data",
        "WITS TRAINS",
        "RCEP Annex I, tariff schedules",
    ),
    "elasticities": ("CEPII ProTEE", "Broda, Greenfield and Weinstein"),
    # The other table correlates codes of waste with nearly everything.
    "concordances": ("UN Statistics Division, correlation tables",),
}


@dataclass(frozen=True, slots=True)
class Held:
    """One dataset of a table, as far as choosing it goes.

    Attributes:
        whole_market: it holds every supplier of the markets it holds, so no other source may
            add suppliers to them.
        reported_by: importer, exporter or reconciled; "" outside trade.
        basis: of its values, such as FOB or CIF; "" outside trade.
    """

    id: int
    source: str
    edition: str
    hs_edition: int | None
    year_from: int | None
    year_to: int | None
    whole_market: bool
    reported_by: str
    basis: str

    @property
    def name(self) -> str:
        """Source and edition, as results name them."""
        return f"{self.source} {self.edition}"

    def has_year(self, years: Sequence[int]) -> list[int]:
        """Those of `years` it may hold; all where it states none."""
        if self.year_from is None or self.year_to is None:
            return list(years)
        return [year for year in years if self.year_from <= year <= self.year_to]


def ranked(db: Readable, table: str) -> list[Held]:
    """The datasets of a table, the preferred one first."""
    rows = db.rows(
        "SELECT d.id, d.source, d.edition, d.hs_edition, d.year_from, d.year_to, d.whole_market, "
        "coalesce(d.reported_by, ''), coalesce(d.basis, ''), d.import_id, o.place "
        "FROM datasets d LEFT JOIN source_order o ON o.table_name = d.table_name "
        "AND o.source = d.source WHERE d.table_name = ? "
        "ORDER BY d.year_to DESC, d.hs_edition DESC, d.id DESC",
        [table],
    )
    found = []
    for number, source, edition, hs, first, last, whole, by, basis, brought, place in rows:
        held = Held(
            number, source, edition, hs, first, last, whole is None or bool(whole), by, basis
        )
        if place is None:
            place = default_place(table, source, shipped=brought is None)
        found.append((place, held))
    return [held for _, held in sorted(found, key=lambda pair: pair[0])]


def source_order(db: Readable, table: str) -> list[str]:
    """The sources of a table, the preferred one first."""
    return list(dict.fromkeys(held.source for held in ranked(db, table)))


def default_place(table: str, source: str, *, shipped: bool) -> int:
    """Where a source stands before the user says otherwise.

    A source of the user's own comes first where it was given to say better (rates, elasticities,
    indicators), and after the known ones where it may be partial (trade); what came with the
    program and is not in the list comes last.
    """
    order = _DEFAULT_ORDER.get(table, ())
    if source in order:
        return 10 * (order.index(source) + 1)
    if shipped:
        return 600
    return 500 if table == "trade_flows" else 0


def set_source_order(connection: sqlite3.Connection, table: str, sources: Sequence[str]) -> None:
    """Prefer the sources of a table in this order; within the caller's transaction."""
    connection.execute("DELETE FROM source_order WHERE table_name = ?", [table])
    connection.executemany(
        "INSERT INTO source_order VALUES (?, ?, ?)",
        # Before all that are placed by themselves: see `default_place`.
        [(table, source, place - len(sources)) for place, source in enumerate(sources)],
    )
