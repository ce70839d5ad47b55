"""Flags of ours that stand for flags of the go command: -hardening, and what -gnu-build-id asks of the linker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from gomod2bazel.base.errors import UsageError

if TYPE_CHECKING:
    from gomod2bazel.options.options import CompileOptions

__all__ = ["BUILD_ID", "HARDENING", "with_first", "with_presets"]

HARDENING = ("-bindnow",)
"""What -hardening adds to -ldflags: with -buildmode=pie, all that is relocated is read-only once the program starts."""

BUILD_ID = ("-compressdwarf=false", f"-B=0x{'00' * 20}")
"""What -gnu-build-id adds to -ldflags: room for a build ID, which is filled in once the file is linked.

Debug information is not compressed: debugedit of RPM distributions cannot read it otherwise.
"""

_HARDENED_MODES = ("default", "pie", "c-shared", "plugin")
_LINKED_MODES = ("exe", *_HARDENED_MODES)


def with_presets(options: CompileOptions) -> CompileOptions:
    """Return the options with the go command's flags that -hardening and -gnu-build-id stand for.

    Options that have them already are returned as they are.

    Raises:
        UsageError: the flags contradict each other.
    """
    words: tuple[str, ...] = ()
    buildmode = options.buildmode
    if options.hardening:
        _check("hardening", options, _HARDENED_MODES)
        words += HARDENING
        buildmode = "pie" if buildmode == "default" else buildmode
    if options.gnu_build_id:
        _check("gnu-build-id", options, _LINKED_MODES)
        words += BUILD_ID
    if not words:
        return options
    first = " ".join(words)
    ldflags = tuple(with_first(value, words) for value in options.ldflags)
    return replace(options, buildmode=buildmode, ldflags=ldflags if ldflags[:1] == (first,) else (first, *ldflags))


def _check(flag: str, options: CompileOptions, modes: Iterable[str]) -> None:
    """Refuse a compiler or build mode that a flag does not apply to.

    Raises:
        UsageError: it does not.
    """
    if options.compiler != "gc":
        raise UsageError(
            f"-{flag} does not apply to -compiler {options.compiler}",
            hint="omit it, and give the flags of the C linker: -gccgoflags=-Wl,-z,relro,-z,now",
        )
    if options.buildmode not in modes:
        raise UsageError(
            f"-{flag} does not apply to -buildmode={options.buildmode}",
            hint=f"omit -{flag}, or use -buildmode=pie",
        )


def with_first(value: str, words: Iterable[str]) -> str:
    """Return a value of -ldflags that begins with some flags: of all that match a package, only the last counts.

    Args:
        value: ``[pattern=]arg list``; one that begins with them already is returned as it is.
        words: flags of the linker.
    """
    first, text = " ".join(words), value.strip()
    pattern = ""
    if text and not text.startswith("-"):
        pattern, _, text = text.partition("=")
        pattern, text = f"{pattern}=", text.strip()
    return value if f"{text} ".startswith(f"{first} ") else f"{pattern}{first} {text}".rstrip()
