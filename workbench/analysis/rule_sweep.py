"""Sums of lanes at many rules at once, by product.

What does not depend on the rule is worked out once: duties, content, and which lanes could claim
at all. Every criterion with a number asks a producer for s(N) = max(0, alpha N - beta) with beta
linear in that number (method, section 4), so the terms of two rules give those of all between,
for many numbers in one call. Lanes that are alike are computed once, and under one criterion lanes
share what they are asked and what they are made of (`shared_claims`). Where the content itself
depends on the rule (diagonal cumulation), each rule is worked out apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from workbench.analysis.baseline import Baseline, baseline_rows
from workbench.analysis.claiming import ClaimingParameters, LaneTerms, claim
from workbench.analysis.claiming_kernel import each_leaf
from workbench.analysis.content_seen import content_seen
from workbench.analysis.evaluation import terms_of_lanes, trade_counted
from workbench.analysis.exposure import SUMMED
from workbench.analysis.rule_terms import Leaf, OriginInputs, Terms
from workbench.analysis.rules_by_lane import (
    LanePart,
    claiming_parameters,
    lane_rows,
    rule_parts,
)
from workbench.analysis.shared_claims import Contents, Questions, shared_shares
from workbench.analysis.treatment import DutiesUnder, duties_under
from workbench.model.agreement import Agreement
from workbench.model.commitments import TreatmentBasis
from workbench.model.origin import Cumulation
from workbench.model.rule_families import Family, Sweep
from workbench.progress import NO_PROGRESS, Progress

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SUMS = ("counted", *SUMMED)
"""Trade of known utilisation, and the sums of `exposure`, all in USD."""

_CLAIMED, _RIDING, _TRACED, _RESOURCED = range(4)
_ROWS_AT_ONCE = 32_768
_EXTENDED = "Cuts reach everyone under this treatment, so no origin rule applies."


@dataclass(frozen=True, eq=False)
class _Part:
    """Lanes whose rules are built alike, with their terms where the number is 0 and where it is 1.

    `kinds` are lanes that differ; `kind` is the place of each lane (`rows`) among them. Where
    nothing `moves`, the number is not in these lanes' rules. `value` and `cut` are products x
    kinds: trade, and trade times the cut of duty, in USD. `split` is for rules of one criterion.
    """

    rows: Ints
    moves: bool
    lanes: LaneTerms
    low: Terms
    high: Terms
    kinds: Ints
    kind: Ints
    value: csr_array
    cut: csr_array
    split: "_Split | None"


@dataclass(frozen=True, eq=False)
class _Split:
    """Lanes (L) of a part by what they are asked and by what they are made of.

    `asked` are the first lanes of each incentive and rule, `question` and `content` the place of
    each lane's.
    """

    asked: Ints
    question: Ints
    contents: Contents
    content: Ints


class RuleSweep:
    """Sums by product at any number of rules of one sweep."""

    def __init__(
        self, agreement: Agreement, baseline: Baseline, sweep: Sweep, year: int | None = None
    ) -> None:
        """Work out what no rule of the sweep changes.

        Args:
            agreement: the text, an option's changes already made.
            baseline: the world today.
            sweep: which rules; it must have no problem with the agreement.
            year: since entry into force; None is fully staged.

        Raises:
            ValueError: the sweep cannot be made, with the sentence that says why.
        """
        if agreement.treatment.basis is TreatmentBasis.EXTENDED:
            raise ValueError(_EXTENDED)
        if problem := sweep.problem(agreement):
            raise ValueError(problem)
        self.agreement = agreement
        self.sweep = sweep
        self.codes = baseline.market.products
        self.parameters: ClaimingParameters = claiming_parameters(agreement)
        traded = baseline_rows(baseline, np.flatnonzero(baseline.value_usd > 0))
        duties = duties_under(agreement, traded, year)
        net = duties.gross_incentive - duties.ad_valorem_cost
        value = trade_counted(agreement, traded)
        self.trade = self._by_product(traded.k, value)
        self.duty_unknown = self._by_product(traded.k, np.where(np.isnan(net), value, 0.0))
        self.without_gain = self._by_product(traded.k, np.where(net <= 0, value, 0.0))
        live = np.flatnonzero(net > 0)
        self._live = baseline_rows(traded, live)
        self._duties = DutiesUnder(
            **{f.name: getattr(duties, f.name)[live] for f in fields(DutiesUnder)}
        )
        self._value = value[live]
        self._cut = self._duties.base_duty - self._duties.pref_duty
        self._content_follows = agreement.origin.cumulation is Cumulation.DIAGONAL
        self._linear = not self._content_follows and sweep.family is not Family.RULES
        first = sweep.edited(agreement, 0.0)
        self._lanes, _ = self._content(first)
        self._parts = list(self._linear_parts()) if self._linear else []

    @property
    def is_smooth(self) -> bool:
        """Whether there are rules between two rules."""
        return self.sweep.family is not Family.RULES

    @property
    def lanes(self) -> int:
        """How many lanes could claim."""
        return len(self._value)

    @property
    def included(self) -> Bools:
        """Which products are swept (K)."""
        return np.array([self.sweep.includes(code) for code in self.codes], dtype=bool)

    def at(self, ats: Sequence[float], progress: Progress = NO_PROGRESS) -> Floats:
        """The sums by product at each number: numbers x `SUMS` x products.

        Raises:
            Cancelled: asked to stop.
        """
        if not self._linear:
            found = []
            for done, at in enumerate(ats):
                progress.step(done, len(ats), f"rule {done + 1} of {len(ats)}")
                found.append(self._of_text(self.sweep.edited(self.agreement, at)))
            progress.step(len(ats), len(ats), "done")
            return np.stack(found) if found else np.zeros((0, len(SUMS), len(self.codes)))
        numbers = np.array(ats, dtype=np.float64)
        sums = np.zeros((len(numbers), len(SUMS), len(self.codes)))
        sums[:, 0] = self.without_gain
        work = sum(len(part.kinds) for part in self._parts if part.moves) * len(numbers)
        done = 0
        for part in self._parts:
            asked = numbers if part.moves else np.zeros(1)
            step = max(1, _ROWS_AT_ONCE // max(len(part.kinds), 1))
            for start in range(0, len(asked), step):
                progress.step(done, max(work, 1), f"rule {start + 1} of {len(asked)}")
                block = asked[start : start + step]
                kinds = np.tile(part.kinds, len(block))
                place = np.repeat(np.arange(len(block)), len(part.kinds))
                figures = self._claims(part, kinds, place, block)
                added = self._sums_of_kinds(part, figures.reshape(4, len(block), len(part.kinds)))
                if part.moves:
                    sums[start : start + step] += added
                    done += len(kinds)
                else:
                    sums += added
        progress.step(max(work, 1), max(work, 1), "done")
        return sums

    def as_drafted(self) -> Floats:
        """The sums by product under the rules of the text: `SUMS` x products."""
        return self._of_text(self.agreement)

    def resourced_of(self, products: Ints, ats: Floats) -> Floats:
        """Re-sourced content of some products, each at a number of its own, USD."""
        number = np.full(len(self.codes), np.nan)
        number[products] = ats
        total = np.zeros(len(self.codes))
        for part in self._parts:
            lane_number = number[self._live.k[part.rows]]
            chosen = np.flatnonzero(~np.isnan(lane_number))
            if len(chosen):
                asked, place = np.unique(lane_number[chosen], return_inverse=True)
                resourced = self._claims(part, chosen, place, asked)[_RESOURCED]
                rows = part.rows[chosen]
                known = np.nan_to_num(resourced * self._value[rows])
                total += self._by_product(self._live.k[rows], known)
        return total[products]

    @property
    def each_by_itself(self) -> bool:
        """Whether `resourced_of` can be asked: what a product needs rests on its own rule only."""
        return self._linear

    # Lanes that could claim

    def _content(self, text: Agreement) -> tuple[LaneTerms, OriginInputs]:
        seen = content_seen(text, self._live)
        return terms_of_lanes(text, self._live, self._duties, seen), seen.inputs

    def _inputs_of(self, text: Agreement) -> OriginInputs:
        """What the rules of a text see."""
        return content_seen(text, self._live).inputs

    def _linear_parts(self) -> Iterator[_Part]:
        """Terms at both ends, and which lanes are alike in all that the kernel takes."""
        ends = [self.sweep.edited(self.agreement, at) for at in (0.0, 1.0)]
        low, high = (rule_parts(text, self._inputs_of(text)) for text in ends)
        for one, other in zip(low, high, strict=True):
            moving = _moving(one.terms, other.terms)
            for moves in (False, True):
                at = np.flatnonzero(moving == moves)
                if len(at):
                    rows, zeros = one.rows[at], np.zeros(len(at))
                    start = _terms_at(one.terms, one.terms, at, zeros)
                    end = _terms_at(other.terms, other.terms, at, zeros)
                    lanes = lane_rows(self._lanes, rows)
                    kinds, kind = _alike(lanes, start, end)
                    shape = len(self.codes), len(kinds)
                    value, at_kind = self._value[rows], (self._live.k[rows], kind)
                    yield _Part(
                        rows=rows,
                        moves=moves,
                        lanes=lanes,
                        low=start,
                        high=end,
                        kinds=kinds,
                        kind=kind,
                        value=csr_array((value, at_kind), shape),
                        cut=csr_array((value * self._cut[rows], at_kind), shape),
                        split=_split(lanes, start, end),
                    )

    def _claims(self, part: _Part, lanes: Ints, place: Ints, numbers: Floats) -> Floats:
        """Shares of value (4 x n) of some lanes of a part, each at one of the numbers."""
        split = part.split
        if split is None:
            return self._asked_one_by_one(part, lanes, numbers[place])
        ids = place * len(split.asked) + split.question[lanes]
        used, question = np.unique(ids, return_inverse=True)
        at, first = np.divmod(used, len(split.asked))
        asked = split.asked[first]
        leaf = _terms_at(part.low, part.high, asked, numbers[at])
        assert isinstance(leaf, Leaf)
        questions = Questions(
            net=(part.lanes.gross_incentive - part.lanes.ad_valorem_cost)[asked],
            alpha=leaf.alpha,
            beta=np.where(leaf.attainable, leaf.beta, -np.inf),
        )
        content = split.content[lanes]
        shares, sure = shared_shares(questions, split.contents, question, content, self.parameters)
        left = np.flatnonzero(~sure)
        if len(left):
            shares[:, left] = self._asked_one_by_one(part, lanes[left], numbers[place[left]])
        return shares

    def _asked_one_by_one(self, part: _Part, lanes: Ints, numbers: Floats) -> Floats:
        """As `_claims`, each lane at a number of its own."""
        return _shares(
            lane_rows(part.lanes, lanes),
            _terms_at(part.low, part.high, lanes, numbers),
            self.parameters,
        )

    def _sums_of_kinds(self, part: _Part, shares: Floats) -> Floats:
        """Sums by product (numbers x `SUMS` x products) of shares (4 x numbers x kinds)."""
        known = ~np.isnan(shares[_CLAIMED])
        filled = np.where(known, np.nan_to_num(shares), 0.0)
        columns = np.concatenate([known[None], filled]).transpose(2, 0, 1)
        of_trade = (part.value @ columns.reshape(len(columns), -1)).reshape(-1, *columns.shape[1:])
        columns = columns[:, 1 + _CLAIMED : 1 + _RESOURCED]
        of_cut = (part.cut @ columns.reshape(len(columns), -1)).reshape(-1, *columns.shape[1:])
        sums: Floats = np.concatenate([of_trade, of_cut], axis=1).transpose(2, 1, 0)
        return sums

    def _of_text(self, text: Agreement) -> Floats:
        """The sums by product under the rules of a text."""
        if self._content_follows:
            lanes, inputs = self._content(text)
        else:
            lanes, inputs = self._lanes, self._inputs_of(text)
        sums = np.zeros((len(SUMS), len(self.codes)))
        sums[0] = self.without_gain
        for part in rule_parts(text, inputs):
            sums += self._sums(part.rows, self._shares_of(lanes, part))
        return sums

    def _shares_of(self, lanes: LaneTerms, part: LanePart) -> Floats:
        mine = lane_rows(lanes, part.rows)
        kinds, kind = _alike(mine, part.terms, part.terms)
        numbers = np.zeros(len(kinds))
        terms = _terms_at(part.terms, part.terms, kinds, numbers)
        return _shares(lane_rows(mine, kinds), terms, self.parameters)[:, kind]

    def _sums(self, rows: Ints, shares: Floats) -> Floats:
        """Sums by product of lanes whose shares of value are given (4 x rows)."""
        known = ~np.isnan(shares[_CLAIMED])
        value = np.where(known, self._value[rows], 0.0)
        cut = value * self._cut[rows]
        filled = np.where(known, np.nan_to_num(shares), 0.0)
        figures = (
            value,
            value * filled[_CLAIMED],
            value * filled[_RIDING],
            value * filled[_TRACED],
            value * filled[_RESOURCED],
            cut * filled[_CLAIMED],
            cut * filled[_RIDING],
            cut * filled[_TRACED],
        )
        k = self._live.k[rows]
        return np.stack([self._by_product(k, figure) for figure in figures])

    def _by_product(self, k: Ints, figure: Floats) -> Floats:
        total: Floats = np.bincount(k, figure, len(self.codes)).astype(np.float64)
        return total


def _shares(lanes: LaneTerms, terms: Terms, parameters: ClaimingParameters) -> Floats:
    """Per dollar of trade: claimed, free-riding content, traced, re-sourced content (4 x L)."""
    each = replace(lanes, value_usd=np.ones(len(lanes.value_usd)))
    claims = claim(each, terms, parameters)
    return np.stack(
        [
            claims.utilisation,
            claims.free_riding_content_usd,
            claims.traced_free_riding_content_usd,
            claims.resourced_content_usd,
        ]
    )


def _alike(lanes: LaneTerms, low: Terms, high: Terms) -> tuple[Ints, Ints]:
    """The first lane of each kind, and the kind of each lane: equal in all the kernel takes."""
    return _same([*_asked_of(lanes, low, high), *_made_of(lanes)])


def _asked_of(lanes: LaneTerms, low: Terms, high: Terms) -> list[Floats]:
    """What a lane's producers are offered and asked."""
    columns = [lanes.gross_incentive - lanes.ad_valorem_cost]
    for leaf in (*each_leaf(low), *each_leaf(high)):
        columns += [leaf.alpha, leaf.beta, leaf.attainable.astype(np.float64)]
        columns += [] if leaf.elsewhere is None else [leaf.elsewhere]
    return columns


def _made_of(lanes: LaneTerms) -> list[Floats]:
    """What a lane's goods are made of."""
    return [lanes.declared_mean, lanes.traced_mean, lanes.non_party_fraction]


def _split(lanes: LaneTerms, low: Terms, high: Terms) -> _Split | None:
    """What the lanes share where the rule is one criterion; None for any other."""
    if not isinstance(low, Leaf) or low.process is not None or low.elsewhere is not None:
        return None
    asked, question = _same(_asked_of(lanes, low, high))
    made, content = _same(_made_of(lanes))
    mean, non_party = lanes.declared_mean[made], lanes.non_party_fraction[made]
    contents = Contents(mean, lanes.traced_mean[made] - non_party * mean, non_party)
    return _Split(asked, question, contents, content)


def _same(columns: Sequence[Floats]) -> tuple[Ints, Ints]:
    """The first row of each different one, and which of these each row is."""
    size = len(columns[0])
    kind = np.zeros(size, dtype=np.int64)
    for column in columns:
        if size and not (column == column[0]).all():
            _, place = np.unique(column, return_inverse=True)
            _, kind = np.unique(kind * size + place, return_inverse=True)
    _, first = np.unique(kind, return_index=True)
    return first, kind


def _moving(low: Terms, high: Terms) -> Bools:
    """Which lanes are asked for something else at one end than at the other."""
    moving: Bools = np.zeros(len(next(each_leaf(low)).alpha), dtype=bool)
    for one, other in zip(each_leaf(low), each_leaf(high), strict=True):
        moving |= (one.beta != other.beta) & ~np.isnan(one.beta)
        moving |= one.attainable != other.attainable
    return moving


def _terms_at(low: Terms, high: Terms, lanes: Ints, numbers: Floats) -> Terms:
    """Terms of some lanes, each at a number between 0 and 1."""
    if not isinstance(low, Leaf):
        assert not isinstance(high, Leaf)
        parts = zip(low.parts, high.parts, strict=True)
        return replace(
            low, parts=tuple(_terms_at(one, other, lanes, numbers) for one, other in parts)
        )
    assert isinstance(high, Leaf)
    beta = low.beta[lanes] + numbers * (high.beta[lanes] - low.beta[lanes])
    both = low.attainable[lanes] & high.attainable[lanes]
    either = low.attainable[lanes] | high.attainable[lanes]
    return replace(
        low,
        alpha=low.alpha[lanes],
        beta=beta,
        # Only build-up stops being attainable on the way: where less than nothing is left.
        attainable=both | (either & ~(beta < 0)),
        elsewhere=None if low.elsewhere is None else low.elsewhere[lanes],
    )
