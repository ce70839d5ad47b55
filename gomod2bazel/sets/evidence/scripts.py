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


# Makefiles in Go that people start with `go run`, if no build compiles them.
_GO_SCRIPT = r"^(?:[\w-]+/)?(?:build|ci|dist|make|mage|release)\.go$"
_NO_BUILD = re.compile(r"^//(?:go:build| \+build) (?:ignore|none|mage|tools)\b", re.MULTILINE)

# What a file that builds and runs things belongs to. A magefile is a Makefile in Go.
_SORTS: Mapping[str, re.Pattern[str]] = {
    "release": _any(_named(r"\.?(?:goreleaser|promu)[\w.-]*\.ya?ml"), _below(r"\.goreleaser")),
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
        _ending(r"\.mk"), _GO_SCRIPT,
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
        "(?:build|install)$", "COMMANDS", "BINAR", "CMDS", "PROGRAMS", "CONTAINER", r"\bAPPS\b", r"\bBINS\b",
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

# Other programs load what these modes of building make.
_LIBRARY = re.compile(r"-buildmode[= ](?:c-shared|c-archive|plugin)\b")

# Keys of a release configuration that name what is built; a dash begins an entry.
_RELEASE_KEY = re.compile(r"\b(?:main|dir|binary|id|path)\s*:|^- ")
_RELEASE_ROOT = re.compile(r"\s*+(?:-\s*+)?(?:main|path):\s*+\.?/?(?:main\.go)?\s*+")

# A container image of a manifest; ko builds those that are written as import paths.
_IMAGE = re.compile(r"\b(?:image|command|args|ko://)|\bko://")
_FOR_TESTS = re.compile(
    r"(?:^|[/._-])(?:tests?|e2e|testing|testdata|integration|examples?|samples?|demos?|hack|dev)[/._-]"
)

# The first characters of a program, which say what builds compile it.
_BEGINNING = 2000

_OF_TESTS = re.compile(r"(?:^|/)(?:tests?|e2e|testing|integration)/")

# What begins what: a rule of a Makefile, a variable, a task of a Taskfile.
_HEAD = re.compile(r"([\w./%$(){} -]++)\s*+::?(?!=)|\s*+(\w++)\s*+[:+?]?=")

_GO_HEAD = re.compile(r"func (\w++)|\s*+(\w++)\s*+:?=")

# A script whose name begins so keeps the module in order.
_KEEPS = re.compile(r"^(?:verify|update|check|lint|validate|sync|bump)(?:[-_.]|$)")

# Where a command says which file it makes.
_MAKES = re.compile(r"""(?:(?<![-=<])>[|>]?\s*+|-o[ =]|--?out(?:put|file)?[ =])["']?([\w./-]+\.\w+)""")
_MOST_LINES = 8
_LONGEST_LINE = 2000

# What is between two commands of a line.
_COMMAND_END = re.compile(r"&&|\|\||;")

# Up to so many lines above a command is the name of its step.
_STEP = 12


def script_hints(module: ModuleView) -> Mapping[str, list[Hint]]:
    """Return by directory what build files and scripts do with each program: the first hint of every kind."""
    return first_of_each(_uses(module))


def _uses(module: ModuleView) -> Iterator[tuple[str, Hint]]:
    mentions = Mentions(module)
    for file in module.tree.files:
        sort = _sort(file)
        if not sort or "testdata" in file.split("/"):
            continue
        script = _Script(file, sort, module)
        if not script.is_script:
            continue
        for mention in mentions.of(file):
            if not script.is_comment(mention.text):
                yield from ((mention.directory, hint) for hint in script.mention_hints(mention))
        if sort == "release" and module.root_command and script.releases_root():
            yield "", Hint("script:release", "the release configuration builds it", place(file, 1))


def _sort(file: str) -> str:
    """Return what a file belongs to, or nothing. Of Go files, only the Makefiles are any of these."""
    sorts = ("make",) if file.endswith(".go") else _SORTS
    return next((sort for sort in sorts if _SORTS[sort].search(file)), "")


class _Script:
    """A file that builds and runs things."""

    def __init__(self, file: str, sort: str, module: ModuleView) -> None:
        self.file = file
        self.sort = sort
        text = module.tree.text(file)
        self.is_script = not re.search(_GO_SCRIPT, file) or bool(_NO_BUILD.search(text[:_BEGINNING]))
        self.lines = text.splitlines()
        self._module = module

    def is_comment(self, line: str) -> bool:
        """Return whether a line does nothing."""
        return line.startswith(("#", "//")) or (self.sort == "make" and line.startswith(".PHONY"))

    def releases_root(self) -> bool:
        """Return whether a release configuration builds the root's command: the default, or written as a dot."""
        key = "path:" if "promu" in self.file else "main:"
        mains = [line for line in self.lines if key in line]
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
            yield from self._starts(mention, where)
        yield from self._upkeep(mention, where)
        context = self._context(mention.line - 1)
        purpose = _purpose(context, mention.text)
        if purpose and self.sort not in _SHIPPING:
            yield Hint(f"script-for:{purpose}", f"{' '.join(context)[:60]!r} of {self.file} uses it", where)

    def _starts(self, mention: Mention, where: str) -> Iterator[Hint]:
        """Yield whether it runs or builds the program, and for what."""
        if _RUN.search(mention.text):
            yield Hint("script:runs-it", f"it is run from its source: {mention.text[:60]!r}", where)
        elif _BUILD.search(mention.text):
            yield Hint("script:builds-it", f"it is built: {mention.text[:60]!r}", where)
        command = self._command(mention)
        if _LIBRARY.search(command):
            yield Hint("script:builds-library", f"it is built as a library: {mention.text[:60]!r}", where)
        if self.sort == "container" and _BUILD.search(command):
            yield Hint("script:builds-for-image", f"it is built for an image: {mention.text[:60]!r}", where)

    def _upkeep(self, mention: Mention, where: str) -> Iterator[Hint]:
        """Yield whether it checks the module with the program, or makes a file of the module with it."""
        name = posixpath.basename(self.file)
        is_kept = (
            self.sort == "script" and mention.by != "name" and _KEEPS.search(name) and not _OF_TESTS.search(self.file)
        )
        command = self._command(mention)
        if is_kept and (_RUN.search(command) or _BUILD.search(command)):
            yield Hint("script:keeps-module", f"{self.file} checks or updates the module with it", where)
        if self.sort in _SHIPPING:
            return
        made = self._rules[mention.line - 1].split() if self.sort == "make" else []
        made += _MAKES.findall(command)
        for name in made:
            if self._is_own_file(name):
                yield Hint("script:makes-own-file", f"{self.file} makes {name!r} of the module with it", where)
                return

    def _command(self, mention: Mention) -> str:
        """Return the command that a line is part of: with the lines that it continues, and without other commands."""
        first = last = mention.line - 1
        while first > 0 and first > last - _MOST_LINES and self.lines[first - 1].endswith("\\"):
            first -= 1
        while last + 1 < len(self.lines) and last < first + 2 * _MOST_LINES and self.lines[last].endswith("\\"):
            last += 1
        lines = [line[:_LONGEST_LINE] for line in self.lines[first : last + 1]]
        above = mention.line - 1 - first
        before = _COMMAND_END.split("\n".join(lines[:above]))[-1]
        whole = "\n".join((before, *lines[above:]))
        parts = [part for part in _COMMAND_END.split(whole) if mention.directory.rpartition("/")[2] in part]
        return " ".join(parts[:1]).replace("\\\n", " ")

    def _is_own_file(self, name: str) -> bool:
        """Return whether a name means a file of the module: below the root, or in the script's own folder."""
        places = (posixpath.normpath(name), posixpath.normpath(posixpath.join(posixpath.dirname(self.file), name)))
        return any(file in places for file in self._module.files_called(posixpath.basename(name)))

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
        is_go = self.file.endswith(".go")
        for line in self.lines:
            match = _GO_HEAD.match(line) if is_go else None if line.startswith("\t") else _HEAD.match(line)
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
