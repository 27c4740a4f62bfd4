"""Sections that say what the text says: partners, coverage, origin, commitments, institutions."""

from collections.abc import Iterator

import numpy as np

from workbench.analysis.commitment_stakes import Stake, stakes
from workbench.analysis.explain import Unit
from workbench.analysis.incentive_view import incentive_by_product
from workbench.analysis.incentives import preferential_duty
from workbench.analysis.partner_view import partner_figures
from workbench.analysis.strictness import ceiling, restrictiveness
from workbench.analysis.triggers import TRIGGER_FIGURES
from workbench.definitions.treaty_text import treaty_text
from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    Bracket,
    Commitment,
    Enforcement,
    StagingCategory,
    StagingFormula,
    Stance,
    TreatmentBasis,
    Trigger,
)
from workbench.model.coverage import CoveredProducts
from workbench.model.nomenclature import HSRange, dotted
from workbench.termsheet.cells import Pen, number_or_none
from workbench.termsheet.content import (
    Block,
    Cell,
    Column,
    ColumnKind,
    Paragraph,
    ParagraphKind,
    Picture,
    Run,
    Runs,
    Style,
    runs,
)
from workbench.termsheet.pictures import Series, bars, lines
from workbench.termsheet.request import Request
from workbench.termsheet.safe_text import clean
from workbench.tradedata.descriptions import describe

_EXAMPLE_DUTY = 0.10
_LONGEST_DESCRIPTION = 90
_LEAST_YEARS = 5
_MOST_YEARS_DRAWN = 12
_LISTED_CODES = 14
_SILENT_NAMED = 4


def partners(request: Request, pen: Pen) -> Iterator[Block]:
    """Who takes part, and what each trades."""
    agreement, language = request.agreement, pen.language
    lead = [
        pen.say("partners-lead", partners=language.counted("partner", len(agreement.economies)))
    ]
    observers = (p.economy for p in agreement.partners if not p.takes_preferences)
    if names := language.economy_list(tuple(observers)):
        lead.append(pen.say("partners-observers", names=names))
    yield pen.paragraph(" ".join(lead))
    known = partner_figures(request.evaluation).to_dict("records")
    figures = {str(row["economy"]): row for row in known}
    rows, drawn = [], []
    for partner in agreement.partners:
        figure = figures[partner.economy]
        rows.append(
            [
                pen.text(language.economy(partner.economy), Style.STRONG),
                pen.text(language.word("role", partner.role)),
                pen.text(language.word("standing", partner.standing)),
                pen.text(pen.say("yes" if partner.developing else "no")),
                *(
                    pen.share(figure[name])
                    for name in ("utilisation", "exposure")
                    if agreement.gives_preference
                ),
            ]
        )
        exports, imports = (number_or_none(figure[n]) for n in ("exports", "imports"))
        if exports or imports:
            drawn.append((language.economy(partner.economy), exports, imports))
    columns = [
        pen.column("col-partner", width=2.4),
        pen.column("col-role", width=2.6),
        pen.column("col-standing", width=1.2),
        pen.column("col-developing", width=1.3),
    ]
    note = ""
    if agreement.gives_preference:
        note = pen.say("partners-note")
        columns += [
            pen.column("col-utilisation", ColumnKind.SHARE, 1.2),
            pen.column("col-exposure", ColumnKind.SHARE, 1.2),
        ]
    yield pen.table("partners", pen.say("table-partners"), columns, rows, note)
    for partner in agreement.partners:
        yield from pen.internal(
            pen.named(language.economy(partner.economy), partner.notes) if partner.notes else ""
        )
    if drawn:
        yield _partners_drawn(drawn, pen)


def _partners_drawn(drawn: list[tuple[str, float | None, float | None]], pen: Pen) -> Picture:
    """What partners sell to and buy from one another, the largest exporter first."""
    drawn = sorted(drawn, key=lambda item: -(item[1] or 0.0))
    names = [name for name, _, _ in drawn]
    exports, imports, caption = (
        pen.say(key) for key in ("col-exports", "col-imports", "picture-partners")
    )
    columns = [
        pen.column("col-partner", width=2),
        pen.column("col-exports", ColumnKind.USD),
        pen.column("col-imports", ColumnKind.USD),
    ]
    rows = [[pen.text(name), pen.usd(out), pen.usd(into)] for name, out, into in drawn]
    series = [
        Series(exports, tuple(out for _, out, _ in drawn)),
        Series(imports, tuple(into for _, _, into in drawn)),
    ]
    money = pen.language.usd
    return Picture(
        "partners",
        runs(caption),
        bars(names, series, money),
        pen.say("alt-partners", name=names[0], value=money(drawn[0][1])),
        pen.table("partners-picture", caption, columns, rows),
    )


# Coverage ----------------------------------------------------------------------------------


def coverage(request: Request, pen: Pen) -> Iterator[Block]:
    """Which products, how they are treated, and what they trade and pay today."""
    agreement = request.agreement
    entries = agreement.coverage.entries
    cuts = agreement.treatment.market_access
    products = request.evaluation.baseline.market.products
    yield pen.paragraph(
        pen.say(
            "coverage-lead",
            products=pen.language.counted("subheading", len(products)),
            groups=pen.language.counted("group", len(entries)),
        )
    )
    if cuts:
        extended = agreement.treatment.basis is TreatmentBasis.EXTENDED
        key = "coverage-extended" if extended else "coverage-preferential"
        yield pen.paragraph(pen.say(key))
    else:
        yield pen.paragraph(pen.say("summary-playbook"))
    columns = [
        pen.column("col-no", ColumnKind.COUNT, 0.5),
        pen.column("col-products", width=4.7),
        pen.column("col-except", width=1.0),
        pen.column("col-stage", width=1.3),
        *([pen.column("col-category", width=1.05)] if cuts else []),
        pen.column("col-conditions", width=1.3),
    ]
    rows = [
        [
            pen.count(place),
            pen.text(_products(entry, pen)),
            pen.text(code_list(entry.exceptions)),
            pen.text(pen.language.word("stage", entry.stage)),
            *([pen.text(agreement.category_of(entry).name)] if cuts else []),
            pen.text(
                pen.say("semicolon").join(
                    part for part in (_quota(entry, pen), entry.end_use) if part
                )
            ),
        ]
        for place, entry in enumerate(entries, 1)
    ]
    sources = "; ".join(dict.fromkeys(e.source for e in entries if e.source))
    yield pen.table("coverage", pen.say("table-coverage"), columns, rows, sources)
    yield from pen.internal(*(entry.notes for entry in entries))
    if cuts:
        yield from _staging(agreement, pen)
    yield from _covered(request, pen)


def _products(entry: CoveredProducts, pen: Pen) -> str:
    named = pen.say("list-named", name=entry.product_list) if entry.product_list else ""
    codes = code_list(entry.products or entry.listed)
    return pen.named(named, codes) if named else codes


def code_list(ranges: tuple[HSRange, ...]) -> str:
    """Codes and ranges of codes, with commas."""
    return ", ".join(str(item) for item in ranges)


def _quota(entry: CoveredProducts, pen: Pen) -> str:
    if entry.quota is None:
        return ""
    return pen.say(
        "quota-and-category" if entry.staging else "quota-alone",
        volume=pen.language.usd(entry.quota.volume_usd),
        rate=pen.language.share(entry.quota.in_quota_rate),
    )


def _staging(agreement: Agreement, pen: Pen) -> Iterator[Block]:
    treatment, language = agreement.treatment, pen.language
    yield from pen.points(_formula(category, pen) for category in treatment.staging)
    yield from pen.internal(
        *(pen.named(c.name, c.notes) for c in treatment.staging if c.notes), treatment.notes
    )
    for ratchet in treatment.ratchets:
        steps = ", ".join(
            pen.say("ratchet-step", criterion=s.criterion, share=language.share(s.cut_share))
            for s in ratchet.steps
        )
        who = language.economy_list(ratchet.exporters)
        yield pen.paragraph(pen.say("ratchet", exporters=who, steps=steps))
    for removal in treatment.removals:
        yield pen.paragraph(
            pen.say(
                "removal",
                exporters=language.economy_list(removal.exporters),
                share=language.share(removal.share),
                why=_called(removal.commitment, agreement) or removal.facility or "–",
            )
        )
    years = max([_LEAST_YEARS, *(c.years or 0 for c in treatment.staging)])
    left = {c.name: _left(c, years) for c in treatment.staging}
    columns = [
        pen.column("col-category", width=1.2),
        pen.column("col-today-0", ColumnKind.SHARE),
        *(
            Column(pen.say("col-year-n", year=year), ColumnKind.SHARE, pen.say("unit-percent"))
            for year in range(1, years + 1)
        ),
    ]
    rows = [
        [pen.text(name, Style.STRONG), *(pen.share(rate) for rate in rates)]
        for name, rates in left.items()
    ]
    caption = pen.say("picture-staging")
    table = pen.table("staging", caption, columns, rows)
    if years > _MOST_YEARS_DRAWN:
        yield table
        return
    yield Picture(
        "staging",
        runs(caption),
        lines(
            list(range(years + 1)),
            [Series(name, tuple(rates)) for name, rates in left.items()],
            language.share_tick,
            lambda value: (
                pen.say("col-today-0") if not value else pen.say("col-year-n", year=int(value))
            ),
        ),
        pen.say("alt-staging", year=years),
        table,
    )


def _called(commitment: str, agreement: Agreement) -> str:
    """What the commitment of an id is called."""
    names = {item.id: item.called for item in agreement.commitments}
    return names.get(commitment, commitment)


def _formula(category: StagingCategory, pen: Pen) -> str:
    value = "" if category.value is None else pen.language.share(category.value)
    return pen.say(
        f"formula-{category.formula.value}",
        name=category.name,
        years=category.years or "–",
        value=value or "–",
    )


def _left(category: StagingCategory, years: int) -> list[float | None]:
    """The duty left of the example duty, today and in each year."""
    base = np.array([_EXAMPLE_DUTY])
    result: list[float | None] = [_EXAMPLE_DUTY]
    needs_value = category.formula not in (
        StagingFormula.FREE,
        StagingFormula.EXCLUDED,
        StagingFormula.EQUAL_CUTS,
    )
    missing = (needs_value and category.value is None) or (
        category.formula is StagingFormula.EQUAL_CUTS and not category.years
    )
    for year in range(1, years + 1):
        if missing:
            result.append(None)
            continue
        duty = preferential_duty(base, category.formula, category.value, category.years, year)
        result.append(float(duty[0]))
    return result


def _covered(request: Request, pen: Pen) -> Iterator[Block]:
    agreement = request.agreement
    table = incentive_by_product(request.evaluation.lanes)
    if table.empty:
        return
    cuts = agreement.treatment.market_access
    rows = []
    count = pen.shown(len(table), 120)
    for row in table.head(count).to_dict("records"):
        code = str(row["product"])
        entry = agreement.coverage.entry_of(code)
        low, high = number_or_none(row["mfn_low"]), number_or_none(row["mfn_high"])
        category = agreement.category_of(entry).name
        rows.append(
            [
                pen.text(dotted(code), Style.CODE),
                pen.text(description(code, agreement.nomenclature.value, pen)),
                pen.text(pen.language.word("stage", entry.stage) if entry else ""),
                *([pen.text(category)] if cuts else []),
                pen.usd(row["value"]),
                Cell(runs(_range(low, high, pen)), number_or_none(row["mfn_rate"])),
                pen.share(row["base_duty"]),
                *([pen.share(row["pref_duty"])] if cuts else []),
            ]
        )
    columns = [
        pen.column("col-product", ColumnKind.CODE, 1.0),
        pen.column("col-description", width=3.7),
        pen.column("col-stage", width=1.3),
        *([pen.column("col-category", width=1.05)] if cuts else []),
        pen.column("col-trade", ColumnKind.USD, 0.95),
        pen.column("col-mfn", ColumnKind.SHARE, 1.3),
        pen.column("col-today", ColumnKind.SHARE, 0.75),
        *([pen.column("col-agreed", ColumnKind.SHARE, 0.9)] if cuts else []),
    ]
    yield pen.table("products", pen.say("table-products"), columns, rows, total=len(table))
    yield from pen.in_english("english-descriptions")


def _range(low: float | None, high: float | None, pen: Pen) -> str:
    if low is None or high is None or low == high:
        return pen.language.share_bare(low)
    return f"{pen.language.share_bare(low)} {pen.say('to')} {pen.language.share_bare(high)}"


def description(code: str, edition: str, pen: Pen, most: int = _LONGEST_DESCRIPTION) -> str:
    """What a code stands for; on pages short enough for a cell."""
    text = describe(code, edition)
    if pen.every_row or len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(",;:") + " …"


# Origin ------------------------------------------------------------------------------------


def origin(request: Request, pen: Pen) -> Iterator[Block]:
    """The provisions and the rules, as treaty text."""
    provisions = request.agreement.origin
    language = pen.language
    points = [
        pen.say("origin-default", rule=treaty_text(provisions.default_rule)),
        pen.say("origin-cumulation", kind=language.word("cumulation", provisions.cumulation)),
        pen.say("origin-absorption", kind=language.word("absorption", provisions.absorption)),
    ]
    if provisions.de_minimis.share:
        points.append(
            pen.say(
                "origin-de-minimis",
                share=language.share(provisions.de_minimis.share),
                basis=language.word("basis", provisions.de_minimis.basis),
            )
        )
    for name in ("sets", "fungible_goods", "direct_shipment", "packaging", "certification"):
        if text := getattr(provisions, name):
            points.append(pen.say(f"origin-{name}", text=text))
    yield from pen.points(points)
    yield from pen.internal(provisions.notes)
    rules = [
        (
            code_list(rule.products)
            + (
                f" ({pen.say('col-except').lower()} {code_list(rule.exceptions)})"
                if rule.exceptions
                else ""
            ),
            rule.rule,
        )
        for rule in provisions.product_rules
    ]
    rules.append((pen.say("rules-other"), provisions.default_rule))
    columns = [
        pen.column("col-no", ColumnKind.COUNT, 0.5),
        pen.column("col-products", width=2.4),
        pen.column("col-rule", width=4.6),
        pen.column("col-strictness", ColumnKind.COUNT, 1.0),
        pen.column("col-ceiling", ColumnKind.SHARE, 1.2),
    ]
    rows = [
        [
            pen.count(number),
            pen.text(products),
            pen.text(treaty_text(rule)),
            pen.count(restrictiveness(rule)),
            pen.share(ceiling(rule)),
        ]
        for number, (products, rule) in enumerate(rules, 1)
    ]
    note = f"{pen.say('rules-note')} {pen.say('authentic')}"
    yield pen.table("rules", pen.say("table-rules"), columns, rows, note)
    yield from pen.internal(
        *(pen.named(code_list(r.products), r.notes) for r in provisions.product_rules if r.notes)
    )


# Commitments -------------------------------------------------------------------------------


def commitments(request: Request, pen: Pen) -> Iterator[Block]:
    """Each text with its brackets, and where partners stand."""
    agreement, language = request.agreement, pen.language
    if not agreement.commitments:
        yield pen.paragraph(pen.say("commitments-none"))
        return
    found = zip(agreement.commitments, stakes(request.evaluation), strict=True)
    for number, (item, stake) in enumerate(found, 1):
        head = pen.say(
            "commitment-head",
            number=number,
            topic=pen.named(language.word("topic", item.topic), item.title),
            id=item.id,
        )
        yield Paragraph(runs(clean(head)), ParagraphKind.HEADING)
        yield Paragraph(bracketed(clean(item.text), item.brackets))
        if item.brackets:
            yield Paragraph(_proposals(item, pen))
        yield pen.note(
            pen.say(
                "commitment-facts",
                obligation=language.word("obligation", item.obligation),
                precision=language.word("precision", item.precision),
                enforcement=language.word("enforcement", item.enforcement),
                who=who_is_bound(agreement, item, pen),
                year=item.from_year,
            )
            + (pen.say("commitment-depends") if item.preference_depends else "")
            + _cost(item, pen)
            + _facility(item, stake, pen)
        )
        yield from pen.internal(
            item.notes,
            *(pen.named(language.economy(p.economy), p.notes) for p in item.positions if p.notes),
        )
    yield from _positions(agreement, pen)


def who_is_bound(agreement: Agreement, item: Commitment, pen: Pen) -> str:
    """The partners that a commitment binds, in words."""
    bound = agreement.bound_by(item)
    if len(bound) == len(agreement.partners):
        return pen.say("every-partner")
    return pen.language.economy_list(bound) or pen.say("nobody")


def _cost(item: Commitment, pen: Pen) -> str:
    if not item.compliance_cost:
        return ""
    return pen.say("commitment-cost", cost=pen.language.share(item.compliance_cost))


def _facility(item: Commitment, stake: Stake, pen: Pen) -> str:
    """What one facility in breach loses; where that is not stated, the most it can be."""
    if not item.preference_depends or item.enforcement is not Enforcement.FACILITY_SPECIFIC:
        return ""
    if item.facility_share is not None:
        return pen.say("facility-loses", share=pen.language.share(item.facility_share))
    return pen.say("facility-not-stated", most=pen.language.usd(stake.most_usd))


def bracketed(text: str, brackets: tuple[Bracket, ...]) -> Runs:
    """A text with its words under negotiation in square brackets where they stand."""
    result: list[Run] = []
    rest = text
    for bracket in sorted(brackets, key=lambda b: text.find(clean(b.text))):
        words = clean(bracket.text)
        before, found, after = rest.partition(words) if words else (rest, "", "")
        if not found:
            continue
        result += [Run(before)] if before else []
        result.append(Run(f"[{words}]", Style.BRACKET))
        rest = after
    return (*result, *runs(rest))


def _proposals(item: Commitment, pen: Pen) -> Runs:
    result: list[Run] = [Run(pen.say("commitment-brackets"))]
    for place, bracket in enumerate(item.brackets):
        result.append(Run(pen.say("semicolon") if place else ""))
        result.append(Run(f"[{clean(bracket.text)}]", Style.BRACKET))
        if bracket.proposed_by:
            who = pen.language.economy_list(bracket.proposed_by)
            result.append(Run(pen.say("proposed-by", who=who)))
    return tuple(run for run in result if run.text)


def _positions(agreement: Agreement, pen: Pen) -> Iterator[Block]:
    language = pen.language
    columns = [
        pen.column("col-commitment", width=1.8),
        *(Column(language.word("stance", stance), width=1.3) for stance in Stance),
    ]
    rows = []
    for item in agreement.commitments:
        stated = {p.economy: p.stance for p in item.positions}
        bound = agreement.bound_by(item)
        stances = {economy: stated.get(economy, Stance.SILENT) for economy in (*bound, *stated)}
        cells = []
        for stance in Stance:
            codes = tuple(code for code, where in stances.items() if where is stance)
            many = stance is Stance.SILENT and len(codes) > _SILENT_NAMED
            words = language.counted("partner", len(codes)) if many else ""
            cells.append(pen.text(words or language.economy_list(codes)))
        rows.append([pen.text(item.called, Style.STRONG), *cells])
    yield pen.table("positions", pen.say("table-positions"), columns, rows)


# Incentives and institutions ---------------------------------------------------------------


def incentives(request: Request, pen: Pen) -> Iterator[Block]:
    """What a claim earns besides the duty saved."""
    found, language = request.agreement.incentives, pen.language
    if not found:
        yield pen.paragraph(pen.say("incentives-none"))
        return
    columns = [
        pen.column("col-name", width=2),
        pen.column("col-kind", width=1.3),
        pen.column("col-worth", ColumnKind.SHARE, 0.9),
        pen.column("col-basis", width=2.4),
        pen.column("col-who", width=1.1),
        pen.column("col-applies", width=2),
        pen.column("col-source", width=1.8),
    ]
    rows = []
    for item in found:
        reach = pen.say("semicolon").join(
            part
            for part in (
                language.economy_list(item.importers),
                language.economy_list(item.exporters),
                code_list(item.products[:_LISTED_CODES]),
                item.conditions,
            )
            if part
        )
        rows.append(
            [
                pen.text(item.name, Style.STRONG),
                pen.text(language.word("kind", item.kind)),
                pen.share(item.ad_valorem),
                pen.text(item.basis),
                pen.text(language.word("by", item.enacted_by)),
                pen.text(reach or pen.say("all")),
                pen.text(item.source),
            ]
        )
    yield pen.table("incentives", pen.say("table-incentives"), columns, rows)
    yield from pen.internal(*(pen.named(i.name, i.notes) for i in found if i.notes))


def institutions(request: Request, pen: Pen) -> Iterator[Block]:
    """Bodies, clocks, review, triggers, withdrawal and accession."""
    found, language = request.agreement.institutions, pen.language
    points = [pen.say("body", name=b.name, does=b.does) for b in found.bodies]
    points += [pen.say("clock", what=c.what, days=c.days) for c in found.clocks]
    if found.review_every_years:
        points.append(pen.say("review-every", years=found.review_every_years))
    for trigger in found.triggers:
        points.append(
            pen.say(
                "trigger-below" if trigger.falls else "trigger",
                figure=language.word("figure", trigger.figure),
                level=_trigger_level(trigger, pen),
                reopens=trigger.reopens,
            )
        )
    if found.withdrawal_lock_years:
        points.append(pen.say("withdrawal-lock", years=found.withdrawal_lock_years))
    if found.withdrawal_notice_months:
        points.append(pen.say("withdrawal-notice", months=found.withdrawal_notice_months))
    if found.sunset_years:
        points.append(pen.say("sunset", years=found.sunset_years))
    if found.accession:
        points.append(pen.say("accession", text=found.accession))
    if points:
        yield from pen.points(points)
    else:
        yield pen.paragraph(pen.say("institutions-none"))
    yield from pen.internal(found.notes)


def _trigger_level(trigger: Trigger, pen: Pen) -> str:
    unit = TRIGGER_FIGURES.get(trigger.figure, ("", Unit.NUMBER))[1]
    if unit is Unit.NUMBER:
        return pen.language.plain(trigger.level)
    return (
        pen.language.share(trigger.level) if unit is Unit.SHARE else pen.language.usd(trigger.level)
    )
