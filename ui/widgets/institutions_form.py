"""Bodies, clocks, review, triggers, withdrawal and accession."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import format as fmt
from ui.widgets import record_rows as rows
from ui.widgets.card import Card
from ui.widgets.decimal_spin import DecimalSpin
from ui.widgets.form_grid import FormGrid, small_label
from ui.widgets.line_field import LineField
from workbench.model.commitments import Body, Clock, Institutions, Trigger

if TYPE_CHECKING:
    from workbench.analysis.triggers import TriggerState

_TRIGGER_FIGURES = (
    ("exposure", "Exposure"),
    ("traced_exposure", "Exposure, traced"),
    ("utilisation", "Utilisation"),
    ("critical_mass_share", "Share of world trade"),
    ("leakage", "Leakage, USD"),
    ("duty_forgone", "Duty forgone, USD"),
    ("concentration", "Concentration of imports (HHI, 0 to 1)"),
    ("largest_supplier_share", "Largest supplier's share of imports"),
    ("non_party_share", "Non-parties' share of imports"),
    ("volume_move", "Change of import volume"),
    ("price_move", "Change of import price"),
)
_SIDES = (("above", "above"), ("below", "below"))
_NUMBERS = {
    "review_every_years": ("General review every", " years", 1, 100),
    "sunset_years": ("Ends unless renewed after", " years", 1, 100),
    "withdrawal_lock_years": ("No withdrawal for", " years", 1, 100),
    "withdrawal_notice_months": ("Notice of withdrawal", " months", 0, 240),
}


@dataclass(frozen=True, slots=True)
class _TriggerRow:
    """A trigger as its row shows it: one level, and the side of it that sets it off."""

    figure: str
    side: str
    level: float
    reopens: str

    @classmethod
    def of(cls, trigger: Trigger) -> _TriggerRow:
        side = "below" if trigger.falls else "above"
        return cls(trigger.figure, side, trigger.level, trigger.reopens)

    def trigger(self) -> Trigger:
        if self.side == "below":
            return Trigger(self.figure, self.reopens, below=self.level)
        return Trigger(self.figure, self.reopens, above=self.level)


class InstitutionsForm(QWidget):
    """Edits the institutions, and says which triggers the figures of today set off.

    Signals:
        institutions_changed: the new institutions, and a merge key.
    """

    institutions_changed = Signal(object, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._shown = Institutions()
        tr = self.tr
        self._lists = {
            "bodies": rows.RecordRows(
                (
                    rows.RowField("name", tr("Body"), rows.line(), 3, needed=True),
                    rows.RowField("does", tr("What it does"), rows.line(), 5, needed=True),
                    rows.RowField("made_of", tr("Made of"), rows.line(), 4),
                ),
                lambda: Body(tr("Committee"), tr("advises the partners")),
                f"{name}Bodies",
                tr("Add a body"),
            ),
            "clocks": rows.RecordRows(
                (
                    rows.RowField("what", tr("What is due"), rows.line(), 6, needed=True),
                    rows.RowField(
                        "days", tr("Days after entry into force"), rows.whole_number(0, 36_500)
                    ),
                ),
                lambda: Clock(tr("each partner names its contact point"), 90),
                f"{name}Clocks",
                tr("Add a clock"),
            ),
            "triggers": rows.RecordRows(
                (
                    rows.RowField("figure", tr("Figure"), rows.choice(_TRIGGER_FIGURES), 4),
                    rows.RowField("side", tr("Goes"), rows.choice(_SIDES)),
                    rows.RowField("level", tr("Level"), rows.number(-1e15, 1e15)),
                    rows.RowField("reopens", tr("Reopens"), rows.line(), 4, needed=True),
                ),
                lambda: _TriggerRow("exposure", "above", 0.4, tr("the default rule")),
                f"{name}Triggers",
                tr("Add a trigger"),
            ),
        }
        self._states = small_label("", f"{name}States")
        self._numbers = {
            attribute: self._number(words, suffix, low, high, f"{name}_{attribute}")
            for attribute, (words, suffix, low, high) in _NUMBERS.items()
        }
        self._lines = {
            "accession": LineField(tr("How others join"), f"{name}_accession"),
            "notes": LineField(tr("Notes on the institutions"), f"{name}_notes"),
        }
        self._lay_out()
        self._connect()

    def _number(self, words: str, suffix: str, low: int, high: int, name: str) -> DecimalSpin:
        spin = DecimalSpin(words, name, low, high, suffix=suffix, nothing=self.tr("not stated"))
        spin.setDecimals(0)
        return spin

    def _lay_out(self) -> None:
        tr = self.tr
        terms = Card(tr("Review, withdrawal and accession"), f"{self.objectName()}Terms")
        grid = FormGrid(4)
        for attribute, (words, *_) in _NUMBERS.items():
            grid.add(tr(words), self._numbers[attribute])
        grid.add(tr("How others join"), self._lines["accession"], 2)
        grid.add(tr("Notes"), self._lines["notes"], 2)
        terms.body.addLayout(grid)
        triggers = Card(tr("Triggers that reopen the text"), f"{self.objectName()}TriggersCard")
        triggers.body.addWidget(self._lists["triggers"])
        triggers.body.addWidget(self._states)
        bodies = Card(tr("Bodies"), f"{self.objectName()}BodiesCard")
        bodies.body.addWidget(self._lists["bodies"])
        clocks = Card(tr("Clocks"), f"{self.objectName()}ClocksCard")
        clocks.body.addWidget(self._lists["clocks"])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        for card in (terms, triggers, bodies, clocks):
            column.addWidget(card)
        column.addStretch(1)

    def _connect(self) -> None:
        for records in self._lists.values():
            records.records_changed.connect(self._on_records)
        for spin in self._numbers.values():
            spin.number_changed.connect(self._on_field)
        for field in self._lines.values():
            field.edited.connect(self._on_field)

    def show_institutions(self, institutions: Institutions) -> None:
        """Show other institutions; fields in which one is typing stay as they are."""
        if institutions == self._shown and self._lists["bodies"].isVisible():
            return
        self._shown = institutions
        for attribute, records in self._lists.items():
            shown = getattr(institutions, attribute)
            if attribute == "triggers":
                shown = tuple(_TriggerRow.of(trigger) for trigger in shown)
            records.show_records(shown)
        for attribute, spin in self._numbers.items():
            spin.show_number(getattr(institutions, attribute))
        for attribute, field in self._lines.items():
            field.show_text(getattr(institutions, attribute))

    def show_states(self, states: Sequence[TriggerState]) -> None:
        """Say of each trigger where its figure stands today."""
        lines = []
        for state in states:
            if state.value is None:
                lines.append(f"{state.title}: {fmt.MISSING}. {state.why}")
                continue
            value, level = (_shown(v, state.unit.value) for v in (state.value, state.trigger.level))
            words = self.tr("set off today") if state.met else self.tr("not set off today")
            side = self.tr("below") if state.trigger.falls else self.tr("above")
            line = f"{state.title}: {value}, {words} ({side} {level})"
            lines.append(f"{line}. {state.why}" if state.why else line)
        self._states.setText("\n".join(lines))
        self._states.setVisible(bool(lines))

    def _on_records(self, records: tuple[Any, ...], key: str) -> None:
        for attribute, widget in self._lists.items():
            if widget is self.sender():
                if attribute == "triggers":
                    records = tuple(row.trigger() for row in records)
                self._tell({attribute: records}, key)

    def _on_field(self) -> None:
        sender = self.sender()
        name = sender.objectName().removeprefix(f"{self.objectName()}_") if sender else ""
        values: dict[str, Any] = {}
        for attribute, spin in self._numbers.items():
            number = spin.number()
            values[attribute] = None if number is None else round(number)
        for attribute, field in self._lines.items():
            values[attribute] = field.text().strip()
        self._tell(values, f"institutions.{name}")

    def _tell(self, values: dict[str, Any], key: str) -> None:
        changed = replace(self._shown, **values)
        if changed != self._shown:
            self._shown = changed
            self.institutions_changed.emit(changed, key)


def _shown(value: float, unit: str) -> str:
    if unit == "USD":
        return fmt.money(value)
    return fmt.percent(value) if unit == "share" else fmt.decimal(value)
