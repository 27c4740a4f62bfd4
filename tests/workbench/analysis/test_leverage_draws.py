"""Leverage gaps of many draws at once are those of each draw alone."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.analysis.claiming import ClaimingParameters, LaneTerms, utilisation
from workbench.analysis.incentives import common_leverage_gap
from workbench.analysis.leverage_draws import TOLERANCE, DrawnLanes, common_gaps
from workbench.analysis.rule_terms import Leaf

LANES, DRAWS = 4, 3
SHARE = st.floats(0, 1)


def lanes_of(gains: list[float], content: list[float], cost: float) -> LaneTerms:
    ones = np.ones(LANES)
    return LaneTerms(
        value_usd=np.array([1e6, 3e6, 2e5, 1e6]),
        gross_incentive=np.array(gains),
        ad_valorem_cost=cost * ones,
        declared_mean=np.array(content),
        traced_mean=np.array(content),
        non_party_fraction=ones,
        duty_cut=ones,
    )


def build_down(threshold: float, rows: int) -> Leaf:
    ones = np.ones(rows)
    return Leaf(ones, (1 - threshold) * ones, ones.astype(bool))


def together(alone: list[tuple[LaneTerms, ClaimingParameters]], threshold: float) -> DrawnLanes:
    """The same lanes under several draws as rows."""
    rows = LANES * len(alone)

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(lanes, name) for lanes, _ in alone])

    names = ("concentration", "consignment_usd", "sigma", "fixed_cost_usd", "premium")
    return DrawnLanes(
        np.repeat(np.arange(len(alone)), LANES),
        LaneTerms(**{name: joined(name) for name in LaneTerms.__dataclass_fields__}),
        build_down(threshold, rows),
        ClaimingParameters(
            **{
                name: np.repeat([float(getattr(p, name)) for _, p in alone], LANES)
                for name in (*names, "never_claims_share")
            }
        ),
    )


STEEP = (
    [0.0, 0.02, 0.05, 0.0],
    [0.0, 1.0, 0.0, 0.0],
    0.0390625,
    ClaimingParameters(10.0, 141_762.0, 1.0, 349.0, 0.5),
    0.25,
)
"""Nearly nobody gains below the cost of complying, and nearly everybody above it."""

PARAMETERS = st.builds(
    ClaimingParameters,
    concentration=st.floats(1, 50),
    consignment_usd=st.floats(5e3, 5e5),
    sigma=st.floats(0.3, 4),
    fixed_cost_usd=st.floats(5, 2_000),
    premium=st.floats(0.01, 0.5),
    never_claims_share=st.floats(0, 0.2),
)


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from([0.0, 0.02, 0.05, 0.3]), min_size=LANES, max_size=LANES),
            st.lists(SHARE, min_size=LANES, max_size=LANES),
            st.floats(0, 0.05),
            PARAMETERS,
            st.floats(0.05, 0.95),
        ),
        min_size=DRAWS,
        max_size=DRAWS,
    ),
    st.floats(0, 1),
)
@example([STEEP] * DRAWS, 1.0)
@settings(max_examples=60, deadline=None)
def test_as_each_draw_alone(
    drawn: list[tuple[list[float], list[float], float, ClaimingParameters, float]],
    threshold: float,
) -> None:
    alone = [(lanes_of(gains, content, cost), p) for gains, content, cost, p, _ in drawn]
    targets = np.array([target for *_, target in drawn])
    found = common_gaps([together(alone, threshold)], targets)
    for place, (lanes, parameters) in enumerate(alone):
        terms = build_down(threshold, LANES)
        wanted = common_leverage_gap([(lanes, terms)], parameters, targets[place]).value
        if wanted is None:
            assert np.isinf(found[place])
        elif wanted < 10:  # beyond, one digit of the gap is less than one of utilisation
            assert found[place] == pytest.approx(wanted, rel=1e-6, abs=3 * TOLERANCE)
        else:
            assert found[place] >= 1


def test_lanes_without_known_content_do_not_count() -> None:
    lanes = lanes_of([0.0] * LANES, [0.3, np.nan, 0.2, 0.5], 0.0)
    parameters = ClaimingParameters()
    found = common_gaps([together([(lanes, parameters)], 0.5)], np.array([0.8]))
    wanted = common_leverage_gap([(lanes, build_down(0.5, LANES))], parameters, 0.8).value
    assert found[0] == pytest.approx(wanted, abs=TOLERANCE)
    nothing = lanes_of([0.0] * LANES, [np.nan] * LANES, 0.0)
    assert np.isnan(common_gaps([together([(nothing, parameters)], 0.5)], np.array([0.8])))[0]


def test_claims_that_cost_nothing_begin_at_once() -> None:
    """Utilisation jumps where the gain passes the cost of complying."""
    lanes = lanes_of([0.0] * LANES, [0.0] * LANES, 0.03)
    free = ClaimingParameters(fixed_cost_usd=0.0)
    gap = common_gaps([together([(lanes, free)], 0.5)], np.array([0.8]))[0]
    assert gap == pytest.approx(0.03, abs=1e-6)


def test_the_gap_brings_utilisation_to_the_target() -> None:
    lanes = lanes_of([0.0, 0.01, 0.0, 0.05], [0.2, 0.4, 0.6, 0.3], 0.01)
    parameters = ClaimingParameters(sigma=2.5)
    part = together([(lanes, parameters)], 0.6)
    gap = common_gaps([part], np.array([0.7]))
    assert gap[0] > 0
    value = lanes.value_usd
    assert part.claimed(gap, 1)[0] / value.sum() == pytest.approx(0.7, abs=1e-6)
    now = utilisation(lanes, build_down(0.6, LANES), parameters) @ value / value.sum()
    assert now < 0.7
