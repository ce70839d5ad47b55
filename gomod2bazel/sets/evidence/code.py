"""Hints of a program's code: how it reads its command line, what it imports, and what it does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gomod2bazel.base.counts import count
from gomod2bazel.sets.evidence.hint import Hint, place
from gomod2bazel.sets.reading.discover import MainPackage
from gomod2bazel.sets.reading.module_view import ModuleView
from gomod2bazel.sets.reading.words import purpose_words

__all__ = ["code_hints", "uses_of"]


def _holds(*parts: str) -> str:
    """Return a pattern for import paths that hold any of these anywhere."""
    return "|".join(parts)


def _is(*paths: str) -> str:
    """Return a pattern for these import paths and no others."""
    return rf"^(?:{'|'.join(paths)})$"


def _ends(*parts: str) -> str:
    """Return a pattern for import paths that end with any of these."""
    return rf"(?:{'|'.join(parts)})$"


# What a program is or needs, by what it imports: libraries in wide use.
_IMPORTS: Mapping[str, re.Pattern[str]] = {
    use: re.compile("|".join(patterns)) for use, patterns in {
        "command-framework": (_holds(
            "spf13/(?:cobra|viper)", "urfave/cli", "alecthomas/kong", "jessevdk/go-flags", "mitchellh/cli", "ffcli",
            "peterbourgon/ff", "google/subcommands", "kingpin", "docopt", "go-arg", "charmbracelet/fang",
            "codegangsta/cli",
        ),),
        "flags": (r"(?:^|/)(?:p?flag|getopt|gnuflag)(?:/v?\d+)?$",),
        "analysis-driver": (_ends("go/analysis/(?:single|multi|unit)checker"),),
        "protoc-plugin": (
            _ends("compiler/protogen", "types/pluginpb"), _holds("/plugin_go", "protoc-gen-go/(?:generator|plugin)"),
        ),
        "go-syntax": (
            _is("go/(?:ast|parser|format|printer|types|token)"),
            _holds("golang.org/x/tools/(?:go/(?:ast|packages|loader)|imports)"),
        ),
        "template": (_is("(?:text|html)/template"),),
        "testing": (
            "^testing(?:/|$)", _holds("stretchr/testify", "onsi/(?:ginkgo|gomega)", r"/gotest\.tools"),
            _ends("go-cmp/cmp", "rapid"),
        ),
        "server": (
            _is("net/http"), _ends(r"google\.golang\.org/grpc"),
            _holds("gin-gonic", "gorilla/mux", "labstack/echo", "go-chi/chi"),
        ),
        "socket": (
            _is("net"), _holds("(?:gorilla|coder)/websocket", r"golang\.org/x/net/(?:websocket|ipv4|ipv6)"),
        ),
        "system": (_is("os/user", "C"), _holds(
            r"golang\.org/x/sys/", "docker/docker", "moby/", "containerd/", r"k8s\.io/client-go", "vishvananda/",
            "libcontainer", "testcontainers", "opencontainers/", "coreos/go-systemd", "godbus",
        )),
        "database": (
            _is("database/sql"), _ends("lib/pq", "bbolt"),
            _holds("jackc/pgx", "go-sql-driver", "mongo-driver", "go-redis", "redigo", "gorm"),
        ),
        "commands-run": (_is("os/exec"),),
        "javascript": (_is("syscall/js"),),
        "hardware": (_is("machine", "device/.*"),),
    }.items()
}  # fmt: skip

# What the names of the module's own packages say about a program that imports them.
_OWN_PURPOSES = frozenset(("test", "example", "integration", "internal", "generator", "testdata"))

# What strings tell; looked for in the first characters of each.
_USAGE = re.compile(r"^\s*usage\b", re.IGNORECASE)
_LOCAL = re.compile(
    r"^(?:\w+://)?(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)?:\d{2,5}\b|://(?:localhost|127\.0\.0\.1)"
)
_SOURCE_FILE = re.compile(r"(?:^|[\w/])\w\.(?:go|md)$|Code generated")
_LONGEST_STRING = 200

# Calls that write files.
_WRITES = frozenset(
    ("os.Create", "os.WriteFile", "ioutil.WriteFile", "os.OpenFile", "renameio.WriteFile", "format.Source")
)

# What analysers and the go command's own tests expect of a file is written into its comments.
_EXPECTATIONS = re.compile(rb"// want |//@|// (?:ERROR|OUTPUT|Output)\b")
_C = re.compile(_is("C"))
_EXPORT = re.compile(rb"^//export \w", re.MULTILINE)
_GENERATED = re.compile(rb"^// Code generated .* DO NOT EDIT\.$", re.MULTILINE)  # go help generate

# Lines below which a program is tiny, and above which it is large.
_TINY = 30
_LARGE = 400


def uses_of(import_path: str) -> frozenset[str]:
    """Return what code that imports a package is or needs: `server`, `database`, `testing` and so on."""
    return frozenset(use for use, pattern in _IMPORTS.items() if pattern.search(import_path))


def code_hints(package: MainPackage, module: ModuleView) -> Iterator[Hint]:
    """Yield what its source tells."""
    if not package.files:
        return
    yield from _imports(package)
    yield from _own_imports(package, module)
    yield from _arguments(package)
    yield from _strings(package)
    yield from _comments(package)
    yield from _main(package)
    yield from _size(package)


def _imports(package: MainPackage) -> Iterator[Hint]:
    for use, pattern in _IMPORTS.items():
        first_import = _first_import(package, pattern)
        if first_import:
            path, where = first_import
            yield Hint(f"imports:{use}", f"it imports {path[:100]!r}", where)


def _first_import(package: MainPackage, pattern: re.Pattern[str]) -> tuple[str, str] | None:
    """Return the first import that fits, and its position."""
    for file, source in package.sources.items():
        for path, line in source.imports:
            if pattern.search(path):
                return path, place(file, line)
    return None


def _own_imports(package: MainPackage, module: ModuleView) -> Iterator[Hint]:
    """Yield what the names of the module's own packages tell that it imports."""
    has_own_import = False
    for file, source in package.sources.items():
        for path, line in source.imports:
            below = module.directory_of(path)
            if below is None:
                continue
            has_own_import = True
            purposes = {purpose for element in below.split("/") for purpose, _ in purpose_words(element)}
            for purpose in sorted(purposes & _OWN_PURPOSES) if below else ("root",):
                yield Hint(f"imports:own-{purpose}", f"it imports the module's {below or 'root'!r}", place(file, line))
    if not has_own_import:
        yield Hint("imports:nothing-own", "it does not import any package of the module", package.files[0])


def _arguments(package: MainPackage) -> Iterator[Hint]:
    flags = any(call.startswith("flag.") for source in package.sources.values() for call in source.calls)
    arguments = any(b"os.Args" in package.tree.read(file) for file in package.sources)
    if not flags and not arguments and not _first_import(package, _IMPORTS["command-framework"]):
        yield Hint("code:no-arguments", "it does not read arguments or flags", package.files[0])


def _strings(package: MainPackage) -> Iterator[Hint]:
    yield from _first_string(package, "code:usage", "it prints its usage", _USAGE)
    yield from _first_string(package, "code:local-address", "it contains a local address", _LOCAL)
    if any(source.calls & _WRITES for source in package.sources.values()):
        yield from _first_string(package, "code:writes-sources", "it names files that are generated", _SOURCE_FILE)


def _first_string(package: MainPackage, kind: str, reason: str, pattern: re.Pattern[str]) -> Iterator[Hint]:
    for file, source in package.sources.items():
        for literal in source.literals:
            if pattern.search(literal.text[:_LONGEST_STRING]):
                yield Hint(kind, f"{reason}: {literal.text[:40]!r}", place(file, literal.line))
                return


def _comments(package: MainPackage) -> Iterator[Hint]:
    text = b"\n".join(package.tree.read(file) for file in package.sources)
    if _EXPECTATIONS.search(text):
        yield Hint("code:expectations", "its comments contain what a test expects", package.files[0])
    if _EXPORT.search(text) and _first_import(package, _C):
        yield Hint("code:exports", "it exports functions to C: a library for others", package.files[0])
    if _GENERATED.search(text):
        yield Hint("code:generated", "one of its files is generated", package.files[0])


def _main(package: MainPackage) -> Iterator[Hint]:
    mains = [source.main for source in package.sources.values() if source.main is not None]
    if not mains:
        yield Hint("code:no-main", "it has no func main", package.files[0])
    elif max(mains) == 0:
        yield Hint("code:empty-main", "its func main does nothing", package.files[0])
    if len(mains) > 1:
        yield Hint("code:several-mains", f"{len(mains)} of its files have a func main", package.files[0])


def _size(package: MainPackage) -> Iterator[Hint]:
    lines = sum(package.tree.read(file).count(b"\n") for file in package.sources)
    if lines < _TINY:
        yield Hint("code:tiny", f"it has {count(lines, 'line')}", package.files[0])
    elif lines > _LARGE:
        yield Hint("code:large", f"it has {count(lines, 'line')}", package.files[0])
    tests = [*package.test_files, *(file for file in package.others if file.endswith("_test.go"))]
    if tests:
        yield Hint("tests:beside", "its folder has tests", tests[0])
