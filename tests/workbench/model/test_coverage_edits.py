"""Covering a product and taking it out again, whatever the group said before."""

import pytest

from workbench.model.agreement import Agreement
from workbench.model.coverage import CoveredProducts, ProductCoverage, Stage
from workbench.model.nomenclature import HSRange


def group(products: str = "", except_: str = "", listed: str = "") -> CoveredProducts:
    def ranges(text: str) -> tuple[HSRange, ...]:
        return tuple(HSRange.parse(word) for word in text.split())

    return CoveredProducts(
        products=ranges(products),
        exceptions=ranges(except_),
        listed=ranges(listed),
        product_list="some-list" if listed else "",
    )


def agreement(*groups: CoveredProducts) -> Agreement:
    return Agreement("Test", coverage=ProductCoverage(groups))


@pytest.mark.parametrize(
    ("before", "product", "after"),
    [
        (group(), "8505", group("8505")),
        (group("2846"), "8505.11", group("2846 8505.11")),
        (group("8505.11 8505.19 2846"), "8505", group("2846 8505")),
        (group("8505"), "8505.11", group("8505")),
        (group("85", "8505.11"), "8505.11", group("85")),
        (group("85", "8505.11"), "8505", group("85")),
        (group("85", "8505"), "8505.11", group("85", "8505.00-8505.10 8505.12-8505.99")),
        (group(listed="8505.11", except_="8505.11"), "8505.11", group(listed="8505.11")),
    ],
)
def test_a_product_is_taken_in(
    before: CoveredProducts, product: str, after: CoveredProducts
) -> None:
    wanted = HSRange.parse(product)
    assert before.with_product(wanted) == after
    assert after.covers(wanted.first)


@pytest.mark.parametrize(
    ("before", "product", "after"),
    [
        (group("8505 2846"), "8505", group("2846")),
        (group("8505"), "8505.11", group("8505", "8505.11")),
        (group("8505.11 8505.19"), "8505", group()),
        (group("8504-8506", "8505.11"), "8505", group("8504-8506", "8505")),
        (group("85", "8505"), "8505.11", group("85", "8505")),
        (group(listed="8505.11"), "8505", group(listed="8505.11", except_="8505")),
        (group("2846"), "8505", group("2846")),
    ],
)
def test_a_product_is_taken_out(
    before: CoveredProducts, product: str, after: CoveredProducts
) -> None:
    wanted = HSRange.parse(product)
    assert before.without_product(wanted) == after
    assert not after.covers(wanted.first)


def test_what_another_group_covers_stays_with_it() -> None:
    first, second = group("8505.11"), group("2846")
    edited = agreement(first, second).with_covered(1, HSRange.parse("8505"))
    assert edited.coverage.entries == (first, group("2846 8505", "8505.11"))
    assert edited.coverage.entry_of("850511") is edited.coverage.entries[0]
    assert edited.coverage.entry_of("850519") is edited.coverage.entries[1]


def test_past_the_end_a_group_is_made() -> None:
    edited = agreement().with_covered(0, HSRange.parse("8505"))
    assert edited.coverage.entries == (CoveredProducts(products=(HSRange.parse("8505"),)),)
    assert edited.coverage.entries[0].stage is Stage.CORE


def test_a_group_left_with_nothing_goes_and_a_list_stays() -> None:
    text = agreement(group("8505.11"), group("8505.19 2846"), group(listed="8505.20"))
    edited = text.without_covered(HSRange.parse("8505"))
    assert edited.coverage.entries == (group("2846"), group(listed="8505.20", except_="8505"))


@pytest.mark.parametrize(
    ("groups", "product", "is_touched"),
    [
        ((group("8505"),), "8505.11", True),
        ((group("8505.11.00"),), "8505.11", True),
        ((group("8505", "8505.11"),), "8505.11", False),
        ((group("8505", "8505.11.00"),), "8505.11", True),
        ((group("8505", "8505.11"),), "85", True),
        ((group("8505", "8505"),), "8505.11", False),
        ((group("8505", "8505.11"), group("8505.11")), "8505.11", True),
        ((group(listed="8505.11"),), "8505", True),
        ((group("2846"),), "8505", False),
    ],
)
def test_a_coverage_touches_what_it_does_not_except(
    groups: tuple[CoveredProducts, ...], product: str, is_touched: bool
) -> None:
    assert ProductCoverage(groups).touches(HSRange.parse(product)) is is_touched
