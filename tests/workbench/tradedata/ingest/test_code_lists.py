"""Lists of codes and rules of origin: taken whole, kept in words, answered by `lookups`."""

import zipfile

import pytest

from workbench.errors import TradeDataError
from workbench.tradedata import lookups
from workbench.tradedata.ingest.collected import Stated
from workbench.tradedata.ingest.loader import import_files
from workbench.tradedata.ingest.origin_rules import plain, range_of
from workbench.tradedata.ingest.overlap import AlreadyHeldError
from workbench.tradedata.maintenance import check, remove_datasets


def test_a_list_of_codes_is_taken_as_it_stands(bring, opened):
    report = bring("country_codes_V209901.csv")
    assert (report.kind, report.read, report.taken) == ("codes", 4, 2)
    assert dict(report.rejected) == {"no code": 1, "wrong number of columns": 1}
    found = lookups.code_list(opened(), "CEPII BACI: economies")
    assert found[["code", "related", "words"]].values.tolist() == [
        ["156", "CHN", "Land of Tests"],
        ["842", "USA", "States, made up for tests"],
    ]
    assert set(found["source"]) == {"CEPII BACI 209901"}


def test_rulers_and_remarks_are_no_codes(bring, opened):
    report = bring("schedule_c.txt")
    assert (report.read, report.taken) == (5, 2)
    found = lookups.code_list(opened(), "US Census Bureau: Schedule C")
    assert found["related"].tolist() == ["CA", "MX"]


def test_a_register_keeps_what_it_says_of_each_indicator(bring, opened):
    assert bring("risk_register.csv").taken == 2
    found = lookups.code_list(opened(), "risk_register").set_index("code")
    assert found.loc["made_up_share", "words"] == "[0, 50] % of tests"
    assert found.loc["made_up_share", "related"] == "MU.1"
    assert found.loc["made_up_rate", "note"] == (
        "direction high_risk; source Made-up Office; year min 2018; year max 2022; license CC0; "
        "flags FEW"
    )


def test_what_was_asked_of_dataweb_is_kept_with_its_step(bring, opened):
    report = bring("Query_Parameters.csv")
    assert dict(report.rejected) == {"the heading of a step": 3, "nothing was chosen": 1}
    found = lookups.code_list(opened(), "DataWeb query: Query_Parameters")
    assert found[["code", "related", "words"]].values.tolist() == [
        ["Download Date", "", "January 1, 2099, 9:00 AM"],
        ["Select Type", "Step 2: Data and Years", "Full Years"],
        ["Select Type", "Step 3: Countries", "Some Countries"],
        ["Trade Flow", "Step 1: Trade Flow and Classification System", "Made-up Imports"],
        ["Years", "Step 2: Data and Years", "2097, 2098"],
    ]


def test_lists_in_json(bring, opened):
    assert dict(bring("uk_areas.json").rejected) == {"no scheme holds for it": 1}
    assert dict(bring("wordings.json").rejected) == {"no class is given for it": 1}
    assert bring("rulings.json").taken == 1
    areas = lookups.code_list(opened(), "United Kingdom: areas of origin")
    assert areas[["code", "related"]].values.tolist() == [
        ["2005", "uk_made_up"],
        ["2020", "other"],
        ["2020", "uk_made_up"],
    ]
    classes = lookups.code_list(opened(), "United Kingdom: wordings of rules of origin")
    assert classes["related"].tolist() == ["WO", "CTH", "RVC"]
    ruling = lookups.code_list(opened(), "US Customs: rulings on changes of classification")
    assert ruling[["code", "related", "words", "note"]].values.tolist() == [
        ["T1", "850760", "not met", "2099; from materials of 8507.90, 2841.90; parts only"]
    ]


def test_a_list_again_is_replaced_after_asking(bring, tmp_path, opened):
    bring("country_codes_V209901.csv")
    newer = tmp_path / "country_codes_V209902.csv"
    newer.write_text("country_code,country_name,country_iso2,country_iso3\n156,Renamed,CN,CHN\n")
    with pytest.raises(AlreadyHeldError, match="209901"):
        bring(newer)
    assert bring(newer, replace=True).replaced[0].rows == 2
    assert lookups.code_list(opened(), "CEPII BACI: economies")["words"].tolist() == ["Renamed"]


def test_a_list_beside_figures_in_an_archive_is_not_asked_for(tmp_path, ask, database):
    path = tmp_path / "BACI_HS17_V209901.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("BACI_HS17_Y2021_V209901.csv", "t,i,j,k,v,q\n2021,156,842,850511,1,1\n")
        archive.writestr(
            "country_codes_V209901.csv",
            "country_code,country_name,country_iso2,country_iso3\n156,A,CN,CHN\n",
        )
    (report,) = import_files([path], database)
    assert report.kind == "baci"
    assert ask("SELECT count(*) FROM code_lists") == [(0,)]
    alone = tmp_path / "codes.zip"
    with zipfile.ZipFile(alone, "w") as archive:
        archive.writestr("sections.csv", "section,name\nI,tests\n")
    with pytest.raises(TradeDataError, match="unpack it to import the list itself"):
        import_files([alone], database)


def test_rules_of_an_agreement_are_kept_in_words(bring, opened):
    bring("uk_schemes.json")
    report = bring("uk_made_up.json")
    assert (report.kind, report.read, report.taken) == ("origin-rules", 6, 3)
    assert dict(report.rejected) == {
        "no wording": 1,
        "no range of codes of ten digits": 1,
        "marked as not valid": 1,
    }
    found = lookups.origin_rules(opened(), ["850511"])
    assert found["text"].tolist() == [
        "CTH: Made from heading 2805, and a) 40% of something.",
        "Anything within the quota.",
    ]
    first = found.iloc[0]
    assert first["goods"] == "8505-8506: Magnets of tests"
    assert (first["title"], first["economies"]) == ("Agreement of Tests", "EU27, JPN, XK")
    assert found["classes"].tolist() == ["CTH", ""]
    assert found["joined"].tolist() == ["", "or"]
    assert found["note"].tolist() == [
        "",
        "within a quota; not for exports from the United Kingdom",
    ]
    assert lookups.origin_rules(opened(), ["8507600000"])["classes"].tolist() == ["CC, RVC"]
    assert len(lookups.origin_rules(opened(), ["85"])) == 3
    assert lookups.origin_rules(opened(), ["6109"]).empty


def test_a_file_of_another_name_is_told_its_scheme(bring, ask):
    bring("uk_made_up.json", stated=Stated(programme="cptpp"))
    assert ask("SELECT DISTINCT agreement FROM origin_rules") == [("cptpp",)]


def test_rules_of_a_regulation_and_their_correction_stand_side_by_side(bring, opened):
    report = bring("us_made_up.json")
    assert (report.read, report.taken, report.datasets[0].rows) == (3, 2, 4)
    assert bring("us_correction.json").taken == 1
    found = lookups.origin_rules(opened(), ["850760"])
    assert found["joined"].tolist() == ["", "or"]
    assert set(found["edition"]) == {"HS2022"}
    assert found["source"].str.endswith("2099-01-01").all()
    assert lookups.origin_rules(opened(), ["854810"])["text"].tolist() == found["text"].tolist()
    corrected = lookups.origin_rules(opened(), ["850790"])
    assert corrected["agreement"].tolist() == ["19 CFR 102.99 as corrected"]
    assert corrected["source"].tolist()[0].endswith("99 FR 1 (1 Jan 2099)")


def test_all_that_can_be_looked_up_is_offered(bring, opened):
    bring("uk_made_up.json")
    bring("list_annex.csv")
    bring("schedule_c.txt")
    offered = lookups.lookups(opened())
    assert [each.kind for each in offered] == ["rules", "products", "codes"]
    for each in offered:
        assert len(lookups.look_up(opened(), each)) > 0


def test_lists_and_rules_can_be_taken_out_again(bring, ask, database):
    bring("uk_made_up.json")
    bring("schedule_c.txt")
    rows = ask("SELECT id FROM datasets WHERE table_name IN ('code_lists', 'origin_rules')")
    remove_datasets(database, [number for (number,) in rows])
    assert ask("SELECT count(*) FROM code_lists") == ask("SELECT count(*) FROM origin_rules")
    assert ask("SELECT count(*) FROM origin_rules") == [(0,)]
    assert check(database) == ()


def test_half_a_character_is_said_and_not_stored(tmp_path):
    path = tmp_path / "made_up.json"
    path.write_text('{"rule_sets": [{"heading": "85", "rules": [{"rule": "\\ud800"}]}]}')
    with pytest.raises(TradeDataError, match="download it again"):
        import_files([path], tmp_path / "none.sqlite", dry_run=True)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("8507.10-8507.80", ("8507100000", "8507809999")),
        ("0304", ("0304000000", "0304999999")),
        ("6209.20.1000-6209.20.5035", ("6209201000", "6209205035")),
        ("4441-4421", None),
        ("chapter 85", None),
        ("", None),
    ],
)
def test_ranges(text, ends):
    assert range_of(text) == ends


def test_wording_without_markup():
    assert (
        plain("less than <b>5</b> &amp; more<br/>\n\n- i) 3 < 4") == "less than 5 & more i) 3 < 4"
    )
