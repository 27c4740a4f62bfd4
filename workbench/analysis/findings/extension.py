"""Remarks on cuts extended to everyone: critical mass, and non-parties that ride free."""

from collections.abc import Iterator

from workbench.analysis.extended import extended
from workbench.analysis.results import Evaluation, Finding, Level
from workbench.model.commitments import TreatmentBasis
from workbench.model.economies import economy_name

USUAL_AIM = 0.9
MUCH_SHARE = 0.5


def for_everyone(evaluation: Evaluation) -> Iterator[Finding]:
    """Too small a part of world trade; much duty forgone on goods of non-parties."""
    if evaluation.agreement.treatment.basis is not TreatmentBasis.EXTENDED:
        return
    result = extended(evaluation)
    mass, share = result.totals["critical_mass_share"], result.totals["non_party_share"]
    if mass is not None and mass < USUAL_AIM:
        yield Finding(
            "below-critical-mass",
            Level.WARNING,
            "partners",
            f"The partners make up {mass:.0%} of world trade in the covered products, below the "
            f"usual aim of {USUAL_AIM:.0%}: much of the gain of a cut for all goes to others.",
            (("critical_mass_share", mass),),
        )
    if share:
        first = result.riders.iloc[0]
        yield Finding(
            "extended-free-riders",
            Level.WARNING if share > MUCH_SHARE else Level.NOTE,
            "treatment",
            f"{share:.0%} of the duty forgone is on goods of non-parties, which take on no "
            f"obligation; the most on goods of {economy_name(str(first['economy']))} "
            f"({first['share']:.0%} of it).",
            (("non_party_share", share), ("duty_forgone", result.totals["duty_forgone"])),
        )
