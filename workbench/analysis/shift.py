"""Where a tariff shift does not let non-originating inputs come from.

Both the claiming kernel (`rule_terms`, all lanes at once) and the check of a single good
(`origin`) test inputs against these places, so that a shift means one thing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from workbench.model.nomenclature import HSRange
from workbench.model.origin import Materials, ShiftFrom, TariffShift

LEVEL_DIGITS = {ShiftFrom.CHAPTER: 2, ShiftFrom.HEADING: 4, ShiftFrom.SUBHEADING: 6}


def own_place(rule: TariffShift, good: str) -> HSRange:
    """The good's own chapter, heading, subheading or product: the level that is tested."""
    code = good[: LEVEL_DIGITS.get(rule.level)]
    return HSRange(code, code)


def closed_places(rule: TariffShift, group: tuple[HSRange, ...] = ()) -> tuple[HSRange, ...]:
    """The exceptions of a shift, and the group that it must come from outside of.

    Args:
        rule: the shift.
        group: all products of the rule, unless the rule states its group.
    """
    if not rule.outside_group:
        return rule.exceptions
    digits = LEVEL_DIGITS.get(rule.level)
    return rule.exceptions + tuple(
        HSRange(r.first[:digits], r.last[:digits]) for r in rule.group or group
    )


Certainty = tuple[bool, bool]
"""Whether something is so: for sure, and perhaps."""

CodeTest = Callable[[str, tuple[str, ...] | None], Certainty]
"""A test of an input by its code and the words that describe it, None where nothing is said."""


def stays(
    rule: TariffShift,
    good: str,
    group: tuple[HSRange, ...] = (),
    holds: Callable[[str], bool | None] = lambda words: None,
) -> CodeTest:
    """Whether an input of a code does not shift to a good.

    An input known more coarsely than the level tested may or may not shift, and so may one that
    words or circumstances decide about.

    Args:
        rule: the shift.
        good: digits of the good.
        group: all products of the rule.
        holds: whether something said in words holds; None where that is not known.
    """
    own = within((own_place(rule, good),))
    closed = within(closed_places(rule, group))
    excepted = [some for some in (_some(m, good, holds) for m in rule.except_some) if some]
    allowed = [some for some in (_some(m, good, holds) for m in rule.also) if some]
    listed_only = rule.level is ShiftFrom.LISTED
    if not excepted and not allowed and not listed_only:
        return within((own_place(rule, good), *closed_places(rule, group)))

    def test(code: str, words: tuple[str, ...] | None) -> Certainty:
        shut = closed(code, words)
        first = (True, True) if listed_only else own(code, words)
        surely, perhaps = first[0] or shut[0], first[1] or shut[1]
        for some in excepted:
            sure, may = some.test(code, words)
            surely, perhaps = surely or sure, perhaps or may
        for some in allowed:
            # What words allow does not undo what the rule excepts by code.
            if not some.by_code and shut[1]:
                continue
            sure, may = some.test(code, words)
            surely, perhaps = surely and not may, perhaps and not sure
        return surely, perhaps

    return test


def within(ranges: tuple[HSRange, ...]) -> CodeTest:
    """Whether a code lies in one of the ranges; one known too coarsely perhaps does."""
    spans = [(r.low, r.high) for r in ranges]

    def test(code: str, words: tuple[str, ...] | None) -> Certainty:
        low, high = _bounds(code)
        perhaps = False
        for start, end in spans:
            if start <= low and high <= end:
                return True, True
            if low <= end and start <= high:
                perhaps = True
        return False, perhaps

    return test


def described(codes: tuple[HSRange, ...], words: str, surely: bool = True) -> CodeTest:
    """Whether an input is one of some codes that fit some words.

    Args:
        codes: where it is classified; without any, only words decide.
        words: what it is; "" for everything of the codes.
        surely: whether the description is sure to apply at all.
    """
    by_code = within(codes)

    def test(code: str, said: tuple[str, ...] | None) -> Certainty:
        sure, may = by_code(code, said) if codes else (True, True)
        if words and may:
            if said is None:
                sure = False
            elif words.strip().casefold() not in {text.strip().casefold() for text in said}:
                sure = may = False
        return sure and surely, may

    return test


@dataclass(frozen=True, slots=True)
class _Some:
    """Materials that a shift treats apart, for one good."""

    test: CodeTest
    by_code: bool


def _some(some: Materials, good: str, holds: Callable[[str], bool | None]) -> _Some | None:
    """The materials, or None where the good or the circumstances rule them out."""
    meant = within(some.goods)(good, None) if some.goods else (True, True)
    conditions = [holds(words) for words in (some.goods_words, some.when) if words]
    if not meant[1] or False in conditions:
        return None
    surely = meant[0] and None not in conditions
    by_code = bool(some.codes) and not some.words and surely
    return _Some(described(some.codes, some.words, surely), by_code)


@lru_cache(maxsize=8192)
def _bounds(code: str) -> tuple[str, str]:
    """The smallest and largest ten-digit code that a code, known more or less closely, can be."""
    return code.ljust(10, "0"), code.ljust(10, "9")
