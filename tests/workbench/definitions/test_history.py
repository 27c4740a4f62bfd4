"""Earlier saved states of a file: kept once, in order, and safe against a kill."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from workbench.definitions import history as module
from workbench.definitions.history import History
from workbench.definitions.writer import write_text
from workbench.errors import DefinitionError
from workbench.model.agreement import Agreement

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def kept(tmp_path: Path) -> History:
    return History(tmp_path / "history", tmp_path / "club.yaml")


def _text(title: str) -> str:
    return write_text(Agreement(title))


def _log(tmp_path: Path) -> Path:
    (log,) = (tmp_path / "history").glob("*/log.jsonl")
    return log


def test_states_come_newest_first_with_their_notes(kept: History) -> None:
    assert kept.states() == ()
    for number in range(3):
        kept.add(_text(f"Round {number}"), f"after round {number}", START + timedelta(days=number))
    states = kept.states()
    assert [state.note for state in states] == [f"after round {n}" for n in (2, 1, 0)]
    assert states[0].saved_at == START + timedelta(days=2)
    assert kept.read(states[2]) == Agreement("Round 0")


def test_an_equal_state_is_kept_once(kept: History, tmp_path: Path) -> None:
    for title in ("A", "A", "B", "A"):
        kept.add(_text(title))
    assert len(kept.states()) == 3
    assert len(list((tmp_path / "history").glob("*/*.yaml"))) == 2
    kept.add(_text("A"), "agreed in Lima")
    assert kept.states()[0].note == "agreed in Lima"


def test_files_have_histories_of_their_own(tmp_path: Path, kept: History) -> None:
    kept.add(_text("A"))
    assert History(tmp_path / "history", tmp_path / "other.yaml").states() == ()
    link = tmp_path / "link.yaml"
    (tmp_path / "club.yaml").write_text(_text("A"))
    link.symlink_to(tmp_path / "club.yaml")
    assert len(History(tmp_path / "history", link).states()) == 1


def test_the_oldest_go_once_there_are_too_many(
    kept: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_STATES", 5)
    for number in range(12):
        kept.add(_text(f"Round {number}"))
    states = kept.states()
    assert [kept.read(state).title for state in states] == [f"Round {n}" for n in range(11, 6, -1)]
    assert len(list((tmp_path / "history").glob("*/*.yaml"))) == 5


def test_a_line_cut_short_is_passed_over(kept: History, tmp_path: Path) -> None:
    kept.add(_text("A"))
    with _log(tmp_path).open("a", encoding="utf-8") as log:
        log.write('{"at": "2026-01-')
    assert [kept.read(state).title for state in kept.states()] == ["A"]
    kept.add(_text("B"))
    assert [kept.read(state).title for state in kept.states()] == ["B", "A"]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "7",
        '{"at": "yesterday", "note": "", "sha256": "x"}',
        '{"at": "2026-01-01", "note": "", "sha256": "../../../../etc/passwd"}',
        json.dumps({"at": "2026-01-01", "note": "", "sha256": "/" * 64}),
        json.dumps({"at": "2026-01-01", "note": 5, "sha256": "a" * 64}),
    ],
)
def test_damaged_lines_are_passed_over(kept: History, tmp_path: Path, line: str) -> None:
    kept.add(_text("A"))
    log = _log(tmp_path)
    log.write_text(f"{line}\n{log.read_text()}{line}\n", encoding="utf-8")
    assert len(kept.states()) == 1


def test_a_damaged_text_is_said_so(kept: History, tmp_path: Path) -> None:
    kept.add(_text("A"))
    (state,) = kept.states()
    (text,) = (tmp_path / "history").glob("*/*.yaml")
    text.write_text("format: 1\ntitle: B\n")
    with pytest.raises(DefinitionError, match=r"damaged on the disk; choose another one"):
        kept.text(state)
    text.unlink()
    assert kept.states() == ()
    with pytest.raises(DefinitionError, match="no longer there"):
        kept.text(state)


def test_a_kill_at_any_moment_leaves_a_history_that_reads(tmp_path: Path) -> None:
    code = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from workbench.definitions import history
        history.MOST_STATES = 6
        kept = history.History(Path(sys.argv[1]), Path(sys.argv[2]))
        number = 0
        while True:
            kept.add(f"format: 1\\ntitle: Round {number}\\n")
            print(number, flush=True)
            number += 1
        """
    )
    folder, file = tmp_path / "history", tmp_path / "club.yaml"
    for wait in (1, 7, 13):
        run = subprocess.Popen(
            [sys.executable, "-c", code, str(folder), str(file)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert run.stdout is not None
        said = [run.stdout.readline() for _ in range(wait)]
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        run.stdout.close()
        kept = History(folder, file)
        titles = [kept.read(state).title for state in kept.states()]
        assert titles
        assert int(titles[0].removeprefix("Round ")) >= int(said[-1])
