"""Origin rules in treaty words, and treaty words as origin rules.

`treaty_text` writes a rule so that `read_treaty` gives the same rule again; what a text says
that the grammar does not know is left as a marked remainder.
"""

from functools import lru_cache

from workbench.definitions.treaty.reading import Reading, ReadStatus, read_treaty
from workbench.definitions.treaty.writing import Style, written
from workbench.model.origin import Rule

__all__ = ["ReadStatus", "Reading", "Style", "read_treaty", "treaty_text"]


@lru_cache(maxsize=2048)
def treaty_text(rule: Rule, style: Style = Style.US) -> str:
    """A rule as a sentence fragment, e.g. "a change from any other heading"."""
    text = written(rule, style)
    found = read_treaty(text)
    if found.rule == rule and found.status is ReadStatus.PARSED and found.goods is None:
        return text
    return written(rule, style, strict=True)
