"""Treaty wording to rules: a grammar of the sentences that origin rules are written in.

A text is alternatives ("; or"), each one or several requirements ("; and"), each one sentence of
a known form with what may follow it ("except from …", "provided that …", "However …"). Where a
sentence has no known form the reader goes on at the next one and leaves the words it could not
read as the remainder. It never guesses: what is read is what the text says.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from workbench.definitions.treaty.cleaning import clean
from workbench.definitions.treaty.criteria import Clauses
from workbench.definitions.treaty.shifts import Shifts
from workbench.model.nomenclature import HSRange
from workbench.model.origin import AllOf, AnyOf, OnlyGoods, Rule, TariffShift


class ReadStatus(StrEnum):
    """How much of a text was understood."""

    PARSED = "parsed"
    PARTIAL = "partial"
    UNPARSED = "unparsed"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says.

    Attributes:
        rule: None where nothing was understood.
        status: how much was.
        left_over: what was not, in the words of the text.
        left: where that stands in the text, as pairs of start and end.
        goods: the goods that the whole text says it is for.
        notes: cross-references in the text that ask nothing by themselves.
    """

    rule: Rule | None
    status: ReadStatus
    left_over: str = ""
    left: tuple[tuple[int, int], ...] = ()
    goods: OnlyGoods | None = None
    notes: tuple[str, ...] = ()


def read_treaty(text: str) -> Reading:
    """Read a rule of origin in the words of a treaty, statute or customs guide."""
    source = clean(text)
    reader = _Reader(source)
    parts = reader.alternatives()
    reader.leave(reader.end)
    goods, rule = _joined(parts)
    left = tuple(source.span(start, end) for start, end in reader.left)
    status = ReadStatus.PARSED if not left else ReadStatus.PARTIAL
    if rule is None:
        status = ReadStatus.UNPARSED
        left = left or ((0, len(text)),)
    left_over = " … ".join(text[start:end].strip() for start, end in left)
    return Reading(rule, status, left_over, left, goods, tuple(reader.notes))


@dataclass
class _Alternative:
    """One alternative, and the goods that its own words say it is for."""

    rule: Rule
    goods: OnlyGoods | None = None
    groups: dict[int, tuple[HSRange, ...]] = field(default_factory=dict)
