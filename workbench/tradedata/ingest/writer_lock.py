"""One writer at a time: a lock the system lets go of when its holder ends, however it ends."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from workbench.errors import TradeDataError

# Far behind what is written into the file, so that others may read who holds it on Windows too.
_LOCKED_BYTE = 4096


def lock_path(database: Path) -> Path:
    """The file beside a database that its writer holds."""
    return database.with_name(f"{database.name}.writer")


@contextlib.contextmanager
def writing(database: Path, what: str) -> Iterator[None]:
    """Be the one writer of a database.

    Args:
        database: its file; it need not be there yet.
        what: what is being done, for others to read: "an import of BACI.zip".

    Raises:
        TradeDataError: another writer holds it, or the folder cannot be written.
    """
    path = lock_path(database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not truncated: until the lock is ours, the words in it are another's.
        stream = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
    except OSError as error:
        raise TradeDataError(
            f"{database}: nothing can be written here ({error}); make the folder writable or "
            "choose another database with --db"
        ) from error
    with stream:
        if not _locked(stream):
            raise TradeDataError(f"{database}: {_holder(stream)}; wait until it is done")
        stream.seek(0)
        stream.truncate()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        stream.write(json.dumps({"process": os.getpid(), "since": now, "what": what}).encode())
        stream.flush()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                stream.seek(0)
                stream.truncate()
                _unlock(stream)


def _holder(stream: BinaryIO) -> str:
    """Who holds the lock, in words."""
    stream.seek(0)
    try:
        held = json.loads(stream.read(_LOCKED_BYTE))
        since = datetime.fromisoformat(held["since"]).astimezone()
        return (
            f"process {held['process']} has held it since {since:%H:%M on %d %B %Y} for "
            f"{held['what']}"
        )
    except (OSError, ValueError, KeyError, TypeError):
        return "another process is writing it"


if sys.platform == "win32":
    import msvcrt

    def _locked(stream: BinaryIO) -> bool:
        stream.seek(_LOCKED_BYTE)
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(stream: BinaryIO) -> None:
        stream.seek(_LOCKED_BYTE)
        msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _locked(stream: BinaryIO) -> bool:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _unlock(stream: BinaryIO) -> None:
        fcntl.flock(stream, fcntl.LOCK_UN)
