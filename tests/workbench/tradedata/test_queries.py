from datetime import date

import pandas as pd
import pytest

from workbench.errors import TradeDataError
from workbench.tradedata import queries
from workbench.tradedata.database import TradeDatabase


def _value(frame: pd.DataFrame, product: str, importer: str = "USA") -> float:
    picked = frame[(frame["product"] == product) & (frame["importer"] == importer)]
    return float(picked["value_usd"].sum())


def test_economies_know_their_customs_territory(tiny: TradeDatabase) -> None:
    frame = queries.economies(tiny).set_index("economy")
    assert frame.loc["DEU", "territory"] == "EU27"
    assert frame.loc["EU27", "territory"] == ""
    assert frame.loc["USA", "name"] == "United States"


def test_flows_keep_single_economies_and_missing_quantities(tiny: TradeDatabase) -> None:
    frame = queries.flows(tiny, ["850511"], "HS2022", [2021])
    assert len(frame) == 3
    assert _value(frame, "850511", "DEU") == 500
    us = frame[frame["importer"] == "USA"].iloc[0]
    assert us["exporter"] == "CHN"
    assert pd.isna(us["quantity_kg"])
    assert not frame["equal_split"].any()
    assert set(frame["year"]) == {2021}


def test_a_code_that_became_three_is_split_equally_and_marked(tiny: TradeDatabase) -> None:
    frame = queries.flows(tiny, ["811231", "811241", "811292"], "HS2022", [2021])
    assert frame["value_usd"].tolist() == [100.0, 100.0, 100.0]
    assert frame["quantity_kg"].tolist() == [10.0, 10.0, 10.0]
    assert frame["equal_split"].all()
    alone = queries.flows(tiny, ["811241"], "HS2022", [2021])
    assert alone["product"].tolist() == ["811241"]
    assert alone["value_usd"].tolist() == [100.0]


def test_in_its_own_edition_a_code_is_whole(tiny: TradeDatabase) -> None:
    frame = queries.flows(tiny, ["811292"], "HS2017", [2021])
    assert frame["value_usd"].tolist() == [300.0]
    assert not frame["equal_split"].any()


def test_known_weights_split_without_a_mark(tiny: TradeDatabase) -> None:
    frame = queries.flows(tiny, ["854141", "854142"], "HS2022", [2021]).set_index("product")
    assert frame["value_usd"].to_dict() == {"854141": 20.0, "854142": 60.0}
    assert not frame["equal_split"].any()


def test_codes_that_merged_are_summed_and_a_part_without_weight_leaves_none(
    tiny: TradeDatabase,
) -> None:
    frame = queries.flows(tiny, ["100199"], "HS2022", [2021])
    assert frame["value_usd"].tolist() == [100.0]
    assert frame["quantity_kg"].isna().all()


def test_conversion_keeps_the_total(tiny: TradeDatabase) -> None:
    old = queries.flows(tiny, None, "HS2017", [2021])["value_usd"].sum()
    new = queries.flows(tiny, None, "HS2022", [2021])["value_usd"].sum()
    assert old == pytest.approx(new) == pytest.approx(2680)


def test_no_flows_is_an_empty_frame_with_columns(tiny: TradeDatabase) -> None:
    frame = queries.flows(tiny, ["999999"], "HS2022", [1999])
    assert len(frame) == 0
    assert list(frame) == [
        "year",
        "importer",
        "exporter",
        "product",
        "value_usd",
        "quantity_kg",
        "equal_split",
        "source",
    ]


def test_an_unknown_edition_is_named(tiny: TradeDatabase) -> None:
    with pytest.raises(TradeDataError, match="'HS1066' is not a known HS edition"):
        queries.flows(tiny, None, "HS1066", [2021])


def test_world_trade_leaves_out_flows_inside_a_territory(tiny: TradeDatabase) -> None:
    frame = queries.world_trade(tiny, "HS2022", [2021])
    magnets = frame[frame["product"] == "850511"].set_index("importer")["value_usd"]
    assert magnets.to_dict() == {"EU27": 700.0, "USA": 1000.0}


def test_tariff_lines_keep_what_cannot_be_computed_missing(tiny: TradeDatabase) -> None:
    frame = queries.tariff_lines(tiny, ["USA", "JPN"], ["850511", "811231"], "HS2022")
    rates = frame.set_index(["line", "regime"])["rate"]
    assert rates["85051100", "mfn"] == 0.021
    assert rates["85051100", "preference"] == 0.0
    assert pd.isna(rates["81123100", "mfn"])
    row = frame[frame["regime"] == "preference"].iloc[0]
    assert (row["programme"], row["text"], row["method"]) == ("USA-JPN", "Free", "ad valorem")
    assert (row["year"], row["source"]) == (2021, "B r2")


def test_lines_of_a_newer_edition_are_found_by_the_older_code(tiny: TradeDatabase) -> None:
    frame = queries.tariff_lines(tiny, ["USA"], ["850511"], "HS2017")
    assert set(frame["line"]) == {"85051100"}
    assert len(queries.tariff_lines(tiny, ["DEU"], None, "HS2022")) == 0


def _terms(frame: pd.DataFrame) -> dict[tuple[str, str, str], str]:
    keys = zip(frame["programme"], frame["importer"], frame["partner"], strict=True)
    return dict(zip(keys, frame["status"], strict=True))


def test_what_holds_for_a_territory_holds_for_its_members(tiny: TradeDatabase) -> None:
    terms = _terms(queries.programmes(tiny, ["EU27", "DEU", "JPN"]))
    assert terms["EU-JPN", "EU27", "JPN"] == "confirmed"
    assert terms["EU-JPN", "DEU", "JPN"] == "confirmed"
    assert terms["EU-JPN", "JPN", "FRA"] == "confirmed"
    assert ("EU-JPN", "FRA", "JPN") not in terms


def test_what_holds_for_one_member_is_unconfirmed_for_the_territory(tiny: TradeDatabase) -> None:
    frame = queries.programmes(tiny, ["USA"])
    terms = _terms(frame)
    assert terms["SOME", "USA", "DEU"] == "confirmed"
    assert terms["SOME", "USA", "EU27"] == "unconfirmed"
    assert ("SOME", "USA", "FRA") not in terms
    japan = frame[frame["programme"] == "USA-JPN"].iloc[0]
    assert japan["start"] == date(2020, 1, 1)
    assert japan["end"] is None
    assert japan["rates_known"]
    germany = frame[(frame["programme"] == "SOME") & (frame["partner"] == "DEU")].iloc[0]
    assert germany["start"] is None
    assert germany["end"] == date(2020, 12, 31)
    assert not germany["rates_known"]


def test_programmes_of_nobody_are_an_empty_frame(tiny: TradeDatabase) -> None:
    assert queries.programmes(tiny, []).empty


def test_content_is_of_the_latest_year(tiny: TradeDatabase) -> None:
    assert queries.content_year(tiny) == 2021
    frame = queries.content_shares(tiny)
    assert len(frame) == 3
    one = queries.content_shares(tiny, ["C24B"])
    assert one["traced_share"].sum() == pytest.approx(1.0)
    assert one["declared_share"].tolist() == [0.1, 0.5]
    assert queries.content_shares(tiny, ["C99"]).empty


def test_the_longest_prefix_gives_the_sector(tiny: TradeDatabase) -> None:
    found = queries.product_sectors(tiny, ["850511", "811292", "010121"])
    assert found == {"850511": "C27", "811292": "C24B"}


def test_the_tree_is_in_order_of_the_nomenclature(tiny: TradeDatabase) -> None:
    frame = queries.product_tree(tiny, "HS2022")
    assert frame["code"].tolist() == ["01", "0101", "010121", "85"]
    assert frame["parent"].tolist() == ["", "01", "0101", ""]


def test_elasticities_of_merged_codes_are_averaged(tiny: TradeDatabase) -> None:
    frame = queries.elasticities(tiny, ["811292", "850511", "010121"], "HS2022")
    frame = frame.set_index("product")
    assert frame["elasticity"].to_dict() == {"811292": -6.0, "850511": -3.0}
    assert frame.loc["811292", "method"] == "mean of 2 codes of HS2007"


def test_links_indicators_and_contents_of_the_database(tiny: TradeDatabase) -> None:
    link = queries.input_links(tiny).iloc[0]
    assert (link["output"], link["input"], link["material"]) == ("740311", "260300", "copper")
    assert pd.isna(link["share"])
    indicator = queries.indicators(tiny).iloc[0]
    assert (indicator["economy"], indicator["value"], indicator["source"]) == ("CHN", 36.0, "D")
    held = queries.tables(tiny).set_index("table")
    assert held.loc["trade_flows", "years"] == "2021"
    assert held.loc["indicators", "years"] == "2010-2020"
    assert held.loc["elasticities", "years"] == ""
