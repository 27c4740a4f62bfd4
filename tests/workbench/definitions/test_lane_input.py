import json

import pytest

from workbench.definitions.lane_input import LaneInput, parse_lane
from workbench.errors import DefinitionError
from workbench.model.nomenclature import HSRange
from workbench.model.origin import AnyGood, RegionalValueContent, RvcMethod

FULL = """{"product":"8507.60","value":1e8,"base_duty":0.05,"pref_duty":0.0,"relief":0.0,
"incentive":0.0,"declared_mean":0.40,"traced_mean":0.40,"non_party_fraction":1.0,
"concentration":8,"consignment":50000,"sigma":1.5,"fixed_cost":250,
"ad_valorem_cost":0,"premium":0.10,"inputs":{"8507":0.5,"2841":0.2},"origins":{"CHN":0.5},
"materials_share":0.7,"rule":{"rvc":{"method":"build-down","at_least":0.5}},
"target_utilisation":0.8}"""


def problems_of(text: str) -> list[tuple[int, str]]:
    with pytest.raises(DefinitionError) as caught:
        parse_lane(text)
    return [(problem.line, problem.text) for problem in caught.value.problems]


def test_every_key_is_read() -> None:
    lane = parse_lane(FULL)
    assert lane == LaneInput(
        value=1e8,
        base_duty=0.05,
        declared_mean=0.4,
        product="850760",
        traced_mean=0.4,
        inputs=((HSRange("8507", "8507"), 0.5), (HSRange("2841", "2841"), 0.2)),
        origins=(("CHN", 0.5),),
        materials_share=0.7,
        rule=RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5),
    )


def test_what_is_left_out_has_its_default() -> None:
    lane = parse_lane('{"value": 1, "base_duty": 0, "declared_mean": 0}')
    assert lane == LaneInput(1, 0, 0)
    assert lane.rule == AnyGood()
    assert lane.traced_mean is None
    assert (lane.concentration, lane.consignment, lane.premium) == (8, 50_000, 0.1)


def test_layout_of_the_json_does_not_matter() -> None:
    data = json.loads(FULL)
    for text in (json.dumps(data), json.dumps(data, indent="\t"), json.dumps(data, indent=1)):
        assert parse_lane(text) == parse_lane(FULL)
    assert parse_lane('{"value":1,"base_duty":0,"declared_mean":0,"traced_mean":null}')


def test_a_number_of_thousands_of_digits_is_no_number() -> None:
    text = '{"value": ' + "9" * 5000 + ', "base_duty": 0, "declared_mean": 0}'
    ((line, said),) = problems_of(text)
    assert line == 1
    assert said.endswith("not a number")


def test_problems_have_their_lines() -> None:
    text = '{"value": -1,\n"base_duty": 5,\n"declared_mean": "40 %",\n"rul": {"any": true}}'
    assert problems_of(text) == [
        (1, "'value' is -1, outside 0 to 1e+15 (USD a year)"),
        (2, "'base_duty' is 5, outside 0 to 4 (fraction of value, 0.05 is 5 %)"),
        (3, "'40 %' is written as per cent"),
        (4, "'rul' is not a key of a lane"),
    ]


def test_what_is_needed_is_named() -> None:
    assert problems_of("{}") == [
        (1, "a lane needs 'value'"),
        (1, "a lane needs 'base_duty'"),
        (1, "a lane needs 'declared_mean'"),
    ]


def test_shares_stay_within_the_whole() -> None:
    text = '{"value":1,"base_duty":0,"declared_mean":0,\n"inputs":{"85":0.6,"84":0.6},"origins":{}}'
    assert problems_of(text) == [
        (2, "the inputs add up to 1.2 of the non-originating content"),
    ]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "true", "[1]", "null", '"x"', "1e999"])
def test_values_that_are_no_number(value: str) -> None:
    text = f'{{"value": {value}, "base_duty": 0, "declared_mean": 0}}'
    (problem,) = problems_of(text)
    assert "'value'" in problem[1]


@pytest.mark.parametrize("text", ["", "[]", "{", "value: 1", "[" * 100_000, '{"value": 1} x'])
def test_what_is_no_json_object_is_one_sentence(text: str) -> None:
    assert len(problems_of(text)) == 1
