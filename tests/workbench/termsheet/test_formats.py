"""Every format says what the content model says, and is what it claims to be."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace

import docx
import numpy as np
import openpyxl
import pypdf
import pytest
from docx.oxml.ns import qn

from tests.workbench.termsheet import readers
from workbench.model.agreement import Agreement
from workbench.termsheet import docx as docx_writer
from workbench.termsheet.build import build
from workbench.termsheet.content import Column, Picture, Table, tables, text_of, texts
from workbench.termsheet.export import Format, render
from workbench.termsheet.language import MISSING
from workbench.termsheet.markdown import escaped
from workbench.termsheet.request import Request


@pytest.fixture(scope="module")
def finished(request_made: Request) -> dict[Format, bytes]:
    return {kind: render(request_made, kind).content for kind in Format}


def _said(request: Request) -> set[str]:
    return {readers.squeezed(text) for text in texts(build(request)) if text.strip()}


def test_the_document_has_every_part_the_template_names(request_made: Request) -> None:
    document = build(request_made)
    assert [section.name for section in document.sections] == [
        section.name for section in request_made.template.sections
    ]
    numbers = [section.number for section in document.sections]
    assert numbers == [*map(str, range(1, 10)), *"ABCDEFG"]
    pictures = [b for s in document.sections for b in s.blocks if isinstance(b, Picture)]
    assert {p.name for p in pictures} == {
        "partners", "staging", "origins", "incentive", "frontier", "partner-sets"
    }  # fmt: skip
    assert all(picture.alt and picture.data.rows for picture in pictures)


@pytest.mark.parametrize("kind", [Format.PDF, Format.DOCX, Format.HTML])
def test_pages_say_everything(
    kind: Format, finished: dict[Format, bytes], request_made: Request
) -> None:
    reader = {
        Format.PDF: readers.pdf_text,
        Format.DOCX: readers.docx_text,
        Format.HTML: readers.html_text,
    }[kind]
    found = readers.squeezed(reader(finished[kind]))
    if kind is Format.DOCX:  # the head of each page is a part of its own
        found += "Confidential"
    missing = [text for text in _said(request_made) if text not in found]
    assert not missing


def test_every_picture_is_drawn_and_told(
    finished: dict[Format, bytes], request_made: Request
) -> None:
    document = build(request_made)
    pictures = [b for s in document.sections for b in s.blocks if isinstance(b, Picture)]
    page = readers.read_html(finished[Format.HTML])
    labels = [value for name, value in page.attributes if name == "aria-label"]
    assert [label for label in labels if label in {p.alt for p in pictures}] == [
        picture.alt for picture in pictures
    ]
    assert page.tags.count("svg") == len(pictures)
    told = finished[Format.MARKDOWN].decode()
    for number, picture in enumerate(pictures, 1):
        assert f"**Figure {number}. {escaped(text_of(picture.caption), False)}**" in told
        assert escaped(picture.alt) in told


def test_the_set_of_the_text_is_marked_among_all(request_made: Request) -> None:
    sets = request_made.partner_sets
    assert sets is not None
    document = build(request_made)
    (picture,) = (
        block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Picture) and block.name == "partner-sets"
    )
    assert picture.svg.count("<circle") == 1 + len(picture.data.rows)  # one in the key
    assert picture.svg.count("l7 7l-7 7l-7 -7z") == 2  # in the key too
    everyone = next(row for row in picture.data.rows if "this text" in row.cells[0].text)
    figures = sets.at(sets.row(sets.question.mask(("JPN", "AUS"))))
    assert everyone.cells[0].text == "all (this text)"
    assert everyone.cells[2].value == figures["market"]
    assert everyone.cells[5].value == figures["exposure"]


def test_sets_without_figures_are_told_not_drawn(
    agreement: Agreement, request_made: Request, make_request: Callable[..., Request]
) -> None:
    sets = request_made.partner_sets
    assert sets is not None
    empty = {name: np.full(sets.count, np.nan) for name in sets.figures}
    request = make_request(agreement, partner_sets=replace(sets, figures=empty))
    told = [readers.squeezed(text) for text in texts(build(request))]
    assert "Nosetofthecandidateshasfigurestocompare." in told
    few = {**sets.figures, "exposure": np.where(sets.masks == 3, np.nan, sets.figures["exposure"])}
    request = make_request(agreement, partner_sets=replace(sets, figures=few))
    (picture,) = (
        block
        for section in build(request).sections
        for block in section.blocks
        if isinstance(block, Picture) and block.name == "partner-sets"
    )
    assert "l7 7l-7 7l-7 -7z" not in picture.svg  # the set of the text has no place
    assert picture.data.rows[0].cells[0].text == "all (this text)"


def test_markdown_says_everything(finished: dict[Format, bytes], request_made: Request) -> None:
    import html as entities

    text = re.sub(r"</?(ins|del)>|\*\*", "", finished[Format.MARKDOWN].decode())
    text = entities.unescape(re.sub(r"\\(.)", r"\1", text)).replace("*", "")
    found = readers.squeezed(text)
    missing = [
        said
        for said in _said(request_made)
        if said not in found and said.replace("*", "") not in found
    ]
    assert not [text for text in missing if text not in {"%", "USD", "points"}]


def test_json_holds_the_whole_model(finished: dict[Format, bytes], request_made: Request) -> None:
    data = json.loads(finished[Format.JSON])["document"]
    document = build(replace(request_made, every_row=True))
    assert [s["name"] for s in data["sections"]] == [s.name for s in document.sections]
    names = {t.name: t for _, t in tables(document)}
    for section in data["sections"]:
        for block in section["blocks"]:
            if block["type"] == "table":
                rows = [[c["value"] for c in row["cells"]] for row in block["rows"]]
                assert rows == [[c.value for c in row.cells] for row in names[block["name"]].rows]


def test_every_table_is_a_sheet_of_numbers(
    finished: dict[Format, bytes], request_made: Request
) -> None:
    document = build(replace(request_made, every_row=True))
    sheets = readers.xlsx_cells(finished[Format.XLSX])
    for section, table in tables(document):
        if section is None:
            continue
        rows = sheets[table.name]
        assert text_of(table.caption) in str(rows[0][0])
        assert [str(v or "") for v in rows[2]][: len(table.columns)] == [
            c.title for c in table.columns
        ]
        for row, cells in zip(table.rows, rows[4:], strict=True):
            for cell, value in zip(row.cells, cells, strict=False):
                if cell.value is None:
                    assert str(value or "") == cell.text
                else:
                    assert value == pytest.approx(cell.value)
    words = readers.squeezed(" ".join(str(v) for row in sheets["Text"] for v in row if v))
    for section in document.sections:
        assert readers.squeezed(text_of(section.title)) in words


def test_the_spreadsheet_freezes_its_heads(finished: dict[Format, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(finished[Format.XLSX]))
    assert {sheet.freeze_panes for sheet in book if sheet.title != "Text"} == {"B5"}
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    book.close()


def test_the_same_input_gives_the_same_bytes(
    finished: dict[Format, bytes], request_made: Request
) -> None:
    for kind in Format:
        assert render(request_made, kind).content == finished[kind], kind


def test_pdf_is_tagged_for_readers_who_do_not_see(finished: dict[Format, bytes]) -> None:
    reader = pypdf.PdfReader(io.BytesIO(finished[Format.PDF]))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in finished[Format.PDF]
    assert b"CreateDate" not in finished[Format.PDF]
    kinds: dict[str, int] = {}
    without_alt = []

    def walk(node: object) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, pypdf.generic.ArrayObject):
            for part in node:
                walk(part)
        elif isinstance(node, pypdf.generic.DictionaryObject) and "/S" in node:
            kind = str(node["/S"])
            kinds[kind] = kinds.get(kind, 0) + 1
            if kind == "/Figure" and not str(node.get("/Alt", "")).strip():
                without_alt.append(node)
            walk(node.get("/K", pypdf.generic.ArrayObject()))

    walk(root["/StructTreeRoot"]["/K"])
    assert not without_alt
    assert kinds["/Figure"] == 6
    assert kinds["/H1"] == 17  # the contents have a heading too
    assert kinds["/Table"] > 15
    assert kinds["/TH"] > 50
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert all("Inter" in name for name in fonts)


def test_docx_has_real_styles_and_repeating_heads(
    finished: dict[Format, bytes], request_made: Request
) -> None:
    file = docx.Document(io.BytesIO(finished[Format.DOCX]))
    document = build(request_made)
    headings = [
        p.text for p in file.paragraphs if p.style.name in ("Heading 1", "Term Sheet Annex")
    ]
    assert headings == [text_of(section.title) for section in document.sections]
    pictures = [b for s in document.sections for b in s.blocks if isinstance(b, Picture)]
    shown = [b for s in document.sections for b in s.blocks if isinstance(b, Table)]
    captions = [p.text for p in file.paragraphs if p.style.name == "Caption"]
    assert len(captions) == len(pictures) + len(shown)
    alts = [node.get("descr") for node in file.element.iter(qn("wp:docPr"))]
    assert alts == [picture.alt for picture in pictures]
    heads = [
        row
        for row in file.element.iter(qn("w:tr"))
        if row.find(f".//{qn('w:tblHeader')}") is not None
    ]
    assert len(heads) == len(shown) + len(pictures)
    assert file.core_properties.title == request_made.agreement.title
    assert file.core_properties.language == "en-GB"
    assert file.sections[0].header.paragraphs[0].text.endswith("Confidential")
    assert "PAGE" in file.sections[0].footer._element.xml


def test_a_narrow_column_has_room_for_the_words_of_its_heading() -> None:
    columns = [Column("Lane"), Column("Utilisation"), Column("Free-riding"), Column("Duty")]
    widths = docx_writer._fitted([4000, 500, 700, 600], columns, 130, 80)
    assert sum(widths) == 5800
    assert widths[1] > 130 * 4.8 + 80  # what the word takes in a common font
    assert widths[2:] == [700, 600]  # a heading may break at its hyphen
    endless = [Column("Lane"), Column("w" * 400)]
    assert docx_writer._fitted([4000, 500], endless, 130, 80)[0] >= 2000


def test_marking_and_brackets_stay(finished: dict[Format, bytes]) -> None:
    for kind, reader in (
        (Format.PDF, readers.pdf_text),
        (Format.DOCX, readers.docx_text),
        (Format.HTML, readers.html_text),
    ):
        found = readers.squeezed(reader(finished[kind]))
        assert "[mineorrefinery]" in found
        assert "[facility]" in found
    assert readers.pdf_text(finished[Format.PDF]).count("Confidential") >= len(
        pypdf.PdfReader(io.BytesIO(finished[Format.PDF])).pages
    )


def test_missing_figures_are_never_zero(request_made: Request) -> None:
    for _, table in tables(build(request_made)):
        for row in table.rows:
            for cell, column in zip(row.cells, table.columns, strict=True):
                if column.kind.numeric and cell.value is None:
                    assert cell.text == MISSING, (table.name, column.title)


@pytest.mark.parametrize("name", ["brief", "technical-annex", "options"])
def test_every_template_comes_out(
    name: str, agreement: object, make_request: Callable[..., Request]
) -> None:
    made = render(make_request(agreement, name), Format.PDF)
    assert made.pages is not None
    if name == "brief":
        assert made.pages == 1
        request = make_request(agreement, name)
        assert "Status: Draft · Option: Base text" in " ".join(
            readers.pdf_text(made.content).split()
        )
        file = docx.Document(io.BytesIO(render(request, Format.DOCX).content))
        assert len(file.tables) == 1  # the headlines; what pictures show stands in them alone
        assert "Status: Draft · Option: Base text" in file.paragraphs[2].text
    if name == "options":
        assert "Loose" in readers.pdf_text(made.content)


def test_a_marking_on_printed_web_pages_is_words_alone(request_made: Request) -> None:
    marking = 'Q "} body{display:none} </style><script>alert(1)</script> \\é'
    page = render(replace(request_made, marking=marking), Format.HTML).content.decode()
    style = page[page.index("<style>") : page.index("</style>")]
    told = re.search(r'@top-right { content: "([^"]*)"', style)
    assert told is not None
    plain = re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), told[1])
    assert plain == marking
    assert "script" not in readers.read_html(page.encode()).tags
    assert page.count("</style>") == 1


def test_a_headline_without_interval_does_not_speak_of_one(
    agreement: Agreement, make_request: Callable[..., Request]
) -> None:
    request = make_request(agreement)
    for kind, reader in (
        (Format.PDF, readers.pdf_text),
        (Format.DOCX, readers.docx_text),
        (Format.HTML, readers.html_text),
    ):
        assert "90%interval:" not in readers.squeezed(reader(render(request, kind).content)), kind
