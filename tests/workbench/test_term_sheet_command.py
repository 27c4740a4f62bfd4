"""`term-sheet`, `bundle` and `check-bundle`, as a user types them."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from workbench.cli import main

AGREEMENT = """format: 1
title: Two and a metal
partners: [{economy: USA}, {economy: JPN, notes: SECRET-NOTE}]
coverage: [{products: ["8108.20", "8505.11"]}]
origin:
  default_rule: {rvc: {method: build-down, at_least: 0.5}}
options:
  - name: B
    title: Loose
    changes:
      origin.default_rule: {rvc: {method: build-down, at_least: 0.3}}
"""


@pytest.fixture
def file(tmp_path: Path, starter_file: Path) -> Path:
    path = tmp_path / "two.yaml"
    path.write_text(AGREEMENT)
    return path


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main([*arguments, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_a_document_is_written_twice_alike(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.pdf"
    arguments = ["term-sheet", str(file), "-o", str(out), "--no-intervals", "--date", "2026-11-30"]
    first = _json(capsys, *arguments)
    assert first["written"] == [str(out)]
    assert isinstance(first["pages"], int)
    assert first["pages"] > 3
    content = out.read_bytes()
    assert content.startswith(b"%PDF")
    assert _json(capsys, *arguments)["sha256"] == first["sha256"]
    assert out.read_bytes() == content


def test_options_of_the_command(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.html"
    old = tmp_path / "old.yaml"
    old.write_text(AGREEMENT.replace("Two and a metal", "Three and a metal"))
    arguments = ["term-sheet", str(file), "-o", str(out), "--option", "B", "--language", "fr"]
    arguments += ["--marking", "Sous embargo", "--for", "partners", "--against", str(old)]
    arguments += ["--template", "brief", "--year", "1"]
    _json(capsys, *arguments)
    text = out.read_text()
    assert "Sous embargo" in text
    assert "SECRET" not in text
    assert "<del>Three</del><ins>Two</ins>" in text
    assert 'lang="fr"' in text
    arguments = ["term-sheet", str(file), "-o", str(out), "--without", "gaps, method"]
    assert main([*arguments, "--partner-sets", "--no-intervals"]) == 0
    text = out.read_text()
    assert "What is missing" not in text
    assert "those that no other beats" in text
    assert 'aria-label="Scatter of 2 sets' in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "x.odt"], ".docx"),
        (["-o", "x.pdf", "--option", "Z"], "its options are: B"),
        (["-o", "x.pdf", "--template", "nil"], "there are: full"),
        (["-o", "x.pdf", "--language", "de"], "there are: en"),
        (["-o", "x.pdf", "--date", "soon"], "2026-11-30"),
        (["-o", "x.pdf", "--without", "covr"], "is not a section"),
        (["-o", "x.pdf", "--year", "0"], "--year"),
        (["-o", "no-such-folder/x.md", "--no-intervals"], "not written"),
    ],
)
def test_bad_input_is_a_sentence(
    file: Path,
    arguments: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(file.parent)
    assert main(["term-sheet", str(file), *arguments]) == 2
    assert said in capsys.readouterr().err
    assert not list(file.parent.glob("x.*"))


def test_a_bundle_is_evaluated_without_our_database(
    file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out.zip"
    made = _json(capsys, "bundle", str(file), "-o", str(out), "--option", "B", "--for", "partners")
    assert (
        _json(capsys, "bundle", str(file), "-o", str(out), "--option", "B", "--for", "partners")[
            "sha256"
        ]
        == made["sha256"]
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with zipfile.ZipFile(out) as packed:
        assert not any(b"SECRET" in packed.read(name) for name in packed.namelist())
        packed.extractall(elsewhere)
    stated = json.loads((elsewhere / "results.json").read_text())
    monkeypatch.setenv("PACTWRIGHT_DATA", str(tmp_path / "nothing"))
    found = _json(
        capsys,
        "evaluate",
        str(elsewhere / "agreement.yaml"),
        "--option",
        "B",
        "--db",
        str(elsewhere / "rows.sqlite"),
    )
    assert found["totals"] == pytest.approx(stated["totals"])
    assert found["vintage"] == stated["vintage"]
    checked = _json(capsys, "check-bundle", str(out))
    assert checked["differences"] == []
    assert isinstance(checked["figures"], int)
    assert checked["figures"] > 50
    scenario = json.loads((elsewhere / "scenario.json").read_text())
    assert checked["scenario"] == scenario["sha256"]


def test_a_bundle_that_was_changed_is_told(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, changed = tmp_path / "out.zip", tmp_path / "changed.zip"
    _json(capsys, "bundle", str(file), "-o", str(out))
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "agreement.yaml":
                content = content.replace(b"0.5", b"0.6")
            new.writestr(name, content)
    assert main(["check-bundle", str(changed)]) == 1
    assert "another fingerprint" in capsys.readouterr().out
    shutil.copy(file, tmp_path / "no.zip")
    assert main(["check-bundle", str(tmp_path / "no.zip")]) == 2
    assert "not a bundle" in capsys.readouterr().err
