"""Codes in remarks: whether they meet, and how they are told."""

from workbench.model.nomenclature import HSRange

_SHOWN = 4


def meet(some: tuple[HSRange, ...], others: tuple[HSRange, ...]) -> bool:
    """Whether any product lies in both."""
    return any(one.overlaps(other) for one in some for other in others)


def told(ranges: tuple[HSRange, ...]) -> str:
    """Codes in a sentence; a long list by its first ones and how many more."""
    shown = ", ".join(str(item) for item in ranges[:_SHOWN])
    more = len(ranges) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
