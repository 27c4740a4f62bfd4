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
_ALONE = 3
"""Content or a process alone stands where the scale puts content with the weakest shift it names.

Lower than any rule that asks for more beside it, so that a further requirement never loosens.
"""


def restrictiveness(rule: Rule) -> int:
    """The restrictiveness index, 0 (any good) to 7.

    A change of item gives 1, of subheading 2, of heading 4, of chapter 6; a value content on top
    adds 1; a change of chapter with a technical requirement, or a good wholly obtained, gives 7.
    Of alternatives the easiest counts. The scale says nothing of content or process alone, which
    give 3, as content with a change of subheading does, and both together 4.
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
    if technical and shift >= _LEVEL[ShiftFrom.CHAPTER]:
        return _HIGHEST
    if not (content or technical):
        return shift
    return max(_ALONE + (content and technical), shift and min(shift + 1, _HIGHEST))


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
        least = min(known, default=1.0)
        # What is not known can only lower the least, so it matters where nothing else limits.
        return None if least == 1.0 and len(known) < len(found) else least
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
