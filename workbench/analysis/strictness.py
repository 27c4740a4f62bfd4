"""How strict a rule of origin is: by what it asks for, and by what it lets in.

Two measures that need no trade data. The restrictiveness index ranks rules by the kind of change
they ask for (Estevadeordal 2000, "Negotiating preferential market access", Journal of World Trade
34(1), as commonly cited; ordinal). The ceiling is the largest non-originating share of value that
a good can have and still qualify, read off the formulas of the rule (method, section 4).
"""

from workbench.model.origin import (
    AllOf,
    AnyOf,
    Condition,
    ConditionAbout,
    EconomyCap,
    InputsOriginate,
    LabourValueContent,
    MaxNonOriginating,
    Measure,
    RegionalValueContent,
    RemainderCap,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
    criteria,
)

_LEVEL = {
    ShiftFrom.ANY_OTHER_PRODUCT: 1,
    ShiftFrom.SUBHEADING: 2,
    ShiftFrom.HEADING: 4,
    ShiftFrom.CHAPTER: 6,
    ShiftFrom.LISTED: 6,
}
_HIGHEST = 7
_CONTENT = (RegionalValueContent, MaxNonOriginating, LabourValueContent, EconomyCap, RemainderCap)
_VALUE_ALONE = 4
"""A content requirement alone stands beside a change of heading, the middle of the scale."""


def restrictiveness(rule: Rule) -> int:
    """The restrictiveness index, 0 (any good) to 7.

    A change of item gives 1, of subheading 2, of heading 4, of chapter 6; a value content on top
    adds 1; a change of chapter with a technical requirement, or a good wholly obtained, gives 7.
    Of alternatives the easiest counts. The scale says nothing of content or process alone, which
    are put beside a change of heading.
    """
    if isinstance(rule, AnyOf):
        return min((restrictiveness(part) for part in rule.rules), default=0)
    if isinstance(rule, AllOf):
        nested = max(
            (restrictiveness(part) for part in rule.rules if isinstance(part, AllOf | AnyOf)),
            default=0,
        )
        parts = tuple(p for p in rule.rules if not isinstance(p, AllOf | AnyOf))
        return max(nested, _of_together(parts))
    return _of_together((rule,))


def _of_together(parts: tuple[Rule, ...]) -> int:
    """The index of criteria that must all be met."""
    if any(isinstance(part, WhollyObtained) for part in parts):
        return _HIGHEST
    shift = max((_LEVEL[p.level] for p in parts if isinstance(p, TariffShift)), default=0)
    content = any(isinstance(part, _CONTENT) for part in parts)
    technical = any(_is_technical(part) for part in parts)
    if not shift:
        return _VALUE_ALONE + (content and technical) if content or technical else 0
    if technical and shift >= _LEVEL[ShiftFrom.CHAPTER]:
        return _HIGHEST
    return min(shift + (content or technical), _HIGHEST)


def _is_technical(part: Rule) -> bool:
    return isinstance(part, SpecificProcess | InputsOriginate) or (
        isinstance(part, Condition) and part.about is ConditionAbout.OPERATION
    )


def ceiling(rule: Rule, net_cost_share: float | None = None) -> float | None:
    """The largest non-originating share of value that can qualify; None where it is not known.

    A tariff shift alone puts no ceiling on it: 1. Build-down of x lets in 1 - x, and build-up too
    (its formula counts originating materials alone, so less is let in where work adds value). A
    cap on named economies, a process or a focused value leaves the rest free.

    Args:
        rule: the rule.
        net_cost_share: net cost as a share of value, for net-cost content that names none.
    """
    if isinstance(rule, AllOf | AnyOf):
        found = [ceiling(part, net_cost_share) for part in rule.rules]
        known = [share for share in found if share is not None]
        if isinstance(rule, AnyOf):
            # One alternative that lets everything in decides, whatever the others come to.
            if 1.0 in known:
                return 1.0
            return None if len(known) < len(found) or not found else max(known)
        return min(known) if known else None if found else 1.0
    match rule:
        case WhollyObtained():
            return 0.0
        case RegionalValueContent():
            return _content_ceiling(rule, net_cost_share)
        case MaxNonOriginating() if not (rule.inputs or rule.words):
            if rule.measure is not Measure.VALUE or rule.basis == "materials":
                return None
            return min(1.0, rule.at_most * rule.basis_share)
        case RemainderCap():
            return 1 - rule.at_least
        case LabourValueContent():
            return 1 - rule.at_least
    return 1.0


def _content_ceiling(rule: RegionalValueContent, net_cost_share: float | None) -> float | None:
    match rule.method:
        case RvcMethod.FOCUSED:
            return 1.0
        case RvcMethod.NET_COST:
            cost = rule.net_cost_share if rule.net_cost_share is not None else net_cost_share
            return None if cost is None else cost * (1 - rule.at_least)
        case RvcMethod.BUILD_UP if rule.materials_share is not None:
            return max(0.0, rule.materials_share - rule.at_least)
    return 1 - rule.at_least


def asks_for_words(rule: Rule) -> bool:
    """Whether part of what a rule asks for is only in words, so that no measure sees it."""
    return any(isinstance(criterion, Condition) for criterion in criteria(rule))
