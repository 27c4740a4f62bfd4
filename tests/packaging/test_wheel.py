"""The wheel carries all the program needs: code, agreements, starter tables, resources."""

import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest

PACKAGES = ("workbench", "ui", "agreements")


@pytest.fixture(scope="module")
def wheel(project: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=project,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return zipfile.Path(built)


@pytest.fixture(scope="module")
def names(wheel: zipfile.Path) -> set[PurePosixPath]:
    return {PurePosixPath(name) for name in wheel.root.namelist()}


def files_below(project: Path, folder: str) -> set[PurePosixPath]:
    return {
        PurePosixPath(path.relative_to(project).as_posix())
        for path in (project / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


@pytest.mark.parametrize(
    "folder", [*PACKAGES, "workbench/tradedata/starter", "workbench/tradedata/migrations"]
)
def test_every_file_of_the_program_is_inside(
    project: Path, names: set[PurePosixPath], folder: str
) -> None:
    expected = files_below(project, folder)
    assert expected
    assert expected - names == set()


@pytest.mark.parametrize(
    ("folder", "suffix"),
    [
        ("agreements/definitions", ".yaml"),
        ("workbench/tradedata/starter", ".md"),
        ("ui/resources", ".svg"),
    ],
)
def test_data_and_resources_are_inside(names: set[PurePosixPath], folder: str, suffix: str) -> None:
    inside = [name for name in names if name.is_relative_to(folder) and name.suffix == suffix]
    assert inside


def test_nothing_else_is_inside(names: set[PurePosixPath]) -> None:
    tops = {name.parts[0] for name in names}
    assert tops - set(PACKAGES) == {top for top in tops if top.endswith(".dist-info")}
    assert [name for name in names if name.suffix in {".pyc", ".sqlite", ".db"}] == []


def test_the_command_and_the_licence_are_declared(wheel: zipfile.Path) -> None:
    (information,) = [part for part in wheel.iterdir() if part.name.endswith(".dist-info")]
    entry_points = (information / "entry_points.txt").read_text(encoding="utf-8")
    assert "pactwright = ui.__main__:main" in entry_points
    metadata = (information / "METADATA").read_text(encoding="utf-8")
    assert "License-Expression: Apache-2.0" in metadata
    licence = (information / "licenses" / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence
