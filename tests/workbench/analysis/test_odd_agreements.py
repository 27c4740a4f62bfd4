"""Agreements with little in them: the analyses of incentives answer instead of failing."""

from dataclasses import replace

import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.erosion import erosion
from workbench.analysis.evaluation import evaluate
from workbench.analysis.extended import extended
from workbench.analysis.fiscal import fiscal
from workbench.analysis.incentives import NoFigure
from workbench.analysis.leverage import leverage
from workbench.analysis.market import Market
from workbench.analysis.overlap import overlap
from workbench.analysis.partner_product import by_partner_and_product
from workbench.analysis.reciprocity import reciprocity
from workbench.analysis.sensitivity import sensitivity
from workbench.model.agreement import Agreement
from workbench.model.commitments import Treatment, TreatmentBasis
from workbench.model.coverage import ProductCoverage
from workbench.model.economies import Partner, Role


def odd(base: Agreement) -> dict[str, Agreement]:
    """By what is odd about them."""
    consumers = (Partner("USA", Role.CONSUMER), Partner("JPN", Role.CONSUMER))
    return {
        "nobody": replace(base, partners=()),
        "alone": replace(base, partners=(Partner("USA"),)),
        "nobody exports": replace(base, partners=consumers),
        "nothing covered": replace(base, coverage=ProductCoverage(())),
        "a playbook": replace(base, treatment=Treatment(market_access=False)),
        "for everyone": replace(base, treatment=Treatment(basis=TreatmentBasis.EXTENDED)),
    }


@pytest.mark.parametrize(
    "name",
    ["nobody", "alone", "nobody exports", "nothing covered", "a playbook", "for everyone"],
)
def test_every_analysis_answers(market: Market, agreement: Agreement, name: str) -> None:
    text = odd(agreement)[name]
    world = market
    if not text.coverage.entries:
        world = replace(market, products=(), flows=market.flows.iloc[:0], traded=frozenset())
    baseline = build_baseline(world, text)
    result = evaluate(text, baseline)
    assert sensitivity(text, baseline, count=5).base.keys() >= {"utilisation", "leverage_gap"}
    assert erosion(result).totals["false_value"] in (None, 0.0)
    assert fiscal(result).cost == 0
    assert not any(i.cost and not i.incentives for i in leverage(result).instruments)
    assert sum(overlap(result).totals.values()) >= 0
    assert len(reciprocity(result).partners) == len(baseline.partners)
    assert extended(result).totals["partner_duty_forgone"] is not None
    preference = name not in ("a playbook", "for everyone")
    assert text.gives_preference == preference
    if not preference:
        assert result.totals["leverage_gap"] is None
        assert (result.lanes["why_no_gap"] == NoFigure.NOTHING_TO_CLAIM).all()
    assert by_partner_and_product(result, "exposure").shape[1] <= len(world.products)
