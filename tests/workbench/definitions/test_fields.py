"""The table of keys holds every part of the model, once, with its help."""

from collections.abc import Iterator
from dataclasses import fields
from typing import get_args

import pytest

from workbench.definitions.fields import (
    AGREEMENT,
    NAMED_RULE,
    PARTNER_SET,
    PRODUCT_LIST,
    RULES,
    Kind,
    Many,
    Part,
    Record,
    Wrapped,
    form_type,
    section_field,
    sections,
)
from workbench.definitions.lane_input import LANE
from workbench.model.agreement import Agreement
from workbench.model.commitments import PARAMETERS, Parameters
from workbench.model.origin import Rule

FILLED_ON_READING = {"CoveredProducts.listed"}


def records_in(kind: Kind) -> Iterator[Record]:
    if isinstance(kind, Many):
        yield from records_in(kind.item)
    elif isinstance(kind, Wrapped):
        yield from records_in(kind.kind)
    elif isinstance(kind, Part):
        yield kind.record
        for field in kind.record.fields:
            yield from records_in(field.kind)


RECORDS = [
    record
    for top in (AGREEMENT, PRODUCT_LIST, PARTNER_SET, NAMED_RULE, LANE)
    for record in records_in(Part(top))
] + [record for form in RULES for record in records_in(form.kind)]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.type.__name__)
def test_record_has_every_attribute_once(record: Record) -> None:
    attributes = {f"{record.type.__name__}.{item.name}" for item in fields(record.type)}
    named = [f"{record.type.__name__}.{field.name}" for field in record.fields]
    assert sorted(named) == sorted(attributes - FILLED_ON_READING)
    keys = [field.key for field in record.fields]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.type.__name__)
def test_every_key_has_a_line_of_help(record: Record) -> None:
    for field in record.fields:
        assert field.help[0].isupper() or field.help[0].isdigit()
        assert field.help.endswith(".")
        assert "\n" not in field.help


def test_every_rule_has_a_form() -> None:
    assert {form_type(form) for form in RULES} == set(get_args(Rule))


def test_defaults_lie_in_their_ranges() -> None:
    for info in PARAMETERS:
        assert info.low <= getattr(Parameters(), info.name) <= info.high


def test_options_can_change_every_section_but_options() -> None:
    assert "options" not in sections()
    assert section_field("origin.nothing") is None
    agreement = Agreement("T")
    for section in sections():
        field = section_field(section)
        assert field is not None
        part, dot, _ = section.partition(".")
        assert hasattr(getattr(agreement, part) if dot else agreement, field.name)
