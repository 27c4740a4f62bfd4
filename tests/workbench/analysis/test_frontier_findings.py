from dataclasses import replace

import numpy as np
import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.findings import Needs, found_in
from workbench.analysis.frontier import Frontier, frontier
from workbench.analysis.frontier_explain import explain_marks, explain_point, explain_product
from workbench.analysis.market import Market
from workbench.analysis.results import Finding
from workbench.analysis.rules_compared import marks_in_force
from workbench.definitions.library import rules_in_force
from workbench.model.agreement import Agreement
from workbench.model.origin import (
    AnyGood,
    EconomyCap,
    RegionalValueContent,
    RvcMethod,
    WhollyObtained,
)
from workbench.model.rule_families import Family, RuleChoice, Sweep


def with_threshold(agreement: Agreement, at: float, **parameters: float) -> Agreement:
    text = agreement.with_default_rule(RegionalValueContent(RvcMethod.BUILD_DOWN, at))
    return replace(text, parameters=replace(text.parameters, **parameters))


def frontier_findings(found: Frontier) -> tuple[Finding, ...]:
    return found_in(Needs.FRONTIER, found.agreement, found)


def ids(findings) -> list[str]:
    return [finding.id for finding in findings]


def foreign(market: Market, factor: float) -> Market:
    content = market.content
    return replace(market, content=replace(content, declared=content.declared * factor))


# On a frontier


def test_a_rule_beyond_the_turning_point(market: Market, agreement: Agreement):
    text = with_threshold(agreement, 0.99, premium=2.0, concentration=60.0)
    found = frontier(text, build_baseline(market, text))
    finding = next(f for f in frontier_findings(found) if f.id == "beyond-the-turn")
    figures = dict(finding.figures)
    assert figures["at"] == 0.99
    assert figures["turning_at"] == pytest.approx(found.turning_point.at)
    lost = found.turning_point.resourced_content - found.drafted.resourced_content
    assert figures["resourced_lost"] == pytest.approx(lost)
    unknown = replace(found, drafted=replace(found.drafted, resourced_content=None))
    assert "beyond-the-turn" not in ids(frontier_findings(unknown))
    loose = with_threshold(agreement, 0.2, premium=2.0, concentration=60.0)
    assert "beyond-the-turn" not in ids(
        frontier_findings(frontier(loose, build_baseline(market, loose)))
    )


def test_a_stricter_rule_that_costs_little(market: Market, agreement: Agreement):
    text = with_threshold(agreement, 0.3)
    found = frontier(text, build_baseline(market, text))
    finding = next(f for f in frontier_findings(found) if f.id == "stricter-is-cheap")
    assert dict(finding.figures)["exposure"] < found.drafted.exposure
    strict = with_threshold(agreement, 1.0)
    best = frontier(strict, build_baseline(market, strict))
    assert "stricter-is-cheap" not in ids(frontier_findings(best))


def test_another_rule_that_is_better_in_everything(market: Market, agreement: Agreement):
    found = frontier(agreement, build_baseline(market, agreement))
    best = found.points[len(found.points) // 2]
    worse = replace(best, at=0.5, exposure=best.exposure + 0.1, utilisation=best.utilisation - 0.1)
    findings = frontier_findings(replace(found, points=(worse, best), drafted=worse))
    figures = dict(next(f for f in findings if f.id == "better-rule").figures)
    assert figures == {"at": best.at, "exposure": best.exposure, "utilisation": best.utilisation}
    less = replace(best, resourced_content=worse.resourced_content - 1)
    findings = frontier_findings(replace(found, points=(worse, less), drafted=worse))
    assert "better-rule" not in [f.id for f in findings]


def test_numbers_that_change_nothing(market: Market, agreement: Agreement):
    found = frontier(agreement, build_baseline(market, agreement))
    finding = next(f for f in frontier_findings(found) if f.id == "nothing-changes")
    last = dict(finding.figures)["to"]
    at_end = next(p for p in found.points if p.at == last)
    assert at_end.exposure == pytest.approx(found.points[0].exposure, abs=1e-3)


def test_products_beyond_their_own_turn(market: Market, agreement: Agreement):
    text = with_threshold(agreement, 0.99, premium=2.0, concentration=60.0)
    priced = replace(
        market, tariff_lines=market.tariff_lines[market.tariff_lines["regime"] == "mfn"]
    )
    found = frontier(text, build_baseline(priced, text))
    assert (found.by_product["turning_at"].notna()).any()
    finding = next(f for f in frontier_findings(found) if f.id == "products-beyond-the-turn")
    assert dict(finding.figures)["resourced_gain"] > 0


def test_a_list_of_rules_names_the_better_one(market: Market, agreement: Agreement):
    rules = (RuleChoice("any good", AnyGood()), RuleChoice("obtained", WhollyObtained()))
    found = frontier(
        with_threshold(agreement, 0.3),
        build_baseline(market, agreement),
        Sweep(Family.RULES, rules=rules),
    )
    texts = [f.text for f in frontier_findings(found)]
    assert all("threshold" not in text for text in texts)


# On an evaluation


def test_a_threshold_that_no_partner_meets(market: Market, agreement: Agreement):
    text = with_threshold(agreement, 0.95)
    result = evaluate(text, build_baseline(market, text), complete=False)
    finding = next(f for f in result.findings if f.id == "no-partner-meets")
    figures = dict(finding.figures)
    assert figures["ceiling"] == pytest.approx(0.05)
    assert figures["least_content"] == pytest.approx(0.15)
    assert finding.where == "origin.default_rule"
    loose = evaluate(agreement, build_baseline(market, agreement), complete=False)
    assert "no-partner-meets" not in ids(loose.findings)


def test_a_rule_that_binds_nobody(market: Market, agreement: Agreement):
    text = with_threshold(agreement, 0.05)
    result = evaluate(text, build_baseline(market, text), complete=False)
    finding = next(f for f in result.findings if f.id == "binds-nobody")
    assert dict(finding.figures)["as_is_share"] == pytest.approx(1.0, abs=5e-3)
    strict = with_threshold(agreement, 0.9)
    again = evaluate(strict, build_baseline(market, strict), complete=False)
    assert "binds-nobody" not in ids(again.findings)
    anything = agreement.with_default_rule(AnyGood())
    none = evaluate(anything, build_baseline(market, anything), complete=False)
    assert "binds-nobody" not in ids(none.findings)


def test_more_duty_forgone_on_non_party_than_on_partner_content(
    market: Market, agreement: Agreement
):
    text = agreement.with_default_rule(AnyGood())
    mostly_foreign = foreign(market, 4.5)
    result = evaluate(text, build_baseline(mostly_foreign, text), complete=False)
    assert result.totals["leakage"] > result.totals["duty_forgone"] / 2
    finding = next(f for f in result.findings if f.id == "rewards-non-parties")
    assert dict(finding.figures)["leakage"] == pytest.approx(result.totals["leakage"])
    usual = evaluate(agreement, build_baseline(market, agreement), complete=False)
    assert "rewards-non-parties" not in ids(usual.findings)


# Explanations


def test_a_point_is_explained_with_its_numbers(market: Market, agreement: Agreement):
    found = frontier(agreement, build_baseline(market, agreement))
    for figure in ("utilisation", "exposure", "traced_exposure", "resourced_content", "leakage"):
        explained = explain_point(found, found.points[12], figure)
        assert explained.value == getattr(found.points[12], figure)
        assert "60 per cent" in str(explained.terms[0].value)
    exposure = explain_point(found, found.points[12], "exposure")
    terms = {term.meaning: term.value for term in exposure.terms}
    assert exposure.value == pytest.approx(
        terms["Free-riding content"] / terms["Trade that claims"]
    )
    assert "rules as drafted" in explain_point(found, found.drafted, "exposure").subject
    cap = frontier(
        agreement, build_baseline(market, agreement), Sweep(Family.ECONOMY_CAP, economies=("CHN",))
    )
    assert cap.sweep.rule(0.1) == EconomyCap(("CHN",), 0.1)
    assert explain_point(cap, cap.points[2], "exposure").terms[0].value


def test_a_product_without_a_best_rule_says_why(market: Market, agreement: Agreement):
    found = frontier(agreement, build_baseline(market, agreement))
    place = int(np.flatnonzero(found.by_product["why_none"] != "")[0])
    explained = explain_product(found, place)
    assert explained.value is None
    assert explained.notes == (found.by_product["why_none"].iloc[place],)


def test_every_figure_of_a_product_is_explained_by_its_value(market: Market, agreement: Agreement):
    found = frontier(agreement, build_baseline(market, agreement))
    for place in range(len(found.by_product)):
        for figure in ("trade", "drafted_at", "least_exposure", "utilisation_there", "turning_at"):
            value = found.by_product[figure].iloc[place]
            told = explain_product(found, place, figure)
            assert told.value == (None if np.isnan(value) else pytest.approx(value))
            assert told.formula


def test_a_rule_in_force_is_explained():
    marks, _ = marks_in_force(Family.BUILD_DOWN, ("250410",), rules_in_force())
    at = marks[0].at
    here = [mark for mark in marks if mark.at == at]
    told = explain_marks(here, "Regional value content")
    assert told.value == at
    assert {term.value for term in told.terms} >= {mark.text for mark in here}
