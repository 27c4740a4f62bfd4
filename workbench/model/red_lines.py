"""Lines that a partner must not cross in a negotiation; private to whoever draws them."""

from dataclasses import dataclass
from enum import StrEnum

from workbench.model.nomenclature import HSRange


class LineOn(StrEnum):
    """What a line is drawn on."""

    RATE = "rate"
    """The duty the partner charges the others on some products."""
    THRESHOLD = "threshold"
    """The originating content that rules of some products ask for."""
    PRODUCT = "product"
    """Whether products are covered."""
    FIGURE = "figure"
    """A headline figure of the evaluation."""


class Bound(StrEnum):
    """Which way a line must not be crossed; for products: covered, or not covered."""

    AT_LEAST = "at-least"
    AT_MOST = "at-most"


@dataclass(frozen=True, slots=True)
class RedLine:
    """One line of one partner.

    `value` is a fraction for rates, thresholds and shares, USD for sums; a line on products has
    none. Empty `products` are all of the agreement's. `figure` is the name of a total.
    """

    partner: str
    on: LineOn
    bound: Bound
    value: float = 0.0
    products: tuple[HSRange, ...] = ()
    figure: str = ""
    notes: str = ""
