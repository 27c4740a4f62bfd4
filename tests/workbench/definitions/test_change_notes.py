"""What changed, told in sentences; nothing changed is left out."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.definitions.change_notes import notes
from workbench.definitions.differences import applied
from workbench.definitions.reader import read_agreement
from workbench.model.agreement import Agreement, Option, Status
from workbench.model.commitments import (
    Bracket,
    Commitment,
    CommitmentTopic,
    Obligation,
    Position,
    StagingCategory,
    StagingFormula,
    Stance,
    Treatment,
)
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner, Role, Standing
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    OriginProvisions,
    ProductRule,
    RegionalValueContent,
    RvcMethod,
    ShiftFrom,
    TariffShift,
)

SHIPPED = Path(__file__).parents[3] / "agreements" / "definitions"


def told(old: Agreement, new: Agreement, **products: str) -> list[str]:
    names = {key.removeprefix("hs"): name for key, name in products.items()}
    return [note.text for note in notes(old, new, lambda code: names.get(code, ""))]


def codes(*texts: str) -> tuple[HSRange, ...]:
    return tuple(HSRange.parse(text) for text in texts)


@settings(max_examples=60)
@given(st.from_type(Agreement), st.from_type(Agreement))
def test_making_the_changes_told_gives_the_new_text(old: Agreement, new: Agreement) -> None:
    found = notes(old, new)
    assert applied([change for note in found for change in note.differences], old) == new
    for note in found:
        assert not note.text[:1].islower()
        assert note.text.endswith(".")
        json.dumps([note.before, note.after], allow_nan=False)


def test_a_partner_joins_and_another_leaves() -> None:
    old = Agreement("Club", partners=(Partner("JPN"),))
    new = replace(old, partners=(Partner("CHL", role=Role.PRODUCER),))
    assert told(old, new) == [
        "Japan leaves.",
        "Chile joins as a founding partner and producer.",
    ]


def test_many_partners_are_told_together() -> None:
    joined = tuple(Partner(code) for code in ("AUS", "CAN", "CHL", "IDN", "KOR", "MEX", "NOR"))
    old = Agreement("Club")
    (text,) = told(old, replace(old, partners=joined))
    assert text.startswith("7 partners join: Australia, Canada, Chile, Indonesia,")


def test_standing_and_role() -> None:
    old = Agreement("Club", partners=(Partner("CHL", standing=Standing.CANDIDATE),))
    new = replace(old, partners=(Partner("CHL", role=Role.PRODUCER, developing=True),))
    assert told(old, new) == [
        "The role of Chile changes from both to producer.",
        "Chile is now a founding partner, no longer a candidate.",
        "Chile is now treated as a developing economy.",
    ]


def test_a_threshold_rises() -> None:
    rule = ProductRule(codes("8505.11"), RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5))
    old = Agreement("Club", origin=OriginProvisions(product_rules=(rule,)))
    stricter = replace(rule, rule=RegionalValueContent(RvcMethod.BUILD_DOWN, 0.6))
    new = old.with_product_rule(0, stricter)
    assert told(old, new, hs850511="permanent magnets") == [
        "The threshold for permanent magnets (8505.11) rises from 50 % to 60 % build-down."
    ]


def test_a_threshold_within_a_longer_rule() -> None:
    shift = TariffShift(ShiftFrom.HEADING)
    old = Agreement("Club").with_default_rule(
        AllOf((shift, RegionalValueContent(RvcMethod.BUILD_UP, 0.455)))
    )
    new = old.with_default_rule(AllOf((shift, RegionalValueContent(RvcMethod.BUILD_UP, 0.4))))
    assert told(old, new) == [
        "The threshold of the default rule falls from 45.5 % to 40 % build-up."
    ]


def test_another_kind_of_rule_is_told_in_treaty_words() -> None:
    old = Agreement("Club").with_default_rule(RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5))
    (text,) = told(old, old.with_default_rule(TariffShift(ShiftFrom.HEADING)))
    assert text.startswith("The rule of origin of products without one of their own changes from “")
    assert "heading" in text


def test_codes_are_summed_up() -> None:
    entry = CoveredProducts(codes("7502.10", "8108.20"))
    old = Agreement("Club", coverage=ProductCoverage((entry,)))
    more = codes("7502.10", "2602", "2604", "2605", "2611", "2613", "2615", "2825.20")
    new = replace(old, coverage=ProductCoverage((replace(entry, products=more),)))
    assert told(old, new) == [
        "The core products gain 2602, 2604, 2605, 2611 and 3 more (7 in all) and lose 8108.20."
    ]


def test_a_text_reworded_shows_the_words() -> None:
    text = "Each Party shall publish the rates it applies within sixty days."
    said = Commitment("rates", CommitmentTopic.TRANSPARENCY, text, Obligation.SHALL)
    old = Agreement("Club", commitments=(said,))
    softer = replace(said, text=text.replace("shall", "may"), obligation=Obligation.MAY)
    assert told(old, replace(old, commitments=(softer,))) == [
        "The text of “rates” is reworded: “shall” becomes “may”.",
        "The obligation of “rates” changes from shall to may.",
    ]


def test_positions_and_brackets() -> None:
    said = Commitment(
        "rates",
        CommitmentTopic.TRANSPARENCY,
        "Each Party shall publish its rates.",
        Obligation.SHALL,
        positions=(Position("CHL", Stance.RESERVES),),
        brackets=(Bracket("within 60 days", ("JPN",)),),
    )
    old = Agreement("Club", commitments=(said,))
    later = replace(said, positions=(Position("CHL", Stance.ACCEPTS),), brackets=())
    assert told(old, replace(old, commitments=(later,))) == [
        "Chile, which reserved its position, now accepts “rates”.",
        "The brackets around “within 60 days” in “rates” are lifted.",
    ]


def test_market_access_and_staging() -> None:
    b5 = StagingCategory("B5", StagingFormula.EQUAL_CUTS, years=5)
    old = Agreement("Club", treatment=Treatment(staging=(b5,), default_category="B5"))
    slower = Treatment(staging=(replace(b5, years=7),), default_category="B5", market_access=False)
    assert told(old, replace(old, treatment=slower, status=Status.PROPOSED)) == [
        "The status changes from draft to proposed.",
        "The agreement no longer grants market access: it is cooperation only.",
        "The period of staging category B5 rises from 5 years to 7 years.",
    ]


def test_a_change_inside_an_option_says_so() -> None:
    option = Option("B", changes=(("partners", (Partner("JPN"),)),))
    old = Agreement("Club", options=(option,))
    both = (("partners", (Partner("JPN"), Partner("CHL", standing=Standing.CANDIDATE))),)
    new = replace(old, options=(replace(option, changes=both),))
    assert told(old, new) == [
        "In option B, Chile joins as a candidate, both producer and consumer."
    ]


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_agreements_against_a_blank_one(path: Path) -> None:
    agreement = read_agreement(path)
    found = notes(Agreement("Blank"), agreement)
    assert applied([c for n in found for c in n.differences], Agreement("Blank")) == agreement
    assert len(found) < 80
