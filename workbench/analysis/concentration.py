"""Concentration and dependency: the published measures (method, section 8)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

IMPORT_HHI, EXPORT_HHI, IMPORTS_OVER_EXPORTS = 0.4, 0.4, 1.0
"""Above these a product counts as dependent on the outside (method, section 8)."""

YEARS_FLAGGED, YEARS_SEEN = 2, 3
"""A dependency stands where it is flagged in two of three years, which reduces churn."""

BANDS: dict[int, tuple[float, float]] = {2010: (0.15, 0.25), 2023: (0.10, 0.18)}
"""Moderately and highly concentrated markets, by the United States merger guidelines of a year."""


def hhi(values: Floats) -> float:
    """Sum of squared shares, 1/n to 1; NaN where there is nothing to share."""
    total = float(values.sum())
    if not total > 0:
        return float("nan")
    shares = values / total
    return float((shares * shares).sum())


def hhi_by(frame: pd.DataFrame, by: Sequence[str], of: str, value: str = "value") -> pd.Series:
    """The HHI of `of` within each group; groups without value are left out."""
    parts = frame.groupby([*by, of])[value].sum()
    total = parts.groupby(level=list(by)).transform("sum")
    shares = (parts / total)[total > 0]
    squares: pd.Series = (shares**2).groupby(level=list(by)).sum()
    return squares


def band(index: float, guidelines: int = 2023) -> str:
    """How concentrated a market is, in the words of the guidelines."""
    middle, high = BANDS[guidelines]
    if index > high:
        return "highly concentrated"
    return "moderately concentrated" if index > middle else "unconcentrated"


def origin_gap(export_share: float, mine_share: float) -> float:
    """An exporter's share of world trade less its share of mine output."""
    return export_share - mine_share


def persistent(flags: Sequence[bool]) -> bool | None:
    """Whether a flag stands: in at least two of the last three years; None where fewer are known.

    Two years that agree settle it without a third; one year never does.
    """
    seen = list(flags)[-YEARS_SEEN:]
    if sum(seen) >= YEARS_FLAGGED:
        return True
    if len(seen) - sum(seen) > YEARS_SEEN - YEARS_FLAGGED:
        return False
    return None
