"""Two texts side by side: which edit moved which figure, and by how much."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from workbench import cli
from workbench.analysis import comparison
from workbench.analysis.baseline import build_baseline
from workbench.analysis.comparison import compare, product_name
from workbench.analysis.evaluation import evaluate
from workbench.model.commitments import StagingCategory, StagingFormula, Treatment
from workbench.model.origin import AnyGood, RegionalValueContent, RvcMethod

DEFINITIONS = Path(__file__).parents[3] / "agreements" / "definitions"
PAIR = DEFINITIONS / "us-japan-critical-minerals.yaml"


class SmallEvaluator:
    """Evaluates on the small market, and counts how often."""

    def __init__(self, market) -> None:
        self._market = market
        self.times = 0

    def evaluate(self, agreement, option=None, year=None, progress=None, complete=True):
        self.times += 1
        baseline = build_baseline(self._market, agreement)
        return evaluate(agreement, baseline, option, year, complete=complete)


@pytest.fixture
def evaluator(market) -> SmallEvaluator:
    return SmallEvaluator(market)


def _rvc(share: float) -> RegionalValueContent:
    return RegionalValueContent(RvcMethod.BUILD_DOWN, share)


def test_one_edit_explains_the_whole_change(evaluator, agreement) -> None:
    found = compare(evaluator, agreement, agreement.with_default_rule(AnyGood()))
    (note,) = found.notes
    assert evaluator.times == 2
    for change in found.figures:
        if change.changed and change.change is not None:
            (cause,) = change.because
            assert cause.notes == (note,)
            assert cause.effect == pytest.approx(change.change)
            assert not cause.depends_on_order
    assert any(change.changed for change in found.figures)


def test_a_text_that_is_known_is_not_evaluated_again(evaluator, agreement) -> None:
    new = agreement.with_default_rule(AnyGood())
    known = (evaluator.evaluate(agreement), evaluator.evaluate(new))
    found = compare(evaluator, agreement, new, known=known)
    assert evaluator.times == 2
    assert (found.before, found.after) == known
    assert compare(evaluator, agreement, new, year=1, known=known).before is not known[0]


def test_effects_of_all_edits_add_up(evaluator, agreement) -> None:
    new = agreement.with_default_rule(_rvc(0.7)).without_partner("AUS")
    new = new.with_parameter("premium", 0.02).with_parameter("fixed_cost", 5_000.0)
    found = compare(evaluator, agreement, new)
    assert len(found.notes) == 4
    assert evaluator.times == 2 + 2 * 3
    moved = [change for change in found.figures if change.change and change.because]
    assert moved
    for change in moved:
        if all(cause.effect is not None for cause in change.because):
            total = sum(cause.effect for cause in change.because)
            assert total == pytest.approx(change.change, rel=1e-6, abs=1e-9)
        for cause in change.because:
            if cause.effect is not None:
                assert cause.low <= cause.effect <= cause.high
    assert any(cause.depends_on_order for change in moved for cause in change.because)


def test_many_edits_are_taken_together_by_section(evaluator, agreement, monkeypatch) -> None:
    monkeypatch.setattr(comparison, "_MOST_EDITS", 2)
    new = agreement.with_default_rule(_rvc(0.7))
    new = new.with_parameter("premium", 0.02).with_parameter("fixed_cost", 5_000.0)
    found = compare(evaluator, agreement, new)
    moved = [change for change in found.figures if change.change and change.because]
    assert {len(cause.notes) for change in moved for cause in change.because} == {1, 2}
    together = {c.text for change in moved for c in change.because if len(c.notes) == 2}
    assert together == {"2 changes of the parameters, taken together."}
    for change in moved:
        total = sum(cause.effect for cause in change.because)
        assert total == pytest.approx(change.change, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    "category",
    [
        StagingCategory("A", StagingFormula.CUT, value=0.5),
        StagingCategory("A", StagingFormula.EQUAL_CUTS, 5),
    ],
)
def test_a_staging_category_is_one_edit(evaluator, agreement, category) -> None:
    """Half of it, a formula without its number, could not be worked out."""
    free = replace(agreement, treatment=Treatment())
    changed = replace(free, treatment=Treatment(staging=(category,))).with_default_rule(_rvc(0.7))
    for old, new in ((free, changed), (changed, free)):
        found = compare(evaluator, old, new, 1)
        (figure,) = (f for f in found.figures if f.figure == "utilisation")
        assert len(figure.because) == 2
        assert sum(cause.effect for cause in figure.because) == pytest.approx(figure.change)


def test_the_largest_change_comes_first_and_none_is_left_out(evaluator, agreement) -> None:
    found = compare(evaluator, agreement, agreement.with_default_rule(_rvc(0.99)))
    names = [change.figure for change in found.figures]
    assert sorted(names) == sorted(found.before.totals)
    flags = [change.changed for change in found.figures]
    assert flags == sorted(flags, reverse=True)
    assert found.figures[0].because


def test_words_alone_move_no_figure(evaluator, agreement) -> None:
    found = compare(evaluator, agreement, replace(agreement, title="Other", notes="A note."))
    assert [note.text for note in found.notes] == [
        "The title changes from Test to Other.",
        "The note on the agreement is set: “A note.”.",
    ]
    assert not any(change.changed or change.because for change in found.figures)


def test_nothing_differs(evaluator, agreement) -> None:
    found = compare(evaluator, agreement, agreement)
    assert found.notes == ()
    assert not any(change.changed for change in found.figures)


def test_names_of_products() -> None:
    assert product_name("850511") == "magnets"
    assert product_name("850599") == ""


def test_the_command_compares_options_of_a_file(
    starter_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["compare", "--options", str(PAIR), "base", "C", "--db", str(starter_file)]
    assert cli.main([*arguments, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert set(data) == {"differences", "figures"}
    assert set(data["differences"][0]) == {"where", "before", "after", "text"}
    assert {"figure", "before", "after", "because"} <= set(data["figures"][0])
    texts = [difference["text"] for difference in data["differences"]]
    assert "The threshold of the default rule rises from 50 % to 75 % build-down." in texts
    causes = {cause["text"] for figure in data["figures"] for cause in figure["because"]}
    assert causes <= set(texts)
    assert cli.main(["compare", str(PAIR), f"{PAIR}:C", "--db", str(starter_file)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("- The threshold of the default rule rises from 50 %")
    assert "by the order" in printed


def test_the_command_compares_one_with_each_of_several(
    starter_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["compare", "--options", str(PAIR), "base", "C", "B", "--db", str(starter_file)]
    assert cli.main([*arguments, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [one["with"] for one in data["each"]] == ["C", "B"]
    first, second = data["each"]
    assert data["differences"] == first["differences"] != second["differences"]
    assert data["figures"] == first["figures"]
    assert any("fee" in difference["text"].lower() for difference in second["differences"])
    assert cli.main(arguments) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("== base and C\n- The threshold")
    assert "\n\n== base and B\n- " in printed


def test_an_option_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compare", "--options", str(PAIR), "base", "Z"]) == 2
    assert "there is no option 'Z'; its options are: base, B, C." in capsys.readouterr().err
