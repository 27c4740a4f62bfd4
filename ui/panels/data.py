"""What is in the trade database, what the agreement lacks in it, and how to bring it in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QStackedWidget, QWidget

from ui import format as fmt
from ui import icons, messages, theme
from ui.dialogs.import_files import KEY, ImportDialog, dropped_files
from ui.dialogs.source_order import SourceOrderDialog
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.page import Page
from ui.tasks import Task, Work
from ui.widgets.buttons import button, link_button, primary_button
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.labels import ElidedLabel
from ui.widgets.lacks_view import LacksView
from ui.widgets.lookup_view import LookUpView
from ui.widgets.mirror_view import MirrorView
from ui.widgets.progress_line import ProgressLine
from ui.widgets.reach_view import ReachView
from ui.widgets.segmented import SegmentedControl
from ui.widgets.sources_view import SourcesView
from workbench.errors import WorkbenchError
from workbench.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from workbench.tradedata.database import TradeDatabase
    from workbench.tradedata.holdings import Holdings, Reach
    from workbench.tradedata.lookups import Lookup
    from workbench.tradedata.maintenance import Compacted

SOURCES, REACH, LACKS, MIRROR, LOOK_UP = "sources", "reach", "lacks", "mirror", "look-up"
DATABASES = "SQLite (*.sqlite *.db)"


class DataPage(Page):
    """The database in use above, and views of what it holds and lacks below."""

    name = "data"

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, parent)
        self.setAcceptDrops(True)
        self.holdings: Holdings | None = None
        self._read_from: TradeDatabase | None = None
        self._counted: dict[str, Reach] = {}
        self._dialog: ImportDialog | None = None
        self._busy: Task | None = None
        self._folder = Path.home()
        self._stale = True
        self._build()
        self._connect()
        self._show_database()

    def title(self) -> str:
        """The words in the navigation."""
        return self.tr("Data")

    # Layout

    def _build(self) -> None:
        self._which = QLabel()
        self._which.setObjectName("databaseWhich")
        theme.set_role(self._which, "heading")
        self._chip = Chip("", theme.Tone.NEUTRAL, "databaseChip")
        self._facts = ElidedLabel("", "databaseFacts")
        theme.set_role(self._facts, "muted")
        self._where = ElidedLabel("", "databasePath")
        theme.set_role(self._where, "small")
        self.import_button = primary_button(self.tr("Import files…"), "importFiles", "upload")
        self.import_button.setToolTip(
            self.tr("Read files into the database; you can also drop them anywhere on this page")
        )
        self.menu_button = button(self.tr("Database"), "databaseMenuButton", "database")
        self.menu_button.setToolTip(self.tr("Choose, back up, compact or check the database"))
        self.menu = QMenu(self)
        self.menu.setObjectName("databaseMenu")
        self.choose_action = self._action(
            self.tr("Choose a database…"), "folder-open", self.choose_database
        )
        self.own_action = self._action(self.tr("Use my own database"), "", self.use_own)
        self.starter_action = self._action(
            self.tr("Use the starter database"), "rotate-ccw", self.use_starter
        )
        self.menu.addSeparator()
        self.backup_action = self._action(self.tr("Back up…"), "save", self.back_up)
        self.compact_action = self._action(self.tr("Compact"), "package", self.compact)
        self.check_action = self._action(self.tr("Check integrity"), "shield", self.check)
        self.menu_button.setMenu(self.menu)
        self.default_button = link_button(self.tr("Back to the default"), "defaultDatabase")
        self.default_button.setToolTip(
            self.tr("Use your own database again, or the starter while there is none")
        )
        self.default_button.hide()
        card = Card("", "databaseCard")
        card.setAccessibleName(self.tr("Trade database in use"))
        name = QHBoxLayout()
        name.setSpacing(8)
        name.addWidget(self._which)
        name.addWidget(self._chip)
        name.addWidget(self.default_button)
        name.addStretch(1)
        name.addWidget(self.menu_button)
        name.addWidget(self.import_button)
        card.body.setSpacing(4)
        card.body.addLayout(name)
        card.body.addWidget(self._facts)
        card.body.addWidget(self._where)
        self._line = ProgressLine("databaseProgress", tall=True)
        self._notice = QLabel()
        self._notice.setObjectName("databaseNotice")
        self._notice.setTextFormat(Qt.TextFormat.PlainText)
        self._notice.setWordWrap(True)
        self._notice.hide()
        card.body.addWidget(self._line)
        card.body.addWidget(self._notice)
        self.column.addWidget(card)

        self.view = SegmentedControl(
            self.tr("View"),
            [
                (SOURCES, self.tr("Sources")),
                (REACH, self.tr("Coverage")),
                (LACKS, self.tr("What is missing")),
                (MIRROR, self.tr("Mirror data")),
                (LOOK_UP, self.tr("Look up")),
            ],
            "dataView",
        )
        self.sources = SourcesView()
        self.reach = ReachView()
        self.lacks = LacksView()
        self.mirror = MirrorView()
        self.look_up = LookUpView()
        self._stack = QStackedWidget()
        self._stack.setObjectName("dataStack")
        self._places = {
            SOURCES: self.sources,
            REACH: self.reach,
            LACKS: self.lacks,
            MIRROR: self.mirror,
            LOOK_UP: self.look_up,
        }
        for widget in self._places.values():
            self._stack.addWidget(widget)
        self._body = Card(self.tr("Sources"), "dataBody")
        self._body.tools.addWidget(self.view)
        self._body.body.addWidget(self._stack, 1)
        self.column.addWidget(self._body, 1)

    def _action(self, words: str, icon: str, handler: Callable[[], None]) -> QAction:
        action = self.menu.addAction(words)
        if icon:
            icons.set_icon(action, icon)
        action.triggered.connect(handler)
        return action

    def _connect(self) -> None:
        self.import_button.clicked.connect(self.import_files)
        self.view.chosen.connect(self._show_view)
        self.sources.remove.connect(self._remove)
        self.sources.prefer.connect(self._prefer)
        self.sources.order_wanted.connect(self._order)
        self.sources.save_rejected.connect(self._save_rejected)
        self.reach.wanted.connect(self._count)
        self.look_up.wanted.connect(self._look_up)
        self.lacks.go_to.connect(self.go_to)
        self.lacks.import_wanted.connect(self.import_files)
        self.mirror.import_wanted.connect(self.import_files)
        self.mirror.explain.connect(lambda lane: self.explain.emit("value", lane))
        self.default_button.clicked.connect(self.use_own)
        self.menu.aboutToShow.connect(self._show_menu)

    # Redraw

    def refresh(self) -> None:
        """Show the partners of the agreement."""
        partners = [p.economy for p in self.document.agreement.partners]
        self.reach.show_partners(tuple(partners))

    def show_figures(self) -> None:
        """Show what is missing, and the database where it is another one."""
        self.lacks.show_result(self.figures.result)
        if self.view.current() == MIRROR:
            self.mirror.show_result(self.figures.result)
        database = self.figures.database
        if database is not None and (database is not self._read_from or self._stale):
            self._read(database)

    def show_section(self, section: str) -> None:
        """Show one of the views by its name, as in "data.lacks"."""
        _, _, view = section.partition(".")
        if view in self._places:
            self.view.set_current(view)
            self._show_view(view)

    def showEvent(self, event: QShowEvent) -> None:
        """Read what is in view once it can be seen."""
        super().showEvent(event)
        self._show_view(self.view.current())

    def _read(self, database: TradeDatabase) -> None:
        """Read in the background what the database holds."""
        self._read_from = database
        self._stale = False

        def work(_: Progress) -> object:
            from workbench.tradedata.holdings import REACHING, holdings
            from workbench.tradedata.lookups import lookups

            found = holdings(database)
            tables = {held.table for held in found.datasets}
            return found, [name for name in REACHING if name in tables], lookups(database)

        task = self.figures.tasks.start(self.tr("Reading the sources"), work, key="holdings")
        task.succeeded.connect(self._on_holdings)
        task.failed.connect(self._on_failed)

    def _on_holdings(self, outcome: tuple[Holdings, list[str], tuple[Lookup, ...]]) -> None:
        self.holdings, tables, lists = outcome
        self._counted.clear()
        self.reach.offer(tables)
        self.look_up.offer(lists)
        self._show_database()
        if self.isVisible():
            self._show_view(self.view.current())

    def _show_database(self) -> None:
        found = self.holdings
        self.sources.show_holdings(found)
        default = self.figures.default_database
        self.default_button.setVisible(not default)
        self.import_button.setEnabled(self._busy is None)
        self.sources.set_busy(self._busy is not None)
        if found is None:
            self._which.setText(self.tr("Opening the trade database …"))
            self._chip.hide()
            return
        if found.starter:
            self._which.setText(self.tr("Starter database"))
            self._chip.set_status(self.tr("Read only"), theme.Tone.NEUTRAL)
        else:
            self._which.setText(self.tr("Your database") if default else self.tr("Chosen database"))
            self._chip.set_status(self.tr("Takes imports"), theme.Tone.GOOD)
        self._chip.show()
        imported = sum(held.import_id is not None for held in found.datasets)
        facts = [
            fmt.size(found.size_bytes),
            fmt.plural(len(found.datasets), "source")
            + (f", {fmt.count(imported)} of them imported" if imported else ""),
        ]
        if not found.starter and found.free_bytes > found.size_bytes / 10:
            facts.append(f"compacting would free {fmt.size(found.free_bytes)}")
        if found.starter:
            facts.append(self.tr("the first import makes a copy of your own"))
        self._facts.setText(" · ".join(facts))
        self._where.setText(str(found.path))

    def _show_view(self, view: str) -> None:
        self._stack.setCurrentWidget(self._places[view])
        titles = {
            SOURCES: self.tr("Sources"),
            REACH: self.tr("Coverage"),
            LACKS: self.tr("What is missing"),
            MIRROR: self.tr("Mirror data"),
            LOOK_UP: self.tr("Look up"),
        }
        self._body.set_title(titles[view])
        if view == MIRROR:
            self.mirror.show_result(self.figures.result)
        if view == REACH:
            self._count(self.reach.choice.key())
        if view == LOOK_UP:
            self.look_up.ask()

    def _show_menu(self) -> None:
        """What can be done with the database now."""
        known, free = self.holdings is not None, self._busy is None
        starter = self.holdings is not None and self.holdings.starter
        self.choose_action.setEnabled(free)
        self.own_action.setEnabled(free and starter and self._own_exists())
        self.starter_action.setEnabled(free and known and not starter)
        self.backup_action.setEnabled(free and known)
        self.check_action.setEnabled(free and known)
        self.compact_action.setEnabled(free and known and not starter)

    def _own_exists(self) -> bool:
        from workbench.tradedata.user_database import user_path

        return user_path().is_file()

    # Coverage

    def _count(self, table: str) -> None:
        """Count a table by economy and year, in the background, once."""
        database = self._read_from
        if table in self._counted:
            self.reach.show_reach(self._counted[table])
            return
        self.reach.show_reach(None)
        if database is None or not table:
            return

        def work(progress: Progress) -> object:
            from workbench.tradedata.holdings import reach

            return reach(database, table, progress)

        task = self.figures.tasks.start(self.tr("Counting coverage"), work, key="reach")
        task.succeeded.connect(self._on_reach)
        task.failed.connect(self._on_failed)

    def _on_reach(self, found: Reach) -> None:
        self._counted[found.table] = found
        if found.table == self.reach.choice.key():
            self.reach.show_reach(found)

    # Looking up

    def _look_up(self, what: Lookup) -> None:
        """Read a list in the background."""
        database = self._read_from
        if database is None:
            return

        def work(_: Progress) -> object:
            from workbench.tradedata.lookups import look_up

            return what, look_up(database, what)

        task = self.figures.tasks.start(self.tr("Reading a list"), work, key="look-up")
        task.succeeded.connect(self._on_looked_up)
        task.failed.connect(self._on_failed)

    def _on_looked_up(self, outcome: tuple[Lookup, pd.DataFrame]) -> None:
        self.look_up.show_found(*outcome)

    # Import

    def import_files(self) -> None:
        """Open the import wizard, and let the user choose files where it has none."""
        self._wizard().choose_files()

    def _wizard(self) -> ImportDialog:
        if self._dialog is None:
            self._dialog = ImportDialog(self.figures.tasks, self._import_target, self)
            self._dialog.imported.connect(self._on_imported)
        self._dialog.show()
        self._dialog.raise_()
        return self._dialog

    def _import_target(self) -> Path:
        """The database in use, or the user's own where that is only read."""
        from workbench.tradedata.user_database import user_path

        found = self.holdings
        return user_path() if found is None or found.starter else found.path

    def _on_imported(self, path: Path) -> None:
        self._say(self.tr("Imported; the agreement is evaluated again."))
        self._use(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files of figures; agreements are for the window."""
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the import wizard with them."""
        paths = dropped_files(event.mimeData())
        event.acceptProposedAction()
        self._wizard().add_files(paths)

    # Databases

    def choose_database(self) -> None:
        """Let the user pick a trade database; one that cannot be used is not taken."""
        path = messages.open_file(self, self.tr("Choose a trade database"), self._folder, DATABASES)
        if path is None:
            return
        self._folder = path.parent

        def work(_: Progress) -> object:
            from workbench.tradedata.database import TradeDatabase

            with TradeDatabase(path):
                return path

        self._run(self.tr("Opening {name}").format(name=path.name), work, self._use)

    def use_own(self) -> None:
        """Go back to the user's own database."""
        self._stale = True
        self.figures.choose_database(None)

    def use_starter(self) -> None:
        """Go back to the starter database."""
        self._stale = True
        self.figures.choose_starter()

    def _use(self, path: Path) -> None:
        """Evaluate the agreement on a database, read anew."""
        self._stale = True
        self.figures.choose_database(path)

    # Looking after the database

    def _remove(self, numbers: list[int]) -> None:
        found = self.holdings
        if found is None or not numbers:
            return
        chosen = [held for held in found.datasets if held.id in numbers]
        rows = sum(held.rows for held in chosen)
        names = "\n".join(f"{held.source} {held.edition}" for held in chosen[:8])
        more = len(chosen) - 8
        if more > 0:
            names += f"\n{fmt.count(more)} more"
        question = self.tr("Remove {sources} with {rows} from the trade database?").format(
            sources=fmt.plural(len(chosen), "source"), rows=fmt.plural(rows, "row")
        )
        consequence = self.tr("The figures are gone until the file is imported again.")
        detail = f"{names}\n\n{consequence}"
        if not messages.confirm(self, question, self.tr("Remove"), detail):
            return
        path = found.path

        def work(progress: Progress) -> object:
            from workbench.tradedata.maintenance import remove_datasets

            remove_datasets(path, numbers, progress)
            return path

        self._run(
            self.tr("Removing {sources}").format(sources=fmt.plural(len(chosen), "source")),
            work,
            self._on_written,
        )

    def _prefer(self, table: str, source: str) -> None:
        found = self.holdings
        if found is None:
            return
        path = found.path

        def work(progress: Progress) -> object:
            from workbench.tradedata.maintenance import prefer_source

            prefer_source(path, table, source, progress)
            return path

        self._run(self.tr("Preferring {source}").format(source=source), work, self._on_written)

    def _order(self, table: str) -> None:
        """Let the user put the sources of a table in order."""
        found = self.holdings
        if found is None:
            return
        orders: dict[str, list[str]] = {}
        for held in sorted(found.datasets, key=lambda held: held.place):
            sources = orders.setdefault(held.table, [])
            if held.source not in sources:
                sources.append(held.source)
        several = {name: sources for name, sources in orders.items() if len(sources) > 1}
        dialog = SourceOrderDialog(several, table, self)
        if dialog.exec() != SourceOrderDialog.DialogCode.Accepted or not dialog.changed:
            return
        path, changed = found.path, dialog.changed

        def work(progress: Progress) -> object:
            from workbench.tradedata.maintenance import order_sources

            for name, sources in changed.items():
                order_sources(path, name, sources, progress)
            return path

        self._run(self.tr("Ordering the sources"), work, self._on_written)

    def _on_written(self, path: Path) -> None:
        self._say(self.tr("Done; the agreement is evaluated again."))
        self._use(path)

    def compact(self) -> None:
        """Write the file anew without the room that removed figures left."""
        found = self.holdings
        if found is None:
            return
        path = found.path

        def work(progress: Progress) -> object:
            from workbench.tradedata.maintenance import compact

            return compact(path, progress)

        self._run(self.tr("Compacting the database"), work, self._on_compacted)

    def _on_compacted(self, done: Compacted) -> None:
        self._say(
            self.tr("Compacted from {before} to {after}.").format(
                before=fmt.size(done.before), after=fmt.size(done.after)
            )
        )
        self._read_again()

    def check(self) -> None:
        """Look for damage."""
        found = self.holdings
        if found is None:
            return
        path = found.path

        def work(progress: Progress) -> object:
            from workbench.tradedata.maintenance import check

            return check(path, progress)

        self._run(self.tr("Checking the database"), work, self._on_checked)

    def _on_checked(self, problems: tuple[str, ...]) -> None:
        if not problems:
            self._say(self.tr("The database is sound: no damage, and every row accounted for."))
            return
        self._say(
            self.tr("The database is damaged ({count}); restore a backup or import anew.").format(
                count=fmt.plural(len(problems), "problem")
            ),
            wrong=True,
        )
        messages.show_error(self, self._notice.text(), "\n".join(problems))

    def back_up(self) -> None:
        """Copy the database to a file of the user's choice."""
        found = self.holdings
        if found is None:
            return
        day = datetime.now(UTC).date().isoformat()
        path = found.path
        target = messages.save_file(
            self,
            self.tr("Back up the trade database"),
            self._folder / f"{path.stem} {day}.sqlite",
            DATABASES,
        )
        if target is None:
            return
        self._folder = target.parent

        def work(progress: Progress) -> object:
            from workbench.tradedata.maintenance import back_up

            back_up(path, target, progress)
            return target

        self._run(self.tr("Backing up the database"), work, self._on_backed_up)

    def _on_backed_up(self, target: Path) -> None:
        self._say(self.tr("Backed up to {path}.").format(path=target))

    def _save_rejected(self, import_id: int, file: str) -> None:
        database = self._read_from
        if database is None:
            return
        target = messages.save_file(
            self,
            self.tr("Save the rejected rows"),
            self._folder / f"{Path(file).stem} rejected.csv",
            "CSV (*.csv)",
        )
        if target is None:
            return
        self._folder = target.parent

        def work(_: Progress) -> object:
            from workbench.tradedata.ingest.report import rejected_rows, write_rejected

            write_rejected(rejected_rows(database, import_id), target)
            return target

        task = self.figures.tasks.start(self.tr("Saving rejected rows"), work, key="save-rejected")
        task.succeeded.connect(self._on_saved)
        task.failed.connect(self._on_failed)

    def _on_saved(self, target: Path) -> None:
        self._say(self.tr("Saved as {path}.").format(path=target))

    # Tasks

    def _run(self, title: str, work: Work, then: Callable[..., None]) -> None:
        """Start work on the database, one at a time, beside the evaluation."""
        tasks = self.figures.tasks
        other = tasks.find(KEY)
        if other is not None:
            self._say(
                self.tr("“{task}” is still under way; wait until it is done.").format(
                    task=other.title
                ),
                wrong=True,
            )
            return
        self._say("")
        task = tasks.start(title, work, key=KEY, aside=True, lasting=True)
        self._busy = task
        self._line.watch(task)
        task.succeeded.connect(self._on_end)
        task.failed.connect(self._on_end)
        task.cancelled.connect(self._on_end)
        task.succeeded.connect(then)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_cancelled)
        self._show_database()

    def _on_end(self) -> None:
        self._busy = None
        self._show_database()

    def _on_cancelled(self) -> None:
        self._say(self.tr("Cancelled: the database is as it was."))

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, WorkbenchError):
            raise error
        self._say(str(error), wrong=True)

    def _read_again(self) -> None:
        if self._read_from is not None:
            self._read(self._read_from)

    def _say(self, sentence: str, *, wrong: bool = False) -> None:
        """Tell how something ended, under the name of the database."""
        theme.set_role(self._notice, "error" if wrong else "good")
        self._notice.setText(sentence)
        self._notice.setAccessibleName(sentence)
        self._notice.setVisible(bool(sentence))
