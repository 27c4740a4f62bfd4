from dataclasses import replace

import numpy as np
import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.content_seen import content_seen
from workbench.model.commitments import BillOfInputs, InputShare
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange
from workbench.model.origin import Absorption, Cumulation


def _lane(baseline, importer, exporter, product):
    rows = (
        (baseline.importer == importer)
        & (baseline.exporter == exporter)
        & (baseline.product == product)
    )
    assert rows.sum() == 1
    return int(np.flatnonzero(rows)[0])


def _row(baseline, lane):
    return baseline.content.row_of_lane[lane]


def _seen(market, agreement, **origin):
    agreement = replace(agreement, origin=replace(agreement.origin, **origin))
    baseline = build_baseline(market, agreement)
    return baseline, content_seen(agreement, baseline)


def test_full_cumulation_counts_non_parties_only(market, agreement):
    baseline, seen = _seen(market, agreement, cumulation=Cumulation.FULL)
    lane = _lane(baseline, "USA", "JPN", "810820")
    assert seen.declared_mean[lane] == pytest.approx(0.1 + 0.05)  # CHN and EU27
    assert seen.non_party_fraction[lane] == 1
    assert seen.traced_mean[lane] == pytest.approx(0.12 + 0.04)


def test_bilateral_and_no_cumulation_add_the_other_partners(market, agreement):
    baseline, seen = _seen(market, agreement, cumulation=Cumulation.BILATERAL)
    lane = _lane(baseline, "USA", "JPN", "810820")
    assert seen.declared_mean[lane] == pytest.approx(0.15 + 0.05)  # and AUS
    assert seen.non_party_fraction[lane] == pytest.approx(0.15 / 0.20)
    _, seen = _seen(market, agreement, cumulation=Cumulation.NONE)
    assert seen.declared_mean[lane] == pytest.approx(0.15 + 0.10)  # and the importer
    assert seen.non_party_fraction[lane] == pytest.approx(0.15 / 0.25)


def test_diagonal_lies_between_full_and_bilateral(market, agreement):
    means = {}
    for kind in (Cumulation.FULL, Cumulation.DIAGONAL, Cumulation.BILATERAL):
        baseline, seen = _seen(market, agreement, cumulation=kind)
        means[kind] = seen.declared_mean[_lane(baseline, "USA", "JPN", "810820")]
    assert means[Cumulation.FULL] <= means[Cumulation.DIAGONAL] < means[Cumulation.BILATERAL]


def test_tracing_acts_on_traced_shares_and_hides_nothing(market, agreement):
    baseline, seen = _seen(market, agreement, absorption=Absorption.TRACING)
    lane = _lane(baseline, "USA", "JPN", "810820")
    assert seen.declared_mean[lane] == pytest.approx(0.16)
    assert seen.traced_mean[lane] == pytest.approx(0.16)


def test_with_every_origin_a_partner_nobody_rides(market, agreement):
    everyone = tuple(Partner(code) for code in ("AUS", "CHN", "EU27", "JPN", "USA"))
    _, seen = _seen(market, replace(agreement, partners=everyone))
    assert np.allclose(seen.declared_mean, 0)
    assert np.allclose(seen.traced_mean, 0)


def test_a_territory_is_its_members_weighted_by_their_exports(market, agreement):
    table = market.content
    declared = table.declared.copy()
    declared[table.economies.index("DEU"), :, table.origins.index("CHN")] = 0.2
    market = replace(market, content=replace(table, declared=declared))
    agreement = replace(agreement, partners=(Partner("USA"), Partner("EU27")))
    baseline = build_baseline(market, agreement)
    lane = _lane(baseline, "USA", "EU27", "850511")
    china = baseline.content.origins.index("CHN")
    row = _row(baseline, lane)
    assert baseline.content.declared[row, china] == pytest.approx(0.75 * 0.2 + 0.25 * 0.1)


def test_members_of_a_territory_that_exports_nothing_count_alike(market, agreement):
    market = replace(market, flows=market.flows[market.flows["exporter"] != "EU27"])
    agreement = replace(agreement, partners=(Partner("USA"), Partner("EU27")))
    baseline = build_baseline(market, agreement)
    lane = _lane(baseline, "USA", "EU27", "850511")
    china = baseline.content.origins.index("CHN")
    row = _row(baseline, lane)
    assert baseline.content.known_share[row] == pytest.approx(2 / 27)  # of DEU and FRA
    assert baseline.content.declared[row, china] == pytest.approx(0.1)


def test_a_bill_of_inputs_overrides_the_sector(market, agreement):
    bill = BillOfInputs(
        products=(HSRange.parse("8108.20"),),
        inputs=(
            InputShare(HSRange.parse("2614"), 0.3, (("CHN", 0.5), ("JPN", 0.5))),
            InputShare(HSRange.parse("8104.11"), 0.1, (("CHN", 1.0),)),
        ),
        source="a test",
        exporters=("JPN",),
    )
    agreement = replace(agreement, bills_of_inputs=(bill,))
    baseline = build_baseline(market, agreement)
    seen = content_seen(agreement, baseline)
    lane = _lane(baseline, "USA", "JPN", "810820")
    assert baseline.content.materials_share[_row(baseline, lane)] == pytest.approx(0.4)
    assert seen.declared_mean[lane] == pytest.approx(0.25)
    shares = seen.inputs.input_shares[seen.inputs.row]
    assert shares[lane] == pytest.approx([0.15 / 0.25, 0.10 / 0.25])
    assert "a test" in baseline.content.basis[_row(baseline, lane)]
    other = _lane(baseline, "USA", "AUS", "810820")
    assert np.isnan(shares[other]).all()


def test_an_economy_without_content_is_missing(market, agreement):
    known = market.content.known.copy()
    known[market.content.economies.index("JPN")] = False
    market = replace(market, content=replace(market.content, known=known))
    baseline = build_baseline(market, agreement)
    seen = content_seen(agreement, baseline)
    assert np.isnan(seen.declared_mean[_lane(baseline, "USA", "JPN", "810820")])
    assert not np.isnan(seen.declared_mean[_lane(baseline, "USA", "AUS", "810820")])
