"""What a user says about files that are to be imported."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from ui import data_words
from ui.widgets.buttons import button
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.column_mapping import ColumnMapping
from ui.widgets.form_grid import FormGrid
from ui.widgets.line_field import LineField

AUTO, OWN = "auto", "table"
_EDITIONS = ("HS1992", "HS1996", "HS2002", "HS2007", "HS2012", "HS2017", "HS2022")
_YEAR = "year"


class ImportOptions(QWidget):
    """Fields for what a file does not say itself; empty ones leave it to the file.

    Signals:
        kind_chosen: another kind of file, or "auto".
        changed: anything else.
    """

    kind_chosen = Signal(str)
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("importOptions")
        self.kind = ChoiceBox(
            self.tr("Kind of file"), [(AUTO, self.tr("Recognise by content"))], "importKind"
        )
        self.kind.show_key(AUTO)
        self.edition = ChoiceBox(
            self.tr("HS edition, where the file does not tell"),
            [("", self.tr("As the file says")), *((name, name) for name in _EDITIONS)],
            "importEdition",
        )
        self.edition.show_key("")
        self.fields: dict[str, LineField] = {}
        grid = FormGrid(3)
        grid.add(self.tr("Kind"), self.kind)
        self._add(grid, "codes", self.tr("Products"), self.tr("all, or 8505, 850760"))
        grid.add(self.tr("HS edition"), self.edition)
        more = FormGrid(3)
        as_said = self.tr("as the file says")
        for name, words, hint in (
            (_YEAR, self.tr("Year"), as_said),
            ("importer", self.tr("Importer"), as_said),
            ("exporter", self.tr("Exporter"), as_said),
            ("source", self.tr("Source"), as_said),
            ("release", self.tr("Release"), as_said),
            ("licence", self.tr("Licence"), as_said),
            ("programme", self.tr("Programme"), self.tr("agreement of the rates or claims")),
        ):
            self._add(more, name, words, hint)
        self.replace = QCheckBox(self.tr("Replace earlier figures of the same source"))
        self.replace.setObjectName("importReplace")
        self.replace.setToolTip(
            self.tr("A newer release takes the place of the one in the database")
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        self.more_button = button(self.tr("More fields"), "importMore", "chevron-down")
        self.more_button.setCheckable(True)
        self.more_button.setToolTip(
            self.tr("Year, economies, source, licence and programme, where the file has none")
        )
        self._more = QWidget()
        self._more.setLayout(more)
        more.setContentsMargins(0, 0, 0, 0)
        self._more.hide()
        row = QHBoxLayout()
        row.addWidget(self.replace)
        row.addStretch(1)
        row.addWidget(self.more_button)
        self.mapping = ColumnMapping()
        self.mapping.hide()
        self.mapping.changed.connect(self.changed)
        whole.addLayout(grid)
        whole.addWidget(self.mapping)
        whole.addWidget(self._more)
        whole.addLayout(row)
        self.more_button.toggled.connect(self._more.setVisible)
        self.kind.chosen.connect(self._on_kind)
        self.edition.chosen.connect(self.changed)

    def _add(self, grid: FormGrid, name: str, words: str, hint: str) -> None:
        field = LineField(words, f"import-{name}", hint)
        field.edited.connect(self.changed)
        self.fields[name] = field
        grid.add(words, field)

    def offer_kinds(self, kinds: tuple[str, ...]) -> None:
        """The kinds of file that can be read."""
        self.kind.set_choices(
            [
                (AUTO, self.tr("Recognise by content")),
                *((kind, data_words.kind(kind)) for kind in kinds),
            ]
        )

    def _on_kind(self, kind: str) -> None:
        self.mapping.setVisible(kind == OWN)
        self.kind_chosen.emit(kind)

    def columns_said(self) -> tuple[tuple[str, str], ...]:
        """Our column -> column of the file, for a table of the user's own; else nothing."""
        return tuple(self.mapping.mapping().items()) if self.kind.key() == OWN else ()

    def stated(self) -> dict[str, object]:
        """What was said, by name; nothing where the file is to say it.

        Raises:
            ValueError: the year is no year, as a sentence.
        """
        said: dict[str, object] = {name: field.text() for name, field in self.fields.items()}
        said["edition"] = self.edition.key()
        year = self.fields[_YEAR].text().strip()
        if year and not (year.isascii() and year.isdigit() and len(year) == 4):
            raise ValueError(
                self.tr("“Year”: “{year}” is not a year; write four digits such as 2024").format(
                    year=year
                )
            )
        said[_YEAR] = int(year) if year else None
        return said
