"""The command `partner-sets`, as a person types it."""

import json
from pathlib import Path

import pytest

from workbench.analysis.partner_sets.figures import FIGURE_NAMES
from workbench.cli import main

SHIPPED = Path(__file__).parents[2] / "agreements/definitions/critical-minerals-club.yaml"


def test_prints_one_json_object(
    starter_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["partner-sets", str(SHIPPED), "--candidates", "JPN,KOR,AUS", "--fixed", "USA,EU27"]
    more = ["--db", str(starter_file), "--max-size", "4", "--sensitivity", "exposure"]
    output = tmp_path / "sets.xlsx"
    assert main([*arguments, *more, "--json", "-o", str(output)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["count"] == 8
    assert told["sets"][0]["partners"] == ["USA", "EU27"]
    assert len(told["sets"]) == 7
    assert {"partners", "dominated", *FIGURE_NAMES} == set(told["sets"][0])
    assert {row["partner"] for row in told["contribution"]} == {"JPN", "KOR", "AUS"}
    keys = {"partner", "figure", "alone", "marginal", "shapley", "standard_error"}
    assert set(told["contribution"][0]) == keys
    assert {row["standard_error"] for row in told["contribution"]} == {None}  # exact
    assert len(told["ranking"]) == 3
    assert told["seconds"] > 0
    assert told["sensitivity"]["sets"][0]["ranks"][0] == 1
    assert output.stat().st_size > 0


def test_prints_tables_and_sentences(
    starter_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "sets.csv"
    arguments = ["partner-sets", str(SHIPPED), "--candidates", "JPN,KOR", "--fixed", "USA"]
    assert (
        main([*arguments, "--db", str(starter_file), "--aims", "+market,-hhi", "-o", str(output)])
        == 0
    )
    out = capsys.readouterr().out
    assert out.startswith("Of the 2 candidates Japan would bring most covered trade")
    assert "USA JPN KOR" in out
    assert (tmp_path / "sets-contributions.csv").exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--candidates", "QQQ"], "no economy"),
        (["--max-size", "0"], "--max-size"),
        (["--workers", "0"], "--workers"),
        (["--aims", "profit"], "no figure of a set"),
        (["--with", "CHN"], "neither a fixed partner nor a candidate"),
        (["--option", "nowhere"], "no option"),
    ],
)
def test_says_what_is_wrong(
    starter_file: Path, capsys: pytest.CaptureFixture[str], more: list[str], says: str
) -> None:
    assert main(["partner-sets", str(SHIPPED), "--db", str(starter_file), *more]) == 2
    assert says in capsys.readouterr().err
