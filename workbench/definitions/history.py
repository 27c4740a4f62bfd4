"""Earlier saved states of a file, kept in a folder of the user's own, not beside the file.

Each state is a text named by its SHA-256, so equal states are kept once; a log names them in the
order they were saved, one line each. A line is added in one write, so that a kill leaves at most
a last line cut short, which reading passes over. The oldest go once there are too many.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workbench.definitions.folders import SHIPPED
from workbench.definitions.private_files import write_private
from workbench.definitions.reader import parse_opened
from workbench.errors import DefinitionError, Problem
from workbench.model.agreement import Agreement

MOST_STATES = 200
LONGEST_NOTE = 500
_LOG = "log.jsonl"


@dataclass(frozen=True, slots=True)
class SavedState:
    """A state of a file as it was saved: when, with what note, and the hash of its text."""

    saved_at: datetime
    note: str
    sha256: str


class History:
    """The saved states of one file.

    Args:
        folder: where the histories of all files lie.
        file: the agreement's file; a link is followed, so that a file has one history.
    """

    def __init__(self, folder: Path, file: Path) -> None:
        self._file = file.resolve()
        name = hashlib.sha256(str(self._file).encode()).hexdigest()[:24]
        self._folder = folder / name

    def add(self, text: str, note: str = "", saved_at: datetime | None = None) -> None:
        """Keep a state, unless it is the last one kept and there is nothing to note.

        Raises:
            OSError: the folder cannot be written; what was kept before is untouched.
        """
        raw = text.encode("utf-8")
        sha = hashlib.sha256(raw).hexdigest()
        states = self.states()
        if states and states[0].sha256 == sha and not note:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._path(sha).exists():
            write_private(self._path(sha), raw)
        when = saved_at or datetime.now(UTC)
        line = {"at": when.isoformat(), "note": note[:LONGEST_NOTE], "sha256": sha}
        self._append(json.dumps(line, ensure_ascii=False))
        if len(states) + 1 > MOST_STATES:
            self._forget(MOST_STATES)

    def states(self) -> tuple[SavedState, ...]:
        """What is kept, the newest first; lines that are damaged or lost their text are not."""
        try:
            lines = (self._folder / _LOG).read_text("utf-8", errors="replace").splitlines()
        except OSError:
            return ()
        found = [state for line in lines if (state := _state(line)) is not None]
        return tuple(state for state in reversed(found) if self._path(state.sha256).exists())

    def text(self, state: SavedState) -> str:
        """The text of a state.

        Raises:
            DefinitionError: it is gone or damaged.
        """
        try:
            raw = self._path(state.sha256).read_bytes()
        except OSError:
            raise self._damaged("is no longer there") from None
        if hashlib.sha256(raw).hexdigest() != state.sha256:
            raise self._damaged("was damaged on the disk")
        return raw.decode("utf-8")

    def read(self, state: SavedState) -> Agreement:
        """The agreement of a state.

        Raises:
            DefinitionError: its text is gone or damaged, or this program cannot read it.
        """
        return parse_opened(self.text(state), self._file.name, (self._file.parent, SHIPPED))

    def _damaged(self, what: str) -> DefinitionError:
        problem = Problem(str(self._file), 0, "", f"that saved state {what}", "choose another one")
        return DefinitionError.of((problem,))

    def _path(self, sha: str) -> Path:
        return self._folder / f"{sha}.yaml"

    def _append(self, line: str) -> None:
        """Add a line in one write; one that was cut short before is ended first."""
        log = self._folder / _LOG
        cut_short = log.exists() and log.stat().st_size and log.read_bytes()[-1:] != b"\n"
        raw = f"{chr(10) if cut_short else ''}{line}\n".encode()
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, raw)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _forget(self, most: int) -> None:
        """Keep the newest states only; their texts go last, so that none kept is ever missing."""
        kept = tuple(reversed(self.states()[:most]))
        lines = [
            json.dumps(
                {"at": s.saved_at.isoformat(), "note": s.note, "sha256": s.sha256},
                ensure_ascii=False,
            )
            for s in kept
        ]
        write_private(self._folder / _LOG, "".join(f"{line}\n" for line in lines).encode())
        self._remove_others({state.sha256 for state in kept})

    def _remove_others(self, wanted: Iterable[str]) -> None:
        names = {f"{sha}.yaml" for sha in wanted} | {_LOG}
        for path in self._folder.iterdir():
            if path.name not in names:
                with suppress(OSError):
                    path.unlink()


def _state(line: str) -> SavedState | None:
    """The state a line of the log tells of; None where the line is damaged."""
    try:
        data = json.loads(line)
        saved_at = datetime.fromisoformat(data["at"])
        note, sha = data["note"], data["sha256"]
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(note, str) or not isinstance(sha, str) or len(sha) != 64 or "/" in sha:
        return None
    return SavedState(saved_at, note, sha)
