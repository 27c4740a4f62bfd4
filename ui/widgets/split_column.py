"""The mark of products whose trade is an equal part of that of a wider product."""

from PySide6.QtCore import QCoreApplication

from ui.models.frame_model import Column

SPLIT_MARK = "≈"


def split_column() -> Column:
    """A narrow column with the mark; its tip says what it means."""
    return Column(
        "equal_split",
        SPLIT_MARK,
        lambda value: SPLIT_MARK if value else "",
        tip=QCoreApplication.translate(
            "SplitColumn", "Trade split equally between the successors of a wider product"
        ),
        full=lambda value: split_tip(SPLIT_MARK if value else ""),
        width=44,
    )


def marked(name: str, split: bool) -> str:
    """A name, with the mark where its trade is such a part."""
    return f"{name} {SPLIT_MARK}" if split else name


def split_tip(name: object) -> str:
    """The tip of a name: what the mark means where it ends with one."""
    from workbench.analysis.trade_effects_view import SPLIT_NOTE

    text = str(name)
    return f"{text} {SPLIT_NOTE}" if text.endswith(SPLIT_MARK) else text
