"""Texts that give nothing to claim and products without trade: sentences, no empty figures."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.extended import extended
from workbench.analysis.market import Market
from workbench.analysis.report import evaluation_data
from workbench.model.agreement import Agreement
from workbench.model.commitments import Treatment, TreatmentBasis
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.nomenclature import HSRange
from workbench.progress import NO_PROGRESS
from workbench.termsheet import gather as gathering
from workbench.termsheet.build import build
from workbench.termsheet.content import (
    Document,
    Figures,
    Paragraph,
    Picture,
    Table,
    tables,
    text_of,
    texts,
)
from workbench.termsheet.export import Format, render
from workbench.termsheet.gather import Study, gather
from workbench.termsheet.language import language
from workbench.termsheet.request import Request
from workbench.termsheet.templates import template

MakeRequest = Callable[..., Request]


@pytest.fixture(scope="module")
def playbook(agreement: Agreement) -> Agreement:
    """The agreement without anything to claim."""
    return replace(agreement, treatment=Treatment(market_access=False), incentives=(), options=())


@pytest.fixture(scope="module")
def untraded(market: Market) -> Market:
    """The market without any trade in the database."""
    return replace(market, traded=frozenset(), flows=market.flows.iloc[:0])


def _titles(document: Document) -> set[str]:
    return {column.title for _, table in tables(document) for column in table.columns}


def _blocks(document: Document, kind: type) -> list[object]:
    return [b for section in document.sections for b in section.blocks if isinstance(b, kind)]


@pytest.mark.parametrize("words", ["en", "fr", "es"])
@pytest.mark.parametrize("name", ["brief", "full", "technical-annex"])
def test_without_market_access_no_figure_of_claims_is_printed(
    name: str, words: str, playbook: Agreement, make_request: MakeRequest
) -> None:
    request = make_request(playbook, name, words)
    document = build(request)
    say = request.language.say
    assert not _blocks(document, Figures)
    gone = ("utilisation", "exposure", "traced-exposure", "resourced", "duty-forgone", "leakage")
    assert not _titles(document) & {say(f"col-{one}") for one in (*gone, "margin", "agreed")}
    told = list(texts(document))
    summed_up = "summary" in {section.name for section in document.sections}
    assert any(say("summary-no-incentive") in text for text in told) == summed_up
    assert say("summary-no-interval") not in told
    for table in (t for _, t in tables(document) if t.name == "headlines"):
        assert [row.cells[0].text for row in table.rows] == [
            say(f"figure-{one}")
            for one in ("covered_trade", "known_duty_share", "critical_mass_share",
                        "mfn_free_share", "already_free_share")
        ]  # fmt: skip


def test_a_cut_for_everyone_tells_whom_it_reaches(
    agreement: Agreement, make_request: MakeRequest
) -> None:
    everyone = replace(
        agreement,
        treatment=replace(agreement.treatment, basis=TreatmentBasis.EXTENDED),
        options=(),
    )
    request = make_request(everyone)
    document = build(request)
    assert not _blocks(document, Figures)
    assert not {"Utilisation", "Exposure", "Incentive"} & _titles(document)
    words = " ".join(texts(document))
    assert "The cuts reach every supplier." in words
    assert request.language.counted("group", 1) == "1 group"
    found = extended(request.evaluation)
    (riders,) = (p for p in _blocks(document, Picture) if p.name == "riders")
    first = riders.data.rows[0].cells
    assert first[-1].value == pytest.approx(found.riders["duty_forgone"].iloc[0])
    data = evaluation_data(request.evaluation)
    told = [gap["what"] for gap in data["gaps"]]
    assert "utilisation: cuts reach everyone, so nothing has to be claimed" in told


def test_a_figure_outside_its_interval_is_accounted_for(request_made: Request) -> None:
    assert request_made.intervals is not None
    low = request_made.intervals.assign(low=0.0, high=1e-9)
    document = build(replace(request_made, intervals=low))
    assert any("these stand outside their interval: Covered trade" in t for t in texts(document))


def test_a_brief_of_a_playbook_gives_its_terms(
    playbook: Agreement, make_request: MakeRequest
) -> None:
    told = "\n".join(texts(build(make_request(playbook, "brief"))))
    assert "Labour: Each partner shall keep labour rights at every mine or refinery." in told
    assert "Bodies: Council" in told


def test_an_incentive_alone_is_something_to_claim(
    agreement: Agreement, make_request: MakeRequest
) -> None:
    credit = replace(agreement, treatment=Treatment(market_access=False), options=())
    document = build(make_request(credit))
    assert len(_blocks(document, Figures)) == 1


def test_options_without_market_access_have_no_figure_of_claims(
    playbook: Agreement, agreement: Agreement, make_request: MakeRequest
) -> None:
    request = make_request(agreement, "options")
    base = make_request(playbook, "options")
    mixed = replace(request, options=(base.evaluation, *request.options[1:]))
    (table,) = (t for _, t in tables(build(mixed)) if t.name == "options")
    rows = {row.cells[0].text: row.cells for row in table.rows}
    assert rows["Utilisation"][1].value is None
    assert rows["Utilisation"][2].value is not None
    assert rows["Covered trade"][1].value == rows["Covered trade"][2].value


def test_the_evaluation_says_why_there_is_no_leverage_gap(
    playbook: Agreement, agreement: Agreement, market: Market
) -> None:
    data = evaluation_data(evaluate(playbook, build_baseline(market, playbook)))
    assert data["totals"]["leverage_gap"] is None
    reasons = {gap["what"] for gap in data["gaps"] if gap["where"] == "treatment"}
    assert (
        "leverage gap: the agreement changes no duty, so there is no incentive to raise" in reasons
    )
    other = evaluation_data(evaluate(agreement, build_baseline(market, agreement)))
    assert not [gap for gap in other["gaps"] if gap["where"] == "treatment"]


@pytest.mark.parametrize("words", ["en", "fr", "es"])
@pytest.mark.parametrize("name", ["brief", "full"])
def test_without_trade_a_sentence_says_so(
    name: str, words: str, agreement: Agreement, untraded: Market
) -> None:
    text = replace(agreement, options=())
    result = evaluate(text, build_baseline(untraded, text))
    assert result.totals["covered_trade"] is None
    request = Request(evaluation=result, template=template(name), language=language(words))
    document = build(request)
    say = request.language.say
    told = list(texts(document))
    assert any(say("no-trade", years="2024") in text for text in told)
    assert not _blocks(document, Figures)
    assert not [p for p in _blocks(document, Picture) if getattr(p, "name", "") != "staging"]
    assert not {t.name for _, t in tables(document)} & {"headlines", "lanes", "by-product"}
    intervals = say("summary-interval", draws="1,000")
    assert not {say("summary-no-interval"), intervals} & set(told)


def test_nothing_is_swept_without_trade(
    agreement: Agreement, untraded: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = replace(agreement, options=())
    result = evaluate(text, build_baseline(untraded, text))

    def refuse(*_: object) -> None:
        raise AssertionError

    for name in ("frontier", "intervals", "partner_sets"):
        monkeypatch.setattr(Study, name, refuse)
    study = Study.__new__(Study)
    request = gather(study, text, template("full"), language("en"), known=result)
    assert request.intervals is None
    assert request.frontier is None


@pytest.mark.parametrize(
    ("words", "shown"),
    [("en", "USD 1.35 m to 4.92 m"), ("fr", "1,35 M à 4,92 M USD"), ("es", "1,35 M a 4,92 M USD")],
)
def test_a_range_of_money_names_the_currency_once(words: str, shown: str) -> None:
    one = language(words)
    assert one.usd_range(1.35e6, 4.92e6, one.say("to")).replace("\u00a0", " ") == shown


def test_observers_are_named_apart(request_made: Request) -> None:
    section = next(s for s in build(request_made).sections if s.name == "partners")
    lead, table = section.blocks[:2]
    assert isinstance(lead, Paragraph)
    assert text_of(lead.runs) == (
        "3 partners. Observers, which give and get no preference: Indonesia."
    )
    assert isinstance(table, Table)
    assert len(table.rows) == 4
    assert text_of(table.note) == request_made.language.say("partners-note")


def test_a_spreadsheet_has_descriptions_whole(
    agreement: Agreement, make_request: MakeRequest
) -> None:
    request = make_request(agreement)
    for every_row, ends in ((True, False), (False, True)):
        document = build(replace(request, every_row=every_row))
        for name in ("products", "by-product", "lines-USA"):
            (table,) = (t for _, t in tables(document) if t.name == name)
            row = next(row for row in table.rows if row.cells[0].text.startswith("8505.11"))
            assert row.cells[1].text.startswith("Magnets; permanent magnets and articles")
            assert row.cells[1].text.endswith("…") == ends, (name, every_row)


def test_findings_say_where_in_words_of_the_document(
    agreement: Agreement, make_request: MakeRequest
) -> None:
    request = make_request(agreement)
    places = ("commitments[2]", "origin.product_rules[0].rule", "treatment.staging[1]", "notes")
    some = tuple(replace(request.evaluation.findings[0], where=place) for place in places)
    document = build(replace(request, evaluation=replace(request.evaluation, findings=some)))
    (table,) = (t for _, t in tables(document) if t.name == "findings")
    assert [row.cells[-1].text for row in table.rows] == [
        "Commitments, No. 3", "Rules of origin, No. 1", "Product coverage and duties", "notes"
    ]  # fmt: skip
    assert all(finding.where for finding in request.evaluation.findings)


def test_headlines_are_said_once(request_made: Request) -> None:
    document = build(request_made)
    summary = next(s for s in document.sections if s.name == "summary")
    (cards,) = (b for b in summary.blocks if isinstance(b, Figures))
    (table,) = (b for b in summary.blocks if isinstance(b, Table))
    shown = [figure.title for figure in cards.figures]
    assert len(shown) == 6
    assert not set(shown) & {row.cells[0].text for row in table.rows}
    money = next(f for f in cards.figures if f.name == "resourced_content")
    assert money.interval.text.count("USD") == 1


def test_the_frontier_has_the_rules_that_matter(request_made: Request) -> None:
    swept = request_made.frontier
    assert swept is not None
    (picture,) = (p for p in _blocks(build(request_made), Picture) if p.name == "frontier")  # type: ignore[attr-defined]
    assert isinstance(picture, Picture)
    rows = {row.cells[-1].text: row.cells for row in picture.data.rows if row.cells[-1].text}
    assert rows["rules as drafted"][1].value == swept.drafted.utilisation
    assert swept.most_resourced is not None
    assert swept.least_exposure is not None
    for point, words in (
        (swept.most_resourced, "most content re-sourced"),
        (swept.least_exposure, "least exposure"),
    ):
        (cells,) = (cells for remark, cells in rows.items() if words in remark)
        assert cells[0].value == point.at
        assert cells[2].value == point.exposure
        assert words in picture.alt
    assert "As drafted: utilisation" in picture.alt


def test_rules_in_force_stand_beside_the_frontier(request_made: Request) -> None:
    swept = request_made.frontier
    assert swept is not None
    marks = Study.__new__(Study)
    marks._kept = {}
    found = marks.rules_in_force(swept)
    assert found
    document = build(replace(request_made, in_force=found))
    (table,) = (t for _, t in tables(document) if t.name == "rules-in-force")
    assert [row.cells[1].value for row in table.rows] == [mark.at for mark in found]
    assert [row.cells[3].text for row in table.rows] == [mark.text for mark in found]
    picture = next(b for b in _blocks(document, Picture) if getattr(b, "name", "") == "frontier")
    assert isinstance(picture, Picture)
    assert "Rules in force stand at" in picture.alt
    assert "rule in force" in picture.svg


def test_no_incentive_is_drawn_in_grey(request_made: Request) -> None:
    picture = next(
        b for b in _blocks(build(request_made), Picture) if getattr(b, "name", "") == "incentive"
    )
    assert isinstance(picture, Picture)
    key = re.findall(
        r'<rect [^>]*width="11.0"[^>]*fill="([^"]+)"/><text[^>]*>([^<]+)<', picture.svg
    )
    fills = {name: fill for fill, name in key}
    assert list(fills) == ["strong", "contested", "weak", "none", "not known"]
    red, green, blue = (int(fills["none"][n : n + 2], 16) for n in (1, 3, 5))
    assert max(red, green, blue) - min(red, green, blue) < 16
    light = [sum(int(fills[n][k : k + 2], 16) for k in (1, 3, 5)) for n in list(fills)[:3]]
    assert light == sorted(light)
    assert fills["not known"] == "url(#hatched)"
    assert 'id="hatched"' in picture.svg


def test_a_line_of_an_older_edition_takes_the_words_of_its_heading(
    agreement: Agreement, market: Market
) -> None:
    lines = market.tariff_lines
    moved = lines.iloc[:1].assign(line="81081000")
    kept = replace(market, tariff_lines=pd.concat([lines, moved], ignore_index=True))
    text = replace(
        agreement,
        options=(),
        coverage=ProductCoverage(
            (CoveredProducts((HSRange.parse("8108"), HSRange.parse("8505"))),)
        ),
    )
    result = evaluate(text, build_baseline(kept, text))
    request = Request(evaluation=result, template=template("full"), language=language("en"))
    (table,) = (t for _, t in tables(build(request)) if t.name == "lines-USA")
    words = {row.cells[0].text: row.cells[1].text for row in table.rows}
    assert words["8108.10.00"].startswith("of heading 8108: Titanium")
    assert "Titanium" in words["8108.20.00"]
    assert not words["8108.20.00"].startswith("of heading")
    assert request.language.say("of-heading-note") in text_of(table.note)


def test_a_document_is_gathered_once(
    starter_file: object, agreement: Agreement, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbench.tradedata.database import TradeDatabase

    done: list[str] = []
    for name in ("frontier", "headline_intervals"):
        work = getattr(gathering, name)

        def counted(*args: object, work: object = work, name: str = name, **more: object) -> object:
            done.append(name)
            return work(*args, **more)  # type: ignore[operator]

        monkeypatch.setattr(gathering, name, counted)
    text = replace(agreement, options=())
    with TradeDatabase(starter_file) as database:  # type: ignore[arg-type]
        study = Study(database)
        first = gather(study, text, template("full"), language("en"), progress=NO_PROGRESS)
        again = gather(study, replace(text), template("full"), language("fr"), marking="x")
    assert sorted(done) == ["frontier", "headline_intervals"]
    assert again.evaluation is first.evaluation
    assert again.frontier is first.frontier


def test_every_format_of_a_playbook_comes_out(
    playbook: Agreement, make_request: MakeRequest
) -> None:
    request = make_request(playbook)
    for kind in Format:
        assert render(request, kind).content
    data = json.loads(render(request, Format.JSON).content)
    assert "Leverage gap" not in [
        block.get("title") for s in data["document"]["sections"] for block in s["blocks"]
    ]
    assert text_of(build(request).title) == playbook.title
