"""A bill of materials added up: what is non-originating, and how much of it a test applies to."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from workbench.analysis import valuation
from workbench.analysis.origin.case import OriginCase
from workbench.analysis.origin.materials import Judge, count_materials
from workbench.analysis.origin.results import Counted, Span, Status
from workbench.analysis.shift import Certainty, CodeTest
from workbench.model.economies import territory_of
from workbench.model.goods import Basis


@dataclass(frozen=True)
class Sheet:
    """A case with its materials counted and added up.

    Attributes:
        items: the materials as the rule sees them.
        value: of the good; None where not known.
        foreign: non-originating value.
        own: value of originating materials.
        judge: answers the question for materials with rules of their own.
    """

    case: OriginCase
    items: tuple[Counted, ...]
    value: float | None
    foreign: Span
    own: Span
    judge: Judge

    @property
    def net_cost(self) -> float | None:
        """The good's net cost, stated or from its costs."""
        good = self.case.good
        if good.net_cost is not None:
            return good.net_cost
        if good.costs:
            return valuation.net_cost(good.costs)
        return good.value if good.basis is Basis.NET_COST else None

    @cached_property
    def suspects(self) -> tuple[Counted, ...]:
        """The materials that may be non-originating, parts in place of what they make."""
        return tuple(item for item in ends(self.items) if item.maybe)

    @cached_property
    def tested(self) -> tuple[Counted, ...]:
        """What a test of codes looks at: materials as bought, save for packaging and the like."""
        items = ends((item for item in self.items if item.tested), traced=False)
        return tuple(item for item in items if item.maybe and item.tested)

    @cached_property
    def traced(self) -> tuple[Counted, ...]:
        """What may be non-originating at any depth, also inside originating materials."""
        items = count_materials(self.case, self.judge, tracing=True)
        return tuple(item for item in ends(items) if item.maybe)


def sheet_of(case: OriginCase, items: tuple[Counted, ...], judge: Judge) -> Sheet:
    """The sums of counted materials.

    Materials of unknown value share what the known ones leave; originating materials of an
    economy beyond what counts of it count as non-originating.
    """
    stated = case.good.value
    value = stated if stated is not None and stated > 0 else None
    low = high = open_high = own_low = own_high = own_open = known = 0.0
    for item in items:
        if item.valued:
            low += item.low
        own_low += item.own_low
        if item.material.value is None:
            open_high += item.high if item.valued else 0.0
            own_open += item.own_high
        else:
            known += item.value_high
            high += item.high if item.valued else 0.0
            own_high += item.own_high
    room = math.inf if value is None else max(0.0, value - known)
    high += min(room, open_high)
    own_high += min(room, own_open)
    if value is not None:
        for economy, share in case.terms.counted_at_most:
            of_it = [item for item in items if is_of(item.material.origin, (economy,))]
            over_low = max(0.0, sum(item.own_low for item in of_it) - share * value)
            over_high = max(0.0, sum(item.own_high for item in of_it) - share * value)
            low, high = low + over_low, high + over_high
            own_low, own_high = own_low - over_low, own_high - over_high
        high, own_high = min(high, value), min(own_high, value)
    return Sheet(case, items, value, Span(low, high), Span(own_low, own_high), judge)


def ends(items: Iterable[Counted], traced: bool = True) -> Iterator[Counted]:
    """The materials whose values add up: parts in place of what they make.

    Args:
        items: the materials.
        traced: also the parts of originating materials, where the rule traces.
    """
    for item in items:
        if item.parts and (traced or item.status is not Status.ORIGINATING):
            yield from ends(item.parts, traced)
        elif item.status is not Status.DISREGARDED:
            yield item


# Tests of materials ------------------------------------------------------------------------

Test = Callable[[Counted], Certainty]


def by_code(test: CodeTest) -> Test:
    """A test of codes and words as a test of materials."""

    def of_item(item: Counted) -> Certainty:
        return test(item.material.code, item.material.described_as)

    return of_item


def anything(item: Counted) -> Certainty:
    """The test that every material passes."""
    return True, True


def value_of(item: Counted) -> Span:
    """The value of a material."""
    return Span(item.value_low, item.value_high)


def weight_of(item: Counted) -> Span:
    """The weight of a material; without bound where not known."""
    heavy = item.material.weight
    return Span(0.0, math.inf) if heavy is None else Span(heavy, heavy)


def non_originating(
    items: Iterable[Counted],
    test: Test,
    measure: Callable[[Counted], Span] = value_of,
    all_uses: bool = False,
) -> Span:
    """How much of the non-originating materials a test applies to.

    A test of codes looks at materials as they are bought: one that originates holds nothing for
    it, also where the rule traces value. A material that may be counted whole or by its parts
    counts as the exporter would choose.

    Args:
        items: the materials.
        test: which of them are asked for.
        measure: value or weight of a material.
        all_uses: also packaging and accessories, which count in value but need not shift.
    """
    low = high = 0.0
    for item in items:
        if not item.maybe or not (item.tested or all_uses) or item.status is Status.ORIGINATING:
            continue
        if not item.parts:
            amount = _part(item, test, measure)
        else:
            amount = non_originating(item.parts, test, measure, all_uses)
            if item.choice:
                whole = _part(item, test, measure)
                amount = Span(min(amount.low, whole.low), min(amount.high, whole.high))
        low, high = low + amount.low, high + amount.high
    return Span(low, high)


def _part(item: Counted, test: Test, measure: Callable[[Counted], Span]) -> Span:
    surely, perhaps = test(item)
    if not perhaps:
        return Span(0.0, 0.0)
    size = measure(item)
    most = item.share_high * size.high if item.share_high else 0.0
    return Span(item.share_low * size.low if surely else 0.0, most)


def any_non_originating(items: Iterable[Counted], test: Test) -> Certainty:
    """Whether a test applies to any non-originating material, whatever it is worth."""
    surely = perhaps = False
    for item in items:
        if not item.tested or not item.maybe or item.status is Status.ORIGINATING:
            continue
        if item.parts:
            found = any_non_originating(item.parts, test)
            if item.choice and found[1]:
                whole = test(item)
                sure = item.status is Status.NON_ORIGINATING and whole[0]
                found = (found[0] and sure, found[1] and whole[1])
        else:
            found = test(item)
            found = (found[0] and item.surely, found[1])
        surely, perhaps = surely or found[0], perhaps or found[1]
    return surely, perhaps


def is_of(origin: str | None, economies: Iterable[str]) -> bool:
    """Whether a material was made in one of some economies."""
    if origin is None:
        return False
    return any(territory_of(economy) == territory_of(origin) for economy in economies)
