"""Flows that both ends report."""

import pytest

from workbench.tradedata.mirror import contradicts, mirror_flows

HEADER = "refYear,flowCode,reporterCode,partnerCode,classificationCode,cmdCode,primaryValue"
ROWS = (
    # importer and exporter agree, but for freight
    "2022,M,842,392,H6,850511,105",
    "2022,X,392,842,H6,850511,100",
    # the importer reports five times as much
    "2022,M,842,156,H6,850511,500",
    "2022,X,156,842,H6,850511,100",
    # the exporter reports three times as much
    "2022,M,276,156,H6,850511,100",
    "2022,X,156,276,H6,850511,300",
    # one end only
    "2022,M,276,392,H6,850511,7",
    "2022,X,36,392,H6,850511,8",
)


@pytest.fixture
def reported(bring, opened, tmp_path):
    path = tmp_path / "TradeData_tiny.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n")
    assert bring(path).taken == len(ROWS)
    return opened()


def test_both_reports_of_a_lane_and_their_ratio(reported):
    found = mirror_flows(reported, ["850511"], "HS2022", [2022])
    lanes = found.set_index(["exporter", "importer"])
    assert len(lanes) == 3
    assert lanes.loc[("CHN", "USA"), ["imports_usd", "exports_usd", "ratio"]].tolist() == [
        500.0,
        100.0,
        5.0,
    ]
    assert lanes.loc[("JPN", "USA"), "ratio"] == pytest.approx(1.05)
    assert set(found["imports_basis"]) == {"CIF"}
    assert set(found["exports_basis"]) == {"FOB"}
    assert set(found["imports_source"]) == {"UN Comtrade HS2022, imports"}
    assert set(found["exports_source"]) == {"UN Comtrade HS2022, exports"}
    assert contradicts(lanes["ratio"]).tolist() == [
        lane != ("JPN", "USA") for lane in lanes.index.tolist()
    ]


def test_reports_meet_in_the_edition_that_is_asked_for(reported):
    found = mirror_flows(reported, ["850511"], "HS2017", [2022])
    assert len(found) == 3


def test_the_preferred_source_speaks_for_its_end(bring, opened, tmp_path):
    path = tmp_path / "TradeData_tiny.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n")
    bring(path)
    bring("dataweb_wide.csv")  # customs value of 8505.11 from Japan in 2022: USD 2,000
    found = mirror_flows(opened(), ["850511"], "HS2022", [2022])
    lane = found[(found["exporter"] == "JPN") & (found["importer"] == "USA")].iloc[0]
    assert (lane["imports_usd"], lane["exports_usd"]) == (2000.0, 100.0)
    assert lane["imports_source"].startswith("USITC DataWeb")


def test_reconciled_trade_is_no_report(starter):
    assert mirror_flows(starter, None, "HS2022", [2024]).empty
