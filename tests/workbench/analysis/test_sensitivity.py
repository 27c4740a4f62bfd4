"""Tornado, joint draws, and what turns a conclusion around."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.analysis.base_years import YearsOfTrade
from workbench.analysis.baseline import Baseline, build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.explain import FIGURES
from workbench.analysis.headlines import HEADLINES, Headlines
from workbench.analysis.leverage_draws import TOLERANCE
from workbench.analysis.market import Market
from workbench.analysis.results import Level
from workbench.analysis.sensitivity import (
    BASE_YEAR,
    GAP,
    YEAR,
    Sensitivity,
    headline_intervals,
    sensitivity,
)
from workbench.analysis.sensitivity_view import (
    explain_conclusion,
    explain_interval,
    explain_swing,
)
from workbench.analysis.uncertainty import Assumption, assumptions_of
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
    triggers = (
        Trigger("exposure", "the rules", above=0.147),
        Trigger("no such figure", "", above=1),
    )
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
    for figure in (*HEADLINES, GAP):
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
    headlines = Headlines(text, baseline, None, only.assumptions)
    for place in range(3):
        setting = only.settings.iloc[place]
        found = headlines.at({name: np.array([setting[name]]) for name in (*parameters, *data)})
        found[GAP] = headlines.leverage_gaps(
            {name: np.array([setting[name]]) for name in setting.index}
        )
        for figure in (*HEADLINES, GAP):
            assert found[figure][0] == pytest.approx(only.draws[figure][place], rel=1e-12)


def test_intervals_alone_are_those_of_the_whole(
    text: Agreement, baseline: Baseline, years: YearsOfTrade, over_years: Sensitivity
) -> None:
    whole = over_years.intervals
    for gap, wanted in ((True, whole), (False, whole[whole["figure"] != GAP])):
        alone = headline_intervals(
            text,
            baseline,
            over_years.year,
            len(over_years.draws),
            over_years.seed,
            years=years,
            gap=gap,
        )
        pd.testing.assert_frame_equal(alone, wanted.reset_index(drop=True))


def test_without_uncertainty_an_interval_is_the_figure(text: Agreement, baseline: Baseline) -> None:
    def sure(agreement: Agreement) -> tuple[Assumption, ...]:
        return tuple(replace(a, low=a.base, high=a.base) for a in assumptions_of(agreement))

    @given(st.floats(10, 2_000), st.floats(0.3, 3), st.floats(0.02, 0.5), st.floats(0.3, 0.9))
    @settings(max_examples=15, deadline=None)
    def check(cost: float, sigma: float, premium: float, target: float) -> None:
        parameters = Parameters(
            fixed_cost=cost, sigma=sigma, premium=premium, target_utilisation=target
        )
        drawn = replace(text, parameters=parameters)
        result = sensitivity(drawn, baseline, count=3)
        totals = evaluate(drawn, baseline).totals
        for row in result.intervals.to_dict("records"):
            wanted = totals[row["figure"]]
            for end in ("low", "middle", "high"):
                if wanted is None:
                    assert np.isnan(row[end])
                else:
                    assert row[end] == pytest.approx(wanted, rel=1e-9, abs=2 * TOLERANCE)
        moved = result.swings[result.swings["assumption"] != YEAR]
        assert (moved["swing"].dropna() <= 1e-9 * moved["base"].abs() + 2 * TOLERANCE).all()
        assert not any(conclusion.flips for conclusion in result.conclusions)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workbench.analysis.sensitivity.assumptions_of", sure)
        check()


def test_a_gap_out_of_reach_is_larger_than_any_other(text: Agreement, baseline: Baseline) -> None:
    ambitious = replace(text, parameters=Parameters(target_utilisation=0.93))
    result = sensitivity(ambitious, baseline, count=100)
    row = result.intervals.set_index("figure").loc[GAP]
    gaps = np.sort(result.draws[GAP].to_numpy())
    assert row["draws"] == 100
    assert row["out_of_reach"] == np.isinf(gaps).sum() > 5
    assert np.isnan(row["high"])
    assert row["low"] == pytest.approx(gaps[4] + 0.95 * (gaps[5] - gaps[4]))
    assert any("no incentive reaches the target" in note for note in result.notes)
    told = explain_interval(result, GAP, "high")
    assert told.value is None
    assert told.notes == result.notes


def test_a_figure_outside_its_interval_is_accounted_for(
    text: Agreement, baseline: Baseline
) -> None:
    result = sensitivity(text, baseline, count=60)
    rows = result.intervals
    outside = rows[(rows["base"] > rows["high"]) | (rows["base"] < rows["low"])]
    assert len(outside)  # small parcels can only lower covered trade
    (note,) = (note for note in result.notes if "outside their interval" in note)
    assert all(FIGURES[name][0].lower() in note for name in outside["figure"])


def test_gaps_of_some_draws_only_are_said_to_be(
    text: Agreement, baseline: Baseline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.analysis.sensitivity._GAP_ROWS", 1)
    monkeypatch.setattr("workbench.analysis.sensitivity._GAP_DRAWS_LEAST", 20)
    result = sensitivity(text, baseline, count=30)
    assert result.intervals.set_index("figure").loc[GAP, "draws"] == 20
    assert result.draws[GAP].notna().tolist() == [True] * 20 + [False] * 10
    assert any("first 20 of 30 draws" in note for note in result.notes)


# Years of trade ----------------------------------------------------------------------------


@pytest.fixture
def years(market: Market, text: Agreement, baseline: Baseline) -> YearsOfTrade:
    """Of an earlier year with half the trade in the product of the high duty."""
    flows = market.flows.copy()
    flows.loc[flows["product"] == "810820", "value_usd"] *= 0.5
    before = replace(market, years=(2022,), flows=flows)
    return YearsOfTrade({2022: build_baseline(before, text), 2024: baseline}, "Said of years.")


@pytest.fixture
def over_years(text: Agreement, baseline: Baseline, years: YearsOfTrade) -> Sensitivity:
    return sensitivity(text, baseline, count=120, seed=3, years=years)


def test_the_base_year_is_part_of_the_tornado(
    text: Agreement, years: YearsOfTrade, over_years: Sensitivity
) -> None:
    rows = over_years.swings[over_years.swings["assumption"] == BASE_YEAR].set_index("figure")
    assert rows["title"].unique().tolist() == ["Base year: 2022 or 2024 alone"]
    for figure in (*HEADLINES, GAP):
        totals = {
            year: evaluate(text, world).totals[figure] for year, world in years.baselines.items()
        }
        for end, extreme in (("low", min), ("high", max)):
            at = rows.loc[figure, end]
            assert rows.loc[figure, f"at_{end}"] == pytest.approx(totals[int(at)])
            assert totals[int(at)] == pytest.approx(extreme(totals.values()))
    told = explain_swing(over_years, BASE_YEAR, "covered_trade")
    assert [t.value for t in told.terms if t.meaning == "Base year"] == ["2022 alone", "2024 alone"]


def test_draws_take_every_year_alike(
    text: Agreement, years: YearsOfTrade, over_years: Sensitivity, result: Sensitivity
) -> None:
    taken = over_years.settings[BASE_YEAR]
    assert set(taken) == {2022.0, 2024.0}
    assert 0.35 < (taken == 2022.0).mean() < 0.65
    assert over_years.years == (2022, 2024)
    for place in range(4):
        setting = over_years.settings.iloc[place]
        world = years.baselines[int(setting[BASE_YEAR])]
        headlines = Headlines(text, world, None, over_years.assumptions)
        alone = {name: np.array([setting[name]]) for name in setting.index if name != BASE_YEAR}
        found = headlines.at(alone) | {GAP: headlines.leverage_gaps(alone)}
        for figure, values in found.items():
            assert values[0] == pytest.approx(over_years.draws[figure][place], rel=1e-12)
    assert over_years.settings.drop(columns=BASE_YEAR).equals(result.settings[:120])


def test_a_year_that_turns_a_conclusion_is_named(
    market: Market, text: Agreement, baseline: Baseline
) -> None:
    flows = market.flows.copy()
    flows.loc[flows["product"] == "810820", "value_usd"] *= 0.01
    before = build_baseline(replace(market, years=(2022,), flows=flows), text)
    result = sensitivity(
        text, baseline, count=5, years=YearsOfTrade({2022: before, 2024: baseline})
    )
    target = next(c for c in result.conclusions if c.name == "target")
    reached = [
        evaluate(text, world, complete=False).totals["utilisation"] >= 0.65
        for world in (before, baseline)
    ]
    assert reached[0] != reached[1]
    assert "with trade of 2022 alone" in target.otherwise
    assert "with trade of 2024 alone" not in target.otherwise
    notes = explain_conclusion(result, "target").notes
    assert "It is not so with trade of 2022 alone." in notes


def test_what_is_said_of_years_is_passed_on(over_years: Sensitivity, result: Sensitivity) -> None:
    assert "Said of years." in over_years.notes
    assert result.years == ()
    assert BASE_YEAR not in result.settings


HOLDS = {
    "target": lambda t, target: t["utilisation"] >= target,
    "weak": lambda t, _: t["utilisation"] < 0.25,
    "strong": lambda t, _: t["utilisation"] > 0.75,
    "resourced-over-leakage": lambda t, _: t["resourced_content"] > t["leakage"],
    "leakage-over-half": lambda t, _: 2 * t["leakage"] > t["duty_forgone"],
    "traced-leakage-over-half": lambda t, _: 2 * t["traced_leakage"] > t["duty_forgone"],
    "trigger-1": lambda t, _: t["exposure"] > 0.147,
}
"""Every conclusion said again, of totals and the target."""


def test_a_flip_is_the_smallest_change_that_does_it(
    text: Agreement, baseline: Baseline, result: Sensitivity
) -> None:
    """Each parameter that is named turns the conclusion where it says, and not before."""
    assert [c.name for c in result.conclusions] == list(HOLDS)
    turned = set()
    for conclusion in result.conclusions:
        shares = [f.share_of_range for f in conclusion.flips]
        assert shares == sorted(shares)
        for flip in conclusion.flips:
            a = result.assumption(flip.assumption)
            assert a is not None
            if a.is_data:
                continue

            def holds(value: float, name: str = a.name, of: str = conclusion.name) -> bool:
                changed = text.with_parameter(name, value)
                totals = evaluate(changed, baseline, complete=False).totals
                return HOLDS[of](totals, changed.parameters.target_utilisation)

            nearly = flip.base + (flip.value - flip.base) * (1 - 1e-4)
            assert holds(flip.base) == holds(nearly), (conclusion.name, a.name)
            assert holds(flip.base) != holds(flip.value), (conclusion.name, a.name)
            turned.add((conclusion.name, a.name))
    assert {("target", "fixed_cost"), ("target", "target_utilisation")} <= turned
    assert {name for name, _ in turned} == {"target", "trigger-1"}


def test_what_is_not_named_does_not_turn_it(
    text: Agreement, baseline: Baseline, result: Sensitivity
) -> None:
    for conclusion in result.conclusions:
        named = {flip.assumption for flip in conclusion.flips}
        for a in result.assumptions:
            if a.is_data or a.name in named:
                continue
            said = set()
            for value in (a.low, a.base, a.high):
                changed = text.with_parameter(a.name, value)
                totals = evaluate(changed, baseline, complete=False).totals
                target = changed.parameters.target_utilisation
                said.add(HOLDS[conclusion.name](totals, target))
            assert len(said) == 1, (conclusion.name, a.name)


def test_triggers_of_the_agreement_are_conclusions(result: Sensitivity) -> None:
    names = [c.name for c in result.conclusions]
    assert "trigger-1" in names
    assert "trigger-2" not in names


def test_nothing_forgone_is_not_told_as_partners_gain(text: Agreement, baseline: Baseline) -> None:
    """Where nothing is cut both sides of a comparison are nothing, and neither is the larger."""
    nothing = replace(
        text, treatment=Treatment(staging=(StagingCategory("A", StagingFormula.EXCLUDED),))
    )
    found = sensitivity(nothing, baseline, count=5, seed=3)
    assert found.base["duty_forgone"] == 0
    assert {c.name: c.text for c in found.conclusions if "leakage" in c.name} == {
        "resourced-over-leakage": "re-sourced content is no larger than leakage",
        "leakage-over-half": (
            "no more than half of the duty forgone is on non-party content, declared"
        ),
        "traced-leakage-over-half": (
            "no more than half of the duty forgone is on non-party content, traced"
        ),
    }


def test_findings_name_what_turns_a_conclusion(result: Sensitivity) -> None:
    flipped = {f"parameters {c.name}" for c in result.conclusions if c.flips or c.otherwise}
    assert {f.about for f in result.findings} == flipped
    for finding in result.findings:
        of = next(c for c in result.conclusions if finding.about == f"parameters {c.name}")
        fragile = bool(of.flips) and of.flips[0].share_of_range <= 0.5
        assert (finding.level is Level.WARNING) == fragile
        assert of.flips or of.otherwise[0] in finding.text


def test_every_figure_is_explained(result: Sensitivity) -> None:
    for figure in (*HEADLINES, GAP):
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
