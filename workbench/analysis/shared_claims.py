"""Who claims under a rule of one criterion, the arithmetic shared between lanes.

Such a rule asks a producer for s(N) = max(0, alpha N - beta) (method, section 4). The share of its
trade that claims depends on the incentive and the rule alone (a question), how many producers have
which N on the content alone. So points of integration and the claiming share there are worked out
once a question, logarithms once a point, and what is left for each pair of a question and a content
is one power and a sum. Below the point where something has to be re-sourced, everything is an
incomplete beta function of the content. The result is that of `claiming.claim`; pairs on which the
integration is not sure of it are left to that.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaln, ndtr

from workbench.analysis.claiming import ClaimingParameters
from workbench.analysis.claiming_kernel import (
    FADING,
    NODES,
    TAIL,
    TINY,
    WEIGHTS,
    Stretch,
    is_rough,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_PAIRS_AT_ONCE = 2048  # pairs x points of integration still fit a core's cache
_HALVINGS = 6
_TOLERANCE = {False: 1e-11, True: 1e-14}  # near zero the rules close in more slowly
_NEAR_ZERO = 0.06
_STEEP = 2.0  # a density (1 - N)^(q - 1) with q below is steep at N = 1


@dataclass(frozen=True, eq=False)
class Questions:
    """Incentives and rules (Q): what a producer of any content is asked.

    Attributes:
        net: g - a, positive.
        alpha, beta: of s(N) = max(0, alpha N - beta); beta is -infinity where the rule cannot be
            met at all.
    """

    net: Floats
    alpha: Floats
    beta: Floats


@dataclass(frozen=True, eq=False)
class Contents:
    """What producers are made of (C): mean of N, H, and the non-party part of N."""

    mean: Floats
    traced_offset: Floats
    non_party: Floats


def shared_shares(
    questions: Questions,
    contents: Contents,
    question: Ints,
    content: Ints,
    parameters: ClaimingParameters,
) -> tuple[Floats, Bools]:
    """Per dollar of trade: claimed, free-riding content, traced, re-sourced content.

    Args:
        questions: the Q different ones.
        contents: the C different ones.
        question: P, the question of each pair.
        content: P, the content of each pair.
        parameters: numbers, not arrays.

    Returns:
        4 x P shares, and which of the pairs (P) are sure; the figures of the others mean nothing.
    """
    with np.errstate(all="ignore"):
        asked = _Asked.of(questions, parameters)
        made = _Made.of(contents, float(parameters.concentration))
        flat = _flat(asked, made, question, content)
        curved, sure = _curved(asked, made, question, content)
        adjusted, mean = curved
        resourced = questions.alpha[question] * mean - questions.beta[question] * adjusted
        kept = mean - resourced
        pi, offset = contents.non_party[content], contents.traced_offset[content]
        least = pi * asked.kink[question] + offset
        most = pi * asked.most_kept[question] + offset
        between = pi * kept + offset * adjusted
        traced = np.where(least >= 1, adjusted, np.where(most <= 0, 0.0, between))
        # Where traced content meets a bound among those who re-source, there is one more kink.
        sure &= ~(((least < 0) & (most > 0)) | ((least < 1) & (most > 1)))
        sure &= ~made.is_point[content] & asked.is_plain[question]
        shares = np.stack(
            [
                np.minimum(flat.mass + adjusted, 1.0),
                pi * (flat.kept + kept),
                flat.traced + traced,
                resourced,
            ]
        )
        shares[:, asked.hopeless[question]] = 0.0
        shares *= 1 - float(parameters.never_claims_share)
        shares[2, np.isnan(offset)] = np.nan
    sure |= asked.hopeless[question] & ~np.isnan(contents.mean + contents.non_party)[content]
    return shares, sure


@dataclass(frozen=True, eq=False)
class _Asked:
    """Questions (Q) with what follows from them alone.

    Attributes:
        as_is: share that claims among producers who re-source nothing.
        kink: N from which something has to be re-sourced.
        fading, end: N above which not nearly all claim, and above which nobody does.
        most_kept: N - r at `end`, the most that anyone who claims keeps.
        hopeless: nobody can meet the rule.
        is_plain: whether the formulas of this module hold.
    """

    questions: Questions
    as_is: Floats
    kink: Floats
    fading: Floats
    end: Floats
    most_kept: Floats
    hopeless: Bools
    is_plain: Bools
    premium: float
    log_size: float
    sigma: float

    @classmethod
    def of(cls, questions: Questions, parameters: ClaimingParameters) -> "_Asked":
        net, alpha, beta = questions.net, questions.alpha, questions.beta
        premium, sigma = float(parameters.premium), max(float(parameters.sigma), TINY)
        log_size = float(
            np.log(float(parameters.consignment_usd))
            - np.log(np.float64(parameters.fixed_cost_usd))
        )
        kink = np.where(alpha > 0, np.minimum(beta / alpha, 1.0), 1.0)
        least, full = (np.exp(z * sigma - log_size) for z in (-TAIL, FADING))
        slope = premium * alpha
        end, fading = (
            np.clip(np.where(slope > 0, kink + (net - gain) / slope, 1.0), kink, 1.0)
            for gain in (least, full)
        )
        share = ndtr((np.log(net) + log_size) / sigma)
        return cls(
            questions=questions,
            as_is=np.where(net > least, share, 0.0),
            kink=kink,
            fading=fading,
            end=end,
            most_kept=np.maximum(kink, (1 - alpha) * end + beta),
            hopeless=np.isneginf(beta),
            is_plain=(beta >= 0) & (alpha >= 0) & (alpha <= 1),
            premium=premium,
            log_size=log_size,
            sigma=sigma,
        )

    def claiming(self, at: Ints, n: Floats) -> Floats:
        """The share that claims at N of some questions (questions given x points)."""
        q = self.questions
        asks = q.alpha[at, None] * n - q.beta[at, None]
        gain = q.net[at, None] - self.premium * asks
        share: Floats = ndtr((np.log(np.maximum(gain, TINY)) + self.log_size) / self.sigma)
        return share


@dataclass(frozen=True, eq=False)
class _Made:
    """Contents (C) as Beta distributions of N."""

    contents: Contents
    p: Floats
    q: Floats
    log_norm: Floats
    is_point: Bools

    @classmethod
    def of(cls, contents: Contents, concentration: float) -> "_Made":
        p, q = contents.mean * concentration, (1 - contents.mean) * concentration
        is_point = ~((p > TINY) & (q > TINY))
        p, q = np.where(is_point, 1.0, p), np.where(is_point, 1.0, q)
        return cls(contents, p, q, betaln(p, q), is_point)

    def below(self, content: Ints, x: Floats) -> tuple[Floats, Floats]:
        """E[1] and E[N] over N up to x, of some contents."""
        p, q = self.p[content], self.q[content]
        inside = (x > 0) & (x < 1)
        y = np.where(inside, x, 0.5)
        mass = np.where(x >= 1, 1.0, 0.0)
        mass[inside] = betainc(p[inside], q[inside], y[inside])
        edge = np.exp(p * np.log(y) + q * np.log1p(-y) - self.log_norm[content]) / p
        return mass, p / (p + q) * (mass - np.where(inside, edge, 0.0))


# --- where nothing has to be re-sourced ---------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Flat:
    """E[c], E[c N] and E[c traced content] over N up to the kink (P)."""

    mass: Floats
    kept: Floats
    traced: Floats


def _flat(asked: _Asked, made: _Made, question: Ints, content: Ints) -> _Flat:
    pi, offset = made.contents.non_party, made.contents.traced_offset
    kink = asked.kink[question]
    mass, mean = _up_to_kink(asked, made, question, content)
    # Traced content pi N + H is nothing below `low` and the whole good above `high`.
    low, high = (
        np.where(pi > 0, (bound - offset) / pi, np.where(offset > bound, -np.inf, np.inf))
        for bound in (0.0, 1.0)
    )
    every = np.arange(len(low))
    low_mass, low_mean = made.below(every, low)
    high_mass, high_mean = made.below(every, high)
    beyond = low[content] >= kink
    low_mass = np.where(beyond, mass, low_mass[content])
    low_mean = np.where(beyond, mean, low_mean[content])
    beyond = high[content] >= kink
    high_mass = np.where(beyond, mass, high_mass[content])
    high_mean = np.where(beyond, mean, high_mean[content])
    traced = pi[content] * (high_mean - low_mean) + offset[content] * (high_mass - low_mass)
    share = asked.as_is[question]
    return _Flat(share * mass, share * mean, share * (traced + mass - high_mass))


def _up_to_kink(asked: _Asked, made: _Made, question: Ints, content: Ints) -> tuple[Floats, Floats]:
    """E[1] and E[N] up to the kink of each pair; once for those that repeat."""
    kinks, place = np.unique(asked.kink, return_inverse=True)
    contents = len(made.p)
    if len(kinks) * contents > len(question):
        return made.below(content, asked.kink[question])
    mass, mean = made.below(np.tile(np.arange(contents), len(kinks)), np.repeat(kinks, contents))
    at = place[question] * contents + content
    return mass[at], mean[at]


# --- where something has to be re-sourced -------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Stretches:
    """Stretches of N, one a question (Q), to integrate over where `live`.

    Near zero the density of producers may be too steep to integrate: what a producer at the start
    claims is taken out of the integral and put back times the producers.
    """

    start: Floats
    end: Floats
    live: Bools
    near_zero: bool


def _curved(asked: _Asked, made: _Made, question: Ints, content: Ints) -> tuple[Floats, Bools]:
    """E[c] and E[c N] over N above the kink (2 x P), and whether they are sure."""
    out = np.zeros((2, len(question)))
    sure = np.ones(len(question), dtype=bool)
    for start, end in ((asked.kink, asked.fading), (asked.fading, asked.end)):
        live = asked.is_plain & (end > start)
        near_zero = start < _NEAR_ZERO
        for stretches in (
            _Stretches(start, end, live & near_zero, near_zero=True),
            _Stretches(start, end, live & ~near_zero, near_zero=False),
        ):
            found, fine = _over(asked, made, question, content, stretches)
            out += found
            sure &= fine
        sure &= ~((live & (end == 1))[question] & (made.q[content] < _STEEP))
    return out, sure


def _over(
    asked: _Asked, made: _Made, question: Ints, content: Ints, stretches: _Stretches
) -> tuple[Floats, Bools]:
    """E[c] and E[c N] over stretches (2 x P), and whether they are sure.

    What is rough over a part of a stretch is integrated anew over both halves of it.
    """
    out = np.zeros((2, len(question)))
    sure = np.ones(len(question), dtype=bool)
    pairs = np.flatnonzero(stretches.live[question])
    if not len(pairs):
        return out, sure
    many = np.bincount(question[pairs])
    # Questions of about as many contents go together, in tables that have few gaps.
    parts = [(0.0, 1.0, pairs[np.lexsort((question[pairs], many[question[pairs]]))])]
    for _ in range(_HALVINGS):
        halves = []
        for begin, length, mine in parts:
            left = []
            for at in range(0, len(mine), _PAIRS_AT_ONCE):
                block = mine[at : at + _PAIRS_AT_ONCE]
                asks, of = question[block], content[block]
                found, rough = _integrate(asked, made, asks, of, stretches, begin, length)
                out[:, block] += np.where(rough, 0.0, found)
                left.append(block[rough])
            rest = np.concatenate(left)
            if len(rest):
                half = length / 2
                halves += [(begin, half, rest), (begin + half, half, rest)]
        parts = halves
    for _, _, mine in parts:
        sure[mine] = False
    if stretches.near_zero:
        mine, of = content[pairs], question[pairs]
        mass = made.below(mine, stretches.end[of])[0] - made.below(mine, stretches.start[of])[0]
        start = stretches.start[:, None]
        claimed = asked.claiming(np.arange(len(start)), start)
        out[:, pairs] += np.concatenate([claimed, claimed * start], axis=1)[of].T * mass
    return out, sure


def _integrate(
    asked: _Asked,
    made: _Made,
    question: Ints,
    content: Ints,
    stretches: _Stretches,
    begin: float,
    length: float,
) -> tuple[Floats, Bools]:
    """E[c] and E[c N] over a part of the stretches (2 x P), and which of them are rough.

    Pairs of one question stand together.
    """
    opens = np.ones(len(question), dtype=bool)
    opens[1:] = question[1:] != question[:-1]
    first = np.flatnonzero(opens)
    row = np.cumsum(opens) - 1
    place = np.arange(len(question)) - first[row]
    mine = question[first]
    table = np.zeros((len(first), int(place.max()) + 1), dtype=np.int64)
    table[row, place] = content

    start, end = stretches.start[mine, None], stretches.end[mine, None]
    stretch = Stretch.at(begin + length * NODES, stretches.near_zero)
    n = start + (end - start) * stretch.step
    rest = (end - start) * stretch.left + (1 - end)
    claimed = asked.claiming(mine, n)
    content_of = claimed * n
    if stretches.near_zero:
        taken_out = asked.claiming(mine, start)
        claimed -= taken_out
        content_of -= taken_out * start
    weights = WEIGHTS * stretch.slope * (length * (end - start))[:, None]
    figures = np.concatenate(
        [claimed[:, None] * weights, content_of[:, None] * weights], axis=1
    ).transpose(0, 2, 1)
    powers = np.stack([made.p[table] - 1, made.q[table] - 1, -made.log_norm[table]], axis=2)
    logs = np.stack([np.log(n), np.log(rest), np.ones_like(n)], axis=1)
    density = powers @ logs
    np.exp(density, out=density)
    found = (density @ figures)[row, place].T.reshape(2, 3, -1)
    rough = is_rough(found, _TOLERANCE[stretches.near_zero])
    return found[:, 0], rough | ~np.isfinite(found).all(axis=(0, 1))
