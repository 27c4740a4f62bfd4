"""Remarks on the parameters that the text states."""

from collections.abc import Iterator

from workbench.analysis.results import Finding, Fix, Level
from workbench.model.agreement import Agreement, Edit
from workbench.model.commitments import PARAMETERS, Parameters


def without_source(agreement: Agreement) -> Iterator[Finding]:
    """Parameters that are not their defaults, and of which nothing says where they come from."""
    found, defaults = agreement.parameters, Parameters()
    for info in PARAMETERS:
        if found.is_default(info.name) or found.stated_source(info.name):
            continue
        value, default = (float(getattr(of, info.name)) for of in (found, defaults))
        unit = f" {info.unit}" if info.unit else ""
        yield Finding(
            "parameter-without-source",
            Level.NOTE,
            "parameters",
            f"{info.title} is {value:g}{unit} where the default is {default:g}, and nothing says "
            "where that comes from. State its source.",
            (("value", value), ("default", default)),
            about=f"parameters {info.name}",
            fix=Fix("Give it its default again", _default(info.name)),
        )


def _default(name: str) -> Edit:
    return lambda agreement: agreement.with_default_parameter(name)
