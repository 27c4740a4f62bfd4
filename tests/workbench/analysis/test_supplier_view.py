from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from workbench.analysis.baseline import Baseline, build_baseline
from workbench.analysis.market import Market
from workbench.analysis.supplier_explain import explain_producer
from workbench.analysis.supplier_view import supplier_view, suppliers
from workbench.model.agreement import Agreement
from workbench.model.commitments import TreatmentBasis
from workbench.model.origin import RegionalValueContent, RvcMethod, WhollyObtained
from workbench.model.rule_families import Family, Sweep


@pytest.fixture
def baseline(market: Market, agreement: Agreement) -> Baseline:
    return build_baseline(market, agreement)


def test_producers_by_hand(agreement: Agreement, baseline: Baseline):
    """JPN's content outside the partners: 0.1 of CHN and 0.05 of EU27; duty 15 %."""
    text = agreement.with_default_rule(RegionalValueContent(RvcMethod.BUILD_DOWN, 0.9))
    view = supplier_view(text, baseline, "JPN", "810820")
    assert [lane.importer for lane in view.lanes] == ["USA"]
    lane = view.lanes[0]
    assert lane.gross_incentive == pytest.approx(0.15)
    mean, *percentiles = lane.producers
    assert mean.non_originating == pytest.approx(0.15)
    assert mean.resourced == pytest.approx(0.05)
    assert mean.resourcing_cost == pytest.approx(0.005)
    assert mean.claim_cost == pytest.approx(250 / 50_000)
    assert mean.net_gain == pytest.approx(0.15 - 0.005 - 0.005)
    assert mean.break_even_premium == pytest.approx((0.15 - 0.005) / 0.05)
    assert mean.keeps_the_preference
    spread = stats.beta(0.15 * 8, 0.85 * 8)
    for each, share in zip(percentiles, (0.1, 0.5, 0.9), strict=True):
        n = float(spread.ppf(share))
        assert each.non_originating == pytest.approx(n)
        assert each.resourced == pytest.approx(max(0.0, n - 0.1), abs=1e-9)
    assert percentiles[0].break_even_premium is None


def test_a_producer_for_whom_it_does_not_pay(agreement: Agreement, baseline: Baseline):
    costly = replace(agreement, parameters=replace(agreement.parameters, premium=2.0))
    text = costly.with_default_rule(WhollyObtained())
    lane = supplier_view(text, baseline, "JPN", "810820").lanes[0]
    assert lane.producers[0].net_gain == pytest.approx(0.15 - 0.005 - 2 * 0.15)
    assert not lane.producers[0].keeps_the_preference


def test_one_that_cannot_meet_the_rule_has_no_cost(agreement: Agreement, baseline: Baseline):
    text = agreement.with_default_rule(RegionalValueContent(RvcMethod.BUILD_UP, 0.99))
    producer = supplier_view(text, baseline, "JPN", "810820").lanes[0].producers[0]
    assert not producer.can_meet
    assert producer.resourced is None
    assert producer.net_gain is None
    assert not producer.keeps_the_preference


def test_along_a_sweep_more_has_to_be_moved(agreement: Agreement, baseline: Baseline):
    views = [
        supplier_view(Sweep().edited(agreement, at), baseline, "JPN", "810820", at=at)
        for at in (0.0, 0.9, 0.95)
    ]
    moved = [view.lanes[0].producers[0].resourced for view in views]
    assert moved == [0.0, pytest.approx(0.05), pytest.approx(0.1)]
    assert [view.at for view in views] == [0.0, 0.9, 0.95]
    assert "95 per cent" in views[2].rule


def test_an_unknown_duty_leaves_the_gain_unknown(agreement: Agreement, baseline: Baseline):
    lane = supplier_view(agreement, baseline, "AUS", "750210").lanes
    japan = next(each for each in lane if each.importer == "JPN")
    assert japan.gross_incentive is None
    assert japan.producers[0].net_gain is None
    assert japan.producers[0].resourced is not None


def test_what_has_no_view_is_refused(agreement: Agreement, baseline: Baseline):
    with pytest.raises(ValueError, match="no exports"):
        supplier_view(agreement, baseline, "AUS", "810820")
    extended = replace(
        agreement, treatment=replace(agreement.treatment, basis=TreatmentBasis.EXTENDED)
    )
    with pytest.raises(ValueError, match="no origin rule"):
        supplier_view(extended, baseline, "JPN", "810820")


def test_suppliers_by_trade(baseline: Baseline):
    found = suppliers(baseline)
    assert found[0] == ("JPN", "810820", pytest.approx(300e6))
    values = [value for _, _, value in found]
    assert values == sorted(values, reverse=True)
    assert sum(values) == pytest.approx(float(np.nansum(baseline.value_usd)))


def test_the_explanation_adds_up(agreement: Agreement, baseline: Baseline):
    text = agreement.with_default_rule(RegionalValueContent(RvcMethod.BUILD_DOWN, 0.9))
    view = supplier_view(text, baseline, "JPN", "810820")
    lane = view.lanes[0]
    explained = explain_producer(view, "United States", lane, lane.producers[0])
    terms = {term.symbol: term.value for term in explained.terms if term.symbol}
    assert explained.value == pytest.approx(terms["g"] - terms["a + F/S"] - terms["ρ s"])
    figures = {"cost": lane.producers[0].cost, "pays": lane.gross_incentive}
    for figure, value in figures.items():
        told = explain_producer(view, "United States", lane, lane.producers[0], figure)
        assert told.value == value
    text = Sweep(Family.BUILD_UP).edited(agreement, 0.99)
    hopeless = supplier_view(text, baseline, "JPN", "810820")
    lane = hopeless.lanes[0]
    notes = explain_producer(hopeless, "99 %", lane, lane.producers[0]).notes
    assert "cannot meet" in notes[0]
