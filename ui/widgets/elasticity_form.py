"""States an elasticity of one product, or of all, with its source."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from ui.widgets.buttons import button, icon_button
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.decimal_spin import DecimalSpin
from workbench.model.agreement import Agreement
from workbench.model.nomenclature import dotted

ALL = "all"
_RANGES = {
    "demand": (-20.0, 0.0, -1.25),
    "substitution": (0.0, 100.0, 1.5),
    "supply": (0.0, 1e6, 1.5),
    "between_groups": (0.0, 100.0, 0.75),
}


class ElasticityForm(QWidget):
    """One line: which elasticity, of what, how large, and who says so.

    Signals:
        stated: product ("" for all), the elasticity's name, its value and its source.
        dropped: product ("" for all) whose stated elasticities are to go.
    """

    stated = Signal(str, str, float, str)
    dropped = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._product = ""
        self._own: set[str] = set()
        self.which = ChoiceBox(
            self.tr("Which elasticity"),
            [
                ("substitution", self.tr("Substitution")),
                ("demand", self.tr("Demand")),
                ("supply", self.tr("Supply")),
                ("between_groups", self.tr("Between groups")),
            ],
            f"{name}Which",
        )
        self.which.show_key("substitution")
        self.which.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.which.setMinimumContentsLength(12)
        self.of = ChoiceBox(
            self.tr("Of which products"), [(ALL, self.tr("All products"))], f"{name}Of"
        )
        self.of.show_key(ALL)
        self.of.setMinimumWidth(124)
        self.value = DecimalSpin(self.tr("Elasticity"), f"{name}Value", -20, 1e6, 0.1)
        self.source = QLineEdit()
        self.source.setObjectName(f"{name}Source")
        self.source.setAccessibleName(self.tr("Source of the elasticity"))
        self.source.setPlaceholderText(self.tr("Source"))
        self.source.setMinimumWidth(100)
        self.value.setFixedWidth(84)
        self.set = button(self.tr("State"), f"{name}Set")
        self.drop = icon_button(
            "trash-2", self.tr("Take out what the agreement states for them"), f"{name}Drop"
        )
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self.of)
        line.addWidget(self.which)
        line.addWidget(self.value)
        line.addWidget(self.source, 1)
        line.addWidget(self.set)
        line.addWidget(self.drop)
        self.which.chosen.connect(self._range)
        self.of.chosen.connect(self._check)
        self.source.textChanged.connect(self._check)
        self.source.returnPressed.connect(self._tell)
        self.set.clicked.connect(self._tell)
        self.drop.clicked.connect(self._drop)
        self._range()
        self._check()

    def show_agreement(self, agreement: Agreement) -> None:
        """Remember for which products it states elasticities."""
        self._own = set()
        for entry in agreement.elasticities:
            self._own |= {str(r) for r in entry.products} or {""}
        self._check()

    def show_product(self, product: str) -> None:
        """Offer the product that is selected in the table."""
        self._product = product
        choices = [(ALL, self.tr("All products"))]
        if product:
            choices.append((product, dotted(product)))
        self.of.set_choices(choices)
        self.of.show_key(product or ALL)
        self._check()

    def product(self) -> str:
        """The product chosen; "" for all."""
        key = self.of.key()
        return "" if key == ALL else key

    def _range(self) -> None:
        low, high, value = _RANGES[self.which.key()]
        self.value.setRange(low, high)
        self.value.show_number(value)

    def _check(self) -> None:
        self.set.setEnabled(bool(self.source.text().strip()))
        chosen = self.product()
        self.drop.setEnabled((dotted(chosen) if chosen else "") in self._own)

    def _tell(self) -> None:
        number = self.value.number()
        if self.set.isEnabled() and number is not None:
            self.stated.emit(self.product(), self.which.key(), number, self.source.text().strip())

    def _drop(self) -> None:
        self.dropped.emit(self.product())
