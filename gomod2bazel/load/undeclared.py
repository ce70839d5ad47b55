"""Packages that only a module would provide that nothing requires: which of them the go command may add.

In a folder that requires one module alone, the go command adds the newest version of whatever provides a missing
import, as ``go install PATH@VERSION`` does. The added module's own requirements raise the versions of all that is
listed together with it. So what nobody asked for adds nothing, and what is asked for is listed by itself: the versions
are those of a ``go install`` of exactly these packages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gomod2bazel.base.version import Version
from gomod2bazel.golang.command.golist import Listing, Package
from gomod2bazel.golang.command.modinfo import closure
from gomod2bazel.load.requested import Requested

__all__ = ["Kept", "settle_unrequired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is left of a listing.

    Attributes:
        packages: those to build from, and those that are left out, with the error for that.
        provided: packages of modules that the go command added, by import path: all are of what is built.
        listed: whether ``packages`` were listed last; else nothing is left that was.
    """

    packages: tuple[Package, ...]
    provided: tuple[Package, ...] = ()
    listed: bool = True


def settle_unrequired(
    listing: Listing,
    listed: Callable[[Sequence[str]], Listing],
    module: Version,
    requested: Callable[[Package], Requested],
) -> Kept:
    """Return what is built from a listing, with the modules that ``go install`` of the packages asked for would add.

    Packages that need a module which nothing requires are left out where nobody asks for them, and where ``./...``
    skips them while others are asked for. One that does not load for another reason adds nothing either.

    Args:
        listing: what was listed first.
        listed: lists again, from the module's requirements.
        module: the listed module, for messages.
        requested: tells how much the command line asks for a package.
    """
    view = _View.of(listing)
    if not view.causes:
        return Kept(packages=listing.packages)
    deciding = view.deciding(requested, module)
    if not any(path in view.causes for path in deciding):
        rest = [path for path in view.named if path not in view.causes]
        return _without(view, rest, listed, module, requested)
    if set(deciding) == set(view.named):
        # A listing of these alone, so what does not load now does not load with the others' versions either.
        deciding = [path for path in deciding if path not in view.causes or not view.problems(path)]
        if len(deciding) in (0, len(view.named)):
            return Kept(packages=listing.packages, provided=view.provided())
    broken = {path for path, package in view.named.items() if requested(package) and path not in deciding}
    return _joined(settle_unrequired(listed(deciding), listed, module, requested), _left_out(view, broken, module))


def _without(
    view: _View,
    rest: Sequence[str],
    listed: Callable[[Sequence[str]], Listing],
    module: Version,
    requested: Callable[[Package], Requested],
) -> Kept:
    """List again what needs no other module, and leave out the others."""
    left_out = _left_out(view, view.causes, module)
    if not rest:
        return Kept(packages=left_out, listed=False)
    return _joined(settle_unrequired(listed(rest), listed, module, requested), left_out)


def _joined(kept: Kept, left_out: tuple[Package, ...]) -> Kept:
    return replace(kept, packages=(*kept.packages, *left_out))


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What one listing holds.

    Attributes:
        packages: all, by import path.
        named: those that were asked of the go command.
        causes: for each of ``named`` that needs an added module, the packages that it was added for.
    """

    packages: Mapping[str, Package]
    named: Mapping[str, Package]
    causes: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, listing: Listing) -> _View:
        packages = {package.import_path: package for package in listing.packages}
        named = {path: package for path, package in packages.items() if package.named}
        added = listing.sought.intersection(path for path, package in packages.items() if package.module)
        needed = {path: {member.import_path for member in closure(path, packages)} & added for path in named if added}
        return cls(
            packages=packages,
            named=named,
            causes={path: tuple(sorted(causes)) for path, causes in needed.items() if causes},
        )

    def deciding(self, requested: Callable[[Package], Requested], module: Version) -> list[str]:
        """Return the packages that decide versions: what ``./...`` skips does only where nothing else is built."""
        in_module = {path: package for path, package in self.named.items() if _is_of(package, module)}
        first = [path for path, package in in_module.items() if requested(package) is Requested.NAMED]
        skipped = [path for path, package in in_module.items() if requested(package) is Requested.SKIPPED]
        more = [path for path in skipped if not first or path not in self.causes]
        return [*first, *more, *(path for path in self.named if path not in in_module)]

    def provided(self) -> tuple[Package, ...]:
        """Return the packages that modules were added for."""
        return tuple(self.packages[path] for path in sorted({path for paths in self.causes.values() for path in paths}))

    def problems(self, path: str) -> bool:
        """Return whether a package, or one that it imports, does not load."""
        return any(package.problems for package in closure(path, self.packages))


def _left_out(view: _View, paths: Iterable[str], module: Version) -> tuple[Package, ...]:
    """Return packages that do not load; what they import was listed for another build than that of the others."""
    return tuple(_marked(path, view, module) for path in sorted(paths))


def _marked(path: str, view: _View, module: Version) -> Package:
    """Return one that is left out: its own problems come before the modules that it lacks."""
    problems = [problem for member in closure(path, view.packages) for problem in member.problems]
    why = f"{module} does not require it, and no requirements are added for packages that ./... skips"
    lacking = [("", f"no required module provides package {missing}: {why}") for missing in view.causes.get(path, ())]
    errors = tuple(dict.fromkeys(problems or lacking))
    return replace(view.named[path], imports=(), errors=errors, unrequired=not problems)


def _is_of(package: Package, module: Version) -> bool:
    return package.module is not None and package.module.path == module.path
