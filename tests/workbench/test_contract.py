"""What scripts rely on: each command's fixed keys, one JSON object, the exit status."""

import io
import json
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench import cli

Run = Callable[..., tuple[int, Any, str]]

SMALL = """format: 1
title: Small agreement
partners: [{economy: USA}, {economy: JPN}]
coverage:
  - products: ["8108.20", "8505.11", "2804.69"]
origin:
  default_rule: {rvc: {method: build-down, at_least: 0.5}}
options:
  - name: B
    changes:
      origin.default_rule: {wholly_obtained: true}
"""
LANE = (
    '{"value":1e8,"base_duty":0.05,"declared_mean":0.4,'
    '"rule":{"rvc":{"method":"build-down","at_least":0.5}}}'
)
GOOD = (
    '{"good":"8507.60","exporter":"KOR","importer":"USA","value":1000,'
    '"rule":{"rvc":{"method":"build-down","at_least":0.45}},"partners":["USA","KOR"],'
    '"materials":[{"name":"cells","code":"8507.90","value":400,"origin":"CHN"}]}'
)

FIGURES = {
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
POINT = {
    "at",
    "utilisation",
    "exposure",
    "traced_exposure",
    "resourced_content",
    "duty_forgone",
    "leakage",
}
OF_A_LANE = {
    "product",
    "value",
    "base_duty",
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
SET = {
    "partners",
    "covered_trade",
    "market",
    "exposure",
    "traced_exposure",
    "utilisation",
    "resourced_content",
    "hhi",
    "chain_completeness",
    "alignment_min",
    "alignment_mean",
    "dominated",
}
VINTAGE = {"table", "source", "edition", "year"}
GAP = {"what", "where", "share_of_trade"}


def no_constant(name: str) -> None:
    """JSON knows no NaN and no infinity."""
    raise AssertionError(f"{name} in JSON")


def numbers(data: object) -> Iterator[float]:
    """Every number in it."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for entry in data:
            yield from numbers(entry)
    elif isinstance(data, float):
        yield data


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, starter_file: Path
) -> Run:
    """Run a command with `--json`; gives its status, its object and its standard error."""

    def run_it(*arguments: object, stdin: str = "") -> tuple[int, Any, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        try:
            status = cli.main([*(str(part) for part in arguments), "--json"])
        except SystemExit as left:
            status = int(left.code or 0)
        out, err = capsys.readouterr()
        data = json.loads(out, parse_constant=no_constant) if out else None
        assert all(math.isfinite(number) for number in numbers(data))
        assert "-0.0" not in map(str, numbers(data))
        return status, data, err

    return run_it


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small agreement, in a file with an unusual name."""
    path = tmp_path / "größe 一.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def rows(data: Any, *keys: str) -> None:
    """Every row has these keys, and there is a row."""
    assert data
    for row in data:
        assert row.keys() >= set(keys)


def test_evaluate(run: Run, small: Path, starter_file: Path) -> None:
    status, data, err = run("evaluate", small, "--option", "B", "--year", 3, "--db", starter_file)
    assert (status, err) == (0, "")
    assert data["agreement"].keys() >= {"title", "sha256", "option", "year"}
    assert (data["agreement"]["option"], data["agreement"]["year"]) == ("B", 3)
    assert data["totals"].keys() >= FIGURES
    rows(data["vintage"], *VINTAGE)
    rows(data["gaps"], *GAP)
    rows(data["findings"], "id", "level", "where", "text", "figures")
    rows(data["lanes"], *OF_A_LANE, "importer", "exporter", "stage", "mfn_rate", "base_regime")
    for name in ("by_product", "by_partner", "by_stage"):
        rows(data[name], "value", "utilisation", "exposure")
    # Under full cumulation a wholly obtained good declares no input of a non-party.
    assert all(row["free_riding_content"] == 0 for row in data["by_origin"])
    assert data["parameters"]["fixed_cost"] == 250
    assert data["parameter_sources"].keys() == data["parameters"].keys()
    assert "Keck" in data["parameter_sources"]["fixed_cost"]


def test_evaluate_prints_the_source_of_each_number(
    run: Run, small: Path, starter_file: Path
) -> None:
    stated = "parameters: {fixed_cost: 900, premium: 0.2, sources: {premium: Smelters 2025}}\n"
    small.write_text(SMALL + stated, encoding="utf-8")
    _, data, _ = run("evaluate", small, "--db", starter_file)
    assert data["parameters"]["fixed_cost"] == 900
    assert data["parameter_sources"]["fixed_cost"] == "changed from the default, no source stated"
    assert data["parameter_sources"]["premium"] == "Smelters 2025"
    assert "parameter-without-source" in {finding["id"] for finding in data["findings"]}


def test_who_rides_free(run: Run, small: Path, starter_file: Path) -> None:
    _, data, _ = run("evaluate", small, "--db", starter_file)
    rows(data["by_origin"], "economy", "free_riding_content", "leakage")


def test_lane_and_origin_check(run: Run) -> None:
    status, data, _ = run("lane", stdin=LANE)
    assert status == 0
    assert data.keys() >= OF_A_LANE | {"claimed", "adjusted", "traced_exposure", "net_gain_at_mean"}
    status, data, _ = run("check-origin", "-", stdin=GOOD)
    assert status == 0
    assert data["determination"] == "originating"
    assert data["rvc"]["build-down"] == pytest.approx(0.6)
    assert data.keys() >= {
        "non_originating_declared",
        "non_party_traced",
        "criteria",
        "blocked_by",
        "would_qualify_if",
        "text",
    }
    rows(data["criteria"], "criterion", "result", "why", "needs")


def test_parse_rule(run: Run, tmp_path: Path) -> None:
    keys = {"rule", "text", "status", "left_over"}
    status, data, _ = run("parse-rule", "A change to heading 85.07 from any other heading")
    assert status == 0
    assert data.keys() >= keys
    assert data["status"] == "parsed"
    _, data, _ = run("parse-rule", "a rule that nobody could read")
    assert (data["rule"], data["status"]) == (None, "unparsed")
    assert data["left_over"]
    lines = tmp_path / "rules.txt"
    lines.write_text("A change from any other chapter\n\n", encoding="utf-8")
    _, data, _ = run("parse-rule", "--file", lines)
    rows(data["rules"], *keys)


def test_frontier(run: Run, small: Path, starter_file: Path) -> None:
    status, data, _ = run("frontier", small, "--step", 25, "--db", starter_file)
    assert status == 0
    assert data["criterion"] == "rvc"
    assert [point["at"] for point in data["points"]] == [0, 0.25, 0.5, 0.75, 1]
    rows(data["points"], *POINT)
    rows([data["most_resourced"], data["least_exposure"]], *POINT)
    rows(data["by_product"], "product")


def test_partner_sets(run: Run, small: Path, starter_file: Path) -> None:
    asked = ("--candidates", "JPN,KOR", "--fixed", "USA", "--max-size", 2)
    status, data, _ = run("partner-sets", small, *asked, "--db", starter_file)
    assert status == 0
    assert data["count"] == len(data["sets"]) + 1 == 4
    rows(data["sets"], *SET)
    rows(data["contribution"], "partner", "figure", "marginal", "shapley")
    assert data["seconds"] >= 0


def test_compare_and_check(run: Run, small: Path, starter_file: Path, tmp_path: Path) -> None:
    status, data, _ = run("compare", small, f"{small}:B", "--db", starter_file)
    assert status == 0
    rows(data["differences"], "where", "before", "after", "text")
    rows(data["figures"], "figure", "before", "after", "because")
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: 1\ntitle: [open\n", encoding="utf-8")
    status, data, _ = run("check", small, bad)
    assert status == 2
    rows(data["files"], "file", "problems", "findings")
    rows(data["files"][1]["problems"], "line", "key", "text", "fix")
    assert data["files"][0]["problems"] == []


def test_effects_and_how_sure(run: Run, small: Path, starter_file: Path) -> None:
    status, data, _ = run("trade-effects", small, "--db", starter_file)
    assert status == 0
    assert data["totals"].keys() >= {"creation", "diversion", "revenue_change", "welfare"}
    rows(data["elasticities"], "product", "demand", "demand_source", "supply", "substitution")
    rows(data["gaps"], *GAP)
    status, data, _ = run("resilience", small, "--db", starter_file)
    assert status == 0
    assert data["totals"].keys() >= {"hhi", "hhi_after", "non_party_share", "named_share"}
    rows(data["products"], "product", "hhi", "largest", "largest_share")
    status, data, _ = run("sensitivity", small, "--draws", 5, "--db", starter_file)
    assert status == 0
    rows(data["intervals"].values(), "base", "p5", "p50", "p95")
    rows(data["tornado"], "assumption", "figure", "base", "at_low", "at_high")
    rows(data["assumptions"], "name", "unit", "base", "low", "high", "source")


def test_leverage_and_reciprocity(run: Run, small: Path, starter_file: Path) -> None:
    status, data, _ = run("leverage", small, "--db", starter_file)
    assert status == 0
    assert data["target_utilisation"] == 0.8
    rows(data["instruments"], "id", "rate", "reached", "cost")
    status, data, _ = run("reciprocity", small, "--db", starter_file)
    assert status == 0
    rows(data["partners"], "economy", "duty_forgone", "duty_saved", "balance")


def test_calibrate(run: Run, tmp_path: Path) -> None:
    lines = ["product,economy,margin,value,claimed"]
    for n in range(60):
        margin = 0.01 + n % 10 / 100
        lines.append(f"8505{n % 6}0,{'JPN' if n % 2 else 'KOR'},{margin},1e6,{0.4 + n % 10 / 20}")
    file = tmp_path / "claims.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    status, data, _ = run("calibrate", file)
    assert status == 0
    assert data["parameters"].keys() >= {"fixed_cost", "consignment", "sigma"}
    assert data.keys() >= {"standard_errors", "error_in_sample", "error_out_of_sample"}
    rows(data["bands"], "from", "to", "value", "observed", "predicted")


def test_documents_and_merge(run: Run, small: Path, starter_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.md"
    arguments = ("-o", out, "--no-intervals", "--template", "brief", "--db", starter_file)
    status, data, _ = run("term-sheet", small, *arguments)
    assert status == 0
    assert data.keys() >= {"written", "pages", "sha256"}
    assert data["written"] == [str(out)]
    theirs = tmp_path / "theirs.yaml"
    theirs.write_text(SMALL.replace("Small", "Smaller"), encoding="utf-8")
    status, data, _ = run("merge", small, small, theirs, "-o", tmp_path / "merged.yaml")
    assert status == 0
    assert data.keys() >= {"written", "conflicts"}


def test_data_and_import(run: Run, starter_file: Path, tmp_path: Path) -> None:
    status, data, _ = run("data", "--db", starter_file)
    assert status == 0
    rows(data["tables"], "table", "source", "edition", "years", "rows")
    flows = tmp_path / "BACI_HS17_Y2024_V202601.csv"
    flows.write_text("t,i,j,k,v,q\n2024,392,842,850511,12.5,1\n2024,392,842,85,1,1\n")
    asked = ("--edition", "HS2017", "--release", "202601", "--db", tmp_path / "new.sqlite")
    status, data, err = run("import", "baci", flows, *asked, "--dry-run")
    assert status == 0, err
    assert data.keys() >= {"kind", "why", "read", "taken", "rejected", "sha256", "seconds"}
    assert (data["read"], data["taken"]) == (2, 1)
    rows(data["rejected"], "reason", "rows")
    assert not (tmp_path / "new.sqlite").exists()


READ_A_FILE = (
    "evaluate",
    "frontier",
    "partner-sets",
    "sensitivity",
    "trade-effects",
    "resilience",
    "leverage",
    "reciprocity",
)


@pytest.mark.parametrize("command", READ_A_FILE)
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "no such file"),
        (b"title: [open", "not closed"),
        (b"", "empty"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_a_file_that_is_not_one(
    run: Run, tmp_path: Path, command: str, text: bytes | None, says: str
) -> None:
    path = tmp_path / "agreement.yaml"
    if text is not None:
        path.write_bytes(text)
    status, data, err = run(command, path)
    assert (status, data) == (2, None)
    assert err.count("\n") == 1
    assert says in err


@pytest.mark.parametrize("command", READ_A_FILE)
def test_options_that_are_none(run: Run, small: Path, tmp_path: Path, command: str) -> None:
    """A wrong option, year, name of an option or database: one sentence, nothing on the way out."""
    (tmp_path / "text.sqlite").write_text("not a database")
    for wrong in (
        ("--nosuch",),
        ("--year", "0"),
        ("--year", "soon"),
        ("--option", "nowhere"),
        ("--db", tmp_path / "text.sqlite"),
        ("--db", tmp_path / "none.sqlite"),
        ("--db", tmp_path),
    ):
        status, data, err = run(command, small, *wrong)
        assert (status, data) == (2, None), wrong
        assert err.strip().count("\n") == 0, err


def test_a_folder_that_is_a_file(run: Run, small: Path, starter_file: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for command in ("frontier", "trade-effects", "resilience", "term-sheet"):
        out = tmp_path / "file" / ("x.md" if command == "term-sheet" else "x.xlsx")
        status, data, err = run(command, small, "-o", out, "--db", starter_file)
        assert (status, data) == (2, None), command
        assert err.strip().count("\n") == 0
        assert str(out) in err or str(out.parent) in err


def test_an_empty_agreement_is_no_failure(run: Run, tmp_path: Path, starter_file: Path) -> None:
    """A text with no partner and no product: findings of level error, missing figures, no crash."""
    path = tmp_path / "new.yaml"
    path.write_text("format: 1\ntitle: New\n", encoding="utf-8")
    status, data, _ = run("evaluate", path, "--db", starter_file)
    assert status == 1
    assert data["totals"]["utilisation"] is None
    assert data["totals"]["exposure"] is None
    for command in ("frontier", "trade-effects", "resilience", "leverage", "reciprocity"):
        status, data, err = run(command, path, "--db", starter_file)
        assert status in (0, 1), (command, err)
    status, data, err = run("partner-sets", path, "--db", starter_file)
    assert (status, data) == (2, None)
    assert "candidate" in err
