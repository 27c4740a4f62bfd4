"""How far each assumption may be off: range, distribution and source, and joint draws.

Ranges follow the agreement: an assumption that the file changes is varied around its own value.
What the calibration tells has the range of its estimate. Where nothing is published, the range
is a stated choice of ours, wide rather than narrow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.calibration import calibrate
from workbench.analysis.observed_claims import shipped_claims
from workbench.model.agreement import Agreement
from workbench.model.commitments import PARAMETERS
from workbench.model.origin import RegionalValueContent, RvcMethod, criteria

Floats = NDArray[np.float64]
Settings = Mapping[str, Floats]
"""Values of assumptions by name, arrays of n draws; a name that is left out keeps its base."""

FOREIGN_CONTENT = "foreign_content"
LINE_RATE = "line_rate"

DEFAULT_DRAWS = 1_000
DEFAULT_SEED = 20_250_101


class Spread(StrEnum):
    """How an assumption is drawn from its range."""

    LOG_UNIFORM = "log-uniform"
    """Any factor alike."""
    TRIANGULAR = "triangular"
    """Most often near the base value, ever less towards the ends."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing the figures rest on, and how far it may be off.

    `is_data` marks a property of the data rather than a parameter of the agreement.
    """

    name: str
    title: str
    unit: str
    base: float
    low: float
    high: float
    spread: Spread
    source: str
    is_data: bool = False

    def quantile(self, u: Floats) -> Floats:
        """Values at shares `u` of the distribution, 0 to 1."""
        if self.low == self.high:
            return np.full(len(u), self.base)
        if self.spread is Spread.LOG_UNIFORM:
            return np.asarray(self.low * (self.high / self.low) ** u, dtype=np.float64)
        width, rise = self.high - self.low, self.base - self.low
        turn = rise / width
        up = self.low + np.sqrt(u * width * rise)
        down = self.high - np.sqrt((1 - u) * width * (self.high - self.base))
        return np.where(u < turn, up, down)

    def between(self, value: Floats, end: float) -> Floats:
        """The way from the base value to an end, by shares 0 to 1 of it."""
        if self.spread is Spread.LOG_UNIFORM:
            return np.asarray(self.base * (end / self.base) ** value, dtype=np.float64)
        return self.base + value * (end - self.base)


@dataclass(frozen=True, slots=True)
class _Range:
    """Ends as factors of the base value (`times`), steps from it, or values as they are."""

    low: float
    high: float
    spread: Spread
    source: str
    kind: str = "times"


_OURS = "no published estimate"
_RANGES: dict[str, _Range] = {
    "concentration": _Range(0.5, 2, Spread.LOG_UNIFORM, f"half to twice the value; {_OURS}"),
    "consignment": _Range(0.2, 5, Spread.LOG_UNIFORM, f"a fifth to five times; {_OURS}"),
    "sigma": _Range(
        2 / 3,
        4 / 3,
        Spread.TRIANGULAR,
        f"a third less or more; {_OURS}, and the calibration tells it only together with the cost "
        "of a claim",
    ),
    "fixed_cost": _Range(
        14,
        1500,
        Spread.LOG_UNIFORM,
        "USD 14 to 1 500 a transaction, Keck and Lendle (2012)",
        "values",
    ),
    "ad_valorem_cost": _Range(
        0, 0.02, Spread.TRIANGULAR, f"up to 2 points of value more; {_OURS}", "steps"
    ),
    "premium": _Range(0.5, 2, Spread.LOG_UNIFORM, f"half to twice the value; {_OURS}"),
    "target_utilisation": _Range(
        -0.1, 0.1, Spread.TRIANGULAR, "a choice of aim: 10 points either way", "steps"
    ),
    "small_parcel_share": _Range(
        0, 0.05, Spread.TRIANGULAR, f"up to 5 points of trade more; {_OURS} by lane", "steps"
    ),
    "never_claims_share": _Range(
        0, 0.05, Spread.TRIANGULAR, f"up to 5 points of trade more; {_OURS}", "steps"
    ),
    "net_cost_share": _Range(0.9, 1.0, Spread.TRIANGULAR, f"up to a tenth less; {_OURS}"),
}
_DATA: tuple[tuple[str, str, str, float, _Range], ...] = (
    (
        FOREIGN_CONTENT,
        "Non-originating content of the data",
        "times",
        1.0,
        _Range(
            0.9, 1.1, Spread.TRIANGULAR, "a tenth either way; the content tables state no error"
        ),
    ),
    (
        LINE_RATE,
        "Rate among a subheading's lines",
        "-1 lowest, 0 mean, 1 highest",
        0.0,
        _Range(
            -1,
            1,
            Spread.TRIANGULAR,
            "lowest to highest MFN rate of the subheading's national lines",
            "steps",
        ),
    ),
)


_NINETY = 1.645
"""Standard errors either way that hold nine estimates in ten."""


@lru_cache(maxsize=1)
def _calibrated() -> dict[str, _Range]:
    """The nine-in-ten range of trade that never claims, where the calibration has its error.

    Cost of a claim and spread of consignments it tells only together: draws that are independent
    must not take the error of one alone.
    """
    found = calibrate(shipped_claims())
    never, error = found.fit.never_claims_share, found.standard_errors[2]
    if not np.isfinite(error):
        return {}
    source = (
        f"nine in ten around the calibration's estimate of {never:.1%} (standard error "
        f"{error * 100:.1f} points), cut to valid values; {found.source}"
    )
    low, high = (float(never + sign * _NINETY * error) for sign in (-1, 1))
    return {"never_claims_share": _Range(low, high, Spread.TRIANGULAR, source, "values")}


def assumptions_of(agreement: Agreement) -> tuple[Assumption, ...]:
    """What can be varied for an agreement; an assumption that nothing rests on is left out."""
    ranges = _RANGES | _calibrated()
    found = []
    for info in PARAMETERS:
        reach = ranges.get(info.name)
        if reach is None or (info.name == "net_cost_share" and not _uses_net_cost(agreement)):
            continue
        base = float(getattr(agreement.parameters, info.name))
        low, high = _ends(base, reach, info.low, info.high)
        spread = reach.spread if low > 0 else Spread.TRIANGULAR
        if low < high:
            found.append(
                Assumption(info.name, info.title, info.unit, base, low, high, spread, reach.source)
            )
    for name, title, unit, base, reach in _DATA:
        low, high = _ends(base, reach, -np.inf, np.inf)
        found.append(
            Assumption(name, title, unit, base, low, high, reach.spread, reach.source, True)
        )
    return tuple(found)


def _ends(base: float, reach: _Range, least: float, most: float) -> tuple[float, float]:
    """Low and high of a range, within what is valid, the base value always inside."""
    low, high = reach.low, reach.high
    if reach.kind == "times":
        low, high = base * low, base * high
    elif reach.kind == "steps":
        low, high = base + low, base + high
    return min(max(low, least), base), max(min(high, most), base)


def _uses_net_cost(agreement: Agreement) -> bool:
    rules = (agreement.origin.default_rule, *(r.rule for r in agreement.origin.product_rules))
    return any(
        isinstance(criterion, RegionalValueContent)
        and criterion.method is RvcMethod.NET_COST
        and criterion.net_cost_share is None
        for rule in rules
        for criterion in criteria(rule)
    )


def draw(assumptions: tuple[Assumption, ...], count: int, seed: int) -> dict[str, Floats]:
    """Joint, independent draws; the same seed gives the same, whatever the machine."""
    shares = np.random.default_rng(seed).random((count, len(assumptions)))
    return {a.name: a.quantile(shares[:, n]) for n, a in enumerate(assumptions)}


def draw_places(of: int, count: int, seed: int) -> NDArray[np.int64]:
    """Which of several alike each draw takes; independent of `draw` with the same seed."""
    return np.random.default_rng((seed, of)).integers(of, size=count)
