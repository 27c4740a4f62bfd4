"""Start-up: the window first, everything heavy afterwards."""

import gc
import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication

from ui import icons, messages, theme
from ui.autosave import Autosave, history_folder, leftovers, recovery_folder, remove
from ui.main_window import MainWindow
from ui.settings import AUTOSAVE_SECONDS, ORGANISATION, THEME, Settings, WindowState
from ui.theme import Scheme

log = logging.getLogger(__name__)


def run(path: Path | None) -> int:
    """Open the window on a file, or on the agreement shipped first; returns the exit status."""
    app = start(sys.argv)
    settings = Settings()
    window = MainWindow(settings, WindowState())
    window.document.history_folder = history_folder()
    autosave = Autosave(window.document, recovery_folder(), settings.get(AUTOSAVE_SECONDS))
    app.aboutToQuit.connect(autosave.close)
    sys.excepthook = _Hook(window)
    steady = SteadyMemory(window)
    window.figures.evaluated.connect(steady.keep)
    window.show()
    opener = _Opener(window, path)
    QTimer.singleShot(0, opener.open)
    return app.exec()


def start(arguments: list[str]) -> QApplication:
    """The application in its look, without a window."""
    QCoreApplication.setOrganizationName(ORGANISATION)
    QCoreApplication.setApplicationName(ORGANISATION)
    app = QApplication(arguments)
    app.setDesktopFileName("pactwright")
    theme.apply(app, Scheme(Settings().get(THEME)))
    app.setWindowIcon(icons.icon("handshake", theme.current().color("accent")))
    return app


class SteadyMemory:
    """Keeps what stays for good out of sight of the collector of cyclic garbage.

    Why: a full collection looks at every object there is, most of them of imported modules, and
    the window does not answer meanwhile. Pages bring modules with them, so it is done again
    after each new one; never at every edit, or garbage would stay for good too.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._pages = 0

    def keep(self) -> None:
        """Once there are all figures, and a page that was not there the last time."""
        result, pages = self._window.figures.result, len(self._window.pages)
        if result is not None and result.complete and pages != self._pages:
            self._pages = pages
            gc.freeze()


class _Opener:
    """Opens the first document once the window is on screen."""

    def __init__(self, window: MainWindow, path: Path | None) -> None:
        self._window = window
        self._path = path

    def open(self) -> None:
        from workbench.definitions.library import first_agreement

        if self._recovered():
            return
        if self._path is None or not self._window.open_path(self._path):
            self._window.open_template(first_agreement())

    def _recovered(self) -> bool:
        """Offer what an earlier run could not save; True if it is on screen now."""
        for left in leftovers(recovery_folder()):
            question = QCoreApplication.translate(
                "app", "Recover the unsaved changes to “{title}”?"
            ).format(title=left.agreement.title)
            detail = QCoreApplication.translate(
                "app", "The program ended before they were saved. They are lost if you do not."
            )
            word = QCoreApplication.translate("app", "Recover")
            wanted = messages.confirm(self._window, question, word, detail)
            if wanted:
                self._window.recover(left.agreement, left.path)
            remove(left.copy)
            if wanted:
                return True
        return False


class _Hook:
    """A bug: logged, and said once in a sentence; the window stays."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def __call__(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QCoreApplication.quit()
            return
        detail = "".join(traceback.format_exception(kind, error, trace))
        log.error("%s", detail)
        messages.show_error(
            self._window,
            QCoreApplication.translate(
                "app",
                "Something went wrong in the program itself. Your agreement is still here: save "
                "it, then go on.",
            ),
            detail,
        )
