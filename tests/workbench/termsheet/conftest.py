"""A small made-up agreement with something of everything, evaluated on a small made-up market."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.frontier import frontier
from workbench.analysis.market import ContentTable, Market
from workbench.analysis.partner_sets.figures import Chain, trade_of
from workbench.analysis.partner_sets.question import ask
from workbench.analysis.partner_sets.sweep import PartnerSets, partner_sets
from workbench.analysis.sensitivity import headline_intervals
from workbench.model.agreement import Agreement, Option
from workbench.model.commitments import (
    Body,
    Bracket,
    Commitment,
    CommitmentTopic,
    Incentive,
    IncentiveKind,
    Institutions,
    Obligation,
    Position,
    StagingCategory,
    StagingFormula,
    Stance,
    Treatment,
    Trigger,
)
from workbench.model.coverage import CoveredProducts, ProductCoverage, Stage
from workbench.model.economies import Partner, Standing
from workbench.model.nomenclature import HSEdition, HSRange
from workbench.model.origin import OriginProvisions, ProductRule, RegionalValueContent, RvcMethod
from workbench.termsheet.language import language
from workbench.termsheet.request import Request
from workbench.termsheet.templates import template
from workbench.tradedata.database import Vintage

ECONOMIES = ("AUS", "CHN", "JPN", "USA")
SECTORS = ("C24B", "C27")


def _content() -> ContentTable:
    declared = np.full((4, 2, 4), 0.05)
    traced = np.full((4, 2, 4), 0.06)
    declared[:, :, ECONOMIES.index("CHN")] = 0.2
    traced[:, :, ECONOMIES.index("CHN")] = 0.25
    for place in range(4):
        declared[place, :, place] = 0.3
        traced[place, :, place] = 0.0
        traced[place, :, place] = 1 - traced[place].sum(axis=1)
    known = np.ones((4, 2), dtype=bool)
    return ContentTable(ECONOMIES, SECTORS, ECONOMIES, declared, traced, known, 2022)


def _market() -> Market:
    flows = pd.DataFrame(
        [
            ("USA", "JPN", "JPN", "810820", 300e6, False),
            ("USA", "CHN", "CHN", "850511", 700e6, False),
            ("USA", "JPN", "JPN", "850511", 100e6, False),
            ("USA", "AUS", "AUS", "850511", 50e6, False),
            ("JPN", "AUS", "AUS", "810820", 30e6, False),
        ],
        columns=["importer", "exporter", "member", "product", "value_usd", "equal_split"],
    )
    lines = pd.DataFrame(
        [
            ("USA", "81082000", "810820", "mfn", "", 0.15, "15%"),
            ("USA", "85051100", "850511", "mfn", "", 0.04, "4%"),
            ("USA", "85051190", "850511", "mfn", "", 0.02, "2%"),
        ],
        columns=["importer", "line", "product", "regime", "programme", "rate", "text"],
    ).assign(method="ad valorem", year=2025, source="test schedule")
    programmes = pd.DataFrame(
        columns=["programme", "kind", "importer", "partner", "start", "end", "status",
                 "rates_known", "name"]
    )  # fmt: skip
    return Market(
        edition=HSEdition.HS2022,
        years=(2024,),
        products=("810820", "850511"),
        importers=("AUS", "JPN", "USA"),
        traded=frozenset(("810820", "850511")),
        flows=flows,
        tariff_lines=lines,
        programmes=programmes,
        content=_content(),
        sector_of={"810820": "C24B", "850511": "C27"},
        vintage=(Vintage("trade_flows", "made up", "1", 2024),),
    )


def _agreement() -> Agreement:
    return Agreement(
        title="Magnets & metals <club>",
        sector="magnets",
        partners=(
            Partner("USA", notes="SECRET-PARTNER"),
            Partner("JPN"),
            Partner("AUS"),
            Partner("IDN", standing=Standing.OBSERVER, developing=True),
        ),
        coverage=ProductCoverage(
            (
                CoveredProducts((HSRange.parse("8108.20"),), staging="B3", notes="SECRET-GROUP"),
                CoveredProducts((HSRange.parse("8505.11"),), stage=Stage.DOWNSTREAM),
            )
        ),
        treatment=Treatment(
            staging=(
                StagingCategory("A", StagingFormula.FREE),
                StagingCategory("B3", StagingFormula.EQUAL_CUTS, years=3),
            )
        ),
        incentives=(
            Incentive("Credit", IncentiveKind.TAX_CREDIT, 0.01, "of value", source="an act"),
        ),
        origin=OriginProvisions(
            default_rule=RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5),
            product_rules=(
                ProductRule(
                    (HSRange.parse("8505.11"),),
                    RegionalValueContent(RvcMethod.BUILD_DOWN, 0.6),
                    notes="SECRET-RULE",
                ),
            ),
            certification="Statement by the exporter.",
        ),
        commitments=(
            Commitment(
                "labour-1",
                CommitmentTopic.LABOUR,
                "Each partner shall keep labour rights at every mine or refinery.",
                Obligation.SHALL,
                positions=(Position("JPN", Stance.RESERVES, "SECRET-POSITION"),),
                brackets=(Bracket("mine or refinery", ("USA",)), Bracket("facility", ("AUS",))),
                notes="SECRET-COMMITMENT",
            ),
        ),
        institutions=Institutions(
            bodies=(Body("Council", "decides"),),
            review_every_years=3,
            triggers=(Trigger("exposure", "the default rule", above=0.4),),
        ),
        options=(
            Option(
                "B",
                "Loose",
                (("origin.default_rule", RegionalValueContent(RvcMethod.BUILD_DOWN, 0.3)),),
                notes="SECRET-OPTION",
            ),
        ),
        notes="SECRET-NOTE",
        sources=("Made up for a test",),
    )


@pytest.fixture(scope="session")
def agreement() -> Agreement:
    return _agreement()


@pytest.fixture(scope="session")
def market() -> Market:
    return _market()


@pytest.fixture(scope="session")
def make_request(market: Market) -> Callable[..., Request]:
    """A request about an agreement, as a user would make it."""

    def made(
        agreement: Agreement, template_name: str = "full", words: str = "en", **more: object
    ) -> Request:
        result = evaluate(agreement, build_baseline(market, agreement))
        options = [result]
        for option in agreement.options:
            text = agreement.with_option(option.name)
            options.append(evaluate(text, build_baseline(market, text), option.name))
        fields: dict[str, object] = {
            "evaluation": result,
            "template": template(template_name),
            "language": language(words),
            "dated": date(2026, 11, 30),
            "options": tuple(options),
        }
        return Request(**(fields | more))  # type: ignore[arg-type]

    return made


@pytest.fixture(scope="session")
def request_made(agreement: Agreement, make_request: Callable[..., Request]) -> Request:
    bare = make_request(agreement)
    text, baseline = bare.evaluation.agreement, bare.evaluation.baseline
    return make_request(
        agreement,
        marking="Confidential",
        frontier=frontier(text, baseline),
        intervals=headline_intervals(text, baseline, count=50, gap=True),
        partner_sets=_sets(text, baseline.market),
    )


def _sets(agreement: Agreement, market: Market) -> PartnerSets:
    """Who of Japan and Australia should join the United States."""
    question = ask(agreement, ["JPN", "AUS"])
    return partner_sets(market, trade_of(market, question, Chain((), (), {}), {}), question)
