"""Sections that say what the agreement does: summary, evaluation, options, findings."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.comparison import differences_in_words
from workbench.analysis.explain import FIGURES, Unit, explain_total
from workbench.analysis.extended import extended
from workbench.analysis.frontier import Frontier, RulePoint
from workbench.analysis.incentive_view import incentive_by_product
from workbench.analysis.partner_sets.choice import best_sets
from workbench.analysis.partner_sets.sweep import PartnerSets
from workbench.analysis.results import TRADE_FIGURES, Evaluation, Finding, Level
from workbench.analysis.rules_compared import RuleMark
from workbench.model.agreement import Agreement
from workbench.model.commitments import TreatmentBasis
from workbench.model.nomenclature import dotted
from workbench.termsheet.cells import Pen, number_or_none
from workbench.termsheet.content import (
    Block,
    Cell,
    Column,
    ColumnKind,
    Figure,
    Figures,
    ParagraphKind,
    Picture,
    Style,
    runs,
)
from workbench.termsheet.pictures import (
    RATING_FILLS,
    Cloud,
    Series,
    bars,
    lines,
    scatter,
    stacked,
)
from workbench.termsheet.request import Audience, Request, without_notes
from workbench.termsheet.sections.terms import description

HEADLINES = (
    "covered_trade",
    "utilisation",
    "exposure",
    "traced_exposure",
    "resourced_content",
    "leverage_gap",
)
_FURTHER = (
    "known_duty_share",
    "critical_mass_share",
    "mfn_free_share",
    "already_free_share",
    "claimed",
    "free_riding_content",
    "traced_free_riding_content",
    "duty_forgone",
    "leakage",
    "traced_leakage",
)
_RATINGS = ("strong", "contested", "weak", "none", "unknown")
_ORIGINS_SHOWN = 10
_PRODUCTS_SHOWN = 60
_SETS_SHOWN = 12
_OUT_NAMED = 3
_SHORT_DESCRIPTION = 56
_SECTIONS_OF = {
    "partners": "partners",
    "coverage": "coverage",
    "treatment": "coverage",
    "origin": "origin",
    "commitments": "commitments",
    "incentives": "incentives",
    "institutions": "institutions",
    "options": "options",
    "parameters": "parameters",
    "bills_of_inputs": "parameters",
    "tariffs": "parameters",
}
"""The section that tells of a part of the text."""
_NUMBERED = ("coverage", "origin.product_rules", "commitments")
"""Lists whose entries a document counts."""


def formula_id(evaluation: Evaluation, figure: str) -> str:
    """The section of the method and the name of a figure: "M5.utilisation"."""
    return f"M{explain_total(evaluation, figure).section}.{figure}"


def figure_of(evaluation: Evaluation, name: str) -> float | None:
    """A total; None for a figure of claims where the text gives nothing to claim."""
    if name in TRADE_FIGURES or evaluation.agreement.gives_preference:
        return evaluation.totals[name]
    return None


def intervals(request: Request) -> Mapping[str, tuple[float, float]]:
    """The 5th and 95th percentile of each figure, where joint draws are at hand."""
    if request.intervals is None:
        return {}
    return {
        str(row["figure"]): (float(row["low"]), float(row["high"]))
        for row in request.intervals.to_dict("records")
        if not (np.isnan(row["low"]) or np.isnan(row["high"]))
    }


def summary(request: Request, pen: Pen, brief: bool = False) -> Iterator[Block]:
    """What the agreement is and does: a paragraph, the headlines, and a table of the others."""
    evaluation, agreement, language = request.evaluation, request.agreement, pen.language
    totals = evaluation.totals
    traded = totals["covered_trade"] is not None
    lead = [
        pen.say(
            "summary-lead" if traded else "summary-lead-no-trade",
            title=agreement.title,
            partners=language.counted("partner", len(agreement.economies)),
            products=language.counted("subheading", len(evaluation.baseline.market.products)),
            trade=language.usd(totals["covered_trade"]),
        )
    ]
    if not agreement.treatment.market_access:
        lead.append(pen.say("summary-playbook"))
    if not request.agreement.offers_claims:
        lead.append(pen.say("summary-no-incentive"))
    elif agreement.treatment.market_access:
        if totals["known_duty_share"] is not None:
            lead.append(pen.say("summary-known", known=language.share(totals["known_duty_share"])))
        if agreement.treatment.basis is TreatmentBasis.EXTENDED:
            lead += _reach(evaluation, pen)
        elif totals["utilisation"] == 0:
            lead.append(pen.say("summary-claims-none"))
        elif totals["utilisation"] is not None:
            lead.append(
                pen.say(
                    "summary-claims",
                    utilisation=language.share(totals["utilisation"]),
                    exposure=language.share(totals["exposure"]),
                )
            )
    if not traded:
        years = ", ".join(str(year) for year in evaluation.baseline.market.years)
        lead.append(pen.say("no-trade", years=years))
    yield pen.paragraph(" ".join(lead))
    if not request.agreement.offers_claims:
        yield from _cooperation(agreement, pen, brief)
    if traded:
        yield from _headlines(request, pen, brief)
    yield from pen.internal(agreement.notes)


def _reach(evaluation: Evaluation, pen: Pen) -> list[str]:
    """Whom a cut for everyone reaches, in a sentence; nothing where that is not known."""
    totals, language = extended(evaluation).totals, pen.language
    if totals["imports"] is None or totals["non_party_share"] is None:
        return []
    imports, share = language.usd(totals["imports"]), language.share(totals["non_party_share"])
    return [pen.say("summary-extended", imports=imports, share=share)]


def _cooperation(agreement: Agreement, pen: Pen, at_length: bool) -> Iterator[Block]:
    """The terms of a text that gives nothing to claim; by name where another section has them."""
    language, colon = pen.language, pen.say("colon")
    terms = []
    if at_length:
        terms += [
            f"{language.word('topic', item.topic)}{colon}{item.text}"
            for item in agreement.commitments
        ]
    elif agreement.commitments:
        topics = dict.fromkeys(language.word("topic", item.topic) for item in agreement.commitments)
        terms.append(f"{pen.say('section-commitments')}{colon}{', '.join(topics)}")
    if agreement.institutions.bodies:
        bodies = ", ".join(body.name for body in agreement.institutions.bodies)
        terms.append(f"{pen.say('summary-bodies')}{colon}{bodies}")
    yield from pen.points(terms)


def _headlines(request: Request, pen: Pen, brief: bool) -> Iterator[Block]:
    evaluation, language = request.evaluation, pen.language
    found = intervals(request)

    def figure(name: str) -> Figure:
        unit = FIGURES[name][1]
        return Figure(
            name,
            pen.say(f"figure-{name}"),
            pen.figure(figure_of(evaluation, name), unit),
            _interval(found.get(name), unit, pen),
            formula_id(evaluation, name),
        )

    claims = request.agreement.gives_preference
    if claims:
        yield Figures(tuple(figure(name) for name in HEADLINES))
    if request.intervals is not None and set(found) & set(HEADLINES):
        draws = language.number(request.intervals["draws"].max())
        yield pen.note(pen.say("summary-interval", draws=draws))
        outside = [
            pen.say(f"figure-{name}")
            for name, (low, high) in found.items()
            if name in HEADLINES and not low <= (figure_of(evaluation, name) or low) <= high
        ]
        if outside:
            yield pen.note(pen.say("summary-outside", names=", ".join(outside)))
    elif claims:
        yield pen.note(pen.say("summary-no-interval"))
    if brief:
        return
    columns = [
        pen.column("col-figure", width=2.6),
        pen.column("col-value", ColumnKind.NUMBER, 1.2),
        pen.column("col-interval", width=2.2),
        pen.column("col-formula", width=2.4),
    ]
    rows = []
    for name in _FURTHER if claims else TRADE_FIGURES:
        one = figure(name)
        rows.append(
            [pen.text(one.title), one.value, one.interval, pen.text(one.formula, Style.CODE)]
        )
    yield pen.table("headlines", pen.say("table-headlines"), columns, rows)


def _interval(ends: tuple[float, float] | None, unit: Unit, pen: Pen) -> Cell:
    if ends is None:
        return pen.text(pen.say("missing"))
    low, high = ends
    if unit is Unit.USD:
        return pen.text(pen.language.usd_range(low, high, pen.say("to")))
    return pen.text(f"{pen.figure(low, unit).text} {pen.say('to')} {pen.figure(high, unit).text}")


# Evaluation --------------------------------------------------------------------------------


def evaluation(request: Request, pen: Pen, brief: bool = False) -> Iterator[Block]:
    """Exposure, strength of the incentive, who rides free, and the rule swept."""
    found = request.evaluation
    if not request.agreement.offers_claims:
        yield pen.paragraph(pen.say("evaluation-none"))
        return
    if found.totals["covered_trade"] is None:
        years = ", ".join(str(year) for year in found.baseline.market.years)
        yield pen.paragraph(pen.say("no-trade", years=years))
        return
    if request.agreement.treatment.basis is TreatmentBasis.EXTENDED:
        yield from _reached(found, pen, headed=not brief, most=6 if brief else _ORIGINS_SHOWN)
        return
    yield from _incentive(found, pen, headed=not brief)
    yield from _free_riders(found, pen, headed=not brief, most=6 if brief else _ORIGINS_SHOWN)
    if brief:
        return
    yield from _frontier(request, pen)
    yield from _partner_sets(request, pen)
    yield pen.heading("head-products")
    yield _by_product(request, pen)
    yield pen.note(pen.say("rating-note"))
    yield from pen.in_english("english-descriptions")
    yield pen.heading("head-exporters")
    yield _by_exporter(found, pen)


def _by_product(request: Request, pen: Pen) -> Block:
    found = request.evaluation
    ratings = incentive_by_product(found.lanes).set_index("product")["rating"]
    table, edition = found.by_product, found.agreement.nomenclature.value
    count = pen.shown(len(table), _PRODUCTS_SHOWN)
    rows = [
        [
            pen.text(dotted(str(row["product"])), Style.CODE),
            pen.text(description(str(row["product"]), edition, pen, _SHORT_DESCRIPTION)),
            *_claim_cells(row, pen),
            pen.text(pen.language.word("rating", _rating(ratings.get(row["product"])))),
        ]
        for row in table.head(count).to_dict("records")
    ]
    columns = [
        pen.column("col-product", ColumnKind.CODE, 1.05),
        pen.column("col-description", width=2.9),
        *_claim_columns(pen),
        pen.column("col-rating", width=1.3),
    ]
    caption = pen.say("table-by-product")
    return pen.table("by-product", caption, columns, rows, total=len(table))


def _rating(value: object) -> str:
    return value if isinstance(value, str) and value in _RATINGS else "unknown"


def _by_exporter(found: Evaluation, pen: Pen) -> Block:
    rows = [
        [
            pen.text(pen.language.economy(str(row["exporter"])), Style.STRONG),
            *_claim_cells(row, pen),
        ]
        for row in found.by_exporter.to_dict("records")
    ]
    columns = [pen.column("col-exporter", width=1.8), *_claim_columns(pen)]
    return pen.table("by-exporter", pen.say("table-by-exporter"), columns, rows)


def _claim_columns(pen: Pen) -> list[Column]:
    return [
        pen.column("col-trade", ColumnKind.USD, 1.0),
        pen.column("col-utilisation", ColumnKind.SHARE, 1.2),
        pen.column("col-exposure", ColumnKind.SHARE, 1.1),
        pen.column("col-traced-exposure", ColumnKind.SHARE, 1.1),
        pen.column("col-free-riding", ColumnKind.USD, 1.0),
        pen.column("col-resourced", ColumnKind.USD, 1.1),
        pen.column("col-duty-forgone", ColumnKind.USD, 1.05),
        pen.column("col-leakage", ColumnKind.USD, 0.95),
    ]


def _claim_cells(row: Mapping[Any, Any], pen: Pen) -> list[Cell]:
    return [
        pen.usd(row["value"]),
        pen.share(row["utilisation"]),
        pen.share(row["exposure"]),
        pen.share(row["traced_exposure"]),
        pen.usd(row["free_riding_content"]),
        pen.usd(row["resourced_content"]),
        pen.usd(row["duty_forgone"]),
        pen.usd(row["leakage"]),
    ]


def _free_riders(found: Evaluation, pen: Pen, headed: bool, most: int) -> Iterator[Block]:
    language = pen.language
    if headed:
        yield pen.heading("head-free-riders")
    table = found.by_origin
    table = table[table["traced_free_riding_content"].fillna(0) > 0]
    table = table.sort_values(
        ["traced_free_riding_content", "economy"], ascending=[False, True], kind="stable"
    ).head(most)
    if table.empty:
        yield pen.paragraph(pen.say("free-riders-none"))
        return
    names = [language.economy(str(code)) for code in table["economy"]]
    declared = [number_or_none(v) for v in table["free_riding_content"].tolist()]
    traced = [number_or_none(v) for v in table["traced_free_riding_content"].tolist()]
    leakage = table["traced_leakage"].tolist()
    caption = pen.say("picture-origins")
    data = pen.table(
        "origins",
        caption,
        [
            pen.column("col-origin", width=2),
            pen.column("col-free-riding", ColumnKind.USD),
            pen.column("col-traced-free-riding", ColumnKind.USD),
            pen.column("col-leakage", ColumnKind.USD),
        ],
        [
            [pen.text(name), pen.usd(one), pen.usd(other), pen.usd(lost)]
            for name, one, other, lost in zip(names, declared, traced, leakage, strict=True)
        ],
    )
    yield Picture(
        "origins",
        runs(caption),
        bars(
            names,
            [
                Series(pen.say("col-declared"), tuple(declared)),
                Series(pen.say("col-traced"), tuple(traced)),
            ],
            language.usd,
        ),
        pen.say("alt-origins", name=names[0], value=language.usd(traced[0])),
        data,
    )


def _reached(found: Evaluation, pen: Pen, headed: bool, most: int) -> Iterator[Block]:
    """Non-parties whose goods get a cut for everyone."""
    language = pen.language
    if headed:
        yield pen.heading("head-free-riders")
    riders = extended(found).riders
    riders = riders[riders["duty_forgone"] > 0].head(most)
    if riders.empty:
        yield pen.paragraph(pen.say("riders-none"))
        return
    names = [language.economy(str(code)) for code in riders["economy"]]
    forgone = [float(value) for value in riders["duty_forgone"]]
    caption, title = pen.say("picture-riders"), pen.say("col-duty-forgone")
    data = pen.table(
        "riders",
        caption,
        [
            pen.column("col-origin", width=2),
            pen.column("col-benefiting", ColumnKind.USD),
            pen.column("col-duty-forgone", ColumnKind.USD),
        ],
        [
            [pen.text(name), pen.usd(row["benefiting"]), pen.usd(row["duty_forgone"])]
            for name, row in zip(names, riders.to_dict("records"), strict=True)
        ],
    )
    yield Picture(
        "riders",
        runs(caption),
        bars(names, [Series(title, tuple(forgone))], language.usd),
        pen.say("alt-riders", name=names[0], value=language.usd(forgone[0])),
        data,
    )


def _incentive(found: Evaluation, pen: Pen, headed: bool) -> Iterator[Block]:
    """Trade of each importer by rating; trade of which that is not known is a part of its own."""
    language = pen.language
    if headed:
        yield pen.heading("head-incentive")
    lanes = found.lanes
    known = lanes["base_duty"].notna() & lanes["utilisation"].notna()
    rating = lanes["rating"].where(known, "unknown")
    sums = pd.crosstab(
        lanes["importer"], rating, values=lanes["value"].fillna(0.0), aggfunc="sum"
    ).reindex(columns=list(_RATINGS))
    sums = sums.fillna(0.0)
    sums = sums[sums.sum(axis=1) > 0]
    if sums.empty:
        return
    sums = sums.loc[sums.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    names = [language.economy(str(code)) for code in sums.index]
    series = [
        Series(language.word("rating", name), tuple(float(v) for v in sums[name]))
        for name in _RATINGS
    ]
    caption = pen.say("picture-incentive")
    data = pen.table(
        "incentive",
        caption,
        [
            pen.column("col-importer", width=2),
            *(Column(s.name, ColumnKind.USD, pen.say("unit-usd")) for s in series),
        ],
        [
            [pen.text(name), *(pen.usd(s.values[place]) for s in series)]
            for place, name in enumerate(names)
        ],
    )
    share = language.share(found.totals["known_duty_share"])
    yield Picture(
        "incentive",
        runs(caption),
        stacked(names, series, language.usd, RATING_FILLS),
        pen.say("alt-incentive", share=share),
        data,
    )


def _frontier(request: Request, pen: Pen) -> Iterator[Block]:
    swept = request.frontier
    if swept is None or len(swept.points) < 2:
        return
    language = pen.language
    yield pen.heading("head-frontier")
    best = _best_rules(swept, pen)
    points = sorted(
        {p.at: p for p in (*swept.points, *(p for p, _ in best)) if p.at is not None}.values(),
        key=lambda point: point.at or 0.0,
    )
    names = ("utilisation", "exposure", "traced_exposure")
    caption = pen.say("picture-frontier")
    data = pen.table(
        "frontier",
        caption,
        [
            pen.column("col-threshold", ColumnKind.SHARE),
            pen.column("col-utilisation", ColumnKind.SHARE),
            pen.column("col-exposure", ColumnKind.SHARE),
            pen.column("col-traced-exposure", ColumnKind.SHARE),
            pen.column("col-resourced", ColumnKind.USD),
            pen.column("col-duty-forgone", ColumnKind.USD),
            pen.column("col-remark", width=2.2),
        ],
        [
            [
                pen.share(point.at),
                *(pen.share(getattr(point, name)) for name in names),
                pen.usd(point.resourced_content),
                pen.usd(point.duty_forgone),
                pen.text(remark),
            ]
            for point, remark in (
                (swept.drafted, pen.say("rule-drafted")),
                *((point, _remark(point, best, pen)) for point in points),
            )
        ],
    )
    in_force = sorted({mark.at for mark in request.in_force})
    yield Picture(
        "frontier",
        runs(caption),
        lines(
            [point.at or 0.0 for point in points],
            [Series(pen.say(f"figure-{n}"), tuple(getattr(p, n) for p in points)) for n in names],
            language.share_tick,
            language.share_tick,
            (pen.say("col-threshold"), ""),
            [(point.at or 0.0, words) for point, words in best],
            (in_force, pen.say("rule-in-force")),
        ),
        " ".join(_frontier_told(swept, best, in_force, pen)),
        data,
    )
    if request.in_force:
        yield _rules_in_force(request.in_force, pen)


def _best_rules(swept: Frontier, pen: Pen) -> list[tuple[RulePoint, str]]:
    """The rules of a sweep that stand out, and what for."""
    floor = pen.language.share(swept.floor)
    found = (
        (swept.turning_point, pen.say("rule-turning")),
        (swept.most_resourced, pen.say("rule-most-resourced")),
        (swept.least_exposure, pen.say("rule-least-exposure", floor=floor)),
    )
    return [(point, words) for point, words in found if point is not None]


def _remark(point: RulePoint, best: Sequence[tuple[RulePoint, str]], pen: Pen) -> str:
    return pen.say("semicolon").join(words for one, words in best if one.at == point.at)


def _frontier_told(
    swept: Frontier, best: Sequence[tuple[RulePoint, str]], in_force: Sequence[float], pen: Pen
) -> Iterator[str]:
    """The picture of a sweep in sentences."""
    share = pen.language.share
    yield pen.say("alt-frontier")
    drafted = swept.drafted
    yield pen.say(
        "alt-drafted", utilisation=share(drafted.utilisation), exposure=share(drafted.exposure)
    )
    for point, words in best:
        yield pen.say("alt-best", at=share(point.at), what=words)
    if in_force:
        yield pen.say("alt-in-force", at=", ".join(share(at) for at in in_force))


def _rules_in_force(marks: Sequence[RuleMark], pen: Pen) -> Block:
    columns = [
        pen.column("col-agreement", width=1.35),
        pen.column("col-threshold", ColumnKind.SHARE, 1.3),
        pen.column("col-products", width=1.6),
        pen.column("col-rule", width=5.2),
        pen.column("col-source", width=2.2),
    ]
    rows = [
        [
            pen.text(mark.agreement, Style.STRONG),
            pen.share(mark.at),
            pen.text(mark.products),
            pen.text(mark.text),
            pen.text(mark.source),
        ]
        for mark in marks
    ]
    note = f"{pen.say('in-force-note')} {pen.say('authentic-rules')}"
    return pen.first_rows("rules-in-force", pen.say("table-in-force"), columns, rows, note)


def _partner_sets(request: Request, pen: Pen) -> Iterator[Block]:
    """The sets that no other beats, drawn among all and listed, the largest market first."""
    sets = request.partner_sets
    if sets is None:
        return
    yield pen.heading("head-partner-sets")
    best = np.flatnonzero(best_sets(sets))
    if not len(best):
        yield pen.paragraph(pen.say("sets-none"))
        return
    count = pen.language.number(sets.count)
    yield pen.paragraph(
        pen.say("partner-sets-lead" if sets.exact else "sets-searched", count=count)
    )
    market = sets.figures["market"]
    best = best[np.argsort(-market[best], kind="stable")]
    chosen = _own_set(sets, request.agreement)
    shown = [int(row) for row in best[: pen.shown(len(best), _SETS_SHOWN)]]
    if chosen is not None and chosen not in shown:
        shown = [chosen, *shown]
    columns = [
        pen.column("section-partners", width=2.9),
        pen.column("col-count", ColumnKind.COUNT, 0.85),
        pen.column("col-market", ColumnKind.SHARE, 0.9),
        pen.column("col-trade", ColumnKind.USD, 1.1),
        pen.column("col-utilisation", ColumnKind.SHARE, 1.2),
        pen.column("col-exposure", ColumnKind.SHARE, 1.1),
        pen.column("col-resourced", ColumnKind.USD, 1.3),
    ]
    caption = pen.say("picture-partner-sets")
    listed = len(best) + (chosen is not None and chosen not in best)
    rows = [_set_row(sets, row, row == chosen, pen) for row in shown]
    data = pen.table("partner-sets", caption, columns, rows, total=listed)
    yield Picture(
        "partner-sets",
        runs(caption),
        _sets_drawn(sets, best, chosen, pen),
        pen.say("alt-partner-sets", count=count, best=pen.language.number(len(best))),
        data,
    )


def _sets_drawn(sets: PartnerSets, best: NDArray[np.int64], chosen: int | None, pen: Pen) -> str:
    """All sets with both figures by market and exposure, the best and the chosen one marked."""
    market, exposure = sets.figures["market"], sets.figures["exposure"]
    known = np.flatnonzero(~np.isnan(market) & ~np.isnan(exposure))
    rows = best.tolist() if chosen is None else [*best.tolist(), chosen]
    place_of = dict(zip(rows, np.searchsorted(known, rows).tolist(), strict=True))
    return scatter(
        Cloud(
            market[known],
            exposure[known],
            [place_of[row] for row in best.tolist()],
            [place_of[row] for row in _staircase(sets, best)],
            place_of[chosen] if chosen is not None and chosen in known else None,
        ),
        (pen.language.share_tick, pen.language.share_tick),
        (pen.say("axis-market"), pen.say("axis-exposure")),
        (pen.say("sets-any"), pen.say("sets-best"), pen.say("sets-own")),
    )


def _own_set(sets: PartnerSets, agreement: Agreement) -> int | None:
    """The place of the set that the text itself has; None where it was not looked at."""
    partners = [p.economy for p in agreement.partners if p.takes_preferences]
    try:
        return sets.row(sets.question.mask(partners))
    except KeyError:
        return None


def _staircase(sets: PartnerSets, best: NDArray[np.int64]) -> list[int]:
    """Of sets with falling markets, each with less exposure than all larger ones."""
    found: list[int] = []
    least = np.inf
    for row in best:
        exposure = float(sets.figures["exposure"][row])
        if exposure < least:
            found.append(int(row))
            least = exposure
    return found


def _set_row(sets: PartnerSets, row: int, own: bool, pen: Pen) -> list[Cell]:
    members, figures = sets.members(row), sets.at(row)
    everyone = sets.question.economies
    out = tuple(code for code in everyone if code not in members)
    words = pen.language.economy_list(members)
    if not out:
        words = pen.say("sets-all")
    elif len(out) <= _OUT_NAMED < len(everyone) - len(out):
        words = pen.say("sets-all-but", names=pen.language.economy_list(out))
    return [
        pen.text(f"{words} ({pen.say('sets-own')})" if own else words),
        pen.count(len(members)),
        pen.share(figures["market"]),
        pen.usd(figures["covered_trade"]),
        pen.share(figures["utilisation"]),
        pen.share(figures["exposure"]),
        pen.usd(figures["resourced_content"]),
    ]


# Options and findings ----------------------------------------------------------------------


def options(request: Request, pen: Pen) -> Iterator[Block]:
    """Every option beside the base text: figures, then what differs."""
    if not request.options:
        yield pen.paragraph(pen.say("options-none"))
        return
    base, others = request.options[0], request.options[1:]
    yield pen.paragraph(
        pen.say("options-lead", options=pen.language.counted("option", len(others)))
    )
    titles = {option.name: option.title for option in request.agreement.options}
    columns = [
        pen.column("col-figure", width=2),
        Column(pen.say("base-text"), ColumnKind.NUMBER, "", 1.2),
        *(
            Column(pen.text(f"{pen.say('option')} {one.option}").text, ColumnKind.NUMBER, "", 1.2)
            for one in others
        ),
    ]
    rows = [
        [
            pen.text(pen.say(f"figure-{name}")),
            *(pen.figure(figure_of(one, name), FIGURES[name][1]) for one in (base, *others)),
        ]
        for name in (*HEADLINES, *_FURTHER)
    ]
    yield pen.table("options", pen.say("table-options"), columns, rows)
    for one in others:
        title = titles.get(one.option or "", "")
        name = pen.named(f"{pen.say('option')} {one.option}", title)
        yield pen.paragraph(name, ParagraphKind.HEADING)
        notes = differences_in_words(_seen(base, request), _seen(one, request))
        yield from pen.points(note.text for note in notes)
    yield from pen.in_english("english-differences")


def _seen(one: Evaluation, request: Request) -> Agreement:
    """The text of an evaluation as the audience may see it."""
    return without_notes(one.agreement) if request.audience is Audience.PARTNERS else one.agreement


def findings(request: Request, pen: Pen) -> Iterator[Block]:
    """What the checks still raise, the gravest first; for own use what was set aside, and why."""
    found = request.evaluation.findings
    still = [finding for finding in found if not finding.set_aside]
    aside = [finding for finding in found if finding.set_aside]
    if request.audience is Audience.PARTNERS:
        aside = []
    if not still:
        yield pen.paragraph(pen.say("findings-none"))
    else:
        yield pen.paragraph(
            pen.say("findings-lead", points=pen.language.counted("point", len(still)))
        )
        yield _findings(pen, "findings", "table-findings", still)
    if aside:
        yield _findings(pen, "findings-aside", "table-findings-aside", aside)
    if still or aside:
        yield from pen.in_english("english-findings")


def _findings(pen: Pen, name: str, title: str, found: Sequence[Finding]) -> Block:
    """A table of findings, the gravest first; with reasons where they were set aside."""
    order = list(Level)
    reasons = any(finding.set_aside for finding in found)
    columns = [
        pen.column("col-kind", width=1.05),
        pen.column("col-what", width=3.2 if reasons else 5),
        *([pen.column("col-why", width=1.8)] if reasons else []),
        pen.column("col-where", width=1.5),
    ]
    rows = [
        [
            pen.text(pen.language.word("level", finding.level)),
            pen.text(finding.text),
            *([pen.text(finding.set_aside)] if reasons else []),
            pen.text(_where(finding.where, pen)),
        ]
        for finding in sorted(found, key=lambda one: order.index(one.level))
    ]
    return pen.table(name, pen.say(title), columns, rows)


def _where(place: str, pen: Pen) -> str:
    """The section of a part of the text, and its number there: "Rules of origin, No. 4"."""
    path, _, rest = place.partition("[")
    section = _SECTIONS_OF.get(path.partition(".")[0])
    if section is None:
        return pen.language.phrase(path.replace("_", " "))
    title = pen.say(f"section-{section}")
    if path not in _NUMBERED or not rest:
        return title
    return f"{title}, {pen.say('col-no')} {int(rest.partition(']')[0]) + 1}"
