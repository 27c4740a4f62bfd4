"""From an agreement and its figures to a document, section by section."""

from collections.abc import Callable, Iterator
from functools import partial

from workbench.progress import NO_PROGRESS, Progress
from workbench.termsheet.cells import Pen
from workbench.termsheet.content import Block, Column, Document, Section, Trace, Words, runs
from workbench.termsheet.request import Audience, Request, scenario_sha256
from workbench.termsheet.safe_text import clean
from workbench.termsheet.sections import annexes, results, terms
from workbench.termsheet.templates import ANNEXES, TemplateSection

Builder = Callable[[Request, Pen], Iterator[Block]]

_BUILDERS: dict[str, Builder] = {
    "summary": results.summary,
    "partners": terms.partners,
    "coverage": terms.coverage,
    "origin": terms.origin,
    "commitments": terms.commitments,
    "incentives": terms.incentives,
    "institutions": terms.institutions,
    "evaluation": results.evaluation,
    "options": results.options,
    "findings": results.findings,
    "lanes": annexes.lanes,
    "tariff-lines": annexes.tariff_lines,
    "parameters": annexes.parameters,
    "sources": annexes.sources,
    "gaps": annexes.gaps,
    "method": annexes.method,
    "definitions": annexes.definitions,
}
_SHORT: dict[str, Builder] = {
    "summary": partial(results.summary, brief=True),
    "evaluation": partial(results.evaluation, brief=True),
}
_VERSION_LENGTH = 12


def build(request: Request, progress: Progress = NO_PROGRESS) -> Document:
    """The document of a request.

    Raises:
        Cancelled: asked to stop.
    """
    language = request.language
    pen = Pen(language, request.every_row)
    chosen = [s for s in request.template.sections if _included(s, request)]
    sections = []
    body = annex = 0
    for done, part in enumerate(chosen):
        progress.step(done, len(chosen), part.name)
        is_annex = part.name in ANNEXES
        body, annex = body + (not is_annex), annex + is_annex
        number = chr(ord("A") + annex - 1) if is_annex else str(body)
        builder = (_SHORT if part.brief else _BUILDERS).get(part.name, _BUILDERS[part.name])
        title = dict(part.titles).get(language.code) or pen.say(f"section-{part.name}")
        sections.append(
            Section(part.name, number, runs(clean(title)), tuple(builder(request, pen)), is_annex)
        )
    progress.step(len(chosen), len(chosen), "done")
    return _document(request, pen, tuple(sections))


def _included(section: TemplateSection, request: Request) -> bool:
    if section.name in request.left_out:
        return False
    return not (section.internal and request.audience is Audience.PARTNERS)


def _document(request: Request, pen: Pen, sections: tuple[Section, ...]) -> Document:
    agreement, evaluation, language = request.agreement, request.evaluation, pen.language
    sha = scenario_sha256(evaluation, agreement)
    version = sha[:_VERSION_LENGTH]
    status = language.word("status", agreement.status)
    option = evaluation.option
    title_of = {one.name: one.title for one in agreement.options}
    named = pen.named(option, title_of.get(option, "")) if option else pen.say("base-text")
    staged = (
        pen.say("fully-staged")
        if evaluation.year is None
        else pen.say("year-n", year=evaluation.year)
    )
    vintage = "; ".join(
        dict.fromkeys(
            f"{v.source} {v.edition}"
            for v in evaluation.vintage
            if v.table in ("trade_flows", "tariffs", "content_shares")
        )
    )
    date = language.day(request.dated) if request.dated is not None else ""
    facts = [
        ("status", status),
        ("option", named),
        ("sector", language.phrase(agreement.sector.replace("-", " "))),
        ("year", staged),
        ("base-years", ", ".join(str(year) for year in agreement.base_years)),
        ("nomenclature", agreement.nomenclature.value),
        ("marking", request.marking),
        ("prepared-for", pen.say("for-partners") if request.audience is Audience.PARTNERS else ""),
        ("vintage", vintage),
        ("scenario", sha),
    ]
    return Document(
        title=runs(clean(agreement.title)),
        subtitle=runs(clean(request.template.title(language.code))),
        language=language.code,
        marking=clean(request.marking) or status,
        date=date,
        facts=pen.table(
            "facts",
            "",
            [Column("", width=1.2), Column("", width=4)],
            [[pen.text(pen.say(key)), pen.text(value)] for key, value in facts if value],
        ),
        sections=sections,
        trace=Trace(sha, clean(vintage), version),
        words=Words(
            colon=pen.say("colon"),
            page=pen.say("page"),
            of=pen.say("of"),
            contents=pen.say("contents"),
            table=pen.say("table"),
            figure=pen.say("picture"),
            inserted=pen.say("inserted"),
            deleted=pen.say("deleted"),
            interval=pen.say("interval"),
            annex=pen.say("annex"),
            version=pen.say("version"),
            before=pen.say("before"),
        ),
        landscape=request.template.landscape,
        compact=request.template.compact,
    )
