"""Rules to treaty wording and back, in both styles."""

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, example, given, settings

from workbench.definitions.fields import RULE
from workbench.definitions.treaty_text import ReadStatus, Style, read_treaty, treaty_text
from workbench.model.economies import economy_name
from workbench.model.economies_table import CUSTOMS_TERRITORIES, ECONOMIES
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyOf,
    Condition,
    ConditionAbout,
    EconomyCap,
    InputsOriginate,
    Materials,
    MaxNonOriginating,
    Measure,
    RegionalValueContent,
    RemainderCap,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
)


def _strategies() -> ModuleType:
    path = Path(__file__).with_name("conftest.py")
    spec = importlib.util.spec_from_file_location("definition_strategies", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATED = int(os.environ.get("GENERATED_RULES", "300"))
"""How many rules a style is tried on; GENERATED_RULES=10000 takes some minutes."""

ANY_RULE = _strategies().of_kind(RULE)


def codes(*texts: str) -> tuple[HSRange, ...]:
    return tuple(HSRange.parse(text) for text in texts)


@pytest.mark.parametrize("style", list(Style))
@example(rule=InputsOriginate((), words="product"))
@settings(max_examples=GENERATED, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule=ANY_RULE)
def test_reading_what_was_written_gives_the_same_rule(style: Style, rule: Rule) -> None:
    found = read_treaty(treaty_text(rule, style))
    assert found.rule == rule
    assert found.status is ReadStatus.PARSED
    assert found.goods is None


WRITTEN: list[tuple[Rule, str, str]] = [
    (
        TariffShift(ShiftFrom.HEADING, codes("8503", "8548-8549")),
        "a change from any other heading, except from heading 8503 and heading 8548 through 8549",
        "Production from non-originating materials of any heading, except that of the product and "
        "of heading 8503 and heading 8548 through 8549",
    ),
    (
        AnyOf(
            (
                TariffShift(ShiftFrom.SUBHEADING, outside_group=True),
                RegionalValueContent(RvcMethod.BUILD_UP, 0.35),
            )
        ),
        "a change from any other subheading outside that group; or a regional value content of "
        "not less than 35 per cent under the build-up method",
        "CTSH outside that group; or RVC of at least 35 % (build-up)",
    ),
    (
        AllOf((TariffShift(ShiftFrom.CHAPTER), MaxNonOriginating(0.4))),
        "a change from any other chapter; and the value of the non-originating materials used does "
        "not exceed 40 per cent of the ex-works price of the good",
        "Production from non-originating materials of any chapter, except that of the product; and "
        "MaxNOM 40 % (EXW)",
    ),
    (
        MaxNonOriginating(0.3, "good", inputs=codes("1701"), measure=Measure.WEIGHT),
        "the weight of the non-originating materials of heading 1701 used does not exceed 30 per "
        "cent of the weight of the good",
        "the weight of the non-originating materials of heading 1701 used does not exceed 30 % of "
        "the weight of the good",
    ),
    (
        InputsOriginate(codes("5205"), 0.1),
        "materials of heading 5205 are originating, save for 10 per cent of the value",
        "Production in which all the materials of heading 5205 used are originating, save for "
        "10 % of the value",
    ),
    (
        SpecificProcess("melted and poured", 0.25),
        "melted and poured in the territory of one or more of the Parties "
        "[carried out by 25 per cent of producers]",
        "melted and poured in the territory of one or more of the Parties "
        "[carried out by 25 % of producers]",
    ),
    (
        Condition("the good is for use in batteries", ConditionAbout.END_USE),
        "provided that the good is for use in batteries",
        "provided that the good is for use in batteries",
    ),
    (
        TariffShift(ShiftFrom.LISTED, also=(Materials(words="yarn"),)),
        "a change from yarn",
        "Production from non-originating yarn",
    ),
]


@pytest.mark.parametrize(("rule", "american", "european"), WRITTEN)
def test_words_of_both_styles(rule: Rule, american: str, european: str) -> None:
    assert treaty_text(rule) == american
    assert treaty_text(rule, Style.EU) == european


def test_words_that_read_as_something_else_stand_in_quotes() -> None:
    rule = SpecificProcess("CTH; or wholly obtained")
    text = treaty_text(rule)
    assert "“CTH; or wholly obtained”" in text
    assert read_treaty(text).rule == rule


@pytest.mark.parametrize("style", list(Style))
def test_economies_are_called_by_their_names(style: Style) -> None:
    text = treaty_text(EconomyCap(("CHN", "RUS"), 0.2), style)
    assert text.startswith("content of China and Russia not exceeding 20 ")
    codes = (*CUSTOMS_TERRITORIES, *ECONOMIES)
    for one, other in zip(codes, (*codes[1:], codes[0]), strict=True):
        for rule in (
            EconomyCap((one,), 0.2),
            EconomyCap((one, other, "CHN"), 0.2),
            RemainderCap(0.5, (other, one), 0.1),
        ):
            text = treaty_text(rule, style)
            assert read_treaty(text).rule == rule, text
            if len(economy_name(one)) > 3:
                assert one not in text
