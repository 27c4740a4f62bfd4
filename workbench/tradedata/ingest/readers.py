"""Every reader, and which of them a file is for."""

from dataclasses import dataclass
from typing import Protocol

from workbench.errors import TradeDataError
from workbench.tradedata.ingest.baci import Baci
from workbench.tradedata.ingest.baci_extracts import BaciExtract
from workbench.tradedata.ingest.census import CensusApi, CensusCsv
from workbench.tradedata.ingest.code_lists import CODE_LISTS, QueryParameters
from workbench.tradedata.ingest.collected import Collected
from workbench.tradedata.ingest.companions import COMPANIONS
from workbench.tradedata.ingest.comtrade import Comtrade
from workbench.tradedata.ingest.concordance import ConsolidatedCsv, UnsdWorkbook
from workbench.tradedata.ingest.dataweb import DataWeb
from workbench.tradedata.ingest.hts import Hts
from workbench.tradedata.ingest.in_force import InForce
from workbench.tradedata.ingest.links import InputLinks
from workbench.tradedata.ingest.nomenclature import Nomenclature
from workbench.tradedata.ingest.origin_rules import ORIGIN_RULES
from workbench.tradedata.ingest.own_table import OwnTable
from workbench.tradedata.ingest.product_lists import ProductList
from workbench.tradedata.ingest.reference import Reference
from workbench.tradedata.ingest.schedule import Schedule
from workbench.tradedata.ingest.small_tables import (
    Content,
    Elasticities,
    GovernanceJson,
    GroupElasticities,
    Indicators,
    Utilisation,
    WideIndicators,
)
from workbench.tradedata.ingest.source import FILE_FAULTS, Part, unreadable
from workbench.tradedata.ingest.usitc_tariff import UsitcTariff
from workbench.tradedata.ingest.wits import Wits
from workbench.tradedata.ingest.wto import Wto

AUTO = "auto"


class Reader(Protocol):
    """Reads the files of one source."""

    kind: str

    def recognise(self, part: Part) -> str | None:
        """What shows that a file is one of these, in words; None where nothing does."""

    def read(self, part: Part, into: Collected) -> None:
        """Hand over every row of the file: taken, or rejected with a reason."""


READERS: tuple[Reader, ...] = (
    Baci(),
    BaciExtract(),
    Comtrade(),
    QueryParameters(),
    Hts(),
    DataWeb(),
    CensusCsv(),
    CensusApi(),
    UsitcTariff(),
    Wto(),
    Wits(),
    Content(),
    UnsdWorkbook(),
    ConsolidatedCsv(),
    Elasticities(),
    GroupElasticities(),
    Indicators(),
    WideIndicators(),
    GovernanceJson(),
    Utilisation(),
    Schedule(),
    Nomenclature(),
    InputLinks(),
    InForce(),
    Reference(),
    ProductList(),
    *ORIGIN_RULES,
    *CODE_LISTS,
    *COMPANIONS,
    OwnTable(),
)
"""In the order they are asked; the first that recognises a file reads it.

The last is asked only by name: a table of the user's own shows nothing of itself.
"""

KINDS = tuple(dict.fromkeys(reader.kind for reader in READERS if reader.kind != "companion"))


@dataclass(frozen=True)
class Recognised:
    """A file, who reads it, and why."""

    part: Part
    reader: Reader
    why: str


def recognise(part: Part, kind: str) -> Recognised | None:
    """Find the reader of a file; None where none knows it.

    Args:
        part: the file.
        kind: "auto", or the kind it must be.

    Raises:
        TradeDataError: the file is damaged, or of no form that is read.
    """
    try:
        if part.form == "empty":
            raise TradeDataError(f"{part.name}: this file is empty; download it again")
        if part.form == "old workbook":
            raise TradeDataError(
                f"{part.name}: workbooks of the old form .xls are not read; save it as xlsx or csv"
            )
        for reader in READERS:
            asked = reader.kind != OwnTable.kind if kind == AUTO else reader.kind == kind
            if (asked or reader.kind == "companion") and (why := reader.recognise(part)):
                return Recognised(part, reader, why)
    except FILE_FAULTS as error:
        raise unreadable(part.name, error) from error
    return None
