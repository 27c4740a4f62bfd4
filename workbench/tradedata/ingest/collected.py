"""What a reader hands to the loader: datasets with their rows, and the rows it could not take."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import TradeDataError
from workbench.tradedata.flow_arrays import ECONOMY_BITS, MISSING, PRODUCT_BITS

Ints = npt.NDArray[np.int64]
Row = tuple[object, ...]

KEPT_REJECTIONS = 200_000
"""Rejected rows kept word for word for each file; beyond that they are counted only."""

_LONGEST_REASON = 100

KEYS: dict[str, tuple[str, ...]] = {
    "tariffs": ("importer", "product", "line", "regime", "programme", "year", "valid_from"),
    "national_trade": ("importer", "code", "year", "exporter", "measure"),
    "utilisation": ("importer", "programme", "period", "line", "exporter"),
    "staged_rates": ("importer", "product", "line", "step"),
    "content_shares": ("year", "sector", "economy"),
    "concordances": ("from_edition", "to_edition", "from_code", "to_code"),
    "elasticities": ("product",),
    "indicators": ("indicator", "economy", "year_to"),
    "product_lists": ("list", "class", "prefix"),
    "reference_figures": (
        "measure",
        "item",
        "economy",
        "other_item",
        "other_economy",
        "year",
    ),
    "code_lists": ("list", "code", "related"),
    "origin_rules": ("agreement", "place", "first_code", "last_code"),
    "products": ("edition", "code"),
    "input_links": ("edition", "output", "input", "material"),
    "programmes": ("programme", "importer", "partner"),
}
"""Table -> the columns that identify a row within its dataset: the first of every row."""

VALUES: dict[str, tuple[str, ...]] = {
    "tariffs": (
        "valid_to",
        "ad_valorem",
        "specific",
        "specific_unit",
        "other",
        "ad_valorem_equivalent",
        "ave_method",
        "ave_year",
        "text",
    ),
    "national_trade": ("value_usd", "quantity", "quantity_unit"),
    "utilisation": ("value_usd", "claimed_usd"),
    "staged_rates": ("ad_valorem", "text"),
    "content_shares": ("rows", "origin", "declared_share", "traced_share"),
    "concordances": ("relationship", "weight"),
    "elasticities": ("elasticity",),
    "indicators": ("value", "at_bound", "unit", "year_from"),
    "product_lists": (),
    "reference_figures": ("value", "unit"),
    "code_lists": ("words", "note"),
    "origin_rules": ("goods", "classes", "joined", "text", "note"),
    "products": ("parent", "level"),
    "input_links": ("kind", "share"),
    "programmes": ("confirmed",),
}
"""Table -> the columns that follow the key in every row."""

SHARED = frozenset({"products", "input_links", "programmes"})
"""Tables whose rows stand once, whoever says them: an import adds those that are not there."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Where a dataset comes from and what its figures mean.

    Attributes:
        table: the table it fills.
        source, edition, licence: as `datasets` shows them.
        hs_edition: year of the HS edition of its codes; None where it has none.
        basis: FOB, CIF or customs value; "" outside trade.
        reported_by: importer, exporter or reconciled; "" outside trade.
        whole_market: it holds every supplier of the markets it holds.
        note: what a user should know.
    """

    table: str
    source: str
    edition: str
    licence: str
    hs_edition: int | None = None
    basis: str = ""
    reported_by: str = ""
    whole_market: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was not taken."""

    row: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Programme:
    """An agreement or scheme that a file names."""

    name: str
    kind: str
    pair: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Flows:
    """Trade, sorted by (year, product, importer, exporter), a lane once."""

    year: npt.NDArray[np.int16]
    product: npt.NDArray[np.int32]
    importer: npt.NDArray[np.uint16]
    exporter: npt.NDArray[np.uint16]
    value_usd: Ints
    quantity_kg: Ints

    def __len__(self) -> int:
        """How many flows."""
        return len(self.year)


_KINDS = (np.int16, np.int32, np.uint16, np.uint16, np.int64, np.int64)


@dataclass
class Dataset:
    """One dataset while it is read."""

    facts: Facts
    rows: dict[Row, tuple[int, Row]] = field(default_factory=dict)
    pieces: list[list[npt.NDArray[np.generic]]] = field(default_factory=list)
    pending: list[tuple[int, int, int, int, int, int]] = field(default_factory=list)
    add_up: bool = False

    def settle(self) -> None:
        """Take the flows that were handed over one by one."""
        if self.pending:
            self.add_flows(*zip(*self.pending, strict=True))
            self.pending.clear()

    def add_flows(
        self,
        year: npt.ArrayLike,
        product: npt.ArrayLike,
        importer: npt.ArrayLike,
        exporter: npt.ArrayLike,
        value_usd: npt.ArrayLike,
        quantity_kg: npt.ArrayLike,
    ) -> None:
        """Take trade flows; a quantity of -1 is missing."""
        columns = (year, product, importer, exporter, value_usd, quantity_kg)
        self.pieces.append(
            [np.asarray(c, dtype=kind) for c, kind in zip(columns, _KINDS, strict=True)]
        )

    def flows(self) -> tuple[Flows, int]:
        """All flows sorted, and how many stood twice and were left out.

        Lanes met again are added up where the reader says that they are parts of one figure.
        """
        columns: list[npt.NDArray[Any]] = []
        for place, kind in enumerate(_KINDS):
            # Column by column, so that a year of world trade is in memory only once.
            parts = [piece[place] for piece in self.pieces]
            columns.append(np.concatenate(parts) if parts else np.zeros(0, kind))
            for piece in self.pieces:
                piece[place] = np.zeros(0, kind)
        self.pieces.clear()
        key = (columns[0].astype(np.int64) << PRODUCT_BITS) | columns[1]
        for end in (2, 3):
            key = (key << ECONOMY_BITS) | columns[end]
        order = np.argsort(key).astype(np.uint32)
        key = key[order]
        repeated = np.concatenate(([False], key[1:] == key[:-1])) if len(key) else key.astype(bool)
        del key
        for place, column in enumerate(columns):
            columns[place] = column[order]
        del order
        left_out = 0
        if repeated.any():
            first = np.flatnonzero(~repeated)
            if self.add_up:
                value = np.add.reduceat(columns[4], first)
                unknown = np.logical_or.reduceat(columns[5] == MISSING, first)
                weight = np.where(unknown, MISSING, np.add.reduceat(columns[5], first))
                columns = [*(column[first] for column in columns[:4]), value, weight]
            else:
                left_out = len(repeated) - len(first)
                columns = [column[first] for column in columns]
        return Flows(*columns), left_out

    def years(self) -> tuple[int, int] | None:
        """First and last year of the figures; None where they have none."""
        if self.pieces:
            return (
                min(int(piece[0].min()) for piece in self.pieces if len(piece[0])),
                max(int(piece[0].max()) for piece in self.pieces if len(piece[0])),
            )
        names = KEYS.get(self.facts.table, ())
        found: list[int] = []
        for name in ("year", "year_to"):
            if name in names:
                at = names.index(name)
                found = [int(str(key[at])) for key in self.rows if key[at] is not None]
        found = [year for year in found if year]
        if "period" in names:
            at = names.index("period")
            found = [int(str(key[at])[:4]) for key in self.rows]
        return (min(found), max(found)) if found else None


@dataclass(frozen=True, slots=True)
class Stated:
    """What the user says about a file where it does not say so itself.

    Attributes:
        codes: HS digits; rows of other products are left out. Empty for all.
        importer, exporter: economy codes for files that leave one out.
        edition: HS edition, year.
        year: year of the figures.
        source, release, licence, programme: as they shall be shown.
        mapping: our column -> column of the file, for tables of the user's own.
    """

    codes: tuple[str, ...] = ()
    importer: str = ""
    exporter: str = ""
    edition: int | None = None
    year: int | None = None
    source: str = ""
    release: str = ""
    licence: str = ""
    programme: str = ""
    mapping: tuple[tuple[str, str], ...] = ()

    def wants(self, code: str) -> bool:
        """Whether rows of this product are to be taken."""
        return not self.codes or code.startswith(self.codes)


class Collected:
    """All that a file gave."""

    def __init__(self, name: str, stated: Stated, report: Callable[[int, str], None]) -> None:
        """Start empty.

        Args:
            name: of the file, for messages.
            stated: what the user says about it.
            report: called now and then with the rows read so far and the file's name.
        """
        self.name = name
        self.stated = stated
        self.datasets: dict[Facts, Dataset] = {}
        self.read = 0
        self.taken = 0
        self.rejected: Counter[str] = Counter()
        self.rejections: list[Rejection] = []
        self.notes: list[str] = []
        self.programmes: dict[str, Programme] = {}
        self._report = report

    def dataset(self, facts: Facts, *, add_up: bool = False) -> Dataset:
        """The dataset of these facts; one and the same at every call."""
        stated = self.stated
        facts = replace(
            facts,
            source=stated.source or facts.source,
            edition=stated.release or facts.edition,
            licence=stated.licence or facts.licence,
        )
        if facts not in self.datasets:
            self.datasets[facts] = Dataset(facts, add_up=add_up)
        return self.datasets[facts]

    def programme(
        self, code: str, name: str, kind: str, pair: tuple[str, str] | None = None
    ) -> str:
        """Make a programme known that the database may not have; returns its code.

        Args:
            code: as `programmes` shows it.
            name: in words.
            kind: agreement, unilateral, column2 or duties in effect.
            pair: importer and partner it is in force between, where the source says so.
        """
        self.programmes.setdefault(code, Programme(name, kind, pair))
        return code

    def next_row(self) -> int:
        """Count a row of the file; its number, from 1."""
        self.read += 1
        if self.read % 5_000 == 0:
            self._report(self.read, self.name)
        return self.read

    def next_rows(self, count: int) -> int:
        """Count several rows; the number of the first."""
        first = self.read + 1
        self.read += count
        self._report(self.read, self.name)
        return first

    def reject(self, row: int, reason: str, cells: Sequence[str] | str) -> None:
        """Leave a row out, and remember why."""
        reason = " ".join(reason.split())[:_LONGEST_REASON]
        self.rejected[reason] += 1
        if len(self.rejections) < KEPT_REJECTIONS:
            text = cells if isinstance(cells, str) else ",".join(cells)
            self.rejections.append(Rejection(row, reason, text[:2000]))

    def reject_many(self, reason: str, found: Iterable[tuple[int, str]]) -> None:
        """Leave rows out."""
        for row, text in found:
            self.reject(row, reason, text)

    def add(self, row: int, cells: Sequence[str], dataset: Dataset, *records: Row) -> bool:
        """Take a row of the file as rows of a table, each (key…, values…), whole or not at all.

        A figure that stood before is not taken again; one that contradicts it is reported.
        """
        width = len(KEYS[dataset.facts.table])
        for record in records:
            before = dataset.rows.get(record[:width])
            if before is not None and before[0] != row:
                same = before[1] == record[width:]
                self.reject(row, "stands twice" if same else "contradicts an earlier row", cells)
                return False
        for record in records:
            dataset.rows[record[:width]] = (row, record[width:])
        self.taken += 1
        return True

    def finish(self) -> None:
        """Drop datasets that stayed empty.

        Raises:
            TradeDataError: the file gave nothing at all.
        """
        self.datasets = {
            facts: found for facts, found in self.datasets.items() if found.rows or found.pieces
        }
        if not self.datasets:
            why = "; ".join(f"{n:,} rows: {what}" for what, n in self.rejected.most_common(3))
            raise TradeDataError(
                f"{self.name}: no row of this file could be taken"
                + (f" ({why})" if why else " because it holds none")
                + "; check that it is the file you meant"
            )
