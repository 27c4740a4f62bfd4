"""The shell: menus, navigation, page, inspector, bottom panel, title; open, save and close."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui import actions, icons, messages, theme
from ui import format as fmt
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.page import Page
from ui.panels.bottom import BottomPanel
from ui.panels.inspector import Inspector
from ui.settings import DATABASE, LAST_FOLDER, LIBRARY_FOLDER, THEME, Settings, WindowState
from ui.tasks import TaskRunner
from ui.theme import Scheme
from ui.widgets.buttons import icon_button, primary_button
from ui.widgets.labels import ElidedLabel
from ui.widgets.option_strip import OptionStrip
from ui.widgets.views import set_up_view
from workbench.errors import WorkbenchError
from workbench.model.agreement import Agreement

if TYPE_CHECKING:
    from workbench.analysis.results import Finding


@dataclass(frozen=True, slots=True)
class PageRow:
    """One page of the navigation; its module is imported when it is first shown."""

    name: str
    icon: str
    title: str
    module: str
    page: str


PAGES = (
    PageRow("overview", "layout-dashboard", "Overview", "ui.panels.overview", "OverviewPage"),
    PageRow("partners", "users", "Partners", "ui.panels.partners", "PartnersPage"),
    PageRow("coverage", "layers", "Coverage", "ui.panels.coverage", "CoveragePage"),
    PageRow("commitments", "handshake", "Commitments", "ui.panels.commitments", "CommitmentsPage"),
    PageRow("origin", "route", "Origin rules", "ui.panels.origin", "OriginPage"),
    PageRow(
        "origin-check", "list-checks", "Origin check", "ui.panels.origin_check", "OriginCheckPage"
    ),
    PageRow("incentives", "badge-percent", "Incentives", "ui.panels.incentives", "IncentivesPage"),
    PageRow("free-riding", "waves", "Free riding", "ui.panels.free_riding", "FreeRidingPage"),
    PageRow("frontier", "chart-line", "Frontier", "ui.panels.frontier", "FrontierPage"),
    PageRow(
        "partner-sets", "chart-scatter", "Partner sets", "ui.panels.partner_sets", "PartnerSetsPage"
    ),
    PageRow(
        "trade-effects", "scale", "Trade effects", "ui.panels.trade_effects", "TradeEffectsPage"
    ),
    PageRow("resilience", "shield", "Resilience", "ui.panels.resilience", "ResiliencePage"),
    PageRow("options", "git-compare", "Options compared", "ui.panels.options", "OptionsPage"),
    PageRow("term-sheet", "file-text", "Term sheet", "ui.panels.term_sheet", "TermSheetPage"),
    PageRow("data", "database", "Data", "ui.panels.data", "DataPage"),
)
"""In drafting order."""

FILTER = "Agreements (*.yaml *.yml)"
_YEARS = (1, 2, 3, 5, 10)


class MainWindow(QMainWindow):
    """One agreement on screen."""

    def __init__(self, settings: Settings, state: WindowState) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setAcceptDrops(True)
        self._settings = settings
        self._state = state
        self.document = AgreementDocument(self)
        library = Path(settings.get(LIBRARY_FOLDER) or "-")
        self.document.library = library if library.is_dir() else None
        self.tasks = TaskRunner(self)
        self.figures = Figures(self.document, self.tasks, self)
        self.figures.remember_database(settings.get(DATABASE))
        self.figures.database_chosen.connect(partial(settings.set, DATABASE))
        built = actions.build(self, [(row.name, self.tr(row.title)) for row in PAGES])
        self.actions_by_id, self._menus = built.by_id, built.menus
        self.pages: dict[str, Page] = {}
        self._of_earlier_text: set[str] = set()
        self._of_earlier_figures: set[str] = set()
        self._build()
        self._add_undo()
        self._connect()
        self._fill_recent()
        self.show_page(PAGES[0].name)
        self._restore()
        self._retitle()

    # Layout

    def _build(self) -> None:
        self._brand = ElidedLabel("", "agreementTitle")
        theme.set_role(self._brand, "heading")
        self._brand_note = ElidedLabel("", "agreementNote")
        theme.set_role(self._brand_note, "muted")
        self.navigation = QListWidget()
        set_up_view(self.navigation, "navigation", self.tr("Pages"))
        self.navigation.setIconSize(QSize(18, 18))
        for row in PAGES:
            self.navigation.addItem(QListWidgetItem(self.tr(row.title)))
        self._draw_icons()
        pane = QWidget()
        pane.setObjectName("navigationPane")
        pane.setFixedWidth(204)
        left = QVBoxLayout(pane)
        left.setContentsMargins(0, 14, 0, 10)
        left.setSpacing(2)
        head = QVBoxLayout()
        head.setContentsMargins(18, 0, 12, 10)
        head.addWidget(self._brand)
        head.addWidget(self._brand_note)
        left.addLayout(head)
        left.addWidget(self.navigation, 1)

        self._page_title = QLabel()
        self._page_title.setObjectName("pageTitle")
        theme.set_role(self._page_title, "title")
        self._page_note = ElidedLabel("", "pageNote")
        theme.set_role(self._page_note, "muted")
        self.option = QComboBox()
        self.option.setObjectName("option")
        self.option.setAccessibleName(self.tr("Option shown"))
        self.option.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.option.setMinimumContentsLength(14)
        self.year = QComboBox()
        self.year.setObjectName("year")
        self.year.setAccessibleName(self.tr("Year shown"))
        self.year.addItem(self.tr("Fully staged"), None)
        for year in _YEARS:
            self.year.addItem(self.tr("Year {year}").format(year=year), year)
        self._undo_button = icon_button("undo-2", self.tr("Undo (Ctrl+Z)"), "undoButton")
        self._redo_button = icon_button("redo-2", self.tr("Redo (Ctrl+Shift+Z)"), "redoButton")
        self._inspector_button = icon_button(
            "panel-right", self.tr("Show or hide the inspector (F9)"), "inspectorButton"
        )
        self._pin_button = icon_button(
            "pin", self.tr("Pin these figures as the baseline (Ctrl+B)"), "pinButton"
        )
        self._evaluate_button = primary_button(self.tr("Evaluate"), "evaluateButton", "play")
        self._evaluate_button.setToolTip(self.tr("Evaluate again (F5)"))
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self._page_title)
        bar.addWidget(self._page_note, 1)
        for widget in (
            self.option,
            self.year,
            self._undo_button,
            self._redo_button,
            self._pin_button,
            self._inspector_button,
            self._evaluate_button,
        ):
            bar.addWidget(widget)

        self.option_strip = OptionStrip()
        self.stack = QStackedWidget()
        self.stack.setObjectName("pageStack")
        self.inspector = Inspector(self.figures)
        self.inspector.setMinimumWidth(250)
        self.bottom = BottomPanel(self.figures, self.tasks)
        self.bottom.setMinimumHeight(120)
        self._across = QSplitter(Qt.Orientation.Horizontal)
        self._across.setObjectName("across")
        self._across.setChildrenCollapsible(False)
        self._across.addWidget(self.stack)
        self._across.addWidget(self.inspector)
        self._across.setStretchFactor(0, 1)
        self._across.setSizes([860, 300])
        self._down = QSplitter(Qt.Orientation.Vertical)
        self._down.setObjectName("down")
        self._down.setChildrenCollapsible(False)
        self._down.addWidget(self._across)
        self._down.addWidget(self.bottom)
        self._down.setStretchFactor(0, 1)
        self._down.setSizes([560, 190])
        right = QVBoxLayout()
        right.setContentsMargins(18, 14, 16, 12)
        right.setSpacing(12)
        right.addLayout(bar)
        right.addWidget(self.option_strip)
        right.addWidget(self._down, 1)
        centre = QWidget()
        whole = QHBoxLayout(centre)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(pane)
        whole.addLayout(right, 1)
        self.setCentralWidget(centre)
        self._status = QLabel()
        self._status.setObjectName("status")
        self._status.setContentsMargins(12, 0, 0, 0)
        self.statusBar().addWidget(self._status, 1)
        self._status.setText(self.tr("Opening the trade database"))

    def _draw_icons(self) -> None:
        for place, row in enumerate(PAGES):
            drawn = icons.icon(row.icon, theme.current().color("text_2"))
            self.navigation.item(place).setIcon(drawn)

    def changeEvent(self, event: QEvent) -> None:
        """Icons of the navigation follow the colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "navigation"):
            self._draw_icons()

    def _add_undo(self) -> None:
        undo = self.document.undo_stack.createUndoAction(self, self.tr("&Undo"))
        redo = self.document.undo_stack.createRedoAction(self, self.tr("&Redo"))
        for action, keys, icon, button in (
            (undo, "Ctrl+Z", "undo-2", self._undo_button),
            (redo, "Ctrl+Shift+Z", "redo-2", self._redo_button),
        ):
            action.setShortcut(QKeySequence(keys))
            icons.set_icon(action, icon)
            self._menus["edit"].addAction(action)
            button.setEnabled(action.isEnabled())
            action.enabledChanged.connect(button.setEnabled)
            button.clicked.connect(action.trigger)
        self.actions_by_id["undo"], self.actions_by_id["redo"] = undo, redo

    def _connect(self) -> None:
        self.navigation.currentRowChanged.connect(self._on_page)
        for row in PAGES:
            self.actions_by_id[f"page.{row.name}"].triggered.connect(self._on_page_action)
        self.bottom.go_to.connect(self.show_section)
        self.bottom.findings.fix_wanted.connect(self.fix_finding)
        self.bottom.findings.aside_wanted.connect(self.set_finding_aside)
        self.bottom.findings.taken_up.connect(self.take_finding_up)
        self._pin_button.clicked.connect(self.pin)
        self._inspector_button.clicked.connect(self.toggle_inspector)
        self._evaluate_button.clicked.connect(self.evaluate)
        self.option.activated.connect(self._on_option)
        self.option_strip.left.connect(self.show_base_text)
        self.option_strip.compared.connect(self.show_options)
        self.year.activated.connect(self._on_year)
        self.document.changed.connect(self._on_changed)
        self.document.opened.connect(self._on_opened)
        self.document.saved.connect(self._retitle)
        self.document.dirty_changed.connect(self._retitle)
        self.figures.evaluated.connect(self._on_evaluated)
        self.figures.pinned_changed.connect(self._on_pinned)
        self.figures.failed.connect(self._on_failed)
        self.figures.progressed.connect(self._on_progressed)

    # Pages

    def show_page(self, name: str) -> None:
        """Show a page by name."""
        for place, row in enumerate(PAGES):
            if row.name == name:
                self.navigation.setCurrentRow(place)

    def show_section(self, section: str) -> None:
        """Show the page and part that a section of the agreement is edited on."""
        part = section.partition(".")[0].partition("[")[0]
        name = _PAGE_OF_SECTION.get(part, part)
        if any(row.name == name for row in PAGES):
            self.show_page(name)
            self._shown().show_section(section)

    def _on_page(self, row: int) -> None:
        if row >= 0:
            self.stack.setCurrentWidget(self._page(PAGES[row]))
            self._refresh_shown()

    def _page(self, row: PageRow) -> Page:
        """The page, built when it is first asked for."""
        if row.name not in self.pages:
            page: Page = getattr(import_module(row.module), row.page)(self.document, self.figures)
            page.explain.connect(self.inspector.explain)
            page.explained.connect(self.inspector.show_explanation)
            page.go_to.connect(self.show_section)
            page.retold.connect(self._refresh_shown)
            self.stack.addWidget(page)
            self.pages[row.name] = page
            self._of_earlier_text.add(row.name)
            self._of_earlier_figures.add(row.name)
        return self.pages[row.name]

    def _shown(self) -> Page:
        return self._page(PAGES[self.navigation.currentRow()])

    def _on_page_action(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.show_page(sender.objectName().removeprefix("page."))

    def _refresh_shown(self) -> None:
        """Bring the page on show up to date; one out of sight waits until it is shown."""
        page = self._shown()
        if page.name in self._of_earlier_text:
            self._of_earlier_text.discard(page.name)
            page.refresh()
        if page.name in self._of_earlier_figures:
            self._of_earlier_figures.discard(page.name)
            page.show_figures()
        self._page_title.setText(page.title())
        self._page_note.setText(page.subtitle())

    # Changes

    def _on_changed(self) -> None:
        self._of_earlier_text = set(self.pages)
        self._refresh_shown()
        self._fill_options()
        self._retitle()

    def _on_opened(self) -> None:
        self.year.setCurrentIndex(0)

    def _on_evaluated(self) -> None:
        self._of_earlier_figures |= {
            name
            for name, page in self.pages.items()
            if page.shows_leverage or not self.figures.only_leverage_is_new
        }
        self._refresh_shown()
        took = self.figures.milliseconds
        if self.figures.result is not None and took is not None:
            years = ", ".join(str(y) for y in self.document.agreement.base_years)
            self._status.setText(
                self.tr("Base years {years} · {lanes} lanes · evaluated in {time}").format(
                    years=years,
                    lanes=fmt.count(len(self.figures.result.lanes)),
                    time=fmt.duration(took),
                )
            )

    def _on_pinned(self) -> None:
        self._of_earlier_figures = set(self.pages)
        self._refresh_shown()

    def _on_progressed(self, words: str) -> None:
        """Before the first figures the status bar tells what they wait for."""
        if self.figures.result is None:
            self._status.setText(words)

    def _on_failed(self, sentence: str) -> None:
        self._status.setText(sentence)
        messages.show_error(self, sentence)

    def _on_option(self, index: int) -> None:
        self.document.choose_option(str(self.option.itemData(index) or "") or None)

    def show_base_text(self) -> None:
        """Show and edit the base text instead of an option."""
        self.document.choose_option(None)

    def show_options(self) -> None:
        """Show the options side by side."""
        self.show_page("options")

    def _on_year(self, index: int) -> None:
        self.figures.choose_year(self.year.itemData(index))

    def _fill_options(self) -> None:
        options = self.document.base.options
        self.option.clear()
        self.option.addItem(self.tr("Base text"), "")
        for option in options:
            self.option.addItem(f"{option.name}: {option.title}" if option.title else option.name)
            self.option.setItemData(self.option.count() - 1, option.name)
        self.option.setVisible(bool(options))
        index = self.option.findData(self.document.option or "")
        self.option.setCurrentIndex(max(index, 0))
        shown = next((option for option in options if option.name == self.document.option), None)
        self.option_strip.show_option(shown)

    def _retitle(self) -> None:
        agreement, path = self.document.agreement, self.document.path
        where = path.name if path is not None else self.tr("not saved yet")
        self.setWindowTitle(f"{agreement.title}[*] – {where} – Pactwright")
        self.setWindowModified(self.document.dirty)
        self._brand.setText(agreement.title)
        sector = agreement.sector.replace("-", " ")
        mark = self.tr("unsaved changes") if self.document.dirty else agreement.status.value
        self._brand_note.setText(" · ".join(part for part in (sector, mark) if part))
        self._pin_button.setEnabled(True)

    # Findings

    def fix_finding(self, finding: Finding) -> None:
        """Make the edit that settles a finding; nothing if the text has changed since."""
        if finding.fix is not None and not self.figures.out_of_date:
            self.document.edit(finding.fix.text, finding.fix.edit)

    def set_finding_aside(self, finding: Finding, reason: str) -> None:
        """Keep in the file that a finding was looked at and does not count."""
        self.document.set_aside(finding.id, finding.about, reason)

    def take_finding_up(self, finding: Finding) -> None:
        """Let a finding count again."""
        self.document.take_up(finding.id, finding.about)

    # Files

    def open_path(self, path: Path) -> bool:
        """Open an agreement; says what is wrong and keeps the present one if it cannot."""
        try:
            self.document.open(path)
        except WorkbenchError as error:
            lines = str(error).splitlines()
            more = "\n".join(lines[1:])
            messages.show_error(self, lines[0], more)
            return False
        self._settings.add_recent_file(path)
        self._settings.set(LAST_FOLDER, str(path.parent))
        self._fill_recent()
        self._retitle()
        return True

    def open_template(self, path: Path) -> bool:
        """Start a new document from a shipped agreement."""
        from workbench.definitions.reader import read_agreement

        try:
            self.document.start_from(read_agreement(path))
        except WorkbenchError as error:
            messages.show_error(self, str(error))
            return False
        self._retitle()
        return True

    def recover(self, agreement: Agreement, path: Path | None) -> None:
        """Show changes that were never saved, as one undoable edit of the text they belong to."""
        if path is None or not path.exists() or not self.open_path(path):
            self.document.start_from(Agreement(title=agreement.title))
        self.document.edit(self.tr("Recover unsaved changes"), lambda _: agreement)

    def new_from_template(self) -> None:
        """Let the user pick one of the shipped agreements to start from."""
        if not self._may_leave():
            return
        from ui.dialogs.templates import choose_template

        chosen = choose_template(self, self.document.library)
        if chosen is not None:
            self.document.start_from(chosen)
            self._retitle()
            self.show_page(PAGES[0].name)

    def choose_library(self) -> None:
        """Let the user pick a folder of their own with product lists, texts and templates."""
        before = self.document.library or self._folder()
        folder = messages.choose_folder(self, self.tr("Folder of your own library"), before)
        if folder is not None:
            self._settings.set(LIBRARY_FOLDER, str(folder))
            self.document.library = folder

    def open_file(self) -> None:
        """Let the user pick an agreement to open."""
        if not self._may_leave():
            return
        path = messages.open_file(self, self.tr("Open an agreement"), self._folder(), FILTER)
        if path is not None:
            self.open_path(path)

    def save(self) -> bool:
        """Save to the document's file; asks for one where there is none."""
        if self.document.path is None:
            return self.save_as()
        return self._save_to(self.document.path)

    def save_as(self) -> bool:
        """Save to a file the user picks."""
        name = "".join(c if c.isalnum() else "-" for c in self.document.agreement.title.lower())
        suggestion = self.document.path or self._folder() / f"{name.strip('-') or 'agreement'}.yaml"
        path = messages.save_file(self, self.tr("Save the agreement"), suggestion, FILTER)
        return path is not None and self._save_to(path)

    def save_with_note(self) -> bool:
        """Save, and say what the saved state is, for the history."""
        path = self.document.path
        if path is None:
            return self.save_as()
        note = messages.ask_line(self, self.tr("What is the state you are saving?"))
        return note is not None and self._save_to(path, note)

    def show_history(self) -> None:
        """List earlier saved states, compare them, go back to one."""
        from ui.dialogs.history import HistoryDialog

        history = self.document.history()
        if history is None:
            messages.inform(
                self,
                self.tr("This agreement has no history yet."),
                self.tr("Save it to a file first: each save is kept from then on."),
            )
            return
        dialog = HistoryDialog(self.document, history, self.figures, self)
        dialog.exec()
        dialog.deleteLater()

    def merge_copy(self) -> None:
        """Take in what somebody else changed in a copy of this agreement."""
        from ui.dialogs.merge import MergeDialog

        dialog = MergeDialog(self.document, self)
        dialog.exec()
        dialog.deleteLater()

    def _save_to(self, path: Path, note: str = "") -> bool:
        try:
            self.document.save(path, note)
        except WorkbenchError as error:
            messages.show_error(self, str(error))
            return False
        self._settings.add_recent_file(path)
        self._settings.set(LAST_FOLDER, str(path.parent))
        self._fill_recent()
        self._retitle()
        return True

    def _folder(self) -> Path:
        last = Path(self._settings.get(LAST_FOLDER) or Path.home())
        return last if last.is_dir() else Path.home()

    def _may_leave(self) -> bool:
        """Ask about unsaved changes; False keeps the document."""
        if not self.document.dirty:
            return True
        choice = messages.ask_save(self, self.document.agreement.title)
        if choice is messages.SaveChoice.SAVE:
            return self.save()
        return choice is messages.SaveChoice.DISCARD

    def _fill_recent(self) -> None:
        menu = self._menus["recent"]
        menu.clear()
        files = self._settings.recent_files()
        menu.setEnabled(bool(files))
        for path in files:
            action = QAction(str(path), menu)
            action.setData(str(path))
            action.triggered.connect(self._open_recent)
            menu.addAction(action)

    def _open_recent(self) -> None:
        action = self.sender()
        if isinstance(action, QAction) and self._may_leave():
            self.open_path(Path(str(action.data())))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take agreements dropped on the window."""
        urls = event.mimeData().urls()
        if any(url.toLocalFile().endswith((".yaml", ".yml")) for url in urls):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first agreement dropped."""
        for url in event.mimeData().urls():
            path = Path(url.toLocalFile())
            if path.suffix in (".yaml", ".yml") and self._may_leave():
                self.open_path(path)
                return

    # Model, view, help

    def evaluate(self) -> None:
        """Evaluate again."""
        self.figures.evaluate_soon()

    def cancel(self) -> None:
        """Stop whatever is under way."""
        self.tasks.cancel_all()

    def pin(self) -> None:
        """Measure changes from the figures on screen."""
        self.figures.pin()

    def show_red_lines(self) -> None:
        """Draw lines that must not be crossed; kept apart from the agreement."""
        from ui.dialogs.red_lines import RedLinesDialog

        dialog = RedLinesDialog(self.document, self.figures, self)
        dialog.exec()
        dialog.deleteLater()

    def choose_database(self) -> None:
        """Let the user pick a trade database."""
        path = messages.open_file(
            self, self.tr("Choose a trade database"), self._folder(), "SQLite (*.sqlite *.db)"
        )
        if path is not None:
            self.figures.choose_database(path)

    def use_starter(self) -> None:
        """Go back to the starter database."""
        self.figures.choose_starter()

    def toggle_inspector(self) -> None:
        """Show or hide the inspector."""
        self.inspector.setVisible(self.inspector.isHidden())

    def toggle_bottom(self) -> None:
        """Show or hide findings and tasks."""
        self.bottom.setVisible(self.bottom.isHidden())

    def use_light(self) -> None:
        """Light colours."""
        self._use(Scheme.LIGHT)

    def use_dark(self) -> None:
        """Dark colours."""
        self._use(Scheme.DARK)

    def use_system(self) -> None:
        """The colours the system asks for."""
        self._use(Scheme.SYSTEM)

    def _use(self, scheme: Scheme) -> None:
        self._settings.set(THEME, scheme.value)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, scheme)

    def show_calibration(self) -> None:
        """The claiming parameters, fitted to what importers really did."""
        from ui.dialogs.calibration import CalibrationDialog

        dialog = CalibrationDialog(self.document, self.tasks, self)
        dialog.exec()
        dialog.deleteLater()

    def show_reference_cases(self) -> None:
        """Published examples, worked through by this program."""
        from ui.dialogs.reference_cases import ReferenceCasesDialog

        dialog = ReferenceCasesDialog(self.tasks, self)
        dialog.exec()
        dialog.deleteLater()

    def show_shortcuts(self) -> None:
        """List every action with its shortcut."""
        lines = [
            f"{action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)}\t"
            f"{action.text().replace('&', '')}"
            for action in self.actions_by_id.values()
            if not action.shortcut().isEmpty()
        ]
        messages.inform(self, self.tr("Keyboard shortcuts"), "\n".join(lines))

    def show_about(self) -> None:
        """What this program is, and whose data it carries."""
        messages.inform(
            self,
            self.tr("Pactwright"),
            self.tr(
                "A workbench for sectoral trade agreements. Apache-2.0.\n\n"
                "The starter database is compiled from CEPII BACI, the US International Trade "
                "Commission, the OECD Inter-Country Input-Output tables, the World Bank, the "
                "International Labour Organization and others; the sources and licences are "
                "listed in the file SOURCES.md beside it."
            ),
        )

    # Start and end

    def _restore(self) -> None:
        geometry = self._state.get("geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(1440, 900)
        for splitter in (self._across, self._down):
            state = self._state.get(splitter.objectName())
            if state is not None:
                splitter.restoreState(state)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes, stop the work, remember the window."""
        if not self._may_leave():
            event.ignore()
            return
        self._state.set("geometry", self.saveGeometry())
        for splitter in (self._across, self._down):
            self._state.set(splitter.objectName(), splitter.saveState())
        self.tasks.shutdown()
        self.figures.close()
        event.accept()


_PAGE_OF_SECTION = {
    "coverage": "coverage",
    "treatment": "incentives",
    "tariffs": "coverage",
    "incentives": "incentives",
    "origin": "origin",
    "bills_of_inputs": "origin",
    "partners": "partners",
    "parameters": "incentives",
    "elasticities": "trade-effects",
    "alignment_weights": "partners",
    "options": "options",
    "institutions": "commitments",
    "commitments": "commitments",
}
