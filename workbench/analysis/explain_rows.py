"""The lanes behind a figure: those it sums, with the numbers that its formula takes of each."""

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
    lanes = evaluation.lanes
    names = list(_OF_TOTAL.get(figure, (figure, "value"))) if row < 0 else [figure]
    names += [name for name in lane_inputs(figure) if name in lanes.columns]
    columns = list(dict.fromkeys([*_KEYS, *(name for name in names if name in lanes.columns)]))
    if row >= 0:
        return lanes.iloc[[row]][columns].reset_index(drop=True)
    first = next(name for name in names if name in lanes.columns)
    known = lanes[lanes[first].notna() & (lanes["value"] > 0)]
    return known.sort_values(first, ascending=False, kind="stable")[columns].reset_index(drop=True)
