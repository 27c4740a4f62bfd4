"""Published examples that the program carries: every figure that they name comes out."""

import pytest

from workbench.analysis.reference_cases import (
    example_bills,
    results_data,
    run_case,
    run_reference_cases,
)
from workbench.definitions.reference_cases import ReferenceCase, misprints, reference_cases

CASES = reference_cases()


@pytest.mark.parametrize("case", CASES, ids=[f"{case.id} {case.name}" for case in CASES])
def test_case(case: ReferenceCase) -> None:
    found = run_case(case)
    assert found.passed, f"{found.expected}\ncomputed: {found.computed}"
    named = {key for key in case.expected if key != "to"}
    assert len(found.compared) >= len(named)


def test_a_wrong_answer_is_told() -> None:
    case = next(case for case in CASES if case.expected.get("determination") == "originating")
    wrong = ReferenceCase(
        case.id,
        case.group,
        case.name,
        case.source,
        case.good,
        {},
        {"determination": "not_originating", "non_originating_declared": 0.123},
    )
    found = run_case(wrong)
    assert not found.passed
    assert "not originating" in found.expected
    assert found.computed.startswith("originating")
    assert [one.agrees for one in found.compared] == [False, False]


def test_results_as_data() -> None:
    data = results_data(run_reference_cases())
    assert data["failed"] == 0
    assert data["passed"] == len(CASES)
    assert len(data["known_misprints"]) == len(misprints()) > 0
    assert all(case["source"] for case in data["cases"])


def test_examples_are_official_and_have_a_bill() -> None:
    official = {case.id for case in CASES if case.official}
    assert len(example_bills()) > 20
    assert all(one.id in official and one.good.materials for one in example_bills())
