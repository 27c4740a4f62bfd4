"""Figures of several lanes together are explained by their own value."""

import numpy as np
import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.explain_groups import explain_group, explain_riders
from workbench.analysis.exposure import SUMMED, free_riding_flows
from workbench.analysis.incentive_view import (
    MEANS,
    TradePart,
    duty_by_year,
    explain_duty_in_year,
    explain_trade_part,
    incentive_by_product,
)
from workbench.analysis.market import Market
from workbench.analysis.partner_product import by_partner_and_product
from workbench.analysis.partner_view import (
    explain_exposure_change,
    explain_supplier,
    outside_suppliers,
)
from workbench.analysis.results import Evaluation
from workbench.analysis.rule_view import DEFAULT_RULE, by_rule, explain_rule
from workbench.analysis.strictness import ceiling, restrictiveness
from workbench.analysis.strictness_view import explain_strictness
from workbench.model.agreement import Agreement
from workbench.model.origin import RegionalValueContent, RvcMethod


@pytest.fixture
def evaluation(market: Market, agreement: Agreement) -> Evaluation:
    return evaluate(agreement, build_baseline(market, agreement), complete=False)


@pytest.mark.parametrize("figure", [*SUMMED, "value", "utilisation", "exposure"])
def test_a_sum_is_that_of_the_table(evaluation: Evaluation, figure: str) -> None:
    for by, table in (
        ("product", evaluation.by_product),
        ("exporter", evaluation.by_exporter),
        ("importer", evaluation.by_importer),
    ):
        for key, value in zip(table[by], table[figure], strict=True):
            told = explain_group(evaluation, {by: key}, figure)
            wanted = None if value != value else pytest.approx(value)
            assert told.value == wanted, (by, key)


def test_the_lanes_behind_a_sum_add_up_to_it(evaluation: Evaluation) -> None:
    for figure in ("value", "free_riding_content"):
        told = explain_group(evaluation, {"importer": ["USA", "JPN"]}, figure)
        assert told.rows is not None
        assert told.rows[figure].sum() == pytest.approx(told.value)
    symbols = {term.symbol for term in told.terms}
    assert {"k", "S", "σ", "F", "ρ"} <= symbols


@pytest.mark.parametrize("figure", MEANS)
def test_a_mean_over_products_is_weighted_by_trade(evaluation: Evaluation, figure: str) -> None:
    lanes = evaluation.lanes
    lanes = lanes[(lanes["importer"] == "USA") & lanes["base_duty"].notna() & (lanes["value"] > 0)]
    assert lanes["product"].nunique() > 1
    told = explain_group(evaluation, {"importer": "USA"}, figure)
    expected = (lanes[figure] * lanes["value"]).sum() / lanes["value"].sum()
    assert told.value == pytest.approx(expected)


def test_a_group_without_lanes_has_no_figure(evaluation: Evaluation) -> None:
    assert explain_group(evaluation, {"exporter": "BRA"}, "exposure").value is None


@pytest.mark.parametrize("traced", [False, True])
def test_riders_are_those_of_the_flows(evaluation: Evaluation, traced: bool) -> None:
    flows = free_riding_flows(evaluation, traced)
    total = flows["free_riding_content"].sum()
    assert total > 0
    for by in ("economy", "input", "exporter", "product"):
        for key, flow in flows.groupby(by):
            told = explain_riders(evaluation, {by: str(key)}, traced)
            assert told.value == pytest.approx(flow["free_riding_content"].sum())
            assert told.rows is not None
            assert told.rows.iloc[:, 4].sum() == pytest.approx(told.value)
            share = explain_riders(evaluation, {by: [str(key)]}, traced, of_all=True)
            assert share.value == pytest.approx(told.value / total)


def test_the_change_of_a_partners_exposure(evaluation: Evaluation) -> None:
    strict = evaluation.agreement.with_default_rule(
        RegionalValueContent(RvcMethod.BUILD_DOWN, 0.95)
    )
    after = evaluate(strict, evaluation.baseline, complete=False)
    told = explain_exposure_change(after, evaluation, "JPN")
    now, then = (
        each.by_exporter.set_index("exporter").loc["JPN", "exposure"]
        for each in (after, evaluation)
    )
    assert now != then
    assert told.value == pytest.approx(now - then)


@pytest.mark.parametrize("figure", MEANS)
def test_a_mean_is_that_of_the_table(evaluation: Evaluation, figure: str) -> None:
    table = incentive_by_product(evaluation.lanes)
    for product, value in zip(table["product"], table[figure], strict=True):
        told = explain_group(evaluation, {"product": product}, figure)
        assert told.value == pytest.approx(value)


def test_one_market_alone(evaluation: Evaluation) -> None:
    told = explain_group(evaluation, {"product": "810820", "importer": "JPN"}, "value")
    assert told.value == pytest.approx(40e6)
    assert told.subject == "8108.20, into Japan"


def test_an_unknown_figure_is_refused(evaluation: Evaluation) -> None:
    with pytest.raises(KeyError):
        explain_group(evaluation, {"product": "810820"}, "break_even_premium")


def test_trade_with_leverage_is_what_is_left(evaluation: Evaluation) -> None:
    told = explain_trade_part(evaluation, TradePart.LEVERAGE)
    assert told.value == pytest.approx(300e6)  # titanium from Japan


def test_the_duty_of_a_year(evaluation: Evaluation) -> None:
    lanes = evaluation.lanes
    row = int(lanes.index[(lanes["product"] == "810820") & (lanes["importer"] == "USA")][0])
    rates = duty_by_year(evaluation, row, 3)
    assert [explain_duty_in_year(evaluation, row, year).value for year in range(4)] == rates


def test_a_rule_is_the_sum_of_its_lanes(evaluation: Evaluation) -> None:
    table = by_rule(evaluation.lanes, evaluation.agreement)
    for figure in ("value", "utilisation", "exposure", "traced_exposure"):
        told = explain_rule(evaluation, evaluation.agreement, DEFAULT_RULE, figure)
        assert told.value == pytest.approx(table.loc[DEFAULT_RULE, figure])


def test_a_supplier_from_outside(evaluation: Evaluation) -> None:
    table = outside_suppliers(evaluation.baseline.market, evaluation.baseline.importers)
    for row in table.to_dict("records"):
        assert explain_supplier(evaluation, row["economy"], "value").value == row["value"]
        assert explain_supplier(evaluation, row["economy"], "share").value == row["share"]


def test_how_strict_a_rule_is(agreement: Agreement) -> None:
    rule = agreement.origin.default_rule
    assert explain_strictness(rule, "strictness", "x").value == restrictiveness(rule)
    told = explain_strictness(rule, "ceiling", "x", "a source")
    assert told.value == ceiling(rule)
    assert any(term.value == "a source" for term in told.terms)


def test_a_grid_of_partners_and_products_is_made_of_groups(evaluation: Evaluation) -> None:
    for figure in (*SUMMED, "value", "utilisation", "exposure", "traced_exposure"):
        grid = by_partner_and_product(evaluation, figure)
        assert set(grid.columns) <= set(evaluation.baseline.market.products)
        for exporter in grid.index:
            for product in grid.columns:
                value = grid.loc[exporter, product]
                told = explain_group(evaluation, {"product": product, "exporter": exporter}, figure)
                if not np.isnan(value):
                    assert told.value == pytest.approx(value)


def test_the_grid_keeps_the_largest_products(evaluation: Evaluation) -> None:
    grid = by_partner_and_product(evaluation, "value", most=1)
    assert list(grid.columns) == ["810820"]
    assert grid.index[0] == "JPN"
