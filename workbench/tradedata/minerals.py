"""Which products a mineral trades as, and what the geological survey calls its output.

Our own map from the headings of the nomenclature; `mined` and `refined` are the items of the
production figures (US Geological Survey, Mineral Commodity Summaries), commodity and type.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mineral:
    """A mineral, its products in HS 2022, and the items that count its output.

    Attributes:
        products: six-digit codes.
        mined: items of mine output; empty where the source has none.
        refined: items of smelter, refinery or plant output; empty where the source has none.
    """

    name: str
    products: tuple[str, ...]
    mined: tuple[str, ...] = ()
    refined: tuple[str, ...] = ()


def _mine(commodity: str, kind: str = "Mine production") -> tuple[str, ...]:
    return (f"{commodity}: {kind}",)


MINERALS: tuple[Mineral, ...] = (
    Mineral(
        "antimony",
        ("261710", "811010"),
        _mine("Antimony", "Mine production, antimony content"),
    ),
    Mineral(
        "arsenic",
        ("280480",),
        refined=_mine("Arsenic", "Plant production, arsenic trioxide or calculated equivalent."),
    ),
    Mineral("baryte", ("251110",), _mine("Barite", "Mine production, barite, estimated")),
    Mineral(
        "bauxite",
        ("260600", "281820"),
        _mine("Bauxite", "Mine production, bauxite, dry tons"),
        _mine("Bauxite", "Refinery production, alumina - calcined equivalent weights"),
    ),
    Mineral("beryllium", ("811212",), _mine("Beryllium", "Mine production, beryllium content")),
    Mineral("boron", ("252800",), _mine("Boron", "Boron all types")),
    Mineral(
        "cobalt",
        ("260500", "282200"),
        _mine("Cobalt", "Mine production, cobalt content, estimated"),
    ),
    Mineral(
        "copper",
        ("260300", "740311"),
        _mine("Copper", "Mine production, recoverable copper content"),
        _mine("Copper", "Refinery production, copper"),
    ),
    Mineral("feldspar", ("252910",), _mine("Feldspar", "Mine production, estimated")),
    Mineral("fluorspar", ("252922",), _mine("Fluorspar", "Mine production, estimated")),
    Mineral("gallium", ("811292",), refined=_mine("Gallium", "Primary production")),
    Mineral("graphite", ("250490",), _mine("Graphite", "Mine production")),
    Mineral(
        "hafnium",
        ("811231",),
        _mine("Zirconium and Hafnium", "Mine production, zirconium, gross weight"),
    ),
    Mineral("helium", ("280429",), _mine("Helium", "Production, helium gas content")),
    Mineral("lithium", ("283691",), _mine("Lithium", "Mine production, lithium content")),
    Mineral(
        "magnesium",
        ("810411",),
        refined=_mine("Magnesium metal", "Magnesium smelter production"),
    ),
    Mineral(
        "manganese",
        ("260200", "720211", "720219", "720230", "811100"),
        _mine("Manganese", "Mine production, manganese content"),
    ),
    Mineral(
        "nickel",
        ("260400", "720260", "750210"),
        _mine("Nickel", "Mine production, nickel content"),
    ),
    Mineral("niobium", ("720293",), _mine("Niobium", "Mine production, niobium content")),
    Mineral(
        "palladium",
        ("711021",),
        _mine("Platinum-Group metals", "Mine production, Palladium content"),
    ),
    Mineral(
        "phosphate",
        ("251010", "280470"),
        _mine("Phosphate rock", "Mine production, marketable phosphate rock"),
    ),
    Mineral(
        "platinum",
        ("711011",),
        _mine("Platinum-Group metals", "Mine production, Platinum content"),
    ),
    Mineral(
        "rare earths",
        ("280530", "284690", "850511"),
        _mine("Rare earths", "Mine production, rare-earth-oxide equivalent"),
    ),
    Mineral("silicon", ("280469",), refined=_mine("Silicon", "Plant production, silicon metal")),
    Mineral("strontium", ("283692",), _mine("Strontium", "Mine production, strontium content")),
    Mineral("tantalum", ("810320",), _mine("Tantalum", "Mine production, tantalum content")),
    Mineral(
        "titanium",
        ("261400", "810820"),
        (
            "Titanium Mineral Concentrates: "
            "Mine production, ilmentite, titanium dioxide (TiO2) content",
            "Titanium Mineral Concentrates: "
            "Mine production, rutile, titanium dioxide (TiO2) content",
        ),
        _mine("Titanium & titanium dioxide", "Sponge Metal Production"),
    ),
    Mineral(
        "tungsten",
        ("261100", "284180", "810194"),
        _mine("Tungsten", "Mine production, tungsten content"),
    ),
    Mineral("vanadium", ("720292",), _mine("Vanadium", "Mine production, vanadium content")),
)

MERGED_ITEMS = {
    "Cobalt: Mine production, estimated": "Cobalt: Mine production, cobalt content, estimated",
}
"""Items that the source calls two names: the second counts."""


def mineral_of(product: str) -> Mineral | None:
    """The mineral a six-digit product is made from; None for others."""
    return next((mineral for mineral in MINERALS if product in mineral.products), None)
