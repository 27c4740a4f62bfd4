"""What would be enough where duties are too low."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.leverage import (
    SHOWN,
    Choices,
    Leverage,
    explain_instrument,
    explain_lever,
    leverage,
)
from workbench.analysis.market import Market
from workbench.errors import Cancelled
from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    IncentiveKind,
    Parameters,
    Treatment,
    TreatmentBasis,
)
from workbench.model.economies import Partner
from workbench.model.origin import OriginProvisions, SpecificProcess
from workbench.progress import Progress


@pytest.fixture
def result(market: Market, agreement: Agreement) -> Leverage:
    text = replace(agreement, parameters=Parameters(target_utilisation=0.9))
    return leverage(evaluate(text, build_baseline(market, text)))


def test_rates_are_the_smallest_that_reach_the_target(result: Leverage) -> None:
    by = {i.key: i for i in result.instruments}
    gap = result.evaluation.totals["leverage_gap"]
    assert gap is not None
    for key in ("charge", "credit", "relief", "charge-credit"):
        assert by[key].reached
        assert by[key].rate == pytest.approx(gap, abs=1.01e-4)
        assert by[key].totals["utilisation"] >= result.target
    assert by["graduated"].rate > by["relief"].rate


def test_adopting_an_instrument_gives_its_figures(result: Leverage) -> None:
    for found in result.instruments:
        text = result.evaluation.agreement
        for incentive in found.incentives:
            text = text.with_incentive(len(text.incentives), incentive)
        totals = evaluate(text, result.evaluation.baseline, complete=False).totals
        for name in SHOWN:
            assert found.totals[name] == pytest.approx(totals[name])


def test_a_fee_helps_as_far_as_it_goes(result: Leverage) -> None:
    by = {i.key: i for i in result.instruments}
    assert by["fee"].rate is None
    assert not by["fee"].reached
    assert by["fee"].totals["utilisation"] > result.evaluation.totals["utilisation"]
    assert by["fee-credit"].rate == pytest.approx(by["credit"].rate - 0.003464, abs=1.1e-4)


def test_the_minimum_and_maximum_of_a_fee_count(market: Market, agreement: Agreement) -> None:
    text = replace(agreement, parameters=Parameters(target_utilisation=0.9))
    evaluation = evaluate(text, build_baseline(market, text))
    capped = leverage(evaluation, Choices(fee_maximum_usd=50.0))
    fee = next(i for i in capped.instruments if i.key == "fee")
    assert fee.cost == pytest.approx(50 / 50_000 * fee.totals["claimed"])
    assert (capped.lanes["fee"].dropna() == 50 / 50_000).all()


def test_who_pays(result: Leverage) -> None:
    by = {i.key: i for i in result.instruments}
    assert by["charge"].cost == 0
    assert by["charge"].raised > 0
    assert by["credit"].cost == pytest.approx(by["credit"].rate * by["credit"].totals["claimed"])
    assert by["charge-credit"].cost == pytest.approx(by["credit"].cost / 2, rel=1e-3)
    assert "budget" in by["credit"].payer
    assert by["credit"].by_importer["cost"].sum() == pytest.approx(by["credit"].cost)


def test_the_named_economy_is_the_largest_outside_unless_told(
    result: Leverage, market: Market, agreement: Agreement
) -> None:
    assert result.named == ("CHN",)
    evaluation = evaluate(agreement, build_baseline(market, agreement))
    assert leverage(evaluation, Choices(("EU27",))).named == ("EU27",)


def test_lanes_carry_the_gap_each_way(result: Leverage) -> None:
    lanes = result.lanes
    short = lanes[lanes["gap"] > 0]
    assert len(short)
    after = np.maximum(short["gap"] - 0.003464, 0)
    assert np.allclose(short["after_fee"], after)
    assert (short["graduated"] > short["gap"]).all()


def test_where_no_incentive_helps_the_product_is_named(
    market: Market, agreement: Agreement
) -> None:
    few = OriginProvisions(default_rule=SpecificProcess("smelted", 0.3))
    text = replace(agreement, origin=few)
    found = leverage(evaluate(text, build_baseline(market, text)))
    products = found.products.set_index("product")
    assert products.loc["810820", "hopeless"] > 0
    assert "too few producers" in products.loc["810820", "why"]
    assert not any(i.reached for i in found.instruments)


def test_what_is_not_known_is_no_zero(market: Market, agreement: Agreement) -> None:
    """No rate of Japan is known, so nothing is said of what falls short there."""
    text = replace(agreement, partners=(Partner("JPN"), Partner("AUS")))
    products = leverage(evaluate(text, build_baseline(market, text))).products
    assert products["product"].tolist() == ["750210"]
    assert products[["short", "gap", "largest_gap", "credit_cost"]].isna().all(axis=None)
    assert products["unknown"].tolist() == pytest.approx([30e6])


def test_free_products_need_something_else(result: Leverage) -> None:
    products = result.products.set_index("product")
    assert "free of duty" in products.loc["750210", "why"]
    assert products.loc["810820", "why"] == ""


def test_cuts_for_all_need_no_leverage(market: Market, agreement: Agreement) -> None:
    text = replace(agreement, treatment=Treatment(basis=TreatmentBasis.EXTENDED))
    assert leverage(evaluate(text, build_baseline(market, text))).instruments == ()


def test_every_figure_is_explained(result: Leverage) -> None:
    for found in result.instruments:
        for figure in ("rate", "cost", "raised", "utilisation", "exposure", "duty_forgone"):
            told = explain_instrument(result, found.key, figure)
            assert told.formula
            assert told.notes
    for product in result.products["product"]:
        assert explain_lever(result, product, "gap").terms


def test_incentives_offered_are_valid_ones(result: Leverage) -> None:
    for found in result.instruments:
        for incentive in found.incentives:
            assert incentive.name
            assert incentive.basis
            assert 0 <= incentive.ad_valorem <= 4
    kinds = {i.kind for found in result.instruments for i in found.incentives}
    assert IncentiveKind.FEE_RELIEF in kinds


def test_it_can_be_stopped(market: Market, agreement: Agreement) -> None:
    evaluation = evaluate(agreement, build_baseline(market, agreement))
    with pytest.raises(Cancelled):
        leverage(evaluation, progress=Progress(stopped=lambda: True))
