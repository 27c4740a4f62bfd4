"""Non-party content of one good: as the rule sees it, and all tiers through.

What a non-party made counts in full, as customs count an imported material, so traced content is
never below the declared content that non-parties made (reference cases, section 14).
"""

from dataclasses import dataclass

from workbench.analysis.origin.case import OriginCase, Territory
from workbench.analysis.origin.materials import least_value
from workbench.analysis.origin.results import Counted, Span
from workbench.model.economies import territory_of
from workbench.model.goods import Material, MaterialUse


@dataclass(frozen=True, slots=True)
class Content:
    """Value from non-parties, and value whose own making the bill does not show."""

    foreign: Span
    unseen: float


def declared_non_party(items: tuple[Counted, ...], territory: Territory) -> Span:
    """Non-originating value that non-parties made, as the rule sees it."""
    low = high = 0.0
    for item in items:
        if item.parts:
            inner = declared_non_party(item.parts, territory)
            low, high = low + inner.low, high + inner.high
            continue
        origin = item.material.origin
        if origin is None:
            high += item.high
        elif territory_of(origin) not in territory.parties:
            low, high = low + item.low, high + item.high
    return Span(low, high)


def traced_non_party(case: OriginCase, items: tuple[Counted, ...]) -> Content:
    """Value that non-parties made, at whatever depth of the bill it comes in."""
    value = case.good.value
    low = high = unseen = 0.0
    known = sum(item.material.counted_value or 0.0 for item in items)
    room = float("inf") if value is None else max(0.0, value - known)
    for item in items:
        content = _traced(item.material, case.territory, room)
        low, high = low + content.foreign.low, high + content.foreign.high
        unseen += content.unseen
    if value is not None:
        high = min(high, value)
    return Content(Span(low, high), unseen)


def _traced(material: Material, territory: Territory, room: float) -> Content:
    known = material.counted_value
    value = Span(least_value(material), room) if known is None else Span(known, known)
    if material.use is MaterialUse.SHIPPING_PACKAGING:
        return Content(Span(0.0, 0.0), 0.0)
    origin = material.origin
    if origin is not None and territory_of(origin) not in territory.parties:
        return Content(value, 0.0)
    if material.materials:
        inner_known = sum(part.counted_value or 0.0 for part in material.materials)
        rest = max(0.0, value.high - inner_known)
        parts = [_traced(part, territory, rest) for part in material.materials]
        low = sum(part.foreign.low for part in parts)
        high = min(value.high, sum(part.foreign.high for part in parts))
        return Content(Span(low, max(low, high)), sum(part.unseen for part in parts))
    if origin is None and material.originating is not True:
        return Content(Span(0.0, value.high), 0.0)
    return Content(Span(0.0, 0.0), value.high)
