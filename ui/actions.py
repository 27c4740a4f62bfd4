"""Every action in one table: id, menu, words, shortcut, icon, and the handler's name."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from ui import icons


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One action; `handler` names a method of the main window.

    `text` carries the mnemonic; a menu "" leaves the action out of the menus; "-" as id is a
    separator.
    """

    id: str
    menu: str
    text: str = ""
    shortcut: str = ""
    handler: str = ""
    icon: str = ""


MENUS = (
    ("file", "&File"),
    ("edit", "&Edit"),
    ("view", "&View"),
    ("model", "&Model"),
    ("help", "&Help"),
)

ACTIONS = (
    ActionRow("new", "file", "&New agreement…", "Ctrl+N", "new_from_template", "file-plus"),
    ActionRow("open", "file", "&Open…", "Ctrl+O", "open_file", "folder-open"),
    ActionRow("recent", "file", "Open &recent"),
    ActionRow("-", "file"),
    ActionRow("save", "file", "&Save", "Ctrl+S", "save", "save"),
    ActionRow("save_as", "file", "Save &as…", "Ctrl+Shift+S", "save_as"),
    ActionRow("save_note", "file", "Save with a n&ote…", "Ctrl+Alt+S", "save_with_note"),
    ActionRow("merge", "file", "&Merge another copy…", "", "merge_copy", "git-compare"),
    ActionRow("history", "file", "&History…", "Ctrl+H", "show_history", "history"),
    ActionRow("-", "file"),
    ActionRow("library", "file", "Folder of your own &library…", "", "choose_library"),
    ActionRow("-", "file"),
    ActionRow("quit", "file", "&Quit", "Ctrl+Q", "close"),
    ActionRow("evaluate", "model", "&Evaluate", "F5", "evaluate", "play"),
    ActionRow("cancel", "model", "&Cancel", "Ctrl+.", "cancel", "circle-stop"),
    ActionRow("pin", "model", "&Pin these figures as baseline", "Ctrl+B", "pin", "pin"),
    ActionRow("calibrate", "model", "Cali&bration…", "", "show_calibration", "sliders-horizontal"),
    ActionRow("-", "model"),
    ActionRow("red_lines", "model", "&Red lines…", "Ctrl+Shift+R", "show_red_lines", "shield"),
    ActionRow("database", "model", "&Trade database…", "", "choose_database", "database"),
    ActionRow("starter", "model", "Use the &starter database", "", "use_starter"),
    ActionRow("inspector", "view", "&Inspector", "F9", "toggle_inspector", "panel-right"),
    ActionRow("bottom", "view", "&Findings and tasks", "F8", "toggle_bottom", "panel-bottom"),
    ActionRow("-", "view"),
    ActionRow("light", "view", "&Light colours", "", "use_light"),
    ActionRow("dark", "view", "&Dark colours", "", "use_dark"),
    ActionRow("system", "view", "Colours of the &system", "", "use_system"),
    ActionRow(
        "reference_cases",
        "help",
        "&Reference cases…",
        "",
        "show_reference_cases",
        "list-checks",
    ),
    ActionRow("shortcuts", "help", "&Keyboard shortcuts", "Ctrl+/", "show_shortcuts"),
    ActionRow("about", "help", "&About Pactwright", "", "show_about", "info"),
)


@dataclass(frozen=True, slots=True)
class Actions:
    """What `build` made: actions by id (pages as "page.<name>") and menus by name."""

    by_id: dict[str, QAction]
    menus: dict[str, QMenu]


def build(window: QMainWindow, pages: Iterable[tuple[str, str]]) -> Actions:
    """Make all actions and menus of a window.

    Args:
        window: has the handlers.
        pages: name and title of each page, in order; the first nine get Ctrl+1 to Ctrl+9.
    """
    made: dict[str, QAction] = {}
    menus: dict[str, QMenu] = {}
    for name, title in MENUS:
        menus[name] = window.menuBar().addMenu(_tr(title))
        menus[name].setObjectName(f"{name}Menu")
    for row in ACTIONS:
        if row.id == "-":
            menus[row.menu].addSeparator()
        elif not row.handler:
            menus[row.id] = menus[row.menu].addMenu(_tr(row.text))
            menus[row.id].setObjectName(f"{row.id}Menu")
        else:
            action = QAction(_tr(row.text), window)
            action.setObjectName(row.id)
            if row.shortcut:
                action.setShortcut(QKeySequence(row.shortcut))
            if row.icon:
                icons.set_icon(action, row.icon)
            action.triggered.connect(getattr(window, row.handler))
            menus[row.menu].addAction(action)
            made[row.id] = action
    menus["view"].addSeparator()
    for number, (name, title) in enumerate(pages, start=1):
        action = QAction(title, window)
        action.setObjectName(f"page.{name}")
        if number <= 9:
            action.setShortcut(QKeySequence(f"Ctrl+{number}"))
        menus["view"].addAction(action)
        made[action.objectName()] = action
    return Actions(made, menus)


def _tr(text: str) -> str:
    return QCoreApplication.translate("actions", text)
