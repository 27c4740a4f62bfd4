"""Agreements of every shape for property tests, made from the table of keys.

`st.from_type(Agreement)` gives any agreement whose values are right in themselves; its parts
need not fit each other.
"""

from typing import Any, assert_never

import hypothesis.strategies as st
from hypothesis import settings

from workbench.definitions.fields import (
    AGREEMENT,
    RULES,
    Changes,
    Choice,
    Codes,
    Economy,
    Flag,
    Integer,
    Kind,
    ListName,
    Many,
    Marker,
    Number,
    OneCode,
    Part,
    Record,
    RuleTree,
    Shares,
    Text,
    Wrapped,
    section_field,
    sections,
)
from workbench.model.agreement import Agreement
from workbench.model.economies import territory_of
from workbench.model.economies_table import CUSTOMS_TERRITORIES, ECONOMIES
from workbench.model.nomenclature import HSRange
from workbench.model.origin import AllOf, AnyOf

settings.register_profile("quiet", deadline=None)
settings.load_profile("quiet")

_NASTY = (
    "NO", "0101", "8505.11", "1e5", "null", "~", "", " ", "- a", "a: b", "a #b", "'", '"', "{}",
    "a\n", "a\n\n", "\na", "a\n b\n", " a\nb", "a\t", "\\", "é: ü", "a\x85b", "a\u2028b", "\ufeff",
    "\x00", "# a", "word " * 40, "two  spaces " * 20, "x" * 200, "*a", "&a", "!a", "a,b", "[a]",
    "true", "2024-01-01", "1:30", "<<", "=", "…", "日本", "a:", "?a", "? a", "%a", "@a", "`a",
    "line one\n\n  indented\nlast", "trailing \nspace", "a\r\nb", "|", ">", "a'b\"c",
)  # fmt: skip
_TEXTS = st.one_of(st.sampled_from(_NASTY), st.text(max_size=40))
_NEGOTIATORS = [code for code in (*ECONOMIES, *CUSTOMS_TERRITORIES) if territory_of(code) == code]
_CONTENT = [*ECONOMIES, *CUSTOMS_TERRITORIES]


@st.composite
def _ranges(draw: st.DrawFn) -> HSRange:
    digits = draw(st.sampled_from([2, 4, 6, 8, 10]))
    least = 10 ** (digits - 2)
    ends = sorted(draw(st.lists(st.integers(least, 10**digits - 1), min_size=2, max_size=2)))
    if draw(st.booleans()):
        ends[1] = ends[0]
    first, last = (str(end).zfill(digits) for end in ends)
    return HSRange(first, last)


def _rules() -> st.SearchStrategy[Any]:
    leaves = [form.kind for form in RULES if not isinstance(form.kind, Wrapped)]
    return st.recursive(
        st.one_of([of_kind(kind) for kind in leaves]),
        lambda inner: st.builds(
            lambda join, rules: join(tuple(rules)),
            st.sampled_from([AllOf, AnyOf]),
            st.lists(inner, max_size=3),
        ),
        max_leaves=5,
    )


@st.composite
def _changes(draw: st.DrawFn) -> tuple[tuple[str, Any], ...]:
    chosen = draw(st.lists(st.sampled_from(sections()), max_size=2, unique=True))
    found = []
    for section in chosen:
        field = section_field(section)
        assert field is not None
        found.append((section, draw(of_kind(field.kind))))
    return tuple(found)


def _tuples(item: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(item, max_size=3).map(tuple)


def of_kind(kind: Kind) -> st.SearchStrategy[Any]:
    """Any value of a kind."""
    match kind:
        case Text():
            return _TEXTS
        case Number():
            return st.floats(kind.low, kind.high)
        case Integer():
            return st.integers(kind.low, kind.high)
        case Flag():
            return st.booleans()
        case Choice():
            return st.sampled_from(list(kind.options))
        case Economy():
            return st.sampled_from(_NEGOTIATORS if kind.negotiates else _CONTENT)
        case Codes():
            return _ranges()
        case OneCode():
            return _ranges().map(lambda found: found.first)
        case ListName():
            return st.sampled_from(["", "no-such-list", "../etc", "A b"])
        case Many():
            return _tuples(of_kind(kind.item))
        case Shares():
            pairs = st.tuples(of_kind(kind.of), st.floats(0, 1))
            return st.lists(pairs, max_size=3, unique_by=lambda pair: pair[0]).map(tuple)
        case Part():
            return of_record(kind.record)
        case Wrapped():
            return of_kind(kind.kind).map(kind.type)
        case Marker():
            return st.just(kind.type())
        case RuleTree():
            return st.deferred(_rules)
        case Changes():
            return _changes()
        case _:
            assert_never(kind)


@st.composite
def of_record(draw: st.DrawFn, record: Record) -> Any:
    """Any value of a part of the model; a key with a default is left at it half of the time."""
    values: dict[str, Any] = {}
    for field in record.fields:
        if field.name in record.defaults and draw(st.booleans()):
            values[field.name] = record.defaults[field.name]
        else:
            values[field.name] = draw(of_kind(field.kind))
    return record.type(**values)


st.register_type_strategy(Agreement, lambda _: of_record(AGREEMENT))
