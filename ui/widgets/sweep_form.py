"""What is swept: the number, the products, how their rules change, from where to where."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.economy_list_edit import EconomyListEdit
from ui.widgets.percent_spin import PercentSpin
from ui.widgets.segmented import SegmentedControl
from workbench.model.agreement import Agreement
from workbench.model.nomenclature import dotted
from workbench.model.rule_families import Base, Family, RuleChoice, Sweep, capped_economies

ALL = "all"
_GROUP, _RULE, _PRODUCT = "group:", "rule:", "product:"
_LEAST_STEP = 0.005


class SweepForm(QWidget):
    """Fields of a sweep.

    Signals:
        changed: something else is to be swept.
    """

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._codes: tuple[str, ...] = ()
        self._agreement: Agreement | None = None
        self._economies: tuple[str, ...] = ()
        self._own_economies = False
        self._offered: tuple[object, ...] = ()
        self.family = ChoiceBox(
            self.tr("What is swept"),
            [
                (Family.BUILD_DOWN, self.tr("Value content, build-down")),
                (Family.BUILD_UP, self.tr("Value content, build-up")),
                (Family.NET_COST, self.tr("Value content, net cost")),
                (Family.MAX_NON_ORIGINATING, self.tr("Largest non-originating share")),
                (Family.ECONOMY_CAP, self.tr("Cap on named economies")),
                (Family.DE_MINIMIS, self.tr("De minimis of tariff shifts")),
                (Family.TOLERANCE, self.tr("Tolerance of listed inputs")),
                (Family.RULES, self.tr("Rules of agreements in force")),
            ],
            "sweepFamily",
        )
        self.family.show_key(Family.BUILD_DOWN)
        self.products = ChoiceBox(
            self.tr("Products swept"), [(ALL, self.tr("All covered products"))], "sweepProducts"
        )
        self.products.show_key(ALL)
        self.products.setSizeAdjustPolicy(
            ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.products.setMinimumContentsLength(18)
        self.products.setMinimumWidth(150)
        self.base = SegmentedControl(
            self.tr("The present rules"),
            [
                (Base.REPLACE, self.tr("Plain rule")),
                (Base.WITHIN, self.tr("Within rules")),
            ],
            "sweepBase",
        )
        self.base.setToolTip(
            self.tr(
                "Plain rule: one rule of nothing but this takes the place of the present ones. "
                "Within rules: the number is varied wherever they have it, the rest stays."
            )
        )
        self.low = PercentSpin(self.tr("From"), "sweepFrom")
        self.high = PercentSpin(self.tr("To"), "sweepTo")
        self.high.set_fraction(1.0)
        self.step = PercentSpin(self.tr("Step"), "sweepStep", _LEAST_STEP, 0.5, 0.01)
        self.step.set_fraction(0.05)
        self.floor = PercentSpin(self.tr("Least utilisation"), "sweepFloor")
        self.floor.setSpecialValueText(self.tr("Automatic"))
        self.floor.setToolTip(
            self.tr(
                "The rule of least exposure must keep utilisation at or above this. Automatic: "
                "nine tenths of the most that any rule swept reaches."
            )
        )
        self.economies = EconomyListEdit(self.tr("Economies capped"), "sweepEconomies")
        self._build()
        self.family.chosen.connect(self._on_family)
        self.products.chosen.connect(self._tell)
        self.base.chosen.connect(self._tell)
        for spin in (self.low, self.high, self.step, self.floor):
            spin.setKeyboardTracking(False)
            spin.fraction_changed.connect(self._tell)
        self.economies.economies_changed.connect(self._on_economies)
        self._show_fields()

    def _build(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(8)
        first.addWidget(self.family)
        first.addWidget(self._label(self.tr("for"), self.products))
        first.addWidget(self.products)
        first.addStretch(1)
        first.addWidget(self.base)
        self._capped = self._label(self.tr("of"), self.economies)
        self._range: list[QWidget] = []
        for words, spin in (
            (self.tr("From"), self.low),
            (self.tr("to"), self.high),
            (self.tr("in steps of"), self.step),
        ):
            spin.setFixedWidth(82)
            label = self._label(words, spin)
            second.addWidget(label)
            second.addWidget(spin)
            self._range += [label, spin]
        second.addWidget(self._capped)
        second.addWidget(self.economies, 1)
        second.addStretch(1)
        self.floor.setFixedWidth(102)
        second.addWidget(self._label(self.tr("Floor"), self.floor))
        second.addWidget(self.floor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(first)
        column.addLayout(second)

    def _label(self, words: str, field: QWidget) -> QLabel:
        label = QLabel(words)
        label.setBuddy(field)
        theme.set_role(label, "muted")
        return label

    def show_agreement(self, agreement: Agreement, codes: tuple[str, ...]) -> None:
        """Offer the products of an agreement; `codes` are the covered subheadings."""
        self._agreement, self._codes = agreement, codes
        offered = agreement.coverage, agreement.origin, codes
        if offered == self._offered:
            return
        self._offered = offered
        choices = [(ALL, self.tr("All covered products"))]
        for place, entry in enumerate(agreement.coverage.entries):
            words = entry.product_list or ", ".join(str(r) for r in entry.products[:2])
            if words and len(agreement.coverage.entries) > 1:
                choices.append((f"{_GROUP}{place}", f"{entry.stage.value.capitalize()}: {words}"))
        for place, rule in enumerate(agreement.origin.product_rules):
            more = f" +{len(rule.products) - 1}" if len(rule.products) > 1 else ""
            first = rule.products[0] if rule.products else ""
            choices.append((f"{_RULE}{place}", self.tr("Rule of {p}").format(p=f"{first}{more}")))
        choices += [(f"{_PRODUCT}{code}", dotted(code)) for code in codes]
        self.products.set_choices(choices)
        if not self.products.key():
            self.products.show_key(ALL)
        if not self._own_economies:
            self._economies = capped_economies(agreement)
            self.economies.show_economies(self._economies)

    def chosen_codes(self) -> tuple[str, ...]:
        """Codes of the products chosen; none means all."""
        key = self.products.key()
        agreement = self._agreement
        if agreement is None or key in (ALL, ""):
            return ()
        if key.startswith(_PRODUCT):
            return (key.removeprefix(_PRODUCT),)
        place = int(key.partition(":")[2])
        if key.startswith(_GROUP):
            entry = agreement.coverage.entries[place]
            return tuple(c for c in self._codes if agreement.coverage.entry_of(c) is entry)
        rule = agreement.origin.product_rules[place]
        return tuple(c for c in self._codes if agreement.product_rule(c) is rule)

    def sweep(self, rules: tuple[RuleChoice, ...] = ()) -> Sweep:
        """What is to be swept; `rules` are those of a list."""
        family = Family(self.family.key() or Family.BUILD_DOWN)
        base = Base(self.base.current()) if family.replaces else Base.WITHIN
        if family is Family.RULES:
            base = Base.REPLACE
        return Sweep(family, base, self.chosen_codes(), self._economies, rules)

    def numbers(self) -> tuple[float, ...]:
        """Where; empty for a list of rules."""
        if self.family.key() == Family.RULES:
            return ()
        low, high = sorted((self.low.fraction(), self.high.fraction()))
        step = max(self.step.fraction(), _LEAST_STEP)
        count = int((high - low) / step + 1e-9) + 1
        found = [round(low + step * n, 10) for n in range(count)]
        return tuple(found) if high - found[-1] < 1e-9 else (*found, high)

    def stated_floor(self) -> float | None:
        """The least utilisation, or None for automatic."""
        return self.floor.fraction() or None

    def _show_fields(self) -> None:
        family = Family(self.family.key() or Family.BUILD_DOWN)
        for widget in self._range:
            widget.setVisible(family is not Family.RULES)
        for widget in (self.economies, self._capped):
            widget.setVisible(family is Family.ECONOMY_CAP)
        both = family.replaces and family is not Family.RULES
        self.base.setVisible(both)

    def _on_family(self) -> None:
        self._show_fields()
        self.changed.emit()

    def _on_economies(self, economies: tuple[str, ...]) -> None:
        self._own_economies = True
        self._economies = economies
        self.changed.emit()

    def _tell(self) -> None:
        self.changed.emit()
