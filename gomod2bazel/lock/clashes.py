"""Binaries of one run that would have the same file name: refused, distinguished by their paths, or left out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gomod2bazel.base.errors import UsageError

__all__ = ["Named", "Settled", "settle_clashes"]

# How many new names a hint shows.
_SHOWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A chosen binary and its file name, for one platform.

    Attributes:
        import_path: of its main package.
        name: its file name, complete.
        suffix: what the platform adds to a name.
        fixed: whether the user chose the name: it is never changed, and other binaries make way for it.
    """

    import_path: str
    name: str
    suffix: str = ""
    fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What becomes of binaries that share a file name, by import path: the same on all platforms.

    Attributes:
        names: new names, without the platform's suffix.
        left_out: the name that each binary shares which is left out.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)

    def note(self) -> str:
        """Return the message about the binaries that are left out, or an empty string."""
        if not self.left_out:
            return ""
        groups = defaultdict(list)
        for path, name in self.left_out.items():
            groups[name].append(path)
        lines = [f"\t{name}: {' and '.join(sorted(paths))}" for name, paths in sorted(groups.items())]
        return "\n".join(["skipped, because their file names are not unique (-on-clash=qualify renames them):", *lines])


def settle_clashes(platforms: Sequence[Sequence[Named]], how: str) -> Settled:
    """Settle which names binaries get that share one on any platform.

    Args:
        platforms: the chosen binaries of each platform.
        how: the value of -on-clash.

    Returns:
        What to change. Names that the user chose and that clash with each other are left to `install.plan` to refuse.

    Raises:
        UsageError: ``how`` is error and names clash, or no part of a path tells two of them apart.
    """
    clashing: dict[str, str] = {}
    for chosen in platforms:
        clashing |= _clashing(chosen)
    if not clashing:
        return Settled()
    if how == "skip":
        return Settled(left_out=clashing)
    names, stuck = _qualified(platforms, clashing)
    if how == "error":
        raise _refused(platforms, clashing, names if not stuck else {})
    if stuck:
        lines = [f"\t{clashing[path]}: {path}" for path in stuck]
        hint = " ".join(["rename with", *(f"-binary {path}=NAME" for path in stuck)])
        raise UsageError("\n".join(["no unique file name can be made from these import paths:", *lines]), hint=hint)
    return Settled(names=names)


def _groups(chosen: Iterable[Named]) -> dict[str, list[Named]]:
    groups: dict[str, list[Named]] = defaultdict(list)
    for binary in chosen:
        groups[binary.name].append(binary)
    return {name: members for name, members in groups.items() if len(members) > 1}


def _clashing(chosen: Iterable[Named]) -> dict[str, str]:
    """Return the binaries that share a name which they were not given by the user, with that name."""
    return {
        binary.import_path: name for name, members in _groups(chosen).items() for binary in members if not binary.fixed
    }


def _qualified(
    platforms: Sequence[Sequence[Named]], clashing: Mapping[str, str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return a unique name for each of some import paths, and the paths that have none."""
    everyone = [binary for chosen in platforms for binary in chosen]
    taken = {binary.name for binary in everyone if binary.import_path not in clashing}
    suffixes = {binary.suffix for binary in everyone}
    tails = {path: _tails(path) for path in sorted(clashing)}

    def fit(path: str, others: Collection[str]) -> str:
        """Return the shortest end of a path that is longer than its name and none of ``others``."""
        free = (tail for tail in tails[path][1:] if taken.isdisjoint(f"{tail}{suffix}" for suffix in suffixes))
        return next((tail for tail in free if tail not in others), "")

    names = {path: fit(path, {tail for other in tails if other != path for tail in tails[other]}) for path in tails}
    for path in tails:
        # Joined, one path can look like the end of another: what is left then need only differ from what is used.
        names[path] = names[path] or fit(path, set(names.values()))
    return names, tuple(path for path, name in names.items() if not name)


def _tails(import_path: str) -> list[str]:
    """Return the last elements of a path joined by hyphens, the shortest first; a major version is not one of them."""
    elements = import_path.split("/")
    if len(elements) > 1 and re.fullmatch(r"v([2-9]|[1-9]\d+)", elements[-1]):
        elements.pop()
    return ["-".join(elements[at:]) for at in reversed(range(len(elements)))]


def _refused(platforms: Sequence[Sequence[Named]], clashing: Mapping[str, str], names: Mapping[str, str]) -> UsageError:
    groups: dict[str, set[str]] = defaultdict(set)
    for chosen in platforms:
        for name, members in _groups(chosen).items():
            groups[name] |= {member.import_path for member in members}
    lines = [f"\t{name}: {' and '.join(sorted(paths))}" for name, paths in sorted(groups.items())]
    renames = [f"-binary {path}=NAME" for paths in groups.values() for path in sorted(paths)[1:] if path in clashing]
    hint = f"rename with {' '.join(sorted(renames) or [f'-binary {min(clashing)}=NAME'])}"
    if names:
        more = ", ..." if len(names) > _SHOWN else ""
        shown = ", ".join(list(names.values())[:_SHOWN]) + more
        hint = f"add -on-clash=qualify, which names them {shown}, or -on-clash=skip, which skips them; or {hint}"
    return UsageError("\n".join(["chosen binaries share a file name:", *lines]), hint=hint)
