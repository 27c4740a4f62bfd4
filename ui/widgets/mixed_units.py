"""Columns that hold shares in some rows and amounts in others."""

from ui import format as fmt


class Share(float):
    """A number to be shown as per cent where its column also holds amounts."""


def in_unit(value: float | None, *, share: bool) -> float | None:
    """A value marked with its unit; NaN and None stay missing."""
    if value is None or value != value:
        return None
    return Share(value) if share else float(value)


def shown(value: object) -> str:
    """A marked value as shown."""
    return fmt.percent(value) if isinstance(value, Share) else fmt.money(value)


def shown_full(value: object) -> str:
    """A marked value with all its digits."""
    return fmt.percent_full(value) if isinstance(value, Share) else fmt.money_full(value)
