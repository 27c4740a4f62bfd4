"""A new agreement in three steps: a sector to start from, the partners, a name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui import format as fmt
from ui import icons, theme
from ui.dialogs.picker import PickDialog, preview_label
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.form_grid import FormGrid
from ui.widgets.scrolled import scrolled
from ui.widgets.views import set_up_view
from workbench.errors import WorkbenchError
from workbench.model.agreement import Agreement
from workbench.model.economies import Partner, economy_name

if TYPE_CHECKING:
    from workbench.definitions.library import Entry


def choose_template(parent: QWidget | None, library: Path | None = None) -> Agreement | None:
    """Let the user put a new agreement together; None if they change their mind.

    Args:
        parent: window it stands over.
        library: the user's own folder of named parts.
    """
    dialog = TemplateDialog(parent, library)
    return dialog.agreement() if dialog.ask() else None


class TemplateDialog(PickDialog):
    """The agreements on the left, the selected one on the right."""

    def __init__(self, parent: QWidget | None = None, library: Path | None = None) -> None:
        super().__init__(
            self.tr("New agreement"),
            "templateDialog",
            (self.tr("Start from this"), "file-plus"),
            (940, 600),
            parent,
        )
        from workbench.definitions.library import partner_sets, templates

        self._library = library
        self._entries = templates(library)
        self._sets = {one.name: one for one in partner_sets(library) if not one.problem}
        self._read: dict[Path, Agreement] = {}
        self._build()
        self.list.currentRowChanged.connect(self._show)
        self.list.itemDoubleClicked.connect(self.accept)
        self._show()
        self.list.setCurrentRow(0)
        self.list.setFocus()

    def chosen(self) -> Path | None:
        """The file of the selected agreement; None if there is none or it cannot be read."""
        entry = self._entry()
        return None if entry is None or entry.problem else entry.path

    def agreement(self) -> Agreement | None:
        """The selected text with the partners and the name that were chosen."""
        entry = self._entry()
        base = None if entry is None else self._read.get(entry.path)
        if base is None:
            return None
        title = self.name.text().strip()
        if title:
            base = replace(base, title=title)
        chosen = self._sets.get(self.partners.key())
        if chosen is None:
            return base
        from workbench.definitions.library import partner_set

        known = {partner.economy: partner for partner in base.partners}
        codes = partner_set(chosen.name, self._library).economies
        return replace(base, partners=tuple(known.get(code, Partner(code)) for code in codes))

    # Layout

    def _build(self) -> None:
        self.list = QListWidget()
        set_up_view(self.list, "templateList", self.tr("Agreements to start from"))
        self.list.setMinimumWidth(360)
        color = theme.current().color("text_2")
        for entry in self._entries:
            icon = "octagon-alert" if entry.problem else "file-text"
            item = QListWidgetItem(icons.icon(icon, color), entry.title)
            item.setToolTip(entry.title)
            self.list.addItem(item)
        self._card = Card("", "templatePreview")
        self._title = preview_label("templateTitle", "heading")
        self._kind = preview_label("templateKind", "muted")
        self._summary = preview_label("templateSummary")
        self._partners = preview_label("templatePartners")
        self._coverage = preview_label("templateCoverage")
        self._notes = preview_label("templateNotes", "muted")
        self._captions = [preview_label("", "caption") for _ in range(2)]
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        for widget in (
            self._title,
            self._kind,
            self._summary,
            self._captions[0],
            self._partners,
            self._captions[1],
            self._coverage,
            self._notes,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        self._card.body.addWidget(scrolled(inside, "templateScroll", self.tr("Preview")))
        choices = [("", self.tr("As in this text"))]
        choices += [(name, entry.title) for name, entry in self._sets.items()]
        self.partners = ChoiceBox(self.tr("Partners to start with"), choices, "templatePartnerSet")
        self.name = QLineEdit()
        self.name.setObjectName("templateName")
        self.name.setAccessibleName(self.tr("Name of the new agreement"))
        steps = FormGrid(2)
        steps.add(self.tr("2  Partners"), self.partners)
        steps.add(self.tr("3  Name"), self.name)
        first = QLabel(self.tr("1  Sector, and a text to start from"))
        first.setObjectName("templateFirst")
        first.setBuddy(self.list)
        theme.set_role(first, "small")
        sides = QWidget(), QWidget()
        left, right = (QVBoxLayout(side) for side in sides)
        for layout in (left, right):
            layout.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(3)
        left.addWidget(first)
        left.addWidget(self.list, 1)
        right.setSpacing(12)
        right.addWidget(self._card, 1)
        right.addLayout(steps)
        self.add_sides(*sides, (4, 6))

    # Preview

    def _entry(self) -> Entry | None:
        row = self.list.currentRow()
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def _show(self) -> None:
        entry = self._entry()
        if entry is None:
            self._say(self.tr("No agreement ships with this program"), "")
            return
        problem = entry.problem
        agreement = self._read.get(entry.path)
        if agreement is None and not problem:
            from workbench.definitions.reader import read_agreement

            try:
                agreement = self._read[entry.path] = read_agreement(entry.path)
            except WorkbenchError as error:
                problem = str(error)
        if agreement is None:
            self._say(entry.title, problem)
            return
        self._say(agreement.title, "")
        self.take.setEnabled(True)
        self.name.setPlaceholderText(agreement.title)
        sector = agreement.sector.replace("-", " ").capitalize()
        self._kind.setText(" · ".join(part for part in (sector, agreement.status.value) if part))
        self._summary.setText(summary(agreement))
        self._captions[0].setText(
            self.tr("PARTNERS ({count})").format(count=fmt.count(len(agreement.partners)))
        )
        self._partners.setText(partners_text(agreement))
        groups = len(agreement.coverage.entries)
        self._captions[1].setText(
            self.tr("COVERAGE ({groups})").format(groups=fmt.plural(groups, "group").upper())
        )
        self._coverage.setText(coverage_text(agreement))
        self._notes.setText(agreement.notes)
        for widget in (*self._captions, self._notes):
            widget.setVisible(bool(widget.text()))

    def _say(self, title: str, problem: str) -> None:
        """A title alone, and why it cannot be used."""
        self._title.setText(title)
        self._card.setAccessibleName(title)
        self._summary.setText(problem)
        for label in (self._kind, self._partners, self._coverage, self._notes, *self._captions):
            label.setText("")
        self.take.setEnabled(False)


def summary(agreement: Agreement) -> str:
    """One line on what the text does."""
    if not agreement.treatment.market_access:
        access = "Cooperation only, no duty changes"
    elif agreement.treatment.basis.value == "extended-to-all":
        access = "Duty cuts extended to all"
    else:
        access = "Duty cuts for partners only"
    rules = len(agreement.origin.product_rules)
    parts = [access]
    if agreement.treatment.market_access and rules:
        parts.append(fmt.plural(rules, "product rule"))
    parts += [
        fmt.plural(count, word)
        for count, word in (
            (len(agreement.incentives), "other incentive"),
            (len(agreement.commitments), "commitment"),
            (len(agreement.options), "option"),
        )
        if count
    ]
    return " · ".join(parts)


def partners_text(agreement: Agreement) -> str:
    """The partners by name, observers marked."""
    return (
        ", ".join(
            economy_name(partner.economy) + ("" if partner.takes_preferences else " (observer)")
            for partner in agreement.partners
        )
        or fmt.MISSING
    )


def coverage_text(agreement: Agreement) -> str:
    """A line for each covered group."""
    lines = []
    for entry in agreement.coverage.entries:
        codes = ", ".join(str(item) for item in entry.ranges)
        name = f" (list {entry.product_list})" if entry.product_list else ""
        lines.append(f"{entry.stage.value.capitalize()}{name}: {codes}")
    return "\n".join(lines) or fmt.MISSING
