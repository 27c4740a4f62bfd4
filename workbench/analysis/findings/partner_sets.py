"""Remarks on the candidates and on sets of partners.

Each is called with the sets, contributions by figure, shares of world supply (inputs x economies)
and the codes of those inputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.results import Finding, Level
from workbench.analysis.supply_chain import SUPPLIES_SHARE
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

if TYPE_CHECKING:
    from workbench.analysis.partner_sets.contribution import Contributions
    from workbench.analysis.partner_sets.sweep import PartnerSets

Floats = NDArray[np.float64]

LITTLE_TRADE_SHARE = 0.02
"""A candidate that brings less than this of covered trade brings little."""

FELT_EXPOSURE = 5e-5


def little_trade(
    _sets: PartnerSets, contributed: Mapping[str, Contributions], *_: object
) -> Iterator[Finding]:
    """Candidates that add exposure but little trade."""
    trade, exposure = contributed.get("covered_trade"), contributed.get("exposure")
    if trade is None or exposure is None or trade.whole <= trade.start:
        return
    for j, code in enumerate(trade.candidates):
        share = trade.shapley[j] / (trade.whole - trade.start)
        if exposure.marginal[j] > FELT_EXPOSURE and share < LITTLE_TRADE_SHARE:
            yield Finding(
                "exposure-little-trade",
                Level.WARNING,
                "partners",
                f"{economy_name(code)} adds exposure ({exposure.marginal[j] * 100:.2g} points when "
                f"it joins last) but little trade ({share:.1%} of what the candidates add).",
                (("exposure_added", float(exposure.marginal[j])), ("trade_share", float(share))),
                about=code,
            )


def inputs(
    sets: PartnerSets,
    _contributed: Mapping[str, Contributions],
    supplies: Floats,
    codes: Sequence[str],
) -> Iterator[Finding]:
    """Inputs that no candidate supplies, or one candidate alone."""
    for code, shares in zip(codes, supplies, strict=True):
        if shares.sum() < SUPPLIES_SHARE:
            yield Finding(
                "input-missed-by-all",
                Level.WARNING,
                "partners",
                f"Even with every candidate the partners supply {shares.sum():.1%} of world supply "
                f"of {dotted(code)}, an input of covered goods: the chain is not complete.",
                (("share", float(shares.sum())),),
                about=dotted(code),
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
                    f"Without {economy_name(sets.question.economies[e])} no set supplies "
                    f"{dotted(code)}, an input of covered goods, in quantity.",
                    (("share", float(shares[e])),),
                    about=f"{sets.question.economies[e]} {dotted(code)}",
                )


def blocking_groups(
    _sets: PartnerSets, contributed: Mapping[str, Contributions], *_: object
) -> Iterator[Finding]:
    """Groups of candidates that have more by themselves."""
    from workbench.analysis.partner_sets.figures import set_figure
    from workbench.analysis.partner_sets.words import money, series

    for name in ("covered_trade", "resourced_content"):
        found = contributed.get(name)
        if found is not None and found.in_core is False:
            title = set_figure(name).title
            yield Finding(
                "group-better-alone",
                Level.NOTE,
                "partners",
                f"{title}: {series([economy_name(c) for c in found.blocking])} have more by "
                f"themselves than their contributions in the whole, by "
                f"{money(found.blocking_gain)}.",
                (("gain", found.blocking_gain),),
                about=name,
            )


def scores(sets: PartnerSets, *_: object) -> Iterator[Finding]:
    """No alignment score of anybody."""
    low = sets.figures["alignment_min"]
    if np.isnan(low).all():
        yield Finding(
            "no-alignment",
            Level.NOTE,
            "partners",
            "No partner or candidate has an alignment score, so sets cannot be compared on it.",
        )
