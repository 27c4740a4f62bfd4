"""A large agreement is drafted: every edit can be taken back, and nothing is ever lost."""

import importlib.util
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from ui.document import AgreementDocument
from workbench.definitions.reader import parse_opened
from workbench.definitions.writer import write_text
from workbench.model.agreement import Agreement, Suppressed
from workbench.model.commitments import Obligation, Position, Stance
from workbench.model.economies import Partner, Role, Standing
from workbench.model.nomenclature import HSRange
from workbench.model.option_edits import with_base_promoted, with_new_option, with_option
from workbench.model.origin import AnyGood, RegionalValueContent, RvcMethod

EDITS = 500
SEED = 7
LINES = [f"{chapter}{number:04d}" for chapter in ("26", "28", "81", "85") for number in range(150)]

Change = Callable[[Agreement], Agreement]


def _large() -> ModuleType:
    path = Path(__file__).parents[1] / "benchmarks" / "large_agreement.py"
    spec = importlib.util.spec_from_file_location("large_agreement", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def agreement() -> Agreement:
    made: Agreement = _large().large_agreement(LINES)
    return made


def _random_edit(draw: random.Random) -> tuple[Change, bool]:
    """An edit, and whether it is of the whole agreement whatever is shown."""
    share, number = draw.choice((0.3, 0.45, 0.6)), draw.randrange(20)
    code = draw.choice(("CHL", "JPN", "MEX", "VNM"))
    item = HSRange(line := draw.choice(LINES), line)
    rule = RegionalValueContent(RvcMethod.BUILD_UP, share)

    def commitment(agreement: Agreement) -> Agreement:
        place = number % max(len(agreement.commitments), 1)
        if not agreement.commitments:
            return agreement
        old = agreement.commitments[place]
        position = Position(code, draw.choice(list(Stance)))
        return agreement.with_commitment(
            place, replace(old, obligation=Obligation.MAY, positions=(position,), text=f"{share}")
        )

    def product_rule(agreement: Agreement) -> Agreement:
        rules = agreement.origin.product_rules
        place = number % max(len(rules), 1)
        if not rules:
            return agreement
        return agreement.with_product_rule(
            place, draw.choice((None, replace(rules[place], rule=rule)))
        )

    def option(agreement: Agreement) -> Agreement:
        names = [o.name for o in agreement.options]
        if len(names) < 2:
            return with_new_option(agreement)
        if len(names) > 5:
            return with_option(agreement, names[0], None)
        act = draw.choice(("copy", "promote", "title"))
        name = draw.choice(names)
        if act == "copy":
            return with_new_option(agreement, "copied", name)
        if act == "promote":
            return with_base_promoted(agreement, name, "before")
        return with_option(agreement, name, replace(agreement.option(name), title=str(share)))

    edits: list[tuple[Change, bool]] = [
        (lambda a: a.with_partner(Partner(code, Role.PRODUCER, Standing.OBSERVER)), False),
        (lambda a: a.without_partner(code), False),
        (lambda a: a.with_covered(number % 4, item), False),
        (lambda a: a.without_covered(item), False),
        (lambda a: a.with_default_rule(draw.choice((rule, AnyGood()))), False),
        (lambda a: a.with_parameter("premium", share), False),
        (lambda a: replace(a, title=f"Draft {number}"), False),
        (lambda a: a.with_suppressed(Suppressed("no-review", str(number), "agreed")), False),
        (commitment, False),
        (product_rule, False),
        (option, True),
    ]
    return draw.choice(edits)


def test_undo_and_redo_of_500_random_edits_give_the_identical_file(
    qapp: object, agreement: Agreement
) -> None:
    draw = random.Random(SEED)
    document = AgreementDocument()
    document.start_from(agreement)
    texts = [write_text(document.base)]
    while document.undo_stack.count() < EDITS:
        if draw.random() < 0.1:
            names = [None, *(option.name for option in document.base.options)]
            document.choose_option(draw.choice(names))
        change, whole = _random_edit(draw)
        done = document.undo_stack.count()
        (document.edit_whole if whole else document.edit)("Edit", change)
        if document.undo_stack.count() > done and len(texts) % 50 == 0:
            texts.append(write_text(document.base))
        elif document.undo_stack.count() > done:
            texts.append("")
    assert len(texts) == EDITS + 1
    last = write_text(document.base)
    for number in range(EDITS, 0, -1):
        if texts[number]:
            assert write_text(document.base) == texts[number]
        document.undo_stack.undo()
    assert write_text(document.base) == texts[0]
    assert document.base == agreement
    for _ in range(EDITS):
        document.undo_stack.redo()
    assert write_text(document.base) == last
    assert parse_opened(last, "draft") == document.base


def test_the_agreement_is_large(agreement: Agreement) -> None:
    assert len(agreement.commitments) == 40
    assert len(agreement.partners) == 14
    assert len(agreement.options) == 3
    assert sum(len(entry.products) for entry in agreement.coverage.entries) == 600
