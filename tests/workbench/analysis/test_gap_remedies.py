"""Every gap that an evaluation can report has something to say about how to close it."""

import re
from pathlib import Path

import pytest

from workbench.analysis import gaps
from workbench.analysis.evaluation import Evaluator
from workbench.analysis.gap_remedies import lacks_of, remedy_of
from workbench.analysis.results import Gap
from workbench.definitions.reader import read_agreement
from workbench.tradedata.database import TradeDatabase

CLUB = Path(__file__).parents[3] / "agreements" / "definitions" / "critical-minerals-club.yaml"


def test_every_kind_of_gap_has_a_remedy():
    source = Path(gaps.__file__).read_text(encoding="utf-8")
    starts = ("trade ", "duty unknown", "the base rate", "no content", "the rule ", "how many",
              "content is")  # fmt: skip
    said = [text for text in re.findall(r'f?"([a-z][^"]{8,})"', source) if text.startswith(starts)]
    assert len(said) >= 8
    for text in said:
        remedy = remedy_of(Gap(text, "", None))
        assert remedy.file or remedy.advice, text


def test_a_gap_nobody_knows_has_no_advice():
    remedy = remedy_of(Gap("something else", "", None))
    assert (remedy.file, remedy.advice) == ("", "")


@pytest.mark.slow
def test_who_lacks_what_agrees_with_the_gaps(starter_file):
    with TradeDatabase(starter_file) as database:
        result = Evaluator(database).evaluate(read_agreement(CLUB), complete=False)
    lacks = lacks_of(result)
    importers = {
        re.match(r"\w+", gap.where)[0] for gap in result.gaps if gap.what.startswith("duty unknown")
    }
    exporters = {gap.where for gap in result.gaps if gap.what == "no content data"}
    assert {code for code, _ in lacks.importers} == importers
    assert {code for code, _ in lacks.exporters} == exporters
    lanes = result.lanes[result.lanes["importer"] == lacks.importers[0][0]]
    unknown = lanes["value"][lanes["base_duty"].isna()].sum() / lanes["value"].sum()
    assert lacks.importers[0][1] == pytest.approx(unknown)
    assert all(0 < share <= 1 for _, share in (*lacks.importers, *lacks.exporters))
    assert 0 < len(lacks.importers) <= lacks.all_importers
    assert lacks.all_products == len(result.baseline.market.products)
    assert all(remedy_of(gap).section for gap in result.gaps)
