"""What partners bring, and who supplies from outside."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.market import Market
from workbench.analysis.partner_view import outside_suppliers, partner_figures
from workbench.model.agreement import Agreement
from workbench.model.economies import Partner, Role, Standing


def test_figures_of_every_partner_in_the_order_of_the_text(
    market: Market, agreement: Agreement
) -> None:
    text = replace(
        agreement,
        partners=(
            Partner("JPN"),
            Partner("USA", role=Role.CONSUMER),
            Partner("AUS", standing=Standing.OBSERVER),
        ),
    )
    result = evaluate(text, build_baseline(market, text))
    frame = partner_figures(result).set_index("economy")
    assert frame.index.tolist() == ["JPN", "USA", "AUS"]
    assert frame.loc["JPN", "exports"] == frame.loc["USA", "imports"] == 400e6
    assert np.isnan(frame.loc["USA", "exports"])
    assert frame.loc["JPN", "content"] == "known"
    assert frame.loc["USA", "content"] == frame.loc["AUS", "content"] == ""


def test_suppliers_from_outside(market: Market) -> None:
    table = outside_suppliers(market, ("USA", "JPN"))
    assert table["economy"].tolist() == ["CHN", "EU27"]
    assert table["value"].tolist() == [700e6, 80e6]
    assert table["share"].tolist() == pytest.approx([700 / 1300, 80 / 1300])
    assert outside_suppliers(market, ()).empty
