"""One commitment: its text, how it binds, what it costs, and the words not agreed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QVBoxLayout, QWidget

from ui.models.stance_model import OBLIGATIONS
from ui.widgets import record_rows as rows
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.decimal_spin import DecimalSpin, share_spin
from ui.widgets.economy_list_edit import EconomyListEdit
from ui.widgets.form_grid import FormGrid, ProblemLabel, small_label
from ui.widgets.line_field import LineField
from workbench.model.commitments import (
    Binds,
    Bracket,
    Commitment,
    CommitmentTopic,
    Enforcement,
    Obligation,
    Precision,
)

TOPICS = {
    CommitmentTopic.LABOUR: "Labour",
    CommitmentTopic.ENVIRONMENT: "Environment",
    CommitmentTopic.NON_MARKET_PRACTICES: "Non-market practices",
    CommitmentTopic.TRANSPARENCY: "Transparency and tracing",
    CommitmentTopic.INFORMATION_SHARING: "Information sharing",
    CommitmentTopic.CRISIS_RESPONSE: "Crisis response",
    CommitmentTopic.STANDARDS: "Standards",
    CommitmentTopic.REGULATORY: "Regulatory",
    CommitmentTopic.DISPUTE_SETTLEMENT: "Dispute settlement",
    CommitmentTopic.REVIEW: "Review",
}
PRECISIONS = {Precision.HIGH: "High", Precision.MEDIUM: "Medium", Precision.LOW: "Low"}
ENFORCEMENTS = {
    Enforcement.FACILITY_SPECIFIC: "At the facility",
    Enforcement.STATE_TO_STATE: "Between states",
    Enforcement.CONSULTATION: "Consultation",
    Enforcement.NONE: "None",
}
BINDS = {
    Binds.ALL: "All partners",
    Binds.PRODUCERS: "Producing partners",
    Binds.CONSUMERS: "Consuming partners",
}
_TEXT_HEIGHT = 74
_TYPED = ("id", "title", "source", "notes", "compliance_cost", "facility_share", "from_year")


class CommitmentForm(QWidget):
    """Edits a commitment; one without a name or a text is kept here until it has both.

    Signals:
        commitment_changed: the new commitment, and a merge key (empty for a step of its own).
    """

    commitment_changed = Signal(object, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        tr = self.tr
        self._shown: Commitment | None = None
        self._taken: frozenset[str] = frozenset()
        self.text = QPlainTextEdit()
        self.text.setObjectName(f"{name}_text")
        self.text.setAccessibleName(tr("Text of the commitment"))
        self.text.setPlaceholderText(tr("The treaty text"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(_TEXT_HEIGHT)
        self._lines = {
            "id": LineField(tr("Name of the commitment"), f"{name}_id"),
            "title": LineField(tr("Title of the commitment"), f"{name}_title"),
            "source": LineField(tr("Source of the text"), f"{name}_source"),
            "notes": LineField(tr("Notes on the commitment"), f"{name}_notes"),
        }
        self._choices = {
            "topic": self._choice(tr("Topic"), TOPICS, f"{name}_topic"),
            "obligation": self._choice(tr("How it binds"), OBLIGATIONS, f"{name}_obligation"),
            "precision": self._choice(tr("Precision"), PRECISIONS, f"{name}_precision"),
            "enforcement": self._choice(tr("Enforcement"), ENFORCEMENTS, f"{name}_enforcement"),
            "binds": self._choice(tr("Whom it binds"), BINDS, f"{name}_binds"),
        }
        self._applies = EconomyListEdit(tr("Only these partners"), f"{name}_applies_to", tr("all"))
        self._from = DecimalSpin(tr("From year"), f"{name}_from_year", 1, 100)
        self._from.setDecimals(0)
        self._depends = QCheckBox(tr("A breach costs the preference"))
        self._depends.setObjectName(f"{name}_preference_depends")
        self._cost = share_spin(tr("Cost of complying"), f"{name}_compliance_cost", "", 1.0, 0.0005)
        self._facility = share_spin(
            tr("Share of exports one facility in breach loses"),
            f"{name}_facility_share",
            tr("not stated"),
            1.0,
        )
        self._brackets = rows.RecordRows(
            (
                rows.RowField("text", tr("Words in brackets"), rows.line(), 5, needed=True),
                rows.RowField(
                    "proposed_by", tr("Proposed by"), rows.economies(tr("nobody yet")), 3
                ),
            ),
            lambda: Bracket(tr("words to settle")),
            f"{name}Brackets",
            tr("Add a bracket"),
        )
        self._unmarked = small_label("", f"{name}BracketNote")
        self._problem = ProblemLabel(f"{name}Problem")
        self._lay_out()
        self._connect()

    @staticmethod
    def _choice(says: str, choices: dict[Any, str], name: str) -> ChoiceBox:
        return ChoiceBox(says, [(str(key), words) for key, words in choices.items()], name)

    def _lay_out(self) -> None:
        tr, lines, choices = self.tr, self._lines, self._choices
        grid = FormGrid(4)
        grid.add(tr("Name (needed)"), lines["id"])
        grid.add(tr("Title"), lines["title"], 2)
        grid.add(tr("Topic"), choices["topic"])
        grid.add(tr("Text (needed)"), self.text, 4)
        grid.add(tr("Obligation"), choices["obligation"])
        grid.add(tr("Precision"), choices["precision"])
        grid.add(tr("Enforcement"), choices["enforcement"])
        grid.add(tr("From year"), self._from)
        grid.add(tr("Binds"), choices["binds"])
        grid.add(tr("Only these partners"), self._applies)
        grid.add(tr("Cost of complying, of value"), self._cost)
        grid.add(tr("One facility in breach loses"), self._facility)
        grid.add(tr("Source"), lines["source"], 2)
        grid.add(tr("Notes"), lines["notes"], 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(6)
        column.addWidget(self._problem)
        column.addLayout(grid)
        column.addWidget(self._depends)
        column.addWidget(self._brackets)
        column.addWidget(self._unmarked)
        column.addStretch(1)

    def _connect(self) -> None:
        self.text.textChanged.connect(self._on_text)
        for field in self._lines.values():
            field.edited.connect(self._on_field)
        for box in self._choices.values():
            box.chosen.connect(self._on_field)
        for spin in (self._from, self._cost, self._facility):
            spin.number_changed.connect(self._on_field)
        self._applies.economies_changed.connect(self._on_field)
        self._depends.clicked.connect(self._on_field)
        self._brackets.records_changed.connect(self._on_brackets)

    def focus_name(self) -> None:
        """Put the cursor where the name is typed."""
        self._lines["id"].setFocus()
        self._lines["id"].selectAll()

    def show_commitment(self, commitment: Commitment, taken: frozenset[str]) -> None:
        """Show a commitment; `taken` are the names of the others."""
        self._taken = taken
        if commitment == self._shown:
            return
        self._shown = commitment
        if self.text.toPlainText().strip() != commitment.text:
            with QSignalBlocker(self.text):
                self.text.setPlainText(commitment.text)
        for name, field in self._lines.items():
            field.show_text(getattr(commitment, name))
        for name, box in self._choices.items():
            box.show_key(str(getattr(commitment, name)))
        self._applies.show_economies(commitment.applies_to)
        self._from.show_number(commitment.from_year)
        self._depends.setChecked(commitment.preference_depends)
        self._cost.show_number(commitment.compliance_cost)
        self._facility.show_number(commitment.facility_share)
        self._brackets.show_records(commitment.brackets)
        facility = commitment.enforcement is Enforcement.FACILITY_SPECIFIC
        self._facility.setEnabled(commitment.preference_depends and facility)
        self._cost.setEnabled(commitment.preference_depends)
        self._cost.setToolTip(
            self.tr("Added to the cost of claiming the preference, from that year on")
            if commitment.preference_depends
            else self.tr("Counts only where a breach costs the preference")
        )
        absent = [one.text for one in commitment.brackets if one.text not in commitment.text]
        words = ", ".join(f"“{text}”" for text in absent)
        note = self.tr("Not in the text above: {words}.").format(words=words) if absent else ""
        self._unmarked.setText(note)
        self._unmarked.setVisible(bool(absent))
        self._problem.say("")

    def _on_text(self) -> None:
        self._tell("text")

    def _on_field(self) -> None:
        sender = self.sender()
        name = sender.objectName().removeprefix(f"{self.objectName()}_") if sender else ""
        self._tell(name if name in _TYPED else "")

    def _on_brackets(self, brackets: tuple[Bracket, ...], key: str) -> None:
        self._tell(key, brackets=brackets)

    def _tell(self, key: str, **other: Any) -> None:
        if self._shown is None:
            return
        draft = replace(self._shown, **{**self._read(), **other})
        problem = ""
        if not draft.id:
            problem = self.tr("give the commitment a name.")
        elif draft.id in self._taken:
            problem = self.tr("{name} is there already.").format(name=draft.id)
        elif not draft.text:
            problem = self.tr("write the text.")
        if problem:
            self._problem.say(self.tr("Not applied yet: {why}").format(why=problem))
            return
        self._problem.say("")
        if draft != self._shown:
            self.commitment_changed.emit(draft, key)

    def _read(self) -> dict[str, Any]:
        choices = self._choices
        return {
            **{name: field.text().strip() for name, field in self._lines.items()},
            "text": self.text.toPlainText().strip(),
            "topic": CommitmentTopic(choices["topic"].key()),
            "obligation": Obligation(choices["obligation"].key()),
            "precision": Precision(choices["precision"].key()),
            "enforcement": Enforcement(choices["enforcement"].key()),
            "binds": Binds(choices["binds"].key()),
            "applies_to": self._applies.economies(),
            "from_year": round(self._from.number() or 1),
            "preference_depends": self._depends.isChecked(),
            "compliance_cost": self._cost.number() or 0.0,
            "facility_share": self._facility.number(),
        }
