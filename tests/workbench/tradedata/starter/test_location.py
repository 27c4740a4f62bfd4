import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.errors import Cancelled, TradeDataError
from workbench.progress import Progress
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.starter import build as build_module
from workbench.tradedata.starter.location import data_folder, ensure_starter, starter_path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "data folder"
    monkeypatch.setenv("PACTWRIGHT_DATA", str(place))
    return place


def test_the_first_start_builds_and_the_second_finds(folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    start = time.perf_counter()
    path = ensure_starter(Progress(lambda done, total, _: seen.append((done, total))))
    seconds = time.perf_counter() - start
    assert seconds < 10  # 5 s on an idle machine
    assert path == starter_path()
    assert path.parent == folder
    assert [entry.name for entry in folder.iterdir()] == [path.name]
    assert seen[-1][0] == seen[-1][1] > 0
    made = path.stat().st_mtime_ns
    assert ensure_starter() == path
    assert path.stat().st_mtime_ns == made
    with TradeDatabase(path) as database:
        assert database.vintage()


def test_a_stopped_build_leaves_nothing(folder: Path) -> None:
    with pytest.raises(Cancelled):
        ensure_starter(Progress(stopped=lambda: True))
    assert list(folder.iterdir()) == []


def test_a_failed_build_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(build_module, "migrate", fail)
    with pytest.raises(TradeDataError, match="free some disk space"):
        ensure_starter()
    assert list(folder.iterdir()) == []


def test_other_tables_are_another_file(tiny_tables: Callable[[], Path]) -> None:
    assert starter_path(tiny_tables()) != starter_path()


def test_an_older_release_is_removed_when_the_new_one_is_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()
    old = folder / "starter-0000.sqlite"
    old.write_bytes(b"old")
    own = folder / "user.sqlite"
    own.write_bytes(b"the user's")
    monkeypatch.setattr(build_module, "build", lambda path, *_: path.write_bytes(b"new"))
    path = ensure_starter()
    assert path.read_bytes() == b"new"
    assert not old.exists()
    assert own.exists()


def test_what_a_killed_build_left_is_swept_a_day_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("building-old", "building-now"):
        (folder / name).mkdir(parents=True)
    a_while_ago = time.time() - 90_000
    os.utime(folder / "building-old", (a_while_ago, a_while_ago))
    monkeypatch.setattr(build_module, "build", lambda path, *_: path.write_bytes(b"new"))
    path = ensure_starter()
    assert sorted(entry.name for entry in folder.iterdir()) == ["building-now", path.name]


def test_the_second_of_two_keeps_the_first_ones_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        starter_path().write_bytes(b"first")
        raise PermissionError("in use")

    monkeypatch.setattr(build_module, "build", lambda path, *_: path.write_bytes(b"second"))
    monkeypatch.setattr(Path, "replace", refuse)
    assert ensure_starter().read_bytes() == b"first"


def test_a_folder_that_cannot_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("PACTWRIGHT_DATA", str(blocked / "below"))
    with pytest.raises(TradeDataError, match="PACTWRIGHT_DATA"):
        ensure_starter()


def test_two_processes_at_once_end_with_one_whole_file(folder: Path) -> None:
    code = (
        "from workbench.tradedata.starter.location import ensure_starter; print(ensure_starter())"
    )
    builders = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = {builder.communicate(timeout=120)[0].strip() for builder in builders}
    assert [builder.returncode for builder in builders] == [0, 0]
    assert answers == {str(starter_path())}
    assert [entry.name for entry in folder.iterdir()] == [starter_path().name]
    with TradeDatabase(starter_path()) as database:
        assert database.rows("SELECT count(*) FROM trade_flows") == [(44_890,)]


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {"XDG_DATA_HOME": "/x"}, Path("/x/pactwright")),
        ("linux", {}, Path("/home/me/.local/share/pactwright")),
        ("darwin", {}, Path("/home/me/Library/Application Support/Pactwright")),
        ("win32", {"LOCALAPPDATA": "/local"}, Path("/local/Pactwright")),
        ("win32", {}, Path("/home/me/AppData/Local/Pactwright")),
    ],
)
def test_each_platform_has_its_folder(
    monkeypatch: pytest.MonkeyPatch, platform: str, variables: dict[str, str], expected: Path
) -> None:
    for name in ("PACTWRIGHT_DATA", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/me"))
    assert data_folder() == expected


def test_finding_the_file_loads_neither_sqlalchemy_nor_pandas() -> None:
    code = (
        "import sys; from workbench.tradedata.starter.location import starter_path; starter_path();"
        "heavy = {'sqlalchemy', 'alembic', 'pandas', 'numpy'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "[]"
