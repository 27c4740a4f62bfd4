"""The command `trade-effects`, on a shipped agreement and the starter database."""

import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from workbench.cli import main

FILE = str(Path(__file__).parents[2] / "agreements" / "definitions" / "critical-minerals-club.yaml")


@pytest.mark.parametrize("model", ["finite-supply", "gsim"])
def test_json_holds_the_contract(
    model: str, starter_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["trade-effects", FILE, "--json", "--model", model, "--db", str(starter_file)]
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert "-0.0," not in out
    data = json.loads(out)
    assert data["model"] == model
    assert data["clearing"] < 1e-10
    totals = data["totals"]
    assert totals["creation"] > 0
    assert totals["revenue_change"] < 0
    assert totals["welfare"] == pytest.approx(
        totals["consumer_gain"] + totals["revenue_change"] + totals["producer_gain"]
    )
    assert sum(row["welfare"] for row in data["lanes"]) == pytest.approx(totals["welfare"])
    assert {row["product"] for row in data["elasticities"]} >= {"8505.11", "7403.11"}
    assert data["dropped"]
    assert data["gaps"]


def test_tables_are_written(
    starter_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "effects.xlsx"
    assert main(["trade-effects", FILE, "-o", str(book), "--db", str(starter_file)]) == 0
    opened = load_workbook(book, read_only=True)
    assert opened.sheetnames[:2] == ["Lanes", "Totals"]
    opened.close()
    out = capsys.readouterr().out
    assert "markets clear to" in out
    table = tmp_path / "effects.csv"
    assert main(["trade-effects", FILE, "-o", str(table), "--db", str(starter_file)]) == 0
    with (tmp_path / "effects-by-product.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert "8505.11" in {row["product"] for row in rows}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-o", "out.docx"], "must end in .csv or .xlsx"),
        (["--option", "Z"], "there is no option 'Z'"),
        (["--year", "0"], "--year counts from 1"),
    ],
)
def test_bad_input_is_said_in_a_sentence(
    arguments: list[str],
    sentence: str,
    starter_file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["trade-effects", FILE, "--db", str(starter_file), *arguments]) == 2
    assert sentence in capsys.readouterr().err


def test_a_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    import pandas as pd

    from workbench.commands.tables import write_tables

    table = pd.DataFrame({"name": ["=1+1", "plain"], "value": [1.5, float("nan")]})
    (sheet,) = write_tables(tmp_path / "a.xlsx", {"One": table})
    opened = load_workbook(sheet)
    cell = opened["One"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert opened["One"]["B3"].value is None
    opened.close()
    (text,) = write_tables(tmp_path / "a.csv", {"One": table})
    assert text.read_text(encoding="utf-8-sig").splitlines()[1] == "'=1+1,1.5"
