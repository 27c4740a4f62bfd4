"""Pick a list of products, of the library or of the trade database, to cover as a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ui import format as fmt
from ui.dialogs.picker import PickDialog, preview_label
from ui.models.frame_model import Cell, Column
from ui.tasks import Task, TaskRunner
from ui.theme import Tone
from ui.widgets.card import Card
from ui.widgets.data_table import DataTable
from ui.widgets.search_field import SearchField
from workbench.errors import WorkbenchError
from workbench.model.coverage import CoveredProducts
from workbench.model.nomenclature import HSRange
from workbench.progress import Progress

if TYPE_CHECKING:
    from workbench.tradedata.database import TradeDatabase
    from workbench.tradedata.held_lists import HeldList, ListedProducts

_PLAIN = ("as it stands", "renumbered")


@dataclass(frozen=True, slots=True)
class LibraryList:
    """A product list that agreements refer to by its name, in the agreement's edition."""

    name: str
    title: str
    products: tuple[HSRange, ...]


def choose_products(
    parent: QWidget | None,
    tasks: TaskRunner,
    database: TradeDatabase | None,
    library: Sequence[LibraryList],
    edition: str,
) -> CoveredProducts | None:
    """Let the user pick a list; None if they change their mind."""
    dialog = ProductListDialog(tasks, database, library, edition, parent)
    return dialog.chosen if dialog.ask() else None


class ProductListDialog(PickDialog):
    """Lists above; the codes of the selected one as the agreement would cover them below."""

    def __init__(
        self,
        tasks: TaskRunner,
        database: TradeDatabase | None,
        library: Sequence[LibraryList],
        edition: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            self.tr("Add products from a list"),
            "productListDialog",
            (self.tr("Add as a group"), "plus"),
            (900, 640),
            parent,
        )
        self._tasks = tasks
        self._database = database
        self._edition = edition
        self._lists: list[LibraryList | HeldList] = list(library)
        self.chosen: CoveredProducts | None = None
        self.search = SearchField(self.tr("Search the lists"), "productListSearch")
        self.lists = DataTable(
            [
                Column("list", self.tr("List")),
                Column("part", self.tr("Part"), width=180),
                Column("codes", self.tr("Codes"), text=fmt.count, numeric=True, width=72),
                Column("edition", self.tr("Edition"), width=84),
                Column("where", self.tr("From"), width=120),
            ],
            self.tr("Lists of products"),
            "productLists",
            stretch="list",
        )
        self.lists.set_empty_text(self.tr("Reading the lists …"))
        self._card = Card(self.tr("As the agreement would cover them"), "productListCard")
        self.codes = DataTable(
            [
                Column("stated", self.tr("In the list"), text=fmt.code, width=130),
                Column("codes", self.tr("In {edition}").format(edition=edition)),
                Column("turned", self.tr("How"), cell=Cell.CHIP, tone=_tone, width=220),
            ],
            self.tr("Codes of the list"),
            "productListCodes",
            stretch="codes",
        )
        self.codes.setProperty("flat", True)
        self._note = preview_label("productListNote", "small")
        self._card.body.addWidget(self.codes, 1)
        self._card.body.addWidget(self._note)
        self.column.addWidget(self.search)
        self.column.addWidget(self.lists, 3)
        self.column.addWidget(self._card, 4)
        self.search.searched.connect(self.lists.search)
        self.lists.row_selected.connect(self._on_list)
        self._start()

    # Lists

    def _start(self) -> None:
        self._show(None, {}, "")
        database = self._database
        if database is None:
            self._show_lists([])
            return

        def work(_: Progress) -> object:
            from workbench.tradedata.held_lists import held_lists

            return held_lists(database)

        task = self._tasks.start(self.tr("Reading the lists of products"), work, "held-lists")
        task.succeeded.connect(self._show_lists)
        task.failed.connect(self._on_failed)

    def _show_lists(self, held: Sequence[HeldList]) -> None:
        own = [each for each in self._lists if isinstance(each, LibraryList)]
        self._lists = [*own, *held]
        self.lists.set_empty_text(
            self.tr("No list of products in {edition}, and none in the database").format(
                edition=self._edition
            )
        )
        self.lists.set_frame(
            {
                "list": [*(each.title for each in own), *(each.name for each in held)],
                "part": [*("" for _ in own), *(each.part for each in held)],
                "codes": [*(len(each.products) for each in own), *(each.codes for each in held)],
                "edition": [*(self._edition for _ in own), *(each.edition for each in held)],
                "where": [
                    *(self.tr("the library") for _ in own),
                    *(self.tr("the database") for _ in held),
                ],
            }
        )
        self.lists.select_row(0 if self._lists else -1)

    def _on_list(self, row: int) -> None:
        """Show the codes of a list; those of the database are turned in the background."""
        self._show(None, {}, "")
        if not 0 <= row < len(self._lists):
            return
        chosen, database, edition = self._lists[row], self._database, self._edition
        if isinstance(chosen, LibraryList):
            self._show_library(chosen)
            return
        if database is None:
            return

        def work(_: Progress) -> object:
            from workbench.tradedata.held_lists import listed_products

            return listed_products(database, chosen, edition)

        self.codes.set_empty_text(self.tr("Turning the codes …"))
        task: Task = self._tasks.start(self.tr("Reading a list of products"), work, "held-list")
        task.succeeded.connect(self._show_held)
        task.failed.connect(self._on_failed)

    def _show_library(self, chosen: LibraryList) -> None:
        words = [str(item) for item in chosen.products]
        self._show(
            CoveredProducts(product_list=chosen.name, listed=chosen.products),
            {"stated": words, "codes": words, "turned": [_PLAIN[0]] * len(words)},
            self.tr("The group refers to the list by its name: {name}").format(name=chosen.name),
        )

    def _show_held(self, found: ListedProducts) -> None:
        row = self.lists.current_row()
        if not 0 <= row < len(self._lists) or self._lists[row] != found.held:
            return
        entry = CoveredProducts(
            products=found.products, source=found.source, notes=_sentence(found.marks)
        )
        # What needs a look comes first.
        codes = sorted(found.codes, key=lambda code: code.turned in _PLAIN)
        unlike = sum(code.turned not in _PLAIN for code in codes)
        words = self.tr("{codes} as {ranges}").format(
            codes=fmt.plural(len(codes), "code"),
            ranges=fmt.plural(len(found.products), "range"),
        )
        if unlike:
            words += self.tr("; {count} marked, as the notes of the group will say").format(
                count=fmt.count(unlike)
            )
        self.codes.set_empty_text(self.tr("No code of the list is in the edition"))
        self._show(
            entry if found.products else None,
            {
                "stated": [code.stated for code in codes],
                "codes": [", ".join(map(fmt.code, code.codes)) for code in codes],
                "turned": [code.turned.value for code in codes],
            },
            f"{words}\n{found.source}",
        )

    def _show(self, entry: CoveredProducts | None, frame: dict[str, list[str]], note: str) -> None:
        self.chosen = entry
        self.take.setEnabled(entry is not None)
        self.codes.set_frame(frame)
        self._note.setText(note)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, WorkbenchError):
            raise error
        self._show(None, {}, str(error))


def _tone(words: object) -> Tone:
    return Tone.GOOD if words in _PLAIN else Tone.WARN


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else ""
