"""Where named parts lie: the folders that ship with the program, and the user's own.

A name never leads out of its folder.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[2] / "agreements"
"""The shipped folder: beside the packages in the source tree and once installed."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Shelf(StrEnum):
    """The folders of named parts."""

    DEFINITIONS = "definitions"
    PRODUCT_LISTS = "product-lists"
    PARTNER_SETS = "partner-sets"
    ORIGIN_RULES = "origin-rules"
    COMMITMENTS = "commitments"
    BILLS_OF_INPUTS = "bills-of-inputs"
    RULES_IN_FORCE = "origin-rules/in-force"


def is_name(text: str) -> bool:
    """Whether a name is one a part may have: small letters, digits and single hyphens."""
    return _NAME.fullmatch(text) is not None


def named_files(roots: Sequence[Path], shelf: Shelf) -> dict[str, Path]:
    """Name -> file of everything on a shelf; where two roots share a name, the first counts."""
    found: dict[str, Path] = {}
    for root in roots:
        folder = root / shelf
        if not folder.is_dir():
            continue
        for path in sorted(folder.glob("*.yaml")):
            inside = path.resolve().is_relative_to(folder.resolve())
            if inside and path.is_file() and is_name(path.stem):
                found.setdefault(path.stem, path)
    return dict(sorted(found.items()))
