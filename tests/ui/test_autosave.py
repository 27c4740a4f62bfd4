import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ui.autosave import Autosave, leftovers, remove
from ui.document import AgreementDocument

ROOT = Path(__file__).parents[2]
PLAYBOOK = ROOT / "agreements" / "definitions" / "supply-chain-playbook.yaml"


@pytest.fixture
def document(qapp, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_bytes(PLAYBOOK.read_bytes())
    document = AgreementDocument()
    document.open(file)
    return document


def _rename(document, title):
    document.edit("Rename", lambda a: replace(a, title=title))


def test_a_copy_is_written_when_editing_pauses_and_goes_when_saved(qtbot, document, tmp_path):
    autosave = Autosave(document, tmp_path / "recovery", 0)
    _rename(document, "Changed")
    qtbot.waitUntil(autosave.copy.exists)
    assert "Changed" in autosave.copy.read_text()
    document.save()
    assert not autosave.copy.exists()
    autosave.close()


def test_undo_back_to_the_saved_text_removes_the_copy(qtbot, document, tmp_path):
    autosave = Autosave(document, tmp_path / "recovery", 0)
    _rename(document, "Changed")
    qtbot.waitUntil(autosave.copy.exists)
    document.undo_stack.undo()
    assert not autosave.copy.exists()
    autosave.close()


def test_a_copy_of_a_running_program_is_not_offered(document, tmp_path):
    autosave = Autosave(document, tmp_path / "recovery", 60)
    _rename(document, "Changed")
    autosave.write()
    assert autosave.copy.exists()
    assert leftovers(tmp_path / "recovery") == []
    autosave.close()
    assert not autosave.copy.exists()


def test_what_a_killed_program_left_is_offered_and_can_be_removed(tmp_path):
    folder, file = tmp_path / "recovery", tmp_path / "mine.yaml"
    file.write_bytes(PLAYBOOK.read_bytes())
    code = f"""
import sys, time
from dataclasses import replace
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from ui.autosave import Autosave
from ui.document import AgreementDocument
app = QCoreApplication([])
document = AgreementDocument()
document.open(Path({str(file)!r}))
autosave = Autosave(document, Path({str(folder)!r}), 60)
document.edit("Rename", lambda a: replace(a, title="Not saved yet"))
autosave.write()
print("written", flush=True)
time.sleep(60)
"""
    run = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with run:
        assert run.stdout.readline() == "written\n"
        assert leftovers(folder) == []
        run.send_signal(signal.SIGKILL)
        run.wait()
    (found,) = leftovers(folder)
    assert found.agreement.title == "Not saved yet"
    assert found.path == file
    remove(found.copy)
    assert leftovers(folder) == []


def test_an_unreadable_copy_is_left_alone(tmp_path):
    (tmp_path / "x.yaml").write_text("title: [")
    assert leftovers(tmp_path) == []
    assert (tmp_path / "x.yaml").exists()
