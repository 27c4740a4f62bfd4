"""Headline totals for many settings of the assumptions at once.

Why apart from `evaluate`: a draw changes a handful of numbers, so everything it leaves alone is
worked out once, only the lanes that could claim under some draw are kept, those that are alike
are one, and many draws go through the kernel in one call. The figures are those of `evaluate`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.baseline import Baseline, baseline_rows
from workbench.analysis.claiming import ClaimingParameters, Claims, LaneTerms, claim
from workbench.analysis.claiming_kernel import each_leaf
from workbench.analysis.content_seen import content_seen
from workbench.analysis.duties import MFN
from workbench.analysis.incentives import common_leverage_gap
from workbench.analysis.leverage_draws import DrawnLanes, common_gaps
from workbench.analysis.market import entries_by_product
from workbench.analysis.rule_terms import OriginInputs
from workbench.analysis.rules_by_lane import (
    claiming_parameters,
    input_rows,
    lane_rows,
    rule_parts,
)
from workbench.analysis.treatment import DutiesUnder, duties_under
from workbench.analysis.uncertainty import (
    FOREIGN_CONTENT,
    LINE_RATE,
    Assumption,
    Settings,
)
from workbench.model.agreement import Agreement
from workbench.model.commitments import IncentiveKind, TreatmentBasis
from workbench.model.origin import Absorption, Cumulation
from workbench.progress import NO_PROGRESS, Progress

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HEADLINES = (
    "covered_trade",
    "utilisation",
    "claimed",
    "exposure",
    "traced_exposure",
    "free_riding_content",
    "traced_free_riding_content",
    "resourced_content",
    "duty_forgone",
    "leakage",
    "traced_leakage",
)
"""Totals that a draw can move, beside the leverage gap, which takes more time."""

_SUMS = (
    "claimed",
    "free_riding_content",
    "traced_free_riding_content",
    "resourced_content",
    "duty_forgone",
    "leakage",
    "traced_leakage",
    "unknown",
)
"""Totals are sums of these; `unknown` is the trade of which nothing can be said."""

_ROWS_AT_ONCE = 16_384
_CONTENT = ("declared_mean", "traced_mean", "non_party_fraction")
_PARAMETERS = tuple(field.name for field in fields(ClaimingParameters))


class Headlines:
    """Totals of an agreement on a baseline, as functions of its assumptions."""

    def __init__(
        self,
        agreement: Agreement,
        baseline: Baseline,
        year: int | None,
        assumptions: Sequence[Assumption],
    ) -> None:
        """Work out what no setting changes.

        Args:
            agreement: the text, an option's changes already made.
            baseline: the world today.
            year: since entry into force; None is fully staged.
            assumptions: settings must stay within their ranges.
        """
        self._agreement = agreement
        self._baseline = baseline
        self._year = year
        self._ranges = {a.name: a for a in assumptions}
        self._seen = content_seen(agreement, baseline)
        self._base_low, self._base, self._base_high = _line_ends(baseline)
        value = np.nan_to_num(baseline.value_usd)
        duties = duties_under(agreement, baseline, year)
        self._known = ~np.isnan(duties.gross_incentive) & (value > 0)
        self._covered = float(value.sum())
        self._no_trade_known = bool(len(value)) and bool(np.isnan(baseline.value_usd).all())
        extended = agreement.treatment.basis is TreatmentBasis.EXTENDED
        self._counted = 0.0 if extended else float(value[self._known].sum())
        if extended:
            live = np.array([], dtype=np.int64)
        else:
            live = np.flatnonzero(self._known & (self._best_net() > 0))
        self._live = live
        self._first, group = self._groups(live)
        size = len(self._first)
        self._value = np.bincount(group, value[live], size)

    @property
    def lanes(self) -> int:
        """How many lanes could claim under some setting."""
        return len(self._live)

    @property
    def kinds(self) -> int:
        """How many of them differ."""
        return len(self._first)

    def at(self, settings: Settings, progress: Progress = NO_PROGRESS) -> dict[str, Floats]:
        """The headlines under each setting.

        Args:
            settings: arrays of n values by name of assumption.
            progress: told of each batch.

        Returns:
            n values by headline, NaN where missing.

        Raises:
            Cancelled: asked to stop.
        """
        count = max((len(values) for values in settings.values()), default=1)
        held = {name: np.broadcast_to(values, (count,)) for name, values in settings.items()}
        sums = {name: np.zeros(count) for name in _SUMS}
        step = max(1, _ROWS_AT_ONCE // max(len(self._first), 1))
        for start in range(0, count, step):
            progress.step(start, count, f"draw {start} of {count}")
            block = slice(start, min(start + step, count))
            for name, values in self._batch(held, block).items():
                sums[name][block] = values
        progress.step(count, count, "done")
        return self._totals(sums, held, count)

    def leverage_gap(self) -> float | None:
        """The common leverage gap of the agreement as it stands; None where there is none."""
        if not self._agreement.gives_preference:
            return None
        rows = np.flatnonzero(self._known)
        lanes, inputs, _ = self._rows({}, slice(0, 1), rows)
        lanes = replace(lanes, value_usd=self._baseline.value_usd[rows])
        parts = rule_parts(self._agreement, inputs)
        pairs = [(lane_rows(lanes, part.rows), part.terms) for part in parts]
        target = self._agreement.parameters.target_utilisation
        return common_leverage_gap(pairs, claiming_parameters(self._agreement), target).value

    def leverage_gaps(self, settings: Settings, progress: Progress = NO_PROGRESS) -> Floats:
        """The common leverage gap under each setting.

        Args:
            settings: arrays of n values by name of assumption.
            progress: told of each batch.

        Returns:
            n increments, ad valorem: infinite where no incentive reaches the target, NaN where
            there is no such figure.

        Raises:
            Cancelled: asked to stop.
        """
        count = max((len(values) for values in settings.values()), default=1)
        held = {name: np.broadcast_to(values, (count,)) for name, values in settings.items()}
        first, value = self._counted_kinds
        gaps = np.full(count, np.nan)
        if not len(first):
            return gaps
        aims = np.array([self._setting(held, "target_utilisation", n) for n in range(count)])
        step = max(1, _ROWS_AT_ONCE // len(first))
        for start in range(0, count, step):
            progress.step(start, count, f"draw {start} of {count}")
            block = slice(start, min(start + step, count))
            size = block.stop - block.start
            lanes, inputs, assumed = self._rows(held, block, first)
            lanes = replace(lanes, value_usd=np.tile(value, size))
            draw = np.repeat(np.arange(size), len(first))
            parts = [
                DrawnLanes(
                    draw[part.rows],
                    lane_rows(lanes, part.rows),
                    part.terms,
                    _parameter_rows(assumed, part.rows),
                )
                for part in rule_parts(self._agreement, inputs)
            ]
            gaps[block] = common_gaps(parts, aims[block])
        progress.step(count, count, "done")
        return gaps

    @cached_property
    def counted_kinds(self) -> int:
        """How many kinds of lanes a leverage gap rests on."""
        return len(self._counted_kinds[0])

    @cached_property
    def _counted_kinds(self) -> tuple[Ints, Floats]:
        """The first lane of each kind of known duty and trade, and the trade of the kind."""
        if not self._agreement.gives_preference:
            return np.array([], dtype=np.int64), np.array([])
        rows = np.flatnonzero(self._known)
        first, group = self._groups(rows, content=("declared_mean",))
        value = np.bincount(group, self._baseline.value_usd[rows], len(first))
        return first, value.astype(np.float64)

    # What could claim, and which of it is alike

    def _probes(self) -> Iterator[DutiesUnder]:
        """Duties at the corners that decide whether a lane could gain at all."""
        consignment = self._ranges.get("consignment")
        sizes = {self._agreement.parameters.consignment}
        if consignment is not None and self._has_fee_relief:
            sizes |= {consignment.low, consignment.high}
        lowest = self._ranges.get("ad_valorem_cost")
        cost = self._agreement.parameters.ad_valorem_cost if lowest is None else lowest.low
        bases = [self._base]
        if LINE_RATE in self._ranges:
            bases += [self._base_low, self._base_high]
        for size in sorted(sizes):
            changed = self._with_parameters(consignment=size, ad_valorem_cost=cost)
            for base in bases:
                yield duties_under(changed, self._baseline, self._year, base)

    def _best_net(self) -> Floats:
        best = np.full(len(self._base), -np.inf)
        for duties in self._probes():
            best = np.fmax(best, duties.gross_incentive - duties.ad_valorem_cost)
        return best

    @cached_property
    def _has_fee_relief(self) -> bool:
        return any(i.kind is IncentiveKind.FEE_RELIEF for i in self._agreement.incentives)

    @cached_property
    def _has_relief(self) -> bool:
        """Whether an incentive rests on consignments or on the content of lanes."""
        relief = (IncentiveKind.FEE_RELIEF, IncentiveKind.SPECIAL_DUTY_RELIEF)
        return any(i.kind in relief for i in self._agreement.incentives)

    def _groups(self, live: Ints, content: Sequence[str] = _CONTENT) -> tuple[Ints, Ints]:
        """The first lane of each kind, and the kind of each live lane.

        Lanes of a kind agree in duties, rule and what is named of their content.
        """
        if not len(live):
            return live, live
        agreement, baseline, seen = self._agreement, self._baseline, self._seen
        entries = entries_by_product(agreement.coverage, baseline.market.products)
        places = {id(entry): float(n) for n, entry in enumerate(dict.fromkeys(entries))}
        entry = np.array([places[id(e)] for e in entries])[baseline.k[live]]
        quota = np.array([e is not None and e.quota is not None for e in entries])
        own = np.where(quota[baseline.k[live]], live, -1.0)
        codes = baseline.market.products
        rules = {id(agreement.product_rule(code)): float(n) for n, code in enumerate(codes)}
        rule = np.array([rules[id(agreement.product_rule(code))] for code in codes])
        inputs = input_rows(seen.inputs, live)
        columns = [
            entry,
            own,
            rule[baseline.k[live]],
            inputs.materials_share,
            *(getattr(seen, name)[live] for name in content),
        ]
        for duties in self._probes():
            columns += [
                duties.base_duty[live],
                duties.pref_duty[live],
                duties.fee_relief[live],
                duties.other_incentive[live],
                duties.ad_valorem_cost[live],
            ]
        columns += _leaf_columns(agreement, inputs)
        if agreement.origin.cumulation is Cumulation.DIAGONAL:
            columns.append(live.astype(np.float64))  # content differs draw by draw
        table = np.nan_to_num(np.stack(columns, axis=1), nan=-9.0)
        _, first, group = np.unique(table, axis=0, return_index=True, return_inverse=True)
        return live[first], group.ravel()

    # One batch of settings

    def _with_parameters(self, **changes: float) -> Agreement:
        agreement = self._agreement
        for name, value in changes.items():
            agreement = agreement.with_parameter(name, value)
        return agreement

    def _setting(self, held: Settings, name: str, place: int) -> float:
        if name in held:
            return float(held[name][place])
        return float(getattr(self._agreement.parameters, name))

    def _duties(self, held: Settings, block: slice, rows: Ints) -> DutiesUnder:
        """Duties of some lanes under each setting, one setting after the other."""
        if self._has_relief:
            return self._duties_one_by_one(held, block, rows)
        # Nothing but today's duty and the cost of complying differs: all settings at once.
        count, each = block.stop - block.start, len(rows)
        line = held[LINE_RATE][block] if LINE_RATE in held else np.zeros(count)
        shifted = self._shifted(np.repeat(line, each), np.tile(rows, count))
        baseline = self._baseline
        many = replace(
            baseline,
            i=np.tile(baseline.i[rows], count),
            x=np.tile(baseline.x[rows], count),
            k=np.tile(baseline.k[rows], count),
            value_usd=np.tile(baseline.value_usd[rows], count),
        )
        duties = duties_under(self._with_parameters(ad_valorem_cost=0.0), many, self._year, shifted)
        costs = np.array(
            [self._setting(held, "ad_valorem_cost", n) for n in range(block.start, block.stop)]
        )
        return replace(duties, ad_valorem_cost=duties.ad_valorem_cost + np.repeat(costs, each))

    def _duties_one_by_one(self, held: Settings, block: slice, rows: Ints) -> DutiesUnder:
        """The same where reliefs depend on the setting, or on the content of lanes."""
        reduced = baseline_rows(self._baseline, rows)
        found: list[DutiesUnder] = []
        known: dict[tuple[float, ...], DutiesUnder] = {}
        for place in range(block.start, block.stop):
            cost = self._setting(held, "ad_valorem_cost", place)
            size = self._setting(held, "consignment", place)
            line = float(held[LINE_RATE][place]) if LINE_RATE in held else 0.0
            if (cost, size, line) not in known:
                changed = self._with_parameters(ad_valorem_cost=cost, consignment=size)
                shifted = self._shifted(np.full(len(rows), line), rows)
                duties = duties_under(changed, reduced, self._year, shifted)
                known[cost, size, line] = duties
            found.append(known[cost, size, line])
        return DutiesUnder(
            *(
                np.concatenate([getattr(duties, field.name) for duties in found])
                for field in fields(DutiesUnder)
            )
        )

    def _shifted(self, line: Floats, rows: Ints) -> Floats:
        """Today's duty of lanes, moved towards their lowest (-1) or highest line (1)."""
        base = self._base[rows]
        end = np.where(line > 0, self._base_high[rows], self._base_low[rows])
        return base + np.abs(line) * (end - base)

    def _content(
        self, held: Settings, block: slice, rows: Ints
    ) -> tuple[dict[str, Floats], OriginInputs]:
        """Content of lanes under each setting of a block, before it is scaled.

        Only diagonal cumulation makes it depend on the parameters.
        """
        count = block.stop - block.start
        if self._agreement.origin.cumulation is not Cumulation.DIAGONAL:
            many = np.tile(rows, count)
            columns = {name: getattr(self._seen, name)[many] for name in _CONTENT}
            return columns, input_rows(self._seen.inputs, many)
        seen = [
            content_seen(
                self._with_parameters(
                    concentration=self._setting(held, "concentration", place),
                    net_cost_share=self._setting(held, "net_cost_share", place),
                ),
                self._baseline,
            )
            for place in range(block.start, block.stop)
        ]
        columns = {
            name: np.concatenate([getattr(one, name)[rows] for one in seen]) for name in _CONTENT
        }
        inputs = [input_rows(one.inputs, rows) for one in seen]

        def joined(name: str) -> Floats:
            return np.concatenate([getattr(one, name) for one in inputs])

        return columns, replace(
            inputs[0],
            products=tuple(code for one in inputs for code in one.products),
            materials_share=joined("materials_share"),
            net_cost_share=joined("net_cost_share"),
            de_minimis=joined("de_minimis"),
            input_shares=joined("input_shares"),
            origin_shares=joined("origin_shares"),
        )

    def _rows(
        self, held: Settings, block: slice, rows: Ints
    ) -> tuple[LaneTerms, OriginInputs, ClaimingParameters]:
        """What the kernel takes, for some lanes under each setting of a block."""
        count = block.stop - block.start
        each = len(rows)
        duties = self._duties(held, block, rows)

        def spread(name: str, fallback: float) -> Floats:
            values = held[name][block] if name in held else np.full(count, fallback)
            return np.repeat(values, each)

        columns, inputs = self._content(held, block, rows)
        parameters = self._agreement.parameters
        scale = spread(FOREIGN_CONTENT, 1.0)
        declared = np.clip(columns["declared_mean"] * scale, 0, 1)
        traced = np.clip(columns["traced_mean"] * scale, 0, 1)
        if self._agreement.origin.absorption is Absorption.TRACING:
            traced = columns["non_party_fraction"] * declared
        lanes = LaneTerms(
            value_usd=np.ones(count * each),
            gross_incentive=duties.gross_incentive,
            ad_valorem_cost=duties.ad_valorem_cost,
            declared_mean=declared,
            traced_mean=traced,
            non_party_fraction=columns["non_party_fraction"],
            duty_cut=duties.base_duty - duties.pref_duty,
        )
        inputs = replace(
            inputs,
            materials_share=inputs.materials_share + (declared - columns["declared_mean"]),
            net_cost_share=spread("net_cost_share", parameters.net_cost_share),
        )
        assumed = ClaimingParameters(
            **{
                field: spread(name, float(getattr(parameters, name)))
                for field in _PARAMETERS
                for name in (field.removesuffix("_usd"),)
            }
        )
        return lanes, inputs, assumed

    def _batch(self, held: Settings, block: slice) -> dict[str, Floats]:
        """Sums over lanes for each setting of a block (before small parcels are left out)."""
        count, each = block.stop - block.start, len(self._first)
        found = {name: np.zeros((count, each)) for name in _SUMS}
        if each:
            lanes, inputs, assumed = self._rows(held, block, self._first)
            for part in rule_parts(self._agreement, inputs):
                some = _parameter_rows(assumed, part.rows)
                claims = claim(lane_rows(lanes, part.rows), part.terms, some)
                for name, values in _figures(claims).items():
                    found[name].ravel()[part.rows] = values
        return {name: values @ self._value for name, values in found.items()}

    def _totals(self, sums: dict[str, Floats], held: Settings, count: int) -> dict[str, Floats]:
        small = self._agreement.parameters.small_parcel_share
        left = 1 - np.broadcast_to(held.get("small_parcel_share", np.array([small])), (count,))
        used = self._counted - sums["unknown"]
        totals = {
            name: np.where(used > 0, sums[name] * left, np.nan)
            for name in _SUMS
            if name != "unknown"
        }
        covered = np.nan if self._no_trade_known else self._covered
        totals["covered_trade"] = covered * left
        with np.errstate(divide="ignore", invalid="ignore"):
            claimed = np.where(totals["claimed"] > 0, totals["claimed"], np.nan)
            totals["utilisation"] = np.where(
                used * left > 0, totals["claimed"] / (used * left), np.nan
            )
            totals["exposure"] = totals["free_riding_content"] / claimed
            totals["traced_exposure"] = totals["traced_free_riding_content"] / claimed
        return {name: totals[name] for name in HEADLINES}


def _figures(claims: Claims) -> dict[str, Floats]:
    """Sums of a lane of one dollar; `unknown` is 1 where nothing can be said of the lane."""
    unknown = np.isnan(claims.utilisation)
    nothing = unknown | (claims.utilisation == 0)

    def known(figure: Floats) -> Floats:
        return np.where(nothing, 0.0, figure)

    found = {name: known(getattr(claims, f"{name}_usd")) for name in _SUMS if name != "unknown"}
    return found | {"unknown": unknown * 1.0}


def _parameter_rows(assumed: ClaimingParameters, rows: Ints) -> ClaimingParameters:
    return ClaimingParameters(**{name: getattr(assumed, name)[rows] for name in _PARAMETERS})


def _line_ends(baseline: Baseline) -> tuple[Floats, Floats, Floats]:
    """Today's duty of each lane at the lowest line, on the mean and at the highest line.

    Only where the MFN rate is what is paid; other regimes have one rate in the database.
    """
    duties, i, x, k = baseline.duties, baseline.i, baseline.x, baseline.k
    base = duties.base_duty[i, x, k]
    by_mfn = duties.base_regime[i, x, k] == MFN
    low = np.where(by_mfn, np.fmin(duties.mfn_low[i, k], base), base)
    high = np.where(by_mfn, np.fmax(duties.mfn_high[i, k], base), base)
    return low, base, high


def _leaf_columns(agreement: Agreement, inputs: OriginInputs) -> list[Floats]:
    """The numbers of every lane's rule, so that lanes with equal ones can be told."""
    size = len(inputs.products)
    columns = [np.zeros(size)]
    for number, part in enumerate(rule_parts(agreement, inputs)):
        columns[0][part.rows] = number
        place = 1
        for leaf in each_leaf(part.terms):
            for values in (leaf.alpha, leaf.beta, leaf.attainable, leaf.elsewhere):
                if values is None:
                    continue
                if place == len(columns):
                    columns.append(np.zeros(size))
                columns[place][part.rows] = values
                place += 1
    return columns
