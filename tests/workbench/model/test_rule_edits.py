"""Edits of a rule by place."""

import pytest

from workbench.model import rule_edits as edits
from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    Condition,
    EconomyCap,
    InputsOriginate,
    Materials,
    MaxNonOriginating,
    OnlyGoods,
    Period,
    RegionalValueContent,
    RemainderCap,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)

HALF = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5)
SHIFT = TariffShift(ShiftFrom.HEADING)
WHOLE = WhollyObtained()
TREE = AllOf((HALF, AnyOf((SHIFT, WHOLE))))


def test_part_at_and_with_part() -> None:
    assert edits.part_at(TREE, ()) == TREE
    assert edits.part_at(TREE, (1, 0)) == SHIFT
    assert edits.with_part(TREE, (1, 0), AnyGood()) == AllOf((HALF, AnyOf((AnyGood(), WHOLE))))
    assert edits.with_part(TREE, (), HALF) == HALF
    with pytest.raises(IndexError):
        edits.part_at(TREE, (0, 0))


def test_removing_drops_groups_left_empty() -> None:
    one = edits.without_part(TREE, (1, 0))
    assert one == AllOf((HALF, AnyOf((WHOLE,))))
    assert edits.without_part(one, (1, 0)) == AllOf((HALF,))
    assert edits.without_part(AllOf((HALF,)), (0,)) == AnyGood()
    assert edits.without_part(HALF, ()) == AnyGood()


def test_adding_turns_a_criterion_into_an_all_of() -> None:
    assert edits.with_added(HALF, (), SHIFT) == AllOf((HALF, SHIFT))
    assert edits.with_added(TREE, (1,), HALF) == AllOf((HALF, AnyOf((SHIFT, WHOLE, HALF))))


def test_moving_stops_at_the_ends() -> None:
    assert edits.moved(TREE, (0,), 1) == AllOf((AnyOf((SHIFT, WHOLE)), HALF))
    assert edits.moved(TREE, (0,), -1) == TREE
    assert edits.moved(TREE, (1, 1), 1) == TREE
    assert edits.moved(HALF, (), 1) == HALF


def test_grouping_and_ungrouping() -> None:
    flat = AllOf((HALF, SHIFT, WHOLE))
    pair = edits.grouped(flat, (1,), 2)
    assert pair == AllOf((HALF, AnyOf((SHIFT, WHOLE))))
    assert edits.ungrouped(pair, (1,)) == flat
    assert edits.grouped(flat, (2,), 2) == AllOf((HALF, SHIFT, AnyOf((WHOLE,))))
    assert edits.grouped(HALF, ()) == AllOf((HALF,))
    assert edits.ungrouped(AllOf((HALF,)), ()) == HALF
    assert edits.ungrouped(flat, ()) == flat


def test_flipping_keeps_the_parts() -> None:
    assert edits.flipped(TREE, (1,)) == AllOf((HALF, AllOf((SHIFT, WHOLE))))
    assert edits.flipped(edits.flipped(TREE, ()), ()) == TREE


@pytest.mark.parametrize(
    "rule",
    [
        AllOf(()),
        RegionalValueContent(RvcMethod.FOCUSED, 0.5),
        InputsOriginate(()),
        EconomyCap((), 0.1),
        RemainderCap(0.5, (), 0.2),
        SpecificProcess(" "),
        MaxNonOriginating(0.4, ""),
    ],
)
def test_unfinished_parts_say_what_they_lack(rule: object) -> None:
    assert edits.lacks(rule).endswith(".")  # type: ignore[arg-type]
    assert not edits.is_complete(AllOf((HALF, rule)))  # type: ignore[arg-type]


def test_finished_rules_lack_nothing() -> None:
    assert edits.is_complete(TREE)
    assert edits.lacks(EconomyCap(("CHN",), 0.1)) == ""


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (RegionalValueContent(RvcMethod.BUILD_DOWN, 1.4), "between 0 and 100"),
        (MaxNonOriginating(-0.1), "between 0 and 100"),
        (InputsOriginate(()), "say what they are"),
        (OnlyGoods(), "say what they are"),
        (TariffShift(ShiftFrom.LISTED), "materials that may be used"),
        (Condition(" "), "what the condition is"),
        (Period(), "first or the last day"),
        (Period("2026-13-01"), "'2026-13-01' is not a date"),
        (Period("2026-12-31", "2026-01-01"), "before the first"),
    ],
)
def test_what_newer_criteria_lack(rule: Rule, words: str) -> None:
    assert words in edits.lacks(rule)
    assert not edits.is_complete(AllOf((rule,)))


@pytest.mark.parametrize(
    "rule",
    [
        InputsOriginate((), words="yarn"),
        OnlyGoods((), "of cotton"),
        TariffShift(ShiftFrom.LISTED, also=(Materials(words="scrap"),)),
        Condition("the good is sewn"),
        Period("", "2026-12-31"),
    ],
)
def test_words_are_enough(rule: Rule) -> None:
    assert edits.lacks(rule) == ""
