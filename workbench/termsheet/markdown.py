"""The document as Markdown, every sign of its syntax escaped in people's words."""

import re
from collections.abc import Iterator

from workbench.termsheet.content import (
    Block,
    Change,
    Document,
    Figures,
    ListBlock,
    Paragraph,
    ParagraphKind,
    Picture,
    Run,
    Runs,
    Style,
    Table,
)
from workbench.termsheet.labels import Labels

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#+\-!|~=&.()^:$@])")
_ENTITY = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_SAFE_INSIDE = frozenset("+-.():=$!@^")


def markdown(document: Document) -> bytes:
    """The document as Markdown text in UTF-8."""
    return ("\n".join(_lines(document)).rstrip() + "\n").encode()


def escaped(text: str, at_start: bool = True) -> str:
    """A text that Markdown shows as it is."""

    def one(found: re.Match[str]) -> str:
        sign = found.group()
        if sign in _ENTITY:
            return _ENTITY[sign]
        if sign in _SAFE_INSIDE and not (at_start and found.start() == 0):
            return sign
        return "\\" + sign

    result = _no_links(_SIGNS.sub(one, text))
    numbered = re.match(r"(\d+)([.)])(\s|$)", result) if at_start else None
    return f"{numbered[1]}\\{result[len(numbered[1]) :]}" if numbered else result


def _no_links(text: str) -> str:
    """Addresses that some readers would turn into links stay words."""
    return re.sub(r"(?i)\b(https?|ftp|mailto|javascript|data|file):", r"\1&#58;", text).replace(
        "www.", "www&#46;"
    )


def _lines(document: Document) -> Iterator[str]:
    yield f"# {_runs(document.title)}"
    yield ""
    subtitle = _runs(document.subtitle)
    yield f"{subtitle} · {escaped(document.date)}" if document.date else subtitle
    yield ""
    yield f"**{escaped(document.marking)}**"
    yield ""
    for row in document.facts.rows:
        yield f"- {_runs(row.cells[0].runs)} · {_runs(row.cells[1].runs, False)}"
    yield ""
    if document.compared_with:
        yield escaped(document.compared_with)
        yield ""
    labels = Labels(document.words)
    for section in document.sections:
        number = f"{document.words.annex} {section.number}" if section.annex else section.number
        yield f"## {number} {_runs(section.title, False)}"
        yield ""
        for block in section.blocks:
            yield from _block(block, labels)
            yield ""


def _block(block: Block, labels: Labels) -> Iterator[str]:
    match block:
        case Paragraph(kind=ParagraphKind.HEADING):
            yield f"### {_runs(block.runs)}"
        case Paragraph(kind=ParagraphKind.INTERNAL):
            yield f"> {_runs(block.runs)}"
        case Paragraph():
            yield _runs(block.runs)
        case ListBlock():
            for number, item in enumerate(block.items, 1):
                yield f"{number}. {_runs(item.runs)}" if block.ordered else f"- {_runs(item.runs)}"
        case Table():
            yield f"**{labels.table(block)}{_runs(block.caption, False)}**"
            yield ""
            yield from _table(block)
        case Picture():
            yield f"**{labels.picture(block)}{_runs(block.caption, False)}**"
            yield ""
            yield escaped(block.alt)
            yield ""
            yield from _table(block.data)
        case Figures():
            for figure in block.figures:
                value, interval = (
                    _runs(figure.value.runs, False),
                    _runs(figure.interval.runs, False),
                )
                parts = (escaped(figure.title), value, interval, escaped(figure.formula))
                yield f"- {' · '.join(parts)}"


def _table(table: Table) -> Iterator[str]:
    titles = (f"{c.title} ({c.unit})" if c.unit else c.title for c in table.columns)
    yield "| " + " | ".join(escaped(title, False) for title in titles) + " |"
    yield "| " + " | ".join("---:" if c.kind.numeric else "---" for c in table.columns) + " |"
    for row in table.rows:
        yield "| " + " | ".join(_runs(cell.runs, False) for cell in row.cells) + " |"
    if table.note:
        yield ""
        yield _runs(table.note)


def _runs(words: Runs, at_start: bool = True) -> str:
    return "".join(_run(run, at_start and place == 0) for place, run in enumerate(words))


def _run(run: Run, at_start: bool) -> str:
    text = escaped(run.text, at_start)
    if not text.strip():
        return text
    if run.style in (Style.STRONG, Style.BRACKET):
        text = f"**{text.strip()}**"
    if run.change is Change.INSERTED:
        return f"<ins>{text}</ins>"
    if run.change is Change.DELETED:
        return f"<del>{text}</del>"
    return text
