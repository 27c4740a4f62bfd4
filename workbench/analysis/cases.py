"""Lanes that are offered, made of and asked the same, worked out once.

Of a million lanes most share their duty, the content of their sector and their rule with many
others: the share that claims is theirs too, and only the trade it is a share of differs.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.alike import alike_in, alike_pairs
from workbench.analysis.claiming import LaneTerms, select_terms
from workbench.analysis.claiming_kernel import each_leaf
from workbench.analysis.rule_terms import OriginInputs, Terms
from workbench.analysis.rules_by_lane import lane_rows, row_parts
from workbench.model.agreement import Agreement

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_OF_KERNEL = (
    "gross_incentive",
    "ad_valorem_cost",
    "declared_mean",
    "traced_mean",
    "non_party_fraction",
)


@dataclass(frozen=True, eq=False)
class Cases:
    """Lanes (L) whose rules are built alike, by the cases (C) that differ.

    Attributes:
        rows: L, numbers of the lanes.
        case: L, the case of each.
        lanes: C, what the kernel takes but the rule, of a lane with USD 1 of trade and duty cut
            by all of its value.
        terms: C, of the rule.
    """

    rows: Ints
    case: Ints
    lanes: LaneTerms
    terms: Terms


def kinds_of(lanes: LaneTerms) -> Ints:
    """A number for each lane (L), the same where all agrees that the kernel takes but the rule."""
    _, kind = alike_in([getattr(lanes, name) for name in _OF_KERNEL])
    return kind


def cases_of(
    agreement: Agreement,
    inputs: OriginInputs,
    lanes: LaneTerms,
    kind: Ints,
    unknown_share: float | None = None,
    among: Bools | None = None,
) -> list[Cases]:
    """Every lane under its rule, in as few parts as there are kinds of trees.

    Args:
        agreement: its rules.
        inputs: what they see of the lanes.
        lanes: what the kernel takes but the rules (L).
        kind: as `kinds_of` gives it.
        unknown_share: as in `rule_terms`.
        among: L, which lanes; None is all.
    """
    found = []
    for part in row_parts(agreement, inputs, unknown_share):
        rows, place = part.lanes(inputs)
        if among is not None:
            kept = among[rows]
            rows, place = rows[kept], place[kept]
        _, asked = alike_in(list(_numbers(part.terms)))
        first, case = alike_pairs(kind[rows], asked[place])
        ones = np.ones(len(first))
        each = replace(lane_rows(lanes, rows[first]), value_usd=ones, duty_cut=ones)
        found.append(Cases(rows, case, each, select_terms(part.terms, place[first])))
    return found


def _numbers(terms: Terms) -> Iterator[Floats]:
    """The numbers of a rule by lane."""
    for leaf in each_leaf(terms):
        yield from (leaf.alpha, leaf.beta, leaf.attainable.astype(np.float64))
        if leaf.elsewhere is not None:
            yield leaf.elsewhere
