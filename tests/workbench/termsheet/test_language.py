"""Words, numbers and dates of each language, and templates from files."""

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from pathlib import Path
from string import Template

import pytest

from workbench.analysis.evaluation import Evaluator
from workbench.analysis.explain import explain_total
from workbench.definitions.folders import SHIPPED
from workbench.definitions.reader import read_agreement
from workbench.errors import DefinitionError
from workbench.model.agreement import Agreement, Status
from workbench.model.commitments import (
    PARAMETERS,
    CommitmentTopic,
    EnactedBy,
    Enforcement,
    IncentiveKind,
    Obligation,
    StagingFormula,
    Stance,
)
from workbench.model.coverage import Stage
from workbench.model.economies import Role, Standing
from workbench.model.economies_table import CUSTOMS_TERRITORIES, ECONOMIES
from workbench.model.origin import Absorption, Cumulation, DeMinimisBasis
from workbench.termsheet.build import build
from workbench.termsheet.content import Paragraph, text_of
from workbench.termsheet.export import Format, render
from workbench.termsheet.language import Language, language, languages
from workbench.termsheet.request import Request
from workbench.termsheet.templates import SECTIONS, template, templates
from workbench.tradedata.database import TradeDatabase

OTHERS = ("fr", "es")


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


@pytest.mark.parametrize(
    ("group", "choices"),
    [
        ("status", Status),
        ("role", Role),
        ("standing", Standing),
        ("stage", Stage),
        ("formula", StagingFormula),
        ("cumulation", Cumulation),
        ("absorption", Absorption),
        ("basis", DeMinimisBasis),
        ("topic", CommitmentTopic),
        ("obligation", Obligation),
        ("enforcement", Enforcement),
        ("stance", Stance),
        ("kind", IncentiveKind),
        ("by", EnactedBy),
    ],
)
def test_every_choice_has_a_word(group: str, choices: type[StrEnum]) -> None:
    for code in languages():
        for choice in choices:
            assert f"{group}-{choice.value}" in language(code).words


@pytest.mark.parametrize("code", OTHERS)
def test_every_economy_has_a_name(code: str) -> None:
    names = language(code).economies
    assert set(names) == {*ECONOMIES, *CUSTOMS_TERRITORIES}
    assert len(set(names.values())) == len(names)


def test_a_phrase_is_found_with_what_is_in_it() -> None:
    french = language("fr")
    found = french.phrase("duty unknown: CPTPP is in force, its rates are not known")
    assert found == "droit inconnu\u00a0: CPTPP est en vigueur, ses taux ne sont pas connus"
    assert french.phrase("a text of nobody (.*)") == "a text of nobody (.*)"
    assert language("en").phrase("no content data") == "no content data"


def test_french_keeps_its_signs_on_the_line() -> None:
    french = language("fr")
    for words in (*french.words.values(), *french.phrases.values()):
        assert not re.search(r" [;:!?%»]|« ", words), words
        assert not re.search(r"[\w)][;!?%»]", words), words
        assert not re.search(r"[^\s\d\u00a0]:(?:[^/\d]|$)", words), words
        assert "'" not in words, words


@pytest.mark.parametrize("code", OTHERS)
def test_what_the_engine_says_of_itself_has_words(code: str) -> None:
    words = language(code)
    for info in PARAMETERS:
        for text in (info.title, info.unit, info.source):
            assert _has_words(words, text) or text in ("", "USD"), text


@pytest.fixture(scope="module")
def said_in_english(starter_file: Path) -> set[str]:
    """What the engine says of the shipped agreements that their term sheets repeat."""
    said: set[str] = set()
    with TradeDatabase(starter_file) as database:
        evaluator = Evaluator(database)
        for path in sorted((SHIPPED / "definitions").glob("*.yaml")):
            agreement = read_agreement(path)
            result = evaluator.evaluate(agreement, complete=False)
            said |= {gap.what for gap in result.gaps}
            said |= {gap.where for gap in result.gaps if gap.where.islower()}
            said |= {explain_total(result, name).formula for name in result.totals}
            said |= {vintage.table.replace("_", " ") for vintage in result.vintage}
            said.add(agreement.sector.replace("-", " "))
    return said - {"", "Σ U V"}  # signs are the same everywhere


@pytest.mark.parametrize("code", OTHERS)
def test_what_the_engine_says_of_shipped_agreements_has_words(
    code: str, said_in_english: set[str]
) -> None:
    assert len(said_in_english) > 40
    assert not [text for text in said_in_english if not _has_words(language(code), text)]


def _has_words(words: Language, english: str) -> bool:
    return english in words.phrases or words.phrase(english) != english


@pytest.mark.parametrize("code", OTHERS)
def test_what_stays_english_is_told(
    code: str, agreement: Agreement, make_request: Callable[..., Request]
) -> None:
    document = build(make_request(agreement, words=code))
    words = language(code)
    for section, key in (
        ("coverage", "english-descriptions"),
        ("evaluation", "english-descriptions"),
        ("tariff-lines", "english-descriptions"),
        ("findings", "english-findings"),
        ("sources", "english-sources"),
    ):
        blocks = next(s.blocks for s in document.sections if s.name == section)
        notes = [text_of(b.runs) for b in blocks if isinstance(b, Paragraph)]
        assert words.say(key) in notes, section
    options = build(make_request(agreement, "options", code)).sections[0]
    assert words.say("english-differences") in [
        text_of(b.runs) for b in options.blocks if isinstance(b, Paragraph)
    ]
    assert "" not in [
        text_of(b.runs)
        for section in build(make_request(agreement)).sections
        for b in section.blocks
        if isinstance(b, Paragraph)
    ]


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
