"""What would make a good qualify: the smallest changes of material, threshold, rule or terms.

Found by trying: each change is made and the check run again, and only what then originates is
reported. Materials come with the smallest value that has to be re-sourced.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from workbench.analysis.origin.case import OriginCase
from workbench.analysis.origin.criteria import evaluate
from workbench.analysis.origin.materials import count_materials
from workbench.analysis.origin.results import Answer, Counted, CriterionResult, Status
from workbench.analysis.origin.rows import named, percent
from workbench.analysis.origin.sheet import sheet_of
from workbench.analysis.origin_check import OriginDetermination, answer_of, material_answer
from workbench.definitions.treaty_text import treaty_text
from workbench.model.economies import economy_name, territory_of
from workbench.model.goods import Material, Place
from workbench.model.origin import (
    Absorption,
    AllOf,
    AnyGood,
    Cumulation,
    EconomyCap,
    InputsOriginate,
    LabourValueContent,
    MaxNonOriginating,
    RegionalValueContent,
    RemainderCap,
    Rule,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
)
from workbench.model.rule_edits import part_at, with_part

_MOST_MATERIALS = 14
_MOST_SPLIT = 6
_MOST_OF_A_KIND = 3
_STEPS = 26
_WIDER = {
    Cumulation.NONE: (Cumulation.BILATERAL, Cumulation.DIAGONAL, Cumulation.FULL),
    Cumulation.BILATERAL: (Cumulation.DIAGONAL, Cumulation.FULL),
    Cumulation.DIAGONAL: (Cumulation.FULL,),
    Cumulation.FULL: (),
}
_LOOSER = {
    ShiftFrom.CHAPTER: (ShiftFrom.HEADING, ShiftFrom.SUBHEADING, ShiftFrom.ANY_OTHER_PRODUCT),
    ShiftFrom.HEADING: (ShiftFrom.SUBHEADING, ShiftFrom.ANY_OTHER_PRODUCT),
    ShiftFrom.SUBHEADING: (ShiftFrom.ANY_OTHER_PRODUCT,),
    ShiftFrom.ANY_OTHER_PRODUCT: (),
    ShiftFrom.LISTED: (),
}


class RemedyKind(StrEnum):
    """What changes."""

    FACT = "fact"
    MATERIAL = "material"
    DESIGNATION = "designation"
    PROCESS = "process"
    THRESHOLD = "threshold"
    RULE = "rule"
    CUMULATION = "cumulation"
    PARTNER = "partner"
    ABSORPTION = "absorption"


@dataclass(frozen=True)
class Remedy:
    """A change with which the good originates, checked by making it.

    Attributes:
        kind: what changes.
        text: the change as the end of "it would originate if …".
        case: the case with the change made.
        amount: value to re-source or to prove, where materials change.
        before, after: the threshold, where one changes.
        places: the materials that change.
    """

    kind: RemedyKind
    text: str
    case: OriginCase
    amount: float | None = None
    before: float | None = None
    after: float | None = None
    places: tuple[Place, ...] = ()


def find_remedies(determination: OriginDetermination) -> tuple[Remedy, ...]:
    """The smallest changes of each kind that would make a good qualify; none where it does."""
    case = determination.case
    if determination.answer is Answer.ORIGINATING or case.unread:
        return ()
    found: list[Remedy] = []
    for search in (_materials, _designations, _processes, _rule_edits, _terms):
        found.extend(search(determination))
    return tuple(found)


def qualifies(case: OriginCase) -> bool:
    """Whether the good of a case originates."""
    return answer_of(case) is Answer.ORIGINATING


# Materials ---------------------------------------------------------------------------------


def _materials(determination: OriginDetermination) -> list[Remedy]:
    case = determination.case
    ends = {
        item.place: item
        for item in determination.materials
        if not item.parts and item.maybe and item.status is not Status.DISREGARDED
    }
    by_value = sorted(ends.values(), key=lambda item: -item.high)
    if not _all_in(case, tuple(by_value)):
        return []
    largest = by_value[:_MOST_MATERIALS]
    enough = [item for item in largest if _all_in(case, (item,))]
    if enough:
        single = [_material_remedy(case, (item,)) for item in enough[:_MOST_SPLIT]]
        # What only needs proof comes before what has to be bought elsewhere.
        single.sort(key=lambda remedy: (remedy.kind is not RemedyKind.FACT, _smallest(remedy)))
        return single[:_MOST_OF_A_KIND]
    pairs = [pair for pair in combinations(largest, 2) if _all_in(case, pair)]
    if pairs:
        return sorted((_material_remedy(case, p) for p in pairs), key=_smallest)[:1]
    return [_material_remedy(case, _fewest(case, by_value))]


def _fewest(case: OriginCase, items: list[Counted]) -> tuple[Counted, ...]:
    """Materials, together enough, without any of which the good no longer originates."""
    chosen = tuple(items)
    for item in items:
        fewer = tuple(other for other in chosen if other is not item)
        if fewer and _all_in(case, fewer):
            chosen = fewer
    return chosen


def _all_in(case: OriginCase, items: tuple[Counted, ...]) -> bool:
    return qualifies(_originating(case, items))


def _originating(case: OriginCase, items: tuple[Counted, ...]) -> OriginCase:
    good = case.good
    for item in items:
        good = good.with_material(item.place, _as_originating(case, good.material_at(item.place)))
    return replace(case, good=good)


def _as_originating(case: OriginCase, material: Material) -> Material:
    maker = case.good.exporter or None
    return replace(material, originating=True, origin=maker, inventory=None, materials=())


def _material_remedy(case: OriginCase, items: tuple[Counted, ...]) -> Remedy:
    """The change of some materials, the last of them only as far as needed."""
    names = ", ".join(named(item) for item in items[:-1])
    names = f"{names} and {named(items[-1])}" if names else named(items[-1])
    places = tuple(item.place for item in items)
    changed = _originating(case, items)
    values = [item.material.counted_value for item in items]
    known = [value for value in values if value is not None]
    amount = sum(known) if len(known) == len(values) else None
    if all(item.status is Status.UNKNOWN for item in items):
        verb = "were" if len(items) > 1 else "was"
        text = f"{names} {verb} shown to originate"
        return Remedy(RemedyKind.FACT, text, changed, amount, places=places)
    if len(items) == 1 and amount:
        part = _least_part(case, items[0])
        if part is not None and part < 1 - 1e-6:
            partly = _split(case, items[0], part)
            text = f"{part * amount:,.4g} of the {amount:,.4g} of {names} originated"
            return Remedy(RemedyKind.MATERIAL, text, partly, part * amount, places=places)
    text = f"{names} originated"
    return Remedy(RemedyKind.MATERIAL, text, changed, amount, places=places)


def _least_part(case: OriginCase, item: Counted) -> float | None:
    """The smallest share of a material that has to originate; None where it cannot be split."""
    if item.material.inventory is not None or item.material.materials:
        return None
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if qualifies(_split(case, item, middle)):
            high = middle
        else:
            low = middle
    return high


def _split(case: OriginCase, item: Counted, share: float) -> OriginCase:
    """The case with a share of a material bought from an originating source."""
    old = item.material

    def part(material: Material, size: float) -> Material:
        value = None if old.counted_value is None else old.counted_value * size
        weight = None if old.weight is None else old.weight * size
        return replace(material, value=value, weight=weight, assists=0.0, deductions=0.0)

    bought = part(_as_originating(case, old), share)
    good = case.good.with_material(item.place, part(old, 1 - share), bought)
    return replace(case, good=good)


def _smallest(remedy: Remedy) -> float:
    return float("inf") if remedy.amount is None else remedy.amount


def _designations(determination: OriginDetermination) -> Iterator[Remedy]:
    """Designating an intermediate material that the producer makes, or no longer doing so."""
    case = determination.case
    for item in determination.materials:
        if not item.material.materials or item.material.self_produced is False:
            continue
        to = not item.material.designated
        if to and item.status is not Status.SEEN_THROUGH:
            continue
        material = replace(item.material, designated=to)
        changed = replace(case, good=case.good.with_material(item.place, material))
        if qualifies(changed):
            how = "were designated as an intermediate material" if to else "were not designated"
            yield Remedy(
                RemedyKind.DESIGNATION, f"{named(item)} {how}", changed, places=(item.place,)
            )


def _processes(determination: OriginDetermination) -> Iterator[Remedy]:
    case = determination.case
    for row in determination.blocked_by:
        if isinstance(row.rule, SpecificProcess):
            done = (*(case.good.processes or ()), row.rule.name)
            changed = replace(case, good=replace(case.good, processes=done))
            if qualifies(changed):
                text = f"'{row.rule.name}' took place in the territory"
                yield Remedy(RemedyKind.PROCESS, text, changed)
    if case.good.shipped_directly is False:
        changed = replace(case, good=replace(case.good, shipped_directly=True))
        if qualifies(changed):
            yield Remedy(RemedyKind.PROCESS, "it were shipped directly", changed)


# Rules -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Variant:
    """A looser form of one criterion.

    `text` is "" where the words of the rule say what changes: those of the looser rule, or of the
    one that is left out. They are written only for changes that work.
    """

    place: Place
    rule: Rule
    text: str
    kind: RemedyKind
    before: float | None = None
    after: float | None = None
    left_out: Rule | None = None

    def said(self) -> str:
        """The change in words."""
        if self.text:
            return self.text
        if self.left_out is not None:
            return f"the rule did not ask for {treaty_text(self.left_out)}"
        return f"the rule were {treaty_text(self.rule)}"


def _rule_edits(determination: OriginDetermination) -> list[Remedy]:
    """The looser forms of the criteria in the way: alone, else two or all at a time."""
    case = determination.case
    if case.good.is_set:
        return []
    by_row = [list(_variants(case, row)) for row in determination.blocked_by if row.rule]
    variants = [variant for row in by_row for variant in row]
    single = _working(case, [(variant,) for variant in variants])
    if single:
        return _one_each(single)
    pairs = [p for p in combinations(variants, 2) if p[0].place != p[1].place]
    found = _working(case, pairs)
    if not found and len(by_row) > 2 and all(by_row):
        found = _working(case, [tuple(row[0] for row in by_row)])
    return found[:1]


def _working(case: OriginCase, changes: Sequence[tuple[_Variant, ...]]) -> list[Remedy]:
    found: list[Remedy] = []
    for variants in changes:
        rule = case.rule
        for variant in variants:
            rule = with_part(rule, variant.place, variant.rule)
        changed = replace(case, rule=rule)
        if qualifies(changed):
            first = variants[0]
            alone = len(variants) == 1
            found.append(
                Remedy(
                    first.kind if len({v.kind for v in variants}) == 1 else RemedyKind.RULE,
                    " and ".join(variant.said() for variant in variants),
                    changed,
                    before=first.before if alone else None,
                    after=first.after if alone else None,
                )
            )
    return found


def _one_each(remedies: list[Remedy]) -> list[Remedy]:
    """At most a few of each kind, those tried first being the smallest changes."""
    kept: list[Remedy] = []
    for remedy in remedies:
        if sum(other.kind is remedy.kind for other in kept) < _MOST_OF_A_KIND:
            kept.append(remedy)
    return kept


def _variants(case: OriginCase, row: CriterionResult) -> Iterator[_Variant]:
    """Looser forms of a criterion, the smallest change first."""
    rule, at = row.rule, row.place
    low = None if row.figure is None else row.figure.low
    high = None if row.figure is None else row.figure.high
    match rule:
        case RegionalValueContent() if low is not None and 0 <= low < rule.at_least:
            yield _threshold(at, replace(rule, at_least=low), "content", rule.at_least, low)
        case LabourValueContent() if low is not None and 0 <= low < rule.at_least:
            yield _threshold(at, replace(rule, at_least=low), "labour value", rule.at_least, low)
        case MaxNonOriginating() if high is not None and rule.at_most < high <= 1:
            yield _threshold(at, replace(rule, at_most=high), "limit", rule.at_most, high)
        case EconomyCap() if high is not None and rule.at_most < high <= 1:
            yield _threshold(at, replace(rule, at_most=high), "cap", rule.at_most, high)
        case RemainderCap() if low is not None and high is not None and rule.at_least < 1:
            part, before = high / (1 - rule.at_least), rule.at_most_of_remainder
            if row.limit == rule.at_least and 0 <= low < rule.at_least:
                lower = replace(rule, at_least=low)
                yield _threshold(at, lower, "content", rule.at_least, low)
            elif row.limit != rule.at_least and before < part <= 1:
                higher = replace(rule, at_most_of_remainder=part)
                yield _threshold(at, higher, "cap on the remainder", before, part)
        case TariffShift():
            yield from _shift_variants(case, rule, row)
        case InputsOriginate() if rule.at_least == 1 and not rule.wholly_obtained:
            share = _failing_share(case, replace(rule, tolerance=1.0))
            if share is not None and share > rule.tolerance:
                looser = replace(rule, tolerance=share)
                yield _threshold(at, looser, "tolerance", rule.tolerance, share)
        case _:
            pass
    if rule is not None and at and isinstance(part_at(case.rule, at[:-1]), AllOf):
        yield _Variant(at, AnyGood(), "", RemedyKind.RULE, left_out=rule)


def _threshold(at: Place, rule: Rule, what: str, before: float, after: float) -> _Variant:
    text = f"the {what} asked for were {percent(after)} instead of {percent(before)}"
    return _Variant(at, rule, text, RemedyKind.THRESHOLD, before, after)


def _shift_variants(
    case: OriginCase, rule: TariffShift, row: CriterionResult
) -> Iterator[_Variant]:
    share = _failing_share(case, replace(rule, de_minimis=1.0))
    before = rule.de_minimis if rule.de_minimis is not None else case.de_minimis.share
    if share is not None and before < share <= 1:
        looser = replace(rule, de_minimis=share)
        yield _threshold(row.place, looser, "de minimis", before, share)
    codes = [case.good.material_at(place).code for place in row.materials]
    kept = tuple(r for r in rule.exceptions if not any(code and r.contains(code) for code in codes))
    if kept != rule.exceptions:
        gone = ", ".join(str(r) for r in rule.exceptions if r not in kept)
        text = f"the shift did not except {gone}"
        yield _Variant(row.place, replace(rule, exceptions=kept), text, RemedyKind.RULE)
    if rule.except_some:
        text = "the shift did not except what it describes in words"
        yield _Variant(row.place, replace(rule, except_some=()), text, RemedyKind.RULE)
    if rule.outside_group:
        text = "the shift could come from within the group"
        yield _Variant(row.place, replace(rule, outside_group=False), text, RemedyKind.RULE)
    for level in _LOOSER[rule.level]:
        for exceptions in dict.fromkeys((rule.exceptions, kept)):
            looser = replace(rule, level=level, exceptions=exceptions)
            yield _Variant(row.place, looser, "", RemedyKind.RULE)


def _failing_share(case: OriginCase, rule: TariffShift | InputsOriginate) -> float | None:
    """The largest share of value that fails a test, from the test with everything tolerated."""
    sheet = sheet_of(case, count_materials(case, material_answer), material_answer)
    figure = evaluate(rule, sheet).rows[0].figure
    return None if figure is None else figure.high


# Terms -------------------------------------------------------------------------------------


def _terms(determination: OriginDetermination) -> Iterator[Remedy]:
    """Roll-up, wider cumulation, one partner more."""
    case = determination.case
    provisions = case.provisions
    if provisions.absorption is Absorption.TRACING:
        changed = replace(case, provisions=replace(provisions, absorption=Absorption.ROLL_UP))
        if qualifies(changed):
            text = "materials that originate counted whole (roll-up)"
            yield Remedy(RemedyKind.ABSORPTION, text, changed)
    for cumulation in _WIDER[provisions.cumulation]:
        changed = replace(case, provisions=replace(provisions, cumulation=cumulation))
        if qualifies(changed):
            yield Remedy(RemedyKind.CUMULATION, f"cumulation were {cumulation}", changed)
            break
    yield from _first(_partners(determination), _MOST_OF_A_KIND)


def _partners(determination: OriginDetermination) -> Iterator[Remedy]:
    case = determination.case
    origins = dict.fromkeys(
        territory_of(item.material.origin)
        for item in determination.materials
        if item.maybe and item.material.origin is not None
    )
    for economy in origins:
        if economy in case.territory.parties:
            continue
        changed = replace(case, partners=(*case.partners, economy))
        if qualifies(changed):
            text = f"{economy_name(economy)} were a partner"
            yield Remedy(RemedyKind.PARTNER, text, changed)


def _first(remedies: Iterator[Remedy], count: int) -> Iterator[Remedy]:
    for _, remedy in zip(range(count), remedies, strict=False):
        yield remedy
