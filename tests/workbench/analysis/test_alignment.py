"""Alignment scores: own ones first, indicators otherwise, weights of the user's."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.alignment import (
    ENVIRONMENT,
    GOVERNANCE,
    LABOUR,
    alignment_scores,
    explain_alignment,
    normalised,
    scores_from,
    subject_of,
)
from workbench.model.agreement import Agreement
from workbench.model.assumptions import AlignmentWeight
from workbench.model.economies import AlignmentScore, Partner
from workbench.tradedata.database import TradeDatabase


def held(*rows: tuple[str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["economy", "indicator", "value"])
    return frame.assign(unit="share", year_to=2024, source="test register")


@pytest.fixture
def indicators() -> pd.DataFrame:
    spread = [(f"X{n:02d}", "union_density_share", n / 100) for n in range(101)]
    injuries = [(f"X{n:02d}", "fatal_injuries", float(n)) for n in range(101)]
    return held(
        *spread,
        *injuries,
        ("USA", "union_density_share", 0.5),
        ("USA", "fatal_injuries", 5.0),
        ("DEU", "union_density_share", 0.2),
        ("FRA", "union_density_share", 0.4),
    )


AGREEMENT = Agreement("Test", partners=(Partner("USA"), Partner("EU27"), Partner("JPN")))


def test_indicators_lie_between_percentiles(indicators: pd.DataFrame) -> None:
    scores = scores_from(AGREEMENT, indicators)
    usa = dict(zip(scores.subjects, scores.scores[0], strict=True))
    # Union density in the middle; injuries at the fifth percentile, where few is better.
    assert usa[LABOUR] == pytest.approx((0.5 + 1.0) / 2, abs=0.02)
    assert np.isnan(usa[GOVERNANCE])
    assert np.isnan(usa[ENVIRONMENT])
    assert scores.score_of("USA") == pytest.approx(usa[LABOUR])
    assert scores.known_share[0] == pytest.approx(1 / 3)


def test_a_territory_has_the_mean_of_known_members(indicators: pd.DataFrame) -> None:
    scores = scores_from(AGREEMENT, indicators)
    row = scores.parts[scores.parts["economy"] == "EU27"]
    assert row["value"].tolist() == pytest.approx([0.3])


def test_unknown_is_missing_not_zero(indicators: pd.DataFrame) -> None:
    scores = scores_from(AGREEMENT, indicators)
    assert scores.score_of("JPN") is None
    assert scores.score_of("BRA") is None
    assert scores.by_economy()["JPN"] is None


def test_own_scores_take_the_place_of_indicators(indicators: pd.DataFrame) -> None:
    own = AlignmentScore("Labour rights", 0.9, "our assessment")
    agreement = replace(AGREEMENT, partners=(Partner("USA", alignment=(own,)), Partner("JPN")))
    scores = scores_from(agreement, indicators)
    at = scores.subjects.index(LABOUR)
    assert scores.scores[0, at] == 0.9
    assert scores.own[0, at]
    assert subject_of("Labour rights") == LABOUR
    assert scores.parts["source"].tolist() == ["our assessment"]


def test_weights_are_the_users(indicators: pd.DataFrame) -> None:
    scored = tuple(
        AlignmentScore(subject, score, "own")
        for subject, score in ((LABOUR, 0.2), (GOVERNANCE, 0.8), ("transparency", 1.0))
    )
    agreement = replace(
        AGREEMENT,
        partners=(Partner("USA", alignment=scored),),
        alignment_weights=(AlignmentWeight(LABOUR, 3.0), AlignmentWeight("transparency", 0.0)),
    )
    scores = scores_from(agreement, indicators)
    assert scores.subjects == (LABOUR, ENVIRONMENT, GOVERNANCE, "transparency")
    assert scores.weights.tolist() == pytest.approx([0.6, 0.2, 0.2, 0.0])
    assert scores.score_of("USA") == pytest.approx((3 * 0.2 + 0.8) / 4)
    nothing = replace(
        agreement, alignment_weights=tuple(AlignmentWeight(s, 0.0) for s in scores.subjects)
    )
    assert scores_from(nothing, indicators).score_of("USA") is None


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(-5, 5))
def test_scores_stay_within_their_ends(value: float, one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    better = normalised(value, low, high)
    assert 0 <= better <= 1
    if high > low:
        assert better == pytest.approx(1 - normalised(value, low, high, high_is_better=False))


def test_explanations_show_what_a_score_is_made_of(indicators: pd.DataFrame) -> None:
    scores = scores_from(AGREEMENT, indicators)
    told = explain_alignment(scores, "USA", LABOUR)
    assert {term.meaning for term in told.terms} >= {"Union density", "Fatal injuries at work"}
    assert told.value == pytest.approx(float(scores.scores[0, 0]))
    whole = explain_alignment(scores, "USA")
    assert whole.notes[0] == "Known for 33% of the weight."
    assert explain_alignment(scores, "JPN").value is None


def test_the_starter_database_scores_the_shipped_club(starter_file: Path) -> None:
    with TradeDatabase(starter_file) as database:
        scores = alignment_scores(AGREEMENT, database, ("NOR", "IND", "SACU", "EU27"))
    found = scores.by_economy()
    assert found["NOR"] is not None
    assert found["IND"] is not None
    assert found["NOR"] > found["IND"]
    assert all(score is None or 0 <= score <= 1 for score in found.values())
    assert alignment_scores(AGREEMENT, None).by_economy() == dict.fromkeys(("USA", "EU27", "JPN"))
