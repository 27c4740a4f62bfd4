"""What a producer would have to change: formula, numbers put in."""

from workbench.analysis.explain import Explanation, Term, Unit
from workbench.analysis.supplier_view import Producer, SupplierView
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted


def explain_producer(view: SupplierView, where: str, producer: Producer) -> Explanation:
    """The net gain of one producer under one rule; `where` is the market or the rule's number."""
    gross = None
    if producer.net_gain is not None and producer.resourcing_cost is not None:
        gross = producer.net_gain + producer.resourcing_cost + producer.claim_cost
    notes = []
    if not producer.can_meet:
        notes.append("This producer cannot meet the rule at all, or what it needs is not known.")
    if producer.resourced == 0:
        notes.append("It meets the rule with the inputs it buys today.")
    return Explanation(
        figure="net_gain",
        title="Net gain of complying",
        subject=(
            f"{dotted(view.product)} of {economy_name(view.exporter)}, {where}, "
            f"producer: {producer.name}"
        ),
        value=producer.net_gain,
        unit=Unit.POINTS,
        formula="n(N) = g − a − F/S − ρ s(N)",
        terms=(
            Term("N", "Non-originating content", producer.non_originating, Unit.SHARE),
            Term("s", "Share to re-source", producer.resourced, Unit.SHARE),
            Term("ρ", "Premium on partners' inputs", view.premium, Unit.SHARE),
            Term("ρ s", "Cost of re-sourcing", producer.resourcing_cost, Unit.SHARE),
            Term("F", "Cost of a claim", view.fixed_cost_usd, Unit.USD),
            Term("S", "Median consignment", view.consignment_usd, Unit.USD),
            Term("a + F/S", "Cost of claiming", producer.claim_cost, Unit.SHARE),
            Term("g", "What the preference pays", gross, Unit.POINTS),
            Term("", "Break-even premium", producer.break_even_premium, Unit.SHARE),
            Term("", "Rule of origin", view.rule, Unit.TEXT),
        ),
        section="5",
        notes=tuple(notes),
    )
