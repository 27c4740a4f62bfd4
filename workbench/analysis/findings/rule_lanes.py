"""Lanes by the rule of origin they fall under, for checks that look at each rule."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.results import Evaluation
from workbench.model.origin import Rule

Ints = NDArray[np.int64]


@lru_cache(maxsize=1)
def rules_with_trade(evaluation: Evaluation) -> tuple[tuple[str, Rule, Ints], ...]:
    """Each rule with its place and the lanes with trade under it; none without market access."""
    agreement, baseline = evaluation.agreement, evaluation.baseline
    if not agreement.treatment.market_access:
        return ()
    rules = agreement.origin.product_rules
    owner_of = np.array(agreement.product_rules_of(baseline.market.products), dtype=np.int64)
    value = evaluation.lanes["value"].to_numpy(dtype=np.float64)
    traded = np.flatnonzero(value > 0)
    if not len(traded):
        return ()
    by_owner = owner_of[baseline.k[traded]]
    order = np.argsort(by_owner, kind="stable")
    numbers, starts = np.unique(by_owner[order], return_index=True)
    found = []
    for number, rows in zip(numbers.tolist(), np.split(traded[order], starts[1:]), strict=True):
        if number < 0:
            found.append(("origin.default_rule", agreement.origin.default_rule, rows))
        else:
            found.append((f"origin.product_rules[{number}]", rules[number].rule, rows))
    return tuple(found)
