"""A bill of materials pasted as a table."""

import pytest

from workbench.definitions.bill_table import parse_bill
from workbench.errors import DefinitionError
from workbench.model.goods import Material, MaterialUse


def test_a_table_out_of_a_spreadsheet():
    text = (
        "Description\tHS code\tPrice\tCountry of origin\tOriginating\ncells\t8507.90\t40\tCHN\tno\n"
    )
    assert parse_bill(text) == (Material("cells", "850790", 40.0, "CHN", False),)


def test_what_is_not_known_stays_open():
    (material,) = parse_bill("name,code,value,origin,originating\nfoil,?,,unknown,-\n")
    assert material == Material("foil")


def test_tiers_nest():
    text = (
        "tier;name;value;use\n1;engine;100;\n2;piston;20;\n3;ring;2;\n2;block;30;\n1;box;5;"
        "retail-packaging\n"
    )
    engine, box = parse_bill(text)
    assert [part.name for part in engine.materials] == ["piston", "block"]
    assert engine.materials[0].materials[0].name == "ring"
    assert box.use is MaterialUse.RETAIL_PACKAGING


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "table: the table is empty; start with a line that names the columns"),
        ("name,colour\nx,red", "table:1: 'colour' is not a column of a bill of materials; "),
        ("name,value\nx,much", "table:2: 'value' is 'much', not a number"),
        ("name,code\nx,8507.9", "table:2: '8507.9' is not a product code"),
        ("name,tier\nx,0", "table:2: the tier is '0'; count from 1"),
        ("name,tier\nx,1\ny,3", "table:3: tier 3 follows tier 1; "),
        ("name,value\nx,1,200", "table:2: the row has more cells than columns; "),
        ("name,origin\nx,China", "table:2: 'China' is not an economy code; did you mean CHN"),
        ("name,tier,value\nx,1,5\ny,2,6", "the materials are worth 6, more than what they make"),
    ],
)
def test_mistakes_name_their_line(text, message):
    with pytest.raises(DefinitionError) as caught:
        parse_bill(text)
    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
