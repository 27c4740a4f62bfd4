from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtTest import QSignalSpy

from ui.document import AgreementDocument
from workbench.errors import DefinitionError
from workbench.model.agreement import Agreement, Option
from workbench.model.economies import Partner

SHIPPED = Path(__file__).parents[2] / "agreements" / "definitions"


@pytest.fixture
def document(qapp):
    return AgreementDocument()


def _rename(title):
    return lambda agreement: replace(agreement, title=title)


def test_an_edit_can_be_undone_and_redone(document):
    document.edit("Add partner", lambda a: a.with_partner(Partner("JPN")))
    assert document.agreement.economies == ("JPN",)
    assert document.dirty
    document.undo_stack.undo()
    assert document.agreement.economies == ()
    assert not document.dirty
    document.undo_stack.redo()
    assert document.agreement.economies == ("JPN",)


def test_an_edit_that_changes_nothing_is_no_step(document):
    document.edit("Nothing", lambda a: replace(a, title=a.title))
    assert document.undo_stack.count() == 0


def test_typing_is_one_step_and_other_edits_are_not(document):
    for title in ("C", "Cl", "Club"):
        document.edit("Rename", _rename(title), merge_key="title")
    assert document.undo_stack.count() == 1
    document.edit("Notes", lambda a: replace(a, notes="x"), merge_key="notes")
    document.edit("Rename", _rename("Clubs"), merge_key="title")
    assert document.undo_stack.count() == 3
    document.undo_stack.undo()
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.agreement == Agreement(title=document.agreement.title)


def test_changed_is_told_for_edits_undo_and_opening(document):
    spy = QSignalSpy(document.changed)
    document.edit("Rename", _rename("Club"))
    document.undo_stack.undo()
    document.open(SHIPPED / "supply-chain-playbook.yaml")
    assert spy.count() == 3


def test_open_edit_save_open_again(document, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_bytes((SHIPPED / "supply-chain-playbook.yaml").read_bytes())
    document.open(file)
    document.edit("Rename", _rename("Mine"))
    document.save()
    assert not document.dirty
    other = AgreementDocument()
    other.open(file)
    assert other.agreement == document.agreement


def test_a_broken_file_leaves_the_document_alone(document, tmp_path):
    document.edit("Rename", _rename("Mine"))
    broken = tmp_path / "broken.yaml"
    broken.write_text("titel: x\n")
    with pytest.raises(DefinitionError, match=r"broken\.yaml:1"):
        document.open(broken)
    assert document.agreement.title == "Mine"
    assert document.dirty


def test_a_file_changed_by_someone_else_is_not_overwritten(document, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_bytes((SHIPPED / "supply-chain-playbook.yaml").read_bytes())
    document.open(file)
    document.edit("Rename", _rename("Mine"))
    theirs = file.read_text().replace("playbook", "theirs")
    file.write_text(theirs)
    with pytest.raises(DefinitionError):
        document.save()
    assert file.read_text() == theirs
    assert document.dirty


def test_a_new_document_has_no_path_and_is_clean(document):
    document.start_from(Agreement(title="New"))
    assert document.path is None
    assert not document.dirty


def test_an_edit_made_in_an_option_goes_into_the_option(document):
    document.start_from(replace(Agreement("Club"), options=(Option("B"),)))
    document.choose_option("B")
    document.edit("Add partner", lambda a: a.with_partner(Partner("JPN")))
    assert document.agreement.economies == ("JPN",)
    assert document.base.economies == ()
    assert [section for section, _ in document.base.option("B").changes] == ["partners"]
    document.choose_option(None)
    assert document.agreement == document.base
    document.edit("Rename", _rename("Clubs"))
    document.choose_option("B")
    assert document.agreement.title == "Clubs"


def test_undo_shows_the_option_it_changes(document):
    document.start_from(replace(Agreement("Club"), options=(Option("B"),)))
    document.choose_option("B")
    document.edit("Add partner", lambda a: a.with_partner(Partner("JPN")))
    document.choose_option(None)
    told = QSignalSpy(document.option_changed)
    document.undo_stack.undo()
    assert document.option == "B"
    assert told.count() == 1
    assert document.base == replace(Agreement("Club"), options=(Option("B"),))


def test_choosing_an_option_is_no_edit(document):
    document.start_from(replace(Agreement("Club"), options=(Option("B"),)))
    document.choose_option("B")
    assert not document.dirty
    document.choose_option("no such option")
    assert document.option is None


def test_an_option_that_goes_leaves_the_base_text_on_screen(document):
    document.start_from(replace(Agreement("Club"), options=(Option("B"),)))
    document.choose_option("B")
    document.edit_whole("Delete option B", lambda a: replace(a, options=()))
    assert document.option is None
    document.undo_stack.undo()
    assert document.option == "B"


def test_typing_in_two_options_is_two_steps(document):
    document.start_from(replace(Agreement("Club"), options=(Option("B"), Option("C"))))
    for name in ("B", "C"):
        document.choose_option(name)
        document.edit("Notes", lambda a: replace(a, notes="x"), merge_key="notes")
    assert document.undo_stack.count() == 2


def test_saving_writes_the_base_text_and_its_options(document, tmp_path):
    document.start_from(replace(Agreement("Club"), options=(Option("B"),)))
    document.choose_option("B")
    document.edit("Rename", _rename("Strict club"))
    document.save(tmp_path / "club.yaml")
    opened = AgreementDocument()
    opened.open(tmp_path / "club.yaml")
    assert opened.agreement.title == "Club"
    assert opened.base == document.base
