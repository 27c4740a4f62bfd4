"""Concentration and dependency."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.concentration import band, hhi, hhi_by, persistent
from workbench.analysis.reference_cases import run_case
from workbench.definitions.reference_cases import ReferenceCase, reference_cases


@pytest.mark.parametrize(
    "case",
    [c for c in reference_cases() if c.group == "Concentration and dependency"],
    ids=lambda case: case.name,
)
def test_reference_cases(case: ReferenceCase) -> None:
    assert run_case(case).passed


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=30).filter(lambda v: sum(v) > 1e-3))
def test_hhi_lies_between_one_over_n_and_one(values: list[float]) -> None:
    assert 1 / len(values) - 1e-9 <= hhi(np.array(values)) <= 1 + 1e-9


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=10), st.floats(0.001, 1000))
def test_hhi_does_not_depend_on_the_scale(values: list[float], factor: float) -> None:
    assert hhi(np.array(values) * factor) == pytest.approx(hhi(np.array(values)))


def test_hhi_of_nothing_is_missing() -> None:
    assert np.isnan(hhi(np.zeros(3)))


def test_hhi_by_groups() -> None:
    frame = pd.DataFrame(
        {
            "product": ["a", "a", "a", "b", "c"],
            "exporter": ["X", "Y", "X", "X", "X"],
            "value": [25.0, 50.0, 25.0, 7.0, 0.0],
        }
    )
    found = hhi_by(frame, ["product"], "exporter")
    assert found.to_dict() == {"a": 0.5, "b": 1.0}


def test_bands_of_both_guidelines() -> None:
    assert [band(x, 2010) for x in (0.15, 0.2, 0.26)] == [
        "unconcentrated",
        "moderately concentrated",
        "highly concentrated",
    ]
    assert [band(x) for x in (0.1, 0.15, 0.2)] == [
        "unconcentrated",
        "moderately concentrated",
        "highly concentrated",
    ]


@pytest.mark.parametrize(
    ("flags", "stands"),
    [
        ([True, True, False], True),
        ([True, False, True], True),
        ([True, False, False], False),
        ([True, True], True),
        ([False, False], False),
        ([True, False], None),
        ([True], None),
        ([], None),
        ([True, True, False, False, False], False),
    ],
)
def test_a_flag_stands_with_two_of_three_years(flags: list[bool], stands: bool | None) -> None:
    assert persistent(flags) is stands


@given(st.lists(st.booleans(), min_size=6, max_size=40))
def test_persistence_reduces_churn(flags: list[bool]) -> None:
    """Flags change from year to year less often when two of three years are asked for."""
    filtered = [persistent(flags[: n + 1]) for n in range(2, len(flags))]
    raw = flags[2:]

    def changes(values: list[bool] | list[bool | None]) -> int:
        return sum(a != b for a, b in pairwise(values))

    assert changes(filtered) <= changes(raw) + 1
