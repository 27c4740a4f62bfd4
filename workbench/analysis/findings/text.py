"""Remarks on the text alone: what can be said without a trade database."""

from collections.abc import Iterator
from dataclasses import replace

from workbench.analysis.results import Finding, Fix, Level
from workbench.definitions.checks import issues
from workbench.model.agreement import Agreement, Edit
from workbench.model.commitments import Stance
from workbench.model.coverage import CoveredProducts, Stage
from workbench.model.economies import economy_name
from workbench.model.nomenclature import HSEdition, HSRange, dotted
from workbench.model.origin import (
    Criterion,
    InputsOriginate,
    MaxNonOriginating,
    OnlyGoods,
    RegionalValueContent,
    TariffShift,
    criteria,
)
from workbench.tradedata.descriptions import is_current

USUAL_REVIEW_YEARS = 3


def inconsistent(agreement: Agreement) -> Iterator[Finding]:
    """What does not fit together in the text; figures then rest on part of it."""
    for issue in issues(agreement):
        steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in issue.path]
        text = issue.text.replace("{other}", "another place")
        yield Finding(
            "inconsistent",
            Level.ERROR,
            "".join(steps).removeprefix("."),
            f"{text[0].upper()}{text[1:]}; {issue.fix}.",
        )


def no_partners(agreement: Agreement) -> Iterator[Finding]:
    """Too little to treat: no partners, no products."""
    if len(agreement.economies) < 2:
        yield Finding(
            "too-few-partners",
            Level.ERROR,
            "partners",
            "Fewer than two partners take part, so there is no trade between partners to treat. "
            "Add partners.",
            (("partners", float(len(agreement.economies))),),
        )
    if not agreement.coverage.entries and agreement.treatment.market_access:
        yield Finding(
            "no-coverage",
            Level.ERROR,
            "coverage",
            "No product is covered, so the agreement changes no duty. Add products.",
        )


def no_market_access(agreement: Agreement) -> Iterator[Finding]:
    """A playbook of cooperation has no duty incentive."""
    if agreement.treatment.market_access:
        return
    named = f", with {len(agreement.incentives)} other incentives" if agreement.incentives else ""
    yield Finding(
        "no-market-access",
        Level.NOTE,
        "treatment",
        f"The agreement grants no market access: no duty incentive exists{named}. It works "
        f"through {len(agreement.commitments)} commitments and "
        f"{len(agreement.institutions.bodies)} bodies.",
        (("commitments", float(len(agreement.commitments))),),
    )


def upstream(agreement: Agreement) -> Iterator[Finding]:
    """One remark for all bills of the same products."""
    covered = [r for entry in agreement.coverage.entries for r in entry.ranges]
    outside: dict[str, dict[str, None]] = {}
    where: dict[str, str] = {}
    for n, bill in enumerate(agreement.bills_of_inputs):
        goods = ", ".join(str(r) for r in bill.products)
        where.setdefault(goods, f"bills_of_inputs[{n}]")
        for part in bill.inputs:
            if not any(part.product.overlaps(r) for r in covered):
                outside.setdefault(goods, {})[str(part.product)] = None
    for goods, inputs in outside.items():
        yield Finding(
            "input-not-covered",
            Level.NOTE,
            where[goods],
            f"Inputs of {goods} lie outside the coverage: {', '.join(sorted(inputs))}.",
            (("inputs", float(len(inputs))),),
            about=goods,
            fix=Fix("Cover them as upstream products", _covering(sorted(inputs))),
        )


def _covering(products: list[str]) -> Edit:
    entry = CoveredProducts(tuple(HSRange.parse(p) for p in products), stage=Stage.UPSTREAM)
    return lambda a: a.with_coverage_entry(len(a.coverage.entries), entry)


def review(agreement: Agreement) -> Iterator[Finding]:
    """Text without a review clause."""
    if agreement.institutions.review_every_years is None:
        yield Finding(
            "no-review",
            Level.WARNING,
            "institutions",
            "There is no review clause. Technology and trade move: set a review every few years.",
            fix=Fix(f"Review every {USUAL_REVIEW_YEARS} years", _with_review),
        )


def _with_review(agreement: Agreement) -> Agreement:
    institutions = replace(agreement.institutions, review_every_years=USUAL_REVIEW_YEARS)
    return replace(agreement, institutions=institutions)


def open_text(agreement: Agreement) -> Iterator[Finding]:
    """Text that is not agreed yet: brackets, and partners against what binds them."""
    for n, commitment in enumerate(agreement.commitments):
        if commitment.brackets:
            yield Finding(
                "open-brackets",
                Level.WARNING,
                f"commitments[{n}]",
                f"'{commitment.id}' has text in brackets that is not agreed yet.",
                (("brackets", float(len(commitment.brackets))),),
            )
        bound = agreement.bound_by(commitment)
        against = [
            economy_name(position.economy)
            for position in commitment.positions
            if position.stance is Stance.OPPOSES and position.economy in bound
        ]
        if against:
            yield Finding(
                "opposed",
                Level.WARNING,
                f"commitments[{n}]",
                f"'{commitment.id}' binds {' and '.join(against)}, which "
                f"{'opposes' if len(against) == 1 else 'oppose'} it.",
                (("opposed", float(len(against))),),
            )


def codes(agreement: Agreement) -> Iterator[Finding]:
    """Codes that the agreement's edition of the Harmonized System does not have."""
    if agreement.nomenclature is not HSEdition.HS2022:
        return
    for where, ranges in _ranges(agreement):
        unknown = [
            dotted(code)
            for item in ranges
            for code in dict.fromkeys((item.first, item.last))
            if not is_current(code)
        ]
        if unknown:
            verb = "is not a code" if len(unknown) == 1 else "are not codes"
            yield Finding(
                "code-of-another-edition",
                Level.WARNING,
                where,
                f"{', '.join(unknown)} {verb} of {agreement.nomenclature}, so nothing is found "
                "under it. Take the code that edition has, or state another edition.",
                (("codes", float(len(unknown))),),
            )


def _ranges(agreement: Agreement) -> Iterator[tuple[str, tuple[HSRange, ...]]]:
    """Every list of codes, with its place."""
    for n, entry in enumerate(agreement.coverage.entries):
        yield f"coverage[{n}]", (*entry.products, *entry.exceptions)
    for n, rule in enumerate(agreement.origin.product_rules):
        inputs = tuple(item for part in criteria(rule.rule) for item in _codes_in(part))
        yield f"origin.product_rules[{n}]", (*rule.products, *rule.exceptions, *inputs)
    inputs = tuple(
        item for part in criteria(agreement.origin.default_rule) for item in _codes_in(part)
    )
    yield "origin.default_rule", inputs
    for n, bill in enumerate(agreement.bills_of_inputs):
        yield f"bills_of_inputs[{n}]", (*bill.products, *(part.product for part in bill.inputs))
    for n, rate in enumerate(agreement.tariffs):
        yield f"tariffs[{n}]", rate.products
    for n, incentive in enumerate(agreement.incentives):
        yield f"incentives[{n}]", incentive.products


def _codes_in(criterion: Criterion) -> tuple[HSRange, ...]:
    """Codes that a criterion names."""
    match criterion:
        case RegionalValueContent() | MaxNonOriginating() | InputsOriginate():
            return criterion.inputs
        case TariffShift():
            listed = (*criterion.also, *criterion.except_some)
            own = (*criterion.exceptions, *criterion.group)
            return (*own, *(item for part in listed for item in part.codes))
        case OnlyGoods():
            return criterion.codes
    return ()
