"""Codes of each edition of the Harmonized System, and what they became in others.

What ships knows the codes of HS 2012 to HS 2022, and what those of HS 2007 became in HS 2022; a
database may hold concordances to further editions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from workbench.tradedata.codes import product_code
from workbench.tradedata.database import Readable

Pair = tuple[int, int]
Changed = tuple[int, int, str, str]
"""A row of a concordance: both editions, a code of the first and what it became in the second."""

_NEWEST_SHIPPED = 2022


@dataclass(frozen=True, eq=False)
class CodeHistory:
    """Which codes an edition has, and what its codes became.

    Attributes:
        held: by edition (a year) its codes of two, four and six digits.
        became: by pair of editions what a subheading of the first became in the second; one that
            is not listed kept its number.
    """

    held: Mapping[int, frozenset[str]]
    became: Mapping[Pair, Mapping[str, tuple[str, ...]]]

    def has(self, code: str, edition: int) -> bool:
        """Whether an edition has a code, down to its subheading; True of an edition not held."""
        return edition not in self.held or code[:6] in self.held[edition]

    def successors(self, code: str, start: int, end: int) -> tuple[str, ...]:
        """What a code of one edition is in another; empty where that is not known.

        A heading or chapter is where its subheadings are now.
        """
        listed = self.became.get((start, end))
        if listed is None:
            return ()
        if len(code) >= 6:
            known = listed.get(code[:6])
            if known is not None:
                return known
            return (code[:6],) if self.has(code, start) and self.has(code, end) else ()
        below = (old for old in self.held.get(start, ()) if len(old) == 6 and old.startswith(code))
        now = {new[: len(code)] for old in below for new in listed.get(old, (old,))}
        return tuple(sorted(now))

    def origins(self, code: str, edition: int) -> tuple[int, tuple[str, ...]] | None:
        """The edition that has a code which `edition` lacks, and what it is in `edition`.

        The nearest edition counts; None where none has it.
        """
        digits = code[:6]
        others = (
            start
            for start, end in self.became
            if end == edition
            and (digits in self.held.get(start, ()) or digits in self.became[start, end])
        )
        for other in sorted(others, key=lambda other: (abs(other - edition), other)):
            found = self.successors(code, other, edition)
            if found and digits not in found:
                return other, found
        return None

    def latest(self, edition: int) -> int | None:
        """The newest edition that the codes of one can be followed to; None where it is that."""
        return max((end for start, end in self.became if start == edition < end), default=None)


@lru_cache(maxsize=2)
def code_history(further: tuple[Changed, ...] = ()) -> CodeHistory:
    """What ships, read at the first question, with further rows of concordances."""
    from workbench.tradedata.starter.layout import read

    held: dict[int, set[str]] = {}
    for code, editions in read("products"):
        for edition in editions.split():
            held.setdefault(int(edition), set()).add(code)
    became: dict[Pair, dict[str, set[str]]] = {}
    shipped = (
        (int(start), int(end), source, target)
        for start, source, end, target, _ in read("concordances")
    )
    for start, end, source, target in (*shipped, *further):
        became.setdefault((start, end), {}).setdefault(source, set()).add(target)
    return CodeHistory(
        {edition: frozenset(codes) for edition, codes in held.items()},
        {
            pair: {source: tuple(sorted(targets)) for source, targets in listed.items()}
            for pair, listed in became.items()
        },
    )


def further_editions(db: Readable) -> tuple[Changed, ...]:
    """Rows of a database's concordances with editions newer than those that ship.

    Raises:
        TradeDataError: the database cannot be read.
    """
    rows = db.rows(
        "SELECT DISTINCT from_edition, to_edition, from_code, to_code FROM concordances "
        "WHERE from_edition > ? OR to_edition > ?",
        [_NEWEST_SHIPPED, _NEWEST_SHIPPED],
    )
    return tuple(
        (start, end, product_code(source), product_code(target))
        for start, end, source, target in rows
    )
