"""Sums of lanes under each rule."""

import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.market import Market
from workbench.analysis.rule_view import DEFAULT_RULE, by_rule, products_with_bills
from workbench.model.agreement import Agreement
from workbench.model.commitments import BillOfInputs, InputShare
from workbench.model.nomenclature import HSRange
from workbench.model.origin import ProductRule, WhollyObtained

TITANIUM = HSRange.parse("8108.20")


def test_lanes_are_summed_under_their_rule(market: Market, agreement: Agreement) -> None:
    specific = agreement.with_product_rule(0, ProductRule((TITANIUM,), WhollyObtained()))
    result = evaluate(specific, build_baseline(market, specific))
    table = by_rule(result.lanes, specific)
    assert list(table.index) == [DEFAULT_RULE, 0]
    titanium = result.lanes[result.lanes["product"] == "810820"]
    assert table.loc[0, "value"] == pytest.approx(titanium["value"].sum())
    assert table.loc[0, "exposure"] == 0
    assert table["value"].sum() == pytest.approx(result.totals["covered_trade"])


def test_without_product_rules_all_lanes_are_under_the_default(
    market: Market, agreement: Agreement
) -> None:
    result = evaluate(agreement, build_baseline(market, agreement))
    table = by_rule(result.lanes, agreement)
    assert list(table.index) == [DEFAULT_RULE]
    assert table.loc[DEFAULT_RULE, "utilisation"] == pytest.approx(result.totals["utilisation"])


def test_products_with_bills(market: Market, agreement: Agreement) -> None:
    bill = BillOfInputs(
        (TITANIUM,), (InputShare(HSRange.parse("7502"), 0.4),), "a study", exporters=("JPN",)
    )
    billed = agreement.with_bill_of_inputs(0, bill)
    result = evaluate(billed, build_baseline(market, billed))
    assert products_with_bills(result) == ({"810820": ("JPN",)}, 3)
