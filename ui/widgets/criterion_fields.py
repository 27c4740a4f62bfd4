"""The inputs of one criterion of a rule of origin: a few fields for each type."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QWidget

from ui import theme
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.code_list_edit import CodeListEdit
from ui.widgets.decimal_spin import DecimalSpin, share_spin, usd_spin
from ui.widgets.economy_list_edit import EconomyListEdit
from ui.widgets.line_field import LineField
from ui.widgets.threshold_edit import ThresholdEdit
from workbench.model.origin import (
    AnyGood,
    Criterion,
    EconomyCap,
    InputsOriginate,
    LabourValueContent,
    MaxNonOriginating,
    RegionalValueContent,
    RemainderCap,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("RuleEditor", text)


METHODS = (
    (RvcMethod.BUILD_DOWN, "Build-down"),
    (RvcMethod.BUILD_UP, "Build-up"),
    (RvcMethod.NET_COST, "Net cost"),
    (RvcMethod.FOCUSED, "Focused value"),
    (RvcMethod.TRANSACTION, "Transaction value"),
)
LEVELS = (
    (ShiftFrom.CHAPTER, "Any other chapter"),
    (ShiftFrom.HEADING, "Any other heading"),
    (ShiftFrom.SUBHEADING, "Any other subheading"),
    (ShiftFrom.ANY_OTHER_PRODUCT, "Any other product"),
)


@dataclass(frozen=True)
class CriterionType:
    """One kind of criterion: its words, what it means, and how a new one starts."""

    key: str
    title: str
    help: str
    start: Callable[[], Criterion]


TYPES = (
    CriterionType(
        "RegionalValueContent",
        "Regional value content",
        "A smallest originating share of the good's value.",
        lambda: RegionalValueContent(RvcMethod.BUILD_DOWN, 0.4),
    ),
    CriterionType(
        "TariffShift",
        "Change of classification",
        "Non-originating inputs are classified elsewhere than the good.",
        lambda: TariffShift(ShiftFrom.HEADING),
    ),
    CriterionType(
        "MaxNonOriginating",
        "Maximum non-originating",
        "Non-originating materials up to a share of a price.",
        lambda: MaxNonOriginating(0.5),
    ),
    CriterionType(
        "InputsOriginate",
        "Listed inputs originate",
        "Yarn-forward, melt and pour, key parts.",
        lambda: InputsOriginate(()),
    ),
    CriterionType(
        "EconomyCap",
        "Cap on economies",
        "Content of named economies up to a share of value.",
        lambda: EconomyCap((), 0.2),
    ),
    CriterionType(
        "RemainderCap",
        "Cap on the remainder",
        "Regional value content, and named economies up to a share of the rest.",
        lambda: RemainderCap(0.5, (), 0.2),
    ),
    CriterionType(
        "SpecificProcess",
        "Specific process",
        "A process carried out in the territory of the partners.",
        lambda: SpecificProcess(""),
    ),
    CriterionType(
        "LabourValueContent",
        "Labour value content",
        "A share of value made at or above a wage.",
        lambda: LabourValueContent(0.4),
    ),
    CriterionType(
        "WhollyObtained",
        "Wholly obtained",
        "No non-originating content at all.",
        WhollyObtained,
    ),
    CriterionType("AnyGood", "Any good", "Any good of a partner qualifies.", AnyGood),
)
TYPE_OF = {kind.key: kind for kind in TYPES}

Tell = Callable[[str, Any, bool], None]
"""Takes the attribute, its new value, and whether it is typed or dragged (so that steps merge)."""


@dataclass
class _Fields:
    """What `build` makes: the fields by attribute, and how each shows its value."""

    show: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    lines: list[list[tuple[str, QWidget]]] = field(default_factory=list)
    thresholds: list[ThresholdEdit] = field(default_factory=list)


class CriterionFields(QWidget):
    """Fields for one criterion; call `show_criterion` with another one of the same type."""

    def __init__(self, criterion: Criterion, name: str, tell: Callable[[Criterion, str], None]):
        super().__init__()
        self.setObjectName(f"{name}_fields")
        self._criterion = criterion
        self._tell_change = tell
        self._made = _Fields()
        self._name = name
        _BUILD.get(type(criterion), _no_fields)(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(3, 2)
        for row, line in enumerate(self._made.lines):
            for place, (words, widget) in enumerate(line):
                label = QLabel(words)
                label.setObjectName(f"{widget.objectName()}Label")
                label.setBuddy(widget)
                theme.set_role(label, "muted")
                middle = Qt.AlignmentFlag.AlignVCenter
                if isinstance(widget, CodeListEdit | EconomyListEdit):
                    middle = Qt.AlignmentFlag.AlignTop
                    label.setContentsMargins(0, 7, 0, 0)
                grid.addWidget(label, row, place * 2, middle)
                span = 3 if len(line) == 1 else 1
                grid.addWidget(widget, row, place * 2 + 1, 1, span, middle)
        self.setVisible(bool(self._made.lines))
        self.show_criterion(criterion)

    @property
    def gestures(self) -> int:
        """Drags and typed figures begun so far."""
        return sum(threshold.gesture for threshold in self._made.thresholds)

    def show_criterion(self, criterion: Criterion) -> None:
        """Show the values of a criterion of the same type."""
        self._criterion = criterion
        for attribute, show in self._made.show.items():
            show(getattr(criterion, attribute))

    def _set(self, attribute: str, value: Any) -> None:
        change: dict[str, Any] = {attribute: value}
        self._criterion = replace(self._criterion, **change)
        self._tell_change(self._criterion, attribute)

    def _setter(self, attribute: str) -> Callable[[Any], None]:
        def change(value: Any) -> None:
            self._set(attribute, value)

        return change

    # One method for each sort of field; the lines lists are labels and widgets of one row.

    def threshold(self, attribute: str, words: str) -> tuple[str, QWidget]:
        """A share by slider or figure."""
        edit = ThresholdEdit(words, f"{self._name}_{attribute}")
        edit.share_changed.connect(self._setter(attribute))
        self._made.show[attribute] = edit.show_share
        self._made.thresholds.append(edit)
        return words, edit

    def share(self, attribute: str, words: str, nothing: str = "", high: float = 1.0) -> Any:
        """A share by figure, left open where that is allowed."""
        return self._number(share_spin(words, f"{self._name}_{attribute}", nothing, high), words)

    def usd(self, attribute: str, words: str, nothing: str, high: float) -> Any:
        """An amount, left open where that is allowed."""
        return self._number(usd_spin(words, f"{self._name}_{attribute}", nothing, high), words)

    def _number(self, spin: DecimalSpin, words: str) -> tuple[str, QWidget]:
        attribute = spin.objectName().removeprefix(f"{self._name}_")
        spin.number_changed.connect(self._setter(attribute))
        self._made.show[attribute] = spin.show_number
        return words, spin

    def choice(self, attribute: str, words: str, choices: tuple[tuple[Any, str], ...]) -> Any:
        """One of a closed list."""
        box = ChoiceBox(words, [(str(k), _tr(w)) for k, w in choices], f"{self._name}_{attribute}")
        kind = type(choices[0][0])

        def change(key: str) -> None:
            self._set(attribute, kind(key))

        box.chosen.connect(change)
        self._made.show[attribute] = box.show_key
        return words, box

    def codes(self, attribute: str, words: str) -> tuple[str, QWidget]:
        """Codes of inputs."""
        edit = CodeListEdit(words, f"{self._name}_{attribute}")
        edit.ranges_changed.connect(self._setter(attribute))

        def show(ranges: Any) -> None:
            if ranges != edit.ranges():
                edit.set_ranges(ranges)

        self._made.show[attribute] = show
        return words, edit

    def economies(self, attribute: str, words: str) -> tuple[str, QWidget]:
        """Codes of economies."""
        edit = EconomyListEdit(words, f"{self._name}_{attribute}")
        edit.economies_changed.connect(self._setter(attribute))
        self._made.show[attribute] = edit.show_economies
        return words, edit

    def line(self, attribute: str, words: str, hint: str) -> tuple[str, QWidget]:
        """A few words."""
        edit = LineField(words, f"{self._name}_{attribute}", hint)
        edit.edited.connect(self._setter(attribute))
        self._made.show[attribute] = edit.show_text
        return words, edit

    def flag(self, attribute: str, words: str) -> tuple[str, QWidget]:
        """Yes or no."""
        box = QCheckBox(words)
        box.setObjectName(f"{self._name}_{attribute}")
        box.setAccessibleName(words)
        box.clicked.connect(self._setter(attribute))
        self._made.show[attribute] = box.setChecked
        return "", box

    def basis(self, attribute: str, words: str) -> tuple[str, QWidget]:
        """A price basis: a usual one or another."""
        box = QComboBox()
        box.setObjectName(f"{self._name}_{attribute}")
        box.setAccessibleName(words)
        box.setEditable(True)
        box.addItems(["ex-works", "fob", "transaction", "net cost"])
        edit = box.lineEdit()
        assert edit is not None
        edit.setObjectName(f"{self._name}_{attribute}Field")
        edit.setAccessibleName(words)

        def change(text: str) -> None:
            self._set(attribute, text.strip())

        def show(text: str) -> None:
            if box.currentText().strip() != text:
                box.setEditText(text)

        box.textActivated.connect(change)
        edit.textEdited.connect(change)
        self._made.show[attribute] = show
        return words, box

    def rows(self, *lines: list[tuple[str, QWidget]]) -> None:
        """The fields in their lines, top to bottom."""
        self._made.lines = list(lines)


def _no_fields(_: CriterionFields) -> None:
    """Wholly obtained and any good need nothing."""


def _rvc(f: CriterionFields) -> None:
    method = f.choice("method", _tr("Method"), METHODS)
    least = f.threshold("at_least", _tr("At least"))
    lines = [[method], [least]]
    criterion = f._criterion
    assert isinstance(criterion, RegionalValueContent)
    if criterion.method is RvcMethod.FOCUSED:
        lines.append([f.codes("inputs", _tr("Counting inputs"))])
    if criterion.method is RvcMethod.BUILD_UP:
        lines.append([f.share("materials_share", _tr("Materials"), _tr("from the data"))])
    if criterion.method is RvcMethod.NET_COST:
        lines.append([f.share("net_cost_share", _tr("Net cost"), _tr("the parameter's"))])
    f.rows(*lines)


def _max_non_originating(f: CriterionFields) -> None:
    f.rows(
        [f.threshold("at_most", _tr("At most"))],
        [
            f.basis("basis", _tr("Of the price")),
            f.share("basis_share", _tr("Price / value"), high=2.0),
        ],
    )


def _shift(f: CriterionFields) -> None:
    f.rows(
        [
            f.choice("level", _tr("From"), LEVELS),
            f.share("de_minimis", _tr("De minimis"), _tr("as agreed")),
        ],
        [f.codes("exceptions", _tr("Except from"))],
        [f.flag("outside_group", _tr("Only from outside the rule's own group of products"))],
    )


def _inputs(f: CriterionFields) -> None:
    f.rows(
        [f.codes("inputs", _tr("Inputs"))],
        [f.threshold("tolerance", _tr("Tolerance"))],
    )


def _cap(f: CriterionFields) -> None:
    f.rows(
        [f.economies("economies", _tr("Economies"))],
        [f.threshold("at_most", _tr("At most"))],
    )


def _remainder_cap(f: CriterionFields) -> None:
    f.rows(
        [f.threshold("at_least", _tr("Content at least"))],
        [f.economies("economies", _tr("Economies"))],
        [f.threshold("at_most_of_remainder", _tr("At most of the rest"))],
    )


def _process(f: CriterionFields) -> None:
    f.rows(
        [
            f.line("name", _tr("Process"), _tr("melted and poured")),
            f.share("performed_share", _tr("Performed by"), _tr("not known")),
        ],
    )


def _labour(f: CriterionFields) -> None:
    f.rows(
        [f.threshold("at_least", _tr("At least"))],
        [
            f.usd("wage", _tr("Wage an hour"), _tr("any wage"), 10_000),
            f.share("performed_share", _tr("Performed by"), _tr("not known")),
        ],
    )


_BUILD: dict[type, Callable[[CriterionFields], None]] = {
    RegionalValueContent: _rvc,
    MaxNonOriginating: _max_non_originating,
    TariffShift: _shift,
    InputsOriginate: _inputs,
    EconomyCap: _cap,
    RemainderCap: _remainder_cap,
    SpecificProcess: _process,
    LabourValueContent: _labour,
}


def shape(criterion: Criterion) -> str:
    """What decides which fields there are: criteria of one shape can share their fields."""
    kind = type(criterion).__name__
    return f"{kind}:{criterion.method}" if isinstance(criterion, RegionalValueContent) else kind
