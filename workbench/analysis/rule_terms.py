"""A rule of origin as numbers a lane: what each criterion asks a producer to re-source.

Every criterion becomes a leaf with s(N) = max(0, alpha N - beta), the share of value that a
producer with non-originating share N has to re-source (method, section 4). `all_of` and `any_of`
stay a tree, because which leaf decides differs from producer to producer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.shift import closed_places, own_place
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    Condition,
    Criterion,
    EconomyCap,
    InputsOriginate,
    LabourValueContent,
    Materials,
    MaxNonOriginating,
    Measure,
    OnlyGoods,
    Period,
    RegionalValueContent,
    RemainderCap,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
    criteria,
)

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class OriginInputs:
    """What a rule can see of goods (L rows, J inputs, E origins); shares are fractions.

    Attributes:
        products: the good of each row, digits only.
        materials_share: M, all materials as a share of value; NaN where unknown.
        net_cost_share: net cost as a share of value.
        de_minimis: what a tariff shift without a de minimis of its own tolerates.
        input_codes: the inputs that `input_shares` (L x J) splits non-originating content over;
            a row of NaN where the split is unknown.
        origin_codes: the origins that `origin_shares` (L x E) splits it over, likewise.
        row: the row of each lane, where lanes share them; None where every row is a lane.
    """

    products: tuple[str, ...]
    materials_share: Floats
    net_cost_share: Floats
    de_minimis: Floats
    input_codes: tuple[HSRange, ...]
    input_shares: Floats
    origin_codes: tuple[str, ...]
    origin_shares: Floats
    row: Integers | None = None


@dataclass(frozen=True, eq=False)
class Leaf:
    """One criterion over L lanes: s(N) = max(0, alpha N - beta), infinite where not attainable.

    Attributes:
        alpha, beta: L; NaN where the rule asks for something that is not known.
        attainable: L.
        elsewhere: L, the part of N that the capped origins make; None for other criteria. What
            a cap moves away from them may go to another non-party.
        process: the name of a draw; the leaf is then met by `performed_share` of producers (NaN
            unknown) and not attainable by the rest.
    """

    alpha: Floats
    beta: Floats
    attainable: Bools
    elsewhere: Floats | None = None
    process: str | None = None
    performed_share: float = 1.0


@dataclass(frozen=True, eq=False)
class All:
    """Every part must be met: the largest s, and the largest originating part."""

    parts: tuple["Terms", ...]


@dataclass(frozen=True, eq=False)
class Any:
    """One part is enough: the smallest s, with that part's originating part."""

    parts: tuple["Terms", ...]


Terms = Leaf | All | Any


def rule_terms(
    rule: Rule,
    inputs: OriginInputs,
    unknown_share: float | None = None,
    group: tuple[HSRange, ...] = (),
) -> Terms:
    """The terms of a rule for every lane.

    Args:
        rule: the rule of these lanes.
        inputs: what is known of them.
        unknown_share: stands in for every share w that is unknown: 0 is the most lenient
            reading and 1 the strictest (a process of unknown spread is then carried out by all
            or by no producer). None leaves such lanes NaN.
        group: all products of the rule, for shifts that must come from outside the group.

    Raises:
        ValueError: an all-of or any-of without parts.
    """
    if isinstance(rule, AllOf | AnyOf):
        if not rule.rules:
            raise ValueError("an all-of or any-of needs at least one rule")
        parts = tuple(rule_terms(part, inputs, unknown_share, group) for part in rule.rules)
        if isinstance(rule, AnyOf):
            return Any(parts)
        for part, terms in zip(rule.rules, parts, strict=True):
            # What is for other goods alone asks nothing of these lanes.
            if isinstance(part, OnlyGoods) and not _any_attainable(terms):
                return terms
        return All(parts)
    return _criterion_terms(rule, inputs, unknown_share, group)


def _any_attainable(terms: Terms) -> bool:
    return not isinstance(terms, Leaf) or bool(terms.attainable.any())


def needs_input_split(rule: Rule) -> bool:
    """Whether the rule asks which inputs the non-originating content is."""
    return any(
        isinstance(c, TariffShift | InputsOriginate)
        or (isinstance(c, RegionalValueContent) and c.method is RvcMethod.FOCUSED)
        or (isinstance(c, MaxNonOriginating) and bool(c.inputs or c.words))
        for c in criteria(rule)
    )


def kept_in_words(rule: Rule) -> bool:
    """Whether the rule has a condition that cannot be computed, for want of a share."""
    return any(
        isinstance(c, Period) or (isinstance(c, Condition) and c.performed_share is None)
        for c in criteria(rule)
    )


def needs_origin_split(rule: Rule) -> bool:
    """Whether the rule asks where the non-originating content comes from."""
    return any(isinstance(c, EconomyCap | RemainderCap) for c in criteria(rule))


def coarse_inputs(rule: Rule, inputs: OriginInputs, group: tuple[HSRange, ...] = ()) -> Bools:
    """Which inputs of which lanes (L x J) are known too coarsely for a test in the rule.

    They count against the good: as not shifted, or as one of the listed inputs.
    """
    coarse = np.zeros((len(inputs.products), len(inputs.input_codes)), dtype=bool)
    for criterion in criteria(rule):
        if isinstance(criterion, TariffShift):
            coarse |= _shift_test(criterion, inputs, group).coarse
        elif isinstance(criterion, InputsOriginate | MaxNonOriginating) or (
            isinstance(criterion, RegionalValueContent) and criterion.method is RvcMethod.FOCUSED
        ):
            touches, inside = _within(inputs.input_codes, criterion.inputs)
            coarse |= touches & ~inside
    return coarse & (np.nan_to_num(inputs.input_shares) > 0)


def _criterion_terms(
    rule: Criterion,
    inputs: OriginInputs,
    unknown_share: float | None,
    group: tuple[HSRange, ...],
) -> Terms:
    lanes = len(inputs.products)
    ones = np.ones(lanes)
    match rule:
        case AnyGood():
            return _leaf(0 * ones, 0 * ones)
        case WhollyObtained():
            return _leaf(ones, 0 * ones)
        case RegionalValueContent():
            return _content_leaf(rule, inputs, unknown_share)
        case MaxNonOriginating():
            return _limit_leaf(rule, inputs, unknown_share)
        case TariffShift():
            test = _shift_test(rule, inputs, group)
            own = rule.de_minimis
            return _leaf(
                _between(
                    _split_share(inputs.input_shares, test.least, unknown_share),
                    _split_share(inputs.input_shares, test.most, unknown_share),
                    unknown_share,
                ),
                inputs.de_minimis if own is None else own * ones,
            )
        case InputsOriginate():
            share = _named_share(rule.inputs, rule.words, inputs, unknown_share)
            if rule.at_least < 1:  # how much of these inputs originates already is not known
                share = _between(0 * ones, share, unknown_share)
            return _leaf(share, rule.tolerance * ones)
        case EconomyCap():
            return _cap_leaf(rule.economies, rule.at_most, inputs, unknown_share)
        case RemainderCap():
            remainder = 1 - rule.at_least
            cap = rule.at_most_of_remainder * remainder
            return All(
                (
                    _leaf(ones, remainder * ones),
                    _cap_leaf(rule.economies, cap, inputs, unknown_share),
                )
            )
        case SpecificProcess():
            return _process_leaf(rule.name, rule.performed_share, lanes, unknown_share)
        case LabourValueContent():
            wage = "" if rule.wage is None else f" at USD {rule.wage:g} an hour"
            name = f"labour value content {rule.at_least:g}{wage}"
            return _process_leaf(name, rule.performed_share, lanes, unknown_share)
        case OnlyGoods():
            return _goods_leaf(rule, inputs.products, unknown_share)
        case Period():
            name = f"in force from {rule.first} until {rule.last}"
            return _process_leaf(name, None, lanes, unknown_share)
        case Condition():
            return _process_leaf(rule.text, rule.performed_share, lanes, unknown_share)


def _leaf(alpha: Floats, beta: Floats) -> Leaf:
    return Leaf(alpha, beta, np.ones(len(alpha), dtype=bool))


def _content_leaf(
    rule: RegionalValueContent, inputs: OriginInputs, unknown_share: float | None
) -> Leaf:
    ones = np.ones(len(inputs.products))
    remainder = 1 - rule.at_least
    match rule.method:
        case RvcMethod.BUILD_DOWN | RvcMethod.TRANSACTION:
            return _leaf(ones, remainder * ones)
        case RvcMethod.BUILD_UP:
            stated = rule.materials_share
            room = (inputs.materials_share if stated is None else stated * ones) - rule.at_least
            return Leaf(ones, room, ~(room < 0))
        case RvcMethod.NET_COST:
            stated = rule.net_cost_share
            net_cost = inputs.net_cost_share if stated is None else stated * ones
            return _leaf(ones, net_cost * remainder)
        case RvcMethod.FOCUSED:
            share = _named_share(rule.inputs, rule.words, inputs, unknown_share)
            return _leaf(share, remainder * ones)


def _limit_leaf(rule: MaxNonOriginating, inputs: OriginInputs, unknown_share: float | None) -> Leaf:
    """A limit on non-originating materials; weights and volumes are not known by lane.

    The strictest reading of a limit by weight is that none of the materials may be used.
    """
    ones = np.ones(len(inputs.products))
    share = ones
    if rule.inputs or rule.words:
        share = _named_share(rule.inputs, rule.words, inputs, unknown_share)
    if rule.measure is not Measure.VALUE:
        return _leaf(_between(0 * ones, share, unknown_share), 0 * ones)
    basis = inputs.materials_share if rule.basis == "materials" else ones
    return _leaf(share, rule.at_most * rule.basis_share * basis)


def _goods_leaf(rule: OnlyGoods, products: tuple[str, ...], unknown_share: float | None) -> Leaf:
    """Nothing is asked of the goods it is for; what is for other goods cannot be met."""
    zero = np.zeros(len(products))
    touches, inside = _within(tuple(HSRange(p, p) for p in products), rule.codes)
    if not rule.codes:
        touches = np.ones(len(products), dtype=bool)
    sure = inside if not rule.words else np.zeros(len(products), dtype=bool)
    if unknown_share is None:
        return Leaf(np.where(touches & ~sure, np.nan, zero), zero, touches)
    return Leaf(zero, zero, sure if unknown_share else touches)


def _cap_leaf(
    economies: tuple[str, ...], cap: float, inputs: OriginInputs, unknown_share: float | None
) -> Leaf:
    """A cap on named origins; one that the origin split does not tell apart is unknown."""
    named = np.array([code in economies for code in inputs.origin_codes], dtype=bool)
    shares = inputs.origin_shares
    if not set(economies) <= set(inputs.origin_codes):
        shares = np.full_like(shares, np.nan)
    alpha = _split_share(shares, named, unknown_share)
    beta = np.full(len(alpha), cap)
    return Leaf(alpha, beta, np.ones(len(alpha), dtype=bool), elsewhere=alpha)


def _process_leaf(
    name: str, performed: float | None, lanes: int, unknown_share: float | None
) -> Leaf:
    if performed is None:
        performed = float("nan") if unknown_share is None else 1 - unknown_share
    nothing = np.zeros(lanes)
    return Leaf(
        nothing, nothing, np.ones(lanes, dtype=bool), process=name, performed_share=performed
    )


def _split_share(shares: Floats, counted: Bools, unknown_share: float | None) -> Floats:
    """The part of each lane's non-originating content (L) that lies in the counted columns."""
    stand_in = float("nan") if unknown_share is None else unknown_share
    if shares.shape[1] == 0:
        return np.full(len(shares), stand_in)
    unknown = np.isnan(shares).any(axis=1)
    return np.where(unknown, stand_in, np.where(counted, shares, 0.0).sum(axis=1))


def _named_share(
    codes: tuple[HSRange, ...], words: str, inputs: OriginInputs, unknown_share: float | None
) -> Floats:
    """The part of each lane's non-originating content (L) that is the named inputs.

    Inputs of those codes may or may not be what the words say; words alone may mean any input.
    """
    if words and not codes:
        most = np.ones(len(inputs.products))
    else:
        listed, _ = _within(inputs.input_codes, codes)
        most = _split_share(inputs.input_shares, listed, unknown_share)
    return _between(np.zeros(len(most)), most, unknown_share) if words else most


def _between(least: Floats, most: Floats, unknown_share: float | None) -> Floats:
    """A share known to lie between two; unknown where they differ and nothing stands in."""
    if unknown_share is None:
        return np.where(most == least, most, np.nan)
    return least + unknown_share * (most - least)


@dataclass(frozen=True, eq=False)
class _ShiftTest:
    """Which inputs do not shift to each lane's good (L x J): at least, at most.

    The two differ where words or circumstances decide. `coarse` stay for want of detail.
    """

    least: Bools
    most: Bools
    coarse: Bools


def _shift_test(rule: TariffShift, inputs: OriginInputs, group: tuple[HSRange, ...]) -> _ShiftTest:
    """Which inputs do not shift to each lane's good, and which of them for want of detail.

    An input does not shift where it may be in the good's own chapter, heading, subheading or
    product (the level tested), in an exception, or in the group: it lies there, or is known so
    coarsely that it could. Inputs elsewhere shift however coarsely they are known.
    """
    low, high = _bounds(inputs.input_codes)
    own, lane_good = np.unique(np.array(inputs.products, dtype=str), return_inverse=True)
    good_low, good_high = _bounds([own_place(rule, code) for code in own.tolist()])
    closed, inside = _within(inputs.input_codes, closed_places(rule, group))
    stays = _overlap(low, high, good_low, good_high)[lane_good] | closed
    certain = _inside(low, high, good_low, good_high)[lane_good] | inside
    if rule.level is ShiftFrom.LISTED:
        stays = certain = np.ones_like(stays)
    least = most = stays
    for some in rule.except_some:
        touches, _ = _some_inputs(some, inputs)
        most = most | touches
        least = least | touches if some.by_code else least
    for some in rule.also:
        touches, surely = _some_inputs(some, inputs)
        least = least & ~(surely if some.by_code else touches & ~closed)
        most = most & ~surely if some.by_code else most
    return _ShiftTest(least, most, least & ~certain)


def _some_inputs(some: Materials, inputs: OriginInputs) -> tuple[Bools, Bools]:
    """Which inputs of which lanes (L x J) may be these materials, and which lie in their codes."""
    touches, inside = _within(inputs.input_codes, some.codes)
    if not some.codes:
        touches = inside = np.ones(len(inputs.input_codes), dtype=bool)
    goods = tuple(HSRange(product, product) for product in inputs.products)
    meant, surely_meant = _within(goods, some.goods)
    if not some.goods:
        meant = surely_meant = np.ones(len(goods), dtype=bool)
    return meant[:, None] & touches, surely_meant[:, None] & inside


def _within(codes: tuple[HSRange, ...], ranges: tuple[HSRange, ...]) -> tuple[Bools, Bools]:
    """Which codes (J) share a product with the ranges, and which lie wholly inside one."""
    low, high = _bounds(codes)
    range_low, range_high = _bounds(ranges)
    touches: Bools = np.any(_overlap(low, high, range_low, range_high), axis=0)
    inside: Bools = np.any(_inside(low, high, range_low, range_high), axis=0)
    return touches, inside


def _bounds(ranges: Sequence[HSRange]) -> tuple[Integers, Integers]:
    low = np.array([int(r.low) for r in ranges], dtype=np.int64)
    high = np.array([int(r.high) for r in ranges], dtype=np.int64)
    return low, high


def _overlap(low: Integers, high: Integers, from_: Integers, to: Integers) -> Bools:
    """Whether codes (J) and places (K) share a product: K x J."""
    overlap: Bools = (low[None, :] <= to[:, None]) & (from_[:, None] <= high[None, :])
    return overlap


def _inside(low: Integers, high: Integers, from_: Integers, to: Integers) -> Bools:
    """Whether codes (J) lie wholly inside places (K): K x J."""
    inside: Bools = (from_[:, None] <= low[None, :]) & (high[None, :] <= to[:, None])
    return inside
