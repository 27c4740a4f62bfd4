"""A calibration as plain data, for JSON, tables and exports; and its conclusions in words."""

import math
from typing import Any

from workbench.analysis.calibration import Calibration, MarginBand, StoryCheck
from workbench.model.commitments import Parameters

_TOLD = 0.05
"""How far a prediction may be from what was observed before a story counts as not told."""


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
    said += _on_defaults(found)
    failed = [check for check in found.checks if not told(check)]
    for check in failed:
        said.append(f"One set of parameters fails for {_story(check)}.")
    return tuple(said)


def _on_defaults(found: Calibration) -> list[str]:
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
    verdict = (
        "All defaults lie within two standard errors of the estimates."
        if not away
        else f"More than two standard errors from the estimates: the default {', '.join(away)}."
    )
    before, alone = found.errors["default_without_extra"], found.errors["default"]
    if before is not None and alone is not None and before < alone:
        verdict += (
            f" Without other duties the defaults are off by {before * 100:.1f} points, over all "
            f"rows by {alone * 100:.1f}: they let nearly all trade claim once a claim saves much."
        )
    return [verdict]


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
