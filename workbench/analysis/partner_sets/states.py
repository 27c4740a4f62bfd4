"""Lanes whose rule reads the content in a way of its own: the kernel is asked for every set."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.baseline import Baseline, baseline_rows
from workbench.analysis.claiming import LaneTerms, claim
from workbench.analysis.content import content_rows
from workbench.analysis.content_seen import content_seen, seen_by_rule
from workbench.analysis.partner_sets.bits import Slice, add_where
from workbench.analysis.partner_sets.lanes import LiveLanes
from workbench.analysis.rule_terms import Terms
from workbench.analysis.rules_by_lane import claiming_parameters, lane_rows, rule_parts
from workbench.model.origin import Cumulation
from workbench.progress import Progress

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FIGURES = ("claimed", "resourced", "content", "forgone", "leakage", "traced", "known")

_ROWS_AT_ONCE = 8192


def add_states(out: Floats, lanes: LiveLanes, part: Slice, progress: Progress) -> None:
    """Add the lanes' figures (FIGURES x 2^n) to every set of a slice that holds both ends."""
    if lanes.agreement.origin.cumulation is Cumulation.DIAGONAL:
        _set_by_set(out, lanes, part, progress)
        return
    ends = np.stack([lanes.importer, lanes.exporter])
    for pair in np.unique(ends, axis=1).T:
        importer, exporter = int(pair[0]), int(pair[1])
        if not (part.holds(importer) and part.holds(exporter)):
            continue
        rows = np.flatnonzero((ends == pair[:, None]).all(axis=0))
        smaller = part.with_all((importer, exporter))
        bits = part.bits((importer, exporter))
        found = np.zeros((len(FIGURES), smaller.size))
        at_once = max(_ROWS_AT_ONCE // len(rows), 1)
        for start in range(0, smaller.size, at_once):
            progress.step(start, smaller.size, "rules that depend on the set")
            stop = min(start + at_once, smaller.size)
            sets = np.arange(start, stop)
            found[:, start:stop] = _figures(lanes, rows, smaller, sets)
        add_where(out, bits, found)


def _figures(lanes: LiveLanes, rows: Integers, part: Slice, sets: Integers) -> Floats:
    """FIGURES x sets: sums over lanes of one importer and exporter."""
    question, baseline = lanes.question, lanes.baseline
    content = content_rows(baseline.content, np.repeat(rows, len(sets)))
    origins = np.array(content.origins, dtype=object)

    def is_origin(economies: tuple[int, ...]) -> NDArray[np.bool_]:
        return np.isin(origins, [question.economies[e] for e in economies])

    partner = np.repeat(is_origin(part.inside)[None, :], len(sets), axis=0)
    for bit, economy in enumerate(part.free):
        joins = (sets >> bit & 1).astype(bool)
        partner |= joins[:, None] & is_origin((economy,))[None, :]
    foreign = np.tile(~partner * 1.0, (len(rows), 1))
    outside = np.tile(~partner, (len(rows), 1))
    cumulation = question.text.origin.cumulation
    if cumulation is not Cumulation.FULL:
        ends = {int(lanes.exporter[rows[0]])}
        if cumulation is not Cumulation.NONE:
            ends.add(int(lanes.importer[rows[0]]))
        foreign[:] = ~is_origin(tuple(ends))[None, :] * 1.0
    product = np.repeat(baseline.product[rows], len(sets))
    seen = seen_by_rule(question.text, content, product, foreign, outside)
    wide = lane_rows(lanes.terms, np.repeat(rows, len(sets)))
    terms = replace(
        wide,
        declared_mean=seen.declared_mean,
        traced_mean=seen.traced_mean,
        non_party_fraction=seen.non_party_fraction,
    )
    found = np.zeros((len(FIGURES), len(product)))
    for each in rule_parts(question.text, seen.inputs):
        found[:, each.rows] = _claimed(lane_rows(terms, each.rows), each.terms, lanes)
    total: Floats = found.reshape(len(FIGURES), len(rows), len(sets)).sum(axis=1)
    return total


def _claimed(terms: LaneTerms, rule: Terms, lanes: LiveLanes) -> Floats:
    claims = claim(terms, rule, claiming_parameters(lanes.agreement), threads=1)
    known = ~np.isnan(claims.utilisation)
    figures = np.stack(
        [
            claims.claimed_usd,
            claims.resourced_content_usd,
            claims.free_riding_content_usd,
            claims.duty_forgone_usd,
            claims.leakage_usd,
            claims.traced_free_riding_content_usd,
            terms.value_usd,
        ]
    )
    return np.where(known, figures, 0.0)


def _set_by_set(out: Floats, lanes: LiveLanes, part: Slice, progress: Progress) -> None:
    """Under diagonal cumulation what suppliers qualify for depends on the set too."""
    for place, inside in _sets(part):
        progress.step(place, part.size, "diagonal cumulation, set by set")
        both = np.isin(lanes.importer, inside) & np.isin(lanes.exporter, inside)
        rows = np.flatnonzero(both)
        if not len(rows):
            continue
        baseline = _baseline_of(lanes, rows, inside)
        seen = content_seen(lanes.agreement, baseline)
        terms = replace(
            lane_rows(lanes.terms, rows),
            declared_mean=seen.declared_mean,
            traced_mean=seen.traced_mean,
            non_party_fraction=seen.non_party_fraction,
        )
        for each in rule_parts(lanes.agreement, seen.inputs):
            found = _claimed(lane_rows(terms, each.rows), each.terms, lanes)
            out[:, place] += found.sum(axis=1)


def _sets(part: Slice) -> Iterator[tuple[int, list[int]]]:
    for place in range(part.size):
        yield place, [*part.inside, *(e for j, e in enumerate(part.free) if place >> j & 1)]


def _baseline_of(lanes: LiveLanes, rows: Integers, inside: list[int]) -> Baseline:
    members = {lanes.question.economies[e] for e in inside}
    baseline = baseline_rows(lanes.baseline, rows)
    partners = tuple(code for code in baseline.partners if code in members)
    return replace(baseline, partners=partners)
