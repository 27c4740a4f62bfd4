import sys
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from ui.tasks import Task, TaskRunner
from workbench.errors import TradeDataError
from workbench.progress import Progress


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.shutdown()


class Gate:
    """Work that waits until it is let through, looking at its progress meanwhile."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.began = threading.Event()

    def __call__(self, progress: Progress) -> str:
        self.began.set()
        while not self.open.wait(0.002):
            progress.step(0, 2, "waiting")
        return "through"


def test_result_arrives_on_the_gui_thread(runner: TaskRunner, qtbot: QtBot) -> None:
    threads: list[int] = []
    results: list[object] = []

    def work(progress: Progress) -> int:
        threads.append(threading.get_ident())
        return 42

    def show(result: object) -> None:
        threads.append(threading.get_ident())
        results.append(result)

    task = runner.start("Answer", work)
    task.succeeded.connect(show)
    assert [each.title for each in runner.running] == ["Answer"]
    with qtbot.waitSignal(runner.ended, timeout=2000):
        pass
    assert results == [42]
    assert threads[0] != threads[1] == threading.get_ident()
    assert runner.running == ()


def test_the_window_gets_the_interpreter_back_within_a_millisecond(runner: TaskRunner) -> None:
    assert sys.getswitchinterval() < 0.001


def test_failure_carries_the_exception(runner: TaskRunner, qtbot: QtBot) -> None:
    def work(progress: Progress) -> None:
        raise TradeDataError("no such year")

    task = runner.start("Fails", work)
    with qtbot.waitSignal(task.failed, timeout=2000) as caught:
        pass
    (error,) = caught.args
    assert isinstance(error, TradeDataError)
    assert str(error) == "no such year"


def test_even_system_exit_does_not_escape(runner: TaskRunner, qtbot: QtBot) -> None:
    def work(progress: Progress) -> None:
        raise SystemExit(3)

    task = runner.start("Leaves", work)
    with qtbot.waitSignal(task.failed, timeout=2000) as caught:
        pass
    assert isinstance(caught.args[0], SystemExit)


def test_progress_is_told_and_its_last_step_never_lost(runner: TaskRunner, qtbot: QtBot) -> None:
    steps: list[tuple[int, int, str]] = []

    def work(progress: Progress) -> None:
        for done in range(1001):
            progress.step(done, 1000, f"row {done}")

    task = runner.start("Counts", work)
    task.progressed.connect(lambda *step: steps.append(step))
    with qtbot.waitSignal(task.succeeded, timeout=2000):
        pass
    assert steps[-1] == (1000, 1000, "row 1000")
    assert len(steps) < 200


def test_cancel_stops_work_under_way(runner: TaskRunner, qtbot: QtBot) -> None:
    gate = Gate()
    task = runner.start("Waits", gate)
    assert gate.began.wait(2)
    with qtbot.waitSignal(task.cancelled, timeout=2000):
        task.cancel()
    assert runner.running == ()


def test_starting_the_same_again_takes_its_place(runner: TaskRunner, qtbot: QtBot) -> None:
    first_gate, second_gate = Gate(), Gate()
    first = runner.start("Exposure", first_gate, key="exposure")
    waiting = runner.start("Exposure", Gate(), key="exposure")
    second = runner.start("Exposure", second_gate, key="exposure")
    assert first.stopping
    assert waiting.stopping
    assert runner.find("exposure") is second
    ends: list[str] = []
    for name, task in (("first", first), ("waiting", waiting), ("second", second)):
        task.cancelled.connect(lambda name=name: ends.append(f"{name} cancelled"))
        task.succeeded.connect(lambda _, name=name: ends.append(f"{name} succeeded"))
    second_gate.open.set()
    qtbot.waitUntil(lambda: runner.running == (), timeout=2000)
    assert ends == ["first cancelled", "waiting cancelled", "second succeeded"]


def test_result_that_came_too_late_counts_as_cancelled(runner: TaskRunner, qtbot: QtBot) -> None:
    done = threading.Event()

    def work(progress: Progress) -> str:
        done.set()
        return "late"

    task = runner.start("Deaf", work)
    assert done.wait(2)
    results: list[object] = []
    task.succeeded.connect(results.append)
    with qtbot.waitSignal(task.cancelled, timeout=2000):
        task.cancel()
    assert results == []


def test_work_that_leaves_something_behind_has_succeeded_even_so(
    runner: TaskRunner, qtbot: QtBot
) -> None:
    done = threading.Event()

    def work(progress: Progress) -> str:
        done.set()
        return "written"

    task = runner.start("Writes", work, lasting=True)
    assert done.wait(2)
    with qtbot.waitSignal(task.succeeded, timeout=2000) as told:
        task.cancel()
    assert told.args == ["written"]


def test_different_work_waits_its_turn(runner: TaskRunner, qtbot: QtBot) -> None:
    gate = Gate()
    runner.start("First", gate)
    second = runner.start("Second", lambda progress: "second")
    assert not gate.open.is_set()
    assert [task.title for task in runner.running] == ["First", "Second"]
    with qtbot.waitSignal(second.succeeded, timeout=2000):
        gate.open.set()


def test_work_set_aside_lets_the_rest_go_on(runner: TaskRunner, qtbot: QtBot) -> None:
    long, quick = Gate(), Gate()
    quick.open.set()
    ended: list[str] = []
    runner.ended.connect(lambda task: ended.append(task.title))
    runner.start("Import", long, aside=True)
    runner.start("Evaluate", quick)
    qtbot.waitUntil(lambda: ended == ["Evaluate"], timeout=2000)
    assert runner.find("Import") is not None
    long.open.set()
    qtbot.waitUntil(lambda: ended == ["Evaluate", "Import"], timeout=2000)


def test_shutdown_stops_everything_and_stays_silent(qtbot: QtBot) -> None:
    runner = TaskRunner()
    said: list[object] = []
    gate = Gate()
    running = runner.start("Runs", gate)
    waiting = runner.start("Waits", Gate())
    for task in (running, waiting):
        task.cancelled.connect(lambda: said.append("cancelled"))
    assert gate.began.wait(2)
    assert runner.shutdown()
    qtbot.wait(10)
    assert said == []
    assert runner.running == ()
    with pytest.raises(RuntimeError, match="shut down"):
        runner.start("Late", gate)


def test_outcome_is_let_go_on_the_gui_thread(runner: TaskRunner, qtbot: QtBot) -> None:
    died_on: list[int] = []

    class Result:
        def __del__(self) -> None:
            died_on.append(threading.get_ident())

    for number in range(20):
        with qtbot.waitSignal(runner.ended, timeout=2000):
            runner.start(f"Work {number}", lambda progress: Result())
    assert len(died_on) >= 19
    assert set(died_on) == {threading.get_ident()}


def test_started_is_told_with_the_task(runner: TaskRunner, qtbot: QtBot) -> None:
    seen: list[Task] = []
    runner.started.connect(seen.append)
    with qtbot.waitSignal(runner.ended, timeout=2000):
        task = runner.start("Quick", lambda progress: None)
    assert seen == [task]
