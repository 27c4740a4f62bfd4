"""Commitments: profile, missing disciplines, what a breach costs, triggers, ratchets."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.analysis import triggers
from workbench.analysis.baseline import build_baseline
from workbench.analysis.commitment_stakes import explain_stake, lost_share, stakes
from workbench.analysis.evaluation import evaluate
from workbench.analysis.legalisation import legalisation_profile, missing_disciplines
from workbench.analysis.triggers import Moves, trade_moves, trigger_states
from workbench.model.commitments import (
    Binds,
    Commitment,
    CommitmentTopic,
    Enforcement,
    Institutions,
    Obligation,
    Precision,
    Ratchet,
    RatchetStep,
    Removal,
    Trigger,
)
from workbench.model.economies import Role

LABOUR = Commitment(
    "labour",
    CommitmentTopic.LABOUR,
    "Text",
    Obligation.SHALL,
    Precision.HIGH,
    Enforcement.FACILITY_SPECIFIC,
    preference_depends=True,
    facility_share=0.1,
)
SOFT = Commitment("soft", CommitmentTopic.LABOUR, "Text", Obligation.MAY, Precision.LOW)


@pytest.fixture
def evaluate_small(market):
    def run(agreement, year=None):
        return evaluate(agreement, build_baseline(market, agreement), year=year, complete=False)

    return run


def test_profile_is_the_mean_of_a_topic(agreement):
    text = replace(agreement, commitments=(LABOUR, SOFT))
    (profile,) = legalisation_profile(text)
    assert profile.commitments == 2
    assert profile.obligation == 0.5
    assert profile.precision == 0.5
    assert profile.delegation == pytest.approx((1 + 1 / 3) / 2)


def test_missing_disciplines(agreement):
    missing = missing_disciplines(replace(agreement, commitments=(LABOUR,)))
    assert "labour" not in missing
    assert {"environment", "review", "information sharing"} <= set(missing)
    reviewed = replace(agreement, institutions=Institutions(review_every_years=3))
    assert "review" not in missing_disciplines(reviewed)


def test_a_commitment_binds_partners_by_what_they_bring(agreement):
    first, *others = agreement.partners
    text = replace(agreement, partners=(replace(first, role=Role.CONSUMER), *others))
    producers = replace(LABOUR, binds=Binds.PRODUCERS)
    assert first.economy not in text.bound_by(producers)
    assert first.economy in text.bound_by(replace(LABOUR, binds=Binds.CONSUMERS))
    assert text.bound_by(LABOUR) == tuple(p.economy for p in text.partners)
    assert text.bound_by(replace(LABOUR, applies_to=(others[0].economy,))) == (others[0].economy,)


def test_what_a_breach_takes(agreement, evaluate_small):
    text = replace(agreement, commitments=(LABOUR, SOFT))
    result = evaluate_small(text)
    facility, soft = stakes(result)
    claimed = float(np.nansum(result.lanes["claimed"]))
    assert facility.claimed_usd == pytest.approx(claimed)
    assert facility.lost_usd == pytest.approx(0.1 * claimed)
    assert facility.duty_usd == pytest.approx(0.1 * np.nansum(result.lanes["duty_forgone"]))
    assert (facility.most_usd, facility.most_duty_usd) == (facility.lost_usd, facility.duty_usd)
    assert soft.lost_usd == 0
    assert lost_share(replace(LABOUR, enforcement=Enforcement.STATE_TO_STATE)) == 1


def test_a_ratchet_opens_with_what_is_met(agreement, evaluate_small):
    exporter = agreement.partners[1].economy
    steps = (RatchetStep("law passed", 0.5, 2), RatchetStep("inspected", 0.5))
    ratchet = Ratchet((exporter,), steps)
    assert [ratchet.open_share(year) for year in (1, 2, None)] == [0, 0.5, 0.5]
    text = agreement.with_ratchet(0, ratchet)
    for year, share in ((1, 0.0), (2, 0.5)):
        lanes = evaluate_small(text, year=year).lanes
        plain = evaluate_small(agreement, year=year).lanes
        mine = lanes["exporter"] == exporter
        cut = (plain["base_duty"] - plain["pref_duty"])[mine]
        assert np.allclose(
            (lanes["base_duty"] - lanes["pref_duty"])[mine], share * cut, equal_nan=True
        )
        assert lanes[~mine]["pref_duty"].equals(plain[~mine]["pref_duty"])


def test_a_removal_takes_its_share_of_the_cut(agreement, evaluate_small):
    exporter = agreement.partners[1].economy
    text = agreement.with_removal(0, Removal((exporter,), 0.25, from_year=2, until_year=3))
    plain = evaluate_small(agreement, year=2).lanes
    mine = plain["exporter"] == exporter
    cut = (plain["base_duty"] - plain["pref_duty"])[mine]
    assert cut.max() > 0
    for year, share in ((1, 0.0), (2, 0.25), (3, 0.25), (4, 0.0)):
        lanes = evaluate_small(text, year=year).lanes
        left = (lanes["base_duty"] - lanes["pref_duty"])[mine]
        assert np.allclose(left, (1 - share) * cut, equal_nan=True)
    assert not text.treatment.removals[0].holds_in(None)


def test_costs_of_complying_start_with_the_commitment(agreement, evaluate_small):
    costly = replace(LABOUR, compliance_cost=0.01, from_year=3)
    text = replace(agreement, commitments=(costly,))
    early, late = (evaluate_small(text, year=year).lanes for year in (2, 3))
    assert (early["ad_valorem_cost"] == 0).all()
    assert (late["ad_valorem_cost"] == 0.01).all()


def test_triggers_are_worked_out(agreement, evaluate_small):
    triggers = (
        Trigger("exposure", "rules", above=0.0),
        Trigger("utilisation", "rules", above=1.0),
        Trigger("concentration", "coverage", above=0.0),
        Trigger("largest_supplier_share", "coverage", above=1.0),
        Trigger("price_move", "coverage", above=0.2),
        Trigger("the weather", "everything", above=1.0),
    )
    text = replace(agreement, institutions=Institutions(triggers=triggers))
    states = trigger_states(evaluate_small(text))
    assert [state.met for state in states] == [True, False, True, False, None, None]
    assert states[3].value is not None
    assert 0 < states[3].value <= 1
    assert "one year" in states[4].why
    assert "not a figure" in states[5].why


def test_moves_are_of_what_enters_with_a_quantity_in_both_years(monkeypatch):
    """Twice the weight at 12 instead of 10 a kilogram; Japan's was not weighed before."""
    rows = [
        (2022, "USA", "CHN", 100.0, 10.0),
        (2024, "USA", "CHN", 240.0, 20.0),
        (2022, "USA", "JPN", 50.0, np.nan),
        (2024, "USA", "JPN", 60.0, 6.0),
        (2022, "DEU", "FRA", 1000.0, 1.0),  # inside the European Union
        (2024, "DEU", "FRA", 10.0, 1000.0),
    ]
    names = ["year", "importer", "exporter", "value_usd", "quantity_kg"]
    flows = pd.DataFrame(rows, columns=names).assign(product="850511")
    monkeypatch.setattr(triggers.queries, "trade_years", lambda _: (2017, 2022, 2024))
    monkeypatch.setattr(triggers.queries, "flows", lambda *_: flows)
    found = trade_moves(None, "HS2022", ("850511",), ("USA", "EU27"))
    assert found == Moves(2022, 2024, pytest.approx(1.0), pytest.approx(0.2), pytest.approx(0.8))
    monkeypatch.setattr(triggers.queries, "flows", lambda *_: flows.assign(quantity_kg=np.nan))
    assert trade_moves(None, "HS2022", ("850511",), ("USA",)) == Moves(2022, 2024, None, None, 0.0)
    monkeypatch.setattr(triggers.queries, "trade_years", lambda _: (2024,))
    assert trade_moves(None, "HS2022", ("850511",), ("USA",)) is None


def test_a_move_says_what_part_of_trade_it_rests_on(agreement, evaluate_small):
    watched = Institutions(triggers=(Trigger("price_move", "the cap", above=0.1),))
    result = evaluate_small(replace(agreement, institutions=watched))
    (state,) = trigger_states(result, Moves(2022, 2024, 1.0, 0.2, 0.8))
    assert state.met
    assert state.why == (
        "On 80% of the imports of 2024, of which quantities are known in 2022 too."
    )
    (unknown,) = trigger_states(result, Moves(2022, 2024, None, None, 0.0))
    assert unknown.met is None
    assert "not known" in unknown.why


def test_a_trigger_on_a_fall(agreement, evaluate_small):
    triggers = (
        Trigger("utilisation", "rules", below=1.0),
        Trigger("exposure", "rules", below=0.0),
        Trigger("exposure", "rules"),
    )
    text = replace(agreement, institutions=Institutions(triggers=triggers))
    result = evaluate_small(text)
    assert [state.met for state in trigger_states(result)] == [True, False, False]
    met = [finding for finding in result.findings if finding.id == "trigger-met"]
    assert [(f.where, dict(f.figures)["below"]) for f in met] == [("institutions.triggers[0]", 1.0)]
    # A trigger without a level is said to be wrong, and goes off never.
    assert any("has no level" in f.text for f in result.findings if f.id == "inconsistent")


def test_what_a_facility_takes_is_not_known_unless_stated(agreement, evaluate_small):
    unstated = replace(LABOUR, facility_share=None)
    result = evaluate_small(replace(agreement, commitments=(unstated,)))
    (stake,) = stakes(result)
    assert lost_share(unstated) is None
    assert stake.lost_usd is stake.duty_usd is None
    assert stake.most_usd == stake.claimed_usd == pytest.approx(np.nansum(result.lanes["claimed"]))
    assert stake.most_duty_usd == pytest.approx(np.nansum(result.lanes["duty_forgone"]))
    told = explain_stake(result, 0)
    assert told.value is None
    values = {term.meaning: term.value for term in told.terms}
    assert values["Share lost"] is None
    assert values["Trade lost, at most"] == stake.most_usd
    assert any("not stated" in note for note in told.notes)
    stated = explain_stake(evaluate_small(replace(agreement, commitments=(LABOUR,))), 0)
    assert stated.value == pytest.approx(0.1 * stake.claimed_usd)
    assert "Trade lost, at most" not in {term.meaning for term in stated.terms}


def test_findings_on_sanctions_triggers_and_disciplines(agreement, evaluate_small):
    exporter = agreement.partners[1].economy
    text = replace(
        agreement,
        commitments=(
            replace(SOFT, compliance_cost=0.01),
            replace(LABOUR, enforcement=Enforcement.NONE),
        ),
        institutions=Institutions(
            triggers=(
                Trigger("concentration", "rules", above=0.0),
                Trigger("weather", "rules", above=1.0),
            )
        ),
    )
    text = text.with_ratchet(0, Ratchet((exporter,), (RatchetStep("law", 0.5),)))
    text = text.with_removal(0, Removal((exporter,), 0.1, commitment="none of these"))
    found = {finding.id: finding.where for finding in evaluate_small(text).findings}
    assert found["cost-without-sanction"] == "commitments[0]"
    assert found["sanction-without-enforcement"] == "commitments[1]"
    assert found["ratchet-not-whole"] == "treatment.ratchets[0]"
    assert found["removal-of-unknown-commitment"] == "treatment.removals[0]"
    assert found["trigger-met"] == "institutions.triggers[0]"
    assert found["trigger-of-no-figure"] == "institutions.triggers[1]"
    assert found["missing-disciplines"] == "commitments"
    plain = {finding.id for finding in evaluate_small(agreement).findings}
    assert "trigger-met" not in plain
