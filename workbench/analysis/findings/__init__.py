"""The drafting assistant: computed remarks, with the figures behind them and where to look."""

from dataclasses import replace

from workbench.analysis.findings import (
    commitments,
    contradictions,
    extension,
    figures,
    mirror,
    options,
    rules_bite,
    text,
    unused,
)
from workbench.analysis.findings.places import stable_place
from workbench.analysis.results import Evaluation, Finding, Level
from workbench.model.agreement import Agreement

# Checks of the text alone: Agreement -> findings.
_TEXT_CHECKS = (
    text.inconsistent,
    text.no_partners,
    text.no_market_access,
    text.upstream,
    text.review,
    text.open_text,
    contradictions.in_rules,
    contradictions.in_terms,
    unused.rules,
    unused.staging,
    unused.rates,
    options.idle,
    commitments.disciplines,
    commitments.remedies,
    commitments.trigger_names,
)

# Those that take a moment at their first question; they wait until the figures are shown.
_SLOW_TEXT_CHECKS = (text.codes,)

# Checks of the figures: Evaluation -> findings.
_CHECKS = (
    figures.extended,
    extension.for_everyone,
    figures.trade_known,
    figures.duties_known,
    figures.content_known,
    figures.mfn_free,
    figures.already_free,
    figures.weak,
    figures.rules,
    rules_bite.no_partner_meets,
    rules_bite.binds_nobody,
    rules_bite.rewards_non_parties,
    figures.non_party_supplier,
    figures.partners_weighed,
    mirror.contradicted,
    commitments.triggers,
)


def find(evaluation: Evaluation) -> tuple[Finding, ...]:
    """All remarks on an evaluation, the most serious first, those set aside last."""
    agreement = evaluation.agreement
    if evaluation.option is not None:
        # Options are judged against the base text, which an option's own text is not.
        agreement = replace(agreement, options=())
    found = [finding for check in _TEXT_CHECKS for finding in check(agreement)]
    if evaluation.complete:
        found += [finding for check in _SLOW_TEXT_CHECKS for finding in check(agreement)]
    found += [finding for check in _CHECKS for finding in check(evaluation)]
    return named(agreement, found)


def find_in_text(agreement: Agreement) -> tuple[Finding, ...]:
    """All remarks on the text alone, the most serious first, those set aside last."""
    checks = (*_TEXT_CHECKS, *_SLOW_TEXT_CHECKS)
    return named(agreement, [finding for check in checks for finding in check(agreement)])


def named(agreement: Agreement, found: list[Finding]) -> tuple[Finding, ...]:
    """Findings with what they are about and why they were set aside, in order."""
    reasons = {(s.finding, s.about): s.reason for s in agreement.suppressed}
    told = []
    for finding in found:
        about = finding.about or stable_place(agreement, finding.where)
        reason = reasons.get((finding.id, about), "")
        told.append(replace(finding, about=about, set_aside=reason))
    order = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTE: 2}
    return tuple(sorted(told, key=lambda f: (bool(f.set_aside), order[f.level])))
