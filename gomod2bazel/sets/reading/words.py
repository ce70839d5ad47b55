"""Words of directories, files and build tags, and what they tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

__all__ = ["WORDS", "name_parts", "purpose_words", "words_of"]

#: Words of a directory's or a file's name, by what they mention.
WORDS: Mapping[str, frozenset[str]] = {
    "example": frozenset((
        "example", "examples", "demo", "demos", "sample", "samples", "tutorial", "tutorials", "quickstart",
        "playground", "showcase", "getting", "started", "guide", "guides", "snippets", "howto", "cookbook",
        "helloworld",
    )),
    "integration": frozenset((
        "integration", "interop", "e2e", "conformance", "acceptance", "smoke", "system", "systemtest", "functional",
        "integ", "chaos", "soak", "fault", "failpoint", "antithesis", "jepsen", "robustness", "blackbox", "itest",
        "kola", "endtoend", "compliance", "interoperability", "workload",
    )),
    "test": frozenset((
        "test", "tests", "testing", "testutil", "testutils", "testhelper", "testhelpers", "testprog", "testprogs",
        "testcmd", "mock", "mocks", "fake", "fakes", "harness", "testserver", "testonly",
        "manualtest", "stub", "stubs", "dummy", "suite", "testsuite", "specsuite",
    )),
    "testdata": frozenset(("testdata", "fixture", "fixtures", "testcases", "golden", "goldens")),
    "stress": frozenset(("stress", "load", "loadtest", "perf", "performance", "bench", "benchmark", "benchmarks")),
    "fuzz": frozenset(("fuzz", "fuzzing", "fuzzer", "ossfuzz")),
    "generator": frozenset((
        "gen", "generate", "generator", "generators", "codegen", "generated", "mkall", "maketables", "autogen",
        "generation", "scaffold", "maker", "mk", "make",
    )),
    "maintenance": frozenset((
        "release", "releases", "changelog", "ci", "dev", "maint", "maintenance", "lint", "linter",
        "linters", "website", "site", "publish", "bump", "update", "updater", "build", "builder", "buildtools",
        "version", "license", "licenses", "copyright", "metrics", "sync", "download", "downloader",
        "dump", "convert", "mage", "magefiles", "man", "completions", "schema", "stats", "deps",
    )),
    "check": frozenset((
        "check", "checks", "checker", "verify", "verifier", "validate", "validation", "validator", "probe", "prober",
    )),
    "script": frozenset(("script", "scripts", "hack")),
    "tools": frozenset((
        "tool", "tools", "tooling", "util", "utils", "utilities", "contrib", "devtool", "devtools", "internaltools",
    )),
    "docgen": frozenset(("docgen", "clidoc", "gendoc", "gendocs", "genman", "mkdocs", "manpages", "gendocumentation")),
    "internal": frozenset(("internal",)),
    "experiment": frozenset((
        "experiment", "experiments", "experimental", "toy", "prototype", "poc", "scratch", "play", "debug", "debugging",
        "misc", "unmaintained", "attic", "obsolete",
    )),
    "plugin": frozenset(("plugin", "plugins")),
    "template": frozenset(("template", "templates", "skeleton", "boilerplate", "scaffolds")),
    "documents": frozenset((
        "doc", "docs", "documentation", "book", "designs",
    )),
    "image": frozenset(("image", "images", "docker", "container", "containers")),
}  # fmt: skip

# Beginnings and ends of one-word names: ``testvol``, ``mkbench``, ``stubmaker``.
_NAME_PARTS: Mapping[str, re.Pattern[str]] = {
    "test": re.compile(r"^(test|fake|mock|dummy)[a-z]|[a-z](test|tests|tester|testing|mock)$"),
    "generator": re.compile(r"^(gen|mk|make|generate)[a-z]{3,}|[a-z](gen|generator|maker)$"),
    "stress": re.compile(r"^(bench|stress|load)[a-z]|[a-z](bench|stress)$"),
    "example": re.compile(r"^(example|demo|sample)[a-z0-9]|[a-z](example|demo|sample)$"),
    "fuzz": re.compile(r"^fuzz[a-z]|[a-z]fuzz$"),
}

_SIGNS = re.compile(r"[-_.+@~ ]+")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+[a-z]+|\d+")

# Names of folders come again and again.
_remembered = lru_cache(maxsize=8192)


@_remembered
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name, in lower case: parted by signs and by capitals, and each part also whole."""
    parts = [part for part in _SIGNS.split(name) if part]
    words = [part.lower() for part in parts]
    words += [word.lower() for part in parts for word in _CAMEL.findall(part)]
    return tuple(dict.fromkeys(words))


@_remembered
def purpose_words(name: str) -> tuple[tuple[str, str], ...]:
    """Return what the words of a name mention, by the names of `WORDS`, each with the word."""
    words = words_of(name)
    matches = ((purpose, next((word for word in words if word in known), "")) for purpose, known in WORDS.items())
    return tuple((purpose, word) for purpose, word in matches if word)


def name_parts(name: str) -> tuple[str, ...]:
    """Return what the beginning or end of a one-word name mentions; nothing where one of its words does already."""
    if purpose_words(name):
        return ()
    return tuple(purpose for purpose, pattern in _NAME_PARTS.items() if pattern.search(name.lower()))
