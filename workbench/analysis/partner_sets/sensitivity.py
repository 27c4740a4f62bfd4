"""Whether the ranking of sets holds under other years, other assumptions and other rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.market import MarketLoader
from workbench.analysis.partner_sets.bits import Slice
from workbench.analysis.partner_sets.choice import Aim
from workbench.analysis.partner_sets.question import SetQuestion
from workbench.analysis.partner_sets.sweep import Prepared, load, prepare, slice_figures
from workbench.model.agreement import Agreement
from workbench.model.commitments import PARAMETERS
from workbench.model.origin import AllOf, AnyOf, RegionalValueContent, Rule
from workbench.progress import NO_PROGRESS, Progress, Share
from workbench.tradedata import queries
from workbench.tradedata.database import TradeDatabase

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

VARIED = ("premium", "fixed_cost", "concentration")
"""Assumptions without a firm estimate, halved and doubled."""

_POINTS = 0.1


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading of the same agreement, in words."""

    title: str
    text: Agreement


@dataclass(frozen=True, eq=False)
class RankChanges:
    """How sets rank as the text stands and under each alternative (N sets, V alternatives).

    Attributes:
        masks: N, best first as the text stands.
        values, ranks: (1 + V) x N, the figure aimed at and the place from 1; the text as it
            stands comes first. Ranks are among these sets.
    """

    aim: Aim
    alternatives: tuple[str, ...]
    masks: Integers
    values: Floats
    ranks: Integers

    @property
    def steady(self) -> NDArray[np.bool_]:
        """N: whether the set keeps its place under every alternative."""
        kept: NDArray[np.bool_] = (self.ranks == self.ranks[0]).all(axis=0)
        return kept


def alternatives(question: SetQuestion, database: TradeDatabase) -> tuple[Alternative, ...]:
    """Each other data year alone, assumptions halved and doubled, thresholds ten points off.

    Raises:
        TradeDataError: the database cannot be read.
    """
    text = question.text
    found = [
        Alternative(f"trade of {year}", replace(text, base_years=(year,)))
        for year in queries.trade_years(database)
        if (year,) != text.base_years
    ]
    limits = {info.name: info for info in PARAMETERS}
    for name in VARIED:
        for factor, word in ((0.5, "halved"), (2.0, "doubled")):
            value = getattr(text.parameters, name) * factor
            value = min(max(value, limits[name].low), limits[name].high)
            if value != getattr(text.parameters, name):
                title = f"{limits[name].title[0].lower()}{limits[name].title[1:]} {word}"
                found.append(Alternative(title, text.with_parameter(name, value)))
    for points in (-_POINTS, _POINTS):
        other = _with_thresholds(text, points)
        if other != text:
            word = "higher" if points > 0 else "lower"
            found.append(Alternative(f"content thresholds ten points {word}", other))
    return tuple(found)


def _with_thresholds(text: Agreement, points: float) -> Agreement:
    origin = text.origin
    rules = tuple(replace(r, rule=_moved(r.rule, points)) for r in origin.product_rules)
    default = _moved(origin.default_rule, points)
    return replace(text, origin=replace(origin, default_rule=default, product_rules=rules))


def _moved(rule: Rule, points: float) -> Rule:
    if isinstance(rule, AllOf | AnyOf):
        return replace(rule, rules=tuple(_moved(part, points) for part in rule.rules))
    if isinstance(rule, RegionalValueContent):
        return replace(rule, at_least=min(max(rule.at_least + points, 0.0), 1.0))
    return rule


def rank_changes(
    database: TradeDatabase,
    question: SetQuestion,
    masks: Sequence[int],
    aim: Aim,
    year: int | None = None,
    progress: Progress = NO_PROGRESS,
) -> RankChanges:
    """Rank some sets again under every alternative.

    Raises:
        TradeDataError: the database cannot be read.
        Cancelled: asked to stop.
    """
    others = alternatives(question, database)
    texts = (question.text, *(each.text for each in others))
    loader = MarketLoader(database)
    values = np.empty((len(texts), len(masks)))
    for row, text in enumerate(texts):
        share = Share(progress, row / len(texts), (row + 1) / len(texts))
        asked = replace(question, text=text)
        market, trade = load(database, asked, loader=loader)
        prepared = prepare(market, trade, asked, year, share)
        values[row] = [_value(prepared, mask, aim) for mask in masks]
    progress.step(1000, 1000, "done")
    signed = values if aim.larger else -values
    signed = np.nan_to_num(signed, nan=-np.inf)
    order = np.argsort(-signed[0], kind="stable")
    ranks = 1 + (signed[:, None, :] > signed[:, :, None]).sum(axis=2)
    return RankChanges(
        aim,
        tuple(each.title for each in others),
        np.array(masks, dtype=np.int64)[order],
        values[:, order],
        ranks[:, order],
    )


def _value(prepared: Prepared, mask: int, aim: Aim) -> float:
    fixed = len(prepared.question.fixed)
    count = len(prepared.question.candidates)
    joined = (fixed + j for j in range(count) if mask >> j & 1)
    figures = slice_figures(prepared, Slice((*range(fixed), *joined), ()))
    return float(figures[aim.figure][0])
