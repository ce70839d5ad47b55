"""Hints of build files and scripts: who builds, ships, runs or tests with a program."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from gomod2bazel.sets.evidence.hint import Hint, first_of_each, place
from gomod2bazel.sets.reading.mentions import Mention, Mentions
from gomod2bazel.sets.reading.module_view import ModuleView
from gomod2bazel.sets.reading.phrases import PHRASES
from gomod2bazel.sets.reading.words import words_of

__all__ = ["script_hints"]


def _named(*names: str) -> str:
    """Return a pattern for files of any of these names, in any folder."""
    return rf"(?:^|/)(?:{'|'.join(names)})$"


def _below(*folders: str) -> str:
    """Return a pattern for all files below folders of any of these names."""
    return rf"(?:^|/)(?:{'|'.join(folders)})/"


def _ending(*ends: str) -> str:
    """Return a pattern for files whose names end so."""
    return rf"(?:{'|'.join(ends)})$"


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words))


# What a file that builds and runs things belongs to. A magefile is a Makefile in Go.
_SORTS: Mapping[str, re.Pattern[str]] = {
    "release": _any(_named(r"\.?goreleaser[\w.-]*\.ya?ml"), _below(r"\.goreleaser")),
    "packaging": _any(
        _ending(r"\.spec", r"\.spec\.in", r"\.spec\.rpkg", "PKGBUILD", r"snapcraft\.ya?ml", r"\.nix", r"nfpm\.ya?ml",
                r"\.service", r"\.service\.in"),
        _below("debian", "packaging", "pkgbuild", "snap", "rpm", "nfpm", "homebrew", "Formula"),
    ),
    "container": _any(
        _named(r"(?:Docker|Container)file[\w.-]*"),
        _ending(r"\.[Dd]ockerfile", r"docker-bake\.hcl", r"compose[\w.-]*\.ya?ml"),
    ),
    "manifest": _any(
        r"(?:^|/)(?:config|deploy\w*|manifests?|charts?|kustomize|k8s|kubernetes|install)/.*\.ya?ml$",
        r"(?:^|/)skaffold[\w.-]*\.ya?ml$", r"(?:^|/)\.ko\.ya?ml$",
    ),
    "ci": _any(
        r"^\.(?:github/(?:workflows|actions)|circleci|buildkite|semaphore|woodpecker|forgejo|gitea)/.*\.ya?ml$",
        r"^\.?(?:gitlab-ci|travis|drone|appveyor|cirrus|azure-pipelines|cloudbuild)[\w.-]*\.ya?ml$",
        _named(r"Jenkinsfile[\w.-]*"),
    ),
    "make": _any(
        _named(r"(?:GNU)?[Mm]akefile[\w.-]*", r"Taskfile[\w.-]*\.ya?ml", "[Jj]ustfile", r"magefile\w*\.go"),
        _ending(r"\.mk"),
    ),
    "script": _any(_ending(r"\.sh", r"\.bash", r"\.bats", r"\.ps1", r"\.bat", r"\.cmd", r"\.py", r"\.pl")),
}  # fmt: skip

# Files that ship: that they name a program is all that they say.
_SHIPPING = frozenset(("container", "manifest", "packaging", "release"))

# What a rule, a step or a script is for, by its name; the first that fits counts.
_PURPOSES: Mapping[str, re.Pattern[str]] = {
    "test": _any(
        "test", "e2e", "interop", "integration", "conformance", "ginkgo", "bats", "stress", "soak", "smoke",
    ),
    "generator": _any(
        r"gen\b", "generat", "-gen", "proto", "codegen", "update", "sync", "regen", "bindata", "mock", "stringer",
        "embed",
    ),
    "maintenance": _any(
        "lint", "check", "bench", "fuzz", "coverage", r"docs?\b", "site", "release-", "changelog", r"man\b",
        "manpage", "completion", "schema", "format", "fmt", "vet", r"tools?\b", "bump", "version", "tag", "license",
        "audit", r"dev\b", "hack", "verify", "validate", "ensure",
    ),
    "ship": _any(
        "^(?:all|build|install|bin|dist|package|release|compile|default|cross|artifact|publish|image|docker|static)",
        "(?:build|install)$", "COMMANDS", "BINAR", "CMDS", "PROGRAMS",
    ),
}  # fmt: skip

# "go run", "$(GO) run", "${GO} tool run".
_RUN = _any(
    r"\bgo(?:\w*|\$\(\w+\)|\})?\s+(?:tool\s+)?run\b",
    r"\$\((?:GO|go)\w*\)\s+run\b",
    r"\$\{?GO\w*\}?\s+run\b",
)
_BUILD = _any(
    r"\bgo\s+(?:build|install)\b",
    r"\$[({]GO\w*[)}]\s+(?:build|install)\b",
    r"\bgo_build",
    r"gox\b",
    r"\bmain:",
    r"\bdir:",
)

# Keys of a release configuration that name what is built; a dash begins an entry.
_RELEASE_KEY = re.compile(r"\b(?:main|dir|binary|id)\s*:|^- ")
_RELEASE_ROOT = re.compile(r"\s*+(?:-\s*+)?main:\s*+\.?/?(?:main\.go)?\s*+")

# A container image of a manifest; ko builds those that are written as import paths.
_IMAGE = re.compile(r"\b(?:image|command|args|ko://)|\bko://")
_FOR_TESTS = re.compile(
    r"(?:^|[/._-])(?:tests?|e2e|testing|testdata|integration|examples?|samples?|demos?|hack|dev)[/._-]"
)

# What begins what: a rule of a Makefile, a variable, a task of a Taskfile.
_HEAD = re.compile(r"([\w./%$(){} -]++)\s*+::?(?!=)|\s*+(\w++)\s*+[:+?]?=")

# Up to so many lines above a command is the name of its step.
_STEP = 12


def script_hints(module: ModuleView) -> Mapping[str, list[Hint]]:
    """Return by directory what build files and scripts do with each program: the first hint of every kind."""
    return first_of_each(_uses(module))


def _uses(module: ModuleView) -> Iterator[tuple[str, Hint]]:
    mentions = Mentions(module)
    for file in module.tree.files:
        sort = next((sort for sort, pattern in _SORTS.items() if pattern.search(file)), "")
        if not sort or "testdata" in file.split("/"):
            continue
        script = _Script(file, sort, module.tree.text(file))
        for mention in mentions.of(file):
            if not script.is_comment(mention.text):
                yield from ((mention.directory, hint) for hint in script.mention_hints(mention))
        if sort == "release" and "" in module.by_directory and script.releases_root():
            yield "", Hint("script:release", "the release configuration builds it", place(file, 1))


class _Script:
    """A file that builds and runs things."""

    def __init__(self, file: str, sort: str, text: str) -> None:
        self.file = file
        self.sort = sort
        self.lines = text.splitlines()

    def is_comment(self, line: str) -> bool:
        """Return whether a line does nothing."""
        return line.startswith("#") or (self.sort == "make" and line.startswith(".PHONY"))

    def releases_root(self) -> bool:
        """Return whether a release configuration builds the root's command: the default, or written as a dot."""
        mains = [line for line in self.lines if "main:" in line]
        return not mains or any(_RELEASE_ROOT.fullmatch(line) for line in mains)

    def mention_hints(self, mention: Mention) -> Iterator[Hint]:
        """Yield what it does with a program that one of its lines names."""
        where = place(self.file, mention.line)
        if self.sort == "release" and not _RELEASE_KEY.search(mention.text):
            return
        if self.sort == "manifest" and not _IMAGE.search(mention.text):
            return
        if self.sort in _SHIPPING and self._is_for_tests:
            if mention.by != "name":
                yield Hint("script:ships-for-tests", f"{self.file}, which is for tests, contains its path", where)
            return
        if mention.by == "name":
            yield Hint(f"script-name:{self.sort}", f"{self.file} names it", where)
        else:
            yield Hint(f"script:{self.sort}", f"{self.file} contains its path", where)
            if _RUN.search(mention.text):
                yield Hint("script:runs-it", f"it is run from its source: {mention.text[:60]!r}", where)
            elif _BUILD.search(mention.text):
                yield Hint("script:builds-it", f"it is built: {mention.text[:60]!r}", where)
        context = self._context(mention.line - 1)
        purpose = _purpose(context, mention.text)
        if purpose and self.sort not in _SHIPPING:
            yield Hint(f"script-for:{purpose}", f"{' '.join(context)[:60]!r} of {self.file} uses it", where)

    def _context(self, index: int) -> Sequence[str]:
        """Return the names of what a line belongs to: the rule, the step, or the file itself."""
        if self.sort == "make" and self._rules[index]:
            return [self._rules[index]]
        if self.sort == "ci":
            near = self.lines[max(0, index + 1 - _STEP) : index + 1]
            steps = [line.partition("name:")[2].strip().lower() for line in near if "name:" in line]
            return [*steps[-1:], posixpath.basename(self.file).partition(".")[0]]
        return self._own_names

    @cached_property
    def _is_for_tests(self) -> bool:
        """Whether the file is in a part of the module that is for tests or examples."""
        return bool(_FOR_TESTS.search(self.file.lower()))

    @cached_property
    def _rules(self) -> Sequence[str]:
        """The name of the rule, variable or task that each line belongs to, or nothing."""
        rules, rule = [], ""
        for line in self.lines:
            match = None if line.startswith("\t") else _HEAD.match(line)
            if match:
                rule = (match[1] or match[2]).strip()
            rules.append(rule)
        return rules

    @cached_property
    def _own_names(self) -> Sequence[str]:
        name = self.file.lower()
        folders = words_of(posixpath.dirname(name).replace("/", "-"))
        return [posixpath.basename(name).partition(".")[0], *folders]


@lru_cache(maxsize=64)  # a line that names many programs is asked about for each
def _is_for_tests(line: str) -> bool:
    return bool(PHRASES["for-tests"].search(line.lower()))


def _purpose(context: Sequence[str], line: str) -> str:
    """Return the purpose that names give, unless the line itself is about tests; or nothing."""
    if _is_for_tests(line):
        return "test"
    return next((name for name, pattern in _PURPOSES.items() if any(map(pattern.search, context))), "")
