"""Calculations that reference cases name: markets, concentration, dependency, coalitions."""

from collections.abc import Callable
from typing import Any

import numpy as np

from workbench.analysis import concentration
from workbench.analysis import partial_equilibrium as pe
from workbench.analysis.incentives import preferential_duty
from workbench.analysis.partner_sets.contribution import shapley, worst_objection
from workbench.model.commitments import StagingFormula


def _one(value: float) -> pe.Floats:
    return np.array([value], dtype=np.float64)


def _single_market(given: dict[str, Any]) -> dict[str, Any]:
    """A cut in a market of one favoured and other suppliers, in fractions and USD."""
    inside, outside = float(given["inside"]), float(given.get("outside", 0.0))
    duty, new_duty = float(given["duty"]), float(given.get("new_duty", 0.0))
    demand = _one(-abs(float(given["demand"])))
    supply = _one(float(given.get("supply", pe.INFINITE_SUPPLY)))
    substitution = float(given.get("substitution", 0.0))
    power = _one((new_duty - duty) / (1 + duty))
    fall = float(-power[0])
    creation = float(pe.trade_creation(_one(inside), demand, power, supply)[0])
    moved = pe.diversion(
        np.array([inside, outside]), np.array([substitution * fall, 0.0]), np.array([0, 0])
    )
    linear = pe.linear_diversion(inside, outside, substitution, fall)
    return {
        "creation": creation,
        "price_change": float(pe.price_change(demand, power, supply)[0]),
        "diversion": float(moved[0]),
        "sum_of_diversion": float(moved.sum()),
        "linear_diversion": linear,
        "verdoorn_diversion": pe.verdoorn_diversion(creation, outside, inside + outside),
    }


def _total_effect(given: dict[str, Any]) -> dict[str, Any]:
    effect = pe.total_effect(
        given["imports"], given["tariff_elasticity"], given["cut"], given["duty"]
    )
    creation = pe.creation_within(effect, given["outside"], given["imports"])
    return {"total_effect": effect, "creation": creation, "diversion": effect - creation}


def _union(given: dict[str, Any]) -> dict[str, Any]:
    costs = {name: float(cost) for name, cost in given["costs"].items()}
    if "rate" in given:
        duties = {name: cost * float(given["rate"]) for name, cost in costs.items()}
    else:
        duties = dict.fromkeys(costs, float(given["duty"]))
    effect = pe.union_effect(costs, duties, given["home"], given["partner"])
    return {
        "before": effect.before,
        "after": effect.after,
        "effect": effect.kind,
        "buyer_gain": effect.buyer_gain,
        "revenue_change": effect.revenue_change,
        "net": effect.net,
    }


def _gsim(given: dict[str, Any]) -> dict[str, Any]:
    trade = np.array(given["trade"], dtype=np.float64)
    power, new_power = np.array(given["power"]), np.array(given["power"])
    for row, column, value in given["changes"]:
        new_power[row, column] = value
    solved = pe.solve_gsim(
        trade,
        power,
        new_power,
        np.full(trade.shape[1], float(given["demand"])),
        float(given["substitution"]),
        np.full(trade.shape[0], float(given["supply"])),
    )
    return {
        "largest_residual": float(np.abs(solved.residual).max()),
        "largest_price_change": float(np.abs(solved.price).max()),
    }


def _armington(given: dict[str, Any]) -> dict[str, Any]:
    trade = np.array(given["trade"], dtype=np.float64)
    solved = pe.solve_armington(
        trade,
        np.ones(len(trade)),
        np.array(given["power"], dtype=np.float64),
        np.zeros(len(trade), dtype=np.int64),
        float(given["demand"]),
        float(given["substitution"]),
        float(given["substitution"]),
        np.array(given["supply"], dtype=np.float64),
    )
    return {
        "largest_residual": float(np.abs(solved.residual).max()),
        "sum_of_shares": float(solved.share.sum()),
    }


def _tariff(given: dict[str, Any]) -> dict[str, Any]:
    duty = preferential_duty(
        _one(float(given["duty"])),
        StagingFormula(given["formula"]),
        given.get("value"),
        given.get("years"),
        given.get("year"),
    )
    return {"duty": float(duty[0])}


def _concentration(given: dict[str, Any]) -> dict[str, Any]:
    index = concentration.hhi(np.array(given["shares"], dtype=np.float64))
    return {
        "hhi": index,
        "band_2010": concentration.band(index, 2010),
        "band_2023": concentration.band(index, 2023),
    }


def _persistence(given: dict[str, Any]) -> dict[str, Any]:
    standing = concentration.persistent([value == "flagged" for value in given["years"]])
    words = {True: "stands", False: "does not stand", None: "not settled"}
    return {"dependency": words[standing]}


def _origin_gap(given: dict[str, Any]) -> dict[str, Any]:
    return {"gap": concentration.origin_gap(given["export_share"], given["mine_share"])}


def _coalition(given: dict[str, Any]) -> dict[str, Any]:
    """A game: the value of every group of players, written as "1", "12" and so on."""
    players = sorted({player for group in given["values"] for player in group})
    values = np.zeros(2 ** len(players))
    for group, value in given["values"].items():
        values[sum(1 << players.index(player) for player in group)] = float(value)
    shares = shapley(values)
    found: dict[str, Any] = {
        "shapley": [float(share) for share in shares],
        "sum_of_shapley": float(shares.sum()),
    }
    if "offer" in given:
        group, _ = worst_objection(values, np.array(given["offer"], dtype=np.float64))
        found["offer"] = "in the core" if group == 0 else "blocked"
    return found


CALCULATIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "single_market": _single_market,
    "total_effect": _total_effect,
    "union": _union,
    "gsim": _gsim,
    "armington": _armington,
    "tariff": _tariff,
    "concentration": _concentration,
    "persistence": _persistence,
    "origin_gap": _origin_gap,
    "coalition": _coalition,
}
"""What each kind of case works out, by the key that its facts stand under."""
