"""A good's origin as plain data: the JSON of `check-origin`, whose keys are a contract."""

import math
from collections.abc import Iterable
from typing import Any

from workbench.analysis.origin.case import OriginCase
from workbench.analysis.origin.marking import Judgement, NonPreferential, non_preferential
from workbench.analysis.origin.remedies import Remedy, find_remedies
from workbench.analysis.origin.results import (
    Answer,
    AnswerRange,
    Counted,
    CriterionResult,
    Span,
    name_of,
)
from workbench.analysis.origin.rows import percent, shown
from workbench.analysis.origin_check import OriginDetermination, determine
from workbench.definitions.good_input import GoodInput
from workbench.definitions.treaty_text import ReadStatus, read_treaty
from workbench.model.economies import economy_name
from workbench.model.goods import Good, OriginTerms, Place
from workbench.model.nomenclature import HSRange, dotted
from workbench.model.origin import (
    Absorption,
    AllOf,
    AnyGood,
    DeMinimis,
    OriginProvisions,
    Rule,
)
from workbench.tradedata.descriptions import is_current


def check_good(given: GoodInput) -> dict[str, Any]:
    """Everything about the origin of a good: the answer, its reasons, and what would change it."""
    case = case_of(given)
    determination = determine(case)
    view = None
    if given.marking_rule or given.marking_rule_text or given.substantial_transformation:
        rule, _, unread = _rule(given.marking_rule, given.marking_rule_text)
        held = given.substantial_transformation
        view = non_preferential(
            case,
            rule if given.marking_rule or given.marking_rule_text else None,
            Judgement(held.transformed, held.notes) if held else None,
            unread=unread,
        )
    data = determination_data(determination, find_remedies(determination), view)
    codes = (given.good, *(material.code for _, material in case.good.walk()))
    data["assumptions"] += [
        f"{dotted(code)} is not in HS 2022: it counts as written."
        for code in dict.fromkeys(codes)
        if code and not is_current(code)
    ]
    return data


def case_of(given: GoodInput) -> OriginCase:
    """The question that the input of `check-origin` asks."""
    rule, group, unread = _rule(given.rule, given.rule_text)
    tolerated = given.de_minimis
    good = Good(
        code=given.good,
        exporter=given.exporter,
        value=given.value,
        basis=given.basis,
        net_cost=given.net_cost,
        costs=given.costs,
        labour_value=given.labour_value,
        weight=given.weight,
        materials=given.materials,
        processes=given.processes,
        facts=given.facts,
        date=given.date,
        is_set=given.set is not None,
        shipped_directly=given.shipped_directly,
    )
    provisions = OriginProvisions(
        cumulation=given.cumulation,
        absorption=Absorption.ROLL_UP if given.roll_up else Absorption.TRACING,
        de_minimis=DeMinimis(tolerated.share, tolerated.basis, tolerated.exceptions),
    )
    terms = OriginTerms(
        tolerances=tolerated.by_product,
        waives_value_content=tolerated.waives_value_content,
        extended=given.extended,
        counted_at_most=given.counted_at_most,
        traced=given.traced,
        set_tolerance=given.set.tolerance if given.set is not None else 0.0,
        minimal_operations=given.minimal_operations,
    )
    partners = given.partners or tuple(e for e in (given.importer, given.exporter) if e)
    return OriginCase(
        good,
        rule,
        partners,
        provisions,
        given.importer,
        terms,
        given.rule_products or group,
        unread,
    )


def _rule(rule: Rule | None, text: str) -> tuple[Rule, tuple[HSRange, ...], str]:
    """The rule, all products that its text is for, and the words that were not understood."""
    return read_words(text) if rule is None else (rule, (), "")


def read_words(words: str) -> tuple[Rule, tuple[HSRange, ...], str]:
    """A rule in treaty words: the rule, its products, and the words not understood."""
    if not words.strip():
        return AnyGood(), (), ""
    read = read_treaty(words)
    if read.rule is None:
        return AnyGood(), (), words.strip()
    unread = "" if read.status is ReadStatus.PARSED else read.left_over
    if read.goods is None:
        return read.rule, (), unread
    return AllOf((read.goods, read.rule)), read.goods.codes, unread


def determination_data(
    determination: OriginDetermination,
    remedies: Iterable[Remedy] = (),
    view: NonPreferential | None = None,
) -> dict[str, Any]:
    """A determination as plain data; figures that are not known are None, with their range."""
    good = determination.case.good
    remedy_rows = [_remedy_data(remedy, good) for remedy in remedies]
    data: dict[str, Any] = {
        "determination": str(determination.answer),
        "good": dotted(good.code),
        "exporter": good.exporter or None,
        "rvc": {method: _exact(span) for method, span in determination.rvc.items()},
        "rvc_range": {method: _bounds(span) for method, span in determination.rvc.items()},
        "non_originating_declared": _exact(determination.declared),
        "non_originating_declared_range": _bounds(determination.declared),
        "non_party_declared": _exact(determination.declared_non_party),
        "non_party_declared_range": _bounds(determination.declared_non_party),
        "non_party_traced": _exact(determination.traced_non_party),
        "non_party_traced_range": _bounds(determination.traced_non_party),
        "unseen_share": determination.unseen_share,
        "criteria": [_row_data(row, good) for row in determination.criteria],
        "blocked_by": [_row_data(row, good) for row in determination.blocked_by],
        "would_qualify_if": remedy_rows,
        "needs": list(determination.needs),
        "ranges": [_range_data(found) for found in determination.ranges],
        "assumptions": list(determination.assumptions),
        "materials": [_material_data(item) for item in determination.materials],
        "non_preferential": None if view is None else _view_data(view),
        "gaps": _gaps(determination),
    }
    return {**data, "text": verdict_text(determination, remedy_rows)}


def verdict_text(determination: OriginDetermination, remedies: list[dict[str, Any]]) -> str:
    """The verdict as a paragraph."""
    good = determination.case.good
    what = f"{dotted(good.code)} made in {economy_name(good.exporter)}"
    if not good.exporter:
        what = dotted(good.code)
    match determination.answer:
        case Answer.ORIGINATING:
            sentences = [f"{what} originates."]
        case Answer.NOT_ORIGINATING:
            sentences = [f"{what} does not originate."]
        case Answer.UNDETERMINED:
            sentences = [f"Whether {what} originates cannot be told yet."]
    rows = determination.blocked_by or determination.criteria
    sentences += [_sentence(row.why) for row in rows]
    if determination.needs:
        sentences.append(f"Missing: {'; '.join(determination.needs)}.")
    declared, traced = determination.declared_non_party, determination.traced_non_party
    if declared is not None and traced is not None:
        sentences.append(
            f"Non-party content is {shown(declared)} of the value as the rule sees it, "
            f"{shown(traced)} all tiers through."
        )
    if remedies:
        sentences.append(f"It would originate if {remedies[0]['text']}.")
    return " ".join(sentences)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _row_data(row: CriterionResult, good: Good) -> dict[str, Any]:
    return {
        "criterion": row.text,
        "result": str(row.result),
        "why": row.why,
        "needs": list(row.needs),
        "figure": _exact(row.figure),
        "figure_range": _bounds(row.figure),
        "limit": row.limit,
        "materials": _names(good, row.materials),
        "place": list(row.place),
    }


def _remedy_data(remedy: Remedy, good: Good) -> dict[str, Any]:
    return {
        "kind": str(remedy.kind),
        "text": remedy.text,
        "amount": remedy.amount,
        "before": remedy.before,
        "after": remedy.after,
        "materials": _names(good, remedy.places),
    }


def _range_data(found: AnswerRange) -> dict[str, Any]:
    return {
        "fact": found.fact,
        "unit": found.unit,
        "originating": _bounds(found.originating),
        "not_originating": _bounds(found.not_originating),
    }


def _material_data(item: Counted) -> dict[str, Any]:
    material = item.material
    return {
        "name": item.name,
        "place": list(item.place),
        "code": dotted(material.code) if material.code else None,
        "origin": material.origin,
        "value": material.counted_value,
        "status": str(item.status),
        "why": item.why,
        "non_originating": _exact(Span(item.low, item.high)),
        "non_originating_range": _bounds(Span(item.low, item.high)),
    }


def _view_data(view: NonPreferential) -> dict[str, Any]:
    marking = view.marking
    return {
        "marking": None
        if marking is None
        else {
            "determination": str(marking.answer),
            "country": view.country,
            "criteria": [_row_data(row, marking.case.good) for row in marking.criteria],
            "needs": list(marking.needs),
        },
        "substantial_transformation": {
            "transformed": view.judgement.transformed,
            "notes": view.judgement.notes,
        },
    }


def _gaps(determination: OriginDetermination) -> list[dict[str, str]]:
    """What is missing, where a figure of the answer is not known."""
    figures = {
        **{f"rvc.{method}": span for method, span in determination.rvc.items()},
        "non_originating_declared": determination.declared,
        "non_party_declared": determination.declared_non_party,
        "non_party_traced": determination.traced_non_party,
    }
    missing = [
        *(() if determination.case.good.value else ("the value of the good",)),
        *(need for item in determination.materials if not item.parts for need in item.needs),
    ]
    gaps = []
    for where, figure in figures.items():
        if figure is None and where == "rvc.net-cost" and determination.case.good.value:
            gaps.append({"what": "the net cost of the good", "where": where})
        elif figure is None or figure.exact is None:
            what = "; ".join(dict.fromkeys(missing)) or "the value of the good"
            gaps.append({"what": what, "where": where})
    return gaps


def _names(good: Good, places: Iterable[Place]) -> list[str]:
    return [name_of(good.material_at(place), place) for place in places]


def _exact(span: Span | None) -> float | None:
    return None if span is None else span.exact


def _bounds(span: Span | None) -> list[float] | None:
    """Lowest and highest; None where either has no bound."""
    if span is None or not (math.isfinite(span.low) and math.isfinite(span.high)):
        return None
    return [span.low, span.high]


def table_rows(determination: OriginDetermination) -> list[tuple[str, str, str, str]]:
    """The criteria as a table on screen: criterion, result, why, what is missing."""
    return [
        (row.text, str(row.result).replace("_", " "), row.why, "; ".join(row.needs))
        for row in determination.criteria
    ]


def range_text(found: AnswerRange) -> str:
    """A range in a sentence."""

    def said(span: Span) -> str:
        if found.unit == "share":
            return f"from {percent(span.low)} to {percent(span.high)}"
        return f"from {span.low:,.6g} to {span.high:,.6g}"

    parts = []
    if found.originating is not None:
        parts.append(f"originating {said(found.originating)}")
    if found.not_originating is not None:
        parts.append(f"not originating {said(found.not_originating)}")
    return f"{found.fact}: {', '.join(parts)}"
