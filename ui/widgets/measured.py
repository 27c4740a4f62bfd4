"""A figure with its unit, so that one column of a table can hold figures of several units."""

from ui import format as fmt
from ui.format import MISSING


class Measured(float):
    """A number that knows its unit: sorted and exported as a number, shown as its unit asks."""

    unit: str
    is_change: bool

    def __new__(cls, value: float, unit: str, is_change: bool = False) -> "Measured":
        """Make one; `unit` is that of `workbench.analysis.explain.Unit`."""
        made = super().__new__(cls, value)
        made.unit, made.is_change = unit, is_change
        return made


def measured(value: float | None, unit: str, is_change: bool = False) -> Measured | None:
    """A figure, or None where it is missing."""
    return None if value is None else Measured(value, unit, is_change)


def measured_text(value: object) -> str:
    """A figure as shown: money with its unit word, shares as per cent; – where missing."""
    if not isinstance(value, Measured):
        return MISSING
    if value.unit == "USD":
        return fmt.money_change(value) if value.is_change else fmt.money(value)
    return fmt.percent_change(value) if value.is_change else fmt.percent(value)


def measured_full(value: object) -> str:
    """A figure with all its digits, for tool tips."""
    if not isinstance(value, Measured):
        return MISSING
    return fmt.money_full(value) if value.unit == "USD" else fmt.percent_full(value)
