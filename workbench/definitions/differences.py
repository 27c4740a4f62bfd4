"""What differs between two agreements, entry by entry, and the changes made again.

Driven by the table of keys, so a key added there is compared without a line here. Entries of a
list are matched by what they are called (a partner by its economy, a commitment by its id), else
by how much of them is the same, so that a change stays a change when the list around it moves.
`applied` makes any of the changes on the old text; all of them give the new one.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache
from typing import Any

from workbench.definitions.fields import (
    AGREEMENT,
    CODES,
    TEXT,
    Changes,
    Choice,
    Economy,
    Field,
    Kind,
    Many,
    Part,
    Record,
    Shares,
    Wrapped,
    section_field,
)
from workbench.model.agreement import Agreement, Suppressed
from workbench.model.commitments import BillOfInputs, StatedRate
from workbench.model.coverage import CoveredProducts

Path = tuple[str | int, ...]
"""Keys of the file, and places in its lists: in the old list, in the new one for what is added."""

# What an entry is called where its first key alone does not tell.
_CALLED: dict[type, tuple[str, ...]] = {
    StatedRate: ("importer", "exporter", "products", "year"),
    BillOfInputs: ("products", "exporters"),
    CoveredProducts: (),
    Suppressed: ("finding", "about"),
}
_SAME_THING = 0.5
_SAME_GROUP = 0.1
_MOST_COMPARED = 4000
_LISTED = Field("listed", CODES, "Products of the list, as last read.")


class Act(StrEnum):
    """What happened to a value."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    REORDERED = "reordered"


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs.

    `before` and `after` are values of the model: None where there is none. Of a list put in
    another order they are the places of what stayed, in the old order and in the new one.
    """

    path: Path
    act: Act
    before: Any
    after: Any


def differences(old: Agreement, new: Agreement) -> tuple[Difference, ...]:
    """Everything that differs, in drafting order."""
    return tuple(_of(Part(AGREEMENT), old, new, ()))


def applied(changes: Iterable[Difference], old: Agreement) -> Agreement:
    """The old text with some of its differences made."""
    result: Agreement = _made(Part(AGREEMENT), old, tuple(changes), 0)
    return result


@cache
def fields_of(record: Record) -> tuple[Field, ...]:
    """The keys of a record, and what a value holds besides."""
    return (*record.fields, _LISTED) if record.type is CoveredProducts else record.fields


# Finding them --------------------------------------------------------------------------------


def _of(kind: Kind, old: Any, new: Any, path: Path) -> Iterable[Difference]:
    if old == new:
        return
    if old is None or new is None:
        yield Difference(path, Act.CHANGED, old, new)
        return
    match kind:
        case Part():
            for field in fields_of(kind.record):
                inner = (*path, field.key)
                yield from _of(
                    field.kind, getattr(old, field.name), getattr(new, field.name), inner
                )
        case Wrapped():
            before, after = getattr(old, kind.attribute), getattr(new, kind.attribute)
            yield from _of_list(kind.kind, before, after, path)
        case Many() | Shares() | Changes():
            yield from _of_list(kind, old, new, path)
        case _:
            yield Difference(path, Act.CHANGED, old, new)


def _of_list(
    kind: Many | Shares | Changes, old: Sequence[Any], new: Sequence[Any], path: Path
) -> Iterable[Difference]:
    pairs = matched(kind, old, new)
    kept_old, kept_new = {i for i, _ in pairs}, {j for _, j in pairs}
    for i, item in enumerate(old):
        if i not in kept_old:
            yield Difference((*path, i), Act.REMOVED, item, None)
    for i, j in sorted(pairs):
        yield from _of_item(kind, old[i], new[j], (*path, i))
    for j, item in enumerate(new):
        if j not in kept_new:
            yield Difference((*path, j), Act.ADDED, None, item)
    order = tuple(i for i, _ in sorted(pairs, key=lambda pair: pair[1]))
    if list(order) != sorted(order):
        yield Difference(path, Act.REORDERED, tuple(sorted(order)), order)


def _of_item(kind: Many | Shares | Changes, old: Any, new: Any, path: Path) -> Iterable[Difference]:
    if isinstance(kind, Many):
        yield from _of(kind.item, old, new, path)
    elif isinstance(kind, Changes) and old[0] == new[0] and (field := section_field(old[0])):
        yield from _of(field.kind, old[1], new[1], (*path, old[0]))
    elif old != new:
        yield Difference(path, Act.CHANGED, old, new)


def matched(
    kind: Many | Shares | Changes, old: Sequence[Any], new: Sequence[Any]
) -> list[tuple[int, int]]:
    """Which entry of the new list is which of the old one: pairs of places."""
    name = called(kind)
    before, after = [name(item) for item in old], [name(item) for item in new]
    if len(set(before)) < len(before) or len(set(after)) < len(after):
        return _in_sequence(old, new)
    place = {said: j for j, said in enumerate(after)}
    pairs = [(i, place[said]) for i, said in enumerate(before) if said in place]
    if isinstance(kind, Many) and isinstance(kind.item, Part) and _may_be_renamed(kind.item.record):
        pairs += _alike(kind.item.record, old, new, pairs)
    return pairs


def called(kind: Many | Shares | Changes) -> Callable[[Any], Hashable]:
    """What tells the entries of a list apart, as a function."""
    if not isinstance(kind, Many):
        return _first
    if not isinstance(kind.item, Part):
        return _itself
    record = kind.item.record
    names = _CALLED.get(record.type, (record.fields[0].name,))
    if not names:
        return _itself
    return lambda item: tuple(getattr(item, key) for key in names)


def _first(pair: tuple[Hashable, Any]) -> Hashable:
    return pair[0]


def _itself(item: Hashable) -> Hashable:
    return item


def _may_be_renamed(record: Record) -> bool:
    """Whether an entry under another name may be the same thing; an economy never is another."""
    return not isinstance(record.fields[0].kind, Economy | Choice)


def _alike(
    record: Record, old: Sequence[Any], new: Sequence[Any], pairs: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Entries not yet matched that have most of what they say in common, the closest first."""
    done_old, done_new = {i for i, _ in pairs}, {j for _, j in pairs}
    if (len(old) - len(done_old)) * (len(new) - len(done_new)) > _MOST_COMPARED:
        return []
    # Groups of products have no name: a common stage and a common code make them the same.
    least = _SAME_THING if _CALLED.get(record.type) != () else _SAME_GROUP
    close = sorted(
        (
            (-_likeness(record, old[i], new[j]), abs(i - j), i, j)
            for i in range(len(old))
            if i not in done_old
            for j in range(len(new))
            if j not in done_new
        ),
    )
    found = []
    for unlike, _, i, j in close:
        if -unlike >= least and i not in done_old and j not in done_new:
            found.append((i, j))
            done_old.add(i)
            done_new.add(j)
    return found


def _likeness(record: Record, old: Any, new: Any) -> float:
    """The share of what two entries say that is the same; what neither says does not count."""
    if isinstance(old, CoveredProducts):
        common = len(set(old.ranges) & set(new.ranges))
        same_stage = 1.0 if old.stage is new.stage else 0.5
        return same_stage * common / max(len(old.ranges), len(new.ranges), 1)
    defaults = record.defaults
    same = said = 0.0
    for field in record.fields:
        before, after = getattr(old, field.name), getattr(new, field.name)
        default = defaults.get(field.name)
        if before == after == default:
            continue
        said += 1
        if before == after:
            same += 1
        elif isinstance(before, tuple) and isinstance(after, tuple) and before and after:
            common = len(set(before) & set(after))
            same += common / max(len(before), len(after))
        elif field.kind == TEXT or isinstance(before, str):
            same += _same_words(str(before), str(after))
    return same / said if said else 0.0


def _same_words(before: str, after: str) -> float:
    if not before or not after:
        return 0.0
    ratio = SequenceMatcher(None, before.split(), after.split(), autojunk=False).ratio()
    return ratio if ratio > _SAME_THING else 0.0


def _in_sequence(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[int, int]]:
    """Matches in order; where as many stand in place of others, each is taken for its like."""
    before, after = [repr(item) for item in old], [repr(item) for item in new]
    pairs = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal" or (tag == "replace" and i2 - i1 == j2 - j1):
            pairs += list(zip(range(i1, i2), range(j1, j2), strict=True))
    return pairs


# Making them ---------------------------------------------------------------------------------


def _made(kind: Kind, value: Any, changes: tuple[Difference, ...], depth: int) -> Any:
    """A value with the differences made whose paths lead `depth` steps down to it."""
    if not changes:
        return value
    whole = [c for c in changes if len(c.path) == depth and c.act is Act.CHANGED]
    if whole:
        return whole[-1].after
    match kind:
        case Part():
            values = {}
            for field in fields_of(kind.record):
                own = tuple(c for c in changes if c.path[depth] == field.key)
                if own:
                    values[field.name] = _made(
                        field.kind, getattr(value, field.name), own, depth + 1
                    )
            return replace(value, **values)
        case Wrapped():
            items = getattr(value, kind.attribute)
            return kind.type(_made_list(kind.kind, items, changes, depth))
        case Many() | Shares() | Changes():
            return _made_list(kind, value, changes, depth)
    raise ValueError(f"nothing lies below {changes[0].path[:depth]}")


def _made_list(
    kind: Many | Shares | Changes,
    items: Sequence[Any],
    changes: tuple[Difference, ...],
    depth: int,
) -> tuple[Any, ...]:
    removed = {
        _place(c, depth) for c in changes if c.act is Act.REMOVED and len(c.path) == depth + 1
    }
    added = [c for c in changes if c.act is Act.ADDED and len(c.path) == depth + 1]
    order = [c for c in changes if c.act is Act.REORDERED and len(c.path) == depth]
    inside: dict[int, list[Difference]] = {}
    for change in changes:
        if len(change.path) > depth + 1 or (
            len(change.path) == depth + 1 and change.act is Act.CHANGED
        ):
            inside.setdefault(_place(change, depth), []).append(change)
    kept = [
        (i, _made_item(kind, item, tuple(inside.get(i, ())), depth + 1))
        for i, item in enumerate(items)
        if i not in removed
    ]
    if order:
        kept = _in_order(kept, order[-1].after)
    result = [item for _, item in kept]
    for change in sorted(added, key=lambda c: _place(c, depth)):
        result.insert(_place(change, depth), change.after)
    return tuple(result)


def _made_item(
    kind: Many | Shares | Changes, item: Any, changes: tuple[Difference, ...], depth: int
) -> Any:
    if isinstance(kind, Many):
        return _made(kind.item, item, changes, depth)
    if not changes:
        return item
    whole = [c for c in changes if len(c.path) == depth]
    if whole:
        return whole[-1].after
    field = section_field(item[0])
    assert field is not None
    return (item[0], _made(field.kind, item[1], changes, depth + 1))


def _in_order(kept: list[tuple[int, Any]], order: tuple[int, ...]) -> list[tuple[int, Any]]:
    """Entries in another order; those it does not name stay where they stood."""
    by_place = dict(kept)
    named = [(i, by_place[i]) for i in order if i in by_place]
    others = set(by_place) - set(order)
    result = list(named)
    for position, (i, item) in enumerate(kept):
        if i in others:
            result.insert(position, (i, item))
    return result


def _place(change: Difference, depth: int) -> int:
    step = change.path[depth]
    assert isinstance(step, int)
    return step
