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
from ui.widgets.form_grid import small_label
from ui.widgets.line_field import LineField
from ui.widgets.threshold_edit import ThresholdEdit
from workbench.model.origin import (
    AnyGood,
    Condition,
    ConditionAbout,
    Criterion,
    EconomyCap,
    InputsOriginate,
    LabourValueContent,
    Materials,
    MaxNonOriginating,
    Measure,
    OnlyGoods,
    Period,
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
    (ShiftFrom.LISTED, "Listed materials only"),
)
MEASURES = (
    (Measure.VALUE, "Value"),
    (Measure.WEIGHT, "Weight"),
    (Measure.NET_WEIGHT, "Net weight"),
    (Measure.DRY_WEIGHT, "Dry weight"),
    (Measure.VOLUME, "Volume"),
    (Measure.ALCOHOLIC_VOLUME, "Alcoholic volume"),
)
ABOUT = (
    (ConditionAbout.COMPOSITION, "Composition"),
    (ConditionAbout.END_USE, "End use"),
    (ConditionAbout.OPERATION, "Operation"),
    (ConditionAbout.OWNERSHIP, "Ownership"),
    (ConditionAbout.QUOTA, "Quota"),
    (ConditionAbout.OTHER, "Anything else"),
)


@dataclass(frozen=True)
class CriterionType:
    """One kind of criterion: its words, what it means with an example, how a new one starts."""

    key: str
    title: str
    help: str
    example: str
    start: Callable[[], Criterion]


TYPES = (
    CriterionType(
        "RegionalValueContent",
        "Regional value content",
        "A smallest originating share of the good's value.",
        "50 % build-down: of a good worth 100, at most 50 of materials may not originate.",
        lambda: RegionalValueContent(RvcMethod.BUILD_DOWN, 0.4),
    ),
    CriterionType(
        "TariffShift",
        "Change of classification",
        "Non-originating inputs are classified elsewhere than the good.",
        "From any other heading: a magnet (8505) may be made from foreign alloy (2805).",
        lambda: TariffShift(ShiftFrom.HEADING),
    ),
    CriterionType(
        "MaxNonOriginating",
        "Maximum non-originating",
        "Non-originating materials up to a share of a price.",
        "40 % ex-works: of a price of 100 at the factory gate, 40 may be foreign materials.",
        lambda: MaxNonOriginating(0.5),
    ),
    CriterionType(
        "InputsOriginate",
        "Listed inputs originate",
        "The named inputs must be made in the territory.",
        "Yarn-forward: the shirt's yarn and fabric must originate, its buttons need not.",
        lambda: InputsOriginate(()),
    ),
    CriterionType(
        "EconomyCap",
        "Cap on economies",
        "Content of named economies up to a share of value.",
        "At most 10 % from one named supplier, however much comes from everyone else.",
        lambda: EconomyCap((), 0.2),
    ),
    CriterionType(
        "RemainderCap",
        "Cap on the remainder",
        "Regional value content, and named economies up to a share of the rest.",
        "50 % inside and 20 % of the rest: named economies may make 10 % of the value.",
        lambda: RemainderCap(0.5, (), 0.2),
    ),
    CriterionType(
        "SpecificProcess",
        "Specific process",
        "A process carried out in the territory of the partners.",
        "Melted and poured: the steel was liquid for the last time in a partner.",
        lambda: SpecificProcess(""),
    ),
    CriterionType(
        "LabourValueContent",
        "Labour value content",
        "A share of value made at or above a wage.",
        "40 % at 16 USD an hour: of a car worth 100, plants that pay this make 40.",
        lambda: LabourValueContent(0.4),
    ),
    CriterionType(
        "WhollyObtained",
        "Wholly obtained",
        "No non-originating content at all.",
        "Ore mined in a partner; a single foreign reagent in it would be too much.",
        WhollyObtained,
    ),
    CriterionType(
        "OnlyGoods",
        "Only these goods",
        "The other requirements of this alternative are for these goods alone.",
        "For 8507.60 alone: other batteries need another alternative of the rule.",
        OnlyGoods,
    ),
    CriterionType(
        "Period",
        "Period",
        "The other requirements of this alternative count on these days alone.",
        "Until 2026-12-31: a looser threshold while a new plant is being built.",
        Period,
    ),
    CriterionType(
        "Condition",
        "Condition in words",
        "Something that must hold and that no figure can say.",
        "For use in motor vehicles: an origin check asks for it as a fact.",
        lambda: Condition(""),
    ),
    CriterionType(
        "AnyGood",
        "Any good",
        "Any good of a partner qualifies.",
        "No rule at all: a repacked foreign good gets the preference too.",
        AnyGood,
    ),
)
TYPE_OF = {kind.key: kind for kind in TYPES}


def explained(kind: CriterionType) -> str:
    """What a criterion asks, and an example, on one line."""
    example = _tr("Example: {0}").format(_tr(kind.example))
    return f"{_tr(kind.help)} {example}"


Tell = Callable[[str, Any, bool], None]
"""Takes the attribute, its new value, and whether it is typed or dragged (so that steps merge)."""


@dataclass
class _Fields:
    """What `build` makes: the fields by attribute, and how each shows its value."""

    show: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    lines: list[list[tuple[str, QWidget]]] = field(default_factory=list)
    thresholds: list[ThresholdEdit] = field(default_factory=list)
    remark: Callable[[Any], str] | None = None


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
        self._remark = small_label("", f"{name}_remark")
        grid.addWidget(self._remark, len(self._made.lines), 0, 1, 4)
        if not self._made.lines:
            self.hide()  # never show(): without a parent yet it would be a window for a moment
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
        remark = self._made.remark(criterion) if self._made.remark is not None else ""
        self._remark.setText(remark)
        self._remark.setVisible(bool(remark))

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

    def remark(self, words: Callable[[Any], str]) -> None:
        """Words below the fields on what the criterion says besides them."""
        self._made.remark = words


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
    f.remark(_rvc_remark)


def _rvc_remark(rule: RegionalValueContent) -> str:
    said = [_tr("a share of {0}").format(rule.basis)] if rule.basis else []
    return _besides([*said, rule.words])


def _max_non_originating(f: CriterionFields) -> None:
    f.rows(
        [f.threshold("at_most", _tr("At most"))],
        [
            f.basis("basis", _tr("Of the price")),
            f.share("basis_share", _tr("Price / value"), high=2.0),
        ],
        [
            f.codes("inputs", _tr("Counting only")),
            f.choice("measure", _tr("Counted in"), MEASURES),
        ],
    )
    f.remark(lambda rule: _besides([rule.words]))


def _shift(f: CriterionFields) -> None:
    f.rows(
        [
            f.choice("level", _tr("From"), LEVELS),
            f.share("de_minimis", _tr("De minimis"), _tr("as agreed")),
        ],
        [f.codes("exceptions", _tr("Except from"))],
        [f.flag("outside_group", _tr("Only from outside the rule's own group of products"))],
    )
    f.remark(_shift_remark)


def _shift_remark(rule: TariffShift) -> str:
    said = [_tr("also from {0}").format(_described(item)) for item in rule.also]
    said += [_tr("except {0}").format(_described(item)) for item in rule.except_some]
    if rule.group:
        said.append(_tr("the group is {0}").format(", ".join(str(r) for r in rule.group)))
    return _besides(said)


def _described(item: Materials) -> str:
    parts = [", ".join(str(r) for r in item.codes), item.words, item.when]
    goods = " ".join(p for p in (", ".join(str(r) for r in item.goods), item.goods_words) if p)
    parts.append(_tr("for {0}").format(goods) if goods else "")
    return " ".join(part for part in parts if part)


def _besides(said: list[str]) -> str:
    """What the fields do not show; it is edited in the treaty text."""
    words = "; ".join(part for part in said if part)
    return _tr("In the treaty text besides: {0}.").format(words) if words else ""


def _inputs(f: CriterionFields) -> None:
    f.rows(
        [f.codes("inputs", _tr("Inputs"))],
        [f.line("words", _tr("In words"), _tr("yarn, key parts, recovered material"))],
        [f.threshold("tolerance", _tr("Tolerance"))],
        [
            f.share("at_least", _tr("At least")),
            f.choice("measure", _tr("Counted in"), MEASURES),
        ],
        [f.flag("wholly_obtained", _tr("They must be wholly obtained"))],
    )


def _only_goods(f: CriterionFields) -> None:
    f.rows(
        [f.codes("codes", _tr("Goods"))],
        [f.line("words", _tr("In words"), _tr("of cotton, for motor vehicles"))],
    )


def _period(f: CriterionFields) -> None:
    f.rows(
        [
            f.line("first", _tr("From"), _tr("2026-01-01")),
            f.line("last", _tr("Until"), _tr("2026-12-31")),
        ],
    )


def _condition(f: CriterionFields) -> None:
    f.rows(
        [f.line("text", _tr("Condition"), _tr("the good is for use in motor vehicles"))],
        [
            f.choice("about", _tr("About"), ABOUT),
            f.share("performed_share", _tr("Met by"), _tr("not known")),
        ],
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
    OnlyGoods: _only_goods,
    Period: _period,
    Condition: _condition,
}


def shape(criterion: Criterion) -> str:
    """What decides which fields there are: criteria of one shape can share their fields."""
    kind = type(criterion).__name__
    return f"{kind}:{criterion.method}" if isinstance(criterion, RegionalValueContent) else kind
