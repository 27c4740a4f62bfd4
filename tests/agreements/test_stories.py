"""The shipped agreements tell a true story on the starter database."""

from pathlib import Path

import numpy as np
import pytest

from workbench.analysis.evaluation import Evaluator
from workbench.analysis.results import Evaluation
from workbench.definitions.reader import read_agreement
from workbench.tradedata.database import TradeDatabase

DEFINITIONS = Path(__file__).parents[2] / "agreements" / "definitions"


@pytest.fixture(scope="module")
def results(starter_file):
    with TradeDatabase(starter_file) as database:
        evaluator = Evaluator(database)
        return {
            path.stem: evaluator.evaluate(read_agreement(path))
            for path in sorted(DEFINITIONS.glob("*.yaml"))
        }


def _lane(result: Evaluation, importer: str, exporter: str, product: str):
    lanes = result.lanes
    found = lanes[
        (lanes["importer"] == importer)
        & (lanes["exporter"] == exporter)
        & (lanes["product"] == product)
    ]
    assert len(found) == 1
    return found.iloc[0]


def test_three_agreements_ship(results):
    assert {
        "us-japan-critical-minerals",
        "critical-minerals-club",
        "supply-chain-playbook",
    } <= set(results)


def test_titanium_has_real_leverage(results):
    lane = _lane(results["us-japan-critical-minerals"], "USA", "JPN", "810820")
    assert lane["mfn_rate"] == pytest.approx(0.15)
    assert lane["base_regime"] == "MFN"
    assert lane["value"] == pytest.approx(327.2e6, rel=1e-3)
    assert lane["utilisation"] > 0.9
    assert lane["rating"] == "strong"


def test_magnets_leave_little_to_move(results):
    result = results["us-japan-critical-minerals"]
    lane = _lane(result, "USA", "JPN", "850511")
    assert lane["mfn_rate"] == pytest.approx(0.021)
    assert lane["base_duty"] == 0  # Japan is free already
    assert lane["utilisation"] == 0
    flows = result.baseline.market.flows
    magnets = flows[(flows["importer"] == "USA") & (flows["product"] == "850511")]
    by_exporter = magnets.groupby("exporter")["value_usd"].sum()
    assert by_exporter.idxmax() == "CHN"
    assert by_exporter.max() / by_exporter.sum() == pytest.approx(0.745, abs=0.01)


def test_lithium_carbonate_from_chile_is_free_under_an_agreement_in_force(results):
    result = results["critical-minerals-club"]
    lane = _lane(result, "USA", "CHL", "283691")
    assert lane["mfn_rate"] == pytest.approx(0.037)
    assert lane["base_duty"] == 0
    assert lane["base_regime"] == "USA-CHL"
    found = [f for f in result.findings if f.id == "supplier-already-free"]
    assert any("2836.91" in finding.text and "Chile" in finding.text for finding in found)


@pytest.mark.parametrize("product", ["750210", "250490"])
def test_nickel_and_natural_graphite_are_mfn_free(results, product):
    lanes = results["critical-minerals-club"].lanes
    lanes = lanes[(lanes["importer"] == "USA") & (lanes["product"] == product)]
    assert (lanes["mfn_rate"] == 0).all()
    assert (lanes["utilisation"] == 0).all()


def test_the_club_has_figures_gaps_and_sums(results):
    result = results["critical-minerals-club"]
    totals = result.totals
    assert len(result.agreement.economies) >= 10
    assert totals["utilisation"] > 0
    assert totals["exposure"] > 0
    assert totals["mfn_free_share"] > 0
    assert totals["already_free_share"] > 0
    assert result.gaps
    for name in ("claimed", "free_riding_content", "resourced_content", "duty_forgone", "leakage"):
        assert totals[name] == pytest.approx(np.nansum(result.lanes[name]))
    assert totals["covered_trade"] == pytest.approx(result.lanes["value"].sum())


def test_the_playbook_grants_nothing_and_says_so(results):
    result = results["supply-chain-playbook"]
    institutions = result.agreement.institutions
    assert len(institutions.bodies) == 3
    assert [clock.days for clock in institutions.clocks] == [120]
    assert institutions.withdrawal_lock_years == 3
    assert institutions.review_every_years == 5
    assert result.totals["claimed"] == 0
    assert "no-market-access" in {finding.id for finding in result.findings}


def test_every_option_evaluates(starter_file, results):
    with TradeDatabase(starter_file) as database:
        evaluator = Evaluator(database)
        for path in sorted(DEFINITIONS.glob("*.yaml")):
            agreement = read_agreement(path)
            for option in agreement.options:
                result = evaluator.evaluate(agreement, option.name, complete=False)
                assert result.option == option.name
                known = results[path.stem].totals["covered_trade"] is not None
                assert (result.totals["covered_trade"] is not None) == known


def test_every_template_evaluates_and_names_what_is_missing(results):
    assert len(results) >= 10
    for name, result in results.items():
        lanes = result.lanes
        named = " ".join(f"{gap.what} ({gap.where})" for gap in result.gaps)
        assert ("trade of" in named) == bool(lanes["value"].isna().any()), name
        if not result.agreement.treatment.market_access:
            continue
        unknown = (lanes["value"] > 0) & lanes["base_duty"].isna()
        assert ("duty unknown" in named) == bool(unknown.any()), name
        for figure in ("utilisation", "exposure", "resourced_content"):
            value = result.totals[figure]
            assert value is None or value >= 0
