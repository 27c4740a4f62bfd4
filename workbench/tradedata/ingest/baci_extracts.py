"""Extracts of CEPII BACI in other layouts: economies by letters, values in USD or thousands."""

from workbench.errors import TradeDataError
from workbench.tradedata.codes import ECONOMY_IDS, product_id
from workbench.tradedata.flow_arrays import MISSING
from workbench.tradedata.ingest.collected import Collected, Facts
from workbench.tradedata.ingest.duties import name_year
from workbench.tradedata.ingest.economy_codes import by_letters
from workbench.tradedata.ingest.figures import is_hs, is_missing, number, padded, year_of
from workbench.tradedata.ingest.source import Columns, Part

_SHORT = ("i", "j", "cmd", "value")
_LONG = ("year", "exporter", "importer", "hs6", "value_kusd", "qty_t")


class BaciExtract:
    """Reads rows of exporter, importer, product and value."""

    kind = "baci"

    def recognise(self, part: Part) -> str | None:
        """By the columns of either layout, and BACI in the file's name for the short one."""
        if part.form != "table" or not (head := part.grids()[0].head):
            return None
        columns = Columns(head[0])
        if columns.has(*_LONG):
            return f"the header has {', '.join(_LONG)}, as extracts of CEPII BACI"
        if columns.has(*_SHORT) and "baci" in part.name.lower():
            return f"the header has {', '.join(_SHORT)} and the file's name BACI"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the flows.

        Raises:
            TradeDataError: the HS edition or the year is not known.
        """
        grid = part.grids()[0]
        columns = Columns(grid.head[0])
        long = columns.has(*_LONG)
        names = ("exporter", "importer", "hs6", "value_kusd") if long else _SHORT
        factor = 1000.0 if long else 1.0
        named = into.stated.year or name_year(part.name)
        if into.stated.edition is None:
            raise TradeDataError(
                f"{part.name}: an extract of BACI does not say its HS edition; say it with "
                "--edition HS2017"
            )
        if named is None and not long:
            raise TradeDataError(
                f"{part.name}: neither a column nor the file's name says the year; say it with "
                "--year 2022"
            )
        edition = into.stated.edition
        dataset = into.dataset(
            Facts(
                "trade_flows",
                "CEPII BACI",
                f"HS{edition % 100:02d} extract",
                "Etalab Open Licence 2.0",
                edition,
                "FOB",
                "reconciled",
                note="an extract; values in whole USD"
                + (", net weights in whole kg" if long else ", no quantities"),
            )
        )
        for place, cells in enumerate(grid.rows()):
            if place == 0:
                continue
            row = into.next_row()
            ends = [ECONOMY_IDS.get(by_letters(columns.cell(cells, n)), 9999) for n in names[:2]]
            code = padded(columns.cell(cells, names[2]))
            value = number(columns.cell(cells, names[3]))
            year = year_of(columns.cell(cells, "year")) if long else named
            text = columns.cell(cells, "qty_t")
            weight = number(text)
            if len(cells) != len(columns.names):
                into.reject(row, "wrong number of columns", cells)
            elif max(ends) >= 9000:
                into.reject(row, "no such economy", cells)
            elif ends[0] == ends[1]:
                into.reject(row, "exporter and importer are one economy", cells)
            elif len(code) != 6 or not is_hs(code):
                into.reject(row, "not an HS code of six digits", cells)
            elif not into.stated.wants(code):
                into.reject(row, "not among the codes asked for", cells)
            elif value is None or value <= 0:
                into.reject(row, "no value, or one that is not above zero", cells)
            elif year is None:
                into.reject(row, "not a year", cells)
            elif not is_missing(text) and (weight is None or weight < 0):
                into.reject(row, "not a quantity", cells)
            else:
                kilograms = MISSING if weight is None else round(weight * 1000)
                dataset.pending.append(
                    (year, product_id(code), ends[1], ends[0], round(value * factor), kilograms)
                )
                into.taken += 1
        dataset.settle()
