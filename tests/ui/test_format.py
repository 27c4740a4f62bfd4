import math

import pytest

from ui import format as fmt

NAN = math.nan


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1_240_345_678, "1.24 bn"),
        (34_400_000.0, "34.4 m"),
        (950_000, "950 k"),
        (999_600, "1.00 m"),
        (999_400, "999 k"),
        (9_996_000, "10.0 m"),
        (99_960_000, "100 m"),
        (2.5e13, "25.0 tn"),
        (12.4, "12"),
        (0.4, "<1"),
        (0, "0"),
        (-0.0, "0"),
        (-34_400_000, "−34.4 m"),
        (math.inf, "∞"),
        (None, "–"),
        (NAN, "–"),
    ],
)
def test_money(value: object, shown: str) -> None:
    assert fmt.money(value) == shown


def test_money_change_has_a_sign_unless_it_is_zero() -> None:
    assert fmt.money_change(34_400_000) == "+34.4 m"
    assert fmt.money_change(-950) == "−950"
    assert fmt.money_change(0.0) == "0"
    assert fmt.money_change(None) == "–"


def test_full_figures_keep_their_digits() -> None:
    assert fmt.money_full(1_240_345_678.4) == "USD 1,240,345,678"
    assert fmt.money_full(-1234) == "USD −1,234"
    assert fmt.percent_full(0.3694127) == "36.94127 %"
    assert fmt.money_full(NAN) == fmt.percent_full(NAN) == "–"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.369, "36.9 %"),
        (0.0035, "0.35 %"),
        (0.00994, "0.99 %"),
        (0.00996, "1.0 %"),
        (0.00001, "<0.01 %"),
        (0.0, "0.0 %"),
        (1.0, "100.0 %"),
        (12.5, "1,250.0 %"),
        (-0.036, "−3.6 %"),
        (NAN, "–"),
        (None, "–"),
    ],
)
def test_percent(value: object, shown: str) -> None:
    assert fmt.percent(value) == shown
    assert fmt.percent_bare(value) == shown.removesuffix(" %")


def test_increments_in_percentage_points() -> None:
    assert fmt.points(0.0196) == "2.0 pp"
    assert fmt.points(0.0035) == "0.35 pp"
    assert fmt.points(NAN) == fmt.points_full(None) == "–"
    assert fmt.points_full(0.0196012) == "1.96012 pp"
    assert fmt.points_ticks([0, 0.025]) == ["0 pp", "2.5 pp"]


def test_changes_in_percentage_points() -> None:
    assert fmt.percent_change(0.021) == "+2.1 pp"
    assert fmt.percent_change(-0.0035) == "−0.35 pp"
    assert fmt.percent_change(0.0) == "0.0 pp"
    assert fmt.percent_change(0.00001) == "<+0.01 pp"
    assert fmt.percent_change(-0.00001) == ">−0.01 pp"


def test_times_taken() -> None:
    assert [fmt.duration(ms) for ms in (84.4, 1250, None)] == ["84 ms", "1.2 s", "–"]


def test_counts_decimals_and_years() -> None:
    assert fmt.count(16383) == "16,383"
    assert fmt.count_change(12) == "+12"
    assert fmt.decimal(-3.24159) == "−3.24"
    assert fmt.decimal(0.001) == "0.00"
    assert fmt.year(2024) == "2024"
    assert fmt.plain(2.5) == "2.5"
    assert fmt.plain(1000.0) == "1,000"
    assert fmt.plain(1e-9) == "0"
    assert [f(None) for f in (fmt.count, fmt.decimal, fmt.year, fmt.plain)] == ["–"] * 4


def test_figures_of_an_axis_share_one_unit() -> None:
    assert fmt.money_ticks([0, 5e8, 1e9]) == ["0", "0.5 bn", "1 bn"]
    assert fmt.money_ticks([-2e6, 0, 2e6]) == ["−2 m", "0", "2 m"]
    assert fmt.percent_ticks([0, 0.025, 0.05]) == ["0 %", "2.5 %", "5 %"]
    assert fmt.year_ticks([2024.0, 2026.0]) == ["2024", "2026"]
    assert fmt.money_ticks([]) == []


def test_codes_are_dotted() -> None:
    assert fmt.code("850511") == "8505.11"
    assert fmt.code("85") == "85"
    assert fmt.code("8505.11") == "8505.11"
    assert fmt.code("") == fmt.code(None) == "–"
    assert fmt.codes(["850511", "2846"]) == "8505.11, 2846"
    assert fmt.codes([]) == "–"


def test_words() -> None:
    assert fmt.text("") == fmt.text(NAN) == "–"
    assert fmt.text("Chile") == "Chile"
    assert fmt.yes_no(True) == "Yes"
    assert fmt.yes_no(None) == "–"
    assert fmt.rating("contested") == "Contested"
    assert fmt.rating(None) == "–"
    assert fmt.plural(1, "product") == "1 product"
    assert fmt.plural(1284, "product") == "1,284 products"
    assert fmt.plural(2, "economy", "economies") == "2 economies"
    assert fmt.interval(1.2, 3.4) == "1.20 to 3.40"
    assert fmt.interval(None, 3.4) == "–"


def test_changes_carry_an_arrow_and_a_word() -> None:
    assert fmt.change_phrase(0.021, fmt.percent_change) == "↑ +2.1 pp"
    assert fmt.change_phrase(-1e6, fmt.money_change) == "↓ −1.00 m"
    assert fmt.change_phrase(0, fmt.money_change) == "no change"
    assert fmt.change_phrase(NAN, fmt.money_change) == ""


def test_marks_of_table_libraries_are_missing() -> None:
    pandas = pytest.importorskip("pandas")
    for value in (pandas.NA, pandas.NaT, float("nan"), None):
        assert fmt.is_missing(value)
    assert not fmt.is_missing(0)
    assert not fmt.is_missing("")


def test_sizes_of_files() -> None:
    assert fmt.size(62) == "62 bytes"
    assert fmt.size(1_234) == "1 kB"
    assert fmt.size(30_138_368) == "30.1 MB"
    assert fmt.size(1_900_000_000) == "1.90 GB"
    assert fmt.size(None) == fmt.MISSING


def test_rates_that_are_sought_keep_two_decimals() -> None:
    assert fmt.percent_fine(0.0196) == "1.96 %"
    assert fmt.percent_fine(-0.5) == "−50.00 %"
    assert fmt.percent_fine(None) == "–"
