"""Differences between two agreements as sentences that a minister can read.

Each note tells of some differences (`differences.py`), and together they tell of all: making
the differences of every note on the old text gives the new one.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workbench.definitions import change_words as words
from workbench.definitions.change_words import FLAGS, STANCES, Words, capital, choice, listed
from workbench.definitions.differences import Act, Difference, differences, fields_of
from workbench.definitions.fields import (
    AGREEMENT,
    Changes,
    Field,
    Flag,
    Integer,
    Kind,
    Many,
    Number,
    Part,
    Record,
    RuleTree,
    Shares,
    Text,
    Wrapped,
    section_field,
)
from workbench.definitions.wording import place
from workbench.definitions.writer import plain_data
from workbench.model.agreement import Agreement, Option
from workbench.model.commitments import BillOfInputs, Bracket, Commitment, Position
from workbench.model.coverage import CoveredProducts
from workbench.model.economies import Partner, economy_name
from workbench.model.origin import (
    AllOf,
    AnyOf,
    MaxNonOriginating,
    ProductRule,
    RegionalValueContent,
    Rule,
)

_MOST_TOLD_APART = 6
_SHOWN_ALL = 5
_IN_SECTION = 5
"""Length of the path of a section within an option: options, n, changes, n, section."""


@dataclass(frozen=True, slots=True)
class Note:
    """A change in words.

    `where` is the place in the file's own words; `before` and `after` are plain data, None where
    there is nothing. `differences` are what it tells of.
    """

    where: str
    text: str
    before: Any
    after: Any
    differences: tuple[Difference, ...]


def notes(
    old: Agreement, new: Agreement, product_name: Callable[[str], str] | None = None
) -> tuple[Note, ...]:
    """Everything that differs, in words and in drafting order.

    Args:
        old: the text before.
        new: the text after.
        product_name: what a code stands for, in a few words; "" where that is not known.
    """
    teller = _Teller(Words(product_name))
    groups: dict[tuple[Any, ...], list[_Spot]] = {}
    for change in differences(old, new):
        spot = _spot(old, change)
        groups.setdefault(spot.group, []).append(spot)
    return tuple(teller.note(spots) for spots in _told_together(list(groups.values())))


# Where a difference lies ---------------------------------------------------------------------


@dataclass(slots=True)
class _Spot:
    """A difference, and what lies on the way to it."""

    change: Difference
    kind: Kind
    record: Record
    owner: Any
    field: Field
    entries: list[tuple[Record, Any, Sequence[Any]]]
    option: Option | None
    whole: Any
    """The list, where the difference is about an entry of one."""

    @property
    def in_option(self) -> bool:
        """Whether it lies in a section that an option changes."""
        path = self.change.path
        return self.option is not None and (
            len(path) > _IN_SECTION or (len(path) == _IN_SECTION and isinstance(path[-1], str))
        )

    @property
    def of_entry(self) -> bool:
        """Whether an entry of a list came, went, or moved."""
        return self.change.act is not Act.CHANGED

    @property
    def group(self) -> tuple[Any, ...]:
        """Differences of one group make one note."""
        path, act = self.change.path, self.change.act
        if act is Act.REORDERED:
            return (path, "list" if not _of_records(self.kind) else act)
        if _of_records(self.kind) or act is Act.CHANGED:
            return (path, act)
        return (path[:-1], "list")


def _of_records(kind: Kind) -> bool:
    return isinstance(kind, Part) or (isinstance(kind, Many) and isinstance(kind.item, Part))


def _spot(old: Agreement, change: Difference) -> _Spot:
    kind: Kind = Part(AGREEMENT)
    spot = _Spot(change, kind, AGREEMENT, old, AGREEMENT.fields[0], [], None, None)
    value: Any = old
    for number, step in enumerate(change.path):
        if isinstance(kind, Part) and isinstance(step, str):
            spot.record, spot.owner = kind.record, value
            spot.field = next(f for f in fields_of(kind.record) if f.key == step)
            value, kind = getattr(value, spot.field.name), spot.field.kind
            if isinstance(kind, Wrapped):
                value, kind = getattr(value, kind.attribute), kind.kind
            continue
        if isinstance(step, str):
            field = section_field(step)
            assert field is not None
            part = AGREEMENT.field(step.partition(".")[0])
            inner = part.kind if "." in step and part is not None else Part(AGREEMENT)
            assert isinstance(inner, Part)
            spot.record, spot.field = inner.record, field
            spot.owner = None
            value, kind = value[1], field.kind
            if isinstance(kind, Wrapped):
                value, kind = getattr(value, kind.attribute), kind.kind
            continue
        last = number == len(change.path) - 1
        spot.whole = value
        siblings = value
        value = change.after if last and change.act is Act.ADDED else value[step]
        if isinstance(kind, Many):
            kind = kind.item
        if isinstance(value, Option):
            spot.option = value
        elif isinstance(kind, Part):
            spot.entries.append((kind.record, value, siblings))
    if change.act is Act.REORDERED:
        spot.whole = value
    spot.kind = kind
    return spot


def _told_together(groups: list[list[_Spot]]) -> Iterator[list[_Spot]]:
    """Join what would be the same sentence many times over."""
    alike: dict[tuple[Any, ...], list[list[_Spot]]] = {}
    for spots in groups:
        alike.setdefault(_likeness(spots), []).append(spots)
    done: set[int] = set()
    for spots in groups:
        same = alike[_likeness(spots)]
        if id(spots) in done:
            continue
        if len(same) > _MOST_TOLD_APART and len(spots) == 1 and spots[0].change.path:
            done.update(id(other) for other in same)
            yield [spot for other in same for spot in other]
        else:
            yield spots


def _likeness(spots: list[_Spot]) -> tuple[Any, ...]:
    """Changes of one list that could be told in one sentence have this in common."""
    spot = spots[0]
    change = spot.change
    shape = tuple("*" if isinstance(step, int) else step for step in change.path)
    if len(spots) > 1 or change.act is Act.REORDERED:
        return (shape, id(spots))
    if _of_records(spot.kind) and change.act in (Act.ADDED, Act.REMOVED):
        return (change.path[:-1], change.act)
    if change.act is Act.CHANGED:
        option = spot.option.name if spot.option is not None else None
        return (shape, option, repr(change.before), repr(change.after))
    return (shape, id(spots))


# Telling it ----------------------------------------------------------------------------------


class _Teller:
    """Spots to notes."""

    def __init__(self, said: Words) -> None:
        self._said = said

    def note(self, spots: list[_Spot]) -> Note:
        """One note that tells of all these."""
        spot = spots[0]
        change = spot.change
        if len(spots) > 1 and _of_records(spot.kind) and spot.of_entry:
            text = self._entries(spots)
        elif len(spots) > 1 and not spot.of_entry:
            text = self._many_alike(spots)
        elif spot.of_entry and not _of_records(spot.kind):
            text = self._list(spots)
        elif change.act is Act.REORDERED:
            text = f"The order of {self._the_list(spot)} changes."
        elif spot.of_entry:
            text = self._entry(spot)
        else:
            text = self._changed(spot)
        if spot.in_option and spot.option is not None:
            text = f"In option {spot.option.name}, {_within(text)}"
        where = change.path[:-1] if spot.of_entry and change.act is Act.REMOVED else change.path
        before, after = self._data(spots)
        return Note(place(where), text, before, after, tuple(s.change for s in spots))

    def _data(self, spots: list[_Spot]) -> tuple[Any, Any]:
        spot = spots[0]
        if spot.change.act is Act.CHANGED:
            return _plain(spot.kind, spot.change.before), _plain(spot.kind, spot.change.after)
        if len(spots) == 1 and spot.change.act is not Act.REORDERED:
            return _plain(spot.kind, spot.change.before), _plain(spot.kind, spot.change.after)
        if spot.change.act is Act.REORDERED and len(spots) == 1:
            return list(spot.change.before), list(spot.change.after)
        gone = [s for s in spots if s.change.act is Act.REMOVED]
        come = [s for s in spots if s.change.act is Act.ADDED]
        return (
            [_plain(s.kind, s.change.before) for s in gone] or None,
            [_plain(s.kind, s.change.after) for s in come] or None,
        )

    # Entries that come and go

    def _entry(self, spot: _Spot) -> str:
        value = spot.change.after if spot.change.act is Act.ADDED else spot.change.before
        added = spot.change.act is Act.ADDED
        of = self._of(spot)
        match value:
            case Partner():
                name = economy_name(value.economy)
                what = f"joins as {self._said.partner(value)}" if added else "leaves"
                return f"{name} {what}."
            case Commitment():
                if added:
                    who = f" for {words.economies(value.applies_to)}" if value.applies_to else ""
                    return (
                        f"A commitment on {choice(value.topic)} is added{who}, “{value.called}” "
                        f"({choice(value.obligation)}): “{words.cut(value.text)}”."
                    )
                return f"The commitment “{value.called}” on {choice(value.topic)} goes."
            case Position():
                now, was = STANCES[value.stance]
                name, on = economy_name(value.economy), of.removeprefix(" of ")
                if added:
                    return f"{name} {now} {on}."
                return f"{name}, which {was}, no longer has a position on {on}."
            case Bracket():
                by = (
                    f", proposed by {words.economies(value.proposed_by)}"
                    if value.proposed_by
                    else ""
                )
                text, where = words.cut(value.text), of.removeprefix(" of ")
                if added:
                    return f"New brackets in {where}: “{text}”{by}."
                return f"The brackets around “{text}” in {where} are lifted."
            case CoveredProducts():
                what = capital(self._said.entry(spot.entries[-1][0], value, spot.whole))
                codes = self._said.goods(value.products) if value.products else value.product_list
                return f"{what} are {'covered' if added else 'covered no longer'}: {codes}."
            case ProductRule():
                goods = self._said.goods(value.products)
                rule = self._said.value(RuleTree(), value.rule)
                if added:
                    verb = (
                        "gets a rule of origin of its own"
                        if len(value.products) == 1
                        else ("get a rule of origin of their own")
                    )
                    return f"{goods} {verb}: {rule}."
                return f"The rule of origin for {goods} goes; the default rule applies."
            case Option():
                title = f" (“{value.title}”)" if value.title else ""
                return f"Option {value.name}{title} {'is added' if added else 'goes'}."
            case BillOfInputs() if added:
                name = capital(self._name(spot, value))
                return f"{name} is added: {self._said.bill(value)}."
        name = self._name(spot, value)
        inside = ""
        if isinstance(spot.kind, Part):
            record = spot.kind.record
            fields = [field for field in record.fields[1:] if field.key != "source"]
            inside = self._said.says(record, value, fields)
        told = f": {inside}" if added and inside else ""
        return f"{capital(name)}{of} {'is added' if added else 'goes'}{told}."

    def _entries(self, spots: list[_Spot]) -> str:
        added = spots[0].change.act is Act.ADDED
        values = [s.change.after if added else s.change.before for s in spots]
        if isinstance(values[0], Partner):
            names = listed([economy_name(v.economy) for v in values], 12)
            return f"{len(values)} partners {'join' if added else 'leave'}: {names}."
        names = listed([self._name(s, v) for s, v in zip(spots, values, strict=True)], 8)
        what = self._the_list(spots[0]).removeprefix("the ")
        verb = "are added" if added else "go"
        return f"{len(values)} entries of the {what}{self._of(spots[0])} {verb}: {names}."

    def _many_alike(self, spots: list[_Spot]) -> str:
        spot = spots[0]
        what = self._said.field(spot.record, spot.field)
        before = self._said.value(spot.kind, spot.change.before)
        after = self._said.value(spot.kind, spot.change.after)
        names = listed([self._name(s, s.owner) for s in spots], 8)
        return f"The {what} changes from {before} to {after} for {len(spots)} entries: {names}."

    # Lists of codes, economies and words

    def _list(self, spots: list[_Spot]) -> str:
        spot = spots[0]
        kind = spot.kind.item if isinstance(spot.kind, Many) else spot.kind
        if isinstance(kind, Changes):
            return self._sections(spots)
        the_list = self._list_name(spot)
        come = [s.change.after for s in spots if s.change.act is Act.ADDED]
        gone = [s.change.before for s in spots if s.change.act is Act.REMOVED]
        parts = []
        for verb, items in (("gain", come), ("lose", gone)):
            if items:
                shown = listed([self._item(kind, item) for item in items])
                many = f" ({len(items)} in all)" if len(items) > _SHOWN_ALL else ""
                parts.append(f"{verb} {shown}{many}")
        if not parts:
            return f"The order of {the_list} changes."
        moved = any(s.change.act is Act.REORDERED for s in spots)
        order = "; their order changes too" if moved else ""
        return f"{capital(the_list)} {' and '.join(parts)}{order}."

    def _sections(self, spots: list[_Spot]) -> str:
        """Sections that an option takes on, or leaves to the base text again."""
        option = spots[0].option
        come = [_section(s.change.after[0]) for s in spots if s.change.act is Act.ADDED]
        gone = [_section(s.change.before[0]) for s in spots if s.change.act is Act.REMOVED]
        parts = [f"now changes {listed(come)} too"] if come else []
        if gone:
            parts.append(f"leaves {listed(gone)} as in the base text again")
        told = " and ".join(parts) or "lists its changes in another order"
        return f"Option {option.name if option is not None else ''} {told}."

    def _item(self, kind: Kind, item: Any) -> str:
        if isinstance(kind, Shares):
            return self._said.value(kind, (item,))
        return self._said.value(kind, item)

    def _list_name(self, spot: _Spot) -> str:
        key = spot.field.key
        owner = spot.entries[-1][1] if spot.entries else None
        if isinstance(owner, CoveredProducts) and key in ("products", "listed"):
            listed_there = "listed " if key == "listed" else ""
            return f"the {listed_there}{self._name(spot, owner)}"
        what = self._said.field(spot.record, spot.field)
        return f"the {what}{self._of(spot)}"

    # Values that change

    def _changed(self, spot: _Spot) -> str:
        change, kind, field = spot.change, spot.kind, spot.field
        owner = spot.entries[-1][1] if spot.entries else None
        before, after = change.before, change.after
        if isinstance(kind, RuleTree) and before is not None and after is not None:
            return self._rule(spot)
        if isinstance(kind, Flag) and (pair := FLAGS.get((spot.record.type, field.key))):
            entry = self._name(spot, owner) if owner is not None else ""
            return pair[0 if after else 1].format(entry=entry, Entry=capital(entry))
        if isinstance(owner, Partner) and field.key == "standing":
            name = self._name(spot, owner)
            was, now = self._said.standing(before), self._said.standing(after)
            return f"{name} is now {now}, no longer {was}."
        if isinstance(owner, Position) and field.key == "stance":
            commitment = self._of(spot, outer=True).removeprefix(" of ")
            was, now = STANCES[before][1], STANCES[after][0]
            return f"{self._name(spot, owner)}, which {was}, now {now} {commitment}."
        if field.key == "from_year":
            return f"{capital(self._name(spot, owner))} now starts in year {after}, not {before}."
        what = f"the {self._said.field(spot.record, field)}{self._of(spot)}"
        if isinstance(before, tuple) and isinstance(kind, Shares | Changes):
            return self._pair(what, kind, before, after)
        if before in (None, "", ()):
            return f"{capital(what)} is set: {self._said.value(kind, after)}."
        if after in (None, "", ()):
            return f"{capital(what)} is dropped (it was {self._said.value(kind, before)})."
        if isinstance(kind, Number | Integer):
            was, now = self._said.value(kind, before), self._said.value(kind, after)
            return f"{capital(what)} {words.moves(before, after)} from {was} to {now}."
        if isinstance(kind, Text) and " " in f"{before}{after}":
            return f"{capital(what)} is reworded: {words.reworded(before, after)}."
        was, now = self._said.value(kind, before), self._said.value(kind, after)
        return f"{capital(what)} changes from {was} to {now}."

    def _pair(self, what: str, kind: Shares | Changes, before: Any, after: Any) -> str:
        if isinstance(kind, Changes):
            return f"{capital(what)} change {_section(after[0])}, no longer {_section(before[0])}."
        was, now = (self._said.value(kind, (pair,)) for pair in (before, after))
        return f"{capital(what)}: {now}, no longer {was}."

    def _rule(self, spot: _Spot) -> str:
        owner = spot.entries[-1][1] if spot.entries else None
        if isinstance(owner, ProductRule):
            subject = f"for {self._said.goods(owner.products)}"
        else:
            subject = "of the default rule"
        found = _one_number(spot.change.before, spot.change.after)
        if found is not None:
            what, low, high, method = found
            verb = words.moves(low, high)
            return (
                f"The {what} {subject} {verb} from {words.percent(low)} to "
                f"{words.percent(high)}{method}."
            )
        was, now = (self._said.value(spot.kind, r) for r in (spot.change.before, spot.change.after))
        subject = subject.replace("of the default rule", "of products without one of their own")
        return f"The rule of origin {subject} changes from {was} to {now}."

    # Names

    def _name(self, spot: _Spot, value: Any) -> str:
        for record, entry, siblings in reversed(spot.entries):
            if entry is value:
                return self._said.entry(record, entry, siblings)
        return self._said.entry(spot.record, value)

    def _of(self, spot: _Spot, outer: bool = False) -> str:
        """Of what entry, or entry of an entry, a key or a list is: " of “labour”"."""
        entries = spot.entries
        if outer or (spot.of_entry and spot.entries and isinstance(spot.kind, Part)):
            entries = entries[:-1]
        named = [self._said.entry(*entry) for entry in reversed(entries)]
        if spot.option is not None and not spot.in_option:
            named.append(f"option {spot.option.name}")
        if spot.field.key == "notes":
            return f" on {' of '.join(named or [re.sub('^an? ', 'the ', spot.record.name)])}"
        return "".join(f" of {name}" for name in named)

    def _the_list(self, spot: _Spot) -> str:
        return f"the {self._said.field(spot.record, spot.field)}"


def _section(key: str) -> str:
    """A section of the agreement in words: "default rule (origin)", "partners"."""
    part, _, inner = key.partition(".")
    return f"{(inner or part).replace('_', ' ')}" + (f" ({part})" if inner else "")


def _within(text: str) -> str:
    """A sentence as the rest of another one: a small letter where it starts with no name."""
    return f"{text[0].lower()}{text[1:]}" if text.startswith(("The ", "A ", "New ")) else text


def _plain(kind: Kind, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Shares | Changes):
        return plain_data(kind, (value,))
    return plain_data(kind, value)


def _one_number(before: Rule, after: Rule) -> tuple[str, float, float, str] | None:
    """The one share that differs between two rules: what it is, before, after, how counted."""
    if isinstance(before, AllOf | AnyOf):
        if type(before) is not type(after) or not isinstance(after, AllOf | AnyOf):
            return None
        if len(before.rules) != len(after.rules):
            return None
        pairs = [(b, a) for b, a in zip(before.rules, after.rules, strict=True) if b != a]
        return _one_number(*pairs[0]) if len(pairs) == 1 else None
    if isinstance(before, RegionalValueContent) and isinstance(after, RegionalValueContent):
        if replace(before, at_least=after.at_least) == after:
            return "threshold", before.at_least, after.at_least, f" {before.method.value}"
        return None
    if not isinstance(before, MaxNonOriginating) or not isinstance(after, MaxNonOriginating):
        return None
    if replace(before, at_most=after.at_most) != after:
        return None
    what = "limit on non-originating materials"
    return what, before.at_most, after.at_most, f" of the {before.basis} price"
