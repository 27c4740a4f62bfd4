"""What a user says about a file, checked."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.errors import TradeDataError
from workbench.tradedata.codes import EDITIONS, edition_id
from workbench.tradedata.ingest.collected import Stated
from workbench.tradedata.ingest.economy_codes import economy_of


def stated_of(options: Mapping[str, Any]) -> Stated:
    """Make sense of what was said in words.

    Args:
        options: codes, importer, exporter, edition, year, source, release, licence, programme and
            map, each a text, None or "" where nothing was said.

    Raises:
        TradeDataError: one of them is not what it should be.
    """
    edition = options.get("edition")
    if edition and not str(edition).startswith("HS") and f"HS{edition}" in EDITIONS:
        edition = f"HS{edition}"
    path = options.get("map")
    return Stated(
        codes=_codes(options.get("codes") or ""),
        importer=_economy(options.get("importer") or "", "importer"),
        exporter=_economy(options.get("exporter") or "", "exporter"),
        edition=edition_id(str(edition)) if edition else None,
        year=options.get("year"),
        source=options.get("source") or "",
        release=options.get("release") or "",
        licence=options.get("licence") or "",
        programme=options.get("programme") or "",
        mapping=_mapping(path) if path else (),
    )


def _codes(text: str) -> tuple[str, ...]:
    codes = tuple(code.strip().replace(".", "") for code in text.split(",") if code.strip())
    for code in codes:
        if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 10):
            raise TradeDataError(
                f"--codes: '{code}' is not a product code; write HS digits such as 8505,850760"
            )
    return codes


def _economy(text: str, end: str) -> str:
    if not text:
        return ""
    code = economy_of(text)
    if not code:
        raise TradeDataError(
            f"--{end}: '{text}' is no economy that is known; write an ISO code such as VNM"
        )
    return code


def _mapping(path: Path) -> tuple[tuple[str, str], ...]:
    """The pairs (our column, column of the file) of a YAML or JSON file."""
    import yaml

    try:
        text = path.read_text(encoding="utf-8-sig")
        # Every scalar stays text; JSON is YAML too, but says better what is wrong with it.
        data = json.loads(text) if path.suffix == ".json" else yaml.load(text, yaml.BaseLoader)
    except (OSError, UnicodeError, ValueError, yaml.YAMLError) as error:
        said = (isinstance(error, OSError) and error.strerror) or " ".join(str(error).split())
        raise TradeDataError(f"{path}: the mapping cannot be read ({said})") from error
    if not isinstance(data, dict) or not all(
        isinstance(value, str) for pair in data.items() for value in pair
    ):
        raise TradeDataError(
            f"{path}: a mapping names our column and yours, a line each, such as 'product: HS Code'"
        )
    return tuple(data.items())
