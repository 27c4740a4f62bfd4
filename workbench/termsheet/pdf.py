"""PDF (tagged, PDF/UA-1) and page images, by typst.

Content goes over as data, so nothing in it is read as markup. Fonts are the bundled ones alone and
no date is written: the same document gives the same bytes.
"""

import json
from pathlib import Path
from typing import Any

import typst

from workbench.errors import WorkbenchError
from workbench.termsheet.content import (
    Block,
    Document,
    Figures,
    ListBlock,
    Paragraph,
    Picture,
    Runs,
    Table,
)
from workbench.termsheet.glyphs import FONTS, drawable
from workbench.termsheet.labels import Labels
from workbench.termsheet.language import MISSING

_LAYOUT = Path(__file__).with_name("document.typ")
_PICTURE = """#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg", width: 495pt)"""


def pdf(document: Document) -> bytes:
    """The document as PDF.

    Raises:
        WorkbenchError: the content cannot be set.
    """
    return _compiled(document, format="pdf", pdf_standards=["ua-1"])[0]


def page_images(document: Document, dpi: float = 100) -> list[bytes]:
    """Every page of the document as PNG."""
    return _compiled(document, format="png", ppi=dpi)


def picture_png(svg: str, dpi: float = 200) -> bytes:
    """A drawing as PNG, for formats that take no SVG."""
    return _run(_PICTURE.encode(), {"svg": svg}, format="png", ppi=dpi)[0]


def _compiled(document: Document, **options: Any) -> list[bytes]:
    data = json.dumps(_data(document), ensure_ascii=False)
    return _run(_LAYOUT.read_bytes(), {"document": data}, **options)


def _run(source: bytes, inputs: dict[str, str], **options: Any) -> list[bytes]:
    try:
        made = typst.compile(
            source,
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            sys_inputs=inputs,
            **options,
        )
    except typst.TypstError as error:
        raise WorkbenchError(f"The document could not be laid out: {error}.") from error
    if made is None:
        raise WorkbenchError("The document could not be laid out: nothing came of it.")
    return list(made) if isinstance(made, list) else [made]


def _data(document: Document) -> dict[str, Any]:
    labels = Labels(document.words)
    return {
        "name": drawable(document.name),
        "title": _runs(document.title),
        "subtitle": _runs(document.subtitle),
        "language": document.language,
        "marking": drawable(document.marking),
        "date": document.date,
        "compact": document.compact,
        "landscape": document.landscape,
        "compared_with": drawable(document.compared_with),
        "version": document.trace.version,
        "keywords": [document.trace.scenario_sha256, drawable(document.trace.vintage)],
        "words": {
            name: getattr(document.words, name) for name in document.words.__dataclass_fields__
        },
        "facts": [[_runs(cell.runs) for cell in row.cells] for row in document.facts.rows],
        "facts_in_line": _runs(document.facts_in_line),
        "sections": [
            {
                "number": section.number
                if not section.annex
                else f"{document.words.annex} {section.number}",
                "title": _runs(section.title),
                "annex": section.annex,
                "blocks": [_block(block, labels, document.compact) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def _runs(words: Runs) -> list[dict[str, str]]:
    return [
        {"text": drawable(run.text), "style": run.style.value, "change": run.change.value}
        for run in words
    ]


def _block(block: Block, labels: Labels, compact: bool) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"type": "paragraph", "kind": block.kind.value, "runs": _runs(block.runs)}
        case ListBlock():
            items = [_runs(item.runs) for item in block.items]
            return {"type": "list", "ordered": block.ordered, "items": items}
        case Table():
            return {"type": "table", "label": labels.table(block), **_table(block)}
        case Picture():
            return {
                "type": "picture",
                "label": labels.picture(block),
                "caption": _runs(block.caption),
                "svg": block.svg,
                "alt": drawable(block.alt),
                "change": block.change.value,
                "with_data": not compact,
                "data": _table(block.data),
            }
        case Figures():
            return {
                "type": "figures",
                "figures": [
                    {
                        "title": figure.title,
                        "value": _runs(figure.value.runs),
                        "interval": _runs(figure.interval.runs)
                        if figure.interval.text != MISSING
                        else [],
                        "formula": figure.formula,
                    }
                    for figure in block.figures
                ],
            }


def _table(table: Table) -> dict[str, Any]:
    return {
        "caption": _runs(table.caption),
        "note": _runs(table.note),
        "columns": [
            {
                "title": drawable(column.title),
                "unit": column.unit,
                "numeric": column.kind.numeric,
                "width": column.width,
            }
            for column in table.columns
        ],
        "rows": [{"cells": [_runs(cell.runs) for cell in row.cells]} for row in table.rows],
    }
