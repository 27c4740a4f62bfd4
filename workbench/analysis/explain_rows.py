"""The lanes behind a figure: those it sums, with the numbers that its formula takes of each."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.analysis.explain import lane_inputs
from workbench.analysis.results import Evaluation

_KEYS = ["importer", "exporter", "product", "stage"]
_OF_TOTAL = {
    "covered_trade": ("value",),
    "known_duty_share": ("value", "base_duty"),
    "critical_mass_share": ("value",),
    "mfn_free_share": ("value", "mfn_free_share"),
    "already_free_share": ("value", "base_free_share", "base_regime"),
    "utilisation": ("claimed", "value", "utilisation"),
    "exposure": ("free_riding_content", "claimed"),
    "traced_exposure": ("traced_free_riding_content", "claimed"),
    "leverage_gap": ("leverage_gap", "value", "utilisation", "gross_incentive"),
}
"""Columns of a lane that a total rests on, the one it is ordered by first."""


def rows_behind(evaluation: Evaluation, figure: str, row: int = -1) -> pd.DataFrame:
    """Lanes that make up a figure, the largest first; of one lane (`row`) that lane alone.

    Returns:
        importer, exporter, product, stage, then the figure and what its formula takes. Lanes on
        which the figure is missing are left out of a total, as they are left out of the sum.
    """
    if row < 0:
        return rows_of_sum(evaluation.lanes, figure)
    lane = evaluation.lanes.iloc[[row]]
    return lane[_columns(lane, figure, [figure])].reset_index(drop=True)


def rows_of_sum(lanes: pd.DataFrame, figure: str) -> pd.DataFrame:
    """As `rows_behind` of a total, of some of the lanes."""
    columns = _columns(lanes, figure, _OF_TOTAL.get(figure, (figure, "value")))
    first = columns[len(_KEYS)]
    ordered_by = lanes[first].to_numpy(dtype=np.float64)
    traded = lanes["value"].to_numpy(dtype=np.float64) > 0
    rows = np.flatnonzero(traded & ~np.isnan(ordered_by))
    rows = rows[np.argsort(-ordered_by[rows], kind="stable")]
    return lanes[columns].take(rows).reset_index(drop=True)


def _columns(lanes: pd.DataFrame, figure: str, first: Sequence[str]) -> list[str]:
    names = [name for name in (*first, *lane_inputs(figure)) if name in lanes.columns]
    return list(dict.fromkeys([*_KEYS, *names]))
