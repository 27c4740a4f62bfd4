"""Preferences and the state of windows, kept apart from each other and from documents."""

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import QByteArray, QSettings

ORGANISATION = "Pactwright"
RECENT_LIMIT = 10

T = TypeVar("T", str, int, float, bool, tuple[str, ...])


@dataclass(frozen=True, slots=True)
class Preference(Generic[T]):
    """One thing a user may prefer: its key, default (which also tells the type) and help."""

    key: str
    default: T
    help: str
    choices: tuple[T, ...] = ()


THEME = Preference("theme", "system", "Colours of the window", ("system", "light", "dark"))
RECENT_FILES: Preference[tuple[str, ...]] = Preference(
    "recent-files", (), "Agreements opened or saved lately, newest first"
)
LAST_FOLDER = Preference("last-folder", "", "Where the last file was opened, saved or exported")
DATABASE = Preference(
    "trade-database",
    "",
    "Trade database to use: a file, or 'starter'; if empty your own, or the starter without one",
)
LIBRARY_FOLDER = Preference(
    "library-folder",
    "",
    "A folder of your own laid out as `agreements/`: definitions, product-lists, commitments, …",
)
AUTOSAVE_SECONDS = Preference(
    "autosave-seconds", 10, "Pause after a change before a recovery copy is written"
)
TERM_SHEET: Preference[tuple[str, ...]] = Preference(
    "term-sheet", (), "Choices for the term sheet of each agreement, the latest first"
)
PREFERENCES: tuple[
    Preference[str] | Preference[int] | Preference[tuple[str, ...]],
    ...,
] = (
    THEME,
    RECENT_FILES,
    LAST_FOLDER,
    DATABASE,
    LIBRARY_FOLDER,
    AUTOSAVE_SECONDS,
    TERM_SHEET,
)


def _store(name: str) -> QSettings:
    return QSettings(QSettings.defaultFormat(), QSettings.Scope.UserScope, ORGANISATION, name)


class Settings:
    """Reads and writes preferences; a stored value that makes no sense counts as not stored."""

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store if store is not None else _store("preferences")

    def get(self, preference: Preference[T]) -> T:
        """The value stored, or the default."""
        stored = self._store.value(preference.key)
        if stored is None:
            return preference.default
        try:
            value = _converted(stored, preference.default)
        except (TypeError, ValueError):
            return preference.default
        if preference.choices and value not in preference.choices:
            return preference.default
        return value

    def set(self, preference: Preference[T], value: T) -> None:
        """Store a value."""
        if preference.choices and value not in preference.choices:
            raise ValueError(f"{preference.key} cannot be {value!r}")
        self._store.setValue(preference.key, list(value) if isinstance(value, tuple) else value)

    def reset(self, preference: Preference[T]) -> None:
        """Go back to the default."""
        self._store.remove(preference.key)

    def recent_files(self) -> tuple[Path, ...]:
        """Files used lately, newest first, that are still there."""
        return tuple(path for path in map(Path, self.get(RECENT_FILES)) if path.is_file())

    def add_recent_file(self, path: Path) -> None:
        """Put a file at the head of the list."""
        name = str(path.resolve())
        others = tuple(other for other in self.get(RECENT_FILES) if other != name)
        self.set(RECENT_FILES, (name, *others)[:RECENT_LIMIT])

    def sync(self) -> None:
        """Write to disk now."""
        self._store.sync()


def _converted(stored: object, default: T) -> T:
    if isinstance(default, bool):
        return _as(default, str(stored).lower() in ("true", "1"))
    if isinstance(default, tuple):
        items = stored if isinstance(stored, list | tuple) else [stored]
        return _as(default, tuple(str(item) for item in items))
    return _as(default, type(default)(str(stored)))


def _as(default: T, value: object) -> T:
    if not isinstance(value, type(default)):
        raise TypeError(f"{value!r} is not a {type(default).__name__}")
    return value


class WindowState:
    """Sizes, positions and column widths of windows, by a name for each."""

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store if store is not None else _store("windows")

    def get(self, name: str) -> QByteArray | None:
        """What was stored under a name by the widget's saveState() or saveGeometry()."""
        stored = self._store.value(name)
        return stored if isinstance(stored, QByteArray) and not stored.isEmpty() else None

    def set(self, name: str, state: QByteArray) -> None:
        """Store a widget's state."""
        self._store.setValue(name, state)

    def text(self, name: str, default: str = "") -> str:
        """A short word stored under a name, e.g. the page in view."""
        stored = self._store.value(name)
        return stored if isinstance(stored, str) else default

    def set_text(self, name: str, value: str) -> None:
        """Store a short word."""
        self._store.setValue(name, value)
