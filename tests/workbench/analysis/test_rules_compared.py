from workbench.analysis.rules_compared import marks_in_force, rules_to_compare
from workbench.definitions.fields import RuleInForce, RulesInForce
from workbench.definitions.library import rules_in_force
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    MaxNonOriginating,
    RegionalValueContent,
    RvcMethod,
    ShiftFrom,
    TariffShift,
    WhollyObtained,
)
from workbench.model.rule_families import Family

MAGNETS = (HSRange.parse("8505"),)
LIMIT = AnyOf((TariffShift(ShiftFrom.HEADING), MaxNonOriginating(0.45)))
RVC = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.6)


def in_force(name: str, *rules) -> RulesInForce:
    return RulesInForce(
        f"Agreement {name}",
        name,
        "2024-01-01",
        tuple(RuleInForce("test", MAGNETS, rule) for rule in rules),
        "test",
    )


def test_limits_stand_on_the_axis_of_thresholds():
    agreements = (
        in_force("A", LIMIT),
        in_force("B", RVC),
        in_force("C", TariffShift(ShiftFrom.HEADING)),
    )
    marks, silent = marks_in_force(Family.BUILD_DOWN, ("850511",), agreements)
    assert [(m.agreement, round(m.at, 9), m.is_one_way) for m in marks] == [
        ("A", 0.55, True),
        ("B", 0.6, False),
    ]
    assert silent == ("C",)
    limits, _ = marks_in_force(Family.MAX_NON_ORIGINATING, ("850511",), agreements)
    assert [(m.agreement, round(m.at, 9)) for m in limits] == [("B", 0.4), ("A", 0.45)]
    assert marks_in_force(Family.BUILD_UP, ("850511",), agreements)[0] == ()


def test_only_alternatives_let_a_good_do_without_the_number():
    net_cost = RegionalValueContent(RvcMethod.NET_COST, 0.75)
    shift = TariffShift(ShiftFrom.HEADING)
    for rule, is_one_way in (
        (net_cost, False),
        (AllOf((shift, net_cost)), False),
        (AllOf((AnyOf((shift, MaxNonOriginating(0.5))), net_cost)), False),
        (AnyOf((shift, net_cost)), True),
        (AnyOf((RVC, net_cost)), True),
    ):
        (mark,), _ = marks_in_force(Family.NET_COST, ("850511",), (in_force("A", rule),))
        assert (mark.at, mark.is_one_way) == (0.75, is_one_way)


def test_only_rules_that_touch_the_products():
    assert marks_in_force(Family.BUILD_DOWN, ("260200",), (in_force("B", RVC),)) == ((), ())


def test_rules_to_compare_are_each_there_once_between_the_loosest_and_the_strictest():
    found = rules_to_compare(
        ("850511",), (in_force("A", RVC), in_force("B", RVC, LIMIT)), (("Model", AnyGood()),)
    )
    assert [choice.rule for choice in found] == [AnyGood(), RVC, LIMIT, WhollyObtained()]
    assert found[1].label == "A, 8505"
    assert "2024-01-01" in found[1].source


def test_shipped_rules_are_found():
    marks, _ = marks_in_force(Family.BUILD_DOWN, ("850511",), rules_in_force())
    assert {mark.agreement for mark in marks} >= {"UK–EU"}
