"""How close partners stand on labour, environment and governance: shown beside trade, never in it.

A subject's score, 0 far to 1 close, is the user's own where the agreement states one with a source.
Else it is the mean of the indicators that the database holds of the subject. Each indicator is
placed between the 5th and the 95th percentile of all economies held (min-max, cut off at the ends,
turned around where a high value is worse), so that a few extremes do not set the scale. A customs
territory has the mean of its members that are known. The overall score is the mean of subjects by
the user's weights; what is not known is left out and said. An own subject that begins with the name
of one of ours, such as "labour rights", is that one.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.explain import Explanation, Term, Unit
from workbench.model.agreement import Agreement
from workbench.model.economies import economy_name, members_of
from workbench.tradedata import columns as col
from workbench.tradedata import queries
from workbench.tradedata.database import TradeDatabase

Floats = NDArray[np.float64]

LOW_PERCENTILE, HIGH_PERCENTILE = 0.05, 0.95

LABOUR, GOVERNANCE, ENVIRONMENT = "labour", "governance", "environment"


@dataclass(frozen=True, slots=True)
class AlignmentIndicator:
    """An indicator, the subject it speaks of, and whether a high value is better."""

    name: str
    title: str
    subject: str
    high_is_better: bool


INDICATORS: tuple[AlignmentIndicator, ...] = (
    AlignmentIndicator(
        "collective_bargaining_share", "Collective bargaining coverage", LABOUR, True
    ),
    AlignmentIndicator("union_density_share", "Union density", LABOUR, True),
    AlignmentIndicator("labour_inspectors", "Labour inspectors", LABOUR, True),
    AlignmentIndicator("fatal_injuries", "Fatal injuries at work", LABOUR, False),
    AlignmentIndicator("governance_score", "Governance, mean of six", GOVERNANCE, True),
    AlignmentIndicator("rule_of_law_score", "Rule of law", GOVERNANCE, True),
    AlignmentIndicator("bribery_incidence_share", "Firms asked for bribes", GOVERNANCE, False),
)
"""Those of the database that speak of alignment; none does of the environment so far."""

SUBJECTS = (LABOUR, ENVIRONMENT, GOVERNANCE)
"""Subjects that every agreement has; its own scores add to them."""


@dataclass(frozen=True, eq=False)
class AlignmentScores:
    """Scores of economies (E) on subjects (S), 0 to 1; NaN where nothing is known.

    Attributes:
        weights: S, how much each subject counts; sums to one where any counts.
        overall: E, the mean of the known subjects by weight.
        known_share: E, the weight of the subjects that are known.
        own: E x S, the score is stated in the agreement.
        parts: economy, subject, indicator, title, value, unit, score, year, source: what the
            scores are made of, one row an indicator or own score.
    """

    economies: tuple[str, ...]
    subjects: tuple[str, ...]
    scores: Floats
    weights: Floats
    overall: Floats
    known_share: Floats
    own: NDArray[np.bool_]
    parts: pd.DataFrame

    def by_economy(self) -> dict[str, float | None]:
        """The overall score of each economy."""
        return {economy: self.score_of(economy) for economy in self.economies}

    def score_of(self, economy: str) -> float | None:
        """The overall score of one economy; None where nothing is known of it."""
        if economy not in self.economies:
            return None
        value = float(self.overall[self.economies.index(economy)])
        return None if np.isnan(value) else value


def alignment_scores(
    agreement: Agreement,
    database: TradeDatabase | None,
    economies: tuple[str, ...] | None = None,
) -> AlignmentScores:
    """Scores of the partners, or of other economies.

    Args:
        agreement: states scores and weights of its own.
        database: holds indicators; None leaves only the agreement's own scores.
        economies: whom to score; the partners of the agreement if left out.

    Raises:
        TradeDataError: the database cannot be read.
    """
    names = [col.ECONOMY, col.INDICATOR, col.VALUE, col.UNIT, col.YEAR_TO, col.SOURCE]
    held = pd.DataFrame(columns=names) if database is None else queries.indicators(database)
    return scores_from(agreement, held, economies)


def scores_from(
    agreement: Agreement, held: pd.DataFrame, economies: tuple[str, ...] | None = None
) -> AlignmentScores:
    """Scores from indicators at hand, as `workbench.tradedata.queries.indicators` gives them."""
    if economies is None:
        economies = tuple(partner.economy for partner in agreement.partners)
    stated = {partner.economy: partner.alignment for partner in agreement.partners}
    own_rows: list[tuple[Any, ...]] = [
        (
            economy,
            subject_of(item.subject),
            "",
            item.subject,
            float("nan"),
            "",
            item.score,
            None,
            item.source,
        )
        for economy in economies
        for item in stated.get(economy, ())
    ]
    replaced = {(row[0], row[1]) for row in own_rows}
    kept = [row for row in _from_indicators(economies, held) if (row[0], row[1]) not in replaced]
    parts = [*kept, *own_rows]
    subjects = _subjects(agreement, own_rows)
    found: dict[tuple[str, str], list[float]] = {}
    for row in parts:
        found.setdefault((row[0], row[1]), []).append(row[6])
    scores = np.full((len(economies), len(subjects)), np.nan)
    own = np.zeros(scores.shape, dtype=bool)
    for e, economy in enumerate(economies):
        for s, subject in enumerate(subjects):
            if values := found.get((economy, subject)):
                scores[e, s] = sum(values) / len(values)
            own[e, s] = (economy, subject) in replaced
    weights = _weights(agreement, subjects)
    known = ~np.isnan(scores) * weights
    with np.errstate(invalid="ignore", divide="ignore"):
        overall = (np.nan_to_num(scores) * weights).sum(axis=1) / known.sum(axis=1)
    return AlignmentScores(
        economies=economies,
        subjects=subjects,
        scores=scores,
        weights=weights,
        overall=overall,
        known_share=known.sum(axis=1),
        own=own,
        parts=pd.DataFrame(parts, columns=_PART_COLUMNS),
    )


_PART_COLUMNS = [
    "economy",
    "subject",
    "indicator",
    "title",
    "value",
    "unit",
    "score",
    "year",
    "source",
]


def _subjects(agreement: Agreement, own_rows: list[tuple[Any, ...]]) -> tuple[str, ...]:
    """Subjects of every agreement, then those of own scores, then those with a weight."""
    more = [str(row[1]) for row in own_rows]
    more += [subject_of(weight.subject) for weight in agreement.alignment_weights]
    return tuple(dict.fromkeys([*SUBJECTS, *more]))


def subject_of(words: str) -> str:
    """The subject that a user's words mean."""
    plain = words.strip().casefold()
    return next((subject for subject in SUBJECTS if plain.startswith(subject)), plain)


def _weights(agreement: Agreement, subjects: tuple[str, ...]) -> Floats:
    stated = {subject_of(weight.subject): weight.weight for weight in agreement.alignment_weights}
    weights = np.array([stated.get(subject, 1.0) for subject in subjects], dtype=np.float64)
    total = float(weights.sum())
    return weights / total if total > 0 else weights


def _from_indicators(economies: tuple[str, ...], held: pd.DataFrame) -> list[tuple[Any, ...]]:
    """One row for each indicator known of an economy, or of members of a territory."""
    rows: list[tuple[Any, ...]] = []
    for about in INDICATORS:
        whole = held[held[col.INDICATOR] == about.name]
        if whole.empty:
            continue
        low, high = whole[col.VALUE].quantile([LOW_PERCENTILE, HIGH_PERCENTILE])
        known = {
            str(code): (float(value), int(year))
            for code, value, year in zip(
                whole[col.ECONOMY], whole[col.VALUE], whole[col.YEAR_TO], strict=True
            )
        }
        unit, source = str(whole[col.UNIT].iloc[0]), str(whole[col.SOURCE].iloc[0])
        for economy in economies:
            members = [known[code] for code in members_of(economy) if code in known]
            if not members:
                continue
            value = sum(member[0] for member in members) / len(members)
            rows.append(
                (
                    economy,
                    about.subject,
                    about.name,
                    about.title,
                    value,
                    unit,
                    normalised(value, float(low), float(high), about.high_is_better),
                    max(member[1] for member in members),
                    source,
                )
            )
    return rows


def normalised(value: float, low: float, high: float, high_is_better: bool = True) -> float:
    """Where a value lies between two ends, 0 to 1; turned around where high is worse.

    One half where the ends are the same: then the indicator tells nobody apart.
    """
    if not high > low:
        return 0.5
    place = min(max((value - low) / (high - low), 0.0), 1.0)
    return place if high_is_better else 1 - place


def explain_alignment(scores: AlignmentScores, economy: str, subject: str = "") -> Explanation:
    """The overall score of an economy, or its score on one subject."""
    e = scores.economies.index(economy)
    terms: list[Term] = []
    if subject:
        s = scores.subjects.index(subject)
        value, title = float(scores.scores[e, s]), f"Alignment: {subject}"
        parts = scores.parts
        here = parts[(parts["economy"] == economy) & (parts["subject"] == subject)]
        for name, held, unit, score, year, source in zip(
            here["title"],
            here["value"],
            here["unit"],
            here["score"],
            here["year"],
            here["source"],
            strict=True,
        ):
            until = "" if pd.isna(year) else f", up to {int(year)}"
            terms.append(Term("", str(name), float(score), Unit.NUMBER, f"{source}{until}"))
            if unit:
                terms.append(Term("", f"{name}, as held", f"{held:.4g} {unit}", Unit.TEXT))
        formula = (
            "stated in the agreement"
            if scores.own[e, s]
            else "mean of indicators, each between the 5th and 95th percentile of all economies"
        )
    else:
        value, title = float(scores.overall[e]), "Alignment"
        for s, name in enumerate(scores.subjects):
            score = float(scores.scores[e, s])
            source = "own score" if scores.own[e, s] else "indicators"
            shown_score = None if np.isnan(score) else score
            terms.append(Term("", name.capitalize(), shown_score, Unit.NUMBER, source))
            terms.append(
                Term("", f"Weight of {name}", float(scores.weights[s]), Unit.SHARE, "agreement")
            )
        formula = "Σ weight · score / Σ weight, over the subjects that are known"
    notes = ["Shown beside trade figures, never part of them."]
    if not subject and scores.known_share[e] < 1:
        notes.insert(0, f"Known for {scores.known_share[e]:.0%} of the weight.")
    mine = scores.parts[scores.parts["economy"] == economy]
    sources = sorted(set(mine.loc[(mine["subject"] == subject) | (subject == ""), "source"]))
    terms += [Term("", "Source of alignment", str(source), Unit.TEXT) for source in sources]
    return Explanation(
        figure="alignment",
        title=title,
        subject=economy_name(economy),
        value=None if np.isnan(value) else value,
        unit=Unit.NUMBER,
        formula=formula,
        terms=tuple(terms),
        section="8",
        notes=tuple(notes),
    )
