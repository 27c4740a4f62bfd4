"""The claiming parameters that fit what importers really did (method, section 5).

A producer who need not re-source claims the share c = Φ((ln S + ln n - ln F)/σ) of its trade, n
the gain of a claim per dollar. Where lanes are only known by their margin, that is all the kernel
leaves, and three figures can be told from claims:

- F/S, the cost of a claim as a part of the median consignment. F and S enter as a ratio only, so S
  stays where the agreement has it.
- σ, the spread of consignments.
- λ, a share of trade that never claims whatever the gain: goods without proof of origin, or that
  cannot have it. It tells a low ceiling from a slow rise.

An ad valorem cost of claiming is left out: it would be told from F/S by lines of the smallest
margins alone, and those are claimed more, not less, than the fit says.

Why least squares weighted by trade: the error that is reported is of trade-weighted utilisation.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.special import ndtr

from workbench.analysis.observed_claims import AD_VALOREM, CRUDE_OIL, FREE, ObservedClaims
from workbench.errors import DefinitionError
from workbench.model.commitments import Parameters
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata.extra_duties import ExtraDuty

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]

BAND_EDGES = (0.0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.10, 0.15, 0.20, np.inf)
"""Margins at which bands begin and end, fractions; a band holds its lower end."""

FOLDS = 4
"""Parts that groups, and months, are dealt into; a part is predicted from the others."""

CRUDE_OIL_MOST = 0.0035
"""10.5 cents a barrel as a fraction of value, at a price of USD 30: the margin is below this."""

_LOW = np.array([np.log(1e-7), np.log(0.05), 0.0])
_HIGH = np.array([np.log(10.0), np.log(5.0), 0.9])
_STARTS = (
    (np.log(0.005), np.log(1.5), 0.02),
    (np.log(0.0005), np.log(3.0), 0.05),
    (np.log(0.02), np.log(0.7), 0.1),
)
_AT_BOUND = 1e-4
_FEW_CLUSTERS = 8
_MISFITS = 6


@dataclass(frozen=True, slots=True)
class ClaimingFit:
    """Estimates: F/S as a fraction, sigma, and the share that never claims."""

    cost_ratio: float
    sigma: float
    never_claims_share: float

    def utilisation(self, gain: Floats) -> Floats:
        """Share of trade that claims at a gain, a fraction of value."""
        return _share(_theta(self), gain)


@dataclass(frozen=True, slots=True)
class MarginBand:
    """Trade of a band of margins; shares of it that claim.

    `extra` is what else a claim saved, None where the band is over all of it; `left_out` is the
    prediction of fits that saw neither the chapter nor the month, None where there is none;
    `margin` is the mean margin.
    """

    low: float
    high: float
    extra: float | None
    value_usd: float
    observed: float
    predicted: float
    left_out: float | None
    by_default: float
    margin: float


@dataclass(frozen=True, slots=True)
class StoryCheck:
    """Trade that takes no part in the fit: does the fit tell its story too?

    `at_least` and `at_most` bound the prediction, because the margin is not known exactly.
    """

    what: str
    extra: float | None
    value_usd: float
    observed: float
    at_least: float | None
    at_most: float | None


@dataclass(frozen=True, slots=True)
class GroupFit:
    """Observed and predicted share of a chapter or product group."""

    group: str
    value_usd: float
    observed: float
    predicted: float


@dataclass(frozen=True, eq=False)
class Calibration:
    """The fit, how sure it is, and where it fails.

    Attributes:
        fit: the estimates.
        defaults: the model's defaults as such a fit, for comparison.
        standard_errors: of cost_ratio, sigma, never_claims_share; NaN at a bound.
        clusters: what the standard errors allow to be alike within, and how many there are.
        bands: by margin.
        bands_by_extra: by margin and by what else a claim saved: each spell of duties apart.
        errors: trade-weighted mean absolute error of utilisation, by name.
        misfits: groups with most trade in the wrong.
        checks: trade outside the fit.
        left_out: rows and trade that took no part, by reason.
        why_no_test: why there is no error out of sample; empty where there is one.
        duties: the extra duties that claims saved, with dates and legal sources.
    """

    source: str
    fit: ClaimingFit
    defaults: ClaimingFit
    standard_errors: tuple[float, float, float]
    clusters: tuple[str, int]
    bands: tuple[MarginBand, ...]
    bands_by_extra: tuple[MarginBand, ...]
    errors: dict[str, float | None]
    misfits: tuple[GroupFit, ...]
    checks: tuple[StoryCheck, ...]
    left_out: tuple[tuple[str, int, float], ...]
    why_no_test: str
    duties: tuple[ExtraDuty, ...]


def calibrate(claims: ObservedClaims, progress: Progress = NO_PROGRESS) -> Calibration:
    """Fit the claiming parameters, and judge them on groups and months left out of the fit.

    Raises:
        DefinitionError: too few different margins to tell three figures from.
        Cancelled: asked to stop.
    """
    used = _usable(claims)
    gain = claims.margin + claims.extra + claims.relief
    if len(np.unique(gain[used].round(6))) < 4:
        raise DefinitionError(
            f"{claims.source}: the rows have fewer than four different margins, too few to tell "
            "the cost of a claim, the spread of consignments and the share that never claims "
            "apart; add trade with other margins"
        )
    progress.step(0, 1 + FOLDS, "fitting")
    sample = _Sample.of(claims, gain, np.flatnonzero(used))
    fit = _fit(sample.gain, sample.share, sample.value)
    predicted = fit.utilisation(sample.gain)
    left_out, why_no_test = _predict_left_out(sample, progress)
    defaults = default_fit()
    by_default = defaults.utilisation(sample.gain)
    before = sample.extra == 0
    fits = (predicted, left_out, by_default)
    bands = tuple(_bands(sample, *fits, by_extra=False))
    by_extra = tuple(_bands(sample, *fits, by_extra=True))
    errors: dict[str, float | None] = {
        "in_sample": _error(sample, predicted),
        "out_of_sample": None if left_out is None else _error(sample, left_out),
        "in_sample_by_extra": _error(sample, predicted, by_extra=True),
        "out_of_sample_by_extra": None
        if left_out is None
        else _error(sample, left_out, by_extra=True),
        "group_by_group": None if left_out is None else _error(sample, left_out, by_group=True),
        "default": _error(sample, by_default),
        "default_by_extra": _error(sample, by_default, by_extra=True),
        "default_without_extra": _error(sample.rows(before), by_default[before])
        if before.any()
        else None,
        "in_sample_without_extra": _error(sample.rows(before), predicted[before])
        if before.any()
        else None,
    }
    errors_of, clusters = _standard_errors(fit, sample)
    progress.step(1 + FOLDS, 1 + FOLDS, "done")
    return Calibration(
        source=claims.source,
        fit=fit,
        defaults=defaults,
        standard_errors=errors_of,
        clusters=clusters,
        bands=bands,
        bands_by_extra=by_extra,
        errors=errors,
        misfits=_misfits(sample, predicted),
        checks=tuple(_checks(claims, fit)),
        left_out=_left_out(claims, used),
        why_no_test=why_no_test,
        duties=claims.duties,
    )


def default_fit() -> ClaimingFit:
    """What the model's own defaults say, in the same three figures."""
    shipped = Parameters()
    return ClaimingFit(
        shipped.fixed_cost / shipped.consignment, shipped.sigma, shipped.never_claims_share
    )


@dataclass(frozen=True, eq=False)
class _Sample:
    """Rows of the fit (R)."""

    gain: Floats
    margin: Floats
    extra: Floats
    share: Floats
    value: Floats
    group: NDArray[np.object_]
    month: NDArray[np.object_]

    @classmethod
    def of(cls, claims: ObservedClaims, gain: Floats, rows: Integers) -> "_Sample":
        """The rows of observations that take part."""
        return cls(
            gain[rows],
            claims.margin[rows],
            claims.extra[rows],
            claims.claimed_share[rows],
            claims.value_usd[rows],
            claims.group[rows],
            claims.month[rows],
        )

    def rows(self, index: Bools | Integers) -> "_Sample":
        """Some of the rows."""
        return _Sample(
            self.gain[index],
            self.margin[index],
            self.extra[index],
            self.share[index],
            self.value[index],
            self.group[index],
            self.month[index],
        )


def _usable(claims: ObservedClaims) -> Bools:
    """Ad valorem lines with a positive margin, where all that a claim saves is known."""
    used: Bools = (
        (claims.kind == AD_VALOREM)
        & (claims.margin > 0)
        & np.isfinite(claims.extra + claims.relief)
        & (claims.value_usd > 0)
    )
    return used


def _theta(fit: ClaimingFit) -> Floats:
    return np.array([np.log(fit.cost_ratio), np.log(fit.sigma), fit.never_claims_share])


def _share(theta: Floats, gain: Floats) -> Floats:
    log_ratio, log_sigma, never = theta
    with np.errstate(divide="ignore"):
        score = (np.log(gain) - log_ratio) / np.exp(log_sigma)
    result: Floats = (1 - never) * ndtr(score)
    return result


def _slopes(theta: Floats, gain: Floats) -> Floats:
    """Derivatives of the share by ln(F/S), ln σ and λ: rows x 3."""
    log_ratio, log_sigma, never = theta
    sigma = np.exp(log_sigma)
    score = (np.log(gain) - log_ratio) / sigma
    density = (1 - never) * np.exp(-0.5 * score**2) / np.sqrt(2 * np.pi)
    return np.column_stack([-density / sigma, -density * score, -ndtr(score)])


def _fit(gain: Floats, share: Floats, value: Floats) -> ClaimingFit:
    """The least trade-weighted squares; rows of one gain are one row, with their mean share."""
    gains, place = np.unique(gain, return_inverse=True)
    weight = np.bincount(place, value)
    mean = np.bincount(place, value * share) / weight
    root = np.sqrt(weight / weight.sum())

    def distance(theta: Floats) -> Floats:
        miss: Floats = root * (_share(theta, gains) - mean)
        return miss

    def slope(theta: Floats) -> Floats:
        slopes: Floats = root[:, None] * _slopes(theta, gains)
        return slopes

    tries = [
        least_squares(distance, start, jac=slope, bounds=(_LOW, _HIGH), x_scale="jac")
        for start in _STARTS
    ]
    theta = min(tries, key=lambda found: float(found.cost)).x
    return ClaimingFit(float(np.exp(theta[0])), float(np.exp(theta[1])), float(theta[2]))


def _predict_left_out(sample: _Sample, progress: Progress) -> tuple[Floats | None, str]:
    """Each row from fits that saw neither its group nor its month; or why there are none."""
    by_group = _dealt(sample.group, sample.value)
    by_month = _dealt(sample.month, None)
    if by_group.max() == 0:
        return None, "all rows are of one chapter or product group: nothing can be left out"
    predicted = np.full(len(sample.gain), np.nan)
    for part in range(by_group.max() + 1):
        progress.step(1 + part, 1 + FOLDS, "testing on what the fit has not seen")
        for spell in range(by_month.max() + 1):
            tested = (by_group == part) & (by_month == spell)
            seen = (by_group != part) & ((by_month != spell) | (by_month.max() == 0))
            if not tested.any():
                continue
            if len(np.unique(sample.gain[seen].round(6))) < 4:
                return None, "without one part of the rows too few margins are left to fit"
            fit = _fit(sample.gain[seen], sample.share[seen], sample.value[seen])
            predicted[tested] = fit.utilisation(sample.gain[tested])
    return predicted, ""


def _dealt(names: NDArray[np.object_], value: Floats | None) -> Integers:
    """Which part each row is dealt into: the largest names first, one to each part in turn."""
    known, place = np.unique(names.astype(str), return_inverse=True)
    order = np.arange(len(known))
    if value is not None:
        order = np.argsort(-np.bincount(place, value), kind="stable")
    part = np.empty(len(known), dtype=np.int64)
    part[order] = np.arange(len(known)) % FOLDS
    return part[place]


def _band_of(margin: Floats) -> Integers:
    return np.searchsorted(BAND_EDGES, margin, side="right") - 1


def _error(
    sample: _Sample, predicted: Floats, *, by_extra: bool = False, by_group: bool = False
) -> float:
    """Trade-weighted mean absolute error of utilisation over margin bands."""
    keys = [_band_of(sample.margin)]
    if by_extra:
        keys.append(np.unique(sample.extra, return_inverse=True)[1])
    if by_group:
        keys.append(np.unique(sample.group.astype(str), return_inverse=True)[1])
    cells = np.unique(np.column_stack(keys), axis=0, return_inverse=True)[1].ravel()
    miss = np.bincount(cells, sample.value * (predicted - sample.share))
    return float(np.abs(miss).sum() / sample.value.sum())


def _bands(
    sample: _Sample,
    predicted: Floats,
    left_out: Floats | None,
    by_default: Floats,
    *,
    by_extra: bool,
) -> Iterator[MarginBand]:
    band = _band_of(sample.margin)
    spells = np.unique(sample.extra) if by_extra else [None]
    for extra in spells:
        for number in np.unique(band):
            rows = (band == number) & (True if extra is None else sample.extra == extra)
            weight = sample.value[rows]
            if not weight.sum():
                continue
            yield MarginBand(
                low=BAND_EDGES[number],
                high=BAND_EDGES[number + 1],
                extra=None if extra is None else float(extra),
                value_usd=float(weight.sum()),
                observed=float(np.average(sample.share[rows], weights=weight)),
                predicted=float(np.average(predicted[rows], weights=weight)),
                left_out=None
                if left_out is None
                else float(np.average(left_out[rows], weights=weight)),
                by_default=float(np.average(by_default[rows], weights=weight)),
                margin=float(np.average(sample.margin[rows], weights=weight)),
            )


def _standard_errors(
    fit: ClaimingFit, sample: _Sample
) -> tuple[tuple[float, float, float], tuple[str, int]]:
    """Sandwich errors that allow rows of one group to be alike; estimates at a bound have none.

    By the delta method from ln(F/S) and ln σ to F/S and σ.
    """
    theta = _theta(fit)
    slopes = _slopes(theta, sample.gain)
    miss = sample.share - _share(theta, sample.gain)
    known, group = np.unique(sample.group.astype(str), return_inverse=True)
    words = "chapters or product groups"
    if len(known) < _FEW_CLUSTERS:
        words, known, group = "rows", sample.group, np.arange(len(sample.gain))
    free = (theta > _LOW + _AT_BOUND) & (theta < _HIGH - _AT_BOUND)
    weighted = sample.value[:, None] * slopes[:, free]
    bread = weighted.T @ slopes[:, free]
    scores = np.zeros((len(known), int(free.sum())))
    np.add.at(scores, group, weighted * miss[:, None])
    inverse = np.linalg.pinv(bread)
    clusters = len(known)
    variance = inverse @ (scores.T @ scores) @ inverse * clusters / max(clusters - 1, 1)
    errors = np.full(3, np.nan)
    errors[free] = np.sqrt(np.maximum(np.diag(variance), 0))
    return (
        (
            float(errors[0] * fit.cost_ratio),
            float(errors[1] * fit.sigma),
            float(errors[2]),
        ),
        (words, clusters),
    )


def _misfits(sample: _Sample, predicted: Floats) -> tuple[GroupFit, ...]:
    """Groups by how much trade the fit puts on the wrong side."""
    known, group = np.unique(sample.group.astype(str), return_inverse=True)
    value = np.bincount(group, sample.value)
    observed = np.bincount(group, sample.value * sample.share) / value
    fitted = np.bincount(group, sample.value * predicted) / value
    worst = np.argsort(-value * np.abs(observed - fitted), kind="stable")[:_MISFITS]
    return tuple(
        GroupFit(str(known[n]), float(value[n]), float(observed[n]), float(fitted[n]))
        for n in worst
    )


def _checks(claims: ObservedClaims, fit: ClaimingFit) -> Iterator[StoryCheck]:
    """Lines with specific duties, and free lines once something else is saved by a claim.

    Free lines are looked at only where other charges were saved for some months: claims on them
    before are a habit of reporting, not behaviour.
    """
    known = np.isfinite(claims.extra) & (claims.value_usd > 0)
    for kind in sorted({str(k) for k in claims.kind} - {AD_VALOREM}):
        of_kind = known & (claims.kind == kind)
        for extra in np.unique(claims.extra[of_kind]):
            rows = of_kind & (claims.extra == extra)
            if kind == FREE:
                rows &= _reported(claims)
                if extra == 0 or not rows.any():
                    continue
            weight = claims.value_usd[rows]
            least = np.nan_to_num(claims.margin[rows]) + claims.extra[rows] + claims.relief[rows]
            low = float(np.average(fit.utilisation(least), weights=weight))
            high: float | None = None
            if kind == CRUDE_OIL:
                most = fit.utilisation(least + CRUDE_OIL_MOST)
                high = float(np.average(most, weights=weight))
            elif kind == FREE:
                high = low
            yield StoryCheck(
                what=kind,
                extra=float(extra),
                value_usd=float(weight.sum()),
                observed=float(np.average(claims.claimed_share[rows], weights=weight)),
                at_least=low,
                at_most=high,
            )


def _reported(claims: ObservedClaims) -> Bools:
    """Months in which claims on free lines were reported at all: at least a tenth of them."""
    free = (claims.kind == FREE) & (claims.value_usd > 0)
    months, place = np.unique(claims.month.astype(str), return_inverse=True)
    value = np.bincount(place[free], claims.value_usd[free], minlength=len(months))
    claimed = np.bincount(
        place[free], (claims.value_usd * claims.claimed_share)[free], minlength=len(months)
    )
    with np.errstate(invalid="ignore"):
        share = np.where(value > 0, claimed / value, 0.0)
    return (share > 0.1)[place]


def _left_out(claims: ObservedClaims, used: Bools) -> tuple[tuple[str, int, float], ...]:
    """Rows and trade without a part in the fit, by reason."""
    found = [(reason, rows, 0.0) for reason, rows in claims.left_out]
    rest = ~used
    reasons = (
        ("MFN-free: no margin", rest & ((claims.kind == FREE) | (claims.margin <= 0))),
        (
            "a duty by quantity: the margin is not known",
            rest & (claims.kind != FREE) & (claims.kind != AD_VALOREM),
        ),
        (
            "what else a claim saved is not known for the month",
            rest & (claims.kind == AD_VALOREM) & (claims.margin > 0) & np.isnan(claims.extra),
        ),
    )
    found += [
        (reason, int(rows.sum()), float(claims.value_usd[rows].sum()))
        for reason, rows in reasons
        if rows.any()
    ]
    return tuple(found)
