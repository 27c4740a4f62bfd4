"""The term sheet: its pages as they will be printed, the choices for it, and the export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QWidget,
)

from ui import messages
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.page import Page
from ui.settings import LAST_FOLDER, LIBRARY_FOLDER, Settings
from ui.sheet_choices import SheetChoices, agreement_key, recall, remember
from ui.widgets.buttons import button, icon_button, primary_button
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.form_grid import small_label
from ui.widgets.page_preview import PagePreview
from ui.widgets.progress_line import ProgressLine
from workbench.errors import WorkbenchError
from workbench.progress import Progress

if TYPE_CHECKING:
    from workbench.analysis.results import Evaluation
    from workbench.model.agreement import Agreement
    from workbench.termsheet.gather import Study
    from workbench.termsheet.request import Request
    from workbench.tradedata.database import TradeDatabase

KEY, EXPORT_KEY = "term-sheet-preview", "term-sheet-export"
_PAUSE_MS = 350
_PREVIEW_DPI = 110
_FORMATS = ("docx", "pdf", "html", "md", "xlsx", "json")
_MARKINGS = 120


class TermSheetPage(Page):
    """Choices above, pages below; the pages are drawn anew after a pause in editing."""

    name = "term-sheet"

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, parent)
        self._settings = Settings()
        self._left_out: frozenset[str] = frozenset()
        self._against: Path | None = None
        self._drawn_for: tuple[object, ...] | None = None
        self._study: Study | None = None
        self._recall_due = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._build()
        self._recall()
        self._connect()

    def title(self) -> str:
        """The words in the navigation and at the head of the page."""
        return self.tr("Term sheet")

    def subtitle(self) -> str:
        """What is in view."""
        return self.tr("as it will be printed")

    # Layout

    def _build(self) -> None:
        from workbench.termsheet.language import language, languages

        self.template = ChoiceBox(self.tr("Template"), [], "sheetTemplate")
        self.language = ChoiceBox(
            self.tr("Language"),
            [(code, language(code).name) for code in languages()],
            "sheetLanguage",
        )
        self.audience = ChoiceBox(
            self.tr("Prepared for"),
            [("internal", self.tr("Own use")), ("partners", self.tr("Partners"))],
            "sheetAudience",
        )
        self.audience.setToolTip(
            self.tr("For partners, notes and internal sections are left out, file details included")
        )
        self.marking = QLineEdit()
        self.marking.setObjectName("sheetMarking")
        self.marking.setAccessibleName(self.tr("Marking"))
        self.marking.setPlaceholderText(self.tr("Confidential, embargo, …"))
        self.marking.setToolTip(self.tr("At the head and foot of every page"))
        self.marking.setMaxLength(_MARKINGS)
        self.dated = QCheckBox(self.tr("With today’s date"))
        self.dated.setObjectName("sheetDated")
        self.intervals = QCheckBox(self.tr("With intervals"))
        self.intervals.setObjectName("sheetIntervals")
        self.intervals.setToolTip(
            self.tr("Ranges of the headline figures over 1,000 draws; takes a few seconds")
        )
        self.partner_sets = QCheckBox(self.tr("With partner sets"))
        self.partner_sets.setObjectName("sheetPartnerSets")
        self.partner_sets.setToolTip(
            self.tr(
                "Every set of the candidates as a picture, and those that no other beats; "
                "takes longer the more candidates there are"
            )
        )
        self.sections = button(self.tr("Sections"), "sheetSections", "list-checks")
        self.sections.setMenu(QMenu(self.sections))
        self.against = button(self.tr("Against…"), "sheetAgainst", "git-compare")
        self.against.setToolTip(self.tr("Mark what changed since an earlier version"))
        self.forget = icon_button("x", self.tr("Do not compare"), "sheetForget")
        self.format = ChoiceBox(
            self.tr("Format"), [(kind, f".{kind}") for kind in _FORMATS], "sheetFormat"
        )
        self.export_all = button(self.tr("Export all…"), "sheetExportAll", "package")
        self.export_all.setToolTip(self.tr("Every option in every format, into one folder"))
        self.export = primary_button(self.tr("Export…"), "sheetExport")
        self.tools.addWidget(self.sections)
        self.tools.addWidget(self.against)
        self.tools.addWidget(self.forget)
        self.tools.addStretch(1)
        self.tools.addWidget(self.export_all)
        self.tools.addWidget(self.format)
        self.tools.addWidget(self.export)
        self.column.addLayout(self.tools)
        self._choices = Card("", "sheetChoices")
        self._choices.body.addLayout(self._grid())
        self.column.addWidget(self._choices)
        self.progress = ProgressLine("sheetProgress")
        self.exporting = ProgressLine("sheetExporting")
        self.column.addWidget(self.progress)
        self.column.addWidget(self.exporting)
        self.preview = PagePreview(self.tr("Pages of the term sheet"), "sheetPreview")
        self._says = small_label("", "sheetSays")
        self._stack = QStackedWidget()
        self._stack.setObjectName("sheetStack")
        self._stack.addWidget(self.preview)
        self.column.addWidget(self._stack, 1)
        self.column.addWidget(self._says)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        fields: list[tuple[str, QWidget]] = [
            (self.tr("Template"), self.template),
            (self.tr("Language"), self.language),
            (self.tr("Prepared for"), self.audience),
        ]
        for place, (words, field) in enumerate(fields):
            grid.addWidget(small_label(words, f"{field.objectName()}Label"), 0, place)
            grid.addWidget(field, 1, place)
            grid.setColumnStretch(place, 1)
        grid.addWidget(small_label(self.tr("Marking"), "sheetMarkingLabel"), 2, 0)
        grid.addWidget(self.marking, 3, 0)
        ticks = QHBoxLayout()
        ticks.setSpacing(20)
        for tick in (self.dated, self.intervals, self.partner_sets):
            ticks.addWidget(tick)
        ticks.addStretch(1)
        grid.addLayout(ticks, 3, 1, 1, 2)
        self._problem = small_label("", "sheetTemplateProblem")
        grid.addWidget(self._problem, 4, 0, 1, 3)
        return grid

    def _list_templates(self) -> None:
        """Offer the templates that ship and the user's own; say what is wrong with a broken one."""
        from workbench.termsheet.templates import template, templates

        found, problems = [], []
        for name in templates(self._library()):
            try:
                found.append((name, template(name, self._library()).title("en")))
            except WorkbenchError as error:
                problems.append(str(error))
        self.template.set_choices(found)
        if not self.template.key():
            self.template.show_key(SheetChoices().template)
        self._problem.setText("\n".join(problems))
        self._problem.setVisible(bool(problems))

    def _library(self) -> Path | None:
        folder = self._settings.get(LIBRARY_FOLDER)
        return Path(folder) if folder else None

    def _connect(self) -> None:
        self._soon.timeout.connect(self._draw)
        self.template.chosen.connect(self._on_template)
        for box in (self.language, self.audience, self.format):
            box.chosen.connect(self._on_choice)
        self.marking.textEdited.connect(self._on_choice)
        self.dated.toggled.connect(self._on_choice)
        self.intervals.toggled.connect(self._on_choice)
        self.partner_sets.toggled.connect(self._on_choice)
        self.document.opened.connect(self._on_opened)
        self.document.saved.connect(self._remember)
        self.against.clicked.connect(self._choose_against)
        self.forget.clicked.connect(self._forget_against)
        self.export.clicked.connect(self._export)
        self.export_all.clicked.connect(self._export_all)

    # Choices

    def _choices_now(self) -> SheetChoices:
        return SheetChoices(
            template=self.template.key(),
            language=self.language.key(),
            audience=self.audience.key(),
            format=self.format.key(),
            marking=self.marking.text(),
            dated=self.dated.isChecked(),
            intervals=self.intervals.isChecked(),
            partner_sets=self.partner_sets.isChecked(),
            left_out=tuple(sorted(self._left_out)),
            against=str(self._against or ""),
        )

    def _key(self) -> str:
        return agreement_key(self.document.path, self.document.base.title)

    def _recall(self) -> None:
        """Show the choices of last time; an earlier version that is gone is let go."""
        self._list_templates()
        kept, default = recall(self._settings, self._key()), SheetChoices()
        for box, key, fallback in (
            (self.template, kept.template, default.template),
            (self.language, kept.language, default.language),
            (self.audience, kept.audience, default.audience),
            (self.format, kept.format, default.format),
        ):
            box.show_key(key)
            if not box.key():
                box.show_key(fallback)
        self.marking.setText(kept.marking)
        for tick, state in (
            (self.dated, kept.dated),
            (self.intervals, kept.intervals),
            (self.partner_sets, kept.partner_sets),
        ):
            tick.blockSignals(True)
            tick.setChecked(state)
            tick.blockSignals(False)
        self._left_out = frozenset(kept.left_out)
        self._show_sections()
        earlier = Path(kept.against) if kept.against else None
        self._show_against(earlier if earlier is not None and earlier.is_file() else None)

    def _remember(self) -> None:
        if self._recall_due:  # these are still the choices for another agreement
            return
        remember(self._settings, self._key(), self._choices_now())

    def _on_opened(self) -> None:
        """Another agreement has choices of its own, shown once its text is there."""
        self._recall_due = True

    def _on_choice(self) -> None:
        self._remember()
        self._draw_soon()

    def _on_template(self) -> None:
        self._left_out = frozenset()
        self._show_sections()
        self._on_choice()

    def _show_sections(self) -> None:
        """A menu with a tick for each section of the template."""
        from workbench.termsheet.language import language
        from workbench.termsheet.templates import template

        menu = self.sections.menu()
        menu.clear()
        words = language("en")
        try:
            parts = template(self.template.key(), self._library()).sections
        except WorkbenchError:  # broken since it was offered; the preview says how
            return
        for part in parts:
            title = dict(part.titles).get("en") or words.say(f"section-{part.name}")
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(part.name not in self._left_out)
            action.setData(part.name)
            action.toggled.connect(self._on_section)

    def _on_section(self) -> None:
        self._left_out = frozenset(
            str(action.data())
            for action in self.sections.menu().actions()
            if not action.isChecked()
        )
        self._on_choice()

    def _choose_against(self) -> None:
        path = messages.open_file(
            self, self.tr("Earlier version"), self._folder(), self.tr("Agreements (*.yaml *.yml)")
        )
        if path is not None:
            self.compare_with(path)

    def compare_with(self, path: Path) -> None:
        """Mark what changed since the version in a file."""
        self._show_against(path)
        self._on_choice()

    def _forget_against(self) -> None:
        self._show_against(None)
        self._on_choice()

    def _show_against(self, path: Path | None) -> None:
        self._against = path
        self.against.setText(
            self.tr("Against…")
            if path is None
            else self.tr("Against {name}").format(name=path.name[:24])
        )
        self.forget.setVisible(path is not None)

    def _folder(self) -> Path:
        return Path(self._settings.get(LAST_FOLDER) or Path.home())

    # Redrawing

    def refresh(self) -> None:
        """Draw the changed text, once it has its figures."""
        if self._recall_due:
            self._recall_due = False
            self._recall()
        self._draw_soon()

    def show_figures(self) -> None:
        """Draw anew with the new figures."""
        self._draw_soon()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what was put off while out of sight; templates may have come or changed."""
        super().showEvent(event)
        self._list_templates()
        self._draw_soon()

    def _draw_soon(self) -> None:
        if self.isVisible():
            self._soon.start()

    def _draw(self) -> None:
        if not self._ready():
            return
        state = (self.figures.result, replace(self._choices_now(), format=""))
        if state == self._drawn_for:
            return
        self._drawn_for = state
        gather = self._gatherer(self.document.option)

        def work(progress: Progress) -> object:
            from workbench.termsheet.export import document_of
            from workbench.termsheet.pdf import page_images

            request, against, name = gather(progress)
            document = document_of(request, against, name, progress)
            return page_images(document, _PREVIEW_DPI)

        task = self.figures.tasks.start(self.tr("Pages of the term sheet"), work, key=KEY)
        self.progress.watch(task)
        task.succeeded.connect(self._show_pages)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_cancelled)

    def _ready(self) -> bool:
        """Whether the figures on hand are all there and those of the text in view."""
        result = self.figures.result
        return (
            result is not None
            and result.complete
            and not self.figures.out_of_date
            and self.figures.database is not None
        )

    def _show_pages(self, images: list[bytes]) -> None:
        self.preview.show_pages(images)
        self._says.setText(
            self.tr("{count} pages").format(count=len(images))
            if len(images) != 1
            else self.tr("1 page")
        )

    def _on_failed(self, error: BaseException) -> None:
        self._drawn_for = None
        if not isinstance(error, WorkbenchError):
            raise error
        self._says.setText(str(error))

    def _on_cancelled(self) -> None:
        if self.figures.tasks.find(KEY) is None:
            self._drawn_for = None
            self._says.setText(self.tr("Stopped; change anything to draw the pages again."))

    # What a document is made from, gathered on the worker thread

    def _gatherer(
        self, option: str | None
    ) -> Callable[[Progress], tuple[Request, Request | None, str]]:
        """All that the worker needs, read from the widgets now."""
        database = self.figures.database
        known = self.figures.result
        assert database is not None
        agreement, year = self.document.base, self.figures.year
        against, library = self._against, self._library()
        choices = self._choices_now()
        today = (
            date.fromisoformat(QDate.currentDate().toString(Qt.DateFormat.ISODate))
            if choices.dated
            else None
        )
        study_of = self._study_of

        def gathered(progress: Progress) -> tuple[Request, Request | None, str]:
            from workbench.definitions.reader import read_agreement
            from workbench.termsheet.gather import gather
            from workbench.termsheet.language import language
            from workbench.termsheet.request import Audience
            from workbench.termsheet.templates import template

            def made(text: Agreement, chosen: str | None, held: Evaluation | None) -> Request:
                return gather(
                    study_of(database),
                    text,
                    template(choices.template, library),
                    language(choices.language),
                    option=chosen,
                    year=year,
                    marking=choices.marking,
                    audience=Audience(choices.audience),
                    dated=today,
                    left_out=frozenset(choices.left_out),
                    with_intervals=choices.intervals,
                    with_partner_sets=choices.partner_sets,
                    known=held,
                    progress=progress,
                )

            held = known if known is not None and known.option == option else None
            request = made(agreement, option, held)
            if against is None:
                return request, None, ""
            old = read_agreement(against, library)
            has_option = any(one.name == option for one in old.options)
            return request, made(old, option if has_option else None, None), against.name

        return gathered

    def _study_of(self, database: TradeDatabase) -> Study:
        """What is worked out on a database, kept; used on the worker thread alone."""
        from workbench.termsheet.gather import Study

        if self._study is None or self._study.database is not database:
            self._study = Study(database)
        return self._study

    # Export

    def _export(self) -> None:
        if not self._ready():
            return
        kind = self.format.key()
        option = self.document.option
        stem = _stem(self.document.base.title, option)
        path = messages.save_file(
            self,
            self.tr("Export the term sheet"),
            self._folder() / f"{stem}.{kind}",
            self.tr("Term sheet (*.{kind})").format(kind=kind),
        )
        if path is None:
            return
        if path.suffix.lower() != f".{kind}":
            path = path.with_name(f"{path.name}.{kind}")
        self.export_to([(option, path)])

    def _export_all(self) -> None:
        if not self._ready():
            return
        folder = messages.choose_folder(
            self, self.tr("Folder for all options and formats"), self._folder()
        )
        if folder is None:
            return
        title = self.document.base.title
        names = [None, *(one.name for one in self.document.base.options)]
        self.export_to(
            [(name, folder / f"{_stem(title, name)}.{kind}") for name in names for kind in _FORMATS]
        )

    def export_to(self, wanted: list[tuple[str | None, Path]]) -> None:
        """Write files, each of an option, in the format that its name ends in."""
        self._settings.set(LAST_FOLDER, str(wanted[0][1].parent))
        options = list(dict.fromkeys(option for option, _ in wanted))
        gatherers = {option: self._gatherer(option) for option in options}
        written: list[Path] = []

        def work(progress: Progress) -> object:
            from workbench.termsheet.export import format_of, render, write_whole

            ready: dict[str | None, tuple[Request, Request | None, str]] = {}
            for done, (option, path) in enumerate(wanted):
                progress.step(done, len(wanted), path.name)
                if option not in ready:
                    ready[option] = gatherers[option](progress)
                request, against, name = ready[option]
                made = render(request, format_of(path), against, name)
                progress.step(done, len(wanted), path.name)
                write_whole(path, made.content)
                written.append(path)
            progress.step(len(wanted), len(wanted), "")
            return written

        task = self.figures.tasks.start(self.tr("Export"), work, key=EXPORT_KEY, lasting=True)
        self.exporting.watch(task)
        task.succeeded.connect(self._on_written)
        task.failed.connect(partial(self._on_export_failed, written, len(wanted)))
        task.cancelled.connect(partial(self._on_export_cancelled, written, len(wanted)))

    def _on_written(self, paths: list[Path]) -> None:
        first = paths[0]
        if len(paths) == 1:
            self._says.setText(self.tr("Written: {path}").format(path=first))
        else:
            self._says.setText(
                self.tr("{count} files written to {folder}").format(
                    count=len(paths), folder=first.parent
                )
            )

    def _on_export_failed(self, written: list[Path], wanted: int, error: BaseException) -> None:
        if not isinstance(error, WorkbenchError):
            raise error
        messages.show_error(self, str(error))
        if wanted > 1:
            self._on_export_cancelled(written, wanted)

    def _on_export_cancelled(self, written: list[Path], wanted: int) -> None:
        """Say how far it came; what was written is whole."""
        self._says.setText(
            self.tr("Stopped: {count} of {wanted} files written").format(
                count=len(written), wanted=wanted
            )
        )


def _stem(title: str, option: str | None) -> str:
    """The name of a file without its ending: "critical-minerals-club-b"."""
    from workbench.termsheet.safe_text import file_name

    return file_name(f"{title} {option}" if option else title)
