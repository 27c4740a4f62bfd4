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
