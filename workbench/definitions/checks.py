"""What must hold between the parts of an agreement, beyond each value being right in itself.

An agreement that breaks one of these can still be opened and mended on screen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workbench.model.agreement import Agreement
from workbench.model.commitments import StagingFormula
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyOf,
    Condition,
    LabourValueContent,
    RegionalValueContent,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    criteria,
)

Place = tuple[str | int, ...]
"""Keys and positions that lead to a part of the file."""

_TOLERANCE = 1e-9
_MOST_OVERLAPS = 50
_WITH_VALUE = {
    StagingFormula.CUT,
    StagingFormula.CAP,
    StagingFormula.MARGIN,
    StagingFormula.SWISS,
}


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that does not fit; `{other}` in the text stands for the place `other`."""

    path: Place
    text: str
    fix: str
    other: Place | None = None


def issues(agreement: Agreement) -> Iterator[Issue]:
    """What does not fit in the base text, and in each option where the base text is right."""
    base = list(_issues(agreement))
    yield from base
    known = {(issue.path, issue.text) for issue in base}
    yield from _twice(("options",), "name", [option.name for option in agreement.options], "option")
    for index, option in enumerate(agreement.options):
        sections = [section for section, _ in option.changes]
        at: Place = ("options", index, "changes")
        for issue in _issues(agreement.with_option(option.name)):
            own = _within(issue.path, sections)
            if own is not None:
                path = (*at, own, *issue.path[own.count(".") + 1 :])
                yield Issue(path, issue.text, issue.fix, _moved(issue.other, sections, at))
            elif (issue.path, issue.text) not in known and issue.path[0] != "commitments":
                text = f"with option '{option.name}', {issue.text}"
                yield Issue(at, text, issue.fix, issue.other)


def _issues(agreement: Agreement) -> Iterator[Issue]:
    yield from _partners(agreement)
    yield from _coverage(agreement)
    yield from _treatment(agreement)
    yield from _incentives(agreement)
    yield from _origin(agreement)
    yield from _bills(agreement)
    yield from _commitments(agreement)
    yield from _triggers(agreement)


def _partners(agreement: Agreement) -> Iterator[Issue]:
    codes = [partner.economy for partner in agreement.partners]
    yield from _twice(("partners",), "economy", codes, "partner")


def _coverage(agreement: Agreement) -> Iterator[Issue]:
    entries = agreement.coverage.entries
    names = [category.name for category in agreement.treatment.staging]
    for index, entry in enumerate(entries):
        if not entry.products and not entry.product_list:
            yield Issue(
                ("coverage", index), "this entry covers nothing", "add 'products' or a 'list'"
            )
        if entry.staging and entry.staging not in names:
            yield Issue(
                ("coverage", index, "staging"),
                f"'{entry.staging}' is not a staging category",
                f"use one of {_words(names)}, or define it under treatment",
            )
    groups = [(entry.ranges, entry.exceptions) for entry in entries]
    for first, second, code in _overlaps(groups):
        yield Issue(
            ("coverage", second),
            f"{code} is covered here and in {{other}}",
            "take it out of one, or except it there",
            ("coverage", first),
        )


def _treatment(agreement: Agreement) -> Iterator[Issue]:
    treatment = agreement.treatment
    names = [category.name for category in treatment.staging]
    yield from _twice(("treatment", "staging"), "name", names, "staging category")
    for index, category in enumerate(treatment.staging):
        at: Place = ("treatment", "staging", index)
        if category.formula in _WITH_VALUE and category.value is None:
            yield Issue(
                at, f"'{category.formula}' needs a value", "add 'value:', a fraction such as 0.5"
            )
        if category.formula is StagingFormula.EQUAL_CUTS and category.years is None:
            yield Issue(at, "'equal-cuts' needs the number of years", "add 'years:', such as 5")
    if treatment.default_category and treatment.default_category not in names:
        yield Issue(
            ("treatment", "default_category"),
            f"'{treatment.default_category}' is not a staging category",
            f"use one of {_words(names)}, or define it",
        )


def _incentives(agreement: Agreement) -> Iterator[Issue]:
    for index, incentive in enumerate(agreement.incentives):
        low, high = incentive.minimum_usd, incentive.maximum_usd
        if low is not None and high is not None and low > high:
            yield Issue(
                ("incentives", index, "minimum_usd"),
                "the minimum is above the maximum",
                "swap the two",
            )


def _origin(agreement: Agreement) -> Iterator[Issue]:
    origin = agreement.origin
    yield from rule_issues(origin.default_rule, ("origin", "default_rule"))
    for index, rule in enumerate(origin.product_rules):
        at: Place = ("origin", "product_rules", index, "rule")
        yield from rule_issues(rule.rule, at)
        yield from shift_issues(rule.rule, rule.products, at)
    groups = [(rule.products, rule.exceptions) for rule in origin.product_rules]
    for first, second, code in _overlaps(groups):
        yield Issue(
            ("origin", "product_rules", second),
            f"{code} has a rule here and in {{other}}",
            "take it out of one, or except it there",
            ("origin", "product_rules", first),
        )


def rule_issues(rule: Rule, path: Place = ()) -> Iterator[Issue]:
    """What does not fit in a rule of origin; `path` is the rule's own place."""
    if why := never_met(rule):
        yield Issue(path, f"no good can ever meet this rule: {why}", "loosen it or take it out")
    yield from _part_issues(rule, path)


def never_met(rule: Rule) -> str:
    """Why not even a good without foreign content meets a rule, "" where one can."""
    if isinstance(rule, AllOf):
        return next((why for part in rule.rules if (why := never_met(part))), "")
    if isinstance(rule, AnyOf):
        reasons = [never_met(part) for part in rule.rules]
        return reasons[0] if reasons and all(reasons) else ""
    match rule:
        case RegionalValueContent(method=RvcMethod.BUILD_UP, materials_share=float(most)) if (
            most < rule.at_least
        ):
            return (
                f"originating materials are to be {rule.at_least:.4g} of the value, and all "
                f"materials together are {most:.4g}"
            )
        case (
            SpecificProcess(name=name, performed_share=0) | Condition(text=name, performed_share=0)
        ):
            return f"'{name}' is said to be done by nobody"
        case LabourValueContent(performed_share=0):
            return "the labour content is said to be reached by nobody"
    return ""


def shift_issues(rule: Rule, products: tuple[HSRange, ...], path: Place) -> Iterator[Issue]:
    """Shifts from a product to itself: nothing has to change, so the words ask nothing."""
    for leaf in criteria(rule):
        if not isinstance(leaf, TariffShift) or leaf.level is not ShiftFrom.LISTED:
            continue
        for source in leaf.also:
            same = [
                code
                for code in source.codes
                for product in products
                if source.by_code and code == product and code.low[:6] == code.high[:6]
            ]
            if same:
                yield Issue(
                    path,
                    f"the shift is from {same[0]} to itself",
                    "name another source, or say in 'words' which goods of it are meant",
                )


def _part_issues(rule: Rule, path: Place) -> Iterator[Issue]:
    if isinstance(rule, AllOf | AnyOf):
        key = "all_of" if isinstance(rule, AllOf) else "any_of"
        for index, part in enumerate(rule.rules):
            yield from _part_issues(part, (*path, key, index))
    elif (
        isinstance(rule, RegionalValueContent)
        and rule.method is RvcMethod.FOCUSED
        and not (rule.inputs or rule.words)
    ):
        yield Issue(
            (*path, "rvc"), "the focused-value method needs the inputs it counts", "add 'inputs:'"
        )


def _bills(agreement: Agreement) -> Iterator[Issue]:
    for index, bill in enumerate(agreement.bills_of_inputs):
        at: Place = ("bills_of_inputs", index, "inputs")
        yield from share_issues([i.cost_share for i in bill.inputs], at, "the good's value")
        for number, item in enumerate(bill.inputs):
            shares = [share for _, share in item.origins]
            yield from share_issues(shares, (*at, number, "origins"), "the input")


def share_issues(shares: Iterable[float], path: Place, whole: str) -> Iterator[Issue]:
    """Whether shares of one whole stay within it."""
    total = sum(shares)
    if total > 1 + _TOLERANCE:
        key = next(step for step in reversed(path) if isinstance(step, str))
        yield Issue(path, f"the {key} add up to {total:.4g} of {whole}", "keep them within 1")


def _commitments(agreement: Agreement) -> Iterator[Issue]:
    partners = {partner.economy for partner in agreement.partners}
    ids = [commitment.id for commitment in agreement.commitments]
    yield from _twice(("commitments",), "id", ids, "commitment")
    for index, commitment in enumerate(agreement.commitments):
        at: Place = ("commitments", index)
        positions = [position.economy for position in commitment.positions]
        yield from _twice((*at, "positions"), "economy", positions, "position")
        named: list[tuple[Place, str]] = [
            ((*at, "applies_to", n), code) for n, code in enumerate(commitment.applies_to)
        ]
        named += [((*at, "positions", n, "economy"), code) for n, code in enumerate(positions)]
        named += [
            ((*at, "brackets", n, "proposed_by", m), code)
            for n, bracket in enumerate(commitment.brackets)
            for m, code in enumerate(bracket.proposed_by)
        ]
        for path, code in named:
            if code and code not in partners:
                yield Issue(
                    path, f"{code} is not a partner", "add it under partners, or take it out here"
                )


def _triggers(agreement: Agreement) -> Iterator[Issue]:
    for index, trigger in enumerate(agreement.institutions.triggers):
        at: Place = ("institutions", "triggers", index)
        if trigger.above is None and trigger.below is None:
            yield Issue(
                at,
                f"the trigger on '{trigger.figure}' has no level",
                "add 'above:' or 'below:' with a number",
            )
        elif trigger.above is not None and trigger.below is not None:
            yield Issue(
                (*at, "below"),
                f"the trigger on '{trigger.figure}' has both 'above' and 'below'",
                "keep one of them, or make it two triggers",
            )


def _twice(at: Place, key: str, names: list[str], what: str) -> Iterator[Issue]:
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        if name in first:
            yield Issue(
                (*at, index, key),
                f"the {what} '{name}' is listed already in {{other}}",
                "keep one of the two",
                (*at, first[name], key),
            )
        elif name:
            first[name] = index


def _overlaps(
    groups: list[tuple[tuple[HSRange, ...], tuple[HSRange, ...]]],
) -> Iterator[tuple[int, int, str]]:
    """Pairs of groups that share a product: both indexes, and the narrower of the two ranges."""
    spans = sorted(
        (low, high, index, str(item))
        for index, (included, excluded) in enumerate(groups)
        for item in included
        for low, high in _without(item, excluded)
    )
    seen: set[tuple[int, int]] = set()
    open_spans: list[tuple[int, int, int, str]] = []
    for span in spans:
        low, high, index, name = span
        open_spans = [other for other in open_spans if other[1] >= low]
        for other_low, other_high, other, other_name in open_spans:
            pair = (min(other, index), max(other, index))
            if other != index and pair not in seen:
                seen.add(pair)
                narrower = name if high - low <= other_high - other_low else other_name
                yield (*pair, narrower)
                if len(seen) >= _MOST_OVERLAPS:
                    return
        open_spans.append(span)


def _without(item: HSRange, excluded: Iterable[HSRange]) -> list[tuple[int, int]]:
    """What is left of a range, as spans of ten-digit numbers."""
    left = [(int(item.low), int(item.high))]
    for out in excluded:
        low, high = int(out.low), int(out.high)
        left = [
            span
            for start, end in left
            for span in ((start, min(end, low - 1)), (max(start, high + 1), end))
            if span[0] <= span[1]
        ]
    return left


def _within(path: Place, sections: list[str]) -> str | None:
    """The changed section that a path lies in."""
    for section in sections:
        steps = tuple(section.split("."))
        if path[: len(steps)] == steps:
            return section
    return None


def _moved(path: Place | None, sections: list[str], at: Place) -> Place | None:
    own = _within(path, sections) if path is not None else None
    if path is None or own is None:
        return path
    return (*at, own, *path[own.count(".") + 1 :])


def _words(names: list[str]) -> str:
    return ", ".join(names) if names else "none"
