"""Codes of an HS edition: the classification JSON of the UN, and the csv made of it."""

import re
from collections.abc import Iterator

from workbench.errors import TradeDataError
from workbench.tradedata.codes import EDITIONS, product_id
from workbench.tradedata.ingest.collected import Collected, Facts
from workbench.tradedata.ingest.figures import digits, is_hs
from workbench.tradedata.ingest.source import Columns, Part

_CSV = ("section", "hscode", "description", "parent", "level")
_NAME = re.compile(r'"className"\s*:\s*"(HS(?:19|20)\d\d)"')
_CSV_EDITION = 2022
_LEVELS = (2, 4, 6)


class Nomenclature:
    """Reads chapters, headings and subheadings; the words of HS 2022 come with the program."""

    kind = "nomenclature"

    def recognise(self, part: Part) -> str | None:
        """By the name of the classification, or by the five columns."""
        if part.form == "json":
            text = part.start[:2000].decode("utf-8", "replace")
            match = _NAME.search(text)
            return f"it names itself the classification {match[1]}" if match else None
        if part.form == "table" and part.grids()[0].header_at(*_CSV) is not None:
            return f"the header has {', '.join(_CSV)}, as the list of the Harmonized System"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the codes.

        Raises:
            TradeDataError: it is of no HS edition that is known.
        """
        edition, found = _json(part, into) if part.form == "json" else _csv(part, into)
        edition = into.stated.edition or edition
        dataset = into.dataset(
            Facts(
                "products",
                "UN Statistics Division, HS classification",
                f"HS{edition}",
                "reference classification",
                edition,
                note="codes and hierarchy; a code that is there already stays as it is",
            )
        )
        for row, code, words in found:
            if len(code) not in _LEVELS or not is_hs(code):
                into.reject(row, "a total, or not a code of 2, 4 or 6 digits", [code, words])
                continue
            parent = product_id(code[:-2]) if len(code) > 2 else None
            key = (edition, product_id(code))
            into.add(row, [code, words], dataset, (*key, parent, len(code)))


def _json(part: Part, into: Collected) -> tuple[int, Iterator[tuple[int, str, str]]]:
    data = part.json()
    entries = data.get("results") if isinstance(data, dict) else None
    edition = EDITIONS.get(str(data.get("className"))) if isinstance(data, dict) else None
    if not isinstance(entries, list) or edition is None:
        raise TradeDataError(
            f"{part.name}: there is no list under 'results', or 'className' is no HS edition; "
            "download the classification again"
        )

    def rows() -> Iterator[tuple[int, str, str]]:
        for entry in entries:
            row = into.next_row()
            named = entry if isinstance(entry, dict) else {}
            yield row, digits(str(named.get("id", ""))), str(named.get("text", entry))

    return edition, rows()


def _csv(part: Part, into: Collected) -> tuple[int, Iterator[tuple[int, str, str]]]:
    grid = part.grids()[0]
    at = grid.header_at(*_CSV) or 0
    columns = Columns(grid.head[at])

    def rows() -> Iterator[tuple[int, str, str]]:
        for place, cells in enumerate(grid.rows()):
            if place > at:
                row = into.next_row()
                code = digits(columns.cell(cells, "hscode"))
                stated = columns.cell(cells, "level")
                code = code if stated == str(len(code)) else ""
                yield row, code, columns.cell(cells, "description")

    return _CSV_EDITION, rows()
