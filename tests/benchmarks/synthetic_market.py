"""A made-up market of any size, shaped like trade between large partners."""

import numpy as np
import pandas as pd

from workbench.analysis.market import ContentTable, Market
from workbench.model.agreement import Agreement
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner, members_of
from workbench.model.nomenclature import HSEdition, HSRange
from workbench.model.origin import OriginProvisions, RegionalValueContent, RvcMethod

HOME = "USA"
CANDIDATES = (
    *("EU27", "JPN", "KOR", "GBR", "CAN", "AUS", "NOR"),
    *("IND", "CHL", "PER", "BRA", "MEX", "THA", "VNM"),
)
OTHERS = ("CHN", "RUS", "TUR", "ZAF", "IDN", "MYS", "ARG", "SAU", "UKR", "CHE")
SECTORS = tuple(f"S{n:02}" for n in range(20))


_PROGRAMMES = [
    *("programme", "kind", "importer", "partner", "start"),
    *("end", "status", "rates_known", "name"),
]


def agreement_of(products: tuple[str, ...], candidates: tuple[str, ...] = CANDIDATES) -> Agreement:
    """Everything covered, free at entry, half of the value from partners."""
    chapters = dict.fromkeys(code[:2] for code in products)
    entry = CoveredProducts(tuple(HSRange(chapter, chapter) for chapter in chapters))
    return Agreement(
        title="Made up",
        partners=tuple(Partner(code) for code in (HOME, *candidates)),
        coverage=ProductCoverage((entry,)),
        origin=OriginProvisions(default_rule=RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5)),
    )


def market_of(count: int, candidates: tuple[str, ...] = CANDIDATES, seed: int = 1) -> Market:
    """Every pair of partners trades every product; a third of the duties are zero.

    No two duties and, from a customs territory, no two contents are alike, so that nothing can
    be shared between lanes that real data would not share.
    """
    r = np.random.default_rng(seed)
    chapters, rest = np.divmod(np.arange(count), 97)
    products = tuple(sorted(f"{c + 1:02}{n:02}00" for c, n in zip(chapters, rest, strict=True)))
    partners = (HOME, *candidates)
    return Market(
        edition=HSEdition.HS2022,
        years=(2024,),
        products=products,
        importers=partners,
        traded=frozenset(products),
        flows=_flows(r, products, partners),
        tariff_lines=_lines(r, products, partners),
        programmes=pd.DataFrame(columns=_PROGRAMMES),
        content=_content(r, partners),
        sector_of={code: SECTORS[n % len(SECTORS)] for n, code in enumerate(products)},
        vintage=(),
    )


def _flows(
    r: np.random.Generator, products: tuple[str, ...], partners: tuple[str, ...]
) -> pd.DataFrame:
    makers = [(code, member) for code in (*partners, *OTHERS) for member in members_of(code)]
    parts = []
    for importer in partners:
        for exporter, member in makers:
            if exporter == importer:
                continue
            parts.append(
                pd.DataFrame(
                    {
                        "importer": importer,
                        "exporter": exporter,
                        "member": member,
                        "product": list(products),
                        "value_usd": r.lognormal(12, 2.5, len(products)),
                        "equal_split": False,
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)


def _lines(
    r: np.random.Generator, products: tuple[str, ...], partners: tuple[str, ...]
) -> pd.DataFrame:
    count = len(products) * len(partners)
    free = r.random(count) < 1 / 3
    return pd.DataFrame(
        {
            "importer": np.repeat(partners, len(products)),
            "line": np.tile([f"{code}00" for code in products], len(partners)),
            "product": np.tile(products, len(partners)),
            "regime": "mfn",
            "programme": "",
            "rate": np.where(free, 0.0, r.lognormal(np.log(0.04), 0.8, count)),
            "text": "",
            "method": "ad valorem",
            "year": 2025,
            "source": "made up",
        }
    )


def _content(r: np.random.Generator, partners: tuple[str, ...]) -> ContentTable:
    origins = tuple(sorted((*partners, *OTHERS)))
    economies = tuple(sorted(m for code in partners for m in members_of(code)))
    shape = (len(economies), len(SECTORS), len(origins))
    home = {member: code for code in partners for member in members_of(code)}
    foreign = r.dirichlet(np.full(len(origins), 0.6), shape[:2])
    foreign *= r.uniform(0.1, 0.35, shape[:2])[..., None]
    declared, traced = foreign, foreign * r.uniform(0.9, 1.8, shape)
    for e, economy in enumerate(economies):
        place = origins.index(home[economy])
        declared[e, :, place] = r.uniform(0.2, 0.4, len(SECTORS))
        traced[e, :, place] = 0.0
        traced[e, :, place] = 1 - traced[e].sum(axis=1)
    return ContentTable(
        economies=economies,
        sectors=SECTORS,
        origins=origins,
        declared=declared,
        traced=traced,
        known=np.ones(shape[:2], dtype=bool),
        year=2022,
    )
