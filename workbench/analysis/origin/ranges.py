"""Within which range of an unknown share or value each answer holds.

Every criterion gets harder as more of a good is non-originating, so the answer changes at most
twice along a range: from originating to undetermined to not originating. Both ends are found by
halving.
"""

from collections.abc import Callable
from dataclasses import replace

from workbench.analysis.origin.case import OriginCase
from workbench.analysis.origin.results import (
    AnswerRange,
    Counted,
    Result,
    Span,
    Status,
    name_of,
)
from workbench.analysis.origin.sheet import Sheet, ends, sheet_of
from workbench.model.goods import Place

_STEPS = 48
_MOST_FACTS = 12

Judgement = Callable[[Sheet], Result]
SheetOf = Callable[[OriginCase], Sheet]


def answer_ranges(
    sheet: Sheet, judge: Judgement, sheet_of_case: SheetOf
) -> tuple[AnswerRange, ...]:
    """The ranges of every unknown share and value, and of all unknown origins together."""
    unknown = [item for item in ends(sheet.items) if item.status is Status.UNKNOWN and item.high]
    found: list[AnswerRange] = []
    places = frozenset(item.place for item in unknown)
    if len(places) > 1:
        what = "the share of all materials of unknown origin that does not originate"
        found.append(_share_range(sheet, judge, what, places))
    for item in unknown[:_MOST_FACTS]:
        what = f"the share of {item.name} that does not originate"
        found.append(_share_range(sheet, judge, what, frozenset({item.place})))
    unvalued = [
        (place, material)
        for place, material in sheet.case.good.walk()
        if material.value is None and sheet.value is not None
    ]
    for place, material in unvalued[:_MOST_FACTS]:
        what = f"the value of {name_of(material, place)}"
        found.append(_value_range(sheet, judge, sheet_of_case, what, place))
    return tuple(r for r in found if r.originating or r.not_originating)


def _share_range(
    sheet: Sheet, judge: Judgement, what: str, places: frozenset[Place]
) -> AnswerRange:
    def at(share: float) -> Result:
        items = tuple(_at_share(item, places, share) for item in sheet.items)
        return judge(sheet_of(sheet.case, items, sheet.judge))

    return _range(what, "share", at, 1.0)


def _value_range(
    sheet: Sheet, judge: Judgement, sheet_of_case: SheetOf, what: str, place: Place
) -> AnswerRange:
    case, whole = sheet.case, sheet.value or 0.0
    siblings = sum(m.counted_value or 0.0 for m in case.good.materials)

    def at(value: float) -> Result:
        material = replace(case.good.material_at(place), value=value)
        good = case.good.with_material(place, material)
        return judge(sheet_of_case(replace(case, good=good)))

    return _range(what, "value", at, max(0.0, whole - siblings))


def _range(what: str, unit: str, at: Callable[[float], Result], most: float) -> AnswerRange:
    first, last = at(0.0), at(most)
    met = not_met = None
    if first is Result.MET:
        end = most if last is Result.MET else _edge(lambda x: at(x) is Result.MET, 0.0, most)
        met = Span(0.0, end)
    if last is Result.NOT_MET:
        start = (
            0.0 if first is Result.NOT_MET else _edge(lambda x: at(x) is Result.NOT_MET, most, 0.0)
        )
        not_met = Span(start, most)
    return AnswerRange(what, unit, met, not_met)


def _edge(holds: Callable[[float], bool], inside: float, outside: float) -> float:
    """The last point, from a point inside towards one outside, at which something holds."""
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        if holds(middle):
            inside = middle
        else:
            outside = middle
    return round(inside, 9)


def _at_share(item: Counted, places: frozenset[Place], share: float) -> Counted:
    """The material with a share of it known to be non-originating."""
    if item.parts:
        parts = tuple(_at_share(part, places, share) for part in item.parts)
        low = sum(part.low for part in parts if part.valued)
        high = sum(part.high for part in parts if part.valued)
        return replace(
            item,
            parts=parts,
            low=low,
            high=high,
            surely=any(part.surely for part in parts),
            maybe=any(part.maybe for part in parts),
        )
    if item.place not in places:
        return item
    foreign = share * item.value_high if share else 0.0
    own = (1 - share) * item.value_high if share < 1 else 0.0
    return replace(
        item,
        share_low=share,
        share_high=share,
        low=foreign,
        high=foreign,
        own_low=own,
        own_high=own,
        surely=share > 0,
        maybe=share > 0,
        needs=(),
    )
