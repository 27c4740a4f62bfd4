from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from workbench.definitions.checks import issues, never_met
from workbench.model.agreement import Agreement, Option
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyOf,
    RegionalValueContent,
    RvcMethod,
    SpecificProcess,
    WhollyObtained,
)

HEADINGS = [f"84{n:02}" for n in range(1, 13)]


@st.composite
def entries(draw: st.DrawFn) -> CoveredProducts:
    def some(least: int) -> tuple[HSRange, ...]:
        found = []
        for _ in range(draw(st.integers(least, 2))):
            ends = sorted(draw(st.tuples(st.sampled_from(HEADINGS), st.sampled_from(HEADINGS))))
            found.append(HSRange(ends[0], ends[1]))
        return tuple(found)

    return CoveredProducts(some(1), some(0))


@given(st.lists(entries(), min_size=2, max_size=4))
def test_overlaps_are_those_of_the_codes(groups: list[CoveredProducts]) -> None:
    agreement = Agreement("T", coverage=ProductCoverage(tuple(groups)))
    found = {(issue.other, issue.path) for issue in issues(agreement) if issue.other is not None}
    expected = {
        (("coverage", first), ("coverage", second))
        for second in range(len(groups))
        for first in range(second)
        if any(groups[first].covers(code) and groups[second].covers(code) for code in HEADINGS)
    }
    assert found == expected


def test_a_sound_agreement_has_no_issues() -> None:
    agreement = Agreement("T", partners=(Partner("USA"), Partner("JPN")))
    assert list(issues(agreement)) == []
    again = replace(agreement, options=(Option("B", changes=(("partners", ()),)),))
    assert list(issues(again)) == []


def test_an_issue_of_an_option_is_found_at_the_option() -> None:
    twice = (Partner("USA"), Partner("USA"))
    agreement = Agreement("T", options=(Option("B", changes=(("partners", twice),)),))
    (issue,) = issues(agreement)
    assert issue.path == ("options", 0, "changes", "partners", 1, "economy")
    assert issue.other == ("options", 0, "changes", "partners", 0, "economy")


def test_an_alternative_that_can_be_met_is_enough() -> None:
    never = RegionalValueContent(RvcMethod.BUILD_UP, 0.8, materials_share=0.5)
    assert "0.8 of the value" in never_met(never)
    assert never_met(AllOf((WhollyObtained(), never))) == never_met(never)
    assert never_met(AnyOf((never, SpecificProcess("smelted", 0.0)))) == never_met(never)
    assert never_met(AnyOf((never, SpecificProcess("smelted", 0.1)))) == ""
    assert never_met(SpecificProcess("smelted")) == ""
