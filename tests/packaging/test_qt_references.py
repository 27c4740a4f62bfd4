"""PySide6 6.12.0 loses a reference to None, True or False at each call on Python 3.11.

The program then aborts after some thousand calls, far from the cause; so an environment with a
release that does so must fail here, at once. From Python 3.12 on these objects are immortal and
their counts say nothing, which the comparison bears.
"""

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 2_000
SLACK = 50  # what the test machinery itself takes and gives back


class Switch(QObject):
    toggled = Signal(bool)


def counts() -> dict[str, int]:
    return {str(value): sys.getrefcount(value) for value in (None, True, False)}


def lost_references(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {
        name: before[name] - after[name] for name in before if before[name] - after[name] > SLACK
    }


def test_calls_that_return_nothing_lose_no_reference(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    before = counts()
    for _ in range(CALLS):
        label.setText("x")
    assert lost_references(before, counts()) == {}


def test_signals_with_a_bool_lose_no_reference(qtbot: QtBot) -> None:
    switch = Switch()
    received: list[int] = []
    switch.toggled.connect(lambda on: received.append(int(on)))
    before = counts()
    for number in range(CALLS):
        switch.toggled.emit(number % 2 == 0)
    assert lost_references(before, counts()) == {}
    assert sum(received) == CALLS // 2
