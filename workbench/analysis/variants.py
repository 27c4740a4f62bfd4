"""The options of an agreement, and other files, evaluated side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.analysis.baseline import Baseline, baseline_key, market_key
from workbench.analysis.comparison import Cause, Comparison, FigureChange, known_or_new
from workbench.analysis.evaluation import Evaluator
from workbench.analysis.explain import FIGURES, Explanation, Term, Unit, explain_total
from workbench.analysis.results import Evaluation
from workbench.model.agreement import Agreement
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata.database import TradeDatabase

_MOST_MARKETS = 3


@dataclass(frozen=True, slots=True)
class Variant:
    """A text to put beside others: the base text, an option, or another file.

    `key` tells it apart: "" is the base text, an option's name, or "file:" and a path.
    """

    key: str
    name: str
    title: str
    text: Agreement


def variants_of(agreement: Agreement, base_name: str) -> tuple[Variant, ...]:
    """The base text, under a name, and every option."""
    options = (
        Variant(option.name, option.name, option.title, agreement.with_option(option.name))
        for option in agreement.options
    )
    return (Variant("", base_name, agreement.title, agreement), *options)


class VariantEvaluator(Evaluator):
    """Keeps the world today of texts that rest on other trade, such as other years, side by side.

    Each takes room, so there are no more than `_MOST_MARKETS`; the one not asked for longest goes.
    """

    def __init__(self, database: TradeDatabase) -> None:
        super().__init__(database)
        self._database = database
        self._by_market: dict[tuple[object, ...], Evaluator] = {}

    def baseline(self, agreement: Agreement, progress: Progress = NO_PROGRESS) -> Baseline:
        """The world today for this agreement."""
        key = market_key(agreement)
        own = self._by_market.pop(key, None) or Evaluator(self._database)
        self._by_market[key] = own
        if len(self._by_market) > _MOST_MARKETS:
            del self._by_market[next(iter(self._by_market))]
        return own.baseline(agreement, progress)


def evaluate_variants(
    evaluator: Evaluator,
    variants: Sequence[Variant],
    year: int | None = None,
    progress: Progress = NO_PROGRESS,
    known: Iterable[Evaluation] = (),
) -> tuple[Evaluation, ...]:
    """Evaluate texts, those that share trade data one after the other.

    Args:
        evaluator: of the database that all are evaluated on.
        variants: the texts.
        year: since entry into force; None is fully staged.
        progress: told of each text.
        known: evaluations on the same database; a text that is among them is not evaluated anew.

    Raises:
        TradeDataError: the database cannot be read.
        Cancelled: asked to stop.
    """
    known = tuple(known)
    first: dict[tuple[object, ...], int] = {}

    def beside(place: int) -> tuple[int, int, int]:
        text = variants[place].text
        return (
            first.setdefault(market_key(text), place),
            first.setdefault(baseline_key(text), place),
            place,
        )

    found: dict[int, Evaluation] = {}
    for done, place in enumerate(sorted(range(len(variants)), key=beside)):
        progress.step(done, len(variants), variants[place].name)
        found[place] = known_or_new(evaluator, variants[place].text, year, known)
    progress.step(len(variants), len(variants), "done")
    return tuple(found[place] for place in range(len(variants)))


def explain_difference(
    figure: str, before: Evaluation, after: Evaluation, names: str
) -> Explanation:
    """A figure's change between two texts, without what each edit does."""
    title, unit = FIGURES[figure]
    then, now = before.totals[figure], after.totals[figure]
    whole = explain_total(after, figure)
    return Explanation(
        figure=figure,
        title=f"Change of {title[0].lower()}{title[1:]}",
        subject=names,
        value=None if then is None or now is None else now - then,
        unit=unit if unit is Unit.USD else Unit.SHARE_CHANGE,
        formula="after − before",
        terms=(
            Term("", "Before", then, unit),
            Term("", "After", now, unit),
            *(term for term in whole.terms if term.meaning.startswith("Source of")),
        ),
        section="9",
    )


def explain_cause(change: FigureChange, cause: Cause, names: str) -> Explanation:
    """What one edit does to a figure."""
    title, unit = FIGURES[change.figure]
    of_change = unit if unit is Unit.USD else Unit.SHARE_CHANGE
    return Explanation(
        figure=change.figure,
        title=f"Effect on {title[0].lower()}{title[1:]}",
        subject=f"{names}: {cause.text}",
        value=cause.effect,
        unit=of_change,
        formula="mean of the step when edits are made in the listed order and in its reverse",
        terms=(
            Term("", "Least of the two", cause.low, of_change),
            Term("", "Most of the two", cause.high, of_change),
            Term("", "Change by all edits", change.change, of_change),
        ),
        section="9",
    )


def explain_change(comparison: Comparison, change: FigureChange, names: str) -> Explanation:
    """A figure's change between two texts as the sum of what each edit does.

    Args:
        comparison: the two texts.
        change: one of its figures.
        names: what is compared with what, in words.
    """
    title, unit = FIGURES[change.figure]
    terms = [Term("", "Before", change.before, unit), Term("", "After", change.after, unit)]
    of_change = unit if unit is Unit.USD else Unit.SHARE_CHANGE
    terms += [Term("", cause.text, cause.effect, of_change) for cause in change.because]
    notes = []
    if any(cause.depends_on_order for cause in change.because):
        notes.append(
            "What an edit does depends on which are made before it: effects are means of the "
            "listed order and its reverse, and add up to the change."
        )
    if any(cause.effect is None for cause in change.because):
        notes.append("Where a figure is missing on the way, no effect can be stated.")
    if not change.because and change.changed:
        notes.append("Not shared out among the edits: with many of them it would take too long.")
    whole = explain_total(comparison.after, change.figure)
    terms += [term for term in whole.terms if term.meaning.startswith("Source of")]
    return Explanation(
        figure=change.figure,
        title=f"Change of {title[0].lower()}{title[1:]}",
        subject=names,
        value=change.change,
        unit=of_change,
        formula="after − before = Σ effects of the edits",
        terms=tuple(terms),
        section="9",
        notes=tuple(notes),
    )
