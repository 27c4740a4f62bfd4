"""What partners promise: the texts, where each partner stands, and what holds them to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSplitter, QStackedWidget, QWidget

from ui import format as fmt
from ui import theme
from ui.charts.heatmap import HeatMap
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Column
from ui.models.stance_model import STANCES, stance_of
from ui.page import Page
from ui.widgets.buttons import button, icon_button, primary_button
from ui.widgets.card import Card
from ui.widgets.commitment_form import TOPICS, CommitmentForm
from ui.widgets.data_table import DataTable
from ui.widgets.institutions_form import InstitutionsForm
from ui.widgets.measured import NotStated, money_at_most, stated_money, stated_money_full
from ui.widgets.remedies_form import RemediesForm
from ui.widgets.scrolled import scrolled
from ui.widgets.segmented import SegmentedControl
from ui.widgets.stance_table import StanceTable
from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    Commitment,
    CommitmentTopic,
    Institutions,
    Obligation,
    Position,
    Ratchet,
    Removal,
    Stance,
)

if TYPE_CHECKING:
    from workbench.analysis.legalisation import TopicProfile
    from workbench.analysis.results import Evaluation
    from workbench.analysis.triggers import Moves

_VIEWS = (
    ("texts", "Texts"),
    ("profile", "Profile and stakes"),
    ("remedies", "Ratchets"),
    ("institutions", "Institutions"),
)
_ROOM, _ROW, _ROWS_AT_ONCE = 26, 20, 6
"""Pixels of the picture of topics: its foot and each row; rows that it always has room for."""
_MOVES = ("volume_move", "price_move")


def with_stance(commitment: Commitment, economy: str, stance: Stance) -> Commitment:
    """The commitment once a partner stands elsewhere; its notes stay, silence without any goes."""
    others = tuple(p for p in commitment.positions if p.economy != economy)
    notes = next((p.notes for p in commitment.positions if p.economy == economy), "")
    if stance is Stance.SILENT and not notes:
        return replace(commitment, positions=others)
    positions = [
        replace(p, stance=stance) if p.economy == economy else p for p in commitment.positions
    ]
    if len(others) == len(commitment.positions):
        positions.append(Position(economy, stance))
    return replace(commitment, positions=tuple(positions))


def topic_words(topic: str) -> str:
    """A topic as people say it."""
    return TOPICS[CommitmentTopic(topic)]


class CommitmentsPage(Page):
    """Matrix and text of commitments, their profile, remedies, and institutions."""

    name = "commitments"
    shows_leverage = False

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, parent)
        self._stakes_of: Evaluation | None = None
        self._moves: tuple[object, Moves | None] = (None, None)
        self._stack = QStackedWidget()
        self._stack.setObjectName("commitmentViews")
        self._build_bar()
        for view in (
            self._build_texts(),
            self._build_profile(),
            self._build_remedies(),
            self._build_institutions(),
        ):
            self._stack.addWidget(view)
        self.column.addLayout(self.tools)
        self.column.addWidget(self._stack, 1)
        self._connect()

    def title(self) -> str:
        """The words in the navigation and at the head of the page."""
        return self.tr("Commitments")

    def subtitle(self) -> str:
        """How many there are, how many bind the preference, how many words are open."""
        commitments = self.document.agreement.commitments
        tied = sum(one.preference_depends for one in commitments)
        brackets = sum(len(one.brackets) for one in commitments)
        words = [fmt.plural(len(commitments), self.tr("commitment"))]
        if tied:
            words.append(self.tr("{count} tied to the preference").format(count=tied))
        if brackets:
            words.append(fmt.plural(brackets, self.tr("open bracket")))
        return " · ".join(words)

    # Layout

    def _build_bar(self) -> None:
        tr = self.tr
        self.view = SegmentedControl(
            tr("View"), [(key, tr(words)) for key, words in _VIEWS], "commitmentView"
        )
        self.insert = primary_button(tr("From the library…"), "insertCommitments", "plus")
        self.add = button(tr("New"), "addCommitment", "plus")
        self.remove = icon_button(
            "trash-2", tr("Take the selected commitment out"), "removeCommitment"
        )
        self.up = icon_button("arrow-up", tr("Move the commitment up"), "commitmentUp")
        self.down = icon_button("arrow-down", tr("Move the commitment down"), "commitmentDown")
        self.tools.addWidget(self.view)
        self.tools.addStretch(1)
        self.tools.addWidget(self.add)
        self.tools.addWidget(self.insert)

    def _build_texts(self) -> QWidget:
        self.table = StanceTable(
            self.tr("Commitments by partner"), "stanceTable", topic_words, self
        )
        self.table.setMinimumHeight(140)
        self._legend = QLabel()
        self._legend.setObjectName("stanceLegend")
        theme.set_role(self._legend, "small")
        words = " · ".join(f"{letter} {said}" for letter, said, _ in STANCES.values())
        self._legend.setText(
            self.tr("{words}. Keys A, R, O and S set the cell under the cursor.").format(
                words=words
            )
        )
        self._legend.setWordWrap(True)
        matrix = Card(self.tr("Where partners stand"), "stanceCard")
        for widget in (self.up, self.down, self.remove):
            matrix.tools.addWidget(widget)
        matrix.body.addWidget(self.table, 1)
        matrix.body.addWidget(self._legend)
        self.form = CommitmentForm("commitment")
        self._detail = Card(self.tr("Text"), "commitmentDetail")
        self._detail.body.addWidget(scrolled(self.form, "commitmentScroll", self.tr("Text")))
        split = QSplitter(Qt.Orientation.Vertical)
        split.setObjectName("commitmentSplit")
        split.setChildrenCollapsible(False)
        split.addWidget(matrix)
        split.addWidget(self._detail)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setSizes([260, 340])
        return split

    def _build_profile(self) -> QWidget:
        self._profile = ChartWidget("legalisationChart")
        profile = Card(
            self.tr("Legalisation profile"),
            "legalisationCard",
            self.tr("mean by topic, 0 % weak to 100 % strong"),
        )
        profile.body.addWidget(self._profile, 1)
        self._missing = QLabel()
        self._missing.setObjectName("missingDisciplines")
        self._missing.setWordWrap(True)
        theme.set_role(self._missing, "muted")
        profile.body.addWidget(self._missing)

        def money(
            name: str, title: str, width: int, text: Callable[[object], str] = stated_money
        ) -> Column:
            return Column(name, title, text, True, full=stated_money_full, width=width)

        self.stakes = DataTable(
            (
                Column("commitment", self.tr("Commitment")),
                Column("bound", self.tr("Binds"), width=120),
                Column("accepts", self.tr("Accepted by"), fmt.count, numeric=True, width=96),
                money("claimed", self.tr("Trade that claims"), 120),
                money("lost", self.tr("Lost by one breach"), 206),
                money("duty", self.tr("Duty due again"), 130, money_at_most),
            ),
            self.tr("What a breach puts at stake"),
            "stakesTable",
            stretch="commitment",
        )
        self.stakes.set_empty_text(self.tr("No commitments yet"))
        stakes = Card(
            self.tr("What a breach puts at stake"),
            "stakesCard",
            self.tr("USD a year, exports of the partners bound"),
        )
        stakes.body.addWidget(self.stakes, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setObjectName("profileSplit")
        split.setChildrenCollapsible(False)
        split.addWidget(profile)
        split.addWidget(stakes)
        return split

    def _build_remedies(self) -> QWidget:
        self.remedies = RemediesForm("remedies")
        return scrolled(self.remedies, "remediesScroll", self.tr("Ratchets and removals"))

    def _build_institutions(self) -> QWidget:
        self.institutions = InstitutionsForm("institutions")
        says = self.tr("Institutions and review")
        return scrolled(self.institutions, "institutionsScroll", says)

    def _connect(self) -> None:
        self.view.chosen.connect(self._on_view)
        self.insert.clicked.connect(self._on_insert)
        self.add.clicked.connect(self._on_add)
        self.remove.clicked.connect(self._on_remove)
        self.up.clicked.connect(self._on_up)
        self.down.clicked.connect(self._on_down)
        self.table.row_selected.connect(self._show_selected)
        self.table.stance_chosen.connect(self._on_stance)
        self.form.commitment_changed.connect(self._on_commitment)
        self.stakes.cell_selected.connect(self._on_stake)
        self._profile.selected.connect(self._on_topic)
        self.remedies.ratchets_changed.connect(self._on_ratchets)
        self.remedies.removals_changed.connect(self._on_removals)
        self.institutions.institutions_changed.connect(self._on_institutions)

    # Redrawing

    def refresh(self) -> None:
        """Redraw from the agreement."""
        agreement = self.document.agreement
        self.table.show_agreement(agreement)
        self._show_selected(self.table.row())
        self.remedies.show_treatment(agreement.treatment, agreement.economies)
        self.institutions.show_institutions(agreement.institutions)
        self._show_profile(agreement)

    def show_figures(self) -> None:
        """Redraw what is at stake and which triggers are set off."""
        self._show_stakes()
        self._show_states()

    def show_section(self, section: str) -> None:
        """Go to a commitment, the institutions or the remedies."""
        if section.startswith("institutions"):
            self._go("institutions")
        elif section.startswith(("treatment.ratchets", "treatment.removals")):
            self._go("remedies")
        else:
            self._go("texts")
            place = section.removeprefix("commitments[").partition("]")[0]
            if place.isdigit():
                self.table.select_row(int(place))

    def _go(self, view: str) -> None:
        self.view.set_current(view)
        self._on_view(view)

    def _on_view(self, view: str) -> None:
        self._stack.setCurrentIndex([key for key, _ in _VIEWS].index(view))
        for widget in (self.up, self.down, self.remove, self.add, self.insert):
            widget.setVisible(view == "texts")

    def _show_selected(self, row: int) -> None:
        commitments = self.document.agreement.commitments
        there = 0 <= row < len(commitments)
        self.form.setEnabled(there)
        self.remove.setEnabled(there)
        self.up.setEnabled(there and row > 0)
        self.down.setEnabled(there and row < len(commitments) - 1)
        if not there:
            self._detail.set_title(self.tr("No commitment selected"))
            return
        one = commitments[row]
        self._detail.set_title(f"{topic_words(one.topic)}: {one.called}")
        self._detail.set_note(self._standing(one))
        taken = frozenset(other.id for n, other in enumerate(commitments) if n != row)
        self.form.show_commitment(one, taken)

    def _standing(self, commitment: Commitment) -> str:
        economies = [partner.economy for partner in self.document.agreement.partners]
        counts = [
            (sum(stance_of(commitment, economy) is stance for economy in economies), stance)
            for stance in Stance
        ]
        return " · ".join(f"{stance.value} {count}" for count, stance in counts if count)

    def _show_profile(self, agreement: Agreement) -> None:
        from workbench.analysis.legalisation import legalisation_profile, missing_disciplines

        profile = legalisation_profile(agreement)
        self._profile.set_data(
            HeatMap(
                self.tr("Legalisation profile"),
                tuple(_counted(row) for row in profile),
                (self.tr("Obligation"), self.tr("Precision"), self.tr("Delegation")),
                tuple((row.obligation, row.precision, row.delegation) for row in profile),
                label_title=self.tr("Topic"),
                empty=self.tr("No commitments yet"),
            )
        )
        self._profile.setMinimumHeight(_ROOM + _ROW * min(len(profile), _ROWS_AT_ONCE))
        missing = missing_disciplines(agreement)
        words = (
            self.tr("Missing of the usual baseline: {words}.").format(words=", ".join(missing))
            if missing
            else self.tr("Every discipline of the usual baseline is there.")
        )
        self._missing.setText(words)

    def _show_stakes(self) -> None:
        result = self.figures.result
        if result is None or result is self._stakes_of:
            return
        from workbench.analysis.commitment_stakes import stakes

        self._stakes_of = result
        found = stakes(result)
        partners = len(result.agreement.partners)
        commitments = result.agreement.commitments
        self.stakes.set_frame(
            {
                "commitment": [one.called for one in commitments],
                "bound": [
                    self.tr("all partners")
                    if len(one.bound) == partners
                    else ", ".join(one.bound) or fmt.MISSING
                    for one in found
                ],
                "accepts": [
                    sum(p.stance is Stance.ACCEPTS for p in one.positions) for one in commitments
                ],
                "claimed": [one.claimed_usd for one in found],
                "lost": [_or_at_most(one.lost_usd, one.most_usd) for one in found],
                "duty": [_or_at_most(one.duty_usd, one.most_duty_usd) for one in found],
            },
            key="commitment",
        )

    def _show_states(self) -> None:
        result = self.figures.result
        if result is None:
            self.institutions.show_states(())
            return
        from workbench.analysis.triggers import trade_moves, trigger_states

        triggers = result.agreement.institutions.triggers
        moves = None
        if any(one.figure in _MOVES for one in triggers) and self.figures.database is not None:
            market = result.baseline.market
            key = (self.figures.database.path, market.products, market.importers)
            if self._moves[0] != key:
                found = trade_moves(
                    self.figures.database, market.edition, market.products, market.importers
                )
                self._moves = (key, found)
            moves = self._moves[1]
        self.institutions.show_states(trigger_states(result, moves))

    # Edits

    def _on_insert(self) -> None:
        from ui.dialogs.commitment_library import choose_commitments

        self.insert_commitments(choose_commitments(self, self.document.library))

    def insert_commitments(self, chosen: tuple[Commitment, ...]) -> None:
        """Add wordings behind the selected commitment; names that are taken get a number."""
        if not chosen:
            return
        taken = {one.id for one in self.document.agreement.commitments}
        named = []
        for one in chosen:
            name, number = one.id, 2
            while name in taken:
                name, number = f"{one.id}-{number}", number + 1
            taken.add(name)
            named.append(replace(one, id=name))
        at = self.table.row() + 1

        def change(agreement: Agreement) -> Agreement:
            before = agreement.commitments
            return replace(agreement, commitments=(*before[:at], *named, *before[at:]))

        self.document.edit(self.tr("Insert commitments"), change)
        self.table.select_row(at)

    def _on_add(self) -> None:
        new = Commitment(
            "new",
            CommitmentTopic.LABOUR,
            self.tr("Each partner shall"),
            Obligation.SHALL,
        )
        self.insert_commitments((new,))
        self.form.focus_name()

    def _on_remove(self) -> None:
        row = self.table.row()
        self.document.edit(self.tr("Remove a commitment"), lambda a: a.with_commitment(row, None))

    def _on_up(self) -> None:
        self._move(-1)

    def _on_down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        row = self.table.row()

        def change(agreement: Agreement) -> Agreement:
            order = list(agreement.commitments)
            order.insert(row + by, order.pop(row))
            return replace(agreement, commitments=tuple(order))

        self.document.edit(self.tr("Move a commitment"), change)
        self.table.select_row(row + by, self.table.currentIndex().column())

    def _on_stance(self, row: int, economy: str, stance: str) -> None:
        def change(agreement: Agreement) -> Agreement:
            moved = with_stance(agreement.commitments[row], economy, Stance(stance))
            return agreement.with_commitment(row, moved)

        self.document.edit(self.tr("Change a position"), change)

    def _on_commitment(self, commitment: Commitment, key: str) -> None:
        row = self.table.row()
        self.document.edit(
            self.tr("Change a commitment"),
            lambda a: a.with_commitment(row, commitment),
            f"commitment.{row}.{key}" if key else "",
        )

    def _on_ratchets(self, ratchets: tuple[Ratchet, ...], key: str) -> None:
        self.document.edit(
            self.tr("Change ratchets"),
            lambda a: replace(a, treatment=replace(a.treatment, ratchets=ratchets)),
            key,
        )

    def _on_removals(self, removals: tuple[Removal, ...], key: str) -> None:
        self.document.edit(
            self.tr("Change removals"),
            lambda a: replace(a, treatment=replace(a.treatment, removals=removals)),
            key,
        )

    def _on_institutions(self, institutions: Institutions, key: str) -> None:
        self.document.edit(
            self.tr("Change the institutions"),
            lambda a: replace(a, institutions=institutions),
            key,
        )

    def _on_topic(self, key: str) -> None:
        from workbench.analysis.legalisation import explain_profile, legalisation_profile

        agreement = self.document.agreement
        row, _, head = key.partition("|")
        topics = {_counted(one): one.topic for one in legalisation_profile(agreement)}
        if row in topics and head:
            self.explained.emit(explain_profile(agreement, topics[row], head.casefold()))

    def _on_stake(self, row: int, column: str) -> None:
        result = self.figures.result
        if row < 0 or result is None:
            return
        from workbench.analysis.commitment_stakes import explain_stake

        figure = column if column in ("accepts", "claimed", "duty") else "lost"
        self.explained.emit(explain_stake(result, row, figure))


def _counted(row: TopicProfile) -> str:
    return f"{topic_words(row.topic)} ({row.commitments})"


def _or_at_most(value: float | None, most: float | None) -> float | None:
    return NotStated(most) if value is None and most is not None else value
