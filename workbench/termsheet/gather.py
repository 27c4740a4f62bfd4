"""Everything a document shows, computed: the evaluation, the options, the sweep, the intervals."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import pandas as pd

from workbench.analysis.base_years import years_of_trade
from workbench.analysis.evaluation import Evaluator
from workbench.analysis.frontier import Frontier, frontier
from workbench.analysis.partner_sets.question import ask
from workbench.analysis.partner_sets.search import sets_of
from workbench.analysis.partner_sets.sweep import PartnerSets, load
from workbench.analysis.results import Evaluation
from workbench.analysis.rules_compared import RuleMark, marks_in_force
from workbench.analysis.sensitivity import headline_intervals
from workbench.definitions.library import rules_in_force
from workbench.errors import DefinitionError
from workbench.model.agreement import Agreement
from workbench.progress import NO_PROGRESS, Progress
from workbench.termsheet.language import Language
from workbench.termsheet.request import Audience, Request
from workbench.termsheet.templates import Template
from workbench.tradedata.database import TradeDatabase

_KEPT = 24

T = TypeVar("T")


class Study:
    """Works out what documents show, and keeps it: another marking or language costs nothing.

    Results are kept by text, option and year, the latest ones only. For one thread at a time.
    """

    def __init__(self, database: TradeDatabase) -> None:
        self.database = database
        self._evaluator = Evaluator(database)
        self._kept: dict[tuple[object, ...], Any] = {}

    def evaluation(
        self, agreement: Agreement, option: str | None, year: int | None, progress: Progress
    ) -> Evaluation:
        """The figures of a text or one of its options.

        Raises:
            KeyError: there is no such option.
            TradeDataError: the database cannot be read.
            Cancelled: asked to stop.
        """
        return self._once(
            ("evaluation", agreement, option, year),
            lambda: self._evaluator.evaluate(agreement, option, year, progress),
        )

    def frontier(self, result: Evaluation) -> Frontier | None:
        """The content threshold swept; None where the treatment has no rule to sweep."""

        def swept() -> Frontier | None:
            try:
                return frontier(
                    result.agreement, result.baseline, option=result.option, year=result.year
                )
            except ValueError:
                return None

        return self._once(_key("frontier", result), swept)

    def rules_in_force(self, swept: Frontier) -> tuple[RuleMark, ...]:
        """Where rules in force for the swept products stand on the axis of a sweep."""
        codes = swept.sweep.products or tuple(sorted(swept.by_product["product"]))
        return self._once(
            ("in-force", swept.sweep.family, codes),
            lambda: marks_in_force(swept.sweep.family, codes, rules_in_force())[0],
        )

    def intervals(self, result: Evaluation, progress: Progress) -> pd.DataFrame:
        """How sure the headlines are: joint draws of the assumptions and of the year of trade.

        Raises:
            TradeDataError: the database cannot be read.
            Cancelled: asked to stop.
        """
        text, baseline = result.agreement, result.baseline

        def drawn() -> pd.DataFrame:
            years = years_of_trade(self.database, text, baseline, progress)
            return headline_intervals(
                text, baseline, result.year, progress=progress, years=years, gap=True
            )

        return self._once(_key("intervals", result), drawn)

    def partner_sets(self, result: Evaluation, progress: Progress) -> PartnerSets | None:
        """Every set of candidates; None where the text leaves nobody to choose.

        Raises:
            TradeDataError: the database cannot be read.
            Cancelled: asked to stop.
        """

        def swept() -> PartnerSets | None:
            try:
                question = ask(result.agreement)
            except DefinitionError:
                return None
            market, trade = load(self.database, question, progress=progress)
            return sets_of(market, trade, question, result.year, progress)

        return self._once(_key("partner-sets", result), swept)

    def _once(self, key: tuple[object, ...], work: Callable[[], T]) -> T:
        found: T = self._kept.pop(key) if key in self._kept else work()
        self._kept[key] = found
        while len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return found


def _key(kind: str, result: Evaluation) -> tuple[object, ...]:
    return (kind, result.agreement, result.option, result.year)


def gather(
    study: Study,
    agreement: Agreement,
    template: Template,
    language: Language,
    option: str | None = None,
    year: int | None = None,
    marking: str = "",
    audience: Audience = Audience.INTERNAL,
    dated: date | None = None,
    left_out: frozenset[str] = frozenset(),
    with_intervals: bool = True,
    with_partner_sets: bool = False,
    known: Evaluation | None = None,
    progress: Progress = NO_PROGRESS,
) -> Request:
    """What the sections of a template need, and no more.

    Args:
        study: of the trade database.
        agreement: the text with its options.
        template: its sections decide what is computed.
        language: of the words.
        marking: head of each page.
        audience: who will read it.
        dated: on the cover.
        left_out: sections that the document goes without.
        option: the option the document is about; None is the base text.
        year: since entry into force; None is fully staged.
        with_intervals: whether headline figures get their intervals, which takes longest.
        with_partner_sets: whether the sets of candidates are worked out.
        known: the evaluation of this text, option and year, where it is at hand.
        progress: told of each step.

    Raises:
        KeyError: there is no such option.
        TradeDataError: the database cannot be read.
        Cancelled: asked to stop.
    """
    result = known or study.evaluation(agreement, option, year, progress)
    names = {section.name for section in template.sections} - left_out
    at_length = {s.name for s in template.sections if not s.brief} - left_out
    beside: list[Evaluation] = []
    if "options" in names and agreement.options:
        base = result if option is None else study.evaluation(agreement, None, year, progress)
        beside.append(base)
        for one in agreement.options:
            beside.append(study.evaluation(agreement, one.name, year, progress))
    swept: Frontier | None = None
    sure: pd.DataFrame | None = None
    sets: PartnerSets | None = None
    in_force: tuple[RuleMark, ...] = ()
    if result.agreement.treatment.market_access and result.totals["covered_trade"]:
        if "evaluation" in at_length:
            swept = study.frontier(result)
            in_force = study.rules_in_force(swept) if swept is not None else ()
            sets = study.partner_sets(result, progress) if with_partner_sets else None
        if "summary" in names and with_intervals:
            sure = study.intervals(result, progress)
    return Request(
        evaluation=result,
        template=template,
        language=language,
        marking=marking,
        audience=audience,
        dated=dated,
        options=tuple(beside),
        intervals=sure,
        frontier=swept,
        partner_sets=sets,
        in_force=in_force,
        left_out=left_out,
    )
