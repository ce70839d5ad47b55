"""Overrides: the user's rules for binaries, which precede any evidence. The rules, and how they match."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gomod2bazel.base.errors import UsageError
from gomod2bazel.options.assignments import is_relative

__all__ = ["Override", "Overrides", "matches"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One rule: the set, the file name, or both, of the main packages whose module and import path match.

    Attributes:
        module: pattern for the module path, empty for any.
        import_path: pattern for the import path, empty for any. One that begins with ``./`` (or is ``.``) is relative
            to the root of whichever module is looked at.
        set: what they belong to, or empty to leave that to other rules and to evidence.
        name: file name to install the binary under, without ``.exe``, or empty.
        reason: why, for ``list``.
        position: FILE:LINE or the flag.
        source: where the reason can be checked, or empty.
        required: whether it is an error that it matches no main package.
    """

    module: str = ""
    import_path: str = ""
    set: str = ""
    name: str = ""
    reason: str = ""
    position: str = ""
    source: str = ""
    required: bool = False

    def matches(self, module: str, import_path: str) -> bool:
        """Return whether the rule mentions a main package.

        Args:
            module: the path of its module.
            import_path: the module path, and its directory below the module's root.
        """
        if self.module and not matches(self.module, module):
            return False
        if not self.import_path:
            return True
        path = f".{import_path.removeprefix(module)}" if is_relative(self.import_path) else import_path
        return matches(self.import_path, path)


@dataclass(frozen=True, slots=True)
class Overrides:
    """All rules of a run.

    Attributes:
        rules: in the order they were read. The last that matches decides, as with ``go build -gcflags``: general
            rules come first, and exceptions follow. Set and name are decided apart.
        curated: what is known of the module; it decides a set where no rule does.
    """

    rules: tuple[Override, ...] = ()
    curated: tuple[Override, ...] = ()

    def of(self, module: str, import_path: str) -> Override | None:
        """Return the rule that decides the set of a main package, or None."""
        matching = (rule for rule in reversed(self.rules) if rule.set and rule.matches(module, import_path))
        return next(matching, None)

    def known(self, module: str, import_path: str) -> Override | None:
        """Return the curated answer about a main package, or None."""
        return next((rule for rule in self.curated if rule.matches(module, import_path)), None)

    def name_of(self, module: str, import_path: str) -> str:
        """Return the file name that a main package is installed under, without ``.exe``; empty where no rule says."""
        names = (rule.name for rule in reversed(self.rules) if rule.name and rule.matches(module, import_path))
        return next(names, "")

    def check_used(self, module: str, import_paths: Iterable[str]) -> None:
        """Refuse rules of the command line that mention nothing. Those of files may: a file is shared by many modules.

        Args:
            module: the module path.
            import_paths: its main packages, of any set.

        Raises:
            UsageError: such a rule matches none of them; the hint lists them.
        """
        known = sorted(import_paths)
        required = [rule for rule in self.rules if rule.required]
        unused = [rule.position for rule in required if not any(rule.matches(module, path) for path in known)]
        if unused:
            raise UsageError(
                "\n".join(f"{position}: no main package matches" for position in unused),
                hint="main packages are " + ", ".join(known) if known else "remove it: the module has no main package",
            )


def matches(pattern: str, path: str) -> bool:
    """Return whether a pattern of ``go help packages`` matches a path: ``...`` stands for any text, ``all`` for all.

    A final ``/...`` also matches the path without it. The time is linear in the path, whatever the pattern is.
    """
    if pattern == "all":
        return True
    return _like(pattern, path) or (pattern.endswith("/...") and _like(pattern.removesuffix("/..."), path))


def _like(pattern: str, path: str) -> bool:
    first, *others = pattern.split("...")
    if not others:
        return path == pattern
    if not path.startswith(first):
        return False
    at = len(first)
    *between, last = others
    for piece in between:
        index = path.find(piece, at)
        if index < 0:
            return False
        at = index + len(piece)
    return path.endswith(last) and len(path) - len(last) >= at
