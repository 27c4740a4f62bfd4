"""One incentive other than duty."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from ui.widgets.choice_box import ChoiceBox
from ui.widgets.code_list_edit import CodeListEdit
from ui.widgets.decimal_spin import share_spin, usd_spin
from ui.widgets.economy_list_edit import EconomyListEdit
from ui.widgets.form_grid import FormGrid, ProblemLabel
from ui.widgets.line_field import LineField
from workbench.model.commitments import EnactedBy, Incentive, IncentiveKind

KINDS = (
    (IncentiveKind.EXTERNAL_CHARGE, "Charge on goods that do not claim"),
    (IncentiveKind.TAX_CREDIT, "Tax credit"),
    (IncentiveKind.SPECIAL_DUTY_RELIEF, "Relief from special duties"),
    (IncentiveKind.PROCUREMENT, "Procurement access"),
    (IncentiveKind.PRICE_FLOOR, "Price floor"),
    (IncentiveKind.FEE_RELIEF, "Relief from a customs fee"),
)
ENACTED_BY = (
    (EnactedBy.AGREEMENT, "The agreement itself"),
    (EnactedBy.LEGISLATURE, "A legislature"),
    (EnactedBy.BUDGET, "A budget"),
)
NEW_INCENTIVE = Incentive("", IncentiveKind.TAX_CREDIT, 0.0, "")
_LINES = ("name", "basis", "conditions", "source", "notes")
_PLAIN = ("ad_valorem", "minimum_usd", "maximum_usd")


class IncentiveForm(QWidget):
    """Edits an incentive; one that is not finished is kept here and told only once it is.

    Signals:
        incentive_changed: the new incentive, and a merge key (empty for a step of its own).
    """

    incentive_changed = Signal(object, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._told: Incentive | None = None
        self._draft = NEW_INCENTIVE
        tr = self.tr
        self._lines = {
            "name": LineField(tr("Name of the incentive"), f"{name}_name"),
            "basis": LineField(
                tr("Basis of the rate"), f"{name}_basis", tr("How the rate was worked out")
            ),
            "conditions": LineField(tr("Conditions"), f"{name}_conditions"),
            "source": LineField(tr("Source of the incentive"), f"{name}_source"),
            "notes": LineField(tr("Notes on the incentive"), f"{name}_notes"),
        }
        kinds = [(str(key), tr(words)) for key, words in KINDS]
        self._kind = ChoiceBox(tr("Kind of incentive"), kinds, f"{name}_kind")
        self._spins = {
            "ad_valorem": share_spin(tr("Ad valorem rate"), f"{name}_ad_valorem", "", 4.0, 0.001),
            "minimum_usd": usd_spin(tr("Minimum a consignment"), f"{name}_minimum_usd", tr("none")),
            "maximum_usd": usd_spin(tr("Maximum a consignment"), f"{name}_maximum_usd", tr("none")),
        }
        every = tr("all partners")
        self._economies = {
            "importers": EconomyListEdit(tr("Granted by"), f"{name}_importers", every),
            "exporters": EconomyListEdit(tr("Goods of"), f"{name}_exporters", every),
            "named_economies": EconomyListEdit(
                tr("Lessened by inputs from"), f"{name}_named_economies", tr("none")
            ),
        }
        self._products = CodeListEdit(tr("Products that earn it"), f"{name}_products")
        enacted = [(str(key), tr(words)) for key, words in ENACTED_BY]
        self._enacted = ChoiceBox(tr("Enacted by"), enacted, f"{name}_enacted_by")
        self._fiscal = QCheckBox(tr("It costs the treasury"))
        self._fiscal.setObjectName(f"{name}_fiscal_cost")
        self._problem = ProblemLabel(f"{name}Problem")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        tr, lines, spins = self.tr, self._lines, self._spins
        grid = FormGrid(2)
        grid.add(tr("Name (needed)"), lines["name"])
        grid.add(tr("Kind"), self._kind)
        grid.add(tr("Ad valorem, of value"), spins["ad_valorem"])
        grid.add(tr("Basis (needed)"), lines["basis"])
        self._minimum_label = grid.add(tr("Minimum a consignment"), spins["minimum_usd"])
        self._maximum_label = grid.add(tr("Maximum a consignment"), spins["maximum_usd"])
        grid.add(tr("Granted by importers"), self._economies["importers"])
        grid.add(tr("Goods of exporters"), self._economies["exporters"])
        grid.add(tr("Products (all covered ones if empty)"), self._products, 2)
        self._named_label = grid.add(
            tr("Lessened by inputs from"), self._economies["named_economies"], 2
        )
        grid.add(tr("Enacted by"), self._enacted)
        grid.add(tr("Conditions"), lines["conditions"])
        grid.add(tr("Source"), lines["source"])
        grid.add(tr("Notes"), lines["notes"])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._problem)
        column.addLayout(grid)
        column.addWidget(self._fiscal)

    def _connect(self) -> None:
        for field in self._lines.values():
            field.edited.connect(self._on_field)
        for spin in self._spins.values():
            spin.number_changed.connect(self._on_field)
        for economies in self._economies.values():
            economies.economies_changed.connect(self._on_field)
        self._products.ranges_changed.connect(self._on_field)
        self._kind.chosen.connect(self._on_field)
        self._enacted.chosen.connect(self._on_field)
        self._fiscal.clicked.connect(self._on_field)

    def focus_name(self) -> None:
        """Put the cursor where the name is typed."""
        self._lines["name"].setFocus()

    def show_incentive(self, incentive: Incentive) -> None:
        """Show an incentive; the one it was last told of leaves an unfinished draft alone."""
        if incentive != self._told:
            self._told = incentive
            self._show(incentive)

    def _show(self, incentive: Incentive) -> None:
        self._draft = incentive
        for name, field in self._lines.items():
            field.show_text(getattr(incentive, name))
        for name, spin in self._spins.items():
            spin.show_number(getattr(incentive, name))
        for name, economies in self._economies.items():
            economies.show_economies(getattr(incentive, name))
        if self._products.ranges() != incentive.products:
            self._products.set_ranges(incentive.products)
        self._kind.show_key(incentive.kind)
        self._enacted.show_key(incentive.enacted_by)
        self._fiscal.setChecked(incentive.fiscal_cost)
        fee = incentive.kind is IncentiveKind.FEE_RELIEF
        for widget in (
            self._minimum_label,
            self._maximum_label,
            self._spins["minimum_usd"],
            self._spins["maximum_usd"],
        ):
            widget.setVisible(fee)
        graduated = incentive.kind is IncentiveKind.SPECIAL_DUTY_RELIEF
        self._named_label.setVisible(graduated)
        self._economies["named_economies"].setVisible(graduated)
        self._problem.say(self._problem_of(incentive))

    def _on_field(self) -> None:
        sender = self.sender()
        name = sender.objectName().removeprefix(f"{self.objectName()}_") if sender else ""
        draft = replace(self._draft, **self._read())
        if draft == self._draft:
            return
        self._show(draft)
        if not self._problem.text():
            self._told = draft
            self.incentive_changed.emit(draft, name if name in (*_LINES, *_PLAIN) else "")

    def _read(self) -> dict[str, Any]:
        kind = IncentiveKind(self._kind.key())
        fee = kind is IncentiveKind.FEE_RELIEF
        graduated = kind is IncentiveKind.SPECIAL_DUTY_RELIEF
        economies = {name: edit.economies() for name, edit in self._economies.items()}
        return {
            **{name: field.text().strip() for name, field in self._lines.items()},
            **economies,
            "named_economies": economies["named_economies"] if graduated else (),
            "kind": kind,
            "ad_valorem": self._spins["ad_valorem"].number() or 0.0,
            "minimum_usd": self._spins["minimum_usd"].number() if fee else None,
            "maximum_usd": self._spins["maximum_usd"].number() if fee else None,
            "products": self._products.ranges(),
            "enacted_by": EnactedBy(self._enacted.key()),
            "fiscal_cost": self._fiscal.isChecked(),
        }

    def _problem_of(self, incentive: Incentive) -> str:
        why = ""
        low, high = incentive.minimum_usd, incentive.maximum_usd
        if not incentive.name:
            why = self.tr("give the incentive a name.")
        elif not incentive.basis:
            why = self.tr("say how the rate was worked out.")
        elif low is not None and high is not None and low > high:
            why = self.tr("the minimum is above the maximum.")
        return self.tr("Not applied yet: {why}").format(why=why) if why else ""
