"""Unusual agreements evaluate on the starter database without a stumble and without a zero."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from workbench.analysis.evaluation import Evaluator
from workbench.analysis.report import evaluation_data
from workbench.definitions.reader import read_agreement
from workbench.model.agreement import Agreement
from workbench.model.commitments import Treatment, TreatmentBasis
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSEdition, HSRange
from workbench.model.origin import (
    Absorption,
    AnyOf,
    Cumulation,
    EconomyCap,
    RegionalValueContent,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
)
from workbench.tradedata.database import TradeDatabase

DEFINITIONS = Path(__file__).parents[2] / "agreements" / "definitions"
US_JAPAN = read_agreement(DEFINITIONS / "us-japan-critical-minerals.yaml")
CLUB = read_agreement(DEFINITIONS / "critical-minerals-club.yaml")


def _covering(code: str, edition: HSEdition = HSEdition.HS2022) -> Agreement:
    coverage = ProductCoverage((CoveredProducts((HSRange.parse(code),)),))
    return replace(US_JAPAN, coverage=coverage, bills_of_inputs=(), nomenclature=edition)


def _cumulating(cumulation: Cumulation) -> Agreement:
    return replace(CLUB, origin=replace(CLUB.origin, cumulation=cumulation))


UNUSUAL = {
    "nothing": Agreement("Nothing"),
    "no coverage": replace(US_JAPAN, coverage=ProductCoverage()),
    "one partner": replace(US_JAPAN, partners=US_JAPAN.partners[:1]),
    "no partners": replace(US_JAPAN, partners=()),
    "a year without data": replace(US_JAPAN, base_years=(2023,)),
    "a chapter": _covering("85"),
    "a national line": _covering("8112.92.60"),
    "HS 2017": _covering("8112.92", HSEdition.HS2017),
    "HS 2012": _covering("8112.92", HSEdition.HS2012),
    "a partner without content": replace(US_JAPAN, partners=(Partner("USA"), Partner("GAB"))),
    "partners without trade": replace(US_JAPAN, partners=(Partner("FJI"), Partner("VUT"))),
    "diagonal": _cumulating(Cumulation.DIAGONAL),
    "bilateral": _cumulating(Cumulation.BILATERAL),
    "no cumulation": _cumulating(Cumulation.NONE),
    "tracing": replace(CLUB, origin=replace(CLUB.origin, absorption=Absorption.TRACING)),
    "a shift without bills": CLUB.with_default_rule(TariffShift(ShiftFrom.HEADING)),
    "a process": CLUB.with_default_rule(SpecificProcess("melted and poured")),
    "a process or content": CLUB.with_default_rule(
        AnyOf(
            (SpecificProcess("melted", 0.5), RegionalValueContent(RvcMethod.BUILD_UP, 0.4)),
        )
    ),
    "a cap on the unknown": CLUB.with_default_rule(EconomyCap(("CHN", "PRK"), 0.1)),
    "extended to all": replace(CLUB, treatment=Treatment(basis=TreatmentBasis.EXTENDED)),
    "nothing but small parcels": CLUB.with_parameter("small_parcel_share", 1.0),
    "claims for nothing": CLUB.with_parameter("fixed_cost", 0.0),
}


@pytest.fixture(scope="module")
def evaluator(starter_file):
    with TradeDatabase(starter_file) as database:
        yield Evaluator(database)


@pytest.mark.parametrize("name", UNUSUAL)
def test_it_evaluates_and_its_shares_are_shares(evaluator, name):
    result = evaluator.evaluate(UNUSUAL[name])
    json.dumps(evaluation_data(result), allow_nan=False)
    for figure in ("known_duty_share", "mfn_free_share", "utilisation", "exposure"):
        value = result.totals[figure]
        assert value is None or 0 <= value <= 1 + 1e-9, figure
    lanes = result.lanes
    known = lanes[lanes["utilisation"].notna()]
    assert (known["utilisation"].between(0, 1 + 1e-9)).all()
    assert lanes.loc[lanes["base_duty"].isna(), "utilisation"].isna().all()


def test_wider_cumulation_never_raises_declared_content(evaluator):
    means = [
        evaluator.evaluate(_cumulating(kind), complete=False).lanes["declared_mean"].to_numpy()
        for kind in (
            Cumulation.FULL,
            Cumulation.DIAGONAL,
            Cumulation.BILATERAL,
            Cumulation.NONE,
        )
    ]
    for wide, narrow in pairwise(means):
        assert not (wide > narrow + 1e-12).any()
