"""The general provisions on origin: cumulation, absorption, de minimis, and the words around."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.choice_box import ChoiceBox
from ui.widgets.code_list_edit import CodeListEdit
from ui.widgets.decimal_spin import share_spin
from ui.widgets.form_grid import FormGrid, small_label
from ui.widgets.line_field import LineField
from workbench.model.origin import (
    Absorption,
    Cumulation,
    DeMinimis,
    DeMinimisBasis,
    OriginProvisions,
)

_CUMULATION = (
    (Cumulation.NONE, "None", "Only content of the exporting partner counts as originating."),
    (
        Cumulation.BILATERAL,
        "Bilateral",
        "Content of the exporting and of the importing partner counts as originating.",
    ),
    (
        Cumulation.DIAGONAL,
        "Diagonal",
        "Inputs from other partners count too, as far as they meet the same rule there.",
    ),
    (Cumulation.FULL, "Full", "Content of every partner counts, wherever the work was done."),
)
_ABSORPTION = (
    (
        Absorption.ROLL_UP,
        "Roll-up",
        "An input that qualifies counts whole, whatever non-party content is inside it.",
    ),
    (
        Absorption.TRACING,
        "Tracing",
        "Non-party content is traced through all tiers, also inside inputs that qualify.",
    ),
)
_BASIS = ((DeMinimisBasis.VALUE, "of value"), (DeMinimisBasis.WEIGHT, "of weight"))
_WORDS = (
    ("direct_shipment", "Direct shipment", "Transit through non-parties"),
    ("certification", "Certification", "Who certifies origin, and how"),
    ("sets", "Sets", "How goods put up in sets are treated"),
    ("fungible_goods", "Fungible goods", "How fungible goods are told apart"),
    ("packaging", "Packaging", "Whether packaging counts"),
    ("notes", "Notes", "Anything a reader should know"),
)


class ProvisionsForm(QWidget):
    """Edits everything about origin but the rules.

    Signals:
        edited: a function from provisions to changed ones, what was done, and a merge key.
    """

    edited = Signal(object, str, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        cumulation = [(str(key), self.tr(word)) for key, word, _ in _CUMULATION]
        self._cumulation = ChoiceBox(self.tr("Cumulation"), cumulation, f"{name}Cumulation")
        self._cumulation_says = small_label("", f"{name}CumulationSays")
        absorption = [(str(key), self.tr(word)) for key, word, _ in _ABSORPTION]
        self._absorption = ChoiceBox(self.tr("Absorption"), absorption, f"{name}Absorption")
        self._absorption_says = small_label("", f"{name}AbsorptionSays")
        self._share = share_spin(self.tr("De minimis, share"), f"{name}DeMinimis")
        basis = [(str(key), self.tr(word)) for key, word in _BASIS]
        self._basis = ChoiceBox(self.tr("De minimis is a share of"), basis, f"{name}Basis")
        self._exceptions = CodeListEdit(self.tr("De minimis not for"), f"{name}Exceptions")
        self._lines = {
            key: LineField(self.tr(title), f"{name}_{key}", self.tr(hint))
            for key, title, hint in _WORDS
        }
        grid = FormGrid(2)
        grid.add(self.tr("Cumulation"), self._cumulation, note=self._cumulation_says)
        grid.add(self.tr("Absorption"), self._absorption, note=self._absorption_says)
        grid.add(self.tr("De minimis"), self._share)
        grid.add(self.tr("Share of what"), self._basis)
        note = small_label(
            self.tr(
                "Inputs up to this share need not change classification, except for goods of "
                "these codes."
            ),
            f"{name}DeMinimisSays",
        )
        grid.add(self.tr("De minimis not for goods of"), self._exceptions, 2, note)
        for key, title, _ in _WORDS:
            half = key in ("sets", "fungible_goods")
            grid.add(self.tr(title), self._lines[key], 1 if half else 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        self._connect()

    def _connect(self) -> None:
        self._cumulation.chosen.connect(self._on_cumulation)
        self._absorption.chosen.connect(self._on_absorption)
        self._share.number_changed.connect(self._on_share)
        self._basis.chosen.connect(self._on_basis)
        self._exceptions.ranges_changed.connect(self._on_exceptions)
        for field in self._lines.values():
            field.edited.connect(self._on_words)

    def show_provisions(self, origin: OriginProvisions) -> None:
        """Show provisions; fields that show them already stay as they are."""
        self._cumulation.show_key(origin.cumulation)
        self._cumulation_says.setText(
            next(self.tr(says) for key, _, says in _CUMULATION if key is origin.cumulation)
        )
        self._absorption.show_key(origin.absorption)
        self._absorption_says.setText(
            next(self.tr(says) for key, _, says in _ABSORPTION if key is origin.absorption)
        )
        self._share.show_number(origin.de_minimis.share)
        self._basis.show_key(origin.de_minimis.basis)
        if self._exceptions.ranges() != origin.de_minimis.exceptions:
            self._exceptions.set_ranges(origin.de_minimis.exceptions)
        for key, field in self._lines.items():
            field.show_text(getattr(origin, key))

    def _tell(self, words: str, key: str, **change: Any) -> None:
        def edit(origin: OriginProvisions) -> OriginProvisions:
            return replace(origin, **change)

        self.edited.emit(edit, words, key)

    def _tell_de_minimis(self, change: Callable[[DeMinimis], DeMinimis], key: str = "") -> None:
        def edit(origin: OriginProvisions) -> OriginProvisions:
            return replace(origin, de_minimis=change(origin.de_minimis))

        self.edited.emit(edit, self.tr("Change de minimis"), key)

    def _on_cumulation(self, key: str) -> None:
        self._tell(self.tr("Change cumulation"), "", cumulation=Cumulation(key))

    def _on_absorption(self, key: str) -> None:
        self._tell(self.tr("Change absorption"), "", absorption=Absorption(key))

    def _on_share(self, share: float) -> None:
        self._tell_de_minimis(lambda d: replace(d, share=share), "origin.de_minimis.share")

    def _on_basis(self, key: str) -> None:
        self._tell_de_minimis(lambda d: replace(d, basis=DeMinimisBasis(key)))

    def _on_exceptions(self, ranges: Any) -> None:
        self._tell_de_minimis(lambda d: replace(d, exceptions=ranges))

    def _on_words(self, text: str) -> None:
        for key, field in self._lines.items():
            if field is self.sender():
                words = self.tr("Edit the origin provisions")
                self._tell(words, f"origin.{key}", **{key: text})
