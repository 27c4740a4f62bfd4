"""The drafting assistant: computed remarks, with the figures behind them and where to look.

What it checks is one table, in `table`.
"""

from collections.abc import Iterable
from dataclasses import replace

from workbench.analysis.findings.check import Check, Needs
from workbench.analysis.findings.places import stable_place
from workbench.analysis.findings.table import CHECKS
from workbench.analysis.results import Evaluation, Finding, Level
from workbench.model.agreement import Agreement
from workbench.tradedata.editions import code_history

__all__ = ["CHECKS", "Check", "Needs", "find", "find_in_text", "found_in"]

_OF = {
    need: tuple(dict.fromkeys(check.find for check in CHECKS if check.needs is need))
    for need in Needs
}
"""What to run for each need; checks found by one look share it."""

_ORDER = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTE: 2}


def find(evaluation: Evaluation) -> tuple[Finding, ...]:
    """All remarks on an evaluation, the most serious first, those set aside last."""
    agreement = evaluation.agreement
    if evaluation.option is not None:
        # Options are judged against the base text, which an option's own text is not.
        agreement = replace(agreement, options=())
    found = _run(Needs.TEXT, agreement)
    if evaluation.complete:
        further = evaluation.baseline.market.further_codes
        found += _run(Needs.WORDS, agreement, code_history(further))
    found += _run(Needs.FIGURES, evaluation)
    if evaluation.complete:
        found += _run(Needs.WHOLE_FIGURES, evaluation)
    return _told(agreement, found)


def find_in_text(agreement: Agreement) -> tuple[Finding, ...]:
    """All remarks on the text alone, the most serious first, those set aside last."""
    found = _run(Needs.TEXT, agreement) + _run(Needs.WORDS, agreement, code_history())
    return _told(agreement, found)


def found_in(need: Needs, agreement: Agreement, *facts: object) -> tuple[Finding, ...]:
    """All remarks that rest on one thing, the most serious first, those set aside last.

    Args:
        need: what they rest on.
        agreement: the text that was looked at, with what its drafters set aside.
        facts: what `need` says its checks are called with.
    """
    return _told(agreement, _run(need, *facts))


def _run(need: Needs, *facts: object) -> list[Finding]:
    return [finding for look in _OF[need] for finding in look(*facts)]


def _told(agreement: Agreement, found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings with what they are about and why they were set aside, in order."""
    reasons = {(s.finding, s.about): s.reason for s in agreement.suppressed}
    told = []
    for finding in found:
        about = finding.about or stable_place(agreement, finding.where)
        reason = reasons.get((finding.id, about), "")
        told.append(replace(finding, about=about, set_aside=reason))
    return tuple(sorted(told, key=lambda f: (bool(f.set_aside), _ORDER[f.level])))
