"""Figures of several lanes together are explained by their own value."""

import numpy as np
import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.explain_groups import explain_group
from workbench.analysis.exposure import SUMMED
from workbench.analysis.incentive_view import (
    MEANS,
    duty_by_year,
    explain_duty_in_year,
    explain_trade_with_leverage,
    incentive_by_product,
)
from workbench.analysis.market import Market
from workbench.analysis.partner_product import FIGURES_BY_PAIR, by_partner_and_product
from workbench.analysis.partner_view import explain_supplier, outside_suppliers
from workbench.analysis.results import Evaluation
from workbench.analysis.rule_view import DEFAULT_RULE, by_rule, explain_rule
from workbench.analysis.strictness import ceiling, restrictiveness
from workbench.analysis.strictness_view import explain_strictness
from workbench.model.agreement import Agreement


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
    told = explain_trade_with_leverage(evaluation)
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
    for figure in FIGURES_BY_PAIR:
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
