"""The command `resilience`, on a shipped agreement and the starter database."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from workbench.cli import main

FILE = str(Path(__file__).parents[2] / "agreements" / "definitions" / "critical-minerals-club.yaml")


def test_json_holds_the_contract(
    starter_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "supply.xlsx"
    arguments = ["resilience", FILE, "--json", "--shock", "CHN", "-o", str(book)]
    assert main([*arguments, "--db", str(starter_file)]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["years"] == [2022, 2024]
    assert data["named"] == ["CHN"]
    products = {row["product"]: row for row in data["products"]}
    magnets = products["8505.11"]
    assert magnets["dependent"] is True
    assert magnets["largest"] == magnets["miner"] == "CHN"
    # Published: Chile has 75 per cent of lithium carbonate exports, Guinea 72 of bauxite.
    exports = {(row["product"], row["economy"]): row["export_share"] for row in data["suppliers"]}
    assert exports["2836.91", "CHL"] == pytest.approx(0.75, abs=0.02)
    assert exports["2606.00", "GIN"] == pytest.approx(0.72, abs=0.02)
    inputs = {row["input"]: row["supplied"] for row in data["upstream"]}
    assert inputs["2605.00"] is False
    assert inputs["2615.90"] is None
    assert 0 < data["shock"]["lost_after"] < data["shock"]["lost"] < 1
    assert {"few-years", "one-supplier-above-half", "input-nobody-supplies"} <= {
        finding["id"] for finding in data["findings"]
    }
    opened = load_workbook(book, read_only=True)
    assert opened.sheetnames[0] == "Products"
    assert opened.sheetnames[-1] == "Supply shock"
    opened.close()


def test_a_readable_table(starter_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resilience", FILE, "--named", "chn,RUS", "--db", str(starter_file)]) == 0
    out = capsys.readouterr().out
    assert "8505.11" in out
    assert "missing: trade of 3 years" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--shock", "Atlantis"], "'Atlantis' is no economy code"),
        (["--spare", "20"], "--spare is a share"),
    ],
)
def test_bad_input_is_said_in_a_sentence(
    arguments: list[str],
    sentence: str,
    starter_file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["resilience", FILE, "--db", str(starter_file), *arguments]) == 2
    assert sentence in capsys.readouterr().err
