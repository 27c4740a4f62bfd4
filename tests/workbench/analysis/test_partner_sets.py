"""Figures of every set against a direct evaluation of the agreement with that set."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.market import ContentTable, Market
from workbench.analysis.partner_sets.bits import additive, quadratic, slices
from workbench.analysis.partner_sets.figures import Chain, trade_of
from workbench.analysis.partner_sets.question import SetQuestion, ask, with_members
from workbench.analysis.partner_sets.sweep import PartnerSets, partner_sets, prepare, slice_figures
from workbench.errors import Cancelled, DefinitionError, WorkbenchError
from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    BillOfInputs,
    InputShare,
    Parameters,
    StatedRate,
    Treatment,
    TreatmentBasis,
)
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner, Role, Standing, members_of
from workbench.model.nomenclature import HSEdition, HSRange
from workbench.model.origin import (
    Absorption,
    AllOf,
    AnyGood,
    AnyOf,
    Cumulation,
    EconomyCap,
    OriginProvisions,
    RegionalValueContent,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)
from workbench.progress import Progress

CODES = ("USA", "JPN", "EU27", "AUS", "CHL", "KOR")
OTHERS = ("CHN", "RUS")
PRODUCTS = ("280469", "750210", "810820", "850511")
SECTORS = ("S1", "S2")


def market_of(seed: int, partners: tuple[str, ...]) -> Market:
    """Random trade, duties and content; some of each missing."""
    r = np.random.default_rng(seed)
    origins = tuple(sorted((*CODES, *OTHERS)))
    economies = tuple(sorted(m for code in CODES for m in members_of(code)))
    shape = (len(economies), len(SECTORS), len(origins))
    materials = r.uniform(0.1, 0.9, shape[:2])[..., None]
    declared = r.dirichlet(np.full(len(origins), 0.5), shape[:2]) * materials
    traced = r.dirichlet(np.full(len(origins), 0.5), shape[:2])
    known = r.random(shape[:2]) < 0.9
    declared[~known] = traced[~known] = 0.0
    makers = [(code, m) for code in (*CODES, *OTHERS) for m in members_of(code)[:3]]
    rows = [
        (importer, exporter, member, product, float(r.lognormal(12, 2)), False)
        for importer in CODES
        for exporter, member in makers
        for product in PRODUCTS
        if importer != exporter and r.random() < 0.7
    ]
    names = ["importer", "exporter", "member", "product", "value_usd", "equal_split"]
    lines = [
        (code, product + "00", product, "mfn", "", float(r.choice([0, 0.03, r.random() * 0.3])))
        for code in partners
        for product in PRODUCTS
        if r.random() < 0.9
    ]
    frame = pd.DataFrame(
        lines, columns=["importer", "line", "product", "regime", "programme", "rate"]
    )
    programmes = ["programme", "kind", "importer", "partner", "start", "end", "status"]
    return Market(
        edition=HSEdition.HS2022,
        years=(2024,),
        products=PRODUCTS,
        importers=partners,
        traded=frozenset(PRODUCTS),
        flows=pd.DataFrame(rows, columns=names),
        tariff_lines=frame.assign(text="", method="ad valorem", year=2025, source="test"),
        programmes=pd.DataFrame(columns=[*programmes, "rates_known", "name"]),
        content=ContentTable(origins=origins, economies=economies, sectors=SECTORS,
                             declared=declared, traced=traced, known=known, year=2022),
        sector_of={p: SECTORS[n % 2] for n, p in enumerate(PRODUCTS)} | {"7502": "S1"},
        vintage=(),
    )  # fmt: skip


def agreement_of(rule: Rule, **origin: object) -> Agreement:
    covered = CoveredProducts(tuple(HSRange.parse(code) for code in PRODUCTS))
    provisions = replace(OriginProvisions(default_rule=rule), **origin)  # type: ignore[arg-type]
    return Agreement(
        title="Test",
        partners=tuple(Partner(code) for code in CODES),
        coverage=ProductCoverage((covered,)),
        origin=provisions,
    )


@dataclass
class Case:
    market: Market
    question: SetQuestion
    sets: PartnerSets


def case_of(agreement: Agreement, seed: int, fixed: tuple[str, ...] = ("USA",)) -> Case:
    question = ask(agreement, [c for c in CODES if c not in fixed], list(fixed))
    market = market_of(seed, question.economies)
    trade = trade_of(market, question, Chain((), (), {}), {})
    return Case(market, question, partner_sets(market, trade, question))


def assert_direct(case: Case, masks: list[int]) -> None:
    """Every figure that an evaluation has is the same, or missing in both."""
    for mask in masks:
        text = case.question.agreement(mask)
        totals = evaluate(text, build_baseline(case.market, text), complete=False).totals
        fast = case.sets.at(case.sets.row(mask))
        nothing_known = totals["utilisation"] is None
        for name, total in (
            ("covered_trade", "covered_trade"),
            ("market", "critical_mass_share"),
            ("utilisation", "utilisation"),
            ("exposure", "exposure"),
            ("traced_exposure", "traced_exposure"),
            ("resourced_content", "resourced_content"),
            ("duty_forgone", "duty_forgone"),
            ("leakage", "leakage"),
        ):
            expected = totals[total]
            if nothing_known and total not in ("covered_trade", "critical_mass_share"):
                expected = None  # a sum over no trade with figures is no figure
            found = fast[name]
            if expected is None:
                assert found is None, (mask, name)
            else:
                assert found is not None, (mask, name)
                scale = totals["claimed"] if name == "resourced_content" else 0.0
                size = max(abs(expected), 1e-3 * (scale or 0.0))
                # Sums are exact to 1e-13 of the trade, and so are shares of what claims of it.
                slack = 1e-13 * (totals["covered_trade"] or 0.0)
                if total in ("exposure", "traced_exposure"):
                    slack = 1e-13 / (totals["utilisation"] or np.inf)
                elif total == "utilisation":
                    slack = 1e-13
                assert abs(found - expected) <= 1e-6 * size + slack, (mask, name, found, expected)


HALF = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5)
BILL = BillOfInputs(
    products=(HSRange.parse("8505.11"),),
    exporters=("JPN", "KOR"),
    inputs=(
        InputShare(HSRange.parse("7502"), 0.3, (("CHN", 0.5), ("AUS", 0.5))),
        InputShare(HSRange.parse("2804"), 0.2, (("CHN", 1.0),)),
    ),
    source="test",
)
SHIFT = TariffShift(ShiftFrom.CHAPTER, exceptions=(HSRange.parse("7502"),))
RULES: dict[str, Rule] = {
    "any": AnyGood(),
    "half": HALF,
    "wholly obtained": WhollyObtained(),
    "build-up": RegionalValueContent(RvcMethod.BUILD_UP, 0.35),
    "cap on a non-party": AllOf((HALF, EconomyCap(("CHN",), 0.05))),
    "cap on a candidate": EconomyCap(("JPN", "CHN"), 0.1),
    "half or shift": AnyOf((HALF, SHIFT)),
    "process": AnyOf((HALF, SpecificProcess("melted", 0.3))),
}


@pytest.mark.parametrize("name", RULES)
def test_every_set_equals_its_evaluation(name: str) -> None:
    case = case_of(replace(agreement_of(RULES[name]), bills_of_inputs=(BILL,)), seed=len(name))
    assert case.sets.count == 32
    assert_direct(case, list(range(32)))


@pytest.mark.parametrize("cumulation", Cumulation)
@pytest.mark.parametrize("absorption", Absorption)
def test_every_kind_of_cumulation(cumulation: Cumulation, absorption: Absorption) -> None:
    text = agreement_of(HALF, cumulation=cumulation, absorption=absorption)
    assert_direct(case_of(replace(text, bills_of_inputs=(BILL,)), seed=7), list(range(32)))


def test_roles_and_observers() -> None:
    text = agreement_of(HALF)
    roles = dict(zip(CODES, [Role.CONSUMER, Role.PRODUCER, *[Role.BOTH] * 4], strict=True))
    partners = [Partner(c, roles[c]) for c in CODES[:5]]
    partners.append(Partner("KOR", standing=Standing.OBSERVER))
    question = ask(replace(text, partners=tuple(partners)), fixed=["EU27"])
    assert question.candidates == ("USA", "JPN", "AUS", "CHL")
    market = market_of(3, CODES)
    trade = trade_of(market, question, Chain((), (), {}), {})
    case = Case(market, question, partner_sets(market, trade, question))
    assert_direct(case, list(range(16)))


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # shrinking would take minutes
)
@example(3706, "cap on a non-party", Cumulation.FULL, 8.0, 250.0, 0.0)
@example(72, "cap on a non-party", Cumulation.FULL, 45.561978936801324, 250.0, 1 / 3)
@example(1989, "wholly obtained", Cumulation.FULL, 100.0, 250.0, 0.5015114115925615)
@given(
    seed=st.integers(0, 10_000),
    rule=st.sampled_from(sorted(RULES)),
    cumulation=st.sampled_from(Cumulation),
    concentration=st.floats(0.6, 200),
    cost=st.sampled_from([0.0, 250.0, 5000.0]),
    premium=st.floats(0, 1),
)
def test_random_markets(
    seed: int, rule: str, cumulation: Cumulation, concentration: float, cost: float, premium: float
) -> None:
    text = replace(
        agreement_of(RULES[rule], cumulation=cumulation),
        parameters=Parameters(concentration=concentration, fixed_cost=cost, premium=premium),
        tariffs=(StatedRate("USA", (HSRange.parse("2804.69"),), 0.01, "test", "JPN"),),
        bills_of_inputs=(BILL,),
    )
    case = case_of(text, seed, fixed=())
    assert_direct(case, [1 + seed % 62, 63, 21])


def test_a_cut_for_everyone_has_no_claims() -> None:
    text = replace(agreement_of(HALF), treatment=Treatment(basis=TreatmentBasis.EXTENDED))
    case = case_of(text, seed=1)
    assert np.isnan(case.sets.figures["utilisation"]).all()
    assert_direct(case, [5, 31])


def test_two_hundred_random_sets_of_the_shipped_club(starter_file: object) -> None:
    from pathlib import Path

    from workbench.analysis.partner_sets.sweep import load
    from workbench.definitions.reader import read_agreement
    from workbench.tradedata.database import TradeDatabase

    assert isinstance(starter_file, Path)
    shipped = Path(__file__).parents[3] / "agreements/definitions/critical-minerals-club.yaml"
    text = replace(read_agreement(shipped), options=())
    question = ask(text)
    assert (question.fixed, len(question.candidates)) == (("USA",), 12)
    with TradeDatabase(starter_file) as database:
        market, trade = load(database, question)
    case = Case(market, question, partner_sets(market, trade, question))
    # The market of all candidates holds whatever the market of a set would.
    masks = np.random.default_rng(6).choice(case.sets.masks, 200, replace=False)
    assert_direct(case, [int(mask) for mask in masks])


def test_slices_and_workers_give_the_same_figures() -> None:
    text = agreement_of(AllOf((HALF, EconomyCap(("JPN",), 0.1))))
    case = case_of(text, seed=4)
    trade = trade_of(case.market, case.question, Chain((), (), {}), {})
    prepared = prepare(case.market, trade, case.question)
    pieces = [slice_figures(prepared, part) for part in slices(1, 5, 2)]
    assert len(pieces) == 8
    alone = case.sets.figures
    for name, values in alone.items():
        np.testing.assert_allclose(
            np.concatenate([piece[name] for piece in pieces]), values, rtol=1e-12, atol=1e-9
        )
    for backend in ("threading", "loky"):
        shared = partner_sets(case.market, trade, case.question, workers=2, backend=backend).figures
        for name, values in alone.items():
            np.testing.assert_allclose(shared[name], values, rtol=1e-12, atol=1e-9)


def test_without_joblib_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    case = case_of(agreement_of(HALF), seed=4)
    trade = trade_of(case.market, case.question, Chain((), (), {}), {})
    monkeypatch.setitem(sys.modules, "joblib", None)
    with pytest.raises(WorkbenchError, match="install pactwright"):
        partner_sets(case.market, trade, case.question, workers=2)


def test_can_be_stopped() -> None:
    question = ask(agreement_of(HALF), list(CODES[1:]), ["USA"])
    market = market_of(1, question.economies)
    trade = trade_of(market, question, Chain((), (), {}), {})
    steps: list[int] = []

    def stopped() -> bool:
        steps.append(1)
        return len(steps) > 3

    with pytest.raises(Cancelled):
        partner_sets(market, trade, question, progress=Progress(stopped=stopped))


def test_sums_over_subsets() -> None:
    r = np.random.default_rng(0)
    base, gains, pairs = r.random(3), r.random((3, 4)), r.random((3, 4, 4))
    one, two = additive(base, gains), quadratic(base, gains, pairs)
    for mask in range(16):
        inside = [j for j in range(4) if mask >> j & 1]
        plain = base + gains[:, inside].sum(axis=1)
        np.testing.assert_allclose(one[:, mask], plain)
        both = sum(pairs[:, j, i] for j in inside for i in inside if i < j)
        np.testing.assert_allclose(two[:, mask], plain + both)


def test_concentration_and_chain() -> None:
    question = ask(agreement_of(HALF), ["JPN", "AUS"], ["USA"])
    market = market_of(2, question.economies)
    chain = Chain(("2604", "2605"), ("2606",), {("2604", "AUS"): 0.2, ("2605", "JPN"): 0.04})
    trade = trade_of(market, question, chain, {"USA": 0.8, "JPN": 0.6, "AUS": None})
    sets = partner_sets(market, trade, question)
    flows = market.flows[market.flows["importer"].isin(["USA", "JPN"])]
    by_supplier = flows.groupby(["product", "exporter"])["value_usd"].sum()
    by_product = by_supplier.groupby(level=0).sum()
    squares = (by_supplier**2).groupby(level=0).sum() / by_product
    assert sets.figures["hhi"][1] == pytest.approx(squares.sum() / by_product.sum())
    assert sets.figures["chain_completeness"].tolist() == [0.0, 0.0, 0.5, 0.5]
    assert sets.figures["alignment_min"].tolist() == [0.8, 0.6, 0.8, 0.6]
    assert sets.figures["alignment_mean"].tolist() == pytest.approx([0.8, 0.7, 0.8, 0.7])
    assert sets.figures["size"].tolist() == [1, 2, 2, 3]
    assert "2606" in sets.notes[0]


def test_what_may_be_asked() -> None:
    text = agreement_of(HALF)
    assert ask(text).fixed == ("USA",)
    assert ask(text, ["deu"]).candidates == ("EU27",)
    assert ask(text, ["MEX"]).fixed == CODES
    with pytest.raises(DefinitionError, match="no economy"):
        ask(text, ["XYZ"])
    with pytest.raises(DefinitionError, match="named twice"):
        ask(text, ["FRA", "EU27"])
    with pytest.raises(DefinitionError, match="no candidate"):
        ask(text, [])
    waiting = replace(text, partners=(Partner("USA"), Partner("JPN", standing=Standing.CANDIDATE)))
    assert ask(waiting).candidates == ("JPN",)


def test_sets_in_words() -> None:
    question = ask(agreement_of(HALF))
    assert question.words(31) == "All"
    assert question.words(0b01111) == "All but KOR"
    assert question.words(0b00011) == "USA, JPN, EU27"
    assert question.members(question.mask(("USA", "KOR"))) == ("USA", "KOR")
    with pytest.raises(KeyError):
        question.mask(("CHN",))


def test_adopting_a_set_leaves_the_rest_of_the_text() -> None:
    text = replace(
        agreement_of(HALF),
        partners=(Partner("USA"), Partner("JPN", notes="kept"), Partner("IDN",
                  standing=Standing.OBSERVER)),
    )  # fmt: skip
    adopted = with_members(text, ("JPN", "AUS"))
    assert [p.economy for p in adopted.partners] == ["JPN", "IDN", "AUS"]
    assert adopted.partners[0].notes == "kept"
    assert replace(adopted, partners=text.partners) == text
