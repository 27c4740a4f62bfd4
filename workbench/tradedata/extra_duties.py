"""What a claim saves in the United States besides the duty: a fee, and duties of 2025 on Canada.

The duties are our own compilation, each with its legal source. A rate of None is a gap: a duty
applies, or may, but what a claim saves is not known, so such lines take no part in a fit from that
month on. The first that covers a line on a day counts. Rates and days of 2025 up to June are those
of chapter 99 of the schedule in the source folder; later ones are as published in the Federal
Register.
"""

from dataclasses import dataclass
from datetime import date, timedelta

IMPORTER, EXPORTER = "USA", "CAN"

PROCESSING_FEE_RATE = 0.003464
"""The merchandise processing fee, ad valorem, waived for goods that claim (19 CFR 24.23).

Its minimum and maximum do not bind at the default consignment of USD 50,000.
"""


@dataclass(frozen=True, slots=True)
class ExtraDuty:
    """A charge on goods that do not claim.

    Attributes:
        start: first day.
        end: last day, None while in force.
        rate: fraction of value that a claim saves; None where not known.
        prefixes: HS digits it covers; empty for every product.
        source: legal source, and why the rate is not known.
    """

    start: date
    end: date | None
    rate: float | None
    prefixes: tuple[str, ...]
    source: str


def _prefixes(text: str) -> tuple[str, ...]:
    return tuple(text.split())


EXTRA_DUTIES: tuple[ExtraDuty, ...] = (
    ExtraDuty(
        date(2025, 3, 12),
        None,
        None,
        _prefixes("72 73 76"),
        "HTS 9903.81.87 to .93 and 9903.85.02 to .09 (section 232, steel and aluminium): paid with "
        "or without a claim; which duty stands in for the other without one changed with Executive "
        "Order 14289 (90 FR 18907) and Proclamation 10947 (90 FR 24199)",
    ),
    ExtraDuty(
        date(2025, 3, 4),
        None,
        None,
        _prefixes("25 26 28 75 78 79 80 81"),
        "HTS 9903.01.13 names energy resources, which include critical minerals (Proclamation "
        "14156): whether 10 or 25 % applies is not known line by line",
    ),
    ExtraDuty(
        date(2025, 4, 3),
        None,
        None,
        _prefixes("8703 8704"),
        "HTS 9903.94.01 to .04 (section 232, Proclamation 10908, 90 FR 14705): after a claim 25 % "
        "of the content from outside the United States, which is not known",
    ),
    ExtraDuty(
        date(2025, 5, 3),
        None,
        None,
        _prefixes("4011 8407 8408 8409 8511 8512 8706 8707 8708"),
        "Proclamation 10908 (90 FR 14705), parts of vehicles: headings in which parts stand; the "
        "list of lines is not in hand",
    ),
    ExtraDuty(
        date(2025, 8, 1),
        None,
        None,
        _prefixes("74"),
        "Proclamation of 30 July 2025 (section 232, copper; House Document 119-82): on the copper "
        "content, with or without a claim",
    ),
    ExtraDuty(
        date(2025, 10, 14),
        None,
        None,
        _prefixes("4403 4406 4407 940161 940340 940360 940391"),
        "Proclamation 10976 of 29 September 2025, HTS 9903.76.01 to .04 (section 232, timber, "
        "lumber, furniture): in place of the duty on Canada, with or without a claim",
    ),
    ExtraDuty(
        date(2025, 11, 1),
        None,
        None,
        _prefixes("8701 8702 8705"),
        "Proclamation 10984 of 17 October 2025 (90 FR 48451; section 232, medium and heavy "
        "vehicles): what a claim saves is not known",
    ),
    ExtraDuty(
        date(2025, 3, 7),
        None,
        0.10,
        _prefixes("3104"),
        "HTS 9903.01.15 (potash), Executive Order 14231",
    ),
    ExtraDuty(
        date(2025, 3, 7),
        None,
        0.10,
        _prefixes("27"),
        "HTS 9903.01.13 (energy resources), Executive Order 14193; goods that claim are free of it "
        "from 7 March by HTS 9903.01.14",
    ),
    ExtraDuty(
        date(2025, 3, 7),
        date(2025, 7, 31),
        0.25,
        (),
        "HTS 9903.01.10, Executive Orders 14193 and 14231: from 4 March, and from 7 March not on "
        "goods that claim (HTS 9903.01.14)",
    ),
    ExtraDuty(
        date(2025, 8, 1),
        None,
        0.35,
        (),
        "Executive Order 14325 of 31 July 2025 (90 FR 37957)",
    ),
)


def extra_duty(line: str, year: int, month: int, more: tuple[ExtraDuty, ...] = ()) -> float | None:
    """What a claim saves besides the margin; None where it is not known for the whole month."""
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    for duty in (*more, *EXTRA_DUTIES):
        if duty.start >= after or (duty.end is not None and duty.end < first):
            continue
        if duty.prefixes and not line.startswith(duty.prefixes):
            continue
        last = after - timedelta(days=1)
        whole_month = duty.start <= first and (duty.end is None or duty.end >= last)
        return duty.rate if whole_month else None
    return 0.0
