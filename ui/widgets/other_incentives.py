"""What a claim earns besides the duty saved: the list of incentives, and one of them to edit."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui import format as fmt
from ui import theme
from ui.document import AgreementDocument
from ui.models.frame_model import Column
from ui.widgets.buttons import button, icon_button
from ui.widgets.card import Card
from ui.widgets.data_table import DataTable
from ui.widgets.incentive_form import ENACTED_BY, KINDS, NEW_INCENTIVE, IncentiveForm
from workbench.model.commitments import Incentive

_KIND_WORDS = dict(KINDS)
_ENACTED_WORDS = dict(ENACTED_BY)


class OtherIncentives(Card):
    """Edits the incentives other than duty.

    Signals:
        form_shown: the form has opened for a new incentive and wants to be seen.
    """

    form_shown = Signal()

    def __init__(self, document: AgreementDocument, parent: QWidget | None = None) -> None:
        super().__init__("", "incentivesCard", parent=parent)
        self.set_title(self.tr("Incentives other than duty"))
        self._document = document
        self._filling = False
        self._incentive = 0
        self._new_incentive = False
        self._shown_incentives: tuple[Incentive, ...] | None = None
        self._add_incentive = button(self.tr("Add incentive"), "addIncentive", "plus")
        self._remove_incentive = icon_button(
            "trash-2", self.tr("Remove this incentive"), "removeIncentive"
        )
        self.tools.addWidget(self._add_incentive)
        self.tools.addWidget(self._remove_incentive)
        self._incentives = DataTable(
            [
                Column("name", self.tr("Name"), width=170),
                Column("kind", self.tr("Kind"), width=190),
                Column("ad_valorem", self.tr("Ad valorem"), fmt.percent, True, width=98),
                Column("enacted_by", self.tr("Enacted by"), width=150),
                Column("basis", self.tr("Basis")),
            ],
            self.tr("Incentives other than duty"),
            "otherIncentives",
            stretch="basis",
        )
        self._incentives.setSortingEnabled(False)
        self._incentives.set_empty_text(self.tr("None: a claim earns the duty saved alone."))
        self._incentive_form = IncentiveForm("incentive")
        self.body.addWidget(self._incentives)
        self.body.addWidget(self._incentive_form)
        self._incentives.row_selected.connect(self._on_incentive_selected)
        self._add_incentive.clicked.connect(self._start_incentive)
        self._remove_incentive.clicked.connect(self._remove_selected_incentive)
        self._incentive_form.incentive_changed.connect(self._on_incentive)

    def select(self, place: int) -> None:
        """Select an incentive."""
        self._incentives.select_row(place)

    def form(self) -> QWidget:
        """Where one incentive is edited."""
        return self._incentive_form

    def refresh(self) -> None:
        """Redraw from the agreement."""
        incentives = self._document.agreement.incentives
        if incentives is not self._shown_incentives:
            self._shown_incentives = incentives
            self._filling = True
            self._incentives.set_frame(
                {
                    "name": [i.name for i in incentives],
                    "kind": [self.tr(_KIND_WORDS[i.kind]) for i in incentives],
                    "ad_valorem": [i.ad_valorem for i in incentives],
                    "enacted_by": [self.tr(_ENACTED_WORDS[i.enacted_by]) for i in incentives],
                    "basis": [i.basis for i in incentives],
                }
            )
            self._incentive = min(max(self._incentive, 0), max(len(incentives) - 1, 0))
            if not self._new_incentive:
                self._incentives.select_row(self._incentive)
            self._filling = False
            rows = min(max(len(incentives), 1), 6)
            heading = self._incentives.horizontalHeader().sizeHint().height()
            self._incentives.setFixedHeight(rows * theme.ROW_HEIGHT_PX + heading + 6)
        self._show_incentive()

    def _show_incentive(self) -> None:
        incentives = self._document.agreement.incentives
        known = self._incentive < len(incentives) and not self._new_incentive
        self._remove_incentive.setVisible(known or self._new_incentive)
        self._incentive_form.setVisible(known or self._new_incentive)
        if known:
            self._incentive_form.show_incentive(incentives[self._incentive])

    def _on_incentive_selected(self, row: int) -> None:
        if not self._filling and row >= 0:
            self._new_incentive, self._incentive = False, row
            self._show_incentive()

    def _start_incentive(self) -> None:
        self._new_incentive = True
        self._incentives.clearSelection()
        self._incentive_form.show_incentive(NEW_INCENTIVE)
        self._show_incentive()
        self.form_shown.emit()
        self._incentive_form.focus_name()

    def _remove_selected_incentive(self) -> None:
        if self._new_incentive:
            self._new_incentive = False
            self._incentives.select_row(self._incentive)
            self._show_incentive()
            return
        index = self._incentive
        self._incentive = max(index - 1, 0)
        self._document.edit(self.tr("Remove an incentive"), lambda a: a.with_incentive(index, None))

    def _on_incentive(self, incentive: Incentive, key: str) -> None:
        words = self.tr("Edit an incentive")
        if self._new_incentive:
            self._new_incentive, self._incentive = False, len(self._document.agreement.incentives)
            words, key = self.tr("Add an incentive"), ""
        index = self._incentive
        merge = f"incentives.{index}.{key}" if key else ""
        self._document.edit(words, lambda a: a.with_incentive(index, incentive), merge)
