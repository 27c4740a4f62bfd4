"""Pick wordings of commitments from the library, on each topic from strong to weak."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from ui.dialogs.picker import PickDialog, fits, preview_label
from ui.models.stance_model import OBLIGATIONS
from ui.widgets.card import Card
from ui.widgets.commitment_form import ENFORCEMENTS, PRECISIONS
from ui.widgets.search_field import SearchField
from ui.widgets.views import set_up_view
from workbench.model.commitments import Commitment

_COMMITMENT = Qt.ItemDataRole.UserRole


def choose_commitments(
    parent: QWidget | None, library: Path | None = None
) -> tuple[Commitment, ...]:
    """Let the user pick wordings, of the user's own `library` too; none if they think better."""
    dialog = CommitmentLibrary(parent, library)
    return dialog.chosen() if dialog.ask() else ()


class CommitmentLibrary(PickDialog):
    """Topics and their wordings on the left, the one under the cursor on the right."""

    def __init__(self, parent: QWidget | None = None, library: Path | None = None) -> None:
        super().__init__(
            self.tr("Insert commitments from the library"),
            "commitmentLibrary",
            (self.tr("Insert"), "plus"),
            (860, 520),
            parent,
        )
        from workbench.definitions.library import commitment_texts

        self.search = SearchField(self.tr("Search the wordings"), "commitmentSearch")
        self.tree = QTreeWidget()
        set_up_view(self.tree, "commitmentTree", self.tr("Wordings by topic"))
        self.tree.setHeaderHidden(True)
        self.tree.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        for texts in commitment_texts(library):
            topic = QTreeWidgetItem([texts.title])
            topic.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for commitment in texts.commitments:
                words = f"{OBLIGATIONS[commitment.obligation]}: {commitment.text}"
                item = QTreeWidgetItem([words])
                item.setToolTip(0, commitment.text)
                item.setData(0, _COMMITMENT, commitment)
                topic.addChild(item)
            self.tree.addTopLevelItem(topic)
        self.tree.expandAll()
        self._card = Card("", "commitmentPreview")
        self._text = preview_label("commitmentPreviewText")
        self._facts = preview_label("commitmentPreviewFacts", "muted")
        self._card.body.addWidget(self._text)
        self._card.body.addWidget(self._facts)
        self._card.body.addStretch(1)
        self.column.addWidget(self.search)
        self.add_sides(self.tree, self._card, (3, 2))
        self.search.searched.connect(self._filter)
        self.tree.itemSelectionChanged.connect(self._show)
        self.tree.itemActivated.connect(self.accept)
        self._show()

    def chosen(self) -> tuple[Commitment, ...]:
        """The wordings selected, in the order of the tree."""
        return tuple(
            item.data(0, _COMMITMENT)
            for place in range(self.tree.topLevelItemCount())
            for item in _children(self.tree.topLevelItem(place))
            if item.isSelected() and not item.isHidden()
        )

    def _filter(self, wanted: str) -> None:
        for place in range(self.tree.topLevelItemCount()):
            topic = self.tree.topLevelItem(place)
            if topic is None:
                continue
            shown = False
            for item in _children(topic):
                found = fits(wanted, f"{topic.text(0)} {item.text(0)}")
                item.setHidden(not found)
                shown = shown or found
            topic.setHidden(not shown)

    def _show(self) -> None:
        chosen = self.chosen()
        self.take.setEnabled(bool(chosen))
        if len(chosen) == 1:
            one = chosen[0]
            self._text.setText(one.text)
            facts = [
                OBLIGATIONS[one.obligation],
                self.tr("precision {precision}").format(
                    precision=PRECISIONS[one.precision].lower()
                ),
                self.tr("enforcement: {words}").format(words=ENFORCEMENTS[one.enforcement].lower()),
            ]
            if one.preference_depends:
                facts.append(self.tr("a breach costs the preference"))
            self._facts.setText(" · ".join(facts))
        elif chosen:
            self._text.setText(self.tr("{count} wordings selected").format(count=len(chosen)))
            self._facts.setText("")
        else:
            self._text.setText(self.tr("Select one or more wordings."))
            self._facts.setText("")


def _children(item: QTreeWidgetItem | None) -> list[QTreeWidgetItem]:
    places = range(item.childCount()) if item is not None else ()
    found = (item.child(place) for place in places if item is not None)
    return [child for child in found if child is not None]
