"""Which products an agreement covers, and how each is treated."""

from dataclasses import dataclass, replace
from enum import StrEnum

from workbench.model.nomenclature import HSRange, covers
from workbench.model.range_index import index_of


class Stage(StrEnum):
    """Where in the chain a product stands."""

    UPSTREAM = "upstream"
    CORE = "core"
    DOWNSTREAM = "downstream"


@dataclass(frozen=True, slots=True)
class Quota:
    """An in-quota rate on the first `volume_usd` a year from each partner.

    What goes beyond it pays by the staging category that the entry names, and today's duty where it
    names none (`Agreement.category_of`).
    """

    volume_usd: float
    in_quota_rate: float = 0.0


@dataclass(frozen=True, slots=True)
class CoveredProducts:
    """Products that share a stage, staging category and quota.

    `product_list` names a shared list; `listed` are its products, filled in on reading.
    """

    products: tuple[HSRange, ...] = ()
    exceptions: tuple[HSRange, ...] = ()
    stage: Stage = Stage.CORE
    staging: str = ""
    end_use: str = ""
    quota: Quota | None = None
    product_list: str = ""
    listed: tuple[HSRange, ...] = ()
    source: str = ""
    notes: str = ""

    @property
    def ranges(self) -> tuple[HSRange, ...]:
        """Everything included, before exceptions."""
        return (*self.products, *self.listed)

    def covers(self, digits: str) -> bool:
        """Whether a code is in."""
        return covers(self.ranges, self.exceptions, digits)

    def with_product(self, product: HSRange) -> "CoveredProducts":
        """Take a product in whole, exceptions from it included."""
        exceptions = tuple(part for out in self.exceptions for part in _without(out, product))
        if any(_holds(r, product) for r in self.ranges):
            return replace(self, exceptions=exceptions)
        kept = tuple(r for r in self.products if not _holds(product, r))
        return replace(self, products=(*kept, product), exceptions=exceptions)

    def without_product(self, product: HSRange) -> "CoveredProducts":
        """Take a product out: its own codes go, wider ranges and lists get an exception."""
        kept = tuple(r for r in self.products if not _holds(product, r))
        exceptions = tuple(r for r in self.exceptions if not _holds(product, r))
        if any(r.overlaps(product) for r in (*kept, *self.listed)) and not any(
            _holds(r, product) for r in exceptions
        ):
            exceptions = (*exceptions, product)
        return replace(self, products=kept, exceptions=exceptions)


@dataclass(frozen=True, slots=True)
class ProductCoverage:
    """All covered products; the first entry that holds a code says how it is treated."""

    entries: tuple[CoveredProducts, ...] = ()

    def entry_of(self, digits: str) -> CoveredProducts | None:
        """The entry a code falls in, or None where it is not covered."""
        place = index_of(self.entries).first(digits)
        return None if place is None else self.entries[place]

    def entries_of(self, codes: tuple[str, ...]) -> tuple[CoveredProducts | None, ...]:
        """As `entry_of`, of many codes; quick where the same tuple is asked about again."""
        places = index_of(self.entries).places(codes)
        return tuple(None if place < 0 else self.entries[place] for place in places)

    def covers(self, digits: str) -> bool:
        """Whether a code is covered."""
        return self.entry_of(digits) is not None

    def touches(self, products: HSRange) -> bool:
        """Whether some of a range may be covered; not where a group excepts all of it."""
        return any(
            any(r.overlaps(products) for r in entry.ranges)
            and not any(_holds(out, products) for out in entry.exceptions)
            for entry in self.entries
        )


def _holds(outer: HSRange, inner: HSRange) -> bool:
    return outer.low <= inner.low and inner.high <= outer.high


def _without(whole: HSRange, hole: HSRange) -> tuple[HSRange, ...]:
    """What is left of a range; all of it where the two do not meet."""
    if not whole.overlaps(hole):
        return (whole,)
    width = max(whole.level, hole.level)

    def number(digits: str, fill: str) -> int:
        return int(digits.ljust(width, fill))

    spans = (
        (number(whole.first, "0"), number(hole.first, "0") - 1),
        (number(hole.last, "9") + 1, number(whole.last, "9")),
    )
    return tuple(
        HSRange(f"{low:0{width}d}", f"{high:0{width}d}") for low, high in spans if low <= high
    )
