"""Options: what is edited goes into them, what is not follows the base text."""

from dataclasses import replace

import pytest

from workbench.model.agreement import Agreement, Option, Suppressed
from workbench.model.economies import Partner
from workbench.model.option_edits import (
    next_name,
    unchanging,
    with_base_promoted,
    with_new_option,
    with_option,
    with_option_text,
)
from workbench.model.origin import AnyGood, Cumulation, RegionalValueContent, RvcMethod

RVC = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5)


@pytest.fixture
def agreement() -> Agreement:
    base = Agreement("Club", partners=(Partner("JPN"), Partner("USA"))).with_default_rule(RVC)
    return replace(base, options=(Option("B", "Loose"), Option("C", "Fewer")))


def _edited(agreement: Agreement, name: str, text: Agreement) -> Agreement:
    edited = with_option_text(agreement, name, text)
    assert edited.with_option(name) == replace(text, options=edited.options)
    return edited


def test_an_edit_goes_into_the_option_alone(agreement: Agreement) -> None:
    text = agreement.with_option("B").with_default_rule(AnyGood())
    edited = _edited(agreement, "B", text)
    assert edited.option("B").changes == (("origin.default_rule", AnyGood()),)
    assert edited.origin == agreement.origin
    assert edited.option("C") == agreement.option("C")


def test_the_base_text_flows_through_where_the_option_is_silent(agreement: Agreement) -> None:
    text = agreement.with_option("B").with_default_rule(AnyGood())
    edited = with_option_text(agreement, "B", text).with_partner(Partner("AUS"))
    assert edited.with_option("B").economies == ("JPN", "USA", "AUS")
    assert edited.with_option("B").origin.default_rule == AnyGood()


def test_what_is_put_back_is_no_change(agreement: Agreement) -> None:
    away = _edited(agreement, "B", agreement.with_option("B").with_default_rule(AnyGood()))
    back = _edited(away, "B", away.with_option("B").with_default_rule(RVC))
    assert back == agreement


def test_a_section_changed_as_a_whole_stays_so(agreement: Agreement) -> None:
    origin = replace(agreement.origin, cumulation=Cumulation.NONE)
    whole = with_option(agreement, "B", Option("B", changes=(("origin", origin),)))
    edited = _edited(whole, "B", whole.with_option("B").with_default_rule(AnyGood()))
    (section, value) = edited.option("B").changes[0]
    assert section == "origin"
    assert value == replace(origin, default_rule=AnyGood())


def test_what_all_options_share_goes_into_the_base_text(agreement: Agreement) -> None:
    text = agreement.with_option("B")
    aside = (Suppressed("no-review", "institutions", "kept short on purpose"),)
    edited = with_option_text(agreement, "B", replace(text, suppressed=aside))
    assert edited == replace(agreement, suppressed=aside)


def test_new_options_take_the_next_letter(agreement: Agreement) -> None:
    text = agreement.with_option("B").with_default_rule(AnyGood())
    edited = with_option_text(agreement, "B", text)
    grown = with_new_option(edited, "Like B", like="B")
    assert [option.name for option in grown.options] == ["B", "C", "D"]
    assert grown.with_option("D").origin.default_rule == AnyGood()
    assert with_new_option(grown).options[-1] == Option("E")
    many = agreement
    for _ in range(30):
        many = with_new_option(many)
    names = [option.name for option in many.options]
    assert len(set(names)) == len(names)
    assert next_name(Agreement("Club")) == "B"


def test_a_promoted_option_becomes_the_base_text_and_nothing_is_lost(agreement: Agreement) -> None:
    edited = with_option_text(
        agreement, "B", agreement.with_option("B").with_default_rule(AnyGood())
    )
    edited = with_option_text(edited, "C", edited.with_option("C").without_partner("USA"))
    promoted = with_base_promoted(edited, "B", "Before")
    blank = {"options": ()}
    assert replace(promoted, **blank) == replace(edited.with_option("B"), **blank)
    assert replace(promoted.with_option("B"), **blank) == replace(edited, **blank)
    assert replace(promoted.with_option("C"), **blank) == replace(edited.with_option("C"), **blank)
    assert promoted.option("B").title == "Before"
    assert promoted.option("C").title == "Fewer"


def test_sections_that_say_what_the_base_text_says(agreement: Agreement) -> None:
    option = Option("B", changes=(("origin.default_rule", RVC), ("title", "Other")))
    assert unchanging(agreement, option) == ("origin.default_rule",)


def test_removing_an_option(agreement: Agreement) -> None:
    left = with_option(agreement, "B", None)
    assert [option.name for option in left.options] == ["C"]
    with pytest.raises(KeyError):
        with_option(left, "B", None)
