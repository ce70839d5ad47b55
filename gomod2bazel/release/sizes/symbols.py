"""The package that a symbol of a binary belongs to, by its name."""

from __future__ import annotations

from urllib.parse import unquote

__all__ = ["package_of"]

_GENERATED = ("type:.eq.", "type:.hash.")
"""Functions that the compiler makes for a type, whose name follows."""


def package_of(name: str) -> str:
    """Return the import path of a symbol's package, ``main`` for a main package; empty where its name has none.

    The steps are those of debug/gosym, Sym.PackageName. What the compiler generates for a type counts for its package.

    Args:
        name: the symbol's name, as the linker writes it.
    """
    for prefix in _GENERATED:
        name = name.removeprefix(prefix)
    name = _without_instances(name)
    if name.startswith(("go:", "type:")):
        return ""
    name = name.lstrip("*")
    path_end = max(name.rfind("/"), 0)
    dot = name.find(".", path_end)
    if dot <= 0:
        return ""
    path = name[:dot]
    return unquote(path) if "%" in path else path


def _without_instances(name: str) -> str:
    """Return a name without its type arguments, which may be of other packages."""
    start = name.find("[")
    return name if start < 0 else name[:start] + name[name.rfind("]") + 1 :]
