"""The lock installs the same files everywhere, and names no host and no path."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[0-9][0-9a-z.]*)( ; [^/\\]+)? \\$")
COMMENT = re.compile(r"^    # +[a-z0-9 ().,_\[\]-]*(pyproject\.toml\))?$")


@pytest.fixture(scope="module")
def lock_lines(project: Path) -> list[str]:
    return (project / "requirements.lock").read_text(encoding="utf-8").splitlines()


def pinned_versions(lock_lines: list[str], name: str) -> set[str]:
    pins = [match for line in lock_lines if (match := PIN.match(line))]
    return {pin["version"] for pin in pins if pin["name"] == name}


def files_of_the_project(project: Path) -> list[str]:
    """What is tracked or about to be; without git, what lies in the project folder."""
    if shutil.which("git") and (project / ".git").exists():
        listing = subprocess.run(
            ["git", "-c", f"safe.directory={project}", "ls-files", "-co", "--exclude-standard"],
            cwd=project,
            capture_output=True,
            text=True,
            check=True,
        )
        return listing.stdout.splitlines()
    return [path.name for path in project.iterdir()]


def test_every_line_is_a_pin_a_hash_or_a_comment(lock_lines: list[str]) -> None:
    odd = [
        line
        for line in lock_lines
        if not (PIN.match(line) or HASH.match(line) or COMMENT.match(line))
    ]
    assert odd == []
    assert len(lock_lines) > 100


def test_every_pin_has_a_hash(lock_lines: list[str]) -> None:
    unhashed = [
        line
        for line, following in zip(lock_lines, [*lock_lines[1:], ""], strict=True)
        if PIN.match(line) and not HASH.match(following)
    ]
    assert unhashed == []


def test_no_host_and_no_path(lock_lines: list[str]) -> None:
    assert [line for line in lock_lines if "http" in line or "://" in line or "/" in line] == []
    assert [line for line in lock_lines if line.lstrip().startswith(("--index", "--extra"))] == []
    assert [line for line in lock_lines if "find-links" in line or "-e " in line] == []


def test_every_dependency_is_locked(project: Path, lock_lines: list[str]) -> None:
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = settings["project"]["dependencies"]
    wanted += settings["project"]["optional-dependencies"]["dev"]
    names = [re.split(r"[<>=!~;\[ ]", requirement)[0].lower() for requirement in wanted]
    assert [name for name in names if not pinned_versions(lock_lines, name)] == []


@pytest.mark.parametrize("name", ["pyside6-essentials", "shiboken6"])
def test_qt_is_older_than_the_release_that_loses_references(
    lock_lines: list[str], name: str
) -> None:
    versions = pinned_versions(lock_lines, name)
    assert versions
    assert all(tuple(map(int, version.split("."))) < (6, 12) for version in versions)


def test_no_lock_that_records_hosts_is_tracked(project: Path) -> None:
    names = [Path(name).name for name in files_of_the_project(project)]
    assert names
    assert [name for name in names if name == "uv.lock" or name.startswith("pylock")] == []
