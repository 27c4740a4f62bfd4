"""Which ore a refined material is made from, as a JSON object by material."""

from workbench.errors import TradeDataError
from workbench.tradedata.codes import product_id
from workbench.tradedata.ingest.collected import Collected, Facts
from workbench.tradedata.ingest.figures import digits, is_hs
from workbench.tradedata.ingest.source import Part

_EDITION = 2022


class InputLinks:
    """Reads pairs of a product and what it is made from."""

    kind = "input-links"

    def recognise(self, part: Part) -> str | None:
        """By its keys."""
        text = part.start[:4000].decode("utf-8", "replace") if part.form == "json" else ""
        if '"ore_hs"' in text and '"refined_hs"' in text:
            return "its JSON entries hold ore_hs and refined_hs"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take every pair.

        Raises:
            TradeDataError: it is no object of materials.
        """
        data = part.json()
        if not isinstance(data, dict):
            raise TradeDataError(f"{part.name}: this is no object with a material each")
        edition = into.stated.edition or _EDITION
        dataset = into.dataset(
            Facts(
                "input_links",
                "Critical Materials Atlas, ore and refined subheadings",
                f"HS{edition}",
                "facts; to be cited",
                edition,
                note="which ore a refined material comes from; no cost shares",
            )
        )
        for material, entry in data.items():
            row = into.next_row()
            ores, refined = _codes(entry, "ore_hs"), _codes(entry, "refined_hs")
            if not ores or not refined:
                into.reject(row, "no ore, or nothing refined from it", str(material))
                continue
            for made in refined:
                for ore in ores:
                    key = (edition, product_id(made), product_id(ore), str(material))
                    dataset.rows[key] = (row, ("ore to refined", None))
            into.taken += 1


def _codes(entry: object, name: str) -> list[str]:
    listed = entry.get(name) if isinstance(entry, dict) else None
    codes = [digits(str(code)) for code in listed] if isinstance(listed, list) else []
    return [code for code in codes if len(code) == 6 and is_hs(code)]
