"""The command `check-origin`: keys of the contract, exit status, and the readable form."""

import io
import json
import sys

import pytest

from workbench.cli import main
from workbench.commands.shared import BAD_INPUT, DONE

GOOD = {
    "good": "8507.60",
    "exporter": "KOR",
    "importer": "USA",
    "rule": {
        "all_of": [
            {"rvc": {"method": "build-down", "at_least": 0.65}},
            {"shift": {"from": "heading"}},
        ]
    },
    "value": 1000,
    "materials": [
        {"name": "cathode", "code": "2841.90", "value": 300, "origin": "CHN"},
        {"name": "separator", "code": "3920.10", "value": 120},
    ],
    "partners": ["USA", "KOR"],
}
KEYS = {
    "determination",
    "rvc",
    "non_originating_declared",
    "non_party_traced",
    "criteria",
    "blocked_by",
    "would_qualify_if",
    "text",
}


@pytest.fixture
def check(monkeypatch, capsys):
    def run(data, *options):
        text = data if isinstance(data, str) else json.dumps(data)
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        status = main(["check-origin", "-", *options])
        out, err = capsys.readouterr()
        return status, out, err

    return run


def test_json_has_the_keys_of_the_contract(check):
    status, out, err = check(GOOD, "--json")
    found = json.loads(out)
    assert (status, err) == (DONE, "")
    assert set(found) >= KEYS
    assert found["determination"] == "undetermined"
    assert found["rvc"]["build-down"] is None
    assert found["rvc_range"]["build-down"] == pytest.approx([0.58, 0.7])
    assert any(gap["where"] == "rvc.build-down" for gap in found["gaps"])
    assert {"criterion", "result", "why", "needs"} <= set(found["criteria"][0])
    assert found["non_preferential"] is None


def test_the_readable_form(check):
    status, out, _ = check(GOOD)
    assert status == DONE
    assert out.startswith("Whether 8507.60 made in Korea originates cannot be told yet.")
    assert "missing: where separator was made, or proof that it originates" in out
    assert "would originate if:" in out


def test_a_file(check, tmp_path, capsys):
    path = tmp_path / "battery.json"
    path.write_text(json.dumps(GOOD), encoding="utf-8")
    assert main(["check-origin", str(path), "--json"]) == DONE
    assert json.loads(capsys.readouterr().out)["good"] == "8507.60"


def test_bad_input_is_one_sentence_with_its_line(check):
    status, out, err = check('{"good": "8507.60",\n "exporter": "KOR",\n "value": "much"}')
    assert (status, out) == (BAD_INPUT, "")
    assert err.startswith("standard input:3: 'value' is 'much', not a number")
    assert len(err.splitlines()) == 1


def test_a_rule_in_treaty_words(check):
    text = "A change to heading 8507 from any other heading, except from heading 8506."
    _, out, _ = check(GOOD | {"rule": text}, "--json")
    assert json.loads(out)["determination"] == "originating"
    other = "A change to heading 8506 from any other heading."
    _, out, _ = check(GOOD | {"rule": other}, "--json")
    found = json.loads(out)
    assert found["determination"] == "undetermined"
    assert found["needs"] == ["the rule of origin of 8507.60"]
    assert "other goods" in found["blocked_by"][0]["why"]


def test_words_that_are_not_understood_leave_it_open_and_are_shown(check):
    text = "A change from any other heading; and the flux capacitor is aligned with the stars"
    _, out, _ = check(GOOD | {"rule": text}, "--json")
    found = json.loads(out)
    assert found["determination"] == "undetermined"
    assert "flux capacitor" in " ".join(found["needs"])


def test_both_origins_side_by_side(check):
    judged = {"transformed": True, "notes": "new name"}
    data = GOOD | {
        "marking_rule": {"shift": {"from": "heading"}},
        "substantial_transformation": judged,
        "rule": {"rvc": {"method": "build-down", "at_least": 0.9}},
    }
    data["materials"] = [GOOD["materials"][0]]
    _, out, _ = check(data, "--json")
    found = json.loads(out)
    assert found["determination"] == "not_originating"
    assert found["non_preferential"]["marking"]["determination"] == "originating"
    assert found["non_preferential"]["marking"]["country"] == "KOR"
    assert found["non_preferential"]["substantial_transformation"] == judged


def test_nothing_known_is_no_crash(check):
    bare = {"good": "8507", "exporter": "KOR", "rule": GOOD["rule"], "materials": [{"name": "x"}]}
    status, out, _ = check(bare, "--json")
    found = json.loads(out)
    assert (status, found["determination"]) == (DONE, "undetermined")
    assert found["non_originating_declared"] is None
    assert "the value of the good" in found["needs"]


def test_a_code_of_no_nomenclature(check):
    data = GOOD | {"materials": [{"name": "x", "code": "7799.10"}]}
    status, _, err = check(json.dumps(data, indent=1))
    assert status == BAD_INPUT
    assert "there is no 7799 in the nomenclature; correct the code" in err


def test_a_code_of_an_older_edition_counts_as_written(check):
    data = GOOD | {"materials": [{"name": "x", "code": "8523.13", "originating": False}]}
    _, out, _ = check(data, "--json")
    assert "8523.13 is not in HS 2022: it counts as written." in json.loads(out)["assumptions"]
