"""Files come whole or not at all, and what stands in their way is one sentence."""

import errno
import os
from pathlib import Path

import pytest

from workbench.errors import DefinitionError
from workbench.termsheet.export import write_whole


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.EACCES, "close the file where it is open, or choose another folder"),
        (errno.EBUSY, "close the file where it is open, or choose another folder"),
        (errno.ENOSPC, "free some space"),
        (errno.EROFS, "choose another folder"),
    ],
)
def test_a_file_that_cannot_be_replaced_stays(
    number: int, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sheet.docx"
    path.write_bytes(b"of yesterday")

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(DefinitionError) as error:
        write_whole(path, b"of today")
    assert str(error.value) == f"{path}: not written ({os.strerror(number)}); {advice}."
    assert path.read_bytes() == b"of yesterday"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_of_that_name_stays(tmp_path: Path) -> None:
    path = tmp_path / "sheet.pdf"
    path.mkdir()
    with pytest.raises(DefinitionError, match="not written"):
        write_whole(path, b"x")
    assert list(tmp_path.iterdir()) == [path]
    assert path.is_dir()


def test_a_folder_without_permission_gets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, data: bytes) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(DefinitionError, match="or choose another folder"):
        write_whole(tmp_path / "sheet.md", b"x")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="choose another folder"):
        write_whole(tmp_path / "gone" / "sheet.md", b"x")
