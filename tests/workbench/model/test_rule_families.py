import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.definitions.checks import issues
from workbench.model.agreement import Agreement
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    DeMinimis,
    EconomyCap,
    InputsOriginate,
    MaxNonOriginating,
    OriginProvisions,
    ProductRule,
    RegionalValueContent,
    RemainderCap,
    RvcMethod,
    ShiftFrom,
    TariffShift,
    WhollyObtained,
)
from workbench.model.rule_families import (
    Base,
    Family,
    RuleChoice,
    Sweep,
    capped_economies,
    drafted_numbers,
    number_in,
    with_number,
)

BUILD_DOWN = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5)
SHIFT = TariffShift(ShiftFrom.HEADING)
TREE = AnyOf((AllOf((SHIFT, BUILD_DOWN)), RegionalValueContent(RvcMethod.BUILD_UP, 0.35)))


def codes(*texts: str) -> tuple[HSRange, ...]:
    return tuple(HSRange.parse(text) for text in texts)


def drafted() -> Agreement:
    return Agreement(
        title="Test",
        origin=OriginProvisions(
            default_rule=BUILD_DOWN,
            de_minimis=DeMinimis(0.07),
            product_rules=(
                ProductRule(codes("8505"), TREE, notes="magnets"),
                ProductRule(codes("8108.20"), SHIFT, de_minimis=0.02),
            ),
        ),
    )


def test_one_rule_for_all_takes_the_place_of_every_rule():
    edited = Sweep().edited(drafted(), 0.4)
    assert edited.origin.default_rule == RegionalValueContent(RvcMethod.BUILD_DOWN, 0.4)
    assert edited.origin.product_rules == ()


def test_chosen_products_are_split_from_the_rule_they_share():
    edited = Sweep(products=("850511", "810820", "260200")).edited(drafted(), 0.4)
    new = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.4)
    assert edited.rule_of("850511") == edited.rule_of("810820") == edited.rule_of("260200") == new
    assert edited.rule_of("850519") == TREE
    assert edited.rule_of("750210") == BUILD_DOWN
    assert edited.origin.product_rules[0].notes == "magnets"
    # A rule of the chosen product alone is changed in its place and keeps its de minimis.
    assert [r.de_minimis for r in edited.origin.product_rules if r.rule == new].count(0.02) == 1
    assert not list(issues(edited))


def test_within_the_rules_only_the_number_changes():
    edited = Sweep(base=Base.WITHIN).edited(drafted(), 0.8)
    more = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.8)
    assert edited.rule_of("850511") == AnyOf((AllOf((SHIFT, more)), TREE.rules[1]))
    assert edited.rule_of("810820") == SHIFT
    assert edited.origin.default_rule == more


def test_within_chosen_products_others_keep_the_default_rule():
    edited = Sweep(base=Base.WITHIN, products=("260200",)).edited(drafted(), 0.8)
    assert edited.rule_of("260200") == RegionalValueContent(RvcMethod.BUILD_DOWN, 0.8)
    assert edited.origin.default_rule == BUILD_DOWN
    assert edited.rule_of("850511") == TREE


def test_de_minimis_is_set_where_it_is_stated():
    edited = Sweep(Family.DE_MINIMIS, Base.WITHIN).edited(drafted(), 0.15)
    assert edited.origin.de_minimis.share == 0.15
    assert [r.de_minimis for r in edited.origin.product_rules] == [None, 0.15]
    chosen = Sweep(Family.DE_MINIMIS, Base.WITHIN, ("850511",)).edited(drafted(), 0.15)
    rule = chosen.product_rule("850511")
    assert rule is not None
    assert rule.de_minimis == 0.15
    assert chosen.origin.de_minimis.share == 0.07


@pytest.mark.parametrize(
    ("rule", "family"),
    [
        (BUILD_DOWN, Family.BUILD_DOWN),
        (RemainderCap(0.5, ("CHN",), 0.2), Family.BUILD_DOWN),
        (RegionalValueContent(RvcMethod.BUILD_UP, 0.3), Family.BUILD_UP),
        (RegionalValueContent(RvcMethod.NET_COST, 0.3), Family.NET_COST),
        (MaxNonOriginating(0.4), Family.MAX_NON_ORIGINATING),
        (EconomyCap(("CHN",), 0.1), Family.ECONOMY_CAP),
        (InputsOriginate(codes("5205"), 0.1), Family.TOLERANCE),
        (TariffShift(ShiftFrom.HEADING, de_minimis=0.1), Family.DE_MINIMIS),
    ],
)
def test_number_is_read_and_set(rule, family):
    assert number_in(AllOf((AnyGood(), rule)), family) in (0.1, 0.3, 0.4, 0.5)
    assert number_in(with_number(rule, family, 0.25), family) == 0.25
    others = [other for other in Family if other not in (family, Family.RULES)]
    assert all(number_in(rule, other) is None for other in others)
    assert all(with_number(rule, other, 0.25) == rule for other in others)


def test_strictest_of_several_numbers_counts():
    both = AllOf((BUILD_DOWN, RegionalValueContent(RvcMethod.TRANSACTION, 0.6)))
    assert number_in(both, Family.BUILD_DOWN) == 0.6
    caps = AllOf((EconomyCap(("CHN",), 0.1), EconomyCap(("RUS",), 0.05)))
    assert number_in(caps, Family.ECONOMY_CAP) == 0.05


def test_limit_on_some_materials_is_not_swept():
    assert (
        number_in(MaxNonOriginating(0.4, inputs=codes("5205")), Family.MAX_NON_ORIGINATING) is None
    )


def test_drafted_numbers_by_product():
    found = drafted_numbers(drafted(), Sweep(), ("850511", "810820", "260200"))
    assert found == {"850511": 0.5, "260200": 0.5}
    de_minimis = Sweep(Family.DE_MINIMIS, Base.WITHIN)
    assert drafted_numbers(drafted(), de_minimis, ("850511", "810820", "260200")) == {
        "850511": 0.07,
        "810820": 0.02,
    }


def test_economies_that_the_text_caps():
    capped = ProductRule(codes("8505"), RemainderCap(0.5, ("CHN", "RUS"), 0.2))
    agreement = Agreement(
        title="Test",
        origin=OriginProvisions(
            default_rule=AllOf((EconomyCap(("RUS",), 0.1), SHIFT)), product_rules=(capped,)
        ),
    )
    assert capped_economies(agreement) == ("RUS", "CHN")
    assert capped_economies(drafted()) == ()


def test_problems_are_sentences_that_say_what_to_do():
    text = drafted()
    assert Sweep().problem(text) == ""
    assert "Name the economies" in Sweep(Family.ECONOMY_CAP).problem(text)
    assert "vary it inside" in Sweep(Family.TOLERANCE).problem(text)
    assert "No rule of this agreement" in Sweep(Family.TOLERANCE, Base.WITHIN).problem(text)
    assert "name at least one" in Sweep(Family.RULES).problem(text)
    assert Sweep(Family.RULES, rules=(RuleChoice("a", WhollyObtained()),)).problem(text) == ""


@given(
    st.lists(st.sampled_from(["850511", "850519", "810820", "260200", "750210"]), unique=True),
    st.sampled_from([Base.REPLACE, Base.WITHIN]),
    st.floats(0, 1),
)
def test_no_product_ever_has_two_rules_and_others_keep_theirs(chosen, base, at):
    before = drafted()
    sweep = Sweep(base=base, products=tuple(chosen))
    edited = sweep.edited(before, at)
    assert not list(issues(edited))
    for code in ("850511", "850519", "810820", "260200", "750210"):
        if chosen and code not in chosen:
            assert edited.rule_of(code) == before.rule_of(code)
    assert len(edited.origin.product_rules) == len(sweep.edited(before, 0.0).origin.product_rules)
