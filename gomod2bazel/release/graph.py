"""Which modules of a binary need which others, by the imports of their packages."""

from __future__ import annotations

from collections.abc import Mapping

from gomod2bazel.base.digraph import reachable
from gomod2bazel.lock.lock import Lock

__all__ = ["required_modules"]


def required_modules(lock: Lock, import_path: str) -> dict[str, tuple[str, ...]]:
    """Return the modules of a binary, each with those whose packages it imports.

    Args:
        lock: for one configuration.
        import_path: of the binary's main package.

    Returns:
        By ``PATH@VERSION``, or the path of a tree, sorted; the standard library is left out.
    """
    owners = {p.import_path: f"{m.path}@{m.version}".removesuffix("@") for m in lock.modules for p in m.packages}
    imports: Mapping[str, tuple[str, ...]] = {p.import_path: p.imports for m in lock.modules for p in m.packages}
    packages = reachable([import_path], lambda path: [name for name in imports.get(path, ()) if name in owners])
    required: dict[str, set[str]] = {owners[path]: set() for path in packages if path in owners}
    for path in packages:
        for imported in imports.get(path, ()):
            if imported in owners and owners[imported] != owners[path]:
                required[owners[path]].add(owners[imported])
    return {key: tuple(sorted(modules)) for key, modules in sorted(required.items())}
