"""Which regime an importer would rather claim under."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.market import Market
from workbench.analysis.overlap import FIGURES, Overlap, Rather, explain_overlap, overlap
from workbench.definitions.fields import RuleInForce, RulesInForce
from workbench.definitions.library import rules_in_force
from workbench.model.agreement import Agreement
from workbench.model.commitments import StagingCategory, StagingFormula, StatedRate, Treatment
from workbench.model.nomenclature import HSRange
from workbench.model.origin import WhollyObtained

ELSEWHERE = RulesInForce(
    "US-Australia",
    "AU",
    "2005-01-01",
    (RuleInForce("minerals", (HSRange.parse("8108"),), WhollyObtained()),),
    "test",
    programmes=("AU",),
)


@pytest.fixture
def australian(market: Market) -> Market:
    """Titanium from Australia, which pays 3 % under an agreement in force instead of 15 %."""
    import pandas as pd

    more = market.flows.iloc[:1].assign(exporter="AUS", member="AUS", value_usd=10e6)
    return replace(market, flows=pd.concat([market.flows, more], ignore_index=True))


def overlapped(market: Market, agreement: Agreement) -> Overlap:
    baseline = build_baseline(market, agreement)
    return overlap(evaluate(agreement, baseline, complete=False), (ELSEWHERE,))


def row(result: Overlap, exporter: str, product: str) -> dict[str, object]:
    lanes = result.lanes
    found = lanes[(lanes["exporter"] == exporter) & (lanes["product"] == product)]
    return dict(found.iloc[0])


def test_the_larger_saving_wins(australian: Market, agreement: Agreement) -> None:
    free = row(overlapped(australian, agreement), "AUS", "810820")
    assert (free["best"], free["best_duty"]) == ("AU", pytest.approx(0.03))
    assert free["best_saves"] == pytest.approx(0.12)
    assert free["saves"] == pytest.approx(0.15)
    assert free["rather"] == Rather.THIS
    costly = replace(agreement, parameters=replace(agreement.parameters, ad_valorem_cost=0.05))
    assert row(overlapped(australian, costly), "AUS", "810820")["rather"] == Rather.OTHER


def test_equal_savings_are_told_apart_by_the_rule(australian: Market, agreement: Agreement) -> None:
    capped = Treatment(staging=(StagingCategory("A", StagingFormula.CAP, value=0.03),))
    result = overlapped(australian, replace(agreement, treatment=capped))
    lane = row(result, "AUS", "810820")
    assert lane["rather"] == Rather.EITHER
    assert lane["advice"] == "this agreement's rule asks less"


def test_a_rule_that_is_not_held_is_said_to_be_unknown(
    australian: Market, agreement: Agreement
) -> None:
    baseline = build_baseline(australian, agreement)
    result = overlap(evaluate(agreement, baseline, complete=False))
    lane = row(result, "AUS", "810820")
    assert np.isnan(lane["best_index"])
    assert lane["advice"] == "rule of AU not known: none of that agreement is held"
    other = replace(
        ELSEWHERE, rules=(replace(ELSEWHERE.rules[0], products=(HSRange.parse("72"),)),)
    )
    result = overlap(result.evaluation, (other,))
    said = row(result, "AUS", "810820")["advice"]
    assert said == "rule of AU not known: none for this product is held"


def test_shipped_rules_are_matched_by_their_codes_in_tariff_data(starter_file: Path) -> None:
    with sqlite3.connect(starter_file) as database:
        held = {code for (code,) in database.execute("SELECT code FROM programmes")}
    database.close()
    for rules in rules_in_force():
        assert rules.programmes
        assert set(rules.programmes) <= held, rules.title


def test_a_rate_that_is_not_known_leaves_it_open(market: Market, agreement: Agreement) -> None:
    """Japan's rates for Australia are not in the data, its MFN rate is stated."""
    rate = StatedRate("JPN", (HSRange.parse("7502.10"),), 0.04, "test")
    lane = row(overlapped(market, replace(agreement, tariffs=(rate,))), "AUS", "750210")
    assert lane["rather"] == Rather.NEITHER or lane["rather"] == Rather.UNKNOWN
    result = overlapped(market, replace(agreement, tariffs=(rate,)))
    japan = result.lanes[(result.lanes["importer"] == "JPN")]
    assert set(japan["rather"]) == {Rather.UNKNOWN}


def test_nothing_is_saved_on_what_is_free(market: Market, agreement: Agreement) -> None:
    lane = row(overlapped(market, agreement), "AUS", "750210")
    assert lane["rather"] == Rather.NEITHER


def test_totals_are_the_trade_of_each_answer(australian: Market, agreement: Agreement) -> None:
    result = overlapped(australian, agreement)
    assert sum(result.totals.values()) == pytest.approx(result.lanes["value"].sum())
    assert result.totals[Rather.THIS] > 0


def test_it_is_explained(australian: Market, agreement: Agreement) -> None:
    result = overlapped(australian, agreement)
    for place in range(len(result.lanes)):
        assert explain_overlap(result, place, (ELSEWHERE,)).value in set(Rather)
        for figure in FIGURES:
            value = result.lanes[figure].iloc[place]
            told = explain_overlap(result, place, (ELSEWHERE,), figure).value
            assert told == (None if np.isnan(value) else pytest.approx(value))
