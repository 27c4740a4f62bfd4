"""Shared by all tests: the starter database, built once, away from the user's own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

SHIPPED = Path(__file__).parents[1] / "agreements" / "definitions"


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of its own for databases, in this process and those it starts."""
    folder = tmp_path_factory.mktemp("data")
    before = os.environ.get("PACTWRIGHT_DATA")
    os.environ["PACTWRIGHT_DATA"] = str(folder)
    yield folder
    if before is None:
        del os.environ["PACTWRIGHT_DATA"]
    else:
        os.environ["PACTWRIGHT_DATA"] = before


@pytest.fixture(scope="session")
def starter_file(data_folder: Path) -> Path:
    """The starter database, built at its first use."""
    from workbench.tradedata.starter.location import ensure_starter

    return ensure_starter()
