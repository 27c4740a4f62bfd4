"""Worked examples as data: each file of tests/cases/origin holds facts, and what they come to."""

import json
from pathlib import Path

import pytest
import yaml

from workbench.analysis.origin.report import check_good
from workbench.definitions.good_input import parse_good

FOLDER = Path(__file__).parents[2] / "cases" / "origin"


CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", CASES)
def test_case(case):
    found = check_good(parse_good(json.dumps(case["facts"]), case["name"]))
    expected = dict(case["expect"])
    assert found["determination"] == expected.pop("determination"), found["text"]
    for key in ("non_originating_declared", "non_party_traced"):
        if key in expected:
            assert found[key] == pytest.approx(expected.pop(key), abs=1e-9)
    if "non_originating_declared_range" in expected:
        wanted = expected.pop("non_originating_declared_range")
        assert found["non_originating_declared_range"] == pytest.approx(wanted)
    for method, value in expected.pop("rvc", {}).items():
        assert found["rvc"][method] == pytest.approx(value, abs=1e-9)
    for method, bounds in expected.pop("rvc_range", {}).items():
        assert found["rvc_range"][method] == pytest.approx(bounds, abs=1e-9)
    materials = {row["name"]: row for row in found["materials"]}
    for name, value in expected.pop("non_originating", {}).items():
        assert materials[name]["non_originating"] == pytest.approx(value, abs=1e-9)
    for name, bounds in expected.pop("non_originating_range", {}).items():
        assert materials[name]["non_originating_range"] == pytest.approx(bounds, abs=1e-9)
    results = {tuple(row["place"]): row["result"] for row in found["criteria"]}
    for key in ("met", "not_met"):
        for place in expected.pop(key, []):
            assert results[tuple(place)] == key
    for words in expected.pop("needs", []):
        assert any(words in need for need in found["needs"]), found["needs"]
    if "blocked" in expected:
        assert len(found["blocked_by"]) == expected.pop("blocked")
    if "would_qualify_if" in expected:
        kinds = {change["kind"] for change in found["would_qualify_if"]}
        assert set(expected.pop("would_qualify_if")) <= kinds
    if "range" in expected:
        (span,) = found["ranges"]
        for key, bounds in expected.pop("range").items():
            assert span[key] == pytest.approx(bounds, abs=1e-6)
    assert not expected, f"not looked at: {expected}"
    assert found["text"]
