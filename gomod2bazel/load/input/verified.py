"""Which loaded modules are verified, by go.sum lines or by a checksum database."""

from __future__ import annotations

from collections.abc import Iterable

from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.proxy.gosum import GoSum
from gomod2bazel.golang.proxy.prefix_patterns import matches_prefix
from gomod2bazel.load.input.input_module import InputModule

__all__ = ["confirm", "unchecked", "verified_modules"]


def confirm(packages: Iterable[Package], sums: GoSum) -> None:
    """Compare the modules of a tree, which its go.sum verifies, with the sums in -sumfile.

    Raises:
        TrustError: the sums differ.
    """
    for module in {package.home for package in packages if package.module}:
        if module.sum:
            sums.confirm_zip(module.path, module.version, module.sum)
        if module.go_mod_sum:
            sums.confirm_go_mod(module.path, module.version, module.go_mod_sum)


def unchecked(opened: InputModule) -> str:
    """Return patterns of the modules that no checksum database was asked for."""
    database = opened.go.environment["GOSUMDB"]
    return "*" if database == "off" else opened.settings.get("GONOSUMDB", "")


def verified_modules(packages: tuple[Package, ...], sums: GoSum, *, without: str) -> frozenset[str]:
    """Return the modules that a go.sum line or a checksum database verifies.

    Args:
        packages: as loaded.
        sums: lines of go.sum files.
        without: patterns of modules that the database was not asked for, as GONOSUMDB has them.

    Raises:
        TrustError: a line names another sum than the zip has.
    """
    modules = {package.module.replace or package.module for package in packages if package.module}
    confirmed = {f"{m.path}@{m.version}": sums.confirm_zip(m.path, m.version, m.sum) for m in modules if m.sum}
    return frozenset(
        name
        for name, is_verified in confirmed.items()
        if is_verified or not matches_prefix(without, name.partition("@")[0])
    )
