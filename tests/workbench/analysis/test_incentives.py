"""Staging, the gross incentive, and how much more incentive would be enough."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from workbench.analysis.claiming import ClaimingParameters, LaneTerms, utilisation
from workbench.analysis.incentives import (
    NoFigure,
    Rating,
    break_even_premium,
    common_leverage_gap,
    effective_protection,
    fee_relief,
    gross_incentive,
    leverage_gap,
    preferential_duty,
    quota_duty,
    rating,
    relative_margin,
)
from workbench.analysis.rule_terms import All, Any, Leaf
from workbench.model.commitments import StagingFormula

DUTY = np.array([0.0, 0.02, 0.2, np.nan])


def lanes_of(gross, **changes) -> LaneTerms:
    gross = np.asarray(gross, dtype=float)
    figures = {
        "value_usd": 1e6,
        "ad_valorem_cost": 0.0,
        "declared_mean": 0.4,
        "traced_mean": 0.4,
        "non_party_fraction": 1.0,
        "duty_cut": gross,
    } | changes
    return LaneTerms(
        gross_incentive=gross,
        **{
            name: np.broadcast_to(np.asarray(figure, dtype=float), gross.shape)
            for name, figure in figures.items()
        },
    )


def build_down(at_least: float, size: int) -> Leaf:
    return Leaf(np.ones(size), np.full(size, 1 - at_least), np.ones(size, dtype=bool))


def process(share: float, size: int) -> Leaf:
    nothing = np.zeros(size)
    return Leaf(nothing, nothing, np.ones(size, dtype=bool), process="cast", performed_share=share)


# --- duties ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "value", "years", "year", "expected"),
    [
        (StagingFormula.FREE, None, None, 1, [0, 0, 0]),
        (StagingFormula.EXCLUDED, None, None, 9, [0, 0.02, 0.2]),
        (StagingFormula.EQUAL_CUTS, None, 5, 1, [0, 0.016, 0.16]),
        (StagingFormula.EQUAL_CUTS, None, 5, 4, [0, 0.004, 0.04]),
        (StagingFormula.EQUAL_CUTS, None, 5, 7, [0, 0, 0]),
        (StagingFormula.EQUAL_CUTS, None, 5, None, [0, 0, 0]),
        (StagingFormula.CUT, 0.25, None, 1, [0, 0.015, 0.15]),
        (StagingFormula.CAP, 0.05, None, 1, [0, 0.02, 0.05]),
        (StagingFormula.MARGIN, 0.03, None, 1, [0, 0, 0.17]),
        (StagingFormula.SWISS, 0.1, None, 1, [0, 0.1 * 0.02 / 0.12, 0.0666667]),
        (StagingFormula.SWISS, 0.0, None, 1, [0, 0, 0]),
    ],
)
def test_staging(formula, value, years, year, expected):
    duty = preferential_duty(DUTY, formula, value, years, year)
    assert duty[:3] == pytest.approx(expected, abs=1e-7)
    assert np.isnan(duty[3])


@given(
    duty=st.floats(0, 3),
    formula=st.sampled_from(list(StagingFormula)),
    value=st.floats(0, 1),
    years=st.integers(1, 20),
    year=st.one_of(st.none(), st.integers(1, 30)),
)
def test_no_staging_raises_a_duty_or_makes_it_negative(duty, formula, value, years, year):
    found = preferential_duty(np.array([duty]), formula, value, years, year)[0]
    assert 0 <= found <= duty


def test_staging_says_what_it_misses():
    with pytest.raises(ValueError, match="'cut' needs a value"):
        preferential_duty(DUTY, StagingFormula.CUT)
    with pytest.raises(ValueError, match="number of years"):
        preferential_duty(DUTY, StagingFormula.EQUAL_CUTS, year=1)
    with pytest.raises(ValueError, match="year 1"):
        preferential_duty(DUTY, StagingFormula.FREE, year=0)


def test_quota_mixes_the_two_rates_by_trade():
    found = quota_duty(
        np.zeros(4),
        np.full(4, 0.1),
        np.array([50.0, 200.0, 10.0, np.nan]),
        np.array([100.0, 100.0, 0.0, 100.0]),
    )
    assert found[:3] == pytest.approx([0.05, 0, 0])
    assert np.isnan(found[3])


def test_fee_relief_is_the_fee_within_its_limits():
    # Merchandise processing fee of US fiscal year 2025: 0.3464 %, USD 32.71 to 634.62.
    sizes = np.array([1_000.0, 50_000.0, 1_000_000.0])
    relief = fee_relief(0.003464, 32.71, 634.62, sizes)
    assert relief == pytest.approx([0.03271, 0.003464, 0.00063462])
    assert fee_relief(0.003464, None, None, 1_000.0) == pytest.approx(0.003464)


def test_gross_incentive_and_relative_margin():
    assert gross_incentive(DUTY, 0 * DUTY, 0.003, 0.01)[:3] == pytest.approx([0.013, 0.033, 0.213])
    assert relative_margin(DUTY, 0 * DUTY)[:3] == pytest.approx([0, 0.02 / 1.02, 0.2 / 1.2])


def test_effective_protection():
    shares = np.array([[0.5, 0.1], [0.5, 0.5], [0.4, np.nan]])
    duties = np.array([[0.05, 0.0], [0.0, 0.0], [0.0, 0.0]])
    found = effective_protection(np.array([0.10, 0.10, 0.10]), shares, duties)
    assert found[0] == pytest.approx(0.075 / 0.4)
    assert np.isnan(found[1:]).all()


# --- how strong -----------------------------------------------------------------------------------


def test_rating_cut_offs():
    gross = np.array([0.0, 0.05, 0.05, 0.05, 0.05, np.nan])
    share = np.array([0.0, 0.2499, 0.25, 0.75, 0.7501, np.nan])
    assert rating(gross, share).tolist() == [
        Rating.NONE,
        Rating.WEAK,
        Rating.CONTESTED,
        Rating.CONTESTED,
        Rating.STRONG,
        None,
    ]


def test_break_even_premium():
    lanes = lanes_of([0.05, 0.05, np.nan, 0.003])
    found = break_even_premium(lanes, build_down(0.5, 4), ClaimingParameters())
    above = special.betainc(4.8, 3.2, 0.5)
    mean = 0.4 * special.betainc(4.8, 4.2, 0.5) / above - 0.5
    assert found.value[0] == pytest.approx((0.05 - 0.005) / mean)
    assert found.value[3] == pytest.approx((0.003 - 0.005) / mean)
    assert np.isnan(found.value[2])
    assert found.reason.tolist() == ["", "", NoFigure.UNKNOWN, ""]


def test_break_even_premium_pays_for_exactly_that_premium():
    # Producers alike: at the break-even premium the median consignment just claims.
    lanes = lanes_of([0.05], declared_mean=0.6)
    assumed = ClaimingParameters(concentration=1e6)
    premium = break_even_premium(lanes, build_down(0.5, 1), assumed).value[0]
    at = replace(assumed, premium=premium)
    assert utilisation(lanes, build_down(0.5, 1), at)[0] == pytest.approx(0.5, abs=0.01)


def test_break_even_premium_gives_its_reasons():
    lanes = lanes_of([0.05])
    none = Leaf(np.zeros(1), np.zeros(1), np.ones(1, dtype=bool))
    hopeless = Leaf(np.ones(1), np.zeros(1), np.zeros(1, dtype=bool))
    unknown = Leaf(np.full(1, np.nan), np.zeros(1), np.ones(1, dtype=bool))
    for terms, reason in (
        (none, NoFigure.NOBODY_RESOURCES),
        (process(0.5, 1), NoFigure.NOBODY_RESOURCES),
        (hopeless, NoFigure.NOBODY_CAN),
        (unknown, NoFigure.UNKNOWN),
    ):
        found = break_even_premium(lanes, terms, ClaimingParameters())
        assert np.isnan(found.value[0])
        assert found.reason[0] is reason


# --- leverage gap ---------------------------------------------------------------------------------


def closes(lanes, terms, assumed, target) -> None:
    found = leverage_gap(lanes, terms, assumed, target)
    raised = replace(lanes, gross_incentive=lanes.gross_incentive + found.value)
    reached = utilisation(raised, terms, assumed)
    needed = found.value > 0
    assert reached[needed] == pytest.approx(np.full(needed.sum(), target), abs=1e-6)
    assert (reached >= target - 1e-6).all()
    assert (found.reason == "").all()


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    target=st.floats(0.05, 0.97),
    sigma=st.floats(0.3, 3),
    premium=st.floats(0, 1),
)
def test_leverage_gap_closes_the_gap(seed, target, sigma, premium):
    r = np.random.default_rng(seed)
    size = 20
    lanes = lanes_of(
        r.uniform(-0.01, 0.1, size),
        declared_mean=r.uniform(0.05, 0.95, size),
        ad_valorem_cost=r.uniform(0, 0.01, size),
    )
    assumed = ClaimingParameters(sigma=sigma, premium=premium)
    shift = Leaf(r.uniform(0.1, 1, size), np.full(size, 0.1), np.ones(size, dtype=bool))
    for terms in (build_down(0.5, size), All((build_down(0.6, size), shift))):
        closes(lanes, terms, assumed, target)


def test_leverage_gap_of_a_good_without_rule_is_in_closed_form():
    none = Leaf(np.zeros(2), np.zeros(2), np.ones(2, dtype=bool))
    found = leverage_gap(lanes_of([0.0, 0.05]), none, ClaimingParameters(), 0.8)
    needed = 250 / 50_000 * np.exp(1.5 * special.ndtri(0.8))
    assert found.value == pytest.approx([needed, 0.0], abs=2e-9)


def test_leverage_gap_out_of_reach_and_unknown():
    lanes = lanes_of([0.05, 0.05, np.nan])
    found = leverage_gap(lanes, process(0.6, 3), ClaimingParameters(), 0.8)
    assert np.isnan(found.value).all()
    assert found.reason.tolist() == [
        NoFigure.OUT_OF_REACH,
        NoFigure.OUT_OF_REACH,
        NoFigure.UNKNOWN,
    ]
    some = Any((process(0.6, 3), build_down(0.5, 3)))
    assert leverage_gap(lanes, some, ClaimingParameters(), 0.8).value[:2] == pytest.approx([0, 0])


def test_leverage_gap_without_a_fixed_cost():
    free = ClaimingParameters(fixed_cost_usd=0)
    lanes = lanes_of([0.0], declared_mean=0.6)
    # U = P(0.1 (N - 0.5) < g): the 80 % quantile of N.
    quantile = special.betaincinv(4.8, 3.2, 0.8)
    found = leverage_gap(lanes, build_down(0.5, 1), free, 0.8)
    assert found.value[0] == pytest.approx(0.1 * (quantile - 0.5), abs=1e-6)


def test_common_leverage_gap_brings_the_total_to_the_target():
    lanes = lanes_of([0.0, 0.01, 0.05, np.nan], value_usd=[1e6, 3e6, 0, 1e9])
    terms, assumed = build_down(0.5, 4), ClaimingParameters()
    found = common_leverage_gap([(lanes, terms)], assumed, 0.8)
    assert found.lanes == 2
    raised = replace(lanes, gross_incentive=lanes.gross_incentive + found.value)
    share = utilisation(raised, terms, assumed)
    assert (share[0] + 3 * share[1]) / 4 == pytest.approx(0.8, abs=1e-6)

    halves = [
        (lanes_of([0.0], value_usd=[1e6]), build_down(0.5, 1)),
        (lanes_of([0.01], value_usd=[3e6]), build_down(0.5, 1)),
    ]
    apart = common_leverage_gap(halves, assumed, 0.8)
    assert (apart.value, apart.lanes) == (pytest.approx(found.value, abs=1e-8), 2)


def test_common_leverage_gap_met_out_of_reach_and_unknown():
    assumed = ClaimingParameters()
    strong = common_leverage_gap([(lanes_of([0.2]), build_down(0.5, 1))], assumed, 0.8)
    assert (strong.value, strong.reason) == (0.0, NoFigure.NOT_NEEDED)
    short = common_leverage_gap([(lanes_of([0.2]), process(0.5, 1))], assumed, 0.8)
    assert (short.value, short.reason) == (None, NoFigure.OUT_OF_REACH)
    blank = common_leverage_gap([(lanes_of([np.nan]), build_down(0.5, 1))], assumed, 0.8)
    assert (blank.value, blank.reason, blank.lanes) == (None, NoFigure.UNKNOWN, 0)
