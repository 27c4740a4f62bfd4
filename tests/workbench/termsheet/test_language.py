"""Words, numbers and dates of each language, and templates from files."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from string import Template

import pytest

from workbench.errors import DefinitionError
from workbench.model.agreement import Agreement
from workbench.termsheet.build import build
from workbench.termsheet.content import text_of
from workbench.termsheet.export import Format, render
from workbench.termsheet.language import language, languages
from workbench.termsheet.request import Request
from workbench.termsheet.templates import SECTIONS, template, templates


def test_three_languages_with_the_same_places_to_fill() -> None:
    assert languages() == ("en", "es", "fr")
    english = language("en")
    for code in ("es", "fr"):
        other = language(code)
        assert set(other.words) == set(english.words)
        for key, words in other.words.items():
            wanted = set(Template(english.words[key]).get_identifiers())
            assert set(Template(words).get_identifiers()) == wanted, (code, key)


@pytest.mark.parametrize(
    ("code", "share", "usd", "number", "day"),
    [
        ("en", "36.9 %", "USD 1.24 bn", "1,234.5", "30 November 2026"),
        ("fr", "36,9 %", "1,24 Md USD", "1 234,5", "30 novembre 2026"),
        ("es", "36,9 %", "1,24 mil M USD", "1.234,5", "30 de noviembre de 2026"),
    ],
)
def test_numbers_and_dates(code: str, share: str, usd: str, number: str, day: str) -> None:
    words = language(code)
    assert words.share(0.369).replace("\u00a0", " ") == share
    assert words.usd(1.24e9).replace("\u00a0", " ") == usd
    assert words.number(1234.5, 1).replace("\u00a0", " ") == number
    assert words.day(date(2026, 11, 30)) == day
    assert words.share(None) == words.usd(float("nan")) == "–"
    assert words.number(-2.0) == "−2"


@pytest.mark.parametrize("code", ["fr", "es"])
def test_a_document_in_another_language(
    code: str, agreement: Agreement, make_request: Callable[..., Request]
) -> None:
    request = make_request(agreement, words=code)
    document = build(request)
    english = build(make_request(agreement))
    assert document.language == code
    assert [s.name for s in document.sections] == [s.name for s in english.sections]
    for one, other in zip(document.sections, english.sections, strict=True):
        assert text_of(one.title) != text_of(other.title) or one.name == "options"
    assert render(request, Format.PDF).pages
    assert f'<html lang="{code}">' in render(request, Format.HTML).content.decode()


def test_the_shipped_templates() -> None:
    assert templates() == ("full", "brief", "options", "technical-annex")
    for name in templates():
        for section in template(name).sections:
            assert section.name in SECTIONS


def test_a_template_of_the_user(tmp_path: Path, agreement: Agreement) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "ours.yaml").write_text(
        "format: 1\ntitle: Ours\nsections: [origin, {section: gaps, title: Holes}]\n"
    )
    found = template("ours", tmp_path)
    assert [s.name for s in found.sections] == ["origin", "gaps"]
    assert dict(found.sections[1].titles) == {"en": "Holes"}
    assert "ours" in templates(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format: 2\ntitle: X\nsections: [origin]\n", "format"),
        ("format: 1\ntitle: X\nsections: [orign]\n", "'orign' is not a section"),
        ("format: 1\ntitle: X\nsections: []\n", "name at least one"),
        ("format: 1\nsections: [origin]\n", "'title' is missing"),
        ("format: 1\ntitle: X\nsections: [origin, origin]\n", "stands twice"),
        ("format: 1\ntitle: X\ncolour: red\nsections: [origin]\n", "'colour' is not a key"),
        ("format: 1\ntitle: X\nlandscape: sideways\nsections: [origin]\n", "true or false"),
        ("- a\n- b\n", "keys with values"),
    ],
)
def test_a_broken_template_says_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "ours.yaml").write_text(text)
    with pytest.raises(DefinitionError, match=r"ours\.yaml") as error:
        template("ours", tmp_path)
    assert said in str(error.value)


def test_unknown_names_are_told() -> None:
    with pytest.raises(DefinitionError, match="there are: full"):
        template("fulll")
    with pytest.raises(DefinitionError, match="there are: en, es, fr"):
        language("de")
