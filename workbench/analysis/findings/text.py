"""Remarks on the text alone: what can be said without a trade database."""

from collections.abc import Iterator

from workbench.analysis.results import Finding, Level
from workbench.definitions.checks import issues
from workbench.model.agreement import Agreement


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
        )


def text(agreement: Agreement) -> Iterator[Finding]:
    """Text that is missing or not agreed yet."""
    if agreement.institutions.review_every_years is None:
        yield Finding(
            "no-review",
            Level.WARNING,
            "institutions",
            "There is no review clause. Technology and trade move: set a review every few years.",
        )
    for n, commitment in enumerate(agreement.commitments):
        if commitment.brackets:
            yield Finding(
                "open-brackets",
                Level.WARNING,
                f"commitments[{n}]",
                f"'{commitment.id}' has text in brackets that is not agreed yet.",
                (("brackets", float(len(commitment.brackets))),),
            )
