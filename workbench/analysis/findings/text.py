"""Remarks on the text alone: what can be said without a trade database."""

from collections.abc import Iterator
from dataclasses import replace

from workbench.analysis.results import Finding, Fix, Level
from workbench.definitions.checks import issues
from workbench.model.agreement import Agreement, Edit
from workbench.model.commitments import Stance
from workbench.model.coverage import CoveredProducts, Stage
from workbench.model.economies import economy_name
from workbench.model.nomenclature import HSRange

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


def partners(agreement: Agreement) -> Iterator[Finding]:
    """Too few partners to treat any trade."""
    if len(agreement.economies) < 2:
        yield Finding(
            "too-few-partners",
            Level.ERROR,
            "partners",
            "Fewer than two partners take part, so there is no trade between partners to treat. "
            "Add partners.",
            (("partners", float(len(agreement.economies))),),
        )


def coverage(agreement: Agreement) -> Iterator[Finding]:
    """No product to treat."""
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
    outside: dict[str, dict[str, None]] = {}
    where: dict[str, str] = {}
    for n, bill in enumerate(agreement.bills_of_inputs):
        goods = ", ".join(str(r) for r in bill.products)
        where.setdefault(goods, f"bills_of_inputs[{n}]")
        for part in bill.inputs:
            if not agreement.coverage.touches(part.product):
                outside.setdefault(goods, {})[str(part.product)] = None
    for goods, inputs in outside.items():
        yield Finding(
            "input-not-covered",
            Level.NOTE,
            where[goods],
            f"Inputs of {goods} lie outside the coverage: {', '.join(sorted(inputs))}.",
            (("inputs", float(len(inputs))),),
            about=goods,
            fix=covering(tuple(HSRange.parse(code) for code in sorted(inputs)), Stage.UPSTREAM),
        )


def covering(products: tuple[HSRange, ...], stage: Stage) -> Fix:
    """Cover products as a group of their own."""
    entry = CoveredProducts(products, stage=stage)
    return Fix(
        f"Cover them as {stage.value} products",
        lambda a: a.with_coverage_entry(len(a.coverage.entries), entry),
    )


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


def brackets(agreement: Agreement) -> Iterator[Finding]:
    """Commitments with words that are not agreed yet."""
    for n, commitment in enumerate(agreement.commitments):
        if commitment.brackets:
            yield Finding(
                "open-brackets",
                Level.WARNING,
                f"commitments[{n}]",
                f"'{commitment.called}' has text in brackets that is not agreed yet.",
                (("brackets", float(len(commitment.brackets))),),
                fix=Fix("Take the words as agreed", _without_brackets(n)),
            )


def opposition(agreement: Agreement) -> Iterator[Finding]:
    """Partners against what binds them."""
    for n, commitment in enumerate(agreement.commitments):
        bound = agreement.bound_by(commitment)
        opposing = {p.economy for p in commitment.positions if p.stance is Stance.OPPOSES}
        against = [code for code in bound if code in opposing]
        if against:
            names = " and ".join(economy_name(code) for code in against)
            others = tuple(code for code in bound if code not in opposing)
            yield Finding(
                "opposed",
                Level.WARNING,
                f"commitments[{n}]",
                f"'{commitment.called}' binds {names}, which "
                f"{'opposes' if len(against) == 1 else 'oppose'} it.",
                (("opposed", float(len(against))),),
                fix=Fix("Let it bind the others alone", _binding(n, others)) if others else None,
            )


def _without_brackets(place: int) -> Edit:
    def edit(agreement: Agreement) -> Agreement:
        return agreement.with_commitment(place, replace(agreement.commitments[place], brackets=()))

    return edit


def _binding(place: int, economies: tuple[str, ...]) -> Edit:
    def edit(agreement: Agreement) -> Agreement:
        commitment = replace(agreement.commitments[place], applies_to=economies)
        return agreement.with_commitment(place, commitment)

    return edit
