"""The ranking of the candidates in three sentences, and findings on the sets."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.partner_sets.choice import DEFAULT_AIMS, Aim, Limits, best_sets
from workbench.analysis.partner_sets.contribution import Contributions
from workbench.analysis.partner_sets.figures import set_figure
from workbench.analysis.partner_sets.sweep import PartnerSets
from workbench.analysis.results import Finding, Level
from workbench.analysis.supply_chain import SUPPLIES_SHARE
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

Floats = NDArray[np.float64]

LITTLE_TRADE_SHARE = 0.02
"""A candidate that brings less than this of covered trade brings little."""

_FELT_POINTS = 0.005

MOST_OF_IT = 0.9
"""The smallest set that has this part of the whole market is worth naming."""


def ranking(
    sets: PartnerSets,
    contributed: Mapping[str, Contributions],
    aims: Sequence[Aim] = DEFAULT_AIMS,
    limits: Limits | None = None,
) -> tuple[str, ...]:
    """Three sentences that can be read out: who brings trade, who brings exposure, which sets."""
    return (
        _trade_sentence(sets, contributed),
        _exposure_sentence(contributed),
        _set_sentence(sets, aims, limits),
    )


def _trade_sentence(sets: PartnerSets, contributed: Mapping[str, Contributions]) -> str:
    count = len(sets.question.candidates)
    found = contributed.get("covered_trade")
    if found is None or found.whole <= 0:
        return f"Nothing is known of trade between the {count} candidates."
    order = np.argsort(-found.shapley)
    named = [
        f"{_name(found.candidates[j])} ({found.shapley[j] / (found.whole - found.start):.0%})"
        for j in order[:3]
        if found.shapley[j] > 0
    ]
    last = found.candidates[order[-1]]
    text = (
        f"Of {_plural(count, 'candidate')}, {_series(named)} bring{'s' * (len(named) == 1)} most "
        f"of the {_money(found.whole - found.start)} a year of covered trade that all of them add"
    )
    if count > 3:
        text += f"; {_name(last)} brings least ({_money(found.shapley[order[-1]])})"
    return text + "."


def _exposure_sentence(contributed: Mapping[str, Contributions]) -> str:
    found = contributed.get("exposure")
    if found is None:
        return "No set has an exposure: nothing is known to claim under the agreement."
    text = f"Exposure is {found.whole:.1%} with all of them in"
    parts = []
    for j, word in (
        (int(np.argmin(found.marginal)), "lowers"),
        (int(np.argmax(found.marginal)), "raises"),
    ):
        change = found.marginal[j] * 100
        if (change < 0) == (word == "lowers") and abs(change) > _FELT_POINTS:
            parts.append(
                f"{_name(found.candidates[j])} {word} it most by joining last, "
                f"by {abs(change):.2g} points"
            )
    return f"{text}; {', and '.join(parts)}." if parts else f"{text}, and no one changes it much."


def _set_sentence(sets: PartnerSets, aims: Sequence[Aim], limits: Limits | None) -> str:
    best = np.flatnonzero(best_sets(sets, aims, limits))
    words = _series([_aim_words(each) for each in aims])
    how = "of" if sets.exact else "looked at, of"
    if not len(best):
        return f"No set can be ranked by {words}: a figure is missing in each."
    text = (
        f"On {words} {len(best):,} {how} {_plural(sets.count, 'set')} "
        f"{'is' if len(best) == 1 else 'are'} not beaten by another"
    )
    market = sets.figures["market"]
    whole = np.nanmax(market) if not np.isnan(market).all() else np.nan
    large = best[market[best] >= MOST_OF_IT * whole]
    if len(large):
        size = sets.figures["size"][large]
        smallest = large[np.lexsort((-market[large], size))[0]]
        out = [c for c in sets.question.economies if c not in sets.members(int(smallest))]
        exposure = sets.figures["exposure"][smallest]
        text += (
            f"; the smallest of them with nine tenths of the largest market "
            f"({market[smallest]:.0%} of world trade, exposure "
            f"{'–' if np.isnan(exposure) else f'{exposure:.1%}'}) has "
            f"{_plural(int(sets.figures['size'][smallest]), 'partner')}"
        )
        text += f" and leaves out {_series([_name(c) for c in out])}" if out else ": all of them"
    return text + "."


def findings(
    sets: PartnerSets,
    contributed: Mapping[str, Contributions],
    supplies: Floats,
    inputs: Sequence[str],
) -> tuple[Finding, ...]:
    """Remarks on the candidates and the sets.

    Args:
        sets: every set.
        contributed: contributions by figure.
        supplies: inputs x economies, shares of world supply.
        inputs: codes of the inputs.
    """
    return (
        *_exposure_without_trade(contributed),
        *_inputs_missing(sets, supplies, inputs),
        *_would_leave(contributed),
        *_without_score(sets),
    )


def _exposure_without_trade(contributed: Mapping[str, Contributions]) -> Iterator[Finding]:
    trade, exposure = contributed.get("covered_trade"), contributed.get("exposure")
    if trade is None or exposure is None or trade.whole <= trade.start:
        return
    for j, code in enumerate(trade.candidates):
        share = trade.shapley[j] / (trade.whole - trade.start)
        if exposure.marginal[j] > 5e-5 and share < LITTLE_TRADE_SHARE:
            yield Finding(
                "exposure-little-trade",
                Level.WARNING,
                "partners",
                f"{_name(code)} adds exposure ({exposure.marginal[j] * 100:.2g} points when it "
                f"joins last) but little trade ({share:.1%} of what the candidates add).",
                (("exposure_added", float(exposure.marginal[j])), ("trade_share", float(share))),
            )


def _inputs_missing(
    sets: PartnerSets,
    supplies: Floats,
    inputs: Sequence[str],
) -> Iterator[Finding]:
    for code, shares in zip(inputs, supplies, strict=True):
        if shares.sum() < SUPPLIES_SHARE:
            yield Finding(
                "input-missed-by-all",
                Level.WARNING,
                "partners",
                f"Even with every candidate the partners supply {shares.sum():.1%} of world supply "
                f"of {dotted(code)}, an input of covered goods: the chain is not complete.",
                (("share", float(shares.sum())),),
            )
            continue
        needed = [
            e
            for e in range(len(shares))
            if shares.sum() - shares[e] < SUPPLIES_SHARE <= shares.sum()
        ]
        for e in needed:
            if sets.question.economies[e] in sets.question.candidates:
                yield Finding(
                    "input-needs-partner",
                    Level.NOTE,
                    "partners",
                    f"Without {_name(sets.question.economies[e])} no set supplies {dotted(code)}, "
                    "an input of covered goods, in quantity.",
                    (("share", float(shares[e])),),
                )


def _would_leave(contributed: Mapping[str, Contributions]) -> Iterator[Finding]:
    for name in ("covered_trade", "resourced_content"):
        found = contributed.get(name)
        if found is not None and not found.in_core:
            title = set_figure(name).title
            yield Finding(
                "group-better-alone",
                Level.NOTE,
                "partners",
                f"{title}: {_series([_name(c) for c in found.blocking])} have more by themselves "
                f"than their contributions in the whole, by {_money(found.blocking_gain)}.",
                (("gain", found.blocking_gain),),
            )


def _without_score(sets: PartnerSets) -> Iterator[Finding]:
    low = sets.figures["alignment_min"]
    if np.isnan(low).all():
        yield Finding(
            "no-alignment",
            Level.NOTE,
            "partners",
            "No partner or candidate has an alignment score, so sets cannot be compared on it.",
        )


def _aim_words(each: Aim) -> str:
    title = set_figure(each.figure).title
    return f"{'high' if each.larger else 'low'} {title[0].lower()}{title[1:]}"


def _name(code: str) -> str:
    return economy_name(code)


def _plural(count: int, one: str) -> str:
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


def _series(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _money(value: float) -> str:
    size = abs(value)
    for unit, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand")):
        if size >= unit:
            return f"USD {value / unit:.3g} {word}"
    return f"USD {value:.0f}"
