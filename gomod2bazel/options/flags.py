"""Read command lines as the go command's users write them: one dash or two, ``-f value`` or ``-f=value``."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gomod2bazel.base.errors import UsageError
from gomod2bazel.options import flag_values as read
from gomod2bazel.options.buildmode import MODES, read_mode
from gomod2bazel.options.flag_errors import FlagError, FlagValueError
from gomod2bazel.options.options import Options, values_of, with_values
from gomod2bazel.options.quoting import quoted
from gomod2bazel.options.set_names import parse_sets

__all__ = ["FLAGS", "Flag", "Piece", "flags_of", "parse", "parse_only", "pieces"]


# How an argument that is a flag begins, and its value after an equals sign (Go's package flag, parseOne).
_FLAG = re.compile(r"--?([^-=][^=]*)(?:=(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: which option it sets, how its value is read, and one line of help.

    Attributes:
        option: the field of a group of options; empty for a flag that changes nothing.
        read: turns the option's value before and the flag's text into the value after; None for a switch.
        help: for ``gomod2bazel help``.
        also: switches that it turns on; a later word for one of these still counts.
        to_go: whether it decides what ``go build`` writes, too: `verify` hands it on.
    """

    option: str
    read: Callable[[Any, str], Any] | None
    help: str
    also: tuple[str, ...] = ()
    to_go: bool = False


FLAGS: dict[str, Flag] = {
    "destination": Flag("destination", read.last, "DIR: where the binaries go"),
    "prefix": Flag("prefix", read.last, "DIR: staging folder; files are written to join(DIR, destination)"),
    "result-file": Flag("result_file", read.last, "FILE: list the created files in FILE"),
    "result-format": Flag(
        "result_format", read.choice("lines", "json", "rpm", "proto"), "FORMAT: lines, json, rpm or proto"
    ),
    "set": Flag(
        "sets", lambda _, text: parse_sets(text), "LIST: sets, such as target,example or all,-example; default target"
    ),
    "binary": Flag("binaries", read.binary, "IMPORTPATH[=NAME]: add or rename one binary; repeatable"),
    "as": Flag("assigned", read.assigned, "PATTERN=SET: assign binaries to a set; repeatable"),
    "overrides": Flag("overrides", read.more, "FILE: rules that assign binaries to sets; repeatable"),
    "goproxy": Flag("goproxy", read.last, "LIST: sources, in the form of GOPROXY; default go env GOPROXY"),
    "sumfile": Flag("sumfile", read.last, "FILE: a go.sum with the checksum of the module"),
    "baseline": Flag("baseline", read.last, "FILE: use the module versions that FILE lists"),
    "baseline-mode": Flag(
        "baseline_mode", read.choice("strict", "force", "extend"), "strict, force (lower requirements) or extend"
    ),
    "waves": Flag("waves", None, "also the waves in which modules are released (baseline update and impact)"),
    "osv": Flag("osv", read.last, "DIR: vulnerability records (baseline audit)"),
    "built": Flag("built", read.last, "DIR: built binaries to check for vulnerable functions (baseline audit)"),
    "o": Flag("output_file", read.last, "FILE or DIR/: where to write the output, relative to -destination"),
    "offline": Flag("offline", None, "use no network: only file:// and loopback sources"),
    "deadline": Flag("deadline", read.seconds, "SECONDS: how long to wait for a source to answer; default 30"),
    "disk-cache": Flag(
        "disk_cache", read.last, "DIR: the folder of Bazel's disk cache (build, prebuild, verify, gocacheprog, clean)"
    ),
    "export": Flag("export_folder", read.last, "DIR: copy the results to DIR, for other machines (prebuild)"),
    "import": Flag(
        "import_folders",
        read.more,
        "DIR: use the results that prebuild -export wrote; repeatable (build, prebuild, verify)",
    ),
    "remote-cache": Flag(
        "remote_cache",
        read.server("grpc", "grpcs", "http", "https", "unix"),
        "URL: use this remote cache: grpc(s), http(s) or unix; http(s) for gocacheprog",
    ),
    "remote-executor": Flag(
        "remote_executor",
        read.server("grpc", "grpcs", "unix"),
        "URL: let this server compile and link: grpc(s) or unix (build, prebuild, verify)",
    ),
    "remote-header": Flag(
        "remote_headers", read.header, "NAME=VALUE: send this header to the remote servers; repeatable"
    ),
    "credential-helper": Flag(
        "credential_helpers",
        read.more,
        "[HOSTS=]PROGRAM: asks this program for the headers of remote servers; repeatable (build, prebuild, verify)",
    ),
    "tls-certificate": Flag(
        "tls_certificate", read.last, "FILE: whom to trust as a remote server (build, prebuild, verify)"
    ),
    "tls-client-certificate": Flag(
        "tls_client_certificate", read.last, "FILE: shown to remote servers (build, prebuild, verify)"
    ),
    "tls-client-key": Flag(
        "tls_client_key", read.last, "FILE: the private key of -tls-client-certificate (build, prebuild, verify)"
    ),
    "older-than": Flag("older_than", read.age, "AGE: only what was not used for 12h, 30d or so (clean)"),
    "larger-than": Flag("larger_than", read.size, "SIZE: only what the disk cache has over 500M, 10G or so (clean)"),
    "remote-read-only": Flag("remote_read_only", None, "store nothing in the remote cache"),
    "allow-host": Flag("allowed_hosts", read.hosts, "HOST[,...]: hosts that a source may redirect to; repeatable"),
    "allow-untested-go": Flag(
        "untested_go", None, "use an unsupported Go release, with the rules of the nearest supported one"
    ),
    "platform": Flag(
        "platforms",
        read.platforms,
        "GOOS/GOARCH[,...]: the platforms to build for; with several, each has a folder GOOS_GOARCH below -destination",
    ),
    "sdk": Flag(
        "sdks",
        read.sdks,
        "GOOS/GOARCH[,...]: lock the Go SDK of these execution platforms, for Bazel to fetch (lock, generate)",
    ),
    "inputs": Flag(
        "inputs", read.last, "FILE: more INPUTs, one a line, each with flags that apply to it (build, prebuild)"
    ),
    "keep-going": Flag("keep_going", None, "continue after failures: install the binaries that build, exit 1"),
    "variant": Flag(
        "variants",
        read.variant,
        "race, msan, asan, pure, tags=LIST, joined by +: also lock this configuration; repeatable (lock, generate)",
    ),
    "std": Flag(
        "standard", read.standard, "PATTERN,LIST: more packages of the standard library, such as testing (lock)"
    ),
    "check": Flag("check", None, "write nothing; list stale files, and exit 1 if there are any (generate)"),
    "diff": Flag("diff", None, "write nothing; print what would change as a unified diff (generate)"),
    "init": Flag(
        "init", None, "also write MODULE.bazel and the other files of a Bazel workspace, if missing (generate)"
    ),
    "rules": Flag(
        "rules",
        read.choice("gomod2bazel", "rules_go"),
        "gomod2bazel or rules_go: which rules BUILD files load (generate)",
    ),
    "loads": Flag("loads", None, "of BUILD files, change nothing but load lines, to those of -rules (generate)"),
    "tool": Flag("tool", None, "the arguments are main packages: add or remove their tool lines (add, remove)"),
    "strict": Flag("strict", None, "examples that do not build, or main packages without func main, are an error too"),
    "on-clash": Flag(
        "on_clash",
        read.choice("error", "qualify", "skip"),
        "error, qualify or skip: how to handle binaries that share a file name; qualify makes names "
        "from their import paths",
    ),
    "main-module": Flag("main_module", None, "honour replace and exclude directives of path@version"),
    "all": Flag("every", None, "also list what is never built: fixtures and packages with only test files (list)"),
    "explain": Flag("explain", read.last, "BINARY: print all evidence for its set (list)"),
    "since": Flag("since", read.last, "GITREF: compare with the last commit in common with GITREF (affected)"),
    "json": Flag(
        "json", None, "print one JSON document (gomod2bazel schema has its schema); build: events of go help buildjson"
    ),
    "output": Flag("output", read.choice("text", "json", "graph"), "FORMAT: text, json or graph (query)"),
    # `terminal` reads these three: by then they are no longer on the command line.
    "progress": Flag(
        "",
        read.choice("auto", "plain", "bar", "none"),
        "auto, plain, bar or none: how progress is shown; auto is a bar on a terminal, and lines elsewhere",
    ),
    "q": Flag("", None, "print errors and warnings only"),
    "C": Flag("chdir", read.last, "DIR: change to DIR first"),
    "color": Flag("", read.choice("auto", "always", "never"), "WHEN: colour messages: auto, always or never"),
    "a": Flag("rebuild", None, "rebuild all packages"),
    "asan": Flag("asan", None, "build for the address sanitizer", to_go=True),
    "asmflags": Flag("asmflags", read.for_go_tools, "[PATTERN=]ARGS: for each assembler invocation", to_go=True),
    "buildmode": Flag("buildmode", read_mode, f"MODE: {', '.join(MODES)}", to_go=True),
    "buildvcs": Flag(
        "buildvcs", read.buildvcs, "true or auto: stamp version control information; default false", to_go=True
    ),
    "compiler": Flag("compiler", read.compiler, "gc or gccgo", to_go=True),
    "cover": Flag("cover", None, "build with code coverage instrumentation", to_go=True),
    "covermode": Flag(
        "covermode", read.cover_mode, "MODE: set, count or atomic; implies -cover", ("cover",), to_go=True
    ),
    "coverpkg": Flag(
        "coverpkg", read.patterns, "PATTERN,LIST: packages to instrument; implies -cover", ("cover",), to_go=True
    ),
    "debug-actiongraph": Flag("debug_actiongraph", read.last, "FILE: write the graph of all actions to FILE"),
    "debug-trace": Flag("debug_trace", read.last, "FILE: write a trace to FILE, for a viewer of Chrome's traces"),
    "gccgoflags": Flag(
        "gccgoflags", read.per_package, "[PATTERN=]ARGS: for each gccgo invocation, compiling or linking", to_go=True
    ),
    "gcflags": Flag("gcflags", read.for_go_tools, "[PATTERN=]ARGS: for each compiler invocation", to_go=True),
    "installsuffix": Flag(
        "installsuffix", read.last, "SUFFIX: passed to the linker, like the go command does", to_go=True
    ),
    "linkshared": Flag("linkshared", None, "not supported: a Go SDK has no shared standard library", to_go=True),
    "ldflags": Flag("ldflags", read.per_package, "[PATTERN=]ARGS: for each linker invocation", to_go=True),
    "mod": Flag("mod", read.mod, "MODE: readonly, vendor or mod", to_go=True),
    "modcacherw": Flag("modcacherw", None, "leave unpacked modules writable", to_go=True),
    "modfile": Flag("modfile", read.last, "FILE: read FILE instead of go.mod", to_go=True),
    "msan": Flag("msan", None, "build for the memory sanitizer", to_go=True),
    "n": Flag("dry", None, "print the commands, run none; print what would be removed (clean)"),
    "overlay": Flag("overlay", read.last, "FILE: JSON that maps files to their replacements", to_go=True),
    "package": Flag(
        "packages", read.more, "IMPORTPATH: ship this package as an archive; repeatable (binary-package create)"
    ),
    "p": Flag("jobs", read.number, "N: how many actions to run at the same time"),
    "pgo": Flag("pgo", read.profile, "auto, off, or FILE: a CPU profile for all binaries", to_go=True),
    "pkgdir": Flag(
        "pkgdir", read.last, "DIR: archives of binary-only packages, used before those in their modules", to_go=True
    ),
    "race": Flag("race", None, "build for the race detector", to_go=True),
    "t": Flag("tests", None, "also fetch what the tests of a tree need, like go get -t (fetch)"),
    "tags": Flag("tags", read.tags, "TAG,LIST: build tags", to_go=True),
    "toolexec": Flag(
        "toolexec", read.command, "'PROGRAM ARGS': run each tool of the Go toolchain with this program", to_go=True
    ),
    "trimpath": Flag("", None, "always on"),
    "version": Flag("version", read.last, "VERSION: the version of the module tree (pack)"),
    "v": Flag("verbose", None, "print packages as they are compiled"),
    "visible": Flag("visible", read.more, "DIR: another folder that C compilers and linkers may read; repeatable"),
    "work": Flag("work", None, "keep the folder of intermediate files, and print its name"),
    "x": Flag("commands", None, "print the commands"),
}


def parse(argv: Sequence[str], start: Options | None = None) -> tuple[Options, tuple[str, ...]]:
    """Read flags and arguments, in any order.

    Args:
        argv: the command line after the command's name.
        start: options to begin with (those of GOFLAGS).

    Returns:
        The options, and the arguments that are not flags.

    Raises:
        UsageError: a flag is unknown, lacks its value, or has one it cannot have.
    """
    values: dict[str, Any] = {}
    start = start or Options()
    base = values_of(start)
    arguments: list[str] = []
    words = list(argv)
    while words:
        word = words.pop(0)
        if word == "--":
            arguments += words
            break
        if not word.startswith("-") or word == "-":
            arguments.append(word)
            continue
        match = _FLAG.fullmatch(word)
        if not match:
            raise UsageError(f"bad flag syntax: {word}", hint="flags are -name, -name=value and --name; -- ends them")
        _apply(match[1], match[2], words, values, base)
    return with_values(start, values), tuple(arguments)


@dataclass(frozen=True, slots=True)
class Piece:
    """An argument that is not a flag, a flag with its value, or ``--`` and all that follows.

    Attributes:
        words: The words of the command line.
        name: The flag's name, or empty.
        text: The flag's value, or None.
    """

    words: tuple[str, ...]
    name: str = ""
    text: str | None = None


def pieces(argv: Sequence[str]) -> Iterator[Piece]:
    """Yield the parts of a command line, which need not be right: a flag that is not known is taken for a switch."""
    words = list(argv)
    while words:
        word = words.pop(0)
        if word == "--":
            yield Piece((word, *words))
            return
        match = _FLAG.fullmatch(word)
        if not match:
            yield Piece((word,))
            continue
        name, text = match[1], match[2]
        flag = FLAGS.get(name)
        if text is None and flag and flag.read is not None and name != "buildvcs" and words:
            text = words.pop(0)
            yield Piece((word, text), name, text)
        else:
            yield Piece((word,), name, text)


def flags_of(argv: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Yield name and value of each flag on a command line that `parse` found right; a switch may have no value."""
    return ((piece.name, piece.text) for piece in pieces(argv) if piece.name)


def parse_only(argv: Sequence[str], names: Collection[str], command: str) -> tuple[Options, tuple[str, ...]]:
    """Read the command line of a command that builds nothing, and so takes few of the flags.

    Args:
        argv: the command line after the command's name.
        names: of its flags.
        command: the command's name.

    Returns:
        The options, and the arguments that are not flags.

    Raises:
        UsageError: as `parse`, or a flag does not belong to the command.
    """
    options, words = parse(argv)
    plain, accepted = values_of(Options()), {FLAGS[name].option for name in names}
    changed = {name for name, value in values_of(options).items() if value != plain[name]} - accepted
    strange = sorted(name for name, flag in FLAGS.items() if flag.option in changed)
    if strange:
        refused = ", ".join(f"-{name}" for name in strange)
        raise UsageError(
            f"{refused} {'are not flags' if ',' in refused else 'is not a flag'} of {command}",
            hint=f"use {', '.join(f'-{name}' for name in names)}",
        )
    return options, words


def _apply(name: str, text: str | None, words: list[str], values: dict[str, Any], base: Mapping[str, Any]) -> None:
    flag = FLAGS.get(name)
    if flag is None:
        raise _unknown(name)
    if flag.read is None:
        value: object = _switch(name, text)
    else:
        if text is None and name == "buildvcs":
            # A switch to the go command, whose values are not only true and false.
            text = "true"
        if text is None:
            if not words:
                raise UsageError(f"flag needs an argument: -{name}", hint="gomod2bazel help lists the flags")
            text = words.pop(0)
        before = values.get(flag.option, base.get(flag.option))
        try:
            value = flag.read(before, text)
        except FlagError:
            raise
        except FlagValueError as error:
            what = f"invalid value {quoted(text)} for flag -{name}: {error.what}"
            raise UsageError(what, hint=error.hint) from error
        except UsageError as error:
            raise UsageError(f"-{name}: {error.what}", hint=error.hint) from error
    if flag.option:
        values[flag.option] = value
    values |= dict.fromkeys(flag.also, True)


def _switch(name: str, text: str | None) -> bool:
    on = text is None or text in read.TRUE
    if text is not None and not on and text not in read.FALSE:
        message = f"invalid boolean value {quoted(text)} for -{name}: parse error"
        raise UsageError(message, hint=f"write -{name} or -{name}=false")
    if name == "trimpath" and not on:
        raise UsageError("-trimpath=false is not supported: a hermetic build has no source folder to record")
    return on


def _unknown(name: str) -> UsageError:
    return UsageError(f"flag provided but not defined: -{name}", hint="gomod2bazel help lists the flags")
