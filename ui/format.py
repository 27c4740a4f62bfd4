"""Numbers and codes as shown on screen: the only place that rounds.

Figures are written the English way whatever the system's language (comma for thousands, point for
decimals), with a real minus sign, and an en dash for what is not known.
"""

import math
from collections.abc import Callable, Iterable, Sequence

from workbench.model.nomenclature import dotted

MISSING = "–"
MINUS = "−"
_UNITS = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"), (1.0, ""))
_RATING_WORDS = {
    "none": "None",
    "weak": "Weak",
    "contested": "Contested",
    "strong": "Strong",
}

Formatter = Callable[[object], str]


def is_missing(value: object) -> bool:
    """Whether a value stands for 'not known': None, NaN, or a table library's own mark."""
    if value is None:
        return True
    try:
        return bool(value != value)
    except TypeError:  # pandas.NA has no truth
        return True


def _number(value: object) -> float | None:
    if is_missing(value) or not isinstance(value, int | float):
        return None
    return float(value)


def _signed(text: str, value: float, *, plus: bool = False) -> str:
    """Text of an absolute value with its sign; a value that rounds to zero has none."""
    if not any(digit in "123456789" for digit in text):
        return text
    if text.startswith("<"):
        small = text[1:]
        return f">{MINUS}{small}" if value < 0 else f"<+{small}" if plus else text
    if value < 0:
        return MINUS + text
    return f"+{text}" if plus else text


def _significant(size: float) -> str:
    """Three significant digits of a number from 0 to 999.5."""
    for decimals, limit in ((2, 9.995), (1, 99.95)):
        if size < limit:
            return f"{size:.{decimals}f}"
    return f"{size:.0f}"


def money(value: object) -> str:
    """US dollars with a unit word, three digits: "1.24 bn", "34.4 m", "950 k", "12"."""
    return _money(value, plus=False)


def money_change(value: object) -> str:
    """A difference of US dollars: "+34.4 m", "−1.24 bn", "0"."""
    return _money(value, plus=True)


def _money(value: object, *, plus: bool) -> str:
    number = _number(value)
    if number is None:
        return MISSING
    size = abs(number)
    if math.isinf(size):
        return _signed("∞", number, plus=plus)
    if size < 0.5:
        return "0" if size == 0 else "<1"
    for scale, unit in _UNITS:
        if size >= scale * 0.9995 or scale == 1.0:
            digits = f"{size:.0f}" if scale == 1.0 else _significant(size / scale)
            return _signed(f"{digits} {unit}".strip(), number, plus=plus)
    raise AssertionError("the last unit takes every size")


def money_full(value: object) -> str:
    """All the digits, for tool tips: "USD 1,240,345,678"."""
    number = _number(value)
    if number is None:
        return MISSING
    return "USD " + _signed(f"{abs(number):,.0f}", number)


def percent(value: object) -> str:
    """A fraction as per cent: 0.369 "36.9 %", 0.0035 "0.35 %", 0.00001 "<0.01 %", 0 "0.0 %"."""
    number = _number(value)
    if number is None:
        return MISSING
    return _signed(_percent_digits(abs(number) * 100), number) + " %"


def percent_full(value: object) -> str:
    """A fraction as per cent with up to six decimals, for tool tips: "36.94127 %"."""
    number = _number(value)
    if number is None:
        return MISSING
    digits = f"{abs(number) * 100:.6f}".rstrip("0").rstrip(".")
    return _signed(digits, number) + " %"


def percent_fine(value: object) -> str:
    """A fraction as per cent with two decimals, for rates that are sought: "1.96 %"."""
    number = _number(value)
    return MISSING if number is None else _signed(f"{abs(number) * 100:.2f}", number) + " %"


def percent_change(value: object) -> str:
    """A difference of two fractions in percentage points: "+2.1 pp", "−0.35 pp", "0.0 pp"."""
    number = _number(value)
    if number is None:
        return MISSING
    return _signed(_percent_digits(abs(number) * 100), number, plus=True) + " pp"


def points(value: object) -> str:
    """An increment on a rate in percentage points, e.g. a leverage gap: "2.0 pp"."""
    return _as_points(percent(value))


def points_full(value: object) -> str:
    """An increment on a rate with up to six decimals, for tool tips: "1.96012 pp"."""
    return _as_points(percent_full(value))


def _as_points(words: str) -> str:
    return words.replace(" %", " pp")


def _percent_digits(size: float) -> str:
    if size == 0:
        return "0.0"
    if size < 0.005:
        return "<0.01"
    return f"{size:.2f}" if size < 0.995 else f"{size:,.1f}"


def percent_bare(value: object) -> str:
    """A fraction as per cent without the sign, for cells under a heading that has it: "36.9"."""
    return percent(value).removesuffix(" %")


def percent_ticks(values: Sequence[float]) -> list[str]:
    """Fractions as the figures of an axis, without needless decimals: "0 %", "2.5 %"."""
    return [f"{plain(value * 100)} %" for value in values]


def points_ticks(values: Sequence[float]) -> list[str]:
    """Increments on a rate as the figures of an axis: "0 pp", "2.5 pp"."""
    return [_as_points(tick) for tick in percent_ticks(values)]


def money_ticks(values: Sequence[float]) -> list[str]:
    """US dollars as the figures of an axis, all in the unit of the largest: "0", "0.5 bn"."""
    largest = max((abs(value) for value in values), default=0.0)
    scale, unit = next(((s, u) for s, u in _UNITS if largest >= s), _UNITS[-1])
    return [f"{plain(value / scale)} {unit}".strip() if value else "0" for value in values]


def plain_ticks(values: Sequence[float]) -> list[str]:
    """Numbers as the figures of an axis."""
    return [plain(value) for value in values]


def year_ticks(values: Sequence[float]) -> list[str]:
    """Years as the figures of an axis."""
    return [year(value) for value in values]


def count(value: object) -> str:
    """Whole things: "16,383"."""
    number = _number(value)
    return MISSING if number is None else _signed(f"{abs(number):,.0f}", number)


def count_change(value: object) -> str:
    """A difference of whole things: "+12"."""
    number = _number(value)
    return MISSING if number is None else _signed(f"{abs(number):,.0f}", number, plus=True)


def size(value: object) -> str:
    """Bytes as people say them: "30.1 MB", "950 kB", "62 bytes"."""
    number = _number(value)
    if number is None:
        return MISSING
    for scale, unit in ((1e9, "GB"), (1e6, "MB")):
        if number >= scale * 0.9995:
            return f"{_significant(number / scale)} {unit}"
    return f"{number / 1e3:.0f} kB" if number >= 1e3 else f"{number:.0f} bytes"


def duration(milliseconds: object) -> str:
    """A time taken: 84 ms, 1.2 s; – where missing."""
    number = _number(milliseconds)
    if number is None:
        return MISSING
    return f"{number:.0f} ms" if number < 1000 else f"{number / 1000:.1f} s"


def decimal(value: object, places: int = 2) -> str:
    """A number with fixed decimals, e.g. an elasticity: "3.24"."""
    number = _number(value)
    return MISSING if number is None else _signed(f"{abs(number):,.{places}f}", number)


def decimal_change(value: object, places: int = 2) -> str:
    """A difference of two numbers with fixed decimals: "+0.04"."""
    number = _number(value)
    return MISSING if number is None else _signed(f"{abs(number):,.{places}f}", number, plus=True)


def plain(value: object) -> str:
    """A number as short as its six leading digits allow: "2.5", "1,000", "−0.25"."""
    number = _number(value)
    if number is None:
        return MISSING
    size = abs(float(f"{number:.6g}"))
    digits = f"{size:,.6f}".rstrip("0").rstrip(".")
    return _signed(digits, number)


def year(value: object) -> str:
    """A calendar year, without a thousands separator."""
    number = _number(value)
    return MISSING if number is None else f"{number:.0f}"


def text(value: object) -> str:
    """Words as they are."""
    if is_missing(value) or value == "":
        return MISSING
    return str(value)


def yes_no(value: object) -> str:
    """A truth value as a word."""
    return MISSING if is_missing(value) else ("Yes" if value else "No")


def code(value: object) -> str:
    """A product code with its dots: "850511" as "8505.11"; anything else as it is."""
    if is_missing(value) or value == "":
        return MISSING
    digits = str(value)
    return dotted(digits) if digits.isdigit() else digits


def codes(values: Iterable[object]) -> str:
    """Several product codes: "8505.11, 2846"."""
    return ", ".join(code(value) for value in values) or MISSING


def interval(low: object, high: object, formatter: Formatter = decimal) -> str:
    """A range: "1.20 to 3.40"."""
    if is_missing(low) or is_missing(high):
        return MISSING
    return f"{formatter(low)} to {formatter(high)}"


def rating(value: object) -> str:
    """The word of an incentive rating: none, weak, contested or strong."""
    if is_missing(value):
        return MISSING
    return _RATING_WORDS.get(str(value), str(value))


def arrow(change: object) -> str:
    """Which way a figure went: "↑", "↓", "=" for no change, nothing where not known."""
    number = _number(change)
    if number is None:
        return ""
    if number == 0:
        return "="
    return "↑" if number > 0 else "↓"


def plural(number: int, one: str, many: str = "") -> str:
    """A counted noun: "1 product", "1,284 products"."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def change_phrase(change: object, formatter: Formatter) -> str:
    """A change with its arrow, e.g. "↑ +2.1 pp"; "no change" for zero; nothing where not known."""
    number = _number(change)
    if number is None:
        return ""
    if number == 0:
        return "no change"
    return f"{arrow(number)} {formatter(number)}"
