"""What is declared of a good besides its bill of materials."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from ui.widgets.choice_box import ChoiceBox
from ui.widgets.decimal_spin import DecimalSpin
from ui.widgets.economy_picker import EconomyPicker
from ui.widgets.form_grid import FormGrid, ProblemLabel
from ui.widgets.line_field import LineField
from workbench.model.economies import economy_name
from workbench.model.economies_table import CUSTOMS_TERRITORIES, ECONOMIES
from workbench.model.goods import Basis, Fact, Good
from workbench.model.nomenclature import digits_of, dotted
from workbench.model.origin import Condition, Rule, SpecificProcess, criteria

_BASES = (
    (Basis.TRANSACTION, "Transaction value"),
    (Basis.ADJUSTED, "Adjusted value"),
    (Basis.EX_WORKS, "Ex-works price"),
    (Basis.NET_COST, "Net cost"),
)
_YES_NO = (("", "Not stated"), ("yes", "Yes"), ("no", "No"))
_MOST = 1e12


def _amount(says: str, name: str) -> DecimalSpin:
    return DecimalSpin(says, name, 0.0, _MOST, nothing="not known")


def _key(value: bool | None) -> str:
    return {True: "yes", False: "no", None: ""}[value]


def _value(key: str) -> bool | None:
    return {"yes": True, "no": False}.get(key)


class GoodForm(QWidget):
    """Edits a good: code, value, exporter, importer, and facts that its rule asks for.

    Signals:
        edited: the good, the importer, and a key by which steps of typing merge.
    """

    edited = Signal(object, str, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._name = name
        self._good = Good("")
        self._importer = ""
        self._asked: tuple[tuple[str, bool], ...] = ()
        self._code = LineField(self.tr("HS code of the good"), f"{name}Code", "8507.60")
        self._exporter = EconomyPicker(self.tr("Exporter: where it was made"), f"{name}Exporter")
        self._to = EconomyPicker(self.tr("Importer"), f"{name}Importer")
        for picker in (self._exporter, self._to):
            picker.setSizeAdjustPolicy(
                EconomyPicker.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            picker.setMinimumContentsLength(9)
        self._worth = _amount(self.tr("Value of the good, in any currency"), f"{name}Value")
        bases = [(str(basis), self.tr(words)) for basis, words in _BASES]
        self._basis = ChoiceBox(self.tr("What the value is"), bases, f"{name}Basis")
        self._net_cost = _amount(self.tr("Net cost"), f"{name}NetCost")
        self._labour = _amount(
            self.tr("Value made at or above the wage asked for"), f"{name}Labour"
        )
        self._weight = _amount(self.tr("Weight"), f"{name}Weight")
        self._processes = LineField(
            self.tr("What was done to it in the territory, with commas between"),
            f"{name}Processes",
            self.tr("not stated; such as assembly, testing"),
        )
        self._shipped = ChoiceBox(
            self.tr("Shipped directly, or in transit under customs control"),
            [(key, self.tr(words)) for key, words in _YES_NO],
            f"{name}Shipped",
        )
        self._date = LineField(self.tr("Date of importation"), f"{name}Date", "2026-12-31")
        self._problem = ProblemLabel(f"{name}Problem")
        self._build()
        self._connect()

    def _build(self) -> None:
        grid = FormGrid(3)
        for words, field in (
            (self.tr("Product, HS code"), self._code),
            (self.tr("Exporter"), self._exporter),
            (self.tr("Importer"), self._to),
            (self.tr("Value"), self._worth),
            (self.tr("The value is the"), self._basis),
            (self.tr("Processes"), self._processes),
        ):
            grid.add(words, field)
        self._rest = QWidget()
        self._rest.setObjectName(f"{self._name}Rest")
        rest = FormGrid(3)
        rest.setContentsMargins(0, 0, 0, 0)
        for words, field in (
            (self.tr("Net cost"), self._net_cost),
            (self.tr("Labour value"), self._labour),
            (self.tr("Weight"), self._weight),
            (self.tr("Direct shipment"), self._shipped),
            (self.tr("Date of importation"), self._date),
        ):
            rest.add(words, field)
        self._rest.setLayout(rest)
        self._rest.hide()
        self._more = QToolButton()
        self._more.setObjectName(f"{self._name}More")
        self._more.setText(self.tr("More facts"))
        self._more.setAccessibleName(self.tr("More facts on the good"))
        self._more.setCheckable(True)
        self._more.setArrowType(Qt.ArrowType.RightArrow)
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._facts = QWidget()
        self._facts.setObjectName(f"{self._name}Facts")
        self._fact_boxes: list[tuple[QLabel, ChoiceBox]] = []
        self._fact_grid = FormGrid(1)
        self._fact_grid.setContentsMargins(0, 0, 0, 0)
        self._facts.setLayout(self._fact_grid)
        self._facts.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(grid)
        column.addWidget(self._problem)
        column.addWidget(self._facts)
        column.addWidget(self._more)
        column.addWidget(self._rest)

    def _connect(self) -> None:
        self._code.edited.connect(self._on_code)
        self._exporter.picked.connect(self._on_exporter)
        self._to.picked.connect(self._on_importer)
        self._worth.number_changed.connect(self._on_worth)
        self._basis.chosen.connect(self._on_basis)
        self._net_cost.number_changed.connect(self._on_net_cost)
        self._labour.number_changed.connect(self._on_labour)
        self._weight.number_changed.connect(self._on_weight)
        self._processes.edited.connect(self._on_processes)
        self._shipped.chosen.connect(self._on_shipped)
        self._date.edited.connect(self._on_date)
        self._more.toggled.connect(self._on_more)

    # What the page says

    def set_partners(self, partners: tuple[str, ...]) -> None:
        """Offer the partners first, then every other economy."""
        others = sorted({*ECONOMIES, *CUSTOMS_TERRITORIES} - {*partners}, key=economy_name)
        offered = [(code, economy_name(code)) for code in (*partners, *others)]
        for picker in (self._exporter, self._to):
            kept = picker.code()
            picker.set_economies(offered)
            picker.set_code(kept)

    def show_good(self, good: Good, importer: str) -> None:
        """Show a good; fields that show it already stay as they are."""
        self._good, self._importer = good, importer
        if _digits(self._code.text()) != good.code:
            self._code.show_text(dotted(good.code) if good.code else "")
        for picker, code in ((self._exporter, good.exporter), (self._to, importer)):
            if picker.code() != code:
                picker.set_code(code)
        self._worth.show_number(good.value)
        self._basis.show_key(str(good.basis))
        self._net_cost.show_number(good.net_cost)
        self._labour.show_number(good.labour_value)
        self._weight.show_number(good.weight)
        if _split(self._processes.text()) != good.processes:
            self._processes.show_text(", ".join(good.processes or ()))
        self._shipped.show_key(_key(good.shipped_directly))
        self._date.show_text(good.date)
        self._say()

    def ask_for(self, rule: Rule) -> None:
        """Offer the facts that a rule asks for in words."""
        asked = dict.fromkeys(
            [(c.text, False) for c in criteria(rule) if isinstance(c, Condition)]
            + [(c.name, True) for c in criteria(rule) if isinstance(c, SpecificProcess)]
        )
        self._asked = tuple(asked)
        while len(self._fact_boxes) < len(self._asked):
            number = len(self._fact_boxes)
            box = ChoiceBox(
                self.tr("Whether it holds"),
                [(key, self.tr(words)) for key, words in _YES_NO],
                f"{self._name}Fact{number}",
            )
            box.chosen.connect(self._on_fact)
            label = self._fact_grid.add("", box)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            self._fact_boxes.append((label, box))
        for number, (label, box) in enumerate(self._fact_boxes):
            used = number < len(self._asked)
            label.setVisible(used)
            box.setVisible(used)
            if used:
                text, process = self._asked[number]
                words = self.tr("Done in the territory: {0}") if process else "{0}"
                label.setText(words.format(text))
                box.setAccessibleName(label.text())
                box.show_key(_key(self._holds(text, process)))
        self._facts.setVisible(bool(self._asked))

    def focus_code(self) -> None:
        """Put the cursor where the code is typed."""
        self._code.setFocus()

    # Changes

    def _holds(self, text: str, process: bool) -> bool | None:
        if not process:
            return self._good.holds(text)
        done = self._good.processes
        return None if done is None else text.casefold() in {name.casefold() for name in done}

    def _say(self) -> None:
        typed = self._code.text().strip()
        problem = ""
        if typed and (not self._good.code or _digits(typed) != self._good.code):
            problem = self.tr("'{0}' is not a product code yet.").format(typed)
        elif typed and not self._good.exporter:
            problem = self.tr("Say where the good was made.")
        self._problem.say(problem)

    def _tell(self, key: str = "", **change: Any) -> None:
        self.edited.emit(replace(self._good, **change), self._importer, key)

    def _on_code(self, text: str) -> None:
        self._tell("code", code=_digits(text))

    def _on_exporter(self, code: str) -> None:
        self._tell(exporter=code)

    def _on_importer(self, code: str) -> None:
        self.edited.emit(self._good, code, "")

    def _on_worth(self, number: float | None) -> None:
        self._tell("value", value=number or None)

    def _on_basis(self, key: str) -> None:
        self._tell(basis=Basis(key))

    def _on_net_cost(self, number: float | None) -> None:
        self._tell("net_cost", net_cost=number)

    def _on_labour(self, number: float | None) -> None:
        self._tell("labour", labour_value=number)

    def _on_weight(self, number: float | None) -> None:
        self._tell("weight", weight=number)

    def _on_processes(self, text: str) -> None:
        self._tell("processes", processes=_split(text))

    def _on_shipped(self, key: str) -> None:
        self._tell(shipped_directly=_value(key))

    def _on_date(self, text: str) -> None:
        self._tell("date", date=text if _is_date(text) else "")

    def _on_fact(self, key: str) -> None:
        for number, (_, box) in enumerate(self._fact_boxes):
            if box is self.sender():
                text, process = self._asked[number]
                if process:
                    self._tell(processes=_with_process(self._good.processes, text, _value(key)))
                else:
                    self._tell(facts=_with_fact(self._good.facts, text, _value(key)))

    def _on_more(self, on: bool) -> None:
        self._more.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)
        self._rest.setVisible(on)


def _digits(text: str) -> str:
    try:
        return digits_of(text.strip())
    except ValueError:
        return ""


def _split(text: str) -> tuple[str, ...] | None:
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    return found or None


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _with_fact(facts: tuple[Fact, ...], text: str, holds: bool | None) -> tuple[Fact, ...]:
    kept = tuple(f for f in facts if f.what.strip().casefold() != text.strip().casefold())
    return kept if holds is None else (*kept, Fact(text, holds))


def _with_process(
    done: tuple[str, ...] | None, name: str, holds: bool | None
) -> tuple[str, ...] | None:
    """Processes with one done or not; where nothing is left to say, None is nothing stated."""
    kept = tuple(each for each in done or () if each.casefold() != name.casefold())
    if holds:
        return (*kept, name)
    return kept if kept or holds is False else None
