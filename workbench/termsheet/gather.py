"""Everything a document shows, computed: the evaluation, the options, the sweep, the intervals."""

from datetime import date

from workbench.analysis.evaluation import Evaluator
from workbench.analysis.frontier import Frontier, frontier
from workbench.analysis.partner_sets.question import ask
from workbench.analysis.partner_sets.search import sets_of
from workbench.analysis.partner_sets.sweep import PartnerSets, load
from workbench.analysis.results import Evaluation
from workbench.analysis.sensitivity import Sensitivity, sensitivity
from workbench.analysis.uncertainty import DEFAULT_DRAWS
from workbench.errors import DefinitionError
from workbench.model.agreement import Agreement
from workbench.progress import NO_PROGRESS, Progress
from workbench.termsheet.language import Language
from workbench.termsheet.request import Audience, Request
from workbench.termsheet.templates import Template
from workbench.tradedata.database import TradeDatabase


def gather(
    evaluator: Evaluator,
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
    draws: int = DEFAULT_DRAWS,
    sets_on: TradeDatabase | None = None,
    known: Evaluation | None = None,
    progress: Progress = NO_PROGRESS,
) -> Request:
    """What the sections of a template need, and no more.

    Args:
        evaluator: of the trade database.
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
        sets_on: the database to work out the sets of candidates on; None leaves them out.
        draws: how many joint draws the intervals rest on.
        known: the evaluation of this text, option and year, where it is at hand.
        progress: told of each step.

    Raises:
        KeyError: there is no such option.
        TradeDataError: the database cannot be read.
        Cancelled: asked to stop.
    """
    result = known or evaluator.evaluate(agreement, option, year, progress)
    names = {section.name for section in template.sections} - left_out
    beside: list[Evaluation] = []
    if "options" in names and agreement.options:
        base = result if option is None else evaluator.evaluate(agreement, None, year, progress)
        beside.append(base)
        for one in agreement.options:
            beside.append(evaluator.evaluate(agreement, one.name, year, progress))
    swept: Frontier | None = None
    sure: Sensitivity | None = None
    sets: PartnerSets | None = None
    if result.agreement.treatment.market_access and len(result.lanes):
        if "evaluation" in names:
            swept = _swept(result)
            if sets_on is not None:
                sets = _sets(sets_on, result, progress)
        if "summary" in names and with_intervals:
            sure = sensitivity(
                result.agreement, result.baseline, option, year, count=draws, progress=progress
            )
    return Request(
        evaluation=result,
        template=template,
        language=language,
        marking=marking,
        audience=audience,
        dated=dated,
        options=tuple(beside),
        sensitivity=sure,
        frontier=swept,
        partner_sets=sets,
        left_out=left_out,
    )


def _swept(result: Evaluation) -> Frontier | None:
    """The content threshold swept; None where the treatment has no rule to sweep."""
    try:
        return frontier(result.agreement, result.baseline, option=result.option, year=result.year)
    except ValueError:
        return None


def _sets(database: TradeDatabase, result: Evaluation, progress: Progress) -> PartnerSets | None:
    """Every set of candidates; None where the text leaves nobody to choose."""
    try:
        question = ask(result.agreement)
    except DefinitionError:
        return None
    market, trade = load(database, question, progress=progress)
    return sets_of(market, trade, question, result.year, progress)
