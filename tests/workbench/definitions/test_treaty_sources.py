"""Reading of published rules, beside the repository; nothing of them is kept here.

Skipped where the folder `../shared` with those sources is absent.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workbench.analysis.rule_terms import All, Leaf, OriginInputs, Terms, rule_terms
from workbench.analysis.rule_terms import Any as AnyTerms
from workbench.definitions.treaty.coverage import coverage
from workbench.definitions.treaty.reading import Reading
from workbench.definitions.treaty_text import ReadStatus, Style, read_treaty, treaty_text
from workbench.model.nomenclature import HSRange
from workbench.model.origin import ShiftFrom, TariffShift, criteria

SHARED = Path(__file__).parents[4] / "shared" / "data"
MARKING, TARIFF = SHARED / "roo-us-19cfr102", SHARED / "roo-uk-tariff"

pytestmark = pytest.mark.skipif(
    not (MARKING.is_dir() and TARIFF.is_dir()), reason="the sources in ../shared are absent"
)

# Where the structured form and the text it stands beside differ: each was compared by eye, and the
# reading follows the text. The structured form takes a source or a description of the goods for
# the goods themselves, the product of the rule for a source said as "any other product of Chapter
# 7", "any other subheading within that group" for one of any group, leaves out an "or from any
# other heading" behind a bracket or a proviso, takes "except a change from" for a source, a
# material for an exception, and "any other heading or subheading" for headings alone.
DIFFER = {
    "0306": {"goods"},
    "0307": {"goods"},
    "0309.90": {"named"},
    "0712": {"named"},
    "2852": {"level"},
    "2903.82-2904.99": {"level"},
    "2907.29": {"named"},
    "3002.12-3002.90": {"goods"},
    "3826": {"goods", "named"},
    "3922-3926": {"except"},
    "8103.20-8113.00": {"goods"},
    "8443.99": {"level"},
    "8466.10-8466.94": {"goods"},
    "8470.10-8471.50": {"level"},
    "8471.60-8472.90": {"level"},
    "8474.10-8474.80": {"level"},
    "8479.10-8479.89": {"goods"},
    "9620.00": {"level"},
}

Bounds = tuple[str, str]


def marking_rules() -> list[dict[str, Any]]:
    (path,) = MARKING.glob("19cfr102.20-*.json.gz")
    rules: list[dict[str, Any]] = json.loads(gzip.decompress(path.read_bytes()))["rules"]
    return rules


def bounds(text: str) -> Bounds:
    first, _, last = (part.replace(".", "") for part in text.partition("-"))
    last = last or first
    size = max(len(first), len(last))
    return first.zfill(2).ljust(10, "0"), last.zfill(2).ljust(size, "9").ljust(10, "9")


def bounds_of(ranges: tuple[HSRange, ...]) -> set[Bounds]:
    return {(item.low, item.high) for item in ranges}


def test_shares_of_texts_read() -> None:
    for found in coverage(TARIFF):
        assert found.parsed_share >= 0.95, found
        assert found.read_share >= 0.96, found
    (marking,) = (found for found in coverage(MARKING) if "102.20-" in found.source)
    assert marking.parsed_share >= 0.98
    assert marking.read_share == 1


def differences(alternative: dict[str, Any], found: Reading, scope: set[Bounds]) -> set[str]:
    """In what the reading of an alternative differs from its structured form."""
    assert found.rule is not None
    shift = alternative["shift"]
    shifts = [c for c in criteria(found.rule) if isinstance(c, TariffShift)]
    some = [one for c in shifts for one in c.except_some]
    differ = set()
    levels = {
        (source["level"], source["outside_that_group"])
        for source in shift["sources"]
        if source["kind"] == "any_other"
    }
    if levels != {
        (str(c.level), c.outside_group) for c in shifts if c.level is not ShiftFrom.LISTED
    }:
        differ.add("level")
    named = {
        bounds(text)
        for source in shift["sources"]
        if source["kind"] != "any_other"
        for text in source["ranges"]
    }
    also = {b for c in shifts for one in c.also for b in bounds_of(one.codes)}
    if not named <= also:
        differ.add("named")
    excluded = {bounds(text) for text in shift["excluded"]} | {
        bounds(text) for one in shift["excluded_when"] for text in one["ranges"]
    }
    got = {b for c in shifts for b in bounds_of(c.exceptions)}
    got |= {b for one in some for b in bounds_of(one.codes)}
    # The structured form counts the goods of an exception among what is excepted.
    excluded -= {b for one in some for b in bounds_of(one.goods)} - got
    if not (got == excluded or excluded - got <= also):
        differ.add("except")
    goods = set() if found.goods is None else bounds_of(found.goods.codes)
    target = {bounds(text) for text in alternative["target"]["ranges"]}
    if not (goods == target or (not goods and target == scope)):
        differ.add("goods")
    return differ


def test_shifts_agree_with_the_structured_form() -> None:
    compared = 0
    differ: dict[str, set[str]] = {}
    for rule in marking_rules():
        scope = {bounds(text) for text in rule["scope"]}
        for alternative in rule["alternatives"]:
            found = read_treaty(alternative["text"])
            if alternative["unparsed_reason"] or found.status is not ReadStatus.PARSED:
                continue
            compared += 1
            if found_here := differences(alternative, found, scope):
                differ.setdefault(rule["rule_id"].partition("/")[2], set()).update(found_here)
    assert compared >= 950
    assert differ == DIFFER


def lowest(terms: Terms) -> float:
    """The share of materials that a rule asks to be re-sourced, on one lane."""
    if isinstance(terms, Leaf):
        if terms.process is not None:
            return 0.0 if terms.performed_share else np.inf
        return float(terms.alpha[0]) if terms.attainable[0] else np.inf
    found = [lowest(part) for part in terms.parts]
    assert isinstance(terms, All | AnyTerms)
    return max(found) if isinstance(terms, All) else min(found)


def verdict(good: str, materials: list[str]) -> str:
    """met, not_met, or undetermined where words decide; "" where no rule is in hand."""
    codes = tuple(HSRange.parse(code) for code in materials)
    rule = next(
        (
            one
            for one in marking_rules()
            if any(low <= good.ljust(10, "0") <= high for low, high in map(bounds, one["scope"]))
        ),
        None,
    )
    if rule is None:
        return ""
    found = read_treaty(rule["text"])
    assert found.rule is not None
    inputs = OriginInputs(
        products=(good,),
        materials_share=np.ones(1),
        net_cost_share=np.ones(1),
        de_minimis=np.zeros(1),
        input_codes=codes,
        input_shares=np.full((1, len(codes)), 1 / len(codes)),
        origin_codes=(),
        origin_shares=np.zeros((1, 0)),
    )
    group = found.goods.codes if found.goods is not None else ()
    easy, hard = (lowest(rule_terms(found.rule, inputs, share, group)) for share in (0.0, 1.0))
    if hard == 0:
        return "met"
    return "not_met" if easy > 0 else "undetermined"


def test_rulings_of_customs_are_never_contradicted() -> None:
    cases = json.loads((MARKING / "agreement-cases.json").read_text(encoding="utf-8"))["cases"]
    answers = [
        (case["cbp"], verdict(case["good"].replace(".", ""), case["materials"])) for case in cases
    ]
    assert all(found in {cbp, "undetermined", ""} for cbp, found in answers), answers
    assert sum(found == cbp for cbp, found in answers) >= 5


def test_published_rules_survive_both_styles() -> None:
    for rule in marking_rules()[::7]:
        found = read_treaty(rule["text"])
        assert found.rule is not None
        for style in Style:
            assert read_treaty(treaty_text(found.rule, style)).rule == found.rule
