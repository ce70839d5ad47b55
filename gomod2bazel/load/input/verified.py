"""Which loaded modules are verified, by go.sum lines or by a checksum database."""

from __future__ import annotations

from collections.abc import Iterable

from gomod2bazel.base.counts import count
from gomod2bazel.base.errors import TrustError
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.version import Version
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.proxy.gosum import GoSum
from gomod2bazel.load.input.input_module import InputModule

__all__ = ["confirm", "report_unverified", "verified_modules"]

_HINT = "use -sumfile or set GOSUMDB"

_SHOWN = 5
"""How many modules a warning names."""


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


def verified_modules(packages: tuple[Package, ...], sums: GoSum, opened: InputModule) -> frozenset[str]:
    """Return the modules that a go.sum line or a checksum database verifies.

    Args:
        packages: as loaded.
        sums: lines of go.sum files.
        opened: The module that INPUT names, whose sources gave the others.

    Raises:
        TrustError: a line or the database names another sum than the zip has, or the database does not answer.
    """
    modules = {package.module.replace or package.module for package in packages if package.module}
    listed = {Version(m.path, m.version): sums.confirm_zip(m.path, m.version, m.sum) for m in modules if m.sum}
    checked = [module for module, is_listed in listed.items() if not is_listed and opened.is_checked(module)]
    if opened.database:
        opened.database.confirm(checked)
    return frozenset(str(module) for module, is_listed in listed.items() if is_listed or module in checked)


def report_unverified(modules: Iterable[Version], session: Session, *, required: bool) -> None:
    """Warn of modules that nothing verifies.

    Args:
        modules: those that nothing verifies.
        session: The user's session.
        required: whether that is an error.

    Raises:
        TrustError: there are such modules, and every module has to be verified; all are named.
    """
    names = [str(module) for module in sorted(modules)]
    if not names:
        return
    if required:
        what = f"-require-verified: {count(len(names), 'module')} without a go.sum entry or a checksum database:"
        raise TrustError("\n".join([what, *names]), hint=_HINT)
    more = len(names) - _SHOWN
    shown = ", ".join(names[:_SHOWN]) + (f" and {count(more, 'more module')}" if more > 0 else "")
    session.warn(f"{shown}: not verified: no go.sum entry and no checksum database", hint=_HINT)
