"""What partners give and get, and revenue by year."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.market import Market
from workbench.analysis.reciprocity import (
    FIGURES_OF,
    Reciprocity,
    explain_partner,
    explain_revenue,
    reciprocity,
)
from workbench.errors import Cancelled
from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    Incentive,
    IncentiveKind,
    Ratchet,
    RatchetStep,
    Removal,
    StagingCategory,
    StagingFormula,
    Treatment,
)
from workbench.model.economies import Partner, Role
from workbench.progress import Progress


@pytest.fixture
def result(market: Market, agreement: Agreement) -> Reciprocity:
    text = replace(
        agreement,
        treatment=Treatment(staging=(StagingCategory("A", StagingFormula.EQUAL_CUTS, 7),)),
        incentives=(Incentive("c", IncentiveKind.TAX_CREDIT, 0.01, "t", importers=("USA",)),),
    )
    return reciprocity(evaluate(text, build_baseline(market, text), complete=False))


def test_what_is_forgone_is_saved_by_others(result: Reciprocity) -> None:
    partners = result.partners
    assert partners["duty_forgone"].sum() == pytest.approx(partners["duty_saved"].sum())
    total = result.evaluation.totals["duty_forgone"]
    assert partners["duty_forgone"].sum() == pytest.approx(total)
    assert partners["imports"].sum() == pytest.approx(partners["exports"].sum())


def test_the_balance_counts_the_cost_of_incentives(result: Reciprocity) -> None:
    usa = result.partners.set_index("economy").loc["USA"]
    assert usa["fiscal_cost"] > 0
    saved, forgone = usa["duty_saved"], usa["duty_forgone"]
    assert np.isnan(usa["balance"]) or usa["balance"] == pytest.approx(
        saved - forgone - usa["fiscal_cost"]
    )


def test_a_side_that_a_partner_does_not_take_is_nothing(
    market: Market, agreement: Agreement
) -> None:
    partners = (Partner("USA", Role.CONSUMER), Partner("JPN", Role.PRODUCER))
    text = replace(agreement, partners=partners)
    found = reciprocity(evaluate(text, build_baseline(market, text), complete=False))
    by = found.partners.set_index("economy")
    assert by.loc["USA", "exports"] == 0
    assert by.loc["JPN", "duty_forgone"] == 0
    assert by.loc["JPN", "duty_saved"] == by.loc["USA", "duty_forgone"]


def test_revenue_is_told_until_the_last_step_is_met(market: Market, agreement: Agreement) -> None:
    """A ratchet opens in year 9, and a removal ends after year 11."""
    ratchet = Ratchet(("JPN",), (RatchetStep("audits", 0.5, 1), RatchetStep("tracing", 0.5, 9)))
    removal = Removal(("JPN",), 0.2, until_year=11)
    for treatment, last in (
        (Treatment(ratchets=(ratchet,)), 9),
        (Treatment(ratchets=(ratchet,), removals=(removal,)), 12),
        (Treatment(removals=(replace(removal, from_year=7, until_year=None),)), 7),
    ):
        text = replace(agreement, treatment=treatment)
        found = reciprocity(evaluate(text, build_baseline(market, text), complete=False))
        assert found.years == tuple(range(1, last + 1))


def test_revenue_by_year_is_an_evaluation_a_year(result: Reciprocity) -> None:
    assert result.years == tuple(range(1, 8))
    row = result.revenue.set_index("importer").loc["USA"]
    for year in (1, 4, 7):
        there = evaluate(
            result.evaluation.agreement, result.evaluation.baseline, year=year, complete=False
        )
        forgone = there.by_importer.set_index("importer").loc["USA", "duty_forgone"]
        assert row[str(year)] == pytest.approx(forgone)
    assert list(row) == sorted(row)
    assert row["7"] <= result.collected["USA"]


def test_every_figure_is_explained(result: Reciprocity) -> None:
    for economy in result.partners["economy"]:
        for figure in FIGURES_OF:
            assert explain_partner(result, economy, figure).formula
    told = explain_revenue(result, "USA", 3)
    assert told.value == pytest.approx(result.revenue.set_index("importer").loc["USA", "3"])


def test_it_can_be_stopped(market: Market, agreement: Agreement) -> None:
    evaluation = evaluate(agreement, build_baseline(market, agreement), complete=False)
    with pytest.raises(Cancelled):
        reciprocity(evaluation, Progress(stopped=lambda: True))
