"""Lists of products: the UN's use categories (BEC), and lists of official notices."""

from workbench.tradedata.ingest.collected import Collected, Facts
from workbench.tradedata.ingest.duties import name_year
from workbench.tradedata.ingest.figures import digits, is_hs, us_edition
from workbench.tradedata.ingest.source import Columns, Part

_CODES = ("hts_prefix", "hts10", "hts8")
_CLASSES = ("annex", "list", "derivative_type", "metal_type", "ch99_code")
_LONGEST = 10


class ProductList:
    """Reads which products a list has, and in which of its parts."""

    kind = "product-list"

    def recognise(self, part: Part) -> str | None:
        """By a column of codes, and at most one of parts."""
        if part.form != "table" or not (head := part.grids()[0].head):
            return None
        columns = Columns(head[0])
        if _bec(columns):
            return f"the header leads from {head[0][0]} to {head[0][1]}, as the UN's tables do"
        if columns.names[0] in _CODES and (
            len(columns.names) == 1 or any(columns.has(name) for name in _CLASSES)
        ):
            return f"the header begins with {head[0][0]}, as a list of products"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the codes."""
        grid = part.grids()[0]
        columns = Columns(grid.head[0])
        if _bec(columns):
            source, name = "UN Statistics Division, correlation tables", "BEC 4"
            edition = int(columns.names[0].removeprefix("hs").strip())
            parts: list[str] = [columns.names[1]]
        else:
            source = name = part.name.rsplit(".", 1)[0]
            edition = us_edition(name_year(part.name) or into.stated.year or 2022) or 2022
            parts = [column for column in _CLASSES if columns.has(column)]
        edition = into.stated.edition or edition
        dataset = into.dataset(
            Facts("product_lists", source, f"HS{edition}", "not stated", edition)
        )
        for place, cells in enumerate(grid.rows()):
            if place == 0:
                continue
            row = into.next_row()
            code = digits(cells[0])
            if not 2 <= len(code) <= _LONGEST:
                into.reject(row, "not a product code", cells)
            elif not is_hs(code):
                into.reject(row, "a code outside the Harmonized System", cells)
            elif not into.stated.wants(code):
                into.reject(row, "not among the codes asked for", cells)
            else:
                inside = ", ".join(t for column in parts if (t := columns.cell(cells, column)))
                into.add(row, cells, dataset, (name, inside, code))


def _bec(columns: Columns) -> bool:
    names = columns.names
    return (
        len(names) == 3
        and names[0].startswith("hs ")
        and names[0][3:].isdigit()
        and names[1] in ("bec", "bec 4")
        and names[2] == "relationship"
    )
