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
from workbench.analysis.origin.results import Answer, Counted, Reason, Status, name_of
from workbench.model.economies import territory_of
from workbench.model.goods import Good, Material, MaterialUse, Place
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    Absorption,
    MaxNonOriginating,
    RegionalValueContent,
    RemainderCap,
    Rule,
    criteria,
)

Judge = Callable[[OriginCase], tuple[Answer, tuple[str, ...]]]
"""Answers a question of origin: the answer, and the facts that are missing for it."""

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
    counting = _Counting(case, judge, tracing)
    value = case.good.value
    whole = math.inf if value is None else value
    return counting.count_all(case.good.materials, (), whole, case.territory.exporter)


def all_counted(items: Iterable[Counted]) -> Iterable[Counted]:
    """Materials with their parts, a parent first."""
    for item in items:
        yield item
        yield from all_counted(item.parts)


def least_value(material: Material) -> float:
    """What a material is worth at least: what is known to be in it, where nothing is stated."""
    known = material.counted_value
    if known is not None:
        return known
    return sum(least_value(part) for part in material.materials)


def is_value_rule(rule: Rule) -> bool:
    """Whether a rule looks at regional value content."""
    kinds = RegionalValueContent | MaxNonOriginating | RemainderCap
    return any(isinstance(criterion, kinds) for criterion in criteria(rule))


_Found = tuple[Status, Reason, str, tuple[str, ...]]
"""What a material is, why, a detail of why, and what is missing."""


@dataclass(frozen=True, slots=True)
class _Counting:
    case: OriginCase
    judge: Judge
    tracing: bool

    def count_all(
        self, materials: tuple[Material, ...], above: Place, whole: float, maker: str
    ) -> tuple[Counted, ...]:
        """The materials of one thing.

        Args:
            materials: its materials.
            above: its place.
            whole: what it is worth at most; what is unknown fits into the rest.
            maker: who makes it.
        """
        room = max(0.0, whole - sum(m.counted_value or 0.0 for m in materials))
        return tuple(
            self._count(material, (*above, position), room, maker)
            for position, material in enumerate(materials)
        )

    def _count(self, material: Material, place: Place, room: float, maker: str) -> Counted:
        known = material.counted_value
        low, high = (least_value(material), room) if known is None else (known, known)
        where = None if material.origin is None else territory_of(material.origin)
        status, reason, detail, needs = self._found(material, place, where, maker)
        own = status is not Status.DISREGARDED
        if known is None and own:
            needs = (*needs, f"the value of {name_of(material, place)}")
        least = 1.0 if status is Status.NON_ORIGINATING else 0.0
        most = 1.0 if status is Status.UNKNOWN else least
        if reason is Reason.STOCK and material.inventory is not None:
            least, most = non_originating_share(material.inventory)
        # A share of nothing is nothing, also where the value has no bound.
        item = Counted(
            place,
            material,
            status,
            reason,
            detail,
            least,
            most,
            low,
            high,
            least * low,
            most * high if most else 0.0,
            (1 - most) * low if own else 0.0,
            (1 - least) * high if own and least < 1 else 0.0,
            least > 0,
            most > 0,
            tested=own and (material.use is MaterialUse.MATERIAL or material.use not in _UNTESTED),
            needs=needs,
        )
        if material.materials and own and self._is_seen_through(status, where):
            parts = self.count_all(material.materials, place, high, where or maker)
            return _with_parts(item, parts)
        return self._listed(item, where) if self.tracing else item

    def _is_seen_through(self, status: Status, where: str | None) -> bool:
        match status:
            case Status.SEEN_THROUGH:
                return True
            case Status.ORIGINATING:
                return self.tracing
            case _:
                return where in self.case.territory.processing

    def _listed(self, item: Counted, where: str | None) -> Counted:
        """With a tracing list only what is on it and comes from a non-party counts in value."""
        listed = self.case.terms.traced
        if not listed or not item.maybe:
            return item
        code = item.material.code
        on_list = any(r.contains(code) for r in listed) if code else False
        perhaps = not code or any(r.overlaps(HSRange(code, code)) for r in listed)
        if not perhaps or where in self.case.territory.parties:
            return replace(item, valued=False)
        needs = item.needs
        if not on_list:
            needs = (*needs, f"the full HS code of {item.name}")
        if where is None:
            needs = (*needs, f"where {item.name} was made")
        return item if on_list and where is not None else replace(item, low=0.0, needs=needs)

    def _found(self, material: Material, place: Place, where: str | None, maker: str) -> _Found:
        territory = self.case.territory
        if material.use is not MaterialUse.MATERIAL:
            if material.use is MaterialUse.SHIPPING_PACKAGING:
                return Status.DISREGARDED, Reason.PACKS, "", ()
            if material.use is MaterialUse.INDIRECT:
                return Status.ORIGINATING, Reason.INDIRECT, "", ()
        if material.inventory is not None:
            return _stock(material, place)
        if material.recovered and (where is None or where in territory.counting):
            return Status.ORIGINATING, Reason.RECOVERED, "", ()
        if material.originating is False:
            return Status.NON_ORIGINATING, Reason.STATED_NOT, "", ()
        if where is not None and where not in territory.counting:
            if where in territory.parties:
                detail = str(self.case.provisions.cumulation)
                return Status.NON_ORIGINATING, Reason.NOT_COUNTED, detail, ()
            return Status.NON_ORIGINATING, Reason.NON_PARTY, "", ()
        if material.originating is True:
            return Status.ORIGINATING, Reason.SHOWN, "", ()
        if material.materials:
            return self._made(material, place, where, maker)
        if where is None:
            need = f"where {name_of(material, place)} was made, or proof that it originates"
            return Status.UNKNOWN, Reason.WHERE, "", (need,)
        if where in territory.presumed:
            return Status.ORIGINATING, Reason.PRESUMED, "", ()
        need = f"proof that {name_of(material, place)} originates in {where}"
        return Status.UNKNOWN, Reason.UNPROVEN, "", (need,)

    def _made(self, material: Material, place: Place, where: str | None, maker: str) -> _Found:
        """A material whose bill is known."""
        own_work = material.self_produced
        if own_work is None:
            own_work = where is None or where == maker
        if own_work and not material.designated:
            return Status.SEEN_THROUGH, Reason.MADE_HERE, "", ()
        name = name_of(material, place)
        if where is None and not own_work:
            need = f"where {name} was made, or proof that it originates"
            return Status.UNKNOWN, Reason.WHERE, "", (need,)
        rule = material.rule or self.case.rule_of_material(material.code)
        if rule is None:
            need = f"the rule of origin of {name}, or proof that it originates"
            return Status.UNKNOWN, Reason.NO_RULE, "", (need,)
        if not material.code:
            need = f"the HS code of {name}, or proof that it originates"
            return Status.UNKNOWN, Reason.NO_CODE, "", (need,)
        answer, needs = self.judge(self._question(material, rule, where or maker))
        match answer:
            case Answer.ORIGINATING:
                return Status.ORIGINATING, Reason.MEETS, "", ()
            case Answer.NOT_ORIGINATING:
                return Status.NON_ORIGINATING, Reason.FAILS, "", ()
            case Answer.UNDETERMINED:
                return Status.UNKNOWN, Reason.OPEN, "", needs

    def _question(self, material: Material, rule: Rule, maker: str) -> OriginCase:
        """The origin of a material itself."""
        materials = material.materials
        if material.designated and is_value_rule(rule):
            # An intermediate material under a value rule holds no other such intermediate
            # (CUSMA regulations, section 8).
            materials = tuple(self._undesignated(inner) for inner in materials)
        good = Good(
            code=material.code,
            exporter=maker,
            value=material.counted_value,
            weight=material.weight,
            materials=materials,
            date=self.case.good.date,
        )
        return replace(self.case, good=good, rule=rule, group=(), unread="")

    def _undesignated(self, material: Material) -> Material:
        inner = tuple(self._undesignated(part) for part in material.materials)
        rule = material.rule or self.case.rule_of_material(material.code)
        kept = material.designated and rule is not None and not is_value_rule(rule)
        return replace(material, materials=inner, designated=kept)


def _stock(material: Material, place: Place) -> _Found:
    """A fungible material out of a stock of several origins."""
    assert material.inventory is not None
    low, high = non_originating_share(material.inventory)
    if low < high:
        detail = f"{low:.1%} to {high:.1%}"
        need = f"the origin of every receipt of {name_of(material, place)}"
        return Status.UNKNOWN, Reason.STOCK, detail, (need,)
    status = Status.NON_ORIGINATING if high > 0 else Status.ORIGINATING
    return status, Reason.STOCK, f"{high:.1%}", ()


def _with_parts(item: Counted, parts: tuple[Counted, ...]) -> Counted:
    """A material that counts by what it was made from."""
    if item.status is Status.UNKNOWN:
        parts = tuple(_perhaps(part) for part in parts)
    low = sum(part.low for part in parts if part.valued)
    high = min(item.value_high, sum(part.high for part in parts if part.valued))
    if item.status is Status.SEEN_THROUGH:
        own_low = sum(part.own_low for part in parts)
        own_high = sum(part.own_high for part in parts)
    else:
        own_low = max(0.0, item.value_low - high)
        own_high = max(0.0, item.value_high - low)
    return replace(
        item,
        low=low,
        high=high,
        own_low=own_low,
        own_high=own_high,
        surely=any(part.surely for part in parts),
        maybe=any(part.maybe for part in parts),
        choice=item.status in {Status.NON_ORIGINATING, Status.UNKNOWN},
        parts=parts,
    )


def _perhaps(item: Counted) -> Counted:
    """A part that counts only where what it is in does not originate."""
    return replace(
        item,
        low=0.0,
        share_low=0.0,
        surely=False,
        parts=tuple(_perhaps(part) for part in item.parts),
    )
