"""Two copies of one agreement put together again, by what each changed since their ancestor.

A value that one of them changed is taken from that one. Where both changed the same entry to
something else, there is a conflict, and somebody has to choose: nothing is dropped in silence.
Entries of lists are matched as in `differences.py`, so that work on two commitments, or two codes
of one list, never collides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from workbench.definitions.change_words import Words
from workbench.definitions.differences import called, matched
from workbench.definitions.fields import (
    AGREEMENT,
    Changes,
    Kind,
    Many,
    Part,
    Record,
    Shares,
    Wrapped,
    section_field,
)
from workbench.model.agreement import Agreement
from workbench.model.coverage import CoveredProducts

Place = tuple[str, ...]
"""Keys of the file, and the names of entries of its lists."""

ORDER = "order"
"""Last step of the place of a list that both put in another order."""


class Side(StrEnum):
    """Whose copy a value is taken from."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Conflict:
    """An entry that both changed, each in another way; None where a copy does not have it."""

    place: Place
    kind: Kind
    ancestor: Any
    mine: Any
    theirs: Any

    @property
    def where(self) -> str:
        """Where it lies: "commitments: labour-1: text"."""
        return ": ".join(step.replace("_", " ") for step in self.place)

    def words(self, side: Side | None) -> str:
        """What a copy says there; of the ancestor for None."""
        value = {Side.MINE: self.mine, Side.THEIRS: self.theirs, None: self.ancestor}[side]
        if value is None:
            return "not there"
        if self.place[-1] == ORDER:
            return ", ".join(str(name) for name in value)
        if isinstance(self.kind, Shares | Changes):
            return Words(None).value(self.kind, (value,))
        return Words(None).value(self.kind, value)


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it: the agreement, and every conflict with the side taken in it."""

    agreement: Agreement
    conflicts: tuple[Conflict, ...]
    undecided: tuple[Conflict, ...]


def merge(
    ancestor: Agreement,
    mine: Agreement,
    theirs: Agreement,
    choices: Mapping[Place, Side] | None = None,
) -> Merged:
    """Put two copies together.

    Args:
        ancestor: the text both began from.
        mine: one copy.
        theirs: the other.
        choices: whose value to take, by the place of a conflict; mine stands in for one that is
            not decided yet.
    """
    merging = _Merging(choices or {})
    agreement: Agreement = merging.value(Part(AGREEMENT), ancestor, mine, theirs, ())
    conflicts = tuple(merging.conflicts)
    undecided = tuple(c for c in conflicts if c.place not in (choices or {}))
    return Merged(agreement, conflicts, undecided)


class _Gone:
    """Stands for an entry that a copy took out."""


GONE = _Gone()


class _Merging:
    def __init__(self, choices: Mapping[Place, Side]) -> None:
        self.conflicts: list[Conflict] = []
        self._choices = choices

    def value(self, kind: Kind, base: Any, mine: Any, theirs: Any, place: Place) -> Any:
        """The value that the three make."""
        if mine == theirs or theirs == base:
            return mine
        if mine == base:
            return theirs
        if any(value is None for value in (base, mine, theirs)):
            return self._choose(kind, base, mine, theirs, place)
        match kind:
            case Part():
                return self._record(kind.record, base, mine, theirs, place)
            case Wrapped():
                before, ours, others = (
                    getattr(value, kind.attribute) for value in (base, mine, theirs)
                )
                return kind.type(self._list(kind.kind, before, ours, others, place))
            case Many() | Shares() | Changes():
                return self._list(kind, base, mine, theirs, place)
        return self._choose(kind, base, mine, theirs, place)

    def _choose(self, kind: Kind, base: Any, mine: Any, theirs: Any, place: Place) -> Any:
        self.conflicts.append(Conflict(place, kind, base, mine, theirs))
        return theirs if self._choices.get(place) is Side.THEIRS else mine

    def _record(self, record: Record, base: Any, mine: Any, theirs: Any, place: Place) -> Any:
        values = {}
        for field in record.fields:
            before, ours, others = (getattr(value, field.name) for value in (base, mine, theirs))
            values[field.name] = self.value(field.kind, before, ours, others, (*place, field.key))
        if isinstance(mine, CoveredProducts):
            # What a list holds comes with its name.
            source = mine if values["product_list"] == mine.product_list else theirs
            values["listed"] = source.listed
        return replace(mine, **values)

    # Lists

    def _list(
        self,
        kind: Many | Shares | Changes,
        base: Sequence[Any],
        mine: Sequence[Any],
        theirs: Sequence[Any],
        place: Place,
    ) -> tuple[Any, ...]:
        of_mine, of_theirs = dict(matched(kind, base, mine)), dict(matched(kind, base, theirs))
        name = _namer(kind, (base, mine, theirs))
        merged: dict[tuple[str, int], Any] = {}
        for i, item in enumerate(base):
            ours = mine[of_mine[i]] if i in of_mine else GONE
            others = theirs[of_theirs[i]] if i in of_theirs else GONE
            made = self._entry(kind, item, ours, others, (*place, name(item, i)))
            if made is not GONE:
                merged["base", i] = made
        added_mine = [j for j in range(len(mine)) if j not in of_mine.values()]
        added_theirs = [j for j in range(len(theirs)) if j not in of_theirs.values()]
        both = dict(_both_added(kind, mine, theirs, added_mine, added_theirs))
        for j in added_mine:
            made = mine[j]
            if j in both and theirs[both[j]] != made:
                at = (*place, name(made, j))
                made = self._choose(_kind_of_entry(kind), None, made, theirs[both[j]], at)
            merged["mine", j] = made
        for j in added_theirs:
            if j not in both.values():
                merged["theirs", j] = theirs[j]
        turned = {j: ("base", i) for i, j in of_mine.items()}
        my_order = [turned.get(j, ("mine", j)) for j in range(len(mine))]
        turned = {j: ("base", i) for i, j in of_theirs.items()}
        turned |= {there: ("mine", here) for here, there in both.items()}
        their_order = [turned.get(j, ("theirs", j)) for j in range(len(theirs))]
        order = self._order(kind, len(base), my_order, their_order, merged, place)
        return tuple(merged[key] for key in order)

    def _entry(
        self, kind: Many | Shares | Changes, base: Any, mine: Any, theirs: Any, place: Place
    ) -> Any:
        if mine is GONE or theirs is GONE:
            kept = theirs if mine is GONE else mine
            if kept is GONE or kept == base:
                return GONE
            ours, others = (None if value is GONE else value for value in (mine, theirs))
            made = self._choose(_kind_of_entry(kind), base, ours, others, place)
            return GONE if made is None else made
        if isinstance(kind, Many):
            return self.value(kind.item, base, mine, theirs, place)
        if isinstance(kind, Changes) and base[0] == mine[0] == theirs[0]:
            field = section_field(base[0])
            assert field is not None
            return (base[0], self.value(field.kind, base[1], mine[1], theirs[1], place))
        return self.value(_kind_of_entry(kind), base, mine, theirs, place)

    def _order(
        self,
        kind: Many | Shares | Changes,
        size: int,
        mine: list[tuple[str, int]],
        theirs: list[tuple[str, int]],
        merged: Mapping[tuple[str, int], Any],
        place: Place,
    ) -> list[tuple[str, int]]:
        """The order of the merged entries: of the copy that moved any, what is new put in."""
        shared = [("base", i) for i in range(size) if ("base", i) in merged]
        common = [key for key in shared if key in mine and key in theirs]
        my_way = [key for key in mine if key in common]
        their_way = [key for key in theirs if key in common]
        first, second = mine, theirs
        if their_way != common and my_way == common:
            first, second = theirs, mine
        elif my_way not in (common, their_way) and their_way != common:
            names = _namer(kind, ())
            told = [
                tuple(names(merged[key], key[1]) for key in way)
                for way in (common, my_way, their_way)
            ]
            conflict = Conflict((*place, ORDER), kind, *told)
            self.conflicts.append(conflict)
            if self._choices.get(conflict.place) is Side.THEIRS:
                first, second = theirs, mine
        order = [key for key in first if key in merged]
        for number, key in enumerate(second):
            if key in merged and key not in order:
                before = [k for k in second[:number] if k in order]
                order.insert(order.index(before[-1]) + 1 if before else 0, key)
        return order


def _both_added(
    kind: Many | Shares | Changes,
    mine: Sequence[Any],
    theirs: Sequence[Any],
    added_mine: list[int],
    added_theirs: list[int],
) -> list[tuple[int, int]]:
    """Entries that both added under one name."""
    name = called(kind)
    free: dict[Any, list[int]] = {}
    for j in added_theirs:
        free.setdefault(name(theirs[j]), []).append(j)
    return [(j, free[name(mine[j])].pop(0)) for j in added_mine if free.get(name(mine[j]))]


def _kind_of_entry(kind: Many | Shares | Changes) -> Kind:
    return kind.item if isinstance(kind, Many) else kind


def _namer(
    kind: Many | Shares | Changes, lists: tuple[Sequence[Any], ...]
) -> Callable[[Any, int], str]:
    """What an entry is called in a place; by its number where names stand twice."""
    name = called(kind)
    unique = all(len({name(item) for item in items}) == len(items) for items in lists)

    def tell(item: Any, number: int) -> str:
        if isinstance(kind, Many) and isinstance(kind.item, Part):
            said = name(item)
            if not unique or not isinstance(said, tuple):
                return str(number + 1)
            parts = [_text(part) for part in said if part not in ("", None, ())]
            return ", ".join(parts) or str(number + 1)
        return _text(item[0]) if not isinstance(kind, Many) else _text(item)

    return tell


def _text(value: Any) -> str:
    return ", ".join(str(v) for v in value) if isinstance(value, tuple) else str(value)
