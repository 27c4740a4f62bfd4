from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.analysis.baseline import Baseline, build_baseline
from workbench.analysis.evaluation import Evaluator, evaluate
from workbench.analysis.frontier import FLOOR_SHARE, POINT_FIGURES, comparable, frontier
from workbench.analysis.market import Market
from workbench.analysis.rule_sweep import SUMS, RuleSweep
from workbench.definitions.reader import read_agreement
from workbench.model.agreement import Agreement
from workbench.model.commitments import BillOfInputs, InputShare, TreatmentBasis
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    Cumulation,
    DeMinimis,
    EconomyCap,
    InputsOriginate,
    ProductRule,
    RegionalValueContent,
    RemainderCap,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)
from workbench.model.rule_families import Base, Family, RuleChoice, Sweep
from workbench.progress import Progress
from workbench.tradedata.database import TradeDatabase

SHIPPED = Path(__file__).parents[3] / "agreements" / "definitions"
TOTALS = (
    "utilisation",
    "exposure",
    "traced_exposure",
    "resourced_content",
    "duty_forgone",
    "leakage",
    "claimed",
    "free_riding_content",
    "traced_free_riding_content",
    "traced_leakage",
)
BILL = BillOfInputs(
    products=(HSRange.parse("8108.20"),),
    inputs=(
        InputShare(HSRange.parse("2614"), 0.3, (("CHN", 0.6), ("JPN", 0.4))),
        InputShare(HSRange.parse("8108"), 0.2, (("CHN", 0.5), ("AUS", 0.5))),
    ),
    source="test",
)
RULES = (
    RuleChoice("any good", AnyGood()),
    RuleChoice("heading", TariffShift(ShiftFrom.HEADING)),
    RuleChoice("obtained", WhollyObtained()),
)
SWEEPS = {
    "threshold": Sweep(),
    "threshold within": Sweep(base=Base.WITHIN),
    "threshold of one product": Sweep(products=("810820",)),
    "build-up": Sweep(Family.BUILD_UP),
    "net cost": Sweep(Family.NET_COST),
    "limit": Sweep(Family.MAX_NON_ORIGINATING),
    "cap": Sweep(Family.ECONOMY_CAP, economies=("CHN",)),
    "de minimis": Sweep(Family.DE_MINIMIS, Base.WITHIN),
    "de minimis of one product": Sweep(Family.DE_MINIMIS, Base.WITHIN, ("810820",)),
    "tolerance": Sweep(Family.TOLERANCE, Base.WITHIN),
    "list": Sweep(Family.RULES, rules=RULES),
}


@pytest.fixture
def drafted(agreement: Agreement) -> Agreement:
    """Product rules of several kinds, so that every family has something to vary."""
    shift = AllOf(
        (
            TariffShift(ShiftFrom.HEADING),
            AnyOf((RegionalValueContent(RvcMethod.BUILD_DOWN, 0.6), SpecificProcess("melt", 0.4))),
            InputsOriginate((HSRange.parse("2614"),), 0.1),
        )
    )
    rules = (
        ProductRule((HSRange.parse("8108.20"),), shift, de_minimis=0.05),
        ProductRule((HSRange.parse("8505.11"),), RemainderCap(0.5, ("CHN",), 0.2)),
    )
    return replace(
        agreement,
        bills_of_inputs=(BILL,),
        origin=replace(agreement.origin, product_rules=rules, de_minimis=DeMinimis(0.1)),
        parameters=replace(agreement.parameters, net_cost_share=0.9),
    )


@pytest.fixture
def baseline(market: Market, drafted: Agreement) -> Baseline:
    return build_baseline(market, drafted)


@pytest.mark.parametrize("cumulation", list(Cumulation))
@pytest.mark.parametrize("name", list(SWEEPS))
def test_every_point_is_what_the_edited_agreement_evaluates_to(
    name: str, cumulation: Cumulation, drafted: Agreement, baseline: Baseline
):
    agreement = replace(drafted, origin=replace(drafted.origin, cumulation=cumulation))
    sweep = SWEEPS[name]
    numbers = (0.0, 1.0, 2.0) if name == "list" else (0.0, 0.15, 0.55, 0.85, 1.0)
    found = frontier(agreement, baseline, sweep, numbers)
    held = RuleSweep(agreement, baseline, sweep)
    for point, sums in zip(found.whole, held.at(numbers), strict=True):
        edited = evaluate(sweep.edited(agreement, point.at or 0.0), baseline, complete=False)
        for figure in TOTALS:
            expected = edited.totals[figure]
            ours = getattr(point, figure)
            if expected is None:
                assert ours is None
            else:
                assert ours == pytest.approx(expected, rel=1e-9, abs=1e-9)
        by_product = edited.by_product.set_index("product")
        for code, claimed in zip(held.codes, sums[SUMS.index("claimed")], strict=True):
            assert claimed == pytest.approx(by_product.loc[code, "claimed"], rel=1e-9)
    as_drafted = evaluate(agreement, baseline, complete=False).totals
    drafted_sums = held.as_drafted().sum(axis=1)
    for figure, ours in zip(SUMS[1:], drafted_sums[1:], strict=True):
        assert ours == pytest.approx(as_drafted[figure], rel=1e-9, abs=1e-9)


def test_chosen_products_have_points_of_their_own(drafted: Agreement, baseline: Baseline):
    found = frontier(drafted, baseline, Sweep(products=("810820",)), (0.3, 0.9))
    alone = RuleSweep(drafted, baseline, Sweep(products=("810820",))).at((0.3, 0.9))
    place = baseline.market.products.index("810820")
    assert [p.claimed for p in found.points] == alone[:, SUMS.index("claimed"), place].tolist()
    assert found.points[0].utilisation > found.whole[0].utilisation
    assert list(found.by_product["product"]) == ["810820"]


def test_best_rules_are_points_of_the_sweep(drafted: Agreement, baseline: Baseline):
    found = frontier(drafted, baseline)
    assert found.most_resourced == max(found.points, key=lambda p: p.resourced_content)
    allowed = [p for p in found.points if p.utilisation >= found.floor and p.exposure is not None]
    assert found.least_exposure == min(allowed, key=lambda p: p.exposure)
    highest = max(p.utilisation for p in found.points)
    assert found.floor == pytest.approx(FLOOR_SHARE * highest)
    out_of_reach = frontier(drafted, baseline, floor=0.9999)
    assert out_of_reach.least_exposure is None
    assert out_of_reach.floor == 0.9999


def test_of_equally_good_rules_the_loosest_is_best(agreement: Agreement, market: Market):
    """With content of nothing foreign no rule asks anything."""
    home = replace(market.content, declared=market.content.declared * 0)
    baseline = build_baseline(replace(market, content=home), agreement)
    assert frontier(agreement, baseline).least_exposure.at == 0.0
    limit = frontier(agreement, baseline, Sweep(Family.MAX_NON_ORIGINATING))
    assert limit.least_exposure.at == 1.0
    assert limit.most_resourced is None
    assert limit.turning_point is None


def test_turning_point_lies_between_points_and_is_the_highest(
    agreement: Agreement, baseline: Baseline
):
    costly = replace(agreement, parameters=replace(agreement.parameters, premium=1.5))
    numbers = tuple(n / 10 for n in range(11))
    found = frontier(costly, baseline, numbers=numbers)
    turn = found.turning_point
    assert turn is not None
    assert 0 < turn.at < 1
    assert turn.resourced_content >= max(p.resourced_content for p in found.points)
    near = frontier(costly, baseline, numbers=(turn.at - 0.003, turn.at, turn.at + 0.003)).points
    assert near[0].resourced_content < near[1].resourced_content > near[2].resourced_content
    table = found.by_product.set_index("product")
    at = table.loc["810820", "turning_at"]
    of_one = frontier(costly, baseline, Sweep(products=("810820",)), numbers).turning_point
    assert at == pytest.approx(of_one.at, abs=1e-3)


def test_turning_point_beside_the_strictest_rule_is_found(agreement: Agreement, baseline: Baseline):
    held = frontier(
        replace(agreement, parameters=replace(agreement.parameters, premium=1.5)),
        baseline,
        numbers=(0.0, 0.9),
    )
    turn = held.turning_point
    assert turn is None or turn.resourced_content > held.points[-1].resourced_content


def test_where_nothing_turns_it_says_so(agreement: Agreement, baseline: Baseline):
    found = frontier(agreement, baseline)
    assert found.turning_point is None
    assert "still rises" in found.no_turning_point


def test_diagonal_turning_point_follows_suppliers(agreement: Agreement, baseline: Baseline):
    origin = replace(agreement.origin, cumulation=Cumulation.DIAGONAL)
    costly = replace(
        agreement, origin=origin, parameters=replace(agreement.parameters, premium=1.5)
    )
    found = frontier(costly, baseline)
    assert found.turning_point is not None
    assert found.turning_point.resourced_content >= found.most_resourced.resourced_content


def test_unknown_duties_are_left_out_and_told(drafted: Agreement, baseline: Baseline):
    found = frontier(drafted, baseline)
    assert found.points[0].known_share < 1
    assert any("duty is not known" in gap.what for gap in found.gaps)
    row = found.by_product.set_index("product").loc["750210"]
    assert row["rating"] == "none"
    assert "Nothing to gain" in row["why_none"]
    assert np.isnan(row["least_exposure_at"])


def test_rules_that_ask_for_unknown_shares_rest_on_less_trade(
    agreement: Agreement, baseline: Baseline, market: Market
):
    no_bill = build_baseline(market, agreement)
    found = frontier(agreement, no_bill, Sweep(Family.RULES, rules=RULES))
    shares = [point.known_share for point in found.points]
    assert shares[1] < shares[0] == shares[2]
    assert any("do not compare" in gap.what for gap in found.gaps)
    assert [point.label for point in found.points] == ["any good", "heading", "obtained"]


def test_what_cannot_be_swept_is_refused_with_a_sentence(agreement: Agreement, baseline: Baseline):
    with pytest.raises(ValueError, match="No rule of this agreement"):
        frontier(agreement, baseline, Sweep(Family.TOLERANCE, Base.WITHIN))
    extended = replace(
        agreement, treatment=replace(agreement.treatment, basis=TreatmentBasis.EXTENDED)
    )
    with pytest.raises(ValueError, match="no origin rule applies"):
        frontier(extended, baseline)


def test_it_stops_when_asked(agreement: Agreement, baseline: Baseline):
    from workbench.errors import Cancelled

    with pytest.raises(Cancelled):
        frontier(agreement, baseline, progress=Progress(stopped=lambda: True))


def test_an_agreement_without_trade_has_a_frontier_of_nothing(agreement: Agreement, market: Market):
    alone = replace(agreement, partners=(Partner("USA"),))
    found = frontier(alone, build_baseline(market, alone))
    assert len(found.points) == 21
    assert {point.utilisation for point in found.points} == {None}
    assert found.by_product.empty
    assert found.most_resourced is None
    assert found.least_exposure is None
    assert "no trade" in found.gaps[0].what


def test_one_number_alone_is_a_frontier(drafted: Agreement, baseline: Baseline):
    found = frontier(drafted, baseline, numbers=(0.5,))
    assert [point.at for point in found.points] == [0.5]
    assert found.turning_point is None
    assert found.no_turning_point


# Properties --------------------------------------------------------------------------------

PROPERTY = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
shares = st.floats(0.0, 1.0)


@PROPERTY
@given(one=shares, other=shares, premium=st.floats(0.0, 2.0), mean=st.floats(0.3, 2.0))
def test_a_higher_threshold_never_permits_more_content(
    one: float, other: float, premium: float, mean: float, agreement: Agreement, market: Market
):
    """Content that enters under the preference never grows, whatever re-sourcing costs."""
    content = replace(market.content, declared=market.content.declared * mean)
    baseline = build_baseline(replace(market, content=content), agreement)
    text = replace(agreement, parameters=replace(agreement.parameters, premium=premium))
    loose, strict = frontier(text, baseline, numbers=sorted((one, other))).points
    slack = 1e-7 * (loose.claimed + 1)
    assert strict.free_riding_content <= loose.free_riding_content + slack
    assert strict.utilisation <= loose.utilisation + 1e-8
    assert strict.leakage <= loose.leakage + slack


@PROPERTY
@given(factor=st.floats(0.01, 1000.0))
def test_scaling_trade_leaves_shares_alone(factor: float, drafted: Agreement, baseline: Baseline):
    bigger = replace(baseline, value_usd=baseline.value_usd * factor)
    one, other = frontier(drafted, baseline), frontier(drafted, bigger)
    for before, after in zip(one.points, other.points, strict=True):
        for figure in POINT_FIGURES:
            expected = getattr(before, figure)
            if figure in ("utilisation", "exposure", "traced_exposure", "known_share"):
                assert getattr(after, figure) == pytest.approx(expected, rel=1e-9)
            else:
                assert getattr(after, figure) == pytest.approx(expected * factor, rel=1e-9)
    for column in ("least_exposure_at", "most_resourced_at", "rating"):
        assert one.by_product[column].equals(other.by_product[column])


@PROPERTY
@given(order=st.permutations(["USA", "JPN", "AUS"]))
def test_order_of_partners_does_not_matter(order: list[str], drafted: Agreement, market: Market):
    partners = tuple(Partner(code) for code in order)
    text = replace(drafted, partners=partners)
    points = frontier(text, build_baseline(market, text)).points
    expected = frontier(drafted, build_baseline(market, drafted)).points
    for ours, theirs in zip(points, expected, strict=True):
        assert ours.exposure == pytest.approx(theirs.exposure, rel=1e-9)
        assert ours.resourced_content == pytest.approx(theirs.resourced_content, rel=1e-9)


def test_without_a_margin_all_figures_are_zero(agreement: Agreement, market: Market):
    free = replace(market, tariff_lines=market.tariff_lines.assign(rate=0.0))
    found = frontier(agreement, build_baseline(free, agreement))
    for point in found.points:
        assert point.utilisation == 0
        assert point.resourced_content == point.duty_forgone == point.leakage == 0
        assert point.exposure is None
    assert found.most_resourced is None
    assert found.least_exposure is None
    assert set(found.by_product["rating"]) == {"none"}


def test_with_every_economy_a_partner_nobody_rides_free(agreement: Agreement, market: Market):
    everyone = replace(
        agreement, partners=tuple(Partner(c) for c in ("USA", "JPN", "AUS", "EU27", "CHN"))
    )
    wide = replace(market, importers=("AUS", "CHN", "EU27", "JPN", "USA"))
    found = frontier(everyone, build_baseline(wide, everyone))
    assert found.points[0].claimed > 0
    for point in found.points:
        assert point.free_riding_content == 0
        assert point.traced_free_riding_content == pytest.approx(0, abs=1e-6)
        assert point.resourced_content == 0


def test_resourced_content_of_a_shipped_product_rises_then_falls(starter_file: Path):
    agreement = read_agreement(SHIPPED / "us-japan-critical-minerals.yaml")
    with TradeDatabase(starter_file) as database:
        baseline = Evaluator(database).baseline(agreement)
    found = frontier(agreement, baseline, Sweep(Family.BUILD_UP, products=("810820",)))
    content = [point.resourced_content for point in found.points]
    peak = content.index(max(content))
    assert 0 < peak < len(content) - 1
    assert content[peak] > content[0]
    assert content[-1] < content[peak]
    turn = found.turning_point
    assert found.points[peak - 1].at < turn.at < found.points[peak + 1].at
    assert turn.resourced_content >= content[peak]
    assert found.by_product["turning_at"].iloc[0] == pytest.approx(turn.at, abs=1e-3)


def test_sums_are_named_as_in_the_evaluation():
    assert SUMS[0] == "counted"
    assert EconomyCap(("CHN",), 0.1) == Sweep(Family.ECONOMY_CAP, economies=("CHN",)).rule(0.1)


def test_rules_that_rest_on_much_less_trade_are_not_among_the_best(
    agreement: Agreement, market: Market
):
    """The shift needs inputs nobody knows, so that only trade without a gain is left."""
    no_bill = build_baseline(market, agreement)
    found = frontier(agreement, no_bill, Sweep(Family.RULES, rules=RULES))
    assert comparable(found.points).tolist() == [True, False, True]
    assert found.most_resourced.label == "obtained"
    assert found.least_exposure.label == "obtained"
