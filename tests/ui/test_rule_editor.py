"""The rule editor and the small inputs it is built from, used as a user does."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QPushButton, QSlider, QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.choice_box import ChoiceBox
from ui.widgets.criterion_fields import TYPES
from ui.widgets.decimal_spin import DecimalSpin, share_spin
from ui.widgets.economy_list_edit import EconomyListEdit, parse_economies
from ui.widgets.form_grid import ProblemLabel
from ui.widgets.line_field import LineField
from ui.widgets.rule_editor import RuleEditor
from ui.widgets.threshold_edit import ThresholdEdit
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyOf,
    EconomyCap,
    InputsOriginate,
    LabourValueContent,
    MaxNonOriginating,
    RegionalValueContent,
    RemainderCap,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)

HALF = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5)
SHIFT = TariffShift(ShiftFrom.HEADING)
TREE = AllOf((HALF, AnyOf((SHIFT, WhollyObtained()))))
W = TypeVar("W", bound=QWidget)
Told = list[tuple[Rule, str, str]]


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
def editor(qtbot: QtBot, told: Told) -> RuleEditor:
    made = RuleEditor("rule")
    qtbot.addWidget(made)
    made.rule_changed.connect(lambda rule, words, key: told.append((rule, words, key)))
    made.set_rule(HALF)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def get(parent: QWidget, kind: type[W], name: str) -> W:
    found = [w for w in parent.findChildren(kind, name) if w.isVisibleTo(parent)]
    assert len(found) == 1, f"{len(found)} widgets called {name}"
    return found[0]


def choose(qtbot: QtBot, box: QComboBox, key: str) -> None:
    """Pick an entry with the arrow keys, as a user does: they go to whatever has the focus."""
    box.setFocus()
    target, step = box.findData(key), Qt.Key.Key_Down
    if target < box.currentIndex():
        step = Qt.Key.Key_Up
    for _ in range(abs(target - box.currentIndex())):
        focused = box.window().focusWidget()
        assert focused is not None
        assert focused.objectName() == box.objectName() or focused.isVisible()
        qtbot.keyClick(focused, step)


def pick(editor: RuleEditor, button: str, words: str) -> None:
    """Choose from the menu of a button."""
    menu = get(editor, QWidget, button).menu()  # type: ignore[attr-defined]
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == words).trigger()


def type_codes(qtbot: QtBot, parent: QWidget, name: str, text: str) -> None:
    field = get(parent, QLineEdit, f"{name}Field")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_dragging_the_slider_tells_each_step_under_one_key(
    qtbot: QtBot, editor: RuleEditor, told: Told
) -> None:
    slider = get(editor, QSlider, "rule_at_leastSlider")
    slider.setSliderDown(True)
    for place in (110, 120, 130):
        slider.setSliderPosition(place)
    slider.setSliderDown(False)
    assert [rule.at_least for rule, _, _ in told] == [0.55, 0.6, 0.65]
    assert len({key for _, _, key in told}) == 1
    assert told[0][2]
    slider.setSliderDown(True)
    slider.setSliderPosition(140)
    slider.setSliderDown(False)
    assert told[-1][2] != told[0][2]
    assert get(editor, DecimalSpin, "rule_at_leastSpin").number() == 0.7


def test_typing_a_threshold(qtbot: QtBot, editor: RuleEditor, told: Told) -> None:
    spin = get(editor, DecimalSpin, "rule_at_leastSpin")
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, "62.5")
    assert not told
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    assert told[0][0] == RegionalValueContent(RvcMethod.BUILD_DOWN, 0.625)
    assert get(editor, QSlider, "rule_at_leastSlider").value() == 125
    assert spin.hasFocus()


@pytest.mark.parametrize("kind", [kind.key for kind in TYPES])
def test_every_type_can_be_chosen(qtbot: QtBot, editor: RuleEditor, kind: str) -> None:
    editor.set_rule(AllOf((HALF, SHIFT)))
    place = 0 if kind != "RegionalValueContent" else 1
    choose(qtbot, get(editor, ChoiceBox, f"rule_{place}_type"), kind)
    chooser = get(editor, ChoiceBox, f"rule_{place}_type")
    assert chooser.key() == kind
    assert chooser.hasFocus()
    for field in editor.findChildren(QWidget):
        if isinstance(field, QAbstractSpinBox | QComboBox | QSlider | QLineEdit):
            assert field.accessibleName() or isinstance(field.parent(), QAbstractSpinBox)


def finish_inputs(qtbot: QtBot, editor: RuleEditor) -> None:
    type_codes(qtbot, editor, "rule_inputs", "5204-5212, 60")


def finish_cap(qtbot: QtBot, editor: RuleEditor) -> None:
    type_codes(qtbot, editor, "rule_economies", "china, RUS")


def finish_process(qtbot: QtBot, editor: RuleEditor) -> None:
    qtbot.keyClicks(get(editor, LineField, "rule_name"), "smelted")


def finish_basis(qtbot: QtBot, editor: RuleEditor) -> None:
    field = get(editor, QLineEdit, "rule_basisField")
    field.selectAll()
    qtbot.keyClicks(field, "fob")


def finish_wage(qtbot: QtBot, editor: RuleEditor) -> None:
    spin = get(editor, DecimalSpin, "rule_wage")
    spin.selectAll()
    qtbot.keyClicks(spin, "16")
    qtbot.keyClick(spin, Qt.Key.Key_Return)


INPUTS = (HSRange.parse("5204-5212"), HSRange.parse("60"))


@pytest.mark.parametrize(
    ("kind", "finish", "rule"),
    [
        ("InputsOriginate", finish_inputs, InputsOriginate(INPUTS)),
        ("EconomyCap", finish_cap, EconomyCap(("CHN", "RUS"), 0.2)),
        ("RemainderCap", finish_cap, RemainderCap(0.5, ("CHN", "RUS"), 0.2)),
        ("SpecificProcess", finish_process, SpecificProcess("smelted")),
        ("MaxNonOriginating", finish_basis, MaxNonOriginating(0.5, "fob")),
        ("LabourValueContent", finish_wage, LabourValueContent(0.4, 16.0)),
    ],
)
def test_types_are_filled_in(
    qtbot: QtBot,
    editor: RuleEditor,
    told: Told,
    kind: str,
    finish: Callable[[QtBot, RuleEditor], None],
    rule: Rule,
) -> None:
    choose(qtbot, get(editor, ChoiceBox, "rule_type"), kind)
    finish(qtbot, editor)
    assert told[-1][0] == rule
    assert editor.rule() == rule
    assert not editor.unfinished


def test_an_unfinished_criterion_waits(qtbot: QtBot, editor: RuleEditor, told: Told) -> None:
    pick(editor, "rule_add", "Listed inputs originate")
    assert not told
    assert editor.unfinished
    assert "codes" in get(editor, ProblemLabel, "rule_1_problem").text()
    assert get(editor, ProblemLabel, "ruleProblem").isVisible()
    editor.set_rule(HALF)
    assert editor.unfinished, "the rule it was last told of leaves the draft alone"
    type_codes(qtbot, editor, "rule_1_inputs", "2846")
    assert told[-1][0] == AllOf((HALF, InputsOriginate((HSRange.parse("2846"),))))
    assert get(editor, QWidget, "rule_1_type").isVisible()
    assert editor.findChild(ProblemLabel, "ruleProblem").isHidden()
    editor.set_rule(SHIFT)
    assert editor.rule() == SHIFT
    assert get(editor, ChoiceBox, "rule_type").key() == "TariffShift"


def test_shift_fields(qtbot: QtBot, editor: RuleEditor, told: Told) -> None:
    editor.set_rule(SHIFT)
    choose(qtbot, get(editor, ChoiceBox, "rule_level"), "chapter")
    type_codes(qtbot, editor, "rule_exceptions", "8507")
    qtbot.mouseClick(get(editor, QWidget, "rule_outside_group"), Qt.MouseButton.LeftButton)
    spin = get(editor, DecimalSpin, "rule_de_minimis")
    assert spin.text() == "as agreed"
    spin.setFocus()
    qtbot.keyClick(spin, Qt.Key.Key_Up)
    qtbot.keyClick(spin, Qt.Key.Key_Up)
    exceptions = (HSRange.parse("8507"),)
    assert told[-1][0] == TariffShift(ShiftFrom.CHAPTER, exceptions, True, 0.01)
    spin.selectAll()
    qtbot.keyClick(spin, Qt.Key.Key_Delete)
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    assert told[-1][0] == TariffShift(ShiftFrom.CHAPTER, exceptions, True, None)


def test_methods_bring_their_own_inputs(qtbot: QtBot, editor: RuleEditor, told: Told) -> None:
    method = get(editor, ChoiceBox, "rule_method")
    choose(qtbot, method, "build-up")
    method = get(editor, ChoiceBox, "rule_method")
    assert method.hasFocus(), "the cursor stays where it was"
    spin = get(editor, DecimalSpin, "rule_materials_share")
    spin.selectAll()
    qtbot.keyClicks(spin, "45")
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    assert told[-1][0] == RegionalValueContent(RvcMethod.BUILD_UP, 0.5, materials_share=0.45)
    choose(qtbot, get(editor, ChoiceBox, "rule_method"), "focused")
    assert editor.unfinished
    type_codes(qtbot, editor, "rule_inputs", "8507")
    assert told[-1][0].method is RvcMethod.FOCUSED  # type: ignore[union-attr]


def test_the_outline_is_rearranged(qtbot: QtBot, editor: RuleEditor, told: Told) -> None:
    editor.set_rule(TREE)
    pick(editor, "rule_0_more", "Move down")
    assert told[-1][0] == AllOf((AnyOf((SHIFT, WhollyObtained())), HALF))
    pick(editor, "rule_0_more", "Ungroup")
    assert told[-1][0] == AllOf((SHIFT, WhollyObtained(), HALF))
    pick(editor, "rule_1_more", "Group with the next")
    assert told[-1][0] == AllOf((SHIFT, AnyOf((WhollyObtained(), HALF))))
    pick(editor, "rule_1_0_more", "Remove")
    assert told[-1][0] == AllOf((SHIFT, AnyOf((HALF,))))
    choose(qtbot, get(editor, ChoiceBox, "rule_kind"), "AnyOf")
    assert told[-1][0] == AnyOf((SHIFT, AnyOf((HALF,))))
    assert get(editor, ChoiceBox, "rule_kind").hasFocus()
    pick(editor, "rule_1_more", "Move up")
    assert told[-1][0] == AnyOf((AnyOf((HALF,)), SHIFT))
    assert all(key == "" for _, _, key in told)


def test_a_group_is_added_and_filled(qtbot: QtBot, editor: RuleEditor, told: Told) -> None:
    qtbot.mouseClick(get(editor, QPushButton, "rule_addGroup"), Qt.MouseButton.LeftButton)
    assert not told
    assert "empty" in get(editor, ProblemLabel, "rule_1_problem").text()
    pick(editor, "rule_1_add", "Change of classification")
    assert told[-1][0] == AllOf((HALF, AnyOf((SHIFT,))))


def test_other_values_of_the_same_outline_keep_the_cursor(qtbot: QtBot, editor: RuleEditor) -> None:
    editor.set_rule(AllOf((HALF, SpecificProcess("smelted"))))
    field = get(editor, LineField, "rule_1_name")
    field.setFocus()
    editor.set_rule(AllOf((HALF, SpecificProcess("melted and poured"))))
    assert get(editor, LineField, "rule_1_name") is field
    assert field.text() == "melted and poured"
    assert field.hasFocus()


def test_economies_by_code_or_name(qtbot: QtBot) -> None:
    assert parse_economies("chn; Japan, CHN") == ("CHN", "JPN")
    with pytest.raises(ValueError, match="Atlantis"):
        parse_economies("CHN, Atlantis")
    edit = EconomyListEdit("Economies", "economies")
    qtbot.addWidget(edit)
    edit.show()
    field = edit.findChild(QLineEdit)
    qtbot.keyClicks(field, "Atlantis")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "Atlantis" in edit.problem()
    assert edit.economies() == ()
    field.clear()
    with qtbot.waitSignal(edit.economies_changed) as signal:
        qtbot.keyClicks(field, "china")
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert signal.args == [("CHN",)]
    assert field.text() == "CHN"


def test_an_open_share_is_none(qtbot: QtBot) -> None:
    spin = share_spin("Share", "share", "not known")
    qtbot.addWidget(spin)
    assert spin.number() is None
    spin.show_number(0.125)
    assert (spin.number(), spin.text()) == (0.125, "12.5 %")
    spin.show_number(0.0)
    spin.stepBy(-1)
    assert spin.number() is None
    spin.stepBy(1)
    assert spin.number() == 0.0


def test_showing_a_share_tells_nothing(qtbot: QtBot) -> None:
    edit = ThresholdEdit("At least", "least")
    qtbot.addWidget(edit)
    with qtbot.assertNotEmitted(edit.share_changed):
        edit.show_share(0.333)
    assert edit.share() == pytest.approx(0.333)
