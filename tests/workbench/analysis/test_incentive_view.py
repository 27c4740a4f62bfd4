"""Incentives by product, and duties by year."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.incentive_view import duty_by_year, incentive_by_product
from workbench.analysis.market import Market
from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    Ratchet,
    RatchetStep,
    StagingCategory,
    StagingFormula,
    Treatment,
)
from workbench.model.coverage import ProductCoverage, Quota


def test_means_are_weighted_by_trade_with_a_known_duty(
    market: Market, agreement: Agreement
) -> None:
    result = evaluate(agreement, build_baseline(market, agreement))
    table = incentive_by_product(result.lanes).set_index("product")
    lanes = result.lanes[(result.lanes["product"] == "810820") & result.lanes["base_duty"].notna()]
    expected = (lanes["base_duty"] * lanes["value"]).sum() / lanes["value"].sum()
    assert table.loc["810820", "base_duty"] == pytest.approx(expected)
    assert table.loc["810820", "base_duty"] == pytest.approx(0.15)
    assert table.loc["810820", "rating"] == "strong"
    assert table.loc["750210", "gross_incentive"] == 0
    assert table.loc["750210", "rating"] == "none"
    assert (table.loc["850511", "mfn_low"], table.loc["850511", "mfn_high"]) == (0.0, 0.02)
    assert table["value"].sum() == pytest.approx(result.totals["covered_trade"])


def test_duty_falls_year_by_year(market: Market, agreement: Agreement) -> None:
    staged = replace(
        agreement,
        treatment=Treatment(
            staging=(StagingCategory("B3", StagingFormula.EQUAL_CUTS, years=3),),
            default_category="B3",
        ),
    )
    result = evaluate(staged, build_baseline(market, staged))
    lanes = result.lanes
    row = lanes.index[(lanes["product"] == "810820") & (lanes["importer"] == "USA")][-1]
    base = lanes.loc[row, "base_duty"]
    assert duty_by_year(result, int(row), 4) == pytest.approx([base, base * 2 / 3, base / 3, 0, 0])


def test_steps_not_met_hold_part_of_the_cut_back(
    market: Market, agreement: Agreement, lane_row: Callable[..., pd.Series]
) -> None:
    """Half of the cut of Japan's titanium opens in year 3; every year is an evaluation."""
    steps = (RatchetStep("audits", 0.5, 1), RatchetStep("tracing", 0.5, 3))
    text = replace(agreement, treatment=Treatment(ratchets=(Ratchet(("JPN",), steps),)))
    baseline = build_baseline(market, text)
    result = evaluate(text, baseline)
    lane = lane_row(result.lanes, "USA", "JPN", "810820")
    row = int(str(lane.name))
    rates = duty_by_year(result, row, 4)
    assert rates == pytest.approx([0.15, 0.075, 0.075, 0, 0])
    for year, rate in enumerate(rates[1:], start=1):
        there = evaluate(text, baseline, year=year, complete=False)
        assert there.lanes["pref_duty"].iloc[row] == pytest.approx(rate)


def test_duty_within_a_quota_and_unknown_duty(market: Market, agreement: Agreement) -> None:
    first = replace(agreement.coverage.entries[0], quota=Quota(volume_usd=150e6))
    excluded = replace(
        agreement,
        coverage=ProductCoverage((first, *agreement.coverage.entries[1:])),
        treatment=Treatment(staging=(StagingCategory("A", StagingFormula.EXCLUDED),)),
    )
    result = evaluate(excluded, build_baseline(market, excluded))
    lanes = result.lanes
    titanium = lanes[(lanes["product"] == "810820") & (lanes["importer"] == "USA")]
    row = int(titanium.index[titanium["exporter"] == "JPN"][0])
    assert duty_by_year(result, row, 1) == pytest.approx([0.15, 0.075])
    unknown = int(lanes.index[lanes["base_duty"].isna()][0])
    assert duty_by_year(result, unknown, 1) == [None, None]
