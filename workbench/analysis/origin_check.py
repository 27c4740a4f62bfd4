"""Does this good originate? One bill of materials against one rule, as customs would answer.

The answer is originating, not originating, or undetermined with the missing facts named. It is
worked out with everything unknown at its best and at its worst for the good, so a determined
answer holds whatever the missing facts turn out to be.

The non-preferential origin of a good is a question of its own (`workbench.analysis.origin.
marking`) and never becomes part of this answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from workbench.analysis.origin.case import OriginCase
from workbench.analysis.origin.content import Content, declared_non_party, traced_non_party
from workbench.analysis.origin.criteria import (
    Outcome,
    content_by_method,
    evaluate,
    joined,
    of_row,
    set_of_goods,
)
from workbench.analysis.origin.materials import all_counted, count_materials
from workbench.analysis.origin.ranges import answer_ranges
from workbench.analysis.origin.results import (
    Answer,
    AnswerRange,
    Counted,
    CriterionResult,
    Reason,
    Result,
    Span,
)
from workbench.analysis.origin.rows import decided, stated, unique
from workbench.analysis.origin.sheet import Sheet, sheet_of
from workbench.model.goods import Good, OriginTerms
from workbench.model.nomenclature import HSRange, dotted
from workbench.model.origin import (
    OnlyGoods,
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
_METHODS = (RvcMethod.BUILD_DOWN, RvcMethod.BUILD_UP, RvcMethod.NET_COST)


@dataclass(frozen=True)
class OriginDetermination:
    """The preferential answer for one good, and all behind it.

    Shares are of the good's value, and None where that is not known.

    Attributes:
        case: what was asked.
        answer: whether the good originates.
        criteria: every criterion and condition, in reading order.
        blocked_by: those that stand in the way of the preference.
        needs: facts that are missing, each once.
    """

    case: OriginCase
    answer: Answer
    criteria: tuple[CriterionResult, ...]
    blocked_by: tuple[CriterionResult, ...]
    needs: tuple[str, ...]
    _sheet: Sheet = field(repr=False, compare=False)

    @cached_property
    def materials(self) -> tuple[Counted, ...]:
        """Every material as the rule saw it, a parent before its parts."""
        return tuple(all_counted(self._sheet.items))

    @cached_property
    def rvc(self) -> dict[str, Span | None]:
        """Regional value content by method: the usual ones, and what else the rule asks for."""
        asked = [RegionalValueContent(method, 0.0) for method in _METHODS]
        asked += [c for c in criteria(self.case.rule) if isinstance(c, RegionalValueContent)]
        found: dict[str, Span | None] = {}
        for rule in asked:
            known = rule.method is not RvcMethod.NET_COST or self._sheet.net_cost is not None
            figure = content_by_method(rule, self._sheet)[0] if known else None
            found.setdefault(str(rule.method), figure)
        return found

    @cached_property
    def declared(self) -> Span | None:
        """Non-originating share as the rule sees it."""
        return self._share(self._sheet.foreign)

    @cached_property
    def declared_non_party(self) -> Span | None:
        """The part of the declared share that non-parties made."""
        return self._share(declared_non_party(self._sheet.items, self.case.territory))

    @cached_property
    def traced_non_party(self) -> Span | None:
        """Non-party share all tiers through, as far as the bill shows."""
        return self._share(self._traced.foreign)

    @cached_property
    def unseen_share(self) -> float | None:
        """Share of value made by partners whose own materials the bill does not show."""
        value = self._sheet.value
        return None if value is None else self._traced.unseen / value

    @cached_property
    def ranges(self) -> tuple[AnswerRange, ...]:
        """Within which range of unknown shares and values each answer holds."""
        if self.answer is not Answer.UNDETERMINED:
            return ()
        return answer_ranges(self._sheet, lambda sheet: _outcome(sheet).result, _sheet)

    @cached_property
    def assumptions(self) -> tuple[str, ...]:
        """What was taken for granted."""
        found = [f"{i.why}." for i in self.materials if i.reason is Reason.PRESUMED]
        if self.case.good.processes is None and self.case.terms.minimal_operations:
            found.append("More than minimal operations were carried out on the good.")
        return tuple(found)

    @cached_property
    def _traced(self) -> Content:
        return traced_non_party(self.case, self._sheet.items)

    def _share(self, amount: Span) -> Span | None:
        value = self._sheet.value
        return None if value is None else amount.over(value)


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
    return OriginDetermination(
        case,
        _ANSWERS[outcome.result],
        outcome.rows,
        outcome.blockers,
        _needs(outcome),
        sheet,
    )


def answer_of(case: OriginCase) -> Answer:
    """The answer alone."""
    return _ANSWERS[_outcome(_sheet(case)).result]


def material_answer(case: OriginCase) -> tuple[Answer, tuple[str, ...]]:
    """The origin of a material that has a rule of its own, and what is missing for it."""
    outcome = _outcome(_sheet(case))
    return _ANSWERS[outcome.result], _needs(outcome)


def _sheet(case: OriginCase) -> Sheet:
    return sheet_of(case, count_materials(case, material_answer), material_answer)


def _needs(outcome: Outcome) -> tuple[str, ...]:
    if outcome.result is not Result.UNDETERMINED:
        return ()
    return unique(need for row in outcome.blockers for need in row.needs)


def _outcome(sheet: Sheet) -> Outcome:
    """The rule and the conditions around it."""
    case = sheet.case
    rule = of_row(set_of_goods(sheet)) if case.good.is_set else evaluate(case.rule, sheet)
    if case.unread:
        row = _unread(case.unread)
        rule = Outcome(row.result, (*rule.rows, row), (row,))
    elif rule.blockers and all(isinstance(row.rule, OnlyGoods) for row in rule.blockers):
        rule = _of_other_goods(case, rule)
    conditions = [of_row(row) for row in _conditions(case)]
    return joined([rule, *conditions], Result.NOT_MET) if conditions else rule


def _conditions(case: OriginCase) -> list[CriterionResult]:
    """What has to hold besides the rule, as far as something is known of it."""
    good, rows = case.good, []
    exempt = any(isinstance(c, WhollyObtained) for c in criteria(case.rule))
    if good.processes and case.terms.minimal_operations and not exempt:
        minimal = {name.casefold() for name in case.terms.minimal_operations}
        more = [name for name in good.processes if name.strip().casefold() not in minimal]
        done = ", ".join(more or good.processes)
        why = f"{done}: {'more than' if more else 'no more than'} minimal operations"
        condition = "more than minimal operations"
        rows.append(decided(None, (), bool(more), bool(more), why, condition=condition))
    if good.shipped_directly is not None:
        answers = (
            "the good stayed under customs control on its way",
            "the good left customs control in a non-party on its way",
            "",
        )
        rows.append(
            stated(None, (), good.shipped_directly, answers, "", condition="direct shipment")
        )
    return rows


def _of_other_goods(case: OriginCase, rule: Outcome) -> Outcome:
    """A rule that is for other goods says nothing of this one."""
    code = dotted(case.good.code)
    need = f"the rule of origin of {code}"
    rows = tuple(
        replace(row, result=Result.UNDETERMINED, needs=row.needs or (need,))
        for row in rule.blockers
    )
    changed = dict(zip(rule.blockers, rows, strict=True))
    return Outcome(Result.UNDETERMINED, tuple(changed.get(row, row) for row in rule.rows), rows)


def _unread(words: str) -> CriterionResult:
    """Words of the rule that were not understood: a requirement more, or an alternative."""
    why = f"these words of the rule were not understood: “{words}”"
    need = f"the meaning of “{words}” in the rule"
    condition = "the rest of the rule's text"
    return decided(None, (), True, False, why, missing=(need,), condition=condition)
