"""Parameters: what is a default, and where a value comes from."""

from dataclasses import fields

import pytest

from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    NO_SOURCE,
    PARAMETERS,
    Parameters,
    ParameterSources,
    parameter_info,
    parameter_sources,
    parameter_values,
)

NAMES = [info.name for info in PARAMETERS]


def test_every_parameter_has_its_words_and_its_source() -> None:
    own = [field.name for field in fields(Parameters) if field.name != "sources"]
    assert NAMES == own == [field.name for field in fields(ParameterSources)]
    assert parameter_sources(Parameters()) == {i.name: i.source for i in PARAMETERS}
    assert parameter_values(Parameters(fixed_cost=900))["fixed_cost"] == 900
    with pytest.raises(KeyError):
        parameter_info("elasticity")


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_number_never_carries_the_source_of_the_default(name: str) -> None:
    default = getattr(Parameters(), name)
    changed = Agreement("T").with_parameter(name, default * 1.1 + 0.01)
    assert not changed.parameters.is_default(name)
    assert changed.parameters.source(name) == NO_SOURCE
    stated = changed.with_parameter_source(name, "a survey")
    assert stated.parameters.source(name) == stated.parameters.stated_source(name) == "a survey"
    assert stated.with_default_parameter(name) == Agreement("T")


def test_a_source_can_be_stated_for_the_default_too() -> None:
    text = Agreement("T").with_parameter_source("premium", "asked three smelters")
    assert text.parameters.is_default("premium")
    assert text.parameters.source("premium") == "asked three smelters"
