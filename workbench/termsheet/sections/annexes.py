"""Annexes: lanes, tariff lines, parameters, sources, gaps, the method and the words."""

from collections.abc import Iterator

from workbench.analysis.explain import explain_total
from workbench.definitions.treaty_text import treaty_text
from workbench.model.agreement import Agreement
from workbench.model.commitments import PARAMETERS, Parameters
from workbench.model.nomenclature import dotted
from workbench.termsheet.cells import Pen
from workbench.termsheet.content import Block, ColumnKind, Style
from workbench.termsheet.request import Request, scenario_sha256
from workbench.termsheet.sections.results import formula_id
from workbench.termsheet.sections.stated import (
    bills_of_inputs,
    claiming_costs,
    rule_sources,
    stated_rates,
)
from workbench.termsheet.sections.terms import description

_LANES_SHOWN = 60
_LINES_SHOWN = 60
_CLAIM_COLUMNS = frozenset({5, 6, 9, 10, 11, 12})
"""Places in the table of lanes that a text with nothing to claim does without."""
_METHOD = 8
_DEFAULTS = Parameters()
_TERMS = (
    "partner",
    "non-party",
    "lane",
    "mfn",
    "utilisation",
    "free-riding",
    "exposure",
    "leakage",
    "resourced",
    "declared",
    "traced",
    "leverage",
)


def lanes(request: Request, pen: Pen) -> Iterator[Block]:
    """Every lane with trade, the largest first."""
    frame = request.evaluation.lanes
    if request.evaluation.totals["covered_trade"] is None:
        years = ", ".join(str(year) for year in request.evaluation.baseline.market.years)
        yield pen.paragraph(pen.say("no-trade", years=years))
        return
    yield pen.paragraph(pen.say("lanes-lead", lanes=pen.language.counted("lane", len(frame))))
    frame = frame.sort_values("value", ascending=False, kind="stable")
    shown = frame.head(pen.shown(len(frame), _LANES_SHOWN))
    names = {code: pen.language.economy(code) for code in {*shown["importer"], *shown["exporter"]}}
    rows = []
    wanted = (
        "importer",
        "exporter",
        "product",
        "value",
        "base_duty",
        "base_regime",
        "pref_duty",
        "gross_incentive",
        "declared_mean",
        "traced_mean",
        "utilisation",
        "exposure",
        "free_riding_content",
        "duty_forgone",
    )
    for values in zip(*(shown[name].tolist() for name in wanted), strict=True):
        row = dict(zip(wanted, values, strict=True))
        rows.append(
            [
                pen.text(f"{names[row['importer']]} ← {names[row['exporter']]}"),
                pen.text(dotted(row["product"]), Style.CODE),
                pen.usd(row["value"]),
                pen.share(row["base_duty"]),
                pen.phrase(str(row["base_regime"] or "")),
                pen.share(row["pref_duty"]),
                pen.share(row["gross_incentive"]),
                pen.share(row["declared_mean"]),
                pen.share(row["traced_mean"]),
                pen.share(row["utilisation"]),
                pen.share(row["exposure"]),
                pen.usd(row["free_riding_content"]),
                pen.usd(row["duty_forgone"]),
            ]
        )
    columns = [
        pen.column("col-lane", width=3.5),
        pen.column("col-product", ColumnKind.CODE, 1.15),
        pen.column("col-trade", ColumnKind.USD, 1.1),
        pen.column("col-today", ColumnKind.SHARE, 0.85),
        pen.column("col-regime", width=1.15),
        pen.column("col-agreed", ColumnKind.SHARE, 1.0),
        pen.column("col-margin", ColumnKind.POINTS, 1.0, "unit-points"),
        pen.column("col-declared", ColumnKind.SHARE, 1.1),
        pen.column("col-traced", ColumnKind.SHARE, 1.0),
        pen.column("col-utilisation", ColumnKind.SHARE, 1.2),
        pen.column("col-exposure", ColumnKind.SHARE, 1.1),
        pen.column("col-free-riding", ColumnKind.USD, 1.1),
        pen.column("col-duty-forgone", ColumnKind.USD, 1.1),
    ]
    if not request.agreement.gives_preference:
        kept = [place for place in range(len(columns)) if place not in _CLAIM_COLUMNS]
        columns = [columns[place] for place in kept]
        rows = [[row[place] for place in kept] for row in rows]
    yield pen.table("lanes", pen.say("table-lanes"), columns, rows, total=len(frame))


def tariff_lines(request: Request, pen: Pen) -> Iterator[Block]:
    """Covered lines in each partner's national code, where its schedule is at hand."""
    agreement = request.agreement
    market = request.evaluation.baseline.market
    frame = market.tariff_lines
    importers = [code for code in agreement.economies if code in set(frame["importer"])]
    yield pen.paragraph(pen.say("lines-lead" if importers else "lines-none"))
    used: set[int] = set()
    tables: list[Block] = []
    for importer in importers:
        own = frame[(frame["importer"] == importer) & frame["regime"].isin(["mfn", "base"])]
        own = own[[agreement.coverage.covers(str(line)) for line in own["line"]]]
        moved = {
            str(line)
            for line, products in own.groupby("line")["product"]
            if {*products} != {str(line)[:6]}
        }
        own = own.drop_duplicates("line").sort_values("line", kind="stable")
        if own.empty:
            continue
        own = own.assign(rule=_rule_numbers(tuple(own["line"].astype(str)), agreement))
        total = len(own)
        own = own.head(pen.shown(total, _LINES_SHOWN))
        used |= {*own["rule"].tolist()}
        rows = []
        for row in own.to_dict("records"):
            line = str(row["line"])
            entry = agreement.coverage.entry_of(line)
            rows.append(
                [
                    pen.text(dotted(line), Style.CODE),
                    pen.text(_line_described(line, line in moved, agreement, pen)),
                    pen.share(row["rate"]),
                    pen.text(str(row["text"] or "")),
                    pen.text(agreement.category_of(entry).name),
                    pen.count(row["rule"]),
                ]
            )
        columns = [
            pen.column("col-line", ColumnKind.CODE, 1.3),
            pen.column("col-description", width=5.0),
            pen.column("col-rate", ColumnKind.SHARE, 0.7),
            pen.column("col-duty-text", width=3.0),
            pen.column("col-category", width=1.05),
            pen.column("col-rule-no", ColumnKind.COUNT, 0.7),
        ]
        caption = pen.say("table-lines", name=pen.language.economy(importer))
        source = "; ".join(dict.fromkeys(str(name) for name in own["source"]))
        note = pen.named(pen.say("col-source"), source)
        if moved:
            note = f"{note}. {pen.say('of-heading-note')}"
        tables.append(pen.table(f"lines-{importer}", caption, columns, rows, note, total))
    if tables:
        yield _rules_by_number(sorted(used), agreement, pen)
        yield from tables
        yield from pen.in_english("english-descriptions")


def _rule_numbers(lines: tuple[str, ...], agreement: Agreement) -> list[int]:
    """The number of the rule of each line: its place in the text, the default rule last."""
    last = len(agreement.origin.product_rules)
    return [(last if n < 0 else n) + 1 for n in agreement.product_rules_of(lines)]


def _rules_by_number(numbers: list[int], agreement: Agreement, pen: Pen) -> Block:
    """The rules that lines name by number."""
    origin = agreement.origin
    rules = [*(specific.rule for specific in origin.product_rules), origin.default_rule]
    columns = [pen.column("col-no", ColumnKind.COUNT, 0.5), pen.column("col-rule", width=9)]
    rows = [[pen.count(n), pen.text(treaty_text(rules[n - 1]))] for n in numbers]
    note = pen.say("authentic-rules")
    return pen.table("line-rules", pen.say("table-line-rules"), columns, rows, note)


def _line_described(line: str, moved: bool, agreement: Agreement, pen: Pen) -> str:
    """What a line is, in the words of its subheading.

    A line whose subheading became others is of an earlier edition, the words of which are not on
    hand: those of its heading stand in, marked as such.
    """
    edition = agreement.nomenclature.value
    if not moved:
        return description(line[:6], edition, pen)
    heading = line[:4]
    return pen.say("of-heading", code=dotted(heading), text=description(heading, edition, pen))


def parameters(request: Request, pen: Pen) -> Iterator[Block]:
    """Every assumption with its unit, default, range and source; and what else the text states."""
    columns = [
        pen.column("col-parameter", width=1.8),
        pen.column("col-value", ColumnKind.NUMBER, 0.8),
        pen.column("col-unit", width=1.25),
        pen.column("col-default", ColumnKind.NUMBER, 0.85),
        pen.column("col-range", width=1.5),
        pen.column("col-source", width=4.0),
    ]
    text, number = request.agreement.parameters, pen.language.plain
    rows = []
    for info in PARAMETERS:
        stated = text.stated_source(info.name)
        rows.append(
            [
                pen.phrase(info.title),
                pen.number(getattr(text, info.name)),
                pen.phrase(info.unit),
                pen.number(getattr(_DEFAULTS, info.name)),
                pen.text(pen.say("range", low=number(info.low), high=number(info.high))),
                pen.text(stated) if stated else pen.phrase(text.source(info.name)),
            ]
        )
    yield pen.table("parameters", pen.say("table-parameters"), columns, rows)
    yield from claiming_costs(request, pen)
    yield from bills_of_inputs(request, pen)
    yield from stated_rates(request, pen)
    yield from rule_sources(request, pen)


def sources(request: Request, pen: Pen) -> Iterator[Block]:
    """What the figures rest on, and the fingerprint of the scenario."""
    sha = scenario_sha256(request.evaluation, request.agreement)
    yield pen.paragraph(pen.say("scenario-note", sha=sha))
    columns = [
        pen.column("col-subject", width=1.3),
        pen.column("col-source", width=3.2),
        pen.column("col-edition", width=2),
        pen.column("col-last-year", width=0.6),
    ]
    editions: dict[tuple[str, str, int | None], list[str]] = {}
    for one in request.evaluation.vintage:
        editions.setdefault((one.table, one.source, one.year), []).append(one.edition)
    rows = [
        [
            pen.phrase(table.replace("_", " ")),
            pen.text(source),
            pen.text(pen.say("semicolon").join(found)),
            pen.text(str(year) if year is not None else pen.say("missing")),
        ]
        for (table, source, year), found in editions.items()
    ]
    yield pen.table("sources", pen.say("table-sources"), columns, rows)
    if request.agreement.sources:
        yield pen.paragraph(pen.say("sources-stated"))
        yield from pen.points(request.agreement.sources)
    yield from pen.in_english("english-sources")


def gaps(request: Request, pen: Pen) -> Iterator[Block]:
    """What is missing or stands in, with the trade it touches."""
    found = request.evaluation.gaps
    if not found:
        yield pen.paragraph(pen.say("gaps-none"))
        return
    columns = [
        pen.column("col-what", width=3),
        pen.column("col-where", width=2),
        pen.column("col-share-of-trade", ColumnKind.SHARE, 0.9),
    ]
    rows = [
        [pen.phrase(gap.what), pen.text(_where(gap.where, pen)), pen.share(gap.share_of_trade)]
        for gap in found
    ]
    yield pen.first_rows("gaps", pen.say("table-gaps"), columns, rows)


def _where(where: str, pen: Pen) -> str:
    """The place of a gap with economies by their names."""
    importer, between, exporters = where.partition(" from ")
    if not between:
        return pen.language.phrase(pen.language.economy(where))
    names = pen.language.economy_list(tuple(exporters.split(", ")))
    return pen.say("gap-where", importer=pen.language.economy(importer), exporters=names)


def method(request: Request, pen: Pen) -> Iterator[Block]:
    """How the figures come about, in one page."""
    yield from pen.points(
        (pen.say(f"method-{number}") for number in range(1, _METHOD + 1)), ordered=True
    )


def definitions(request: Request, pen: Pen) -> Iterator[Block]:
    """The words, and the formula of every headline."""
    yield pen.table(
        "terms",
        pen.say("table-terms"),
        [pen.column("col-term", width=1.2), pen.column("col-meaning", width=4)],
        [
            [pen.text(pen.say(f"term-{name}"), Style.STRONG), pen.text(pen.say(f"meaning-{name}"))]
            for name in _TERMS
        ],
    )
    columns = [
        pen.column("col-figure", width=1.8),
        pen.column("col-formula", width=2),
        pen.column("col-meaning", width=3.2),
    ]
    rows = []
    for name in request.evaluation.totals:
        explanation = explain_total(request.evaluation, name)
        formula = formula_id(request.evaluation, name)
        rows.append(
            [
                pen.text(pen.language.word("figure", name)),
                pen.text(formula, Style.CODE),
                pen.phrase(explanation.formula),
            ]
        )
    yield pen.table("formulas", pen.say("table-formulas"), columns, rows)
