"""A request and a format to the bytes of a file, and the file to its place."""

import errno
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from workbench.errors import DefinitionError
from workbench.progress import NO_PROGRESS, Progress
from workbench.termsheet.build import build
from workbench.termsheet.changes import marked
from workbench.termsheet.content import Document
from workbench.termsheet.request import Request

_CLOSE_IT = "close the file where it is open, or choose another folder"
_ADVICE = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space",
    errno.EACCES: _CLOSE_IT,
    errno.EPERM: _CLOSE_IT,
    errno.EBUSY: _CLOSE_IT,
}
_PAGES = re.compile(rb"<xmpTPg:NPages>(\d+)<")


class Format(StrEnum):
    """The kinds of file, by the ending of their names."""

    DOCX = "docx"
    PDF = "pdf"
    HTML = "html"
    MARKDOWN = "md"
    XLSX = "xlsx"
    JSON = "json"

    @property
    def has_every_row(self) -> bool:
        """Whether long tables are given whole: for machines rather than for a printer."""
        return self in (Format.XLSX, Format.JSON)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished file; `pages` where the format has them."""

    content: bytes
    pages: int | None


def format_of(path: Path) -> Format:
    """The format that a file name asks for.

    Raises:
        DefinitionError: none that there is.
    """
    ending = path.suffix.lower().removeprefix(".")
    if ending not in list(Format):
        known = ", ".join(f".{kind}" for kind in Format)
        raise DefinitionError(f"{path}: the name of a term sheet ends in one of {known}.")
    return Format(ending)


def document_of(
    request: Request,
    against: Request | None = None,
    compared_with: str = "",
    progress: Progress = NO_PROGRESS,
) -> Document:
    """The document, with what changed since an earlier version where one is given."""
    document = build(request, progress)
    if against is None:
        return document
    words = request.language.say("compared-with", version=compared_with or "–")
    return marked(build(against), document, words)


def render(
    request: Request,
    kind: Format,
    against: Request | None = None,
    compared_with: str = "",
    progress: Progress = NO_PROGRESS,
) -> Rendered:
    """The bytes of a file.

    Args:
        request: what the document is made from.
        kind: the format.
        against: the earlier version, built the same way.
        compared_with: what the earlier version is, in words.
        progress: told of each section.

    Raises:
        WorkbenchError: it cannot be laid out.
        Cancelled: asked to stop.
    """
    request = replace(request, every_row=kind.has_every_row)
    if against is not None:
        against = replace(against, every_row=kind.has_every_row)
    document = document_of(request, against, compared_with, progress)
    content = _writer(kind)(document)
    return Rendered(content, _page_count(content) if kind is Format.PDF else None)


def _writer(kind: Format) -> Callable[[Document], bytes]:
    """The writer of a format; its library is loaded only here."""
    match kind:
        case Format.PDF:
            from workbench.termsheet.pdf import pdf

            return pdf
        case Format.DOCX:
            from workbench.termsheet.docx import docx_bytes

            return docx_bytes
        case Format.XLSX:
            from workbench.termsheet.xlsx import xlsx

            return xlsx
        case Format.HTML:
            from workbench.termsheet.html import html

            return html
        case Format.MARKDOWN:
            from workbench.termsheet.markdown import markdown

            return markdown
        case Format.JSON:
            from workbench.termsheet.json_data import json_bytes

            return json_bytes


def _page_count(content: bytes) -> int | None:
    """As the file's own description has it."""
    found = _PAGES.search(content)
    return int(found[1]) if found else None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is whole or not there.

    Raises:
        DefinitionError: it cannot be written, with why and what to do.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        reason = error.strerror or type(error).__name__
        advice = _ADVICE.get(error.errno or 0, "choose another folder")
        raise DefinitionError(f"{path}: not written ({reason}); {advice}.") from None
