"""Every file of ../shared/data: what it is recognised as, and what becomes of its rows.

An archive of prose is refused in one sentence that says what it is; every other file is taken.
The larger files are read whole where ALL_SAMPLES is set; else only recognised.
"""

import os
from pathlib import Path

import pytest

from workbench.errors import TradeDataError
from workbench.tradedata import lookups, queries
from workbench.tradedata.ingest.collected import Stated
from workbench.tradedata.ingest.loader import import_files
from workbench.tradedata.ingest.readers import recognise
from workbench.tradedata.ingest.source import Part

FOLDER = Path(__file__).parents[5] / "shared" / "data"
ALL = "ALL_SAMPLES" in os.environ
QUICK_BYTES = 110_000

# File -> the kind it is recognised as, rows read, rows taken.
TAKEN: dict[str, tuple[str, int, int]] = {
    "baci-critical-minerals/BACI_HS17_Y2024_V202601_critical30.csv.gz": ("baci", 21_723, 21_723),
    "baci-critical-minerals/baci_2022_value_only.csv.gz": ("baci", 23_167, 23_167),
    "baci-critical-minerals/baci_2024_critical30.csv.gz": ("baci", 21_723, 21_723),
    "baci-critical-minerals/country_codes_V202601.csv": ("codes", 238, 238),
    "baci-critical-minerals/ore_refined_crosswalk.json": ("input-links", 32, 11),
    "country-indicators/ilostat_register.csv": ("codes", 4, 4),
    "country-indicators/ilostat_risk_scaled.csv": ("indicators", 195, 147),
    "country-indicators/wgi_mean6.json": ("indicators", 207, 204),
    "country-indicators/worldbank_register.csv": ("codes", 7, 7),
    "country-indicators/worldbank_risk_scaled.csv": ("indicators", 195, 194),
    "country-tables/census_country_codes.txt": ("codes", 245, 240),
    "country-tables/census_to_iso3.csv": ("codes", 189, 189),
    "elasticities/ProTEE_0_1.csv": ("elasticities", 5_050, 3_044),
    "elasticities/broda_weinstein_sigma_hs3_73countries.csv.gz": ("elasticities", 11_293, 11_293),
    "hs-classifications-unsd/classificationH4.json.gz": ("nomenclature", 6_533, 6_525),
    "hs-classifications-unsd/classificationH5.json.gz": ("nomenclature", 6_713, 6_705),
    "hs-classifications-unsd/classificationH6.json.gz": ("nomenclature", 6_944, 6_936),
    "hs-concordances-unsd/HS2012_to_BEC_Conversion_and_Correlation_Tables.csv": (
        "product-list",
        5_283,
        5_283,
    ),
    "hs-concordances-unsd/HS2017_to_BEC_Conversion_and_Correlation_Tables.csv": (
        "product-list",
        5_511,
        5_510,
    ),
    "hs-concordances-unsd/HS2017toHS2012ConversionAndCorrelationTables.xlsx": (
        "concordance",
        11_529,
        10_803,
    ),
    "hs-concordances-unsd/HS2022_to_BEC_Conversion_and_Correlation_Tables.csv": (
        "product-list",
        5_926,
        5_925,
    ),
    "hs-concordances-unsd/HS2022toHS2012ConversionAndCorrelationTables.xlsx": (
        "concordance",
        21_990,
        11_408,
    ),
    "hs-concordances-unsd/HS2022toHS2017ConversionAndCorrelationTables.xlsx": (
        "concordance",
        21_270,
        11_320,
    ),
    "hs-concordances-unsd/HS_consolidated_comtrade_concordances.csv.gz": (
        "concordance",
        63_728,
        43_863,
    ),
    "hs-nomenclature-2022/harmonized-system.csv": ("nomenclature", 6_940, 6_936),
    "hs-nomenclature-2022/sections.csv": ("codes", 21, 21),
    "icio-content/content_2022.csv.gz": ("icio-content", 145_166, 145_166),
    "io-bea-detail/bea_commodity_descriptions.csv": ("codes", 402, 402),
    "io-bea-detail/bea_commodity_use_totals.csv": ("reference", 402, 402),
    "io-bea-detail/bea_industry_output.csv": ("reference", 402, 402),
    "io-bea-detail/bea_requirements_domestic.csv.gz": ("reference", 402, 402),
    "io-bea-detail/bea_summary_to_detail.csv": ("codes", 402, 402),
    "io-bea-detail/bea_use_domestic.csv.gz": ("reference", 402, 373),
    "io-bea-detail/bea_use_import.csv.gz": ("reference", 402, 279),
    "io-bea-detail/metal_content_shares_bea_hs10.csv.gz": ("reference", 20_780, 20_780),
    "io-oecd-icio-2022-flows/OECD_ICIO_2025_country_code_mapping.csv": ("codes", 85, 85),
    "io-oecd-icio-2022-flows/OECD_ICIO_2025_sector_code_mapping.csv": ("codes", 50, 50),
    "io-oecd-icio-2022-flows/icio2022_goods_flows.csv.gz": ("reference", 249_027, 249_027),
    "io-oecd-icio-2022-flows/icio2022_output.csv": ("reference", 4_000, 4_000),
    "rcep-schedules/rcep_australia.csv.gz": ("schedule", 8_846, 6_184),
    "rcep-schedules/rcep_china_for_asean.csv.gz": ("schedule", 12_392, 8_277),
    "roo-uk-tariff/andean.json.gz": ("origin-rules", 1_120, 1_120),
    "roo-uk-tariff/cptpp.json.gz": ("origin-rules", 2_561, 2_561),
    "roo-uk-tariff/dcts-ldcs.json.gz": ("origin-rules", 433, 432),
    "roo-uk-tariff/eu.json.gz": ("origin-rules", 644, 644),
    "roo-uk-tariff/japan.json.gz": ("origin-rules", 960, 960),
    "roo-uk-tariff/kenya.json.gz": ("origin-rules", 714, 714),
    "roo-uk-tariff/new-zealand.json.gz": ("origin-rules", 2_779, 2_779),
    "roo-uk-tariff/roo_scheme_area_associations.json": ("codes", 71, 70),
    "roo-uk-tariff/roo_schemes_uk.json.gz": ("codes", 44, 44),
    "roo-uk-tariff/rule_text_to_class.json.gz": ("codes", 1_568, 915),
    "roo-uk-tariff/singapore.json.gz": ("origin-rules", 739, 739),
    "roo-uk-tariff/south-korea.json.gz": ("origin-rules", 819, 819),
    "roo-uk-tariff/turkey.json.gz": ("origin-rules", 628, 628),
    "roo-us-19cfr102/19cfr102.20-2026-08-26.json.gz": ("origin-rules", 1_041, 1_038),
    "roo-us-19cfr102/19cfr102.21-2026-08-26.json.gz": ("origin-rules", 176, 176),
    "roo-us-19cfr102/agreement-cases.json": ("codes", 10, 10),
    "roo-us-19cfr102/cbp-dec-22-25-102-20.json": ("origin-rules", 8, 8),
    "roo-us-19cfr102/cbp-dec-22-25.json": ("origin-rules", 2, 2),
    "rta-dta-2016/rta_dyads_2016.csv.gz": ("agreements", 7_060, 4_411),
    "us-dataweb-charges/DataWeb-Query-Import__General_Import_Charges.csv.gz": (
        "dataweb",
        14_176,
        13_745,
    ),
    "us-dataweb-charges/DataWeb-Query-Import__Query_Parameters.csv": ("codes", 33, 22),
    "us-hts-2025/hts_2025_basic_edition.csv.gz": ("hts", 35_859, 22_914),
    "us-hts-2025/tariff_database_2025_06062025.csv.gz": ("usitc-tariff", 12_907, 11_414),
    "us-imports-africa-2024/africa_exports_to_us_2024_ustrade_raw.csv.gz": (
        "census",
        15_833,
        15_832,
    ),
    "us-imports-taiwan/us_taiwan_usitc.csv.gz": ("dataweb", 22_615, 22_592),
    "us-sector-product-lists/ieepa_exempt_products.csv": ("product-list", 4_297, 4_175),
    "us-sector-product-lists/s201_solar_products.csv": ("product-list", 3, 3),
    "us-sector-product-lists/s232_annex_products.csv": ("product-list", 799, 799),
    "us-sector-product-lists/s232_copper_products.csv": ("product-list", 80, 80),
    "us-sector-product-lists/s232_derivative_products.csv": ("product-list", 568, 566),
    "us-sector-product-lists/s232_semi_products.csv": ("product-list", 10, 10),
    "us-sector-product-lists/s301_product_lists.csv": ("product-list", 12_223, 12_203),
    "us-usmca-utilisation-2025/usmca_utilisation_2025_annual_canada.csv.gz": (
        "utilisation",
        12_260,
        12_260,
    ),
    "us-usmca-utilisation-2025/usmca_utilisation_2025_monthly_canada.csv.gz": (
        "utilisation",
        94_270,
        94_270,
    ),
    "usgs-mcs-2025/MCS2025_World_Data.csv": ("reference", 1_250, 990),
}
# File -> what it is said to be.
REFUSED: dict[str, str] = {
    "roo-uk-tariff/articles_cptpp_eu_japan_canada_korea_vietnam_kenya.tar.gz": (
        "it is an archive of the form tar"
    ),
}
STATED = {
    "baci-critical-minerals/baci_2022_value_only.csv.gz": Stated(edition=2017),
    "baci-critical-minerals/baci_2024_critical30.csv.gz": Stated(edition=2017),
}


def test_the_table_names_every_file(true_samples):
    found = {
        path.relative_to(true_samples).as_posix()
        for path in true_samples.rglob("*")
        if path.is_file() and path.name != "SOURCE.md"
    }
    assert found == TAKEN.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_of_no_rows_is_refused_in_a_sentence(name, true_samples, tmp_path):
    path = true_samples / name
    with pytest.raises(TradeDataError) as caught:
        import_files([path], tmp_path / "none.sqlite", dry_run=True)
    said = str(caught.value)
    assert said.startswith(f"{path.name.removesuffix('.gz')}: {REFUSED[name]}")
    assert "\n" not in said


@pytest.mark.parametrize("name", TAKEN)
def test_rows_in_are_rows_taken_and_rows_rejected_with_a_reason(name, true_samples, tmp_path):
    path = true_samples / name
    kind, read, taken = TAKEN[name]
    found = recognise(Part(path), "auto")
    assert found is not None
    assert found.reader.kind == kind
    assert len(found.why) > 15
    if ALL or path.stat().st_size < QUICK_BYTES:
        stated = STATED.get(name, Stated())
        (report,) = import_files([path], tmp_path / "none.sqlite", dry_run=True, stated=stated)
        assert (report.read, report.taken) == (read, taken)
        assert report.read == report.taken + sum(rows for _, rows in report.rejected)
        assert all(len(reason) > 7 for reason, _ in report.rejected)


def test_baci_extracts_answer_their_spot_values(bring, opened, true_samples):
    folder = true_samples / "baci-critical-minerals"
    stated = Stated(edition=2017)
    bring(folder / "baci_2024_critical30.csv.gz", stated=stated)
    bring(folder / "baci_2022_value_only.csv.gz", stated=stated)
    database = opened()
    magnets = queries.flows(database, ["850511"], "HS2017", [2024], importers=["USA"])
    assert magnets["value_usd"].sum() == pytest.approx(492e6, abs=0.6e6)
    assert magnets["quantity_kg"].notna().any()
    gas = queries.flows(database, ["270112"], "HS2017", [2022], ["PAK"], ["AFG"])
    assert gas["value_usd"].tolist() == [164_504_604.0]


def test_reference_figures_answer_their_spot_values(bring, opened, true_samples):
    flows = bring(true_samples / "io-oecd-icio-2022-flows" / "icio2022_goods_flows.csv.gz")
    assert flows.read == flows.taken == 249_027
    bring(true_samples / "usgs-mcs-2025" / "MCS2025_World_Data.csv")
    bring(true_samples / "io-bea-detail" / "bea_use_import.csv.gz")
    database = opened()
    sales = queries.reference_figures(database, "sales to industries", ["C13T15", "C27"])
    sales = sales.set_index(["economy", "item", "other_economy", "other_item"])["value"]
    assert sales["CHN", "C13T15", "VNM", "C13T15"] == pytest.approx(9_336e6, abs=0.5e6)
    assert sales["KOR", "C13T15", "VNM", "C13T15"] == pytest.approx(1_850e6, abs=0.5e6)
    assert sales["CHN", "C27", "MEX", "C27"] == pytest.approx(2_410e6, abs=0.5e6)
    mined = queries.reference_figures(database, "production")
    assert {"COD", "KOR"} <= set(mined["economy"])
    used = queries.reference_figures(database, "imported inputs used")
    assert set(used["economy"]) == {"USA"}
    assert used["year"].tolist()[:1] == [2017]


def test_small_tables_add_to_what_is_there(bring, ask, opened, database, true_samples):
    before = ask("SELECT count(*) FROM programme_members")
    known = ask("SELECT count(*) FROM input_links")
    for name in (
        "rta-dta-2016/rta_dyads_2016.csv.gz",
        "hs-classifications-unsd/classificationH6.json.gz",
        "baci-critical-minerals/ore_refined_crosswalk.json",
    ):
        bring(true_samples / name)
    # the program came with the same pairs and codes
    assert ask("SELECT count(*) FROM programme_members") == before
    assert ask("SELECT count(*) FROM products WHERE dataset IS NOT NULL") == [(0,)]
    assert ask("SELECT count(*) FROM input_links") >= known
    bring(true_samples / "elasticities" / "broda_weinstein_sigma_hs3_73countries.csv.gz")
    bring(true_samples / "us-sector-product-lists" / "s201_solar_products.csv")
    bring(true_samples / "hs-concordances-unsd/HS2022_to_BEC_Conversion_and_Correlation_Tables.csv")
    found = queries.elasticities(opened(), ["850511", "850760"], "HS2022")
    assert set(found["product"]) == {"850511", "850760"}
    assert (found["elasticity"] < 0).all()
    lists = queries.product_lists(opened())
    assert {"BEC 4", "s201_solar_products"} <= set(lists["list"])
    assert lists[lists["prefix"] == "010121"]["class"].tolist() == ["41"]


def test_governance_scores(bring, opened, true_samples):
    bring(true_samples / "country-indicators" / "wgi_mean6.json")
    found = queries.indicators(opened())
    mine = found[(found["economy"] == "AFG") & (found["indicator"] == "governance_score")]
    assert mine["value"].tolist() == [-1.845]
    assert mine["year_to"].tolist() == [2024]


def test_rules_of_origin_of_others_answer_by_product(bring, opened, true_samples):
    folder = true_samples / "roo-uk-tariff"
    for name in ("cptpp.json.gz", "japan.json.gz", "roo_schemes_uk.json.gz"):
        bring(folder / name)
    bring(true_samples / "roo-us-19cfr102" / "19cfr102.20-2026-08-26.json.gz")
    found = lookups.origin_rules(opened(), ["850760"])
    cptpp = found[found["agreement"] == "cptpp"]
    assert cptpp["text"].str.contains("40% under the build-down method").any()
    assert cptpp["joined"].tolist() == ["", "or", "or"]
    (economies,) = set(cptpp["economies"])
    assert {"JPN", "VNM", "AUS"} <= set(economies.split(", "))
    assert set(found.loc[found["agreement"] == "japan", "economies"]) == {"JPN"}
    marking = found[found["agreement"] == "19 CFR 102.20"]
    assert marking["goods"].tolist() == ["8507.10-8507.80"]
    assert marking["text"].str.contains("from any other subheading").all()
    assert set(marking["edition"]) == {"HS2022"}


def test_lists_of_codes_answer(bring, opened, true_samples):
    bring(true_samples / "country-tables" / "census_country_codes.txt")
    bring(true_samples / "io-bea-detail" / "bea_summary_to_detail.csv")
    census = lookups.code_list(opened(), "US Census Bureau: Schedule C").set_index("code")
    assert census.loc["5700", ["related", "words"]].tolist() == ["CN", "China"]
    assert census.loc["7920", "related"] == "NA"
    detail = lookups.code_list(opened(), "BEA: industries and their summaries").set_index("code")
    assert detail.loc["111200", "related"] == "111CA"
