"""Bills of materials from spreadsheets: what people paste, and what must not pass."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from workbench.analysis.bill_table import (
    bill_problems,
    bill_text,
    parse_amount,
    parse_code,
    parse_origin,
    parse_originating,
    read_bill_file,
    read_bill_text,
)
from workbench.errors import DefinitionError
from workbench.model.goods import Good, Material

FRAME = Material("Frame", "871491", 5.5, "CHN", False)
SADDLE = Material("Saddle", "871495", 1.0, "KOR", True, 0.4)
TREE = (Material("Wheel", "871499", 4.0, "KOR", materials=(FRAME, SADDLE)), Material("Paint"))


def test_a_paste_with_headings_in_any_order() -> None:
    text = "HS code\tDescription\tCountry of origin\tCost (USD)\n8714.91\tFrame\tChina\t5.50\n"
    assert read_bill_text(text) == (Material("Frame", "871491", 5.5, "CHN"),)


def test_a_paste_without_headings_has_the_columns_of_the_table() -> None:
    text = "Frame\t8714.91\t5.5\tCHN\tno\t\nSaddle\t8714.95\t$1.00\tKOR\tyes\t0.4"
    assert read_bill_text(text) == (FRAME, SADDLE)


@pytest.mark.parametrize("sign", ["\t", ";", ","])
def test_any_separator(sign: str) -> None:
    text = sign.join(("name", "code", "value")) + "\n" + sign.join(("Frame", "871491", "5.5"))
    assert read_bill_text(text) == (Material("Frame", "871491", 5.5),)


def test_quoted_cells_with_commas() -> None:
    text = 'name,value,origin\n"Frame, steel","1,234.5",?\n'
    assert read_bill_text(text) == (Material("Frame, steel", "", 1234.5),)


@pytest.mark.parametrize(
    "text",
    [
        "level\tname\n1\tWheel\n2\tFrame\n1\tPaint",
        "no\tname\n1\tWheel\n1.1\tFrame\n2\tPaint",
        "name\tvalue\nWheel\t\n  Frame\t\nPaint\t",
    ],
)
def test_tiers(text: str) -> None:
    assert read_bill_text(text) == (
        Material("Wheel", materials=(Material("Frame"),)),
        Material("Paint"),
    )


def test_what_is_written_is_read_back() -> None:
    assert read_bill_text(bill_text(TREE)) == TREE


def test_a_formula_is_never_written() -> None:
    assert "\t'=HYPERLINK()\t" in bill_text((Material("=HYPERLINK()"),))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "there is no row"),
        ("name\tvalue\n", "no row below the headings"),
        ("name\tvalue\nFrame\tlots", ":2: 'lots' is not a number"),
        ("name\tvalue\nFrame\t-3", "not between 0"),
        ("name\tcode\nFrame\tabc", "not a product code"),
        ("name\torigin\nFrame\tAtlantis", "'Atlantis' is not an economy"),
        ("name\toriginating\nFrame\tperhaps", "neither yes nor no"),
        ("name\tvalue\n\t5", "neither a name nor a code"),
        ("level\tname\n1\tWheel\n3\tFrame", "a tier too deep"),
        ("level\tname\nfirst\tWheel", "'first' is not a level"),
        ("name\tvalue\n" + "x\t1\n" * 2001, "more than 2,000 rows"),
    ],
)
def test_what_is_wrong_is_said_with_its_row(text: str, says: str) -> None:
    with pytest.raises(DefinitionError, match=says):
        read_bill_text(text)


def test_a_csv_file(tmp_path: Path) -> None:
    file = tmp_path / "bill.csv"
    file.write_bytes("\ufeffname;code;value\nFrame;8714.91;5,5\n".encode())
    assert read_bill_file(file) == (Material("Frame", "871491", 5.5),)


def _workbook(path: Path) -> None:
    """A small xlsx, the code kept as a number."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["name", "code", "value"], ["Horse", 10121, 5.5]):
        sheet.append(row)
    book.save(path)
    book.close()


def test_a_workbook_gives_a_code_its_leading_zero_back(tmp_path: Path) -> None:
    file = tmp_path / "bill.xlsx"
    _workbook(file)
    assert read_bill_file(file) == (Material("Horse", "010121", 5.5),)


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="cannot be read"):
        read_bill_file(tmp_path / "absent.csv")
    (tmp_path / "bad.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(DefinitionError, match="not a workbook"):
        read_bill_file(tmp_path / "bad.xlsx")
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DefinitionError, match="UTF-8"):
        read_bill_file(tmp_path / "bad.csv")


def test_single_cells() -> None:
    assert parse_origin("Viet Nam") == "VNM"
    assert parse_origin("unknown") is None
    assert parse_code("8505.11") == "850511"
    assert parse_amount("1'234.5") == 1234.5
    assert parse_amount("12,5") == 12.5
    assert parse_amount("12,500") == 12500.0
    assert parse_originating("Non-originating") is False


def test_a_bill_above_the_good_and_a_circle_are_told() -> None:
    loop = Material("Frame", value=3.0, materials=(Material("frame", value=2.0),))
    good = Good("871200", value=2.0, materials=(loop,))
    (above, text), (place, circle) = bill_problems(good)
    assert above == ()
    assert "more than what they make" in text
    assert place == (0, 0)
    assert "made from itself" in circle
