"""Against an earlier version: accepted gives the new text, rejected the old one."""

import io
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workbench.termsheet import readers
from workbench.model.agreement import Agreement
from workbench.model.commitments import Commitment, CommitmentTopic, Obligation
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange
from workbench.model.origin import ProductRule, RegionalValueContent, RvcMethod
from workbench.termsheet import changes
from workbench.termsheet.build import build
from workbench.termsheet.changes import marked
from workbench.termsheet.content import (
    Cell,
    Change,
    Column,
    ColumnKind,
    Document,
    ListBlock,
    Paragraph,
    Picture,
    Row,
    Section,
    Table,
    accepted,
    rejected,
    runs,
    tables,
    text_of,
    texts,
)
from workbench.termsheet.docx import docx_bytes
from workbench.termsheet.export import Format, render
from workbench.termsheet.request import Request


@pytest.fixture(scope="module")
def later(agreement: Agreement) -> Agreement:
    """Another partner, a stricter rule, a reworded text and a new one, no option, no sunset."""
    text = agreement.with_partner(Partner("KOR")).without_partner("IDN")
    first = replace(
        text.commitments[0],
        text="Each partner shall keep and enforce labour rights at every mine.",
        brackets=(),
    )
    second = Commitment(
        "tracing-1", CommitmentTopic.TRANSPARENCY, "A claim names it.", Obligation.SHALL
    )
    rule = ProductRule(
        (HSRange.parse("8505.11"),), RegionalValueContent(RvcMethod.BUILD_DOWN, 0.75)
    )
    text = replace(text, title="Magnets & metals pact", commitments=(first, second), notes="")
    return text.with_product_rule(0, rule)


@pytest.fixture(scope="module")
def pair(
    agreement: Agreement, later: Agreement, make_request: Callable[..., Request]
) -> tuple[Request, Request]:
    return make_request(agreement), make_request(later)


@pytest.fixture(scope="module")
def compared(pair: tuple[Request, Request]) -> Document:
    return marked(build(pair[0]), build(pair[1]), "Changes are marked.")


def _texts(document: Document) -> list[str]:
    return [text for text in texts(document) if text]


def test_accepting_all_gives_the_new_text(
    pair: tuple[Request, Request], compared: Document
) -> None:
    assert _texts(accepted(compared)) == _texts(build(pair[1]))


def test_rejecting_all_gives_the_old_text(
    pair: tuple[Request, Request], compared: Document
) -> None:
    assert _texts(rejected(compared)) == _texts(build(pair[0]))


def test_a_document_against_itself_marks_nothing(pair: tuple[Request, Request]) -> None:
    document = build(pair[0])
    same = marked(document, build(pair[0]), "")
    assert same == document


def _lines(content: bytes, side: str) -> list[str]:
    lines = readers.docx_text(content, side).split("\n")
    return [line for line in (readers.squeezed(text) for text in lines) if line]


def test_tracked_changes_in_docx_are_both_texts(
    pair: tuple[Request, Request], compared: Document
) -> None:
    content = docx_bytes(compared)
    for side, request in (("new", pair[1]), ("old", pair[0])):
        plain = replace(
            build(request), marking=compared.marking, compared_with=compared.compared_with
        )
        assert _lines(content, side) == _lines(docx_bytes(plain), "new"), side
    root = readers.docx_root(content)
    marks = [*root.iter(qn("w:ins")), *root.iter(qn("w:del"))]
    assert {mark.get(qn("w:author")) for mark in marks} == {"Pactwright"}
    assert {mark.get(qn("w:date")) for mark in marks} == {"2000-01-01T00:00:00Z"}
    assert len({mark.get(qn("w:id")) for mark in marks}) == len(marks)
    new, old = (readers.docx_text(content, side) for side in ("new", "old"))
    assert "Korea" in new
    assert "Korea" not in old
    assert "Indonesia" in old
    assert "Indonesia" not in new


def test_deleted_words_are_deleted_text_in_docx(compared: Document) -> None:
    root = readers.docx_root(docx_bytes(compared))
    for mark in root.iter(qn("w:del")):
        assert not list(mark.iter(qn("w:t"))), "deleted words must not stand as text"
    for mark in root.iter(qn("w:ins")):
        assert not list(mark.iter(qn("w:delText")))


def test_figures_that_changed_are_shown_old_and_new(
    pair: tuple[Request, Request], compared: Document
) -> None:
    old, new = (request.evaluation.totals["exposure"] for request in pair)
    assert old is not None
    assert new is not None
    assert old != new
    language = pair[0].language
    html = readers.html_text(render(pair[1], Format.HTML, pair[0], "before").content)
    pdf = readers.pdf_text(render(pair[1], Format.PDF, pair[0], "before").content)
    for shown in (html, pdf):
        assert readers.squeezed(language.share(old) + language.share(new)) in readers.squeezed(
            shown
        )
    raw = render(pair[1], Format.HTML, pair[0], "before").content.decode()
    assert "<ins>" in raw
    assert "<del>" in raw


def test_what_is_inserted_leaves_the_rest_alone(
    agreement: Agreement, make_request: Callable[..., Request]
) -> None:
    def commitment(name: str, text: str) -> Commitment:
        return Commitment(name, CommitmentTopic.LABOUR, text, Obligation.SHALL)

    first = commitment("wages-1", "Each partner shall pay what is due.")
    second = commitment("hours-1", "No partner shall ask for longer days.")
    between = commitment("safety-1", "Mines shall be safe for those who work there.")
    old, new = (
        build(make_request(replace(agreement, commitments=some)))
        for some in ((first, second), (first, between, second))
    )
    section = next(s for s in marked(old, new, "").sections if s.name == "commitments")
    touched = [
        b.change for b in section.blocks[:-1] if any(r.change is not Change.SAME for r in b.runs)
    ]
    head = next(b for b in section.blocks if "hours-1" in text_of(b.runs))
    assert [(r.text, r.change) for r in head.runs if r.change is not Change.SAME] == [
        ("2", Change.DELETED),
        ("3", Change.INSERTED),
    ]
    # the three paragraphs of the new one, and the number of that after it
    assert touched == [*[Change.INSERTED] * 3, Change.SAME]


def test_rows_are_matched_by_what_they_are_about() -> None:
    def table(rows: list[tuple[str, str, str]], note: str) -> Table:
        columns = (
            Column("No.", ColumnKind.COUNT),
            Column("Kind"),
            Column("What"),
            Column("Share", ColumnKind.SHARE),
        )
        made = (
            Row(
                (Cell(runs(str(n)), n), *(Cell(runs(word)) for word in row[:2]), Cell(runs(row[2])))
            )
            for n, row in enumerate(rows, 1)
        )
        return Table("x", (), columns, tuple(made), runs(note))

    old = table(
        [("Note", "Japan buys 12 products from China.", "1"), ("Note", "No review clause.", "2")],
        "The first 2 of 20 rows.",
    )
    new = table(
        [
            ("Note", "Chile has no schedule at all.", "3"),
            ("Note", "Japan buys 13 products from China.", "1"),
            ("Note", "No review clause.", "2"),
        ],
        "The first 2 of 30 rows.",
    )
    (found,) = changes._both(old, new)
    assert isinstance(found, Table)
    assert [row.change for row in found.rows] == [Change.INSERTED, Change.SAME, Change.SAME]
    reworded = [r for r in found.rows[1].cells[2].runs if r.change is not Change.SAME]
    assert [(r.text, r.change.value) for r in reworded] == [("12", "deleted"), ("13", "inserted")]
    assert not found.rows[2].cells[2].changed
    assert [r.text for r in found.note if r.change is not Change.SAME] == ["20", "30"]


def test_a_row_that_only_sounds_alike_is_another() -> None:
    def lanes(*codes: str) -> Table:
        columns = (Column("Lane"), Column("Product", ColumnKind.CODE), Column("Regime"))
        rows = (
            Row((Cell(runs("Japan ← Chile")), Cell(runs(code)), Cell(runs("MFN"))))
            for code in codes
        )
        return Table("lanes", (), columns, tuple(rows))

    (found,) = changes._both(lanes("7403.11", "2603.00"), lanes("7403.11", "2836.91"))
    assert isinstance(found, Table)
    assert [row.change.value for row in found.rows] == ["same", "deleted", "inserted"]


def test_every_format_takes_changes(pair: tuple[Request, Request]) -> None:
    for kind in Format:
        made = render(pair[1], kind, pair[0], "before")
        assert made.content == render(pair[1], kind, pair[0], "before").content


words = st.lists(
    st.sampled_from(["mine", "refinery", "shall", "may", "[x]", "10", "%", ".", ",", "keep"]),
    max_size=8,
)
sentences = words.map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(sentences, max_size=6), st.lists(sentences, max_size=6))
def test_any_two_texts(old: list[str], new: list[str]) -> None:
    def section(lines: list[str]) -> Section:
        blocks = tuple(Paragraph(runs(line)) for line in lines)
        items = ListBlock(tuple(Paragraph(runs(line)) for line in lines[:3]))
        return Section("summary", "1", runs("Summary"), (*blocks, items))

    found = changes._section(section(old), section(new))
    document = Document(
        (),
        (),
        "en",
        "",
        "",
        Table("facts", (), (), ()),
        (found,),
        None,
        None,  # type: ignore[arg-type]
    )
    for side, lines in ((accepted, new), (rejected, old)):
        blocks = side(document).sections[0].blocks
        told = [b for b in blocks if isinstance(b, Paragraph)]
        assert ["".join(r.text for r in p.runs) for p in told] == lines
        lists = [b for b in blocks if isinstance(b, ListBlock)]
        assert ["".join(r.text for r in p.runs) for p in lists[0].items] == lines[:3]


def test_a_picture_of_the_earlier_version_stays_in_docx(compared: Document) -> None:
    changed = [
        b for s in compared.sections for b in s.blocks if isinstance(b, Picture) and b.earlier
    ]
    assert changed
    root = readers.docx_root(docx_bytes(compared))
    deleted = [d for mark in root.iter(qn("w:del")) for d in mark.iter(qn("w:drawing"))]
    assert len(deleted) >= len(changed)


GREEN, RED, AMBER = "FF0B6B3A", "FFA6261D", "FFFDF1D6"


def _look(cell: openpyxl.cell.Cell) -> str:
    """How a cell is marked: new, old, or neither."""
    colour = cell.font.color.rgb if cell.font.color is not None else ""
    if colour == GREEN and cell.font.underline:
        return "new"
    return "old" if colour == RED and cell.font.strikethrough else ""


def test_a_spreadsheet_has_figures_old_and_new_as_numbers(
    pair: tuple[Request, Request],
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(pair[1], Format.XLSX, pair[0], "b").content))
    old, new = (request.evaluation.by_product.set_index("product") for request in pair)
    sheet = book["by-product"]
    heads = {cell.value: cell for cell in sheet[3]}
    assert heads["Exposure"].fill.fgColor.rgb == AMBER
    assert _look(heads["Exposure, before"]) == "old"
    assert heads["Exposure, before"].column == heads["Exposure"].column + 1
    assert heads["Trade"].fill.fgColor.rgb != AMBER
    assert "Trade, before" not in heads
    rows = {str(row[0].value): row for row in sheet.iter_rows(min_row=5)}
    now = rows["8505.11"][heads["Exposure"].column - 1]
    before = rows["8505.11"][heads["Exposure, before"].column - 1]
    assert now.value == pytest.approx(new.loc["850511", "exposure"])
    assert before.value == pytest.approx(old.loc["850511", "exposure"])
    assert (_look(now), _look(before)) == ("new", "old")
    assert now.number_format == before.number_format == "0.00%"
    assert sheet.sheet_properties.tabColor.rgb == "FFD98A2B"
    assert book["terms"].sheet_properties.tabColor is None
    book.close()


def test_rows_and_tables_that_came_or_went_are_marked_in_a_spreadsheet(
    later: Agreement, pair: tuple[Request, Request], make_request: Callable[..., Request]
) -> None:
    slow = replace(later.treatment.staging[1], years=7)
    treatment = replace(later.treatment, staging=(later.treatment.staging[0], slow))
    new = make_request(replace(later, treatment=treatment))
    book = openpyxl.load_workbook(io.BytesIO(render(new, Format.XLSX, pair[0], "b").content))
    rows = {str(row[0].value): row for row in book["partners"].iter_rows(min_row=5)}
    assert {_look(cell) for cell in rows["Korea"] if cell.value is not None} == {"new"}
    assert {_look(cell) for cell in rows["Indonesia"] if cell.value is not None} == {"old"}
    for name, look, years in (("staging", "old", 5), ("staging 2", "new", 7)):
        heads = [cell for cell in book[name][3] if cell.value]
        assert [cell.value for cell in heads][2:] == [f"Year {n}" for n in range(1, years + 1)]
        assert {_look(cell) for cell in heads} == {look}
        assert {_look(cell) for cell in book[name][5]} == {look}
    book.close()


def test_rejecting_gives_the_old_figures_too(
    pair: tuple[Request, Request], compared: Document
) -> None:
    for side, request in ((rejected, pair[0]), (accepted, pair[1])):
        known = {table.name: table for _, table in tables(build(request))}
        for _, table in tables(side(compared)):
            for row, other in zip(table.rows, known[table.name].rows, strict=True):
                assert [cell.value for cell in row.cells] == [cell.value for cell in other.cells]
