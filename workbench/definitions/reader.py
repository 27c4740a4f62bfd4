"""Strict reading: every mistake of a file in one go, each with its line and what to do.

Two sorts of mistake are told apart. A value that is none (a wrong code, key or type) leaves
nothing to work with, and the file is refused. Parts that do not fit each other (a staging
category that is not defined) leave an agreement that can be opened and mended: `open_agreement`
gives it with its problems, `read_agreement` refuses it too.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.definitions import checks, nodes
from workbench.definitions.conversion import Converter, convert_file
from workbench.definitions.fields import (
    AGREEMENT,
    COMMITMENT_TEXTS,
    NAMED_BILLS,
    NAMED_RULE,
    PARTNER_SET,
    PRODUCT_LIST,
    RULE,
    RULES_IN_FORCE,
    CommitmentTexts,
    NamedBills,
    NamedRule,
    Part,
    PartnerSet,
    ProductList,
    Record,
    RulesInForce,
)
from workbench.definitions.folders import SHIPPED, Shelf
from workbench.errors import DefinitionError, Problem
from workbench.model.agreement import Agreement
from workbench.model.origin import Rule

_RECORDS = {
    Shelf.DEFINITIONS: AGREEMENT,
    Shelf.PRODUCT_LISTS: PRODUCT_LIST,
    Shelf.PARTNER_SETS: PARTNER_SET,
    Shelf.ORIGIN_RULES: NAMED_RULE,
    Shelf.COMMITMENTS: COMMITMENT_TEXTS,
    Shelf.BILLS_OF_INPUTS: NAMED_BILLS,
    Shelf.RULES_IN_FORCE: RULES_IN_FORCE,
}


@dataclass(frozen=True, slots=True)
class OpenedAgreement:
    """An agreement as opened, what does not fit in it, and the hash of the bytes it came from."""

    agreement: Agreement
    problems: tuple[Problem, ...]
    sha256: str


def read_agreement(path: Path, user_folder: Path | None = None) -> Agreement:
    """Read an agreement that has to be right in every part.

    Raises:
        DefinitionError: the file cannot be read, or anything in it is wrong.
    """
    converter, value, _ = convert_file(path, AGREEMENT, user_folder)
    agreement: Agreement = _strict(converter, value)
    return agreement


def open_agreement(path: Path, user_folder: Path | None = None) -> OpenedAgreement:
    """Open an agreement to work on; parts that do not fit each other come as problems.

    Raises:
        DefinitionError: the file cannot be read, or a value in it is none.
    """
    converter, value, raw = convert_file(path, AGREEMENT, user_folder)
    if converter.problems:
        raise DefinitionError.of(converter.all_problems())
    return OpenedAgreement(value, converter.all_problems(), hashlib.sha256(raw).hexdigest())


def parse_agreement(text: str, name: str, roots: Sequence[Path] = (SHIPPED,)) -> Agreement:
    """Read the text of an agreement; `name` is what messages call it.

    Raises:
        DefinitionError: anything in it is wrong.
    """
    converter = Converter(name, roots)
    agreement: Agreement = _strict(
        converter, converter.file(AGREEMENT, nodes.yaml_nodes(text, name))
    )
    return agreement


def parse_opened(text: str, name: str, roots: Sequence[Path] = (SHIPPED,)) -> Agreement:
    """Read the text of an agreement to work on; parts that do not fit each other may stay so.

    Raises:
        DefinitionError: the text is no agreement, or a value in it is none.
    """
    converter = Converter(name, roots)
    agreement: Agreement = converter.file(AGREEMENT, nodes.yaml_nodes(text, name))
    if converter.problems:
        raise DefinitionError.of(converter.all_problems())
    return agreement


def read_product_list(path: Path) -> ProductList:
    """Read a shared product list.

    Raises:
        DefinitionError: anything in it is wrong.
    """
    converter, value, _ = convert_file(path, PRODUCT_LIST, None)
    products: ProductList = _strict(converter, value)
    return products


def read_partner_set(path: Path) -> PartnerSet:
    """Read a named partner set.

    Raises:
        DefinitionError: anything in it is wrong.
    """
    converter, value, _ = convert_file(path, PARTNER_SET, None)
    partners: PartnerSet = _strict(converter, value)
    return partners


def read_commitment_texts(path: Path) -> CommitmentTexts:
    """Read wordings of the commitment library.

    Raises:
        DefinitionError: anything in it is wrong.
    """
    converter, value, _ = convert_file(path, COMMITMENT_TEXTS, None)
    texts: CommitmentTexts = _strict(converter, value)
    return texts


def read_named_bills(path: Path) -> NamedBills:
    """Read bills of inputs of the library.

    Raises:
        DefinitionError: anything in it is wrong.
    """
    converter, value, _ = convert_file(path, NAMED_BILLS, None)
    bills: NamedBills = _strict(converter, value)
    return bills


def read_named_rule(path: Path) -> NamedRule:
    """Read a rule of the origin-rule library.

    Raises:
        DefinitionError: anything in it is wrong.
    """
    converter, value, _ = convert_file(path, NAMED_RULE, None)
    rule: NamedRule = _strict(converter, value)
    return rule


def read_rules_in_force(path: Path) -> RulesInForce:
    """Read the rules of origin of an agreement in force.

    Raises:
        DefinitionError: anything in it is wrong.
    """
    converter, value, _ = convert_file(path, RULES_IN_FORCE, None)
    rules: RulesInForce = _strict(converter, value)
    return rules


def read_rule(text: str, name: str = "rule") -> Rule:
    """Read a rule of origin written in YAML or JSON.

    Raises:
        DefinitionError: anything in it is wrong.
    """
    converter = Converter(name, ())
    rule: Rule = _strict(
        converter, converter.part(RULE, nodes.yaml_nodes(text, name), checks.rule_issues)
    )
    return rule


def read_json(
    record: Record,
    text: str,
    name: str,
    issues: Callable[[Any], Iterable[checks.Issue]],
) -> Any:
    """Read a JSON object by a table of keys; `issues` finds what does not fit in it.

    Raises:
        DefinitionError: anything in it is wrong.
    """
    converter = Converter(name, ())
    return _strict(converter, converter.part(Part(record), nodes.json_nodes(text, name), issues))


def check_file(path: Path, user_folder: Path | None = None) -> list[Problem]:
    """Everything wrong in a file; empty where nothing is.

    The folder says what the file should hold: one of the shared parts on its shelf, or an
    agreement anywhere else.
    """
    try:
        converter, _, _ = convert_file(path, _record_of(path), user_folder)
    except DefinitionError as error:
        return list(error.problems)
    return list(converter.all_problems())


def holds_agreement(path: Path) -> bool:
    """Whether a file should hold an agreement, going by its folder."""
    return _record_of(path) is AGREEMENT


def _record_of(path: Path) -> Record:
    folders = {Path(shelf).name: record for shelf, record in _RECORDS.items()}
    return folders.get(path.resolve().parent.name, AGREEMENT)


def _strict(converter: Converter, value: Any) -> Any:
    if problems := converter.all_problems():
        raise DefinitionError.of(problems)
    return value
