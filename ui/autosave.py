"""Recovery copies: unsaved changes survive a crash, a kill or a power cut."""

import contextlib
import uuid
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, QTimer

from ui.document import AgreementDocument
from workbench.errors import WorkbenchError
from workbench.model.agreement import Agreement

_COPY, _PATH, _LOCK = ".yaml", ".path", ".lock"


@dataclass(frozen=True, slots=True)
class Leftover:
    """A recovery copy that a program no longer running left behind.

    `path` is the file its agreement was opened from; None for one that was never saved.
    """

    agreement: Agreement
    path: Path | None
    copy: Path


def recovery_folder() -> Path:
    """Where recovery copies lie, one set for each user."""
    where = QStandardPaths.StandardLocation.AppDataLocation
    return Path(QStandardPaths.writableLocation(where)) / "recovery"


def history_folder() -> Path:
    """Where earlier saved states lie, one set for each user."""
    return recovery_folder().with_name("history")


class Autosave(QObject):
    """Writes a recovery copy when editing pauses; removes it once the document is clean.

    The copy is the same YAML as a saved file. A lock beside it tells others that its program
    still runs.
    """

    def __init__(self, document: AgreementDocument, folder: Path, seconds: int) -> None:
        super().__init__(document)
        self._document = document
        folder.mkdir(parents=True, exist_ok=True)
        self._copy = folder / f"{uuid.uuid4().hex}{_COPY}"
        self._lock = QLockFile(str(self._copy.with_suffix(_LOCK)))
        self._lock.setStaleLockTime(0)
        self._lock.tryLock(0)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(seconds * 1000)
        self._pause.timeout.connect(self.write)
        document.changed.connect(self._pause.start)
        document.dirty_changed.connect(self._on_dirty)

    @property
    def copy(self) -> Path:
        """The recovery copy, which may not be there."""
        return self._copy

    def write(self) -> None:
        """Write the copy now, if there is anything unsaved."""
        from workbench.definitions.writer import save

        if not self._document.dirty:
            return
        path = self._document.path
        # A full disk must not disturb the work; the next pause tries again.
        with contextlib.suppress(WorkbenchError, OSError):
            save(self._document.base, self._copy, None)
            self._copy.with_suffix(_PATH).write_text(str(path or ""), encoding="utf-8")

    def close(self) -> None:
        """Forget the copy: the user has decided about the changes."""
        self._pause.stop()
        remove(self._copy)
        self._lock.unlock()

    def _on_dirty(self, dirty: bool) -> None:
        if not dirty:
            self._pause.stop()
            remove(self._copy)


def leftovers(folder: Path) -> list[Leftover]:
    """Recovery copies whose program no longer runs; unreadable ones are left alone."""
    from workbench.definitions.reader import open_agreement

    found = []
    for copy in sorted(folder.glob(f"*{_COPY}")):
        lock = QLockFile(str(copy.with_suffix(_LOCK)))
        lock.setStaleLockTime(0)
        if not lock.tryLock(0):
            continue
        lock.unlock()
        try:
            agreement = open_agreement(copy).agreement
            path = copy.with_suffix(_PATH).read_text(encoding="utf-8")
        except (WorkbenchError, OSError):
            continue
        found.append(Leftover(agreement, Path(path) if path else None, copy))
    return found


def remove(copy: Path) -> None:
    """Delete a recovery copy and what belongs to it."""
    for suffix in (_COPY, _PATH):
        copy.with_suffix(suffix).unlink(missing_ok=True)
