"""Partial equilibrium: the published formulas of one market, of many markets, and of shares.

Elasticities of import demand are negative, those of substitution and supply positive; a supply
elasticity of `INFINITE_SUPPLY` or more is infinite. Duties are fractions, trade is in USD at world
prices, and quantities are at the prices of today, so that a change of quantity is in USD too.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import WorkbenchError

Floats = NDArray[np.float64]

INFINITE_SUPPLY = 99.0
"""What the SMART model counts as infinite (World Bank, WITS help)."""

_CLEARED, _ROUNDING = 1e-12, 1e-11
_SMALL = 0.1
_MOST_STEPS = 200

# One market (Baldwin and Murray 1977; Laird and Yeats 1986) ----------------------------------


def price_change(demand: Floats, power_change: Floats, supply: Floats) -> Floats:
    """Change of the exporter's price, a fraction: Em dT / (Ex - Em), 0 with infinite supply.

    Args:
        demand: elasticity of import demand, negative.
        power_change: change of one plus the duty, a fraction of it: T1/T0 - 1.
        supply: elasticity of export supply.
    """
    finite = demand * power_change / np.where(supply < INFINITE_SUPPLY, supply - demand, np.inf)
    return np.where(supply < INFINITE_SUPPLY, finite, 0.0)


def trade_creation(imports: Floats, demand: Floats, power_change: Floats, supply: Floats) -> Floats:
    """Imports created by a cut: M Em dT / (1 - Em/Ex), the divisor 1 with infinite supply.

    Baldwin and Murray 1977 with infinite supply, Laird and Yeats 1986 with finite supply.
    """
    share = np.where(supply < INFINITE_SUPPLY, demand / np.maximum(supply, 1e-12), 0.0)
    created: Floats = imports * demand * power_change / (1 - share)
    return created


def diversion_to_outsiders(creation: float, outside: float, domestic_output: float) -> float:
    """Baldwin and Murray 1977: creation times imports from non-members over domestic output."""
    return creation * outside / domestic_output


def verdoorn_diversion(creation: float, outside: float, imports: float) -> float:
    """Verdoorn 1960: creation times imports from non-members over all imports."""
    return creation * outside / imports


def total_effect(imports: float, tariff_elasticity: float, cut: float, duty: float) -> float:
    """Creation and diversion together, Koo and Mattson 2001: M λ Δt / t."""
    return imports * tariff_elasticity * cut / duty


def creation_within(effect: float, outside: float, imports: float) -> float:
    """The creation in a total effect, by Verdoorn's diversion: TE / (1 + Mn/Mt).

    The study that prints the formula has a minus; its own equations give the plus.
    """
    return effect / (1 + outside / imports)


def linear_diversion(
    inside: float, outside: float, substitution: float, relative_cut: float
) -> float:
    """Diversion without a ceiling: Mc Mn σ Δ / (Mc + Mn)."""
    return inside * outside / (inside + outside) * substitution * relative_cut


def diversion(imports: Floats, gain: Floats, group: NDArray[np.int64]) -> Floats:
    """Imports that move between the suppliers of each market; they sum to zero.

    Suppliers' shares follow a CES demand with a constant total: each is weighted by one plus its
    gain, so that nobody loses more than there is. Of one favoured and one other supplier this is
    the SMART formula with a ceiling, Mc Mn z / (Mc + Mn + Mc z).

    Args:
        imports: N, of each supplier.
        gain: N, substitution elasticity times the fall of its relative price; at least -1.
        group: N, the market of each, numbered from 0.
    """
    markets = int(group.max()) + 1 if len(group) else 0
    weighted = imports * np.maximum(1 + gain, 0.0)
    before = np.bincount(group, imports, markets)
    after = np.bincount(group, weighted, markets)
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.where(after > 0, before / after, 1.0)
    moved: Floats = weighted * scale[group] - imports
    return moved


def consumer_gain(
    before: Floats, after: Floats, duty: Floats, new_duty: Floats, price: Floats
) -> Floats:
    """What buyers gain by lower prices: the trapezoid below the old and above the new price.

    `before` and `after` are quantities at today's world prices, `duty` and `new_duty` fractions
    of the world price, `price` the change of that price.
    """
    fall: Floats = (1 + duty) - (1 + price) * (1 + new_duty)
    gained: Floats = fall * (before + after) / 2
    return gained


def revenue_change(
    before: Floats, after: Floats, duty: Floats, new_duty: Floats, price: Floats
) -> Floats:
    """Duty collected after, less duty collected before."""
    changed: Floats = new_duty * (1 + price) * after - duty * before
    return changed


def producer_gain(exports: Floats, price: Floats, supply: Floats) -> Floats:
    """What exporters gain by higher prices: x X (1 + Ex x / 2); nothing with infinite supply."""
    gained: Floats = price * exports * (1 + np.where(price == 0, 0.0, supply * price) / 2)
    return gained


# Many markets (Francois and Hall 2003) -------------------------------------------------------


@dataclass(frozen=True, eq=False)
class GsimSolution:
    """World prices that clear every exporter's market, and what follows.

    Attributes:
        price: R, change of the world price of each exporter's goods, a fraction.
        quantity: R x V, change of each flow, a fraction of it.
        producer_gain: R, USD.
        consumer_gain: V, USD.
        revenue_change: V, USD.
        residual: R, demand less supply, a fraction of the exporter's sales; 0 clears.
    """

    price: Floats
    quantity: Floats
    producer_gain: Floats
    consumer_gain: Floats
    revenue_change: Floats
    residual: Floats

    @property
    def welfare(self) -> float:
        """All gains together, USD."""
        gains = self.producer_gain.sum() + self.consumer_gain.sum() + self.revenue_change.sum()
        return float(gains)


def solve_gsim(
    trade: Floats,
    power: Floats,
    new_power: Floats,
    demand: Floats,
    substitution: float,
    supply: Floats,
) -> GsimSolution:
    """The global simulation model, linear in the changes of prices.

    For each exporter, Ex x = Σ_v φ [own (x + dT) + Σ_s cross (x_s + dT_s)], with
    own = θ Em - (1 - θ) Es and cross = θ_s (Em + Es). The gain of buyers is as published:
    where the price of a market rises, its second term takes the loss as a little larger than the
    curve of demand would.

    Args:
        trade: R x V, exporter's sales in each market at world prices, USD.
        power: R x V, one plus the duty today.
        new_power: the same after the cut.
        demand: V, elasticity of import demand of each market, negative.
        substitution: between suppliers.
        supply: R, elasticity of export supply of each exporter.
    """
    spending = trade * power
    with np.errstate(invalid="ignore", divide="ignore"):
        theta = np.nan_to_num(spending / spending.sum(axis=0, keepdims=True))
        phi = np.nan_to_num(trade / trade.sum(axis=1, keepdims=True))
    change = new_power / power - 1
    # Demand for r in v: (x_r + dT_rv)(-Es) + Σ_s θ_sv (Em + Es)(x_s + dT_sv), own share included.
    pull = demand + substitution  # V
    known = (phi * (-substitution * change + pull * (theta * change).sum(axis=0))).sum(axis=1)
    matrix = (phi * pull) @ theta.T
    matrix[np.diag_indices_from(matrix)] -= substitution * (phi.sum(axis=1))
    infinite = supply >= INFINITE_SUPPLY
    idle = phi.sum(axis=1) == 0
    system = np.diag(np.where(infinite | idle, 1.0, supply)) - np.where(
        (infinite | idle)[:, None], 0.0, matrix
    )
    price = np.linalg.solve(system, np.where(infinite | idle, 0.0, known))
    quantity = np.where(
        trade > 0,
        -substitution * (price[:, None] + change)
        + pull * (theta * (price[:, None] + change)).sum(axis=0),
        0.0,
    )
    residual = np.where(infinite | idle, 0.0, (phi * quantity).sum(axis=1) - supply * price)
    composite = (theta * (price[:, None] + change)).sum(axis=0)
    consumers = (composite**2 * np.sign(composite) * demand / 2 - composite) * spending.sum(axis=0)
    after = trade * (1 + quantity) * (1 + price[:, None])
    return GsimSolution(
        price=price,
        quantity=quantity,
        producer_gain=producer_gain(trade.sum(axis=1), price, supply),
        consumer_gain=consumers,
        revenue_change=(after * (new_power - 1) - trade * (power - 1)).sum(axis=0),
        residual=residual,
    )


# Nested shares (Armington) -------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class ArmingtonSolution:
    """One market after a change of duties, by nested CES demand.

    Attributes:
        price: N, change of each supplier's world price, a fraction.
        quantity: N, after over before.
        share: N, of spending at world prices after.
        index: price of the composite after over before.
        residual: N, log demand less log supply; 0 clears.
    """

    price: Floats
    quantity: Floats
    share: Floats
    index: float
    residual: Floats


def solve_armington(
    trade: Floats,
    power: Floats,
    new_power: Floats,
    nest: NDArray[np.int64],
    demand: float,
    between: float,
    substitution: float,
    supply: Floats,
) -> ArmingtonSolution:
    """Nested CES shares with constant-elasticity demand for the whole and supply of each.

    Args:
        trade: N, positive sales of each supplier at world prices.
        power: N, one plus the duty today.
        new_power: N, the same after the cut.
        nest: N, the nest of each supplier, numbered from 0.
        demand: elasticity of demand for the whole, negative.
        between: elasticity of substitution between nests.
        substitution: elasticity of substitution within a nest.
        supply: N, elasticity of supply of each.

    Raises:
        WorkbenchError: no prices were found that clear the market.
    """
    spending = trade * power
    nests = int(nest.max()) + 1
    inside = np.zeros((nests, len(trade)))
    inside[nest, np.arange(len(trade))] = spending
    weight = inside.sum(axis=1) / spending.sum()
    inside /= inside.sum(axis=1, keepdims=True)
    finite = supply < INFINITE_SUPPLY
    price = np.zeros(len(trade))  # logs of the suppliers' prices
    duty = np.log(new_power / power)

    def demanded(logs: Floats) -> tuple[Floats, Floats, Floats, float]:
        """Log quantities, shares within nests, shares of nests, log of the index."""
        buyer = logs + duty
        of_nest = _log_index(inside, buyer[None, :], substitution)
        whole = float(_log_index(weight[None, :], of_nest[None, :], between)[0])
        logs_q = (
            -substitution * (buyer - of_nest[nest])
            - between * (of_nest[nest] - whole)
            + demand * whole
        )
        within = inside[nest, np.arange(len(trade))] * np.exp(
            (1 - substitution) * (buyer - of_nest[nest])
        )
        nests_now = weight * np.exp((1 - between) * (of_nest - whole))
        return logs_q, within, nests_now, whole

    best = np.inf
    for _ in range(_MOST_STEPS):
        logs_q, within, nests_now, whole = demanded(price)
        gap = np.where(finite, logs_q - supply * price, 0.0)
        largest = float(np.abs(gap).max())
        # What is left is rounding where a small gap shrinks no more.
        if largest < _CLEARED or (largest < _ROUNDING and largest >= best):
            break
        best = min(best, largest)
        # Derivatives of log demand by log prices: same nest, and every supplier by the whole.
        same = (nest[:, None] == nest[None, :]) * within[None, :]
        whole_by = (nests_now[nest] * within)[None, :]
        jacobian = (
            -substitution * np.eye(len(trade))
            + (substitution - between) * same
            + (between + demand) * whole_by
        )
        jacobian[np.diag_indices_from(jacobian)] -= np.where(finite, supply, 0.0)
        at = np.flatnonzero(finite)
        step = np.linalg.solve(jacobian[np.ix_(at, at)], -gap[at])
        price[at] += np.clip(step, -1.0, 1.0)
    else:
        raise WorkbenchError(
            "No prices were found that clear a market with these elasticities: state smaller ones, "
            "or choose another model."
        )
    quantity = np.exp(logs_q)
    value = trade * quantity * np.exp(price)
    return ArmingtonSolution(
        price=np.expm1(price),
        quantity=quantity,
        share=value / value.sum(),
        index=float(np.exp(whole)),
        residual=gap,
    )


def _log_index(weights: Floats, logs: Floats, elasticity: float) -> Floats:
    """Log of the CES price index of each row; Cobb-Douglas at an elasticity of 1."""
    power = 1 - elasticity
    if abs(power) < 1e-12:
        mean: Floats = (weights * logs).sum(axis=1)
        return mean
    exponents = power * logs
    index: Floats
    if float(np.abs(exponents).max()) < _SMALL:
        # Close to an elasticity of 1 the logarithm of a sum of powers loses all digits.
        index = np.log1p((weights * np.expm1(exponents)).sum(axis=1)) / power
    else:
        top = np.where(weights > 0, exponents, -np.inf).max(axis=1, keepdims=True)
        sums = (weights * np.exp(np.minimum(exponents - top, 0.0))).sum(axis=1)
        index = (np.log(sums) + top[:, 0]) / power
    return index


# Unit costs (Viner) --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnionEffect:
    """What a customs union does to the source of one good.

    Attributes:
        before, after: the supplier bought from.
        buyer_gain, revenue_change: per unit.
        kind: "creation" where the new source costs less than the old one, "diversion" where more.
    """

    before: str
    after: str
    buyer_gain: float
    revenue_change: float
    kind: str

    @property
    def net(self) -> float:
        """Gain of buyers and treasury together, per unit."""
        return self.buyer_gain + self.revenue_change


def union_effect(
    costs: dict[str, float], duties: dict[str, float], home: str, partner: str
) -> UnionEffect:
    """Where one buys before and after duties on a partner end (Viner 1950).

    Args:
        costs: unit cost of each supplier.
        duties: per unit, on each supplier but home; suppliers left out pay none.
        home: the importer itself; need not produce.
        partner: the supplier whose duty ends.
    """
    charged = {name: cost + duties.get(name, 0.0) * (name != home) for name, cost in costs.items()}
    freed = charged | {partner: costs[partner]}
    before = min(charged, key=lambda name: charged[name])
    after = min(freed, key=lambda name: freed[name])
    kind = "none"
    if before != after:
        kind = "creation" if costs[after] < costs[before] else "diversion"
    return UnionEffect(
        before=before,
        after=after,
        buyer_gain=charged[before] - freed[after],
        revenue_change=(freed[after] - costs[after]) - (charged[before] - costs[before]),
        kind=kind,
    )
