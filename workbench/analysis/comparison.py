"""Two agreements or options side by side: what differs in words, and which edit moved what.

A figure's change is shared out among the edits by making them one by one, in the order they are
listed and in the reverse order, and evaluating after each. What an edit does depends on which
others were made before it: the effect given is the mean of the two orders, with both ends where
they differ. The effects of all edits add up to the change.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from workbench.analysis.evaluation import Evaluator
from workbench.analysis.explain import FIGURES, Unit
from workbench.analysis.results import Evaluation
from workbench.definitions.change_notes import Note, notes
from workbench.definitions.differences import applied
from workbench.model.agreement import Agreement
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata.descriptions import describe, is_current

Totals = dict[str, float | None]

# Sections that no figure rests on.
_IN_WORDS_ONLY = frozenset(
    {"title", "sector", "status", "notes", "sources", "institutions", "options", "suppressed"}
)
_MOST_EDITS = 60
_MOST_WITH_LEVERAGE = 6
_SAME = 1e-9
_LONGEST_NAME = 50


@dataclass(frozen=True, slots=True)
class Cause:
    """An edit, or several of one section, and what it does to a figure.

    `effect` is the mean of both orders, `low` and `high` what it is in one and the other; None
    where a figure on the way is missing.
    """

    text: str
    notes: tuple[Note, ...]
    effect: float | None
    low: float | None
    high: float | None

    @property
    def depends_on_order(self) -> bool:
        """Whether the effect is another where other edits are made first."""
        if self.low is None or self.high is None or self.effect is None:
            return False
        return self.high - self.low > 0.05 * abs(self.effect) + _SAME


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A headline figure before and after, and the edits that moved it, the largest first."""

    figure: str
    before: float | None
    after: float | None
    because: tuple[Cause, ...]

    @property
    def title(self) -> str:
        """Its name on screen."""
        return FIGURES[self.figure][0]

    @property
    def unit(self) -> Unit:
        """What it is measured in."""
        return FIGURES[self.figure][1]

    @property
    def change(self) -> float | None:
        """After minus before; None where either is missing."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before

    @property
    def changed(self) -> bool:
        """Whether it is another figure, beyond rounding."""
        if self.before is None or self.after is None:
            return self.before is not self.after
        return not math.isclose(self.before, self.after, rel_tol=_SAME, abs_tol=_SAME)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two texts: what differs in words, and what that does.

    Attributes:
        before, after: the evaluations.
        notes: every difference, in words.
        figures: every headline figure, the largest change first.
    """

    before: Evaluation
    after: Evaluation
    notes: tuple[Note, ...]
    figures: tuple[FigureChange, ...]


def product_name(code: str) -> str:
    """What a code stands for, in a few words: "magnets"; "" where that is not known."""
    text = (describe(code) if is_current(code) else "").partition(";")[0].partition(",")[0].strip()
    if not text or len(text) > _LONGEST_NAME:
        return ""
    return text if text[1:2].isupper() else f"{text[0].lower()}{text[1:]}"


def differences_in_words(old: Agreement, new: Agreement) -> tuple[Note, ...]:
    """Every difference between two texts, in words."""
    return notes(old, new, product_name)


def compare(
    evaluator: Evaluator,
    old: Agreement,
    new: Agreement,
    year: int | None = None,
    progress: Progress = NO_PROGRESS,
    known: Iterable[Evaluation] = (),
) -> Comparison:
    """Compare two texts, an option's changes already made.

    Args:
        evaluator: of the database that both are evaluated on.
        old: the text before.
        new: the text after.
        year: since entry into force; None is fully staged.
        progress: told of each evaluation.
        known: evaluations on the same database; a text that is among them is not evaluated anew.

    Raises:
        TradeDataError: the database cannot be read.
        Cancelled: asked to stop.
    """
    known = tuple(known)
    told = differences_in_words(old, new)
    edits = _edits(told)
    steps = 2 + 2 * max(len(edits) - 1, 0)
    with_leverage = len(edits) <= _MOST_WITH_LEVERAGE
    progress.step(0, steps, "before")
    before = known_or_new(evaluator, old, year, known)
    progress.step(1, steps, "after")
    after = known_or_new(evaluator, new, year, known)
    done = 2

    def totals(made: Sequence[Note], label: str) -> Totals:
        nonlocal done
        progress.step(done, steps, label)
        done += 1
        text = applied([change for note in made for change in note.differences], old)
        return evaluator.evaluate(text, None, year, complete=with_leverage).totals

    moves = _moves(edits, before.totals, after.totals, totals)
    progress.step(steps, steps, "done")
    changes = [
        FigureChange(
            figure,
            before.totals[figure],
            after.totals[figure],
            _because(figure, edits, moves, with_leverage),
        )
        for figure in before.totals
    ]
    scale = max(before.totals["covered_trade"] or 0.0, after.totals["covered_trade"] or 0.0)
    changes = [c if c.changed else FigureChange(c.figure, c.before, c.after, ()) for c in changes]
    changes.sort(key=lambda change: -_weight(change, scale))
    return Comparison(before, after, told, tuple(changes))


def known_or_new(
    evaluator: Evaluator, text: Agreement, year: int | None, known: Iterable[Evaluation]
) -> Evaluation:
    """All figures of a text, from evaluations of the same database where they are among them."""
    for found in known:
        if found.complete and found.year == year and found.agreement == text:
            return found
    return evaluator.evaluate(text, None, year)


def _edits(told: Sequence[Note]) -> list[tuple[str, tuple[Note, ...]]]:
    """The edits that figures may rest on; many are taken together by section."""
    counting = [note for note in told if _section(note) not in _IN_WORDS_ONLY]
    if len(counting) <= _MOST_EDITS:
        whole: dict[object, list[Note]] = {}
        for note in counting:
            whole.setdefault(_whole(note), []).append(note)
        return [(" ".join(n.text for n in found), tuple(found)) for found in whole.values()]
    sections: dict[str, list[Note]] = {}
    for note in counting:
        sections.setdefault(_section(note), []).append(note)
    return [
        (found[0].text if len(found) == 1 else _together(section, len(found)), tuple(found))
        for section, found in sections.items()
    ]


def _whole(note: Note) -> object:
    """What an edit changes that is only sound as a whole: a staging formula and its number."""
    path = note.differences[0].path
    return path[:3] if path[:2] == ("treatment", "staging") else id(note)


def _section(note: Note) -> str:
    return str(note.differences[0].path[0])


def _together(section: str, count: int) -> str:
    return f"{count} changes of the {section.replace('_', ' ')}, taken together."


def _moves(
    edits: list[tuple[str, tuple[Note, ...]]],
    before: Totals,
    after: Totals,
    totals: Callable[[Sequence[Note], str], Totals],
) -> list[tuple[tuple[Totals, Totals], tuple[Totals, Totals]]]:
    """For each edit the totals before and after it, in the listed order and in reverse."""
    if len(edits) < 2:
        return [((before, after), (before, after)) for _ in edits]
    forward, backward = [before], [before]
    for number in range(1, len(edits)):
        made = [note for _, found in edits[:number] for note in found]
        forward.append(totals(made, edits[number - 1][0]))
    for number in range(1, len(edits)):
        made = [note for _, found in edits[-number:] for note in found]
        backward.append(totals(made, edits[-number][0]))
    forward.append(after)
    backward.append(after)
    last = len(edits) - 1
    return [
        ((forward[n], forward[n + 1]), (backward[last - n], backward[last - n + 1]))
        for n in range(len(edits))
    ]


def _because(
    figure: str,
    edits: list[tuple[str, tuple[Note, ...]]],
    moves: list[tuple[tuple[Totals, Totals], tuple[Totals, Totals]]],
    with_leverage: bool,
) -> tuple[Cause, ...]:
    if figure == "leverage_gap" and not with_leverage and len(edits) > 1:
        return ()
    causes = []
    for (text, found), ends in zip(edits, moves, strict=True):
        steps = [_step(start.get(figure), end.get(figure)) for start, end in ends]
        known = [step for step in steps if step is not None]
        if len(known) < len(steps):
            if any(start.get(figure) != end.get(figure) for start, end in ends):
                causes.append(Cause(text, found, None, None, None))
        elif any(abs(step) > _SAME for step in known):
            effect = sum(known) / len(known)
            causes.append(Cause(text, found, effect, min(known), max(known)))
    causes.sort(key=lambda c: -abs(c.effect) if c.effect is not None else -math.inf)
    return tuple(causes)


def _step(start: float | None, end: float | None) -> float | None:
    return None if start is None or end is None else end - start


def _weight(change: FigureChange, scale: float) -> float:
    """How large a change is, across units: the mean of how much of itself and of the whole.

    The whole is 1 for shares and covered trade for money; a geometric mean, so that neither a
    doubled trifle nor a slight move of a large sum comes first. A figure that comes or goes
    comes before all.
    """
    if not change.changed:
        return 0.0
    if change.before is None or change.after is None:
        return math.inf
    size = abs(change.after - change.before)
    own = size / max(abs(change.before), abs(change.after))
    whole = scale if FIGURES[change.figure][1] is Unit.USD and scale > 0 else 1.0
    return math.sqrt(own * size / whole)
