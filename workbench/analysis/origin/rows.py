"""Rows of an answer: a criterion, how it came out, and the sentence that says why."""

from collections.abc import Iterable, Sequence

from workbench.analysis.origin.case import TOLERANCE
from workbench.analysis.origin.results import Counted, CriterionResult, Result, Span
from workbench.model.goods import Place
from workbench.model.nomenclature import dotted
from workbench.model.origin import Rule


def decided(
    rule: Rule | None,
    place: Place,
    best: bool,
    worst: bool,
    why: str,
    found: Iterable[Counted] = (),
    figure: Span | None = None,
    limit: float | None = None,
    missing: tuple[str, ...] = (),
    condition: str = "",
) -> CriterionResult:
    """A row from the answers with everything unknown at its best and at its worst.

    Args:
        rule: the criterion, or None for a condition around the rule.
        place: where it stands in the rule.
        best: whether it is met with everything unknown at its best.
        worst: likewise at its worst.
        why: the sentence.
        found: the materials in the way; what they need is missing where the answer is open.
        figure: what is compared.
        limit: what it is compared with.
        missing: what else is missing.
        condition: the name of a condition around the rule.
    """
    if worst:
        return CriterionResult(
            rule, place, Result.MET, why, (), figure, limit, (), condition=condition
        )
    items = list(found)
    result = Result.UNDETERMINED if best else Result.NOT_MET
    needs: tuple[str, ...] = ()
    if best:
        needs = unique((*(need for item in items for need in item.needs), *missing))
    ordered = sorted(items, key=lambda item: -item.high)
    places = tuple(dict.fromkeys(item.place for item in ordered))
    return CriterionResult(
        rule, place, result, why, needs, figure, limit, places, condition=condition
    )


def stated(
    rule: Rule | None,
    place: Place,
    holds: bool | None,
    why: Sequence[str],
    need: str,
    condition: str = "",
) -> CriterionResult:
    """A row of something that is stated to hold, stated not to, or not stated.

    `why` has the sentences for these three, in this order.
    """
    if holds is None:
        return CriterionResult(
            rule, place, Result.UNDETERMINED, why[2], (need,), condition=condition
        )
    result = Result.MET if holds else Result.NOT_MET
    return CriterionResult(rule, place, result, why[0 if holds else 1], condition=condition)


def at_least(figure: Span, limit: float) -> tuple[bool, bool]:
    """Whether a figure reaches a limit, at its best and at its worst."""
    return figure.high >= limit - TOLERANCE, figure.low >= limit - TOLERANCE


def at_most(figure: Span, limit: float) -> tuple[bool, bool]:
    """Whether a figure stays within a limit, at its best and at its worst."""
    return figure.low <= limit + TOLERANCE, figure.high <= limit + TOLERANCE


def percent(share: float) -> str:
    """A share in sentences, such as "45 %"."""
    return f"{share * 100:.4g} %"


def shown(figure: Span) -> str:
    """A figure in sentences, as a range where it is not known."""
    if figure.exact is not None:
        return percent(figure.low)
    return f"between {percent(figure.low)} and {percent(figure.high)}"


def named(item: Counted) -> str:
    """A material with its code, such as "motor (8501.20)"."""
    code = item.material.code
    return f"{item.name} ({dotted(code)})" if code and item.material.name else item.name


def names(items: Iterable[Counted], verbs: tuple[str, str] = ("", "")) -> str:
    """Materials in a sentence, and the verb that fits one or several of them."""
    found = list(dict.fromkeys(named(item) for item in items))
    verb = verbs[0] if len(found) == 1 else verbs[1]
    if len(found) > 4:
        text = f"{', '.join(found[:3])} and {len(found) - 3} more"
    elif len(found) > 1:
        text = f"{', '.join(found[:-1])} and {found[-1]}"
    else:
        text = found[0]
    return f"{text} {verb}" if verb else text


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """Texts without repetition, in order."""
    return tuple(dict.fromkeys(texts))
