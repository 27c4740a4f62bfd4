"""Net cost, allocation and interest: the examples of the CUSMA and NAFTA regulations."""

import pytest

from workbench.analysis.valuation import (
    ExchangeResult,
    Payment,
    adjusted_value,
    allocated,
    build_down,
    build_up,
    direct_content,
    excluded_interest,
    government_rate,
    level_payments,
    net_cost,
    net_cost_content,
    total_cost,
    weighted_principal,
    weighted_term,
)
from workbench.model.goods import CostItem


def costs(*items: tuple[float, float]) -> list[CostItem]:
    return [CostItem(f"cost {n}", amount, out) for n, (amount, out) in enumerate(items)]


def test_net_cost_example_5():
    items = costs((2000, 0), (1000, 0), (2400, 0), (3200, 1200), (400, 0))
    assert total_cost(items) == 9000
    assert net_cost(items) == 7800


def test_net_cost_example_6():
    a = net_cost(costs((5220, 290), (0, 116), (0, 290)))
    b = net_cost(costs((3780, 210), (0, 84), (0, 210)))
    assert (a, b, a + b) == (4524, 3276, 7800)


def test_net_cost_example_7_whose_rows_are_labelled_total_cost():
    """Known difference: the printed 6 759, 3 836 and 2 923 are net costs, not total costs."""
    c = costs((0, 0), (800, 0), (300, 0), (3036, 300))
    d = costs((100, 0), (100, 0), (200, 0), (2643, 120))
    assert (net_cost(c), net_cost(d), net_cost(c) + net_cost(d)) == (3836, 2923, 6759)
    assert (total_cost(c), total_cost(d), total_cost(c) + total_cost(d)) == (4136, 3043, 7179)


@pytest.mark.parametrize(
    ("other_cost", "related_gains", "related_losses", "expected"),
    [(45000, 7000, 6000, 44000), (44000, 6000, 7000, 45000)],
    ids=["example 9, a net gain", "example 10, a net loss"],
)
def test_exchange_results(other_cost, related_gains, related_losses, expected):
    result = ExchangeResult(10000, 8000, related_gains, related_losses)
    assert total_cost(costs((other_cost, 0)), result) == expected
    assert net_cost(costs((other_cost, 100)), result) == expected - 100


def test_formulas_of_content():
    assert build_down(100, 40) == 0.6
    assert build_up(100, 40) == 0.4
    assert net_cost_content(80, 40) == 0.5
    assert direct_content(100, 20, 10, 5, 3, 2) == 0.4
    assert adjusted_value(100, (5, 3), (8,)) == 100


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ({"A": 5000, "B": 3000}, {"A": 3_750_000, "B": 2_250_000}),
        ({"A": 0.833, "B": 0.167}, {"A": 4_998_000, "B": 1_002_000}),
        ({"A": 0.667, "B": 0.333}, {"A": 4_002_000, "B": 1_998_000}),
        ({"A": 0.4, "B": 0.6}, {"A": 2_400_000, "B": 3_600_000}),
        ({"A": 0.93, "B": 0.07}, {"A": 5_580_000, "B": 420_000}),
    ],
)
def test_overhead_of_six_million_is_shared_out(measure, expected):
    assert allocated(6_000_000, measure) == pytest.approx(expected)


def test_direct_cost_ratios():
    assert allocated(30, {"A": 15, "B": 10}) == pytest.approx({"A": 18, "B": 12})
    exact = allocated(30, {"A": 23, "B": 12})
    assert {name: round(value, 2) for name, value in exact.items()} == {"A": 19.71, "B": 10.29}


def test_printed_direct_cost_parts_come_from_a_cut_ratio():
    """Known difference: App. C example 2 prints 19.72 / 10.28, the rest after a cut ratio."""
    exact = allocated(30, {"A": 23, "B": 12})
    printed = round(30 * 0.3428, 2)
    assert (printed, 30 - printed) == pytest.approx((10.28, 19.72))
    assert round(exact["B"], 2) == 10.29


def test_ratios_can_be_rounded_as_printed_examples_do():
    assert allocated(6_000_000, {"A": 2, "B": 1}, round_ratio=3) == pytest.approx(
        {"A": 4_002_000, "B": 1_998_000}
    )


def test_nothing_to_share_out_by():
    with pytest.raises(ValueError, match="add up to nothing"):
        allocated(30, {"A": 0.0})


def test_interest_on_a_fixed_loan():
    payments = level_payments(1_000_000, 0.06, 10)
    instalment = payments[0].principal + 60_000
    assert instalment == pytest.approx(135_867.96, abs=5e-3)
    assert weighted_principal(payments) == pytest.approx(5_977_993.19, rel=1e-6)
    years = round(weighted_term(1_000_000, payments))
    assert years == 6
    government = government_rate([(5, 0.047), (7, 0.05)], years)
    assert government == pytest.approx(0.0485)
    assert excluded_interest(1_000_000, 0.06, government) == 0


def test_interest_above_the_margin_is_left_out():
    assert excluded_interest(1_000_000, 0.13, 0.0485) == pytest.approx(11_500)


def test_a_variable_loan_counts_the_balance_at_the_reset():
    """Schedule 9: what is still open when the rate is reset is treated as repaid then."""
    first, balance = 75_867.96, 924_132.04
    payments = [Payment(1, first), Payment(2, balance)]
    assert payments[1].years * payments[1].principal == pytest.approx(1_848_264.08)
    assert round(weighted_term(1_000_000, payments), 1) == 1.9
    assert government_rate([(1, 0.03), (2, 0.035)], 1.9) == pytest.approx(0.0345)


def test_a_term_that_is_not_quoted():
    with pytest.raises(ValueError, match="both sides of 12 years"):
        government_rate([(5, 0.047), (7, 0.05)], 12)
