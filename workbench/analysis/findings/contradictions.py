"""Remarks on text that says two things at once: rules that cannot be met, or never bite."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import permutations

from workbench.analysis.findings import codes
from workbench.analysis.results import Finding, Fix, Level
from workbench.model.agreement import Agreement, Edit
from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    InputsOriginate,
    MaxNonOriginating,
    OnlyGoods,
    Period,
    RegionalValueContent,
    Rule,
    TariffShift,
)
from workbench.model.rule_edits import Place, without_part


def in_rules(agreement: Agreement) -> Iterator[Finding]:
    """Rules of origin whose parts contradict each other, or make each other pointless."""
    yield from _of_rule(agreement.origin.default_rule, "origin.default_rule", _default_without)
    for n, specific in enumerate(agreement.origin.product_rules):
        where = f"origin.product_rules[{n}]"
        yield from _of_rule(specific.rule, where, partial(_specific_without, n))
        for place, part in _placed(specific.rule, ()):
            if not isinstance(part, OnlyGoods) or not part.codes:
                continue
            if not codes.meet(part.codes, specific.products):
                yield Finding(
                    "rule-of-other-goods",
                    Level.ERROR,
                    where,
                    f"The rule is for {codes.told(specific.products)} but limits itself to "
                    f"{codes.told(part.codes)}: it fits no good. Correct the codes.",
                    fix=Fix("Take the limit out", _specific_without(n, place)),
                )


def _placed(rule: Rule, place: Place) -> Iterator[tuple[Place, Rule]]:
    """Every criterion of a rule with its place."""
    if not isinstance(rule, AllOf | AnyOf):
        yield place, rule
        return
    for number, part in enumerate(rule.rules):
        yield from _placed(part, (*place, number))


def _default_without(place: Place) -> Edit:
    return lambda a: a.with_default_rule(without_part(a.origin.default_rule, place))


def _specific_without(number: int, place: Place) -> Edit:
    def edit(agreement: Agreement) -> Agreement:
        rule = agreement.origin.product_rules[number]
        left = replace(rule, rule=without_part(rule.rule, place))
        return agreement.with_product_rule(number, left)

    return edit


def _of_rule(rule: Rule, where: str, without: Callable[[Place], Edit]) -> Iterator[Finding]:
    for text, level, place in (*_clashes(rule, ()), *_pointless(rule, ())):
        fix = None if place is None else Fix("Take the part out that has no effect", without(place))
        kind = "rule-cannot-be-met" if level is Level.ERROR else "rule-part-without-effect"
        yield Finding(kind, level, where, text, fix=fix)


def _clashes(rule: Rule, place: Place) -> Iterator[tuple[str, Level, Place | None]]:
    """Parts that cannot all hold."""
    if isinstance(rule, TariffShift):
        both = [m for m in rule.also if m.by_code and codes.meet(m.codes, rule.exceptions)]
        if both:
            yield (
                f"The tariff shift excepts {codes.told(rule.exceptions)} and lets "
                f"{codes.told(both[0].codes)} be used wherever classified: decide which.",
                Level.ERROR,
                None,
            )
    if isinstance(rule, AllOf):
        for first, second in permutations(rule.rules, 2):
            text = _clash(first, second)
            if text:
                yield text, Level.ERROR, None
    if isinstance(rule, AllOf | AnyOf):
        for number, part in enumerate(rule.rules):
            yield from _clashes(part, (*place, number))


def _clash(first: Rule, second: Rule) -> str:
    """Why two parts cannot both hold; "" where they can or the other order tells it."""
    match first, second:
        case Period(), Period() if first.last and second.first and first.last < second.first:
            return "The rule names two periods that do not overlap, so it is never in force."
        case OnlyGoods(), OnlyGoods() if first.codes < second.codes and first.codes:
            if not codes.meet(first.codes, second.codes):
                one, other = codes.told(first.codes), codes.told(second.codes)
                return f"The rule is for {one} and for {other} at once: it fits no good."
        case InputsOriginate(tolerance=0, at_least=1), TariffShift():
            allowed = [m for m in second.also if m.by_code and codes.meet(m.codes, first.inputs)]
            if allowed:
                return (
                    f"{codes.told(first.inputs)} must originate, and the tariff shift lets "
                    f"{codes.told(allowed[0].codes)} come from anywhere: decide which."
                )
    return ""


def _pointless(rule: Rule, place: Place) -> Iterator[tuple[str, Level, Place | None]]:
    """Parts that another part of their group makes pointless, each with its place."""
    if not isinstance(rule, AllOf | AnyOf):
        return
    every = isinstance(rule, AllOf)
    for number, part in enumerate(rule.rules):
        others = [other for n, other in enumerate(rule.rules) if n != number]
        at = (*place, number)
        if isinstance(part, AnyGood) and others:
            if every:
                yield "Any good meets one part of the rule: it has no effect.", Level.WARNING, at
            else:
                yield (
                    "Any good meets one of the alternatives, so the others have no effect.",
                    Level.WARNING,
                    None,
                )
        stricter = [other for other in others if (_strictness(other, part) or 0) > 0]
        looser = [other for other in others if (_strictness(other, part) or 0) < 0]
        if every and stricter:
            yield (
                f"{_threshold(part)} has no effect beside {_threshold(stricter[0])}.",
                Level.WARNING,
                at,
            )
        elif not every and looser:
            yield (
                f"{_threshold(part)} has no effect: {_threshold(looser[0])} is enough.",
                Level.WARNING,
                at,
            )
        yield from _pointless(part, at)


def _strictness(one: Rule, other: Rule) -> float | None:
    """How much stricter one threshold is than another of the same kind; None for other kinds."""
    if isinstance(one, RegionalValueContent) and isinstance(other, RegionalValueContent):
        same = replace(one, at_least=other.at_least) == other
        return one.at_least - other.at_least if same else None
    if isinstance(one, MaxNonOriginating) and isinstance(other, MaxNonOriginating):
        same = replace(one, at_most=other.at_most) == other
        return other.at_most - one.at_most if same else None
    return None


def _threshold(rule: Rule) -> str:
    if isinstance(rule, RegionalValueContent):
        return f"A regional value content of {rule.at_least:.4g} ({rule.method.value})"
    if isinstance(rule, MaxNonOriginating):
        return f"A limit of {rule.at_most:.4g} on non-originating materials"
    return "A part"


def clocks(agreement: Agreement) -> Iterator[Finding]:
    """Clocks that cannot work together."""
    institutions, sunset = agreement.institutions, agreement.institutions.sunset_years
    lock, review = institutions.withdrawal_lock_years, institutions.review_every_years
    if sunset is not None and lock is not None and lock > sunset:
        yield Finding(
            "lock-beyond-sunset",
            Level.WARNING,
            "institutions",
            f"No partner may withdraw for {lock} years, but the agreement ends after {sunset}. "
            "Shorten the lock, or lengthen the term.",
            (("withdrawal_lock_years", float(lock)), ("sunset_years", float(sunset))),
            about="institutions withdrawal lock",
            fix=Fix(
                f"Shorten the lock to {_years(sunset)}",
                _with_institutions(withdrawal_lock_years=sunset),
            ),
        )
    if sunset is not None and review is not None and review >= sunset:
        sooner = sunset // 2
        yield Finding(
            "review-after-sunset",
            Level.WARNING,
            "institutions",
            f"The first review comes after {review} years, but the agreement ends after {sunset}: "
            "it would never be reviewed.",
            (("review_every_years", float(review)), ("sunset_years", float(sunset))),
            about="institutions review",
            fix=(
                Fix(f"Review after {_years(sooner)}", _with_institutions(review_every_years=sooner))
                if sooner
                else None
            ),
        )


def lost_preferences(agreement: Agreement) -> Iterator[Finding]:
    """Commitments that threaten to take a preference that nobody has."""
    if agreement.treatment.market_access:
        return
    for n, commitment in enumerate(agreement.commitments):
        if commitment.preference_depends:
            yield Finding(
                "no-preference-to-lose",
                Level.WARNING,
                f"commitments[{n}]",
                f"The preference depends on '{commitment.called}', but the agreement grants no "
                "market access: there is no preference to lose.",
                fix=Fix("Tie no preference to it", _untied(n)),
            )


def _years(count: int) -> str:
    return "1 year" if count == 1 else f"{count} years"


def _with_institutions(**changes: int) -> Edit:
    def edit(agreement: Agreement) -> Agreement:
        institutions = replace(agreement.institutions, **changes)  # type: ignore[arg-type]
        return replace(agreement, institutions=institutions)

    return edit


def _untied(place: int) -> Edit:
    def edit(agreement: Agreement) -> Agreement:
        commitment = replace(agreement.commitments[place], preference_depends=False)
        return agreement.with_commitment(place, commitment)

    return edit
