"""Read finished documents back, as another program would."""

import io
import re
import zipfile
from html.parser import HTMLParser

import docx
import openpyxl
import pypdf
from docx.oxml.ns import qn
from lxml import etree

_FOOT, _HEAD = 52.0, 780.0
_VOID = {"meta", "br", "link", "rect", "line", "circle", "polyline"}


def squeezed(text: str) -> str:
    """Without spaces, hyphens at line ends and break marks, so that layout does not matter."""
    return re.sub(r"[\s\u200b\u00a0\u202f\u00ad\u2010-]+", "", text)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            assert self._open.pop() == tag, f"</{tag}> closes another tag"

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.parts.append(data)


def read_html(content: bytes) -> _Words:
    words = _Words()
    words.feed(content.decode())
    return words


def html_text(content: bytes) -> str:
    return "".join(read_html(content).parts)


def pdf_text(content: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(content))
    return "\n".join(page.extract_text() for page in reader.pages)


def pdf_body(content: bytes) -> str:
    """The text of a PDF without the heads and feet of its pages, which would part sentences."""
    parts: list[str] = []

    def take(text: str, page: list[float], line: list[float], *_: object) -> None:
        if _FOOT < page[5] + page[3] * line[5] < _HEAD:
            parts.append(text)

    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        page.extract_text(visitor_text=take)
    return "".join(parts)


def docx_root(content: bytes) -> etree._Element:
    return docx.Document(io.BytesIO(content)).element


def docx_text(content: bytes, side: str = "new") -> str:
    """The text with every change accepted ("new") or rejected ("old")."""
    gone = {"new": ("w:del",), "old": ("w:ins",)}[side]
    parts = []
    for node in docx_root(content).iter(qn("w:t"), qn("w:delText"), qn("w:p"), qn("w:tr")):
        if node.tag in (qn("w:p"), qn("w:tr")):
            parts.append("\n")
            continue
        outer = [parent.tag for parent in node.iterancestors()]
        if not any(qn(tag) in outer for tag in gone):
            parts.append(node.text or "")
    return "".join(parts)


def xlsx_cells(content: bytes) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(io.BytesIO(content), rich_text=False)
    found = {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book
    }
    book.close()
    return found


def every_byte(content: bytes) -> bytes:
    """A file with all that is packed in it: parts of a zip, streams of a PDF."""
    found = [content]
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                found += [name.encode(), packed.read(name)]
    elif content[:4] == b"%PDF":
        reader = pypdf.PdfReader(io.BytesIO(content))
        for number in range(1, len(reader.xref.get(0, {})) + 1):
            thing = reader.get_object(number)
            if hasattr(thing, "get_data"):
                found.append(thing.get_data())
            found.append(repr(thing).encode())
        found.append(pdf_text(content).encode())
    return b"\n".join(found)
