"""The mark of products whose trade is an equal part of that of a wider product."""

from PySide6.QtCore import QCoreApplication

from ui.models.frame_model import Column

SPLIT_MARK = "≈"


def split_column() -> Column:
    """A narrow column with the mark; its tip says what it means."""

    def full(value: object) -> str:
        from workbench.analysis.trade_effects_view import SPLIT_NOTE

        return SPLIT_NOTE if value else ""

    return Column(
        "equal_split",
        SPLIT_MARK,
        lambda value: SPLIT_MARK if value else "",
        tip=QCoreApplication.translate(
            "SplitColumn", "Trade split equally between the successors of a wider product"
        ),
        full=full,
        width=44,
    )
