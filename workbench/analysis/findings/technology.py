"""Remarks on texts that name a technology, which may go out of date before they do."""

import re
from collections.abc import Iterator
from dataclasses import replace

from workbench.analysis.findings.places import stable_place
from workbench.analysis.results import Finding, Fix, Level
from workbench.model.agreement import Agreement
from workbench.model.commitments import Clock, CommitmentTopic
from workbench.model.origin import (
    Condition,
    InputsOriginate,
    MaxNonOriginating,
    OnlyGoods,
    RegionalValueContent,
    Rule,
    SpecificProcess,
    TariffShift,
    criteria,
)
from workbench.model.technologies import SOURCE, technologies_in

USUAL_REVIEW_YEARS = 3
_DAYS = 365
_CLAUSE = "Review of the technologies that the text names"
_ABOUT_TECHNOLOGY = re.compile("technolog", re.IGNORECASE)


def named(agreement: Agreement, *_: object) -> Iterator[Finding]:
    """Technologies that the text names, unless a clause looks at technologies again."""
    if _clause(agreement):
        return
    never = agreement.institutions.review_every_years is None
    clause = "There is no review clause." if never else "The review clause names no technologies."
    for where, text in _texts(agreement):
        for technology, words in technologies_in(text):
            yield Finding(
                "technology-may-age",
                Level.WARNING if never else Level.NOTE,
                where,
                f"'{words}' names a technology, {technology.name}, which may go out of date beside "
                f"{technology.beside} ({SOURCE}). {clause}",
                about=f"{stable_place(agreement, where)} {technology.name}",
                fix=_fix(agreement),
            )


def processes(agreement: Agreement, *_: object) -> Iterator[Finding]:
    """Processes that rules of origin name, where the text is never reviewed."""
    if agreement.institutions.review_every_years is not None or _clause(agreement):
        return
    for where, rule in _rules(agreement):
        names = [
            part.name
            for part in criteria(rule)
            if isinstance(part, SpecificProcess) and not technologies_in(part.name)
        ]
        if names:
            yield Finding(
                "process-never-reviewed",
                Level.NOTE,
                where,
                f"The rule asks for {_series(names)}, and no review clause asks whether goods are "
                "still made so.",
                (("processes", float(len(names))),),
                fix=_fix(agreement),
            )


def _clause(agreement: Agreement) -> bool:
    """Whether a body, a clock, a trigger or a commitment on review is about technologies."""
    institutions = agreement.institutions
    told = (
        *(f"{body.name} {body.does}" for body in institutions.bodies),
        *(clock.what for clock in institutions.clocks),
        *(trigger.reopens for trigger in institutions.triggers),
        *(c.text for c in agreement.commitments if c.topic is CommitmentTopic.REVIEW),
    )
    return any(_ABOUT_TECHNOLOGY.search(text) for text in told)


def _due(agreement: Agreement) -> int:
    """Years until technologies are looked at: with the review, and before the end."""
    institutions = agreement.institutions
    years = institutions.review_every_years or USUAL_REVIEW_YEARS
    sunset = institutions.sunset_years
    return years if sunset is None else max(1, min(years, sunset - 1))


def _with_clause(agreement: Agreement) -> Agreement:
    clock = Clock(_CLAUSE, _due(agreement) * _DAYS)
    institutions = agreement.institutions
    institutions = replace(institutions, clocks=(*institutions.clocks, clock))
    return replace(agreement, institutions=institutions)


def _fix(agreement: Agreement) -> Fix:
    due = _due(agreement)
    years = "1 year" if due == 1 else f"{due} years"
    return Fix(f"Review technologies after {years}", _with_clause)


def _series(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


# Where technologies are named ----------------------------------------------------------------


def _texts(agreement: Agreement) -> Iterator[tuple[str, str]]:
    """Every place with words of its own that bind, and these words."""
    for n, entry in enumerate(agreement.coverage.entries):
        yield f"coverage[{n}]", f"{entry.end_use}\n{entry.product_list.replace('-', ' ')}"
    for n, incentive in enumerate(agreement.incentives):
        yield f"incentives[{n}]", f"{incentive.name}\n{incentive.conditions}"
    for n, ratchet in enumerate(agreement.treatment.ratchets):
        steps = "\n".join(step.criterion for step in ratchet.steps)
        yield f"treatment.ratchets[{n}]", steps
    for where, rule in _rules(agreement):
        yield where, "\n".join(_words(rule))
    origin = agreement.origin
    provisions = (origin.sets, origin.fungible_goods, origin.packaging, origin.certification)
    yield "origin", "\n".join((*provisions, origin.direct_shipment))
    for n, commitment in enumerate(agreement.commitments):
        brackets = (bracket.text for bracket in commitment.brackets)
        yield f"commitments[{n}]", "\n".join((commitment.title, commitment.text, *brackets))


def _rules(agreement: Agreement) -> Iterator[tuple[str, Rule]]:
    yield "origin.default_rule", agreement.origin.default_rule
    for n, specific in enumerate(agreement.origin.product_rules):
        yield f"origin.product_rules[{n}]", specific.rule


def _words(rule: Rule) -> Iterator[str]:
    """What the criteria of a rule say in words."""
    for part in criteria(rule):
        match part:
            case SpecificProcess():
                yield part.name
            case Condition():
                yield part.text
            case RegionalValueContent() | MaxNonOriginating() | InputsOriginate() | OnlyGoods():
                yield part.words
            case TariffShift():
                for materials in (*part.also, *part.except_some):
                    yield from (materials.words, materials.goods_words, materials.when)
