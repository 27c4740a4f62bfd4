"""How legal an agreement's commitments are, topic by topic, and which disciplines are missing.

Three dimensions: how strongly a text binds, how exactly it says what is due, and to whom its
enforcement is delegated. Source: K. Abbott and others, "The Concept of Legalization",
International Organization 54 (2000). The positions on each scale are equal steps, our choice.
"""

from collections.abc import Callable
from dataclasses import dataclass

from workbench.analysis.explain import Explanation, Term, Unit
from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    Commitment,
    CommitmentTopic,
    Enforcement,
    Obligation,
    Precision,
)
from workbench.model.origin import AnyGood

OBLIGATION = {
    Obligation.SHALL: 1.0,
    Obligation.SHALL_ENDEAVOUR: 2 / 3,
    Obligation.INTENDS_TO: 1 / 3,
    Obligation.MAY: 0.0,
}
PRECISION = {Precision.HIGH: 1.0, Precision.MEDIUM: 0.5, Precision.LOW: 0.0}
DELEGATION = {
    Enforcement.FACILITY_SPECIFIC: 1.0,
    Enforcement.STATE_TO_STATE: 2 / 3,
    Enforcement.CONSULTATION: 1 / 3,
    Enforcement.NONE: 0.0,
}

_BASELINE_TOPICS = {
    CommitmentTopic.LABOUR: "labour",
    CommitmentTopic.ENVIRONMENT: "environment",
    CommitmentTopic.NON_MARKET_PRACTICES: "non-market practices",
    CommitmentTopic.TRANSPARENCY: "transparency and tracing",
    CommitmentTopic.INFORMATION_SHARING: "information sharing",
    CommitmentTopic.REVIEW: "review",
}
ORIGIN = "origin"
"""A rule of origin, which no commitment can stand in for."""


@dataclass(frozen=True, slots=True)
class TopicProfile:
    """Means over the commitments of a topic, 0 to 1, and how many there are."""

    topic: CommitmentTopic
    commitments: int
    obligation: float
    precision: float
    delegation: float


def legalisation_profile(agreement: Agreement) -> tuple[TopicProfile, ...]:
    """One row a topic that the agreement has commitments on, in the order of topics."""
    found = []
    for topic in CommitmentTopic:
        texts = [one for one in agreement.commitments if one.topic is topic]
        if texts:
            found.append(
                TopicProfile(
                    topic,
                    len(texts),
                    sum(OBLIGATION[one.obligation] for one in texts) / len(texts),
                    sum(PRECISION[one.precision] for one in texts) / len(texts),
                    sum(DELEGATION[one.enforcement] for one in texts) / len(texts),
                )
            )
    return tuple(found)


_SCALES: dict[str, tuple[str, Callable[[Commitment], float], Callable[[Commitment], str]]] = {
    "obligation": ("Obligation", lambda c: OBLIGATION[c.obligation], lambda c: c.obligation.value),
    "precision": ("Precision", lambda c: PRECISION[c.precision], lambda c: c.precision.value),
    "delegation": (
        "Delegation",
        lambda c: DELEGATION[c.enforcement],
        lambda c: c.enforcement.value,
    ),
}


def explain_profile(agreement: Agreement, topic: CommitmentTopic, figure: str) -> Explanation:
    """A mean of the profile with what it is the mean of.

    Args:
        agreement: whose commitments.
        topic: one that it has commitments on.
        figure: "obligation", "precision" or "delegation".
    """
    title, place, words = _SCALES[figure]
    texts = [one for one in agreement.commitments if one.topic is topic]
    terms = [
        Term(
            "", f"{one.called}: {words(one).replace('-', ' ')}", place(one), Unit.SHARE, "the text"
        )
        for one in texts
    ]
    return Explanation(
        "legalisation",
        title,
        topic.value.replace("-", " ").capitalize(),
        sum(place(one) for one in texts) / len(texts),
        Unit.SHARE,
        "mean over the commitments of the topic of their place on a scale of equal steps, 0 to 1",
        tuple(terms),
        "9",
        ("Three dimensions after Abbott and others (2000); equal steps are our choice.",),
    )


def missing_topics(agreement: Agreement) -> tuple[CommitmentTopic, ...]:
    """Topics of the usual baseline that no commitment is on; a review clock is a review."""
    topics = {one.topic for one in agreement.commitments}
    missing = [topic for topic in _BASELINE_TOPICS if topic not in topics]
    if CommitmentTopic.REVIEW in missing and agreement.institutions.review_every_years is not None:
        missing.remove(CommitmentTopic.REVIEW)
    return tuple(missing)


def missing_disciplines(agreement: Agreement) -> tuple[str, ...]:
    """Disciplines of the usual baseline that the text says nothing on, in words."""
    origin = agreement.origin
    has_rule = bool(origin.product_rules) or not isinstance(origin.default_rule, AnyGood)
    needs_rule = agreement.treatment.market_access and not has_rule
    missing = [_BASELINE_TOPICS[topic] for topic in missing_topics(agreement)]
    return (*missing, *([ORIGIN] if needs_rule else []))
