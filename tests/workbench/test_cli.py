import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from workbench import cli

DEFINITIONS = Path(__file__).parents[2] / "agreements" / "definitions"
CLUB = DEFINITIONS / "critical-minerals-club.yaml"

EVALUATION_KEYS = {
    "agreement",
    "vintage",
    "totals",
    "by_product",
    "by_partner",
    "by_stage",
    "by_origin",
    "lanes",
    "findings",
    "gaps",
    "parameters",
}
TOTAL_KEYS = {
    "covered_trade",
    "known_duty_share",
    "critical_mass_share",
    "mfn_free_share",
    "already_free_share",
    "utilisation",
    "claimed",
    "free_riding_content",
    "traced_free_riding_content",
    "exposure",
    "traced_exposure",
    "resourced_content",
    "duty_forgone",
    "leakage",
    "leverage_gap",
}
LANE_KEYS = {
    "importer",
    "exporter",
    "product",
    "stage",
    "value",
    "mfn_rate",
    "base_duty",
    "base_regime",
    "pref_duty",
    "gross_incentive",
    "declared_mean",
    "traced_mean",
    "rule",
    "utilisation",
    "as_is",
    "free_riding_content",
    "traced_free_riding_content",
    "resourced_content",
    "exposure",
    "duty_forgone",
    "leakage",
    "break_even_premium",
    "leverage_gap",
    "rating",
}
INPUTS = '"inputs":{"8507":0.5,"2841":0.2,"7410":0.1,"3920":0.2}'
SHIFT = '{"shift":{"from":"any-other-product","except":["8507"],"de_minimis":0.1}}'
HALF = '{"rvc":{"method":"build-down","at_least":0.5}}'

WORKED = [
    ('{"any":true}', {}, (0.937615, 0.937615, 37_504_602, 0, 0.400000, 1_875_230)),
    (HALF, {}, (0.929845, 0.680070, 34_355_073, 2_608_855, 0.369471, 1_717_754)),
    (
        '{"rvc":{"method":"build-down","at_least":0.75}}',
        {},
        (0.851358, 0.184494, 19_985_082, 12_086_567, 0.234743, 999_254),
    ),
    ('{"wholly_obtained":true}', {}, (0.523138, 0, 0, 15_484_053, 0, 0)),
    (SHIFT, {}, (0.912002, 0.106775, 26_879_446, 9_217_997, 0.294730, 1_343_972)),
    (
        f'{{"all_of":[{HALF},{SHIFT}]}}',
        {},
        (0.911818, 0.106775, 26_859_749, 9_221_617, 0.294574, 1_342_987),
    ),
    (
        f'{{"any_of":[{HALF},{SHIFT}]}}',
        {},
        (0.930030, 0.680070, 34_374_769, 2_605_235, 0.369609, 1_718_738),
    ),
    (
        HALF,
        {"base_duty": 0.02},
        (0.752592, 0.596436, 26_985_013, 1_065_644, 0.358561, 539_700),
    ),
]


def _run(arguments, capsys, monkeypatch, stdin=""):
    monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
    status = cli.main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.parametrize(("rule", "changes", "expected"), WORKED)
def test_lane_hits_the_worked_check(rule, changes, expected, capsys, monkeypatch):
    base = changes.get("base_duty", 0.05)
    lane = (
        f'{{"value":1e8,"base_duty":{base},"pref_duty":0,"declared_mean":0.4,"traced_mean":0.4,'
        f'{INPUTS},"rule":{rule}}}'
    )
    status, out, _ = _run(["lane", "--json"], capsys, monkeypatch, lane)
    assert status == cli.DONE
    data = json.loads(out)
    assert set(data) >= (LANE_KEYS - {"importer", "exporter", "stage", "mfn_rate", "base_regime"})
    keys = ("utilisation", "as_is", "free_riding_content", "resourced_content", "exposure")
    for key, value in zip((*keys, "leakage"), expected, strict=True):
        assert data[key] == pytest.approx(value, rel=1e-6, abs=6e-7), key


def test_lane_with_hidden_content(capsys, monkeypatch):
    lane = (
        '{"value":1e8,"base_duty":0.05,"declared_mean":0.4,"traced_mean":0.52,'
        f'{INPUTS},"rule":{HALF}}}'
    )
    _, out, _ = _run(["lane", "--json"], capsys, monkeypatch, lane)
    data = json.loads(out)
    assert data["traced_free_riding_content"] == pytest.approx(45_513_218, rel=1e-6)
    assert data["traced_exposure"] == pytest.approx(0.489471, abs=1e-6)
    assert data["free_riding_content"] == pytest.approx(34_355_073, rel=1e-6)


def test_lane_without_duty_claims_nothing(capsys, monkeypatch):
    lane = '{"value":1e8,"base_duty":0,"declared_mean":0.4}'
    _, out, _ = _run(["lane", "--json"], capsys, monkeypatch, lane)
    data = json.loads(out)
    assert data["utilisation"] == 0
    assert data["exposure"] is None
    assert data["rating"] == "none"


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        ('{"shift":{"from":"any-other-product"}}', "inputs"),
        ('{"cap":{"economies":["CHN"],"at_most":0.1}}', "origins"),
        ('{"process":{"name":"melted and poured"}}', "performed_share"),
        ('{"rvc":{"method":"build-up","at_least":0.3}}', "materials_share"),
    ],
)
def test_a_lane_names_what_its_rule_needs(rule, key, capsys, monkeypatch):
    lane = f'{{"value":1e8,"base_duty":0.05,"declared_mean":0.4,"rule":{rule}}}'
    _, out, _ = _run(["lane", "--json"], capsys, monkeypatch, lane)
    found = json.loads(out)
    assert found["utilisation"] is None
    assert found["gaps"][0] == {"what": f"the rule needs '{key}'", "where": "rule"}


def test_a_broken_lane_is_one_sentence_on_standard_error(capsys, monkeypatch):
    status, out, err = _run(["lane", "--json"], capsys, monkeypatch, '{"value":1e8,\n"bas_duty":0}')
    assert status == cli.BAD_INPUT
    assert out == ""
    assert ":2:" in err
    assert "base_duty" in err
    assert "Traceback" not in err


def test_evaluate_keeps_the_contract(starter_file, capsys, monkeypatch):
    status, out, _ = _run(["evaluate", CLUB, "--json"], capsys, monkeypatch)
    assert status == cli.DONE
    data = json.loads(out)
    assert set(data) >= EVALUATION_KEYS
    assert set(data["totals"]) >= TOTAL_KEYS
    assert set(data["lanes"][0]) >= LANE_KEYS
    assert set(data["agreement"]) == {"title", "sha256", "option", "year"}
    assert set(data["gaps"][0]) == {"what", "where", "share_of_trade"}
    assert {"economy", "free_riding_content", "leakage"} <= set(data["by_origin"][0])
    totals = data["totals"]
    for name in ("claimed", "free_riding_content", "leakage", "duty_forgone"):
        lanes = sum(lane[name] or 0 for lane in data["lanes"])
        assert lanes == pytest.approx(totals[name])
    assert totals["utilisation"] > 0
    assert totals["exposure"] > 0
    assert any(lane["base_duty"] == 0 and lane["mfn_rate"] for lane in data["lanes"])


def test_evaluate_an_option_in_a_year(starter_file, capsys, monkeypatch):
    arguments = ["evaluate", CLUB, "--option", "B", "--year", "1", "--json"]
    status, out, _ = _run(arguments, capsys, monkeypatch)
    assert status == cli.DONE
    data = json.loads(out)
    assert (data["agreement"]["option"], data["agreement"]["year"]) == ("B", 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["evaluate", "nowhere.yaml"], "nowhere.yaml"),
        (["evaluate", str(CLUB), "--option", "Z"], "there is no option 'Z'"),
        (["evaluate", str(CLUB), "--year", "0"], "--year counts from 1"),
        (["evaluate", str(CLUB), "--db", "nowhere.sqlite"], "nowhere.sqlite"),
    ],
)
def test_bad_input_exits_with_two_and_a_sentence(
    arguments, words, starter_file, capsys, monkeypatch
):
    status, out, err = _run(arguments, capsys, monkeypatch)
    assert status == cli.BAD_INPUT
    assert out == ""
    assert words in err


def test_evaluate_prints_a_table(starter_file, capsys, monkeypatch):
    file = DEFINITIONS / "us-japan-critical-minerals.yaml"
    status, out, _ = _run(["evaluate", file], capsys, monkeypatch)
    assert status == cli.DONE
    assert "utilisation" in out
    assert "8108.20" in out


def test_check_lists_every_problem(tmp_path, capsys, monkeypatch):
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: 1\ntitel: Misspelt\npartners:\n  - economy: XYZ\n")
    status, out, err = _run(["check", CLUB, bad, "--json"], capsys, monkeypatch)
    assert status == cli.BAD_INPUT
    assert f"{bad}:2: " in err
    good, broken = json.loads(out)["files"]
    assert good["problems"] == []
    assert {problem["line"] for problem in broken["problems"]} >= {2, 4}
    assert all({"line", "key", "text", "fix"} == set(p) for p in broken["problems"])


def test_cuts_for_everyone_are_told_with_their_free_riders(tmp_path, capsys, monkeypatch):
    text = tmp_path / "everyone.yaml"
    text.write_text(
        "format: 1\ntitle: Everyone\npartners: [{economy: USA}, {economy: JPN}]\n"
        "coverage: [{products: ['8108.20']}]\ntreatment: {basis: extended-to-all}\n"
    )
    status, out, _ = _run(["evaluate", text], capsys, monkeypatch)
    assert status == cli.DONE
    assert "duty forgone on them" in out
    assert "leakage" not in out  # nothing has to be claimed
    assert "no limit on non-party content" not in out
    assert "the rule" not in out
    status, out, _ = _run(["reciprocity", text], capsys, monkeypatch)
    assert status == cli.DONE
    assert "nothing has to be claimed" in out


def test_data_names_tables_with_source_and_rows(starter_file, capsys, monkeypatch):
    status, out, _ = _run(["data", "--json"], capsys, monkeypatch)
    assert status == cli.DONE
    data = json.loads(out)
    flows = [table for table in data["tables"] if table["table"] == "trade_flows"]
    assert flows
    assert all(table["source"] and table["rows"] > 0 for table in flows)
    assert data["gaps"] == []


def test_commands_never_import_qt(starter_file):
    code = (
        "import sys; sys.argv = ['pactwright', 'check', sys.argv[1]]\n"
        "from ui.__main__ import main\n"
        "status = main()\n"
        "assert not [m for m in sys.modules if m.startswith('PySide6')]\n"
        "sys.exit(status)"
    )
    run = subprocess.run([sys.executable, "-c", code, str(CLUB)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_reference_cases_as_json(capsys, monkeypatch):
    status, out, _ = _run(["reference-cases", "--json"], capsys, monkeypatch)
    data = json.loads(out)
    assert status == 0
    assert data["failed"] == 0
    assert data["passed"] == len(data["cases"]) > 60
    assert set(data["cases"][0]) >= {"id", "name", "source", "official", "passed", "figures"}
    assert {"where", "printed", "exact"} == set(data["known_misprints"][0])


def test_reference_cases_in_words(capsys, monkeypatch):
    status, out, _ = _run(["reference-cases"], capsys, monkeypatch)
    assert status == 0
    assert "pass  ROO-INT-2 chainring" in out
    assert "Published figures known to be wrong" in out
    assert out.rstrip().endswith("passed, 0 failed")


def test_every_command_is_reached_from_the_program_itself():
    (commands,) = [a for a in cli._parser()._actions if hasattr(a, "choices") and a.choices]
    assert set(commands.choices) == set(cli.COMMANDS)
