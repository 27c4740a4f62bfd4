import csv
import json
from pathlib import Path

import pytest

from workbench import cli

DEFINITIONS = Path(__file__).parents[2] / "agreements" / "definitions"
PAIR = str(DEFINITIONS / "us-japan-critical-minerals.yaml")
POINT_KEYS = {
    "at",
    "utilisation",
    "exposure",
    "traced_exposure",
    "resourced_content",
    "duty_forgone",
    "leakage",
}


def run(capsys, starter_file: Path, *arguments: str) -> dict:
    status = cli.main(["frontier", PAIR, "--db", str(starter_file), "--json", *arguments])
    assert status == 0
    return json.loads(capsys.readouterr().out)


def test_json_has_the_fixed_keys(capsys, starter_file: Path):
    data = run(capsys, starter_file, "--criterion", "rvc", "--from", "0", "--to", "100")
    assert data["criterion"] == "rvc"
    assert len(data["points"]) == 21
    assert [point["at"] for point in data["points"][:3]] == [0.0, 0.05, 0.1]
    for point in (*data["points"], data["most_resourced"], data["least_exposure"]):
        assert point.keys() >= POINT_KEYS
    assert data["by_product"][0]["product"] == "8108.20"
    assert data["gaps"]


def test_steps_floor_goal_and_products(capsys, starter_file: Path):
    data = run(
        capsys,
        starter_file,
        *("--products", "8108.20,2804", "--from", "40", "--to", "55", "--step", "10"),
        *("--floor", "0.95", "--seek", "exposure=0.1", "--criterion", "max-non-originating"),
    )
    assert [point["at"] for point in data["points"]] == [0.4, 0.5, 0.55]
    assert data["floor"] == 0.95
    assert {row["product"][:4] for row in data["by_product"]} == {"8108", "2804"}
    goal = data["goal"]
    assert goal["figure"] == "exposure"
    is_there = abs(goal["point"]["exposure"] - 0.1) < 1e-3
    assert goal["reached"] == (goal["reason"] is None) == is_there


def test_the_table_of_products_says_where_each_turns(capsys, starter_file: Path):
    assert cli.main(["frontier", PAIR, "--db", str(starter_file), "--step", "10"]) == 0
    told = capsys.readouterr().out
    assert "turns at" in told.partition("product ")[2].splitlines()[0]


def test_rules_in_force_are_compared_by_name(capsys, starter_file: Path):
    data = run(capsys, starter_file, "--criterion", "rules", "--products", "8108.20")
    labels = [point["label"] for point in data["points"]]
    assert labels[0] == "Any good of a partner"
    assert labels[-1] == "Wholly obtained"
    assert len(labels) > 2
    assert data["turning_point"] is None


def test_the_table_is_readable_and_written(capsys, starter_file: Path, tmp_path: Path):
    out = tmp_path / "frontier.csv"
    arguments = ["frontier", PAIR, "--db", str(starter_file), "--step", "25", "-o", str(out)]
    assert cli.main(arguments) == 0
    printed = capsys.readouterr()
    assert "as drafted" in printed.out
    assert "turning point:" in printed.out
    assert str(out) in printed.err
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["at"]) for row in rows] == [0, 0.25, 0.5, 0.75, 1]
    assert (tmp_path / "frontier-by-product.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--floor", "2"), "--floor"),
        (("--from", "50", "--to", "10"), "--from"),
        (("--step", "0"), "--step"),
        (("--step", "0.01"), "at most"),
        (("--seek", "beauty=1"), "--seek"),
        (("--seek", "exposure=much"), "--seek"),
        (("--seek", "exposure=0.1", "--seek", "utilisation=0.9"), "can be given once"),
        (("--products", "99"), "not covered"),
        (("--products", "85O5"), "--products"),
        (("--criterion", "economy-cap"), "Name the economies"),
        (("--criterion", "economy-cap", "--economies", "Atlantis"), "no code"),
        (("--criterion", "tolerance"), "No rule of this agreement"),
        (("--option", "Z"), "no option"),
    ],
)
def test_bad_input_is_a_sentence(capsys, starter_file: Path, arguments, words):
    assert cli.main(["frontier", PAIR, "--db", str(starter_file), *arguments]) == 2
    printed = capsys.readouterr()
    assert words in printed.err
    assert not printed.out


@pytest.mark.parametrize("command", ["frontier", "partner-sets", "trade-effects", "resilience"])
@pytest.mark.parametrize("output", ["out.txt", "nowhere/out.csv"])
def test_a_file_that_cannot_be_written_is_refused_first(
    capsys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, output: str
):
    def compute(*_: object, **__: object) -> None:
        raise AssertionError("worked out before the place to write to was checked")

    monkeypatch.setattr("workbench.tradedata.database.TradeDatabase.__init__", compute)
    status = cli.main([command, PAIR, "-o", str(tmp_path / output)])
    assert status == 2
    assert output.split("/")[-1] in capsys.readouterr().err
