"""Tornado, joint draws, and what turns a conclusion around."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.analysis.baseline import Baseline, build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.headlines import HEADLINES
from workbench.analysis.market import Market
from workbench.analysis.results import Level
from workbench.analysis.sensitivity import (
    YEAR,
    Sensitivity,
    sensitivity,
)
from workbench.analysis.sensitivity_view import (
    explain_conclusion,
    explain_interval,
    explain_swing,
)
from workbench.errors import Cancelled
from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    Institutions,
    Parameters,
    StagingCategory,
    StagingFormula,
    Treatment,
    Trigger,
)
from workbench.progress import Progress


@pytest.fixture
def text(agreement: Agreement) -> Agreement:
    triggers = (Trigger("exposure", 0.12, "the rules"), Trigger("no such figure", 1, ""))
    return replace(
        agreement,
        parameters=Parameters(target_utilisation=0.65),
        institutions=Institutions(triggers=triggers),
        treatment=Treatment(staging=(StagingCategory("A", StagingFormula.EQUAL_CUTS, 5),)),
    )


@pytest.fixture
def baseline(market: Market, text: Agreement) -> Baseline:
    return build_baseline(market, text)


@pytest.fixture
def result(text: Agreement, baseline: Baseline) -> Sensitivity:
    return sensitivity(text, baseline, count=200, seed=3)


def test_the_ends_of_the_tornado_are_evaluations(
    text: Agreement, baseline: Baseline, result: Sensitivity
) -> None:
    for name, end in (("fixed_cost", "high"), ("premium", "low"), ("sigma", "high")):
        rows = result.swings[result.swings["assumption"] == name].set_index("figure")
        value = float(rows[end].iloc[0])
        changed = replace(text, parameters=replace(text.parameters, **{name: value}))
        totals = evaluate(changed, baseline).totals
        for figure in (*HEADLINES, "leverage_gap"):
            found = rows.loc[figure, f"at_{end}"]
            wanted = totals[figure]
            if wanted is None:
                assert np.isnan(found)
            else:
                assert found == pytest.approx(wanted, rel=1e-7, abs=1e-7)


def test_the_year_is_part_of_the_tornado_where_cuts_are_staged(
    text: Agreement, baseline: Baseline, result: Sensitivity
) -> None:
    rows = result.swings[result.swings["assumption"] == YEAR].set_index("figure")
    first = evaluate(text, baseline, year=1, complete=False).totals["duty_forgone"]
    assert rows.loc["duty_forgone", "at_low"] == pytest.approx(first)
    at_once = replace(text, treatment=Treatment())
    assert YEAR not in set(sensitivity(at_once, baseline, count=10).swings["assumption"])


def test_largest_swings_come_first(result: Sensitivity) -> None:
    widths = result.swings["swing"].to_numpy()
    known = widths[~np.isnan(widths)]
    assert (np.diff(known) <= 0).all()


def test_intervals_are_percentiles_of_seeded_draws(
    text: Agreement, baseline: Baseline, result: Sensitivity
) -> None:
    table = result.intervals.set_index("figure")
    for figure in HEADLINES:
        values = result.draws[figure]
        assert table.loc[figure, "low"] == pytest.approx(values.quantile(0.05))
        assert table.loc[figure, "high"] == pytest.approx(values.quantile(0.95))
        assert table.loc[figure, "low"] <= table.loc[figure, "high"]
    again = sensitivity(text, baseline, count=200, seed=3)
    assert again.draws.equals(result.draws)
    assert not sensitivity(text, baseline, count=200, seed=4).draws.equals(result.draws)


def test_a_draw_is_an_evaluation(text: Agreement, baseline: Baseline) -> None:
    only = sensitivity(text, baseline, count=3, seed=5)
    parameters = [a.name for a in only.assumptions if not a.is_data]
    data = [a.name for a in only.assumptions if a.is_data]
    from workbench.analysis.headlines import Headlines

    headlines = Headlines(text, baseline, None, only.assumptions)
    for place in range(3):
        setting = only.settings.iloc[place]
        found = headlines.at({name: np.array([setting[name]]) for name in (*parameters, *data)})
        for figure in HEADLINES:
            assert found[figure][0] == pytest.approx(only.draws[figure][place], rel=1e-12)


def test_a_flip_is_the_smallest_change_that_does_it(
    text: Agreement, baseline: Baseline, result: Sensitivity
) -> None:
    conclusion = next(c for c in result.conclusions if c.flips and c.name == "target")
    flip = next(f for f in conclusion.flips if f.assumption == "fixed_cost")
    target = text.parameters.target_utilisation

    def reaches(cost: float) -> bool:
        changed = replace(text, parameters=replace(text.parameters, fixed_cost=cost))
        share = evaluate(changed, baseline, complete=False).totals["utilisation"]
        assert share is not None
        return share >= target

    nearly = flip.base + (flip.value - flip.base) * (1 - 1e-4)
    assert reaches(flip.base) == reaches(nearly)
    assert reaches(flip.base) != reaches(flip.value)
    shares = [f.share_of_range for f in conclusion.flips]
    assert shares == sorted(shares)


def test_triggers_of_the_agreement_are_conclusions(result: Sensitivity) -> None:
    names = [c.name for c in result.conclusions]
    assert "trigger-1" in names
    assert "trigger-2" not in names


def test_findings_name_what_turns_a_conclusion(result: Sensitivity) -> None:
    flipped = {f"flips-{c.name}" for c in result.conclusions if c.flips}
    assert {f.id for f in result.findings} == flipped
    for finding in result.findings:
        near = next(c for c in result.conclusions if finding.id.endswith(c.name)).flips[0]
        assert (finding.level is Level.WARNING) == (near.share_of_range <= 0.5)


def test_every_figure_is_explained(result: Sensitivity) -> None:
    for figure in HEADLINES:
        told = explain_interval(result, figure)
        assert told.formula
        assert any("Source of" in term.meaning for term in told.terms)
    for row in result.swings.itertuples():
        told = explain_swing(result, str(row.assumption), str(row.figure))
        assert told.value is None or told.value >= 0
    for conclusion in result.conclusions:
        assert explain_conclusion(result, conclusion.name).title


def test_it_can_be_stopped(text: Agreement, baseline: Baseline) -> None:
    with pytest.raises(Cancelled):
        sensitivity(text, baseline, progress=Progress(stopped=lambda: True))
