"""Edits of an agreement's bills of inputs and staging categories."""

from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    BillOfInputs,
    InputShare,
    StagingCategory,
    StagingFormula,
)
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.nomenclature import HSRange

MAGNETS = HSRange.parse("8505.11")
BILL = BillOfInputs((MAGNETS,), (InputShare(HSRange.parse("2846"), 0.3),), "a study")


def test_bills_are_added_replaced_and_removed() -> None:
    agreement = Agreement("Test").with_bill_of_inputs(0, BILL)
    assert agreement.bills_of_inputs == (BILL,)
    other = BillOfInputs((MAGNETS,), BILL.inputs, "another study")
    assert agreement.with_bill_of_inputs(0, other).bills_of_inputs == (other,)
    assert agreement.with_bill_of_inputs(0, None) == Agreement("Test")


def test_products_and_default_follow_a_renamed_staging_category() -> None:
    agreement = Agreement(
        "Test",
        coverage=ProductCoverage((CoveredProducts((MAGNETS,), staging="A"),)),
    )
    renamed = agreement.with_staging_category(0, StagingCategory("Free", StagingFormula.FREE))
    assert renamed.treatment.default_category == "Free"
    assert renamed.coverage.entries[0].staging == "Free"
    assert renamed.treatment.category(renamed.coverage.entries[0].staging).name == "Free"


def test_staging_categories_are_added_and_removed() -> None:
    five = StagingCategory("B5", StagingFormula.EQUAL_CUTS, years=5)
    agreement = Agreement("Test").with_staging_category(1, five)
    assert [c.name for c in agreement.treatment.staging] == ["A", "B5"]
    assert agreement.treatment.default_category == "A"
    assert agreement.with_staging_category(1, None) == Agreement("Test")


def test_elasticities_are_stated_once_a_source_and_taken_out() -> None:
    agreement = Agreement("Test").with_elasticity("", "demand", -2.0, "a study")
    agreement = agreement.with_elasticity("850511", "substitution", 4.0, "another")
    agreement = agreement.with_elasticity("850511", "supply", 2.0, "another")
    newest, oldest = agreement.elasticities
    assert (newest.products, newest.substitution, newest.supply) == ((MAGNETS,), 4.0, 2.0)
    assert (oldest.products, oldest.demand) == ((), -2.0)
    assert agreement.without_elasticities("").elasticities == (newest,)
    assert agreement.without_elasticities("850511").elasticities == (oldest,)


def test_a_weight_of_one_is_not_stated() -> None:
    agreement = Agreement("Test").with_alignment_weight("labour", 2.0)
    assert [(w.subject, w.weight) for w in agreement.alignment_weights] == [("labour", 2.0)]
    assert agreement.with_alignment_weight("labour", 3.0).alignment_weights[0].weight == 3.0
    assert agreement.with_alignment_weight("labour", 1.0) == Agreement("Test")
