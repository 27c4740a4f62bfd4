import json
import shutil
from pathlib import Path

import pytest

from workbench.analysis.imported_rules import imported_rules
from workbench.model.nomenclature import HSEdition, HSRange
from workbench.model.origin import AllOf, AnyOf, MaxNonOriginating, ShiftFrom, TariffShift
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.ingest.loader import import_files

CHAPTER, HEADING = TariffShift(ShiftFrom.CHAPTER), TariffShift(ShiftFrom.HEADING)
LIMIT = MaxNonOriginating(0.45)


def uk_rule(text: str, operator: str | None = None, **more: bool) -> dict[str, object]:
    return {"rule": text, "class": [], "operator": operator, **more}


def uk_set(code: str, *rules: dict[str, object], goods: str = "") -> dict[str, object]:
    ends = {"min": code.ljust(10, "0"), "max": code.ljust(10, "9")}
    return {"heading": goods or code, **ends, "valid": True, "rules": rules}


UK = {
    "rule_sets": [
        uk_set("8505", uk_rule("CTH"), uk_rule("MaxNOM 45 % (EXW)", "or")),
        uk_set("8506", uk_rule("CTH"), uk_rule("MaxNOM 45 % (EXW)", "and")),
        uk_set("850760", uk_rule("CC"), goods="ex 8507: cells"),
        uk_set("8508", uk_rule("CTH"), uk_rule("CC", None)),
        uk_set("8509", uk_rule("CTH"), uk_rule("MaxNOM 60 % (EXW)", "or", quota=True)),
        uk_set("8510", uk_rule("CTH"), uk_rule("whatever the minister thinks fit", "or")),
    ]
}
US = {
    "corpus": "19-CFR-102.99",
    "authority": "19 CFR 102.99",
    "nomenclature": {"hs_edition": "HS 2022"},
    "source_issue_date": "2026-01-01",
    "rules": [
        {
            "htsus": "8501-8502",
            "scope": ["8501-8502"],
            "alternatives": [
                {"kind": "tariff_shift", "text": "A change from any other heading."},
                {"kind": "tariff_shift", "text": "A change from any other chapter."},
            ],
        }
    ],
}


@pytest.fixture
def database(starter_file: Path, tmp_path: Path) -> TradeDatabase:
    path = tmp_path / "trade.sqlite"
    shutil.copy(starter_file, path)
    for name, data in (("cptpp.json", UK), ("cfr.json", US)):
        (tmp_path / name).write_text(json.dumps(data), encoding="utf-8")
        import_files([tmp_path / name], path)
    return TradeDatabase(path)


def test_alternatives_are_one_rule_as_their_source_joins_them(database: TradeDatabase) -> None:
    (uk,) = imported_rules(database, (HSRange.parse("8505-8507"),))
    assert (uk.title, uk.agreement, uk.legal_date, uk.edition) == ("cptpp", "cptpp", "", None)
    assert "online tariff" in uk.source
    assert [(str(rule.products[0]), rule.rule) for rule in uk.rules] == [
        ("8505", AnyOf((HEADING, LIMIT))),
        ("8506", AllOf((HEADING, LIMIT))),
        ("8507.60", CHAPTER),
    ]
    assert uk.rules[2].notes == "For ex 8507: cells."


def test_what_cannot_be_told_whole_is_left_out(database: TradeDatabase) -> None:
    # not joined, within a quota, and words that are no rule
    assert imported_rules(database, (HSRange.parse("8508-8510"),)) == ()
    assert imported_rules(database, (HSRange.parse("0104"),)) == ()
    assert imported_rules(database, ()) == ()


def test_an_edition_that_is_stated_is_kept(database: TradeDatabase) -> None:
    (us,) = imported_rules(database, (HSRange.parse("850110"),))
    assert us.edition is HSEdition.HS2022
    assert [(str(rule.products[0]), rule.rule) for rule in us.rules] == [
        ("8501-8502", AnyOf((HEADING, CHAPTER)))
    ]
