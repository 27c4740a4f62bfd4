"""A view whose figures show how they changed since the pinned baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from ui.document import AgreementDocument
from ui.figures import Figures
from ui.widgets.analysis_view import AnalysisView, alike
from workbench.progress import Progress

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from workbench.analysis.results import Evaluation


@dataclass(frozen=True, eq=False)
class Answered:
    """An answer, the evaluation it is of, and what else was asked for."""

    evaluation: Evaluation
    question: object
    answer: object


class PinnedView(AnalysisView):
    """Asks the same of the newest evaluation and of the pinned one, which is worked out once."""

    def __init__(
        self,
        document: AgreementDocument,
        figures: Figures,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(document, figures, name, parent)
        self._held: tuple[Answered, ...] = ()
        self._wanted: tuple[object, Evaluation | None] = (None, None)

    # What each view adds

    def question(self) -> object:
        """What the fields of the view ask for beside the text; another question differs by ==."""
        return None

    def answer_of(self, evaluation: Evaluation, question: object, progress: Progress) -> object:
        """The answer; runs on a worker thread and must not touch widgets."""
        return evaluation

    def show_both(self, answer: object, before: object | None) -> None:
        """Redraw from an answer and that of the pinned baseline, None where it is the same."""

    # When it is worked out

    def start(self) -> None:
        """Note what is asked, here where widgets may be read, and work it out."""
        self._wanted = self.question(), self.figures.pinned
        super().start()

    def show_figures(self) -> None:
        """Work out again for newer figures, or another baseline."""
        super().show_figures()
        pinned, known = self.figures.pinned, self._held[-1:]
        if self._of is None or not self.isVisible() or pinned is None or not known:
            return
        if not alike(known[0].evaluation, pinned):
            self._pause.start()

    def work(self, evaluation: Evaluation, progress: Progress) -> object:
        """The answer, and last that of the pinned baseline."""
        question, pinned = self._wanted
        answered = [self._answered(evaluation, question, progress)]
        if pinned is not None and not alike(pinned, evaluation):
            answered.append(self._answered(pinned, question, progress))
        return tuple(answered)

    def _answered(self, evaluation: Evaluation, question: object, progress: Progress) -> Answered:
        for held in self._held:
            if held.question == question and alike(held.evaluation, evaluation):
                return held
        return Answered(evaluation, question, self.answer_of(evaluation, question, progress))

    def show_answer(self, answer: object) -> None:
        """Redraw from what the worker found."""
        self._held = cast("tuple[Answered, ...]", answer)
        before = self._held[1].answer if len(self._held) > 1 else None
        self.show_both(self._held[0].answer, before)
        asked, pinned = self._wanted[1], self.figures.pinned
        if pinned is not None and (asked is None or not alike(asked, pinned)):
            self._pause.start()  # pinned while this was worked out
