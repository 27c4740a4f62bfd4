"""What would fill a gap, and where in the agreement it is seen: for those who go and fetch it."""

from dataclasses import dataclass

import numpy as np

from workbench.analysis.results import Evaluation, Gap


@dataclass(frozen=True, slots=True)
class Remedy:
    """How a gap is closed.

    Attributes:
        section: of the agreement, to jump to.
        file: the kind of file to import, in words; "" where no file helps.
        advice: what to do instead or besides; "" where a file is all.
    """

    section: str
    file: str
    advice: str


@dataclass(frozen=True, slots=True)
class Lacks:
    """Who and what has no figures, out of all that the agreement is about.

    Attributes:
        importers: importing partners with trade whose duty today is unknown, and the share of their
            covered imports that is; largest value first.
        exporters: exporting partners with trade whose content is unknown, and its share likewise.
        products: covered products without trade in the database.
        all_importers, all_exporters, all_products: how many there are.
    """

    importers: tuple[tuple[str, float], ...]
    all_importers: int
    exporters: tuple[tuple[str, float], ...]
    all_exporters: int
    products: tuple[str, ...]
    all_products: int


_TARIFFS = "Tariff file of the importer (WTO or WITS/TRAINS; HTS for the USA)"
_TRADE = "CEPII BACI of the year, or UN Comtrade"
_CONTENT = "Content shares, computed from OECD ICIO"
_BILL = "State a bill of inputs on the Origin rules page"

# The start of a gap's words -> what closes it; the first that fits counts.
_REMEDIES: tuple[tuple[str, Remedy], ...] = (
    (
        "trade of single national lines",
        Remedy("coverage", "USITC DataWeb or Census imports by national line", ""),
    ),
    ("trade split equally", Remedy("coverage", "BACI in the newer HS edition", "")),
    ("trade ", Remedy("coverage", _TRADE, "")),
    (
        "duty unknown",
        Remedy("tariffs", _TARIFFS, "Or state the rate in the agreement, with its source"),
    ),
    ("the base rate of an agreement's schedule", Remedy("tariffs", _TARIFFS, "")),
    ("no content data", Remedy("origin", _CONTENT, _BILL)),
    ("content is the average", Remedy("origin", "", _BILL)),
    ("the rule looks at inputs", Remedy("origin", "", _BILL)),
    ("how many producers", Remedy("origin", "", "State the share on the Origin rules page")),
    ("the rule names economies", Remedy("origin", _CONTENT, _BILL)),
    ("the rule has a condition", Remedy("origin", "", "Read the figures as a range")),
)
_UNKNOWN = Remedy("coverage", "", "")


def remedy_of(gap: Gap) -> Remedy:
    """What closes a gap; without advice where nothing is known to."""
    return next((found for start, found in _REMEDIES if gap.what.startswith(start)), _UNKNOWN)


def lacks_of(result: Evaluation) -> Lacks:
    """Who and what has no figures."""
    lanes = result.lanes
    value = np.nan_to_num(lanes["value"].to_numpy(dtype=np.float64))
    missing = {
        "importer": np.isnan(lanes["base_duty"].to_numpy(dtype=np.float64)),
        "exporter": np.isnan(lanes["declared_mean"].to_numpy(dtype=np.float64)),
    }
    found = {}
    for end, unknown in missing.items():
        codes, who = np.unique(lanes[end].to_numpy().astype(str), return_inverse=True)
        trade = np.bincount(who, value, len(codes))
        lost = np.bincount(who, value * unknown, len(codes))
        order = [n for n in np.argsort(-lost, kind="stable") if lost[n] > 0]
        found[end] = tuple((str(codes[n]), float(lost[n] / trade[n])) for n in order), len(codes)
    market = result.baseline.market
    absent = tuple(code for code in market.products if code not in market.traded)
    return Lacks(*found["importer"], *found["exporter"], absent, len(market.products))
