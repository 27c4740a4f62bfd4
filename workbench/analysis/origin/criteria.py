"""Each criterion of a rule against a bill of materials: met, not met, or what is missing to tell.

Every criterion is worked out twice, with everything unknown at its best and at its worst for the
good (method, section 4, and the shift test that the claiming kernel uses). Where both agree the
criterion is decided whatever the missing facts are; `all_of` and `any_of` then join the answers.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from workbench.analysis import valuation
from workbench.analysis.origin.results import Counted, CriterionResult, Result, Span
from workbench.analysis.origin.rows import (
    at_least,
    at_most,
    decided,
    names,
    percent,
    shown,
    stated,
    unique,
)
from workbench.analysis.origin.sheet import (
    Sheet,
    Test,
    any_non_originating,
    anything,
    by_code,
    ends,
    is_of,
    non_originating,
    value_of,
    weight_of,
)
from workbench.analysis.shift import described, stays, within
from workbench.model.goods import Material, Place
from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    Condition,
    DeMinimisBasis,
    EconomyCap,
    InputsOriginate,
    LabourValueContent,
    MaxNonOriginating,
    Measure,
    OnlyGoods,
    Period,
    RegionalValueContent,
    RemainderCap,
    Rule,
    RvcMethod,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)

_WEIGHTS = {Measure.WEIGHT, Measure.NET_WEIGHT}
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


def evaluate(rule: Rule, sheet: Sheet, place: Place = ()) -> Outcome:
    """A rule against the counted materials; `place` is where the rule stands in the whole."""
    if isinstance(rule, AllOf | AnyOf):
        parts = [evaluate(part, sheet, (*place, n)) for n, part in enumerate(rule.rules)]
        if isinstance(rule, AllOf):
            parts = _for_other_goods(rule, parts) or parts
        return joined(parts, Result.NOT_MET if isinstance(rule, AllOf) else Result.MET)
    return of_row(_CHECKS[type(rule)](rule, sheet, place))


def _for_other_goods(rule: AllOf, parts: list[Outcome]) -> list[Outcome]:
    """Where requirements are for other goods, only that stands in the way."""
    for part, outcome in zip(rule.rules, parts, strict=True):
        if isinstance(part, OnlyGoods) and outcome.result is Result.NOT_MET:
            return [outcome if o is outcome else Outcome(o.result, o.rows, ()) for o in parts]
    return []


def of_row(row: CriterionResult) -> Outcome:
    """The outcome of a single criterion."""
    return Outcome(row.result, (row,), () if row.result is Result.MET else (row,))


def joined(parts: list[Outcome], decisive: Result) -> Outcome:
    """Parts of which one with the decisive result decides: not met for all-of, met for any-of."""
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
    blockers = tuple(row for p in parts if p.result is result for row in p.blockers)
    return Outcome(result, rows, blockers)


# Value -------------------------------------------------------------------------------------


def content_by_method(
    rule: RegionalValueContent, sheet: Sheet
) -> tuple[Span | None, list[Counted], tuple[str, ...]]:
    """Regional value content by a method, the materials that lower it, and what is missing."""
    value, foreign = sheet.value, sheet.foreign
    against = [item for item in sheet.suspects if item.valued]
    match rule.method:
        case RvcMethod.BUILD_UP:
            if value is None:
                return None, against, ("the value of the good",)
            own = sheet.own
            if rule.materials_share is not None:
                whole = rule.materials_share * value
                own = Span(max(0.0, whole - foreign.high), max(0.0, whole - foreign.low))
            share = Span(valuation.build_up(value, own.low), valuation.build_up(value, own.high))
            unsure = [i for i in ends(sheet.items) if i.own_low < i.own_high and not i.maybe]
            return share, [*against, *unsure], ()
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
            test = by_code(described(rule.inputs, rule.words))
            foreign = non_originating(sheet.items, test, all_uses=True)
            against = [item for item in sheet.suspects if test(item)[1]]
        case RvcMethod.BUILD_DOWN | RvcMethod.TRANSACTION:
            pass
    if not foreign.high:
        return Span(1.0, 1.0), [], ()
    if value is None:
        return None, against, ("the value of the good",)
    low = valuation.build_down(value, foreign.high)
    return Span(low, valuation.build_down(value, foreign.low)), against, ()


def _value_content(rule: RegionalValueContent, sheet: Sheet, place: Place) -> CriterionResult:
    figure, found, missing = content_by_method(rule, sheet)
    label = f"regional value content ({rule.method})"
    return _asked(rule, sheet, place, label, figure, rule.at_least, found, missing)


def _max_non_originating(rule: MaxNonOriginating, sheet: Sheet, place: Place) -> CriterionResult:
    basis = rule.basis.strip().lower()
    narrowed = bool(rule.inputs or rule.words)
    test = by_code(described(rule.inputs, rule.words)) if narrowed else anything
    found = [item for item in sheet.suspects if test(item)[1]]
    if not found:
        return decided(rule, place, True, True, "none of these materials is non-originating")
    by_weight = rule.measure in _WEIGHTS or basis in _WEIGHT_BASES
    if rule.measure is not Measure.VALUE and not by_weight:
        why = f"the {rule.measure} of materials is not part of a bill"
        need = f"the {rule.measure} of the materials and the good"
        return decided(rule, place, True, False, why, found, missing=(need,))
    whole: float | None
    if by_weight:
        amount = non_originating(sheet.items, test, weight_of, all_uses=True)
        whole, label, missing = sheet.case.good.weight, "weight", "the weight of the good"
    else:
        amount = non_originating(sheet.items, test, all_uses=True) if narrowed else sheet.foreign
        label, missing = f"{rule.basis} price", "the value of the good"
        if basis in _NET_COST_BASES:
            whole, missing = sheet.net_cost, "the net cost of the good"
        elif basis == "materials":
            whole, label = sheet.foreign.high + sheet.own.low, "value of all materials"
        else:
            whole = None if sheet.value is None else sheet.value * rule.basis_share
    figure = amount.over(whole) if whole else None
    gaps = tuple(
        f"the weight of {i.name}" for i in found if by_weight and i.material.weight is None
    )
    label = f"non-originating materials, of the {label}"
    return _allowed(
        rule, sheet, place, label, figure, rule.at_most, found, gaps if whole else (missing, *gaps)
    )


def _labour(rule: LabourValueContent, sheet: Sheet, place: Place) -> CriterionResult:
    labour, value = sheet.case.good.labour_value, sheet.value
    missing = []
    if labour is None:
        missing.append("the value made at or above the wage")
    if value is None:
        missing.append("the value of the good")
    figure = None if labour is None or value is None else Span(labour / value, labour / value)
    label = "labour value content"
    return _asked(rule, sheet, place, label, figure, rule.at_least, [], tuple(missing))


def _economy_cap(rule: EconomyCap, sheet: Sheet, place: Place) -> CriterionResult:
    return _cap(rule, sheet, place, rule.economies, rule.at_most)


def _remainder_cap(rule: RemainderCap, sheet: Sheet, place: Place) -> CriterionResult:
    content = RegionalValueContent(RvcMethod.BUILD_DOWN, rule.at_least)
    first = _value_content(content, sheet, place)
    cap = rule.at_most_of_remainder * (1 - rule.at_least)
    second = _cap(rule, sheet, place, rule.economies, cap)
    both = joined([of_row(first), of_row(second)], Result.NOT_MET)
    telling = second if first.result is Result.MET else first
    return CriterionResult(
        rule,
        place,
        both.result,
        f"{first.why}; {second.why}",
        unique((*first.needs, *second.needs)) if both.result is Result.UNDETERMINED else (),
        telling.figure,
        telling.limit,
        tuple(dict.fromkeys((*first.materials, *second.materials))),
    )


def _cap(
    rule: EconomyCap | RemainderCap,
    sheet: Sheet,
    place: Place,
    economies: tuple[str, ...],
    limit: float,
) -> CriterionResult:
    """Content of named economies, found at any depth of what does not originate."""
    low = high = 0.0
    found: list[Counted] = []
    unknown: list[str] = []
    for item in sheet.suspects:
        inside = _named_share(item.material, economies)
        low += inside.low * item.share_low * item.value_low
        if inside.high:
            high += inside.high * item.share_high * item.value_high
            found.append(item)
        if inside.low < inside.high:
            unknown.append(f"where {item.name} was made")
    label = f"content of {', '.join(economies)}"
    if not found:
        return decided(rule, place, True, True, f"no {label}")
    figure = None if sheet.value is None else Span(low, min(high, sheet.value)).over(sheet.value)
    return _allowed(rule, sheet, place, label, figure, limit, found, tuple(unknown))


def _named_share(material: Material, economies: tuple[str, ...]) -> Span:
    """The part of a material's value that named economies made."""
    if is_of(material.origin, economies):
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


# Materials ---------------------------------------------------------------------------------


def _wholly_obtained(rule: WhollyObtained, sheet: Sheet, place: Place) -> CriterionResult:
    """Nothing inside is non-originating at any depth, also where materials roll up."""
    found = sheet.traced
    surely = [item for item in found if item.surely]
    if surely:
        why = names(surely, ("does not originate", "do not originate"))
    elif found:
        why = f"it is not known whether {names(found, ('originates', 'originate'))}"
    else:
        why = "nothing in it is non-originating"
    return decided(rule, place, not surely, not found, why, found)


def _tariff_shift(rule: TariffShift, sheet: Sheet, place: Place) -> CriterionResult:
    good = sheet.case.good
    test = by_code(stays(rule, good.code, sheet.case.shift_group, good.holds))
    surely, perhaps = any_non_originating(sheet.items, test)
    if not perhaps:
        return decided(rule, place, True, True, "every non-originating material shifts")
    found = [item for item in sheet.tested if test(item)[1]]
    if surely:
        why = names(found, ("does not shift", "do not shift"))
    else:
        why = f"it is not known whether {names(found, ('shifts', 'shift'))}"
    tolerated = sheet.case.de_minimis
    share = tolerated.share if rule.de_minimis is None else rule.de_minimis
    by_weight = rule.de_minimis is None and tolerated.basis is DeMinimisBasis.WEIGHT
    missing = _unsure_of(found, test, _words_of(rule))
    return _tolerated(rule, sheet, place, test, why, found, share, by_weight, missing)


def _words_of(rule: TariffShift) -> tuple[str, ...]:
    """What the shift says in words about materials, goods and circumstances."""
    some = (*rule.except_some, *rule.also)
    return unique(w for m in some for w in (m.words, m.goods_words, m.when) if w)


def _inputs_originate(rule: InputsOriginate, sheet: Sheet, place: Place) -> CriterionResult:
    test = by_code(described(rule.inputs, rule.words))
    listed = rule.words or ", ".join(str(r) for r in rule.inputs)
    items = sheet.traced if rule.wholly_obtained else sheet.tested
    found = [item for item in items if item.tested and test(item)[1]]
    must = "must be wholly obtained" if rule.wholly_obtained else "must originate"
    if rule.at_least < 1:
        return _share_originates(rule, sheet, place, test, listed, found)
    if rule.wholly_obtained:
        surely = any(item.surely and test(item)[0] for item in found)
        perhaps = bool(found)
    else:
        surely, perhaps = any_non_originating(sheet.items, test)
    if not perhaps:
        return decided(rule, place, True, True, f"nothing of {listed} is non-originating")
    why = f"{names(found)} {must}" + ("" if surely else ", which is not known")
    missing = _unsure_of(found, test, (rule.words,) if rule.words else ())
    if rule.wholly_obtained:
        return decided(rule, place, not surely, False, why, found, missing=missing)
    return _tolerated(rule, sheet, place, test, why, found, rule.tolerance, False, missing)


def _share_originates(
    rule: InputsOriginate,
    sheet: Sheet,
    place: Place,
    test: Test,
    listed: str,
    found: list[Counted],
) -> CriterionResult:
    """At least a share of some inputs, by value or weight, originates."""
    if not found:
        return decided(rule, place, True, True, f"nothing of {listed} is non-originating")
    missing = _unsure_of(found, test, (rule.words,) if rule.words else ())
    need = f"how much of {listed} originates, by {rule.measure}"
    if rule.measure is not Measure.VALUE and rule.measure not in _WEIGHTS:
        why = f"the {rule.measure} of materials is not part of a bill"
        return decided(rule, place, True, False, why, found, missing=(need,))
    measure = value_of if rule.measure is Measure.VALUE else weight_of
    foreign = non_originating(sheet.items, test, measure)
    sizes = [measure(i) for i in ends(sheet.items) if i.tested and test(i)[1]]
    whole = sum(size.low for size in sizes)
    if whole <= 0 or any(size.low < size.high for size in sizes):
        return decided(rule, place, True, False, f"{need} is not known", found, missing=(need,))
    figure = Span(1 - foreign.high / whole, 1 - foreign.low / whole)
    best, worst = at_least(figure, rule.at_least)
    why = f"{shown(figure)} of {listed} originates, at least {percent(rule.at_least)} is asked for"
    return decided(rule, place, best, worst, why, found, figure, rule.at_least, missing)


def _unsure_of(found: Iterable[Counted], test: Test, words: tuple[str, ...]) -> tuple[str, ...]:
    """What would tell whether a test applies to materials: their codes, or what they are."""
    unsure = [item for item in found if not test(item)[0]]
    if words:
        return tuple(f"whether this applies to {i.name}: {'; '.join(words)}" for i in unsure)
    return tuple(f"the full HS code of {item.name}" for item in unsure)


def _tolerated(
    rule: TariffShift | InputsOriginate,
    sheet: Sheet,
    place: Place,
    test: Test,
    why: str,
    found: list[Counted],
    share: float,
    by_weight: bool,
    missing: tuple[str, ...],
) -> CriterionResult:
    """What fails a test, against a tolerated share of the good's value or weight."""
    if not share:
        surely, _ = any_non_originating(sheet.items, test)
        return decided(rule, place, not surely, False, why, found, missing=missing)
    if by_weight:
        amount = non_originating(sheet.items, test, weight_of)
        whole, unit = sheet.case.good.weight, "weight"
        light = [item for item in found if item.material.weight is None]
        missing += tuple(f"the weight of {item.name}" for item in light)
    else:
        amount, whole, unit = non_originating(sheet.items, test), sheet.value, "value"
    if not whole:
        why = f"{why}; {percent(share)} of the {unit} is tolerated"
        missing += (f"the {unit} of the good",)
        return decided(rule, place, True, False, why, found, missing=missing)
    figure = Span(amount.low / whole, min(amount.high / whole, 1.0))
    best, worst = at_most(figure, share)
    why = f"{why}: {shown(figure)} of the {unit}, {percent(share)} is tolerated"
    return decided(rule, place, best, worst, why, found, figure, share, missing)


# What is stated ----------------------------------------------------------------------------


def _any_good(rule: AnyGood, sheet: Sheet, place: Place) -> CriterionResult:
    return decided(rule, place, True, True, "any good of the territory qualifies")


def _process(rule: SpecificProcess, sheet: Sheet, place: Place) -> CriterionResult:
    name, processes = rule.name, sheet.case.good.processes
    holds = sheet.case.good.holds(name)
    if holds is None and processes is not None:
        holds = name.strip().casefold() in {text.strip().casefold() for text in processes}
    why = (
        f"'{name}' took place in the territory",
        f"'{name}' is not among the processes stated",
        f"it is not stated whether '{name}' took place in the territory",
    )
    return stated(rule, place, holds, why, f"whether '{name}' took place in the territory")


def _condition(rule: Condition, sheet: Sheet, place: Place) -> CriterionResult:
    text = rule.text
    why = (
        f"stated to hold: {text}",
        f"stated not to hold: {text}",
        f"it is not stated whether this holds: {text}",
    )
    return stated(rule, place, sheet.case.good.holds(text), why, f"whether this holds: {text}")


def _only_goods(rule: OnlyGoods, sheet: Sheet, place: Place) -> CriterionResult:
    good = sheet.case.good
    surely, perhaps = within(rule.codes)(good.code, None) if rule.codes else (True, True)
    what = " ".join((rule.words, *(str(r) for r in rule.codes))).strip()
    if not perhaps:
        return decided(rule, place, False, False, f"this is for other goods: {what}")
    holds: bool | None = True if surely else None
    if rule.words:
        said = good.holds(rule.words)
        holds = said if said is not True or surely else None
    why = (
        f"this is for the good: {what}",
        f"this is for other goods: {what}",
        f"it is not known whether the good is one of these: {what}",
    )
    return stated(rule, place, holds, why, f"whether the good is one of these: {what}")


def _period(rule: Period, sheet: Sheet, place: Place) -> CriterionResult:
    date = sheet.case.good.date
    holds = None
    if date:
        holds = (rule.first or date) <= date <= (rule.last or date)
    span = " ".join(
        text
        for text in (
            f"from {rule.first}" if rule.first else "",
            f"until {rule.last}" if rule.last else "",
        )
        if text
    )
    why = (
        f"on {date} this applies ({span})",
        f"on {date} this does not apply ({span})",
        f"this applies {span}, and no date is stated",
    )
    return stated(rule, place, holds, why, "the date of importation")


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
    OnlyGoods: _only_goods,
    Period: _period,
    Condition: _condition,
}


def set_of_goods(sheet: Sheet) -> CriterionResult:
    """A set: every component originates, save for a share of the set's value."""
    share = sheet.case.terms.set_tolerance
    condition = "a set whose components originate"
    if share:
        condition += f", save for {percent(share)} of its value"
    found = sheet.suspects
    if not found:
        return decided(None, (), True, True, "every component originates", condition=condition)
    if not share:
        surely = any(item.surely for item in found)
        why = names(found, ("does not originate", "do not originate"))
        return decided(None, (), not surely, False, why, found, condition=condition)
    if sheet.value is None:
        why, missing = "the value of the set is not known", ("the value of the set",)
        return decided(None, (), True, False, why, found, missing=missing, condition=condition)
    figure = sheet.foreign.over(sheet.value)
    best, worst = at_most(figure, share)
    why = f"components that do not originate make {shown(figure)} of the value"
    return decided(None, (), best, worst, why, found, figure, share, condition=condition)


# Comparing ---------------------------------------------------------------------------------


def _asked(
    rule: Rule,
    sheet: Sheet,
    place: Place,
    label: str,
    figure: Span | None,
    limit: float,
    found: list[Counted],
    missing: tuple[str, ...],
) -> CriterionResult:
    """A figure that has to reach a limit."""
    waived = (False, False)
    if not isinstance(rule, LabourValueContent):
        waived = _waived(sheet)
        if waived[1]:
            return _waiver(rule, sheet, place)
    if figure is None:
        return decided(rule, place, True, False, f"{label}: not known", found, missing=missing)
    best, worst = at_least(figure, limit)
    why = f"{label} is {shown(figure)}, at least {percent(limit)} is asked for"
    return decided(rule, place, best or waived[0], worst, why, found, figure, limit, missing)


def _allowed(
    rule: Rule,
    sheet: Sheet,
    place: Place,
    label: str,
    figure: Span | None,
    limit: float,
    found: list[Counted],
    missing: tuple[str, ...],
) -> CriterionResult:
    """A figure that has to stay within a limit."""
    waived = (False, False)
    if isinstance(rule, MaxNonOriginating):
        waived = _waived(sheet)
        if waived[1]:
            return _waiver(rule, sheet, place)
    if figure is None:
        missing = missing or ("the value of the good",)
        return decided(rule, place, True, False, f"{label}: not known", found, missing=missing)
    best, worst = at_most(figure, limit)
    why = f"{label}: {shown(figure)}, at most {percent(limit)} is allowed"
    return decided(rule, place, best or waived[0], worst, why, found, figure, limit, missing)


def _waived(sheet: Sheet) -> tuple[bool, bool]:
    """Whether the value test falls away as all non-originating materials are de minimis."""
    share = sheet.case.de_minimis.share
    if not sheet.case.terms.waives_value_content or not share or sheet.value is None:
        return False, False
    return at_most(sheet.foreign.over(sheet.value), share)


def _waiver(rule: Rule, sheet: Sheet, place: Place) -> CriterionResult:
    assert sheet.value is not None
    why = (
        f"waived: all non-originating materials make {shown(sheet.foreign.over(sheet.value))} "
        f"of the value, within the de minimis of {percent(sheet.case.de_minimis.share)}"
    )
    return decided(rule, place, True, True, why)
