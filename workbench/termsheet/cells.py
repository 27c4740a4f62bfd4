"""Cells, columns and paragraphs in a language; every text of people goes through here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.analysis.explain import Unit
from workbench.termsheet.content import (
    Cell,
    Column,
    ColumnKind,
    ListBlock,
    Paragraph,
    ParagraphKind,
    Row,
    Style,
    Table,
    runs,
)
from workbench.termsheet.language import Language
from workbench.termsheet.safe_text import clean

LONGEST_TABLE = 40
"""Rows of a long table that pages show; a spreadsheet has them all."""


def number_or_none(value: object) -> float | None:
    """A number, None where it is missing."""
    if value is None or not isinstance(value, int | float) or value != value:
        return None
    return float(value)


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes pieces of content in a language."""

    language: Language
    every_row: bool = False

    def say(self, key: str, **values: object) -> str:
        """Words of the document, with places filled by cleaned text."""
        return self.language.say(key, **{k: clean(str(v)) for k, v in values.items()})

    def named(self, name: str, text: str) -> str:
        """A name, a colon and what is said of it; the name alone where nothing is."""
        return f"{name}{self.say('colon')}{text}" if text else name

    def paragraph(self, text: str, kind: ParagraphKind = ParagraphKind.BODY) -> Paragraph:
        """A paragraph of plain words."""
        return Paragraph(runs(clean(text)), kind)

    def heading(self, key: str) -> Paragraph:
        """A heading within a section."""
        return Paragraph(runs(self.say(key)), ParagraphKind.HEADING)

    def note(self, text: str) -> Paragraph:
        """Small print."""
        return self.paragraph(text, ParagraphKind.NOTE)

    def in_english(self, key: str) -> list[Paragraph]:
        """Small print that says what is given in English; nothing in an English document."""
        return [self.note(self.say(key))] if self.say(key) else []

    def phrase(self, english: str, style: Style = Style.PLAIN) -> Cell:
        """A cell of what the engine says in English."""
        return self.text(self.language.phrase(english), style)

    def internal(self, *texts: str) -> list[Paragraph]:
        """Notes of the drafters; nothing for those that are empty."""
        return [
            self.paragraph(self.say("note-internal", note=text), ParagraphKind.INTERNAL)
            for text in texts
            if text
        ]

    def points(self, texts: Iterable[str], ordered: bool = False) -> list[ListBlock]:
        """A list; nothing where it would be empty."""
        items = tuple(self.paragraph(text) for text in texts)
        return [ListBlock(items, ordered)] if items else []

    def text(self, words: str, style: Style = Style.PLAIN) -> Cell:
        """A cell of words."""
        return Cell(runs(clean(words), style))

    def usd(self, value: object) -> Cell:
        """A cell of an amount, under a heading that names the currency."""
        number = number_or_none(value)
        return Cell(runs(self.language.amount(number)), number)

    def share(self, value: object) -> Cell:
        """A cell of a share, under a heading with the per cent sign."""
        number = number_or_none(value)
        return Cell(runs(self.language.share_bare(number)), number)

    def count(self, value: object) -> Cell:
        """A cell of a whole number."""
        number = number_or_none(value)
        return Cell(runs(self.language.number(number)), number)

    def number(self, value: object) -> Cell:
        """A cell of a number as short as it can be."""
        number = number_or_none(value)
        text = self.language.number(None) if number is None else self.language.plain(number)
        return Cell(runs(text), number)

    def figure(self, value: object, unit: Unit) -> Cell:
        """A cell of a figure with its unit beside it."""
        number = number_or_none(value)
        if unit is Unit.USD:
            return Cell(runs(self.language.usd(number)), number)
        if unit is Unit.SHARE:
            return Cell(runs(self.language.share(number)), number)
        if unit is Unit.POINTS:
            return Cell(runs(self.language.points(number)), number)
        return self.number(value)

    def column(
        self, key: str, kind: ColumnKind = ColumnKind.TEXT, width: float = 1.0, unit: str = ""
    ) -> Column:
        """A column with a title among the words."""
        units = {
            ColumnKind.USD: "unit-usd",
            ColumnKind.SHARE: "unit-percent",
            ColumnKind.POINTS: "unit-percent",
        }
        unit_key = unit or units.get(kind, "")
        return Column(self.say(key), kind, self.say(unit_key) if unit_key else "", width)

    def table(
        self,
        name: str,
        caption: str,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Cell]],
        note: str = "",
        total: int = 0,
    ) -> Table:
        """A table; `total` says how many rows there are where `rows` are only the first."""
        count = max(total, len(rows))
        if count > len(rows):
            shown = self.say(
                "rows-shown",
                shown=self.language.number(len(rows)),
                total=self.language.number(count),
            )
            note = f"{shown} {note}".strip()
        return Table(
            name,
            runs(clean(caption)),
            tuple(columns),
            tuple(Row(tuple(cells)) for cells in rows),
            runs(clean(note)),
            count,
        )

    def first_rows(
        self,
        name: str,
        caption: str,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Cell]],
        note: str = "",
        most: int = LONGEST_TABLE,
    ) -> Table:
        """A table of which pages show the first rows only."""
        shown = rows[: self.shown(len(rows), most)]
        return self.table(name, caption, columns, shown, note, len(rows))

    def shown(self, count: int, most: int = LONGEST_TABLE) -> int:
        """How many of so many rows are given."""
        return count if self.every_row else min(count, most)
