"""The whole evaluation: from an agreement and the world today to the figures on the screen.

Steps, each a section of method.md: duties under the agreement (2), content as the rule sees it
(3), what the rule asks (4), who claims (5), how strong the incentive is (6), then sums.
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.baseline import Baseline, baseline_key, build_baseline, market_key
from workbench.analysis.claiming import LaneTerms, claim
from workbench.analysis.content_seen import ContentSeen, content_seen, non_party_origins
from workbench.analysis.exposure import (
    SUMMED,
    Grouping,
    by_origin,
    critical_mass_share,
    figures_known,
    grouping,
    summed,
)
from workbench.analysis.findings import find
from workbench.analysis.gaps import find_gaps
from workbench.analysis.incentives import (
    NoFigure,
    break_even_premium,
    common_leverage_gap,
    leverage_gap,
    rating,
)
from workbench.analysis.market import Market, MarketLoader, entries_by_product
from workbench.analysis.results import Evaluation
from workbench.analysis.rules_by_lane import (
    LanePart,
    claiming_parameters,
    input_rows,
    lane_rows,
    rule_parts,
)
from workbench.analysis.treatment import DutiesUnder, duties_under
from workbench.model.agreement import Agreement
from workbench.model.commitments import TreatmentBasis
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata.database import TradeDatabase

Floats = NDArray[np.float64]


class Evaluator:
    """Evaluates agreements on one database, keeping what an edit leaves unchanged."""

    def __init__(self, database: TradeDatabase) -> None:
        self._loader = MarketLoader(database)
        self._market: tuple[tuple[object, ...], Market] | None = None
        self._baseline: Baseline | None = None

    def baseline(self, agreement: Agreement, progress: Progress = NO_PROGRESS) -> Baseline:
        """The world today for this agreement, reused while nothing it rests on changed."""
        key = market_key(agreement)
        if self._market is None or self._market[0] != key:
            self._market = (key, self._loader.load(agreement, progress))
        if self._baseline is None or self._baseline.key != baseline_key(agreement):
            self._baseline = build_baseline(self._market[1], agreement)
        return self._baseline

    def evaluate(
        self,
        agreement: Agreement,
        option: str | None = None,
        year: int | None = None,
        progress: Progress = NO_PROGRESS,
        complete: bool = True,
    ) -> Evaluation:
        """Evaluate the base text or an option in a year since entry into force.

        Args:
            agreement: the text with its options.
            option: name of the option; None is the base text.
            year: None is fully staged.
            progress: told of each step.
            complete: False leaves out leverage gaps and break-even premiums, which take most
                of the time and can follow.

        Raises:
            KeyError: there is no such option.
            TradeDataError: the database cannot be read.
            Cancelled: asked to stop.
        """
        text = agreement.with_option(option) if option else agreement
        baseline = self.baseline(text, progress)
        return evaluate(text, baseline, option, year, progress, complete)


def evaluate(
    agreement: Agreement,
    baseline: Baseline,
    option: str | None = None,
    year: int | None = None,
    progress: Progress = NO_PROGRESS,
    complete: bool = True,
) -> Evaluation:
    """All figures of an agreement on a baseline; arguments as in `Evaluator.evaluate`."""
    progress.step(0, 3, "duties and content")
    duties = duties_under(agreement, baseline, year)
    seen = content_seen(agreement, baseline)
    progress.step(1, 3, "who claims")
    lane_terms = terms_of_lanes(agreement, baseline, duties, seen)
    parts = _parts(agreement, seen)
    lanes = _lanes(agreement, baseline, duties, seen, lane_terms, parts)
    progress.step(2, 3, "totals")
    origins = non_party_origins(agreement, baseline, seen)
    figures = figures_known(lanes)
    groups = _groups(baseline, _stages(agreement, baseline))
    result = Evaluation(
        agreement=agreement,
        option=option,
        year=year,
        baseline=baseline,
        lanes=lanes,
        totals=_totals(baseline, lanes),
        **{f"by_{by}": summed(figures, by, group) for by, group in groups.items()},
        by_origin=by_origin(lanes, origins),
        origins=origins,
        findings=(),
        gaps=find_gaps(agreement, baseline, lanes),
        vintage=baseline.market.vintage,
        complete=False,
    )
    if complete:
        return _with_leverage(result, lane_terms, parts, progress)
    return _done(result, progress)


def with_leverage(evaluation: Evaluation, progress: Progress = NO_PROGRESS) -> Evaluation:
    """An evaluation that was not complete with its leverage gaps and break-even premiums.

    The sums of lanes stay the same objects.
    """
    agreement, baseline = evaluation.agreement, evaluation.baseline
    duties = duties_under(agreement, baseline, evaluation.year)
    seen = content_seen(agreement, baseline)
    lane_terms = terms_of_lanes(agreement, baseline, duties, seen)
    return _with_leverage(evaluation, lane_terms, _parts(agreement, seen), progress)


def _with_leverage(
    evaluation: Evaluation, lane_terms: LaneTerms, parts: list[LanePart], progress: Progress
) -> Evaluation:
    agreement = evaluation.agreement
    parameters, target = claiming_parameters(agreement), agreement.parameters.target_utilisation
    lanes = evaluation.lanes.copy(deep=False)
    figures, reasons = _no_leverage(len(lanes))
    if not agreement.gives_preference:
        parts = []
        for reason in reasons.values():
            reason[:] = NoFigure.NOTHING_TO_CLAIM
    for part in parts:
        progress.step(2, 3, "leverage")
        some, rows = lane_rows(lane_terms, part.rows), part.rows
        premium = break_even_premium(some, part.terms, parameters)
        gap = leverage_gap(some, part.terms, parameters, target)
        figures["break_even_premium"][rows] = premium.value
        figures["leverage_gap"][rows] = gap.value
        reasons["why_no_premium"][rows] = premium.reason
        reasons["why_no_gap"][rows] = gap.reason
    for name, values in (figures | reasons).items():
        lanes[name] = values
    totals = {**evaluation.totals, "leverage_gap": _common_gap(agreement, lane_terms, parts)}
    return _done(replace(evaluation, lanes=lanes, totals=totals, complete=True), progress)


def _done(evaluation: Evaluation, progress: Progress) -> Evaluation:
    evaluation = replace(evaluation, findings=find(evaluation))
    progress.step(3, 3, "done")
    return evaluation


# Who claims, and how strong the incentive is (method, sections 4 to 6) ---------------------


_CLAIM_FIGURES = (
    "utilisation",
    "as_is",
    "adjusted",
    "claimed",
    "free_riding_content",
    "traced_free_riding_content",
    "resourced_content",
    "exposure",
    "traced_exposure",
    "duty_forgone",
    "leakage",
    "traced_leakage",
)
_RANGES = ("utilisation_low", "utilisation_high", "exposure_low", "exposure_high")
_ATTRIBUTE = {
    name: f"{name}_usd"
    for name in (
        "claimed",
        "free_riding_content",
        "traced_free_riding_content",
        "resourced_content",
        "duty_forgone",
        "leakage",
        "traced_leakage",
    )
}


def trade_counted(agreement: Agreement, baseline: Baseline) -> Floats:
    """V of every lane (L): the base value without what already enters as small parcels."""
    return baseline.value_usd * (1 - agreement.parameters.small_parcel_share)


def terms_of_lanes(
    agreement: Agreement, baseline: Baseline, duties: DutiesUnder, seen: ContentSeen
) -> LaneTerms:
    """Everything the kernel takes of each lane but its rule; V without small parcels."""
    return LaneTerms(
        value_usd=trade_counted(agreement, baseline),
        gross_incentive=duties.gross_incentive,
        ad_valorem_cost=duties.ad_valorem_cost,
        declared_mean=seen.declared_mean,
        traced_mean=seen.traced_mean,
        non_party_fraction=seen.non_party_fraction,
        duty_cut=duties.base_duty - duties.pref_duty,
    )


def _lanes(
    agreement: Agreement,
    baseline: Baseline,
    duties: DutiesUnder,
    seen: ContentSeen,
    lane_terms: LaneTerms,
    parts: list[LanePart],
) -> pd.DataFrame:
    parameters = claiming_parameters(agreement)
    count = len(baseline.k)
    leverage, reasons = _no_leverage(count)
    figures = {name: np.full(count, np.nan) for name in _CLAIM_FIGURES} | leverage
    figures |= {name: np.full(count, np.nan) for name in _RANGES}
    for part in parts:
        rows, terms = part.rows, part.terms
        lanes = lane_rows(lane_terms, rows)
        claims = claim(lanes, terms, parameters)
        for name in _CLAIM_FIGURES:
            figures[name][rows] = getattr(claims, _ATTRIBUTE.get(name, name))
        # Where nothing claims, nothing rides: known even where the content is not.
        nothing = rows[claims.utilisation == 0]
        for name in SUMMED:
            figures[name][nothing] = 0.0
    if parts:
        _fill_ranges(figures, agreement, seen, lane_terms)
    today = _today(baseline, _stages(agreement, baseline))
    frame = pd.DataFrame(
        {
            "importer": today["importer"],
            "exporter": today["exporter"],
            "product": today["product"],
            "stage": today["stage"],
            "value": lane_terms.value_usd,
            "mfn_rate": today["mfn_rate"],
            "mfn_low": today["mfn_low"],
            "mfn_high": today["mfn_high"],
            "mfn_free_share": today["mfn_free_share"],
            "base_duty": duties.base_duty,
            "base_free_share": today["base_free_share"],
            "base_regime": today["base_regime"],
            "why_unknown": today["why_unknown"],
            "pref_duty": duties.pref_duty,
            "fee_relief": duties.fee_relief,
            "other_incentive": duties.other_incentive,
            "ad_valorem_cost": duties.ad_valorem_cost,
            "gross_incentive": duties.gross_incentive,
            "declared_mean": seen.declared_mean,
            "non_party_fraction": seen.non_party_fraction,
            "traced_mean": seen.traced_mean,
            "content_basis": today["content_basis"],
            **figures,
            **reasons,
        },
        copy=False,
    )
    frame["rating"] = rating(duties.gross_incentive, figures["utilisation"])
    return frame


def _no_leverage(count: int) -> tuple[dict[str, Floats], dict[str, NDArray[np.object_]]]:
    """Columns of the lanes for leverage gaps and break-even premiums, and why there are none."""
    figures = {name: np.full(count, np.nan) for name in ("break_even_premium", "leverage_gap")}
    reasons = {name: np.full(count, "", dtype=object) for name in ("why_no_premium", "why_no_gap")}
    return figures, reasons


def _parts(agreement: Agreement, seen: ContentSeen) -> list[LanePart]:
    """The rule of every lane; none where cuts reach everyone, so that rules do not apply."""
    extended = agreement.treatment.basis is TreatmentBasis.EXTENDED
    return [] if extended else rule_parts(agreement, seen.inputs)


def _fill_ranges(
    figures: dict[str, Floats], agreement: Agreement, seen: ContentSeen, lane_terms: LaneTerms
) -> None:
    """Where a split the rule asks for is unknown: figures with none and with all of it."""
    at = np.flatnonzero(
        np.isnan(figures["utilisation"])
        & ~np.isnan(lane_terms.gross_incentive)
        & ~np.isnan(lane_terms.declared_mean)
    )
    if not len(at):
        return
    lanes, inputs = lane_rows(lane_terms, at), input_rows(seen.inputs, at)
    parameters = claiming_parameters(agreement)
    ends: dict[str, list[Floats]] = {"utilisation": [], "exposure": []}
    for share in (0.0, 1.0):
        found = {name: np.full(len(at), np.nan) for name in ends}
        for part in rule_parts(agreement, inputs, unknown_share=share):
            claims = claim(lane_rows(lanes, part.rows), part.terms, parameters)
            for name, values in found.items():
                values[part.rows] = getattr(claims, name)
        for name, values in found.items():
            ends[name].append(values)
    for name, (one, other) in ends.items():
        figures[f"{name}_low"][at] = np.fmin(one, other)
        figures[f"{name}_high"][at] = np.fmax(one, other)


def _stages(agreement: Agreement, baseline: Baseline) -> tuple[str, ...]:
    """The stage of every product; "" where it has none."""
    entries = entries_by_product(agreement.coverage, baseline.market.products)
    return tuple(entry.stage.value if entry is not None else "" for entry in entries)


@lru_cache(maxsize=2)
def _today(baseline: Baseline, stages: tuple[str, ...]) -> pd.DataFrame:
    """Columns of the lanes that stay as they are when rules, cuts or parameters change."""
    i, x, k, duties = baseline.i, baseline.x, baseline.k, baseline.duties
    return pd.DataFrame(
        {
            "importer": baseline.importer,
            "exporter": baseline.exporter,
            "product": baseline.product,
            "stage": np.array(stages, dtype=object)[k],
            "mfn_rate": duties.mfn_rate[i, k],
            "mfn_low": duties.mfn_low[i, k],
            "mfn_high": duties.mfn_high[i, k],
            "mfn_free_share": duties.mfn_free_share[i, k],
            "base_free_share": duties.base_free_share[i, x, k],
            "base_regime": duties.base_regime[i, x, k],
            "why_unknown": duties.why_unknown[i, x, k],
            "content_basis": baseline.content.basis,
        }
    )


@lru_cache(maxsize=2)
def _groups(baseline: Baseline, stages: tuple[str, ...]) -> dict[str, Grouping]:
    """The lanes by each of the four columns that figures are summed by."""
    today, width = _today(baseline, stages), len(stages)
    return {by: grouping(today[by], width) for by in ("product", "exporter", "importer", "stage")}


# Sums (method, section 2: totals) ----------------------------------------------------------


def _totals(baseline: Baseline, lanes: pd.DataFrame) -> dict[str, float | None]:
    value = lanes["value"].to_numpy()
    duty_known = lanes["base_duty"].notna().to_numpy() & ~np.isnan(value)
    used = lanes["utilisation"].notna().to_numpy() & ~np.isnan(value)
    covered = float(np.nansum(value))
    nothing_known = bool(len(value)) and bool(np.isnan(value).all())
    known_value = float(value[duty_known].sum())
    total: dict[str, float | None] = {
        "covered_trade": None if nothing_known else covered,
        "known_duty_share": _ratio(known_value, covered),
        "critical_mass_share": critical_mass_share(baseline),
    }
    mfn_free = lanes["mfn_free_share"].to_numpy()
    free = lanes["base_free_share"].to_numpy()
    weight = value[duty_known]
    mfn_known = np.nan_to_num(mfn_free[duty_known])
    total["mfn_free_share"] = _ratio(float((weight * mfn_known).sum()), known_value)
    total["already_free_share"] = _ratio(
        float((weight * np.clip(free[duty_known] - mfn_known, 0, 1)).sum()), known_value
    )
    claimable = float(value[used].sum())
    sums_of = {name: float(lanes[name].to_numpy()[used].sum()) for name in SUMMED}
    total["utilisation"] = _ratio(sums_of["claimed"], claimable)
    for name in SUMMED:
        total[name] = sums_of[name] if used.any() else None
    total["exposure"] = _ratio(sums_of["free_riding_content"], sums_of["claimed"])
    total["traced_exposure"] = _ratio(sums_of["traced_free_riding_content"], sums_of["claimed"])
    total["leverage_gap"] = None
    return total


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _common_gap(agreement: Agreement, lane_terms: LaneTerms, parts: list[LanePart]) -> float | None:
    """The one increment on all lanes of known duty that brings utilisation to the target."""
    target = agreement.parameters.target_utilisation
    pairs = [(lane_rows(lane_terms, part.rows), part.terms) for part in parts]
    return common_leverage_gap(pairs, claiming_parameters(agreement), target).value
