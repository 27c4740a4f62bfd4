"""The agreement being edited: its value, its undo stack, its file."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from workbench.errors import WorkbenchError
from workbench.model.agreement import Agreement, Edit, Suppressed
from workbench.model.option_edits import with_option_text

if TYPE_CHECKING:
    from workbench.definitions.history import History
    from workbench.model.red_lines import RedLine


log = logging.getLogger(__name__)


class EditAgreement(QUndoCommand):
    """One edit, kept as the whole agreement before and after, and the option it was made in."""

    def __init__(
        self, document: "AgreementDocument", text: str, after: Agreement, merge_key: str
    ) -> None:
        super().__init__(text)
        self._document = document
        self._option = document.option
        self._before = document.base
        self._after = after
        self._merge_key = merge_key

    def id(self) -> int:
        """Commands with the same merge key are merged; -1 never is."""
        return hash(self._merge_key) & 0x7FFFFFFF if self._merge_key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Keep the first value before and take the last value after."""
        if not isinstance(other, EditAgreement) or (
            (other._merge_key, other._option) != (self._merge_key, self._option)
        ):
            return False
        self._after = other._after
        return True

    def redo(self) -> None:
        """Show the value after the edit."""
        self._document.show(self._after, self._option)

    def undo(self) -> None:
        """Show the value before the edit."""
        self._document.show(self._before, self._option)


class AgreementDocument(QObject):
    """Owns the agreement; every edit goes through `edit`.

    Pages show and edit `agreement`: the base text, or that of the option chosen. An edit made
    while an option is shown goes into that option; `base` is the whole of what is saved.

    Signals:
        changed: the agreement has another value, or another option is shown.
        option_changed: another option is shown, or the base text again.
        opened: another agreement altogether, from a file or a template.
        saved: the file now holds the agreement.
        dirty_changed: whether there are unsaved changes.
    """

    changed = Signal()
    option_changed = Signal()
    opened = Signal()
    saved = Signal()
    dirty_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.base = Agreement(title=self.tr("Untitled agreement"))
        self.agreement = self.base
        self.option: str | None = None
        self.path: Path | None = None
        self.history_folder: Path | None = None
        self.red_lines: tuple[RedLine, ...] = ()
        self.library: Path | None = None
        self._sha: str | None = None
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self._tell_dirty)

    @property
    def dirty(self) -> bool:
        """Whether there are changes that are not saved."""
        return not self.undo_stack.isClean()

    def edit(self, text: str, change: Edit, merge_key: str = "") -> None:
        """Change the text shown as one undoable step; nothing happens where nothing changes.

        Args:
            text: what the step is called in the Edit menu.
            change: takes the agreement shown and gives the changed one.
            merge_key: steps of one key in a row count as one, such as typing.
        """
        after = change(self.agreement)
        if after == self.agreement:
            return
        whole = after if self.option is None else with_option_text(self.base, self.option, after)
        self.undo_stack.push(EditAgreement(self, text, whole, merge_key))

    def edit_whole(self, text: str, change: Edit, merge_key: str = "") -> None:
        """Change the whole agreement with its options, whichever is shown; see `edit`."""
        after = change(self.base)
        if after != self.base:
            self.undo_stack.push(EditAgreement(self, text, after, merge_key))

    def set_aside(self, finding: str, about: str, reason: str) -> None:
        """Keep in the file that a finding was looked at and does not count."""
        aside = Suppressed(finding, about, reason)
        self.edit_whole(self.tr("Set a finding aside"), lambda a: a.with_suppressed(aside))

    def take_up(self, finding: str, about: str) -> None:
        """Let a finding count again."""
        self.edit_whole(
            self.tr("Take a finding up again"), lambda a: a.without_suppressed(finding, about)
        )

    def choose_option(self, name: str | None) -> None:
        """Show the text of an option, or of the base (None), to read and edit."""
        if name != self.option:
            self.show(self.base, name)

    def show(self, base: Agreement, option: str | None) -> None:
        """Take a value as the current one; edits go through `edit` instead."""
        known = option is not None and any(o.name == option for o in base.options)
        before, self.option = self.option, option if known else None
        self.base = base
        self.agreement = base.with_option(option) if known and option is not None else base
        if self.option != before:
            self.option_changed.emit()
        self.changed.emit()

    def open(self, path: Path) -> None:
        """Read an agreement from a file.

        Raises:
            DefinitionError: the file is not an agreement, or the red lines beside it cannot be
                read; the document stays as it was.
        """
        from workbench.definitions.reader import open_agreement
        from workbench.definitions.red_lines import read_red_lines

        opened = open_agreement(path, self.library)
        lines = read_red_lines(path)
        self._start(opened.agreement, path, lines)
        self._sha = opened.sha256

    def start_from(self, agreement: Agreement) -> None:
        """Start a new, unsaved document from a template."""
        self._start(agreement, None)

    def history(self) -> "History | None":
        """Earlier saved states of the file; None for one never saved, or where none are kept."""
        from workbench.definitions.history import History

        if self.path is None or self.history_folder is None:
            return None
        return History(self.history_folder, self.path)

    def save(self, path: Path | None = None, note: str = "") -> None:
        """Write the agreement to its file, or to another one.

        Args:
            path: another file; None is its own.
            note: what the saved state is, for the history.

        Raises:
            DefinitionError: it could not be written, or changed on disk since it was opened.
        """
        from workbench.definitions.writer import save

        target = path or self.path
        if target is None:
            raise ValueError("a new document needs a path")
        before = _text_of(target)
        self._sha = save(self.base, target, self._sha if target == self.path else None)
        if target != self.path and self.red_lines:
            self._keep_red_lines(target)
        self.path = target
        self._remember(before, note)
        self.undo_stack.setClean()
        self.saved.emit()

    def set_red_lines(self, lines: "tuple[RedLine, ...]") -> None:
        """Draw red lines anew; they are kept at once in a private file beside the agreement's.

        Why not through `edit`: they are no part of the agreement, and saving it never writes
        them into its file.

        Raises:
            DefinitionError: they cannot be written; those drawn before stay.
        """
        before, self.red_lines = self.red_lines, lines
        try:
            if self.path is not None:
                self._keep_red_lines(self.path)
        except WorkbenchError:
            self.red_lines = before
            raise
        self.changed.emit()

    def _keep_red_lines(self, path: Path) -> None:
        from workbench.definitions.red_lines import write_red_lines

        write_red_lines(path, self.red_lines)

    def _remember(self, before: str, note: str) -> None:
        """Keep what was saved, and what was in the file before if nothing is kept yet."""
        from workbench.definitions.writer import write_text

        history = self.history()
        if history is None:
            return
        try:
            if before and not history.states():
                history.add(before)
            history.add(write_text(self.base), note)
        except OSError as error:
            # The file itself is saved; a history that cannot be kept must not get in the way.
            log.warning("history not kept: %s", error)

    def _start(
        self, agreement: Agreement, path: Path | None, lines: "tuple[RedLine, ...]" = ()
    ) -> None:
        self.undo_stack.clear()
        self.red_lines = lines
        self.path, self._sha = path, None
        self.opened.emit()
        self.show(agreement, None)

    def _tell_dirty(self, clean: bool) -> None:
        self.dirty_changed.emit(not clean)


def _text_of(path: Path) -> str:
    """What is in a file; "" where there is none that can be read."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
