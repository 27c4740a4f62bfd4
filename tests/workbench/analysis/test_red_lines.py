"""Red lines: what crosses them, and that they stay private."""

import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.findings import Needs, found_in
from workbench.analysis.red_lines import (
    line_in_words,
    line_states,
    required_content,
)
from workbench.analysis.report import evaluation_data
from workbench.definitions.red_lines import private_path, read_red_lines, write_red_lines
from workbench.errors import DefinitionError
from workbench.model.agreement import Agreement
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    MaxNonOriginating,
    RegionalValueContent,
    RvcMethod,
    ShiftFrom,
    TariffShift,
    WhollyObtained,
)
from workbench.model.red_lines import Bound, LineOn, RedLine


def codes(*texts: str) -> tuple[HSRange, ...]:
    return tuple(HSRange.parse(text) for text in texts)


def rvc(share: float) -> RegionalValueContent:
    return RegionalValueContent(RvcMethod.BUILD_DOWN, share)


@pytest.fixture
def state(market, agreement):
    def run(line: RedLine, text: Agreement = agreement):
        (found,) = line_states(evaluate(text, build_baseline(market, text)), (line,))
        return found

    return run


def test_a_figure_of_the_whole(state, agreement) -> None:
    line = RedLine("USA", LineOn.FIGURE, Bound.AT_MOST, 0.99, figure="exposure")
    assert state(line).crossed is False
    tight = state(replace(line, value=0.0001), agreement.with_default_rule(AnyGood()))
    assert tight.crossed is True
    assert tight.found.startswith("it is ")
    unknown = RedLine("USA", LineOn.FIGURE, Bound.AT_MOST, 1, figure="no_such_figure")
    assert state(unknown).crossed is None


def test_a_duty_that_must_stay(state) -> None:
    titanium = codes("8108.20")
    keep = state(RedLine("USA", LineOn.RATE, Bound.AT_LEAST, 0.05, titanium))
    assert keep.crossed is True
    assert "8108.20 from" in keep.found
    assert state(RedLine("USA", LineOn.RATE, Bound.AT_MOST, 0.0, titanium)).crossed is False
    assert state(RedLine("AUS", LineOn.RATE, Bound.AT_LEAST, 0.05)).crossed is None


def test_the_content_that_a_rule_asks_for(state) -> None:
    assert state(RedLine("JPN", LineOn.THRESHOLD, Bound.AT_MOST, 0.5)).crossed is False
    found = state(RedLine("JPN", LineOn.THRESHOLD, Bound.AT_MOST, 0.4, codes("8505")))
    assert (found.crossed, found.where) == (True, "origin.default_rule")
    assert found.found == "50 % is asked of 8505.11"
    assert state(RedLine("JPN", LineOn.THRESHOLD, Bound.AT_MOST, 0.4, codes("01"))).crossed is None


@pytest.mark.parametrize(
    ("rule", "asked"),
    [
        (AnyGood(), 0.0),
        (WhollyObtained(), 1.0),
        (AllOf((rvc(0.4), rvc(0.6))), 0.6),
        (AnyOf((rvc(0.4), TariffShift(ShiftFrom.HEADING))), 0.0),
        (AnyOf((rvc(0.4), rvc(0.6))), 0.4),
        (MaxNonOriginating(0.3), 0.7),
    ],
)
def test_required_content(rule, asked) -> None:
    assert required_content(rule) == pytest.approx(asked)


def test_whether_products_are_covered(state) -> None:
    out = RedLine("JPN", LineOn.PRODUCT, Bound.AT_MOST, products=codes("8505", "01"))
    assert state(out).crossed is True
    assert state(replace(out, products=codes("01"))).crossed is False
    inside = replace(out, bound=Bound.AT_LEAST)
    assert state(inside).found == "01 not"
    assert state(replace(inside, products=codes("8505"))).crossed is False


def test_findings_name_the_partner_and_never_enter_a_result(market, agreement) -> None:
    result = evaluate(agreement, build_baseline(market, agreement))
    line = RedLine("JPN", LineOn.PRODUCT, Bound.AT_MOST, products=codes("8505"))
    (finding,) = found_in(Needs.RED_LINES, agreement, result, (line,))
    assert finding.text == "Red line of Japan: 8505 not covered, but 8505.11 covered."
    assert finding not in result.findings
    assert "red-line" not in str(evaluation_data(result))
    assert line_in_words(line) == "8505 not covered"


LINES = (
    RedLine("USA", LineOn.RATE, Bound.AT_LEAST, 0.025, codes("8505.11"), notes="steel lobby"),
    RedLine("JPN", LineOn.FIGURE, Bound.AT_MOST, 0.4, figure="exposure"),
)


def test_they_lie_in_a_private_file_beside_the_agreement(tmp_path: Path) -> None:
    path = tmp_path / "club.yaml"
    assert read_red_lines(path) == ()
    write_red_lines(path, LINES)
    beside = private_path(path)
    assert beside.name == "club.private.yaml"
    assert read_red_lines(path) == LINES
    if sys.platform != "win32":
        assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    write_red_lines(path, ())
    assert not beside.exists()


def test_a_broken_file_of_red_lines_says_where(tmp_path: Path) -> None:
    path = tmp_path / "club.yaml"
    private_path(path).write_text("format: 1\nred_lines:\n  - {partner: JPN, on: taste}\n")
    with pytest.raises(DefinitionError, match=r"club.private.yaml:3: 'taste' is no choice"):
        read_red_lines(path)
    with pytest.raises(DefinitionError, match="the red lines are not saved"):
        write_red_lines(tmp_path / "nowhere" / "club.yaml", LINES)
