import pytest

from workbench.errors import TradeDataError
from workbench.model.economies_table import CUSTOMS_TERRITORIES, ECONOMIES
from workbench.tradedata.codes import (
    ECONOMY_IDS,
    TERRITORY_OF,
    edition_id,
    edition_name,
    product_code,
    product_id,
)


@pytest.mark.parametrize("code", ["01", "97", "0101", "9706", "010121", "970690"])
def test_a_product_code_survives_the_way_through_a_number(code: str) -> None:
    assert product_code(product_id(code)) == code


def test_editions_have_names_and_numbers() -> None:
    assert edition_name(edition_id("HS2017")) == "HS2017"
    with pytest.raises(TradeDataError, match="use one of HS1992"):
        edition_id("2017")


def test_every_economy_has_a_number_of_its_own() -> None:
    assert len(set(ECONOMY_IDS.values())) == len(ECONOMY_IDS) > 230
    assert ECONOMIES["USA"][0] == 840
    assert ECONOMIES["TWN"] == (158, "Taiwan")
    assert max(ECONOMY_IDS.values()) < 65_536  # two bytes in the trade blocks


def test_territories_are_made_of_known_economies_once() -> None:
    members = [m for _, _, listed in CUSTOMS_TERRITORIES.values() for m in listed]
    assert len(set(members)) == len(members)
    assert set(members) <= ECONOMIES.keys()
    assert len(CUSTOMS_TERRITORIES["EU27"][2]) == 27
    assert TERRITORY_OF["NAM"] == "SACU"
    assert all(number >= 9001 for number, _, _ in CUSTOMS_TERRITORIES.values())
