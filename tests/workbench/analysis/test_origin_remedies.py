"""What would make a good qualify: found by trying, each change checked by making it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.analysis.origin.case import OriginCase
from workbench.analysis.origin.remedies import RemedyKind, find_remedies, qualifies
from workbench.analysis.origin.results import Answer
from workbench.analysis.origin_check import determine
from workbench.model.goods import Good, Material
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    Absorption,
    AllOf,
    AnyOf,
    Cumulation,
    EconomyCap,
    InputsOriginate,
    MaxNonOriginating,
    OriginProvisions,
    RegionalValueContent,
    RemainderCap,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
)

RVC = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.6)
HEADING = TariffShift(ShiftFrom.HEADING)


def ranges(*texts: str) -> tuple[HSRange, ...]:
    return tuple(HSRange.parse(text) for text in texts)


def case(rule, *materials: Material, provisions=None, **changes) -> OriginCase:
    known = {"code": "850511", "exporter": "JPN", "value": 100.0, "materials": materials}
    good = Good(**(known | changes))
    return OriginCase(good, rule, ("JPN", "USA"), provisions or OriginProvisions(), "USA")


def part(value: float, code: str = "284690", origin: str | None = "CHN", **more) -> Material:
    return Material(f"part {code}", code, value, origin, **more)


def remedies(question: OriginCase):
    found = find_remedies(determine(question))
    assert all(qualifies(remedy.case) for remedy in found), "each is checked by making it"
    return found


def of_kind(question: OriginCase, kind: RemedyKind):
    return [remedy for remedy in remedies(question) if remedy.kind is kind]


def test_nothing_to_change_where_it_qualifies():
    assert remedies(case(RVC, part(30))) == ()


def test_the_smallest_part_of_a_material():
    found = of_kind(case(RVC, part(45), part(10, "720299")), RemedyKind.MATERIAL)
    assert found[0].amount == pytest.approx(15, abs=1e-5)
    assert found[0].places == ((0,),)
    assert "15 of the 45 of part 284690 (2846.90)" in found[0].text


def test_two_materials_where_none_alone_is_enough():
    rule = InputsOriginate(ranges("2846", "7202", "7408"))
    (found,) = of_kind(case(rule, part(5), part(6, "720299")), RemedyKind.MATERIAL)
    assert found.places == ((1,), (0,))
    assert found.amount == 11


def test_many_materials():
    codes = ("284610", "284690", "720299")
    rule = InputsOriginate(ranges("2846", "7202"))
    (found,) = of_kind(case(rule, *(part(5, code) for code in codes)), RemedyKind.MATERIAL)
    assert len(found.places) == 3


def test_very_many_materials():
    bill = [part(2, f"28{n:02d}10") for n in range(1, 31)]
    (found,) = of_kind(case(InputsOriginate(ranges("28")), *bill), RemedyKind.MATERIAL)
    assert len(found.places) == 30


def test_proof_comes_before_buying_elsewhere():
    first, *_ = remedies(case(RVC, part(35), part(10, "720299", None)))
    assert first.kind is RemedyKind.FACT
    assert first.text == "part 720299 (7202.99) was shown to originate"


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        (RVC, 0.6, 0.55),
        (MaxNonOriginating(0.4), 0.4, 0.45),
        (EconomyCap(("CHN",), 0.1), 0.1, 0.45),
        (RemainderCap(0.6, ("CHN",), 1.0), 0.6, 0.55),
        (RemainderCap(0.5, ("CHN",), 0.5), 0.5, 0.9),
        (TariffShift(ShiftFrom.CHAPTER, ranges("28"), de_minimis=0.1), 0.1, 0.45),
        (InputsOriginate(ranges("2846"), 0.1), 0.1, 0.45),
    ],
)
def test_the_threshold_that_would_do(rule, before, after):
    found = of_kind(case(rule, part(45)), RemedyKind.THRESHOLD)[0]
    assert (found.before, found.after) == (before, pytest.approx(after))


def test_a_looser_shift_and_fewer_exceptions():
    rule = TariffShift(ShiftFrom.CHAPTER, ranges("8503", "7202"))
    texts = [r.text for r in of_kind(case(rule, part(20, "850300")), RemedyKind.RULE)]
    assert len(texts) >= 1
    assert all("8503" not in text or "except" in text for text in texts)
    excepted = TariffShift(ShiftFrom.HEADING, ranges("2846", "7202"))
    (found, *_) = of_kind(case(excepted, part(20)), RemedyKind.RULE)
    assert found.text == "the shift did not except 2846"
    assert found.case.rule.exceptions == ranges("7202")


def test_two_criteria_at_a_time_where_both_fail():
    rule = AllOf((RVC, TariffShift(ShiftFrom.HEADING, ranges("2846"))))
    found = find_remedies(determine(case(rule, part(45))))
    edits = [r for r in found if r.kind in {RemedyKind.THRESHOLD, RemedyKind.RULE}]
    assert " and " in edits[0].text
    assert qualifies(edits[0].case)


def test_terms_of_the_agreement():
    hidden = part(50, "850590", "USA", originating=True, materials=(part(45),))
    tracing = OriginProvisions(absorption=Absorption.TRACING)
    assert of_kind(case(RVC, hidden, provisions=tracing), RemedyKind.ABSORPTION)
    none = OriginProvisions(cumulation=Cumulation.NONE)
    (wider,) = of_kind(case(RVC, part(45, origin="USA"), provisions=none), RemedyKind.CUMULATION)
    assert wider.case.provisions.cumulation is Cumulation.BILATERAL
    (partner, *_) = of_kind(case(RVC, part(45)), RemedyKind.PARTNER)
    assert partner.text == "China were a partner"


def test_designating_an_intermediate_material():
    made = part(50, "850590", None, rule=HEADING, materials=(part(45),))
    (found,) = of_kind(case(RVC, made), RemedyKind.DESIGNATION)
    assert found.case.good.materials[0].designated


def test_a_process_that_is_missing():
    rule = AllOf((SpecificProcess("sintering"), RVC))
    (found,) = of_kind(case(rule, part(10), processes=("cutting out",)), RemedyKind.PROCESS)
    assert found.case.good.processes == ("cutting out", "sintering")
    (shipped,) = of_kind(case(RVC, part(10), shipped_directly=False), RemedyKind.PROCESS)
    assert shipped.text == "it were shipped directly"


def test_words_that_were_not_understood_cannot_be_mended_by_figures():
    question = replace(case(RVC, part(45)), unread="as the Committee decides")
    assert determine(question).answer is Answer.UNDETERMINED
    assert remedies(question) == ()


_parts = st.lists(
    st.builds(
        part,
        st.floats(1, 24),
        st.sampled_from(["284690", "850519", "720299", "85"]),
        st.sampled_from(["CHN", "USA", None]),
    ),
    min_size=1,
    max_size=4,
)
_rules = st.sampled_from(
    [
        RVC,
        HEADING,
        AllOf((RVC, HEADING)),
        AnyOf((RegionalValueContent(RvcMethod.BUILD_DOWN, 0.9), TariffShift(ShiftFrom.CHAPTER))),
        AllOf((EconomyCap(("CHN",), 0.05), InputsOriginate(ranges("7202")), RVC)),
    ]
)


@settings(deadline=None, max_examples=60)
@given(_parts, _rules)
def test_every_remedy_is_one(parts, rule):
    question = case(rule, *parts)
    found = remedies(question)
    if determine(question).answer is not Answer.ORIGINATING:
        assert found, "originating materials throughout always qualify under these rules"
