"""Words that terms of licences are made of, and names, titles and copyright lines are not."""

from __future__ import annotations

import functools

__all__ = ["is_term"]

# How such words begin.
_TERMS = (
    *(
        "agree",
        "allow",
        "anyone",
        "appl",
        "cannot",
        "charg",
        "commercial",
        "condition",
        "consent",
        "contract",
        "creativ",
    ),
    *("derivative", "disclaim", "disclos", "donat", "ethic", "evil", "exclusive", "fee", "forbid", "grant"),
    *(
        "illegal",
        "indemni",
        "liab",
        "limited",
        "limitation",
        "may",
        "military",
        "must",
        "non",
        "not",
        "obligat",
        "only",
    ),
    *(
        "pay",
        "permi",
        "personal",
        "prohib",
        "provided",
        "purpose",
        "redistribut",
        "requir",
        "restrict",
        "royalt",
        "sell",
    ),
    *("shall", "should", "sold", "sublicen", "terminat", "training", "unless", "unlawful", "use", "using", "warrant"),
)


# Scripts without blanks have sentences for words. Letters.
_LONGEST_NAME = 8


@functools.cache
def is_term(word: str) -> bool:
    """Return whether a text with a word may ask for something.

    Args:
        word: a word as `words_of` returns it.
    """
    if not word.isascii() and len(word) > _LONGEST_NAME:
        return True
    # "used under the terms of" comes before known texts.
    return word.startswith(_TERMS) and word != "used"
