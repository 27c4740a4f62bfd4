"""The correlation tables as lists of rows."""

from pathlib import Path

from workbench.tradedata.ingest.workbook import sheet_names, sheet_rows


def sheets(path: Path) -> list[list[list[str]]]:
    """The sheets of a workbook in order; rows hold the filled cells only."""
    with path.open("rb") as book:
        return [
            [[cell for cell in row if cell] for row in sheet_rows(book, name)]
            for name in sheet_names(book)
        ]
