"""Build modes: the files that each makes, their packages and names (`go help buildmode`)."""

from __future__ import annotations

import os
from collections.abc import Collection

from gomod2bazel.base.errors import FlagError, UsageError
from gomod2bazel.base.near_names import did_you_mean

__all__ = [
    "MODES",
    "SINGLE_MAIN",
    "check_chosen",
    "check_shared",
    "check_shared_output",
    "external_linking",
    "header_name",
    "kind_of",
    "read_mode",
    "suffix",
]

#: What -buildmode may say.
MODES = ("archive", "c-archive", "c-shared", "default", "exe", "pie", "plugin", "shared")

#: Modes that make one file of exactly one main package.
SINGLE_MAIN = ("c-archive", "c-shared", "plugin")

# Where the linker makes a position independent executable by itself (internal/platform, InternalLinkPIESupported).
_INTERNAL_PIE = frozenset((
    "android/arm64", "darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "linux/loong64", "linux/ppc64le",
    "windows/386", "windows/amd64", "windows/arm64",
))  # fmt: skip


def read_mode(_: object, text: str) -> str:
    """Read the value of -buildmode.

    Raises:
        UsageError: there is no such mode.
    """
    if text not in MODES:
        hint = did_you_mean(text, MODES) or f"build modes are {', '.join(MODES)}"
        raise FlagError(f"-buildmode={text} not supported", hint=hint)
    return text


def suffix(mode: str, goos: str) -> str:
    """Return what the go command adds to a binary's name (cmd/go/internal/work, buildModeInit: ExeSuffix).

    A c-shared library gets nothing: `go build -buildmode=c-shared` in the folder ``cs`` writes ``cs`` and ``cs.h``.
    """
    plain = ".exe" if goos == "windows" else ""
    return {"archive": ".a", "c-archive": ".a", "c-shared": "", "plugin": ".so"}.get(mode, plain)


def kind_of(mode: str) -> str:
    """Return what a result file calls the file that ``mode`` makes."""
    return mode if mode in ("archive", *SINGLE_MAIN) else "executable"


def header_name(name: str) -> str:
    """Return the name of the header next to a library for C programs (cmd/go/internal/work, addInstallHeaderAction)."""
    # A name that begins with its only dot is all extension to the go command.
    return name.rpartition(".")[0] + ".h" if "." in name else f"{name}.h"


def external_linking(mode: str, goos: str, goarch: str) -> bool:
    """Return whether mode or platform ask for the C linker, and so for runtime/cgo in every binary.

    Follows cmd/go/internal/load, externalLinkingReason, up to the flags of -ldflags.
    """
    if (goos == "android" and goarch != "arm64") or (goos, goarch) == ("ios", "arm64"):
        return True
    if mode == "plugin" or (mode == "c-shared" and goarch != "wasm"):
        return True
    pie = mode == "pie" or (mode == "default" and goos in ("android", "darwin", "ios", "windows"))
    return pie and f"{goos}/{goarch}" not in _INTERNAL_PIE


def check_shared(mode: str, *, linkshared: bool) -> None:
    """Refuse Go's own shared libraries: like the go command where GOROOT holds no shared standard library.

    The platforms that have none at all were refused before, by the go command that loads.

    Args:
        mode: -buildmode.
        linkshared: -linkshared.

    Raises:
        UsageError: one is asked for.
    """
    if mode == "shared" or linkshared:
        flag = "-linkshared" if linkshared else "-buildmode=shared"
        raise UsageError(
            f"{flag}: cannot implicitly include runtime/cgo in a shared library",
            hint="use -buildmode=c-shared or plugin: the Go SDK has no shared standard library",
        )


def check_shared_output(mode: str, output: str) -> None:
    """Refuse -o for Go's own shared libraries, as the go command does.

    Raises:
        UsageError: both are given.
    """
    if mode == "shared" and output:
        raise UsageError("-buildmode=shared and -o not supported together", hint="use -destination for the folder")


def check_chosen(mode: str, chosen: Collection[str], output: str) -> None:
    """Refuse a number of packages that the mode, or the file of -o, cannot hold; in the go command's words.

    Args:
        mode: -buildmode.
        chosen: import paths of what is to be built for one platform.
        output: the value of -o; empty without.

    Raises:
        UsageError: there are too many or too few.
    """
    needs_single = mode in SINGLE_MAIN or (mode == "exe" and output)
    if needs_single and len(chosen) != 1:
        names = sorted(chosen)
        raise UsageError(
            f"-buildmode={mode} requires exactly one main package" + "".join(f"\n\t{name}" for name in names),
            hint=f"name it: -binary {names[0]}" if names else "",
        )
    if mode == "archive" and output.endswith(os.sep):
        raise UsageError("no main packages to build", hint="leave -o out: -destination says where archives go")
