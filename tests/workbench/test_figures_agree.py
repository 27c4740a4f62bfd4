"""One figure, asked in two ways, is one figure: commands agree with `evaluate`."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench import cli

Ask = Callable[..., Any]

PAIR = Path(__file__).parents[2] / "agreements/definitions/us-japan-critical-minerals.yaml"
SWEPT = (
    "utilisation",
    "exposure",
    "traced_exposure",
    "resourced_content",
    "duty_forgone",
    "leakage",
)
SUMMED = (
    "claimed",
    "free_riding_content",
    "traced_free_riding_content",
    "resourced_content",
    "duty_forgone",
    "leakage",
)
PLAIN = """format: 1
title: One plain rule
partners: [{economy: USA}, {economy: JPN}]
coverage:
  - products: ["8108.20", "8103.20", "8112.92", "2804.69", "8505.11"]
origin:
  de_minimis: {share: 0.1}
  default_rule: {rvc: {method: build-down, at_least: 0.5}}
"""


def values(data: object) -> Iterator[float]:
    """Every number of a document."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for entry in data:
            yield from values(entry)
    elif isinstance(data, float):
        yield data


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], starter_file: Path) -> Ask:
    """Ask a command for its JSON object on the starter database."""

    def ask_it(*arguments: object) -> Any:
        status = cli.main([*(str(part) for part in arguments), "--db", str(starter_file), "--json"])
        printed = capsys.readouterr()
        assert status in (0, 1), printed.err
        return json.loads(printed.out)

    return ask_it


def test_totals_are_sums_of_lanes(ask: Ask) -> None:
    data = ask("evaluate", PAIR)
    totals, lanes = data["totals"], data["lanes"]
    for name in SUMMED:
        known = [lane[name] for lane in lanes if lane[name] is not None]
        assert sum(known) == pytest.approx(totals[name], rel=1e-12), name
        for by in ("by_product", "by_partner", "by_stage"):
            parts = [row[name] for row in data[by] if row[name] is not None]
            assert sum(parts) == pytest.approx(totals[name], rel=1e-12), (by, name)
    covered = [lane["value"] for lane in lanes if lane["value"] is not None]
    known = [x["value"] for x in lanes if x["value"] is not None and x["base_duty"] is not None]
    assert sum(covered) == pytest.approx(totals["covered_trade"], rel=1e-12)
    assert sum(known) / sum(covered) == pytest.approx(totals["known_duty_share"], rel=1e-12)
    assert totals["utilisation"] == pytest.approx(totals["claimed"] / sum(known), rel=1e-12)
    for exposure, content in (
        ("exposure", "free_riding_content"),
        ("traced_exposure", "traced_free_riding_content"),
    ):
        assert totals[exposure] == pytest.approx(totals[content] / totals["claimed"], rel=1e-12)
    riders = [row["free_riding_content"] for row in data["by_origin"]]
    assert sum(riders) == pytest.approx(totals["free_riding_content"], rel=1e-9)


def test_the_frontier_passes_through_the_drafted_rule(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "plain.yaml"
    path.write_text(PLAIN, encoding="utf-8")
    totals = ask("evaluate", path)["totals"]
    data = ask("frontier", path, "--from", 50, "--to", 60, "--step", 10)
    at_the_rule = data["points"][0]
    assert at_the_rule["at"] == 0.5
    for name in SWEPT:
        assert at_the_rule[name] == pytest.approx(totals[name], rel=1e-9), name
        assert data["drafted"][name] == pytest.approx(totals[name], rel=1e-9), name


def test_the_drafted_set_of_partners_has_the_figures_of_the_text(ask: Ask) -> None:
    totals = ask("evaluate", PAIR)["totals"]
    sets = ask("partner-sets", PAIR, "--fixed", "USA", "--candidates", "JPN,KOR")["sets"]
    drafted = next(one for one in sets if one["partners"] == ["USA", "JPN"])
    for name in ("covered_trade", *SWEPT):
        assert drafted[name] == pytest.approx(totals[name], rel=1e-6), name
    assert drafted["market"] == pytest.approx(totals["critical_mass_share"], rel=1e-9)


def test_what_options_do_is_what_each_evaluates_to(ask: Ask) -> None:
    compared = ask("compare", f"{PAIR}:base", f"{PAIR}:C")["figures"]
    before = ask("evaluate", PAIR)["totals"]
    after = ask("evaluate", PAIR, "--option", "C")["totals"]
    for row in compared:
        name = row["figure"]
        for side, totals in (("before", before), ("after", after)):
            value = totals[name]
            if value is None:
                assert row[side] is None, name
            else:
                assert row[side] == pytest.approx(value, rel=1e-9), (name, side)
    moved = next(row for row in compared if row["figure"] == "resourced_content")
    effects = sum(cause["effect"] for cause in moved["because"])
    assert effects == pytest.approx(moved["after"] - moved["before"], rel=1e-6)


def test_sensitivity_begins_at_the_evaluation(ask: Ask) -> None:
    totals = ask("evaluate", PAIR)["totals"]
    data = ask("sensitivity", PAIR, "--draws", 4)
    for name, interval in data["intervals"].items():
        if interval["base"] is not None:
            assert interval["base"] == pytest.approx(totals[name], rel=1e-9), name
    for row in data["tornado"]:
        if row["base"] is not None:
            assert row["base"] == pytest.approx(totals[row["figure"]], rel=1e-9)


def test_trade_effects_cut_only_what_claims(ask: Ask) -> None:
    lanes = {
        (lane["importer"], lane["exporter"], lane["product"]): lane
        for lane in ask("evaluate", PAIR)["lanes"]
    }
    effects = ask("trade-effects", PAIR)
    seen = 0
    for row in effects["lanes"]:
        lane = lanes.get((row["importer"], row["exporter"], row["product"]))
        if lane is None or lane["utilisation"] is None:
            continue
        seen += 1
        cut = lane["base_duty"] - lane["pref_duty"]
        assert row["claimed_share"] == pytest.approx(lane["utilisation"], rel=1e-9)
        after = lane["base_duty"] - cut * lane["utilisation"]
        assert row["duty_after"] == pytest.approx(after, rel=1e-9, abs=1e-12)
    assert seen


def test_the_term_sheet_prints_the_evaluated_figures(ask: Ask, tmp_path: Path) -> None:
    out = tmp_path / "sheet.json"
    totals = ask("evaluate", PAIR)["totals"]
    ask("term-sheet", PAIR, "-o", out, "--no-intervals", "--template", "brief")
    printed = set(values(json.loads(out.read_text(encoding="utf-8"))))
    for name in ("covered_trade", "utilisation", "exposure", "traced_exposure"):
        assert totals[name] in printed, name
