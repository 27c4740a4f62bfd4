"""The drafting assistant: computed remarks, with the figures behind them and where to look."""

from workbench.analysis.findings import commitments, figures, mirror, rules_bite, text
from workbench.analysis.results import Evaluation, Finding, Level
from workbench.model.agreement import Agreement

# Checks of the text alone: Agreement -> findings.
_TEXT_CHECKS = (
    text.inconsistent,
    text.no_partners,
    text.no_market_access,
    text.upstream,
    text.text,
    commitments.disciplines,
    commitments.remedies,
    commitments.trigger_names,
)

# Checks of the figures: Evaluation -> findings.
_CHECKS = (
    figures.extended,
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
    mirror.contradicted,
    commitments.triggers,
)


def find(evaluation: Evaluation) -> tuple[Finding, ...]:
    """All remarks on an evaluation, the most serious first."""
    found = [finding for check in _TEXT_CHECKS for finding in check(evaluation.agreement)]
    found += [finding for check in _CHECKS for finding in check(evaluation)]
    return _ordered(found)


def find_in_text(agreement: Agreement) -> tuple[Finding, ...]:
    """All remarks on the text alone, the most serious first."""
    return _ordered([finding for check in _TEXT_CHECKS for finding in check(agreement)])


def _ordered(found: list[Finding]) -> tuple[Finding, ...]:
    order = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTE: 2}
    return tuple(sorted(found, key=lambda finding: order[finding.level]))
