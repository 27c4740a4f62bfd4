"""Partial equilibrium against the published formulas, examples and documented behaviour."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.analysis import partial_equilibrium as pe
from workbench.analysis.reference_cases import run_case
from workbench.definitions.reference_cases import ReferenceCase, reference_cases

CUT = np.array([-0.2 / 1.2])


def one(value: float) -> pe.Floats:
    return np.array([value], dtype=np.float64)


@pytest.mark.parametrize(
    "case",
    [c for c in reference_cases() if c.group == "Partial equilibrium"],
    ids=lambda case: case.name,
)
def test_reference_cases(case: ReferenceCase) -> None:
    result = run_case(case)
    assert result.passed, f"{result.expected} / {result.computed}"


def test_diversion_by_domestic_output_and_by_imports() -> None:
    """Baldwin and Murray 1977, Verdoorn 1960: the study prints both."""
    assert pe.diversion_to_outsiders(25.0, 300.0, 600.0) == 12.5
    assert pe.verdoorn_diversion(25.0, 300.0, 400.0) == 18.75


def test_supply_of_99_is_infinite() -> None:
    assert pe.price_change(one(-1.5), CUT, one(99))[0] == 0
    assert pe.trade_creation(one(100), one(-1.5), CUT, one(99))[0] == pytest.approx(25)
    finite = pe.trade_creation(one(100), one(-1.5), CUT, one(98.9999999))[0]
    assert finite == pytest.approx(25 / (1 + 1.5 / 98.9999999))


def test_finite_creation_is_what_exporters_supply_at_the_higher_price() -> None:
    price = pe.price_change(one(-1.25), CUT, one(1.5))[0]
    created = pe.trade_creation(one(100), one(-1.25), CUT, one(1.5))[0]
    assert created == pytest.approx(100 * 1.5 * price)


@given(st.floats(0.1, 10), st.floats(0.01, 0.5))
def test_doubling_the_demand_elasticity_doubles_creation(demand: float, duty: float) -> None:
    power = one(-duty / (1 + duty))
    once = pe.trade_creation(one(100), one(-demand), power, one(99))[0]
    twice = pe.trade_creation(one(100), one(-2 * demand), power, one(99))[0]
    assert twice == pytest.approx(2 * once)


def test_doubling_substitution_almost_doubles_diversion() -> None:
    group = np.array([0, 0])
    trade = np.array([100.0, 300.0])
    once = pe.diversion(trade, np.array([0.25, 0.0]), group)[0]
    twice = pe.diversion(trade, np.array([0.5, 0.0]), group)[0]
    assert 1.8 * once < twice < 2 * once


@given(
    st.lists(
        st.tuples(st.floats(1, 1e6), st.floats(0, 50), st.integers(0, 3)), min_size=1, max_size=20
    )
)
def test_diversion_sums_to_zero_and_is_bounded(rows: list[tuple[float, float, int]]) -> None:
    trade = np.array([row[0] for row in rows])
    gain = np.array([row[1] for row in rows])
    group = np.unique([row[2] for row in rows], return_inverse=True)[1]
    moved = pe.diversion(trade, gain, group)
    assert (trade + moved >= 0).all()
    for market in set(group.tolist()):
        inside = group == market
        assert moved[inside].sum() == pytest.approx(0, abs=1e-9 * trade[inside].sum())


@st.composite
def world(draw: st.DrawFn) -> tuple[pe.Floats, pe.Floats, pe.Floats]:
    size = draw(st.integers(2, 5))
    numbers = st.lists(st.floats(0, 1000), min_size=size * size, max_size=size * size)
    trade = np.array(draw(numbers)).reshape(size, size) + 1
    duties = st.lists(st.floats(0, 0.6), min_size=size * size, max_size=size * size)
    power = 1 + np.array(draw(duties)).reshape(size, size)
    left = st.lists(st.floats(0, 1), min_size=size * size, max_size=size * size)
    return trade, power, 1 + (power - 1) * np.array(draw(left)).reshape(size, size)


@settings(max_examples=60, deadline=None)
@given(world(), st.floats(0.3, 4), st.floats(0.3, 20), st.floats(1, 8))
def test_gsim_clears_every_market(
    given_world: tuple[pe.Floats, pe.Floats, pe.Floats],
    demand: float,
    supply: float,
    substitution: float,
) -> None:
    trade, power, new_power = given_world
    size = len(trade)
    solved = pe.solve_gsim(
        trade, power, new_power, np.full(size, -demand), substitution, np.full(size, supply)
    )
    assert np.abs(solved.residual).max() < 1e-10
    # The published form: own and cross elasticities, one by one.
    theta = trade * power / (trade * power).sum(axis=0)
    phi = trade / trade.sum(axis=1, keepdims=True)
    change = new_power / power - 1
    for r in range(size):
        wanted = 0.0
        for v in range(size):
            own = theta[r, v] * -demand - (1 - theta[r, v]) * substitution
            wanted += phi[r, v] * own * (solved.price[r] + change[r, v])
            for s in range(size):
                if s != r:
                    cross = theta[s, v] * (substitution - demand)
                    wanted += phi[r, v] * cross * (solved.price[s] + change[s, v])
        assert supply * solved.price[r] == pytest.approx(wanted, abs=1e-9)


def test_gsim_with_infinite_supply_moves_no_price() -> None:
    trade = np.array([[0.0, 50.0], [80.0, 0.0]])
    power, new_power = np.full((2, 2), 1.2), np.ones((2, 2))
    solved = pe.solve_gsim(trade, power, new_power, np.full(2, -1.25), 5.0, np.full(2, 99.0))
    assert (solved.price == 0).all()
    # One supplier has the whole of each market: demand alone moves it.
    assert solved.quantity[0, 1] == pytest.approx(1.25 * 0.2 / 1.2)
    assert solved.producer_gain.sum() == 0
    spending = 50 * 1.2
    fall = 0.2 / 1.2
    assert solved.consumer_gain[1] == pytest.approx(spending * (fall + fall**2 * 1.25 / 2))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(1, 1e4), st.floats(0, 0.5), st.floats(0, 1), st.integers(0, 1)),
        min_size=2,
        max_size=8,
    ),
    st.floats(0.2, 4),
    st.floats(0.3, 20),
    st.floats(1.1, 12),
)
def test_armington_clears_and_keeps_shares(
    rows: list[tuple[float, float, float, int]], demand: float, supply: float, substitution: float
) -> None:
    trade = np.array([row[0] for row in rows])
    power = np.array([1 + row[1] for row in rows])
    new_power = np.array([1 + row[1] * row[2] for row in rows])
    nest = np.unique([row[3] for row in rows], return_inverse=True)[1].astype(np.int64)
    solved = pe.solve_armington(
        trade,
        power,
        new_power,
        nest,
        -demand,
        substitution / 2,
        substitution,
        np.full(len(rows), supply),
    )
    assert np.abs(solved.residual).max() < 1e-10
    assert solved.share.sum() == pytest.approx(1)
    np.testing.assert_allclose(solved.quantity, (1 + solved.price) ** supply, rtol=1e-9)


@pytest.mark.parametrize("nearly", [1e-13, 1e-10, 1e-7, 1e-4])
def test_armington_close_to_cobb_douglas(nearly: float) -> None:
    def price(between: float) -> pe.Floats:
        solved = pe.solve_armington(
            np.array([60.0, 30.0, 10.0]),
            np.ones(3),
            np.array([1.0, 1.3, 1.0]),
            np.array([0, 1, 1]),
            -1.25,
            between,
            2.0,
            np.full(3, 1.5),
        )
        assert np.abs(solved.residual).max() < 1e-11
        return solved.price

    np.testing.assert_allclose(price(1 + nearly), price(1.0), atol=nearly + 1e-11)


def test_armington_with_very_close_substitutes() -> None:
    solved = pe.solve_armington(
        np.array([9000.0, 3.0, 700.0, 50.0]),
        np.array([1.4, 1.0, 1.2, 1.1]),
        np.array([1.0, 1.0, 1.2, 1.0]),
        np.array([0, 1, 1, 0]),
        -0.5,
        22.5,
        45.0,
        np.full(4, 0.3),
    )
    assert np.abs(solved.residual).max() < 1e-10


def test_armington_with_one_elasticity_is_flat_ces() -> None:
    trade, new_power = np.array([60.0, 30.0, 10.0]), np.array([1.0, 1.1, 1.0])
    flat = pe.solve_armington(
        trade, np.ones(3), new_power, np.array([0, 0, 0]), -1.0, 4.0, 4.0, np.full(3, 99.0)
    )
    nested = pe.solve_armington(
        trade, np.ones(3), new_power, np.array([0, 1, 1]), -1.0, 4.0, 4.0, np.full(3, 99.0)
    )
    np.testing.assert_allclose(flat.quantity, nested.quantity, rtol=1e-12)
    # By hand: infinite supply, unit elastic demand.
    index = (0.7 + 0.3 * 1.1 ** (1 - 4)) ** (1 / (1 - 4))
    assert flat.index == pytest.approx(index)
    assert flat.quantity[1] == pytest.approx((1.1 / index) ** -4 / index)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1), st.floats(0, 1), st.floats(-0.2, 0.2))
def test_gains_add_up_to_duty_weighted_trade(
    before: float, after: float, duty: float, new_duty: float, price: float
) -> None:
    """Buyers and treasury together gain the mean duty on what is added (Harberger)."""
    gain = pe.consumer_gain(one(before), one(after), one(duty), one(new_duty), one(0.0))[0]
    revenue = pe.revenue_change(one(before), one(after), one(duty), one(new_duty), one(0.0))[0]
    assert gain + revenue == pytest.approx(
        (duty + new_duty) / 2 * (after - before), abs=1e-6 * (1 + before + after)
    )
    assert pe.consumer_gain(one(before), one(after), one(duty), one(duty), one(price))[
        0
    ] == pytest.approx(-price * (1 + duty) * (before + after) / 2, abs=1e-6)
