"""Remarks on trade that both ends report, and report differently."""

from collections.abc import Iterator

from workbench.analysis.mirror import contradicting, lanes_reported_twice
from workbench.analysis.results import Evaluation, Finding, Level
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

LARGE_SHARE = 0.1
_NAMED = 3


def contradicted(evaluation: Evaluation) -> Iterator[Finding]:
    """Lanes whose importer and exporter differ by more than a factor of two, the largest named."""
    lanes = lanes_reported_twice(evaluation)
    wrong = contradicting(lanes)
    if wrong.empty:
        return
    trade = lanes[["imports_usd", "exports_usd"]].max(axis=1)
    share = float(trade[wrong.index].sum() / trade.sum())
    named = "; ".join(
        f"{dotted(lane['product'])} from {economy_name(lane['exporter'])} to "
        f"{economy_name(lane['importer'])} (imports USD {lane['imports_usd'] / 1e6:,.1f} m, "
        f"exports USD {lane['exports_usd'] / 1e6:,.1f} m)"
        for lane in (wrong.iloc[place] for place in range(min(_NAMED, len(wrong))))
    )
    largest = "the largest are " if len(wrong) > _NAMED else ""
    yield Finding(
        "mirror-data",
        Level.WARNING if share > LARGE_SHARE else Level.NOTE,
        "coverage",
        f"Importer and exporter differ by more than a factor of two on {len(wrong)} of the "
        f"{len(lanes)} lanes that both report, {share:.0%} of that trade: {largest}{named}.",
        (("contradicted_share", share), ("contradicted_lanes", float(len(wrong)))),
    )
