"""Remarks on commitments and institutions."""

from collections.abc import Iterator
from dataclasses import replace

from workbench.analysis.commitment_stakes import lost_share
from workbench.analysis.legalisation import ORIGIN, missing_disciplines, missing_topics
from workbench.analysis.results import Evaluation, Finding, Fix, Level
from workbench.analysis.triggers import TRIGGER_FIGURES, trigger_states
from workbench.definitions.library import commitment_texts
from workbench.model.agreement import Agreement, Edit
from workbench.model.commitments import Enforcement, Ratchet

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
            fix=None if ORIGIN in missing else Fix("Insert a wording for each", _with_wordings),
        )


def _with_wordings(agreement: Agreement) -> Agreement:
    """The strongest shipped wording on each topic that is missing, to draft from."""
    taken = {commitment.id for commitment in agreement.commitments}
    wordings = {texts.commitments[0].topic: texts.commitments[0] for texts in commitment_texts()}
    wanted = [wordings[topic] for topic in missing_topics(agreement) if topic in wordings]
    new = [replace(one, id=f"{one.id}-new") if one.id in taken else one for one in wanted]
    return replace(agreement, commitments=(*agreement.commitments, *new))


def sanctions(agreement: Agreement) -> Iterator[Finding]:
    """Sanctions of commitments that do not fit together."""
    for place, commitment in enumerate(agreement.commitments):
        if commitment.compliance_cost and not commitment.preference_depends:
            yield Finding(
                "cost-without-sanction",
                Level.NOTE,
                f"commitments[{place}]",
                f"'{commitment.called}' states a cost of complying, which counts only where a "
                "breach costs the preference. Tie the preference to it, or take the cost out.",
                (("compliance_cost", commitment.compliance_cost),),
                fix=Fix("Tie the preference to it", _with(place, preference_depends=True)),
            )
        if commitment.preference_depends and commitment.enforcement is Enforcement.NONE:
            yield Finding(
                "sanction-without-enforcement",
                Level.WARNING,
                f"commitments[{place}]",
                f"The preference depends on '{commitment.called}', but nothing is said of who "
                "establishes a breach. Choose an enforcement.",
                fix=Fix(
                    "Let it be settled between states",
                    _with(place, enforcement=Enforcement.STATE_TO_STATE),
                ),
            )


def facilities(agreement: Agreement) -> Iterator[Finding]:
    """Remedies against one facility that do not say how much trade one is."""
    for place, commitment in enumerate(agreement.commitments):
        if commitment.preference_depends and lost_share(commitment) is None:
            yield Finding(
                "facility-share-not-stated",
                Level.NOTE,
                f"commitments[{place}]",
                f"Under '{commitment.called}' one facility in breach loses the preference, but "
                "nothing says what share of a partner's exports comes from one, so what a breach "
                "puts at stake is known as an upper bound only. State the share.",
            )


def ratchets(agreement: Agreement) -> Iterator[Finding]:
    """Ratchets whose steps do not open the whole cut, or more than it."""
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
                fix=_in_proportion(place, ratchet, whole) if whole > 0 else None,
            )


def removals(agreement: Agreement) -> Iterator[Finding]:
    """Removals of the preference for breach of a commitment that is not there."""
    names = {commitment.id for commitment in agreement.commitments}
    for place, removal in enumerate(agreement.treatment.removals):
        if removal.commitment and removal.commitment not in names:
            yield Finding(
                "removal-of-unknown-commitment",
                Level.WARNING,
                f"treatment.removals[{place}]",
                f"A removal for {', '.join(removal.exporters)} names the commitment "
                f"'{removal.commitment}', which the text does not have. Correct the name.",
                fix=Fix("Name no commitment", _naming_none(place)),
            )


def _with(place: int, **changes: object) -> Edit:
    def edit(agreement: Agreement) -> Agreement:
        changed = replace(agreement.commitments[place], **changes)  # type: ignore[arg-type]
        return agreement.with_commitment(place, changed)

    return edit


def _naming_none(place: int) -> Edit:
    def edit(agreement: Agreement) -> Agreement:
        removal = agreement.treatment.removals[place]
        return agreement.with_removal(place, replace(removal, commitment=""))

    return edit


def _in_proportion(place: int, ratchet: Ratchet, whole: float) -> Fix:
    steps = tuple(replace(step, cut_share=step.cut_share / whole) for step in ratchet.steps)
    return Fix(
        "Bring the steps to 100 %",
        lambda agreement: agreement.with_ratchet(place, replace(ratchet, steps=steps)),
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
                fix=Fix("Take the trigger out", _without_trigger(place)),
            )


def _without_trigger(number: int) -> Edit:
    def edit(agreement: Agreement) -> Agreement:
        institutions = agreement.institutions
        kept = tuple(t for n, t in enumerate(institutions.triggers) if n != number)
        return replace(agreement, institutions=replace(institutions, triggers=kept))

    return edit


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
                (
                    ("value", state.value),
                    ("below" if state.trigger.falls else "above", state.trigger.level),
                ),
            )
