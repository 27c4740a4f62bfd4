"""Reads the cells of an xlsx workbook as text, row by row; without a library.

A cell comes as it is stored: a percentage of 12 % as "0.12", a code kept as a number without its
leading zeros.
"""

import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_WIDEST = 16_384


class WorkbookError(Exception):
    """The file is no workbook, or a damaged one."""


def sheet_names(book: BinaryIO) -> list[str]:
    """The names of the sheets, in order.

    Raises:
        WorkbookError: damaged.
    """
    return list(_places(book))


def sheet_rows(book: BinaryIO, name: str) -> Iterator[list[str]]:
    """The rows of a sheet, cells as text; columns without a cell are "".

    Raises:
        WorkbookError: damaged, or no such sheet.
    """
    places = _places(book)
    if name not in places:
        raise WorkbookError(f"there is no sheet '{name}'")
    try:
        with zipfile.ZipFile(book) as archive:
            shared = _shared(archive)
            with archive.open(places[name]) as stream:
                for _, element in ElementTree.iterparse(stream):
                    if element.tag == f"{_MAIN}row":
                        yield _cells(element, shared)
                        element.clear()
    except (KeyError, IndexError, ValueError, ElementTree.ParseError) as error:
        raise WorkbookError(f"sheet '{name}': {error}") from error


def _places(book: BinaryIO) -> dict[str, str]:
    """Sheet name -> its file in the workbook."""
    try:
        with zipfile.ZipFile(book) as archive:
            relations = {
                entry.get("Id", ""): entry.get("Target", "")
                for entry in ElementTree.fromstring(
                    archive.read("xl/_rels/workbook.xml.rels")
                ).iter(f"{_PACKAGE}Relationship")
            }
            return {
                sheet.get("name", ""): _inside(relations[sheet.get(_RELATION, "")])
                for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(
                    f"{_MAIN}sheet"
                )
            }
    except (KeyError, ValueError, ElementTree.ParseError) as error:
        raise WorkbookError(str(error)) from error


def _inside(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _shared(archive: zipfile.ZipFile) -> list[str]:
    """The texts that cells refer to by number."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    texts = []
    with archive.open("xl/sharedStrings.xml") as stream:
        for _, element in ElementTree.iterparse(stream):
            if element.tag == f"{_MAIN}si":
                texts.append(_text(element))
                element.clear()
    return texts


def _text(element: ElementTree.Element) -> str:
    """All the text below, without the reading aids of Japanese."""
    parts = [run.text or "" for run in element.findall(f"{_MAIN}t")]
    parts += [t.text or "" for r in element.findall(f"{_MAIN}r") for t in r.findall(f"{_MAIN}t")]
    return "".join(parts)


def _cells(row: ElementTree.Element, shared: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row.iter(f"{_MAIN}c"):
        place = _column(cell.get("r", ""), len(cells))
        if place >= _WIDEST:
            raise WorkbookError("a row is wider than a sheet can be")
        cells.extend([""] * (place - len(cells)))
        cells.append(_value(cell, shared).strip())
    return cells


def _column(reference: str, following: int) -> int:
    """The place of a cell such as "C7", from 0."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return following
    place = 0
    for letter in match[1]:
        place = 26 * place + ord(letter) - ord("A") + 1
    return max(place - 1, following)


def _value(cell: ElementTree.Element, shared: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find(f"{_MAIN}is")
        return "" if inline is None else _text(inline)
    value = cell.find(f"{_MAIN}v")
    if value is None or value.text is None or kind == "e":
        return ""
    if kind == "s":
        return shared[int(value.text)]
    if kind == "n":
        return _number(value.text)
    return value.text


def _number(text: str) -> str:
    """A number as people write it: 850511, not 850511.0; 0.1, not 0.10000000000000001."""
    number = float(text)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.15g}"
