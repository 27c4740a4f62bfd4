"""The document as DOCX: real styles and numbering, and changes as tracked changes.

The body is written as XML at once, as cell by cell through the library a long table takes seconds.
Nothing in the file tells when it was made: the same document gives the same bytes.
"""

import copy
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from workbench.termsheet.content import (
    Block,
    Change,
    Column,
    Document,
    Figures,
    ListBlock,
    Paragraph,
    ParagraphKind,
    Picture,
    Run,
    Runs,
    Section,
    Style,
    Table,
)
from workbench.termsheet.language import MISSING
from workbench.termsheet.pdf import picture_png

AUTHOR = "Pactwright"
_WHEN = "2000-01-01T00:00:00Z"
_EPOCH = datetime(2000, 1, 1)
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_FONT = "Arial"
_BLUE, _SOFT, _INK = "1F4E8C", "566273", "1B2330"
_LOCALES = {"en": "en-GB", "fr": "fr-FR", "es": "es-ES"}
_HEAD_SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="EAF0F8"/>'
_HEAD_PLACE = '<w:vAlign w:val="bottom"/>'
_TABLE_LOOK = (
    '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0"'
    ' w:noHBand="1" w:noVBand="1"/>'
)
_PARTS = re.compile(r"[\s-]")
_EMS = dict.fromkeys("fijlrt.,'’()", 0.33) | dict.fromkeys("mwMW", 0.93)
"""Widths of letters that are narrower or wider than most, in their size."""
_SPARED = 0.35
"""What part of its width the widest column of a table may give to others."""
_SHORT, _FEW, _TOGETHER = 10, 6, 2
"""Tables of so few rows stay whole on a page, those of pictures even fewer; of others so many first
rows go with the head."""
_NUMBERING = {"body": 101, "annex": 102, "bullet": 103}
_STYLE_OF = {
    ParagraphKind.BODY: "BodyText",
    ParagraphKind.HEADING: "Heading2",
    ParagraphKind.NOTE: "TermSheetNote",
    ParagraphKind.INTERNAL: "TermSheetInternal",
}


def docx_bytes(document: Document) -> bytes:
    """The document as DOCX."""
    file = docx.Document()
    width = _page(file, document)
    _styles(file, document)
    _numbering(file, document)
    _properties(file, document)
    body = _Body(file, document, width)
    made = parse_xml(
        f"<w:body {nsdecls('w', 'r', 'wp', 'a', 'pic')}>{''.join(body.blocks())}</w:body>"
    )
    target = file.element.body
    last = target.find(qn("w:sectPr"))
    for child in list(target):
        if child is not last:
            target.remove(child)
    for child in list(made):
        last.addprevious(child)
    buffer = io.BytesIO()
    file.save(buffer)
    return normalised(buffer.getvalue())


def normalised(content: bytes) -> bytes:
    """A zip file with every time in it set to one fixed time."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for item in old.infolist():
            fixed = zipfile.ZipInfo(item.filename, _ZIP_TIME)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.create_system = 0
            new.writestr(fixed, old.read(item))
    return buffer.getvalue()


# The frame: page, styles, numbering, properties ---------------------------------------------


def _page(file: Any, document: Document) -> int:
    """Sets the page up; returns the width of its text in twentieths of a point."""
    section = file.sections[0]
    wide, high = Mm(210), Mm(297)
    if document.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        wide, high = high, wide
    section.page_width, section.page_height = wide, high
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(24), Mm(20)
    width = int((wide - 2 * Mm(20)) / 635)
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{width}"/></w:tabs>'
    head = (
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="Header"/>{tab}</w:pPr>'
        f"{_text(document.name)}<w:r><w:tab/></w:r>{_text(document.marking, '<w:b/>')}</w:p>"
    )
    words = document.words
    foot = (
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="Footer"/>{tab}</w:pPr>'
        f"{_text(f'{document.marking} · {words.version} {document.trace.version}')}"
        f"<w:r><w:tab/></w:r>{_text(words.page + ' ')}{_field('PAGE', '1')}"
        f"{_text(f' {words.of} ')}{_field('NUMPAGES', '1')}</w:p>"
    )
    for part, xml in ((section.header, head), (section.footer, foot)):
        part.is_linked_to_previous = False
        element = part._element
        for child in list(element):
            element.remove(child)
        element.append(parse_xml(xml))
    return width


def _styles(file: Any, document: Document) -> None:
    styles = file.styles
    locale = _LOCALES.get(document.language, document.language)
    for lang in styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), locale)
    looks = {
        "Normal": (9.5, False, _INK),
        "Title": (24, True, _BLUE),
        "Subtitle": (12.5, False, _SOFT),
        "Heading 1": (15, True, _BLUE),
        "Heading 2": (11, True, _INK),
        "Caption": (9, True, _INK),
        "Header": (8, False, _SOFT),
        "Footer": (8, False, _SOFT),
        "Body Text": (9.5, False, _INK),
    }
    for name, (size, bold, colour) in looks.items():
        _look(styles[name], size, bold, colour)
    for name, base in (
        ("Term Sheet Note", "Body Text"),
        ("Term Sheet Internal", "Body Text"),
        ("Term Sheet Cell", "Normal"),
        ("Term Sheet Annex", "Heading 1"),
    ):
        style = styles.add_style(name, 1)
        style.base_style = styles[base]
        style.quick_style = True
    _look(styles["Term Sheet Note"], 8, False, _SOFT)
    _look(styles["Term Sheet Cell"], 8, False, _INK)
    _spacing(styles["Term Sheet Cell"], 1.5, 1.5)
    styles["Term Sheet Cell"].paragraph_format.line_spacing = 1.0
    # Words are broken at the ends of lines in the narrow columns of tables, nowhere else.
    hyphens = parse_xml(f"<w:autoHyphenation {nsdecls('w')}/>")
    file.settings.element.find(qn("w:defaultTabStop")).addnext(hyphens)
    whole_words = parse_xml(f"<w:suppressAutoHyphens {nsdecls('w')}/>")
    for name in ("Body Text", "Title", "Subtitle", "Heading 1", "Heading 2", "Caption"):
        properties = styles[name].element.get_or_add_pPr()
        properties.append(copy.copy(whole_words))
        _in_order(properties)
    shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="F6F3EA"/>')
    styles["Term Sheet Internal"].element.get_or_add_pPr().append(shade)
    _spacing(styles["Heading 1"], 12 if document.compact else 20, 8)
    _spacing(styles["Heading 2"], 12, 4)
    _spacing(styles["Body Text"], 0, 6)
    _spacing(styles["Caption"], 8, 4)
    _spacing(styles["Title"], 0, 4)
    _spacing(styles["Subtitle"], 0, 14)
    styles["Caption"].paragraph_format.keep_with_next = True
    for name in ("Header", "Footer"):  # their own tab stops would come first
        for tabs in styles[name].element.findall(f"{qn('w:pPr')}/{qn('w:tabs')}"):
            tabs.getparent().remove(tabs)
    for border in styles["Title"].element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
        break


def _look(style: Any, size: float, bold: bool, colour: str) -> None:
    font = style.font
    font.name, font.size, font.bold, font.italic = _FONT, Pt(size), bold, False
    font.color.rgb = RGBColor.from_string(colour)
    for spaced in style.element.get_or_add_rPr().findall(qn("w:spacing")):
        spaced.getparent().remove(spaced)
    fonts = style.element.get_or_add_rPr().find(qn("w:rFonts"))
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), _FONT)


def _spacing(style: Any, before: float, after: float) -> None:
    style.paragraph_format.space_before = Pt(before)
    style.paragraph_format.space_after = Pt(after)


def _numbering(file: Any, document: Document) -> None:
    """Numbers of headings and bullets, as lists of the word processor."""
    root = file.part.numbering_part.element
    annex = escape(document.words.annex)
    levels = {
        "body": ("decimal", "%1", "Heading1", 'w:left="432" w:hanging="432"'),
        "annex": ("upperLetter", f"{annex} %1", "TermSheetAnnex", 'w:left="1500" w:hanging="1500"'),
        "bullet": ("bullet", "•", "", 'w:left="360" w:hanging="240"'),
    }
    made = [
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{_NUMBERING[name]}">'
        '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        f'<w:numFmt w:val="{form}"/>'
        + (f'<w:pStyle w:val="{style}"/>' if style else "")
        + f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f"<w:pPr><w:ind {indent}/></w:pPr></w:lvl></w:abstractNum>"
        for name, (form, text, style, indent) in levels.items()
    ]
    first = root.find(qn("w:num"))
    for xml in made:
        first.addprevious(parse_xml(xml))
    for number in _NUMBERING.values():
        root.append(_num(number, number))
    for name, style in (("body", "Heading 1"), ("annex", "Term Sheet Annex")):
        properties = file.styles[style].element.get_or_add_pPr()
        properties.append(
            parse_xml(
                f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/>'
                f'<w:numId w:val="{_NUMBERING[name]}"/></w:numPr>'
            )
        )
        _in_order(properties)


def _num(number: int, abstract: int) -> Any:
    return parse_xml(
        f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/></w:num>'
    )


def _in_order(properties: Any) -> None:
    """Children of paragraph properties in the order that the schema wants."""
    order = (
        "keepNext",
        "keepLines",
        "pageBreakBefore",
        "widowControl",
        "numPr",
        "pBdr",
        "shd",
        "tabs",
        "suppressAutoHyphens",
        "spacing",
    )
    rank = {qn(f"w:{name}"): place for place, name in enumerate(order)}
    children = sorted(properties, key=lambda child: rank.get(child.tag, len(order)))
    for child in children:
        properties.remove(child)
    properties.extend(children)


def _properties(file: Any, document: Document) -> None:
    core = file.core_properties
    core.title = document.name[:250]
    core.subject = "".join(run.text for run in document.subtitle)[:250]
    core.author = core.last_modified_by = AUTHOR
    core.comments = document.trace.scenario_sha256
    core.keywords = document.trace.version
    core.language = _LOCALES.get(document.language, document.language)
    core.created = core.modified = _EPOCH
    core.revision = 1


# The body ----------------------------------------------------------------------------------


class _Body:
    """Writes the body; keeps count of changes, pictures and lists."""

    def __init__(self, file: Any, document: Document, width: int) -> None:
        self._file, self._document, self._width = file, document, width
        self._ids = 100
        self._lists = 200

    def blocks(self) -> Iterator[str]:
        """The XML of each part of the body."""
        document = self._document
        yield self._paragraph(document.title, "Title")
        lead = document.subtitle
        if document.date:
            lead = (*lead, Run(f" · {document.date}"))
        yield self._paragraph(lead, "Subtitle")
        if document.compact:
            yield self._paragraph(document.facts_in_line, "TermSheetNote")
        else:
            yield self._grid(document.facts, head=False)
        if document.compared_with:
            yield self._paragraph((Run(document.compared_with),), "TermSheetInternal")
        if not document.compact:
            yield from self._contents()
        for place, section in enumerate(document.sections):
            yield self._heading(section, new_page=place == 0 and not document.compact)
            after = (*section.blocks[1:], None)
            for block, following in zip(section.blocks, after, strict=True):
                yield from self._block(block, following, section.annex)

    def _next(self) -> int:
        self._ids += 1
        return self._ids

    def _mark(self, change: Change) -> str:
        tag = "ins" if change is Change.INSERTED else "del"
        return f'w:{tag} w:id="{self._next()}" w:author="{AUTHOR}" w:date="{_WHEN}"'

    def _contents(self) -> Iterator[str]:
        """Contents as a field that a reader can bring up to date, filled in already."""
        head = (Run(self._document.words.contents, Style.STRONG),)
        yield self._paragraph(head, "BodyText", more='<w:spacing w:before="360"/>')
        sections = [s for s in self._document.sections if s.change is not Change.DELETED]
        start = (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">'
            ' TOC \\o "1-1" \\n \\h </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )
        end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        for place, section in enumerate(sections):
            number = section.number
            if section.annex:
                number = f"{self._document.words.annex} {number}"
            title = "".join(r.text for r in section.title if r.change is not Change.DELETED)
            yield (
                '<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>'
                + (start if place == 0 else "")
                + _text(f"{number}  {title}")
                + (end if place == len(sections) - 1 else "")
                + "</w:p>"
            )

    def _heading(self, section: Section, new_page: bool) -> str:
        style = "TermSheetAnnex" if section.annex else "Heading1"
        more = "<w:pageBreakBefore/>" if new_page else ""
        return self._paragraph(section.title, style, section.change, more)

    def _paragraph(
        self, words: Runs, style: str, change: Change = Change.SAME, more: str = ""
    ) -> str:
        mark = self._paragraph_mark(change)
        return (
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}{mark}</w:pPr>{self._runs(words)}</w:p>'
        )

    def _paragraph_mark(self, change: Change) -> str:
        """Whether the end of a paragraph came or went."""
        return "" if change is Change.SAME else f"<w:rPr><{self._mark(change)}/></w:rPr>"

    def _runs(self, words: Runs, size: str = "") -> str:
        return "".join(self._run(run, size) for run in words if run.text)

    def _run(self, run: Run, size: str = "") -> str:
        look = {
            Style.STRONG: f"<w:b/>{size}",
            Style.BRACKET: f'<w:b/>{size}<w:shd w:val="clear" w:color="auto" w:fill="FDF1D6"/>',
        }.get(run.style, size)
        return self._changed(_text(run.text, look, run.change is Change.DELETED), run.change)

    def _changed(self, xml: str, change: Change) -> str:
        if change is Change.SAME:
            return xml
        mark = self._mark(change)
        return f"<{mark}>{xml}</{mark.split()[0]}>"

    def _block(self, block: Block, following: Block | None, annex: bool) -> Iterator[str]:
        match block:
            case Paragraph():
                noted = isinstance(following, Paragraph) and following.kind is ParagraphKind.NOTE
                more = "<w:keepNext/>" if noted else ""
                yield self._paragraph(block.runs, _STYLE_OF[block.kind], block.change, more)
            case ListBlock():
                yield from self._list(block)
            case Table():
                yield self._caption(self._document.words.table, block.caption, block.change)
                yield self._grid(block, small=annex)
                yield self._after(block)
            case Picture():
                compact = self._document.compact
                together = len(block.data.rows) <= _FEW and not compact
                yield self._drawing(block)
                yield self._caption(
                    self._document.words.figure, block.caption, block.change, together
                )
                if not compact:
                    yield self._grid(block.data, whole=_FEW, small=True)
                    yield self._after(block.data)
            case Figures():
                yield from self._figures(block)

    def _list(self, block: ListBlock) -> Iterator[str]:
        number = _NUMBERING["bullet"]
        if block.ordered:
            self._lists += 1
            number = self._lists
            self._add_list(number)
        for item in block.items:
            more = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
            style = "ListNumber" if block.ordered else "ListBullet"
            yield self._paragraph(item.runs, style, item.change, more)

    def _add_list(self, number: int) -> None:
        root = self._file.part.numbering_part.element
        abstract = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">'
            '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
            '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/><w:lvlJc w:val="left"/>'
            '<w:pPr><w:ind w:left="400" w:hanging="400"/></w:pPr></w:lvl></w:abstractNum>'
        )
        root.find(qn("w:num")).addprevious(abstract)
        root.append(_num(number, number))

    def _caption(self, label: str, words: Runs, change: Change, together: bool = True) -> str:
        """A caption; `together` with what follows on a page."""
        lead = ""
        if change is not Change.DELETED:
            number = _field(f"SEQ {escape(label)} \\* ARABIC", "1")
            lead = _text(f"{label} ") + number + _text(". ")
            if change is Change.INSERTED:
                lead = self._changed(_text(f"{label} "), change) + number
                lead += self._changed(_text(". "), change)
        mark = self._paragraph_mark(change)
        return (
            f'<w:p><w:pPr><w:pStyle w:val="Caption"/><w:keepNext w:val="{int(together)}"/>{mark}'
            f"</w:pPr>{lead}{self._runs(words)}</w:p>"
        )

    def _after(self, table: Table) -> str:
        """The note of a table, and the space that any table needs after it."""
        return self._paragraph(table.note, "TermSheetNote", table.change)

    def _figures(self, block: Figures) -> Iterator[str]:
        """Headlines as a table without lines, three beside each other."""
        columns = 3
        width = self._width // columns
        rows = []
        for start in range(0, len(block.figures), columns):
            cells = []
            for figure in block.figures[start : start + columns]:
                small: Runs = (Run(figure.formula),)
                if figure.interval.text != MISSING:
                    label = Run(f"{self._document.words.interval} ")
                    small = (label, *figure.interval.runs, Run(" · "), *small)
                cells.append(
                    f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
                    + self._paragraph((Run(figure.title),), "TermSheetNote")
                    + '<w:p><w:pPr><w:pStyle w:val="TermSheetCell"/></w:pPr>'
                    + "".join(self._large(run) for run in figure.value.runs)
                    + "</w:p>"
                    + self._paragraph(small, "TermSheetNote")
                    + "</w:tc>"
                )
            for _ in range(columns - len(cells)):
                cells.append(
                    f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p/></w:tc>'
                )
            rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>")
        line = '<w:{0} w:val="single" w:sz="4" w:space="0" w:color="D5DBE3"/>'
        names = ("top", "left", "bottom", "right", "insideH", "insideV")
        borders = "".join(line.format(name) for name in names)
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for _ in range(columns))
        yield (
            f'<w:tbl><w:tblPr><w:tblW w:w="{self._width}" w:type="dxa"/><w:tblBorders>{borders}'
            '</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
            '<w:p><w:pPr><w:pStyle w:val="TermSheetNote"/></w:pPr></w:p>'
        )

    def _large(self, run: Run) -> str:
        look = '<w:b/><w:sz w:val="30"/>'
        return self._changed(_text(run.text, look, run.change is Change.DELETED), run.change)

    def _grid(
        self, table: Table, head: bool = True, whole: int = _SHORT, small: bool = False
    ) -> str:
        """A table; one of up to `whole` rows stays on a page."""
        total = sum(column.width for column in table.columns)
        widths = [int(self._width * column.width / total) for column in table.columns]
        numeric = [column.kind.numeric for column in table.columns]
        many = len(widths) > 9
        half_points = 13 if many else 15 if small else 16
        size = f'<w:sz w:val="{half_points}"/>'
        room = 40 if many else 70
        widths = _fitted(widths, table.columns, 10 * half_points, 2 * room)
        # Words keep away from a figure before them, which ends where they begin.
        apart = f'<w:tcMar><w:left w:w="{2 * room}" w:type="dxa"/></w:tcMar>'
        margins = [
            apart if before and not number else ""
            for before, number in zip((False, *numeric), numeric, strict=False)
        ]
        rows = []
        if head:
            cells = "".join(
                _cell(
                    width,
                    _text(column.title, f"<w:b/>{size}")
                    + (f"<w:r><w:br/></w:r>{_text(column.unit, size)}" if column.unit else ""),
                    right,
                    _HEAD_SHADE + margin + _HEAD_PLACE,
                    True,
                )
                for width, column, right, margin in zip(
                    widths, table.columns, numeric, margins, strict=True
                )
            )
            change = self._row_mark(table.change)
            rows.append(
                f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/>{change}</w:trPr>{cells}</w:tr>"
            )
        last = len(table.rows) - 1
        for place, row in enumerate(table.rows):
            together = place < last and (last < whole or place < _TOGETHER)
            cells = "".join(
                _cell(width, self._runs(cell.runs, size), right, margin, together)
                for width, cell, right, margin in zip(
                    widths, row.cells, numeric, margins, strict=True
                )
            )
            change = self._row_mark(row.change)
            rows.append(f"<w:tr><w:trPr><w:cantSplit/>{change}</w:trPr>{cells}</w:tr>")
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        line = '<w:{0} w:val="single" w:sz="{1}" w:space="0" w:color="{2}"/>'
        borders = "".join(line.format(name, 4, "D5DBE3") for name in ("bottom", "insideH"))
        caption = "".join(run.text for run in table.caption)
        about = f'<w:tblCaption w:val="{escape(caption)}"/>' if caption else ""
        look = _TABLE_LOOK if head else ""
        return (
            f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
            f"<w:tblBorders>{borders if head else ''}</w:tblBorders>"
            f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="{room}" w:type="dxa"/>'
            f'<w:right w:w="{room}" w:type="dxa"/></w:tblCellMar>{look}{about}</w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
        )

    def _row_mark(self, change: Change) -> str:
        return "" if change is Change.SAME else f"<{self._mark(change)}/>"

    def _drawing(self, picture: Picture) -> str:
        """The drawing; that of the earlier version before it where it changed."""
        change = picture.change
        runs_of = []
        if picture.earlier and picture.earlier != picture.svg:
            runs_of.append((picture.earlier, Change.DELETED))
            change = Change.INSERTED
        runs_of.append((picture.svg, change))
        xml = "".join(self._changed(self._image(svg, picture.alt), mark) for svg, mark in runs_of)
        mark = self._paragraph_mark(picture.change)
        return f'<w:p><w:pPr><w:pStyle w:val="BodyText"/><w:keepNext/>{mark}</w:pPr>{xml}</w:p>'

    def _image(self, svg: str, alt: str) -> str:
        relation, image = self._file.part.get_or_add_image(io.BytesIO(picture_png(svg)))
        wide = min(self._width * 635, int(Mm(100 if self._document.compact else 150)))
        high = int(wide * image.px_height / image.px_width)
        number = self._next()
        return (
            f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{number}" name="Picture {number}"'
            f' descr="{escape(alt)}"/><wp:cNvGraphicFramePr><a:graphicFrameLocks'
            ' noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic><a:graphicData'
            ' uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr id="{number}" name="Picture {number}"'
            f' descr="{escape(alt)}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
            f'<a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
            "</a:graphic></wp:inline></w:drawing></w:r>"
        )


def _fitted(widths: list[int], columns: Sequence[Column], size: int, room: int) -> list[int]:
    """Widths that break no word of a heading, as far as the widest column can spare the room.

    All in twentieths of a point, `size` of the letters and `room` for what is beside them.
    """
    wanted = [
        max(width, *(int(_ems(word) * size) + room for word in _PARTS.split(column.title)))
        for width, column in zip(widths, columns, strict=True)
    ]
    widest = max(range(len(widths)), key=widths.__getitem__)
    more = sum(wanted) - sum(widths)
    given = min(more, int(widths[widest] * _SPARED))
    found = [w + (n - w) * given // max(more, 1) for w, n in zip(widths, wanted, strict=True)]
    found[widest] -= sum(found) - sum(widths)
    return found


def _ems(word: str) -> float:
    """About how wide a bold word is, in its size."""
    return sum(_EMS.get(letter, 0.65) for letter in word)


def _cell(width: int, inside: str, right: bool, more: str = "", together: bool = False) -> str:
    place = ("<w:keepNext/>" if together else "") + ('<w:jc w:val="right"/>' if right else "")
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{more}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="TermSheetCell"/>{place}</w:pPr>{inside}</w:p></w:tc>'
    )


def _text(words: str, look: str = "", deleted: bool = False) -> str:
    tag = "w:delText" if deleted else "w:t"
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{properties}<{tag} xml:space="preserve">{escape(words)}</{tag}></w:r>'


def _field(code: str, shown: str) -> str:
    return f'<w:fldSimple w:instr=" {code} "><w:r><w:t>{shown}</w:t></w:r></w:fldSimple>'
