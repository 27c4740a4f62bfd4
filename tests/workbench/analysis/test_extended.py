"""Cuts extended to everyone: who rides free, with hand-worked numbers."""

from dataclasses import replace

import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.extended import (
    TITLES,
    Extended,
    explain_extended,
    extended,
)
from workbench.analysis.market import Market
from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    StagingCategory,
    StagingFormula,
    StatedRate,
    Treatment,
    TreatmentBasis,
)
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange

FOR_ALL = Treatment(basis=TreatmentBasis.EXTENDED)


def cut(market: Market, agreement: Agreement, year: int | None = None) -> Extended:
    return extended(
        evaluate(agreement, build_baseline(market, agreement), year=year, complete=False)
    )


def test_non_parties_ride_free(market: Market, agreement: Agreement) -> None:
    """Magnets pay 1 % on average: China's 700 m and the European Union's 80 m get the cut."""
    result = cut(market, replace(agreement, treatment=FOR_ALL))
    assert result.applies
    assert result.totals["imports"] == pytest.approx(780e6)
    assert result.totals["duty_forgone"] == pytest.approx(7.8e6)
    assert list(result.riders["economy"]) == ["CHN", "EU27"]
    assert result.riders["share"].tolist() == pytest.approx([700 / 780, 80 / 780])
    # Titanium from Japan pays 15 %; magnets from Japan are free under an agreement in force.
    assert result.totals["partner_imports"] == pytest.approx(300e6)
    assert result.totals["partner_duty_forgone"] == pytest.approx(45e6)
    assert result.totals["non_party_share"] == pytest.approx(7.8 / 52.8)
    assert result.by_importer.set_index("importer").loc["USA", "duty_forgone"] == pytest.approx(
        7.8e6
    )


def test_what_falls_is_the_mfn_rate(market: Market, agreement: Agreement, lane_row) -> None:
    """Five points off 15 % leave Australia's 3 % under an agreement in force as they are."""
    margin = (StagingCategory("A", StagingFormula.MARGIN, value=0.05),)
    text = replace(agreement, treatment=replace(FOR_ALL, staging=margin))
    lanes = evaluate(text, build_baseline(market, text), complete=False).lanes
    japan, australia = (lane_row(lanes, "USA", code, "810820") for code in ("JPN", "AUS"))
    assert japan["pref_duty"] == pytest.approx(0.10)
    assert australia["pref_duty"] == australia["base_duty"] == 0.03


def test_a_cut_by_steps_forgoes_less(market: Market, agreement: Agreement) -> None:
    slow = replace(FOR_ALL, staging=(StagingCategory("A", StagingFormula.EQUAL_CUTS, 5),))
    text = replace(agreement, treatment=slow)
    first = cut(market, text, 1).totals["duty_forgone"]
    assert first == pytest.approx(7.8e6 / 5)
    assert cut(market, text).totals["duty_forgone"] == pytest.approx(7.8e6)


def test_without_market_access_nothing_is_forgone(market: Market, agreement: Agreement) -> None:
    text = replace(agreement, treatment=replace(FOR_ALL, market_access=False))
    assert cut(market, text).totals["duty_forgone"] == 0


def test_with_every_economy_in_nobody_rides_free(market: Market, agreement: Agreement) -> None:
    everyone = tuple(Partner(code) for code in ("USA", "JPN", "AUS", "CHN", "EU27"))
    result = cut(market, replace(agreement, treatment=FOR_ALL, partners=everyone))
    assert result.riders.empty
    assert result.totals["critical_mass_share"] == pytest.approx(1.0)


def test_small_parcels_pay_nothing_anyway(market: Market, agreement: Agreement) -> None:
    text = replace(
        agreement,
        treatment=FOR_ALL,
        parameters=replace(agreement.parameters, small_parcel_share=0.5),
    )
    assert cut(market, text).totals["duty_forgone"] == pytest.approx(3.9e6)


def test_what_is_not_known_is_no_zero(market: Market, agreement: Agreement) -> None:
    """Without a rate nothing is known; a stated one makes that of its own products known."""
    bare = replace(market, tariff_lines=market.tariff_lines.iloc[:0])
    nothing = cut(bare, replace(agreement, treatment=FOR_ALL))
    names = ("imports", "duty_forgone", "partner_imports", "partner_duty_forgone")
    assert [nothing.totals[name] for name in names] == [None] * 4
    assert nothing.totals["non_party_share"] is None
    assert nothing.totals["known_duty_share"] == 0
    assert nothing.riders[["benefiting", "duty_forgone", "share"]].isna().all(axis=None)
    assert nothing.by_importer["duty_forgone"].isna().all()
    assert (nothing.riders["imports"] > 0).all()
    magnets = tuple(HSRange.parse(code) for code in ("8505.11",))
    stated = replace(
        agreement, treatment=FOR_ALL, tariffs=(StatedRate("USA", magnets, 0.02, "a note"),)
    )
    some = cut(bare, stated)
    assert some.totals["duty_forgone"] == pytest.approx(0.02 * 780e6)
    assert some.totals["partner_duty_forgone"] == pytest.approx(0.02 * 100e6)


def test_findings_only_where_cuts_are_extended(market: Market, agreement: Agreement) -> None:
    def found(text: Agreement) -> dict[str, str]:
        result = evaluate(text, build_baseline(market, text), complete=False)
        wanted = ("below-critical-mass", "extended-free-riders")
        return {f.id: f.text for f in result.findings if f.id in wanted}

    assert found(agreement) == {}
    told = found(replace(agreement, treatment=FOR_ALL))
    assert len(told) == 2
    assert "China" in told["extended-free-riders"]


def test_every_figure_is_explained(market: Market, agreement: Agreement) -> None:
    result = cut(market, agreement)
    for figure in TITLES:
        told = explain_extended(result, figure)
        assert told.value == result.totals[figure]
        assert any("what if" in note for note in told.notes)
    one = explain_extended(result, "duty_forgone", "CHN")
    assert one.value == pytest.approx(7e6)
