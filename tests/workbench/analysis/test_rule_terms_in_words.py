"""Criteria that words narrow, as terms: bounds where words decide, certainty where codes do."""

import numpy as np
import pytest

from workbench.analysis.rule_terms import Leaf, OriginInputs, kept_in_words, rule_terms
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    Condition,
    InputsOriginate,
    Materials,
    MaxNonOriginating,
    Measure,
    OnlyGoods,
    Period,
    Rule,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
)


def codes(*texts: str) -> tuple[HSRange, ...]:
    return tuple(HSRange.parse(text) for text in texts)


INPUTS = OriginInputs(
    products=("850760",),
    materials_share=np.array([0.6]),
    net_cost_share=np.array([0.9]),
    de_minimis=np.array([0.0]),
    input_codes=codes("8507.90", "8548", "2841"),
    input_shares=np.array([[0.5, 0.3, 0.2]]),
    origin_codes=(),
    origin_shares=np.zeros((1, 0)),
)


def leaf(rule: Rule, unknown: float | None = None) -> Leaf:
    found = rule_terms(rule, INPUTS, unknown)
    assert isinstance(found, Leaf)
    return found


def alpha(rule: Rule, unknown: float | None = None) -> float:
    return float(leaf(rule, unknown).alpha[0])


def bounds(rule: Rule) -> tuple[float, float]:
    assert np.isnan(alpha(rule))
    return alpha(rule, 0.0), alpha(rule, 1.0)


def test_an_exception_in_words_may_or_may_not_hold() -> None:
    some = Materials(codes("8548"), "waste")
    rule = TariffShift(ShiftFrom.HEADING, except_some=(some,))
    assert bounds(rule) == pytest.approx((0.5, 0.8))


def test_an_exception_for_other_goods_does_not_count() -> None:
    some = Materials(codes("8548"), goods=codes("8507.10"))
    assert alpha(TariffShift(ShiftFrom.HEADING, except_some=(some,))) == pytest.approx(0.5)
    mine = Materials(codes("8548"), goods=codes("8507.60"))
    assert alpha(TariffShift(ShiftFrom.HEADING, except_some=(mine,))) == pytest.approx(0.8)


def test_listed_materials_alone_may_be_non_originating() -> None:
    rule = TariffShift(ShiftFrom.LISTED, also=(Materials(codes("8507.90")),))
    assert alpha(rule) == pytest.approx(0.5)
    words = TariffShift(ShiftFrom.LISTED, also=(Materials(codes("8507.90"), "cells"),))
    assert bounds(words) == pytest.approx((0.5, 1.0))


def test_materials_that_may_be_used_wherever_classified() -> None:
    rule = TariffShift(ShiftFrom.HEADING, also=(Materials(codes("8507.90")),))
    assert alpha(rule) == 0


def test_an_allowance_in_words_does_not_undo_an_exception() -> None:
    also = (Materials(codes("8548"), "any other good"),)
    rule = TariffShift(ShiftFrom.HEADING, exceptions=codes("8548"), also=also)
    assert alpha(rule) == pytest.approx(0.8)


def test_a_group_of_its_own() -> None:
    rule = TariffShift(ShiftFrom.SUBHEADING, outside_group=True, group=codes("8507"))
    assert alpha(rule) == pytest.approx(0.5)


def test_a_limit_on_some_materials() -> None:
    found = leaf(MaxNonOriginating(0.1, inputs=codes("2841")))
    assert (found.alpha[0], found.beta[0]) == pytest.approx((0.2, 0.1))


def test_a_limit_as_a_share_of_all_materials() -> None:
    assert leaf(MaxNonOriginating(0.5, "materials")).beta[0] == pytest.approx(0.3)


def test_a_limit_by_weight_is_not_known_from_values() -> None:
    rule = MaxNonOriginating(0.1, "good", inputs=codes("2841"), measure=Measure.WEIGHT)
    assert bounds(rule) == pytest.approx((0.0, 0.2))


def test_inputs_of_which_a_share_or_some_must_originate() -> None:
    assert alpha(InputsOriginate(codes("8548"))) == pytest.approx(0.3)
    assert bounds(InputsOriginate(codes("8548"), words="scrap")) == pytest.approx((0.0, 0.3))
    assert bounds(InputsOriginate(codes("8548"), at_least=0.4)) == pytest.approx((0.0, 0.3))


def test_goods_that_a_rule_is_for() -> None:
    assert leaf(OnlyGoods(codes("8507"))).attainable[0]
    assert not leaf(OnlyGoods(codes("8506"))).attainable[0]
    words = OnlyGoods(codes("8507"), "second-hand")
    assert np.isnan(alpha(words))
    assert leaf(words, 0.0).attainable[0]
    assert not leaf(words, 1.0).attainable[0]


def test_what_is_for_other_goods_asks_nothing_else() -> None:
    other = AllOf((OnlyGoods(codes("8506")), Condition("x"), MaxNonOriginating(0.5)))
    found = rule_terms(other, INPUTS)
    assert isinstance(found, Leaf)
    assert not found.attainable[0]


def test_conditions_and_periods_are_met_by_an_unknown_share() -> None:
    for rule in (Condition("for use in tyres"), Period("2027-01-01", "")):
        assert np.isnan(leaf(rule).performed_share)
        assert leaf(rule, 0.0).performed_share == 1
        assert leaf(rule, 1.0).performed_share == 0
        assert kept_in_words(AllOf((rule,)))
    assert leaf(Condition("x", performed_share=0.4)).performed_share == 0.4
    assert not kept_in_words(AllOf((Condition("x", performed_share=0.4), SpecificProcess("y"))))
