"""The command `partner-sets`, as a person types it."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

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
    opened = load_workbook(output, read_only=True)
    rows = list(opened["Sensitivity"].values)
    opened.close()
    assert rows[0] == ("partners", "under", "figure", "value", "rank")
    first = told["sensitivity"]["sets"][0]
    assert rows[1][:2] == (" ".join(first["partners"]), "as drafted")
    assert len(rows) == 1 + sum(len(each["ranks"]) for each in told["sensitivity"]["sets"])


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


def test_prints_how_the_ranking_changes(
    starter_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["partner-sets", str(SHIPPED), "--candidates", "JPN,KOR", "--fixed", "USA,EU27"]
    arguments += ["--db", str(starter_file)]
    assert main(arguments) == 0
    without = capsys.readouterr().out
    assert "as drafted" not in without
    assert main([*arguments, "--sensitivity", "exposure"]) == 0
    out = capsys.readouterr().out
    assert "Places on exposure among" in out
    (drafted,) = (line for line in out.splitlines() if line.startswith("as drafted"))
    assert [word for word in drafted.split()[2:] if "(" not in word] == [
        str(n + 1) for n in range(len(drafted.split()[2:]) // 2)
    ]
    assert "price premium of originating inputs doubled" in out


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
