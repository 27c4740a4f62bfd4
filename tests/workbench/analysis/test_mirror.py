"""Trade that both ends report, in findings and explanations."""

from dataclasses import replace

import pandas as pd
import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.explain import explain_lane
from workbench.analysis.mirror import contradicting, lanes_reported_twice
from workbench.tradedata.database import Vintage


def _mirror() -> pd.DataFrame:
    rows = [
        ("USA", "JPN", "810820", 320e6, 100e6),
        ("USA", "JPN", "850511", 105e6, 100e6),
        ("JPN", "USA", "810820", 10e6, 40e6),
        ("USA", "CHN", "850511", 700e6, 100e6),
    ]
    frame = pd.DataFrame(
        rows, columns=["importer", "exporter", "product", "imports_usd", "exports_usd"]
    )
    frame["ratio"] = frame["imports_usd"] / frame["exports_usd"]
    return frame.assign(
        imports_basis="CIF",
        imports_source="UN Comtrade, imports",
        exports_basis="FOB",
        exports_source="UN Comtrade, exports",
    )


@pytest.fixture
def result(market, agreement):
    market = replace(market, mirror=_mirror())
    return evaluate(agreement, build_baseline(market, agreement))


def _row(result, importer, exporter, product):
    lanes = result.lanes
    at = (lanes["importer"] == importer) & (lanes["exporter"] == exporter)
    return int((at & (lanes["product"] == product)).to_numpy().argmax())


def test_only_lanes_between_partners_count(result):
    lanes = lanes_reported_twice(result)
    assert len(lanes) == 3
    assert len(contradicting(lanes)) == 2


def test_one_finding_names_the_largest_lanes(result):
    (finding,) = [f for f in result.findings if f.id == "mirror-data"]
    assert finding.level.value == "warning"
    assert "2 of the 3 lanes that both report" in finding.text
    assert "8108.20 from Japan to United States (imports USD 320.0 m" in finding.text
    assert "China" not in finding.text
    assert dict(finding.figures)["contradicted_share"] == pytest.approx(360 / 465)


def test_without_reports_of_both_ends_there_is_nothing_to_say(market, agreement):
    result = evaluate(agreement, build_baseline(market, agreement))
    assert all(finding.id != "mirror-data" for finding in result.findings)
    assert lanes_reported_twice(result).empty


def test_the_trade_of_a_lane_is_explained_with_both_reports(result):
    told = explain_lane(result, _row(result, "USA", "JPN", "810820"), "value")
    assert any("imports are 3.20 of exports" in note for note in told.notes)
    told = explain_lane(result, _row(result, "USA", "AUS", "750210"), "value")
    assert not any("Mirror data" in note for note in told.notes)


def test_the_source_that_answered_for_a_lane_is_named(market, agreement):
    vintage = tuple(Vintage("trade_flows", name, "R1", 2024) for name in ("First", "Second"))
    sources = pd.DataFrame(
        [
            ("USA", "JPN", "810820", "First R1"),
            ("USA", "AUS", "750210", "Second R1"),
        ],
        columns=["importer", "exporter", "product", "source"],
    )
    market = replace(market, vintage=vintage, trade_sources=sources)
    result = evaluate(agreement, build_baseline(market, agreement))
    for lane, name in (
        (("USA", "JPN", "810820"), "First R1"),
        (("USA", "AUS", "750210"), "Second"),
    ):
        told = explain_lane(result, _row(result, *lane), "value")
        named = [str(t.value) for t in told.terms if t.meaning == "Source of trade flows"]
        assert len(named) == 1
        assert named[0].startswith(name)
