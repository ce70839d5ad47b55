"""Which experiments of the Go toolchain are on, as packages see them by build tags (internal/buildcfg, exp.go)."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["enabled_experiments"]

# The releases 1.N, the first and the last, that have an experiment on by default; 99 for those that still do.
_DEFAULTS = {
    "aliastypeparams": (24, 25),
    "coverageredesign": (20, 24),
    "dwarf5": (25, 99),
    "greenteagc": (26, 99),
    "jsonv2": (27, 99),
    "randomizedheapbase64": (26, 99),
    "regabiargs": (17, 99),
    "regabiwrappers": (17, 99),
    "sizespecializedmalloc": (27, 99),
    "spinbitmutex": (24, 24),
    "swissmap": (24, 25),
    "synchashtriemap": (24, 25),
}

_REGABI = ("amd64", "arm64", "loong64", "ppc64le", "ppc64", "riscv64")
_EXCHANGES_BYTES = ("386", "amd64", "arm", "arm64", "ppc64le", "ppc64")


def enabled_experiments(goos: str, goarch: str, minor: int, setting: Iterable[str]) -> set[str]:
    """Return the names of the experiments that are on.

    Args:
        goos: the target's system.
        goarch: its architecture.
        minor: N of the Go release 1.N.
        setting: the names in GOEXPERIMENT; `no` before one turns it off, `none` turns off all before it.
    """
    enabled = {name for name, (first, last) in _DEFAULTS.items() if first <= minor <= last}
    enabled -= _unsupported(goos, goarch, minor)
    for name in setting:
        if name == "none":
            enabled.clear()
        elif name.startswith("no"):
            enabled.discard(name[2:])
        else:
            enabled.add(name)
    return enabled


def _unsupported(goos: str, goarch: str, minor: int) -> set[str]:
    """Return the experiments that are off by default on a platform."""
    names = set()
    if goarch not in _REGABI and not (goarch == "s390x" and minor >= 26):
        names |= {"regabiargs", "regabiwrappers"}
    if goos in ("aix", "darwin", "ios"):
        names.add("dwarf5")
    if goarch not in _EXCHANGES_BYTES:
        names.add("spinbitmutex")
    return names
