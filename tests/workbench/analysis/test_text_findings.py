"""Remarks on the text alone, what mends them, and setting them aside."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from workbench import cli
from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.findings import CHECKS, find_in_text
from workbench.analysis.results import Finding, Level
from workbench.definitions.writer import write_text
from workbench.model.agreement import Agreement, Option, Suppressed
from workbench.model.commitments import (
    Bracket,
    Commitment,
    CommitmentTopic,
    Institutions,
    Obligation,
    Position,
    StagingCategory,
    StagingFormula,
    Stance,
    StatedRate,
    Treatment,
)
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    InputsOriginate,
    Materials,
    OnlyGoods,
    Period,
    ProductRule,
    RegionalValueContent,
    Rule,
    RvcMethod,
    ShiftFrom,
    TariffShift,
)


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


def found(agreement: Agreement) -> dict[str, Finding]:
    return {finding.id: finding for finding in find_in_text(agreement)}


def fixed(agreement: Agreement, name: str) -> Agreement:
    """The agreement after the fix of a finding, which must be gone."""
    finding = found(agreement)[name]
    assert finding.fix is not None
    after = finding.fix.edit(agreement)
    assert name not in found(after)
    return after


def test_a_sound_text_has_no_remarks_but_missing_disciplines() -> None:
    assert set(found(SOUND)) <= {"missing-disciplines"}


def test_a_missing_review_clause_is_one_edit_away() -> None:
    after = fixed(replace(SOUND, institutions=Institutions()), "no-review")
    assert after.institutions.review_every_years == 3


def test_a_partner_against_what_binds_it() -> None:
    said = Commitment(
        "rates",
        CommitmentTopic.TRANSPARENCY,
        "Each Party shall publish its rates.",
        Obligation.SHALL,
        applies_to=("JPN",),
        positions=(Position("JPN", Stance.OPPOSES), Position("USA", Stance.OPPOSES)),
        brackets=(Bracket("its rates"),),
    )
    told = found(replace(SOUND, commitments=(said,)))
    assert told["opposed"].text == "'rates' binds Japan, which opposes it."
    assert told["open-brackets"].about == "commitments rates"


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        (AllOf((Period(last="2026-12-31"), Period(first="2027-01-01"))), "rule-cannot-be-met"),
        (
            AllOf((OnlyGoods(codes("8505")), OnlyGoods(codes("8108")), rvc(0.4))),
            "rule-cannot-be-met",
        ),
        (
            AllOf(
                (
                    InputsOriginate(codes("2805")),
                    TariffShift(ShiftFrom.HEADING, also=(Materials(codes("2805.30")),)),
                )
            ),
            "rule-cannot-be-met",
        ),
        (
            TariffShift(
                ShiftFrom.HEADING, exceptions=codes("2805"), also=(Materials(codes("2805.30")),)
            ),
            "rule-cannot-be-met",
        ),
        (AnyOf((AnyGood(), rvc(0.4))), "rule-part-without-effect"),
    ],
    ids=["periods", "goods", "inputs", "shift", "any"],
)
def test_parts_of_a_rule_that_contradict(rule: Rule, kind: str) -> None:
    finding = found(SOUND.with_default_rule(rule))[kind]
    assert finding.where == "origin.default_rule"
    assert (finding.level is Level.ERROR) == (kind == "rule-cannot-be-met")


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        (AllOf((rvc(0.4), rvc(0.6))), rvc(0.6)),
        (AnyOf((rvc(0.4), rvc(0.6))), rvc(0.4)),
        (AllOf((AnyGood(), rvc(0.4))), rvc(0.4)),
    ],
    ids=["all", "any", "any good"],
)
def test_a_part_without_effect_is_taken_out(rule: AllOf | AnyOf, left: Rule) -> None:
    after = fixed(SOUND.with_default_rule(rule), "rule-part-without-effect")
    assert isinstance(after.origin.default_rule, AllOf | AnyOf)
    assert after.origin.default_rule.rules == (left,)


def test_alternatives_that_differ_are_no_contradiction() -> None:
    shift = TariffShift(ShiftFrom.HEADING)
    for rule in (AnyOf((shift, rvc(0.4))), AllOf((shift, rvc(0.4)))):
        assert not {name for name in found(SOUND.with_default_rule(rule)) if "rule" in name}


def test_what_nothing_refers_to_is_taken_out() -> None:
    rules = (ProductRule(codes("0101"), rvc(0.4)), ProductRule(codes("8505.11"), rvc(0.4)))
    unused = replace(SOUND, origin=replace(SOUND.origin, product_rules=rules))
    assert fixed(unused, "rule-of-nothing-covered").origin.product_rules == rules[1:]
    staging = (StagingCategory("A", StagingFormula.FREE), StagingCategory("X", StagingFormula.FREE))
    unused = replace(SOUND, treatment=Treatment(staging=staging))
    assert fixed(unused, "staging-without-products").treatment.staging == staging[:1]
    rate = StatedRate("CHL", codes("8505.11"), 0.06, "schedule")
    assert fixed(replace(SOUND, tariffs=(rate,)), "rate-without-use").tariffs == ()


def test_options_that_repeat_the_base_text() -> None:
    options = (Option("B", changes=(("origin.default_rule", rvc(0.5)),)), Option("C"))
    told = found(replace(SOUND, options=options))
    assert told["option-without-changes"].where == "options[1]"
    after = fixed(replace(SOUND, options=options), "option-repeats-base")
    assert after.options[0].changes == ()


def test_codes_of_another_edition() -> None:
    entry = CoveredProducts(codes("8505.11", "8505.99"))
    told = found(replace(SOUND, coverage=ProductCoverage((entry,))))
    assert told["code-of-another-edition"].text.startswith("8505.99 is not a code of HS2022")


def test_clocks_that_cannot_work_together() -> None:
    terms = Institutions(review_every_years=5, withdrawal_lock_years=6, sunset_years=5)
    assert {"lock-beyond-sunset", "review-after-sunset"} <= set(
        found(replace(SOUND, institutions=terms))
    )


def test_a_finding_set_aside_comes_last_with_its_reason() -> None:
    draft = replace(SOUND, institutions=Institutions())
    about = found(draft)["no-review"].about
    aside = draft.with_suppressed(Suppressed("no-review", about, "reviewed by the treaty above"))
    last = find_in_text(aside)[-1]
    assert (last.id, last.set_aside) == ("no-review", "reviewed by the treaty above")
    assert aside.without_suppressed("no-review", about) == draft
    assert "reason: reviewed by the treaty above" in write_text(aside)


def test_what_is_set_aside_follows_its_entry() -> None:
    said = Commitment(
        "rates", CommitmentTopic.REVIEW, "x", Obligation.SHALL, brackets=(Bracket("x"),)
    )
    draft = replace(SOUND, commitments=(said,))
    about = found(draft)["open-brackets"].about
    draft = draft.with_suppressed(Suppressed("open-brackets", about, "agreed by letter"))
    moved = replace(draft, commitments=(replace(said, id="first", brackets=()), said))
    assert found(moved)["open-brackets"].set_aside == "agreed by letter"


def test_an_option_is_not_told_about_options(market, agreement) -> None:
    option = Option("B", changes=(("title", "Other"),))
    draft = replace(agreement, options=(option, Option("C")))
    text = draft.with_option("B")
    result = evaluate(text, build_baseline(market, text), "B")
    assert not [f for f in result.findings if f.id.startswith("option-")]
    result = evaluate(draft, build_baseline(market, draft))
    assert [f.id for f in result.findings if f.id.startswith("option-")]


def test_a_partner_that_brings_nothing(market, agreement) -> None:
    wider = agreement.with_partner(Partner("CHL"))
    told = evaluate(wider, build_baseline(market, wider)).findings
    assert "partner-without-trade" in {finding.id for finding in told}


def test_the_check_command_prints_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "draft.yaml"
    contradicting = AnyOf((Period(last="2026-12-31"),))
    draft = replace(SOUND, institutions=Institutions()).with_default_rule(
        AllOf((Period(first="2027-01-01"), Period(last="2026-12-31"), contradicting))
    )
    path.write_text(write_text(draft), encoding="utf-8")
    assert cli.main(["check", str(path), "--json"]) == 1
    (entry,) = json.loads(capsys.readouterr().out)["files"]
    assert entry["problems"] == []
    told = {finding["id"]: finding for finding in entry["findings"]}
    assert told["no-review"]["fix"] == "Review every 3 years"
    assert told["rule-cannot-be-met"]["level"] == "error"
    aside = draft.with_suppressed(Suppressed("rule-cannot-be-met", "origin default_rule", "a test"))
    path.write_text(write_text(aside), encoding="utf-8")
    assert cli.main(["check", str(path)]) == 0
    assert "(set aside: a test)" in capsys.readouterr().out


def test_the_check_command_lists_what_it_checks(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["checks"]
    assert [row["id"] for row in listed] == [check.id for check in CHECKS]
    review = next(row for row in listed if row["id"] == "no-review")
    assert review == {
        "id": "no-review",
        "levels": ["warning"],
        "looks_for": "no review clause",
        "needs": "the text",
        "where": "institutions",
        "fix": "sets a review every three years",
    }
    assert cli.main(["check", "--list"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == len(CHECKS)
    assert cli.main(["check"]) == 2
    assert "name one or more agreements" in capsys.readouterr().err
