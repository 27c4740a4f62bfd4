"""A figure of several lanes together, such as those of one product: its formula and its lanes."""

from collections.abc import Mapping

import numpy as np

from workbench.analysis.explain import FIGURES, Explanation, Term, Unit, vintage_terms
from workbench.analysis.exposure import SUMMED, sums
from workbench.analysis.incentive_view import MEANS, incentive_by_product
from workbench.analysis.results import Evaluation
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

_MOST_LANES = 6
_RATIOS = {
    "utilisation": ("Σ U V / Σ V of lanes with a known duty", ("claimed", "value")),
    "exposure": ("Σ free-riding content / Σ U V", ("free_riding_content", "claimed")),
    "traced_exposure": (
        "Σ traced free-riding content / Σ U V",
        ("traced_free_riding_content", "claimed"),
    ),
    "known_duty_share": ("Σ V with a known duty / Σ V", ("value",)),
}


def explain_group(evaluation: Evaluation, where: Mapping[str, str], figure: str) -> Explanation:
    """A figure over the lanes of one product, exporter, importer or stage, or of several of them.

    Args:
        evaluation: whose lanes.
        where: columns of the lanes with the values they have in common.
        figure: a figure of `FIGURES` that `sums` or `incentive_by_product` gives.

    Raises:
        KeyError: no such figure of a group.
    """
    title, unit = FIGURES[figure]
    lanes = evaluation.lanes
    for column, key in where.items():
        lanes = lanes[lanes[column] == key]
    together = sums(lanes.assign(all="all"), "all").iloc[0]
    parts: tuple[str, ...] = ("value",)
    if figure in MEANS:
        value = float(incentive_by_product(lanes)[figure].mean())
        formula = "Σ rate · V / Σ V of lanes with a known duty"
    elif figure in _RATIOS:
        formula, parts = _RATIOS[figure]
        value = float(together[figure])
    elif figure in (*SUMMED, "value"):
        formula = f"Σ {title.lower()} of the lanes"
        value = float(together[figure])
    else:
        raise KeyError(figure)
    terms = [
        Term("", FIGURES[name][0], _number(together[name]), FIGURES[name][1])
        for name in parts
        if name != figure
    ]
    traded = lanes[lanes["value"] > 0]
    terms.append(Term("", "Lanes with trade", float(len(traded)), Unit.COUNT))
    largest = traded.sort_values([figure, "value"], ascending=False, kind="stable")
    for row in largest.head(_MOST_LANES).to_dict("records"):
        who = f"{row['exporter']} → {row['importer']}"
        name = who if "product" in where else f"{dotted(str(row['product']))}, {who}"
        terms.append(Term("", name, _number(row[figure]), unit))
    words = {"importer": "into {}", "exporter": "from {}"}
    subject = ", ".join(
        words.get(column, "{}").format(_named(column, key)) for column, key in where.items()
    )
    return Explanation(
        figure,
        title,
        subject,
        _number(value),
        unit,
        formula,
        tuple(terms) + vintage_terms(evaluation),
        "5" if figure in SUMMED or figure in _RATIOS else "2",
    )


def _named(column: str, key: str) -> str:
    if column == "product":
        return dotted(key)
    return key if column == "stage" else economy_name(key)


def _number(value: object) -> float | None:
    number = float(value)  # type: ignore[arg-type]
    return None if np.isnan(number) else number
