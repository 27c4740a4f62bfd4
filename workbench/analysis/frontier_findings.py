"""Remarks on a frontier: what a looser or a stricter rule would gain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from workbench.analysis.results import Finding, Level
from workbench.model.nomenclature import dotted
from workbench.model.rule_families import Family

if TYPE_CHECKING:
    from workbench.analysis.frontier import Frontier, RulePoint

CHEAP_UTILISATION = 0.02
"""Utilisation that a stricter rule may cost, in shares of trade, to be worth suggesting."""

WORTHWHILE_EXPOSURE = 0.02
"""Exposure that it must save."""

NOTHING_CHANGES = 0.001
_SHOWN = 3
_WHERE = "origin.default_rule"


def beyond_the_turn(frontier: Frontier) -> Iterator[Finding]:
    """The rule as drafted is stricter than the one that moves most content."""
    now, turn = frontier.drafted, frontier.turning_point
    if turn is None or now.at is None or turn.at is None:
        return
    upwards = frontier.sweep.family.stricter_upwards
    beyond = now.at > turn.at if upwards else now.at < turn.at
    if turn.resourced_content is None or now.resourced_content is None:
        return
    lost = turn.resourced_content - now.resourced_content
    if beyond and lost > 0:
        yield Finding(
            "beyond-the-turn",
            Level.WARNING,
            _WHERE,
            f"The rule at {now.at:.0%} stands beyond the turning point at {turn.at:.1%}: being "
            f"stricter than that loses re-sourcing. At the turning point USD {lost:,.0f} more "
            f"content would move into the partners, with utilisation of {_pct(turn.utilisation)} "
            f"instead of {_pct(now.utilisation)}.",
            (("at", now.at), ("turning_at", turn.at), ("resourced_lost", lost)),
        )


def dominated(frontier: Frontier) -> Iterator[Finding]:
    """Another rule is better in all that counts."""
    now = frontier.drafted
    if now.exposure is None or now.utilisation is None or now.resourced_content is None:
        return
    better = [
        p
        for p in frontier.points
        if p.exposure is not None
        and p.utilisation is not None
        and p.resourced_content is not None
        and p.exposure <= now.exposure
        and p.utilisation >= now.utilisation
        and p.resourced_content >= now.resourced_content
        and (
            p.exposure < now.exposure - WORTHWHILE_EXPOSURE
            or p.utilisation > now.utilisation + CHEAP_UTILISATION
        )
        and _same_trade(p, now)
    ]
    if better:
        best = min(better, key=lambda p: p.exposure or 0.0)
        yield Finding(
            "better-rule",
            Level.NOTE,
            _WHERE,
            f"{_named(frontier, best)} would do better in everything: exposure "
            f"{_pct(best.exposure)} instead of {_pct(now.exposure)}, utilisation "
            f"{_pct(best.utilisation)} instead of {_pct(now.utilisation)}, and no less content "
            "re-sourced.",
            (("at", best.at), ("exposure", best.exposure), ("utilisation", best.utilisation)),
        )


def stricter_is_cheap(frontier: Frontier) -> Iterator[Finding]:
    """Less exposure for hardly any utilisation."""
    now = frontier.drafted
    if now.exposure is None or now.utilisation is None:
        return
    least = now.utilisation - CHEAP_UTILISATION
    cheap = [
        p
        for p in frontier.points
        if p.exposure is not None
        and p.utilisation is not None
        and least <= p.utilisation < now.utilisation
        and p.exposure <= now.exposure - WORTHWHILE_EXPOSURE
        and _same_trade(p, now)
    ]
    if cheap:
        best = min(cheap, key=lambda p: p.exposure or 0.0)
        yield Finding(
            "stricter-is-cheap",
            Level.NOTE,
            _WHERE,
            f"{_named(frontier, best)} would cut exposure from {_pct(now.exposure)} to "
            f"{_pct(best.exposure)} and cost {(now.utilisation - (best.utilisation or 0)):.1%} of "
            "trade in utilisation.",
            (("at", best.at), ("exposure", best.exposure), ("utilisation", best.utilisation)),
        )


def nothing_changes(frontier: Frontier) -> Iterator[Finding]:
    """From the loosest rule up to some number nothing happens."""
    if frontier.sweep.family is Family.RULES or len(frontier.points) < 2:
        return
    points = frontier.points
    if not frontier.sweep.family.stricter_upwards:
        points = points[::-1]
    loosest = points[0]
    if loosest.exposure is None or loosest.utilisation is None:
        return
    same = 0
    for place, point in enumerate(points):
        if point.exposure is None or point.utilisation is None:
            break
        if (
            abs(point.exposure - loosest.exposure) > NOTHING_CHANGES
            or abs(point.utilisation - loosest.utilisation) > NOTHING_CHANGES
        ):
            break
        same = place
    last = points[same]
    if same and last.at is not None and loosest.at is not None:
        whole = same == len(points) - 1
        upto = "over the whole sweep" if whole else f"between {loosest.at:.0%} and {last.at:.0%}"
        yield Finding(
            "nothing-changes",
            Level.NOTE,
            _WHERE,
            f"The number makes no difference {upto}: practically all goods meet the rule there as "
            f"they are. Exposure stays at {_pct(loosest.exposure)}.",
            (("from", loosest.at), ("to", last.at), ("exposure", loosest.exposure)),
        )


def products_beyond(frontier: Frontier) -> Iterator[Finding]:
    """Single products whose rule stands beyond their own turning point."""
    table = frontier.by_product
    if len(table) < 2:
        return
    now, turn = table["drafted_at"], table["turning_at"]
    beyond = now > turn if frontier.sweep.family.stricter_upwards else now < turn
    over = table[beyond & (table["most_resourced"] > table["drafted_resourced"])]
    if len(over):
        gain = float(np.nansum(over["most_resourced"] - over["drafted_resourced"]))
        shown = "; ".join(
            f"{dotted(str(code))} turns at {at:.0%}"
            for code, at in zip(over["product"].head(_SHOWN), over["turning_at"], strict=False)
        )
        more = f" and {len(over) - _SHOWN} more" if len(over) > _SHOWN else ""
        yield Finding(
            "products-beyond-the-turn",
            Level.NOTE,
            "origin.product_rules",
            f"For {len(over)} of {len(table)} products the rule is stricter than the one that "
            f"moves most content: {shown}{more}. At their own best rule USD {gain:,.0f} more "
            "would be re-sourced.",
            (("products", float(len(over))), ("resourced_gain", gain)),
        )


def _same_trade(one: RulePoint, other: RulePoint) -> bool:
    """Whether two points rest on the same trade, so that they compare."""
    if one.known_share is None or other.known_share is None:
        return False
    return abs(one.known_share - other.known_share) < 1e-9


def _named(frontier: Frontier, point: RulePoint) -> str:
    if point.label:
        return f"The rule '{point.label}'"
    return f"{_FAMILY_WORDS[frontier.sweep.family]} of {point.at or 0:.0%}"


_FAMILY_WORDS = {
    Family.BUILD_DOWN: "A build-down threshold",
    Family.BUILD_UP: "A build-up threshold",
    Family.NET_COST: "A net-cost threshold",
    Family.MAX_NON_ORIGINATING: "A limit on non-originating materials",
    Family.ECONOMY_CAP: "A cap",
    Family.DE_MINIMIS: "A de minimis",
    Family.TOLERANCE: "A tolerance",
    Family.RULES: "A rule",
}


def _pct(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
