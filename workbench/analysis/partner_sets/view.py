"""Partner sets as rows for JSON, spreadsheets and screens."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.partner_sets.choice import Aim, Limits, allowed, best_sets
from workbench.analysis.partner_sets.contribution import (
    CONTRIBUTED,
    Contributions,
    contributed_figure,
    lacking_note,
)
from workbench.analysis.partner_sets.figures import FIGURE_NAMES
from workbench.analysis.partner_sets.sensitivity import RankChanges
from workbench.analysis.partner_sets.sweep import PartnerSets
from workbench.analysis.report import plain
from workbench.model.agreement import Agreement
from workbench.model.commitments import TreatmentBasis, parameter_values

Integers = NDArray[np.int64]

_CONTRIBUTION = ("partner", "figure", "alone", "marginal", "shapley", "standard_error")

MOST_LISTED = 65_536
"""Above this many sets only those that no other beats are listed."""

AS_DRAFTED = "as drafted"

_WHY_MISSING = {
    "covered_trade": "no trade in the covered products is known",
    "market": "no trade in the covered products is known",
    "chain_completeness": "no supply of any input of the covered goods is known",
    "utilisation": "no trade with a known duty and known content between the partners",
    "exposure": "nothing is claimed",
    "traced_exposure": "nothing is claimed",
    "resourced_content": "no trade with a known duty and known content between the partners",
    "duty_forgone": "no trade with a known duty and known content between the partners",
    "leakage": "no trade with a known duty and known content between the partners",
    "hhi": "no partner imports under the agreement",
    "alignment_min": "no partner has an alignment score",
    "alignment_mean": "no partner has an alignment score",
}
_OF_CLAIMS = (
    "utilisation",
    "exposure",
    "traced_exposure",
    "resourced_content",
    "duty_forgone",
    "leakage",
)


def why_missing(agreement: Agreement) -> dict[str, str]:
    """Of each figure, what a set without it lacks."""
    if agreement.treatment.basis is not TreatmentBasis.EXTENDED:
        return _WHY_MISSING
    return _WHY_MISSING | dict.fromkeys(_OF_CLAIMS, "cuts reach everyone, so nothing is claimed")


def listed_rows(sets: PartnerSets, aims: Sequence[Aim], limits: Limits) -> tuple[Integers, Any]:
    """Rows within the limits (the best alone where there are too many), and which are best."""
    best = best_sets(sets, aims, limits)
    rows = np.flatnonzero(allowed(sets, limits))
    return (rows if len(rows) <= MOST_LISTED else np.flatnonzero(best)), best


def sets_frame(sets: PartnerSets, rows: Integers, best: NDArray[np.bool_]) -> pd.DataFrame:
    """One row a set: words, partners (codes), size, every figure, dominated."""
    masks = sets.masks[rows].tolist()
    frame: dict[str, Any] = {
        "words": [sets.question.words(mask) for mask in masks],
        "partners": [" ".join(sets.question.members(mask)) for mask in masks],
        "size": sets.figures["size"][rows].astype(np.int64),
    }
    frame |= {name: sets.figures[name][rows] for name in FIGURE_NAMES}
    return pd.DataFrame({**frame, "dominated": ~best[rows]})


def contribution_frame(contributed: Mapping[str, Contributions]) -> pd.DataFrame:
    """One row a candidate and figure: partner, figure, alone, marginal, shapley, standard_error.

    The standard error is None where Shapley values are exact; what is not known is None too.
    """
    rows = [
        {
            "partner": code,
            "figure": name,
            "alone": plain(float(found.alone[j])),
            "marginal": plain(float(found.marginal[j])),
            "shapley": plain(float(found.shapley[j])),
            "standard_error": None if found.error is None else plain(float(found.error[j])),
        }
        for name, found in contributed.items()
        for j, code in enumerate(found.candidates)
    ]
    return pd.DataFrame(rows, columns=list(_CONTRIBUTION), dtype=object)


def core_frame(contributed: Mapping[str, Contributions]) -> pd.DataFrame:
    """One row a figure: what the contributions make up, and whether a group would do better alone.

    Shapley values add up to `whole` less `base`; `group` has `gain` more by itself.
    """
    rows = [
        (name, f.whole, f.base, f.in_core, " ".join(f.blocking), f.blocking_gain)
        for name, f in contributed.items()
    ]
    return pd.DataFrame(rows, columns=["figure", "whole", "base", "in_core", "group", "gain"])


def changes_frame(sets: PartnerSets, changes: RankChanges) -> pd.DataFrame:
    """One row a set and assumption: partners, under ("as drafted" first), figure, value, rank."""
    rows = [
        (" ".join(sets.question.members(int(mask))), under, changes.aim.figure, value, int(rank))
        for n, mask in enumerate(changes.masks)
        for under, value, rank in zip(
            (AS_DRAFTED, *changes.alternatives),
            changes.values[:, n].tolist(),
            changes.ranks[:, n],
            strict=True,
        )
    ]
    return pd.DataFrame(rows, columns=["partners", "under", "figure", "value", "rank"])


def gaps_of(sets: PartnerSets, rows: Integers) -> list[dict[str, Any]]:
    """Figures that some of the sets lack, and why."""
    found, why = [], why_missing(sets.question.text)
    for name in FIGURE_NAMES:
        missing = int(np.isnan(sets.figures[name][rows]).sum())
        if missing:
            where = "all sets" if missing == len(rows) else f"{missing} of {len(rows)} sets"
            found.append({"what": f"{name}: {why[name]}", "where": where})
    return [{**gap, "share_of_trade": None} for gap in found]


def sets_data(
    sets: PartnerSets,
    contributed: Mapping[str, Contributions],
    aims: Sequence[Aim],
    limits: Limits,
    more: Mapping[str, Any],
) -> dict[str, Any]:
    """The JSON of `partner-sets`; `more` is added to it."""
    rows, best = listed_rows(sets, aims, limits)
    listed = []
    for row in rows:
        partners: dict[str, Any] = {"partners": list(sets.members(int(row)))}
        listed.append({**partners, **sets.at(int(row)), "dominated": not bool(best[row])})
    return {
        "sets": listed,
        "contribution": contribution_frame(contributed).to_dict("records"),
        "core": [
            {
                "figure": name,
                "whole": found.whole,
                "base": found.base,
                "in_core": found.in_core,
                "group": list(found.blocking),
                "gain": found.blocking_gain,
            }
            for name, found in contributed.items()
        ],
        "count": sets.count,
        "exact": sets.exact,
        "fixed": list(sets.question.fixed),
        "candidates": list(sets.question.candidates),
        "aims": [
            {"figure": each.figure, "better": "larger" if each.larger else "smaller"}
            for each in aims
        ],
        **more,
        "notes": [*sets.notes, *lacking_note(contributed)],
        "gaps": gaps_of(sets, rows),
        "vintage": [
            {"table": v.table, "source": v.source, "edition": v.edition, "year": v.year}
            for v in sets.vintage
        ],
        "seconds": sets.seconds,
    }


def sets_tables(
    sets: PartnerSets,
    contributed: Mapping[str, Contributions],
    aims: Sequence[Aim],
    limits: Limits,
    sentences: Sequence[str],
    changes: RankChanges | None = None,
) -> dict[str, pd.DataFrame]:
    """The tables of a spreadsheet: sets, contributions, core, and what the figures mean.

    With `changes` a table of the ranking under other assumptions too.
    """
    rows, best = listed_rows(sets, aims, limits)
    parameters = sets.question.text.parameters
    figures = [contributed_figure(name) for name in CONTRIBUTED]
    told = [(figure.title, figure.name, figure.meaning) for figure in figures]
    told += [("In words", "", sentence) for sentence in sentences]
    told += [("Note", "", note) for note in (*sets.notes, *lacking_note(contributed))]
    told += [
        (f"Source of {v.table.replace('_', ' ')}", "", f"{v.source}, {v.edition}, {v.year or ''}")
        for v in sets.vintage
    ]
    told += [
        (f"Parameter {name}", "", f"{value:g} ({parameters.source(name)})")
        for name, value in parameter_values(parameters).items()
    ]
    other = {} if changes is None else {"Sensitivity": changes_frame(sets, changes)}
    return {
        "Sets": sets_frame(sets, rows, best).drop(columns="words"),
        "Contributions": contribution_frame(contributed),
        "Core": core_frame(contributed),
        **other,
        "Meaning": pd.DataFrame(told, columns=["what", "figure", "meaning"]),
    }
