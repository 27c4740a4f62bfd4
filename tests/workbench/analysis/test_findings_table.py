"""The table of checks: every row fires in one case and not in another, and every fix settles it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.conclusions import Conclusion, Flip
from workbench.analysis.evaluation import evaluate
from workbench.analysis.findings import CHECKS, Needs, find_in_text, found_in
from workbench.analysis.frontier import Frontier, frontier
from workbench.analysis.market import Market
from workbench.analysis.resilience import Resilience, resilience
from workbench.analysis.results import Finding
from workbench.analysis.sensitivity import sensitivity
from workbench.analysis.supply_chain import ChainFacts, coverage_gaps
from workbench.analysis.supply_shock import supply_shock
from workbench.analysis.trade_effects import EffectsModel, TradeEffects, effects_with
from workbench.analysis.two_tiers import TwoTiers
from workbench.analysis.uncertainty import assumptions_of
from workbench.definitions.reader import read_agreement
from workbench.definitions.writer import write_text
from workbench.model.agreement import Agreement, Option, Suppressed
from workbench.model.assumptions import StatedElasticity
from workbench.model.commitments import (
    BillOfInputs,
    Body,
    Bracket,
    Clock,
    Commitment,
    CommitmentTopic,
    Enforcement,
    InputShare,
    Institutions,
    Obligation,
    Position,
    Ratchet,
    RatchetStep,
    Removal,
    StagingCategory,
    StagingFormula,
    Stance,
    StatedRate,
    Treatment,
    TreatmentBasis,
    Trigger,
)
from workbench.model.coverage import CoveredProducts, ProductCoverage, Quota
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSEdition, HSRange, dotted
from workbench.model.origin import (
    AllOf,
    AnyGood,
    Condition,
    InputsOriginate,
    OnlyGoods,
    Period,
    ProductRule,
    RegionalValueContent,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)
from workbench.model.red_lines import Bound, LineOn, RedLine
from workbench.tradedata.editions import code_history

BY_ID = {check.id: check for check in CHECKS}


def codes(*texts: str) -> tuple[HSRange, ...]:
    return tuple(HSRange.parse(text) for text in texts)


def rvc(share: float) -> RegionalValueContent:
    return RegionalValueContent(RvcMethod.BUILD_DOWN, share)


SOUND = Agreement(
    "Club",
    partners=(Partner("JPN"), Partner("USA")),
    coverage=ProductCoverage((CoveredProducts(codes("8505.11", "8108.20")),)),
    institutions=Institutions(review_every_years=3),
).with_default_rule(rvc(0.5))

SAID = Commitment("rates", CommitmentTopic.TRANSPARENCY, "Publish its rates.", Obligation.SHALL)


@dataclass(frozen=True)
class Case:
    """A text and how the findings on it are worked out, again after an edit too."""

    text: Agreement
    look: Callable[[Agreement], tuple[Finding, ...]]

    def ids(self, text: Agreement | None = None) -> set[str]:
        return {finding.id for finding in self.look(text or self.text)}


@dataclass(frozen=True)
class World:
    """The small market, and a text on it whose figures are unremarkable."""

    market: Market
    agreement: Agreement

    def words(self, text: Agreement = SOUND) -> Case:
        return Case(text, find_in_text)

    def figures(self, text: Agreement | None = None, **market: object) -> Case:
        changed = replace(self.market, **market)
        return Case(
            text or self.agreement, lambda a: evaluate(a, build_baseline(changed, a)).findings
        )

    def page(self, need: Needs, *facts: object) -> Case:
        return Case(self.agreement, lambda a: found_in(need, a, *facts))

    def frontier(self, text: Agreement | None = None, **changes: object) -> Case:
        text = text or self.agreement
        found: Frontier = frontier(text, build_baseline(self.market, text))
        return self.page(Needs.FRONTIER, replace(found, **changes))

    def strict(self) -> Agreement:
        parameters = replace(self.agreement.parameters, premium=2.0, concentration=60.0)
        return replace(self.agreement, parameters=parameters).with_default_rule(rvc(0.99))

    def effects(self, text: Agreement | None = None, **changes: object) -> Case:
        text = text or self.agreement
        evaluation = evaluate(text, build_baseline(self.market, text), complete=False)
        none = pd.DataFrame(columns=["product", "elasticity", "method", "source"])
        found: TradeEffects = effects_with(evaluation, none, EffectsModel.INFINITE_SUPPLY)
        return self.page(Needs.TRADE_EFFECTS, replace(found, **changes))

    def supply(self, **tables: object) -> Case:
        evaluation = evaluate(
            self.agreement, build_baseline(self.market, self.agreement), complete=False
        )
        found: Resilience = resilience(evaluation, None)
        return self.page(Needs.RESILIENCE, replace(found, **tables))

    def made_from(self, product: str) -> Case:
        """Something is made from nickel, which the agreement covers."""
        links = pd.DataFrame(
            [(product, "750210", "nickel")], columns=["output", "input", "material"]
        )
        trade = pd.DataFrame(columns=["importer", "exporter", "product", "value"])
        production = pd.DataFrame(columns=["item", "economy", "year", "value"])
        chain = ChainFacts(links, trade, production, ("750210",))

        def look(text: Agreement) -> tuple[Finding, ...]:
            partners = ("AUS", "JPN", "USA")
            gaps = coverage_gaps(chain, ("750210",), text.coverage, ("USA",), partners)
            return self.supply(gaps=gaps).look(text)

        return Case(self.agreement, look)

    def tiers(self, hidden: float) -> Case:
        route = {"origin": "CHN", "via": "AUS", "product": "850511", "hidden_usd": hidden}
        origins = pd.DataFrame(
            [{"economy": "CHN", "declared_usd": 1e6, "hidden_usd": hidden}],
        )
        found = TwoTiers(pd.DataFrame([route]), origins, 0.9, ())
        return self.page(Needs.LINKS, found)

    def sets(
        self,
        *,
        marginal: float = 0.0,
        shapley: float = 50.0,
        supplies: tuple[float, float] = (0.5, 0.5),
        blocking: tuple[str, ...] = (),
        score: float = 0.5,
    ) -> Case:
        """Two candidates, Chile and Peru, beside the United States."""
        common = {"candidates": ("CHL", "PER"), "start": 0.0, "whole": 100.0}
        trade = SimpleNamespace(
            **common,
            shapley=np.array([shapley, 100 - shapley]),
            in_core=not blocking,
            blocking=blocking,
            blocking_gain=10.0,
        )
        exposure = SimpleNamespace(**common, marginal=np.array([marginal, 0.0]))
        question = SimpleNamespace(economies=("CHL", "PER"), candidates=("CHL", "PER"))
        sets = SimpleNamespace(
            question=question, figures={"alignment_min": np.array([np.nan, score])}
        )
        contributed = {"covered_trade": trade, "exposure": exposure}
        return self.page(Needs.PARTNER_SETS, sets, contributed, np.array([supplies]), ("260400",))

    def flips(self, name: str, *, turns: bool = True) -> Case:
        assumptions = assumptions_of(self.agreement)
        first = assumptions[0]
        flip = Flip(first.name, first.base, first.high, 0.3)
        told = Conclusion(name, "utilisation", "it holds", None, 0.5, (flip,) if turns else ())
        return self.page(Needs.SENSITIVITY, (told,), assumptions)

    def red_line(self, code: str) -> Case:
        line = RedLine("JPN", LineOn.PRODUCT, Bound.AT_MOST, products=codes(code))
        result = evaluate(
            self.agreement, build_baseline(self.market, self.agreement), complete=False
        )
        return self.page(Needs.RED_LINES, result, (line,))


@pytest.fixture
def world(market: Market, agreement: Agreement) -> World:
    return World(market, agreement)


def with_commitment(**changes: object) -> Agreement:
    return replace(SOUND, commitments=(replace(SAID, **changes),))


def with_terms(**terms: object) -> Agreement:
    return replace(SOUND, institutions=Institutions(**{"review_every_years": 3, **terms}))


def with_product_rule(code: str, rule: Rule) -> Agreement:
    rules = (ProductRule(codes(code), rule),)
    return replace(SOUND, origin=replace(SOUND.origin, product_rules=rules))


def with_staging(*names: str) -> Agreement:
    categories = tuple(StagingCategory(name, StagingFormula.FREE) for name in names)
    return replace(SOUND, treatment=Treatment(staging=categories))


def with_quota(category: str) -> Agreement:
    (entry,) = SOUND.coverage.entries
    return SOUND.with_coverage_entry(0, replace(entry, staging=category, quota=Quota(1e6)))


def with_rate(code: str) -> Agreement:
    return replace(SOUND, tariffs=(StatedRate("USA", codes(code), 0.06, "schedule"),))


def shifting(text: Agreement, code: str) -> Agreement:
    bills = with_bill(code).bills_of_inputs
    return replace(text, bills_of_inputs=bills).with_default_rule(TariffShift(ShiftFrom.HEADING))


def with_bill(code: str) -> Agreement:
    bill = BillOfInputs(codes("8505.11"), (InputShare(codes(code)[0], 0.3),), "a test")
    return replace(SOUND, bills_of_inputs=(bill,))


def in_force(text: Agreement, **terms: object) -> Agreement:
    return replace(text, treatment=replace(text.treatment, **terms))


def with_parameters(text: Agreement, **values: float) -> Agreement:
    return replace(text, parameters=replace(text.parameters, **values))


def reopening(text: Agreement, trigger: Trigger) -> Agreement:
    return replace(text, institutions=Institutions(triggers=(trigger,)))


def covering(code: str, edition: HSEdition = HSEdition.HS2022, **terms: object) -> Agreement:
    text = replace(
        with_terms(**terms) if terms else SOUND,
        coverage=ProductCoverage((CoveredProducts(codes(code)),)),
    )
    return replace(text, nomenclature=edition)


def mirror(ratio: float) -> pd.DataFrame:
    row = ("USA", "JPN", "810820", 100e6, 100e6 / ratio, ratio)
    names = ["importer", "exporter", "product", "imports_usd", "exports_usd", "ratio"]
    return pd.DataFrame([row], columns=names).assign(
        imports_basis="CIF", imports_source="one", exports_basis="FOB", exports_source="other"
    )


def foreign(market: Market, factor: float) -> object:
    return replace(market.content, declared=market.content.declared * factor)


def products(**columns: object) -> pd.DataFrame:
    """One product as resilience tells it; by default nothing about it is remarkable."""
    row = {
        "product": "850511",
        "largest_after": "JPN",
        "largest_share_after": 0.4,
        "dependent": False,
        "hhi": 0.2,
        "hhi_after": 0.2,
    }
    return pd.DataFrame([{**row, **columns}]).astype({"dependent": object})


def upstream(supplied: bool) -> pd.DataFrame:
    row = {
        "input": "260400",
        "material": "nickel",
        "partner_share": 0.01,
        "basis": "mine production",
        "largest": "IDN",
        "largest_share": 0.6,
        "supplied": supplied,
    }
    return pd.DataFrame([row]).astype({"supplied": object})


def suppliers(gap: float) -> pd.DataFrame:
    row = {
        "partner": True,
        "origin_gap": gap,
        "product": "850511",
        "economy": "JPN",
        "export_share": 0.5,
        "mine_share": 0.5 - gap,
        "mine_at_most": 0.5 - gap,
    }
    return pd.DataFrame([row])


def loses(revenue: float) -> pd.DataFrame:
    row = {"partner": True, "economy": "USA", "revenue_change": revenue, "welfare": revenue / 2}
    return pd.DataFrame([{**row, "consumer_gain": 1.0, "producer_gain": 0.0}])


def better(world: World, exposure: float, utilisation: float) -> Case:
    text = world.agreement
    found = frontier(text, build_baseline(world.market, text))
    now = found.drafted
    assert now.exposure is not None
    assert now.utilisation is not None
    point = replace(
        now, at=0.6, exposure=now.exposure + exposure, utilisation=now.utilisation + utilisation
    )
    return world.page(Needs.FRONTIER, replace(found, points=(point,)))


CASES: dict[str, tuple[Callable[[World], Case], Callable[[World], Case]]] = {
    "inconsistent": (
        lambda w: w.words(
            replace(SOUND, coverage=ProductCoverage((CoveredProducts(codes("85"), staging="Z"),)))
        ),
        lambda w: w.words(),
    ),
    "too-few-partners": (
        lambda w: w.words(replace(SOUND, partners=(Partner("JPN"),))),
        lambda w: w.words(),
    ),
    "no-coverage": (
        lambda w: w.words(replace(SOUND, coverage=ProductCoverage())),
        lambda w: w.words(
            in_force(replace(SOUND, coverage=ProductCoverage()), market_access=False)
        ),
    ),
    "no-market-access": (
        lambda w: w.words(in_force(SOUND, market_access=False)),
        lambda w: w.words(),
    ),
    "input-not-covered": (
        lambda w: w.words(with_bill("2805.30")),
        lambda w: w.words(with_bill("8505.11")),
    ),
    "no-review": (
        lambda w: w.words(with_terms(review_every_years=None)),
        lambda w: w.words(),
    ),
    "open-brackets": (
        lambda w: w.words(with_commitment(brackets=(Bracket("its rates"),))),
        lambda w: w.words(with_commitment()),
    ),
    "opposed": (
        lambda w: w.words(with_commitment(positions=(Position("JPN", Stance.OPPOSES),))),
        lambda w: w.words(
            with_commitment(positions=(Position("JPN", Stance.OPPOSES),), applies_to=("USA",))
        ),
    ),
    "rule-cannot-be-met": (
        lambda w: w.words(
            SOUND.with_default_rule(
                AllOf((Period(last="2026-12-31"), Period(first="2027-01-01"), rvc(0.4)))
            )
        ),
        lambda w: w.words(SOUND.with_default_rule(AllOf((Period(last="2026-12-31"), rvc(0.4))))),
    ),
    "rule-part-without-effect": (
        lambda w: w.words(SOUND.with_default_rule(AllOf((rvc(0.4), rvc(0.6))))),
        lambda w: w.words(
            SOUND.with_default_rule(AllOf((rvc(0.4), TariffShift(ShiftFrom.HEADING))))
        ),
    ),
    "rule-of-other-goods": (
        lambda w: w.words(
            with_product_rule("8505.11", AllOf((OnlyGoods(codes("8108")), rvc(0.4))))
        ),
        lambda w: w.words(
            with_product_rule("8505.11", AllOf((OnlyGoods(codes("8505")), rvc(0.4))))
        ),
    ),
    "lock-beyond-sunset": (
        lambda w: w.words(with_terms(withdrawal_lock_years=6, sunset_years=5)),
        lambda w: w.words(with_terms(withdrawal_lock_years=5, sunset_years=5)),
    ),
    "review-after-sunset": (
        lambda w: w.words(with_terms(review_every_years=5, sunset_years=5)),
        lambda w: w.words(with_terms(review_every_years=4, sunset_years=5)),
    ),
    "no-preference-to-lose": (
        lambda w: w.words(in_force(with_commitment(preference_depends=True), market_access=False)),
        lambda w: w.words(with_commitment(preference_depends=True)),
    ),
    "rule-of-nothing-covered": (
        lambda w: w.words(with_product_rule("0101", rvc(0.4))),
        lambda w: w.words(with_product_rule("8505", rvc(0.4))),
    ),
    "staging-without-products": (
        lambda w: w.words(with_staging("A", "X")),
        lambda w: w.words(with_staging("A")),
    ),
    "quota-without-effect": (
        lambda w: w.words(with_quota("A")),
        lambda w: w.words(with_quota("")),
    ),
    "rate-without-use": (
        lambda w: w.words(with_rate("0101")),
        lambda w: w.words(with_rate("8505.11")),
    ),
    "option-repeats-base": (
        lambda w: w.words(
            replace(SOUND, options=(Option("B", changes=(("origin.default_rule", rvc(0.5)),)),))
        ),
        lambda w: w.words(
            replace(SOUND, options=(Option("B", changes=(("origin.default_rule", rvc(0.6)),)),))
        ),
    ),
    "option-without-changes": (
        lambda w: w.words(replace(SOUND, options=(Option("B"),))),
        lambda w: w.words(
            replace(SOUND, options=(Option("B", changes=(("origin.default_rule", rvc(0.6)),)),))
        ),
    ),
    "missing-disciplines": (
        lambda w: w.words(),
        lambda w: w.words(
            replace(
                SOUND,
                commitments=tuple(
                    replace(SAID, id=topic.value, topic=topic) for topic in CommitmentTopic
                ),
            )
        ),
    ),
    "cost-without-sanction": (
        lambda w: w.words(with_commitment(compliance_cost=0.01)),
        lambda w: w.words(with_commitment(compliance_cost=0.01, preference_depends=True)),
    ),
    "sanction-without-enforcement": (
        lambda w: w.words(with_commitment(preference_depends=True, enforcement=Enforcement.NONE)),
        lambda w: w.words(with_commitment(preference_depends=True)),
    ),
    "ratchet-not-whole": (
        lambda w: w.words(SOUND.with_ratchet(0, Ratchet(("JPN",), (RatchetStep("law", 0.5),)))),
        lambda w: w.words(SOUND.with_ratchet(0, Ratchet(("JPN",), (RatchetStep("law", 1.0),)))),
    ),
    "removal-of-unknown-commitment": (
        lambda w: w.words(
            with_commitment().with_removal(0, Removal(("JPN",), 0.1, commitment="labour"))
        ),
        lambda w: w.words(
            with_commitment().with_removal(0, Removal(("JPN",), 0.1, commitment="rates"))
        ),
    ),
    "facility-share-not-stated": (
        lambda w: w.words(
            with_commitment(preference_depends=True, enforcement=Enforcement.FACILITY_SPECIFIC)
        ),
        lambda w: w.words(
            with_commitment(
                preference_depends=True,
                enforcement=Enforcement.FACILITY_SPECIFIC,
                facility_share=0.1,
            )
        ),
    ),
    "parameter-without-source": (
        lambda w: w.words(with_parameters(SOUND, fixed_cost=900.0)),
        lambda w: w.words(
            with_parameters(SOUND, fixed_cost=900.0).with_parameter_source("fixed_cost", "a survey")
        ),
    ),
    "trigger-of-no-figure": (
        lambda w: w.words(with_terms(triggers=(Trigger("the weather", "rules", above=1.0),))),
        lambda w: w.words(with_terms(triggers=(Trigger("exposure", "rules", above=1.0),))),
    ),
    "code-of-another-edition": (
        lambda w: w.words(covering("8548.10")),
        lambda w: w.words(covering("8549.11")),
    ),
    "code-changed-since": (
        lambda w: w.words(covering("8548.10", HSEdition.HS2017)),
        lambda w: w.words(covering("8505.11", HSEdition.HS2017)),
    ),
    "technology-may-age": (
        lambda w: w.words(with_commitment(text="Cells are LFP cells.")),
        lambda w: w.words(
            replace(
                with_commitment(text="Cells are LFP cells."),
                institutions=Institutions(bodies=(Body("Panel", "Looks at technology."),)),
            )
        ),
    ),
    "process-never-reviewed": (
        lambda w: w.words(
            with_terms(review_every_years=None).with_default_rule(SpecificProcess("smelted"))
        ),
        lambda w: w.words(SOUND.with_default_rule(SpecificProcess("smelted"))),
    ),
    "extended-to-all": (
        lambda w: w.figures(in_force(w.agreement, basis=TreatmentBasis.EXTENDED)),
        lambda w: w.figures(),
    ),
    "below-critical-mass": (
        lambda w: w.figures(in_force(w.agreement, basis=TreatmentBasis.EXTENDED)),
        lambda w: w.figures(
            in_force(w.agreement, basis=TreatmentBasis.EXTENDED),
            flows=w.market.flows[w.market.flows["exporter"] != "CHN"],
        ),
    ),
    "extended-free-riders": (
        lambda w: w.figures(in_force(w.agreement, basis=TreatmentBasis.EXTENDED)),
        lambda w: w.figures(),
    ),
    "trade-unknown": (
        lambda w: w.figures(traded=frozenset({"850511"})),
        lambda w: w.figures(),
    ),
    "duties-unknown": (
        lambda w: w.figures(
            tariff_lines=w.market.tariff_lines[w.market.tariff_lines["product"] != "810820"]
        ),
        lambda w: w.figures(
            flows=w.market.flows[w.market.flows["importer"] == "USA"],
        ),
    ),
    "content-unknown": (
        lambda w: w.figures(
            content=replace(w.market.content, known=np.zeros_like(w.market.content.known))
        ),
        lambda w: w.figures(),
    ),
    "mfn-free": (
        lambda w: w.figures(),
        lambda w: w.figures(
            replace(
                w.agreement,
                coverage=ProductCoverage((CoveredProducts(codes("8108.20", "8505.11")),)),
            )
        ),
    ),
    "supplier-already-free": (
        lambda w: w.figures(flows=w.market.flows[w.market.flows["exporter"] != "CHN"]),
        lambda w: w.figures(),
    ),
    "weak-incentive": (
        lambda w: w.figures(w.agreement.with_default_rule(WhollyObtained())),
        lambda w: w.figures(with_parameters(w.agreement, target_utilisation=0.05)),
    ),
    "no-bill-of-inputs": (
        lambda w: w.figures(w.agreement.with_default_rule(InputsOriginate(codes("2805")))),
        lambda w: w.figures(),
    ),
    "nobody-qualifies-today": (
        lambda w: w.figures(w.agreement.with_default_rule(WhollyObtained())),
        lambda w: w.figures(),
    ),
    "no-content-limit": (
        lambda w: w.figures(w.agreement.with_default_rule(AnyGood())),
        lambda w: w.figures(),
    ),
    "no-partner-meets": (
        lambda w: w.figures(w.agreement.with_default_rule(rvc(0.95))),
        lambda w: w.figures(),
    ),
    "binds-nobody": (
        lambda w: w.figures(w.agreement.with_default_rule(rvc(0.05))),
        lambda w: w.figures(w.agreement.with_default_rule(rvc(0.9))),
    ),
    "input-too-coarse": (
        lambda w: w.figures(shifting(w.agreement, "85")),
        lambda w: w.figures(shifting(w.agreement, "7202")),
    ),
    "rewards-non-parties": (
        lambda w: w.figures(
            w.agreement.with_default_rule(AnyGood()), content=foreign(w.market, 4.5)
        ),
        lambda w: w.figures(),
    ),
    "non-party-supplier": (
        lambda w: w.figures(),
        lambda w: w.figures(flows=w.market.flows[w.market.flows["exporter"] != "CHN"]),
    ),
    "partner-without-trade": (
        lambda w: w.figures(w.agreement.with_partner(Partner("CHL"))),
        lambda w: w.figures(),
    ),
    "partner-adds-exposure": (
        lambda w: w.figures(w.agreement.with_default_rule(AnyGood()), **little_and_foreign(w)),
        lambda w: w.figures(w.agreement.with_default_rule(AnyGood())),
    ),
    "mirror-data": (
        lambda w: w.figures(mirror=mirror(3.2)),
        lambda w: w.figures(mirror=mirror(1.2)),
    ),
    "trigger-met": (
        lambda w: w.figures(
            replace(
                w.agreement,
                institutions=Institutions(triggers=(Trigger("exposure", "all", above=0.0),)),
            )
        ),
        lambda w: w.figures(
            replace(
                w.agreement,
                institutions=Institutions(triggers=(Trigger("exposure", "all", above=1.0),)),
            )
        ),
    ),
    "may-be-transshipped": (
        lambda w: w.figures(flows=passed_on(w.market)),
        lambda w: w.figures(
            replace(
                w.agreement, origin=replace(w.agreement.origin, direct_shipment="Goods go direct.")
            ),
            flows=passed_on(w.market),
        ),
    ),
    "duty-lost-beside-the-rule": (
        lambda w: w.figures(with_parameters(w.agreement, small_parcel_share=0.5)),
        lambda w: w.figures(with_parameters(w.agreement, small_parcel_share=0.001)),
    ),
    "hidden-content": (lambda w: w.tiers(2e6), lambda w: w.tiers(0.0)),
    "beyond-the-turn": (
        lambda w: w.frontier(w.strict()),
        lambda w: w.frontier(w.strict().with_default_rule(rvc(0.2))),
    ),
    "better-rule": (lambda w: better(w, -0.05, 0.0), lambda w: better(w, 0.05, 0.1)),
    "stricter-is-cheap": (lambda w: better(w, -0.05, -0.01), lambda w: better(w, -0.05, -0.1)),
    "nothing-changes": (
        lambda w: w.frontier(),
        lambda w: better(w, -0.05, -0.1),
    ),
    "products-beyond-the-turn": (
        lambda w: w.frontier(w.strict(), by_product=beyond(0.99)),
        lambda w: w.frontier(w.strict(), by_product=beyond(0.1)),
    ),
    "exposure-little-trade": (
        lambda w: w.sets(marginal=0.01, shapley=0.1),
        lambda w: w.sets(marginal=0.01),
    ),
    "input-missed-by-all": (
        lambda w: w.sets(supplies=(0.001, 0.001)),
        lambda w: w.sets(),
    ),
    "input-needs-partner": (
        lambda w: w.sets(supplies=(0.9, 0.001)),
        lambda w: w.sets(),
    ),
    "group-better-alone": (
        lambda w: w.sets(blocking=("CHL",)),
        lambda w: w.sets(),
    ),
    "no-alignment": (lambda w: w.sets(score=np.nan), lambda w: w.sets()),
    "beyond-the-model": (lambda w: w.effects(overshoot=2), lambda w: w.effects(overshoot=0)),
    "diverts-more-than-it-creates": (
        lambda w: w.effects(totals={"creation": 1.0, "diverted_from_non_parties": 2.0}),
        lambda w: w.effects(totals={"creation": 2.0, "diverted_from_non_parties": 1.0}),
    ),
    "partner-loses": (
        lambda w: w.effects(by_partner=loses(-5.0)),
        lambda w: w.effects(by_partner=loses(0.0)),
    ),
    "default-elasticities": (
        lambda w: w.effects(),
        lambda w: w.effects(
            replace(w.agreement, elasticities=(StatedElasticity("a study", (), substitution=4.0),))
        ),
    ),
    "one-supplier-above-half": (
        lambda w: w.supply(products=products(largest_after="CHN", largest_share_after=0.6)),
        lambda w: w.supply(products=products(largest_after="JPN", largest_share_after=0.6)),
    ),
    "input-nobody-supplies": (
        lambda w: w.supply(upstream=upstream(False)),
        lambda w: w.supply(upstream=upstream(True)),
    ),
    "dependent": (
        lambda w: w.supply(products=products(dependent=True)),
        lambda w: w.supply(products=products(dependent=None)),
    ),
    "downstream-not-covered": (
        lambda w: w.made_from("720260"),
        lambda w: w.made_from("850511"),
    ),
    "concentrates-supply": (
        lambda w: w.supply(products=products(hhi_after=0.3)),
        lambda w: w.supply(products=products(hhi_after=0.21)),
    ),
    "exporter-is-not-the-miner": (
        lambda w: w.supply(suppliers=suppliers(0.4)),
        lambda w: w.supply(suppliers=suppliers(0.1)),
    ),
    "few-years": (
        lambda w: w.supply(years=(2024,)),
        lambda w: w.supply(years=(2022, 2023, 2024)),
    ),
    "cannot-be-replaced": (
        lambda w: w.page(
            Needs.SUPPLY_SHOCK, supply_shock(build_baseline(w.market, w.agreement), "CHN", 0.0)
        ),
        lambda w: w.page(
            Needs.SUPPLY_SHOCK, supply_shock(build_baseline(w.market, w.agreement), "EU27", 1.0)
        ),
    ),
    **{
        check.id: (
            lambda w, name=check.id: w.flips(name.removeprefix("flips-")),
            lambda w, name=check.id: w.flips(name.removeprefix("flips-"), turns=False),
        )
        for check in CHECKS
        if check.needs is Needs.SENSITIVITY
    },
    "red-line": (lambda w: w.red_line("8505"), lambda w: w.red_line("01")),
}


def little_and_foreign(world: World) -> dict[str, object]:
    """A market in which Australia sells little, nearly all of it made elsewhere."""
    market = world.market
    declared = market.content.declared.copy()
    declared[market.content.economies.index("AUS")] *= 6
    flows = pd.concat(
        [
            market.flows[market.flows["exporter"] != "AUS"],
            pd.DataFrame(
                [("USA", "AUS", "AUS", "810820", 20e6, False)], columns=market.flows.columns
            ),
        ],
        ignore_index=True,
    )
    return {"content": replace(market.content, declared=declared), "flows": flows}


def passed_on(market: Market) -> pd.DataFrame:
    """Japan buys from China what it sells to the United States."""
    row = pd.DataFrame(
        [("JPN", "CHN", "CHN", "810820", 300e6, False)], columns=market.flows.columns
    )
    return pd.concat([market.flows, row], ignore_index=True)


def beyond(drafted: float) -> pd.DataFrame:
    row = {
        "drafted_at": drafted,
        "turning_at": 0.5,
        "most_resourced": 9.0,
        "drafted_resourced": 1.0,
    }
    return pd.DataFrame([{**row, "product": code} for code in ("850511", "810820")])


def test_ids_are_unique_and_every_row_has_its_two_cases() -> None:
    assert len(BY_ID) == len(CHECKS)
    assert set(CASES) == set(BY_ID)


@pytest.mark.parametrize("name", list(CASES))
def test_every_row_fires_and_keeps_silent(world: World, name: str) -> None:
    fires, silent = (made(world) for made in CASES[name])
    assert name in fires.ids()
    assert name not in silent.ids()


@pytest.mark.parametrize("name", list(CASES))
def test_findings_are_as_the_table_says(world: World, name: str) -> None:
    offered = False
    for made in CASES[name]:
        for finding in made(world).look(made(world).text):
            row = BY_ID[finding.id]
            assert finding.level in row.levels
            assert finding.where.startswith(row.section)
            assert finding.text.endswith(".")
            assert finding.about
            if finding.fix is not None:
                assert row.fix
                offered |= finding.id == name
    assert offered == bool(BY_ID[name].fix)


@pytest.mark.parametrize("name", [check.id for check in CHECKS if check.fix])
def test_every_fix_settles_its_finding_in_one_edit(world: World, name: str, tmp_path: Path) -> None:
    case = CASES[name][0](world)
    before = write_text(case.text)
    for finding in case.look(case.text):
        if finding.id == name and finding.fix is not None:
            after = finding.fix.edit(case.text)
            assert after != case.text
            assert (name, finding.about) not in {(f.id, f.about) for f in case.look(after)}
            (tmp_path / "after.yaml").write_text(write_text(after), encoding="utf-8")
            assert read_agreement(tmp_path / "after.yaml") == after
    assert write_text(case.text) == before


@pytest.mark.parametrize("name", [c.id for c in CHECKS if c.needs is not Needs.RED_LINES])
def test_every_finding_can_be_set_aside(world: World, name: str) -> None:
    case = CASES[name][0](world)
    text = case.text
    for finding in case.look(text):
        if finding.id == name:
            text = text.with_suppressed(Suppressed(name, finding.about, "a test"))
    aside = [f for f in case.look(text) if f.id == name]
    assert aside
    assert all(f.set_aside == "a test" for f in aside)
    again = [f.set_aside for f in case.look(text)]
    assert again == sorted(again, key=bool)


def test_a_trigger_is_one_row_whatever_its_number(world: World) -> None:
    (finding,) = world.flips("trigger-2").look(world.agreement)
    assert (finding.id, finding.about) == ("flips-trigger", "parameters trigger-2")


def test_every_conclusion_has_its_row(world: World) -> None:
    trigger = Trigger("exposure", "the rules", above=0.12)
    text = replace(world.agreement, institutions=Institutions(triggers=(trigger,)))
    result = sensitivity(text, build_baseline(world.market, text), count=20, seed=1)
    for conclusion in result.conclusions:
        (finding,) = world.flips(conclusion.name).look(text)
        assert finding.id in BY_ID


# Codes and technologies ----------------------------------------------------------------------


def told(text: Agreement, name: str) -> Finding:
    (finding,) = (f for f in find_in_text(text) if f.id == name)
    return finding


def test_a_code_of_another_edition_is_told_with_what_it_became() -> None:
    finding = told(covering("8548.10"), "code-of-another-edition")
    assert finding.text == (
        "8548.10 is not a code of HS2022, so nothing is found under it. HS2017 has 8548.10, which "
        "is 8549.11, 8549.12, 8549.13, 8549.14 and 1 more in HS2022."
    )
    assert finding.fix is not None
    after = finding.fix.edit(covering("8548.10"))
    assert [str(r) for r in after.coverage.entries[0].products] == [
        f"8549.{n}" for n in (11, 12, 13, 14, 19)
    ]
    future = told(covering("8549.11", HSEdition.HS2017), "code-of-another-edition")
    assert "HS2022 has 8549.11, which is 8548.10 in HS2017" in future.text


def test_codes_of_the_oldest_edition_are_known_too() -> None:
    oldest = code_history().became[2007, 2022]
    gone = next(c for c in oldest if not code_history().has(c, 2012))
    assert "HS2007 has" in told(covering(dotted(gone)), "code-of-another-edition").text


def test_moving_a_text_takes_its_bills_along() -> None:
    bill = BillOfInputs(codes("8548.10"), (InputShare(codes("8505.11")[0], 0.3),), "a test")
    text = replace(covering("8548.10", HSEdition.HS2017), bills_of_inputs=(bill,))
    finding = told(text, "code-changed-since")
    assert finding.where == "coverage[0]"
    assert finding.fix is not None
    after = finding.fix.edit(text)
    assert after.bills_of_inputs[0].products == after.coverage.entries[0].products


def test_a_code_that_no_edition_has_is_told_without_a_fix() -> None:
    finding = told(covering("8505.99"), "code-of-another-edition")
    assert finding.text.endswith("Take the code that edition has, or state another.")
    assert finding.fix is None


def test_what_a_group_excepts_is_not_covered() -> None:
    """Nickel mattes are covered but for the sinters that a bill, a rule and a rate name."""
    code = HSRange.parse("7501.20")
    entry = CoveredProducts((HSRange.parse("7501"),), (code,))
    text = replace(
        SOUND,
        coverage=ProductCoverage((entry, *SOUND.coverage.entries)),
        bills_of_inputs=(
            BillOfInputs((HSRange.parse("8505.11"),), (InputShare(code, 0.2),), "a study"),
        ),
        origin=replace(SOUND.origin, product_rules=(ProductRule((code,), rvc(0.4)),)),
        tariffs=(StatedRate("USA", (code,), 0.02, "a note"),),
    )
    wanted = {"input-not-covered", "rule-of-nothing-covered", "rate-without-use"}
    assert wanted <= {finding.id for finding in find_in_text(text)}
    whole = replace(text, coverage=ProductCoverage((replace(entry, exceptions=()),)))
    assert not wanted & {finding.id for finding in find_in_text(whole)}


def test_a_text_moves_to_the_later_edition() -> None:
    text = covering("8548.10", HSEdition.HS2017)
    finding = told(text, "code-changed-since")
    assert finding.text.startswith("The text is in HS2017; in HS2022 8548.10 is 8549.11")
    assert finding.level.value == "note"
    assert finding.fix is not None
    after = finding.fix.edit(text)
    assert after.nomenclature is HSEdition.HS2022
    assert not {"code-changed-since", "code-of-another-edition"} & {
        f.id for f in find_in_text(after)
    }
    unreviewed = covering("8548.10", HSEdition.HS2017, review_every_years=None)
    assert told(unreviewed, "code-changed-since").level.value == "warning"


def test_what_left_a_heading_is_told_and_needs_a_decision() -> None:
    finding = told(covering("8548", HSEdition.HS2017), "code-changed-since")
    assert "in HS2022 parts of 8548 are in 8549." in finding.text
    assert finding.fix is None
    both = covering("8548-8549", HSEdition.HS2017)
    assert "code-changed-since" not in {f.id for f in find_in_text(both)}


def test_an_edition_that_only_the_database_knows(world: World) -> None:
    text = world.agreement
    case = world.figures(text, further_codes=((2022, 2028, "850511", "850521"),))
    (finding,) = (f for f in case.look(text) if f.id == "code-changed-since")
    assert "in HS2028 8505.11 is 8505.21" in finding.text
    assert finding.fix is None  # the workbench cannot state that edition yet


RULES = (
    (SpecificProcess("sintered and magnetised"), "sintered magnets"),
    (Condition("of 7 nm or less"), "process nodes named by a length"),
    (InputsOriginate((), words="LFP cathodes"), "lithium iron phosphate cells"),
    (OnlyGoods(words="made with DUV tools"), "deep ultraviolet lithography"),
)


@pytest.mark.parametrize(("rule", "name"), RULES, ids=[name for _, name in RULES])
def test_technologies_in_rules_are_named(rule: Rule, name: str) -> None:
    text = with_terms(review_every_years=None).with_default_rule(rule)
    finding = told(text, "technology-may-age")
    assert f"names a technology, {name}, which may" in finding.text
    assert (finding.where, finding.level.value) == ("origin.default_rule", "warning")
    assert "process-never-reviewed" not in {f.id for f in find_in_text(text)}
    reviewed = told(SOUND.with_default_rule(rule), "technology-may-age")
    assert reviewed.level.value == "note"
    assert "The review clause names no technologies." in reviewed.text


def test_one_finding_for_each_technology_and_place() -> None:
    two = replace(SAID, text="Neodymium magnets, sintered; neodymium again.")
    text = replace(SOUND, commitments=(two, replace(two, id="more")))
    found = [f for f in find_in_text(text) if f.id == "technology-may-age"]
    assert len(found) == 4
    assert len({f.about for f in found}) == 4
    clock = replace(text.institutions, clocks=(Clock("Review of technologies", 365),))
    reviewed = find_in_text(replace(text, institutions=clock))
    assert "technology-may-age" not in {f.id for f in reviewed}


def test_usual_words_of_a_treaty_name_no_technology() -> None:
    words = (
        "Each Party shall profile risks, publish 25 notices in 12 months, and keep national "
        "competent authorities (NCA) informed of articles of iron and steel melted and poured."
    )
    assert "technology-may-age" not in {f.id for f in find_in_text(with_commitment(text=words))}


def test_findings_call_a_commitment_by_its_title() -> None:
    plain = with_commitment(brackets=(Bracket("its rates"),))
    assert told(plain, "open-brackets").text.startswith("'rates' has text")
    titled = with_commitment(brackets=(Bracket("its rates"),), title="Open books")
    finding = told(titled, "open-brackets")
    assert finding.text.startswith("'Open books' has text")
    assert finding.about == "commitments rates"
