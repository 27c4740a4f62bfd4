"""Choices for term sheets: one set for each agreement, the latest for a new one."""

import json
from pathlib import Path

import pytest

from ui.settings import TERM_SHEET, Settings
from ui.sheet_choices import SheetChoices, agreement_key, recall, remember


def test_nothing_is_kept_at_first() -> None:
    assert recall(Settings(), "club") == SheetChoices()


def test_each_agreement_has_its_own() -> None:
    settings = Settings()
    one = SheetChoices("brief", "fr", "partners", "pdf", "Secret", True, False, True, ("gaps",))
    other = SheetChoices(language="es", against="/old.yaml", marking='x=1, "y"')
    remember(settings, "one", one)
    remember(settings, "other", other)
    assert recall(Settings(), "one") == one
    assert recall(Settings(), "other") == other


def test_a_new_agreement_starts_from_the_latest_without_what_is_private_to_it() -> None:
    settings = Settings()
    remember(settings, "one", SheetChoices("brief", "fr", marking="For Tokyo", left_out=("gaps",)))
    remember(settings, "two", SheetChoices("full", "es", against="/old.yaml", partner_sets=True))
    remember(settings, "one", recall(settings, "one"))
    assert recall(settings, "new") == SheetChoices("brief", "fr")


def test_what_is_kept_has_an_end() -> None:
    settings = Settings()
    for number in range(60):
        remember(settings, f"agreement {number}", SheetChoices(marking=str(number)))
    kept = [json.loads(text)["of"] for text in settings.get(TERM_SHEET)]
    assert kept == [f"agreement {number}" for number in range(59, 19, -1)]


@pytest.mark.parametrize(
    "text", ["template=full", "[]", "{}", "3", '{"of": "club", "dated": "yes", "left_out": 4}']
)
def test_what_makes_no_sense_counts_as_not_kept(text: str) -> None:
    settings = Settings()
    settings.set(TERM_SHEET, (text,))
    assert recall(settings, "club") == SheetChoices()


def test_a_file_is_known_by_its_place(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    place = tmp_path / "a" / ".." / "club.yaml"
    assert agreement_key(place, "Club") == str((tmp_path / "club.yaml").resolve())
    assert agreement_key(None, "Club") == "Club"
