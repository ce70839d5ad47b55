"""Patterns of licence texts: words, of which some may be missing, may vary or may be any.

The notation has one blank between its tokens::

    word        this word
    *5          up to five words
    ~5          up to five words of a name, none of which is a term
    ( A | B )   A or B
    ( A )?      A or nothing

A word that the pattern does not go on with may be misspelt: by one letter, also in the plural; cut in two by a hyphen;
or not separated from the next one. These are the corrections of licensecheck, whose patterns count on them.

A pattern becomes a finite automaton whose states are made when they are needed: most licences are never looked for, and
those that are come again and again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gomod2bazel.release.licenses.texts.terms import is_term

__all__ = ["Matcher"]

_END = 0

# What words are, in the transitions of a state, that no word of the pattern equals.
_OTHER, _TERM = "", "!"

# What a place takes that does not take a certain word.
_ANY, _NAME = "*", "~"

# A text that makes an automaton begin again and again is not a licence. Words.
_MOST_STEPS = 2_000_000


@dataclass(slots=True)
class _State:
    """A set of places in a pattern.

    Attributes:
        places: the places whose word may come next.
        is_end: whether the pattern may end here.
        after: the number of the state that follows, by word; -1 where the pattern does not go on.
    """

    places: frozenset[int]
    is_end: bool
    after: dict[str, int] = field(default_factory=dict)


class Matcher:
    """Finds a pattern in a text.

    Args:
        pattern: in the notation above.

    Raises:
        ValueError: it is not in that notation.
    """

    def __init__(self, pattern: str) -> None:
        # Place 0 is the end. A place takes a word, any word, or any word that is not a term.
        self._words: list[str] = [""]
        self._follow: list[frozenset[int]] = [frozenset()]
        entry = self._add(_parsed(pattern.split()), frozenset((_END,)))
        self._vocabulary = frozenset(self._words) - {"", _ANY, _NAME}
        self._numbers: dict[frozenset[int], int] = {}
        self._states: list[_State] = []
        self._number(entry)
        begins = {self._words[place] for place in entry}
        # None where it may begin with any word.
        self._begins = None if {_ANY, _NAME} & begins else frozenset(begins)

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield where the pattern is in a text: the first word of each and the one after it, the longest from the left.

        Args:
            words: those of the text.
        """
        steps = last = 0
        for at, word in enumerate(words):
            if at < last or (self._begins is not None and word not in self._begins):
                continue
            end, taken = self._longest(words, at)
            steps += taken
            if end > at:
                yield at, end
                last = end
            if steps > _MOST_STEPS:
                return

    def _longest(self, words: Sequence[str], at: int) -> tuple[int, int]:
        """Return where the longest text that begins at a word ends, or 0, and how many words were looked at."""
        end = number = 0
        place = at
        while place < len(words):
            following, taken = self._next(number, words[place]), 1
            if following < 0 and place > at:
                following, taken = self._corrected(number, words[place : place + 2])
            place += taken
            if following < 0:
                break
            number = following
            if self._states[number].is_end:
                end = place
        return end, place - at

    def _corrected(self, number: int, words: Sequence[str]) -> tuple[int, int]:
        """Return the state after a misspelt word, or -1, and how many words it was written as."""
        word = words[0]
        expected = [self._words[place] for place in sorted(self._states[number].places) if place]
        if "".join(words) in expected:
            return self._next(number, "".join(words)), len(words)
        for correct in expected:
            if _is_misspelt(word, correct):
                return self._next(number, correct), 1
        for correct in expected:
            rest = word.removeprefix(correct)
            following = self._next(number, correct)
            if word != rest and rest in self._vocabulary and self._next(following, rest) >= 0:
                return self._next(following, rest), 1
        return -1, 1

    def _next(self, number: int, word: str) -> int:
        state = self._states[number]
        if word not in self._vocabulary:
            word = _TERM if is_term(word) else _OTHER
        following = state.after.get(word)
        if following is None:
            takes = {word, _ANY} if word == _TERM or is_term(word) else {word, _ANY, _NAME}
            taken = [place for place in state.places if place and self._words[place] in takes]
            following = state.after[word] = self._number(frozenset().union(*(self._follow[p] for p in taken)))
        return following

    def _number(self, places: frozenset[int]) -> int:
        if not places:
            return -1
        if places not in self._numbers:
            self._numbers[places] = len(self._states)
            self._states.append(_State(places, _END in places))
        return self._numbers[places]

    def _add(self, tree: _Tree, follow: frozenset[int]) -> frozenset[int]:
        """Add the places of a part of the pattern, from its end, and return those that it may begin with."""
        for part in reversed(tree):
            match part:
                case str():
                    follow = frozenset((self._place(part, follow),))
                case _Wildcard():
                    after = follow
                    for _ in range(part.most):
                        follow = after | {self._place(part.takes, follow)}
                case _Choice():
                    entries = [self._add(option, follow) for option in part.options]
                    follow = frozenset().union(*entries, follow if part.optional else ())
        return follow

    def _place(self, word: str, follow: frozenset[int]) -> int:
        self._words.append(word)
        self._follow.append(follow)
        return len(self._words) - 1


@dataclass(slots=True)
class _Choice:
    options: list[_Tree]
    optional: bool = False


@dataclass(slots=True)
class _Wildcard:
    takes: str
    most: int


_Tree = list["str | _Wildcard | _Choice"]


def _parsed(tokens: Sequence[str]) -> _Tree:
    """Return the tree of a pattern.

    Raises:
        ValueError: parentheses do not match, or a number is missing.
    """
    open_choices: list[_Choice] = [_Choice([[]])]
    for token in tokens:
        match token:
            case "(":
                choice = _Choice([[]])
                open_choices[-1].options[-1].append(choice)
                open_choices.append(choice)
            case "|":
                open_choices[-1].options.append([])
            case ")" | ")?":
                open_choices.pop().optional = token.endswith("?")
            case _ if token[0] in (_ANY, _NAME):
                open_choices[-1].options[-1].append(_Wildcard(token[0], int(token[1:])))
            case _:
                open_choices[-1].options[-1].append(token)
        if not open_choices:
            break
    if len(open_choices) != 1:
        raise ValueError("parentheses of a pattern do not match")
    return [open_choices[0]]


def _is_misspelt(word: str, correct: str) -> bool:
    """Return whether a word of at least four letters is another one with a letter changed, added or left out."""
    if abs(len(word) - len(correct)) > 1 or max(len(word), len(correct)) < 4:
        return {word, correct} == {"c", "copyright"}
    same = _common(word, correct)
    same += _common(word[same:][::-1], correct[same:][::-1])
    return same >= max(len(word), len(correct)) - 1


def _common(a: str, b: str) -> int:
    """Return how many letters two words begin with together."""
    return next((place for place, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
