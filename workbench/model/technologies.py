"""Technologies that texts of sectoral agreements name, and what competes with each.

Our own compilation and our own judgement, from general knowledge of each sector: it says what to
look at when a text is reviewed, not which technology will last. Words are matched whole, in
English, whatever their case; an abbreviation is matched as it is written.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

SOURCE = "own judgement"
"""Where every row of the table comes from."""


@dataclass(frozen=True, slots=True)
class Technology:
    """A technology, the words that name it (regular expressions), and what competes with it."""

    name: str
    sector: str
    words: tuple[str, ...]
    beside: str
    abbreviations: tuple[str, ...] = ()


TECHNOLOGIES: tuple[Technology, ...] = (
    # Critical minerals and magnets
    Technology(
        "neodymium magnets",
        "critical-minerals",
        ("neodymium", "nd-?fe-?b"),
        "ferrite, samarium-cobalt and iron-nitride magnets, and motors without magnets",
    ),
    Technology(
        "sintered magnets",
        "critical-minerals",
        ("sintered", "sintering"),
        "bonded and hot-deformed magnets",
    ),
    Technology(
        "heavy rare earths in magnets",
        "critical-minerals",
        ("dysprosium", "terbium"),
        "magnets with little or no heavy rare earths",
    ),
    Technology(
        "high-pressure acid leaching",
        "critical-minerals",
        ("high[- ]pressure acid leach(?:ing)?",),
        "matte from laterites, and bioleaching",
        ("HPAL",),
    ),
    Technology(
        "solvent extraction",
        "critical-minerals",
        ("solvent extraction",),
        "chromatography and membranes",
    ),
    Technology(
        "direct lithium extraction",
        "critical-minerals",
        ("direct lithium extraction",),
        "evaporation of brine, and hard rock",
        ("DLE",),
    ),
    # Batteries
    Technology(
        "lithium iron phosphate cells",
        "batteries",
        ("lithium[- ]iron[- ]phosphate",),
        "lithium manganese iron phosphate and sodium-ion cells",
        ("LFP",),
    ),
    Technology(
        "nickel-based lithium-ion cells",
        "batteries",
        ("nickel[- ]manganese[- ]cobalt", "nickel[- ]cobalt[- ]aluminium"),
        "lithium iron phosphate, manganese-rich and sodium-ion cells",
        ("NMC", "NCM"),
    ),
    Technology(
        "lithium-ion cells",
        "batteries",
        ("lithium[- ]ion", "li-ion"),
        "sodium-ion and solid-state cells",
    ),
    Technology(
        "sodium-ion cells",
        "batteries",
        ("sodium[- ]ion",),
        "lithium-ion and solid-state cells",
    ),
    Technology(
        "solid-state cells",
        "batteries",
        ("solid[- ]state (?:batter(?:y|ies)|cells?)",),
        "cells with liquid electrolyte",
    ),
    Technology(
        "graphite anodes",
        "batteries",
        ("graphite anodes?", "(?:artificial|natural|synthetic) graphite"),
        "anodes of silicon, hard carbon and lithium metal",
    ),
    Technology(
        "lead-acid batteries",
        "batteries",
        ("lead[- ]acid",),
        "lithium-ion and sodium-ion batteries",
    ),
    Technology(
        "nickel-metal hydride batteries",
        "batteries",
        ("nickel[- ]metal[- ]hydride",),
        "lithium-ion batteries",
        ("NiMH",),
    ),
    # Semiconductors
    Technology(
        "process nodes named by a length",
        "semiconductors",
        (r"\d+(?:\.\d+)?[- ]?(?:nanomet(?:re|er)s?)",),
        "later nodes, whose names measure nothing, and several chips in one package",
        (r"\d+(?:\.\d+)?[- ]?nm",),
    ),
    Technology(
        "deep ultraviolet lithography",
        "semiconductors",
        ("deep[- ]ultraviolet", "immersion lithography"),
        "extreme ultraviolet lithography and nanoimprint",
        ("DUV", "ArF", "KrF"),
    ),
    Technology(
        "extreme ultraviolet lithography",
        "semiconductors",
        ("extreme[- ]ultraviolet",),
        "deep ultraviolet in several passes, nanoimprint, and larger apertures",
        ("EUV",),
    ),
    Technology(
        "fin transistors",
        "semiconductors",
        ("fin field[- ]effect transistors?", "fin transistors?"),
        "gate-all-around transistors",
        ("FinFETs?",),
    ),
    Technology(
        "wafers of one size",
        "semiconductors",
        (r"(?:150|200|300|450)[- ]?(?:mm|millimet(?:re|er)s?) wafers?",),
        "wafers of other sizes, and panels",
    ),
    Technology(
        "generations of memory",
        "semiconductors",
        (),
        "the next generation of each",
        (r"HBM\d\w?", r"DDR\d\w?"),
    ),
    # Solar
    Technology(
        "crystalline silicon cells",
        "solar",
        ("(?:mono|multi|poly)?-?crystalline silicon",),
        "thin-film, perovskite and tandem cells",
        ("c-Si",),
    ),
    Technology(
        "passivated rear contact cells",
        "solar",
        ("passivated emitter",),
        "tunnel-oxide and heterojunction cells",
        ("PERC", "TOPCon"),
    ),
    Technology(
        "thin-film cells",
        "solar",
        ("thin[- ]film (?:solar|photovoltaics?|cells?|modules?)", "cadmium telluride"),
        "crystalline silicon, perovskite and tandem cells",
        ("CdTe", "CIGS"),
    ),
    Technology(
        "perovskite cells",
        "solar",
        ("perovskites?",),
        "crystalline silicon and thin-film cells",
    ),
    Technology(
        "the Siemens process",
        "solar",
        ("siemens (?:process|reactors?)",),
        "fluidised-bed reactors",
    ),
    # Steel and aluminium
    Technology(
        "blast furnaces",
        "steel-and-aluminium",
        ("blast furnaces?", "basic oxygen furnaces?"),
        "direct reduction, with hydrogen too, and electric furnaces",
        ("BF-BOF",),
    ),
    Technology(
        "electric arc furnaces",
        "steel-and-aluminium",
        ("electric[- ]arc furnaces?",),
        "electric smelters and electrolysis of ore",
        ("EAF",),
    ),
    Technology(
        "carbon anodes",
        "steel-and-aluminium",
        ("hall[-–]h[eé]roult", "prebaked? anodes?", "s[oö]derberg"),
        "inert anodes",
    ),
    # Medical goods and medicines
    Technology(
        "vaccines from eggs",
        "medical-goods",
        ("egg[- ]based",),
        "vaccines from cells and messenger RNA",
    ),
    Technology(
        "messenger RNA vaccines",
        "medical-goods",
        ("messenger rna", "lipid nanoparticles?"),
        "protein, vector and self-amplifying RNA vaccines",
        ("mRNA",),
    ),
    Technology(
        "respirators of one standard",
        "medical-goods",
        (),
        "respirators of other standards and later editions of the same",
        (r"N95", r"FFP\d", "KN95"),
    ),
    # Aircraft and vehicles
    Technology(
        "turbofan engines",
        "large-civil-aircraft",
        ("turbofans?", "turbojets?"),
        "open rotors, and hybrid and hydrogen drives",
    ),
    Technology(
        "autoclaved composites",
        "large-civil-aircraft",
        ("autoclaved composites?", "autoclave[- ]cured?", "cured in an autoclave"),
        "composites cured out of the autoclave, and thermoplastics",
    ),
    Technology(
        "combustion engines",
        "vehicles",
        ("internal combustion",),
        "battery and fuel-cell drives",
    ),
    # Textiles
    Technology(
        "ring spinning",
        "textiles-and-apparel",
        ("ring[- ]spun", "ring[- ]spinning"),
        "rotor and air-jet spinning",
    ),
    # Tracing and data
    Technology(
        "ledgers and labels of one kind",
        "tracing",
        ("block-?chains?", "distributed ledgers?"),
        "digital product passports and verifiable credentials",
        ("RFID", "QR codes?"),
    ),
    Technology(
        "mobile networks of one generation",
        "telecommunications",
        (),
        "the next generation",
        ("[3-6]G", "LTE"),
    ),
)


@lru_cache(maxsize=4096)
def technologies_in(text: str) -> tuple[tuple[Technology, str], ...]:
    """The technologies that a text names, each with the words that do."""
    found = []
    for technology, patterns in _patterns():
        hit = next((m for m in (p.search(text) for p in patterns) if m is not None), None)
        if hit is not None:
            found.append((technology, hit.group()))
    return tuple(found)


@cache
def _patterns() -> tuple[tuple[Technology, tuple[re.Pattern[str], ...]], ...]:
    return tuple(
        (
            technology,
            tuple(
                re.compile(rf"(?<![\w.])(?:{'|'.join(words)})(?!\w)", flags)
                for words, flags in (
                    (technology.words, re.IGNORECASE),
                    (technology.abbreviations, re.NOFLAG),
                )
                if words
            ),
        )
        for technology in TECHNOLOGIES
    )
