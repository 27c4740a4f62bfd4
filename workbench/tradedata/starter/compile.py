"""Compiles the starter tables from a folder of source files.

    python -m workbench.tradedata.starter.compile SOURCE_FOLDER

SOURCES.md says what each source is and what was taken. The output depends on nothing but the
source files and this package, so a second run gives the same bytes.
"""

import csv
import gzip
import hashlib
import io
import json
import logging
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from workbench.model.economies_table import CUSTOMS_TERRITORIES, ECONOMIES
from workbench.tradedata.codes import ECONOMY_IDS, TERRITORY_OF
from workbench.tradedata.extra_duties import ExtraDuty, extra_duty
from workbench.tradedata.ingest.economy_codes import by_name
from workbench.tradedata.minerals import MERGED_ITEMS, MINERALS
from workbench.tradedata.starter.agreements_in_force import GROUPINGS, PACTS, SCHEMES
from workbench.tradedata.starter.layout import packed
from workbench.tradedata.starter.sector_map import SECTOR_BY_PREFIX
from workbench.tradedata.starter.spreadsheet import sheets

log = logging.getLogger(__name__)

TABLES_FOLDER = Path(__file__).parent / "tables"

# BACI's own numbers where they are not those of ISO 3166; the rest agree.
_BACI_NUMBERS = {842: "USA", 251: "FRA", 757: "CHE", 579: "NOR", 699: "IND", 490: "TWN"}
_BACI_DISSOLVED = {58: "BEL", 280: "DEU", 736: "SDN"}

# ISO2 codes that BACI's country file leaves out.
_ISO2 = {"NA": "NAM", "TW": "TWN", "FO": "FRO", "LI": "LIE", "MC": "MCO", "VA": "VAT"}

# Codes of the agreements list that are not ISO 3166.
_AGREEMENT_CODES = {"BLX": "BEL", "ROM": "ROU", "ZAR": "COD", "KN1": "KNA", "MNT": "MNE"}

_PARTIAL_SCOPE = (
    "Global System of Trade Preferences",
    "Asia Pacific Trade Agreement",
    "Economic Cooperation Organization",
    "(MERCOSUR) - India",
    "Chile - India",
    "El Salvador - Cuba",
    "Mauritius - Pakistan",
)

# Pairs that the agreements list shows without a name.
_UNNAMED = (
    ("WAEMU", "West African Economic and Monetary Union", "BEN BFA CIV GNB MLI NER SEN TGO"),
    ("ANDEAN", "Andean Community", "BOL COL ECU PER VEN"),
    ("CAFTA-DR", "CAFTA-DR", "CRI DOM GTM HND NIC SLV"),
    ("JPN-VNM", "Japan - Viet Nam", "JPN VNM"),
    ("KOR-VNM", "Korea - Viet Nam", "KOR VNM"),
    ("LKA-PAK", "Sri Lanka - Pakistan", "LKA PAK"),
)

_NAMES_IN_AGREEMENTS = {
    "Korea, Republic of": "KOR",
    "Hong Kong, China": "HKG",
    "Macao, China": "MAC",
    "Chinese Taipei": "TWN",
    "Russian Federation": "RUS",
    "Turkey": "TUR",
    "Viet nam": "VNM",
    "Palestinian Authority": "PSE",
    "Moldova, Republic of": "MDA",
    "Switzerland - Liechtenstein": "CHE",
    "Cte d'Ivoire": "CIV",
}

_COMMON_AGREEMENT_CODES = {
    "Dominican Republic - Central America - United States Free Trade Agreement (CAFTA-DR)": (
        "CAFTA-DR",
        "CAFTA-DR",
    ),
    "EU  Overseas Countries and Territories (OCT)": ("EU-OCT", "EU - Overseas territories"),
    "EU - CARIFORUM States EPA": ("EU-CARIFORUM", "EU - CARIFORUM"),
    "EU - Eastern and Southern Africa States Interim EPA": (
        "EU-ESA",
        "EU - Eastern and Southern Africa",
    ),
    "Treaty on a Free Trade Area between members of the Commonwealth of Independent States (CIS)": (
        "CIS",
        "CIS free trade area",
    ),
    "Commonwealth of Independent States (CIS)": ("CIS", "CIS free trade area"),
    "Trans-Pacific Strategic Economic Partnership": ("P4", "Trans-Pacific Strategic Partnership"),
    "Agadir Agreement": ("AGADIR", "Agadir Agreement"),
    "Pacific Alliance": ("PACIFIC-ALLIANCE", "Pacific Alliance"),
}

# Indicator in the source -> our name, unit, factor from the source's unit.
_INDICATORS = {
    "ILR_CBCT_NOC_RT_A": ("collective_bargaining_share", "share of employees", 0.01),
    "ILR_TUMT_NOC_RT_A": ("union_density_share", "share of employees", 0.01),
    "LAI_INDE_NOC_RT_A": ("labour_inspectors", "per 10,000 employed persons", 1.0),
    "SDG_F881_SEX_MIG_RT_A": ("fatal_injuries", "per 100,000 workers", 1.0),
    "wb_bribery_incidence": ("bribery_incidence_share", "share of firms", 0.01),
    "wb_gini": ("gini_index", "index, 0 to 100", 1.0),
    "wb_labor_productivity": ("gdp_per_worker_usd", "USD of 2017 at purchasing power parity", 1.0),
    "wb_lower_secondary_completion": ("lower_secondary_share", "share of age group", 0.01),
    "wb_remittances_pct_gdp": ("remittances_share", "share of GDP", 0.01),
    "wb_wgi_rule_of_law": ("rule_of_law_score", "score, -2.5 to 2.5", 1.0),
}


@dataclass(frozen=True, slots=True)
class Dataset:
    """Provenance of the rows of one table that come from one source."""

    key: str
    table: str
    source: str
    edition: str
    hs_edition: int | None
    years: tuple[int, int] | None
    licence: str
    file: str
    sha256: str
    rejected: int
    note: str


class Compiler:
    """Reads the source folder once and keeps what becomes the tables."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; nothing is read yet."""
        self.folder = folder
        self.datasets: list[Dataset] = []
        self.files: dict[str, bytes] = {}

    def compile(self) -> dict[str, bytes]:
        """All table files by name."""
        self._economies()
        self._products()
        self._concordances()
        self._trade()
        self._us_tariffs()
        self._rcep()
        self._programmes()
        self._content()
        self._sectors()
        self._links()
        self._elasticities()
        self._indicators()
        self._minerals()
        self._observed_claims()
        self._table(
            "datasets",
            [
                "key",
                "table",
                "source",
                "edition",
                "hs_edition",
                "year_from",
                "year_to",
                "licence",
                "file",
                "sha256",
                "rejected",
                "note",
            ],
            [
                (
                    entry.key,
                    entry.table,
                    entry.source,
                    entry.edition,
                    entry.hs_edition,
                    *(entry.years or (None, None)),
                    entry.licence,
                    entry.file,
                    entry.sha256,
                    entry.rejected,
                    entry.note,
                )
                for entry in self.datasets
            ],
        )
        return self.files

    def _economies(self) -> None:
        self._table(
            "groups",
            ("code", "name", "members"),
            [(code, name, members) for code, (name, members) in sorted(GROUPINGS.items())],
        )
        self._dataset(
            "economies",
            "economies",
            "ISO 3166 by way of CEPII BACI",
            "202601",
            "Etalab Open Licence 2.0",
            "baci-critical-minerals/country_codes_V202601.csv",
            note="names shortened; dissolved states and residual areas left out",
        )

    def _products(self) -> None:
        editions = {2012: "H4", 2017: "H5", 2022: "H6"}
        held: dict[str, set[int]] = defaultdict(set)
        for edition, mark in editions.items():
            file = f"hs-classifications-unsd/classification{mark}.json.gz"
            listed = json.loads(self._text(file))["results"]
            codes = {entry["id"] for entry in listed if entry["id"].isdigit()}
            # 99 is no part of the Harmonized System: "commodities not specified".
            codes = {code for code in codes if not code.startswith("99")}
            for code in codes:
                if len(code) > 2 and code[:-2] not in codes:
                    raise ValueError(f"{file}: {code} has no parent")
                held[code].add(edition)
            self._dataset(
                f"products-{edition}",
                "products",
                "UN Statistics Division, HS classification",
                f"HS{edition}",
                "reference classification, codes only",
                file,
                hs_edition=edition,
                rejected=len(listed) - len(codes),
                note="codes and hierarchy; totals and chapter 99 left out",
            )
        self.codes = {
            edition: {c for c, found in held.items() if edition in found and len(c) == 6}
            for edition in editions
        }
        self._table(
            "products",
            ("code", "editions"),
            [(code, " ".join(map(str, sorted(found)))) for code, found in sorted(held.items())],
        )

    def _concordances(self) -> None:
        folder = "hs-concordances-unsd"
        pairs: dict[tuple[int, int], set[tuple[str, str]]] = {}
        for newer, older in ((2022, 2017), (2017, 2012), (2022, 2012)):
            name = f"HS{newer}toHS{older}ConversionAndCorrelationTables.xlsx"
            conversion, correlation = (
                [(row[0], row[1]) for row in sheet if len(row) > 1 and row[0].isdigit()]
                for sheet in sheets(self.folder / folder / name)
            )
            best = set(conversion)
            # An older code that is nobody's best match went into the codes it correlates with.
            orphans = self.codes[older] - {old for _, old in best}
            rescued = {(new, old) for new, old in correlation if old in orphans}
            pairs[older, newer] = {(old, new) for new, old in best | rescued}
            pairs[newer, older] = best
            self._dataset(
                f"concordance-{newer}-{older}",
                "concordances",
                "UN Statistics Division, correlation tables",
                f"HS{newer} to HS{older}",
                "MIT (insongkim/concordance); tables of the UN Statistics Division",
                f"{folder}/{name}",
                note="conversion sheet; correlation sheet for codes no conversion reaches",
            )
        file = f"{folder}/HS_consolidated_comtrade_concordances.csv.gz"
        into_2007 = [
            (row["code.after"].zfill(6), row["code.before"].zfill(6))
            for row in self._rows(file)
            if row["adjustment"] == "2012 to 2007"
        ]
        parents: dict[str, set[str]] = defaultdict(set)
        for new, old in into_2007:
            parents[new].add(old)
        codes_2007 = {old for _, old in into_2007}
        pairs[2007, 2022] = {
            (old, new)
            for mid, new in pairs[2012, 2022]
            # A code that kept its number kept its core; only new numbers take all their parents.
            for old in ({mid} if mid in codes_2007 else parents[mid])
        }
        self._dataset(
            "concordance-2012-2007",
            "concordances",
            "UN Comtrade concordances, consolidated by the Growth Lab at Harvard University",
            "HS2012 to HS2007",
            "Apache-2.0",
            file,
            note="leading zeros restored; chained with HS2012 to HS2022",
        )
        rows = []
        for (start, end), linked in sorted(pairs.items()):
            targets: dict[str, set[str]] = defaultdict(set)
            origins: dict[str, set[str]] = defaultdict(set)
            for source, target in linked:
                targets[source].add(target)
                origins[target].add(source)
            for source, target in sorted(linked):
                if targets[source] == {source}:
                    continue
                many_from = "n" if len(origins[target]) > 1 else "1"
                many_to = "n" if len(targets[source]) > 1 else "1"
                rows.append((start, source, end, target, f"{many_from}:{many_to}"))
        self._table(
            "concordances",
            ("from_edition", "from_code", "to_edition", "to_code", "relationship"),
            rows,
        )

    def _trade(self) -> None:
        folder = "baci-critical-minerals"
        numbers = {}
        for row in self._rows(f"{folder}/country_codes_V202601.csv"):
            number = int(row["country_code"])
            if number in _BACI_DISSOLVED:
                continue
            code = _BACI_NUMBERS.get(number, row["country_iso3"])
            if code in ECONOMIES:
                numbers[number] = code
        flows: dict[tuple[str, str, str], list[int | None]] = {}
        unknown = {2022: 0, 2024: 0}
        file_2024 = f"{folder}/BACI_HS17_Y2024_V202601_critical30.csv.gz"
        for row in self._rows(file_2024):
            importer, exporter = numbers.get(int(row["j"])), numbers.get(int(row["i"]))
            if importer is None or exporter is None:
                unknown[2024] += 1
                continue
            weight = row["q"].strip()
            kilograms = None if weight in ("", "NA") else round(float(weight) * 1000)
            value = round(float(row["v"]) * 1000)
            self._add(flows, (row["k"].zfill(6), importer, exporter), [None, value, kilograms])
        file_2022 = f"{folder}/baci_2022_value_only.csv.gz"
        for row in self._rows(file_2022):
            importer, exporter = ("TWN" if row[end] == "S19" else row[end] for end in ("j", "i"))
            if importer not in ECONOMIES or exporter not in ECONOMIES:
                unknown[2022] += 1
                continue
            key = (row["cmd"].zfill(6), importer, exporter)
            held = flows.setdefault(key, [None, None, None])
            if held[0] is not None:
                raise ValueError(f"{file_2022}: {key} stands twice")
            held[0] = round(float(row["value"]))
        self._table(
            "trade",
            ("product", "importer", "exporter", "usd_2022", "usd_2024", "kg_2024"),
            [(*key, *flows[key]) for key in sorted(flows)],
        )
        for year, file, note in (
            (2022, file_2022, "values only, the source file has no quantities"),
            (2024, file_2024, "values and net weights, whole USD and kg"),
        ):
            self._dataset(
                f"trade-{year}",
                "trade_flows",
                "CEPII BACI",
                "HS17 202601",
                "Etalab Open Licence 2.0",
                file,
                hs_edition=2017,
                years=(year, year),
                rejected=unknown[year],
                note=f"30 subheadings, all economies; {note}",
            )

    @staticmethod
    def _add(
        flows: dict[tuple[str, str, str], list[int | None]],
        key: tuple[str, str, str],
        figures: list[int | None],
    ) -> None:
        if key in flows:
            raise ValueError(f"{key} stands twice")
        flows[key] = figures

    def _us_tariffs(self) -> None:
        file = "us-hts-2025/tariff_database_2025_06062025.csv.gz"
        rows = []
        read = 0
        for row in self._rows(file):
            read += 1
            line = row["hts8"].zfill(8)
            if line[:2] in ("98", "99"):
                continue
            texts = (row["mfn_text_rate"], row["col2_text_rate"], row["col1_special_text"])
            rows.append((line, *map(_clean_rate, texts)))
        lines = [row[0] for row in rows]
        if len(set(lines)) != len(lines):
            raise ValueError(f"{file}: a line stands twice")
        self._table("us_tariffs", ("line", "mfn", "column2", "special"), sorted(rows))
        self._dataset(
            "us-tariffs",
            "tariffs",
            "USITC tariff database",
            "June 2025",
            "public domain (United States Government)",
            file,
            hs_edition=2022,
            years=(2025, 2025),
            rejected=read - len(rows),
            note="rates read from their wording; chapters 98 and 99 left out",
        )

    def _rcep(self) -> None:
        rows = []
        for importer, name in (("AUS", "australia"), ("CHN", "china_for_asean")):
            file = f"rcep-schedules/rcep_{name}.csv.gz"
            read = taken = 0
            for cells in csv.reader(io.StringIO(self._text(file))):
                line, base = cells[0].strip().replace(".", ""), cells[2].strip()
                read += 1
                if len(line) == 8 and line.isdigit() and base:
                    rows.append((importer, line, base))
                    taken += 1
            self._dataset(
                f"rcep-{importer}",
                "tariffs",
                "RCEP Annex I, tariff schedules",
                "base rates of 2014",
                "CC BY 4.0 (Australian Department of Foreign Affairs and Trade)",
                file,
                hs_edition=2012,
                years=(2014, 2014),
                rejected=read - taken,
                note="base rates (applied rates of 2014), not the current MFN rates; headings left "
                "out",
            )
        self._table("rcep_base", ("importer", "line", "base"), sorted(rows))

    def _programmes(self) -> None:
        file = "rta-dta-2016/rta_dyads_2016.csv.gz"
        rows: set[tuple[str, str, str, str, str, str, str, str, str]] = set()
        rejected = 0
        for row in self._rows(file):
            entry = listed_agreement(row["agreement"], row["exp"], row["imp"])
            if entry is None:
                rejected += 1
                continue
            code, name, exporter, importer, both = entry
            kind = "agreement" if both else "unilateral"
            rows.add(("list", code, name, kind, importer, exporter, "", "", "1"))
            if both:
                rows.add(("list", code, name, kind, exporter, importer, "", "", "1"))
        self._dataset(
            "programmes-2016",
            "programmes",
            "World Bank, Deep Trade Agreements",
            "in force in 2016",
            "CC BY 4.0",
            file,
            years=(2016, 2016),
            rejected=rejected,
            note="partial-scope schemes, pairs inside a customs territory, the United Kingdom as a "
            "member of the EU and agreements of the United States left out",
        )
        own_codes = set()
        for pact in PACTS:
            own_codes.add(pact.code)
            for importer, partner in _pairs(pact.side_a, pact.side_b):
                rows.add(
                    (
                        "own",
                        pact.code,
                        pact.name,
                        "agreement",
                        importer,
                        partner,
                        pact.start,
                        pact.end,
                        "1",
                    )
                )
        for scheme in SCHEMES:
            own_codes.add(scheme.code)
            for importer in scheme.importers.split():
                for partner in scheme.partners.split():
                    rows.add(
                        (
                            "own",
                            scheme.code,
                            scheme.name,
                            scheme.kind,
                            importer,
                            partner,
                            scheme.start,
                            scheme.end,
                            "1" if scheme.confirmed else "0",
                        )
                    )
        grouped: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for origin, code, name, kind, importer, partner, start, end, sure in rows:
            if origin == "list" and code in own_codes and code != "CAFTA-DR":
                continue
            key = (origin, code, name, kind, importer, start, end, sure)
            grouped[key].append(partner)
        dated = {
            (key[1], key[4], partner)
            for key, partners in grouped.items()
            if key[0] == "own"
            for partner in partners
        }
        members = []
        for group, partners in sorted(grouped.items()):
            origin, code, name, kind, importer, start, end, sure = group
            kept = sorted(
                partner
                for partner in partners
                if origin == "own" or (code, importer, partner) not in dated
            )
            if kept:
                members.append(
                    (origin, code, name, kind, importer, " ".join(kept), start, end, sure)
                )
        names = {m[1]: m[2] for m in members}
        twice = {m[1] for m in members if names[m[1]] != m[2]}
        if twice:
            raise ValueError(f"programmes with two names: {sorted(twice)}")
        self._table(
            "programmes",
            ["origin", "code", "name", "kind", "importer", "partners", "start", "end", "confirmed"],
            members,
        )
        symbols = [(pact.symbol, pact.code) for pact in PACTS if pact.symbol] + [
            (symbol, scheme.code) for scheme in SCHEMES for symbol in scheme.symbols.split()
        ]
        self._table("us_symbols", ("symbol", "programme"), sorted(set(symbols)))
        self._dataset(
            "programmes-own",
            "programmes",
            "own compilation of published dates of entry into force",
            "2025",
            "Apache-2.0",
            "agreements_in_force.py",
            years=(2025, 2025),
            note="agreements since 2016, the programmes of the United States, unilateral schemes",
        )

    def _content(self) -> None:
        file = "icio-content/content_2022.csv.gz"
        cells: dict[tuple[str, str], list[tuple[str, int, int]]] = defaultdict(list)
        for row in self._rows(file):
            declared, traced = (
                round(float(row[name]) * 100_000)
                for name in ("direct_input_share", "value_added_share")
            )
            cells[row["economy"], row["sector"]].append((row["origin"], declared, traced))
        self._table(
            "content",
            ("economy", "sector", "origins", "declared", "traced"),
            [
                (
                    *key,
                    *(
                        " ".join(map(str, column))
                        for column in zip(*sorted(cells[key]), strict=True)
                    ),
                )
                # In the order of the database's key, which then needs no sorting.
                for key in sorted(cells, key=lambda key: (key[1], ECONOMY_IDS[key[0]]))
            ],
        )
        self._dataset(
            "content",
            "content_shares",
            "OECD Inter-Country Input-Output tables",
            "2025",
            "CC BY 4.0",
            file,
            years=(2022, 2022),
            note="goods sectors, 80 economies; cells below 0.00005 are not in the source, so "
            "traced shares sum to 0.9991 to 1.0000",
        )

    def _sectors(self) -> None:
        self._table("sectors", ("prefix", "sector"), sorted(SECTOR_BY_PREFIX.items()))
        self._dataset(
            "sectors",
            "product_sectors",
            "own map from HS heading to ISIC Rev. 4 industry",
            "1",
            "Apache-2.0",
            "sector_map.py",
            note="longest prefix counts",
        )

    def _links(self) -> None:
        file = "baci-critical-minerals/ore_refined_crosswalk.json"
        rows = []
        rejected = 0
        for material, entry in json.loads(self._text(file)).items():
            for refined in entry["refined_hs"]:
                for ore in entry["ore_hs"]:
                    if {ore, refined} <= self.codes[2022]:
                        rows.append((refined, ore, material))
                    else:
                        rejected += 1
        self._table("links", ("output", "input", "material"), sorted(rows))
        self._dataset(
            "links",
            "input_links",
            "Critical Materials Atlas, ore and refined subheadings",
            "HS2022",
            "facts; to be cited",
            file,
            hs_edition=2022,
            rejected=rejected,
            note="which ore a refined material comes from; no cost shares",
        )

    def _elasticities(self) -> None:
        file = "elasticities/ProTEE_0_1.csv"
        rows = []
        read = 0
        for row in self._rows(file):
            read += 1
            if row["zero"] == "0" and row["positive"] == "0" and row["sigma"]:
                rows.append((row["HS6"].zfill(6), row["sigma"]))
        self._table("elasticities", ("product", "elasticity"), sorted(rows))
        self._dataset(
            "elasticities",
            "elasticities",
            "CEPII ProTEE",
            "0.1",
            "Etalab Open Licence 2.0",
            file,
            hs_edition=2007,
            rejected=read - len(rows),
            note="significant negative estimates only",
        )

    def _indicators(self) -> None:
        folder = "country-indicators"
        iso3 = {
            row["country_iso2"]: row["country_iso3"]
            for row in self._rows("baci-critical-minerals/country_codes_V202601.csv")
            if row["country_iso2"] and int(row["country_code"]) not in _BACI_DISSOLVED
        } | _ISO2
        rows: list[tuple[object, ...]] = []
        file = f"{folder}/wgi_mean6.json"
        rejected = 0
        for code, score in json.loads(self._text(file))["wgi"].items():
            economy = iso3.get(code, "")
            if economy in ECONOMIES:
                unit = "score, -2.5 to 2.5"
                rows.append(
                    ("governance_score", economy, score, 0, unit, 2015, 2024, "indicators-wgi")
                )
            else:
                rejected += 1
        self._dataset(
            "indicators-wgi",
            "indicators",
            "World Bank, Worldwide Governance Indicators",
            "mean of six estimates, latest year",
            "CC BY 4.0",
            file,
            years=(2015, 2024),
            rejected=rejected,
        )
        for key, name, source in (
            ("indicators-wb", "worldbank", "World Bank, WDI and WGI"),
            ("indicators-ilo", "ilostat", "ILO, ILOSTAT"),
        ):
            file = f"{folder}/{name}_risk_scaled.csv"
            register = {r["indicator"]: r for r in self._rows(f"{folder}/{name}_register.csv")}
            first, last, rejected = 9999, 0, 0
            for row in self._rows(file):
                economy = row.pop("iso3")
                for series, risk in row.items():
                    if not risk:
                        continue
                    if economy not in ECONOMIES:
                        rejected += 1
                        continue
                    ours, unit, factor = _INDICATORS[series]
                    about = register[series]
                    years = int(about["year_min"]), int(about["year_max"])
                    first, last = min(first, years[0]), max(last, years[1])
                    value = round(_unscaled(float(risk), about) * factor, 6)
                    bound = int(float(risk) in (0.0, 1.0))
                    rows.append((ours, economy, value, bound, unit, *years, key))
            self._dataset(
                key,
                "indicators",
                source,
                "latest year per economy",
                "CC BY 4.0",
                file,
                years=(first, last),
                rejected=rejected,
                note="turned back from risk scores between fixed ends; four decimals of the scale",
            )
        self._table(
            "indicators",
            [
                "indicator",
                "economy",
                "value",
                "at_bound",
                "unit",
                "year_from",
                "year_to",
                "dataset",
            ],
            sorted(rows, key=lambda row: (str(row[0]), str(row[1]))),
        )

    def _observed_claims(self) -> None:
        """Claims of origin on imports from Canada, summed over lines of one margin.

        Not a table of the database: `calibrate` reads it as it is.
        """
        rates = {
            row["hts8"].zfill(8): (row["mfn_rate_type_code"], row["mfn_ad_val_rate"])
            for row in self._rows("us-hts-2025/tariff_database_2025_06062025.csv.gz")
        }
        lists = tuple(
            ExtraDuty(
                date.fromisoformat(row["effective_date"] or "2025-03-12"),
                None,
                None,
                (row["hts_prefix"],),
                f"HTS {row['ch99_code']} (section 232), on the metal in it",
            )
            for row in self._rows("us-sector-product-lists/s232_derivative_products.csv")
        )
        by_prefix: dict[str, list[ExtraDuty]] = defaultdict(list)
        for duty in lists:
            by_prefix[duty.prefixes[0][:4]].append(duty)
        sums: dict[tuple[str, str, str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        for row in self._rows(
            "us-usmca-utilisation-2025/usmca_utilisation_2025_monthly_canada.csv.gz"
        ):
            line = row["hts10"]
            code, rate = rates.get(line[:8], ("", ""))
            if line[:2] in ("98", "99") or not code:
                continue
            kind = {"0": "free", "7": "ad valorem"}.get(code, "specific")
            kind = "crude oil" if line.startswith("2709") else kind
            margin = f"{float(rate):g}" if kind in ("free", "ad valorem") else ""
            year, month = (int(part) for part in row["month"].split("-"))
            saved = extra_duty(line, year, month, tuple(by_prefix[line[:4]]))
            extra = "" if saved is None else f"{saved:g}"
            held = sums[row["month"], line[:2], kind, margin, extra]
            for place, part in enumerate((1, int(row["total_value"]), int(row["usmca_value"]))):
                held[place] += part
        self._table(
            "observed_claims",
            ("month", "chapter", "kind", "margin", "extra", "lines", "value_usd", "claimed_usd"),
            [(*key, *sums[key]) for key in sorted(sums)],
        )

    def _minerals(self) -> None:
        """Output of mines and refineries of the minerals we know the products of."""
        file = "usgs-mcs-2025/MCS2025_World_Data.csv"
        wanted = {item for mineral in MINERALS for item in (*mineral.mined, *mineral.refined)}
        output: dict[tuple[str, str, int], float] = defaultdict(float)
        units: dict[str, str] = {}
        rejected = 0
        for row in self._rows(file):
            item = f"{row['COMMODITY'].strip()}: {row['TYPE'].strip()}"
            item = MERGED_ITEMS.get(item, item)
            name = row["COUNTRY"].partition("(")[0].strip().replace("\xa0", " ")
            name = row["COUNTRY"].strip() if name in ("Congo", "Korea") else name
            economy = by_name(name.replace("\u2019", "'"))
            other = name.lower() == "other countries"
            if item not in wanted or not (economy or other):
                rejected += 1
                continue
            units.setdefault(item, row["UNIT_MEAS"].strip())
            for year, column in ((2023, "PROD_2023"), (2024, "PROD_EST_ 2024")):
                text = row[column].strip().replace(",", "")
                if text.replace(".", "", 1).isdigit():
                    output[item, economy, year] += float(text)
        self._table(
            "minerals",
            ("item", "economy", "year", "value", "unit"),
            [(*key, f"{value:g}", units[key[0]]) for key, value in sorted(output.items())],
        )
        self._dataset(
            "minerals",
            "reference_figures",
            "US Geological Survey, Mineral Commodity Summaries",
            "2025",
            "public domain (United States Government)",
            file,
            years=(2023, 2024),
            rejected=rejected,
            note="output of mines and refineries; withheld figures are missing; 2024 is estimated",
        )

    def _text(self, file: str) -> str:
        raw = (self.folder / file).read_bytes()
        if file.endswith(".gz"):
            raw = gzip.decompress(raw)
        return raw.decode("utf-8-sig")

    def _rows(self, file: str) -> Iterator[dict[str, str]]:
        return csv.DictReader(io.StringIO(self._text(file)))

    def _table(self, name: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        self.files[f"{name}.csv.gz"] = packed(header, rows)
        log.info("%s: %d rows", name, len(rows))

    def _dataset(
        self,
        key: str,
        table: str,
        source: str,
        edition: str,
        licence: str,
        file: str,
        *,
        hs_edition: int | None = None,
        years: tuple[int, int] | None = None,
        rejected: int = 0,
        note: str = "",
    ) -> None:
        path = self.folder / file
        if not path.exists():
            path = Path(__file__).parent / file
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        self.datasets.append(
            Dataset(
                key,
                table,
                source,
                edition,
                hs_edition,
                years,
                licence,
                path.name,
                sha256,
                rejected,
                note,
            )
        )


def _clean_rate(text: str) -> str:
    """A rate's wording without a spreadsheet's padding: "16.50%" is "16.5%" again."""
    text = " ".join(text.replace("¢", " cents").split())
    return re.sub(r"(\d+\.\d*?)0+(?=\s*%)", lambda match: match[1].rstrip("."), text)


def _unscaled(risk: float, about: dict[str, str]) -> float:
    """The figure behind a risk score, in the source's unit."""
    low, high = json.loads(about["anchor"].split("]")[0] + "]")
    share = risk if about["direction"] == "high_risk" else 1 - risk
    return float(low) + share * (float(high) - float(low))


def _pairs(side_a: str, side_b: str) -> Iterator[tuple[str, str]]:
    """Every importer and partner of an agreement, both ways round."""
    first = side_a.split()
    for one in first:
        for other in side_b.split() or first:
            if one != other:
                yield one, other
                yield other, one


def listed_agreement(
    name: str, exporter: str, importer: str
) -> tuple[str, str, str, str, bool] | None:
    """Code, name, exporter, importer and reciprocity of a listed pair; None where left out."""
    exporter, importer = (_AGREEMENT_CODES.get(end, end) for end in (exporter, importer))
    if not {exporter, importer} <= ECONOMIES.keys() or "USA" in (exporter, importer):
        return None
    if any(words in name for words in _PARTIAL_SCOPE) or "NAFTA" in name:
        return None
    if name.startswith(("EU", "EC/EU", "European Economic Area")):
        if "GBR" in (exporter, importer):
            return None
        union = CUSTOMS_TERRITORIES["EU27"][2]
        exporter, importer = ("EU27" if end in union else end for end in (exporter, importer))
    if exporter == importer:
        return None
    if TERRITORY_OF.get(exporter) == TERRITORY_OF.get(importer) is not None:
        return None
    code, short = _agreement_code(name, exporter, importer)
    if code == "EU-OCT" and importer != "EU27":
        return None
    if code == "SPARTECA" and importer not in ("AUS", "NZL"):
        return None
    return code, short, exporter, importer, code not in ("EU-OCT", "SPARTECA")


def _agreement_code(name: str, exporter: str, importer: str) -> tuple[str, str]:
    """A short code and name for an agreement of the list."""
    if not name:
        for code, short, members in _UNNAMED:
            if {exporter, importer} <= set(members.split()):
                return code, short
        raise ValueError(f"{exporter} - {importer}: an agreement without a name")
    if name in _COMMON_AGREEMENT_CODES:
        return _COMMON_AGREEMENT_CODES[name]
    name = re.sub(r"\)? - Accession of .*", ")", name).replace("))", ")")
    if match := re.fullmatch(r"(.*)\(([A-Z-]{3,})\)( 2006)?", name.strip()):
        return match[2], f"{match[1].strip()} ({match[2]})"
    name = re.sub(r"\s*\([^()]*Central America[^()]*\)", "", name)
    name = re.sub(r"^[\w ]+\(([A-Z]{3,})\)", r"\1", name)
    name = re.sub(r"\s*\([^()]*\)", "", name).replace("Cte", "Côte")
    by_name = {facts[1]: code for code, facts in ECONOMIES.items()} | _NAMES_IN_AGREEMENTS
    by_name["Côte d'Ivoire"] = "CIV"
    whole = {key: code for key, code in by_name.items() if " - " in key}
    for key, code in whole.items():
        name = name.replace(key, ECONOMIES[code][1])
    parts = [part.strip() for part in re.split(r"\s*-\s+|\s+-\s*", name)]
    codes = [
        by_name.get(part, part.upper().replace(" / ", "-").replace(" ", "-")) for part in parts
    ]
    shown = [
        ECONOMIES[code][1] if code in ECONOMIES else part
        for code, part in zip(codes, parts, strict=True)
    ]
    return "-".join(codes), " - ".join(shown)


def main(arguments: Sequence[str]) -> int:
    """Write the tables; exit status 0, or 2 without a source folder."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        log.error("give the folder that holds the source files, and nothing else")
        return 2
    files = Compiler(Path(arguments[0])).compile()
    TABLES_FOLDER.mkdir(exist_ok=True)
    for name, content in files.items():
        (TABLES_FOLDER / name).write_bytes(content)
    log.info("%d bytes in %d files", sum(map(len, files.values())), len(files))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
