"""Published examples worked through by the engine: what the source gives, and what comes out."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workbench.analysis import valuation
from workbench.analysis.case_calculations import CALCULATIONS
from workbench.analysis.origin.report import check_good
from workbench.definitions.good_input import GoodInput
from workbench.definitions.reference_cases import ReferenceCase, misprints, reference_cases
from workbench.model.goods import CostItem
from workbench.progress import NO_PROGRESS, Progress

_CLOSE = 1e-9
_WORDS = {"not_originating": "not originating"}


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of a case: as published, and as computed."""

    figure: str
    expected: str
    computed: str
    agrees: bool


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case and how the engine answers it."""

    case: ReferenceCase
    compared: tuple[Compared, ...]

    @property
    def passed(self) -> bool:
        """Whether every figure agrees."""
        return bool(self.compared) and all(one.agrees for one in self.compared)

    @property
    def expected(self) -> str:
        """What the source gives, in one line."""
        return "; ".join(f"{one.figure} {one.expected}".strip() for one in self.compared)

    @property
    def computed(self) -> str:
        """What the engine gives, in one line."""
        return "; ".join(f"{one.figure} {one.computed}".strip() for one in self.compared)


@dataclass(frozen=True, slots=True)
class ExampleBill:
    """A published origin check, to start one's own from."""

    id: str
    title: str
    citation: str
    good: GoodInput


def run_reference_cases(progress: Progress = NO_PROGRESS) -> tuple[CaseResult, ...]:
    """Every case that ships, worked through."""
    cases = reference_cases()
    found = []
    for number, case in enumerate(cases):
        progress.step(number, len(cases), case.name)
        found.append(run_case(case))
    return tuple(found)


def run_case(case: ReferenceCase) -> CaseResult:
    """One case worked through."""
    compare = _origin if case.good is not None else _calculation
    return CaseResult(case, tuple(compare(case)))


@lru_cache(maxsize=1)
def example_bills() -> tuple[ExampleBill, ...]:
    """The official origin checks that have a bill of materials."""
    return tuple(
        ExampleBill(case.id, case.name, case.source, case.good)
        for case in reference_cases()
        if case.official and case.good is not None and case.good.materials
    )


def results_data(results: tuple[CaseResult, ...]) -> dict[str, Any]:
    """The results as plain data, ready for JSON."""
    return {
        "cases": [
            {
                "id": one.case.id,
                "group": one.case.group,
                "name": one.case.name,
                "source": one.case.source,
                "official": one.case.official,
                "passed": one.passed,
                "figures": [
                    {
                        "figure": each.figure,
                        "expected": each.expected,
                        "computed": each.computed,
                        "agrees": each.agrees,
                    }
                    for each in one.compared
                ],
            }
            for one in results
        ],
        "passed": sum(one.passed for one in results),
        "failed": sum(not one.passed for one in results),
        "known_misprints": [
            {"where": each.where, "printed": each.printed, "exact": each.exact}
            for each in misprints()
        ],
    }


# Origin checks -----------------------------------------------------------------------------


def _origin(case: ReferenceCase) -> Iterator[Compared]:
    assert case.good is not None
    found = check_good(case.good)
    materials = {row["name"]: row for row in found["materials"]}
    results = {tuple(row["place"]): row["result"] for row in found["criteria"]}
    for key, wanted in case.expected.items():
        match key:
            case "determination":
                yield _same("", _WORDS.get(wanted, wanted), _WORDS.get(found[key], found[key]))
            case "rvc" | "rvc_range":
                for method, value in wanted.items():
                    yield _close(f"RVC {method}", value, found[key][method])
            case "non_originating" | "non_originating_range":
                for name, value in wanted.items():
                    yield _close(f"non-originating in {name}", value, materials[name][key])
            case "met" | "not_met":
                for place in wanted:
                    where = ".".join(str(step + 1) for step in place) or "1"
                    result = results[tuple(place)].replace("_", " ")
                    yield _same(f"criterion {where}", key.replace("_", " "), result)
            case "needs":
                for words in wanted:
                    held = next((need for need in found["needs"] if words in need), "–")
                    yield Compared("missing", words, held, held != "–")
            case "blocked":
                yield _same("criteria in the way", str(wanted), str(len(found["blocked_by"])))
            case "would_qualify_if":
                kinds = {change["kind"] for change in found["would_qualify_if"]}
                for kind in wanted:
                    yield Compared("change of", kind, ", ".join(sorted(kinds)), kind in kinds)
            case "range":
                (span,) = found["ranges"]
                for answer, bounds in wanted.items():
                    yield _close(answer.replace("_", " "), bounds, span[answer], 1e-6)
            case _:
                yield _close(key.replace("_", " "), wanted, found[key])


# Calculations ------------------------------------------------------------------------------


def _calculation(case: ReferenceCase) -> Iterator[Compared]:
    given, expected = case.calculation, case.expected
    places = expected.get("to")
    within = _CLOSE if places is None else 0.5 * 10**-places
    computed = _computed(given)
    for key, wanted in expected.items():
        if key == "to":
            continue
        if isinstance(wanted, str):
            yield _same(key.replace("_", " "), wanted, computed[key])
        elif isinstance(wanted, dict):
            for name, value in wanted.items():
                yield _close(f"{key} to {name}", value, computed[key][name], within)
        else:
            yield _close(key.replace("_", " "), wanted, computed[key], within)


def _computed(given: dict[str, Any]) -> dict[str, Any]:
    if "net_cost" in given:
        items = [CostItem(**item) for item in given["net_cost"]]
        exchange = given.get("exchange")
        result = valuation.ExchangeResult(**exchange) if exchange else None
        return {
            "total_cost": valuation.total_cost(items, result),
            "net_cost": valuation.net_cost(items, result),
        }
    if "allocate" in given:
        rounded = given.get("round_ratio")
        return {"allocated": valuation.allocated(given["allocate"], given["by"], rounded)}
    if "loan" in given:
        payments = valuation.level_payments(given["loan"], given["rate"], given["years"])
        return {"weighted_principal": valuation.weighted_principal(payments)}
    for kind, calculation in CALCULATIONS.items():
        if kind in given:
            return calculation(given[kind])
    yields = sorted((float(years), rate) for years, rate in given["yields"].items())
    return {"government_rate": valuation.government_rate(yields, given["term"])}


# Comparison --------------------------------------------------------------------------------


def _same(figure: str, expected: str, computed: str) -> Compared:
    return Compared(figure, expected, computed, expected == computed)


def _close(figure: str, expected: Any, computed: Any, within: float = _CLOSE) -> Compared:
    """A figure, or the two ends of a range; what is not known agrees with nothing but itself."""
    wanted = expected if isinstance(expected, list) else [expected]
    given = computed if isinstance(computed, list) else [computed]
    agrees = len(wanted) == len(given) and all(
        (one is None and other is None)
        or (
            one is not None
            and other is not None
            and math.isclose(one, other, rel_tol=within if within < 1e-5 else 0.0, abs_tol=within)
        )
        for one, other in zip(wanted, given, strict=False)
    )
    return Compared(figure, _shown(wanted), _shown(given), agrees)


def _shown(values: list[Any]) -> str:
    return " to ".join("–" if value is None else f"{value:,.10g}" for value in values)
