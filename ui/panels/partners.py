"""Who takes part: the partners, what each brings, and who supplies from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QSplitter,
    QWidget,
)

from ui import format as fmt
from ui import theme
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Column
from ui.page import Page
from ui.widgets.buttons import button, icon_button, primary_button
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.data_table import DataTable
from ui.widgets.decimal_spin import DecimalSpin
from ui.widgets.economy_picker import EconomyPicker
from ui.widgets.line_field import LineField
from ui.widgets.number_spin import set_up_spin
from ui.widgets.scrolled import scrolled
from workbench.errors import WorkbenchError
from workbench.model.agreement import Agreement
from workbench.model.economies import (
    AlignmentScore,
    Partner,
    Role,
    Standing,
    economy_name,
    territory_of,
)
from workbench.model.economies_table import CUSTOMS_TERRITORIES, ECONOMIES
from workbench.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.alignment import AlignmentScores
    from workbench.analysis.market import Market
    from workbench.analysis.results import Evaluation
    from workbench.tradedata.database import TradeDatabase

_ROLE_TITLES = {"producer": "Producer", "consumer": "Consumer", "both": "Both"}
_STANDING_TITLES = {"founding": "Founding", "candidate": "Candidate", "observer": "Observer"}
_CONTENT_TITLES = {"known": "Known", "partly known": "Partly", "not known": "Missing"}
_MOST_SUPPLIERS = 10
_EXPLAINED = {
    "exports": ("exporter", "value"),
    "imports": ("importer", "value"),
    "utilisation": ("exporter", "utilisation"),
}
"""Side of the lanes and their figure, by column."""
_FIGURES = ("exports", "imports", "utilisation", "exposure", "change", "content")


def find_economy(typed: str) -> str:
    """The code of the economy or customs territory that is meant; "" where that is not clear.

    A member of a customs territory stands for its territory. Takes codes, names and the start of
    just one name.
    """
    wanted = typed.strip().casefold()
    if not wanted:
        return ""
    names = {code: economy_name(code) for code in (*ECONOMIES, *CUSTOMS_TERRITORIES)}
    exact = {code for code, name in names.items() if wanted in (code.casefold(), name.casefold())}
    near = {code for code, name in names.items() if name.casefold().startswith(wanted)}
    found = {territory_of(code) for code in exact or near}
    return found.pop() if len(found) == 1 else ""


def offered(taken: Sequence[str]) -> list[tuple[str, str]]:
    """What the picker lists, as (code, words): economies with a tariff of their own by name.

    A member of a customs territory is listed by its name, but picks the territory.
    """
    words = [(code, facts[1]) for code, facts in ECONOMIES.items() if territory_of(code) == code]
    for code, (_, name, members) in CUSTOMS_TERRITORIES.items():
        words.append((code, name))
        words += [(code, f"{ECONOMIES[m][1]} ({m}), part of {name}") for m in members]
    return sorted((w for w in words if w[0] not in taken), key=lambda w: w[1].casefold())


class PartnersPage(Page):
    """The table of partners, the selected one in detail, and suppliers from outside."""

    name = "partners"
    shows_leverage = False

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, parent)
        self._filling = self._shown = False
        self._selected = ""
        self._offered: tuple[str, ...] | None = None
        self._suppliers_of: Market | None = None
        self._pinned: Evaluation | None = None
        self._before: dict[str, float] = {}
        self._figures: dict[str, dict[str, Any]] = {}
        self._supplier_codes: list[str] = []
        self.aligned: AlignmentScores | None = None
        self._aligned_of: tuple[object, ...] = ()
        self._indicators: pd.DataFrame | None = None
        self._indicators_of: TradeDatabase | None = None
        self._subjects: list[str] = []
        self._build_bar()
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setObjectName("partnersSplit")
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._build_table())
        below = QSplitter(Qt.Orientation.Horizontal)
        below.setObjectName("partnerSplit")
        below.setChildrenCollapsible(False)
        below.addWidget(self._build_detail())
        below.addWidget(self._build_suppliers())
        below.setStretchFactor(0, 6)
        below.setStretchFactor(1, 5)
        below.setSizes([450, 400])
        self._split.addWidget(below)
        self._split.setStretchFactor(0, 1)
        self.column.addLayout(self.tools)
        self.column.addWidget(self._split, 1)
        self._connect()

    def title(self) -> str:
        """The words in the navigation and at the head of the page."""
        return self.tr("Partners")

    def subtitle(self) -> str:
        """How many take part, and their weight."""
        partners = self.document.agreement.partners
        observers = sum(not partner.takes_preferences for partner in partners)
        words = [fmt.plural(len(partners) - observers, self.tr("partner"))]
        if observers:
            words.append(fmt.plural(observers, self.tr("observer")))
        result = self.figures.result
        if result is not None:
            share = fmt.percent(result.totals["critical_mass_share"])
            words.append(self.tr("{share} of world trade").format(share=share))
        return " · ".join(words)

    # Layout

    def _build_bar(self) -> None:
        self.picker = EconomyPicker(self.tr("Economy to add"), "partnerPicker")
        self.picker.setMinimumWidth(220)
        self.picker.setMaximumWidth(420)
        self.add = primary_button(self.tr("Add partner"), "addPartner", "plus")
        self.add_set = button(self.tr("Add a set…"), "addPartnerSet", "users")
        self.add_set.setToolTip(self.tr("Add every member of an existing grouping"))
        self.remove = button(self.tr("Remove"), "removePartner", "trash-2")
        self.remove.setToolTip(self.tr("Take the selected partners out (Del)"))
        self.tools.addWidget(self.picker, 1)
        self.tools.addWidget(self.add)
        self.tools.addWidget(self.add_set)
        self.tools.addStretch(0)
        self.tools.addWidget(self.remove)

    def _build_table(self) -> QWidget:
        def role(value: object) -> str:
            return _ROLE_TITLES.get(str(value), "")

        self.table = DataTable(
            (
                Column("title", self.tr("Partner"), width=140),
                Column("role", self.tr("Role"), role, width=70),
                Column(
                    "standing",
                    self.tr("Standing"),
                    lambda v: _STANDING_TITLES.get(str(v), ""),
                    width=82,
                ),
                Column(
                    "developing",
                    self.tr("Dev."),
                    fmt.yes_no,
                    tip=self.tr("Developing economy"),
                    width=48,
                ),
                Column(
                    "exports",
                    self.tr("Exports"),
                    fmt.money,
                    numeric=True,
                    tip=self.tr("Exports to partners in covered trade, USD a year"),
                    full=fmt.money_full,
                    width=74,
                ),
                Column(
                    "imports",
                    self.tr("Imports"),
                    fmt.money,
                    numeric=True,
                    tip=self.tr("Imports from partners in covered trade, USD a year"),
                    full=fmt.money_full,
                    width=74,
                ),
                Column(
                    "utilisation",
                    self.tr("Utilisation"),
                    fmt.percent,
                    numeric=True,
                    tip=self.tr("Share of its exports to partners that claims the preference"),
                    full=fmt.percent_full,
                    width=86,
                ),
                Column(
                    "exposure",
                    self.tr("Exposure"),
                    fmt.percent,
                    numeric=True,
                    tip=self.tr(
                        "Free-riding content it brings as an exporter, share of its trade that "
                        "claims"
                    ),
                    full=fmt.percent_full,
                    width=78,
                ),
                Column(
                    "change",
                    self.tr("Change"),
                    fmt.percent_change,
                    numeric=True,
                    tip=self.tr("Change of its exposure since the pinned baseline"),
                    width=74,
                ),
                Column(
                    "content",
                    self.tr("Content"),
                    lambda v: _CONTENT_TITLES.get(str(v), fmt.MISSING),
                    tip=self.tr(
                        "Whether the database knows where the content of its goods is from"
                    ),
                    width=68,
                ),
                Column(
                    "alignment",
                    self.tr("Alignment"),
                    fmt.decimal,
                    numeric=True,
                    tip=self.tr(
                        "From 0, far, to 1, close, by your scores and weights, else by indicators; "
                        "beside the trade figures, never part of them"
                    ),
                    width=84,
                ),
            ),
            self.tr("Partners"),
            "partnersTable",
            stretch="title",
        )
        self.table.set_empty_text(self.tr("No partners yet: add the first one above."))
        self.table.setMinimumHeight(120)
        return self.table

    def _build_detail(self) -> QWidget:
        self.detail = Card(self.tr("Selected partner"), "partnerDetail")
        self.role = ChoiceBox(
            self.tr("Role: supplies, buys, or both"), list(_ROLE_TITLES.items()), "partnerRole"
        )
        self.standing = ChoiceBox(
            self.tr("Standing; observers give and get no preference"),
            list(_STANDING_TITLES.items()),
            "partnerStanding",
        )
        self.developing = QCheckBox(self.tr("Developing"))
        self.developing.setObjectName("partnerDeveloping")
        self.developing.setToolTip(self.tr("A developing economy"))
        self.notes = LineField(
            self.tr("Notes"), "partnerNotes", self.tr("Anything a reader should know")
        )
        self.scores = DataTable(
            (
                Column("subject", self.tr("Alignment"), width=110),
                Column("score", self.tr("Score"), fmt.decimal, numeric=True, width=62),
                Column(
                    "weight",
                    self.tr("Weight"),
                    fmt.percent,
                    numeric=True,
                    tip=self.tr("Of the subject in the overall score, the same for all partners"),
                    width=74,
                ),
                Column("source", self.tr("Source")),
            ),
            self.tr("Alignment scores"),
            "alignmentScores",
            stretch="source",
        )
        self.scores.setProperty("flat", True)
        self.scores.set_empty_text(self.tr("No alignment scores"))
        self.scores.setMinimumHeight(84)
        self.subject = QLineEdit()
        self.subject.setPlaceholderText(self.tr("Subject"))
        self.score = QDoubleSpinBox()
        set_up_spin(self.score, self.tr("Score, 0 far to 1 close"), "alignmentScore")
        self.score.setRange(0, 1)
        self.score.setSingleStep(0.05)
        self.score.setMinimumWidth(70)
        self.score_source = QLineEdit()
        self.score_source.setPlaceholderText(self.tr("Source"))
        for field, name, says in (
            (self.subject, "alignmentSubject", self.tr("Subject of the alignment score")),
            (self.score_source, "alignmentSource", self.tr("Source of the alignment score")),
        ):
            field.setObjectName(name)
            field.setAccessibleName(says)
            field.setToolTip(says)
            field.setMinimumWidth(50)
        self.set_score = button(self.tr("Set"), "setScore")
        self.set_score.setToolTip(self.tr("Add the score, or replace the one of this subject"))
        self.drop_score = icon_button("trash-2", self.tr("Remove the selected score"), "dropScore")
        self.weight = DecimalSpin(
            self.tr("How much the selected subject counts, for all partners"),
            "alignmentWeight",
            0,
            100,
            0.5,
        )
        weight_label = QLabel(self.tr("Weight for all partners"))
        theme.set_role(weight_label, "muted")
        weight_label.setBuddy(self.weight)
        weighing = QHBoxLayout()
        weighing.setSpacing(6)
        weighing.addWidget(weight_label, 1)
        weighing.addWidget(self.weight)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.subject, 3)
        line.addWidget(self.score)
        line.addWidget(self.score_source, 4)
        line.addWidget(self.set_score)
        line.addWidget(self.drop_score)
        self._form = QWidget()
        grid = QGridLayout(self._form)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for box in (self.role, self.standing):
            box.setMinimumWidth(110)
        for row, (words, widget, span) in enumerate(
            (
                (self.tr("Role"), self.role, 1),
                (self.tr("Standing"), self.standing, 1),
                (self.tr("Notes"), self.notes, 2),
            )
        ):
            label = QLabel(words)
            theme.set_role(label, "muted")
            label.setBuddy(widget)
            grid.addWidget(label, row, 0)
            grid.addWidget(widget, row, 1, 1, span)
        grid.addWidget(self.developing, 0, 2)
        grid.addWidget(self.scores, 3, 0, 1, 3)
        grid.addLayout(line, 4, 0, 1, 3)
        grid.addLayout(weighing, 5, 0, 1, 3)
        grid.setRowStretch(3, 1)
        says = self.tr("The selected partner")
        self.detail.body.addWidget(scrolled(self._form, "partnerForm", says))
        self.detail.setMinimumSize(340, 140)
        return self.detail

    def _build_suppliers(self) -> QWidget:
        card = Card(self.tr("Outside suppliers"), "suppliersCard")
        self.add_supplier = button(self.tr("Add as partner"), "addSupplier", "plus")
        self.add_supplier.setToolTip(self.tr("Add the selected supplier to the partners"))
        card.tools.addWidget(self.add_supplier)
        self.suppliers = DataTable(
            (
                Column("title", self.tr("Non-party")),
                Column(
                    "value",
                    self.tr("Supplies"),
                    fmt.money,
                    numeric=True,
                    tip=self.tr("Partners’ imports of covered products from it, USD a year"),
                    full=fmt.money_full,
                    width=80,
                ),
                Column(
                    "share",
                    self.tr("Share"),
                    fmt.percent,
                    numeric=True,
                    tip=self.tr("Of the partners’ imports of covered products from everyone"),
                    full=fmt.percent_full,
                    width=72,
                ),
            ),
            self.tr("Suppliers from outside"),
            "suppliersTable",
        )
        head = self.suppliers.horizontalHeader()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.suppliers.setProperty("flat", True)
        self.suppliers.set_empty_text(self.tr("Figures are on their way"))
        card.body.addWidget(self.suppliers, 1)
        return card

    def _connect(self) -> None:
        self.add.clicked.connect(self._add_picked)
        field = self.picker.lineEdit()
        assert field is not None
        field.returnPressed.connect(self._add_picked)
        self.add_set.clicked.connect(self._choose_set)
        self.remove.clicked.connect(self._remove_selected)
        action = self.table.addAction(self.tr("Remove"))
        action.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(self._remove_selected)
        self.table.row_selected.connect(self._on_row)
        self.table.cell_selected.connect(self._on_cell)
        self.role.chosen.connect(self._on_role)
        self.standing.chosen.connect(self._on_standing)
        self.developing.clicked.connect(self._on_developing)
        self.notes.edited.connect(self._on_notes)
        self.scores.row_selected.connect(self._on_score)
        self.set_score.clicked.connect(self._set_score)
        self.score_source.returnPressed.connect(self._set_score)
        self.subject.textChanged.connect(self._check_score)
        self.score_source.textChanged.connect(self._check_score)
        self.drop_score.clicked.connect(self._drop_score)
        self.weight.number_changed.connect(self._on_weight)
        self.suppliers.row_selected.connect(self._on_supplier)
        self.suppliers.row_activated.connect(self._add_chosen_supplier)
        self.suppliers.cell_selected.connect(self._explain_supplier)
        self.add_supplier.clicked.connect(self._add_chosen_supplier)

    def showEvent(self, event: QShowEvent) -> None:
        """The table gets the larger half."""
        super().showEvent(event)
        if not self._shown:
            self._shown = True
            above = max(self.height() * 11 // 20 - 40, 160)
            self._split.setSizes([above, self.height() - 44 - above])

    # Redrawing

    def refresh(self) -> None:
        """Redraw from the agreement; figures are those known last."""
        partners = self.document.agreement.partners
        economies = tuple(partner.economy for partner in partners)
        if self._selected not in economies:
            place = min(max(self.table.current_row(), 0), len(economies) - 1)
            self._selected = economies[place] if economies else ""
        if economies != self._offered:
            self._offered = economies
            self.picker.set_economies(offered(economies))
        self._align()
        self._fill_table(partners)
        self._fill_detail()

    def show_figures(self) -> None:
        """Redraw from the newest result."""
        result = self.figures.result
        if result is None:
            return
        from workbench.analysis.partner_view import outside_suppliers, partner_figures

        frame = partner_figures(result)
        names = [name for name in frame.columns if name != "economy"]
        columns = {name: frame[name].tolist() for name in names}
        self._figures = {
            economy: {name: columns[name][row] for name in names}
            for row, economy in enumerate(frame["economy"].tolist())
        }
        before = self._pinned_exposure()
        for economy, figures in self._figures.items():
            figures["change"] = figures["exposure"] - before.get(economy, float("nan"))
        self._read_indicators()
        self._align()
        self._fill_table(self.document.agreement.partners)
        self._fill_scores()
        market = result.baseline.market
        if market is not self._suppliers_of:
            self._suppliers_of = market
            table = outside_suppliers(market, result.baseline.importers).head(_MOST_SUPPLIERS)
            economies = table["economy"].tolist()
            self.suppliers.set_empty_text(self.tr("Nobody outside supplies covered products"))
            self.suppliers.set_frame(
                {
                    "title": [_title(code) for code in economies],
                    "value": table["value"].tolist(),
                    "share": table["share"].tolist(),
                },
                key="title",
            )
            self._supplier_codes = economies
        self._on_supplier()

    def show_section(self, section: str) -> None:
        """Select a partner, e.g. "partners[2]"."""
        number = section.partition("[")[2].partition("]")[0]
        if number.isdigit():
            self.table.select_row(int(number))

    def _pinned_exposure(self) -> dict[str, float]:
        """Exposure by partner in the pinned baseline; empty where none is pinned."""
        pinned = self.figures.pinned
        if pinned is not self._pinned:
            from workbench.analysis.partner_view import partner_figures

            self._pinned = pinned
            self._before = {}
            if pinned is not None:
                then = partner_figures(pinned)
                names, values = then["economy"].tolist(), then["exposure"].tolist()
                self._before = dict(zip(names, values, strict=True))
        return self._before

    def _fill_table(self, partners: tuple[Partner, ...]) -> None:
        known = [self._figures.get(partner.economy, {}) for partner in partners]
        columns: dict[str, list[Any]] = {
            "title": [_title(partner.economy) for partner in partners],
            "role": [partner.role.value for partner in partners],
            "standing": [partner.standing.value for partner in partners],
            "developing": [partner.developing for partner in partners],
        }
        columns |= {name: [figures.get(name) for figures in known] for name in _FIGURES}
        aligned = {} if self.aligned is None else self.aligned.by_economy()
        columns["alignment"] = [aligned.get(partner.economy) for partner in partners]
        self._filling = True
        place = self.table.verticalScrollBar().value()
        self.table.set_frame(columns)
        economies = [partner.economy for partner in partners]
        if self._selected in economies:
            self.table.select_row(economies.index(self._selected))
        self.table.verticalScrollBar().setValue(place)
        self._filling = False
        self.remove.setEnabled(bool(partners))

    def _fill_detail(self) -> None:
        partner = self._partner()
        self._form.setEnabled(partner is not None)
        if partner is None:
            self.detail.set_title(self.tr("No partner selected"))
            self.scores.set_frame({})
            return
        self.detail.set_title(_title(partner.economy))
        self.role.show_key(partner.role.value)
        self.standing.show_key(partner.standing.value)
        self.developing.setChecked(partner.developing)
        self.notes.show_text(partner.notes)
        self._fill_scores()

    def _partner(self) -> Partner | None:
        partners = self.document.agreement.partners
        return next((p for p in partners if p.economy == self._selected), None)

    # Alignment

    def _read_indicators(self) -> None:
        """Read the indicators of the database in the background, once."""
        database = self.figures.database
        if database is None or database is self._indicators_of:
            return
        self._indicators_of = database

        def work(_: Progress) -> object:
            from workbench.tradedata.queries import indicators

            return indicators(database)

        task = self.figures.tasks.start(self.tr("Reading indicators"), work, key="indicators")
        task.succeeded.connect(self._on_indicators)
        task.failed.connect(self._on_unread)

    def _on_indicators(self, indicators: pd.DataFrame) -> None:
        self._indicators, self._aligned_of = indicators, ()
        self._align()
        self._fill_table(self.document.agreement.partners)
        self._fill_scores()

    def _on_unread(self, error: BaseException) -> None:
        """Without indicators the own scores are left; the figures say what is wrong."""
        self._indicators_of = None
        if not isinstance(error, WorkbenchError):
            raise error

    def _align(self) -> None:
        """Score the partners anew where a score, a weight or the indicators changed."""
        agreement = self.document.agreement
        stated = tuple((partner.economy, partner.alignment) for partner in agreement.partners)
        key = (stated, agreement.alignment_weights, self._indicators_of, self._indicators is None)
        if self.figures.result is None or key == self._aligned_of:
            return
        from workbench.analysis.alignment import alignment_scores, scores_from

        self._aligned_of = key
        if self._indicators is None:
            self.aligned = alignment_scores(agreement, None)
        else:
            self.aligned = scores_from(agreement, self._indicators)

    def _fill_scores(self) -> None:
        """The own scores of the partner, then what indicators say of the other subjects."""
        partner = self._partner()
        if partner is None:
            return
        rows: list[tuple[str, float | None, float | None, str]] = []
        scores = self.aligned
        known = scores is not None and partner.economy in scores.economies
        weights = {} if scores is None else dict(zip(scores.subjects, scores.weights, strict=True))
        self._subjects = []
        for item in partner.alignment:
            subject = self._subject_of(item.subject)
            rows.append((item.subject, item.score, weights.get(subject), item.source))
            self._subjects.append(subject)
        if scores is not None and known:
            place = scores.economies.index(partner.economy)
            parts = scores.parts[scores.parts["economy"] == partner.economy]
            for number, subject in enumerate(scores.subjects):
                if scores.own[place, number]:
                    continue
                found = parts[parts["subject"] == subject]
                names = ", ".join(str(title).lower() for title in found["title"])
                source = names or self.tr("no indicator held")
                rows.append(
                    (
                        subject.capitalize(),
                        float(scores.scores[place, number]),
                        float(scores.weights[number]),
                        source,
                    )
                )
                self._subjects.append(subject)
            overall = scores.score_of(partner.economy)
            self.detail.set_note(
                ""
                if overall is None
                else self.tr("alignment {score}").format(score=fmt.decimal(overall))
            )
        filling, self._filling = self._filling, True
        self.scores.set_frame(
            {
                "subject": [row[0] for row in rows],
                "score": [row[1] for row in rows],
                "weight": [row[2] for row in rows],
                "source": [row[3] for row in rows],
            },
            key="subject",
        )
        self._filling = filling
        self._check_score()

    def _subject_of(self, words: str) -> str:
        if self.aligned is None:
            return words
        from workbench.analysis.alignment import subject_of

        return subject_of(words)

    def _on_weight(self, weight: float | None) -> None:
        row = self.scores.current_row()
        if weight is None or not 0 <= row < len(self._subjects):
            return
        subject, counts = self._subjects[row], float(weight)
        self.document.edit(
            self.tr("Weigh {subject}").format(subject=subject),
            lambda a: a.with_alignment_weight(subject, counts),
            f"alignment.weight.{subject}",
        )

    # Adding and removing

    def _add_picked(self) -> None:
        code = find_economy(self.picker.currentText()) or self.picker.code()
        if not code:
            self.picker.setFocus()
            self.picker.showPopup()
        elif code in (self._offered or ()):
            self._selected = code
            self.refresh()
            self.picker.set_code("")
        else:
            self._add(code)

    def _add(self, code: str) -> None:
        self._selected = code
        self.document.edit(
            self.tr("Add {economy}").format(economy=economy_name(code)),
            lambda a: a.with_partner(Partner(code)),
        )

    def _choose_set(self) -> None:
        from ui.dialogs import library
        from workbench.definitions.library import partner_set, partner_sets

        folder = self.document.library

        def says(name: str) -> tuple[str, str]:
            named = partner_set(name, folder)
            members = ", ".join(economy_name(code) for code in named.economies)
            return members, "\n".join(filter(None, (named.source, named.notes)))

        parts = library.parts_of(partner_sets(folder), says)
        if name := library.choose_part(self, self.tr("Add every member of a grouping"), parts):
            self._add_members(name)

    def _add_members(self, name: str) -> None:
        from workbench.definitions.library import partner_set

        named = partner_set(name, self.document.library)
        there = {partner.economy for partner in self.document.agreement.partners}
        new = [code for code in named.economies if code not in there]

        def change(agreement: Agreement) -> Agreement:
            for code in new:
                agreement = agreement.with_partner(Partner(code))
            return agreement

        self.document.edit(self.tr("Add {title}").format(title=named.title), change)

    def _add_chosen_supplier(self) -> None:
        row = self.suppliers.current_row()
        if row >= 0:
            self._add(self._supplier_codes[row])

    def _remove_selected(self) -> None:
        partners = self.document.agreement.partners
        rows = [self.table.frame_model.source_row(row) for row in self.table.selected_rows()]
        gone = [partners[row].economy for row in rows if row < len(partners)]
        if not gone:
            return
        words = economy_name(gone[0]) if len(gone) == 1 else fmt.plural(len(gone), "partner")

        def change(agreement: Agreement) -> Agreement:
            for economy in gone:
                agreement = agreement.without_partner(economy)
            return agreement

        self.document.edit(self.tr("Remove {partners}").format(partners=words), change)

    # The selected partner

    def _on_row(self, row: int) -> None:
        partners = self.document.agreement.partners
        if self._filling or not 0 <= row < len(partners):
            return
        self._selected = partners[row].economy
        for field in (self.subject, self.score_source):
            field.clear()
        self._fill_detail()

    def _on_cell(self, row: int, column: str) -> None:
        """Explain the sum of the partner's lanes in the column, its exposure for a name."""
        partners, result = self.document.agreement.partners, self.figures.result
        if self._filling or result is None or not 0 <= row < len(partners):
            return
        economy = partners[row].economy
        if column == "alignment":
            if self.aligned is not None and economy in self.aligned.economies:
                from workbench.analysis.alignment import explain_alignment

                self.explained.emit(explain_alignment(self.aligned, economy))
            return
        from workbench.analysis.explain_groups import explain_group
        from workbench.analysis.partner_view import explain_exposure_change

        pinned = self.figures.pinned
        if column == "change" and pinned is not None:
            self.explained.emit(explain_exposure_change(result, pinned, economy))
            return
        side, figure = _EXPLAINED.get(column, ("exporter", "exposure"))
        self.explained.emit(explain_group(result, {side: economy}, figure))

    def _edit(self, what: str, merge: str = "", **changes: Any) -> None:
        partner = self._partner()
        if partner is None:
            return
        changed = replace(partner, **changes)
        text = self.tr("Change {what} of {economy}").format(
            what=what, economy=economy_name(partner.economy)
        )
        key = f"partner.{partner.economy}.{merge}" if merge else ""
        self.document.edit(text, lambda a: a.with_partner(changed), key)

    def _on_role(self, key: str) -> None:
        self._edit(self.tr("the role"), role=Role(key))

    def _on_standing(self, key: str) -> None:
        self._edit(self.tr("the standing"), standing=Standing(key))

    def _on_developing(self, checked: bool) -> None:
        self._edit(self.tr("the development status"), developing=checked)

    def _on_notes(self, text: str) -> None:
        self._edit(self.tr("the notes"), "notes", notes=text)

    def _on_score(self, row: int) -> None:
        partner = self._partner()
        if partner is not None and 0 <= row < len(partner.alignment):
            item = partner.alignment[row]
            self.subject.setText(item.subject)
            self.score.setValue(item.score)
            self.score_source.setText(item.source)
        elif partner is not None and 0 <= row < len(self._subjects):
            self.subject.setText(self._subjects[row].capitalize())
            self.score_source.clear()
        self._explain_score(row)
        self._check_score()

    def _explain_score(self, row: int) -> None:
        """Say what the selected score is made of."""
        scores = self.aligned
        if scores is None or self._filling or not 0 <= row < len(self._subjects):
            return
        from workbench.analysis.alignment import explain_alignment

        if self._selected in scores.economies and self._subjects[row] in scores.subjects:
            self.explained.emit(explain_alignment(scores, self._selected, self._subjects[row]))

    def _check_score(self) -> None:
        ready = bool(self.subject.text().strip() and self.score_source.text().strip())
        self.set_score.setEnabled(ready)
        partner, row = self._partner(), self.scores.current_row()
        own = partner is not None and 0 <= row < len(partner.alignment)
        self.drop_score.setEnabled(own)
        weighable = 0 <= row < len(self._subjects)
        self.weight.setEnabled(weighable)
        if weighable:
            stated = {
                self._subject_of(weight.subject): weight.weight
                for weight in self.document.agreement.alignment_weights
            }
            self.weight.show_number(stated.get(self._subjects[row], 1.0))

    def _set_score(self) -> None:
        partner = self._partner()
        if partner is None or not self.set_score.isEnabled():
            return
        made = AlignmentScore(
            self.subject.text().strip(),
            round(self.score.value(), 4),
            self.score_source.text().strip(),
        )
        others = [item for item in partner.alignment if item.subject != made.subject]
        place = next(
            (n for n, item in enumerate(partner.alignment) if item.subject == made.subject),
            len(others),
        )
        self._edit(self.tr("the alignment"), alignment=(*others[:place], made, *others[place:]))

    def _drop_score(self) -> None:
        partner, row = self._partner(), self.scores.current_row()
        if partner is not None and 0 <= row < len(partner.alignment):
            kept = (*partner.alignment[:row], *partner.alignment[row + 1 :])
            self._edit(self.tr("the alignment"), alignment=kept)

    # Suppliers from outside

    def _explain_supplier(self, row: int, column: str) -> None:
        result = self.figures.result
        if result is None or not 0 <= row < len(self._supplier_codes):
            return
        from workbench.analysis.partner_view import explain_supplier

        self.explained.emit(explain_supplier(result, self._supplier_codes[row], column))

    def _on_supplier(self) -> None:
        row = self.suppliers.current_row()
        taken = {partner.economy for partner in self.document.agreement.partners}
        self.add_supplier.setEnabled(row >= 0 and self._supplier_codes[row] not in taken)


def _title(code: str) -> str:
    return f"{code}  {economy_name(code)}"
