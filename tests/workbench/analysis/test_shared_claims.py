"""Claims of many lanes under one criterion: those of the general kernel, worked out together."""

import itertools

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import beta as beta_distribution

from workbench.analysis.claiming import ClaimingParameters, LaneTerms, claim
from workbench.analysis.rule_terms import Leaf
from workbench.analysis.shared_claims import Contents, Questions, shared_shares

USUAL = ClaimingParameters()
MEANS = (0.003, 0.02, 0.15, 0.4, 0.7, 0.9, 0.99)
CONTENTS = tuple(
    (mean, offset, part)
    for mean in MEANS
    for offset, part in ((0.0, 1.0), (0.12, 1.0), (-0.1, 0.8), (0.5, 0.4), (0.2, 0.0))
)
NETS, BETAS = (0.001, 0.01, 0.05, 0.3), (0.0, 0.02, 0.1, 0.25, 0.5, 0.8, 0.999)


def pairs(
    nets: tuple[float, ...],
    rules: tuple[tuple[float, float], ...],
    contents: tuple[tuple[float, float, float], ...] = CONTENTS,
) -> tuple[Questions, Contents, np.ndarray, np.ndarray]:
    """Every incentive and rule with every content."""
    asked = tuple(itertools.product(nets, rules))
    questions = Questions(
        np.array([net for net, _ in asked]),
        np.array([alpha for _, (alpha, _) in asked]),
        np.array([beta for _, (_, beta) in asked]),
    )
    made = Contents(*(np.array(column) for column in zip(*contents, strict=True)))
    question, content = (axis.ravel() for axis in np.indices((len(asked), len(contents))))
    return questions, made, question, content


def one_by_one(
    questions: Questions,
    contents: Contents,
    question: np.ndarray,
    content: np.ndarray,
    parameters: ClaimingParameters,
) -> np.ndarray:
    """The same by the general kernel."""
    mean, part = contents.mean[content], contents.non_party[content]
    ones = np.ones(len(question))
    beta = questions.beta[question]
    lanes = LaneTerms(
        value_usd=ones,
        gross_incentive=questions.net[question],
        ad_valorem_cost=0 * ones,
        declared_mean=mean,
        traced_mean=contents.traced_offset[content] + part * mean,
        non_party_fraction=part,
        duty_cut=ones,
    )
    attainable = ~np.isneginf(beta)
    terms = Leaf(questions.alpha[question], np.where(attainable, beta, 0.0), attainable)
    claims = claim(lanes, terms, parameters, threads=1)
    return np.stack(
        [
            claims.utilisation,
            claims.free_riding_content_usd,
            claims.traced_free_riding_content_usd,
            claims.resourced_content_usd,
        ]
    )


@pytest.mark.parametrize(
    "parameters",
    [
        USUAL,
        ClaimingParameters(premium=0.0),
        ClaimingParameters(fixed_cost_usd=0.0),
        ClaimingParameters(concentration=60.0, never_claims_share=0.1),
        ClaimingParameters(concentration=0.8, sigma=0.3, premium=0.4),
    ],
)
@pytest.mark.parametrize("alpha", [1.0, 0.35])
def test_the_same_as_one_by_one(parameters: ClaimingParameters, alpha: float) -> None:
    asked = pairs(NETS, tuple((alpha, beta) for beta in BETAS))
    shares, sure = shared_shares(*asked, parameters)
    wanted = one_by_one(*asked, parameters)
    # The general kernel is sure of a lane to about 1e-8, or 1e-7 where its density is steep.
    np.testing.assert_allclose(shares[:, sure], wanted[:, sure], rtol=0, atol=2e-7)
    assert np.median(np.abs(shares[:, sure] - wanted[:, sure])) < 1e-12
    assert sure.mean() > (0.7 if alpha == 1 else 0.5)


def test_closer_than_a_billionth_to_the_integral() -> None:
    asked = pairs((0.02, 0.09), ((1.0, 0.0), (1.0, 0.05), (1.0, 0.4)), ((0.3, 0.1, 1.0),))
    shares, sure = shared_shares(*asked, USUAL)
    assert sure.all()
    questions, _, question, _ = asked
    producers = beta_distribution(0.3 * 8, 0.7 * 8)
    for place, q in enumerate(question):
        net, kink = float(questions.net[q]), float(questions.beta[q])
        end = min(1.0, kink + net / 0.1)

        def claims(n: float, net: float = net, kink: float = kink) -> float:
            gain = net - 0.1 * max(n - kink, 0.0)
            size = np.log(50_000) - np.log(250)
            return float(ndtr((np.log(gain) + size) / 1.5)) if gain > 0 else 0.0

        for row, content in ((0, lambda n: 1.0), (3, lambda n, kink=kink: max(n - kink, 0.0))):
            whole = sum(
                quad(
                    lambda n, of=content: claims(n) * of(n) * producers.pdf(n),
                    low,
                    high,
                    epsabs=1e-13,
                    epsrel=1e-12,
                    limit=400,
                )[0]
                for low, high in ((0.0, kink), (kink, (kink + end) / 2), ((kink + end) / 2, end))
            )
            assert shares[row, place] == pytest.approx(whole, rel=1e-9, abs=1e-12)


def test_a_rule_that_nobody_can_meet() -> None:
    asked = pairs((0.05,), ((1.0, -np.inf),))
    shares, sure = shared_shares(*asked, USUAL)
    assert sure.all()
    assert not shares.any()


def test_what_is_not_known_is_left_to_the_kernel() -> None:
    contents = ((np.nan, 0.1, 1.0), (0.0, 0.1, 1.0), (1.0, 0.0, 1.0), (0.4, 0.1, 1.0))
    asked = pairs((0.05,), ((1.0, np.nan), (1.0, 0.5)), contents)
    _, sure = shared_shares(*asked, USUAL)
    assert sure.tolist() == [False] * 7 + [True]


def test_traced_content_that_is_not_known_leaves_the_rest() -> None:
    asked = pairs((0.05,), ((1.0, 0.5),), ((0.4, np.nan, 1.0),))
    shares, sure = shared_shares(*asked, USUAL)
    assert sure.all()
    assert np.isnan(shares[:, 0]).tolist() == [False, False, True, False]
