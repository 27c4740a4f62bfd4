"""An agreement as large as they get: for benchmarks and tests of drafting."""

from dataclasses import replace

from workbench.model.agreement import Agreement, Option
from workbench.model.commitments import (
    Bracket,
    Commitment,
    CommitmentTopic,
    Institutions,
    Obligation,
    Position,
    Stance,
)
from workbench.model.coverage import CoveredProducts, ProductCoverage, Stage
from workbench.model.economies import Partner, Role, Standing
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyGood,
    OriginProvisions,
    ProductRule,
    RegionalValueContent,
    RvcMethod,
    ShiftFrom,
    TariffShift,
)

CODES = (
    "AUS", "BRA", "CAN", "CHL", "EU27", "GBR", "IDN", "IND", "JPN", "KOR", "NOR", "NZL", "PER",
    "USA",
)  # fmt: skip


def large_agreement(lines: list[str], commitments: int = 40) -> Agreement:
    """Fourteen partners, three options, commitments with positions, and the given products.

    Args:
        lines: HS digits, six and more; a third of them get a rule of their own.
        commitments: how many.
    """
    partners = tuple(
        Partner(
            code,
            (Role.BOTH, Role.PRODUCER, Role.CONSUMER)[number % 3],
            Standing.CANDIDATE if number % 5 == 4 else Standing.FOUNDING,
        )
        for number, code in enumerate(CODES)
    )
    ranges = [HSRange(code, code) for code in lines]
    third = len(ranges) // 3
    stages = (Stage.UPSTREAM, Stage.CORE, Stage.DOWNSTREAM)
    entries = tuple(
        CoveredProducts(tuple(ranges[n * third : (n + 1) * third]), stage=stage)
        for n, stage in enumerate(stages)
    )
    down = RvcMethod.BUILD_DOWN
    rules = tuple(
        ProductRule((item,), RegionalValueContent(down, 0.4 + number % 20 / 100))
        for number, item in enumerate(ranges[::3])
    )
    topics = list(CommitmentTopic)
    texts = tuple(
        Commitment(
            f"{topics[n % len(topics)].value}-{n}",
            topics[n % len(topics)],
            f"Each partner shall, within {30 + n} days of entry into force, keep what this "
            "article asks for and report on it to the council.",
            list(Obligation)[n % 4],
            positions=tuple(
                Position(code, list(Stance)[(n + place) % 4]) for place, code in enumerate(CODES)
            ),
            brackets=(Bracket(f"within {30 + n} days", (CODES[n % len(CODES)],)),),
        )
        for n in range(commitments)
    )
    strict = AllOf((TariffShift(ShiftFrom.CHAPTER), RegionalValueContent(down, 0.6)))
    base = Agreement(
        "A large agreement",
        sector="critical-minerals",
        partners=partners,
        coverage=ProductCoverage(entries),
        origin=OriginProvisions(default_rule=RegionalValueContent(down, 0.5), product_rules=rules),
        commitments=texts,
        institutions=Institutions(review_every_years=3),
    )
    return replace(
        base,
        options=(
            Option("B", "Loose", (("origin.default_rule", AnyGood()),)),
            Option("C", "Strict", (("origin.default_rule", strict),)),
            Option("D", "Fewer", (("partners", partners[:7]),)),
        ),
    )
