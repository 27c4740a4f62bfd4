"""What a producer would have to change: formula, numbers put in."""

from workbench.analysis.explain import Explanation, Term, Unit
from workbench.analysis.supplier_view import Producer, SupplierLane, SupplierView
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

FIGURES: dict[str, tuple[str, Unit, str]] = {
    "net_gain": ("Net gain of complying", Unit.SHARE_CHANGE, "n(N) = g − a − F/S − ρ s(N)"),
    "non_originating": (
        "Non-originating content",
        Unit.SHARE,
        "N of the producer: the mean d̄, or a percentile of Beta(d̄ k, (1 − d̄) k)",
    ),
    "resourced": ("Share to re-source", Unit.SHARE, "s(N) of the rule"),
    "cost": ("Cost of complying", Unit.SHARE, "ρ s(N) + a + F/S"),
    "pays": ("What the preference pays", Unit.POINTS, "g = b − p + f + e"),
    "break_even_premium": (
        "Break-even premium",
        Unit.SHARE,
        "(g − a − F/S) / s(N), where something has to be re-sourced",
    ),
}
"""Title, unit and formula of every figure of a producer."""


def explain_producer(
    view: SupplierView,
    where: str,
    lane: SupplierLane,
    producer: Producer,
    figure: str = "net_gain",
) -> Explanation:
    """A figure of one producer under one rule; `where` is the market or the rule's number.

    Raises:
        KeyError: no such figure.
    """
    values = {
        "net_gain": producer.net_gain,
        "non_originating": producer.non_originating,
        "resourced": producer.resourced,
        "cost": producer.cost,
        "pays": lane.gross_incentive,
        "break_even_premium": producer.break_even_premium,
    }
    symbols = {"non_originating": "N", "resourced": "s", "pays": "g"}
    notes = []
    if not producer.can_meet:
        notes.append("This producer cannot meet the rule at all, or what it needs is not known.")
    if producer.resourced == 0:
        notes.append("It meets the rule with the inputs it buys today.")
    title, unit, formula = FIGURES[figure]
    others = tuple(
        Term(symbols.get(name, ""), words, values[name], of)
        for name, (words, of, _) in FIGURES.items()
        if name != figure
    )
    return Explanation(
        figure=figure,
        title=title,
        subject=(
            f"{dotted(view.product)} of {economy_name(view.exporter)}, {where}, "
            f"producer: {producer.name}"
        ),
        value=values[figure],
        unit=unit,
        formula=formula,
        terms=(
            *others,
            Term("ρ", "Premium on partners' inputs", view.premium, Unit.SHARE),
            Term("ρ s", "Cost of re-sourcing", producer.resourcing_cost, Unit.SHARE),
            Term("F", "Cost of a claim", view.fixed_cost_usd, Unit.USD),
            Term("S", "Median consignment", view.consignment_usd, Unit.USD),
            Term("a + F/S", "Cost of claiming", producer.claim_cost, Unit.SHARE),
            Term("", "Rule of origin", view.rule, Unit.TEXT),
        ),
        section="5",
        notes=tuple(notes),
    )
