"""What a term sheet says, apart from how any format shows it.

A document is sections of blocks. Text is runs, each of which may be part of a change against an
earlier version; so a writer that shows runs shows changes too, and taking one side of every change
gives one of the two texts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum


class Change(StrEnum):
    """How a piece stands to the earlier version."""

    SAME = "same"
    INSERTED = "inserted"
    DELETED = "deleted"


class Style(StrEnum):
    """How a run is set."""

    PLAIN = "plain"
    STRONG = "strong"
    BRACKET = "bracket"
    """Text under negotiation, its square brackets included."""
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Run:
    """Some words in one style."""

    text: str
    style: Style = Style.PLAIN
    change: Change = Change.SAME


Runs = tuple[Run, ...]


def runs(text: str, style: Style = Style.PLAIN) -> Runs:
    """A text as one run; nothing for ""."""
    return (Run(text, style),) if text else ()


def text_of(words: Runs) -> str:
    """The bare words."""
    return "".join(run.text for run in words)


class ParagraphKind(StrEnum):
    """What a paragraph is for."""

    BODY = "body"
    HEADING = "heading"
    """A heading below that of the section."""
    NOTE = "note"
    """Small print: a source, a remark on a table."""
    INTERNAL = "internal"
    """A drafter's note, which stays at home."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    runs: Runs
    kind: ParagraphKind = ParagraphKind.BODY
    change: Change = Change.SAME


@dataclass(frozen=True, slots=True)
class ListBlock:
    """Points, numbered or not; each has a change of its own where it came or went whole."""

    items: tuple[Paragraph, ...]
    ordered: bool = False
    change: Change = Change.SAME


class ColumnKind(StrEnum):
    """What a column holds; decides alignment and the number format of a spreadsheet."""

    TEXT = "text"
    CODE = "code"
    """A product code: text, and never wrapped."""
    USD = "USD"
    SHARE = "share"
    POINTS = "points"
    NUMBER = "number"
    COUNT = "count"

    @property
    def numeric(self) -> bool:
        """Whether its cells are numbers."""
        return self not in (ColumnKind.TEXT, ColumnKind.CODE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `unit` is shown below the title, `width` is relative."""

    title: str
    kind: ColumnKind = ColumnKind.TEXT
    unit: str = ""
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows, and the number behind it, unrounded; `earlier` is that of its old text."""

    runs: Runs = ()
    value: float | None = None
    earlier: float | None = None

    @property
    def changed(self) -> bool:
        """Whether it says something else than the earlier version, or part of it does."""
        return any(run.change is not Change.SAME for run in self.runs)

    @property
    def text(self) -> str:
        """The bare words."""
        return text_of(self.runs)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    cells: tuple[Cell, ...]
    change: Change = Change.SAME


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption; `name` is its own within a document.

    `total` is how many rows there are, where these are the first of them.
    """

    name: str
    caption: Runs
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: Runs = ()
    total: int = 0
    change: Change = Change.SAME


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, what it shows in words, and its numbers as a table.

    `svg` is drawn by the program itself; `earlier` is the drawing of the earlier version.
    """

    name: str
    caption: Runs
    svg: str
    alt: str
    data: Table
    change: Change = Change.SAME
    earlier: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A headline: what it is, how much, how sure, and by which formula."""

    name: str
    title: str
    value: Cell
    interval: Cell
    formula: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Headlines side by side."""

    figures: tuple[Figure, ...]
    change: Change = Change.SAME


Block = Paragraph | ListBlock | Table | Picture | Figures


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part; `number` is "" on the cover, "3" in the body, "A" in an annex."""

    name: str
    number: str
    title: Runs
    blocks: tuple[Block, ...]
    annex: bool = False
    change: Change = Change.SAME


@dataclass(frozen=True, slots=True)
class Trace:
    """What lets a second office redo the figures."""

    scenario_sha256: str
    vintage: str
    version: str


@dataclass(frozen=True, slots=True)
class Words:
    """The few words that writers themselves put on a page."""

    colon: str
    page: str
    of: str
    contents: str
    table: str
    figure: str
    inserted: str
    deleted: str
    interval: str
    annex: str
    version: str
    before: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole term sheet.

    Attributes:
        title, subtitle: of the cover, the title also that of the file.
        date: as it stands on the cover; "" for none. Never the time of writing.
        marking: for the head of each page, such as "Confidential".
        landscape: pages wider than high.
        compact: no page of its own for the cover, no contents.
        compared_with: what the changes are against, in words; "" where nothing is marked.
    """

    title: Runs
    subtitle: Runs
    language: str
    marking: str
    date: str
    facts: Table
    sections: tuple[Section, ...]
    trace: Trace
    words: Words
    landscape: bool = False
    compact: bool = False
    compared_with: str = ""

    @property
    def name(self) -> str:
        """The title in bare words, as it stands now."""
        return text_of(_side(self.title, Change.INSERTED))

    @property
    def facts_in_line(self) -> Runs:
        """What the cover says, as one line for a document without a cover."""
        found: list[Run] = []
        for place, row in enumerate(self.facts.rows):
            what, told = (cell.runs for cell in row.cells)
            found += [*([Run(" · ")] if place else []), *what, Run(self.words.colon), *told]
        return tuple(found)


def _side(words: Runs, side: Change) -> Runs:
    return tuple(
        replace(run, change=Change.SAME) for run in words if run.change in (Change.SAME, side)
    )


def accepted(document: Document) -> Document:
    """The document with every change made."""
    return _taken(document, Change.INSERTED)


def rejected(document: Document) -> Document:
    """The document as it was before."""
    return _taken(document, Change.DELETED)


def _taken(document: Document, side: Change) -> Document:
    return replace(
        document,
        title=_side(document.title, side),
        subtitle=_side(document.subtitle, side),
        facts=_table(document.facts, side),
        sections=tuple(
            replace(
                section,
                title=_side(section.title, side),
                change=Change.SAME,
                blocks=tuple(_block(b, side) for b in section.blocks if _stays(b.change, side)),
            )
            for section in document.sections
            if _stays(section.change, side)
        ),
    )


def _stays(change: Change, side: Change) -> bool:
    return change in (Change.SAME, side)


def _block(block: Block, side: Change) -> Block:
    match block:
        case Paragraph():
            return replace(block, runs=_side(block.runs, side), change=Change.SAME)
        case ListBlock():
            items = tuple(
                replace(item, runs=_side(item.runs, side), change=Change.SAME)
                for item in block.items
                if _stays(item.change, side)
            )
            return replace(block, items=items, change=Change.SAME)
        case Table():
            return _table(block, side)
        case Picture():
            svg = block.earlier if side is Change.DELETED and block.earlier else block.svg
            return replace(
                block,
                caption=_side(block.caption, side),
                svg=svg,
                earlier="",
                data=_table(block.data, side),
                change=Change.SAME,
            )
        case Figures():
            figures = tuple(
                replace(
                    figure,
                    value=_one_side(figure.value, side),
                    interval=_one_side(figure.interval, side),
                )
                for figure in block.figures
            )
            return replace(block, figures=figures, change=Change.SAME)


def _one_side(cell: Cell, side: Change) -> Cell:
    replaced = {run.change for run in cell.runs} >= {Change.INSERTED, Change.DELETED}
    old = side is Change.DELETED and (replaced or cell.earlier is not None)
    return Cell(_side(cell.runs, side), cell.earlier if old else cell.value)


def _table(table: Table, side: Change) -> Table:
    rows = tuple(
        replace(
            row,
            cells=tuple(_one_side(cell, side) for cell in row.cells),
            change=Change.SAME,
        )
        for row in table.rows
        if _stays(row.change, side)
    )
    return replace(
        table,
        caption=_side(table.caption, side),
        rows=rows,
        note=_side(table.note, side),
        change=Change.SAME,
    )


def tables(document: Document) -> Iterator[tuple[Section | None, Table]]:
    """Every table with its section, those of pictures included; that of the cover has none."""
    yield None, document.facts
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                yield section, block
            elif isinstance(block, Picture):
                yield section, block.data


def texts(document: Document) -> Iterator[str]:
    """Every text of a document in reading order, as all formats show them."""
    yield text_of(document.title)
    yield text_of(document.subtitle)
    yield document.marking
    yield document.date
    yield from _texts_of(document.facts)
    for section in document.sections:
        yield text_of(section.title)
        for block in section.blocks:
            yield from _texts_of(block)


def _texts_of(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield text_of(block.runs)
        case ListBlock():
            for item in block.items:
                yield text_of(item.runs)
        case Table():
            yield text_of(block.caption)
            for column in block.columns:
                yield column.title
                yield column.unit
            for row in block.rows:
                for cell in row.cells:
                    yield cell.text
            yield text_of(block.note)
        case Picture():
            yield text_of(block.caption)
            yield from _texts_of(block.data)
        case Figures():
            for figure in block.figures:
                yield figure.title
                yield figure.value.text
                yield figure.interval.text
