"""Remarks on commitments and institutions."""

from collections.abc import Iterator

from workbench.analysis.legalisation import missing_disciplines
from workbench.analysis.results import Evaluation, Finding, Level
from workbench.analysis.triggers import TRIGGER_FIGURES, trigger_states
from workbench.model.agreement import Agreement
from workbench.model.commitments import Enforcement

_TOLERANCE = 1e-9


def disciplines(agreement: Agreement) -> Iterator[Finding]:
    """Subjects of the usual baseline on which the text says nothing."""
    missing = missing_disciplines(agreement)
    if missing:
        yield Finding(
            "missing-disciplines",
            Level.NOTE,
            "commitments",
            f"The text says nothing on {', '.join(missing)}, which the usual baseline of a "
            "sectoral agreement has. Insert wordings from the library, or leave it so knowingly.",
            (("missing", float(len(missing))),),
        )


def remedies(agreement: Agreement) -> Iterator[Finding]:
    """Sanctions that do not fit together."""
    names = {commitment.id for commitment in agreement.commitments}
    for place, commitment in enumerate(agreement.commitments):
        if commitment.compliance_cost and not commitment.preference_depends:
            yield Finding(
                "cost-without-sanction",
                Level.NOTE,
                f"commitments[{place}]",
                f"'{commitment.id}' states a cost of complying, which counts only where a breach "
                "costs the preference. Tie the preference to it, or take the cost out.",
                (("compliance_cost", commitment.compliance_cost),),
            )
        if commitment.preference_depends and commitment.enforcement is Enforcement.NONE:
            yield Finding(
                "sanction-without-enforcement",
                Level.WARNING,
                f"commitments[{place}]",
                f"The preference depends on '{commitment.id}', but nothing is said of who "
                "establishes a breach. Choose an enforcement.",
            )
    for place, ratchet in enumerate(agreement.treatment.ratchets):
        whole = sum(step.cut_share for step in ratchet.steps)
        if abs(whole - 1) > _TOLERANCE:
            yield Finding(
                "ratchet-not-whole",
                Level.WARNING,
                f"treatment.ratchets[{place}]",
                f"The steps of the ratchet for {', '.join(ratchet.exporters)} open {whole:.0%} of "
                "the cut when all are met. Let them add up to 100 %.",
                (("cut_share", whole),),
            )
    for place, removal in enumerate(agreement.treatment.removals):
        if removal.commitment and removal.commitment not in names:
            yield Finding(
                "removal-of-unknown-commitment",
                Level.WARNING,
                f"treatment.removals[{place}]",
                f"A removal for {', '.join(removal.exporters)} names the commitment "
                f"'{removal.commitment}', which the text does not have. Correct the name.",
            )


def trigger_names(agreement: Agreement) -> Iterator[Finding]:
    """Triggers on figures that are not computed."""
    for place, trigger in enumerate(agreement.institutions.triggers):
        if trigger.figure not in TRIGGER_FIGURES:
            yield Finding(
                "trigger-of-no-figure",
                Level.WARNING,
                f"institutions.triggers[{place}]",
                f"'{trigger.figure}' is not a figure that can be computed, so this trigger never "
                f"goes off. Use one of {', '.join(TRIGGER_FIGURES)}.",
            )


def triggers(evaluation: Evaluation) -> Iterator[Finding]:
    """Triggers that the figures of today set off already."""
    for place, state in enumerate(trigger_states(evaluation)):
        if state.met:
            yield Finding(
                "trigger-met",
                Level.WARNING,
                f"institutions.triggers[{place}]",
                f"The trigger on {state.title[0].lower()}{state.title[1:]} is set off by the "
                f"figures of today already and would reopen {state.trigger.reopens}. Choose "
                "another level, or open the matter now.",
                (("value", state.value), ("above", state.trigger.above)),
            )
