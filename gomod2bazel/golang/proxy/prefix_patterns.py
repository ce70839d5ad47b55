"""Lists of patterns as in GOPRIVATE and GONOSUMDB: which module paths they match."""

from __future__ import annotations

from fnmatch import fnmatchcase

__all__ = ["matches_prefix"]


def matches_prefix(patterns: str, path: str) -> bool:
    """Return whether a pattern of a list matches the path, or as many of its first elements as the pattern has.

    Source: golang.org/x/mod/module, MatchPrefixPatterns.

    Args:
        patterns: globs, with commas between; ``*`` matches within one element.
        path: a module path.
    """
    return any(
        _matches(glob.rstrip("/").split("/"), path.split("/")) for glob in patterns.split(",") if glob.strip("/")
    )


def _matches(glob: list[str], elements: list[str]) -> bool:
    # Go's path.Match negates a class with ^, fnmatch with !.
    pairs = zip(glob, elements, strict=False)
    return len(glob) <= len(elements) and all(fnmatchcase(word, element.replace("[^", "[!")) for element, word in pairs)
