"""Preferences that open with what partners do, and that are lost after a breach."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets import record_rows as rows
from ui.widgets.buttons import button, icon_button
from ui.widgets.card import Card
from ui.widgets.code_list_edit import CodeListEdit
from ui.widgets.economy_list_edit import EconomyListEdit
from ui.widgets.form_grid import FormGrid, small_label
from workbench.model.commitments import Ratchet, RatchetStep, Removal, Treatment


class RemediesForm(QWidget):
    """Edits ratchets and removals.

    Signals:
        ratchets_changed: the new tuple of ratchets, and a merge key.
        removals_changed: the new tuple of removals, and a merge key.
    """

    ratchets_changed = Signal(object, str)
    removals_changed = Signal(object, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        tr = self.tr
        self._exporters: tuple[str, ...] = ()
        self._ratchets: tuple[Ratchet, ...] = ()
        self._cards: list[_RatchetCard] = []
        self._add = button(tr("Add a ratchet"), f"{name}AddRatchet", "plus")
        self._add.clicked.connect(self._add_ratchet)
        self._removals = rows.RecordRows(
            (
                rows.RowField(
                    "exporters", tr("Goods of"), rows.economies(tr("partner")), 2, needed=True
                ),
                rows.RowField("facility", tr("Facility"), rows.line(tr("all")), 3),
                rows.RowField("products", tr("Products (all if empty)"), rows.codes(), 3),
                rows.RowField("share", tr("Share of trade"), rows.share()),
                rows.RowField("from_year", tr("From year"), rows.whole_number(1, 100)),
                rows.RowField("until_year", tr("To year"), rows.whole_number(1, 100, tr("open"))),
                rows.RowField("commitment", tr("Breach of"), rows.line(), 2),
            ),
            lambda: Removal(self._exporters[:1], 0.05),
            f"{name}Removals",
            tr("Add a removal"),
        )
        self._removals.records_changed.connect(self.removals_changed)
        self._nothing = small_label(
            tr("Add partners first: ratchets and removals are for their goods."), f"{name}Nothing"
        )
        self._column = QVBoxLayout()
        self._column.setSpacing(12)
        ratchets = Card(tr("Ratchets: the cut opens as criteria are met"), f"{name}Ratchets")
        ratchets.body.addLayout(self._column)
        ratchets.body.addWidget(self._nothing)
        ratchets.body.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)
        removals = Card(tr("Trade that has lost the preference"), f"{name}RemovalsCard")
        removals.body.addWidget(
            small_label(
                tr("The mean duty of a lane counts, as under a quota; figures follow at once."),
                f"{name}RemovalsNote",
            )
        )
        removals.body.addWidget(self._removals)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 8, 0)
        outer.setSpacing(12)
        outer.addWidget(ratchets)
        outer.addWidget(removals)
        outer.addStretch(1)

    def show_treatment(self, treatment: Treatment, exporters: tuple[str, ...]) -> None:
        """Show ratchets and removals; `exporters` are the partners they can be for."""
        self._exporters = exporters
        for adds in (self._add, self._removals.add):
            adds.setEnabled(bool(exporters))
        self._nothing.setVisible(not exporters)
        self._ratchets = treatment.ratchets
        while len(self._cards) > len(self._ratchets):
            card = self._cards.pop()
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        while len(self._cards) < len(self._ratchets):
            card = _RatchetCard(len(self._cards), self.objectName())
            card.changed.connect(self._on_ratchet)
            card.removed.connect(self._on_removed)
            self._cards.append(card)
            self._column.addWidget(card)
        for card, ratchet in zip(self._cards, self._ratchets, strict=True):
            card.show_ratchet(ratchet)
        self._removals.show_records(treatment.removals)

    def _add_ratchet(self) -> None:
        steps = (RatchetStep(self.tr("law passed"), 0.5), RatchetStep(self.tr("verified"), 0.5))
        self.ratchets_changed.emit((*self._ratchets, Ratchet(self._exporters[:1], steps)), "")

    def _on_ratchet(self, place: int, ratchet: Ratchet, key: str) -> None:
        changed = (*self._ratchets[:place], ratchet, *self._ratchets[place + 1 :])
        self.ratchets_changed.emit(changed, key)

    def _on_removed(self, place: int) -> None:
        self.ratchets_changed.emit((*self._ratchets[:place], *self._ratchets[place + 1 :]), "")


class _RatchetCard(QWidget):
    """One ratchet.

    Signals:
        changed: its place, the new ratchet, a merge key.
        removed: its place.
    """

    changed = Signal(int, object, str)
    removed = Signal(int)

    def __init__(self, place: int, owner: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name = f"{owner}Ratchet{place}"
        self.setObjectName(name)
        tr = self.tr
        self._place = place
        self._ratchet = Ratchet((), ())
        says = tr("Goods of, ratchet {place}").format(place=place + 1)
        self._exporters = EconomyListEdit(says, f"{name}_exporters", tr("partner"))
        says = tr("Products of ratchet {place}").format(place=place + 1)
        self._products = CodeListEdit(says, f"{name}_products")
        self._steps = rows.RecordRows(
            (
                rows.RowField("criterion", tr("Criterion"), rows.line(), 6, needed=True),
                rows.RowField("cut_share", tr("Opens, of the cut"), rows.share()),
                rows.RowField(
                    "met_from", tr("Met from year"), rows.whole_number(1, 100, tr("not met"))
                ),
            ),
            lambda: RatchetStep(tr("next criterion"), 0.25),
            f"{name}Steps",
            tr("Add a step"),
        )
        self._out = icon_button("trash-2", tr("Remove this ratchet"), f"{name}Remove")
        self._sum = small_label("", f"{name}Sum")
        grid = FormGrid(2)
        grid.add(tr("Goods of"), self._exporters)
        grid.add(tr("Products (all covered ones if empty)"), self._products)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(grid)
        column.addWidget(self._steps)
        foot = QHBoxLayout()
        foot.addWidget(self._sum, 1)
        foot.addWidget(self._out)
        column.addLayout(foot)
        self._exporters.economies_changed.connect(self._on_exporters)
        self._products.ranges_changed.connect(self._on_products)
        self._steps.records_changed.connect(self._on_steps)
        self._out.clicked.connect(self._on_removed)

    def show_ratchet(self, ratchet: Ratchet) -> None:
        """Show a ratchet."""
        self._ratchet = ratchet
        self._exporters.show_economies(ratchet.exporters)
        if self._products.ranges() != ratchet.products:
            self._products.set_ranges(ratchet.products)
        self._steps.show_records(ratchet.steps)
        whole = sum(step.cut_share for step in ratchet.steps)
        words = self.tr("Open now: {now:.0%} of the cut; all steps together: {whole:.0%}.")
        self._sum.setText(words.format(now=ratchet.open_share(None), whole=whole))

    def _on_exporters(self, exporters: tuple[str, ...]) -> None:
        if exporters:
            self.changed.emit(self._place, replace(self._ratchet, exporters=exporters), "")
        else:
            self._exporters.show_economies(self._ratchet.exporters)

    def _on_products(self) -> None:
        ranges = self._products.ranges()
        self.changed.emit(self._place, replace(self._ratchet, products=ranges), "")

    def _on_steps(self, steps: tuple[RatchetStep, ...], key: str) -> None:
        if steps:
            self.changed.emit(self._place, replace(self._ratchet, steps=steps), key)
        else:
            self.removed.emit(self._place)

    def _on_removed(self) -> None:
        self.removed.emit(self._place)
