import pytest

from workbench.tradedata.rate_text import DutyRate, parse_rate, programme_symbols, special_rates


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("Free", DutyRate(0.0)),
        ("3.7%", DutyRate(0.037)),
        ("1 cents/kg", DutyRate(0.0, 0.01, "kg")),
        ("1¢/kg", DutyRate(0.0, 0.01, "kg")),
        ("$1.25/t", DutyRate(0.0, 1.25, "t")),
        ("46.3 cents/kg + 14.9%", DutyRate(0.149, 0.463, "kg")),
        ("27.6 cents/liter+ 17.5%", DutyRate(0.175, 0.276, "liter")),
        ("41 cents each + 5%", DutyRate(0.05, 0.41, "each")),
    ],
)
def test_a_plain_rate_is_read(text: str, rate: DutyRate) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Free, under bond",
        "See 9822.05.10",
        "The duty provided in the applicable subheading + 25%",
        "40 cents each + 6% on the case",
        "41 cents each + 5% + 2 cents/jewel",
        "5%, and $12,000 each",
        "4 cents/kg less 0.02 cents/kg for each degree",
        "3% + 4%",
    ],
)
def test_any_other_wording_is_no_rate(text: str) -> None:
    assert parse_rate(text) is None


def test_weight_duties_become_ad_valorem_by_unit_value() -> None:
    assert DutyRate(0.02, 1.25, "t").equivalent(0.125) == pytest.approx(0.03)
    assert DutyRate(0.02, 0.01, "kg").equivalent(0.5) == pytest.approx(0.04)
    assert DutyRate(0.021).equivalent(None) == 0.021


def test_no_equivalent_without_a_unit_value_or_a_weight() -> None:
    assert DutyRate(0.02, 1.25, "t").equivalent(None) is None
    assert DutyRate(0.02, 1.25, "liter").equivalent(3.0) is None
    assert parse_rate("1.7 cents/kg on lead content").equivalent(3.0) is None


def test_the_special_column_is_split_by_rate() -> None:
    text = "Free (A+,AU,BH, E IL,.OM) 1.7% (KR) See 9822.04.01-9822.04.03 (JO)"
    assert special_rates(text) == [
        ("Free", ["A+", "AU", "BH", "E", "IL", "OM"]),
        ("1.7%", ["KR"]),
        ("See 9822.04.01-9822.04.03", ["JO"]),
    ]
    assert special_rates("") == []


def test_symbols_of_goods_and_second_symbols_beside_the_first_do_not_count() -> None:
    assert programme_symbols("Free (AU,B,J*,S) 2% (S+,P+)") == [
        ("Free", ["AU", "S"]),
        ("2%", ["P"]),
    ]
