"""The command `import`."""

import csv
import json
from pathlib import Path

import pytest

from workbench.cli import main

SAMPLES = Path(__file__).parents[3] / "data" / "ingest"
BACI = str(SAMPLES / "BACI_HS17_Y2021_V202601.csv")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PACTWRIGHT_DATA", str(tmp_path / "data"))


def test_json_holds_the_promised_keys_and_the_database_is_ones_own(capsys, tmp_path):
    assert main(["import", "auto", BACI, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert set(data) >= {"kind", "why", "read", "taken", "rejected", "sha256", "seconds"}
    assert (data["kind"], data["read"], data["taken"]) == ("baci", 7, 4)
    assert {"reason": "no such economy", "rows": 1} in data["rejected"]
    assert (tmp_path / "data" / "trade.sqlite").is_file()
    assert main(["data", "--json"]) == 0
    tables = json.loads(capsys.readouterr().out)["tables"]
    assert "2021" in {entry["years"] for entry in tables if entry["source"] == "CEPII BACI"}


def test_a_table_is_printed_and_the_rejected_rows_are_written(capsys, tmp_path, database):
    rejected = tmp_path / "rejected.csv"
    options = ["--db", str(database), "--rejected", str(rejected), "--dry-run"]
    assert main(["import", "baci", BACI, *options]) == 0
    out = capsys.readouterr().out
    assert "7 rows read, 4 would be taken" in out
    assert "1 rejected: no such economy" in out
    with rejected.open(newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 3


def test_the_order_of_sources_is_stated_and_changed(capsys, database):
    assert main(["data", "--db", str(database), "--json"]) == 0
    before = json.loads(capsys.readouterr().out)["source_order"]["tariffs"]
    assert before[0] == "USITC tariff database"
    second = before[1]
    assert main(["data", "--db", str(database), "--prefer", "tariffs", second]) == 0
    assert f"tariffs answers from {second}, then USITC tariff database" in capsys.readouterr().out
    assert main(["data", "--db", str(database), "--prefer", "tariffs", "Nobody"]) == 2
    assert "has no source 'Nobody'; it has" in capsys.readouterr().err
    assert main(["data", "--db", str(database), "--prefer", "tariffs"]) == 2


def test_mirror_data_is_listed(capsys, database, tmp_path):
    assert main(["data", "--db", str(database), "--mirror"]) == 0
    assert "there is no flow that both" in capsys.readouterr().out
    path = tmp_path / "TradeData.csv"
    path.write_text(
        "refYear,flowCode,reporterCode,partnerCode,classificationCode,cmdCode,primaryValue\n"
        "2022,M,842,156,H6,850511,500\n2022,X,156,842,H6,850511,100\n"
    )
    assert main(["import", "auto", str(path), "--db", str(database)]) == 0
    capsys.readouterr()
    assert main(["data", "--db", str(database), "--mirror", "--json"]) == 0
    mirror = json.loads(capsys.readouterr().out)["mirror"]
    assert (mirror["lanes"], mirror["contradicted"], mirror["contradicted_share"]) == (1, 1, 1.0)
    assert mirror["largest"][0]["ratio"] == 5.0
    assert main(["data", "--db", str(database), "--mirror"]) == 0
    assert "1 of 1 flows differ by more than a factor of two, 100%" in capsys.readouterr().out


def test_rules_of_others_are_listed_by_product(capsys, database):
    assert main(["data", "--db", str(database), "--rules", "8507.60"]) == 0
    assert "holds no rule of origin of others" in capsys.readouterr().out
    rules = SAMPLES / "uk_made_up.json"
    assert main(["import", "auto", str(rules), "--db", str(database)]) == 0
    capsys.readouterr()
    assert main(["data", "--db", str(database), "--rules", "8507.60", "8505", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["rules"]
    assert [rule["goods"] for rule in found][1:] == ["8505-8506: Magnets of tests", "8507"]
    assert main(["data", "--db", str(database), "--rules", "850760"]) == 0
    said = capsys.readouterr().out
    assert "uk_made_up, 8507 [CC, RVC]: A change from any other chapter of tests." in said
    assert said.endswith(
        "source: United Kingdom, rules of origin of the online tariff as imported\n"
    )
    assert main(["data", "--db", str(database), "--rules", "magnets"]) == 2
    assert "'magnets' is not a product code" in capsys.readouterr().err


def test_bad_input_is_one_sentence(capsys, database):
    for arguments, said in (
        (["auto", "absent.csv"], "there is no such file"),
        (["auto", BACI, "--codes", "magnets"], "is not a product code"),
        (["auto", BACI, "--importer", "Atlantis"], "no economy that is known"),
        (["auto", BACI, "--edition", "HS3000"], "not a known HS edition"),
        (["oracle", BACI], "is no kind of file"),
    ):
        assert main(["import", *arguments, "--db", str(database)]) == 2
        captured = capsys.readouterr()
        assert said in captured.err
        assert captured.err.count("\n") == 1
        assert captured.out == ""


def test_a_second_import_says_that_nothing_changed(capsys, database):
    for _ in range(2):
        assert main(["import", "baci", BACI, "--db", str(database)]) == 0
    assert "had been imported before" in capsys.readouterr().out
