"""Figures that know more than their value: the unit, or the most that one can be."""

from typing import Self

from ui import format as fmt
from ui.format import MISSING, Formatter


class Measured(float):
    """A number that knows its unit: sorted and exported as a number, shown as its unit asks."""

    unit: str
    is_change: bool

    def __eq__(self, other: object) -> bool:
        """Whether it is the same number, said in the same unit."""
        if isinstance(other, Measured) and (self.unit, self.is_change) != (
            other.unit,
            other.is_change,
        ):
            return False
        return super().__eq__(other)

    __hash__ = float.__hash__

    def __new__(cls, value: float, unit: str, is_change: bool = False) -> "Measured":
        """Make one; `unit` is that of `workbench.analysis.explain.Unit`."""
        made = super().__new__(cls, value)
        made.unit, made.is_change = unit, is_change
        return made


def measured(value: float | None, unit: str, is_change: bool = False) -> Measured | None:
    """A figure, or None where it is missing."""
    return None if value is None else Measured(value, unit, is_change)


def text_of(unit: str) -> Formatter:
    """How figures of a unit are shown: money, increments of rates, and shares as per cent."""
    return {"USD": fmt.money, "points": fmt.points}.get(unit, fmt.percent)


def measured_text(value: object) -> str:
    """A figure as its unit asks; – where missing."""
    if not isinstance(value, Measured):
        return MISSING
    if value.is_change:
        return fmt.money_change(value) if value.unit == "USD" else fmt.percent_change(value)
    return text_of(value.unit)(value)


def measured_full(value: object) -> str:
    """A figure with all its digits, for tool tips."""
    if not isinstance(value, Measured):
        return MISSING
    full: dict[str, Formatter] = {"USD": fmt.money_full, "points": fmt.points_full}
    return full.get(value.unit, fmt.percent_full)(value)


class NotStated(float):
    """An amount that nobody states, so missing to every table; all that is known is the most."""

    most_usd: float

    def __new__(cls, most_usd: float) -> Self:
        """Make one, NaN as a number."""
        made = super().__new__(cls, "nan")
        made.most_usd = most_usd
        return made


def stated_money(value: object) -> str:
    """An amount as shown; where it is not stated that, and the most that it can be."""
    return (
        f"not stated ({money_at_most(value)})" if isinstance(value, NotStated) else fmt.money(value)
    )


def money_at_most(value: object) -> str:
    """An amount as shown, or the most that it can be, for narrow columns beside `stated_money`."""
    return (
        f"at most {fmt.money(value.most_usd)}" if isinstance(value, NotStated) else fmt.money(value)
    )


def stated_money_full(value: object) -> str:
    """An amount with all its digits, for tool tips."""
    if isinstance(value, NotStated):
        return f"not stated (at most {fmt.money_full(value.most_usd)})"
    return fmt.money_full(value)
