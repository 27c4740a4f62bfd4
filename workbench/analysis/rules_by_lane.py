"""Which rule applies to which lane, and the rows of arrays that belong to it."""

from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.claiming import ClaimingParameters, LaneTerms
from workbench.analysis.rule_terms import OriginInputs
from workbench.model.agreement import Agreement
from workbench.model.nomenclature import HSRange
from workbench.model.origin import Rule


def claiming_parameters(agreement: Agreement) -> ClaimingParameters:
    """The agreement's assumptions in the form the kernel takes."""
    p = agreement.parameters
    return ClaimingParameters(
        concentration=p.concentration,
        consignment_usd=p.consignment,
        sigma=p.sigma,
        fixed_cost_usd=p.fixed_cost,
        premium=p.premium,
    )


def rule_groups(
    agreement: Agreement, products: NDArray[np.object_]
) -> list[tuple[Rule, NDArray[np.int64], tuple[HSRange, ...]]]:
    """Lanes by the rule that applies to their product, with the rule's group of products."""
    rows: dict[int, list[int]] = {}
    rules = agreement.origin.product_rules
    number = {
        code: next(
            (n for n, r in enumerate(rules) if agreement.product_rule(code) is r), len(rules)
        )
        for code in set(products)
    }
    for lane, code in enumerate(products):
        rows.setdefault(number[code], []).append(lane)
    return [
        (
            rules[n].rule if n < len(rules) else agreement.origin.default_rule,
            np.array(lanes, dtype=np.int64),
            rules[n].products if n < len(rules) else (),
        )
        for n, lanes in sorted(rows.items())
    ]


def lane_rows(lanes: LaneTerms, rows: NDArray[np.int64]) -> LaneTerms:
    """Some of the lanes."""
    return LaneTerms(**{f.name: getattr(lanes, f.name)[rows] for f in fields(lanes)})


def input_rows(inputs: OriginInputs, rows: NDArray[np.int64]) -> OriginInputs:
    """What is known of some of the lanes."""
    return replace(
        inputs,
        products=tuple(inputs.products[row] for row in rows),
        materials_share=inputs.materials_share[rows],
        net_cost_share=inputs.net_cost_share[rows],
        de_minimis=inputs.de_minimis[rows],
        input_shares=inputs.input_shares[rows],
        origin_shares=inputs.origin_shares[rows],
    )
