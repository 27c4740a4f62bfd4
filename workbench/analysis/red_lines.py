"""Whether an agreement keeps to the red lines that its drafters drew for themselves.

What is found here stays in the window: it is no part of an evaluation, so no document, table or
command carries it.
"""

from dataclasses import dataclass

from workbench.analysis.explain import FIGURES, Unit
from workbench.analysis.results import Evaluation
from workbench.definitions.change_words import percent
from workbench.model.economies import economy_name
from workbench.model.nomenclature import HSRange, dotted
from workbench.model.origin import (
    AllOf,
    AnyOf,
    MaxNonOriginating,
    RegionalValueContent,
    RemainderCap,
    Rule,
    WhollyObtained,
)
from workbench.model.red_lines import Bound, LineOn, RedLine

_SAME = 1e-9
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class LineState:
    """A red line and how the text stands to it.

    `crossed` is None where that cannot be said yet, for want of a figure; `found` is what was
    compared, in words; `where` the place to look.
    """

    line: RedLine
    crossed: bool | None
    found: str
    where: str


def line_states(evaluation: Evaluation, lines: tuple[RedLine, ...]) -> tuple[LineState, ...]:
    """How an evaluation stands to each red line, in the order given."""
    return tuple(_state(evaluation, line) for line in lines)


def line_in_words(line: RedLine) -> str:
    """A red line in words: "the duty on 8505.11 at least 2.5 %"."""
    goods = _goods(line.products)
    bound = "at least" if line.bound is Bound.AT_LEAST else "at most"
    match line.on:
        case LineOn.RATE:
            return f"its duty on {goods} {bound} {percent(line.value)}"
        case LineOn.THRESHOLD:
            return f"originating content asked of {goods} {bound} {percent(line.value)}"
        case LineOn.PRODUCT:
            return f"{goods} {'covered' if line.bound is Bound.AT_LEAST else 'not covered'}"
    title = FIGURES[line.figure][0] if line.figure in FIGURES else line.figure
    return f"{title.lower()} {bound} {_amount(line.figure, line.value)}"


def required_content(rule: Rule) -> float:
    """The least originating content that a rule asks for, 0 to 1; 0 where it asks for none."""
    match rule:
        case AllOf(rules):
            return max((required_content(part) for part in rules), default=0.0)
        case AnyOf(rules):
            return min((required_content(part) for part in rules), default=0.0)
        case RegionalValueContent() | RemainderCap():
            return rule.at_least
        case MaxNonOriginating():
            return max(0.0, 1 - rule.at_most * rule.basis_share)
        case WhollyObtained():
            return 1.0
    return 0.0


def _state(evaluation: Evaluation, line: RedLine) -> LineState:
    match line.on:
        case LineOn.RATE:
            return _rate(evaluation, line)
        case LineOn.THRESHOLD:
            return _threshold(evaluation, line)
        case LineOn.PRODUCT:
            return _product(evaluation, line)
    value = evaluation.totals.get(line.figure)
    if value is None:
        return LineState(line, None, "the figure is not known", "parameters")
    found = f"it is {_amount(line.figure, value)}"
    return LineState(line, _beyond(line, value), found, "parameters")


def _rate(evaluation: Evaluation, line: RedLine) -> LineState:
    lanes = evaluation.lanes
    rows = lanes[(lanes["importer"] == line.partner) & lanes["pref_duty"].notna()]
    duties = [
        (float(duty), str(code), str(exporter))
        for duty, code, exporter in zip(
            rows["pref_duty"], rows["product"], rows["exporter"], strict=True
        )
        if _in(line.products, str(code))
    ]
    if not duties:
        return LineState(line, None, "no duty of these products is known", "treatment")
    duty, code, exporter = min(duties) if line.bound is Bound.AT_LEAST else max(duties)
    found = f"{dotted(code)} from {economy_name(exporter)} is at {percent(round(duty, 6))}"
    return LineState(line, _beyond(line, duty), found, "treatment")


def _threshold(evaluation: Evaluation, line: RedLine) -> LineState:
    agreement = evaluation.agreement
    asked = {
        code: required_content(agreement.rule_of(code))
        for code in evaluation.baseline.market.products
        if _in(line.products, code)
    }
    if not asked:
        return LineState(line, None, "none of these products is covered", "origin")
    choose = min if line.bound is Bound.AT_LEAST else max
    code = choose(asked, key=lambda name: asked[name])
    specific = agreement.product_rule(code)
    where = "origin.default_rule"
    if specific is not None:
        where = f"origin.product_rules[{agreement.origin.product_rules.index(specific)}]"
    found = f"{percent(asked[code])} is asked of {dotted(code)}"
    return LineState(line, _beyond(line, asked[code]), found, where)


def _product(evaluation: Evaluation, line: RedLine) -> LineState:
    covered = evaluation.baseline.market.products
    if line.bound is Bound.AT_LEAST:
        missing = [
            str(item)
            for item in line.products
            if not any(item.overlaps(HSRange(code, code)) for code in covered)
        ]
        found = f"{', '.join(missing)} not" if missing else "they are"
        return LineState(line, bool(missing), found, "coverage")
    inside = [dotted(code) for code in covered if line.products and _in(line.products, code)]
    more = f" and {len(inside) - _SHOWN} more" if len(inside) > _SHOWN else ""
    found = f"{', '.join(inside[:_SHOWN])}{more} covered" if inside else "they are not"
    return LineState(line, bool(inside), found, "coverage")


def _beyond(line: RedLine, value: float) -> bool:
    if line.bound is Bound.AT_LEAST:
        return value < line.value - _SAME
    return value > line.value + _SAME


def _in(products: tuple[HSRange, ...], code: str) -> bool:
    return not products or any(item.overlaps(HSRange(code, code)) for item in products)


def _goods(products: tuple[HSRange, ...]) -> str:
    shown = ", ".join(str(item) for item in products[:_SHOWN])
    more = f" and {len(products) - _SHOWN} more" if len(products) > _SHOWN else ""
    return f"{shown}{more}" if products else "all products"


def _amount(figure: str, value: float) -> str:
    if figure in FIGURES and FIGURES[figure][1] is Unit.USD:
        return f"USD {value:,.0f}"
    return percent(round(value, 4))
