"""What a good and its materials are worth under an origin rule, and how costs are shared out.

Formulas: CUSMA Rules of Origin Regulations, sections 6 to 8 and Schedules 5 and 9 (the US text is
19 CFR Part 182, Appendix A); 19 CFR 10.454 and 10.535; ATIGA Art. 29; RCEP Art. 3.5.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workbench.model.goods import CostItem


@dataclass(frozen=True, slots=True)
class ExchangeResult:
    """Gains and losses on exchange rates, and the parts of them that belong to producing goods."""

    gains: float
    losses: float
    related_gains: float
    related_losses: float

    @property
    def net_related_gain(self) -> float:
        """What total cost falls by; a loss is negative."""
        return self.related_gains - self.related_losses


def build_down(value: float, non_originating: float) -> float:
    """Regional value content from above, (value - non-originating materials) / value.

    The transaction value method is the same on the transaction value.
    """
    return (value - non_originating) / value


def build_up(value: float, originating: float) -> float:
    """Regional value content from below, originating materials / value."""
    return originating / value


def net_cost_content(net_cost: float, non_originating: float) -> float:
    """Regional value content over net cost, (net cost - non-originating materials) / net cost."""
    return (net_cost - non_originating) / net_cost


def direct_content(
    value: float,
    materials: float,
    labour: float = 0.0,
    overhead: float = 0.0,
    other: float = 0.0,
    profit: float = 0.0,
) -> float:
    """The direct formula: originating materials, labour, overhead, other cost, profit / value."""
    return (materials + labour + overhead + other + profit) / value


def total_cost(items: Iterable[CostItem], exchange: ExchangeResult | None = None) -> float:
    """All costs, less the net exchange gain that belongs to production."""
    gain = 0.0 if exchange is None else exchange.net_related_gain
    return sum(item.amount for item in items) - gain


def net_cost(items: Iterable[CostItem], exchange: ExchangeResult | None = None) -> float:
    """Total cost without the excluded parts."""
    lines = tuple(items)
    return total_cost(lines, exchange) - sum(item.excluded for item in lines)


def adjusted_value(
    price: float, additions: Iterable[float] = (), deductions: Iterable[float] = ()
) -> float:
    """A price with what belongs to the value added, and international shipping taken off."""
    return price + sum(additions) - sum(deductions)


def allocated(
    total: float, ratio_of: Mapping[str, float], round_ratio: int | None = None
) -> dict[str, float]:
    """Share a cost out over goods by any measure (hours, units, direct cost, floor, sales).

    Args:
        total: the cost.
        ratio_of: the measure of each good.
        round_ratio: decimals that ratios are rounded to, as printed examples do; None is exact.

    Raises:
        ValueError: the measures add up to nothing.
    """
    whole = sum(ratio_of.values())
    if whole <= 0:
        raise ValueError("the measures that a cost is shared out by add up to nothing")
    ratios = {name: part / whole for name, part in ratio_of.items()}
    if round_ratio is not None:
        ratios = {name: round(ratio, round_ratio) for name, ratio in ratios.items()}
    return {name: total * ratio for name, ratio in ratios.items()}


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment on a loan: when, in years, and how much of it repays principal."""

    years: float
    principal: float


def level_payments(principal: float, rate: float, years: int) -> tuple[Payment, ...]:
    """The yearly payments of a loan repaid in equal instalments."""
    instalment = principal * rate / (1 - (1 + rate) ** -years)
    balance, payments = principal, []
    for year in range(1, years + 1):
        repaid = instalment - balance * rate
        payments.append(Payment(float(year), repaid))
        balance -= repaid
    return tuple(payments)


def weighted_principal(payments: Iterable[Payment]) -> float:
    """The principal payments, each times the years until it is made."""
    return sum(payment.years * payment.principal for payment in payments)


def weighted_term(principal: float, payments: Iterable[Payment]) -> float:
    """For how many years a loan runs on average."""
    return weighted_principal(payments) / principal


def government_rate(yields: Sequence[tuple[float, float]], years: float) -> float:
    """The yield of government debt of a term, on a straight line between the terms quoted.

    Args:
        yields: (years, rate) pairs, shortest term first.
        years: the term wanted.

    Raises:
        ValueError: the term lies outside those quoted.
    """
    for (short, low), (long, high) in pairwise(yields):
        if short <= years <= long:
            return low + (high - low) * (years - short) / (long - short)
    raise ValueError(f"no government rate is quoted on both sides of {years:g} years")


def excluded_interest(
    principal: float, rate: float, government: float, margin: float = 0.07
) -> float:
    """A year's interest that net cost leaves out: above the government rate plus 700 points."""
    return principal * max(0.0, rate - government - margin)
