"""Real downloads, whole: rows in are rows taken and rejected, spot values come out of queries."""

import pytest

from workbench.tradedata import queries
from workbench.tradedata.ingest.collected import Stated


def test_baci_sample(bring, opened, true_samples):
    folder = true_samples / "baci-critical-minerals"
    report = bring(folder / "BACI_HS17_Y2024_V202601_critical30.csv.gz")
    assert (report.read, report.taken) == (21_723, 21_723)
    frame = queries.flows(opened(), None, "HS2017", [2024], importers=["USA"])
    by_product = frame.groupby("product")["value_usd"].sum() / 1e6
    spot = {"740311": 8242, "850511": 492, "810820": 483, "811292": 332, "283691": 195}
    for product, millions in spot.items():
        assert by_product[product] == pytest.approx(millions, abs=0.6)


def test_dataweb_charges_add_up_to_their_totals(bring, ask, true_samples):
    folder = true_samples / "us-dataweb-charges"
    report = bring(folder / "DataWeb-Query-Import__General_Import_Charges.csv.gz")
    assert report.read == 14_176
    assert report.notes == ()  # every year's total line agrees with the rows
    assert ask("SELECT max(year), count(DISTINCT year) FROM national_trade") == [(2024, 5)]


def test_taiwan(bring, ask, true_samples):
    report = bring(true_samples / "us-imports-taiwan" / "us_taiwan_usitc.csv.gz")
    assert report.read == 22_615
    ((total,),) = ask("SELECT sum(value_usd) FROM national_trade WHERE year = 2024")
    assert total == pytest.approx(115.3e9, rel=1e-3)


def test_every_dollar_of_the_africa_file_meets_an_eight_digit_rate(bring, ask, true_samples):
    bring(true_samples / "us-hts-2025" / "tariff_database_2025_06062025.csv.gz")
    folder = true_samples / "us-imports-africa-2024"
    report = bring(folder / "africa_exports_to_us_2024_ustrade_raw.csv.gz")
    assert (report.read, report.taken) == (15_833, 15_832)
    ((total, joined),) = ask(
        "SELECT sum(value_usd), sum(value_usd * (substr(code, 1, 8) IN "
        "(SELECT line FROM tariffs WHERE importer = 840 AND regime = 'mfn'))) "
        "FROM national_trade WHERE code < '98'"
    )
    assert total > 40e9
    assert joined == total
    ((kenya,),) = ask(
        "SELECT sum(value_usd) FROM national_trade WHERE exporter = 404 "
        "AND substr(code, 1, 2) IN ('61', '62')"
    )
    assert kenya == pytest.approx(534e6, abs=0.5e6)


def test_the_schedule_and_the_tariff_database_say_the_same(bring, ask, true_samples):
    folder = true_samples / "us-hts-2025"
    schedule = bring(folder / "hts_2025_basic_edition.csv.gz")
    assert schedule.read == 35_859
    lines = bring(folder / "tariff_database_2025_06062025.csv.gz")
    assert (lines.read, lines.taken) == (12_907, 11_414)
    texts = [
        {
            line: (share, text)
            for line, share, text in ask(
                "SELECT line, ad_valorem, text FROM tariffs WHERE importer = 840 "
                "AND regime = 'mfn' AND dataset = (SELECT max(id) FROM datasets WHERE source = ?)",
                source,
            )
        }
        for source in ("USITC Harmonized Tariff Schedule", "USITC tariff database")
    ]
    common = texts[0].keys() & texts[1].keys()
    both = len(common)
    equal = sum(
        texts[0][line][1] == texts[1][line][1] or texts[0][line][0] == texts[1][line][0]
        for line in common
    )
    assert both > 11_000
    assert equal / both > 0.99


def test_usmca_rates_join_their_lines(bring, opened, true_samples):
    bring(true_samples / "us-hts-2025" / "tariff_database_2025_06062025.csv.gz")
    frame = queries.tariff_lines(opened(), ["USA"], ["850760", "610910"], "HS2022")
    usmca = frame[frame["programme"] == "USMCA"].set_index("line")["rate"]
    assert usmca["85076000"] == 0
    assert usmca["61091000"] == 0
    mfn = frame[frame["regime"] == "mfn"].set_index("line")["rate"]
    assert mfn["61091000"] == 0.165


def test_content(bring, opened, true_samples):
    report = bring(true_samples / "icio-content" / "content_2022.csv.gz")
    assert report.read == report.taken == 145_166
    frame = queries.content_shares(opened(), ["C29"]).set_index(["economy", "origin"])
    assert frame.loc[("MEX", "CHN"), "traced_share"] == pytest.approx(0.087, abs=5e-4)


def test_concordances(bring, ask, true_samples):
    folder = true_samples / "hs-concordances-unsd"
    report = bring(folder / "HS2022toHS2017ConversionAndCorrelationTables.xlsx")
    assert report.read == 5_613 + 15_657
    # ours are made with the same rule as the ones that came with the program
    ((differing,),) = ask(
        "SELECT count(*) FROM (SELECT from_edition, to_edition, from_code, to_code, relationship "
        "FROM concordances WHERE dataset = (SELECT max(id) FROM datasets) EXCEPT "
        "SELECT from_edition, to_edition, from_code, to_code, relationship FROM concordances "
        "WHERE dataset <> (SELECT max(id) FROM datasets))"
    )
    assert differing == 0
    assert bring(folder / "HS_consolidated_comtrade_concordances.csv.gz").read == 63_728


def test_elasticities(bring, true_samples):
    report = bring(true_samples / "elasticities" / "ProTEE_0_1.csv")
    assert (report.read, report.taken) == (5_050, 3_044)


def test_utilisation(bring, ask, true_samples):
    folder = true_samples / "us-usmca-utilisation-2025"
    assert bring(folder / "usmca_utilisation_2025_annual_canada.csv.gz").read == 12_260
    ((value, claimed),) = ask("SELECT sum(value_usd), sum(claimed_usd) FROM utilisation")
    assert value == pytest.approx(380.3e9, rel=1e-3)
    assert claimed == pytest.approx(255.4e9, rel=1e-3)


def test_schedules(bring, ask, true_samples):
    folder = true_samples / "rcep-schedules"
    assert bring(folder / "rcep_china_for_asean.csv.gz", stated=Stated(importer="CHN")).read > 0
    assert ask("SELECT step, ad_valorem FROM staged_rates WHERE line = '85076000' LIMIT 3") == [
        (0, 0.12),
        (1, 0.114),
        (2, 0.108),
    ]
