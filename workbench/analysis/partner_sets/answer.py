"""Everything a page shows of a question, worked out in one go."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.alignment import alignment_scores
from workbench.analysis.explain import Explanation, Term, Unit
from workbench.analysis.findings import Needs, found_in
from workbench.analysis.market import Market
from workbench.analysis.partner_sets.choice import Aim, Limits
from workbench.analysis.partner_sets.contribution import (
    HOW_LACKING_SETS_STAND,
    RATIOS,
    Contributions,
    contributed_figure,
)
from workbench.analysis.partner_sets.figures import Chain, Trade, chain_of, set_figure, trade_of
from workbench.analysis.partner_sets.question import SetQuestion
from workbench.analysis.partner_sets.search import sets_and_contributions
from workbench.analysis.partner_sets.sweep import PartnerSets, load
from workbench.analysis.partner_sets.view import listed_rows, sets_frame
from workbench.analysis.partner_sets.words import ranking
from workbench.analysis.results import Evaluation, Finding
from workbench.model.economies import economy_name
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata.database import TradeDatabase

SUGGESTED = 6
_RESTS_ON = ("trade_flows", "tariffs", "content_shares", "indicators", "input_links")


@dataclass(frozen=True, eq=False)
class Choice:
    """The sets on show under some aims and limits.

    Attributes:
        rows: of the sets listed.
        frame: one row a set listed, see `sets_frame`.
        sentences: the ranking in words.
    """

    aims: tuple[Aim, ...]
    rows: NDArray[np.int64]
    frame: pd.DataFrame
    sentences: tuple[str, ...]

    @property
    def best(self) -> list[int]:
        """Places in the frame of the sets that no other beats."""
        return np.flatnonzero(~self.frame["dominated"].to_numpy()).tolist()


@dataclass(frozen=True, eq=False)
class Answer:
    """The sets of a question, what each candidate brings, and remarks."""

    sets: PartnerSets
    contributed: dict[str, Contributions]
    findings: tuple[Finding, ...]
    choice: Choice


def answer(
    evaluation: Evaluation,
    database: TradeDatabase | None,
    question: SetQuestion,
    aims: Sequence[Aim],
    limits: Limits,
    progress: Progress = NO_PROGRESS,
) -> Answer:
    """Work out the sets of a question on the data of an evaluation.

    Args:
        evaluation: of the text that the question is about.
        database: None where there is none beside the evaluation: candidates must then be partners.
        question: fixed partners and candidates.
        aims: figures to rank on.
        limits: what sets have to meet.
        progress: told of each step.

    Raises:
        TradeDataError: the database cannot be read.
        Cancelled: asked to stop.
        DefinitionError: aims or limits that cannot be met by any set.
    """
    market, trade = _data(evaluation.baseline.market, database, question, progress)
    sets, contributed = sets_and_contributions(
        market, trade, question, evaluation.year, progress, aims, limits
    )
    return Answer(
        sets,
        contributed,
        found_in(
            Needs.PARTNER_SETS,
            evaluation.agreement,
            sets,
            contributed,
            trade.chain,
            trade.inputs,
        ),
        choose(sets, contributed, aims, limits),
    )


def _data(
    held: Market, database: TradeDatabase | None, question: SetQuestion, progress: Progress
) -> tuple[Market, Trade]:
    """What was read already, where the candidates are partners."""
    if not set(question.economies) <= set(held.importers) and database is not None:
        return load(database, question, progress=progress)
    scores = alignment_scores(question.text, database, question.economies).by_economy()
    chain = Chain((), (), {})
    if database is not None:
        chain = chain_of(database, question.text, held.products)
    return held, trade_of(held, question, chain, scores)


def choose(
    sets: PartnerSets,
    contributed: dict[str, Contributions],
    aims: Sequence[Aim],
    limits: Limits,
) -> Choice:
    """The sets on show, and which of them no other beats.

    Raises:
        DefinitionError: a member of the limits that is no candidate.
    """
    rows, best = listed_rows(sets, aims, limits)
    return Choice(
        tuple(aims), rows, sets_frame(sets, rows, best), ranking(sets, contributed, aims, limits)
    )


def suggested(evaluation: Evaluation, taken: Sequence[str]) -> tuple[str, ...]:
    """Non-partners that supply the partners with most covered goods and have a known content."""
    flows = evaluation.baseline.market.flows
    inside = flows["importer"].isin(evaluation.baseline.importers)
    supplies = flows[inside].groupby("exporter")["value_usd"].sum().sort_values(ascending=False)
    known = set(evaluation.baseline.content.origins)
    found = [str(code) for code in supplies.index if code in known and code not in taken]
    return tuple(found[:SUGGESTED])


def explain_set(found: Answer, mask: int, figure: str) -> Explanation:
    """A figure of one set."""
    sets = found.sets
    row = sets.row(mask)
    about = set_figure(figure)
    figures = sets.at(row)
    parts = {
        "exposure": ("utilisation", "duty_forgone", "leakage"),
        "utilisation": ("covered_trade",),
        "leakage": ("duty_forgone",),
    }.get(figure, ())
    terms = [
        Term("", set_figure(name).title, figures[name], set_figure(name).unit) for name in parts
    ]
    terms += [
        Term("", f"Source of {v.table.replace('_', ' ')}", f"{v.source}, {v.edition}", Unit.TEXT)
        for v in sets.vintage
        if v.table in _RESTS_ON
    ]
    return Explanation(
        figure=figure,
        title=about.title,
        subject=", ".join(economy_name(code) for code in sets.members(row)),
        value=figures[figure],
        unit=about.unit,
        formula=about.meaning,
        terms=tuple(terms),
        section="8",
        notes=(
            "Computed for this set: the content of those who are in counts as originating.",
            *sets.notes,
        ),
    )


def explain_contribution(found: Contributions, candidate: str) -> Explanation:
    """What a candidate contributes to a figure."""
    about = contributed_figure(found.figure)
    place = found.candidates.index(candidate)
    ratio = found.figure in RATIOS
    change = Unit.SHARE_CHANGE if about.unit is Unit.SHARE else about.unit
    notes = [] if ratio else ["In a set of which nothing is known the amount counts as zero."]
    formula = "mean over all orders of joining of v(S + i) − v(S)"
    error: tuple[Term, ...] = ()
    base: tuple[Term, ...] = ()
    if found.lacking:
        base = (Term("v0", "Mean first value", found.base, about.unit),)
        how = HOW_LACKING_SETS_STAND
        notes.append(f"{how[0].upper()}{how[1:]}; the values of all add up to v(all) − v0.")
    if found.error is not None:
        formula = "mean over a sample of the orders of joining of v(S + i) − v(S)"
        error = (Term("", "Standard error", float(found.error[place]), change),)
        notes.append("Too many candidates to look at every set, so the orders are a sample.")
    elif found.in_core:
        notes.append("No group of candidates would have more by itself than its Shapley values.")
    else:
        group = ", ".join(economy_name(code) for code in found.blocking)
        notes.append(f"A group would do better alone than by its Shapley values: {group}.")
    return Explanation(
        figure=found.figure,
        title=f"Contribution to {about.title[0].lower()}{about.title[1:]}",
        subject=economy_name(candidate),
        value=float(found.shapley[place]),
        unit=change,
        formula=formula,
        terms=(
            *error,
            Term("v(all)", "With every candidate", found.whole, about.unit),
            Term("v(none)", "Fixed partners alone", _known(found.start), about.unit),
            *base,
            Term("", "Gain by joining first", _known(found.alone[place]), change),
            Term("", "Gain by joining last", _known(found.marginal[place]), change),
            Term("Σ", "Of all candidates", float(found.shapley.sum()), change),
        ),
        section="8",
        notes=tuple(notes),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
