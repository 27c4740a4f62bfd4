"""The commands `leverage` and `reciprocity`."""

import json
from pathlib import Path

import pytest

from workbench.cli import main
from workbench.commands.shared import BAD_INPUT, DONE

CLUB = Path(__file__).parents[2] / "agreements" / "definitions" / "critical-minerals-club.yaml"


def test_leverage(starter_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["leverage", str(CLUB), "--db", str(starter_file)]
    assert main([*arguments, "--fee-maximum", "100", "--named", "chn", "--json"]) == DONE
    data = json.loads(capsys.readouterr().out)
    by = {row["id"]: row for row in data["instruments"]}
    assert by["credit"]["reached"]
    assert by["credit"]["cost"] > 0
    assert by["fee"]["incentives"][0]["maximum_usd"] == 100
    assert data["named_economies"] == ["CHN"]
    assert {"product", "gap", "why"} <= set(data["products"][0])
    assert "." in data["products"][0]["product"]
    assert main(arguments) == DONE
    assert "Tax credit" in capsys.readouterr().out


def test_reciprocity(starter_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["reciprocity", str(CLUB), "--db", str(starter_file)]
    assert main([*arguments, "--json"]) == DONE
    data = json.loads(capsys.readouterr().out)
    usa = next(row for row in data["partners"] if row["economy"] == "USA")
    year = next(row for row in data["revenue_by_year"] if row["importer"] == "USA")
    assert year["5"] == pytest.approx(usa["duty_forgone"])
    assert data["overlap"]["totals"]["a regime in force"] > 0
    assert data["extended"]["applies"] is False
    assert main(arguments) == DONE
    assert "duty forgone, year" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [
        ["leverage", "--named", "nowhere"],
        ["leverage", "--fee", "-1"],
        ["leverage", "--fee-maximum", "nan"],
        ["leverage", "--option", "none"],
        ["reciprocity", "--year", "0"],
    ],
)
def test_bad_input(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([wrong[0], str(CLUB), *wrong[1:]]) == BAD_INPUT
    assert wrong[1].strip("-").split("-")[0] in capsys.readouterr().err
