"""What must not leave does not, and nothing that people write is run or breaks a file."""

import importlib.util
import io
import os
import random
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import docx
import openpyxl
import pypdf
import pytest

from workbench.model.agreement import Agreement, Suppressed
from workbench.model.commitments import Body, Bracket
from workbench.termsheet.build import build
from workbench.termsheet.content import Table
from workbench.termsheet.export import Format, render
from workbench.termsheet.glyphs import drawable
from workbench.termsheet.request import Audience, Request, without_notes
from workbench.termsheet.safe_text import clean, file_name
from workbench.termsheet.templates import Template


def _readers() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "termsheet_readers_of_bytes", Path(__file__).with_name("readers.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


readers = _readers()


@pytest.mark.parametrize("kind", list(Format))
def test_nothing_internal_leaves_for_partners(
    kind: Format, agreement: Agreement, make_request: Callable[..., Request]
) -> None:
    inside = make_request(agreement, template_name="full")
    assert b"SECRET" in readers.every_byte(render(inside, kind).content)
    outside = replace(inside, audience=Audience.PARTNERS)
    found = readers.every_byte(render(outside, kind).content)
    assert b"SECRET" not in found
    assert readers.squeezed(inside.language.say("section-findings")).encode() not in found
    assert inside.language.say("section-findings").encode() not in found


@pytest.mark.parametrize("kind", list(Format))
def test_findings_set_aside_are_apart_for_own_use_and_never_for_partners(
    kind: Format, agreement: Agreement, make_request: Callable[..., Request]
) -> None:
    found = make_request(agreement).evaluation.findings
    assert len(found) > 1
    aside = replace(
        agreement, suppressed=(Suppressed(found[0].id, found[0].about, "QUIETLY agreed"),)
    )
    inside = make_request(aside, template_name="full")
    title = inside.language.say("table-findings-aside")
    (tables,) = (
        [block for block in section.blocks if isinstance(block, Table)]
        for section in build(inside).sections
        if section.name == "findings"
    )
    assert [len(table.rows) for table in tables] == [len(found) - 1, 1]
    assert b"QUIETLY" in readers.every_byte(render(inside, kind).content)
    shown = replace(inside, audience=Audience.PARTNERS, template=_shown_to_all(inside.template))
    content = readers.every_byte(render(shown, kind).content)
    assert b"QUIETLY" not in content
    assert title.encode() not in content
    assert inside.language.say("table-findings").encode() in content


def _shown_to_all(one: Template) -> Template:
    sections = tuple(replace(section, internal=False) for section in one.sections)
    return replace(one, sections=sections)


def test_sections_left_out_are_nowhere(
    agreement: Agreement, make_request: Callable[..., Request]
) -> None:
    request = make_request(agreement, left_out=frozenset({"commitments"}))
    for kind in Format:
        assert b"labour rights at every" not in readers.every_byte(render(request, kind).content)


def test_bare_text_has_no_note_anywhere(agreement: Agreement) -> None:
    assert "SECRET" in str(agreement)
    assert "SECRET" not in str(without_notes(agreement))


_PREFIXES = ("=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("x")')
_MARKUP = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</w:t><w:br/>", "&lt;b&gt; & co",
    "{{ 7*7 }}", "{% raw %}", "#eval(\"1\")", "#read(\"/etc/passwd\")", "$x$ _a_ *b* `c`",
    "[link](javascript:alert(1))", "![i](http://example.org/i.png)", "| a | b |", "# title",
    "http://example.org", "]]>", "<!-- x -->", "${title}", "$$", "\\input{x}", "%PDF-1.4 /JS (x)",
    "&L&\"Arial\"&24", "<ins>x</ins>", "1. one", "---", "<title>",
)  # fmt: skip
_CONTROL = (
    "a\x00b", "a\x07b\x1b[31m", "a\x0bb", "line\nbreak\r\n", "\ufeffbom", "a\u2028b",
    "\ud800 alone",     "\ufffe", "a\u200bb", "\x7f", "\x85",
)  # fmt: skip
_DIRECTION = (
    "\u202egnp.exe",
    "\u2066abc\u2069",
    "\u200fabc",
    "שלום עולם",
    "مرحبا",
    "abc \u061c def",
)
_LONG = ("w" * 400, "長" * 200, "Donaudampfschifffahrt" * 12, "a/b\\c" * 60, "8505.11," * 80)
_EMOJI = (
    "🧲 magnets",
    "👩‍👩‍👧‍👦",
    "🇯🇵🇺🇸",
    "e\u0301\u0301\u0301",
    "½ ™ ﷽",
    "日本",
    "\U0010ffff",
    "ﬁ",
)
_NAMES = (
    "CON",
    "nul.txt",
    "../../etc/passwd",
    "a:b*c?d",
    "   ",
    ".",
    "..",
    "x" * 300,
    "é/ü",
    "-rf",
)


def hostile() -> list[str]:
    """Three hundred titles, notes and names that nobody should write."""
    kinds = (*_PREFIXES, *_MARKUP, *_CONTROL, *_DIRECTION, *_LONG, *_EMOJI, *_NAMES)
    mixed = random.Random(7)
    found = list(kinds)
    while len(found) < 300:
        found.append("".join(mixed.sample(kinds, 2)))
    return found


_ALL = bool(os.environ.get("PACTWRIGHT_ALL_HOSTILE"))
_AT_ONCE = 10


def _with_all(agreement: Agreement, several: list[str]) -> Agreement:
    """The agreement with hostile words in every place that takes words."""
    first = agreement.commitments[0]
    body = [Body(word, word) for word in several]
    commitment = replace(
        first,
        id=several[0],
        text=" ".join(several),
        brackets=tuple(Bracket(word) for word in several[:3]),
        notes=several[1],
    )
    return replace(
        agreement,
        title=several[0] if several[0].strip() else "untitled",
        sector=several[1],
        notes=several[2],
        sources=tuple(several),
        options=(),
        commitments=(commitment,),
        institutions=replace(agreement.institutions, bodies=tuple(body), accession=several[3]),
        origin=replace(agreement.origin, certification=several[4], packaging=several[5]),
    )


@pytest.mark.parametrize("start", range(0, 300, _AT_ONCE) if _ALL else (0, 20, 40, 60))
def test_hostile_words_are_shown_as_they_are(
    start: int, agreement: Agreement, make_request: Callable[..., Request]
) -> None:
    several = hostile()[start : start + _AT_ONCE]
    request = make_request(
        _with_all(agreement, several), marking=several[0], options=(), template_name="full"
    )
    request = replace(
        request, left_out=frozenset({"evaluation", "definitions", "method", "sources", "gaps"})
    )
    shown = [clean(word) for word in several if clean(word)]

    raw = render(request, Format.HTML).content
    page = readers.read_html(raw)
    text = readers.squeezed("".join(page.parts))
    assert all(readers.squeezed(word) in text for word in shown)
    assert not {"script", "img", "iframe", "object"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]

    raw = render(request, Format.XLSX).content
    book = openpyxl.load_workbook(io.BytesIO(raw))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    values = {readers.squeezed(str(cell.value)) for cell in cells if cell.value is not None}
    together = "\n".join(values)
    assert all(readers.squeezed(word)[:300] in together for word in shown)
    book.close()

    raw = render(request, Format.DOCX).content
    text = readers.squeezed(readers.docx_text(raw))
    assert all(readers.squeezed(word) in text for word in shown)
    assert len(docx.Document(io.BytesIO(raw)).tables) > 3
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        assert packed.testzip() is None

    raw = render(request, Format.PDF).content
    reader = pypdf.PdfReader(io.BytesIO(raw))
    text = readers.squeezed(readers.pdf_text(raw))
    drawn = [readers.squeezed(drawable(word)) for word in shown]
    assert not [word for word in drawn if word[:40] not in text and word.isascii()]
    root = reader.trailer["/Root"]
    assert "/OpenAction" not in root
    assert "/JavaScript" not in str(root.get("/Names", ""))

    text = render(request, Format.MARKDOWN).content.decode()
    assert "<script" not in text
    assert "](javascript:" not in text
    render(request, Format.JSON)


def test_names_of_files_are_safe_everywhere() -> None:
    for word in hostile():
        name = file_name(word)
        assert name
        assert len(name) <= 100
        assert name.isascii()
        assert not set(name) & set('/\\:*?"<>| \n\t\0')
        assert name[0] not in "-."
        assert name.split(".")[0].upper() not in {"CON", "NUL", "PRN", "AUX"}


def test_hidden_characters_are_told() -> None:
    assert clean("a\u202eb") == "a«U+202E»b"
    assert clean(" a\n b\t") == "a b"
    assert drawable("🧲") == "«magnet»"
    assert drawable("Türkiye × 10 − 5 %") == "Türkiye × 10 − 5 %"
