from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.analysis.duties import Duties, duties_today
from workbench.analysis.market import Market
from workbench.model.agreement import Agreement
from workbench.model.commitments import StatedRate
from workbench.model.nomenclature import HSRange

IMPORTERS = EXPORTERS = ("USA", "JPN", "AUS", "EU27")
PRODUCTS = ("750210", "810820", "850511")


def _duties(market: Market, agreement: Agreement, *stated: StatedRate) -> Duties:
    return duties_today(market, stated, agreement.coverage, IMPORTERS, EXPORTERS)


def _at(table: np.ndarray, importer: str, exporter: str, product: str) -> object:
    return (
        table[IMPORTERS.index(importer), EXPORTERS.index(exporter), PRODUCTS.index(product)].item()
        if table.dtype != object
        else table[IMPORTERS.index(importer), EXPORTERS.index(exporter), PRODUCTS.index(product)]
    )


def test_mfn_rate_is_the_mean_of_lines_with_its_spread(market, agreement):
    duties = _duties(market, agreement)
    magnets = PRODUCTS.index("850511")
    assert duties.mfn_rate[0, magnets] == pytest.approx(0.01)
    assert (duties.mfn_low[0, magnets], duties.mfn_high[0, magnets]) == (0.0, 0.02)
    assert duties.mfn_free_share[0, magnets] == 0.5
    assert duties.mfn_source[0, magnets] == "test schedule, 2025"


def test_lowest_regime_in_force_is_the_base_duty(market, agreement):
    duties = _duties(market, agreement)
    assert _at(duties.base_duty, "USA", "JPN", "850511") == 0.0
    assert _at(duties.base_regime, "USA", "JPN", "850511") == "JP"
    assert _at(duties.base_duty, "USA", "AUS", "810820") == pytest.approx(0.03)
    assert _at(duties.base_regime, "USA", "AUS", "810820") == "AU"
    assert _at(duties.base_duty, "USA", "EU27", "850511") == pytest.approx(0.01)
    assert _at(duties.base_regime, "USA", "EU27", "850511") == "MFN"


def test_a_lapsed_programme_does_not_count(market, agreement):
    duties = _duties(market, agreement)
    assert _at(duties.base_duty, "USA", "JPN", "810820") == pytest.approx(0.15)


def test_an_unknown_rate_is_missing_and_never_zero(market, agreement):
    duties = _duties(market, agreement)
    assert np.isnan(_at(duties.base_duty, "JPN", "USA", "810820"))
    assert _at(duties.why_unknown, "JPN", "USA", "810820") == "no MFN rate in the database"


def test_an_agreement_in_force_without_rates_is_a_gap_unless_the_line_is_free(market, agreement):
    everything = (HSRange.parse("7502-8505"),)
    duties = _duties(market, agreement, StatedRate("JPN", everything, 0.03, "a schedule"))
    assert _at(duties.base_duty, "JPN", "USA", "810820") == pytest.approx(0.03)
    assert np.isnan(_at(duties.base_duty, "JPN", "AUS", "810820"))
    assert "JPAU is in force" in _at(duties.why_unknown, "JPN", "AUS", "810820")
    free = _duties(market, agreement, StatedRate("JPN", everything, 0.0, "a schedule"))
    assert _at(free.base_duty, "JPN", "AUS", "810820") == 0.0


def test_a_rate_stated_for_one_exporter_settles_the_gap(market, agreement):
    everything = (HSRange.parse("7502-8505"),)
    duties = _duties(
        market,
        agreement,
        StatedRate("JPN", everything, 0.03, "a schedule"),
        StatedRate("JPN", everything, 0.01, "a treaty", exporter="AUS", year=2024),
    )
    assert _at(duties.base_duty, "JPN", "AUS", "810820") == pytest.approx(0.01)
    assert "a treaty, 2024" in _at(duties.base_regime, "JPN", "AUS", "810820")


def test_a_line_without_a_computable_rate_makes_the_subheading_unknown(market, agreement):
    lines = market.tariff_lines.copy()
    lines.loc[(lines["line"] == "85051190"), "rate"] = np.nan
    duties = _duties(replace(market, tariff_lines=lines), agreement)
    assert np.isnan(_at(duties.base_duty, "USA", "EU27", "850511"))
    assert "unit value" in _at(duties.why_unknown, "USA", "EU27", "850511")


def test_a_possible_beneficiary_is_a_gap_only_where_it_would_gain(market, agreement):
    programmes = market.programmes.copy()
    programmes.loc[programmes["programme"] == "AU", "status"] = "unconfirmed"
    duties = _duties(replace(market, programmes=programmes), agreement)
    assert np.isnan(_at(duties.base_duty, "USA", "AUS", "810820"))
    assert "not known whether" in _at(duties.why_unknown, "USA", "AUS", "810820")
    assert _at(duties.base_duty, "USA", "AUS", "750210") == 0.0


def test_the_base_rate_of_a_schedule_stands_in_and_is_marked(market, agreement):
    base = market.tariff_lines.iloc[[0]].assign(importer="AUS", regime="base", rate=0.05)
    lines = pd.concat([market.tariff_lines, base], ignore_index=True)
    duties = _duties(replace(market, tariff_lines=lines), agreement)
    titanium = PRODUCTS.index("810820")
    assert duties.stand_in[IMPORTERS.index("AUS"), titanium]
    assert not duties.stand_in[0, titanium]
    assert _at(duties.base_duty, "AUS", "USA", "810820") == pytest.approx(0.05)


def test_a_territory_is_in_a_programme_only_with_every_member(market, agreement):
    extra = market.programmes.iloc[[0]].assign(partner="DEU")
    programmes = pd.concat([market.programmes, extra], ignore_index=True)
    duties = _duties(replace(market, programmes=programmes), agreement)
    assert np.isnan(_at(duties.base_duty, "USA", "EU27", "850511"))
