"""Finding the entries that hold a code among hundreds, without looking at each.

Why by identity: a tuple of entries never changes, and hashing hundreds of them would take longer
than the search that is spared. An index keeps its tuple alive, so an identity is never reused.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from workbench.model.nomenclature import HSRange

_KEPT = 32
_TUPLES_KEPT = 4


class Holder(Protocol):
    """An entry of a list that is for some products."""

    @property
    def ranges(self) -> tuple[HSRange, ...]:
        """Everything included, before exceptions."""

    @property
    def exceptions(self) -> tuple[HSRange, ...]:
        """What is taken out again."""


class RangeIndex:
    """Which of many entries hold a code."""

    def __init__(self, entries: Sequence[Holder]) -> None:
        self._entries = entries
        self._single: dict[str, list[int]] = {}
        self._spans: list[tuple[HSRange, int]] = []
        for place, entry in enumerate(entries):
            for item in entry.ranges:
                if item.first == item.last:
                    self._single.setdefault(item.first, []).append(place)
                else:
                    self._spans.append((item, place))
        self._levels = sorted({len(first) for first in self._single})
        self._placed: dict[int, tuple[tuple[str, ...], tuple[int, ...]]] = {}

    def first(self, digits: str) -> int | None:
        """The place of the first entry that holds a code whole; None where none does."""
        found = {place for item, place in self._spans if item.contains(digits)}
        for level in self._levels:
            if level <= len(digits):
                found.update(self._single.get(digits[:level], ()))
        for place in sorted(found):
            if not any(out.contains(digits) for out in self._entries[place].exceptions):
                return place
        return None

    def places(self, codes: tuple[str, ...]) -> tuple[int, ...]:
        """The place of the first entry that holds each code, -1 where none does.

        The answers for the tuples asked about last are kept.
        """
        asked, found = self._placed.get(id(codes), (None, ()))
        if asked is None:
            firsts = (self.first(code) for code in codes)
            found = tuple(-1 if place is None else place for place in firsts)
            if len(self._placed) == _TUPLES_KEPT:
                self._placed.pop(next(iter(self._placed)), None)
            self._placed[id(codes)] = codes, found
        return found


class _Same:
    """A list that equals only itself."""

    __slots__ = ("entries",)

    def __init__(self, entries: Sequence[Holder]) -> None:
        self.entries = entries

    def __hash__(self) -> int:
        return id(self.entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.entries is other.entries


def index_of(entries: Sequence[Holder]) -> RangeIndex:
    """The index of a tuple of entries, made once."""
    return _index(_Same(entries))


@lru_cache(maxsize=_KEPT)
def _index(entries: _Same) -> RangeIndex:
    return RangeIndex(entries.entries)
