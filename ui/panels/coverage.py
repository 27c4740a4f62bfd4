"""What is covered: groups of products above, the nomenclature to tick them in below."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from ui import format as fmt
from ui import theme
from ui.dialogs.product_lists import LibraryList, choose_products
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.coverage_model import STAGE_TITLES, Col, CoverageModel
from ui.models.frame_model import Column, Index
from ui.page import Page
from ui.tasks import Task
from ui.theme import Theme, Tone
from ui.widgets.buttons import button, icon_button
from ui.widgets.card import Card
from ui.widgets.chip import draw_chip
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.code_list_edit import CodeListEdit
from ui.widgets.data_table import DataTable
from ui.widgets.decimal_spin import share_spin, usd_spin
from ui.widgets.delegates import ChipDelegate
from ui.widgets.line_field import LineField
from ui.widgets.progress_line import ProgressLine
from ui.widgets.scrolled import scrolled
from ui.widgets.search_field import SearchField
from ui.widgets.views import set_up_view
from workbench.errors import WorkbenchError
from workbench.model.agreement import Agreement
from workbench.model.commitments import StatedRate
from workbench.model.coverage import CoveredProducts, Quota, Stage
from workbench.model.economies import economy_name
from workbench.model.nomenclature import HSRange
from workbench.progress import Progress

if TYPE_CHECKING:
    from workbench.analysis.nomenclature_view import ImporterRates, NomenclatureView
    from workbench.tradedata.database import TradeDatabase

_STAGE_ICONS = {
    "Upstream": "arrow-up",
    "Core": "circle-dot",
    "Downstream": "arrow-down",
    "Several": "layers",
}
_ENTRY = re.compile(r"coverage(?:\.entries)?\[(\d+)\]")
_NARROW, _LOW = 700, 560
_STAGING = 2
"""Place of the staging among the columns of groups."""


@dataclass(frozen=True, eq=False)
class _Loaded:
    """What the background task brings."""

    view: NomenclatureView
    lists: tuple[LibraryList, ...]


class StageDelegate(ChipDelegate):
    """A stage as a chip with an icon of its own; nothing where nothing is covered."""

    def draw(self, painter: QPainter, rect: QRectF, look: Theme, index: Index, words: str) -> None:
        """Draw the chip."""
        if words:
            tone = Tone.NEUTRAL if words == STAGE_TITLES["several"] else Tone.INFO
            draw_chip(painter, rect, look, words, tone, painter.font(), _STAGE_ICONS.get(words, ""))


class NomenclatureTree(QTreeView):
    """The tree; rows are copied with Ctrl+C or from the menu."""

    def __init__(self, model: CoverageModel) -> None:
        super().__init__()
        set_up_view(self, "nomenclatureTree", self.tr("Nomenclature"))
        self.setProperty("flat", True)
        self.setModel(model)
        self._model = model
        self.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        head = self.header()
        head.setStretchLastSection(False)
        head.setSectionsMovable(False)
        head.setMinimumSectionSize(60)
        for column, width in (
            (Col.IMPORTS, 116),
            (Col.WORLD, 94),
            (Col.RATE, 152),
            (Col.STAGE, 124),
        ):
            self.setColumnWidth(column, width)
        head.setSectionResizeMode(Col.CODE, QHeaderView.ResizeMode.Stretch)
        self.setIndentation(16)
        self._stages = StageDelegate(model, self)
        self.setItemDelegateForColumn(Col.STAGE, self._stages)
        self.menu = QMenu(self)
        self.menu.setObjectName("nomenclatureMenu")
        copy = self.menu.addAction(self.tr("Copy"))
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy_selection)
        self.addAction(copy)
        copy_all = self.menu.addAction(self.tr("Copy every code shown"))
        copy_all.triggered.connect(self.copy_all)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is short the words of products come before world trade."""
        super().resizeEvent(event)
        self.setColumnHidden(Col.WORLD, self.viewport().width() < _NARROW)

    def copy_selection(self) -> None:
        """Put the selected rows on the clipboard, unrounded."""
        if rows := self.selectionModel().selectedRows(Col.CODE):
            QApplication.clipboard().setText(self._model.to_tsv(rows))

    def copy_all(self) -> None:
        """Put every code that the filter leaves on the clipboard, unrounded."""
        QApplication.clipboard().setText(self._model.to_tsv(self._model.shown_rows()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy."""
        self.menu.exec(event.globalPos())


class CoveragePage(Page):
    """Groups of covered products, and the tree of the nomenclature."""

    name = "coverage"

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, parent)
        self._current = 0
        self._draft = CoveredProducts()
        self._lists: tuple[LibraryList, ...] = ()
        self._filling = self._shown = False
        self._view_key: tuple[object, ...] = ()
        self._rates_key: tuple[object, ...] = ()
        self._database: TradeDatabase | None = None
        self.model = CoverageModel(self)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setObjectName("coverageSplit")
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._build_groups())
        self._split.addWidget(self._build_tree())
        self._split.setStretchFactor(1, 1)
        self.column.addWidget(self._split)
        self._connect()

    def title(self) -> str:
        """The words in the navigation and at the head of the page."""
        return self.tr("Coverage")

    def subtitle(self) -> str:
        """How much is covered."""
        groups = len(self.document.agreement.coverage.entries)
        words = fmt.plural(groups, self.tr("group"))
        view, covered = self.model.view, self.model.covered
        if view is None or covered is None:
            return words
        count = sum(
            part > 0 and len(code) == 6
            for part, code in zip(covered.parts, view.codes, strict=True)
        )
        return self.tr("{count} covered in {groups}").format(
            count=fmt.plural(count, self.tr("subheading")), groups=words
        )

    # Layout

    def _build_groups(self) -> QWidget:
        card = Card(self.tr("Covered groups"), "groupsCard")
        self.add_group = button(self.tr("Add group"), "addGroup", "plus")
        self.add_group.setToolTip(self.tr("Start a group with a stage and staging of its own"))
        self.add_listed = button(self.tr("From a list…"), "addListed", "list-checks")
        self.add_listed.setToolTip(
            self.tr("Add the products of a list, of the library or the database, as a group")
        )
        self.remove_group = icon_button(
            "trash-2", self.tr("Remove the selected group (Del)"), "removeGroup"
        )
        card.tools.addWidget(self.add_group)
        card.tools.addWidget(self.add_listed)
        card.tools.addWidget(self.remove_group)
        self.groups = DataTable(
            (
                Column("products", self.tr("Products")),
                Column(
                    "stage",
                    self.tr("Stage"),
                    lambda v: STAGE_TITLES.get(v, ""),
                    width=92,
                ),
                Column(
                    "staging",
                    self.tr("Staging"),
                    tip=self.tr("Staging category of the cut"),
                    width=70,
                ),
            ),
            self.tr("Covered groups"),
            "coverageGroups",
        )
        stretch_first(self.groups)
        self.groups.setProperty("flat", True)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.setObjectName("groupsSplit")
        across.setChildrenCollapsible(False)
        across.addWidget(self.groups)
        across.addWidget(self._build_form())
        across.setStretchFactor(0, 5)
        across.setStretchFactor(1, 6)
        across.setSizes([390, 410])
        card.body.addWidget(across, 1)
        card.setMinimumHeight(150)
        return card

    def _build_form(self) -> QWidget:
        self.products = CodeListEdit(self.tr("Products of the group"), "groupProducts")
        self.exceptions = CodeListEdit(self.tr("Exceptions"), "groupExceptions")
        self.list = _compact(ChoiceBox(self.tr("Product list"), (), "groupList"))
        stages = [(stage.value, STAGE_TITLES[stage.value]) for stage in Stage]
        self.stage = _compact(ChoiceBox(self.tr("Stage in the chain"), stages, "groupStage"))
        self.staging = _compact(ChoiceBox(self.tr("Staging category"), (), "groupStaging"))
        self.quota = usd_spin(
            self.tr("Quota: trade a year at the in-quota rate"), "groupQuota", self.tr("None")
        )
        self.quota.setSingleStep(1e6)
        self.quota.setMinimumWidth(96)
        self.in_quota = share_spin(self.tr("In-quota rate"), "groupInQuota", high=4.0)
        self.in_quota.setMinimumWidth(72)
        self.end_use = LineField(
            self.tr("End use"), "groupEndUse", self.tr("Condition on use, in words")
        )
        self.source = LineField(self.tr("Source"), "groupSource", self.tr("Document, page, date"))
        form = QWidget()
        form.setMinimumWidth(326)
        grid = QGridLayout(form)
        grid.setContentsMargins(2, 2, 8, 2)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        wide: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Products"), self.products),
            (self.tr("Except"), self.exceptions),
            (self.tr("List"), self.list),
        )
        for row, (words, field) in enumerate(wide):
            grid.addWidget(_caption(words, field), row, 0)
            grid.addWidget(field, row, 1, 1, 3)
        pairs = (
            ((self.tr("Stage"), self.stage), (self.tr("Staging"), self.staging)),
            ((self.tr("Quota"), self.quota), (self.tr("In quota"), self.in_quota)),
        )
        for row, pair in enumerate(pairs, start=len(wide)):
            for place, (words, field) in enumerate(pair):
                grid.addWidget(_caption(words, field), row, 2 * place)
                grid.addWidget(field, row, 2 * place + 1)
        last = ((self.tr("End use"), self.end_use), (self.tr("Source"), self.source))
        for row, (words, field) in enumerate(last, start=len(wide) + len(pairs)):
            grid.addWidget(_caption(words, field), row, 0)
            grid.addWidget(field, row, 1, 1, 3)
        grid.setRowStretch(grid.rowCount(), 1)
        scroll = scrolled(form, "groupForm", self.tr("The selected group"))
        scroll.setMinimumWidth(342)
        return scroll

    def _build_tree(self) -> QWidget:
        self._card = Card(self.tr("Nomenclature"), "nomenclatureCard")
        self.search = SearchField(self.tr("Find a code or words"), "nomenclatureSearch")
        self.search.setMinimumWidth(130)
        self.importer = _compact(
            ChoiceBox(self.tr("Importer whose MFN rates are shown"), (), "rateImporter")
        )
        self.importer.setMinimumContentsLength(13)
        self.importer.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.only_covered = QCheckBox(self.tr("Only covered"))
        self.only_covered.setObjectName("onlyCovered")
        self.only_traded = QCheckBox(self.tr("Only with trade"))
        self.only_traded.setObjectName("onlyTraded")
        self.only_traded.setToolTip(self.tr("Codes whose trade is in the database"))
        bar = QHBoxLayout()
        bar.setSpacing(10)
        bar.addWidget(self.search, 1)
        bar.addWidget(self.importer)
        bar.addWidget(self.only_covered)
        bar.addWidget(self.only_traded)
        self.tree = NomenclatureTree(self.model)
        self._message = QLabel(self.tr("Waiting for the trade database…"))
        self._message.setObjectName("nomenclatureMessage")
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        theme.set_role(self._message, "muted")
        self._progress = ProgressLine("nomenclatureProgress")
        waiting = QWidget()
        column = QVBoxLayout(waiting)
        column.addStretch(1)
        column.addWidget(self._message)
        column.addWidget(self._progress)
        column.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.setObjectName("nomenclatureStack")
        self._stack.addWidget(waiting)
        self._stack.addWidget(self.tree)
        self._card.body.addLayout(bar)
        self._card.body.addWidget(self._stack, 1)
        self._card.setMinimumHeight(180)
        return self._card

    def _connect(self) -> None:
        self.groups.row_selected.connect(self._on_group)
        self.add_group.clicked.connect(self._start_group)
        self.add_listed.clicked.connect(self._add_listed)
        self.remove_group.clicked.connect(self._remove_group)
        remove = self.groups.addAction(self.tr("Remove the group"))
        remove.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        remove.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        remove.triggered.connect(self._remove_group)
        self.products.ranges_changed.connect(self._on_products)
        self.exceptions.ranges_changed.connect(self._on_exceptions)
        self.list.chosen.connect(self._on_list)
        self.stage.chosen.connect(self._on_stage)
        self.staging.chosen.connect(self._on_staging)
        self.quota.number_changed.connect(self._on_quota)
        self.in_quota.number_changed.connect(self._on_quota)
        self.end_use.edited.connect(self._on_end_use)
        self.source.edited.connect(self._on_source)
        self.search.searched.connect(self._on_search)
        self.search.left.connect(self._to_found)
        self.only_covered.toggled.connect(self._filter)
        self.only_traded.toggled.connect(self._filter)
        self.importer.chosen.connect(self._load_rates)
        self.model.ticked.connect(self._on_ticked)
        self.tree.selectionModel().currentChanged.connect(self._on_code)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is short the words of groups come before their staging."""
        super().resizeEvent(event)
        self.groups.setColumnHidden(_STAGING, self.width() < _NARROW)

    def showEvent(self, event: QShowEvent) -> None:
        """In a low window the tree comes first."""
        super().showEvent(event)
        if not self._shown:
            self._shown = True
            above = 256 if self.height() >= _LOW else 178
            self._split.setSizes([above, self.height() - above])

    # Redrawing

    def refresh(self) -> None:
        """Redraw from the agreement."""
        agreement = self.document.agreement
        entries = agreement.coverage.entries
        self._current = min(self._current, len(entries))
        self._filling = True
        try:
            place = self.groups.verticalScrollBar().value()
            shown = (*entries, self._draft)
            self.groups.set_frame(
                {
                    "products": [
                        *(_words(entry) for entry in entries),
                        self.tr("New group: tick or type products"),
                    ],
                    "stage": [entry.stage.value for entry in shown],
                    "staging": [
                        agreement.category_of(entry).name or self.tr("quota") for entry in shown
                    ],
                }
            )
            self.groups.select_row(self._current)
            self.groups.verticalScrollBar().setValue(place)
            self._fill_form(agreement)
            self._fill_importers(agreement)
        finally:
            self._filling = False
        self.model.set_economies(agreement.economies)
        self.model.set_coverage(agreement.coverage)
        self._load()

    def show_figures(self) -> None:
        """The database may have come, or changed."""
        self._load()

    def show_section(self, section: str) -> None:
        """Select a group, e.g. "coverage[1]"."""
        found = _ENTRY.match(section)
        if found is not None and int(found[1]) < len(self.document.agreement.coverage.entries):
            self.groups.select_row(int(found[1]))

    def _entry(self) -> CoveredProducts:
        entries = self.document.agreement.coverage.entries
        return entries[self._current] if self._current < len(entries) else self._draft

    def _fill_form(self, agreement: Agreement) -> None:
        entry = self._entry()
        before = self._filling
        self._filling = True
        if self.products.ranges() != entry.products:
            self.products.set_ranges(entry.products)
        if self.exceptions.ranges() != entry.exceptions:
            self.exceptions.set_ranges(entry.exceptions)
        self._fill_lists(entry)
        self.stage.show_key(entry.stage.value)
        self._fill_staging(agreement, entry)
        quota = entry.quota
        self.quota.show_number(None if quota is None else quota.volume_usd)
        self.in_quota.show_number(0.0 if quota is None else quota.in_quota_rate)
        self.in_quota.setEnabled(quota is not None)
        self.end_use.show_text(entry.end_use)
        self.source.show_text(entry.source)
        self.remove_group.setEnabled(self._current < len(agreement.coverage.entries))
        self._filling = before

    def _fill_lists(self, entry: CoveredProducts) -> None:
        choices = [("", self.tr("No list")), *((item.name, item.title) for item in self._lists)]
        if entry.product_list not in [name for name, _ in choices]:
            choices.append((entry.product_list, entry.product_list))
        self.list.set_choices(choices)
        self.list.show_key(entry.product_list)

    def _fill_staging(self, agreement: Agreement, entry: CoveredProducts) -> None:
        treatment = agreement.treatment
        default = self.tr("Default ({name})").format(name=treatment.default_category)
        if entry.quota is not None:
            default = self.tr("Today's duty beyond the quota")
        choices = [("", default), *((item.name, item.name) for item in treatment.staging)]
        if entry.staging not in [name for name, _ in choices]:
            words = self.tr("{name} (not defined)").format(name=entry.staging)
            choices.append((entry.staging, words))
        self.staging.set_choices(choices)
        self.staging.show_key(entry.staging)

    def _fill_importers(self, agreement: Agreement) -> None:
        codes = [partner.economy for partner in agreement.partners]
        words = self.tr("MFN: {economy}")
        self.importer.set_choices([(c, words.format(economy=economy_name(c))) for c in codes])
        if codes and not self.importer.key():
            self.importer.show_key(codes[0])

    # Loading

    def _load(self) -> None:
        """Read the nomenclature where the database, edition or years are not those shown."""
        database = self.figures.database
        if database is None:
            return
        agreement = self.document.agreement
        edition, years = agreement.nomenclature, agreement.base_years
        key = (database, edition, years)
        if key == self._view_key:
            self._load_rates()
            return
        self._view_key, self._rates_key, self._database = key, (), database
        self._stack.setCurrentIndex(0)
        self._message.setText(self.tr("Reading the nomenclature and its trade…"))

        library = self.document.library

        def work(progress: Progress) -> object:
            from workbench.analysis.nomenclature_view import nomenclature_view

            view = nomenclature_view(database, edition, years, progress)
            return _Loaded(view, _lists(edition, library))

        task = self.figures.tasks.start(self.tr("Reading the nomenclature"), work, "nomenclature")
        task.succeeded.connect(self._on_loaded)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_cancelled)
        self._progress.watch(task)

    def _on_loaded(self, loaded: _Loaded) -> None:
        view = loaded.view
        self._lists = loaded.lists
        self._filling = True
        self._fill_lists(self._entry())
        self._filling = False
        self.model.set_view(view)
        self._card.set_note(
            self.tr(
                "{edition} · trade of {known} of {every} subheadings is in the database"
            ).format(
                edition=view.edition,
                known=fmt.count(int(view.traded[view.parents < 0].sum())),
                every=fmt.count(int(view.subheadings[view.parents < 0].sum())),
            )
        )
        self._stack.setCurrentIndex(1)
        self.retold.emit()
        self._load_rates()

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, WorkbenchError):
            raise error
        self._message.setText(str(error))

    def _on_cancelled(self) -> None:
        if self.figures.tasks.find("nomenclature") is None:
            self._view_key = ()
            self._message.setText(
                self.tr("Reading the nomenclature was stopped. Evaluate to start again.")
            )

    def _load_rates(self) -> None:
        """Read the duties of the importer chosen, where they are not those shown."""
        view, database = self.model.view, self._database
        importer = self.importer.key()
        if view is None or database is None or self._stack.currentIndex() == 0:
            return
        if not importer:
            self.model.set_rates(None)
            return
        stated: tuple[StatedRate, ...] = tuple(
            rate
            for rate in self.document.agreement.tariffs
            if rate.importer == importer and not rate.exporter
        )
        key = (view, importer, stated)
        if key == self._rates_key:
            return
        self._rates_key = key

        def work(progress: Progress) -> object:
            from workbench.analysis.nomenclature_view import importer_rates

            return importer_rates(database, view, importer, stated, progress)

        title = self.tr("Reading the duties of {economy}").format(economy=economy_name(importer))
        task: Task = self.figures.tasks.start(title, work, "importer-rates")
        task.succeeded.connect(self._on_rates)
        task.failed.connect(self._on_failed)

    def _on_rates(self, rates: ImporterRates) -> None:
        self.model.set_rates(rates)

    # Groups

    def _on_group(self, row: int) -> None:
        if row < 0 or self._filling or row == self._current:
            return
        self._current = row
        self._fill_form(self.document.agreement)

    def _start_group(self) -> None:
        self.groups.select_row(len(self.document.agreement.coverage.entries))
        self.products.setFocus()

    def _add_listed(self) -> None:
        """Add the products of a list as a group."""
        edition = self.document.agreement.nomenclature
        entry = choose_products(
            self, self.figures.tasks, self.figures.database, self._lists, edition
        )
        if entry is None:
            return
        index = self._current = len(self.document.agreement.coverage.entries)
        self.document.edit(
            self.tr("Add the products of a list"), lambda a: a.with_coverage_entry(index, entry)
        )
        self.groups.scrollTo(self.groups.currentIndex())

    def _remove_group(self) -> None:
        index = self._current
        if index < len(self.document.agreement.coverage.entries):
            self.document.edit(
                self.tr("Remove a covered group"), lambda a: a.with_coverage_entry(index, None)
            )

    def _change(self, text: str, entry: CoveredProducts, merge: str = "") -> None:
        """Put a changed group in its place; a new one waits until it covers something."""
        if self._filling or entry == self._entry():
            return
        index = self._current
        if index >= len(self.document.agreement.coverage.entries):
            if not entry.products and not entry.product_list:
                self._draft = entry
                self.refresh()
                return
            self._draft = CoveredProducts()
        key = f"coverage[{index}].{merge}" if merge else ""
        self.document.edit(text, lambda a: a.with_coverage_entry(index, entry), key)

    def _on_products(self, ranges: tuple[HSRange, ...]) -> None:
        self._change(self.tr("Change covered products"), replace(self._entry(), products=ranges))

    def _on_exceptions(self, ranges: tuple[HSRange, ...]) -> None:
        self._change(self.tr("Change exceptions"), replace(self._entry(), exceptions=ranges))

    def _on_list(self) -> None:
        name = self.list.key()
        listed = next((item.products for item in self._lists if item.name == name), ())
        entry = replace(self._entry(), product_list=name, listed=listed)
        self._change(self.tr("Choose a product list"), entry)

    def _on_stage(self) -> None:
        stage = Stage(self.stage.key())
        self._change(self.tr("Change the stage"), replace(self._entry(), stage=stage))

    def _on_staging(self) -> None:
        entry = replace(self._entry(), staging=self.staging.key())
        self._change(self.tr("Change the staging"), entry)

    def _on_quota(self) -> None:
        volume, rate = self.quota.number(), self.in_quota.number()
        quota = None if volume is None else Quota(volume, rate or 0.0)
        self._change(self.tr("Change the quota"), replace(self._entry(), quota=quota), "quota")

    def _on_end_use(self, text: str) -> None:
        self._change(self.tr("Change the end use"), replace(self._entry(), end_use=text), "end_use")

    def _on_source(self, text: str) -> None:
        self._change(self.tr("Change the source"), replace(self._entry(), source=text), "source")

    # Codes

    def _on_ticked(self, digits: str, on: bool) -> None:
        product = HSRange(digits, digits)
        words = fmt.code(digits)
        if not on:
            self.document.edit(
                self.tr("Take out {code}").format(code=words), lambda a: a.without_covered(product)
            )
            return
        index, draft = self._current, self._draft
        new = index >= len(self.document.agreement.coverage.entries)
        if new:
            self._draft = CoveredProducts()

        def cover(agreement: Agreement) -> Agreement:
            base = agreement.with_coverage_entry(index, draft) if new else agreement
            return base.with_covered(index, product)

        self.document.edit(self.tr("Cover {code}").format(code=words), cover)

    def _on_search(self) -> None:
        self._filter()
        if not self.search.text().strip():
            self.tree.collapseAll()
            self.tree.scrollTo(self.tree.currentIndex())
            return
        for index in self.model.rows_to_open():
            self.tree.expand(index)
        self.tree.scrollToTop()

    def _filter(self) -> None:
        self.model.set_filter(
            self.search.text(),
            only_covered=self.only_covered.isChecked(),
            only_traded=self.only_traded.isChecked(),
        )

    def _to_found(self) -> None:
        found = self.model.found()
        index = self.model.index_of(found[0]) if found else self.model.index(0, Col.CODE)
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.setFocus()

    def _on_code(self, index: Index) -> None:
        result = self.figures.result
        if not index.isValid() or result is None:
            return
        from workbench.analysis.explain import vintage_terms

        sources = tuple(
            term for term in vintage_terms(result) if term.meaning.endswith("trade flows")
        )
        explanation = self.model.explained(index, sources)
        if explanation is not None:
            self.explained.emit(explanation)


def _compact(box: ChoiceBox) -> ChoiceBox:
    """A list that takes the room it is given, not what its longest choice asks for."""
    box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(5)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return box


def stretch_first(table: DataTable) -> None:
    """Give the room left over to the first column, however little it is."""
    head = table.horizontalHeader()
    head.setStretchLastSection(False)
    head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)


def _caption(words: str, field: QWidget) -> QLabel:
    label = QLabel(words)
    theme.set_role(label, "muted")
    label.setBuddy(field)
    return label


def _words(entry: CoveredProducts) -> str:
    """A group in a few words: its list and codes."""
    parts = [entry.product_list.replace("-", " ").replace(".", ": ")] if entry.product_list else []
    parts += [str(item) for item in entry.products]
    words = ", ".join(parts) or fmt.MISSING
    if entry.exceptions:
        words += " except " + ", ".join(str(item) for item in entry.exceptions)
    return words


def _lists(edition: str, folder: Path | None) -> tuple[LibraryList, ...]:
    """The product lists of an edition, whole and stage by stage; on the worker thread."""
    from workbench.definitions import library

    found = []
    for item in library.product_lists(folder):
        if item.problem:
            continue
        known = library.product_list(item.name, folder)
        if known.edition != edition:
            continue
        found.append(LibraryList(item.name, known.title, known.at()))
        stages = {group.stage for group in known.products}
        found += [
            LibraryList(
                f"{item.name}.{stage.value}",
                f"{known.title}: {STAGE_TITLES[stage.value].lower()}",
                known.at(stage),
            )
            for stage in Stage
            if stage in stages
        ]
    return tuple(found)
