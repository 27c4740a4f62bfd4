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
from workbench.model.nomenclature import HSRange, dotted
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


def is_value_rule(rule: Rule) -> bool:
    """Whether a rule looks at regional value content."""
    kinds = RegionalValueContent | MaxNonOriginating | RemainderCap
    return any(isinstance(criterion, kinds) for criterion in criteria(rule))


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
        value = Span(0.0, room) if known is None else Span(known, known)
        heavy = material.weight
        weight = Span(0.0, math.inf) if heavy is None else Span(heavy, heavy)
        name = name_of(material, place)
        where = None if material.origin is None else territory_of(material.origin)
        verdict, share = self._share(material, name, where, maker)
        needs = verdict.needs
        if known is None and verdict.status is not Status.DISREGARDED:
            needs = (*needs, f"the value of {name}")
        item = Counted(
            place,
            material,
            verdict.status,
            verdict.why,
            low=share.low * value.low,
            high=share.high * value.high if share.high else 0.0,
            own_low=(1 - share.high) * value.low,
            own_high=(1 - share.low) * value.high if share.low < 1 else 0.0,
            weight_low=share.low * weight.low,
            weight_high=share.high * weight.high if share.high else 0.0,
            whole_low=share.low * value.low,
            whole_high=share.high * value.high if share.high else 0.0,
            tested=material.use not in _UNTESTED,
            presumed=verdict.presumed,
            needs=needs,
            surely=share.low > 0,
            maybe=share.high > 0,
        )
        if verdict.status is Status.DISREGARDED:
            return replace(item, own_low=0.0, own_high=0.0, tested=False)
        if material.materials and self._is_seen_through(verdict.status, where):
            inner = where or maker
            parts = self.count_all(material.materials, place, value.high, inner)
            return _with_parts(item, parts, value)
        return self._listed(item, where)

    def _is_seen_through(self, status: Status, where: str | None) -> bool:
        match status:
            case Status.SEEN_THROUGH:
                return True
            case Status.ORIGINATING:
                return self.tracing
            case Status.NON_ORIGINATING | Status.UNKNOWN:
                return where in self.case.territory.processing
            case Status.DISREGARDED:
                return False

    def _listed(self, item: Counted, where: str | None) -> Counted:
        """With a tracing list only what is on it and comes from a non-party counts in value."""
        listed = self.case.terms.traced
        if not self.tracing or not listed or not item.high:
            return item
        code = item.material.code
        on_list = any(r.contains(code) for r in listed) if code else False
        maybe = not code or any(r.overlaps(HSRange(code, code)) for r in listed)
        if not maybe or where in self.case.territory.parties:
            return replace(item, valued=False)
        return item if on_list and where is not None else replace(item, low=0.0)

    def _share(
        self, material: Material, name: str, where: str | None, maker: str
    ) -> tuple[_Verdict, Span]:
        """What a material is, and the non-originating share of its value."""
        if material.inventory is not None and material.use is MaterialUse.MATERIAL:
            low, high = non_originating_share(material.inventory)
            method = material.inventory.method
            shown = f"{low:.1%}" if low == high else f"{low:.1%} to {high:.1%}"
            why = f"{shown} of the stock of {name} drawn on does not originate ({method})"
            needs = () if low == high else (f"the origin of every receipt of {name}",)
            status = (
                Status.UNKNOWN
                if low < high
                else (Status.NON_ORIGINATING if high > 0 else Status.ORIGINATING)
            )
            return _Verdict(status, why, needs), Span(low, high)
        verdict = self._verdict(material, name, where, maker)
        match verdict.status:
            case Status.NON_ORIGINATING:
                return verdict, Span(1.0, 1.0)
            case Status.UNKNOWN:
                return verdict, Span(0.0, 1.0)
            case _:
                return verdict, Span(0.0, 0.0)

    def _verdict(self, material: Material, name: str, where: str | None, maker: str) -> _Verdict:
        territory = self.case.territory
        if material.use is MaterialUse.SHIPPING_PACKAGING:
            return _Verdict(Status.DISREGARDED, f"{name} packs the good for shipment")
        if material.use is MaterialUse.INDIRECT:
            why = f"{name} is an indirect material, which originates wherever it is made"
            return _Verdict(Status.ORIGINATING, why)
        if material.recovered and (where is None or where in territory.counting):
            why = f"{name} was recovered from used goods in the territory"
            return _Verdict(Status.ORIGINATING, why)
        if material.originating is True:
            if where is None or where in territory.counting:
                return _Verdict(Status.ORIGINATING, f"{name} is shown to originate")
            return _Verdict(Status.NON_ORIGINATING, self._outside(name, where))
        if material.originating is False:
            return _Verdict(Status.NON_ORIGINATING, f"{name} is stated not to originate")
        if where is not None and where not in territory.counting:
            return _Verdict(Status.NON_ORIGINATING, self._outside(name, where))
        if material.materials:
            return self._made(material, name, where, maker)
        if where is None:
            need = f"where {name} was made, or proof that it originates"
            return _Verdict(Status.UNKNOWN, f"it is not known where {name} was made", (need,))
        if where in territory.presumed:
            why = f"{name} was made in {where} and nothing else is stated: taken as originating"
            return _Verdict(Status.ORIGINATING, why, presumed=True)
        why = f"{name} was made in {where}, and counts only if it originates there"
        return _Verdict(Status.UNKNOWN, why, (f"proof that {name} originates in {where}",))

    def _made(self, material: Material, name: str, where: str | None, maker: str) -> _Verdict:
        """A material whose bill is known."""
        own_work = material.self_produced
        if own_work is None:
            own_work = where is None or where == maker
        if own_work and not material.designated:
            return _Verdict(Status.SEEN_THROUGH, f"{name} counts as what it was made from")
        rule = material.rule or self.case.rule_of_material(material.code)
        if where is None and not own_work:
            need = f"where {name} was made, or proof that it originates"
            return _Verdict(Status.UNKNOWN, f"it is not known where {name} was made", (need,))
        if rule is None or not material.code:
            lacking = "the rule of origin" if rule is None else "the HS code"
            need = f"{lacking} of {name}, or proof that it originates"
            return _Verdict(Status.UNKNOWN, f"{lacking} of {name} is not known", (need,))
        answer, needs = self.judge(self._question(material, rule, where or maker))
        match answer:
            case Answer.ORIGINATING:
                return _Verdict(Status.ORIGINATING, f"{name} meets its own rule of origin")
            case Answer.NOT_ORIGINATING:
                why = f"{name} does not meet its own rule of origin"
                return _Verdict(Status.NON_ORIGINATING, why)
            case Answer.UNDETERMINED:
                why = f"whether {name} meets its own rule of origin is open"
                return _Verdict(Status.UNKNOWN, why, needs)

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
        )
        return replace(self.case, good=good, rule=rule, group=(), unread="")

    def _undesignated(self, material: Material) -> Material:
        inner = tuple(self._undesignated(part) for part in material.materials)
        rule = material.rule or self.case.rule_of_material(material.code)
        kept = material.designated and rule is not None and not is_value_rule(rule)
        return replace(material, materials=inner, designated=kept)

    def _outside(self, name: str, where: str) -> str:
        if where in self.case.territory.parties:
            cumulation = self.case.provisions.cumulation
            return f"{name} was made in {where}, which cumulation '{cumulation}' does not count"
        return f"{name} was made in {where}, a non-party"


def _with_parts(item: Counted, parts: tuple[Counted, ...], value: Span) -> Counted:
    """A material that counts by what it was made from."""
    choice = item.status in {Status.NON_ORIGINATING, Status.UNKNOWN}
    if item.status is Status.UNKNOWN:
        parts = tuple(_perhaps(part) for part in parts)
    low = sum(part.low for part in parts if part.valued)
    high = min(value.high, sum(part.high for part in parts if part.valued))
    if item.status is Status.SEEN_THROUGH:
        own = Span(sum(p.own_low for p in parts), sum(p.own_high for p in parts))
    else:
        own = Span(max(0.0, value.low - high), max(0.0, value.high - low))
    return replace(
        item,
        low=low,
        high=high,
        own_low=own.low,
        own_high=own.high,
        weight_low=sum(part.weight_low for part in parts),
        weight_high=sum(part.weight_high for part in parts),
        choice=choice,
        parts=parts,
        needs=(*item.needs, *(need for part in parts for need in part.needs)),
        surely=any(part.surely for part in parts),
        maybe=any(part.maybe for part in parts),
    )


def _perhaps(item: Counted) -> Counted:
    """A part that counts only where what it is in does not originate."""
    return replace(
        item,
        low=0.0,
        weight_low=0.0,
        whole_low=0.0,
        surely=False,
        parts=tuple(_perhaps(part) for part in item.parts),
    )
