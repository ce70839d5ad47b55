"""The module lines of a binary's build information: path, mod, dep and =>."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gomod2bazel.base.digraph import reachable, shortest_chain
from gomod2bazel.golang.command.golist import Module, Package

__all__ = ["chain_to", "closure", "closure_of", "module_lines"]


def closure(root: str, packages: Mapping[str, Package]) -> tuple[Package, ...]:
    """Return the package with import path ``root`` and all it imports, each once, ``root`` first."""
    return closure_of([root], packages)


def closure_of(roots: Iterable[str], packages: Mapping[str, Package]) -> tuple[Package, ...]:
    """Return the packages with the import paths ``roots`` and all they import, each once, nearer ones first."""
    known = [root for root in roots if root in packages]
    return tuple(packages[path] for path in reachable(known, lambda path: _imports(path, packages)))


def chain_to(path: str, root: str, packages: Mapping[str, Package]) -> tuple[str, ...]:
    """Return the import paths by which ``root`` comes to ``path`` the shortest way; ``path`` alone where none leads."""
    return shortest_chain(
        path, [root], lambda importer: packages[importer].imports if importer in packages else ()
    ) or (path,)


def _imports(path: str, packages: Mapping[str, Package]) -> list[str]:
    return [imported for imported in packages[path].imports if imported in packages]


def module_lines(main: Package, members: tuple[Package, ...], version: str = "") -> tuple[str, ...]:
    """Return the lines before the build settings (runtime/debug.BuildInfo.String; cmd/go/internal/load, setBuildInfo).

    Args:
        main: the main package.
        members: it and all packages it depends on.
        version: its module's, where version control tells it.
    """
    lines = [f"path\t{main.import_path}"]
    main_module = main.module
    if main_module:
        lines += [f"mod\t{main_module.path}\t{version}\t"] if version else _lines("mod", main_module)
    others = {
        (m.path, m.version): m
        for m in (p.module for p in members)
        if m and (main_module is None or m.path != main_module.path)
    }
    for _, module in sorted(others.items()):
        lines += _lines("dep", module)
    return tuple(lines)


def _lines(word: str, module: Module) -> list[str]:
    head = f"{word}\t{module.path}\t{module.version or '(devel)'}"
    if module.replace:
        # BuildInfo.String ends the replacement's line, and then the line of what it replaces once more.
        return [head, *_lines("=>", module.replace), ""]
    # What a vendor directory holds was never hashed, so the go command records no sum for it.
    return [f"{head}\t{module.sum if module.version and module.dir else ''}"]
