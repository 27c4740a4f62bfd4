"""What the text states and the figures rest on: costs of claiming, inputs, rates, rules' sources.

With the parameters before them, a reader can redo a figure from these.
"""

from collections.abc import Iterator

from workbench.analysis.treatment import commitment_costs, costs_claims
from workbench.model.commitments import BillOfInputs, InputShare
from workbench.termsheet.cells import Pen
from workbench.termsheet.content import Block, Cell, ColumnKind, Style
from workbench.termsheet.request import Request
from workbench.termsheet.sections.terms import code_list, who_is_bound

_INPUTS_SHOWN = 24
_ORIGINS_SHOWN = 4


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
                _source(item.source, pen),
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
            pen.text(_exporters(() if len(alike) == 1 else tuple(who), pen)),
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
    columns = [
        pen.column("col-no", ColumnKind.COUNT, 0.5),
        pen.column("col-exporter", width=1.5),
        pen.column("col-goods", width=1.1),
        pen.column("col-source", width=7.0),
    ]
    rows = [
        [
            pen.count(number),
            pen.text(_exporters(bill.exporters, pen)),
            pen.text(code_list(bill.products)),
            _source(bill.source, pen),
        ]
        for number, bill in enumerate(bills, 1)
    ]
    yield pen.first_rows("bills", pen.say("table-bills"), columns, rows)
    columns = [
        pen.column("col-no", ColumnKind.COUNT, 0.5),
        pen.column("col-input", ColumnKind.CODE, 1.1),
        pen.column("col-share-of-value", ColumnKind.SHARE, 1.3),
        pen.column("col-origins", width=6.2),
    ]
    rows = [
        [
            pen.count(number),
            pen.text(str(item.product), Style.CODE),
            pen.share(item.cost_share),
            pen.text(_origins(item, pen)),
        ]
        for number, bill in enumerate(bills, 1)
        for item in bill.inputs
    ]
    caption = pen.say("table-bill-inputs")
    yield pen.first_rows("bill-inputs", caption, columns, rows, most=_INPUTS_SHOWN)


def _exporters(codes: tuple[str, ...], pen: Pen) -> str:
    """The exporters meant; none named are all."""
    return pen.language.economy_list(codes) or pen.say("every-exporter")


def _source(source: str, pen: Pen) -> Cell:
    """A source as stated, or that none is."""
    return pen.text(source or pen.say("no-source"))


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
    yield pen.first_rows("rates", pen.say("table-rates"), columns, rows)


def rule_sources(request: Request, pen: Pen) -> Iterator[Block]:
    """Where product rules come from; those of one source together."""
    goods: dict[str, list[str]] = {}
    for rule in request.agreement.origin.product_rules:
        goods.setdefault(rule.source, []).append(code_list(rule.products))
    if not goods:
        return
    rows = [
        [pen.text(pen.say("semicolon").join(named)), _source(source, pen)]
        for source, named in goods.items()
    ]
    columns = [pen.column("col-products", width=3.2), pen.column("col-source", width=3.6)]
    yield pen.first_rows("rule-sources", pen.say("table-rule-sources"), columns, rows)
