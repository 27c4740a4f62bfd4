"""Every shipped file loads, says nothing wrong, and is written back byte for byte."""

from pathlib import Path

import pytest

from workbench.definitions.fields import (
    COMMITMENT_TEXTS,
    NAMED_BILLS,
    NAMED_RULE,
    PARTNER_SET,
    PRODUCT_LIST,
    RULES_IN_FORCE,
)
from workbench.definitions.folders import SHIPPED, is_name
from workbench.definitions.reader import (
    check_file,
    read_agreement,
    read_commitment_texts,
    read_named_bills,
    read_named_rule,
    read_partner_set,
    read_product_list,
    read_rules_in_force,
)
from workbench.definitions.writer import record_text, write_text

# Reference cases and term-sheet templates are in forms of their own, and read where the engine
# and the term sheets are tested.
OTHER_FORMS = {"reference-cases", "templates"}
FILES = sorted(
    p for p in SHIPPED.rglob("*.yaml") if p.relative_to(SHIPPED).parts[0] not in OTHER_FORMS
)


def text_again(path: Path) -> str:
    match path.parent.name:
        case "product-lists":
            return record_text(PRODUCT_LIST, read_product_list(path))
        case "partner-sets":
            return record_text(PARTNER_SET, read_partner_set(path))
        case "commitments":
            return record_text(COMMITMENT_TEXTS, read_commitment_texts(path))
        case "bills-of-inputs":
            return record_text(NAMED_BILLS, read_named_bills(path))
        case "in-force":
            return record_text(RULES_IN_FORCE, read_rules_in_force(path))
        case "origin-rules":
            return record_text(NAMED_RULE, read_named_rule(path))
        case _:
            return write_text(read_agreement(path))


def test_something_ships() -> None:
    folders = {path.parent.name for path in FILES}
    assert folders >= {"definitions", "product-lists", "partner-sets", "origin-rules"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_file_is_right_and_written_back_the_same(path: Path) -> None:
    assert is_name(path.stem)
    assert check_file(path) == []
    assert text_again(path).encode() == path.read_bytes()
