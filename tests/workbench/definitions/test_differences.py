"""The differences between two texts, made on the old one, give the new one."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.definitions.differences import Act, applied, differences
from workbench.definitions.reader import read_agreement
from workbench.model.agreement import Agreement, Option
from workbench.model.commitments import Commitment, CommitmentTopic, Obligation
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner, Standing
from workbench.model.nomenclature import HSRange
from workbench.model.origin import RegionalValueContent, RvcMethod

SHIPPED = sorted((Path(__file__).parents[3] / "agreements" / "definitions").glob("*.yaml"))


@settings(max_examples=60)
@given(st.from_type(Agreement), st.from_type(Agreement))
def test_the_differences_of_any_two_texts_lead_from_one_to_the_other(
    old: Agreement, new: Agreement
) -> None:
    assert applied(differences(old, new), old) == new


@settings(max_examples=60)
@given(st.from_type(Agreement), st.from_type(Agreement), st.data())
def test_part_of_the_sections_edited(old: Agreement, other: Agreement, data: st.DataObject) -> None:
    names = ["partners", "coverage", "origin", "commitments", "options", "incentives", "treatment"]
    chosen = data.draw(st.lists(st.sampled_from(names), unique=True))
    new = replace(old, **{name: getattr(other, name) for name in chosen})
    found = differences(old, new)
    assert applied(found, old) == new
    assert {change.path[0] for change in found} <= set(chosen)


@settings(max_examples=40)
@given(st.from_type(Agreement), st.from_type(Agreement), st.data())
def test_any_of_the_differences_can_be_made_alone(
    old: Agreement, new: Agreement, data: st.DataObject
) -> None:
    found = differences(old, new)
    some = data.draw(st.lists(st.sampled_from(found), unique_by=id)) if found else []
    applied(some, old)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_agreement_against_the_others(path: Path) -> None:
    old = read_agreement(path)
    assert differences(old, old) == ()
    for other in SHIPPED:
        new = read_agreement(other)
        assert applied(differences(old, new), old) == new


def test_an_entry_keeps_its_name_where_the_list_moves() -> None:
    japan, chile = Partner("JPN"), Partner("CHL", standing=Standing.CANDIDATE)
    old = Agreement("Club", partners=(japan, chile))
    founding = replace(chile, standing=Standing.FOUNDING)
    new = replace(old, partners=(Partner("AUS"), founding, japan))
    found = {change.path: change.act for change in differences(old, new)}
    assert found == {
        ("partners", 1, "standing"): Act.CHANGED,
        ("partners", 0): Act.ADDED,
        ("partners",): Act.REORDERED,
    }


def test_a_renamed_commitment_is_the_same_commitment() -> None:
    text = "Each Party shall publish the rates it applies within sixty days."
    said = Commitment("pub", CommitmentTopic.TRANSPARENCY, text, Obligation.SHALL)
    old = Agreement("Club", commitments=(said,))
    new = replace(old, commitments=(replace(said, id="publication"),))
    (change,) = differences(old, new)
    assert change.path == ("commitments", 0, "id")
    assert (change.before, change.after) == ("pub", "publication")


def test_codes_of_a_coverage_entry_come_one_by_one() -> None:
    codes = tuple(HSRange.parse(code) for code in ("7502.10", "8108.20", "8505.11"))
    old = Agreement("Club", coverage=ProductCoverage((CoveredProducts(codes[:2]),)))
    new = replace(old, coverage=ProductCoverage((CoveredProducts((codes[0], codes[2])),)))
    found = {(c.path, c.act) for c in differences(old, new)}
    assert found == {
        (("coverage", 0, "products", 1), Act.REMOVED),
        (("coverage", 0, "products", 1), Act.ADDED),
    }


def test_a_change_inside_an_option() -> None:
    option = Option("B", changes=(("origin.default_rule", RegionalValueContent(_DOWN, 0.5)),))
    old = Agreement("Club", options=(option,))
    changes = (("origin.default_rule", RegionalValueContent(_DOWN, 0.6)),)
    new = replace(old, options=(replace(option, changes=changes),))
    (change,) = differences(old, new)
    assert change.path == ("options", 0, "changes", 0, "origin.default_rule")
    assert change.after.at_least == 0.6


def test_products_of_a_list_are_compared_too() -> None:
    entry = CoveredProducts(product_list="ores", listed=(HSRange.parse("2604"),))
    old = Agreement("Club", coverage=ProductCoverage((entry,)))
    grown = replace(entry, listed=(HSRange.parse("2604"), HSRange.parse("2605")))
    new = replace(old, coverage=ProductCoverage((grown,)))
    assert applied(differences(old, new), old) == new


_DOWN = RvcMethod.BUILD_DOWN
