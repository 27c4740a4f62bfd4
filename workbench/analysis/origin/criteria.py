"""Each criterion of a rule against a bill of materials: met, not met, or what is missing to tell.

Every criterion is worked out twice, with everything unknown at its best and at its worst for the
good (method, section 4, and the tests of `workbench.analysis.shift`). Where both agree the
criterion is decided whatever the missing facts are; `all_of` and `any_of` then join the answers.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workbench.analysis import valuation
from workbench.analysis.origin.case import TOLERANCE, OriginCase
from workbench.analysis.origin.materials import Judge, count_materials, name_of
from workbench.analysis.origin.results import Counted, CriterionResult, Result, Span, Status
from workbench.analysis.shift import closed_places, own_place
from workbench.model.economies import territory_of
from workbench.model.goods import Basis, Material, Place
from workbench.model.nomenclature import HSRange, dotted
from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    DeMinimisBasis,
    EconomyCap,
    InputsOriginate,
    LabourValueContent,
    MaxNonOriginating,
    RegionalValueContent,
    RemainderCap,
    Rule,
    RvcMethod,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)

_WEIGHT_BASES = {"weight", "net weight", "net-weight"}
_NET_COST_BASES = {"net cost", "net-cost"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a rule, or a part of it, came out.

    Attributes:
        result: met or not.
        rows: its criteria in reading order.
        blockers: the criteria that keep it from being met.
    """

    result: Result
    rows: tuple[CriterionResult, ...]
    blockers: tuple[CriterionResult, ...]


@dataclass(frozen=True)
class Sheet:
    """A case with its materials counted and added up.

    Attributes:
        items: the materials as the rule sees them.
        value: of the good; None where not known.
        foreign: non-originating value.
        own: value of originating materials.
        judge: for a count under tracing.
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


def sheet_of(case: OriginCase, items: tuple[Counted, ...], judge: Judge) -> Sheet:
    """The sums of counted materials.

    Materials of unknown value share what the known ones leave; originating materials of an
    economy beyond what counts of it count as non-originating.
    """
    good = case.good
    value = good.value if good.value is not None and good.value > 0 else None
    known = [item for item in items if item.material.value is not None]
    open_ = [item for item in items if item.material.value is None]
    room = (
        math.inf if value is None else value - sum(m.counted_value or 0.0 for m in good.materials)
    )
    low = sum(item.low for item in items if item.valued)
    high = sum(item.high for item in known if item.valued)
    high += min(max(room, 0.0), sum(item.high for item in open_ if item.valued))
    own_low = sum(item.own_low for item in items)
    own_high = sum(item.own_high for item in known)
    own_high += min(max(room, 0.0), sum(item.own_high for item in open_))
    if value is not None:
        for economy, share in case.terms.counted_at_most:
            of_it = [i for i in items if _is_of(i.material.origin, (economy,))]
            over_low = max(0.0, sum(i.own_low for i in of_it) - share * value)
            over_high = max(0.0, sum(i.own_high for i in of_it) - share * value)
            low, high = low + over_low, high + over_high
            own_low, own_high = own_low - over_low, own_high - over_high
        high, own_high = min(high, value), min(own_high, value)
    return Sheet(case, items, value, Span(low, high), Span(own_low, own_high), judge)


def evaluate(rule: Rule, sheet: Sheet, place: Place = ()) -> Outcome:
    """A rule against the counted materials; `place` is where the rule stands in the whole."""
    if isinstance(rule, AllOf | AnyOf):
        parts = [evaluate(part, sheet, (*place, n)) for n, part in enumerate(rule.rules)]
        return _joined(parts, Result.NOT_MET if isinstance(rule, AllOf) else Result.MET)
    check = _CHECKS.get(type(rule))
    if check is None:
        why = "this criterion cannot be told from a bill of materials"
        row = CriterionResult(rule, place, Result.UNDETERMINED, why, (f"proof of it: {why}",))
    else:
        row = check(rule, sheet, place)
    return Outcome(row.result, (row,), () if row.result is Result.MET else (row,))


def _joined(parts: list[Outcome], decisive: Result) -> Outcome:
    """Several parts of which one with the decisive result decides (not met for all-of)."""
    other = Result.MET if decisive is Result.NOT_MET else Result.NOT_MET
    results = {part.result for part in parts}
    if decisive in results:
        result = decisive
    elif Result.UNDETERMINED in results:
        result = Result.UNDETERMINED
    else:
        result = other
    rows = tuple(row for part in parts for row in part.rows)
    if result is Result.MET:
        return Outcome(result, rows, ())
    return Outcome(
        result, rows, tuple(row for p in parts if p.result is result for row in p.blockers)
    )


# Criteria ----------------------------------------------------------------------------------


def _any_good(rule: AnyGood, sheet: Sheet, place: Place) -> CriterionResult:
    return CriterionResult(rule, place, Result.MET, "any good of the territory qualifies")


def _wholly_obtained(rule: WhollyObtained, sheet: Sheet, place: Place) -> CriterionResult:
    """Nothing inside is non-originating at any depth, also where materials roll up."""
    items = count_materials(sheet.case, sheet.judge, tracing=True)
    found = [i for i in _ends(items) if i.maybe]
    surely = [i for i in found if i.surely]
    if surely:
        why = f"{_names(surely)} {'does' if len(surely) == 1 else 'do'} not originate"
    elif found:
        why = f"it is not known whether {_names(found)} {_verb(found)}"
    else:
        why = "nothing in it is non-originating"
    return _row(rule, place, not surely, not found, why, found)


def _value_content(rule: RegionalValueContent, sheet: Sheet, place: Place) -> CriterionResult:
    figure, found, missing = content_by_method(rule, sheet)
    label = f"regional value content ({rule.method})"
    return _at_least(rule, sheet, place, label, figure, rule.at_least, found, missing)


def content_by_method(
    rule: RegionalValueContent, sheet: Sheet
) -> tuple[Span | None, list[Counted], tuple[str, ...]]:
    """Regional value content by a method, the materials that lower it, and what is missing."""
    value, foreign = sheet.value, sheet.foreign
    against = [item for item in _ends(sheet.items) if item.high > 0 and item.valued]
    match rule.method:
        case RvcMethod.BUILD_UP:
            if value is None:
                return None, against, ("the value of the good",)
            own = sheet.own
            if rule.materials_share is not None:
                whole = rule.materials_share * value
                own = Span(max(0.0, whole - foreign.high), max(0.0, whole - foreign.low))
            share = Span(valuation.build_up(value, own.low), valuation.build_up(value, own.high))
            return share, [*against, *_unsure(sheet.items)], ()
        case RvcMethod.NET_COST:
            cost = sheet.net_cost
            if rule.net_cost_share is not None and value is not None:
                cost = rule.net_cost_share * value
            if not foreign.high:
                return Span(1.0, 1.0), [], ()
            if cost is None or cost <= 0:
                return None, against, ("the net cost of the good",)
            low = valuation.net_cost_content(cost, foreign.high)
            return Span(low, valuation.net_cost_content(cost, foreign.low)), against, ()
        case RvcMethod.FOCUSED:
            test = _within(rule.inputs)
            foreign = _amount(sheet.items, test, _value_of, untested=True)
            against = [item for item in against if test(item)[1]]
        case RvcMethod.BUILD_DOWN | RvcMethod.TRANSACTION:
            pass
    if not foreign.high:
        return Span(1.0, 1.0), [], ()
    if value is None:
        return None, against, ("the value of the good",)
    low = valuation.build_down(value, foreign.high)
    return Span(low, valuation.build_down(value, foreign.low)), against, ()


def _max_non_originating(rule: MaxNonOriginating, sheet: Sheet, place: Place) -> CriterionResult:
    basis = rule.basis.strip().lower()
    found = [item for item in _ends(sheet.items) if item.maybe]
    if not found:
        return _row(rule, place, True, True, "nothing in it is non-originating", ())
    whole: float | None
    if basis in _WEIGHT_BASES:
        amount = _amount(sheet.items, lambda item: (True, True), _weight_of)
        whole = sheet.case.good.weight
        missing = f"the {basis} of the good"
    elif basis in _NET_COST_BASES:
        amount, whole, missing = sheet.foreign, sheet.net_cost, "the net cost of the good"
    else:
        amount, missing = sheet.foreign, "the value of the good"
        whole = None if sheet.value is None else sheet.value * rule.basis_share
    label = f"non-originating materials, of the {basis} price"
    if basis in _WEIGHT_BASES:
        label = f"non-originating materials, of the {basis}"
    figure = None if not whole else amount.over(whole)
    return _at_most(rule, sheet, place, label, figure, rule.at_most, found, (missing,))


def _tariff_shift(rule: TariffShift, sheet: Sheet, place: Place) -> CriterionResult:
    own = own_place(rule, sheet.case.good.code)
    test = _within((own, *closed_places(rule, sheet.case.shift_group)))
    tolerated = sheet.case.de_minimis
    share = tolerated.share if rule.de_minimis is None else rule.de_minimis
    by_weight = rule.de_minimis is None and tolerated.basis is DeMinimisBasis.WEIGHT
    stays = [item for item in _tested_ends(sheet.items) if item.maybe and test(item)[1]]
    surely, maybe = _touched(sheet.items, test)
    if not maybe:
        return _row(rule, place, True, True, "every non-originating material shifts", ())
    codes = tuple(
        f"the full HS code of {name_of(i.material, i.place)}" for i in stays if not test(i)[0]
    )
    what = f"{_names(stays)} {'does' if len(stays) == 1 else 'do'} not shift"
    if not surely:
        what = f"it is not known whether {_names(stays)} {'shifts' if len(stays) == 1 else 'shift'}"
    if not share:
        return _row(rule, place, not surely, False, what, stays, extra=codes)
    return _tolerated(rule, sheet, place, test, what, stays, share, by_weight, codes)


def _inputs_originate(rule: InputsOriginate, sheet: Sheet, place: Place) -> CriterionResult:
    test = _within(rule.inputs)
    found = [item for item in _tested_ends(sheet.items) if item.maybe and test(item)[1]]
    surely, maybe = _touched(sheet.items, test)
    listed = ", ".join(str(r) for r in rule.inputs)
    if not maybe:
        return _row(rule, place, True, True, f"all inputs of {listed} originate", ())
    codes = tuple(
        f"the full HS code of {name_of(i.material, i.place)}" for i in found if not test(i)[0]
    )
    what = f"{_names(found)} must originate and {'does' if len(found) == 1 else 'do'} not"
    if not surely:
        what = f"{_names(found)} must originate, which is not known"
    if not rule.tolerance:
        return _row(rule, place, not surely, False, what, found, extra=codes)
    return _tolerated(rule, sheet, place, test, what, found, rule.tolerance, False, codes)


def _economy_cap(rule: EconomyCap, sheet: Sheet, place: Place) -> CriterionResult:
    return _cap(rule, sheet, place, rule.economies, rule.at_most)


def _remainder_cap(rule: RemainderCap, sheet: Sheet, place: Place) -> CriterionResult:
    content = RegionalValueContent(RvcMethod.BUILD_DOWN, rule.at_least)
    remainder = 1 - rule.at_least
    first = _value_content(content, sheet, place)
    second = _cap(rule, sheet, place, rule.economies, rule.at_most_of_remainder * remainder)
    joined = _joined([Outcome(r.result, (r,), (r,)) for r in (first, second)], Result.NOT_MET)
    needs = _unique((*first.needs, *second.needs))
    decisive = second if first.result is Result.MET else first
    return CriterionResult(
        rule,
        place,
        joined.result,
        f"{first.why}; {second.why}",
        needs if joined.result is Result.UNDETERMINED else (),
        decisive.figure,
        decisive.limit,
        tuple(dict.fromkeys((*first.materials, *second.materials))),
    )


def _process(rule: SpecificProcess, sheet: Sheet, place: Place) -> CriterionResult:
    stated = sheet.case.good.processes
    if stated is None:
        why = f"it is not stated whether the good was {_quoted(rule.name)} in the territory"
        need = f"whether '{rule.name}' took place in the territory"
        return CriterionResult(rule, place, Result.UNDETERMINED, why, (need,))
    done = rule.name.strip().casefold() in {name.strip().casefold() for name in stated}
    if done:
        why = f"{_quoted(rule.name)} took place in the territory"
        return CriterionResult(rule, place, Result.MET, why)
    why = f"{_quoted(rule.name)} is not among the processes stated"
    return CriterionResult(rule, place, Result.NOT_MET, why)


def _labour(rule: LabourValueContent, sheet: Sheet, place: Place) -> CriterionResult:
    labour, value = sheet.case.good.labour_value, sheet.value
    missing = tuple(
        need
        for need, known in (
            ("the value made at or above the wage", labour),
            ("the value of the good", value),
        )
        if known is None
    )
    figure = None if labour is None or value is None else Span(labour / value, labour / value)
    return _at_least(rule, sheet, place, "labour value content", figure, rule.at_least, [], missing)


_CHECKS: dict[type, Callable[[Any, Sheet, Place], CriterionResult]] = {
    AnyGood: _any_good,
    WhollyObtained: _wholly_obtained,
    RegionalValueContent: _value_content,
    MaxNonOriginating: _max_non_originating,
    TariffShift: _tariff_shift,
    InputsOriginate: _inputs_originate,
    EconomyCap: _economy_cap,
    RemainderCap: _remainder_cap,
    SpecificProcess: _process,
    LabourValueContent: _labour,
}


def set_of_goods(sheet: Sheet) -> CriterionResult:
    """A set: every component originates, save for a share of the set's value."""
    share = sheet.case.terms.set_tolerance
    found = [item for item in sheet.items if item.maybe]
    condition = "a set whose components originate"
    if share:
        condition += f", save for {percent(share)} of its value"
    if not found:
        return CriterionResult(
            None, (), Result.MET, "every component originates", condition=condition
        )
    figure = None if sheet.value is None else sheet.foreign.over(sheet.value)
    surely = any(item.surely for item in found)
    if not share:
        best, worst = not surely, False
        why = f"{_names(found)} {'does' if len(found) == 1 else 'do'} not originate"
    elif figure is None:
        best, worst, why = True, False, "the value of the set is not known"
    else:
        best, worst = figure.low <= share + TOLERANCE, figure.high <= share + TOLERANCE
        why = f"components that do not originate make {_shown(figure)} of the value"
    row = _row(None, (), best, worst, why, found)
    return CriterionResult(
        None, (), row.result, why, row.needs, figure, share, row.materials, condition
    )


# Pieces ------------------------------------------------------------------------------------

_Test = Callable[[Counted], tuple[bool, bool]]
_Measure = Callable[[Counted], tuple[Span, Span]]


def _cap(
    rule: EconomyCap | RemainderCap,
    sheet: Sheet,
    place: Place,
    economies: tuple[str, ...],
    at_most: float,
) -> CriterionResult:
    """Content of named economies, found at any depth of what does not originate."""
    low = high = 0.0
    found: list[Counted] = []
    for item in _ends(sheet.items):
        if item.maybe:
            inside = _named_share(item.material, economies)
            low += inside.low * item.low
            high += inside.high * item.high if inside.high else 0.0
            if inside.high:
                found.append(item)
    label = f"content of {', '.join(economies)}"
    unknown = tuple(
        f"where {name_of(i.material, i.place)} was made"
        for i in found
        if _named_share(i.material, economies).low < _named_share(i.material, economies).high
    )
    if not found:
        return _row(rule, place, True, True, f"no {label}", ())
    figure = None if sheet.value is None else Span(low, min(high, sheet.value)).over(sheet.value)
    needs = (*unknown, *(() if figure else ("the value of the good",)))
    return _at_most(rule, sheet, place, label, figure, at_most, found, needs)


def _named_share(material: Material, economies: tuple[str, ...]) -> Span:
    """The part of a material's value that named economies made."""
    if _is_of(material.origin, economies):
        return Span(1.0, 1.0)
    if not material.materials:
        return Span(0.0, 1.0 if material.origin is None else 0.0)
    whole = material.counted_value
    low = high = 0.0
    for part in material.materials:
        inside = _named_share(part, economies)
        if part.counted_value is None or not whole:
            high += 1.0 if inside.high else 0.0
        else:
            low += inside.low * part.counted_value / whole
            high += inside.high * part.counted_value / whole
    return Span(min(low, 1.0), min(high, 1.0))


def _tolerated(
    rule: TariffShift | InputsOriginate,
    sheet: Sheet,
    place: Place,
    test: _Test,
    what: str,
    found: list[Counted],
    share: float,
    by_weight: bool,
    codes: tuple[str, ...],
) -> CriterionResult:
    """What fails a test, against a tolerated share of the good's value or weight."""
    if by_weight:
        amount = _amount(sheet.items, test, _weight_of)
        whole, unit = sheet.case.good.weight, "weight"
        unweighed = [i for i in found if i.material.weight is None]
        codes += tuple(f"the weight of {name_of(i.material, i.place)}" for i in unweighed)
    else:
        amount, whole, unit = _amount(sheet.items, test, _value_of), sheet.value, "value"
    if not whole:
        why = f"{what}; {percent(share)} of the {unit} is tolerated"
        return _row(rule, place, True, False, why, found, extra=(*codes, f"the {unit} of the good"))
    figure = Span(amount.low / whole, min(amount.high / whole, 1.0))
    best, worst = figure.low <= share + TOLERANCE, figure.high <= share + TOLERANCE
    why = f"{what}: {_shown(figure)} of the {unit}, {percent(share)} is tolerated"
    return _row(rule, place, best, worst, why, found, figure, share, extra=codes)


def _at_least(
    rule: Rule,
    sheet: Sheet,
    place: Place,
    label: str,
    figure: Span | None,
    limit: float,
    found: list[Counted],
    missing: tuple[str, ...],
) -> CriterionResult:
    waived = None if isinstance(rule, LabourValueContent) else _waived(sheet)
    if waived is not None and waived.worst:
        return _row(rule, place, True, True, waived.why, ())
    if figure is None:
        return _row(rule, place, True, False, f"{label} is not known", found, extra=missing)
    best = figure.high >= limit - TOLERANCE or (waived is not None and waived.best)
    worst = figure.low >= limit - TOLERANCE
    why = f"{label} is {_shown(figure)}, at least {percent(limit)} is asked for"
    return _row(rule, place, best, worst, why, found, figure, limit, extra=missing)


def _at_most(
    rule: Rule,
    sheet: Sheet,
    place: Place,
    label: str,
    figure: Span | None,
    limit: float,
    found: list[Counted],
    missing: tuple[str, ...],
) -> CriterionResult:
    waived = _waived(sheet) if isinstance(rule, MaxNonOriginating) else None
    if waived is not None and waived.worst:
        return _row(rule, place, True, True, waived.why, ())
    if figure is None:
        return _row(rule, place, True, False, f"{label}: not known", found, extra=missing)
    best = figure.low <= limit + TOLERANCE or (waived is not None and waived.best)
    worst = figure.high <= limit + TOLERANCE
    why = f"{label}: {_shown(figure)}, at most {percent(limit)} is allowed"
    extra = () if figure.exact is not None else missing
    return _row(rule, place, best, worst, why, found, figure, limit, extra=extra)


@dataclass(frozen=True, slots=True)
class _Waiver:
    best: bool
    worst: bool
    why: str


def _waived(sheet: Sheet) -> _Waiver | None:
    """Whether the value test falls away as all non-originating materials are de minimis."""
    share = sheet.case.de_minimis.share
    if not sheet.case.terms.waives_value_content or not share or sheet.value is None:
        return None
    figure = sheet.foreign.over(sheet.value)
    why = (
        f"waived: all non-originating materials make {_shown(figure)} of the value, "
        f"within the de minimis of {percent(share)}"
    )
    return _Waiver(figure.low <= share + TOLERANCE, figure.high <= share + TOLERANCE, why)


def _row(
    rule: Rule | None,
    place: Place,
    best: bool,
    worst: bool,
    why: str,
    found: Iterable[Counted],
    figure: Span | None = None,
    limit: float | None = None,
    extra: tuple[str, ...] = (),
) -> CriterionResult:
    """A row from the answers with everything unknown at its best and at its worst."""
    if worst:
        result = Result.MET
    elif best:
        result = Result.UNDETERMINED
    else:
        result = Result.NOT_MET
    items = list(found)
    needs: tuple[str, ...] = ()
    if result is Result.UNDETERMINED:
        needs = _unique((*(need for item in items for need in item.needs), *extra))
    places = () if result is Result.MET else _by_value(items)
    return CriterionResult(rule, place, result, why, needs, figure, limit, places)


def _by_value(items: list[Counted]) -> tuple[Place, ...]:
    ordered = sorted(items, key=lambda item: -item.high)
    return tuple(dict.fromkeys(item.place for item in ordered))


def _ends(items: Iterable[Counted]) -> Iterator[Counted]:
    """The materials whose values add up: parts in place of what they make."""
    for item in items:
        if item.parts:
            yield from _ends(item.parts)
        elif item.status is not Status.DISREGARDED:
            yield item


def _tested_ends(items: Iterable[Counted]) -> Iterator[Counted]:
    return _ends(item for item in items if item.tested)


def _unsure(items: Iterable[Counted]) -> list[Counted]:
    """Materials whose originating value is not known."""
    return [item for item in _ends(items) if item.own_low < item.own_high]


def _value_of(item: Counted) -> tuple[Span, Span]:
    return Span(item.low, item.high), Span(item.whole_low, item.whole_high)


def _weight_of(item: Counted) -> tuple[Span, Span]:
    heavy = item.material.weight
    whole = Span(0.0, math.inf) if heavy is None else Span(heavy if item.surely else 0.0, heavy)
    return Span(item.weight_low, item.weight_high), whole


def _amount(
    items: Iterable[Counted], test: _Test, measure: _Measure, untested: bool = False
) -> Span:
    """How much of the non-originating materials a test applies to.

    A material that may be counted whole or by its parts counts as the exporter would choose.
    """
    low = high = 0.0
    for item in items:
        if not (item.maybe or item.parts) or not (item.tested or untested):
            continue
        amount, whole = measure(item)
        if item.parts:
            inner = _amount(item.parts, test, measure, untested)
            if item.choice:
                outer = _touching(test(item), whole)
                inner = Span(min(inner.low, outer.low), min(inner.high, outer.high))
            low, high = low + inner.low, high + inner.high
        else:
            touching = _touching(test(item), amount)
            low, high = low + touching.low, high + touching.high
    return Span(low, high)


def _touching(found: tuple[bool, bool], amount: Span) -> Span:
    return Span(amount.low if found[0] else 0.0, amount.high if found[1] else 0.0)


def _touched(items: Iterable[Counted], test: _Test) -> tuple[bool, bool]:
    """Whether a test applies to any non-originating material: for sure, and perhaps."""
    surely = maybe = False
    for item in items:
        if not item.tested or not (item.maybe or item.parts):
            continue
        certain, possible = test(item)
        if item.parts:
            inner = _touched(item.parts, test)
            whole = item.status is Status.NON_ORIGINATING
            if item.choice:
                inner = (inner[0] and certain and whole, inner[1] and possible)
            surely, maybe = surely or inner[0], maybe or inner[1]
        else:
            surely = surely or (item.surely and certain)
            maybe = maybe or (item.maybe and possible)
    return surely, maybe


def _within(ranges: tuple[HSRange, ...]) -> _Test:
    """A test whether a material lies in one of the ranges: for sure, and perhaps."""
    spans = [(r.low, r.high) for r in ranges]

    def test(item: Counted) -> tuple[bool, bool]:
        low, high = _bounds(item.material.code)
        possible = any(low <= end and start <= high for start, end in spans)
        if not possible:
            return False, False
        return any(start <= low and high <= end for start, end in spans), True

    return test


@lru_cache(maxsize=4096)
def _bounds(code: str) -> tuple[str, str]:
    """The smallest and largest ten-digit code that a code, known more or less closely, can be."""
    return code.ljust(10, "0"), code.ljust(10, "9")


def _is_of(origin: str | None, economies: Iterable[str]) -> bool:
    if origin is None:
        return False
    return any(territory_of(economy) == territory_of(origin) for economy in economies)


def _names(items: Iterable[Counted]) -> str:
    names = list(dict.fromkeys(_named(item) for item in items))
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else names[0]


def _named(item: Counted) -> str:
    name = name_of(item.material, item.place)
    code = item.material.code
    return f"{name} ({dotted(code)})" if code and item.material.name else name


def _verb(items: list[Counted]) -> str:
    return "originates" if len(items) == 1 else "originate"


def _quoted(name: str) -> str:
    return f"'{name}'"


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def percent(share: float) -> str:
    """A share in sentences, such as "45 %"."""
    return f"{share * 100:.4g} %"


def _shown(figure: Span) -> str:
    if figure.exact is not None:
        return percent(figure.low)
    return f"between {percent(figure.low)} and {percent(figure.high)}"
