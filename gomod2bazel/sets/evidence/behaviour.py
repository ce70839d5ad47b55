"""Hints of what a program does when it runs: what it starts, where it reads and writes, and how it ends."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from gomod2bazel.base.counts import count
from gomod2bazel.sets.evidence.hint import Hint, place
from gomod2bazel.sets.reading.discover import MainPackage
from gomod2bazel.sets.reading.module_view import ModuleView
from gomod2bazel.sets.reading.words import purpose_words

__all__ = ["behaviour_hints"]

# Calls that show what a program does, by what that is.
_CALLS: Mapping[str, re.Pattern[str]] = {
    "waits-for-signals": re.compile(r"^signal\.(?:Notify|NotifyContext)$|\.SetupSignalHandler$"),
    "serves": re.compile(r"\.(?:ListenAndServe\w*|Serve|NewServer)$"),
    "dials": re.compile(r"\.(?:Dial\w*|NewClient|Connect)$"),
    "ends-at-errors": re.compile(r"^log\.(?:Fatal|Panic)\w*$"),
    "prints": re.compile(r"^fmt\.Print\w*$"),
    "sleeps": re.compile(r"^time\.(?:Sleep|Tick|After)$"),
    "writes-files": re.compile(r"^(?:os\.(?:Create|WriteFile|OpenFile)|ioutil\.WriteFile)$"),
    "formats-sources": re.compile(r"^(?:format\.(?:Source|Node)|imports\.Process)$"),
    "fills-template": re.compile(r"^template\.(?:New|Must|ParseF\w*|ParseGlob)$"),
    "reads-environment": re.compile(r"^os\.(?:Getenv|LookupEnv)$"),
    "documents-commands": re.compile(r"^doc\.Gen\w+|^clidoc\.|\.GenMarkdown\w*$|\.GenManTree\w*$"),
    "lists-packages": re.compile(r"^(?:packages|build|parser)\.(?:Load|Import\w*|ParseDir|ParseFile)$"),
    "makes-random-data": re.compile(r"^rand\.\w+$"),
    "downloads": re.compile(r"^http\.Get$"),
    "reads-stack": re.compile(r"^runtime\.Caller$"),
}

_VERSION = re.compile(r"^-{0,2}[Vv]ersion$|\bversion[: ]+%|^print (?:the )?version", re.IGNORECASE)
_PARENT = re.compile(r"^\.\.(?:/|$)")
_SOURCES = re.compile(r"\.(?:go|s|proto|md|tmpl|txt|json|ya?ml)$")
_REPOSITORY = re.compile(
    r"api\.github\.com|raw\.githubusercontent\.com|GITHUB_(?:TOKEN|SHA|REF)|go-review\.googlesource|/pulls?/"
)
_SECRET = re.compile(r"^(?:changeme|secret|password|hello,? ?world!?|foo|bar)$", re.IGNORECASE)
_PANIC = re.compile(rb"\bpanic\(err\)")

# Programs that developers run: those of the go command and of version control.
_DEVELOPERS_TOOLS = frozenset(("go", "gofmt", "goimports", "git", "gh", "protoc", "make", "gcc", "objdump", "bazel"))
_CONTAINERS = frozenset(("docker", "podman", "kubectl", "kind", "helm", "minikube", "docker-compose", "ssh", "sudo"))
_STARTS = re.compile(r"(?:^exec\.Command|Command\w*|\.?[Rr]un\w*|[Ee]xec\w*|^sh)$")

# Where a program says which file it writes: the call that opens it, or the flag whose default it is.
_WRITES = re.compile(r"(?:Create|WriteFile|OpenFile|Rename|Join|String|StringVar|StringP|StringVarP|[Ww]rite\w*)$")
_FILE_NAME = re.compile(r"[\w-]\.(?:go|s|md|json|csv|ya?ml|toml|txt|html|proto|tmpl|h|c)$")
_COMMON_FILES = frozenset(("main.go", "go.mod", "README.md", "config.json", "config.yaml", "config.yml", "config.toml"))
_PATH = re.compile(r"(?<![\w/.-])[\w.-]+(?:/[\w.-]+)+\.\w+(?![\w/])")
_MAKES = re.compile(r"(?<![-=<])>\s?([\w./-]+\.\w+)")
_LONGEST_DOC = 5000

# Up to so many of each, the smallest that holds it: how many flags it defines, how many of the module's packages it
# imports, how many statements its func main has.
_STEPS = (("0", 0), ("1", 1), ("3", 3), ("7", 7), ("15", 15))
_FLAG_CALL = re.compile(
    r"(?:^|\.)(?:String|Bool|Int|Uint|Duration|Float64|Int64|Uint64|Text)?(?:Slice|Array)?(?:Var)?P?$"
)


def behaviour_hints(package: MainPackage, module: ModuleView) -> Iterator[Hint]:
    """Yield what its code does, by its calls, its strings and the module's packages that it imports."""
    if not package.files:
        return
    yield from _calls(package)
    yield from _strings(package)
    yield from _own_files(package, module)
    yield from _amounts(package, module)


def _calls(package: MainPackage) -> Iterator[Hint]:
    for kind, pattern in _CALLS.items():
        for file, source in package.sources.items():
            call = min(filter(pattern.search, source.calls), default="")
            if call:
                yield Hint(f"does:{kind}", f"it calls {call[:60]}", file)
                break
    panics = next((file for file in package.sources if _PANIC.search(package.tree.read(file))), "")
    if panics:
        yield Hint("does:panics", "it panics at an error", panics)


def _strings(package: MainPackage) -> Iterator[Hint]:
    for file, source in package.sources.items():
        for literal in source.literals:
            text, where = literal.text[:200], place(file, literal.line)
            if _VERSION.search(text):
                yield Hint("does:tells-version", f"it tells its version: {text[:40]!r}", where)
            if _PARENT.search(text):
                kind = "does:names-sources-above" if _SOURCES.search(text) else "does:names-folder-above"
                yield Hint(kind, f"it names a path above its folder: {text[:40]!r}", where)
            if _REPOSITORY.search(text):
                yield Hint("does:asks-repository", f"it is about a repository: {text[:40]!r}", where)
            if _SECRET.search(text):
                yield Hint("does:has-made-up-data", f"it contains made-up data: {text[:40]!r}", where)
            if _STARTS.search(literal.call):
                if text in _DEVELOPERS_TOOLS:
                    yield Hint("does:runs-developers-tools", f"it runs {text!r}", where)
                elif text in _CONTAINERS:
                    yield Hint("does:runs-containers", f"it runs {text!r}", where)


def _own_files(package: MainPackage, module: ModuleView) -> Iterator[Hint]:
    """Yield the files of the module that it may write: those that it names where it opens, joins or takes a name."""
    for file, source in package.sources.items():
        for literal in source.literals:
            if _WRITES.search(literal.call) and _FILE_NAME.search(literal.text[:200]):
                name = posixpath.basename(literal.text[:200])
                same = next(
                    (path for path in module.files_called(name) if path not in package.files and not _is_data(path)), ""
                )
                if same and name not in _COMMON_FILES:
                    yield Hint("does:writes-own-files", f"it names {same!r} of the module", place(file, literal.line))
    for file, source in package.sources.items():
        for match in _PATH.finditer(source.doc[:_LONGEST_DOC]):
            name = match[0]
            if any(path == name or path.endswith(f"/{name}") for path in module.files_called(posixpath.basename(name))):
                yield Hint("comment:names-own-file", f"its package comment names {name!r} of the module", file)
        for match in _MAKES.finditer(source.doc[:_LONGEST_DOC]):
            name = match[1]
            if _is_above(name, package, module):
                yield Hint("comment:makes-own-file", f"its package comment makes {name!r} of the module", file)


def _is_above(name: str, package: MainPackage, module: ModuleView) -> bool:
    """Return whether a name that a comment gives means a file that the module keeps: by a path, or above the folder."""
    base = posixpath.basename(name)
    files = [file for file in module.files_called(base) if file not in package.files and base not in _COMMON_FILES]
    return any("/" in name or f"{package.directory}/".startswith(posixpath.dirname(file)) for file in files)


def _is_data(file: str) -> bool:
    """Return whether a file is among examples or test data, whose names are common."""
    return any(
        purpose in ("example", "testdata")
        for element in posixpath.dirname(file).split("/")
        for purpose, _ in purpose_words(element)
    )


def _amounts(package: MainPackage, module: ModuleView) -> Iterator[Hint]:
    first = package.files[0]
    flags = sum(
        1
        for source in package.sources.values()
        for literal in source.literals
        if literal.call.rpartition(".")[0] and _FLAG_CALL.search(literal.call) and not literal.call.endswith(".")
    )
    yield Hint(f"does:flags-{_step(flags)}", f"it defines about {count(flags, 'flag')}", first)
    imported = {
        below
        for source in package.sources.values()
        for path, _ in source.imports
        if (below := module.directory_of(path)) is not None
    }
    yield Hint(
        f"does:own-packages-{_step(len(imported))}",
        f"it imports {count(len(imported), 'package')} of the module",
        first,
    )
    inner = next(
        (below for below in sorted(imported) if package.directory and below.startswith(f"{package.directory}/")), ""
    )
    if inner:
        yield Hint("does:has-own-packages", f"it imports {inner!r}, which is below it", first)
    statements = max((source.main for source in package.sources.values() if source.main is not None), default=-1)
    if statements >= 0:
        yield Hint(f"does:main-{_step(statements)}", f"its func main has {count(statements, 'statement')}", first)


def _step(number: int) -> str:
    return next((name for name, step in _STEPS if number <= step), "many")
