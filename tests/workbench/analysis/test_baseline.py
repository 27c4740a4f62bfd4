from dataclasses import replace

import numpy as np

from workbench.analysis.baseline import baseline_key, build_baseline, market_key
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner, Role, Standing
from workbench.model.nomenclature import HSRange
from workbench.model.origin import WhollyObtained


def test_lanes_of_every_importer_exporter_and_product(market, agreement):
    baseline = build_baseline(market, agreement)
    assert len(baseline.value_usd) == 3 * 2 * 3
    assert not (baseline.importer == baseline.exporter).any()
    assert baseline.value_usd.sum() == 520e6  # an absent flow is zero and counts


def test_producers_only_export_and_observers_take_no_part(market, agreement):
    partners = (Partner("USA", Role.CONSUMER), Partner("JPN", Role.PRODUCER), Partner("AUS"))
    baseline = build_baseline(market, replace(agreement, partners=partners))
    assert baseline.importers == ("USA", "AUS")
    assert baseline.exporters == ("JPN", "AUS")
    observers = (*partners[:2], Partner("AUS", standing=Standing.OBSERVER))
    baseline = build_baseline(market, replace(agreement, partners=observers))
    assert baseline.partners == ("USA", "JPN")


def test_trade_of_a_single_national_line_is_missing(market, agreement):
    coverage = ProductCoverage((CoveredProducts((HSRange.parse("8505.11.00"),)),))
    baseline = build_baseline(market, replace(agreement, coverage=coverage))
    assert np.isnan(baseline.value_usd[baseline.product == "850511"]).all()


def test_a_rule_leaves_the_baseline_as_it_is(market, agreement):
    changed = agreement.with_default_rule(WhollyObtained())
    assert baseline_key(changed) == baseline_key(agreement)
    assert market_key(changed.without_partner("AUS")) != market_key(agreement)
