"""Criteria of origin rules as terms: one test a line of the method's table, and the shifts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.claiming_kernel import leaves_of, needs_of
from workbench.analysis.rule_terms import (
    All,
    Any,
    Leaf,
    OriginInputs,
    coarse_inputs,
    needs_input_split,
    needs_origin_split,
    rule_terms,
)
from workbench.model.nomenclature import HSRange
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
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)


def ranges(*texts: str) -> tuple[HSRange, ...]:
    return tuple(HSRange.parse(text) for text in texts)


def inputs_of(products=("850511",), codes=(), shares=None, origins=None, **changes):
    size = len(products)
    origins = origins or {}
    known = {
        "products": products,
        "materials_share": np.full(size, 0.6),
        "net_cost_share": np.full(size, 0.9),
        "de_minimis": np.full(size, 0.07),
        "input_codes": ranges(*codes),
        "input_shares": np.full((size, len(codes)), np.nan)
        if shares is None
        else np.tile(np.array(shares, dtype=float), (size, 1)),
        "origin_codes": tuple(origins),
        "origin_shares": np.tile(np.array(list(origins.values()), dtype=float), (size, 1)),
    }
    return OriginInputs(**(known | changes))


def numbers(rule, inputs=None, **options) -> tuple[float, float]:
    leaf = rule_terms(rule, inputs or inputs_of(), **options)
    assert isinstance(leaf, Leaf)
    return leaf.alpha[0], leaf.beta[0]


def test_none_and_wholly_obtained():
    assert numbers(AnyGood()) == (0, 0)
    assert numbers(WhollyObtained()) == (1, 0)


@pytest.mark.parametrize(
    ("method", "beta"),
    [
        (RvcMethod.BUILD_DOWN, 0.6),
        (RvcMethod.TRANSACTION, 0.6),
        (RvcMethod.BUILD_UP, 0.2),
        (RvcMethod.NET_COST, 0.54),
    ],
)
def test_regional_value_content(method, beta):
    assert numbers(RegionalValueContent(method, 0.4)) == pytest.approx((1, beta))


def test_stated_shares_of_a_rule_override_the_producers_own():
    build_up = RegionalValueContent(RvcMethod.BUILD_UP, 0.4, materials_share=0.8)
    net_cost = RegionalValueContent(RvcMethod.NET_COST, 0.4, net_cost_share=0.5)
    assert numbers(build_up) == pytest.approx((1, 0.4))
    assert numbers(net_cost) == pytest.approx((1, 0.3))


def test_build_up_is_out_of_reach_where_materials_are_too_few():
    inputs = inputs_of(("1", "2", "3"), materials_share=np.array([0.3, 0.5, np.nan]))
    leaf = rule_terms(RegionalValueContent(RvcMethod.BUILD_UP, 0.4), inputs)
    assert leaf.attainable.tolist() == [False, True, True]
    assert leaf.beta[1] == pytest.approx(0.1)
    assert np.isnan(leaf.beta[2])


def test_focused_value_counts_listed_inputs_only():
    rule = RegionalValueContent(RvcMethod.FOCUSED, 0.5, inputs=ranges("8501", "8503"))
    inputs = inputs_of(codes=("8503", "7410"), shares=(0.4, 0.6))
    assert numbers(rule, inputs) == pytest.approx((0.4, 0.5))


def test_maximum_share_of_a_basis_price():
    assert numbers(MaxNonOriginating(0.4, "ex-works", 0.9)) == pytest.approx((1, 0.36))


@pytest.mark.parametrize(
    ("at_least", "first", "later"),
    [(0.35, 13, 6.5), (0.45, 11, 5.5), (0.5, 10, 5), (0.6, 8, 4), (0.75, 5, 2.5)],
)
def test_remainder_cap_as_a_share_of_value(at_least, first, later):
    for share, per_cent in ((0.20, first), (0.10, later)):
        inputs = inputs_of(origins={"CHN": 0.3, "RUS": 0.2, "ROW": 0.5})
        terms = rule_terms(RemainderCap(at_least, ("CHN", "RUS"), share), inputs)
        assert isinstance(terms, All)
        content, cap = terms.parts
        assert content.beta[0] == pytest.approx(1 - at_least)
        assert content.elsewhere is None
        assert cap.beta[0] == pytest.approx(per_cent / 100)
        assert cap.alpha[0] == cap.elsewhere[0] == pytest.approx(0.5)


def test_a_cap_on_an_economy_the_data_do_not_tell_apart_is_unknown():
    inputs = inputs_of(origins={"CHN": 0.3, "ROW": 0.7})
    assert numbers(EconomyCap(("CHN",), 0.1), inputs) == pytest.approx((0.3, 0.1))
    assert np.isnan(numbers(EconomyCap(("CHN", "PRK"), 0.1), inputs)[0])
    assert numbers(EconomyCap(("CHN", "PRK"), 0.1), inputs, unknown_share=1.0)[0] == 1


def test_listed_inputs_must_originate():
    rule = InputsOriginate(ranges("5205-5207"), tolerance=0.1)
    inputs = inputs_of(("610910",), ("5205", "5402", "520600"), (0.5, 0.3, 0.2))
    assert numbers(rule, inputs) == pytest.approx((0.7, 0.1))


# --- tariff shifts --------------------------------------------------------------------------------

MAGNET = "850511"


def stays(level, code, product=MAGNET, exceptions=(), **options) -> bool:
    group = options.pop("group", ())
    rule = TariffShift(level, ranges(*exceptions), **options)
    inputs = inputs_of((product,), (code,), (1.0,))
    return bool(numbers(rule, inputs, group=ranges(*group))[0])


@pytest.mark.parametrize(
    ("code", "chapter", "heading", "subheading", "product"),
    [
        ("2846", False, False, False, False),
        ("8503", True, False, False, False),
        ("850519", True, True, False, False),
        ("850511", True, True, True, True),
        ("85051100", True, True, True, True),
        ("8505", True, True, True, True),  # may be 8505.11
        ("85", True, True, True, True),
        ("72", False, False, False, False),  # cannot be, however coarse
        ("8501-8504", True, False, False, False),
        ("8504-8506", True, True, True, True),
    ],
)
def test_an_input_shifts_where_its_code_differs_at_the_level(
    code, chapter, heading, subheading, product
):
    assert stays(ShiftFrom.CHAPTER, code) is chapter
    assert stays(ShiftFrom.HEADING, code) is heading
    assert stays(ShiftFrom.SUBHEADING, code) is subheading
    assert stays(ShiftFrom.ANY_OTHER_PRODUCT, code) is product


def test_another_line_of_the_subheading_is_another_product():
    assert not stays(ShiftFrom.ANY_OTHER_PRODUCT, "85051190", "85051110")
    assert stays(ShiftFrom.SUBHEADING, "85051190", "85051110")


def test_exceptions_do_not_shift():
    # Bulldozer 8429.11, any heading except 84.31: bolts and wire shift, parts of 84.31 do not.
    for code, kept in (("7318", False), ("8544", False), ("8431", True), ("843110", True)):
        assert stays(ShiftFrom.HEADING, code, "842911", ("8431",)) is kept
    # Glues 35.05, any heading except 11.08: cereals of chapter 10 shift.
    assert not stays(ShiftFrom.HEADING, "10", "350510", ("1108",))
    assert stays(ShiftFrom.HEADING, "11", "350510", ("1108",))  # may be 11.08


def test_a_shift_within_a_group_counts_unless_it_must_come_from_outside():
    group = ("8541-8542",)
    assert not stays(ShiftFrom.HEADING, "8541", "854231", group=group)
    assert stays(ShiftFrom.HEADING, "8541", "854231", group=group, outside_group=True)
    assert not stays(ShiftFrom.HEADING, "8543", "854231", group=group, outside_group=True)
    # At the level of headings the group is its headings.
    assert stays(
        ShiftFrom.HEADING, "854290", "854231", group=("854231-854239",), outside_group=True
    )


def test_de_minimis_of_the_rule_comes_before_that_of_the_agreement():
    inputs = inputs_of(codes=("8505", "2846"), shares=(0.25, 0.75))
    assert numbers(TariffShift(ShiftFrom.HEADING), inputs) == pytest.approx((0.25, 0.07))
    own = TariffShift(ShiftFrom.HEADING, de_minimis=0.0)
    assert numbers(own, inputs) == (0.25, 0)


def test_lanes_have_their_own_goods_and_splits():
    inputs = inputs_of(
        ("850511", "284610", "850511"),
        ("8505", "2846"),
        input_shares=np.array([[0.3, 0.7], [0.3, 0.7], [np.nan, np.nan]]),
    )
    leaf = rule_terms(TariffShift(ShiftFrom.HEADING), inputs)
    assert leaf.alpha[:2].tolist() == [0.3, 0.7]
    assert np.isnan(leaf.alpha[2])
    for share in (0.0, 1.0):
        assert rule_terms(TariffShift(ShiftFrom.HEADING), inputs, share).alpha[2] == share


def test_a_split_over_no_inputs_is_unknown_not_zero():
    assert np.isnan(numbers(TariffShift(ShiftFrom.HEADING))[0])
    assert np.isnan(numbers(EconomyCap(("CHN",), 0.1))[0])


def test_inputs_known_too_coarsely_are_reported():
    inputs = inputs_of(("850511", "284610"), ("85", "8505", "2846", "72"), (0.1, 0.2, 0.7, 0.0))
    by_heading = coarse_inputs(TariffShift(ShiftFrom.HEADING), inputs)
    assert by_heading.tolist() == [[True, False, False, False], [False] * 4]
    by_subheading = coarse_inputs(TariffShift(ShiftFrom.SUBHEADING), inputs)
    assert by_subheading.tolist() == [[True, True, False, False], [False, False, True, False]]
    excepted = TariffShift(ShiftFrom.CHAPTER, ranges("284610", "72"))
    assert coarse_inputs(excepted, inputs).tolist() == [[False, False, True, False], [False] * 4]
    listed = AllOf((AnyGood(), InputsOriginate(ranges("850519"))))
    assert coarse_inputs(listed, inputs).tolist() == [[True, True, False, False]] * 2


# --- processes, trees ---------------------------------------------------------------------------


def test_processes_carry_a_name_and_a_share():
    leaf = rule_terms(SpecificProcess("melted and poured", 0.7), inputs_of())
    assert (leaf.process, leaf.performed_share) == ("melted and poured", 0.7)
    unknown = rule_terms(SpecificProcess("melted and poured"), inputs_of())
    assert np.isnan(unknown.performed_share)
    lenient, strict = (
        rule_terms(SpecificProcess("melted and poured"), inputs_of(), share) for share in (0, 1)
    )
    assert (lenient.performed_share, strict.performed_share) == (1, 0)


def test_labour_value_content_of_two_wages_is_two_draws():
    names = {
        rule_terms(LabourValueContent(0.4, wage, 0.5), inputs_of()).process
        for wage in (16.0, 16.0, 20.0, None)
    }
    assert len(names) == 3


def test_trees_keep_their_shape():
    rule = AnyOf((WhollyObtained(), AllOf((AnyGood(), MaxNonOriginating(0.4)))))
    terms = rule_terms(rule, inputs_of())
    assert isinstance(terms, Any)
    assert isinstance(terms.parts[1], All)
    assert terms.parts[1].parts[1].beta[0] == pytest.approx(0.4)
    with pytest.raises(ValueError, match="at least one rule"):
        rule_terms(AllOf(()), inputs_of())


def test_what_a_rule_needs_to_know():
    focused = RegionalValueContent(RvcMethod.FOCUSED, 0.5, inputs=ranges("8501"))
    build_down = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5)
    for rule in (TariffShift(ShiftFrom.HEADING), InputsOriginate(ranges("8501")), focused):
        assert needs_input_split(AnyOf((build_down, rule)))
        assert not needs_origin_split(rule)
    for rule in (EconomyCap(("CHN",), 0.1), RemainderCap(0.5, ("CHN",), 0.2)):
        assert needs_origin_split(AllOf((build_down, rule)))
        assert not needs_input_split(rule)
    assert not needs_input_split(build_down)
    assert not needs_origin_split(build_down)


CRITERIA = st.sampled_from(
    [
        AnyGood(),
        WhollyObtained(),
        *(RegionalValueContent(RvcMethod.BUILD_DOWN, r) for r in (0.2, 0.5, 0.8)),
        RegionalValueContent(RvcMethod.BUILD_UP, 0.3),
        RegionalValueContent(RvcMethod.BUILD_UP, 0.7),
        RegionalValueContent(RvcMethod.FOCUSED, 0.7, inputs=ranges("8505")),
        MaxNonOriginating(0.4),
        TariffShift(ShiftFrom.HEADING),
        TariffShift(ShiftFrom.CHAPTER, ranges("2846"), de_minimis=0.0),
        InputsOriginate(ranges("2846"), 0.05),
        EconomyCap(("CHN",), 0.1),
        RemainderCap(0.4, ("CHN",), 0.3),
    ]
)
RULES = st.recursive(
    CRITERIA,
    lambda inner: st.builds(
        lambda kind, parts: kind(tuple(parts)),
        st.sampled_from([AllOf, AnyOf]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)


def resourced(rule) -> np.ndarray:
    """The share to re-source at N = 0, 0.05 ... 1."""
    n = np.linspace(0, 1, 21)
    inputs = inputs_of(
        ("850511",) * 21, ("8505", "2846"), shares=[0.5, 0.3], origins={"CHN": 0.6, "VNM": 0.4}
    )
    terms = rule_terms(rule, inputs)
    found = needs_of(terms, leaves_of(terms, 21), n, 1 - n).s
    assert not np.isnan(found).any()
    return found


@given(RULES, RULES)
def test_a_requirement_never_lowers_and_an_alternative_never_raises(rule, more):
    alone = resourced(rule)
    assert (resourced(AllOf((rule, more))) >= alone).all()
    assert (resourced(AnyOf((rule, more))) <= alone).all()
