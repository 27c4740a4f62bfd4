"""Small parcels, false claims and transshipment, with hand-worked numbers."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.erosion import TITLES, Erosion, erosion, explain_erosion
from workbench.analysis.evaluation import evaluate
from workbench.analysis.market import Market
from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    NO_SOURCE,
    Parameters,
    ParameterSources,
    Treatment,
    TreatmentBasis,
)

Row = Callable[[pd.DataFrame, str, str, str], pd.Series]


def eroded(market: Market, agreement: Agreement, **parameters: Any) -> Erosion:
    text = replace(agreement, parameters=Parameters(**parameters))
    return erosion(evaluate(text, build_baseline(market, text), complete=False))


def with_chinese_titanium(market: Market) -> Market:
    """Japan imports 80 m of titanium from China and exports 300 m to the United States."""
    more = market.flows.iloc[:1].assign(
        importer="JPN", exporter="CHN", member="CHN", value_usd=80e6
    )
    return replace(market, flows=pd.concat([market.flows, more], ignore_index=True))


def test_small_parcels(market: Market, agreement: Agreement, lane_row: Row) -> None:
    result = eroded(market, agreement, small_parcel_share=0.2)
    lane = lane_row(result.lanes, "USA", "JPN", "810820")
    assert lane["exempted_value"] == pytest.approx(60e6)
    assert lane["exempted_duty"] == pytest.approx(0.15 * 60e6)
    assert result.totals["exempted_value"] == pytest.approx(0.2 * 520e6)


def test_false_claims_are_of_trade_that_does_not_claim(
    market: Market, agreement: Agreement, lane_row: Row
) -> None:
    few = eroded(market, agreement, false_claim_share=0.001)
    lane = lane_row(few.lanes, "USA", "JPN", "810820")
    assert lane["false_value"] == pytest.approx(300e3)
    assert lane["false_duty"] == pytest.approx(0.15 * 300e3)
    all_of_it = eroded(market, agreement, false_claim_share=1.0)
    lane = lane_row(all_of_it.lanes, "USA", "JPN", "810820")
    source = lane_row(all_of_it.evaluation.lanes, "USA", "JPN", "810820")
    assert lane["false_value"] == pytest.approx(source["value"] - source["claimed"])
    # All trade claimed, rightly or not: what enters is all non-party content but what moved.
    potential = source["value"] * source["non_party_fraction"] * source["declared_mean"]
    entered = source["free_riding_content"] + lane["false_content"]
    moved = source["non_party_fraction"] * source["resourced_content"]
    assert entered == pytest.approx(potential - moved)


def test_nobody_claims_falsely_where_nothing_is_saved(
    market: Market, agreement: Agreement, lane_row: Row
) -> None:
    result = eroded(market, agreement, false_claim_share=0.5)
    assert lane_row(result.lanes, "USA", "AUS", "750210")["false_value"] == 0


def test_transshipment_is_bounded_by_imports_and_by_exports(
    market: Market, agreement: Agreement, lane_row: Row
) -> None:
    result = eroded(with_chinese_titanium(market), agreement)
    lane = lane_row(result.lanes, "USA", "JPN", "810820")
    assert lane["transshipment_bound"] == pytest.approx(80e6)
    assert lane["transshipment"] == pytest.approx(80e6)
    used = lane_row(result.evaluation.lanes, "USA", "JPN", "810820")["utilisation"]
    assert lane["transshipment_duty"] == pytest.approx(0.15 * used * 80e6)
    assert result.by_origin.to_dict("records") == [{"economy": "CHN", "transshipment": 80e6}]
    none = eroded(market, agreement)
    assert none.totals["transshipment"] == 0
    assert none.by_origin.empty


def test_what_a_partner_imports_is_shared_over_all_it_exports(
    market: Market, agreement: Agreement, lane_row: Row
) -> None:
    more = market.flows.iloc[:1].assign(importer="AUS", value_usd=100e6)
    wide = with_chinese_titanium(market)
    wide = replace(wide, flows=pd.concat([wide.flows, more], ignore_index=True))
    result = eroded(wide, agreement)
    lane = lane_row(result.lanes, "AUS", "JPN", "810820")
    assert lane["transshipment_bound"] == pytest.approx(80e6)
    assert lane["transshipment"] == pytest.approx(20e6)
    assert result.totals["transshipment"] == pytest.approx(80e6)


def test_exposure_rises_and_revenue_falls_with_each(market: Market, agreement: Agreement) -> None:
    wide = with_chinese_titanium(market)
    result = eroded(wide, agreement, small_parcel_share=0.1, false_claim_share=0.1)
    total = result.totals
    assert total["exposure"] < total["exposure_with_false_claims"] < total["exposure_with_all"] <= 1
    assert total["traced_exposure_with_false_claims"] < total["traced_exposure_with_all"] <= 1
    parts = ("duty_forgone", "exempted_duty", "false_duty", "transshipment_duty")
    assert total["revenue_lost"] == pytest.approx(sum(total[name] for name in parts))


def test_without_any_nothing_erodes(market: Market, agreement: Agreement) -> None:
    total = eroded(market, agreement).totals
    assert total["exposure_with_all"] == pytest.approx(total["exposure"])
    assert total["revenue_lost"] == pytest.approx(total["duty_forgone"])


def test_shares_do_not_depend_on_the_scale_of_trade(market: Market, agreement: Agreement) -> None:
    wide = with_chinese_titanium(market)
    twice = replace(wide, flows=wide.flows.assign(value_usd=2 * wide.flows["value_usd"]))
    one = eroded(wide, agreement, false_claim_share=0.05).totals
    two = eroded(twice, agreement, false_claim_share=0.05).totals
    for name, (_, unit) in TITLES.items():
        if name in one and one[name] is not None:
            factor = 1 if unit.value == "share" else 2
            assert two[name] == pytest.approx(factor * one[name])


def test_without_origin_rules_there_is_nothing_to_claim_falsely(
    market: Market, agreement: Agreement
) -> None:
    text = replace(agreement, treatment=Treatment(basis=TreatmentBasis.EXTENDED))
    result = eroded(with_chinese_titanium(market), text, false_claim_share=0.5)
    assert result.totals["false_value"] == 0
    assert result.totals["transshipment"] == 0


def test_unknown_duties_leave_figures_missing(
    market: Market, agreement: Agreement, lane_row: Row
) -> None:
    result = eroded(market, agreement, false_claim_share=0.5, small_parcel_share=0.1)
    lane = lane_row(result.lanes, "JPN", "USA", "810820")
    assert np.isnan(lane["false_value"])
    assert np.isnan(lane["exempted_duty"])
    assert lane["exempted_value"] == pytest.approx(4e6)


def test_every_figure_is_explained(market: Market, agreement: Agreement) -> None:
    result = eroded(market, agreement, false_claim_share=0.5)
    for figure in TITLES:
        if figure in result.totals:
            assert explain_erosion(result, figure).formula
        if figure in result.lanes:
            told = explain_erosion(result, figure, 0)
            assert any(term.meaning == "Source of transshipment" for term in told.terms)


def test_stated_shares_come_with_their_own_source(market: Market, agreement: Agreement) -> None:
    result = eroded(
        market,
        agreement,
        false_claim_share=0.05,
        small_parcel_share=0.1,
        sources=ParameterSources(small_parcel_share="customs, 2025"),
    )
    assert result.sources["small parcels"] == "10.0% of trade (customs, 2025)"
    assert result.sources["false claims"] == f"5.0% of trade ({NO_SOURCE})"
    assert "none unless stated" in eroded(market, agreement).sources["false claims"]
