"""Fungible materials: what of a withdrawal is non-originating."""

import pytest

from workbench.analysis.inventory import non_originating_share
from workbench.model.goods import Inventory, InventoryMethod, Movement


def share(method: InventoryMethod, *movements: tuple) -> tuple[float, float]:
    return non_originating_share(Inventory(method, tuple(Movement(*m) for m in movements)))


STOCK = ((100, True), (100, False), (-150,))


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (InventoryMethod.FIFO, 50 / 150),
        (InventoryMethod.LIFO, 100 / 150),
        (InventoryMethod.AVERAGE, 0.5),
    ],
)
def test_one_withdrawal(method, expected):
    assert share(method, *STOCK) == pytest.approx((expected, expected))


def test_only_the_last_withdrawal_counts():
    assert share(InventoryMethod.FIFO, (100, True), (50, False), (-100,), (-50,)) == (1, 1)


def test_average_after_a_withdrawal_and_a_receipt():
    low, high = share(InventoryMethod.AVERAGE, (80, True), (20, False), (-50,), (50, False), (-10,))
    assert (low, high) == pytest.approx((0.6, 0.6))


def test_named_lots():
    movements = ((10, True, "A"), (10, False, "B"), (-5, None, "B"))
    assert share(InventoryMethod.SPECIFIC, *movements) == (1, 1)


def test_receipts_of_unknown_origin_give_a_range():
    low, high = share(InventoryMethod.FIFO, (60, None), (100, False), (-80,))
    assert (low, high) == pytest.approx((0.25, 1.0))
    assert share(InventoryMethod.AVERAGE, (60, None), (60, True), (-80,)) == (0, 0.5)


@pytest.mark.parametrize("method", [InventoryMethod.FIFO, InventoryMethod.AVERAGE])
def test_more_than_there_is(method):
    with pytest.raises(ValueError, match="more is withdrawn"):
        share(method, (10, True), (-20,))


def test_a_lot_that_is_used_up():
    with pytest.raises(ValueError, match="lot 'A'"):
        share(InventoryMethod.SPECIFIC, (10, True, "A"), (-11, None, "A"))


@pytest.mark.parametrize("method", [InventoryMethod.LIFO, InventoryMethod.AVERAGE])
def test_nothing_withdrawn(method):
    with pytest.raises(ValueError, match="nothing is withdrawn"):
        share(method, (10, True))
