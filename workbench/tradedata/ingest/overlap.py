"""Whether two datasets of one source hold the same figures."""

from collections.abc import Sequence

import numpy as np

from workbench.errors import TradeDataError
from workbench.tradedata.database import Readable
from workbench.tradedata.flow_arrays import ECONOMY_BITS
from workbench.tradedata.ingest.collected import KEYS, SHARED, Dataset, Flows

Overlap = tuple[int, str, int | None, int | None, int, str]
"""Id, edition, first and last year, rows and time of import of a dataset."""

# Columns that say what a dataset is about; two that share a value of all of them overlap.
_SCOPE: dict[str, tuple[str, ...]] = {
    "tariffs": ("importer", "regime", "programme", "year"),
    "national_trade": ("importer", "year", "exporter", "measure"),
    "utilisation": ("importer", "programme", "period", "exporter"),
    "staged_rates": ("importer",),
    "content_shares": ("year",),
    "concordances": ("from_edition", "to_edition"),
    "elasticities": (),
    "indicators": ("indicator", "year_to"),
    "product_lists": ("list",),
    "reference_figures": ("measure", "year"),
    "code_lists": ("list",),
    "origin_rules": ("agreement",),
}


class AlreadyHeldError(TradeDataError):
    """The database holds some of these figures already, and nobody said to replace them.

    Attributes:
        what: the same without saying how to go on.
    """

    def __init__(self, what: str, edition: str) -> None:
        super().__init__(f"{what}; give --replace to put this file ({edition}) in their place")
        self.what = what


def already_held(name: str, source: str, found: Sequence[Overlap]) -> str:
    """What is held already, in words."""
    held = "; ".join(
        f"{described(edition, first, last, rows)}, imported {when[:10]}"
        for _, edition, first, last, rows, when in found
    )
    return f"{name}: the database already holds some of these figures from {source} ({held})"


def overlapping(db: Readable, dataset: Dataset, flows: Flows | None) -> list[Overlap]:
    """Imported datasets of the same source that hold some of the same figures.

    What came with the program is never among them: a newer import is preferred to it anyway.

    Returns:
        id, edition, first and last year, rows, time of import.
    """
    facts = dataset.facts
    if facts.table in SHARED:
        return []
    same_edition = "AND d.edition = ?" if facts.table == "staged_rates" else ""
    held = db.rows(
        "SELECT d.id, d.edition, d.year_from, d.year_to, d.rows, i.imported_at FROM datasets d "
        "JOIN imports i ON i.id = d.import_id WHERE d.table_name = ? AND d.source = ? "
        f"AND d.hs_edition IS ? AND coalesce(d.reported_by, '') = ? {same_edition}",
        [
            facts.table,
            facts.source,
            facts.hs_edition,
            facts.reported_by,
            *([facts.edition] if same_edition else []),
        ],
    )
    return [
        (number, edition, first, last, rows, when)
        for number, edition, first, last, rows, when in held
        if (
            _share_trade(db, number, flows, facts.whole_market)
            if flows is not None
            else _share_scope(db, number, dataset)
        )
    ]


def _share_scope(db: Readable, number: int, dataset: Dataset) -> bool:
    table = dataset.facts.table
    scope = _SCOPE[table]
    if not scope:
        return True
    places = [KEYS[table].index(name) for name in scope]
    mine = {tuple(key[place] for place in places) for key in dataset.rows}
    names = ", ".join(scope)
    theirs = set(db.rows(f"SELECT DISTINCT {names} FROM {table} WHERE dataset = ?", [number]))
    return bool(mine & theirs)


def _share_trade(db: Readable, number: int, flows: Flows, whole_market: bool) -> bool:
    """Whether a market (or, of partial data, a lane) stands in both."""
    starts = np.flatnonzero(
        (np.diff(flows.year, prepend=-1) != 0) | (np.diff(flows.product, prepend=-1) != 0)
    ).tolist()
    mine = {
        (int(flows.year[a]), int(flows.product[a])): (a, b)
        for a, b in zip(starts, [*starts[1:], len(flows)], strict=True)
    }
    years = sorted({year for year, _ in mine})
    for year, product in db.rows(
        "SELECT year, product FROM trade_blocks WHERE dataset = ? AND year BETWEEN ? AND ?",
        [number, years[0], years[-1]],
    ):
        if (year, product) not in mine:
            continue
        ((importer, exporter),) = db.rows(
            "SELECT importer, exporter FROM trade_blocks "
            "WHERE dataset = ? AND year = ? AND product = ?",
            [number, year, product],
        )
        a, b = mine[year, product]
        here = _lanes(flows.importer[a:b], flows.exporter[a:b], whole_market)
        there = _lanes(np.frombuffer(importer, "<u2"), np.frombuffer(exporter, "<u2"), whole_market)
        if np.isin(here, there).any():
            return True
    return False


def _lanes(
    importer: np.ndarray[tuple[int], np.dtype[np.uint16]],
    exporter: np.ndarray[tuple[int], np.dtype[np.uint16]],
    whole_market: bool,
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    high = importer.astype(np.int64)
    return high if whole_market else (high << ECONOMY_BITS) | exporter


def described(edition: str, first: int | None, last: int | None, rows: int) -> str:
    """A dataset in a few words."""
    years: Sequence[int] = sorted({year for year in (first, last) if year is not None})
    about = f", {'-'.join(map(str, years))}" if years else ""
    return f"{edition}{about}, {rows:,} rows"
