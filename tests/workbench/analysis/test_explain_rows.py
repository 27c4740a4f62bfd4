"""The lanes behind a figure."""

import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.explain import FIGURES
from workbench.analysis.explain_rows import rows_behind
from workbench.analysis.market import Market
from workbench.analysis.results import Evaluation
from workbench.model.agreement import Agreement


@pytest.fixture
def evaluation(market: Market, agreement: Agreement) -> Evaluation:
    return evaluate(agreement, build_baseline(market, agreement))


@pytest.mark.parametrize("figure", ["claimed", "free_riding_content", "duty_forgone", "leakage"])
def test_rows_add_up_to_the_total(evaluation: Evaluation, figure: str) -> None:
    rows = rows_behind(evaluation, figure)
    assert rows[figure].sum() == pytest.approx(evaluation.totals[figure])
    assert rows[figure].is_monotonic_decreasing


def test_a_ratio_carries_both_its_sides(evaluation: Evaluation) -> None:
    rows = rows_behind(evaluation, "exposure")
    ratio = rows["free_riding_content"].sum() / rows["claimed"].sum()
    assert ratio == pytest.approx(evaluation.totals["exposure"])


def test_one_lane_is_that_lane(evaluation: Evaluation) -> None:
    row = int(evaluation.lanes["claimed"].fillna(0.0).to_numpy().argmax())
    found = rows_behind(evaluation, "leakage", row)
    assert len(found) == 1
    lane = found.iloc[0]
    margin = lane["base_duty"] - lane["pref_duty"]
    assert lane["leakage"] == pytest.approx(margin * lane["free_riding_content"])


def test_every_figure_has_rows(evaluation: Evaluation) -> None:
    for figure in FIGURES:
        if figure in evaluation.totals:
            rows = rows_behind(evaluation, figure)
            assert {"importer", "exporter", "product"} <= set(rows.columns)
            assert len(rows)
