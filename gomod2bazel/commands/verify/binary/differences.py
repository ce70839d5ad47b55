"""What differs first between a binary and what we built, in what the two say of their build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from gomod2bazel.commands.verify.binary.facts import BinaryFacts
from gomod2bazel.commands.verify.compare import Difference

__all__ = ["fact_difference", "module_difference", "stamp_difference"]


def fact_difference(ours: BinaryFacts, theirs: BinaryFacts) -> Difference | None:
    """Return the first difference of toolchain, flags and modules, or None.

    Args:
        ours: of the binary that we built.
        theirs: of the other.
    """
    return (
        _toolchain_difference(ours, theirs)
        or _flag_difference(ours, theirs)
        or stamp_difference(ours.settings, theirs.settings)
        or module_difference(ours.module_lines, theirs.module_lines)
    )


def _toolchain_difference(ours: BinaryFacts, theirs: BinaryFacts) -> Difference | None:
    if ours.go_version != theirs.go_version:
        return Difference(kind="toolchain", text=f"{ours.go_version}, {theirs.go_version} in FILE")
    if ours.compilers != theirs.compilers:
        names = (", ".join(compilers) or "none" for compilers in (ours.compilers, theirs.compilers))
        return Difference(kind="toolchain", text="C compiler {}, {} in FILE".format(*names))
    return None


def _flag_difference(ours: BinaryFacts, theirs: BinaryFacts) -> Difference | None:
    pairs = [
        *((name, ours.settings.get(name), theirs.settings.get(name)) for name in _names(ours, theirs)),
        ("a symbol table (-ldflags=-s)", _yes(ours.has_symbols), _yes(theirs.has_symbols)),
        ("debugging information (-ldflags=-w)", _yes(ours.has_dwarf), _yes(theirs.has_dwarf)),
        ("the GNU build ID (-ldflags=-B)", ours.host_build_id, theirs.host_build_id),
    ]
    if ours.has_symbols and theirs.has_symbols:
        our_values, their_values = dict(ours.variables), dict(theirs.variables)
        names = sorted({*our_values, *their_values})
        pairs += [(f"-ldflags=-X {name}", our_values.get(name), their_values.get(name)) for name in names]
    for name, our_value, their_value in pairs:
        if our_value != their_value:
            return Difference(kind="flags", text=f"{name}: {_shown(our_value)}, {_shown(their_value)} in FILE")
    return None


def _names(ours: BinaryFacts, theirs: BinaryFacts) -> list[str]:
    names = {*ours.settings, *theirs.settings}
    # What old releases record of -ldflags decides nothing; its effects are compared.
    return sorted(name for name in names if not name.startswith("vcs") and name != "-ldflags")


def _yes(value: bool) -> str:  # noqa: FBT001 - the one argument
    return "yes" if value else "no"


def _shown(value: str | None) -> str:
    return "not set" if value is None else value if value in ("yes", "no") else repr(value)


def stamp_difference(ours: Mapping[str, str], theirs: Mapping[str, str]) -> Difference | None:
    """Return the first difference in what version control says of the sources, or None.

    Args:
        ours: settings of our build.
        theirs: those of the other.
    """
    for name in ("vcs", "vcs.revision", "vcs.modified", "vcs.time"):
        if ours.get(name) != theirs.get(name):
            text = f"{name}: {_shown(ours.get(name))}, {_shown(theirs.get(name))} in FILE"
            return Difference(kind="modules", text=text)
    return None


def module_difference(ours: Sequence[str], theirs: Sequence[str]) -> Difference | None:
    """Return the first module that differs, or None.

    Args:
        ours: lines of our build, as `modinfo.module_lines` returns them.
        theirs: those of the other.
    """
    pairs = zip_longest(*(list(filter(None, lines)) for lines in (ours, theirs)))
    for our_line, their_line in pairs:
        if our_line != their_line:
            words = (" ".join(line.split()) if line else "no other module" for line in (our_line, their_line))
            return Difference(kind="modules", text="{}; {} in FILE".format(*words))
    return None
