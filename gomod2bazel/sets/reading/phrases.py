"""Phrases of comments and documents, and what they say about a program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

__all__ = ["PHRASES", "purposes_in"]


def _any(*alternatives: str) -> str:
    """Return a pattern for any of these as whole words."""
    return rf"\b(?:{'|'.join(alternatives)})\b"


def _beginning(*alternatives: str) -> str:
    """Return a pattern for words that begin with any of these."""
    return rf"\b(?:{'|'.join(alternatives)})"


def _either(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


# "only used for tests", "a helper program, run by some of the tests": what it is or does, and where, not far apart.
_USED = _any(
    "only", "just", "solely", "intended", "meant", "designed", "used", "useful", "written", "exists?", "built", "made",
    "needed", "required", "invoked", "run", "executed", "suitable", "helper", "stub", "tool", "tools", "program",
    "command", "binary", "plugin", "server", "utility", "app", "application", "client", "agent", "service", "driver",
    "image",
)  # fmt: skip
_WHERE = _any("for", "in", "by", "during", "of", "from", "within", "inside")
_TESTS = _any("tests?", "testing")

# The beginnings of verbs for making something.
_MAKES = r"\b(?:writ|output|print|emit|construct|creat|produc)"

# The verbs with which a manual begins: "gofmt formats Go programs".
_DOES = _any(
    "is", "provides", "implements", "runs", "reads", "prints", "reports", "formats", "displays", "finds", "converts",
    "checks", "manages", "applies", "lists", "builds", "serves", "starts", "compiles", "parses", "dumps", "shows",
    "computes", "transforms", "contains",
)  # fmt: skip

#: Phrases about a program in comments and documents, by purpose. The text is in lower case, blanks are single.
PHRASES: Mapping[str, re.Pattern[str]] = {
    "example": _either(_any(
        "examples?", "demos?", r"demonstrat\w+", "samples?", "tutorials?", r"illustrat\w+", "shows? how", "showcase",
        "quick ?start", "hello,? world", "playground", "walk-?through", "getting started",
    )),
    "for-tests": _either(
        rf"{_USED}[^.;]{{0,50}}{_WHERE}[^.;]{{0,40}}{_TESTS}",
        rf"{_TESTS}[^.;]{{0,40}}\b(?:runs?|executes?|starts?|builds?|compiles?|invokes?|launch(?:es)?)(?: \w+)? it\b",
        _any("test[- ]only", "test usage", r"for (?:\w+ ){0,2}test(?:s|ing)"),
    ),
    "test": _either(_any("test(?:s|ing|ed|er|bed)?")),
    "fake": _either(_any("mock", "fake", "dummy", "stub", r"simulat\w+", r"emulat\w+")),
    "integration": _either(
        _beginning(
            r"integration test\w*", r"interop\w*", "end[- ]to[- ]end", "conformance", r"acceptance test\w*",
            "antithesis", "jepsen", "failpoints?", "smoke", "fault", "robustness", "functional tests?",
        ),
        _any(
            "e2e", "system tests?", "chaos", "tests? (?:against|server|suite|cluster)", "test ?suite", "compliance",
            "against (?:an?|the) (?:actual|real|live)",
        ),
    ),
    "stress": _either(_any(r"bench(?:mark\w*)?", r"load test\w*", "stress", "soak", "workloads?")),
    "generator": _either(
        _any(
            "(?:re)?generat(?:e|es|ed|ing|or|ors)", "go generate", r"code ?gen\w*", r"writes? (?:out )?[\w./]+\.go",
            "(?:output|result) belongs in",
        ),
        rf"{_MAKES}\w* (?:\w+ ){{0,6}}?(?:tables?|maps?|details|definitions|encodings?)\b",
    ),
    "maintenance": _either(_any(
        "releases?", "releasing", "changelog", "maintainers?", "continuous integration", "this repo(?:sitory)?",
        "pre-?commit", "bumps?", "copyright headers?", "website", "nightly", "contributors?", "git ?hub actions?",
        "pull requests?", "man ?pages?", "checks that", "verif(?:y|ies) that", "up[- ]to[- ]date", "ci", "code ?base",
        "source tree",
    )),
    "command": _either(
        r"\Acommand ",
        r"\Athe [\w-]+ (?:command|tool|program|utility|binary)\b",
        rf"\A(?:(?:the|binary|program|package|main) )?[\w./-]+ {_DOES}",
    ),
    "command-line": _either(
        _any("command[- ]line", "cli", "go install", "daemon", "entry ?point", "executable"), r"\busage:"
    ),
    "unsupported": _either(
        _beginning(
            "not (?:intended|supported|meant|for production|stable)", "internal(?:ly)? use", r"experiment\w*",
            "proof[- ]of[- ]concept", "prototype", "one[- ]off",
        ),
        _any("hack", "debugging", "toy", "manual(?:ly)?"),
    ),
}  # fmt: skip


@lru_cache(maxsize=64)  # a line that names many programs is asked about for each
def purposes_in(text: str) -> tuple[tuple[str, str], ...]:
    """Return what a text mentions, by the names of `PHRASES`, each with the matching words.

    The time this takes grows with the text: callers give what is at its beginning, or near a name.
    """
    text = " ".join(text.lower().split())
    matches = ((purpose, pattern.search(text)) for purpose, pattern in PHRASES.items())
    return tuple((purpose, match[0].strip()) for purpose, match in matches if match)
