"""A made-up market whose duties are those that tariff schedules have, for benchmarks.

Half of the lanes between partners have trade. A third of the products are free of duty in each
partner; rates of the others repeat as they do in schedules. Content differs by exporter and sector,
as in input-output tables.
"""

import numpy as np
import pandas as pd

from workbench.analysis.market import ContentTable, Market
from workbench.model.agreement import Agreement
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSEdition, HSRange
from workbench.model.origin import OriginProvisions, RegionalValueContent, RvcMethod

PARTNERS = (
    "AUS", "BRA", "CAN", "CHL", "GBR", "IDN", "IND", "JPN", "KOR", "MEX", "NOR", "NZL", "PER",
    "PHL", "USA",
)  # fmt: skip
NON_PARTIES = 40
SECTORS = 25
FILLED, FREE = 0.5, 1 / 3
RATES = (0.018, 0.02, 0.025, 0.03, 0.037, 0.042, 0.05, 0.053, 0.065, 0.08, 0.1, 0.12, 0.16, 0.2)
PROGRAMME_COLUMNS = (
    "programme", "kind", "importer", "partner", "start", "end", "status", "rates_known", "name",
)  # fmt: skip


def scheduled_market(products: int, seed: int = 1) -> Market:
    """Trade of `products` subheadings among the partners."""
    r = np.random.default_rng(seed)
    codes = tuple(f"{1 + n // 56:02d}{1 + n % 56:02d}10" for n in range(products))
    importer, exporter, product = np.indices((len(PARTNERS), len(PARTNERS), products))
    traded = (r.random(importer.shape) < FILLED) & (importer != exporter)
    flows = pd.DataFrame(
        {
            "importer": np.array(PARTNERS, dtype=object)[importer[traded]],
            "exporter": np.array(PARTNERS, dtype=object)[exporter[traded]],
            "product": np.array(codes, dtype=object)[product[traded]],
            "value_usd": r.lognormal(13, 2.5, int(traded.sum())),
            "equal_split": False,
        }
    )
    flows.insert(2, "member", flows["exporter"])
    m, k = (axis.ravel() for axis in np.indices((len(PARTNERS), products)))
    lines = pd.DataFrame(
        {
            "importer": np.array(PARTNERS, dtype=object)[m],
            "line": np.array([f"{code}00" for code in codes], dtype=object)[k],
            "product": np.array(codes, dtype=object)[k],
            "regime": "mfn",
            "programme": "",
            "rate": np.where(r.random(len(m)) < FREE, 0.0, r.choice(RATES, len(m))),
            "text": "",
            "method": "ad valorem",
            "year": 2024,
            "source": "made up",
        }
    )
    return Market(
        edition=HSEdition.HS2022,
        years=(2024,),
        products=codes,
        importers=PARTNERS,
        traded=frozenset(codes),
        flows=flows,
        tariff_lines=lines,
        programmes=pd.DataFrame(columns=list(PROGRAMME_COLUMNS)),
        content=_content(r),
        sector_of={code: f"S{n % SECTORS:02d}" for n, code in enumerate(codes)},
        vintage=(),
    )


def _content(r: np.random.Generator) -> ContentTable:
    origins = (*PARTNERS, *(f"X{n:02d}" for n in range(NON_PARTIES)))
    shape = (len(PARTNERS), SECTORS, len(origins))
    weight = r.dirichlet(np.full(len(origins), 0.4), shape[:2])
    declared = weight * r.uniform(0.2, 0.7, shape[:2])[:, :, None]
    traced = weight * r.uniform(0.3, 0.8, shape[:2])[:, :, None]
    for place in range(len(PARTNERS)):
        traced[place, :, place] += 1 - traced[place].sum(axis=1)
    known = np.ones(shape[:2], dtype=bool)
    sectors = tuple(f"S{n:02d}" for n in range(SECTORS))
    return ContentTable(PARTNERS, sectors, origins, declared, traced, known, 2022)


def scheduled_agreement(market: Market) -> Agreement:
    """All products covered, one build-down threshold."""
    chapters = sorted({code[:2] for code in market.products})
    return Agreement(
        title="Made up",
        partners=tuple(Partner(code) for code in PARTNERS),
        coverage=ProductCoverage(
            (CoveredProducts(tuple(HSRange(chapter, chapter) for chapter in chapters)),)
        ),
        origin=OriginProvisions(default_rule=RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5)),
    )
