"""Which rule applies to which lane, and the rows of arrays that belong to it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.claiming import ClaimingParameters, LaneTerms, select_terms
from workbench.analysis.rule_terms import (
    Leaf,
    OriginInputs,
    Terms,
    needs_origin_split,
    rule_terms,
)
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
        never_claims_share=p.never_claims_share,
    )


@dataclass(frozen=True, eq=False)
class LanePart:
    """Lanes whose rules are built alike, and their terms in the same order."""

    rows: NDArray[np.int64]
    terms: Terms

    def lanes(self, inputs: OriginInputs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of a part of the rows of `inputs`: its lanes, and the place of each among the rows."""
        if inputs.row is None:
            return self.rows, np.arange(len(self.rows))
        place = np.full(len(inputs.products), -1, dtype=np.int64)
        place[self.rows] = np.arange(len(self.rows))
        of_lane = place[inputs.row]
        lanes = np.flatnonzero(of_lane >= 0)
        return lanes, of_lane[lanes]


def rule_parts(
    agreement: Agreement, inputs: OriginInputs, unknown_share: float | None = None
) -> list[LanePart]:
    """The terms of every lane's rule, in as few parts as there are kinds of trees.

    Rules that differ only in numbers are one part: the kernel's cost is by call, not by lane.
    """
    parts = row_parts(agreement, inputs, unknown_share)
    if inputs.row is None:
        return parts
    found = []
    for part in parts:
        lanes, place = part.lanes(inputs)
        found.append(LanePart(lanes, select_terms(part.terms, place)))
    return found


def row_parts(
    agreement: Agreement, inputs: OriginInputs, unknown_share: float | None = None
) -> list[LanePart]:
    """As `rule_parts`, of the rows of `inputs` instead of lanes."""
    like: dict[object, list[LanePart]] = {}
    for rule, rows, group in _rule_groups(agreement, inputs.products):
        some = _rows(inputs, rows, needs_origin_split(rule))
        terms = rule_terms(rule, some, unknown_share, group)
        like.setdefault(_structure(terms), []).append(LanePart(rows, terms))
    return [
        LanePart(np.concatenate([part.rows for part in parts]), _joined([p.terms for p in parts]))
        for parts in like.values()
    ]


def _rule_groups(
    agreement: Agreement, products: tuple[str, ...]
) -> list[tuple[Rule, NDArray[np.int64], tuple[HSRange, ...]]]:
    """Lanes by the rule that applies to their product, with the rule's group of products."""
    origin = agreement.origin
    codes, place = places(products)
    rule_of_code = np.array(agreement.product_rules_of(codes), dtype=np.int64)
    if (rule_of_code < 0).all():
        return [(origin.default_rule, np.arange(len(products)), ())] if products else []
    rule_of_lane = rule_of_code[place]
    order = np.argsort(rule_of_lane, kind="stable")
    starts = np.flatnonzero(np.diff(rule_of_lane[order], prepend=-2))
    groups: list[tuple[Rule, NDArray[np.int64], tuple[HSRange, ...]]] = []
    for rows in np.split(order, starts[1:]):
        number = int(rule_of_lane[rows[0]])
        rule = origin.product_rules[number] if number >= 0 else None
        groups.append((rule.rule, rows, rule.products) if rule else (origin.default_rule, rows, ()))
    default = int(rule_of_lane[order[0]] < 0)  # comes first in this order, last in the text
    return [*groups[default:], *groups[:default]]


@lru_cache(maxsize=4)
def places(products: tuple[str, ...]) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """The different products in order, and the place of each lane's among them."""
    codes, place = np.unique(np.array(products, dtype=str), return_inverse=True)
    return tuple(codes.tolist()), place


def _structure(terms: Terms) -> object:
    """Equal for terms that can be one array: all but their numbers by lane."""
    if isinstance(terms, Leaf):
        return (terms.elsewhere is None, terms.process, repr(terms.performed_share))
    return (type(terms).__name__, tuple(_structure(part) for part in terms.parts))


def _joined(many: Sequence[Terms]) -> Terms:
    """Terms of one structure, one after the other."""
    first = many[0]
    if isinstance(first, Leaf):
        leaves = [terms for terms in many if isinstance(terms, Leaf)]
        elsewhere = [leaf.elsewhere for leaf in leaves if leaf.elsewhere is not None]
        return replace(
            first,
            alpha=np.concatenate([leaf.alpha for leaf in leaves]),
            beta=np.concatenate([leaf.beta for leaf in leaves]),
            attainable=np.concatenate([leaf.attainable for leaf in leaves]),
            elsewhere=np.concatenate(elsewhere) if elsewhere else None,
        )
    trees = [terms.parts for terms in many if not isinstance(terms, Leaf)]
    return type(first)(tuple(_joined(parts) for parts in zip(*trees, strict=True)))


def are_all(rows: NDArray[np.int64], count: int) -> bool:
    """Whether rows are all of `count`, in order, so that nothing needs to be copied."""
    return len(rows) == count and bool((rows == np.arange(count)).all())


def lane_rows(lanes: LaneTerms, rows: NDArray[np.int64]) -> LaneTerms:
    """Some of the lanes."""
    if are_all(rows, len(lanes.value_usd)):
        return lanes
    return LaneTerms(**{f.name: getattr(lanes, f.name)[rows] for f in fields(lanes)})


def input_rows(
    inputs: OriginInputs, lanes: NDArray[np.int64], by_origin: bool = True
) -> OriginInputs:
    """What is known of some of the lanes, a row for each.

    The large split by origin only where it is asked for.
    """
    rows = lanes if inputs.row is None else inputs.row[lanes]
    return _rows(replace(inputs, row=None), rows, by_origin)


def _rows(inputs: OriginInputs, rows: NDArray[np.int64], by_origin: bool) -> OriginInputs:
    if are_all(rows, len(inputs.products)):
        return inputs
    return replace(
        inputs,
        products=tuple(inputs.products[row] for row in rows),
        materials_share=inputs.materials_share[rows],
        net_cost_share=inputs.net_cost_share[rows],
        de_minimis=inputs.de_minimis[rows],
        input_shares=inputs.input_shares[rows],
        origin_codes=inputs.origin_codes if by_origin else (),
        origin_shares=inputs.origin_shares[rows] if by_origin else np.empty((len(rows), 0)),
    )
