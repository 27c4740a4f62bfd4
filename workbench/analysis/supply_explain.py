"""Figures of the tables of supply told: who mines, refines and exports, and the chain."""

from collections.abc import Callable, Mapping
from typing import Any

from workbench.analysis.explain import Explanation, Term, Unit
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

_OF_OUTPUT = "output of the economy / output of all that the source names"
SUPPLY_FIGURES: dict[str, tuple[str, Unit, str]] = {
    "mine_share": ("Share of mine output", Unit.SHARE, _OF_OUTPUT),
    "mine_at_most": (
        "Share of mine output, at most",
        Unit.SHARE,
        "its own, or where the source may count it among others, theirs together",
    ),
    "refine_share": ("Share of refinery output", Unit.SHARE, _OF_OUTPUT),
    "export_share": (
        "Share of world exports",
        Unit.SHARE,
        "exports of the economy / world exports",
    ),
    "origin_gap": (
        "Origin gap",
        Unit.SHARE_CHANGE,
        "share of world exports − share of mine output",
    ),
    "partner_share": (
        "Partners' share of world supply",
        Unit.SHARE,
        "Σ over partners of their shares of world supply",
    ),
    "largest_share": (
        "Share of the largest supplier",
        Unit.SHARE,
        "supply of the largest economy / world supply",
    ),
    "imports": (
        "Partners' imports",
        Unit.USD,
        "mean imports of the importing partners over the base years",
    ),
    "non_party_share": (
        "Non-party share",
        Unit.SHARE,
        "imports from non-parties / imports of the importing partners",
    ),
    "share": ("Share of world supply", Unit.SHARE, "supply of the economy / world supply"),
    "tier": ("Tiers up", Unit.COUNT, "steps along input links to the nearest covered good"),
    "dependents": ("Covered goods", Unit.COUNT, "covered goods that need it, at any tier"),
}
"""Numbers in the tables: title, unit and formula."""

_WORDS: dict[str, tuple[str, Callable[[str], str]]] = {
    "output": ("Of", dotted),
    "material": ("Material", str),
    "mineral": ("Mineral", str),
    "beside": ("Beside", dotted),
    "economy": ("Economy", economy_name),
    "largest": ("Largest", economy_name),
    "basis": ("Shares of", str),
}


def explain_supply(row: Mapping[str, Any], figure: str) -> Explanation:
    """A figure of one row of a table of `Resilience`.

    Args:
        row: columns of the suppliers, upstream inputs, coverage gaps or chokepoints.
        figure: a key of `SUPPLY_FIGURES` that the row has.

    Raises:
        KeyError: there is no such figure.
    """
    title, unit, formula = SUPPLY_FIGURES[figure]
    terms = [
        Term("", words, told(str(row[name])), Unit.TEXT)
        for name, (words, told) in _WORDS.items()
        if row.get(name)
    ]
    terms += [
        Term("", words, _number(row[name]), kind)
        for name, (words, kind, _) in SUPPLY_FIGURES.items()
        if name in row and name != figure
    ]
    code = str(row["input"] if "input" in row else row["product"])
    return Explanation(
        figure=figure,
        title=title,
        subject=dotted(code),
        value=_number(row[figure]),
        unit=unit,
        formula=formula,
        terms=tuple(terms),
        section="8",
    )


def _number(value: Any) -> float | None:
    number = float("nan") if value is None else float(value)
    return None if number != number else number
