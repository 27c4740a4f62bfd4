"""The only place that opens message boxes and file dialogs; tests swap these functions."""

from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QWidget


class SaveChoice(Enum):
    """What to do with changes that are not saved."""

    SAVE = auto()
    DISCARD = auto()
    CANCEL = auto()


def _tr(text: str) -> str:
    return QCoreApplication.translate("messages", text)


def _box(
    parent: QWidget | None, icon: QMessageBox.Icon, sentence: str, detail: str, name: str
) -> QMessageBox:
    box = QMessageBox(parent)
    box.setObjectName(name)
    box.setWindowTitle(_tr("Pactwright"))
    box.setIcon(icon)
    box.setText(sentence)
    if detail:
        box.setInformativeText(detail)
    return box


def show_error(parent: QWidget | None, sentence: str, detail: str = "") -> None:
    """Say what went wrong and what to do about it.

    Args:
        parent: the window it belongs to.
        sentence: what is wrong, where, and what to do.
        detail: more for those who want it, such as the text of an exception.
    """
    box = _box(parent, QMessageBox.Icon.Critical, sentence, "", "errorMessage")
    if detail:
        box.setDetailedText(detail)
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    box.exec()
    box.deleteLater()


def inform(parent: QWidget | None, sentence: str, detail: str = "") -> None:
    """Tell something that needs no decision."""
    box = _box(parent, QMessageBox.Icon.Information, sentence, detail, "information")
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    box.exec()
    box.deleteLater()


def ask_save(parent: QWidget | None, title: str) -> SaveChoice:
    """Ask what to do with the unsaved changes of a document."""
    buttons = QMessageBox.StandardButton
    box = _box(
        parent,
        QMessageBox.Icon.Question,
        _tr("Save the changes to “{title}”?").format(title=title),
        _tr("They are lost if you do not save them."),
        "saveQuestion",
    )
    box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
    box.setDefaultButton(buttons.Save)
    box.setEscapeButton(buttons.Cancel)
    pressed = box.exec()
    box.deleteLater()
    if pressed == buttons.Save:
        return SaveChoice.SAVE
    return SaveChoice.DISCARD if pressed == buttons.Discard else SaveChoice.CANCEL


def confirm(parent: QWidget | None, question: str, action: str, detail: str = "") -> bool:
    """Ask before something that cannot be undone.

    Args:
        parent: the window it belongs to.
        question: what would happen, as a question.
        action: word on the button that does it, such as "Delete"; Cancel is the other.
        detail: what the consequences are.
    """
    box = _box(parent, QMessageBox.Icon.Question, question, detail, "confirmation")
    yes = box.addButton(action, QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(cancel)
    box.exec()
    pressed = box.clickedButton() is yes
    box.deleteLater()
    return pressed


def ask_line(parent: QWidget | None, question: str, hint: str = "") -> str | None:
    """Ask for a line of words; None if the user changes their mind."""
    dialog = QInputDialog(parent)
    dialog.setObjectName("lineQuestion")
    dialog.setWindowTitle(_tr("Pactwright"))
    dialog.setLabelText(question)
    dialog.setTextValue(hint)
    dialog.resize(460, dialog.sizeHint().height())
    accepted = dialog.exec() == QInputDialog.DialogCode.Accepted
    text = dialog.textValue().strip() if accepted else None
    dialog.deleteLater()
    return text


def open_file(parent: QWidget | None, title: str, folder: Path, filters: str) -> Path | None:
    """Let the user pick a file to read; None if they change their mind."""
    name, _ = QFileDialog.getOpenFileName(parent, title, str(folder), filters)
    return Path(name) if name else None


def open_files(parent: QWidget | None, title: str, folder: Path, filters: str) -> list[Path]:
    """Let the user pick files to read; empty if they change their mind."""
    names, _ = QFileDialog.getOpenFileNames(parent, title, str(folder), filters)
    return [Path(name) for name in names]


def choose_folder(parent: QWidget | None, title: str, folder: Path) -> Path | None:
    """Let the user pick a folder; None if they change their mind."""
    name = QFileDialog.getExistingDirectory(parent, title, str(folder))
    return Path(name) if name else None


def save_file(parent: QWidget | None, title: str, suggestion: Path, filters: str) -> Path | None:
    """Let the user pick where to write; None if they change their mind.

    A name without an ending gets the one of the filter chosen, such as ".csv".
    """
    name, chosen = QFileDialog.getSaveFileName(parent, title, str(suggestion), filters)
    if not name:
        return None
    path = Path(name)
    if not path.suffix and "*." in chosen:
        ending = chosen.split("*.", 1)[1].split(")")[0].split()[0]
        path = path.with_name(f"{path.name}.{ending}")
        if path.exists() and not confirm(
            parent,
            _tr("{name} is there already. Write over it?").format(name=path.name),
            _tr("Write over"),
        ):
            return None
    return path
