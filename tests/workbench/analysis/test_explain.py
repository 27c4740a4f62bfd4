from dataclasses import replace

import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.explain import FIGURES, explain_lane, explain_total
from workbench.model.commitments import NO_SOURCE
from workbench.tradedata.database import Vintage


@pytest.fixture
def result(market, agreement):
    from dataclasses import replace

    vintage = (Vintage("trade_flows", "A source", "R1", 2024),)
    market = replace(market, vintage=vintage)
    return evaluate(agreement, build_baseline(market, agreement))


def _row(result, importer, exporter, product):
    lanes = result.lanes
    found = (
        (lanes["importer"] == importer)
        & (lanes["exporter"] == exporter)
        & (lanes["product"] == product)
    )
    return int(found.to_numpy().argmax())


@pytest.mark.parametrize("figure", [name for name in FIGURES if name != "value"])
def test_every_figure_of_a_lane_or_the_total_is_explained(result, figure):
    if figure in result.totals:
        told = explain_total(result, figure)
        assert told.value == result.totals[figure]
    else:
        told = explain_lane(result, _row(result, "USA", "JPN", "810820"), figure)
        assert told.value == pytest.approx(
            result.lanes[figure][_row(result, "USA", "JPN", "810820")]
        )
    assert told.title
    assert told.formula
    assert any("A source" in str(term.value) for term in told.terms)


def test_the_numbers_put_in_give_the_figure(result):
    row = _row(result, "USA", "JPN", "810820")
    told = explain_lane(result, row, "duty_forgone")
    put_in = {term.symbol: term.value for term in told.terms if term.symbol}
    expected = (put_in["b"] - put_in["p"]) * put_in["U"] * put_in["V"]
    assert told.value == pytest.approx(expected)
    gross = explain_lane(result, row, "gross_incentive")
    put_in = {term.symbol: term.value for term in gross.terms if term.symbol}
    assert gross.value == pytest.approx(put_in["b"] - put_in["p"] + put_in["f"] + put_in["e"])


def test_a_duty_names_its_source_and_wording(result):
    told = explain_lane(result, _row(result, "USA", "JPN", "810820"), "base_duty")
    assert any("test schedule, 2025" in term.source and "15%" in term.source for term in told.terms)


def test_a_missing_figure_says_why(result):
    told = explain_lane(result, _row(result, "JPN", "USA", "810820"), "utilisation")
    assert told.value is None
    assert any("no MFN rate" in note for note in told.notes)


def test_assumptions_come_with_their_source(result):
    told = explain_lane(result, _row(result, "USA", "JPN", "810820"), "utilisation")
    cost = next(term for term in told.terms if term.symbol == "F")
    assert cost.value == 250
    assert "Keck" in cost.source


def test_a_stated_number_comes_with_the_stated_source(result):
    agreement = result.agreement.with_parameter("fixed_cost", 900).with_parameter("premium", 0.2)
    agreement = agreement.with_parameter_source("premium", "a survey of smelters")
    told = explain_lane(
        replace(result, agreement=agreement), _row(result, "USA", "JPN", "810820"), "utilisation"
    )
    sources = {term.symbol: term.source for term in told.terms}
    assert sources["F"] == NO_SOURCE
    assert sources["ρ"] == "a survey of smelters"
    assert sources["k"] == "model default; no published estimate"
