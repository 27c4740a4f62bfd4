"""The assumptions of the claiming model, each with its default and source.

A value that is not the default's has a field for its own source.
"""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QWidget

from ui import format as fmt
from ui import theme
from ui.widgets.buttons import icon_button
from ui.widgets.decimal_spin import DecimalSpin
from ui.widgets.form_grid import small_label
from ui.widgets.line_field import LineField
from workbench.model.commitments import (
    PARAMETERS,
    ParameterInfo,
    Parameters,
    parameter_info,
)

_SHARES = "share of"
_STEPS = {"consignment": 1000.0, "fixed_cost": 10.0, "sigma": 0.1, "concentration": 0.5}
_DEFAULTS = Parameters()


class ParametersForm(QWidget):
    """A row for each assumption.

    Signals:
        parameter_changed: its name, the new value, and a merge key.
        source_changed: its name, the source of its value, and a merge key.
        reset_asked: the name of one that shall have its default again.
    """

    parameter_changed = Signal(str, float, str)
    source_changed = Signal(str, str, str)
    reset_asked = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._spins: dict[str, DecimalSpin] = {}
        self._resets: dict[str, QToolButton] = {}
        self._words: dict[str, QLabel] = {}
        self._sources: dict[str, LineField] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(9)
        grid.setColumnStretch(0, 1)
        for row, info in enumerate(PARAMETERS):
            self._add_row(grid, row, info)

    def _add_row(self, grid: QGridLayout, row: int, info: ParameterInfo) -> None:
        name = f"{self.objectName()}_{info.name}"
        title = QLabel(f"{info.title}, {info.unit}" if info.unit else info.title)
        title.setWordWrap(True)
        words = small_label(info.help, f"{name}Help")
        source = LineField(
            self.tr("Source of {title}").format(title=info.title.lower()),
            f"{name}Source",
            self.tr("source of this value: document, page, date"),
        )
        source.edited.connect(self._on_source)
        share = info.unit.startswith(_SHARES)
        spin = DecimalSpin(
            info.title,
            name,
            info.low,
            info.high,
            _STEPS.get(info.name, 0.01),
            " %" if share else "",
            100.0 if share else 1.0,
        )
        spin.setToolTip(info.help)
        spin.setFixedWidth(138)
        spin.number_changed.connect(self._on_number)
        title.setBuddy(spin)
        default = getattr(_DEFAULTS, info.name)
        shown = fmt.plain(default * 100) + " %" if share else fmt.plain(default)
        note = QLabel(self.tr("default {value}").format(value=shown))
        theme.set_role(note, "small")
        reset = icon_button(
            "rotate-ccw",
            self.tr("Reset {title} to its default").format(title=info.title),
            f"{name}Reset",
        )
        reset.clicked.connect(self._on_reset)
        self._spins[info.name], self._resets[info.name] = spin, reset
        self._words[info.name], self._sources[info.name] = words, source
        middle = Qt.AlignmentFlag.AlignVCenter
        texts = QGridLayout()
        texts.setVerticalSpacing(1)
        texts.addWidget(title, 0, 0)
        texts.addWidget(words, 1, 0)
        texts.addWidget(source, 2, 0)
        grid.addLayout(texts, row, 0)
        grid.addWidget(spin, row, 1, middle)
        grid.addWidget(note, row, 2, middle)
        grid.addWidget(reset, row, 3, middle)

    def show_parameters(self, parameters: Parameters) -> None:
        """Show values; fields that show them already stay as they are."""
        for name, spin in self._spins.items():
            value = getattr(parameters, name)
            spin.show_number(value)
            self._resets[name].setEnabled(not parameters.is_default(name))
            stated, source = parameters.stated_source(name), parameters.source(name)
            self._sources[name].show_text(stated)
            self._sources[name].setVisible(bool(stated) or not parameters.is_default(name))
            shown = self.tr("{help} Source: {source}.").format(
                help=parameter_info(name).help, source=source.removesuffix(".")
            )
            self._words[name].setText(shown)

    def _named(self, sender: Any) -> str:
        name: str = sender.objectName()
        name = name.removeprefix(f"{self.objectName()}_")
        return name.removesuffix("Reset").removesuffix("Source")

    def _on_number(self, value: float) -> None:
        name = self._named(self.sender())
        self.parameter_changed.emit(name, value, f"parameters.{name}")

    def _on_source(self) -> None:
        name = self._named(self.sender())
        text = self._sources[name].text().strip()
        self.source_changed.emit(name, text, f"parameters.sources.{name}")

    def _on_reset(self) -> None:
        self.reset_asked.emit(self._named(self.sender()))
