from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from ui.settings import (
    AUTOSAVE_SECONDS,
    DATABASE,
    PREFERENCES,
    RECENT_FILES,
    RECENT_LIMIT,
    THEME,
    Settings,
    WindowState,
    _store,
)


def test_keys_are_written_once_and_explained() -> None:
    keys = [preference.key for preference in PREFERENCES]
    assert len(set(keys)) == len(keys)
    assert all(preference.help for preference in PREFERENCES)


def test_defaults_until_something_is_stored() -> None:
    settings = Settings()
    assert settings.get(THEME) == "system"
    assert settings.get(AUTOSAVE_SECONDS) == 10
    settings.set(THEME, "dark")
    settings.set(AUTOSAVE_SECONDS, 30)
    settings.set(DATABASE, "trade.sqlite")
    settings.sync()
    again = Settings()
    assert again.get(THEME) == "dark"
    assert again.get(AUTOSAVE_SECONDS) == 30
    assert again.get(DATABASE) == "trade.sqlite"
    again.reset(THEME)
    assert again.get(THEME) == "system"


def test_tests_write_to_a_throw_away_folder(throw_away_settings: Path) -> None:
    settings = Settings()
    settings.set(THEME, "dark")
    settings.sync()
    assert list(throw_away_settings.rglob("preferences.ini"))


def test_a_value_that_makes_no_sense_counts_as_not_stored() -> None:
    store = _store("preferences")
    store.setValue(AUTOSAVE_SECONDS.key, "soon")
    store.setValue(THEME.key, "pink")
    settings = Settings(store)
    assert settings.get(AUTOSAVE_SECONDS) == 10
    assert settings.get(THEME) == "system"
    with pytest.raises(ValueError, match="cannot be 'pink'"):
        settings.set(THEME, "pink")


@pytest.mark.parametrize("count", [0, 1, 2])
def test_lists_of_any_length_survive(count: int) -> None:
    files = tuple(f"/agreements/{number}, final.yaml" for number in range(count))
    settings = Settings()
    settings.set(RECENT_FILES, files)
    settings.sync()
    assert Settings().get(RECENT_FILES) == files


def test_recent_files_are_newest_first_each_once_and_there(tmp_path: Path) -> None:
    settings = Settings()
    paths = [tmp_path / f"{number}.yaml" for number in range(RECENT_LIMIT + 2)]
    for path in paths:
        path.touch()
        settings.add_recent_file(path)
    settings.add_recent_file(paths[-2])
    assert settings.recent_files()[:2] == (paths[-2], paths[-1])
    assert len(settings.recent_files()) == RECENT_LIMIT
    paths[-1].unlink()
    assert paths[-1] not in settings.recent_files()


def test_window_state_is_kept_apart(throw_away_settings: Path) -> None:
    state = WindowState()
    assert state.get("main") is None
    state.set("main", QByteArray(b"\x01\x02"))
    state.set_text("page", "frontier")
    assert WindowState().get("main") == QByteArray(b"\x01\x02")
    assert WindowState().text("page") == "frontier"
    assert WindowState().text("other", "overview") == "overview"
    assert Settings().get(THEME) == "system"
