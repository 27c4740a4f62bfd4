"""The report of an origin check: plain text to copy, and one printed page."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QTextDocument
from PySide6.QtPrintSupport import QPrinter

from ui import format as fmt
from ui import theme
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

if TYPE_CHECKING:
    from workbench.analysis.origin.marking import NonPreferential
    from workbench.analysis.origin.remedies import Remedy
    from workbench.analysis.origin.results import Span
    from workbench.analysis.origin_check import OriginDetermination

ANSWERS = {
    "originating": "Originating",
    "not_originating": "Not originating",
    "undetermined": "Undetermined",
}
RESULTS = {"met": "Met", "not_met": "Not met", "undetermined": "Open"}
METHODS = {
    "build-down": "Build-down",
    "build-up": "Build-up",
    "net-cost": "Net cost",
    "focused": "Focused value",
}
_SIZES = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0)
_MARGIN_MM = 15.0
_MOST_ROWS = 200
Table = tuple[str, tuple[str, ...], list[tuple[str, ...]]]


def span_text(span: Span | None, text: fmt.Formatter = fmt.percent) -> str:
    """A figure, or the range it lies in."""
    if span is None:
        return fmt.MISSING
    if span.exact is not None:
        return text(span.exact)
    return fmt.interval(span.low, span.high, text)


class OriginReport:
    """What an origin check found, ready to copy or to print."""

    def __init__(
        self,
        found: OriginDetermination,
        remedies: tuple[Remedy, ...],
        view: NonPreferential,
        agreement: str,
    ) -> None:
        self._found, self._remedies, self._view = found, remedies, view
        self._agreement = agreement

    def text(self) -> str:
        """Everything as plain text, tables with tabs."""
        parts = [self._title(), *self._lines()]
        for heading, titles, rows in self._tables():
            parts += ["", heading, "\t".join(titles), *("\t".join(row) for row in rows)]
        return "\n".join(parts) + "\n"

    def html(self, points: float, rows_shown: int = _MOST_ROWS) -> str:
        """Everything as a page in type of a size."""
        body = [f"<h2>{escape(self._title())}</h2>"]
        body += [f"<p>{escape(line)}</p>" for line in self._lines()]
        for heading, titles, rows in self._tables():
            body.append(f"<h3>{escape(heading)}</h3>")
            head = "".join(f"<th align='left'>{escape(title)}</th>" for title in titles)
            body.append(f"<table width='100%' cellpadding='2' cellspacing='0'><tr>{head}</tr>")
            for row in rows[:rows_shown]:
                cells = "".join(f"<td>{escape(cell)}</td>" for cell in row)
                body.append(f"<tr>{cells}</tr>")
            body.append("</table>")
            if len(rows) > rows_shown:
                body.append(f"<p>and {fmt.plural(len(rows) - rows_shown, 'more row')}</p>")
        style = (
            f"body, td, th {{ font-family: {theme.FAMILY}; font-size: {points}pt; color: #000; }}"
            "p, h2, h3 { margin: 3px 0 2px 0; }"
            f"h2 {{ font-size: {points * 1.5}pt; }} h3 {{ font-size: {points * 1.1}pt; }}"
        )
        return f"<html><head><style>{style}</style></head><body>{''.join(body)}</body></html>"

    def print_to(self, path: Path) -> int:
        """Write a PDF of one A4 page, in as large a type as fits.

        Returns:
            How many pages it has; 1.

        Raises:
            OSError: the file cannot be written.
        """
        path.touch()  # says why, which the printer would not
        printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(path))
        margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
        size = QPageSize(QPageSize.PageSizeId.A4)
        portrait, millimetre = QPageLayout.Orientation.Portrait, QPageLayout.Unit.Millimeter
        printer.setPageLayout(QPageLayout(size, portrait, margins, millimetre))
        page = QSizeF(printer.pageLayout().paintRectPixels(printer.resolution()).size())
        document = QTextDocument()
        document.documentLayout().setPaintDevice(printer)
        document.setDocumentMargin(0)
        for points, rows in [*((p, _MOST_ROWS) for p in _SIZES), *((5.0, n) for n in (60, 30, 10))]:
            document.setHtml(self.html(points, rows))
            document.setPageSize(page)
            if document.pageCount() == 1:
                break
        document.print_(printer)
        return document.pageCount()

    def _title(self) -> str:
        good = self._found.case.good
        what = dotted(good.code) if good.code else "The good"
        return f"Origin of {what}: {ANSWERS[str(self._found.answer)].lower()}"

    def _lines(self) -> list[str]:
        from workbench.analysis.origin.report import verdict_text
        from workbench.definitions.treaty_text import treaty_text

        case = self._found.case
        way = f"Made in {economy_name(case.good.exporter) if case.good.exporter else fmt.MISSING}"
        if case.importer:
            way += f", imported by {economy_name(case.importer)}"
        terms = case.provisions
        return [
            f"Agreement: {self._agreement}. {way}.",
            f"Rule: {treaty_text(case.rule)}."
            + (f" Not understood: “{case.unread}”." if case.unread else ""),
            f"Partners: {', '.join(case.partners) or fmt.MISSING}. Cumulation: "
            f"{terms.cumulation}. Absorption: {terms.absorption}. De minimis: "
            f"{fmt.percent(case.de_minimis.share)} of {case.de_minimis.basis}.",
            verdict_text(self._found, []),
            *self._content(),
            *(f"Taken for granted: {text}" for text in self._found.assumptions),
            *self._second(),
        ]

    def _content(self) -> list[str]:
        found = self._found
        rvc = ", ".join(
            f"{METHODS.get(method, method)} {span_text(span)}" for method, span in found.rvc.items()
        )
        return [
            f"Regional value content: {rvc}.",
            f"Non-originating as the rule sees it {span_text(found.declared)}; non-party content "
            f"declared {span_text(found.declared_non_party)}, traced through all tiers "
            f"{span_text(found.traced_non_party)}.",
        ]

    def _second(self) -> list[str]:
        """The non-preferential view: its own question, never part of the answer."""
        lines = []
        if self._view.marking is not None:
            answer = {"originating": "met", "not_originating": "not met"}.get(
                str(self._view.marking.answer), "open"
            )
            where = f", so {economy_name(self._view.country)}" if self._view.country else ""
            lines.append(f"Non-preferential, a question of its own: marking shift {answer}{where}.")
        held = self._view.judgement
        if held.transformed is not None or held.notes:
            said = {True: "yes", False: "no", None: "no view"}[held.transformed]
            lines.append(
                f"Substantial transformation, the analyst's judgement: {said}. {held.notes}"
            )
        return lines

    def _tables(self) -> list[Table]:
        from workbench.analysis.origin.report import table_rows

        tables: list[Table] = [
            ("Criteria", ("Criterion", "Result", "Why", "Missing"), [*table_rows(self._found)]),
            (
                "Bill of materials",
                ("Material", "HS code", "Value", "Origin", "Counts as", "Why"),
                [
                    (
                        f"{'  ' * (len(item.place) - 1)}{item.name}",
                        fmt.code(item.material.code),
                        fmt.plain(item.material.counted_value),
                        fmt.text(item.material.origin),
                        str(item.status),
                        item.why,
                    )
                    for item in self._found.materials
                ],
            ),
        ]
        if self._remedies:
            rows = [(f"if {remedy.text}",) for remedy in self._remedies]
            tables.append(("It would originate", ("Change",), list(rows)))
        return tables
