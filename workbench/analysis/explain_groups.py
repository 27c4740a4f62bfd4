"""A figure of several lanes together, such as those of one product: its formula and its lanes."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from workbench.analysis.explain import (
    FIGURES,
    Explanation,
    Term,
    Unit,
    parameter_terms,
    vintage_terms,
)
from workbench.analysis.explain_rows import rows_of_sum
from workbench.analysis.exposure import NO_BILL, SUMMED, free_riding_flows, sums
from workbench.analysis.incentive_view import MEANS, incentive_by_product
from workbench.analysis.results import Evaluation
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

_MOST_LANES, _MOST_NAMES = 6, 3
_RATIOS = {
    "utilisation": ("Σ U V / Σ V of lanes with a known duty", ("claimed", "value")),
    "exposure": ("Σ free-riding content / Σ U V", ("free_riding_content", "claimed")),
    "traced_exposure": (
        "Σ traced free-riding content / Σ U V",
        ("traced_free_riding_content", "claimed"),
    ),
    "known_duty_share": ("Σ V with a known duty / Σ V", ("value",)),
}


def explain_group(
    evaluation: Evaluation, where: Mapping[str, str | Collection[str]], figure: str
) -> Explanation:
    """A figure over the lanes of one product, exporter, importer or stage, or of several of them.

    Args:
        evaluation: whose lanes.
        where: columns of the lanes with the value, or values, they have in common.
        figure: a figure of `FIGURES` that `sums` or `incentive_by_product` gives.

    Raises:
        KeyError: no such figure of a group.
    """
    title, unit = FIGURES[figure]
    lanes = _chosen(evaluation.lanes, where)
    together = _together(lanes)
    parts: tuple[str, ...] = ("value",)
    if figure in MEANS:
        value = float(incentive_by_product(lanes.assign(product="all"))[figure].mean())
        formula = "Σ rate · V / Σ V of lanes with a known duty"
    elif figure in _RATIOS:
        formula, parts = _RATIOS[figure]
        value = together[figure]
    elif figure in (*SUMMED, "value"):
        formula = f"Σ {title.lower()} of the lanes"
        value = together[figure]
    else:
        raise KeyError(figure)
    terms = [
        Term("", FIGURES[name][0], _number(together[name]), FIGURES[name][1])
        for name in parts
        if name != figure
    ]
    traded = lanes[lanes["value"] > 0]
    terms += _largest(traded, figure, unit, "product" in where)
    claimed = figure in SUMMED or (figure in _RATIOS and figure != "known_duty_share")
    terms += parameter_terms(evaluation) if claimed else []
    return Explanation(
        figure,
        title,
        _subject(where),
        _number(value),
        unit,
        formula,
        tuple(terms) + vintage_terms(evaluation),
        "5" if figure in SUMMED or figure in _RATIOS else "2",
        rows=rows_of_sum(lanes, figure),
    )


def explain_riders(
    evaluation: Evaluation,
    where: Mapping[str, str | Collection[str]],
    traced: bool = False,
    of_all: bool = False,
) -> Explanation:
    """Free-riding content of some non-parties, through some partners, in some products.

    Args:
        evaluation: whose lanes.
        where: columns of `free_riding_flows` with the value, or values, in common.
        traced: content at all tiers instead of what is declared.
        of_all: its share of all free-riding content.
    """
    figure = "traced_free_riding_content" if traced else "free_riding_content"
    title, unit = FIGURES[figure]
    flows = free_riding_flows(evaluation, traced)
    chosen = _chosen(flows, where)
    by_lane = chosen.groupby("lane")["free_riding_content"].sum()
    lanes = evaluation.lanes.iloc[by_lane.index.to_numpy(dtype=np.int64)]
    content = lanes[figure].to_numpy(dtype=np.float64)
    rows = lanes[["importer", "exporter", "product", "stage"]].assign(
        **{figure: by_lane.to_numpy()},
        all_origins=content,
        origins_share=by_lane.to_numpy() / content,
        value=lanes["value"],
        utilisation=lanes["utilisation"],
    )
    rows = rows.sort_values(figure, ascending=False, ignore_index=True)
    value, total = float(by_lane.sum()), float(flows["free_riding_content"].sum())
    formula = "Σ over lanes of free-riding content · the origins' share of non-party content"
    terms = [Term("", f"{title} of these lanes, all origins", float(content.sum()), unit)]
    if of_all:
        formula = f"({formula}) / the same of all origins"
        terms = [Term("", title, value, unit), Term("", f"{title} in all", total, unit)]
    terms += _largest(rows, figure, unit, "product" in where)
    terms += parameter_terms(evaluation)
    return Explanation(
        figure,
        f"{title}, share of all" if of_all else title,
        _subject(where),
        (value / total if total > 0 else None) if of_all else value,
        Unit.SHARE if of_all else unit,
        formula,
        tuple(terms) + vintage_terms(evaluation),
        "5",
        rows=rows,
    )


def _chosen(frame: pd.DataFrame, where: Mapping[str, str | Collection[str]]) -> pd.DataFrame:
    for column, keys in where.items():
        wanted = [keys] if isinstance(keys, str) else list(keys)
        frame = frame[frame[column].isin(wanted)]
    return frame


def _together(lanes: pd.DataFrame) -> dict[str, float]:
    """The sums of lanes; NaN without any."""
    if lanes.empty:
        return dict.fromkeys(("value", *SUMMED, *_RATIOS), np.nan)
    row = sums(lanes.assign(all="all"), "all").iloc[0]
    return {name: float(row[name]) for name in ("value", *SUMMED, *_RATIOS)}


def _largest(lanes: pd.DataFrame, figure: str, unit: Unit, of_one_product: bool) -> list[Term]:
    """How many lanes there are, and the largest by name."""
    terms = [Term("", "Lanes with trade", float(len(lanes)), Unit.COUNT)]
    largest = lanes.sort_values([figure, "value"], ascending=False, kind="stable")
    for row in largest.head(_MOST_LANES).to_dict("records"):
        who = f"{row['exporter']} → {row['importer']}"
        name = who if of_one_product else f"{dotted(str(row['product']))}, {who}"
        terms.append(Term("", name, _number(row[figure]), unit))
    return terms


def _subject(where: Mapping[str, str | Collection[str]]) -> str:
    words = {
        "importer": "into {}",
        "exporter": "from {}",
        "economy": "content of {}",
        "input": "in {}",
    }
    parts = []
    for column, keys in where.items():
        named = [_named(column, key) for key in ([keys] if isinstance(keys, str) else sorted(keys))]
        more = f" and {len(named) - _MOST_NAMES} more" if len(named) > _MOST_NAMES else ""
        listed = ", ".join(named[:_MOST_NAMES]) + more
        parts.append(words.get(column, "{}").format(listed))
    return ", ".join(parts)


def _named(column: str, key: str) -> str:
    if column == "product":
        return dotted(key)
    if column == "input":
        return "inputs not known" if key == NO_BILL else key
    return key if column == "stage" else economy_name(key)


def _number(value: object) -> float | None:
    number = float(value)  # type: ignore[arg-type]
    return None if np.isnan(number) else number
