"""Red lines: drawn here, watched while drafting, kept in a private file beside the agreement's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui import format as fmt
from ui import messages
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Cell, Column
from ui.theme import Tone
from ui.widgets.buttons import button, icon_button, primary_button
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.code_list_edit import CodeListEdit
from ui.widgets.data_table import DataTable
from ui.widgets.decimal_spin import DecimalSpin
from ui.widgets.form_grid import FormGrid, small_label
from ui.widgets.line_field import LineField
from workbench.errors import WorkbenchError
from workbench.model.economies import economy_name
from workbench.model.red_lines import Bound, LineOn, RedLine

if TYPE_CHECKING:
    from workbench.analysis.red_lines import LineState

KEPT, CROSSED, UNKNOWN = "kept", "crossed", "unknown"
_TONES = {KEPT: Tone.GOOD, CROSSED: Tone.BAD, UNKNOWN: Tone.NEUTRAL}
FIGURES_OF_LINES = (
    "exposure",
    "traced_exposure",
    "utilisation",
    "critical_mass_share",
    "covered_trade",
    "resourced_content",
    "duty_forgone",
    "leakage",
)


class RedLinesDialog(QDialog):
    """A table of lines with how the text stands to each, and the fields of the selected one."""

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("redLinesDialog")
        self.setWindowTitle(self.tr("Red lines"))
        self._document = document
        self._figures = figures
        self._build()
        self._connect()
        self.resize(860, 560)
        self._show()
        self.table.select_row(0)
        self._show_fields()

    # Layout

    def _build(self) -> None:
        from workbench.analysis.explain import FIGURES

        self.table = DataTable(
            [
                Column("partner", self.tr("Whose"), economy_name, width=130),
                Column("line", self.tr("Line"), fmt.text),
                Column(
                    "state",
                    self.tr("Now"),
                    lambda value: str(value).capitalize(),
                    cell=Cell.CHIP,
                    tone=lambda value: _TONES[str(value)],
                    width=120,
                ),
                Column("found", self.tr("As the text stands"), fmt.text, width=260),
            ],
            self.tr("Red lines"),
            "redLines",
            stretch="line",
        )
        self.table.setProperty("flat", True)
        self.table.set_empty_text(self.tr("No red line is drawn"))
        card = Card(self.tr("Red lines"), "redLinesCard")
        self.add = button(self.tr("New line"), "addRedLine", "plus")
        self.remove = icon_button("trash-2", self.tr("Remove the selected line"), "removeRedLine")
        card.tools.addWidget(self.add)
        card.tools.addWidget(self.remove)
        card.body.addWidget(self.table, 1)
        self.partner = ChoiceBox(self.tr("Whose line it is"), [], "linePartner")
        self.on = ChoiceBox(
            self.tr("What the line is drawn on"),
            [
                (LineOn.RATE.value, self.tr("The duty it charges")),
                (LineOn.THRESHOLD.value, self.tr("The content a rule asks for")),
                (LineOn.PRODUCT.value, self.tr("Whether products are covered")),
                (LineOn.FIGURE.value, self.tr("A figure of the whole")),
            ],
            "lineOn",
        )
        self.bound = ChoiceBox(self.tr("Which way it must not be crossed"), [], "lineBound")
        self.share = DecimalSpin(
            self.tr("Where the line is drawn"), "lineShare", 0, 4, 0.01, " %", 100
        )
        self.amount = DecimalSpin(
            self.tr("Where the line is drawn, million USD"),
            "lineAmount",
            0,
            1e12,
            1e6,
            self.tr(" million USD"),
            1e-6,
        )
        self.products = CodeListEdit(self.tr("Products; all if left empty"), "lineProducts")
        self.figure = ChoiceBox(
            self.tr("Figure"), [(name, FIGURES[name][0]) for name in FIGURES_OF_LINES], "lineFigure"
        )
        self.note = LineField(self.tr("Note"), "lineNote", self.tr("Why it is drawn"))
        grid = FormGrid(3)
        grid.add(self.tr("Whose"), self.partner)
        grid.add(self.tr("Drawn on"), self.on)
        self._labels = {
            self.figure: grid.add(self.tr("Figure"), self.figure),
            self.products: grid.add(self.tr("Products, all if empty"), self.products),
        }
        grid.add(self.tr("Must be"), self.bound)
        self._labels[self.share] = grid.add(self.tr("Value"), self.share)
        self._labels[self.amount] = grid.add(self.tr("Value"), self.amount)
        grid.add(self.tr("Note"), self.note, 2)
        self._fields = QWidget()
        self._fields.setObjectName("redLineFields")
        self._fields.setLayout(grid)
        form = Card(self.tr("The selected line"), "redLineCard")
        form.body.addWidget(self._fields)
        self._says = small_label(
            self.tr(
                "Red lines are yours alone: they lie in a private file beside the agreement's, are "
                "kept at once, and no save, export or command carries them."
            ),
            "redLinesSay",
        )
        self.done_button = primary_button(self.tr("Done"), "redLinesDone")
        foot = QHBoxLayout()
        foot.addWidget(self._says, 1)
        foot.addWidget(self.done_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(12)
        whole.addWidget(card, 1)
        whole.addWidget(form)
        whole.addLayout(foot)

    def _connect(self) -> None:
        self.add.clicked.connect(self._on_add)
        self.remove.clicked.connect(self._on_remove)
        self.done_button.clicked.connect(self.accept)
        self.table.row_selected.connect(self._show_fields)
        self.partner.chosen.connect(self._on_partner)
        self.on.chosen.connect(self._on_kind)
        self.bound.chosen.connect(self._on_bound)
        self.figure.chosen.connect(self._on_figure)
        self.share.number_changed.connect(self._on_value)
        self.amount.number_changed.connect(self._on_value)
        self.products.ranges_changed.connect(self._on_products)
        self.note.edited.connect(self._on_note)
        self._figures.evaluated.connect(self._show)

    # Redrawing

    def _states(self) -> tuple[LineState, ...]:
        from workbench.analysis.red_lines import line_states

        result = self._figures.result
        return () if result is None else line_states(result, self._document.red_lines)

    def _show(self) -> None:
        """The lines, and how the figures on screen stand to them."""
        from workbench.analysis.red_lines import line_in_words

        lines, states = self._document.red_lines, self._states()
        row = self.table.current_row()
        words = {True: CROSSED, False: KEPT, None: UNKNOWN}
        self.table.set_frame(
            {
                "partner": [line.partner for line in lines],
                "line": [line_in_words(line) for line in lines],
                "state": [words[s.crossed] for s in states] or [UNKNOWN] * len(lines),
                "found": [s.found for s in states] or [""] * len(lines),
            }
        )
        if lines:
            self.table.select_row(min(max(row, 0), len(lines) - 1))
        codes = {p.economy: None for p in self._document.agreement.partners}
        codes |= {line.partner: None for line in lines}
        self.partner.set_choices([(code, economy_name(code)) for code in codes])
        self.add.setEnabled(bool(codes))

    def selected(self) -> RedLine | None:
        """The line whose row is current."""
        row = self.table.current_row()
        lines = self._document.red_lines
        return lines[row] if 0 <= row < len(lines) else None

    def _show_fields(self) -> None:
        line = self.selected()
        self._fields.setEnabled(line is not None)
        self.remove.setEnabled(line is not None)
        if line is None:
            self.amount.hide()
            self._labels[self.amount].hide()
            return
        of_products = line.on is LineOn.PRODUCT
        self.bound.set_choices(
            [
                (Bound.AT_LEAST.value, self.tr("covered") if of_products else self.tr("at least")),
                (
                    Bound.AT_MOST.value,
                    self.tr("not covered") if of_products else self.tr("at most"),
                ),
            ]
        )
        self.partner.show_key(line.partner)
        self.on.show_key(line.on.value)
        self.bound.show_key(line.bound.value)
        self.figure.show_key(line.figure)
        money = self._is_money(line)
        (self.amount if money else self.share).show_number(line.value)
        self.products.set_ranges(line.products)
        self.note.show_text(line.notes)
        shown = {
            self.figure: line.on is LineOn.FIGURE,
            self.products: line.on is not LineOn.FIGURE,
            self.share: not of_products and not money,
            self.amount: not of_products and money,
        }
        for field, visible in shown.items():
            field.setVisible(visible)
            self._labels[field].setVisible(visible)

    def _is_money(self, line: RedLine) -> bool:
        from workbench.analysis.explain import FIGURES, Unit

        return line.figure in FIGURES and FIGURES[line.figure][1] is Unit.USD

    # Edits, kept at once

    def _draw(self, lines: tuple[RedLine, ...], row: int) -> None:
        try:
            self._document.set_red_lines(lines)
        except WorkbenchError as error:
            messages.show_error(self, str(error))
        self._show()
        if self._document.red_lines:
            self.table.select_row(min(row, len(self._document.red_lines) - 1))
        self._show_fields()

    def _change(self, **values: Any) -> None:
        line, row = self.selected(), self.table.current_row()
        if line is None:
            return
        changed = replace(line, **values)
        if changed != line:
            lines = list(self._document.red_lines)
            lines[row] = changed
            self._draw(tuple(lines), row)

    def _on_add(self) -> None:
        lines = self._document.red_lines
        partner = self.partner.key() or self.partner.itemData(0)
        line = RedLine(
            str(partner), LineOn.FIGURE, Bound.AT_MOST, value=0.5, figure=FIGURES_OF_LINES[0]
        )
        self._draw((*lines, line), len(lines))
        self.on.setFocus()

    def _on_remove(self) -> None:
        row = self.table.current_row()
        lines = list(self._document.red_lines)
        del lines[row]
        self._draw(tuple(lines), row)

    def _on_partner(self, code: str) -> None:
        self._change(partner=code)

    def _on_kind(self, key: str) -> None:
        kind = LineOn(key)
        figure = FIGURES_OF_LINES[0] if kind is LineOn.FIGURE else ""
        value = 0.0 if kind is LineOn.PRODUCT else 0.5 if kind is not LineOn.RATE else 0.02
        self._change(on=kind, figure=figure, value=value)

    def _on_bound(self, key: str) -> None:
        self._change(bound=Bound(key))

    def _on_figure(self, name: str) -> None:
        line = self.selected()
        if line is None:
            return
        same_unit = self._is_money(line) == self._is_money(replace(line, figure=name))
        self._change(figure=name, value=line.value if same_unit else 0.0)

    def _on_value(self, value: object) -> None:
        if isinstance(value, float | int):
            self._change(value=float(value))

    def _on_products(self, ranges: object) -> None:
        self._change(products=ranges)

    def _on_note(self, text: str) -> None:
        self._change(notes=text)
