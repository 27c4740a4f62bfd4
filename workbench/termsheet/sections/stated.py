"""What the text states and the figures rest on: costs of claiming, inputs, rates, rules' sources.

With the parameters before them, a reader can redo a figure from these.
"""

from collections.abc import Iterator

from workbench.analysis.treatment import commitment_costs, costs_claims
from workbench.model.commitments import BillOfInputs, InputShare
from workbench.termsheet.cells import Pen
from workbench.termsheet.content import Block, ColumnKind, Style
from workbench.termsheet.request import Request
from workbench.termsheet.sections.terms import code_list, who_is_bound

_INPUTS_SHOWN = 24
_ORIGINS_SHOWN = 3


def claiming_costs(request: Request, pen: Pen) -> Iterator[Block]:
    """What each commitment adds to the cost of a claim, and the whole cost by exporter."""
    agreement, language = request.agreement, pen.language
    year = request.evaluation.year
    costly = [item for item in agreement.commitments if item.compliance_cost]
    if costly:
        columns = [
            pen.column("col-commitment", width=2.0),
            pen.column("col-bound", width=1.9),
            pen.column("col-precision", width=1.1),
            pen.column("col-cost", ColumnKind.SHARE, 0.9),
            pen.column("col-from-year", ColumnKind.COUNT, 0.8),
            pen.column("col-counts", width=1.3),
            pen.column("col-source", width=1.9),
        ]
        rows = [
            [
                pen.text(item.called, Style.STRONG),
                pen.text(who_is_bound(agreement, item, pen)),
                pen.text(language.word("precision-of", item.precision)),
                pen.share(item.compliance_cost),
                pen.count(item.from_year),
                pen.text(pen.say("yes" if costs_claims(item, year) else "no")),
                pen.text(item.source or pen.say("no-source")),
            ]
            for item in costly
        ]
        yield pen.table(
            "commitment-costs", pen.say("table-commitment-costs"), columns, rows, pen.say("counts")
        )
    base, added = agreement.parameters.ad_valorem_cost, commitment_costs(agreement, year)
    alike: dict[float, list[str]] = {}
    for exporter in request.evaluation.baseline.exporters:
        alike.setdefault(added.get(exporter, 0.0), []).append(exporter)
    columns = [
        pen.column("col-exporter", width=4.0),
        pen.column("col-base-cost", ColumnKind.SHARE, 1.2),
        pen.column("col-commitments-cost", ColumnKind.SHARE, 1.4),
        pen.column("col-effective-cost", ColumnKind.SHARE, 1.4),
    ]
    rows = [
        [
            pen.text(
                pen.say("every-exporter") if len(alike) == 1 else language.economy_list(tuple(who))
            ),
            pen.share(base),
            pen.share(more),
            pen.share(base + more),
        ]
        for more, who in sorted(alike.items())
    ]
    if rows:
        yield pen.table("claiming-costs", pen.say("table-claiming-costs"), columns, rows)


def bills_of_inputs(request: Request, pen: Pen) -> Iterator[Block]:
    """The bills that the content of covered goods is taken from, and where they come from."""
    bills = [bill for bill in request.agreement.bills_of_inputs if _used(bill, request)]
    if not bills:
        return
    language = pen.language
    columns = [
        pen.column("col-no", width=0.4),
        pen.column("col-goods", width=1.2),
        pen.column("col-exporter", width=1.6),
        pen.column("col-input", ColumnKind.CODE, 1.1),
        pen.column("col-share-of-value", ColumnKind.SHARE, 1.0),
        pen.column("col-origins", width=3.6),
    ]
    rows = [
        [
            pen.text(str(number)),
            pen.text(code_list(bill.products)),
            pen.text(language.economy_list(bill.exporters) or pen.say("every-exporter")),
            pen.text(str(item.product), Style.CODE),
            pen.share(item.cost_share),
            pen.text(_origins(item, pen)),
        ]
        for number, bill in enumerate(bills, 1)
        for item in bill.inputs
    ]
    shown = rows[: pen.shown(len(rows), _INPUTS_SHOWN)]
    yield pen.table("bills", pen.say("table-bills"), columns, shown, total=len(rows))
    yield pen.paragraph(pen.say("sources-bills"))
    yield from pen.points((bill.source or pen.say("no-source") for bill in bills), ordered=True)


def _origins(item: InputShare, pen: Pen) -> str:
    """Where an input comes from, as stated; pages name the first origins only."""
    if not item.origins:
        return pen.say("origins-of-imports")
    count = pen.shown(len(item.origins), _ORIGINS_SHOWN)
    named = [
        f"{pen.language.economy(economy)} {pen.language.share(share)}"
        for economy, share in item.origins[:count]
    ]
    if left := len(item.origins) - count:
        named.append(pen.say("and-more", count=left))
    return pen.say("semicolon").join(named)


def _used(bill: BillOfInputs, request: Request) -> bool:
    baseline = request.evaluation.baseline
    return any(
        goods.contains(product) for goods in bill.products for product in baseline.market.products
    ) and (not bill.exporters or bool({*bill.exporters} & {*baseline.exporters}))


def stated_rates(request: Request, pen: Pen) -> Iterator[Block]:
    """The rates that the text states itself, which count before the database."""
    rates = request.agreement.tariffs
    if not rates:
        return
    language = pen.language
    columns = [
        pen.column("col-importer", width=1.5),
        pen.column("col-exporter", width=1.5),
        pen.column("col-products", width=2.2),
        pen.column("col-rate", ColumnKind.SHARE, 0.8),
        pen.column("col-last-year", width=0.7),
        pen.column("col-source", width=2.6),
    ]
    rows = [
        [
            pen.text(language.economy(rate.importer)),
            pen.text(language.economy(rate.exporter) if rate.exporter else pen.say("all")),
            pen.text(code_list(rate.products)),
            pen.share(rate.rate),
            pen.text(str(rate.year) if rate.year is not None else pen.say("missing")),
            pen.text(rate.source),
        ]
        for rate in rates
    ]
    shown = rows[: pen.shown(len(rows))]
    yield pen.table("rates", pen.say("table-rates"), columns, shown, total=len(rows))


def rule_sources(request: Request, pen: Pen) -> Iterator[Block]:
    """Where product rules come from."""
    rules = request.agreement.origin.product_rules
    if not rules:
        return
    rows = [
        [pen.text(code_list(rule.products)), pen.text(rule.source or pen.say("no-source"))]
        for rule in rules
    ]
    columns = [pen.column("col-products", width=2.2), pen.column("col-source", width=4.6)]
    shown = rows[: pen.shown(len(rows))]
    yield pen.table("rule-sources", pen.say("table-rule-sources"), columns, shown, total=len(rows))
