"""What the rules of origin do, rule by rule: sums of the lanes under each, and their content."""

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from workbench.analysis.explain import FIGURES, Explanation, Term, Unit, vintage_terms
from workbench.analysis.exposure import sums
from workbench.analysis.results import Evaluation
from workbench.definitions.treaty_text import treaty_text
from workbench.model.agreement import Agreement
from workbench.model.nomenclature import HSRange, covers

DEFAULT_RULE = -1
"""Stands for the default rule among the numbers of product rules."""

_BILL = "bill of inputs"


def by_rule(lanes: pd.DataFrame, agreement: Agreement) -> pd.DataFrame:
    """Sums of lanes by the rule of `agreement` that applies to their product.

    Returns:
        The columns of `sums`, indexed by the place of the product rule; -1 is the default rule.
        Rules without lanes have no row.
    """
    groups = tuple((rule.products, rule.exceptions) for rule in agreement.origin.product_rules)
    codes, products = pd.factorize(lanes["product"])
    number = np.array(_rule_numbers(groups, tuple(products)), dtype=np.int64)
    table = sums(lanes.assign(rule=number[codes]), "rule")
    return table.assign(rule=table["rule"].astype(np.int64)).set_index("rule").sort_index()


def products_with_bills(evaluation: Evaluation) -> tuple[dict[str, tuple[str, ...]], int]:
    """Where content comes from a bill of inputs, and where from the sector's average.

    Returns:
        Exporters whose content comes from a bill, by product, and the number of products in all.
    """
    lanes = evaluation.lanes
    billed = lanes[lanes["content_basis"].str.startswith(_BILL)]
    pairs = billed[["product", "exporter"]].drop_duplicates().sort_values(["product", "exporter"])
    found = {str(product): tuple(rows["exporter"]) for product, rows in pairs.groupby("product")}
    return found, int(lanes["product"].nunique())


@lru_cache(maxsize=8)
def _rule_numbers(
    groups: tuple[tuple[tuple[HSRange, ...], tuple[HSRange, ...]], ...], products: tuple[str, ...]
) -> tuple[int, ...]:
    """The rule of each product; kept, as an edit of a threshold leaves it as it is."""
    return tuple(
        next(
            (n for n, (inside, outside) in enumerate(groups) if covers(inside, outside, code)),
            DEFAULT_RULE,
        )
        for code in products
    )


def explain_rule(
    evaluation: Evaluation, agreement: Agreement, rule: int, figure: str
) -> Explanation:
    """A sum over the lanes under one rule; `rule` is its place, -1 the default rule."""
    table = by_rule(evaluation.lanes, agreement)
    sums_of = table.loc[rule].to_dict() if rule in table.index else {}
    held = agreement.origin.default_rule
    subject = "Default rule"
    if rule >= 0:
        held = agreement.origin.product_rules[rule].rule
        subject = ", ".join(str(each) for each in agreement.origin.product_rules[rule].products)
    names = (
        "value",
        "claimed",
        "utilisation",
        "free_riding_content",
        "exposure",
        "traced_free_riding_content",
        "traced_exposure",
        "known_duty_share",
    )
    terms = [
        Term("", FIGURES[name][0], _number(sums_of.get(name)), FIGURES[name][1])
        for name in names
        if name != figure
    ]
    terms.append(Term("", "Rule", treaty_text(held), Unit.TEXT))
    title, unit = FIGURES[figure]
    return Explanation(
        figure,
        title,
        subject,
        _number(sums_of.get(figure)),
        unit,
        _FORMULA[figure],
        tuple(terms) + vintage_terms(evaluation),
        "5",
    )


_FORMULA = {
    "value": "Σ V of the lanes under the rule",
    "utilisation": "Σ U V / Σ V with a known duty, of the lanes under the rule",
    "exposure": "Σ free-riding content / Σ U V, of the lanes under the rule",
    "traced_exposure": "Σ traced free-riding content / Σ U V, of the lanes under the rule",
}


def _number(value: Any) -> float | None:
    return None if value is None or np.isnan(float(value)) else float(value)
