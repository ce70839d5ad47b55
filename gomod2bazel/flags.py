"""Read command lines as the go command's users write them: one dash or two, ``-f value`` or ``-f=value``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gomod2bazel.errors import UsageError
from gomod2bazel.options import BuildOptions
from gomod2bazel.sets.names import parse_sets
from gomod2bazel.sets.overrides import parse_as

__all__ = ["FLAGS", "LATER", "Flag", "parse", "split"]


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
            raise UsageError(f"unterminated {rest[0]} in {text!r}")
        words.append(match[1] or match[2] or match[3] or "")
        rest = rest[match.end() :].lstrip(_BLANKS)
    return tuple(words)


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: which option it sets, how its value is read, and one line of help.

    Attributes:
        option: the field of BuildOptions; empty for a flag that changes nothing.
        read: turns the option's value before and the flag's text into the value after; None for a switch.
        help: for ``gomod2bazel help``.
    """

    option: str
    read: Callable[[Any, str], Any] | None
    help: str


def _last(_: object, text: str) -> str:
    return text


def _more(before: tuple[str, ...], text: str) -> tuple[str, ...]:
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
    # Blanks between tags are the older form; the go command still takes it.
    return tuple(word for word in re.split(r"[,\s]+", text) if word)


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


def _number(_: object, text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"{text!r} is not a number of jobs")
    return int(text)


def _only(wanted: str, why: str) -> Callable[[object, str], None]:
    def read(_: object, text: str) -> None:
        if text not in ("", wanted):
            raise UsageError(f"{text!r} is not possible: {why}")

    return read


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
    "offline": Flag("offline", None, "use no source but folders"),
    "platform": Flag("platforms", _platforms, "GOOS/GOARCH[,...]: what to build for"),
    "keep-going": Flag("keep_going", None, "install what builds, report the rest, exit 1"),
    "strict": Flag("strict", None, "examples that do not build are an error too"),
    "main-module": Flag("main_module", None, "honour replace and exclude directives of path@version"),
    "all": Flag("every", None, "also what is never built: fixtures and packages with only test files (list)"),
    "explain": Flag("explain", _last, "BINARY: tell all that decides its set (list)"),
    "json": Flag("json", None, "print JSON (list, query)"),
    "output": Flag("output", _choice("text", "json", "graph"), "FORMAT: text, json or graph (query)"),
    "C": Flag("chdir", _last, "DIR: change to DIR first"),
    "a": Flag("rebuild", None, "rebuild all packages"),
    "asmflags": Flag("asmflags", _more, "[PATTERN=]ARGS: for each assembler invocation"),
    "buildmode": Flag("buildmode", _choice("default", "exe", "pie"), "MODE: default, exe or pie"),
    "buildvcs": Flag("", _choice("false", "auto"), "false or auto: no version control information is stamped"),
    "compiler": Flag("", _only("gc", "only the gc compiler is supported"), "gc"),
    "gcflags": Flag("gcflags", _more, "[PATTERN=]ARGS: for each compiler invocation"),
    "ldflags": Flag("ldflags", _more, "[PATTERN=]ARGS: for each linker invocation"),
    "mod": Flag("mod", _choice("readonly", "vendor", "mod"), "MODE: readonly, vendor or mod"),
    "modcacherw": Flag("modcacherw", None, "leave unpacked modules writable"),
    "modfile": Flag("modfile", _last, "FILE: instead of go.mod"),
    "p": Flag("jobs", _number, "N: actions at the same time"),
    "pgo": Flag("pgo", _choice("auto", "off"), "auto or off"),
    "tags": Flag("tags", _tags, "TAG,LIST: build tags"),
    "trimpath": Flag("", None, "always on"),
    "v": Flag("verbose", None, "print packages as they are compiled"),
    "x": Flag("commands", None, "print the commands"),
}

# Flags of `go build` that this version refuses: better a clear word than a binary that is not what was asked for.
LATER = (
    "asan", "cover", "covermode", "coverpkg", "debug-actiongraph", "debug-trace", "gccgoflags", "installsuffix",
    "linkshared", "msan", "n", "o", "overlay", "pkgdir", "race", "toolexec", "work",
)  # fmt: skip


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
        match = re.fullmatch(r"--?([A-Za-z][\w-]*)(?:=(.*))?", word, re.DOTALL)
        if not match:
            arguments.append(word)
            continue
        _apply(match[1], match[2], words, values, base)
    return BuildOptions(**{**{name: getattr(base, name) for name in BuildOptions.__slots__}, **values}), tuple(
        arguments
    )


def _apply(name: str, text: str | None, words: list[str], values: dict[str, Any], base: BuildOptions) -> None:
    flag = FLAGS.get(name)
    if flag is None:
        raise _unknown(name)
    if flag.read is None:
        on = text is None or text in ("1", "t", "T", "true", "TRUE", "True")
        if not on and text not in ("0", "f", "F", "false", "FALSE", "False"):
            raise UsageError(f"invalid boolean value {text!r} for -{name}", hint=f"write -{name} or -{name}=false")
        if name == "trimpath" and not on:
            raise UsageError("-trimpath=false is not possible: a hermetic build has no folder whose name could be kept")
        value: object = on
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
            what = error.what if error.what.startswith("-") else f"-{name}: {error.what}"
            raise UsageError(what, hint=error.hint) from error
    if flag.option:
        values[flag.option] = value


def _unknown(name: str) -> UsageError:
    if name in LATER:
        return UsageError(f"-{name} is not supported yet", hint="docs/flags.md lists what is")
    return UsageError(f"flag provided but not defined: -{name}", hint="gomod2bazel help lists the flags")
