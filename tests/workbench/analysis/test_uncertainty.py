"""Ranges and draws of assumptions."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.analysis.calibration import calibrate
from workbench.analysis.observed_claims import shipped_claims
from workbench.analysis.uncertainty import (
    FOREIGN_CONTENT,
    Spread,
    _calibrated,
    assumptions_of,
    draw,
    draw_places,
)
from workbench.model.agreement import Agreement
from workbench.model.commitments import PARAMETERS
from workbench.model.origin import OriginProvisions, RegionalValueContent, RvcMethod


def test_every_range_holds_its_base_value_and_stays_valid(agreement: Agreement) -> None:
    valid = {info.name: info for info in PARAMETERS}
    found = assumptions_of(agreement)
    assert {"fixed_cost", "premium", "sigma", FOREIGN_CONTENT} <= {a.name for a in found}
    for a in found:
        assert a.low <= a.base <= a.high
        assert a.low < a.high
        assert a.source
        if not a.is_data:
            assert valid[a.name].low <= a.low
            assert a.high <= valid[a.name].high
            assert a.base == getattr(agreement.parameters, a.name)


def test_an_own_value_outside_a_published_range_widens_it(agreement: Agreement) -> None:
    changed = replace(agreement, parameters=replace(agreement.parameters, fixed_cost=5_000.0))
    cost = {a.name: a for a in assumptions_of(changed)}["fixed_cost"]
    assert (cost.low, cost.base, cost.high) == (14, 5_000, 5_000)


def test_a_cost_of_nothing_is_not_drawn_on_a_logarithmic_scale(agreement: Agreement) -> None:
    changed = replace(agreement, parameters=replace(agreement.parameters, fixed_cost=0.0))
    cost = {a.name: a for a in assumptions_of(changed)}["fixed_cost"]
    assert cost.spread is Spread.TRIANGULAR
    assert cost.low == 0


def test_what_is_calibrated_has_the_range_of_its_estimate(agreement: Agreement) -> None:
    found = {a.name: a for a in assumptions_of(agreement)}
    calibrated = calibrate(shipped_claims())
    never, share = found["never_claims_share"], calibrated.fit.never_claims_share
    error = calibrated.standard_errors[2]
    assert never.high == pytest.approx(share + 1.645 * error)
    assert never.low == 0 == never.base < share - 1.645 * error
    assert "no published estimate" not in never.source
    assert calibrated.source in never.source
    assert "only together" in found["sigma"].source


def test_an_estimate_without_an_error_gives_no_range(
    agreement: Agreement, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_bound = replace(calibrate(shipped_claims()), standard_errors=(np.nan, np.nan, np.nan))
    monkeypatch.setattr("workbench.analysis.uncertainty.calibrate", lambda _: at_bound)
    _calibrated.cache_clear()
    try:
        found = {a.name: a for a in assumptions_of(agreement)}
    finally:
        _calibrated.cache_clear()
    assert "no published estimate" in found["never_claims_share"].source


def test_each_choice_is_drawn_alike() -> None:
    places = draw_places(3, 3_000, 1)
    assert np.array_equal(places, draw_places(3, 3_000, 1))
    assert np.bincount(places) == pytest.approx([1_000] * 3, rel=0.1)
    assert not np.array_equal(places, draw_places(3, 3_000, 2))


def test_net_cost_is_varied_only_where_a_rule_rests_on_it(agreement: Agreement) -> None:
    assert "net_cost_share" not in {a.name for a in assumptions_of(agreement)}
    rule = RegionalValueContent(RvcMethod.NET_COST, 0.5)
    by_cost = replace(agreement, origin=OriginProvisions(default_rule=rule))
    assert "net_cost_share" in {a.name for a in assumptions_of(by_cost)}


def test_draws_are_seeded_within_range_and_spread_as_said(agreement: Agreement) -> None:
    found = assumptions_of(agreement)
    one, again, other = draw(found, 4_000, 1), draw(found, 4_000, 1), draw(found, 4_000, 2)
    for a in found:
        values = one[a.name]
        assert np.array_equal(values, again[a.name])
        assert not np.array_equal(values, other[a.name])
        assert values.min() >= a.low
        assert values.max() <= a.high
        if a.spread is Spread.LOG_UNIFORM:
            middle = np.sqrt(a.low * a.high)
            assert np.mean(values < middle) == pytest.approx(0.5, abs=0.03)
        else:
            mean = (a.low + a.base + a.high) / 3
            assert values.mean() == pytest.approx(mean, abs=0.03 * (a.high - a.low))


def test_the_way_to_an_end_starts_at_the_base_value(agreement: Agreement) -> None:
    for a in assumptions_of(agreement):
        for end in (a.low, a.high):
            start, stop = a.between(np.array([0.0, 1.0]), end)
            assert start == pytest.approx(a.base)
            assert stop == pytest.approx(end)
