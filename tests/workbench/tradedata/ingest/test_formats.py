"""Every format, in its true layout, from a few rows made by hand."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from workbench.errors import TradeDataError
from workbench.tradedata import queries
from workbench.tradedata.ingest.collected import Stated
from workbench.tradedata.ingest.stated import stated_of

USA, CHN, IDN, TWN, FRA, JPN, AUS, EU27 = 840, 156, 360, 158, 250, 392, 36, 9001

FROM_ICELAND = (
    ("table", "trade"),
    ("importer", "= USA"),
    ("exporter", "= ISL"),
    ("product", "HS"),
    ("year", "= 2025"),
    ("value", "USD"),
    ("quantity", "kg"),
)


def rejected(report):
    return dict(report.rejected)


def test_baci(bring, opened):
    report = bring("BACI_HS17_Y2021_V202601.csv")
    assert report.kind == "baci"
    assert "CEPII BACI" in report.why
    assert (report.read, report.taken) == (7, 4)
    assert rejected(report) == {
        "no such economy": 1,
        "no value, or one that is not above zero": 1,
        "exporter and importer are one economy": 1,
    }
    frame = queries.flows(opened(), None, "HS2017", [2021]).set_index(
        ["exporter", "importer", "product"]
    )
    # thousand USD and tonnes; 490 is Taiwan, 251 France, 699 India, 757 Switzerland
    assert frame.loc[("CHN", "USA", "850511"), "value_usd"] == 123_456
    assert frame.loc[("CHN", "USA", "850511"), "quantity_kg"] == 1500
    assert frame["quantity_kg"].isna().to_dict()[("TWN", "USA", "850511")]
    assert ("USA", "FRA", "010121") in frame.index
    assert ("IND", "CHE", "850511") in frame.index


def test_baci_in_a_zip_with_its_helpers(bring, tmp_path, ask):
    text = (Path(__file__).parents[3] / "data/ingest/BACI_HS17_Y2021_V202601.csv").read_text()
    path = tmp_path / "BACI_HS17_V202601.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("BACI_HS17_Y2021_V202601.csv", text)
        archive.writestr("country_codes_V202601.csv", "country_code,country_name\n4,Afghanistan\n")
        archive.writestr("product_codes_HS17_V202601.csv", "code,description\n010121,Horses\n")
        archive.writestr("Readme.txt", "Version: 202601\n")
    report = bring(path)
    assert report.file == "BACI_HS17_Y2021_V202601.csv"
    assert report.taken == 4
    assert ask("SELECT edition, basis, reported_by FROM datasets WHERE import_id = 1") == [
        ("HS17 202601", "FOB", "reconciled")
    ]


def test_a_made_up_year_says_so(bring, ask, tmp_path):
    path = tmp_path / "BACI_HS17_Y2024_V000000.csv"
    path.write_text("t,i,j,k,v,q\n2024,156,842,850511,1,1\n")
    bring(path)
    assert ask("SELECT source, licence, note FROM datasets WHERE import_id IS NOT NULL") == [
        ("Synthetic, shaped like CEPII BACI", "made up for benchmarks", "no real figures")
    ]


def test_baci_with_rows_that_are_no_numbers(bring, tmp_path):
    path = tmp_path / "BACI_HS22_Y2023_V202601.csv"
    path.write_text('t,i,j,k,v,q\n2023,156,842,850511,x,1\n2023,156,842,"850511",2,1\n2023,156\n')
    report = bring(path)
    assert report.taken == 1
    assert rejected(report) == {
        "not a number where one must be": 1,
        "wrong number of columns": 1,
    }
    assert report.datasets[0].edition == "HS22 202601"


def test_baci_without_its_name_asks_for_the_edition(bring, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("t,i,j,k,v,q\n2023,156,842,850511,2,1\n")
    with pytest.raises(TradeDataError, match="--edition HS2017"):
        bring(path)
    assert bring(path, stated=Stated(edition=2012)).taken == 1


def test_comtrade_legacy(bring, ask):
    report = bring("comtrade_legacy.csv")
    assert (report.kind, report.read, report.taken) == ("comtrade", 8, 3)
    reasons = rejected(report)
    assert reasons["stands twice"] == 1
    assert reasons["the world total, which is the sum of the other rows"] == 1
    assert reasons["a sum at 2 digits of what stands at 6"] == 1
    assert ask(
        "SELECT f.product, f.importer, f.exporter, f.value_usd, f.quantity_kg, d.basis, "
        "d.hs_edition, d.whole_market FROM trade_flows f JOIN datasets d ON d.id = f.dataset "
        "WHERE d.source = 'UN Comtrade' ORDER BY f.value_usd"
    ) == [
        (850511, IDN, TWN, 1000, 10, "CIF", 2012, 1),
        (850511, IDN, CHN, 2000, 20, "CIF", 2012, 1),
        (10129, USA, IDN, 9653, None, "FOB", 2012, 0),
    ]


def test_comtrade_new(bring, ask):
    report = bring("TradeData_new.csv")
    assert (report.read, report.taken) == (4, 2)
    assert ask(
        "SELECT importer, exporter, value_usd, quantity_kg, d.reported_by FROM trade_flows f "
        "JOIN datasets d ON d.id = f.dataset WHERE d.source = 'UN Comtrade' ORDER BY value_usd"
    ) == [(FRA, USA, 700, 10, "exporter"), (USA, CHN, 54_255_802, 4000, "importer")]


def test_comtrade_in_snake_case(bring, tmp_path):
    header, row, *_ = (
        (Path(__file__).parents[3] / "data/ingest/TradeData_new.csv").read_text().splitlines()
    )
    snake = "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in header)
    path = tmp_path / "comtradr.csv"
    path.write_text(f"{snake.replace('i_s_o', 'iso')}\n{row}\n")
    assert bring(path).taken == 1


def test_comtrade_json_above_subheadings_stays_at_its_level(bring, ask):
    report = bring("comtrade.json")
    assert (report.read, report.taken) == (2, 1)
    assert ask("SELECT importer, exporter, code, year, value_usd FROM national_trade") == [
        (USA, AUS, "2504", 2023, 2754)
    ]


def test_dataweb_with_years_as_columns(bring, ask):
    report = bring("dataweb_wide.csv")
    assert (report.kind, report.read, report.taken) == ("dataweb", 4, 2)
    assert rejected(report) == {"no such economy: Kosovo": 1, "nothing but zeros": 1}
    assert report.notes == ()
    # 2021 is in HS 2017, 2022 in HS 2022; charges are no trade
    assert ask(
        "SELECT year, product, importer, exporter, value_usd, hs_edition FROM trade_flows f "
        "JOIN datasets d ON d.id = f.dataset WHERE d.import_id = 1 ORDER BY year"
    ) == [(2021, 850511, USA, JPN, 100, 2017), (2022, 850511, USA, JPN, 2000, 2022)]
    assert ask("SELECT sum(value_usd) FROM national_trade WHERE measure LIKE '%Charges'") == [(30,)]


def test_dataweb_total_that_does_not_add_up_is_told(bring, tmp_path):
    text = (Path(__file__).parents[3] / "data/ingest/dataweb_wide.csv").read_text()
    path = tmp_path / "cut.csv"
    path.write_text(text.replace(",,,,111,", ",,,,999,"))
    assert bring(path).notes == ("the total in the file for 2021 is 999, its rows add up to 111",)


def test_dataweb_with_years_as_rows_and_one_country(bring, ask, tmp_path):
    report = bring("dataweb_long_taiwan.csv")
    assert report.taken == 3
    assert report.notes == ("taken to be trade with TWN, by the file's name",)
    assert ask("SELECT year, product, exporter FROM trade_flows WHERE year = 2015") == [
        (2015, 10129, TWN)
    ]
    # codes beyond the HS stay with the national figures
    assert ask("SELECT code FROM national_trade WHERE code LIKE '99%'") == [("999995",)]
    nameless = tmp_path / "query.csv"
    nameless.write_bytes((Path(report.file) and _sample("dataweb_long_taiwan.csv")).read_bytes())
    with pytest.raises(TradeDataError, match="--exporter TWN"):
        bring(nameless)


def _sample(name: str) -> Path:
    return Path(__file__).parents[3] / "data" / "ingest" / name


def workbook(sheets: dict[str, list[list[str | float]]]) -> bytes:
    """A plain xlsx file."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for cells in rows:
            sheet.append(cells)
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def test_dataweb_workbook(bring, tmp_path, ask):
    path = tmp_path / "DataWeb-Query-Export.xlsx"
    head: list[str | float] = ["HTS Number", "Country", "Quantity Description", "2023"]
    path.write_bytes(
        workbook(
            {
                "Query Parameters": [["Step 1: Trade Flow", "Imports For Consumption"]],
                "Customs Value": [["a"], ["b"], head, ["85051100", "Vietnam", "", 12.0]],
                "First Unit of Quantity": [
                    ["a"],
                    ["b"],
                    head,
                    ["85051100", "Vietnam", "kilograms", 3.0],
                ],
            }
        )
    )
    report = bring(path)
    assert (report.kind, report.read, report.taken) == ("dataweb", 2, 2)
    assert ask("SELECT value_usd, quantity_kg FROM trade_flows WHERE year = 2023") == [(12, 3)]


def test_census_csv(bring, ask):
    report = bring("census.csv")
    assert (report.kind, report.read, report.taken) == ("census", 4, 2)
    assert rejected(report)["not a number where one must be"] == 1
    assert report.rejections[0].text.endswith("2,429=,")
    assert ask("SELECT code, value_usd FROM national_trade ORDER BY value_usd") == [
        ("6109100099", 1000),
        ("6109100099", 2_345_678),
    ]


def test_census_api(bring, ask):
    report = bring("census_api.json")
    assert (report.read, report.taken) == (4, 2)
    assert ask("SELECT value_usd, quantity, quantity_unit FROM national_trade") == [
        (3000, 15.0, "KG")
    ]
    assert ask(
        "SELECT value_usd, quantity_kg, exporter FROM trade_flows "
        "WHERE dataset = (SELECT max(id) FROM datasets)"
    ) == [(3000, 15, CHN)]


def us_lines(db, products, **named):
    frame = queries.tariff_lines(db, ["USA"], products, "HS2022", **named)
    return frame[frame["source"].str.contains(r"Schedule|tariff database 2025$")]


def test_hts_csv(bring, ask):
    report = bring("hts_2025.csv")
    assert (report.kind, report.read) == ("hts", 10)
    assert rejected(report) == {
        "a heading or a text row, which has no line of its own": 3,
        "no rate, and none above it": 1,
        "chapters 98 and 99, which change the duties of other lines": 1,
    }
    # the statistical row 0101.21.00.10 stands behind its line, 8112.31.00 has the rate above it
    found = ask(
        "SELECT line, regime, coalesce(p.code, ''), ad_valorem, specific, specific_unit, text "
        "FROM tariffs t LEFT JOIN programmes p ON p.id = t.programme "
        "WHERE t.dataset = (SELECT max(id) FROM datasets)"
    )
    rates = {(line, regime, programme): rest for line, regime, programme, *rest in found}
    assert rates["01013000", "mfn", ""] == [0.071, None, None, "7.1%"]
    assert rates["01013000", "preference", "USMCA"][0] == 0
    assert rates["01013000", "column2", "US-COLUMN-2"][0] == 0.16
    assert rates["28252000", "mfn", ""] == [0.149, 0.463, "kg", "46.3 cents/kg + 14.9%"]
    assert rates["28252000", "preference", "USA-JPN"][0] == pytest.approx(0.032)
    assert rates["28252000", "preference", "USA-AUS"] == [None, None, None, "See 9822.04.01"]
    assert rates["81123100", "mfn", ""][0] == 0.03
    assert {line for line, _, _ in rates} == {"01012100", "01013000", "28252000", "81123100"}


def test_hts_json_keeps_footnotes_and_asks_for_the_year(bring, ask):
    with pytest.raises(TradeDataError, match="--year 2025"):
        bring("hts.json")
    report = bring("hts.json", stated=Stated(year=2025))
    assert (report.read, report.taken) == (3, 2)
    assert ask("SELECT text FROM tariffs WHERE dataset = (SELECT max(id) FROM datasets)") == [
        ("Free (See 9903.90.08.)",)
    ]


def test_usitc_tariff_database(bring, ask):
    report = bring("tariff_database_202506.txt")
    assert (report.kind, report.read, report.taken) == ("usitc-tariff", 5, 4)
    found = ask(
        "SELECT line, regime, valid_from, valid_to, ad_valorem, specific, "
        "ad_valorem_equivalent, ave_method, ave_year FROM tariffs "
        "WHERE dataset = (SELECT max(id) FROM datasets) AND regime = 'mfn' ORDER BY line"
    )
    assert [row[0] for row in found] == ["01013000", "01042090", "84818030", "85051100"]
    assert found[0][2:5] == ("1989-01-01", "2050-12-31", 0.068)
    assert found[2][4:] == (None, None, None, None, None)  # 9999.999999 is no rate
    share, specific, equivalent, method, year = found[3][4:]
    assert (share, specific, year) == (0, 0.033, 2024)
    assert 0 < equivalent < 0.01
    assert method == "unit value of imports from all economies, CEPII BACI"
    # S stands in the wording of the first line and only in the columns of the second
    assert ask(
        "SELECT line FROM tariffs t JOIN programmes p ON p.id = t.programme "
        "WHERE p.code = 'USMCA' AND t.dataset = (SELECT max(id) FROM datasets) ORDER BY line"
    ) == [("01013000",), ("85051100",)]


def test_an_equivalent_needs_the_trade_of_all_suppliers(bring, ask, tmp_path):
    path = tmp_path / "one-supplier.csv"
    path.write_text("HS,USD,kg\n850511,9000000,1\n", encoding="utf-8")
    stated = Stated(edition=2022, source="One supplier", mapping=FROM_ICELAND)
    bring(path, kind="table", stated=stated)
    bring("tariff_database_202506.txt")
    ((equivalent, method, year),) = ask(
        "SELECT ad_valorem_equivalent, ave_method, ave_year FROM tariffs "
        "WHERE dataset = (SELECT max(id) FROM datasets) AND regime = 'mfn' AND line = '85051100'"
    )
    assert (method, year) == ("unit value of imports from all economies, CEPII BACI", 2024)
    assert 1e-4 < equivalent < 0.01


def test_a_quantity_that_is_none_is_said(bring, tmp_path):
    path = tmp_path / "trade.csv"
    path.write_text("HS,USD,kg\n850511,5,-1\n850519,5,heavy\n850520,5,n/a\n", encoding="utf-8")
    report = bring(path, kind="table", stated=Stated(edition=2022, mapping=FROM_ICELAND))
    assert (report.taken, rejected(report)) == (1, {"not a quantity": 2})


def test_wto_mfn_applied(bring, opened):
    report = bring("adb_mfn_applied_duty_22_02_2026_16_59_09.csv")
    assert (report.kind, report.read, report.taken) == ("wto", 5, 3)
    assert rejected(report) == {"stands twice": 1, "no such economy": 1}
    frame = queries.tariff_lines(opened(), ["EU27", "AUS"], ["841690"], "HS2022", ["mfn"])
    assert dict(zip(frame["importer"], frame["rate"], strict=True)) == {"EU27": 0.017, "AUS": 0.05}


def test_wto_bilateral_keeps_every_day_and_answers_the_last(bring, ask, opened):
    assert bring("C156_C840.csv").taken == 2
    assert ask("SELECT valid_from, ad_valorem FROM tariffs WHERE regime = 'applied'") == [
        ("2025-02-10", 0.0),
        ("2025-05-14", 0.1),
    ]
    frame = queries.tariff_lines(opened(), ["CHN"], ["010121"], "HS2022", ["applied"])
    assert frame["rate"].tolist() == [0.1]


def test_wto_bound_by_group(bring, opened):
    assert bring("indicators_final_bound_duty_22_02_2026_16_59_09.csv").taken == 2
    frame = queries.indicators(opened()).set_index(["indicator", "economy"])["value"]
    assert frame["bound_rate", "AFG"] == pytest.approx(0.133848622669505)
    assert frame["bound_duty_free_share", "ALB"] == pytest.approx(0.326486356042324)


def test_wto_series(bring, opened):
    assert bring("wto_series.csv").taken == 2
    frame = queries.tariff_lines(opened(), ["JPN"], ["850511"], "HS2022", ["mfn"])
    assert frame["rate"].tolist() == [0.025]


def test_wits_bulk(bring, opened):
    report = bring("wits_bulk.csv")
    assert (report.kind, report.taken) == ("wits", 2)
    frame = queries.tariff_lines(opened(), ["JPN"], ["850511"], "HS2017").set_index("regime")
    assert frame.loc["mfn", "rate"] == 0.025
    assert frame.loc["preference", "programme"] == "TRAINS-JPN-VNM"


def test_wits_query_restores_the_zero(bring, ask):
    report = bring("wits_query.csv")
    assert rejected(report) == {"duties of type XYZ": 1}
    assert ask("SELECT product, regime, ad_valorem FROM tariffs WHERE importer = 76") == [
        (10121, "bound", 0.1),
        (10121, "mfn", 0.02),
        (10121, "preference", 0.01),
    ]


def test_content_shares(bring, opened):
    report = bring("content_2021.csv")
    assert rejected(report) == {"no such economy": 1, "not a share between 0 and 1": 1}
    # the starter's are of 2022, a later year, and of the same source
    assert queries.content_year(opened()) == 2022


def test_elasticities(bring, opened):
    report = bring("ProTEE_tiny.csv")
    assert (report.kind, report.taken) == ("elasticities", 2)
    frame = queries.elasticities(opened(), ["850511"], "HS2007")
    assert frame["elasticity"].tolist() == [-6.5]


def test_indicators_keep_namibia_and_answer_the_latest_year(bring, opened):
    report = bring("indicators_long.csv")
    assert rejected(report) == {"no such economy": 1, "no value": 1}
    frame = queries.indicators(opened())
    mine = frame[(frame["indicator"] == "union_density_share") & (frame["source"] == "ILO")]
    assert mine.set_index("economy")["value"].to_dict() == {"NAM": 0.19, "DEU": 0.16}


def test_utilisation(bring, ask):
    report = bring("claims_2025.csv")
    assert rejected(report) == {"claims below zero or above the trade": 1}
    assert ask(
        "SELECT importer, programme, period, line, exporter, value_usd FROM utilisation"
    ) == [
        (USA, "USMCA", "2025", "8507600099", 124, 700_500),
        (USA, "USMCA", "2025", "8507600099", 484, 100),
    ]


def test_schedule(bring, ask):
    report = bring("rcep_viet_nam.csv")
    assert (report.kind, report.read, report.taken) == ("schedule", 5, 4)
    assert "VNM" in report.notes[0]
    assert ask(
        "SELECT step, ad_valorem, text FROM staged_rates WHERE line = '01013090' ORDER BY step"
    ) == [(0, 0.1, "0.1"), (1, 0.08, "0.08"), (3, 0.05, "0.05"), (4, 0.0, "0")]
    assert ask("SELECT step, ad_valorem, text FROM staged_rates WHERE line = '85051100'") == [
        (0, 0.05, "0.05"),
        (1, None, "U"),
    ]
    assert ask(
        "SELECT ad_valorem_equivalent, text FROM tariffs WHERE line = '22071000' AND importer = 704"
    ) == [(None, "$1.220/kg (base rate of the schedule)")]


def test_concordance_csv(bring, ask):
    report = bring("concordance.csv")
    assert rejected(report) == {"not between two HS editions": 1}
    assert ask(
        "SELECT from_edition, from_code, to_code, relationship FROM concordances "
        "WHERE dataset = (SELECT max(id) FROM datasets) ORDER BY 1, 2, 3"
    ) == [
        (2007, 20710, 20711, "1:1"),
        (2007, 20790, 20721, "1:n"),
        (2007, 20790, 20731, "1:n"),
        (2012, 20711, 20710, "1:1"),
        (2012, 20721, 20790, "n:1"),
        (2012, 20731, 20790, "n:1"),
    ]


def test_concordance_workbook(bring, tmp_path, ask):
    path = tmp_path / "HS2022toHS2017.xlsx"
    path.write_bytes(
        workbook(
            {
                "HS2022-HS2017 Conversions": [
                    ["From HS2022", "To HS2017"],
                    ["010121", "010121"],
                    ["811231", "811292"],
                    ["811292", "811292"],
                ],
                "HS2022-HS2017 Correlations": [
                    ["Between"],
                    ["HS2022", "", " HS2017", "Relationship"],
                    ["010121", "", "010121", "1:1"],
                    ["811231", "", "811299", "n:1"],
                    ["010121", "", "811292", "n:n"],
                ],
            }
        )
    )
    report = bring(path)
    assert (report.kind, report.read, report.taken) == ("concordance", 6, 5)
    assert ask(
        "SELECT from_edition, from_code, to_code FROM concordances "
        "WHERE dataset = (SELECT max(id) FROM datasets) ORDER BY 1, 2, 3"
    ) == [
        (2017, 811292, 811231),
        (2017, 811292, 811292),
        (2017, 811299, 811231),
        (2022, 811231, 811292),
    ]


def test_a_table_of_ones_own(bring, opened):
    stated = stated_of(
        {"map": _sample("own_rates.yaml"), "source": "Ministry", "release": "1 March 2026"}
    )
    report = bring("own_rates.csv", kind="table", stated=stated)
    assert rejected(report) == {"no rate": 1, "not an HS code of six digits or more": 1}
    frame = queries.tariff_lines(opened(), ["VNM"], ["850511", "850519"], "HS2022")
    assert frame.set_index("line")["rate"].to_dict()["85051100"] == 0.025
    assert set(frame["source"]) == {"Ministry 1 March 2026"}


def test_a_mapping_that_does_not_fit_is_told(bring, tmp_path):
    path = tmp_path / "map.yaml"
    for text, said in (
        ("table: nothing", "is none of trade, tariffs"),
        ("table: tariffs\nedition: HS2022\nproduct: A", "lacks importer, rate"),
        ("table: tariffs\nprodukt: A", "'produkt' is no column"),
        ("- 1", "a mapping names"),
    ):
        path.write_text(text)
        with pytest.raises(TradeDataError, match=said):
            bring("own_rates.csv", kind="table", stated=stated_of({"map": path}))


def test_only_some_codes(bring):
    report = bring("BACI_HS17_Y2021_V202601.csv", stated=stated_of({"codes": "8505.11"}))
    assert report.taken == 3
    assert rejected(report)["not among the codes asked for"] == 1


def test_an_unknown_file_is_named_with_what_is_read(bring, tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam,\n")
    with pytest.raises(TradeDataError, match=r"letter\.txt: this file is not of any kind"):
        bring(path)
    with pytest.raises(TradeDataError, match="is not of kind 'hts'"):
        bring("census.csv", kind="hts")
    with pytest.raises(TradeDataError, match="is no kind of file"):
        bring("census.csv", kind="spreadsheet")
