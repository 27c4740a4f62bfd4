"""Incentives by product, and duties by year."""

from dataclasses import replace

import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.incentive_view import duty_by_year, incentive_by_product
from workbench.analysis.market import Market
from workbench.model.agreement import Agreement
from workbench.model.commitments import StagingCategory, StagingFormula, Treatment
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
