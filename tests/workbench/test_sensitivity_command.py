"""The command `sensitivity`."""

import json
from pathlib import Path

import pytest

from workbench.cli import main
from workbench.commands.shared import BAD_INPUT, DONE

CLUB = Path(__file__).parents[2] / "agreements" / "definitions" / "critical-minerals-club.yaml"


def test_json(starter_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["sensitivity", str(CLUB), "--db", str(starter_file), "--draws", "50", "--json"]
    assert main(arguments) == DONE
    data = json.loads(capsys.readouterr().out)
    assert (data["draws"], len(data["agreement"]["sha256"])) == (50, 64)
    row = data["intervals"]["utilisation"]
    assert 0 < row["p5"] < row["p50"] < row["p95"] < 1
    assert {a["name"] for a in data["assumptions"]} >= {"fixed_cost", "premium", "line_rate"}
    assert all(a["source"] and a["distribution"] for a in data["assumptions"])
    rows = [r for r in data["tornado"] if r["figure"] == "utilisation"]
    assert rows[0]["swing"] == max(r["swing"] for r in rows)
    assert {c["id"] for c in data["conclusions"]} >= {"target", "resourced-over-leakage"}
    gap = data["intervals"]["leverage_gap"]
    assert 0 < gap["p5"] < gap["p50"] < gap["p95"]
    assert (gap["draws"], gap["out_of_reach"]) == (50, 0)
    assert data["base_years"] == [2022, 2024]
    years = [r for r in data["tornado"] if r["assumption"] == "base_year"]
    assert {r["figure"] for r in years} == set(data["intervals"])
    assert {end for r in years for end in (r["low"], r["high"])} == {2022, 2024}


def test_table_and_seed(starter_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["sensitivity", str(CLUB), "--db", str(starter_file), "--draws", "20"]
    assert main([*arguments, "--seed", "1"]) == DONE
    first = capsys.readouterr().out
    assert "resourced content" in first
    assert "Utilisation stays below the target" in first
    assert "leverage gap" in first
    row = next(line for line in first.splitlines() if line.startswith("Base year: 2022 or 2024"))
    assert "2,022" not in row
    assert main([*arguments, "--seed", "1"]) == DONE
    assert capsys.readouterr().out == first
    assert main([*arguments, "--seed", "2"]) == DONE
    assert capsys.readouterr().out != first


@pytest.mark.parametrize(
    "wrong", [["--draws", "0"], ["--seed", "-1"], ["--option", "none"], ["--year", "0"]]
)
def test_bad_input(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sensitivity", str(CLUB), *wrong]) == BAD_INPUT
    assert wrong[0].strip("-") in capsys.readouterr().err
