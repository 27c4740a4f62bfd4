"""The project folder, and a Qt that needs no screen."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def project() -> Path:
    return Path(__file__).resolve().parents[2]
