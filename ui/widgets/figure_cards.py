"""Key figures in rows, each with its change since the pinned baseline."""

from collections.abc import Callable, Sequence
from math import isclose

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from ui import format as fmt
from ui.theme import Tone
from ui.widgets.figure_card import FigureCard

_ROUNDING = 1e-6


class FigureCards(QWidget):
    """Cards of equal width.

    Signals:
        pressed: the name of the figure whose card was pressed.
    """

    pressed = Signal(str)

    def __init__(
        self,
        name: str,
        figures: Sequence[tuple[str, str]],
        across: int = 4,
        parent: QWidget | None = None,
    ) -> None:
        """Make a card for each figure.

        Args:
            name: start of the object names.
            figures: name and title of each.
            across: how many stand in a row.
            parent: widget it is part of.
        """
        super().__init__(parent)
        self.setObjectName(f"{name}Cards")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(12)
        self._cards: dict[str, FigureCard] = {}
        for place, (figure, title) in enumerate(figures):
            card = FigureCard(title, f"{name}-{figure}")
            card.clicked.connect(self._on_card)
            self._cards[figure] = card
            grid.addWidget(card, *divmod(place, across))

    def show_figure(
        self,
        figure: str,
        value: float | None,
        before: float | None,
        text: Callable[[object], str],
        change: Callable[[object], str],
        *,
        note: str = "",
        tip: str = "",
        less_is_better: bool | None = None,
    ) -> None:
        """Show a figure and how it changed.

        Args:
            figure: whose card.
            value: the figure; may be missing.
            before: what it was in the pinned baseline; may be missing, or the same.
            text: the figure in words.
            change: a difference of two in words.
            note: what it is measured against.
            tip: all digits and the formula.
            less_is_better: None where a change is neither good nor bad.
        """
        words, tone = "", Tone.NEUTRAL
        gain = _gain(value, before)
        if gain is not None:
            words = fmt.change_phrase(gain, change)
            if less_is_better is not None:
                tone = Tone.GOOD if (gain < 0) == less_is_better else Tone.WARN
        share = value if text is fmt.percent and not fmt.is_missing(value) else None
        self._cards[figure].set_figure(
            text(value), change=words, note=note, tone=tone, share=share, tip=tip
        )

    def _on_card(self) -> None:
        sender = self.sender()
        for figure, card in self._cards.items():
            if card is sender:
                self.pressed.emit(figure)


def _gain(value: float | None, before: float | None) -> float | None:
    """How much a figure grew; None where it did not change or is not known."""
    if value is None or before is None or fmt.is_missing(value - before):
        return None
    return None if isclose(value, before, rel_tol=_ROUNDING) else value - before
