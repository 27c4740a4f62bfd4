"""The agreement being edited: its value, its undo stack, its file."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from workbench.model.agreement import Agreement, Edit


class EditAgreement(QUndoCommand):
    """One edit, kept as the value before and after."""

    def __init__(
        self, document: "AgreementDocument", text: str, after: Agreement, merge_key: str
    ) -> None:
        super().__init__(text)
        self._document = document
        self._before = document.agreement
        self._after = after
        self._merge_key = merge_key

    def id(self) -> int:
        """Commands with the same merge key are merged; -1 never is."""
        return hash(self._merge_key) & 0x7FFFFFFF if self._merge_key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Keep the first value before and take the last value after."""
        if not isinstance(other, EditAgreement) or other._merge_key != self._merge_key:
            return False
        self._after = other._after
        return True

    def redo(self) -> None:
        """Show the value after the edit."""
        self._document.show(self._after)

    def undo(self) -> None:
        """Show the value before the edit."""
        self._document.show(self._before)


class AgreementDocument(QObject):
    """Owns the agreement; every edit goes through `edit`.

    Signals:
        changed: the agreement has another value.
        opened: another agreement altogether, from a file or a template.
        saved: the file now holds the agreement.
        dirty_changed: whether there are unsaved changes.
    """

    changed = Signal()
    opened = Signal()
    saved = Signal()
    dirty_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.agreement = Agreement(title=self.tr("Untitled agreement"))
        self.path: Path | None = None
        self._sha: str | None = None
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self._tell_dirty)

    @property
    def dirty(self) -> bool:
        """Whether there are changes that are not saved."""
        return not self.undo_stack.isClean()

    def edit(self, text: str, change: Edit, merge_key: str = "") -> None:
        """Change the agreement as one undoable step; nothing happens where nothing changes.

        Args:
            text: what the step is called in the Edit menu.
            change: takes the agreement and gives the changed one.
            merge_key: steps of one key in a row count as one, such as typing.
        """
        after = change(self.agreement)
        if after != self.agreement:
            self.undo_stack.push(EditAgreement(self, text, after, merge_key))

    def show(self, agreement: Agreement) -> None:
        """Take a value as the current one; for undo commands only."""
        self.agreement = agreement
        self.changed.emit()

    def open(self, path: Path) -> None:
        """Read an agreement from a file.

        Raises:
            DefinitionError: the file is not an agreement; the document stays as it was.
        """
        from workbench.definitions.reader import open_agreement

        opened = open_agreement(path)
        self._start(opened.agreement, path)
        self._sha = opened.sha256

    def start_from(self, agreement: Agreement) -> None:
        """Start a new, unsaved document from a template."""
        self._start(agreement, None)

    def save(self, path: Path | None = None) -> None:
        """Write the agreement to its file, or to another one.

        Raises:
            DefinitionError: it could not be written, or changed on disk since it was opened.
        """
        from workbench.definitions.writer import save

        target = path or self.path
        if target is None:
            raise ValueError("a new document needs a path")
        self._sha = save(self.agreement, target, self._sha if target == self.path else None)
        self.path = target
        self.undo_stack.setClean()
        self.saved.emit()

    def _start(self, agreement: Agreement, path: Path | None) -> None:
        self.undo_stack.clear()
        self.path, self._sha = path, None
        self.agreement = agreement
        self.opened.emit()
        self.changed.emit()

    def _tell_dirty(self, clean: bool) -> None:
        self.dirty_changed.emit(not clean)
