"""Readers of smaller tables: extracts, nomenclature, lists, agreements, figures for reference."""

import pytest

from workbench.errors import TradeDataError
from workbench.tradedata import queries
from workbench.tradedata.ingest.collected import Stated
from workbench.tradedata.maintenance import remove_datasets


def test_extracts_of_baci_in_both_layouts(bring, opened):
    with pytest.raises(TradeDataError, match="--edition HS2017"):
        bring("baci_2022_extract.csv")
    short = bring("baci_2022_extract.csv", stated=Stated(edition=2017))
    assert (short.kind, short.read, short.taken) == ("baci", 5, 2)
    assert dict(short.rejected)["exporter and importer are one economy"] == 1
    long = bring("extract_long.csv", stated=Stated(edition=2017))
    assert (long.read, long.taken) == (3, 2)
    frame = queries.flows(opened(), ["850511"], "HS2017", [2022, 2024], ["USA"], ["CHN"])
    found = frame.set_index("year")
    assert found["value_usd"].to_dict() == {2022: 1200, 2024: 1500}
    assert found.loc[2024, "quantity_kg"] == 250


def test_a_nomenclature_adds_codes_that_are_not_there(bring, ask, database):
    report = bring("classificationH6.json")
    assert (report.kind, report.read, report.taken) == ("nomenclature", 5, 4)
    assert report.datasets[0].rows == 1
    assert ask("SELECT code, parent, level FROM products WHERE dataset IS NOT NULL") == [
        (850597, 8505, 6)
    ]
    assert bring("harmonized-system.csv").taken == 3
    ((number,),) = ask("SELECT max(dataset) FROM products")
    remove_datasets(database, [number])
    assert ask("SELECT count(*) FROM products WHERE code = 850597") == [(0,)]
    assert ask("SELECT count(*) FROM products WHERE code = 850511 AND edition = 2022") == [(1,)]


def test_what_came_with_the_program_is_not_removed(ask, database):
    ((number,),) = ask("SELECT id FROM datasets WHERE table_name = 'products' LIMIT 1")
    with pytest.raises(TradeDataError, match="cannot be removed"):
        remove_datasets(database, [number])


def test_product_lists(bring, opened):
    categories = bring("HS2022_to_BEC.csv")
    assert (categories.kind, categories.read, categories.taken) == ("product-list", 4, 3)
    annex = bring("list_annex.csv")
    assert (annex.read, annex.taken) == (4, 2)
    assert dict(annex.rejected) == {"stands twice": 1, "a code outside the Harmonized System": 1}
    lists = queries.product_lists(opened())
    assert lists[lists["prefix"] == "850511"]["class"].tolist() == ["22", "42"]
    assert lists[lists["list"] == "list_annex"][["class", "prefix"]].to_numpy().tolist() == [
        ["1a, aluminum", "7610"],
        ["1a, steel", "7308200035"],
    ]


def test_agreements_in_force_add_pairs_and_can_be_removed(bring, ask, database):
    before = ask("SELECT count(*) FROM programme_members")
    report = bring("agreements_2016.csv")
    assert (report.kind, report.read, report.taken) == ("agreements", 3, 1)
    # the program knows this agreement with its days
    assert ask("SELECT count(*) FROM programme_members") == before
    ((number,),) = ask("SELECT max(id) FROM datasets WHERE table_name = 'programmes'")
    remove_datasets(database, [number])
    assert ask("SELECT count(*) FROM programme_members") == before


def test_input_links(bring, opened):
    report = bring("ore_refined.json")
    assert (report.read, report.taken) == (2, 1)
    links = queries.input_links(opened())
    assert {"280530", "284690"} <= set(links[links["output"] == "850511"]["input"])


def test_figures_for_reference(bring, opened):
    for name, read, taken in (
        ("industry_sales_2022.csv", 3, 1),
        ("industry_output_2022.csv", 2, 1),
        ("minerals.csv", 3, 1),
        ("bea_use_import.csv", 2, 1),
        ("metal_shares.csv", 3, 2),
    ):
        report = bring(name)
        assert (report.kind, report.read, report.taken) == ("reference", read, taken)
    database = opened()
    sales = queries.reference_figures(database, "sales to industries", ["C27"])
    assert sales[["economy", "other_economy", "year", "value", "unit"]].to_numpy().tolist() == [
        ["CHN", "MEX", 2022, 12.5e6, "USD"]
    ]
    assert queries.reference_figures(database, "output")["value"].tolist() == [100e6]
    mined = queries.reference_figures(
        database, "production", ["Cobalt: Mine production, contained"]
    )
    assert mined[mined["economy"] == "COD"]["value"].tolist()[-2:] == [100.0, 120.0]
    used = queries.reference_figures(database, "imported inputs used")
    assert used[["item", "other_item", "value"]].to_numpy().tolist() == [
        ["335912", "336111", 5e6],
        ["335912", "336112", 1e6],
    ]
    assert queries.reference_figures(database, "steel")["value"].tolist() == [0.002, 0.3]


def test_indicators_with_a_column_each(bring, opened):
    report = bring("risk_scaled.csv", stated=Stated(year=2024))
    assert (report.kind, report.read, report.taken) == ("indicators", 4, 2)
    found = queries.indicators(opened()).set_index(["economy", "indicator"])
    assert found.loc[("NAM", "gini"), ["value", "unit"]].tolist() == [0.8, "risk score, 0 to 1"]
    report = bring("governance.json")
    assert (report.read, report.taken) == (4, 2)
    found = queries.indicators(opened()).set_index(["economy", "indicator"])
    assert found.loc[("NAM", "governance_score"), "value"] == 0.5


def test_elasticities_of_groups_stand_behind_those_of_codes(bring, opened):
    report = bring("sigmas.csv")
    assert (report.kind, report.read, report.taken) == ("elasticities", 4, 3)
    found = queries.elasticities(opened(), ["010121", "850110"], "HS2022").set_index("product")
    # CEPII ProTEE has small motors; horses take 1 - median(3, 5) of their group
    assert found.loc["010121", ["elasticity", "method"]].tolist() == [-3.0, "its group of codes"]
    assert "three digits" in found.loc["010121", "source"]
    assert found.loc["850110", "source"] == "CEPII ProTEE 0.1"
