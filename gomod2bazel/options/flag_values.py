"""How the values of flags are read: each function takes the option's value before and the flag's text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from gomod2bazel.base.errors import FlagError, FlagValueError, UsageError
from gomod2bazel.base.near_names import did_you_mean
from gomod2bazel.options.assignments import parse_as
from gomod2bazel.options.quoting import quoted, split, split_pattern
from gomod2bazel.options.variant import Variant

__all__ = [
    "FALSE",
    "PLATFORMS",
    "TRUE",
    "age",
    "assigned",
    "binary",
    "buildvcs",
    "choice",
    "command",
    "compiler",
    "cover_mode",
    "for_go_tools",
    "header",
    "hosts",
    "last",
    "mod",
    "more",
    "number",
    "patterns",
    "per_package",
    "platform_hint",
    "platforms",
    "profile",
    "sdks",
    "seconds",
    "server",
    "size",
    "standard",
    "tags",
    "variant",
]

PLATFORMS = (
    "linux/amd64", "linux/arm64", "linux/386", "linux/arm", "linux/loong64", "linux/ppc64le", "linux/riscv64",
    "linux/s390x", "darwin/amd64", "darwin/arm64", "freebsd/amd64", "freebsd/arm64", "windows/amd64", "windows/arm64",
    "js/wasm", "wasip1/wasm",
)  # fmt: skip
"""The most common of what `go tool dist list` prints: for completion, and for what a misspelt one may mean."""

# What Go's strconv.ParseBool takes.
TRUE = ("1", "t", "T", "true", "TRUE", "True")
FALSE = ("0", "f", "F", "false", "FALSE", "False")


def last(_: object, text: str) -> str:
    """Take the last value as it is."""
    return text


def more(before: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Add a value to those before."""
    return (*before, text)


def per_package(before: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Add one ``[pattern=]arg list``."""
    try:
        split_pattern(text)
    except UsageError as error:
        raise FlagValueError(error.what, hint=error.hint) from error
    return (*before, text)


def for_go_tools(before: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Add one ``[pattern=]arg list`` for the compiler or the assembler."""
    values = per_package(before, text)
    _, arguments = split_pattern(text)
    if any(re.fullmatch(r"--?trimpath(=.*)?", word, re.DOTALL) for word in arguments):
        raise FlagError(
            "-trimpath for the compiler or assembler alone is not supported: file names would "
            "contain the folders of the sandbox",
            hint="omit it: -trimpath is always on, for all packages",
        )
    return values


def binary(before: Mapping[str, str], text: str) -> dict[str, str]:
    """Add IMPORTPATH[=NAME] to the names of binaries."""
    path, _, name = text.partition("=")
    if not path:
        raise FlagError(
            f"-binary {text!r}: no import path given", hint="write -binary IMPORTPATH or -binary IMPORTPATH=NAME"
        )
    return {**before, path: name}


def assigned(before: tuple[tuple[str, str], ...], text: str) -> tuple[tuple[str, str], ...]:
    """Add PATTERN=SET."""
    return (*before, parse_as(text))


def tags(_: object, text: str) -> tuple[str, ...]:
    """Read a list of build tags."""
    # Blanks between tags are the older form; the go command still takes it (cmd/go/internal/work, tagsFlag).
    if " " not in text and "'" not in text:
        return tuple(word for word in text.split(",") if word)
    if "," in text:
        raise FlagError("-tags space-separated list contains comma", hint="separate build tags by commas: -tags a,b")
    return split(text)


def platforms(_: object, text: str) -> tuple[tuple[str, str], ...]:
    """Read GOOS/GOARCH[,...]."""
    return _platforms("-platform", text)


def sdks(_: object, text: str) -> tuple[tuple[str, str], ...]:
    """Read GOOS/GOARCH[,...], or nothing for no SDK."""
    return _platforms("-sdk", text) if text else ()


def _platforms(flag: str, text: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for word in text.split(","):
        match = re.fullmatch(r"([a-z0-9]+)/([a-z0-9]+)", word.strip())
        if not match:
            raise FlagError(f"{flag}: {word!r} is not GOOS/GOARCH", hint="go tool dist list prints the supported pairs")
        pairs.append((match[1], match[2]))
    return tuple(dict.fromkeys(pairs))


def platform_hint(platform: str) -> str:
    """Return the hint for a platform that Go does not support.

    Args:
        platform: GOOS/GOARCH.
    """
    return f"{did_you_mean(platform, PLATFORMS)} go tool dist list prints the supported pairs".strip()


def choice(*allowed: str) -> Callable[[object, str], str]:
    """Return what takes one of ``allowed``."""

    def read(_: object, text: str) -> str:
        if text not in allowed:
            raise UsageError(f"{text!r} is not one of {', '.join(allowed)}", hint=did_you_mean(text, allowed))
        return text

    return read


def cover_mode(_: object, text: str) -> str:
    """Read -covermode."""
    if text not in ("", "set", "count", "atomic"):
        hint = did_you_mean(text, ("set", "count", "atomic"))
        raise FlagValueError('valid modes are "set", "count", or "atomic"', hint=hint)
    return text


# An import path of the standard library, whose first element holds no dot, or a pattern of some.
_STANDARD = re.compile(r"[a-z][a-z0-9_]*(/([a-z0-9_][a-z0-9_.]*|\.\.\.))*")


def standard(before: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Add patterns of packages of the standard library."""
    wrong = [word for word in text.split(",") if not _STANDARD.fullmatch(word)]
    if wrong:
        message = f"{wrong[0]!r} is not a pattern of the standard library"
        raise UsageError(message, hint="write -std testing, -std net/... or -std std")
    return (*before, *text.split(","))


_VARIANT_HINT = "write -variant race, -variant pure, -variant tags=a,b or -variant race+tags=a,b"


def variant(before: tuple[Variant, ...], text: str) -> tuple[Variant, ...]:
    """Add words of race, msan, asan, pure and tags=LIST, joined by plus signs."""
    words = text.split("+")
    instruments = [word for word in words if word in ("race", "msan", "asan")]
    lists = [word.removeprefix("tags=") for word in words if re.fullmatch(r"tags=[\w.]+(,[\w.]+)*", word)]
    if len(instruments) + len(lists) + words.count("pure") < len(words):
        raise UsageError(f"{text!r} is not a variant", hint=_VARIANT_HINT)
    if max(len(lists), words.count("pure")) > 1:
        raise UsageError(f"{text!r}: pure and tags= may be given once", hint=_VARIANT_HINT)
    if len(instruments) > 1:
        raise UsageError(f"{text!r}: only one of race, msan and asan may be given", hint=_VARIANT_HINT)
    listed = tuple(dict.fromkeys(lists[0].split(","))) if lists else ()
    made = Variant(instrument="".join(instruments), pure="pure" in words, tags=listed)
    return before if made in before else (*before, made)


def patterns(_: object, text: str) -> tuple[str, ...]:
    """Read a list of package patterns."""
    return tuple(text.split(",")) if text else ()


# An integer as Go writes it: strconv.ParseInt with base 0.
_INTEGER = re.compile(r"[+-]?(0[xX](_?[0-9a-fA-F])+|0[bB](_?[01])+|0[oO]?(_?[0-7])+|0|[1-9](_?[0-9])*)")


def number(_: object, text: str) -> int:
    """Read an integer as Go's flags do."""
    if not _INTEGER.fullmatch(text):
        raise FlagValueError("parse error", hint="write a whole number, such as -p 2")
    number = int(re.sub(r"^([+-]?)0_?(?=[0-7])", r"\g<1>0o", text), 0)
    if not -(1 << 63) <= number < 1 << 63:
        raise FlagValueError("value out of range", hint="write a smaller number, such as -p 2")
    if number < 1:
        raise FlagError(f"-p must be a positive integer: {number}", hint="write -p 1 or more")
    return number


def compiler(_: object, text: str) -> str:
    """Read -compiler."""
    if text not in ("gc", "gccgo"):
        raise FlagValueError(f"unknown compiler {quoted(text)}", hint="use gc or gccgo")
    return text


def mod(_: object, text: str) -> str:
    """Read -mod."""
    if text not in ("", "readonly", "vendor", "mod"):
        hint = did_you_mean(text, ("mod", "readonly", "vendor"))
        raise FlagError(f"-mod={text} not supported (can be '', 'mod', 'readonly', or 'vendor')", hint=hint)
    return text


def buildvcs(_: object, text: str) -> str:
    """Read -buildvcs."""
    if text in ("", "auto"):
        return "auto"
    if text in TRUE or text in FALSE:
        return "true" if text in TRUE else "false"
    raise FlagError(
        f"invalid boolean value {quoted(text)} for -buildvcs: value is neither 'auto' nor a valid bool",
        hint="use auto, true or false",
    )


def profile(_: object, text: str) -> str:
    """Read -pgo."""
    if not text:
        raise FlagValueError("no file given", hint="-pgo auto, off or a CPU profile")
    return text


def command(_: object, text: str) -> str:
    """Take a command line that can be split."""
    try:
        split(text)
    except UsageError as error:
        raise FlagValueError(error.what, hint=error.hint) from error
    return text


def seconds(_: object, text: str) -> float:
    """Read a number of seconds."""
    if not re.fullmatch(r"\d{1,5}(\.\d{1,3})?s?", text) or not float(text.removesuffix("s")):
        raise UsageError(f"{text!r} is not a number of seconds", hint="write -deadline 60")
    return float(text.removesuffix("s"))


_AGES = {"m": 60, "h": 60 * 60, "d": 24 * 60 * 60, "w": 7 * 24 * 60 * 60}
_LONGEST_DURATION = 40
_SIZES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def share(_: object, text: str) -> float:
    """Read a number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise UsageError(f"{text!r} is not a number from 0 to 1", hint="write -set-confidence 0.9")
    return value


def age(_: object, text: str) -> int:
    """Read an age, in seconds."""
    return _with_unit(text, _AGES, "an age", "write -older-than 30d; units are m, h, d and w")


def size(_: object, text: str) -> int:
    """Read a size, in bytes."""
    return _with_unit(text, _SIZES, "a size", "write -larger-than 10G; units are K, M, G and T")


def _with_unit(text: str, units: Mapping[str, int], kind: str, hint: str) -> int:
    match = re.fullmatch(r"([0-9]{1,12})([A-Za-z]?)", text)
    if not match or match[2] not in units:
        raise UsageError(f"{text!r} is not {kind}", hint=hint)
    return int(match[1]) * units[match[2]]


# A duration as Go writes it: time.ParseDuration.
_DURATION = re.compile(r"\+?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+)")
_PART = re.compile(r"([\d.]+)([a-zµ]+)")
_DURATIONS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def duration(_: object, text: str) -> float:
    """Read a duration of Go, in seconds."""
    if not _DURATION.fullmatch(text) or len(text) > _LONGEST_DURATION:
        raise FlagValueError("parse error", hint="write a duration of Go, such as 30s, 10m or 1h30m; 0 for no limit")
    return sum(float(number) * _DURATIONS[unit] for number, unit in _PART.findall(text))


def count(_: object, text: str) -> int:
    """Read a number of tests or of runs."""
    if not re.fullmatch(r"[0-9]{1,6}", text) or not int(text):
        raise FlagValueError("parse error", hint="write a whole number from 1")
    return int(text)


def shuffle(_: object, text: str) -> str:
    """Read -shuffle."""
    if text not in ("off", "on") and not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise FlagValueError("parse error", hint="write off, on or a number")
    return text


def hosts(before: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Add hosts, with a port or any."""
    for host in text.split(","):
        if not re.fullmatch(r"[A-Za-z0-9._-]+(:\d{1,5})?", host):
            raise UsageError(f"{host!r} is not a host", hint="write -allow-host HOST or -allow-host HOST:PORT")
    return (*before, *text.split(","))


def server(*schemes: str) -> Callable[[object, str], str]:
    """Return what takes the URL of a server; errors do not repeat it, as it may have a password.

    Args:
        schemes: Those it may have.
    """

    def read(_: object, text: str) -> str:
        scheme, colon, rest = text.partition(":")
        known = colon and scheme in schemes
        if (
            not known
            or any(char.isspace() for char in text)
            or not re.match(r"/." if scheme == "unix" else "//[^/]", rest)
        ):
            raise UsageError(
                f"not a URL of {', '.join(schemes)}", hint=f"write it as {schemes[0]}://HOST:PORT, or unix:/PATH"
            )
        return text

    return read


def header(before: Mapping[str, str], text: str) -> dict[str, str]:
    """Add NAME=VALUE to the headers of requests."""
    match = re.fullmatch(r"([A-Za-z0-9!#$%&'*+.^_`|~-]+)=([\t\x20-\x7e]*)", text)
    if not match:
        # Not the value: it may be a password.
        raise UsageError(f"{text.partition('=')[0]!r} is not a header", hint="write -remote-header NAME=VALUE")
    return {**before, match[1]: match[2]}
