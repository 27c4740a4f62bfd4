"""The bill of materials as a rule sees it: what counts as non-originating, and how much.

A material that originates counts whole (roll-up), unless the rule traces; one that the producer
made and did not designate is seen through to what it was made from; under full cumulation so is
what another partner made. Customs treat a material of unknown origin as non-originating (RCEP
Art. 3.5.4); here it counts as anything between, and the answer says what is missing.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from workbench.analysis.inventory import non_originating_share
from workbench.analysis.origin.case import OriginCase
from workbench.analysis.origin.results import Answer, Counted, Span, Status
from workbench.model.economies import territory_of
from workbench.model.goods import Good, Material, MaterialUse, Place
from workbench.model.nomenclature import dotted
from workbench.model.origin import Absorption, Cumulation, RegionalValueContent, Rule, criteria

Judge = Callable[[OriginCase], Answer]

_UNTESTED = {
    MaterialUse.RETAIL_PACKAGING,
    MaterialUse.ACCESSORY,
    MaterialUse.OTHER_COMPONENT,
}


def count_materials(
    case: OriginCase, judge: Judge, tracing: bool | None = None
) -> tuple[Counted, ...]:
    """Every material of the good as its rule sees it.

    Args:
        case: the question.
        judge: answers the same question for a material that has a rule of its own.
        tracing: whether originating materials are seen through; as provided where None.
    """
    if tracing is None:
        tracing = case.provisions.absorption is Absorption.TRACING
    maker = case.territory.exporter
    counting = _Counting(case, judge, tracing)
    room = _room(case.good.value, case.good.materials)
    return tuple(
        counting.count(material, (position,), room, maker, designations=True)
        for position, material in enumerate(case.good.materials)
    )


def name_of(material: Material, place: Place) -> str:
    """How sentences call a material."""
    if material.name:
        return material.name
    if material.code:
        return f"material {dotted(material.code)}"
    return f"material {'.'.join(str(step + 1) for step in place)}"


def all_counted(items: Iterable[Counted]) -> Iterable[Counted]:
    """Materials with their parts, a parent first."""
    for item in items:
        yield item
        yield from all_counted(item.parts)


def leaves(items: Iterable[Counted]) -> Iterable[Counted]:
    """The materials whose values add up, parts in place of what they make."""
    for item in items:
        if item.parts:
            yield from leaves(item.parts)
        else:
            yield item


@dataclass(frozen=True, slots=True)
class _Verdict:
    status: Status
    why: str
    needs: tuple[str, ...] = ()
    presumed: bool = False


@dataclass(frozen=True, slots=True)
class _Counting:
    case: OriginCase
    judge: Judge
    tracing: bool

    def count(
        self, material: Material, place: Place, room: float, maker: str, designations: bool
    ) -> Counted:
        """A material as the rule sees it.

        Args:
            material: the material.
            place: where it stands.
            room: the most it can be worth where its value is not known.
            maker: who makes the good that it goes into.
            designations: whether an intermediate material may be designated here.
        """
        name = name_of(material, place)
        known = material.counted_value
        value = Span(0.0, room) if known is None else Span(known, known)
        weight = (
            Span(0.0, math.inf) if material.weight is None else Span(material.weight,) * 1
            if False
            else Span(material.weight or 0.0, math.inf if material.weight is None else material.weight)
        )
        if material.use is MaterialUse.SHIPPING_PACKAGING:
            why = f"{name} packs the good for shipment and is disregarded"
            return Counted(place, material, Status.DISREGARDED, why, 0.0, 0.0, tested=False)
        raise NotImplementedError
