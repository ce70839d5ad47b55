"""The locks of several inputs as few: those that agree share one, so that a module version is there once."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

from gomod2bazel.base.errors import UsageError
from gomod2bazel.bazel.names import repository_name
from gomod2bazel.bazel.workspace import module_folders
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.lock.lock import Lock, LockedModule, LockedPackage

__all__ = ["LockedInput", "grouped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedInput:
    """An input's lock, or what several inputs have together.

    Attributes:
        lock: of one input, or the union of several.
        packages: as loaded; they tell where each module is unpacked.
    """

    lock: Lock
    packages: tuple[Package, ...]


def grouped(inputs: Sequence[LockedInput]) -> tuple[LockedInput, ...]:
    """Return the inputs in as few groups as their order allows; each joins the first group that it agrees with.

    Inputs agree when they use one version of each module that both need, and know the same of each package. Those of a
    baseline always do. Others cannot share one set of repositories: an import would mean two packages.

    Raises:
        UsageError: they are for different configurations, which no workspace can hold at once.
    """
    groups: list[LockedInput] = []
    for locked_input in inputs:
        if locked_input.lock.configuration != inputs[0].lock.configuration:
            raise UsageError("the inputs have different configurations", hint="query them one at a time")
        claims = dict(_claims(locked_input))
        for number, group in enumerate(groups):
            if all(claims.get(subject, claim) == claim for subject, claim in _claims(group)):
                groups[number] = _union(group, locked_input)
                break
        else:
            groups.append(locked_input)
    return tuple(groups)


def _claims(locked_input: LockedInput) -> Iterator[tuple[Hashable, object]]:
    """Yield the things that can exist only once in a set of repositories, each with its value in the lock."""
    folders = module_folders(locked_input.packages)
    for package in locked_input.lock.standard:
        yield ("package", package.import_path), package
    for module in locked_input.lock.modules:
        # What has a sum is the same wherever it is unpacked.
        content = module.sum or folders.get(repository_name(module.path, module.version), "")
        yield ("module", module.path), (module.version, module.replaced_by, module.lang, content)
        for package in module.packages:
            yield ("package", package.import_path), (module.path, package)
            yield ("target", module.path, package.target), ("library", package.import_path)
            for file in package.attributes.get("embedsrcs", ()):
                yield ("target", module.path, package.dir + file), "file"
    for binary in locked_input.lock.binaries:
        yield ("binary", binary.import_path), binary
        yield ("target", binary.module, binary.target), ("binary", binary.import_path)


def _union(first: LockedInput, second: LockedInput) -> LockedInput:
    """Return two inputs that agree as one."""
    merged, other = first.lock, second.lock
    modules = {module.path: module for module in merged.modules}
    for module in other.modules:
        existing = modules.get(module.path)
        modules[module.path] = _module(existing, module) if existing else module
    binaries = {binary.import_path: binary for binary in (*merged.binaries, *other.binaries)}
    lock = replace(
        merged,
        modules=tuple(modules[path] for path in sorted(modules)),
        standard=_packages(merged.standard, other.standard),
        standard_overlay={**merged.standard_overlay, **other.standard_overlay},
        binaries=tuple(binaries[path] for path in sorted(binaries)),
        broken={**merged.broken, **other.broken},
    )
    return LockedInput(lock=lock, packages=first.packages + second.packages)


def _module(module: LockedModule, other: LockedModule) -> LockedModule:
    # One input's go.sum may verify what the other's does not: it is the same zip.
    verified = module.verified or other.verified
    overlay = {**module.overlay, **other.overlay}
    return replace(module, packages=_packages(module.packages, other.packages), verified=verified, overlay=overlay)


def _packages(*lists: Sequence[LockedPackage]) -> tuple[LockedPackage, ...]:
    union = {package.import_path: package for packages in lists for package in packages}
    return tuple(union[path] for path in sorted(union))
