"""Files are recognised one by one, and their first rows shown as an import would take them."""

import zipfile
from pathlib import Path

import pytest

from workbench.errors import TradeDataError
from workbench.tradedata.ingest.collected import Stated
from workbench.tradedata.preview import look_at, preview

SAMPLES = Path(__file__).parents[2] / "data" / "ingest"
BACI = "t,i,j,k,v,q\n2022,842,156,850511,12.5,3\n2022,392,842,10121,1,NA\n2022,999,842,850511,1,1\n"


@pytest.fixture
def baci(tmp_path: Path) -> Path:
    path = tmp_path / "BACI_HS17_Y2022_V202601.csv"
    path.write_text(BACI)
    return path


def test_a_wrong_file_does_not_hide_the_others(baci, tmp_path):
    notes, empty = tmp_path / "notes.csv", tmp_path / "empty.csv"
    notes.write_text("just,words\n1,2\n")
    empty.write_text("")
    found = look_at([baci, notes, empty, tmp_path / "absent.csv"])
    assert [file.kind for file in found] == ["baci", "", "", ""]
    assert "CEPII BACI" in found[0].why
    assert "not any kind that is read" in found[1].why
    assert "empty" in found[2].why
    assert "no such file" in found[3].why


def test_rows_are_shown_in_words(baci):
    (file,) = look_at([baci])
    found = preview(file.recognised, Stated())
    assert (found.table, found.source, found.edition) == (
        "trade_flows",
        "CEPII BACI",
        "HS17 202601",
    )
    assert found.rows == (
        (2022, "010121", "USA", "JPN", 1000, None),
        (2022, "850511", "CHN", "USA", 12500, 3000),
    )
    assert found.read == found.taken + sum(rows for _, rows in found.rejected) == 3
    assert found.whole


def test_only_the_first_lines_are_read(baci):
    baci.write_text(BACI + "2022,392,842,850511,1,1\n" * 5000)
    (file,) = look_at([baci])
    found = preview(file.recognised, Stated(codes=("0101",)), rows=10)
    assert found.read == 1999
    assert not found.whole
    assert [row[1] for row in found.rows] == ["010121"]


def test_what_must_be_stated_is_said(baci, tmp_path):
    unnamed = baci.rename(tmp_path / "figures.csv")
    (file,) = look_at([unnamed])
    with pytest.raises(TradeDataError, match="HS edition"):
        preview(file.recognised, Stated())
    assert preview(file.recognised, Stated(edition=2017)).taken == 2


@pytest.mark.parametrize(
    ("name", "table", "row"),
    [
        ("classificationH6.json", "products", (2022, "85", None, 2)),
        ("list_annex.csv", "product_lists", ("list_annex", "1a, steel", "7308200035")),
        ("agreements_2016.csv", "programmes", ("CHL-VNM", "VNM", "CHL", True)),
        ("ore_refined.json", "input_links", (2022, "850511", "280530", "magnets")),
        ("industry_sales_2022.csv", "reference_figures", ("sales to industries", "C27", "CHN")),
        ("metal_shares.csv", "reference_figures", ("steel", "0101210010", None, "112A00", None)),
        ("governance.json", "indicators", ("governance_score", "AFG", 2024, -1.8)),
    ],
)
def test_the_smaller_tables_are_shown_in_words_too(name, table, row):
    (file,) = look_at([SAMPLES / name])
    found = preview(file.recognised, Stated())
    assert found.table == table
    assert found.rows[0][: len(row)] == row


def test_a_list_beside_figures_in_an_archive_says_what_it_is(tmp_path):
    path = tmp_path / "baci.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "country_codes_V202601.csv",
            "country_code,country_name,country_iso2,country_iso3\n4,A,AF,AFG\n",
        )
    (file,) = look_at([path])
    assert file.kind == "companion"
    assert "unpack it to import the list itself" in file.why


def test_rules_of_origin_are_shown_in_words():
    (file,) = look_at([SAMPLES / "uk_made_up.json"])
    found = preview(file.recognised, Stated())
    assert found.table == "origin_rules"
    named = dict(zip(found.columns, found.rows[1], strict=True))
    assert named["text"] == "Anything within the quota."
    assert (named["first_code"], named["joined"]) == ("8505000000", "or")
