"""Where a tariff shift does not let non-originating inputs come from.

Both the claiming kernel (`rule_terms`, all lanes at once) and the check of a single good
(`origin`) test inputs against these places, so that a shift means one thing.
"""

from workbench.model.nomenclature import HSRange
from workbench.model.origin import ShiftFrom, TariffShift

LEVEL_DIGITS = {ShiftFrom.CHAPTER: 2, ShiftFrom.HEADING: 4, ShiftFrom.SUBHEADING: 6}


def own_place(rule: TariffShift, good: str) -> HSRange:
    """The good's own chapter, heading, subheading or product: the level that is tested."""
    code = good[: LEVEL_DIGITS.get(rule.level)]
    return HSRange(code, code)


def closed_places(rule: TariffShift, group: tuple[HSRange, ...] = ()) -> tuple[HSRange, ...]:
    """The exceptions of a shift, and the group that it must come from outside of.

    Args:
        rule: the shift.
        group: all products of the rule, unless the rule states its group.
    """
    if not rule.outside_group:
        return rule.exceptions
    digits = LEVEL_DIGITS.get(rule.level)
    return rule.exceptions + tuple(
        HSRange(r.first[:digits], r.last[:digits]) for r in rule.group or group
    )
