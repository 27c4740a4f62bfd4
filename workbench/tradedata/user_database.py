"""The user's own trade database: the starter database and what the user has imported."""

from pathlib import Path

from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata.starter.location import data_folder, ensure_starter


def user_path() -> Path:
    """Where the user's database lies, once something has been imported."""
    return data_folder() / "trade.sqlite"


def default_path(progress: Progress = NO_PROGRESS) -> Path:
    """The database to read where none is named: the user's, else the starter database.

    Raises:
        TradeDataError: the starter database has to be built and cannot be.
        Cancelled: asked to stop while it was built.
    """
    own = user_path()
    return own if own.is_file() else ensure_starter(progress)


def is_starter(path: Path) -> bool:
    """Whether a file is a starter database, which nothing is imported into."""
    return path.parent.resolve() == data_folder().resolve() and path.name.startswith("starter-")
