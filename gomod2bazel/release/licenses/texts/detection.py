"""Which licence a text is: by known texts, and by ``SPDX-License-Identifier:`` lines.

A wrong answer is worse than none. A text is recognised when it consists of known texts: what is left may be copyright
lines, titles and names, but not further terms.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gomod2bazel.base.errors import UsageError
from gomod2bazel.release.licenses.texts.expression import all_of, canonical, identifiers
from gomod2bazel.release.licenses.texts.known_texts import Match, matches
from gomod2bazel.release.licenses.texts.terms import is_term
from gomod2bazel.release.licenses.texts.text_words import Words, words_of

__all__ = ["Detection", "detect", "has_version", "with_version"]


@dataclass(frozen=True, slots=True)
class Detection:
    """What a text is.

    Attributes:
        expression: the SPDX licence expression; empty where the text is not known, or is not a licence. A GNU licence
            without a notice is here by its deprecated identifier, ``GPL-3.0``: see `with_version`.
        is_known: whether all of the text is known; also a text without a word, and one that asks for nothing.
        mentioned: the licences that any part of the text is or names.
    """

    expression: str = ""
    is_known: bool = False
    mentioned: frozenset[str] = frozenset()


_IDENTIFIER = re.compile(r"SPDX-License-Identifier:[ \t]*([^\r\n]{1,300})")

# What may end such a line: comments of C, HTML and templates, and quotes.
_COMMENT_END = re.compile(r"[ \t]*(?:\*/|-->|\*\)|#}|--}}|[`*'\"])[ \t]*$")

_COPYRIGHT_LINE = re.compile(
    r"""
    [^\w\n]* (?: portions | parts | some | the | all | original | this )? \W*
    (?: copyright | copr\b | \(c\)\s | © | authors? \b | all\ rights\ reserved | maintain(?:er|ed) )
    """,
    re.VERBOSE | re.IGNORECASE,
)

# A list of names may be left, not an essay. Words.
_MOST_LEFT = 150

# Terms in another script have none of the words above. Letters.
_MOST_OTHER_LETTERS = 20

# A GNU licence without a notice of the versions that may be used, in an expression.
_VERSIONLESS = re.compile(r"(?<![\w.-])(?:[AL]?GPL-\d\.\d|GFDL-1\.\d(?:-(?:no-)?invariants)?)(?![\w.+-])")


# Many modules have the same text to the letter.
@functools.lru_cache(maxsize=128)
def detect(text: str) -> Detection:
    """Return which licence a text is.

    Args:
        text: the text of a file, or its beginning.
    """
    named = list(_named(text))
    words = words_of(_IDENTIFIER.sub("", text))
    known = matches(words)
    licenses = [match.license for match in known if match.license]
    mentioned = frozenset(licenses).union(*map(identifiers, named))
    if not (known or named) and words.words:
        return Detection(mentioned=mentioned)
    distinct = frozenset(licenses)
    # Who has several licences tells what each is for: a line that names just these confirms that there is nothing else.
    is_confirmed = len(distinct) > 1 and any(identifiers(expression) == distinct for expression in named)
    if not is_confirmed and _has_terms("\n".join(_remainder(words, known)), is_single=len(distinct) < 2):
        return Detection(mentioned=mentioned)
    return Detection(_expression(licenses, named), is_known=True, mentioned=mentioned)


def has_version(expression: str) -> bool:
    """Return whether an expression has no GNU licence of which it is open whether later versions may be used."""
    return _VERSIONLESS.search(expression) is None


def with_version(expression: str, mentioned: frozenset[str]) -> str:
    """Return an expression in which each GNU licence has ``-only`` or ``-or-later``.

    The texts of these licences are the same for both. It is ``-or-later`` where a notice or a header of the module
    leaves that choice, and none has ``-only``; otherwise it is ``-only``, which permits less.

    Args:
        expression: a canonical expression.
        mentioned: the licences that headers and notices of the module name.
    """

    def versioned(match: re.Match[str]) -> str:
        name = match[0]
        later = f"{name}-or-later" in mentioned and f"{name}-only" not in mentioned
        return f"{name}-or-later" if later else f"{name}-only"

    return _VERSIONLESS.sub(versioned, expression)


def _named(text: str) -> Iterator[str]:
    """Yield the expressions of the ``SPDX-License-Identifier:`` lines of a text."""
    for match in _IDENTIFIER.finditer(text):
        try:
            yield canonical(_COMMENT_END.sub("", match[1]).strip())
        except UsageError:
            continue


def _expression(licenses: Sequence[str], named: Sequence[str]) -> str:
    """Return the expression for known texts and ``SPDX-License-Identifier:`` lines.

    A line leaves a choice between the texts, or tells the version of a text that does not have it: it counts in the
    place of these texts.
    """
    explained = {name for expression in named for name in identifiers(expression)}
    explained |= {re.sub(r"-(?:only|or-later)$", "", name) for name in explained}
    return all_of([*named, *(name for name in licenses if name not in explained)])


def _remainder(words: Words, known: Sequence[Match]) -> Iterator[str]:
    """Yield what is between known texts."""
    places = [0]
    for match in known:
        places += (words.starts[match.start], words.ends[match.end - 1])
    places.append(len(words.text))
    for number, (start, end) in enumerate(pairwise(places)):
        if number % 2 == 0:
            yield words.text[start:end]


def _has_terms(text: str, *, is_single: bool) -> bool:
    """Return whether what is left of a text may be terms.

    Args:
        text: what is left.
        is_single: whether the text has a single licence, so that there is nothing known for what is excepted from it.
    """
    names = [line for line in text.splitlines() if not _COPYRIGHT_LINE.match(line)]
    rest = words_of(text).words
    letters = sum(len(word) for word in rest if not word.isascii())
    is_long = len(words_of("\n".join(names)).words) > _MOST_LEFT
    has_terms = any(is_term(word) or (is_single and word.startswith("except")) for word in rest)
    return is_long or letters > _MOST_OTHER_LETTERS or has_terms
