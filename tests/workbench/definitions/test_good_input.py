"""The JSON of one good: keys, lines of mistakes, and what does not fit together."""

import json

import pytest

from workbench.definitions.good_input import parse_good, read_good
from workbench.errors import DefinitionError
from workbench.model.goods import Basis, InventoryMethod, MaterialUse
from workbench.model.origin import Cumulation, ShiftFrom, TariffShift

GOOD = {
    "good": "8507.60",
    "exporter": "KOR",
    "importer": "USA",
    "rule": {"shift": {"from": "heading"}},
    "value": 1000,
    "basis": "transaction",
    "net_cost": None,
    "weight": None,
    "materials": [
        {
            "name": "cells",
            "code": "8507.90",
            "value": 40,
            "origin": None,
            "originating": None,
            "weight": None,
            "materials": [{"name": "foil", "code": "7410.11", "value": 4}],
            "designated": False,
        }
    ],
    "partners": ["USA", "KOR"],
    "cumulation": "full",
    "de_minimis": {"share": 0.1, "basis": "value", "except": []},
    "roll_up": True,
    "processes": [],
}


def problems(**changes) -> str:
    with pytest.raises(DefinitionError) as caught:
        parse_good(json.dumps(GOOD | changes, indent=1), "good.json")
    return str(caught.value)


def test_the_contract():
    given = parse_good(json.dumps(GOOD))
    assert (given.good, given.exporter, given.value) == ("850760", "KOR", 1000)
    assert given.basis is Basis.TRANSACTION
    assert given.cumulation is Cumulation.FULL
    assert given.rule == TariffShift(ShiftFrom.HEADING)
    (cells,) = given.materials
    assert (cells.origin, cells.originating, cells.materials[0].code) == (None, None, "741011")
    assert given.processes == ()


def test_little_is_enough():
    given = parse_good('{"good": "850760", "exporter": "KOR"}')
    assert (given.rule, given.value, given.materials, given.processes) == (None, None, (), None)


def test_a_rule_in_treaty_words():
    given = parse_good(json.dumps(GOOD | {"rule": "A change from any other heading"}))
    assert given.rule is None
    assert given.rule_text == "A change from any other heading"
    marking = parse_good(json.dumps(GOOD | {"marking_rule": "A change from any other heading"}))
    assert marking.marking_rule_text == "A change from any other heading"


def test_further_keys():
    material = {
        "name": "cells",
        "code": "8507.90",
        "value": 40,
        "use": "retail-packaging",
        "inventory": {
            "method": "fifo",
            "movements": [{"quantity": 5, "originating": True}, {"quantity": -2}],
        },
        "assists": 1,
        "deductions": 2,
    }
    given = parse_good(
        json.dumps(
            GOOD
            | {
                "materials": [material],
                "set": {"tolerance": 0.1},
                "facts": [{"what": "for civil use", "holds": True}],
                "date": "2026-12-31",
                "counted_at_most": {"USA": 0.15},
                "extended": ["CHL"],
                "substantial_transformation": {"transformed": None, "notes": "see ruling"},
            }
        )
    )
    (cells,) = given.materials
    assert cells.use is MaterialUse.RETAIL_PACKAGING
    assert cells.inventory.method is InventoryMethod.FIFO
    assert cells.counted_value == 39
    assert given.set.tolerance == 0.1
    assert given.facts[0].holds
    assert given.counted_at_most == (("USA", 0.15),)
    assert given.substantial_transformation.transformed is None


def test_a_file(tmp_path):
    path = tmp_path / "good.json"
    path.write_text(json.dumps(GOOD), encoding="utf-8")
    assert read_good(path).good == "850760"
    with pytest.raises(DefinitionError, match="there is no such file; check the name"):
        read_good(tmp_path / "nothing.json")


def test_mistakes_come_with_their_line():
    text = '{\n "good": "85x7",\n "exporter": "Korea",\n "value": -1\n}'
    with pytest.raises(DefinitionError) as caught:
        parse_good(text, "good.json")
    lines = str(caught.value).splitlines()
    assert [line.split(":")[:2] for line in lines] == [
        ["good.json", "2"],
        ["good.json", "3"],
        ["good.json", "4"],
    ]
    assert "KOR" in lines[1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"value": 0}, "worth nothing"),
        ({"value": 39}, "more than what they make"),
        ({"exporter": "CHN"}, "CHN is not a partner"),
        ({"traced": ["8409"]}, "add 'roll_up: false'"),
        ({"date": "31 December"}, "is not a date"),
        ({"rule": {"rvc": {"method": "focused", "at_least": 0.4}}}, "needs the inputs"),
        ({"rule": {"rvc": {"method": "build-down", "at_least": 45}}}, "write 0.45"),
        ({"rule_text": "a change from any other chapter"}, "the rule stands twice"),
        ({"materials": [{"value": 4}]}, "neither a name nor a code"),
        ({"materials": [{"code": "8507.9"}]}, "is not a product code"),
        ({"materials": [{"name": "a", "value": 4, "deductions": 5}]}, "more than the value"),
        (
            {"materials": [{"name": "a", "value": 4, "materials": [{"name": "b", "value": 5}]}]},
            "more than what they make",
        ),
        (
            {
                "materials": [
                    {
                        "name": "a",
                        "code": "7410",
                        "materials": [{"name": "b", "materials": [{"name": "A", "code": "7410"}]}],
                    }
                ]
            },
            "made from itself",
        ),
        (
            {"materials": [{"name": "a", "origin": "CHN", "originating": True}]},
            "which is not a partner",
        ),
        (
            {
                "materials": [
                    {"name": "a", "inventory": {"method": "fifo", "movements": [{"quantity": -1}]}}
                ]
            },
            "more is withdrawn than there is",
        ),
        (
            {
                "materials": [
                    {"name": "a", "inventory": {"method": "lifo", "movements": [{"quantity": 1}]}}
                ]
            },
            "nothing is withdrawn",
        ),
        ({"material": []}, "did you mean 'materials'"),
    ],
)
def test_what_does_not_fit(changes, words):
    text = problems(**changes)
    assert words in text
    assert text.startswith("good.json:")
    assert len(text.splitlines()) == 1


def test_a_bill_of_many_tiers():
    bill: list = []
    for tier in range(15):
        bill = [{"name": f"tier {tier}", "value": 1 + tier, "materials": bill}]
    given = parse_good(json.dumps(GOOD | {"materials": bill}))
    depth, materials = 0, given.materials
    while materials:
        depth, materials = depth + 1, materials[0].materials
    assert depth == 15
