from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate, with_leverage
from workbench.analysis.exposure import (
    NO_BILL,
    SUMMED,
    free_riding_flows,
    free_riding_routes,
    sums,
)
from workbench.model.commitments import (
    BillOfInputs,
    Commitment,
    CommitmentTopic,
    EnactedBy,
    Incentive,
    IncentiveKind,
    InputShare,
    Obligation,
    StagingCategory,
    StagingFormula,
    Treatment,
    TreatmentBasis,
)
from workbench.model.coverage import CoveredProducts, ProductCoverage, Quota
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyOf,
    EconomyCap,
    ProductRule,
    RegionalValueContent,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)


def _run(market, agreement, **options):
    return evaluate(agreement, build_baseline(market, agreement), **options)


def test_totals_are_the_sums_of_lanes(market, agreement):
    result = _run(market, agreement)
    for name in SUMMED:
        assert result.totals[name] == pytest.approx(np.nansum(result.lanes[name]), abs=1e-6)
        for table in (result.by_product, result.by_exporter, result.by_importer, result.by_stage):
            assert np.nansum(table[name]) == pytest.approx(result.totals[name], abs=1e-6)
    origins = result.by_origin["free_riding_content"].sum()
    assert origins == pytest.approx(result.totals["free_riding_content"])
    flows = free_riding_flows(result)["free_riding_content"].sum()
    assert flows == pytest.approx(result.totals["free_riding_content"])


def test_headline_shares_count_lanes_with_a_known_duty(market, agreement):
    result = _run(market, agreement)
    totals = result.totals
    assert totals["covered_trade"] == 520e6
    assert totals["known_duty_share"] == pytest.approx(450 / 520)  # Japan's duties are not known
    # 50 m of nickel is free, half of the lines of 100 m of magnets are
    assert totals["mfn_free_share"] == pytest.approx((50 + 0.5 * 100) / 450)
    assert totals["already_free_share"] == pytest.approx(0.5 * 100 / 450)


def test_an_mfn_free_lane_earns_nothing_whatever_the_rule(market, agreement, lane_row):
    for rule in (WhollyObtained(), RegionalValueContent(RvcMethod.BUILD_DOWN, 0.1)):
        lanes = _run(market, agreement.with_default_rule(rule)).lanes
        lane = lane_row(lanes, "USA", "AUS", "750210")
        assert lane["gross_incentive"] == 0
        assert lane["utilisation"] == 0
        assert lane["rating"] == "none"


def test_a_missing_duty_is_missing_all_the_way(market, agreement, lane_row):
    lane = lane_row(_run(market, agreement).lanes, "JPN", "USA", "810820")
    for figure in (
        "base_duty",
        "utilisation",
        "free_riding_content",
        "duty_forgone",
        "leverage_gap",
    ):
        assert np.isnan(lane[figure]), figure
    assert pd.isna(lane["rating"])


def test_the_kernel_is_called_with_the_lane(market, agreement, lane_row):
    """The titanium lane by hand: b 15 %, d 0.15, build-down 50 %."""
    from workbench.analysis.one_lane import evaluate_lane
    from workbench.definitions.lane_input import parse_lane

    lane = lane_row(_run(market, agreement).lanes, "USA", "JPN", "810820")
    alone = evaluate_lane(
        parse_lane(
            '{"value":3e8,"base_duty":0.15,"declared_mean":0.15,"traced_mean":0.16,'
            '"rule":{"rvc":{"method":"build-down","at_least":0.5}}}'
        )
    )
    for figure in ("utilisation", "free_riding_content", "traced_free_riding_content", "leakage"):
        assert lane[figure] == pytest.approx(alone[figure], rel=1e-9), figure


def test_staging_category_of_the_entry_and_the_year(market, agreement, lane_row):
    staging = (
        StagingCategory("A", StagingFormula.FREE),
        StagingCategory("B5", StagingFormula.EQUAL_CUTS, years=5),
    )
    titanium = CoveredProducts((HSRange.parse("8108.20"),), staging="B5")
    agreement = replace(
        agreement,
        treatment=Treatment(staging=staging),
        coverage=ProductCoverage((titanium,)),
    )
    for year, expected in ((1, 0.12), (2, 0.09), (5, 0.0), (9, 0.0), (None, 0.0)):
        lanes = _run(market, agreement, year=year).lanes
        lane = lane_row(lanes, "USA", "JPN", "810820")
        assert lane["pref_duty"] == pytest.approx(expected)


def test_a_quota_mixes_the_in_quota_rate(market, agreement, lane_row):
    entry = CoveredProducts((HSRange.parse("8108.20"),), staging="X", quota=Quota(75e6, 0.0))
    agreement = replace(
        agreement,
        treatment=Treatment(
            staging=(
                StagingCategory("A", StagingFormula.FREE),
                StagingCategory("X", StagingFormula.EXCLUDED),
            )
        ),
        coverage=ProductCoverage((entry,)),
    )
    lane = lane_row(_run(market, agreement).lanes, "USA", "JPN", "810820")
    assert lane["pref_duty"] == pytest.approx(0.15 * 0.75)


def test_beyond_a_quota_without_a_category_the_duty_of_today_stays(market, agreement, lane_row):
    entry = CoveredProducts((HSRange.parse("8108.20"),), quota=Quota(75e6, 0.03))
    free = (StagingCategory("A", StagingFormula.FREE),)
    text = replace(agreement, treatment=Treatment(staging=free), coverage=ProductCoverage((entry,)))
    lane = lane_row(_run(market, text).lanes, "USA", "JPN", "810820")
    assert lane["pref_duty"] == pytest.approx(0.25 * 0.03 + 0.75 * 0.15)
    named = replace(text, coverage=ProductCoverage((replace(entry, staging="A"),)))
    lane = lane_row(_run(market, named).lanes, "USA", "JPN", "810820")
    assert lane["pref_duty"] == pytest.approx(0.25 * 0.03)


def test_other_incentives_and_costs_reach_the_gross_incentive(market, agreement, lane_row):
    credit = Incentive(
        "credit",
        IncentiveKind.TAX_CREDIT,
        0.04,
        "a law",
        importers=("USA",),
        products=(HSRange.parse("8505"),),
        enacted_by=EnactedBy.BUDGET,
    )
    fee = Incentive("fee", IncentiveKind.FEE_RELIEF, 0.003464, "a fee", 32.71, 634.62)
    tracing = Commitment(
        "t",
        CommitmentTopic.TRANSPARENCY,
        "Trace.",
        Obligation.SHALL,
        preference_depends=True,
        compliance_cost=0.002,
        applies_to=("JPN",),
    )
    agreement = replace(agreement, incentives=(credit, fee), commitments=(tracing,))
    lanes = _run(market, agreement).lanes
    magnets = lane_row(lanes, "USA", "JPN", "850511")
    assert magnets["gross_incentive"] == pytest.approx(0.04 + 0.003464)
    assert magnets["ad_valorem_cost"] == pytest.approx(0.002)
    nickel = lane_row(lanes, "USA", "AUS", "750210")
    assert nickel["gross_incentive"] == pytest.approx(0.003464)
    assert nickel["ad_valorem_cost"] == 0


def test_relief_graduated_with_named_inputs(market, agreement, lane_row):
    relief = Incentive(
        "relief",
        IncentiveKind.SPECIAL_DUTY_RELIEF,
        0.10,
        "a special duty",
        named_economies=("CHN",),
    )
    lanes = _run(market, replace(agreement, incentives=(relief,))).lanes
    materials = 0.3 + 0.1 + 3 * 0.05
    assert lane_row(lanes, "USA", "AUS", "750210")["gross_incentive"] == pytest.approx(
        0.10 * (1 - 0.1 / materials)
    )


def test_no_market_access_means_no_duty_incentive(market, agreement):
    playbook = replace(agreement, treatment=Treatment(market_access=False))
    result = _run(market, playbook)
    assert result.totals["claimed"] == 0
    assert result.totals["exposure"] is None
    assert "no-market-access" in {finding.id for finding in result.findings}


def test_cuts_extended_to_all_need_no_claim(market, agreement):
    extended = replace(agreement, treatment=Treatment(basis=TreatmentBasis.EXTENDED))
    result = _run(market, extended)
    assert result.totals["utilisation"] is None
    assert result.totals["critical_mass_share"] == pytest.approx((520 + 1300) / (2 * 1300))
    assert "extended-to-all" in {finding.id for finding in result.findings}


def test_a_rule_on_inputs_without_a_bill_is_a_range_and_a_gap(market, agreement, lane_row):
    result = _run(market, agreement.with_default_rule(TariffShift(ShiftFrom.HEADING)))
    lane = lane_row(result.lanes, "USA", "JPN", "810820")
    assert np.isnan(lane["utilisation"])
    assert 0 < lane["utilisation_low"] < lane["utilisation_high"] <= 1
    assert any("no bill of inputs" in gap.what for gap in result.gaps)
    assert "no-bill-of-inputs" in {finding.id for finding in result.findings}


def test_product_rules_of_one_shape_are_kept_apart(market, agreement, lane_row):
    rules = (
        ProductRule(
            (HSRange.parse("8108.20"),),
            AllOf((RegionalValueContent(RvcMethod.BUILD_DOWN, 0.9), EconomyCap(("CHN",), 0.05))),
        ),
        ProductRule(
            (HSRange.parse("8505.11"),),
            AllOf((RegionalValueContent(RvcMethod.BUILD_DOWN, 0.2), EconomyCap(("CHN",), 0.5))),
        ),
    )
    together = replace(agreement, origin=replace(agreement.origin, product_rules=rules))
    lanes = _run(market, together).lanes
    for rule, product in zip(rules, ("810820", "850511"), strict=True):
        alone = _run(market, agreement.with_default_rule(rule.rule)).lanes
        for exporter in ("JPN", "AUS"):
            one = lane_row(lanes, "USA", exporter, product)
            other = lane_row(alone, "USA", exporter, product)
            assert one["utilisation"] == pytest.approx(other["utilisation"], nan_ok=True)
            assert one["resourced_content"] == pytest.approx(other["resourced_content"])


def test_the_quick_figures_are_the_same_as_the_complete_ones(market, agreement):
    quick = _run(market, agreement, complete=False)
    whole = _run(market, agreement)
    assert not quick.complete
    assert quick.totals["leverage_gap"] is None
    assert whole.totals["leverage_gap"] is not None
    for name in SUMMED:
        assert quick.totals[name] == whole.totals[name]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(scale=st.floats(0.01, 100), threshold=st.floats(0.05, 0.95))
def test_scaling_all_trade_leaves_shares_alone(market, agreement, scale, threshold):
    agreement = agreement.with_default_rule(RegionalValueContent(RvcMethod.BUILD_DOWN, threshold))
    one = _run(market, agreement, complete=False).totals
    flows = market.flows.assign(value_usd=market.flows["value_usd"] * scale)
    other = _run(replace(market, flows=flows), agreement, complete=False).totals
    for name in ("utilisation", "exposure", "traced_exposure", "mfn_free_share"):
        assert other[name] == pytest.approx(one[name])
    assert other["claimed"] == pytest.approx(one["claimed"] * scale)


def test_the_order_of_partners_does_not_matter(market, agreement):
    turned = replace(agreement, partners=tuple(reversed(agreement.partners)))
    one, other = _run(market, agreement).totals, _run(market, turned).totals
    for name, value in one.items():
        assert other[name] == pytest.approx(value)


def test_and_never_raises_exposure_or_never_lowers_it(market, agreement):
    loose = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.6)
    strict = EconomyCap(("CHN",), 0.05)

    def content(rule):
        return _run(market, agreement.with_default_rule(rule)).lanes["exposure"].to_numpy()

    both, either, one = (
        content(AllOf((loose, strict))),
        content(AnyOf((loose, strict))),
        content(loose),
    )
    known = ~np.isnan(one)
    assert (both[known] <= one[known] + 1e-9).all()
    assert (either[known] >= one[known] - 1e-9).all()


def test_with_everyone_in_nobody_rides_free(market, agreement):
    everyone = tuple(Partner(code) for code in ("AUS", "CHN", "EU27", "JPN", "USA"))
    totals = _run(market, replace(agreement, partners=everyone)).totals
    assert totals["free_riding_content"] == pytest.approx(0, abs=1e-6)
    assert totals["traced_free_riding_content"] == pytest.approx(0, abs=1e-6)


def test_trade_that_is_not_in_the_database_is_missing_and_not_zero(market, agreement):
    market = replace(market, traded=frozenset())
    result = _run(market, agreement)
    assert result.totals["covered_trade"] is None
    assert result.totals["claimed"] is None
    gap = next(gap for gap in result.gaps if "trade of 2024" in gap.what)
    assert gap.where == "7502.10, 8108.20, 8505.11"
    assert gap.share_of_trade is None


def test_a_process_of_unknown_spread_is_a_gap_with_a_range(market, agreement, lane_row):
    result = _run(market, agreement.with_default_rule(SpecificProcess("melted and poured")))
    lane = lane_row(result.lanes, "USA", "JPN", "810820")
    assert np.isnan(lane["utilisation"])
    assert lane["utilisation_low"] == 0
    assert lane["utilisation_high"] > 0.9
    assert any("process" in gap.what for gap in result.gaps)


def test_a_sum_of_lanes_without_known_trade_is_missing(market, agreement):
    lanes = evaluate(agreement, build_baseline(market, agreement)).lanes.copy()
    lanes.loc[lanes["product"] == "850511", "value"] = np.nan
    rows = sums(lanes, "product").set_index("product")
    assert rows.loc["850511", ["value", *SUMMED]].isna().all()
    assert rows.loc["810820", ["value", *SUMMED]].notna().all()


@pytest.mark.parametrize("traded_only", [False, True])
def test_sums_of_whole_blocks_of_lanes_are_those_of_single_lanes(market, agreement, traded_only):
    result = evaluate(agreement, build_baseline(market, agreement, traded_only))
    for by in ("product", "exporter", "importer", "stage"):
        found, plain = getattr(result, f"by_{by}"), sums(result.lanes, by)
        pd.testing.assert_frame_equal(found, plain, rtol=1e-12)


def test_leverage_that_follows_is_that_of_a_complete_evaluation(market, agreement):
    whole = _run(market, agreement, year=2)
    first = _run(market, agreement, year=2, complete=False)
    assert not first.complete
    assert first.lanes["leverage_gap"].isna().all()
    later = with_leverage(first)
    assert later.complete
    assert later.by_product is first.by_product
    assert (later.totals, later.findings) == (whole.totals, whole.findings)
    pd.testing.assert_frame_equal(later.lanes, whole.lanes)
    assert later.lanes["leverage_gap"].notna().any()
    assert first.lanes["leverage_gap"].isna().all()  # the first stays as it was


BILL = BillOfInputs(
    products=(HSRange.parse("8108.20"),),
    exporters=(),
    inputs=(
        InputShare(HSRange.parse("2614"), 0.06, (("CHN", 0.9), ("JPN", 0.1))),
        InputShare(HSRange.parse("7202"), 0.02, (("CHN", 0.5), ("ZAF", 0.5))),
    ),
    source="test",
)


@pytest.mark.parametrize("bills", [(), (BILL,)])
@pytest.mark.parametrize("traced", [False, True])
def test_routes_of_free_riding_are_its_flows_without_the_market(market, agreement, traced, bills):
    result = _run(market, replace(agreement, bills_of_inputs=bills))
    by = ["economy", "input", "exporter", "product"]
    flows = free_riding_flows(result, traced).groupby(by)["free_riding_content"].sum()
    routes = free_riding_routes(result, traced)
    assert len(routes)
    assert routes["free_riding_content"].is_monotonic_decreasing
    found = routes.set_index(by)["free_riding_content"]
    pd.testing.assert_series_equal(found.sort_index(), flows.sort_index(), rtol=1e-12)


def test_content_of_a_bill_rides_in_its_inputs(market, agreement):
    result = _run(market, replace(agreement, bills_of_inputs=(BILL,)))
    flows = free_riding_flows(result)
    titanium = flows[flows["product"] == "810820"]
    assert {"2614", "7202"} == set(titanium["input"])
    plain = free_riding_flows(_run(market, agreement))
    assert set(plain["input"]) == {NO_BILL}
    table = result.baseline.content
    for lane, rows in titanium.groupby("lane"):
        content = result.lanes.loc[lane, "free_riding_content"]
        assert rows["free_riding_content"].sum() == pytest.approx(content)
        china = rows[rows["economy"] == "CHN"].set_index("input")["free_riding_content"]
        place = table.origins.index("CHN")
        split = table.input_declared[lane, :, place]
        assert china["7202"] / china["2614"] == pytest.approx(split[1] / split[0])
    by_origin = flows.groupby("economy")["free_riding_content"].sum()
    plain = result.by_origin.set_index("economy")["free_riding_content"]
    assert by_origin.to_dict() == pytest.approx(plain[plain > 0].to_dict())
