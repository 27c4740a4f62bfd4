"""A calibration as plain data, for JSON, tables and exports; and its conclusions in words."""

import math
from typing import Any

from workbench.analysis.calibration import Calibration, MarginBand, StoryCheck
from workbench.model.commitments import Parameters

_TOLD = 0.05
"""How far a prediction may be from what was observed before a story counts as not told."""

_CLEARLY = 0.02
"""How far below what was observed a band's prediction has to be to count as too low."""


def calibration_data(found: Calibration, consignment_usd: float | None = None) -> dict[str, Any]:
    """The whole of `calibrate --json`.

    Args:
        found: the calibration.
        consignment_usd: median consignment that the cost of a claim is stated for; the model's
            default where None.
    """
    consignment = Parameters().consignment if consignment_usd is None else consignment_usd
    ratio_error, sigma_error, never_error = (_plain(error) for error in found.standard_errors)
    errors = found.errors
    return {
        "source": found.source,
        "parameters": {
            "fixed_cost": found.fit.cost_ratio * consignment,
            "consignment": consignment,
            "sigma": found.fit.sigma,
            "never_claims_share": found.fit.never_claims_share,
            "fixed_cost_by_consignment": found.fit.cost_ratio,
        },
        "standard_errors": {
            "fixed_cost": None if ratio_error is None else ratio_error * consignment,
            "consignment": None,
            "sigma": sigma_error,
            "never_claims_share": never_error,
            "fixed_cost_by_consignment": ratio_error,
        },
        "defaults": {
            "fixed_cost": found.defaults.cost_ratio * consignment,
            "consignment": consignment,
            "sigma": found.defaults.sigma,
            "never_claims_share": found.defaults.never_claims_share,
            "fixed_cost_by_consignment": found.defaults.cost_ratio,
        },
        "bands": [_band(band) for band in found.bands],
        "bands_by_extra": [_band(band) for band in found.bands_by_extra],
        "error_in_sample": errors["in_sample"],
        "error_out_of_sample": errors["out_of_sample"],
        "error_in_sample_by_extra": errors["in_sample_by_extra"],
        "error_out_of_sample_by_extra": errors["out_of_sample_by_extra"],
        "error_group_by_group": errors["group_by_group"],
        "error_of_defaults": errors["default"],
        "error_of_defaults_by_extra": errors["default_by_extra"],
        "error_of_defaults_without_extra": errors["default_without_extra"],
        "checks": [
            {
                "what": check.what,
                "extra": check.extra,
                "value": check.value_usd,
                "observed": check.observed,
                "predicted_at_least": check.at_least,
                "predicted_at_most": check.at_most,
                "told": told(check),
            }
            for check in found.checks
        ],
        "misfits": [
            {
                "group": group.group,
                "value": group.value_usd,
                "observed": group.observed,
                "predicted": group.predicted,
            }
            for group in found.misfits
        ],
        "gaps": [
            {"what": reason, "where": "observations", "rows": rows, "value": value}
            for reason, rows, value in found.left_out
        ],
        "extra_duties": [
            {
                "from": duty.start.isoformat(),
                "to": None if duty.end is None else duty.end.isoformat(),
                "rate": duty.rate,
                "products": list(duty.prefixes) or ["all others"],
                "source": duty.source,
            }
            for duty in found.duties
        ],
        "shortcomings": list(shortcomings(found)),
        "notes": list(notes(found)),
    }


def told(check: StoryCheck) -> bool:
    """Whether the fit's prediction comes within five points of what was observed."""
    low = -math.inf if check.at_least is None else check.at_least - _TOLD
    high = math.inf if check.at_most is None else check.at_most + _TOLD
    return low <= check.observed <= high


def notes(found: Calibration) -> tuple[str, ...]:
    """What the estimates mean and where they fail, in sentences."""
    words, count = found.clusters
    said = [
        "The cost of a claim and the median consignment enter as a ratio only: the consignment is "
        "held, and the cost is stated for it.",
        f"Standard errors allow rows within each of {count} {words} to be alike.",
    ]
    if math.isnan(found.standard_errors[2]):
        said.append("The share that never claims is at its bound, so it has no standard error.")
    if found.why_no_test:
        said.append(f"There is no test out of sample: {found.why_no_test}.")
    said.append(_on_defaults(found))
    said += shortcomings(found)
    failed = [check for check in found.checks if not told(check)]
    for check in failed:
        said.append(f"One set of parameters fails for {_story(check)}.")
    return tuple(said)


def shortcomings(found: Calibration) -> tuple[str, ...]:
    """Where the model's defaults and the fit itself fail, a plain sentence each."""
    said = []
    before, alone = found.errors["default_without_extra"], found.errors["default"]
    if before is not None and alone is not None and before < alone:
        said.append(
            f"The defaults are off by {alone * 100:.1f} points over all rows, against "
            f"{before * 100:.1f} without other duties: they let nearly all trade claim once a "
            "claim saves much."
        )
    never, error = found.fit.never_claims_share, found.standard_errors[2]
    if never > found.defaults.never_claims_share and not math.isnan(error):
        said.append(
            f"By the fit {never:.1%} of trade never claims (standard error {error * 100:.1f} "
            f"points), by default {found.defaults.never_claims_share:.0%}."
        )
    by_group = found.errors["group_by_group"]
    if by_group is not None:
        said.append(
            f"{found.clusters[0].capitalize()} one by one, the fit is off by {by_group * 100:.1f} "
            "points."
        )
    above = _ceiling(found.bands)
    if above:
        said.append(
            f"From margins of {above[0].low:.1%} on, {_from_to([b.observed for b in above])} of "
            f"trade claims, and {_from_to([b.predicted for b in above])} by the fit."
        )
    return tuple(said)


def _ceiling(bands: tuple[MarginBand, ...]) -> tuple[MarginBand, ...]:
    """The highest bands in which the fit says clearly too little, without a break."""
    first = len(bands)
    while first and bands[first - 1].observed - bands[first - 1].predicted > _CLEARLY:
        first -= 1
    return bands[first:]


def _from_to(shares: list[float]) -> str:
    low, high = f"{min(shares):.0%}", f"{max(shares):.0%}"
    return low if low == high else f"{low} to {high}"


def _on_defaults(found: Calibration) -> str:
    """Whether the data speak against the model's defaults."""
    pairs = (
        ("cost of a claim", found.fit.cost_ratio, found.defaults.cost_ratio),
        ("spread of consignments", found.fit.sigma, found.defaults.sigma),
        (
            "share that never claims",
            found.fit.never_claims_share,
            found.defaults.never_claims_share,
        ),
    )
    away = [
        name
        for (name, estimate, default), error in zip(pairs, found.standard_errors, strict=True)
        if not math.isnan(error) and abs(estimate - default) > 2 * error
    ]
    return (
        "All defaults lie within two standard errors of the estimates."
        if not away
        else f"More than two standard errors from the estimates: the default {', '.join(away)}."
    )


def _story(check: StoryCheck) -> str:
    saved = "" if check.extra is None else f" when other duties of {check.extra:.0%} are saved"
    low = "" if check.at_least is None else f"{check.at_least:.0%}"
    if check.at_most is None:
        predicted = f"{low} or more"
    else:
        high = f"{check.at_most:.0%}"
        predicted = low if low == high else f"{low} to {high}"
    kind = {"free": "MFN-free lines", "specific": "other duties by quantity"}
    what = kind.get(check.what, check.what)
    return f"{what}{saved}: {check.observed:.0%} observed, {predicted} predicted"


def _band(band: MarginBand) -> dict[str, Any]:
    row: dict[str, Any] = {
        "from": band.low,
        "to": None if math.isinf(band.high) else band.high,
        "value": band.value_usd,
        "observed": band.observed,
        "predicted": band.predicted,
        "out_of_sample": band.left_out,
        "by_defaults": band.by_default,
    }
    return row if band.extra is None else {"extra": band.extra, **row}


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else value
