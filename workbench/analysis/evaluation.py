"""The whole evaluation: from an agreement and the world today to the figures on the screen.

Steps, each a section of method.md: duties under the agreement (2), content as the rule sees it
(3), what the rule asks (4), who claims (5), how strong the incentive is (6), then sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from workbench.analysis.baseline import Baseline, baseline_key, build_baseline, market_key
from workbench.analysis.cases import Cases, cases_of, kinds_of
from workbench.analysis.claiming import Claims, LaneTerms, claim, select_terms
from workbench.analysis.content_seen import ContentSeen, content_seen, non_party_origins
from workbench.analysis.exposure import (
    SUMMED,
    Grouping,
    Known,
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
from workbench.analysis.rules_by_lane import are_all, claiming_parameters, lane_rows
from workbench.analysis.treatment import DutiesUnder, duties_under
from workbench.model.agreement import Agreement
from workbench.model.commitments import TreatmentBasis
from workbench.model.origin import Absorption, Cumulation, OriginProvisions
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata.database import TradeDatabase

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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
    offer = _offer(_without_rules(agreement), baseline, year)
    progress.step(1, 3, "who claims")
    stages = _stages(agreement, baseline)
    lanes = _lanes(agreement, baseline, offer, stages)
    progress.step(2, 3, "totals")
    origins = non_party_origins(baseline, agreement.origin.absorption is Absorption.TRACING)
    figures = figures_known(lanes)
    groups = _groups(baseline, stages)
    result = Evaluation(
        agreement=agreement,
        option=option,
        year=year,
        baseline=baseline,
        lanes=lanes,
        totals=_totals(baseline, lanes, figures),
        **{f"by_{by}": summed(figures, by, group) for by, group in groups.items()},
        by_origin=by_origin(figures, origins),
        origins=origins,
        findings=(),
        gaps=find_gaps(agreement, baseline, lanes),
        vintage=baseline.market.vintage,
        complete=False,
    )
    return with_leverage(result, progress) if complete else _done(result, progress)


def with_leverage(evaluation: Evaluation, progress: Progress = NO_PROGRESS) -> Evaluation:
    """An evaluation that was not complete with its leverage gaps and break-even premiums.

    The sums of lanes stay the same objects.
    """
    agreement, baseline = evaluation.agreement, evaluation.baseline
    parameters, target = claiming_parameters(agreement), agreement.parameters.target_utilisation
    lanes = evaluation.lanes.copy(deep=False)
    figures = {name: np.full(len(lanes), np.nan) for name in _LEVERAGE}
    reasons = {name: np.full(len(lanes), "", dtype=object) for name in _WHY_NOT}
    offer = _offer(_without_rules(agreement), baseline, evaluation.year)
    cases: list[Cases] = []
    if agreement.gives_preference:
        cases = _cases(agreement, baseline, offer)
    else:
        for reason in reasons.values():
            reason[:] = NoFigure.NOTHING_TO_CLAIM
    for some in cases:
        progress.step(2, 3, "leverage")
        premium = break_even_premium(some.lanes, some.terms, parameters)
        gap = leverage_gap(some.lanes, some.terms, parameters, target)
        figures["break_even_premium"][some.rows] = premium.value[some.case]
        figures["leverage_gap"][some.rows] = gap.value[some.case]
        reasons["why_no_premium"][some.rows] = premium.reason[some.case]
        reasons["why_no_gap"][some.rows] = gap.reason[some.case]
    for name, values in (figures | reasons).items():
        lanes[name] = values
    pairs = [
        (lane_rows(offer.lanes, some.rows), select_terms(some.terms, some.case)) for some in cases
    ]
    common = common_leverage_gap(pairs, parameters, target).value
    totals = {**evaluation.totals, "leverage_gap": common}
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
_LEVERAGE = ("break_even_premium", "leverage_gap")
_WHY_NOT = ("why_no_premium", "why_no_gap")
_RANGES = ("utilisation_low", "utilisation_high", "exposure_low", "exposure_high")


@dataclass(frozen=True, eq=False)
class _Offer:
    """What lanes (L) are offered and made of, whatever the rules ask; `kind` as `kinds_of`."""

    duties: DutiesUnder
    lanes: LaneTerms
    kind: Ints


def _without_rules(agreement: Agreement) -> Agreement:
    """The text without its rules, unless content follows them."""
    text, origin = replace(agreement, options=()), agreement.origin
    if origin.cumulation is Cumulation.DIAGONAL:
        return text
    kept = OriginProvisions(cumulation=origin.cumulation, absorption=origin.absorption)
    return replace(text, origin=kept)


@lru_cache(maxsize=2)
def _offer(text: Agreement, baseline: Baseline, year: int | None) -> _Offer:
    """What an edit of a rule leaves as it is."""
    duties = duties_under(text, baseline, year)
    lanes = terms_of_lanes(text, baseline, duties, content_seen(text, baseline))
    return _Offer(duties, lanes, kinds_of(lanes))


def _cases(
    agreement: Agreement,
    baseline: Baseline,
    offer: _Offer,
    unknown_share: float | None = None,
    among: NDArray[np.bool_] | None = None,
) -> list[Cases]:
    """Every lane under its rule; none where cuts reach everyone, so that rules do not apply."""
    if agreement.treatment.basis is TreatmentBasis.EXTENDED:
        return []
    inputs = content_seen(agreement, baseline).inputs
    return cases_of(agreement, inputs, offer.lanes, offer.kind, unknown_share, among)


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
    agreement: Agreement, baseline: Baseline, offer: _Offer, stages: tuple[str, ...]
) -> pd.DataFrame:
    parameters = claiming_parameters(agreement)
    duties, lanes, count = offer.duties, offer.lanes, len(baseline.k)
    told: list[tuple[Ints, dict[str, Floats]]] = []
    unclear = np.zeros(count, dtype=bool)
    for some in _cases(agreement, baseline, offer):
        claims = claim(some.lanes, some.terms, parameters)
        told.append((some.rows, _claimed(some, claims, lane_rows(lanes, some.rows))))
        unknown = np.isnan(claims.utilisation)
        unknown &= ~np.isnan(some.lanes.gross_incentive + some.lanes.declared_mean)
        if unknown.any():
            unclear[some.rows[unknown[some.case]]] = True
    figures = _by_lane(told, _CLAIM_FIGURES, count)
    ranges = _ranges(agreement, baseline, offer, unclear)
    leverage = {name: np.full(count, np.nan) for name in _LEVERAGE}
    no_reason = _texts(("",), np.zeros(count, dtype=np.int64))
    today = _today(baseline, stages)
    frame = pd.DataFrame(
        {
            "importer": today["importer"],
            "exporter": today["exporter"],
            "product": today["product"],
            "stage": today["stage"],
            "value": lanes.value_usd,
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
            "gross_incentive": lanes.gross_incentive,
            "declared_mean": lanes.declared_mean,
            "non_party_fraction": lanes.non_party_fraction,
            "traced_mean": lanes.traced_mean,
            "content_basis": today["content_basis"],
            **figures,
            **leverage,
            **ranges,
            **dict.fromkeys(_WHY_NOT, no_reason),
        },
        copy=False,
    )
    frame["rating"] = rating(lanes.gross_incentive, figures["utilisation"])
    return frame


def _claimed(some: Cases, claims: Claims, lanes: LaneTerms) -> dict[str, Floats]:
    """`_CLAIM_FIGURES` of lanes with their own trade and cut of duty."""
    case, value, cut = some.case, lanes.value_usd, lanes.duty_cut
    # Where nothing claims, nothing rides: known even where the content is not.
    nothing = claims.utilisation == 0
    if np.isnan(value).any():
        value = np.where(nothing[case], 0.0, value)

    def usd(share: Floats) -> Floats:
        return value * np.where(nothing, 0.0, share)[case]

    claimed, riding = usd(claims.utilisation), usd(claims.free_riding_content_usd)
    traced = usd(claims.traced_free_riding_content_usd)
    return {
        "utilisation": claims.utilisation[case],
        "as_is": claims.as_is[case],
        "adjusted": claims.adjusted[case],
        "claimed": claimed,
        "free_riding_content": riding,
        "traced_free_riding_content": traced,
        "resourced_content": usd(claims.resourced_content_usd),
        "exposure": claims.exposure[case],
        "traced_exposure": claims.traced_exposure[case],
        "duty_forgone": cut * claimed,
        "leakage": cut * riding,
        "traced_leakage": cut * traced,
    }


def _by_lane(
    told: list[tuple[Ints, dict[str, Floats]]], names: tuple[str, ...], count: int
) -> dict[str, Floats]:
    """Figures of all lanes from those of some, by their numbers; NaN where there are none."""
    if len(told) == 1 and are_all(told[0][0], count):
        return told[0][1]
    figures = {name: np.full(count, np.nan) for name in names}
    for rows, values in told:
        for name, column in figures.items():
            column[rows] = values[name]
    return figures


def _ranges(
    agreement: Agreement, baseline: Baseline, offer: _Offer, unclear: NDArray[np.bool_]
) -> dict[str, Floats]:
    """Where a split the rule asks for is unknown: figures with none and with all of it."""
    figures = {name: np.full(len(unclear), np.nan) for name in _RANGES}
    if not unclear.any():
        return figures
    parameters = claiming_parameters(agreement)
    for share in (0.0, 1.0):
        for some in _cases(agreement, baseline, offer, share, unclear):
            claims = claim(some.lanes, some.terms, parameters)
            for name, found in (("utilisation", claims.utilisation), ("exposure", claims.exposure)):
                values = found[some.case]
                for end, least in (("low", np.fmin), ("high", np.fmax)):
                    column = figures[f"{name}_{end}"]
                    column[some.rows] = least(column[some.rows], values)
    return figures


def _stages(agreement: Agreement, baseline: Baseline) -> tuple[str, ...]:
    """The stage of every product; "" where it has none."""
    entries = entries_by_product(agreement.coverage, baseline.market.products)
    stage = {id(entry): entry.stage.value for entry in agreement.coverage.entries}
    return tuple(stage.get(id(entry), "") for entry in entries)


@lru_cache(maxsize=2)
def _today(baseline: Baseline, stages: tuple[str, ...]) -> pd.DataFrame:
    """Columns of the lanes that stay as they are when rules, cuts or parameters change."""
    i, x, k, duties = baseline.i, baseline.x, baseline.k, baseline.duties
    content = baseline.content
    return pd.DataFrame(
        {
            "importer": _texts(baseline.importers, i),
            "exporter": _texts(baseline.exporters, x),
            "product": _texts(baseline.market.products, k),
            "stage": _texts(stages, k),
            "mfn_rate": duties.mfn_rate[i, k],
            "mfn_low": duties.mfn_low[i, k],
            "mfn_high": duties.mfn_high[i, k],
            "mfn_free_share": duties.mfn_free_share[i, k],
            "base_free_share": duties.base_free_share[i, x, k],
            "base_regime": duties.base_regime[i, x, k],
            "why_unknown": duties.why_unknown[i, x, k],
            "content_basis": _texts(content.basis.tolist(), content.row_of_lane),
        },
        copy=False,
    )


def _texts(names: Sequence[str], place: Ints) -> ExtensionArray:
    """A column of texts (L) by their places among the different ones."""
    return pd.array(list(names), dtype="str").take(place)


@lru_cache(maxsize=2)
def _groups(baseline: Baseline, stages: tuple[str, ...]) -> dict[str, Grouping]:
    """The lanes by each of the four columns that figures are summed by."""
    products = baseline.market.products
    columns: dict[str, tuple[Sequence[str], Ints]] = {
        "product": (products, baseline.k),
        "exporter": (baseline.exporters, baseline.x),
        "importer": (baseline.importers, baseline.i),
        "stage": (stages, baseline.k),
    }
    return {by: grouping(names, at, len(products)) for by, (names, at) in columns.items()}


# Sums (method, section 2: totals) ----------------------------------------------------------


def _totals(
    baseline: Baseline, lanes: pd.DataFrame, figures: dict[str, Known]
) -> dict[str, float | None]:
    trade, known, used = (figures[name] for name in ("value", "known", "used"))
    covered, known_value = float(trade.values.sum()), float(known.values.sum())
    nothing_known = bool(len(lanes)) and not trade.known.any()
    total: dict[str, float | None] = {
        "covered_trade": None if nothing_known else covered,
        "known_duty_share": _ratio(known_value, covered),
        "critical_mass_share": critical_mass_share(baseline),
    }
    mfn_free = np.nan_to_num(lanes["mfn_free_share"].to_numpy())
    free = np.nan_to_num(np.clip(lanes["base_free_share"].to_numpy() - mfn_free, 0, 1))
    total["mfn_free_share"] = _ratio(float(known.values @ mfn_free), known_value)
    total["already_free_share"] = _ratio(float(known.values @ free), known_value)
    claimable = float(used.values.sum())
    # Of lanes that would claim, a figure that one of them lacks is missing in total.
    sums_of = {
        name: float(figures[name].values @ used.known)
        if (figures[name].known >= used.known).all()
        else float("nan")
        for name in SUMMED
    }
    total["utilisation"] = _ratio(sums_of["claimed"], claimable)
    for name in SUMMED:
        total[name] = sums_of[name] if used.known.any() else None
    total["exposure"] = _ratio(sums_of["free_riding_content"], sums_of["claimed"])
    total["traced_exposure"] = _ratio(sums_of["traced_free_riding_content"], sums_of["claimed"])
    total["leverage_gap"] = None
    return total


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
