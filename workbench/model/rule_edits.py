"""Edits of a rule of origin by place; each gives a new rule and leaves the old one alone.

A place is the path of positions from the top: () is the whole rule, (1, 0) the first part of the
second part. A group may be left without parts while it is drafted; `is_complete` tells.
"""

from dataclasses import replace
from datetime import date

from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    Condition,
    EconomyCap,
    InputsOriginate,
    LabourValueContent,
    MaxNonOriginating,
    OnlyGoods,
    Period,
    RegionalValueContent,
    RemainderCap,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
)

Place = tuple[int, ...]


def part_at(rule: Rule, place: Place) -> Rule:
    """The part of a rule at a place.

    Raises:
        IndexError: there is none.
    """
    for position in place:
        if not isinstance(rule, AllOf | AnyOf):
            raise IndexError(f"no part {place} in a criterion")
        rule = rule.rules[position]
    return rule


def with_part(rule: Rule, place: Place, part: Rule) -> Rule:
    """Put another part at a place."""
    if not place:
        return part
    return _with_parts(rule, place[:-1], {place[-1]: (part,)})


def without_part(rule: Rule, place: Place) -> Rule:
    """Take a part out, and groups that this leaves empty; without parts any good qualifies."""
    if not place:
        return AnyGood()
    left = _with_parts(rule, place[:-1], {place[-1]: ()})
    group = part_at(left, place[:-1])
    return left if _parts(group) else without_part(left, place[:-1])


def with_added(rule: Rule, place: Place, part: Rule) -> Rule:
    """Add a part at the end of the group at a place; a criterion there becomes an all-of."""
    group = part_at(rule, place)
    if isinstance(group, AllOf | AnyOf):
        return with_part(rule, place, replace(group, rules=(*group.rules, part)))
    return with_part(rule, place, AllOf((group, part)))


def moved(rule: Rule, place: Place, step: int) -> Rule:
    """Swap a part with the one `step` places further in its group; unchanged at the ends."""
    if not place:
        return rule
    group, position = part_at(rule, place[:-1]), place[-1]
    if not isinstance(group, AllOf | AnyOf) or not 0 <= position + step < len(group.rules):
        return rule
    parts = list(group.rules)
    parts.insert(position + step, parts.pop(position))
    return with_part(rule, place[:-1], replace(group, rules=tuple(parts)))


def grouped(rule: Rule, place: Place, count: int = 1) -> Rule:
    """Put a part, and the ones after it up to `count`, in a group of the other kind."""
    if not place:
        return AllOf((rule,))
    parent, first = part_at(rule, place[:-1]), place[-1]
    kind = AnyOf if isinstance(parent, AllOf) else AllOf
    members = _parts(parent)[first : first + count]
    change: dict[int, tuple[Rule, ...]] = {first: (kind(members),)}
    change |= {first + n: () for n in range(1, len(members))}
    return _with_parts(rule, place[:-1], change)


def ungrouped(rule: Rule, place: Place) -> Rule:
    """Let the parts of a group take its place; unchanged where that would change the top."""
    parts = _parts(part_at(rule, place))
    if place and parts:
        return _with_parts(rule, place[:-1], {place[-1]: parts})
    return parts[0] if len(parts) == 1 else rule


def flipped(rule: Rule, place: Place) -> Rule:
    """Turn an all-of into an any-of and back."""
    group = part_at(rule, place)
    kind = AnyOf if isinstance(group, AllOf) else AllOf
    return with_part(rule, place, kind(_parts(group)))


def lacks(rule: Rule) -> str:
    """What a criterion or group still needs before it can count, as a sentence; "" if nothing."""
    if _shares_outside(rule):
        return "A share lies between 0 and 100 per cent."
    match rule:
        case AllOf(()) | AnyOf(()):
            return "This group is empty: add a criterion, or remove it."
        case RegionalValueContent(method=RvcMethod.FOCUSED, inputs=()):
            return "The focused value method counts listed inputs: name their codes."
        case InputsOriginate(inputs=(), words=""):
            return "Name the codes of the inputs that must originate, or say what they are."
        case OnlyGoods(codes=(), words=""):
            return "Name the codes of the goods, or say what they are."
        case TariffShift(level=ShiftFrom.LISTED, also=()):
            return "Name the materials that may be used."
        case EconomyCap(()) | RemainderCap(_, ()):
            return "Name the economies whose content is capped."
        case SpecificProcess(name) if not name.strip():
            return "Name the process, such as melted and poured."
        case MaxNonOriginating(_, basis) if not basis.strip():
            return "Name the price that it is a share of, such as ex-works."
        case Condition(text) if not text.strip():
            return "Say what the condition is."
        case Period("", ""):
            return "Give the first or the last day, as 2026-12-31."
        case Period(first, last):
            return _lacks_period(first, last)
    return ""


def _lacks_period(first: str, last: str) -> str:
    for day in (first, last):
        try:
            if day:
                date.fromisoformat(day)
        except ValueError:
            return f"'{day}' is not a date: write it as 2026-12-31."
    return "The last day is before the first." if first and last and last < first else ""


def _shares_outside(rule: Rule) -> bool:
    """Whether a share of a criterion is below nothing or above the whole."""
    shares: tuple[float | None, ...] = ()
    match rule:
        case RegionalValueContent() | LabourValueContent():
            shares = (rule.at_least,)
        case MaxNonOriginating() | EconomyCap():
            shares = (rule.at_most,)
        case TariffShift():
            shares = (rule.de_minimis,)
        case InputsOriginate():
            shares = (rule.at_least, rule.tolerance)
        case RemainderCap():
            shares = (rule.at_least, rule.at_most_of_remainder)
    return any(share is not None and not 0 <= share <= 1 for share in shares)


def is_complete(rule: Rule) -> bool:
    """Whether nothing is lacking anywhere in a rule."""
    return not lacks(rule) and all(is_complete(part) for part in _parts(rule))


def _parts(rule: Rule) -> tuple[Rule, ...]:
    return rule.rules if isinstance(rule, AllOf | AnyOf) else ()


def _with_parts(rule: Rule, place: Place, change: dict[int, tuple[Rule, ...]]) -> Rule:
    """Put zero, one or several parts in place of some parts of the group at a place."""
    group = part_at(rule, place)
    if not isinstance(group, AllOf | AnyOf):
        raise IndexError(f"no group at {place}")
    parts = tuple(new for n, part in enumerate(group.rules) for new in change.get(n, (part,)))
    return with_part(rule, place, replace(group, rules=parts))
