"""Bills of inputs: from files, from the library, and where their inputs come from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook

from workbench.analysis.content import (
    BY_BILL,
    BY_BILL_AND_IMPORTS,
    BY_BILL_AND_SECTOR,
    lane_content,
)
from workbench.analysis.content_bases import BASIS_WORDS, content_bases
from workbench.analysis.evaluation import Evaluator
from workbench.analysis.input_bills import read_bills
from workbench.analysis.report import evaluation_data
from workbench.definitions.library import bills_of_inputs
from workbench.definitions.reader import read_agreement
from workbench.errors import DefinitionError
from workbench.model.commitments import BillOfInputs, InputShare
from workbench.model.nomenclature import HSRange
from workbench.tradedata.database import TradeDatabase

SHARED = Path(__file__).parents[4] / "shared" / "data"
CLUB = Path(__file__).parents[3] / "agreements" / "definitions" / "critical-minerals-club.yaml"
WANTED = {
    "battery",
    "magnets",
    "Cathode",
    "Semiconductors",
    "Solar",
    "Cotton",
    "man-made",
    "Steel",
    "Aluminium",
}


def _bill(origins: tuple[tuple[str, float], ...] = ()) -> BillOfInputs:
    code = HSRange.parse("2836.91")
    return BillOfInputs((HSRange.parse("8505.11"),), (InputShare(code, 0.5, origins),), "a survey")


def test_the_library_holds_what_it_should_each_with_a_source() -> None:
    named = bills_of_inputs()
    titles = " / ".join(entry.title for entry in named)
    assert all(word in titles for word in WANTED)
    for entry in named:
        for bill in entry.bills:
            assert bill.source
            assert 0 < bill.materials_share <= 1


def test_figures_of_the_library_are_those_of_its_tables() -> None:
    folder = SHARED / "io-bea-detail"
    if not folder.is_dir():
        pytest.skip("the true samples of ../shared/data are not here")
    used = pd.read_csv(folder / "bea_use_domestic.csv.gz", index_col=0).add(
        pd.read_csv(folder / "bea_use_import.csv.gz", index_col=0), fill_value=0
    )
    output = pd.read_csv(folder / "bea_industry_output.csv").set_index("bea_code")["output"]
    named = {entry.title: entry for entry in bills_of_inputs()}
    for title, made, bought, code in (
        ("Semiconductors", "334413", "334413", "8541-8542"),
        ("Aluminium articles", "33131B", "331313", "7601"),
        ("Steel articles", "332310", "331110", "72"),
        ("Cathode material (average of inorganic chemicals)", "325180", "325180", "28"),
    ):
        share = float(used.loc[bought, made] / output[made])
        item = next(i for i in named[title].bills[0].inputs if str(i.product) == code)
        assert item.cost_share == pytest.approx(share, abs=5e-5)
    flows = pd.read_csv(SHARED / "io-oecd-icio-2022-flows" / "icio2022_goods_flows.csv.gz")
    made = pd.read_csv(SHARED / "io-oecd-icio-2022-flows" / "icio2022_output.csv")
    inside = (flows["buyer_sector"] == "C13T15") & (flows["origin_sector"] == "C13T15")
    share = (
        flows.loc[inside, "value_musd"].sum()
        / made.loc[made["sector"] == "C13T15", "gross_output_musd"].sum()
    )
    assert named["Cotton garments"].bills[0].inputs[0].cost_share == pytest.approx(share, abs=5e-5)


def test_a_spreadsheet_is_read(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Goods", "Input", "Share", "Source", "Exporters", "Origins", "Notes"])
    sheet.append(["8507.60", "2841.90", "0.51", "a report", "KOR", "CHN 60 %, KOR 0.4", "cells"])
    sheet.append(["8507.60", "3801.10", "12", "a report", "KOR", "", ""])
    sheet.append(["8505.11", "2805.30", "72 %", "another", "", "", ""])
    path = tmp_path / "bills.xlsx"
    book.save(path)
    first, second = read_bills(path)
    assert first.exporters == ("KOR",)
    assert [item.cost_share for item in first.inputs] == [0.51, 0.12]
    assert first.inputs[0].origins == (("CHN", 0.6), ("KOR", 0.4))
    assert first.notes == "cells"
    assert second.materials_share == 0.72


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("goods,input,share\n", ":1: there is no column 'source'"),
        ("goods,input,share,source\n", "no row below"),
        ("goods,input,share,source\n8507.60,28,0.5,\n", ":2: the source is blank"),
        ("goods,input,share,source\n8507.60,nickel,0.5,me\n", ":2: "),
        ("goods,input,share,source\n8507.60,28,0.7,me\n8507.60,29,0.7,me\n", "add up to 1.4"),
        ("goods,input,share,source,origins\n8507.60,28,0.7,me,XYZ 5\n", ":2: 'XYZ 5' is no"),
        ("goods,input,share,source,exporters\n8507.60,28,0.7,me,XYZ\n", ":2: 'XYZ' is not an"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, rows: str, words: str) -> None:
    path = tmp_path / "bills.csv"
    path.write_text(rows, "utf-8")
    with pytest.raises(DefinitionError) as error:
        read_bills(path)
    assert words in str(error.value)


def test_origins_of_an_input_come_from_the_exporters_imports(starter_file: Path) -> None:
    agreement = replace(read_agreement(CLUB), bills_of_inputs=(_bill(),))
    with TradeDatabase(starter_file) as database:
        evaluator = Evaluator(database)
        baseline = evaluator.baseline(agreement)
        result = evaluator.evaluate(agreement, complete=False)
        market, content = baseline.market, baseline.content
        assert market.input_trade is not None
        lane = int(np.flatnonzero((baseline.exporter == "JPN") & (baseline.product == "850511"))[0])
        row = content.row_of_lane[lane]
        assert str(content.basis[row]).startswith(BY_BILL_AND_IMPORTS)
        bought = market.input_trade[market.input_trade["importer"] == "JPN"]
        bought = bought.set_index("exporter")["value_usd"]
        by_origin = dict(zip(content.origins, content.declared[row], strict=True))
        home = by_origin["JPN"]
        for origin in ("CHN", "CHL"):
            share = bought[origin] / bought.sum() * (0.5 - home)
            assert by_origin[origin] == pytest.approx(share, rel=0.02)
        assert content.declared[row].sum() == pytest.approx(0.5, abs=0.01)
        assert content.traced[row].sum() == pytest.approx(1, abs=0.02)
        bases = content_bases(result)
        assert sum(b.share_of_trade or 0 for b in bases) == pytest.approx(1)
        assert all(BASIS_WORDS[b.basis] for b in bases)
        assert BY_BILL_AND_IMPORTS in {b.basis for b in bases}
        assert evaluation_data(result)["content_basis"][0]["basis"] == bases[0].basis


def test_origins_taken_out_of_a_bill_are_looked_up_at_once(starter_file: Path) -> None:
    agreement = replace(read_agreement(CLUB), bills_of_inputs=(_bill((("KOR", 1.0),)),))
    with TradeDatabase(starter_file) as database:
        evaluator = Evaluator(database)
        assert evaluator.baseline(agreement).market.input_trade is None
        later = evaluator.baseline(replace(agreement, bills_of_inputs=(_bill(),)))
        assert later.market.input_trade is not None
        assert set(later.market.input_trade["input"]) == {"2836.91"}


def test_an_input_not_traded_in_the_database_is_as_the_sector(starter_file: Path) -> None:
    code = HSRange.parse("3801.10")
    bill = BillOfInputs((HSRange.parse("8505.11"),), (InputShare(code, 0.5),), "a survey")
    agreement = replace(read_agreement(CLUB), bills_of_inputs=(bill,))
    with TradeDatabase(starter_file) as database:
        result = Evaluator(database).evaluate(agreement, complete=False)
        basis = result.lanes.loc[result.lanes["product"] == "850511", "content_basis"]
        assert basis.str.startswith(BY_BILL_AND_SECTOR).all()
        assert any("origins of a bill's inputs" in gap.what for gap in result.gaps)


def test_an_origin_the_content_source_does_not_know_is_kept(starter_file: Path) -> None:
    agreement = replace(read_agreement(CLUB), bills_of_inputs=(_bill((("MDG", 1.0),)),))
    with TradeDatabase(starter_file) as database:
        baseline = Evaluator(database).baseline(agreement)
        assert "MDG" not in baseline.market.content.origins
        content = baseline.content
        lane = int(np.flatnonzero(baseline.product == "850511")[0])
        row = content.row_of_lane[lane]
        place = content.origins.index("MDG")
        assert content.declared[row, place] == pytest.approx(0.5)
        assert content.traced[row, place] == pytest.approx(0.5)
        assert str(content.basis[row]).startswith(f"{BY_BILL}: ")
        again = lane_content(
            baseline.market,
            baseline.importer[[lane]],
            baseline.exporter[[lane]],
            baseline.product[[lane]],
            agreement.bills_of_inputs,
        )
        assert again.declared[0] == pytest.approx(content.declared[row])
