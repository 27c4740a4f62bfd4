from dataclasses import replace

import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.results import Level
from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    BillOfInputs,
    Bracket,
    Commitment,
    CommitmentTopic,
    InputShare,
    Institutions,
    Obligation,
)
from workbench.model.nomenclature import HSRange
from workbench.model.origin import AnyGood, RegionalValueContent, RvcMethod, WhollyObtained


@pytest.fixture
def found(market):
    def run(agreement: Agreement):
        result = evaluate(agreement, build_baseline(market, agreement))
        return {finding.id: finding for finding in result.findings}

    return run


def test_mfn_free_products_are_named(found, agreement):
    finding = found(agreement)["mfn-free"]
    assert "7502.10" in finding.text
    assert finding.where == "coverage"


def test_a_supplier_that_is_free_already(market, agreement):
    flows = market.flows[market.flows["exporter"] != "CHN"]
    market = replace(market, flows=flows)
    result = evaluate(agreement, build_baseline(market, agreement))
    found = [f for f in result.findings if f.id == "supplier-already-free"]
    assert len(found) == 1  # nickel is free of MFN duty, not by an agreement
    assert "Japan is the largest supplier of 8505.11 to United States" in found[0].text
    assert "(JP)" in found[0].text


def test_a_non_party_that_supplies_most(found, agreement):
    finding = found(agreement)["non-party-supplier"]
    assert "China" in finding.text
    assert "8505.11" in finding.text


def test_unknown_duties(market, agreement):
    lines = market.tariff_lines[market.tariff_lines["product"] != "810820"]
    market = replace(market, tariff_lines=lines)
    result = evaluate(agreement, build_baseline(market, agreement))
    finding = next(f for f in result.findings if f.id == "duties-unknown")
    assert dict(finding.figures)["known_duty_share"] == pytest.approx(150 / 520)
    assert "USA, JPN" in finding.text  # the largest first


def test_products_without_trade_in_the_database(found, agreement, market):
    some = replace(market, traded=frozenset({"850511"}))
    result = evaluate(agreement, build_baseline(some, agreement))
    finding = next(f for f in result.findings if f.id == "trade-unknown")
    assert finding.where == "data"
    assert f"in {len(market.products) - 1} of {len(market.products)} covered" in finding.text
    none = replace(market, traded=frozenset())
    result = evaluate(agreement, build_baseline(none, agreement))
    finding = next(f for f in result.findings if f.id == "trade-unknown")
    assert finding.text.startswith("No trade of")
    assert "trade-unknown" not in found(agreement)


def test_nobody_qualifies_under_a_strict_rule(found, agreement):
    strict = agreement.with_default_rule(WhollyObtained())
    assert found(strict)["nobody-qualifies-today"].where == "origin.default_rule"
    loose = agreement.with_default_rule(RegionalValueContent(RvcMethod.BUILD_DOWN, 0.4))
    assert "nobody-qualifies-today" not in found(loose)


def test_a_rule_without_a_content_limit(found, agreement):
    assert "no-content-limit" in found(agreement.with_default_rule(AnyGood()))
    assert "no-content-limit" not in found(agreement)


def test_review_and_brackets(found, agreement):
    assert "no-review" in found(agreement)
    text = replace(
        agreement,
        institutions=Institutions(review_every_years=5),
        commitments=(
            Commitment(
                "labour",
                CommitmentTopic.LABOUR,
                "Text.",
                Obligation.SHALL,
                brackets=(Bracket("or not", ("USA",)),),
            ),
        ),
    )
    after = found(text)
    assert "no-review" not in after
    assert after["open-brackets"].where == "commitments[0]"


def test_inputs_outside_the_coverage(found, agreement):
    bill = BillOfInputs(
        (HSRange.parse("8108.20"),), (InputShare(HSRange.parse("2614"), 0.3),), "a test"
    )
    finding = found(replace(agreement, bills_of_inputs=(bill,)))["input-not-covered"]
    assert "2614" in finding.text


def test_errors_come_first(market, agreement):
    alone = replace(agreement, partners=agreement.partners[:1])
    result = evaluate(alone, build_baseline(market, alone))
    assert result.findings[0].level is Level.ERROR
    assert result.findings[0].id == "too-few-partners"


def test_a_text_that_does_not_fit_together_is_an_error_and_still_evaluates(market, agreement):
    entry = replace(agreement.coverage.entries[0], staging="Z")
    broken = agreement.with_coverage_entry(0, entry)
    result = evaluate(broken, build_baseline(market, broken))
    finding = result.findings[0]
    assert (finding.id, finding.level) == ("inconsistent", Level.ERROR)
    assert finding.where.startswith("coverage[0]")
    assert "Z" in finding.text
    titanium = result.lanes[result.lanes["product"] == "810820"]
    assert (titanium["pref_duty"].dropna() == titanium["base_duty"].dropna()).all()
