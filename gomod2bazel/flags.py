"""Read command lines as the go command's users write them: one dash or two, ``-f value`` or ``-f=value``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gomod2bazel.buildmode import MODES, read_mode
from gomod2bazel.errors import UsageError
from gomod2bazel.options import BuildOptions
from gomod2bazel.sets.names import parse_sets
from gomod2bazel.sets.overrides import parse_as

__all__ = ["FLAGS", "Flag", "flags_of", "parse", "parse_only", "split", "split_pattern"]


# Begins what is said against a value; the flag's name and the value then come before it, in the go command's words.
_INVALID = "invalid value: "

# How an argument that is a flag begins, and its value after an equals sign (Go's package flag, parseOne).
_FLAG = re.compile(r"--?([^-=][^=]*)(?:=(.*))?", re.DOTALL)

# What Go's strconv.ParseBool takes.
_TRUE = ("1", "t", "T", "true", "TRUE", "True")
_FALSE = ("0", "f", "F", "false", "FALSE", "False")

# What parts words: these four alone, so that a no-break space stays part of its word.
_BLANKS = " \t\n\r"
_WORD = re.compile(r"""'([^']*)'|"([^"]*)"|([^ \t\n\r'"][^ \t\n\r]*)""")


def split(text: str) -> tuple[str, ...]:
    """Split a list of flags as the go command does: blanks part, one pair of quotes keeps, nothing escapes.

    Raises:
        UsageError: a quote is not closed.
    """
    words: list[str] = []
    rest = text.lstrip(_BLANKS)
    while rest:
        match = _WORD.match(rest)
        if match is None:
            raise UsageError(f"unterminated {rest[0]} string")
        words.append(match[1] or match[2] or match[3] or "")
        rest = rest[match.end() :].lstrip(_BLANKS)
    return tuple(words)


def split_pattern(text: str) -> tuple[str, tuple[str, ...]]:
    """Read ``[pattern=]arg list``, a value of -gcflags and its like (cmd/go/internal/load, PerPackageFlag).

    Returns:
        The pattern, empty where there is none, and the arguments.

    Raises:
        UsageError: the pattern or what follows it is missing, or a quote stands first or is not closed.
    """
    pattern, arguments = "", text.strip()
    if arguments and arguments[0] != "-":
        pattern, equals, arguments = arguments.partition("=")
        if not equals:
            raise UsageError("missing =<value> in <pattern>=<value>")
        if not pattern:
            raise UsageError("missing <pattern> in <pattern>=<value>")
        if pattern[0] in "'\"":
            raise UsageError(f"parameter may not start with quote character {pattern[0]}")
    return pattern.strip(), split(arguments)


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: which option it sets, how its value is read, and one line of help.

    Attributes:
        option: the field of BuildOptions; empty for a flag that changes nothing.
        read: turns the option's value before and the flag's text into the value after; None for a switch.
        help: for ``gomod2bazel help``.
        also: switches that it turns on; a later word for one of these still counts.
    """

    option: str
    read: Callable[[Any, str], Any] | None
    help: str
    also: tuple[str, ...] = ()


def _last(_: object, text: str) -> str:
    return text


def _more(before: tuple[str, ...], text: str) -> tuple[str, ...]:
    return (*before, text)


def _per_package(before: tuple[str, ...], text: str) -> tuple[str, ...]:
    try:
        split_pattern(text)
    except UsageError as error:
        raise UsageError(f"{_INVALID}{error.what}") from error
    return (*before, text)


def _binary(before: Mapping[str, str], text: str) -> dict[str, str]:
    path, _, name = text.partition("=")
    if not path:
        raise UsageError(
            f"-binary {text!r} names no import path", hint="write -binary IMPORTPATH or -binary IMPORTPATH=NAME"
        )
    return {**before, path: name}


def _assigned(before: tuple[tuple[str, str], ...], text: str) -> tuple[tuple[str, str], ...]:
    return (*before, parse_as(text))


def _tags(_: object, text: str) -> tuple[str, ...]:
    # Blanks between tags are the older form; the go command still takes it (cmd/go/internal/work, tagsFlag).
    if " " not in text and "'" not in text:
        return tuple(word for word in text.split(",") if word)
    if "," in text:
        raise UsageError("-tags space-separated list contains comma")
    return split(text)


def _platforms(_: object, text: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for word in text.split(","):
        match = re.fullmatch(r"([a-z0-9]+)/([a-z0-9]+)", word.strip())
        if not match:
            raise UsageError(
                f"-platform: {word!r} is not GOOS/GOARCH", hint="go tool dist list prints those this Go knows"
            )
        pairs.append((match[1], match[2]))
    return tuple(dict.fromkeys(pairs))


def _choice(*allowed: str) -> Callable[[object, str], str]:
    def read(_: object, text: str) -> str:
        if text not in allowed:
            raise UsageError(f"{text!r} is not one of {', '.join(allowed)}")
        return text

    return read


def _cover_mode(_: object, text: str) -> str:
    if text not in ("", "set", "count", "atomic"):
        raise UsageError(f'{_INVALID}valid modes are "set", "count", or "atomic"')
    return text


def _patterns(_: object, text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


# An integer as Go writes it: strconv.ParseInt with base 0.
_INTEGER = re.compile(r"[+-]?(0[xX](_?[0-9a-fA-F])+|0[bB](_?[01])+|0[oO]?(_?[0-7])+|0|[1-9](_?[0-9])*)")


def _number(_: object, text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise UsageError(f"{_INVALID}parse error")
    number = int(re.sub(r"^([+-]?)0_?(?=[0-7])", r"\g<1>0o", text), 0)
    if not -(1 << 63) <= number < 1 << 63:
        raise UsageError(f"{_INVALID}value out of range")
    if number < 1:
        raise UsageError(f"-p must be a positive integer: {number}")
    return number


def _compiler(_: object, text: str) -> str:
    if text not in ("gc", "gccgo"):
        raise UsageError(f"{_INVALID}unknown compiler {_quoted(text)}")
    return text


def _mod(_: object, text: str) -> str:
    if text not in ("", "readonly", "vendor", "mod"):
        raise UsageError(f"-mod={text} not supported (can be '', 'mod', 'readonly', or 'vendor')")
    return text


def _buildvcs(_: object, text: str) -> str:
    if text in ("", "auto"):
        return "auto"
    if text in _TRUE or text in _FALSE:
        return "true" if text in _TRUE else "false"
    raise UsageError(f"invalid boolean value {_quoted(text)} for -buildvcs: value is neither 'auto' nor a valid bool")


def _profile(_: object, text: str) -> str:
    if not text:
        raise UsageError(f"{_INVALID}no file is named", hint="-pgo auto, off or a CPU profile")
    return text


def _command(_: object, text: str) -> str:
    try:
        split(text)
    except UsageError as error:
        raise UsageError(f"{_INVALID}{error.what}") from error
    return text


def _quoted(text: str) -> str:
    """Write a value as the go command's messages do."""
    return json.dumps(text, ensure_ascii=False)


def _seconds(_: object, text: str) -> float:
    if not re.fullmatch(r"\d{1,5}(\.\d{1,3})?s?", text) or not float(text.removesuffix("s")):
        raise UsageError(f"{text!r} is no number of seconds", hint="write -deadline 60")
    return float(text.removesuffix("s"))


def _hosts(before: tuple[str, ...], text: str) -> tuple[str, ...]:
    for host in text.split(","):
        if not re.fullmatch(r"[A-Za-z0-9._-]+(:\d{1,5})?", host):
            raise UsageError(f"{host!r} is no host", hint="write -allow-host HOST or -allow-host HOST:PORT")
    return (*before, *text.split(","))


FLAGS: dict[str, Flag] = {
    "destination": Flag("destination", _last, "DIR: where the binaries go"),
    "prefix": Flag("prefix", _last, "DIR: staging folder; files are written to join(DIR, destination)"),
    "result-file": Flag("result_file", _last, "FILE: list the created files in FILE"),
    "result-format": Flag(
        "result_format", _choice("lines", "json", "rpm", "proto"), "FORMAT: lines, json, rpm or proto"
    ),
    "set": Flag(
        "sets", lambda _, text: parse_sets(text), "LIST: sets, such as target,example or all,-example; default target"
    ),
    "binary": Flag("binaries", _binary, "IMPORTPATH[=NAME]: add or rename one binary; repeatable"),
    "as": Flag("assigned", _assigned, "PATTERN=SET: say which set binaries belong to; repeatable"),
    "overrides": Flag("overrides", _more, "FILE: rules that say which set binaries belong to; repeatable"),
    "goproxy": Flag("goproxy", _last, "LIST: sources, as GOPROXY has them; default go env GOPROXY"),
    "sumfile": Flag("sumfile", _last, "FILE: a go.sum that vouches for the module itself"),
    "baseline": Flag("baseline", _last, "FILE: take the one version of each module that FILE names"),
    "baseline-mode": Flag(
        "baseline_mode", _choice("strict", "force", "extend"), "strict, force (lower requirements) or extend"
    ),
    "osv": Flag("osv", _last, "DIR: vulnerability records (baseline audit)"),
    "built": Flag("built", _last, "DIR: built binaries whose symbols to look for (baseline audit)"),
    "o": Flag("output_file", _last, "FILE or DIR/: where what is built goes, relative to -destination"),
    "offline": Flag("offline", None, "use no source but folders"),
    "deadline": Flag("deadline", _seconds, "SECONDS: how long a source may stay silent; default 30"),
    "allow-host": Flag("allowed_hosts", _hosts, "HOST[,...]: hosts that a source may send on to; repeatable"),
    "platform": Flag("platforms", _platforms, "GOOS/GOARCH[,...]: what to build for"),
    "keep-going": Flag("keep_going", None, "install what builds, report the rest, exit 1"),
    "strict": Flag("strict", None, "examples that do not build are an error too"),
    "main-module": Flag("main_module", None, "honour replace and exclude directives of path@version"),
    "all": Flag("every", None, "also what is never built: fixtures and packages with only test files (list)"),
    "explain": Flag("explain", _last, "BINARY: tell all that decides its set (list)"),
    "json": Flag(
        "json", None, "print JSON (list, query, verify), or what compilers say as events (build: go help buildjson)"
    ),
    "output": Flag("output", _choice("text", "json", "graph"), "FORMAT: text, json or graph (query)"),
    "C": Flag("chdir", _last, "DIR: change to DIR first"),
    "a": Flag("rebuild", None, "rebuild all packages"),
    "asan": Flag("asan", None, "build for the address sanitizer"),
    "asmflags": Flag("asmflags", _per_package, "[PATTERN=]ARGS: for each assembler invocation"),
    "buildmode": Flag("buildmode", read_mode, f"MODE: {', '.join(MODES)}"),
    "buildvcs": Flag("buildvcs", _buildvcs, "true or auto: stamp version control information; default false"),
    "compiler": Flag("compiler", _compiler, "gc or gccgo"),
    "cover": Flag("cover", None, "build with code coverage instrumentation"),
    "covermode": Flag("covermode", _cover_mode, "MODE: set, count or atomic; sets -cover", ("cover",)),
    "coverpkg": Flag("coverpkg", _patterns, "PATTERN,LIST: packages to instrument; sets -cover", ("cover",)),
    "debug-actiongraph": Flag("debug_actiongraph", _last, "FILE: write the graph of all actions to FILE"),
    "debug-trace": Flag("debug_trace", _last, "FILE: write a trace to FILE, for a viewer of Chrome's traces"),
    "gccgoflags": Flag("gccgoflags", _per_package, "[PATTERN=]ARGS: for each gccgo invocation, compiling or linking"),
    "gcflags": Flag("gcflags", _per_package, "[PATTERN=]ARGS: for each compiler invocation"),
    "installsuffix": Flag("installsuffix", _last, "SUFFIX: for the linker, as the go command passes it on"),
    "linkshared": Flag("linkshared", None, "refused, as by a Go without a shared standard library"),
    "ldflags": Flag("ldflags", _per_package, "[PATTERN=]ARGS: for each linker invocation"),
    "mod": Flag("mod", _mod, "MODE: readonly, vendor or mod"),
    "modcacherw": Flag("modcacherw", None, "leave unpacked modules writable"),
    "modfile": Flag("modfile", _last, "FILE: instead of go.mod"),
    "msan": Flag("msan", None, "build for the memory sanitizer"),
    "n": Flag("dry", None, "print the commands, run none"),
    "overlay": Flag("overlay", _last, "FILE: JSON that names files to read in place of others"),
    "package": Flag("packages", _more, "IMPORTPATH: to be shipped as an archive; repeatable (binary-package create)"),
    "p": Flag("jobs", _number, "N: actions at the same time"),
    "pgo": Flag("pgo", _profile, "auto, off, or FILE: a CPU profile for all binaries"),
    "pkgdir": Flag("pkgdir", _last, "DIR: has archives of binary-only packages, before those in their modules"),
    "race": Flag("race", None, "build for the race detector"),
    "tags": Flag("tags", _tags, "TAG,LIST: build tags"),
    "toolexec": Flag("toolexec", _command, "'PROGRAM ARGS': runs each tool of the Go toolchain"),
    "trimpath": Flag("", None, "always on"),
    "version": Flag("version", _last, "VERSION: of the module tree (pack)"),
    "v": Flag("verbose", None, "print packages as they are compiled"),
    "work": Flag("work", None, "keep the folder of intermediate files, and print its name"),
    "x": Flag("commands", None, "print the commands"),
}


def parse(argv: Sequence[str], start: BuildOptions | None = None) -> tuple[BuildOptions, tuple[str, ...]]:
    """Read flags and arguments, in any order.

    Args:
        argv: the command line after the command's name.
        start: options to begin with (those of GOFLAGS).

    Returns:
        The options, and the arguments that are no flags.

    Raises:
        UsageError: a flag is unknown, lacks its value, or has one it cannot have.
    """
    values: dict[str, Any] = {}
    base = start or BuildOptions()
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
    return BuildOptions(**{**{name: getattr(base, name) for name in BuildOptions.__slots__}, **values}), tuple(
        arguments
    )


def flags_of(argv: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Yield name and value of each flag on a command line that `parse` found right; a switch may have no value."""
    words = list(argv)
    while words:
        word = words.pop(0)
        if word == "--":
            return
        match = _FLAG.fullmatch(word)
        if not match:
            continue
        name, text = match[1], match[2]
        flag = FLAGS.get(name)
        if text is None and flag and flag.read is not None and name != "buildvcs" and words:
            text = words.pop(0)
        yield name, text


def parse_only(argv: Sequence[str], names: Collection[str], command: str) -> tuple[BuildOptions, tuple[str, ...]]:
    """Read the command line of a command that builds nothing, and so takes few of the flags.

    Args:
        argv: the command line after the command's name.
        names: of its flags.
        command: the command's name.

    Returns:
        The options, and the arguments that are no flags.

    Raises:
        UsageError: as `parse`, or a flag is none of the command.
    """
    options, words = parse(argv)
    plain, own = BuildOptions(), {FLAGS[name].option for name in names}
    changed = {name for name in BuildOptions.__slots__ if getattr(options, name) != getattr(plain, name)} - own
    strange = sorted(name for name, flag in FLAGS.items() if flag.option in changed)
    if strange:
        said = ", ".join(f"-{name}" for name in strange)
        raise UsageError(f"{said}: no flag of {command}", hint=f"it takes {', '.join(f'-{name}' for name in names)}")
    return options, words


def _apply(name: str, text: str | None, words: list[str], values: dict[str, Any], base: BuildOptions) -> None:
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
        before = values.get(flag.option, getattr(base, flag.option, None))
        try:
            value = flag.read(before, text)
        except UsageError as error:
            what = error.what if error.what.startswith(("-", "invalid boolean")) else f"-{name}: {error.what}"
            if error.what.startswith(_INVALID):
                what = f"invalid value {_quoted(text)} for flag -{name}: {error.what.removeprefix(_INVALID)}"
            raise UsageError(what, hint=error.hint) from error
    if flag.option:
        values[flag.option] = value
    values |= dict.fromkeys(flag.also, True)


def _switch(name: str, text: str | None) -> bool:
    on = text is None or text in _TRUE
    if text is not None and not on and text not in _FALSE:
        said = f"invalid boolean value {_quoted(text)} for -{name}: parse error"
        raise UsageError(said, hint=f"write -{name} or -{name}=false")
    if name == "trimpath" and not on:
        raise UsageError("-trimpath=false is not possible: a hermetic build has no folder whose name could be kept")
    return on


def _unknown(name: str) -> UsageError:
    return UsageError(f"flag provided but not defined: -{name}", hint="gomod2bazel help lists the flags")
