"""Where the starter database lies on this machine, and how it gets there.

The file's name carries a hash of the packaged tables and the schema version, so that a new release
builds a new file and never replaces one that is open.
"""

import contextlib
import hashlib
import logging
import os
import shutil
import sys
import tempfile
import time
from importlib.resources.abc import Traversable
from pathlib import Path

from workbench.errors import TradeDataError
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata.starter.layout import TABLES
from workbench.tradedata.version import SCHEMA_VERSION

log = logging.getLogger(__name__)

FOLDER_VARIABLE = "PACTWRIGHT_DATA"
"""Environment variable that names another data folder."""

BUILD = 1
"""Raised when `build.py` makes other rows of the same tables."""

_SECONDS_A_DAY = 86_400


def data_folder() -> Path:
    """The user's folder for data that can be made again."""
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named)
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA")
        return (Path(home) if home else Path.home() / "AppData" / "Local") / "Pactwright"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Pactwright"
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "pactwright"


def starter_path(tables: Traversable = TABLES) -> Path:
    """The file of the starter database for these tables; it may not exist yet."""
    digest = hashlib.sha256(f"{SCHEMA_VERSION} {BUILD}".encode())
    for table in sorted(tables.iterdir(), key=lambda entry: entry.name):
        if table.name.endswith(".csv.gz"):
            digest.update(table.name.encode())
            digest.update(table.read_bytes())
    return data_folder() / f"starter-{digest.hexdigest()[:16]}.sqlite"


def ensure_starter(progress: Progress = NO_PROGRESS, tables: Traversable = TABLES) -> Path:
    """The starter database, built if it is not there.

    Built beside its place and moved there when complete; whoever is second keeps the first's file.

    Args:
        progress: told about the build.
        tables: folder of the packaged tables.

    Returns:
        Path of a finished database.

    Raises:
        TradeDataError: the data folder is not writable or the disk is full.
        Cancelled: asked to stop; nothing is left behind.
    """
    target = starter_path(tables)
    if target.is_file():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        workplace = tempfile.TemporaryDirectory(prefix="building-", dir=target.parent)
    except OSError as error:
        raise TradeDataError(
            f"{target.parent}: the starter database cannot be written here ({error}); make the "
            f"folder writable or name another in the environment variable {FOLDER_VARIABLE}"
        ) from error
    from workbench.tradedata.starter.build import build

    with workplace:
        fresh = Path(workplace.name) / target.name
        build(fresh, progress, tables)
        try:
            _to_disk(fresh)
            fresh.replace(target)
        except OSError as error:
            # Windows refuses to replace a file that another window has just opened.
            if not target.is_file():
                raise TradeDataError(
                    f"{target}: the starter database cannot be put in its place ({error}); free "
                    "some disk space and start again"
                ) from error
    _to_disk(target.parent)
    _sweep(target)
    return target


def _to_disk(path: Path) -> None:
    """Wait until a file, or the entries of a folder, are on the disk."""
    if path.is_dir() and sys.platform == "win32":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(kept: Path) -> None:
    """Drop the starter databases of other releases, unless in use, and what killed builds left."""
    for other in kept.parent.glob("starter-*.sqlite"):
        if other != kept:
            with contextlib.suppress(OSError):
                other.unlink()
                log.info("removed %s", other)
    for workplace in kept.parent.glob("building-*"):
        with contextlib.suppress(OSError):
            if time.time() - workplace.stat().st_mtime > _SECONDS_A_DAY:
                shutil.rmtree(workplace)
