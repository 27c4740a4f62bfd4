"""Fungible materials of different origin in one stock: what of a withdrawal is non-originating."""

from collections import deque

from workbench.model.goods import Inventory, InventoryMethod


def non_originating_share(inventory: Inventory) -> tuple[float, float]:
    """The non-originating share of the last withdrawal: lowest and highest.

    The two differ where receipts of unknown origin were drawn on.

    Raises:
        ValueError: nothing is withdrawn, or more than there is.
    """
    if inventory.method is InventoryMethod.AVERAGE:
        return _averaged(inventory)
    stock: deque[_Lot] = deque()
    drawn: list[_Lot] = []
    for movement in inventory.movements:
        if movement.quantity > 0:
            stock.append(_Lot(movement.quantity, movement.originating, movement.lot))
        elif movement.quantity < 0:
            drawn = _withdrawn(stock, -movement.quantity, inventory.method, movement.lot)
    return _shares(drawn)


class _Lot:
    """What is left of a receipt."""

    __slots__ = ("name", "originating", "quantity")

    def __init__(self, quantity: float, originating: bool | None, name: str) -> None:
        self.quantity = quantity
        self.originating = originating
        self.name = name


def _withdrawn(
    stock: "deque[_Lot]", quantity: float, method: InventoryMethod, name: str
) -> list[_Lot]:
    drawn: list[_Lot] = []
    left = quantity
    while left > 1e-12:
        lot = _next(stock, method, name)
        taken = min(left, lot.quantity)
        drawn.append(_Lot(taken, lot.originating, lot.name))
        lot.quantity -= taken
        left -= taken
        if lot.quantity <= 1e-12:
            stock.remove(lot)
    return drawn


def _next(stock: "deque[_Lot]", method: InventoryMethod, name: str) -> _Lot:
    if method is InventoryMethod.SPECIFIC:
        lot = next((lot for lot in stock if lot.name == name), None)
        if lot is None:
            raise ValueError(f"more is withdrawn of the lot '{name}' than there is in stock")
        return lot
    if not stock:
        raise ValueError("more is withdrawn than there is in stock")
    return stock[0] if method is InventoryMethod.FIFO else stock[-1]


def _averaged(inventory: Inventory) -> tuple[float, float]:
    """The shares of the stock at the last withdrawal; withdrawals leave the shares alone."""
    held = {True: 0.0, False: 0.0, None: 0.0}
    drawn: tuple[float, float] | None = None
    for movement in inventory.movements:
        if movement.quantity > 0:
            held[movement.originating] += movement.quantity
            continue
        whole = sum(held.values())
        if -movement.quantity > whole + 1e-12:
            raise ValueError("more is withdrawn than there is in stock")
        if whole > 0:
            drawn = (held[False] / whole, (held[False] + held[None]) / whole)
            left = 1 + movement.quantity / whole
            held = {status: quantity * left for status, quantity in held.items()}
    if drawn is None:
        raise ValueError("nothing is withdrawn from the stock")
    return drawn


def _shares(drawn: list[_Lot]) -> tuple[float, float]:
    whole = sum(lot.quantity for lot in drawn)
    if whole <= 0:
        raise ValueError("nothing is withdrawn from the stock")
    foreign = sum(lot.quantity for lot in drawn if lot.originating is False)
    unknown = sum(lot.quantity for lot in drawn if lot.originating is None)
    return foreign / whole, (foreign + unknown) / whole
