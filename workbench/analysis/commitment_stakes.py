"""What a breach of a commitment puts at stake: the trade that would lose the preference."""

from dataclasses import dataclass

import numpy as np

from workbench.analysis.explain import Explanation, Term, Unit
from workbench.analysis.results import Evaluation
from workbench.model.commitments import Commitment, Enforcement, Stance
from workbench.model.economies import economy_name


@dataclass(frozen=True, slots=True)
class Stake:
    """Trade that claims and is bound by a commitment, USD a year; None is not known.

    Attributes:
        commitment: its id.
        bound: partners that it binds.
        claimed_usd: trade of theirs, as exporters, that claims the preference.
        lost_usd: the part of it that one breach takes the preference from.
        duty_usd: duty that this part would then pay again.
        most_usd: the most that one breach can take, which is all of `claimed_usd` where the
            share of a facility is not stated and `lost_usd` otherwise.
        most_duty_usd: duty on that.
    """

    commitment: str
    bound: tuple[str, ...]
    claimed_usd: float | None
    lost_usd: float | None
    duty_usd: float | None
    most_usd: float | None
    most_duty_usd: float | None


def lost_share(commitment: Commitment) -> float | None:
    """Share of a bound partner's claiming trade that one breach takes the preference from.

    None where one facility loses it and its share of trade is not stated.
    """
    if not commitment.preference_depends:
        return 0.0
    if commitment.enforcement is Enforcement.FACILITY_SPECIFIC:
        return commitment.facility_share
    return 1.0


def stakes(evaluation: Evaluation) -> tuple[Stake, ...]:
    """What is at stake under each commitment, in the order of the text."""
    lanes = evaluation.lanes
    exporter = lanes["exporter"].to_numpy()
    claimed, forgone = lanes["claimed"].to_numpy(), lanes["duty_forgone"].to_numpy()
    known = ~np.isnan(claimed)
    found = []
    for commitment in evaluation.agreement.commitments:
        bound = evaluation.agreement.bound_by(commitment)
        rows = known & np.isin(exporter, bound)
        if not rows.any():
            found.append(Stake(commitment.id, bound, None, None, None, None, None))
            continue
        trade, duty = float(claimed[rows].sum()), float(forgone[rows].sum())
        share = lost_share(commitment)
        if share is None:
            found.append(Stake(commitment.id, bound, trade, None, None, trade, duty))
        else:
            lost = share * trade, share * duty
            found.append(Stake(commitment.id, bound, trade, *lost, *lost))
    return tuple(found)


_FIGURES = {
    "accepts": ("Partners that accept", Unit.COUNT, "how many positions are “accepts”"),
    "claimed": ("Trade that claims", Unit.USD, "Σ U V over exports of the partners bound"),
    "lost": (
        "Trade that one breach takes the preference from",
        Unit.USD,
        "share lost · Σ U V over exports of the partners bound",
    ),
    "duty": ("Duty due again", Unit.USD, "share lost · Σ duty forgone on exports of those bound"),
}


def explain_stake(evaluation: Evaluation, place: int, figure: str = "lost") -> Explanation:
    """What is at stake under the commitment at `place`, with the numbers put in.

    Args:
        evaluation: whose figures.
        place: of the commitment in the text.
        figure: "accepts", "claimed", "lost" (by one breach) or "duty" (due again).
    """
    commitment = evaluation.agreement.commitments[place]
    stake = stakes(evaluation)[place]
    share = lost_share(commitment)
    accepts = sum(p.stance is Stance.ACCEPTS for p in commitment.positions)
    bound = ", ".join(economy_name(code) for code in stake.bound) or "nobody"
    title, unit, formula = _FIGURES[figure]
    value = {
        "accepts": float(accepts),
        "claimed": stake.claimed_usd,
        "lost": stake.lost_usd,
        "duty": stake.duty_usd,
    }[figure]
    notes = []
    if not commitment.preference_depends:
        notes.append("The preference does not depend on this commitment.")
    elif commitment.enforcement is Enforcement.FACILITY_SPECIFIC:
        notes.append(
            "One facility loses it. Its share of exports is not stated, so what it loses is not "
            "known; at most it is all that claims. State the share in the commitment."
            if share is None
            else "One facility loses it; its share of exports is stated in the commitment."
        )
    return Explanation(
        "commitment_stake",
        title,
        f"{commitment.called}; binds {bound}",
        value,
        unit,
        formula,
        (
            Term("", "Share lost", share, Unit.SHARE, "the commitment"),
            Term("Σ U V", "Trade that claims", stake.claimed_usd, Unit.USD, "the evaluation"),
            Term("", "Duty due again", stake.duty_usd, Unit.USD, "share lost · duty forgone"),
            *(
                ()
                if share is not None
                else (
                    Term("", "Trade lost, at most", stake.most_usd, Unit.USD, "all that claims"),
                    Term("", "Duty due again, at most", stake.most_duty_usd, Unit.USD, ""),
                )
            ),
        ),
        "5",
        tuple(notes),
    )
