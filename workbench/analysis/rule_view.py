"""What the rules of origin do, rule by rule: sums of the lanes under each, and their content."""

from functools import lru_cache

import numpy as np
import pandas as pd

from workbench.analysis.exposure import sums
from workbench.analysis.results import Evaluation
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
