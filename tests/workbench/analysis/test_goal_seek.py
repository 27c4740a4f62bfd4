import pytest

from workbench.analysis.baseline import Baseline, build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.frontier import frontier
from workbench.analysis.goal_seek import goal_seek
from workbench.analysis.market import Market
from workbench.model.agreement import Agreement
from workbench.model.origin import AnyGood, WhollyObtained
from workbench.model.rule_families import Base, Family, RuleChoice, Sweep


@pytest.fixture
def baseline(market: Market, agreement: Agreement) -> Baseline:
    return build_baseline(market, agreement)


@pytest.mark.parametrize(
    ("sweep", "figure"),
    [
        (Sweep(), "exposure"),
        (Sweep(), "leakage"),
        (Sweep(), "utilisation"),
        (Sweep(base=Base.WITHIN), "traced_exposure"),
        (Sweep(Family.MAX_NON_ORIGINATING), "exposure"),
        (Sweep(products=("810820",)), "resourced_content"),
    ],
)
def test_the_rule_found_gives_the_figure(
    sweep: Sweep, figure: str, agreement: Agreement, baseline: Baseline
):
    points = frontier(agreement, baseline, sweep, (0.1, 0.8)).points
    target = 0.4 * getattr(points[0], figure) + 0.6 * getattr(points[1], figure)
    answer = goal_seek(agreement, baseline, sweep, figure, target)
    assert answer.reached
    assert getattr(answer.point, figure) == pytest.approx(target, rel=1e-4)
    if not sweep.products:
        edited = evaluate(sweep.edited(agreement, answer.point.at), baseline, complete=False)
        assert edited.totals[figure] == pytest.approx(target, rel=1e-4)


def test_of_several_the_loosest_is_found(agreement: Agreement, baseline: Baseline):
    """Exposure does not change below the loosest threshold that binds."""
    points = frontier(agreement, baseline).points
    answer = goal_seek(agreement, baseline, Sweep(), "exposure", points[0].exposure)
    assert answer.point.at == 0.0
    limit = Sweep(Family.MAX_NON_ORIGINATING)
    assert goal_seek(agreement, baseline, limit, "exposure", points[0].exposure).point.at == 1.0


def test_out_of_reach_names_the_nearest_and_why(agreement: Agreement, baseline: Baseline):
    answer = goal_seek(agreement, baseline, Sweep(), "exposure", 0.9)
    assert not answer.reached
    assert answer.point.at == 0.0
    assert "never as high" in answer.reason
    narrow = goal_seek(agreement, baseline, Sweep(), "exposure", 0.0, (0.2, 0.3))
    assert not narrow.reached
    assert "never as low" in narrow.reason
    assert narrow.point.at == 0.3


def test_of_a_list_the_first_that_is_good_enough(agreement: Agreement, baseline: Baseline):
    rules = (RuleChoice("any", AnyGood()), RuleChoice("obtained", WhollyObtained()))
    sweep = Sweep(Family.RULES, rules=rules)
    assert goal_seek(agreement, baseline, sweep, "exposure", 0.01).point.label == "obtained"
    assert goal_seek(agreement, baseline, sweep, "exposure", 0.9).point.label == "any"
    assert goal_seek(agreement, baseline, sweep, "utilisation", 0.0).point.label == "any"
    far = goal_seek(agreement, baseline, sweep, "utilisation", 0.99999)
    assert not far.reached


def test_without_figures_it_says_so(agreement: Agreement, market: Market):
    free = market.tariff_lines.assign(rate=0.0)
    from dataclasses import replace

    baseline = build_baseline(replace(market, tariff_lines=free), agreement)
    answer = goal_seek(agreement, baseline, Sweep(), "exposure", 0.1)
    assert answer.point is None
    assert not answer.reached


def test_other_figures_are_refused(agreement: Agreement, baseline: Baseline):
    with pytest.raises(ValueError, match="cannot be sought"):
        goal_seek(agreement, baseline, Sweep(), "rating", 0.1)
