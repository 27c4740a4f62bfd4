"""The command parse-rule."""

import json
from pathlib import Path

import pytest

from workbench.cli import main


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert main(["parse-rule", *arguments, "--json"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    return json.loads(shown.out)


def test_a_text_gives_its_rule_and_its_normalised_words(capsys) -> None:
    found = answer(capsys, "A change to heading 9401 from any other heading, except from 9403.")
    assert found["rule"] == {"shift": {"from": "heading", "except": ["9403"]}}
    assert found["text"] == "a change from any other heading, except from heading 9403"
    assert found["status"] == "parsed"
    assert found["left_over"] == ""
    assert found["goods"] == {"codes": ["9401"], "words": ""}


def test_a_remainder_is_shown(capsys) -> None:
    found = answer(capsys, "CC, provided that the weather holds")
    assert found["rule"] == {"shift": {"from": "chapter"}}
    assert found["status"] == "partial"
    assert found["left_over"] == "provided that the weather holds"


def test_a_file_has_one_rule_a_line(capsys, tmp_path: Path) -> None:
    path = tmp_path / "rules.txt"
    path.write_text("CTH\n\nnothing of the kind\nRVC 40\n", encoding="utf-8")
    rules = answer(capsys, "--file", str(path))["rules"]
    assert [rule["status"] for rule in rules] == ["parsed", "unparsed", "parsed"]
    assert rules[1]["rule"] is None


def test_european_words_on_request(capsys) -> None:
    found = answer(capsys, "MaxNOM 50 % (EXW)", "--style", "eu")
    assert found["text"] == "MaxNOM 50 % (EXW)"


def test_readable_answer(capsys) -> None:
    assert main(["parse-rule", "CTH, if so agreed"]) == 0
    shown = capsys.readouterr().out
    assert "partial" in shown
    assert "if so agreed" in shown


def test_coverage_of_a_folder(capsys, tmp_path: Path) -> None:
    rules = [{"text": text} for text in ("CTH", "CC, if so agreed", "whatever")]
    (tmp_path / "some.json").write_text(json.dumps({"rules": rules}), encoding="utf-8")
    (tmp_path / "other.json").write_text("[1]", encoding="utf-8")
    (found,) = answer(capsys, "--coverage", str(tmp_path))["sources"]
    assert (found["texts"], found["parsed"], found["partial"], found["unparsed"]) == (3, 1, 1, 1)
    assert main(["parse-rule", "--coverage", str(tmp_path)]) == 0
    assert "| 3 | 33.3 % | 33.3 % | 33.3 % |" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [[], ["CTH", "--file", "rules.txt"], ["--file", "absent.txt"], ["--coverage", "absent"]],
)
def test_bad_input_is_one_sentence(capsys, arguments: list[str]) -> None:
    assert main(["parse-rule", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.strip().splitlines()) == 1


def test_a_share_above_one_hundred_per_cent_is_left_over_with_a_note(capsys):
    text = "a regional value content of not less than 140 per cent under the build-down method"
    assert main(["parse-rule", "--json", text]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rule"] is None
    assert found["status"] == "unparsed"
    assert found["notes"] == ["140 per cent is outside 0 to 100 %; correct it"]
