"""Leave out what only a module would provide that nothing requires."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from gomod2bazel.buildinfo import closure
from gomod2bazel.golist import Listing, Package
from gomod2bazel.version import Version

__all__ = ["leave_out_unrequired"]


def leave_out_unrequired(
    listing: Listing,
    listed: Callable[[Sequence[str]], Listing],
    module: Version,
    say: Callable[[str], None],
) -> tuple[Package, ...]:
    """Return the packages of a listing, those marked as broken that the module's requirements do not provide for.

    In a folder of its own the go command adds the newest version of whatever provides a missing import, as ``go
    install path@version`` does. What comes of that differs from one day to the next, and the added module's own
    requirements raise the versions that all other binaries are built with. So the others are listed again without the
    packages that began it. Where nothing else is to be built, as in a module that came without a go.mod, it is built as
    ``go install`` builds it.

    Args:
        listing: what was listed first.
        listed: lists anew, from the module's requirements.
        module: the listed module, for messages.
        say: tells the user what was added.
    """
    added = _added(listing)
    packages = {package.import_path: package for package in listing.packages}
    named = [package for package in listing.packages if package.named]
    causes = {package.import_path: _causes(package, packages, added) for package in named}
    broken = [_marked(package, causes[package.import_path], module) for package in named if causes[package.import_path]]
    if not broken:
        return listing.packages
    if not [one for one in named if one.name == "main" and not causes[one.import_path]]:
        for path in sorted({path for found in causes.values() for path in found}):
            say(f"found {path} in {_provider(packages[path])}")
        return listing.packages
    rest = [path for path, found in causes.items() if not found]
    return (*leave_out_unrequired(listed(rest), listed, module, say), *broken)


def _provider(package: Package) -> str:
    """Return the module of a package, in the go command's words for what it finds."""
    return f"{package.home.path} {package.home.version}"


def _added(listing: Listing) -> frozenset[str]:
    """Return the packages that the go command looked for and found in a module that it then added or raised."""
    found = (package.import_path for package in listing.packages if package.module)
    return listing.sought.intersection(found)


def _causes(package: Package, packages: Mapping[str, Package], added: frozenset[str]) -> list[str]:
    needed = {one.import_path for one in closure(package.import_path, packages)}
    return sorted(added & needed)


def _marked(package: Package, causes: list[str], module: Version) -> Package:
    """Return a package that does not load; what it imports was listed for another build than that of the others."""
    missing = f"it is missing from {module}'s go.mod"
    errors = tuple(("", f"no required module provides package {path}; {missing}") for path in causes)
    return replace(package, imports=(), errors=errors)
