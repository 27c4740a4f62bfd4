"""The entry of a code, found by an index, is the one that a look at each would find."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.model.agreement import Agreement
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.nomenclature import HSRange, covers
from workbench.model.origin import AnyGood, OriginProvisions, ProductRule
from workbench.model.range_index import index_of


@st.composite
def _ranges(draw: st.DrawFn) -> HSRange:
    digits = draw(st.sampled_from([2, 4, 6]))
    first = draw(st.sampled_from(["85", "81", "26"])) + "".join(
        draw(st.sampled_from("01")) for _ in range(digits - 2)
    )
    last = draw(st.sampled_from([first, first[:-1] + "9"]))
    return HSRange(first, max(first, last))


_CODES = st.text("0158", min_size=2, max_size=10).filter(lambda text: len(text) % 2 == 0)
_ENTRIES = st.lists(
    st.tuples(
        st.lists(_ranges(), max_size=3).map(tuple), st.lists(_ranges(), max_size=2).map(tuple)
    ),
    max_size=6,
)


@given(_ENTRIES, _CODES)
def test_the_first_entry_that_holds_a_code(entries, code: str) -> None:
    holders = tuple(CoveredProducts(included, excluded) for included, excluded in entries)
    wanted = next(
        (n for n, (inside, outside) in enumerate(entries) if covers(inside, outside, code)), None
    )
    assert index_of(holders).first(code) == wanted
    found = ProductCoverage(holders).entry_of(code)
    assert found == (None if wanted is None else holders[wanted])
    rules = tuple(ProductRule(inside, AnyGood(), outside) for inside, outside in entries)
    rule = Agreement("x", origin=OriginProvisions(product_rules=rules)).product_rule(code)
    assert rule == (None if wanted is None else rules[wanted])


@given(_ENTRIES, st.lists(_CODES, max_size=4).map(tuple), st.lists(_CODES, max_size=4).map(tuple))
def test_many_codes_at_once_are_each_as_alone(
    entries, codes: tuple[str, ...], others: tuple[str, ...]
) -> None:
    coverage = ProductCoverage(tuple(CoveredProducts(*each) for each in entries))
    text = Agreement(
        "x",
        origin=OriginProvisions(
            product_rules=tuple(ProductRule(inside, AnyGood(), out) for inside, out in entries)
        ),
    )
    for asked in (codes, codes, others, codes):  # what is kept of one must not answer another
        assert coverage.entries_of(asked) == tuple(coverage.entry_of(code) for code in asked)
        rules = (text.product_rule(code) for code in asked)
        places = text.product_rules_of(asked)
        assert all(
            (text.origin.product_rules[place] if place >= 0 else None) is rule
            for place, rule in zip(places, rules, strict=True)
        )


@given(_ranges(), _CODES)
def test_a_range_contains_what_lies_between_its_ends(item: HSRange, code: str) -> None:
    inside = item.low <= code.ljust(10, "0") and code.ljust(10, "9") <= item.high
    assert item.contains(code) == inside


def test_an_index_is_made_once() -> None:
    entries = (CoveredProducts((HSRange.parse("8505.11"),)),)
    assert index_of(entries) is index_of(entries)
