"""Strictness without trade data: ordinal tests of the index, and ceilings by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.strictness import ceiling, restrictiveness
from workbench.definitions.library import rules_in_force
from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    EconomyCap,
    InputsOriginate,
    LabourValueContent,
    MaxNonOriginating,
    RegionalValueContent,
    RemainderCap,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)

CC, CTH = TariffShift(ShiftFrom.CHAPTER), TariffShift(ShiftFrom.HEADING)
CTSH, ITEM = TariffShift(ShiftFrom.SUBHEADING), TariffShift(ShiftFrom.ANY_OTHER_PRODUCT)
RVC = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.4)
SEWN = SpecificProcess("cut and sewn")


def test_the_scale() -> None:
    assert [restrictiveness(rule) for rule in (AnyGood(), ITEM, CTSH, CTH, CC)] == [0, 1, 2, 4, 6]
    assert restrictiveness(AllOf((CTSH, RVC))) == 3
    assert restrictiveness(AllOf((CTH, RVC))) == 5
    assert restrictiveness(AllOf((CC, SEWN))) == 7
    assert restrictiveness(WhollyObtained()) == 7


@pytest.mark.parametrize("shift", [CTSH, CTH, CC])
def test_value_content_on_top_adds_one(shift: TariffShift) -> None:
    assert restrictiveness(AllOf((shift, RVC))) == restrictiveness(shift) + 1


def test_content_and_process_alone_are_no_stricter_than_with_more() -> None:
    assert restrictiveness(RVC) == restrictiveness(SEWN) == 3
    assert restrictiveness(AllOf((RVC, SEWN))) == 4
    assert restrictiveness(AllOf((ITEM, RVC))) == restrictiveness(AllOf((CTSH, RVC))) == 3


def test_of_alternatives_the_easiest_counts() -> None:
    assert restrictiveness(AnyOf((CC, CTSH))) == 2
    assert restrictiveness(AllOf((AnyOf((CC, CTH)), RVC))) == 4


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (CTH, 1.0),
        (RVC, 0.6),
        (RegionalValueContent(RvcMethod.BUILD_UP, 0.35), 0.65),
        (RegionalValueContent(RvcMethod.BUILD_UP, 0.35, materials_share=0.7), 0.35),
        (RegionalValueContent(RvcMethod.NET_COST, 0.75), None),
        (RegionalValueContent(RvcMethod.NET_COST, 0.75, net_cost_share=0.8), 0.2),
        (RegionalValueContent(RvcMethod.FOCUSED, 0.5), 1.0),
        (MaxNonOriginating(0.45), 0.45),
        (MaxNonOriginating(0.5, basis_share=0.9), 0.45),
        (MaxNonOriginating(0.5, basis="materials"), None),
        (MaxNonOriginating(0.2, words="sugar"), 1.0),
        (WhollyObtained(), 0.0),
        (EconomyCap(("CHN",), 0.1), 1.0),
        (RemainderCap(0.5, ("CHN",), 0.2), 0.5),
        (LabourValueContent(0.4), 0.6),
        (InputsOriginate((), words="yarn"), 1.0),
        (AllOf((CTH, RVC)), 0.6),
        (AnyOf((CTH, RVC)), 1.0),
        (AnyOf((MaxNonOriginating(0.45), RVC)), 0.6),
        (AnyOf((RegionalValueContent(RvcMethod.NET_COST, 0.5), RVC)), None),
        (AllOf((RegionalValueContent(RvcMethod.NET_COST, 0.5), RVC)), 0.6),
    ],
)
def test_ceilings(rule: Rule, expected: float | None) -> None:
    assert ceiling(rule) == (None if expected is None else pytest.approx(expected))


def test_a_stated_net_cost_share_gives_the_ceiling() -> None:
    assert ceiling(RegionalValueContent(RvcMethod.NET_COST, 0.5), 0.9) == pytest.approx(0.45)


def test_a_shift_beside_an_unknown_limit_does_not_let_everything_in() -> None:
    net_cost = RegionalValueContent(RvcMethod.NET_COST, 0.6)
    assert ceiling(AllOf((CTH, net_cost))) is None
    assert ceiling(AllOf((CTH, net_cost)), 0.9) == pytest.approx(0.36)
    assert ceiling(AllOf((RVC, net_cost))) == ceiling(RVC)
    assert ceiling(AnyOf((CTH, net_cost))) == 1


LEAVES = st.sampled_from([CC, CTH, CTSH, RVC, SEWN, WhollyObtained(), MaxNonOriginating(0.3)])
RULES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
        lambda parts: st.sampled_from([AllOf(tuple(parts)), AnyOf(tuple(parts))])
    ),
    max_leaves=6,
)


@given(RULES, RULES)
def test_a_requirement_never_loosens_and_an_alternative_never_tightens(
    one: Rule, two: Rule
) -> None:
    both, either = ceiling(AllOf((one, two))), ceiling(AnyOf((one, two)))
    alone = ceiling(one)
    assert both is not None
    assert either is not None
    assert alone is not None
    assert both <= alone <= either
    assert restrictiveness(AnyOf((one, two))) <= restrictiveness(one)
    assert restrictiveness(AllOf((one, two))) >= restrictiveness(one)
    assert 0 <= restrictiveness(one) <= 7


def test_every_sector_has_rules_in_force_with_source_and_date() -> None:
    held = rules_in_force()
    sectors = {rule.sector for agreement in held for rule in agreement.rules}
    assert sectors == {
        "batteries",
        "critical minerals",
        "pharmaceuticals",
        "semiconductors",
        "solar",
        "steel and aluminium",
        "textiles and apparel",
        "vehicles",
    }
    for agreement in held:
        assert agreement.source
        assert len(agreement.legal_date) == 10
        for rule in agreement.rules:
            assert 0 <= restrictiveness(rule.rule) <= 7
