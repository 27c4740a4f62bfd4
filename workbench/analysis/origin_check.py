"""Does this good originate? One bill of materials against one rule, as customs would answer.

The answer is originating, not originating, or undetermined with the missing facts named. It is
worked out with everything unknown at its best and at its worst for the good, so a determined
answer holds whatever the missing facts turn out to be.

The non-preferential origin of a good is a question of its own (`workbench.analysis.origin.
marking`) and never becomes part of this answer.
"""

from collections.abc import Sequence

from workbench.analysis.origin.case import OriginCase
from workbench.analysis.origin.content import declared_non_party, traced_non_party
from workbench.analysis.origin.criteria import (
    Outcome,
    Sheet,
    content_by_method,
    evaluate,
    set_of_goods,
    sheet_of,
)
from workbench.analysis.origin.materials import all_counted, count_materials
from workbench.analysis.origin.ranges import answer_ranges
from workbench.analysis.origin.results import (
    Answer,
    CriterionResult,
    OriginDetermination,
    Result,
    Span,
)
from workbench.model.goods import Good, OriginTerms
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    OriginProvisions,
    RegionalValueContent,
    Rule,
    RvcMethod,
    WhollyObtained,
    criteria,
)

_ANSWERS = {
    Result.MET: Answer.ORIGINATING,
    Result.NOT_MET: Answer.NOT_ORIGINATING,
    Result.UNDETERMINED: Answer.UNDETERMINED,
}
_METHODS = (RvcMethod.BUILD_DOWN, RvcMethod.BUILD_UP, RvcMethod.NET_COST, RvcMethod.FOCUSED)


def determine_origin(
    good: Good,
    rule: Rule,
    partners: Sequence[str],
    provisions: OriginProvisions | None = None,
    *,
    importer: str = "",
    terms: OriginTerms | None = None,
    group: tuple[HSRange, ...] = (),
    unread: str = "",
) -> OriginDetermination:
    """The origin of a good under a preference.

    Args:
        good: what is declared, with its bill of materials.
        rule: the rule that it must meet.
        partners: who takes part.
        provisions: cumulation, absorption, de minimis, and the rules of materials.
        importer: where it goes; bilateral cumulation counts its materials.
        terms: what agreements say in words and customs applies in figures.
        group: all products of the rule, for a shift from outside the group.
        unread: words of the rule's text that were not understood.
    """
    return determine(
        OriginCase(
            good,
            rule,
            tuple(partners),
            provisions or OriginProvisions(),
            importer,
            terms or OriginTerms(),
            group,
            unread,
        )
    )


def determine(case: OriginCase) -> OriginDetermination:
    """The determination of a case."""
    sheet = _sheet(case)
    outcome = _outcome(sheet)
    answer = _ANSWERS[outcome.result]
    value = sheet.value
    traced = traced_non_party(case, sheet.items)
    declared = declared_non_party(sheet.items, case.territory)
    needs = tuple(dict.fromkeys(need for row in outcome.blockers for need in row.needs))
    return OriginDetermination(
        case=case,
        answer=answer,
        criteria=outcome.rows,
        blocked_by=outcome.blockers,
        needs=needs if answer is Answer.UNDETERMINED else (),
        assumptions=_assumptions(sheet),
        rvc=_contents(sheet),
        declared=None if value is None else sheet.foreign.over(value),
        declared_non_party=None if value is None else declared.over(value),
        traced_non_party=None if value is None else traced.foreign.over(value),
        unseen_share=None if value is None else traced.unseen / value,
        ranges=answer_ranges(sheet, _outcome, _sheet) if answer is Answer.UNDETERMINED else (),
        materials=tuple(all_counted(sheet.items)),
    )


def answer_of(case: OriginCase) -> Answer:
    """The answer alone, for a search that asks many times."""
    return _ANSWERS[_outcome(_sheet(case)).result]


def _sheet(case: OriginCase) -> Sheet:
    return sheet_of(case, count_materials(case, material_answer), material_answer)


def material_answer(case: OriginCase) -> tuple[Answer, tuple[str, ...]]:
    """The origin of a material that has a rule of its own."""
    outcome = _outcome(_sheet(case))
    needs = tuple(dict.fromkeys(need for row in outcome.blockers for need in row.needs))
    return _ANSWERS[outcome.result], needs


def _outcome(sheet: Sheet) -> Outcome:
    """The rule and the conditions around it."""
    case = sheet.case
    if case.good.is_set:
        row = set_of_goods(sheet)
        outcome = Outcome(row.result, (row,), () if row.result is Result.MET else (row,))
    else:
        outcome = evaluate(case.rule, sheet)
    for row in _conditions(case):
        outcome = _with_condition(outcome, row)
    return outcome


def _with_condition(outcome: Outcome, row: CriterionResult) -> Outcome:
    rows = (*outcome.rows, row)
    if row.result is Result.MET:
        return Outcome(outcome.result, rows, outcome.blockers)
    if outcome.result is row.result:
        return Outcome(row.result, rows, (*outcome.blockers, row))
    if Result.NOT_MET in (outcome.result, row.result):
        blockers = (row,) if row.result is Result.NOT_MET else outcome.blockers
        return Outcome(Result.NOT_MET, rows, blockers)
    return Outcome(Result.UNDETERMINED, rows, (row,))


def _conditions(case: OriginCase) -> tuple[CriterionResult, ...]:
    """What has to hold besides the rule, as far as something is known of it."""
    rows: list[CriterionResult] = []
    if case.unread:
        why = f"these words of the rule were not understood: “{case.unread}”"
        need = f"the meaning of “{case.unread}” in the rule"
        condition = "the rest of the rule's text"
        rows.append(
            CriterionResult(None, (), Result.UNDETERMINED, why, (need,), condition=condition)
        )
    good = case.good
    exempt = any(isinstance(c, WhollyObtained) for c in criteria(case.rule))
    if good.processes and case.terms.minimal_operations and not exempt:
        minimal = {name.casefold() for name in case.terms.minimal_operations}
        more = [name for name in good.processes if name.strip().casefold() not in minimal]
        result = Result.MET if more else Result.NOT_MET
        done = ", ".join(more or good.processes)
        why = f"{done} {'goes' if more else 'does not go'} beyond minimal operations"
        rows.append(
            CriterionResult(None, (), result, why, condition="more than minimal operations")
        )
    if good.shipped_directly is not None:
        result = Result.MET if good.shipped_directly else Result.NOT_MET
        why = (
            "the good stayed under customs control on its way"
            if good.shipped_directly
            else "the good left customs control in a non-party on its way"
        )
        rows.append(CriterionResult(None, (), result, why, condition="direct shipment"))
    return tuple(rows)


def _contents(sheet: Sheet) -> tuple[tuple[str, Span | None], ...]:
    """Regional value content by each method; focused value where the rule lists inputs."""
    focused = [
        c.inputs
        for c in criteria(sheet.case.rule)
        if isinstance(c, RegionalValueContent) and c.method is RvcMethod.FOCUSED
    ]
    found: list[tuple[str, Span | None]] = []
    for method in _METHODS:
        inputs: tuple[HSRange, ...] = ()
        if method is RvcMethod.FOCUSED:
            if not focused:
                continue
            inputs = focused[0]
        figure, _, _ = content_by_method(RegionalValueContent(method, 0.0, inputs=inputs), sheet)
        known = method is not RvcMethod.NET_COST or sheet.net_cost is not None
        found.append((str(method), figure if known else None))
    return tuple(found)


def _assumptions(sheet: Sheet) -> tuple[str, ...]:
    case = sheet.case
    found = [f"{item.why}." for item in all_counted(sheet.items) if item.presumed]
    if case.good.processes is None and case.terms.minimal_operations:
        found.append("More than minimal operations were carried out on the good.")
    return tuple(found)
