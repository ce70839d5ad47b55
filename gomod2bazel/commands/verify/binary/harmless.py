"""Flags of the compiler, the assembler and the linker that a binary of somebody else may name.

Others run programs (-extld), or read and write files. A user may give those; a binary is not trusted to.
"""

from __future__ import annotations

from collections.abc import Mapping

from gomod2bazel.options.quoting import split_pattern

__all__ = ["refused_argument"]

# Names of flags, and those among them whose value may be the next word (cmd/compile, cmd/asm, cmd/link).
_ALLOWED: Mapping[str, frozenset[str]] = {
    "-gcflags": frozenset((
        "%", "+", "B", "C", "E", "K", "N", "S", "W", "c", "complete", "d", "dwarf", "dwarfbasentries",
        "dwarflocationlists", "dynlink", "e", "h", "j", "l", "lang", "live", "m", "r", "race", "shared", "smallframes",
        "spectre", "std", "t", "v", "w", "wb",
    )),
    "-asmflags": frozenset(("D", "S", "debug", "dynlink", "e", "shared", "spectre", "v")),
    "-ldflags": frozenset((
        "B", "H", "X", "aslr", "bindnow", "buildid", "checklinkname", "compressdwarf", "d", "funcalign", "linkmode",
        "randlayout", "s", "strictdups", "w",
    )),
}  # fmt: skip
_SEPARATE = frozenset(("B", "D", "H", "X", "buildid", "linkmode"))


def refused_argument(name: str, text: str) -> str:
    """Return the first argument that only a user may give, or nothing.

    Args:
        name: -gcflags, -asmflags or -ldflags; there is nothing to refuse in others.
        text: its value, ``[PATTERN=]ARGS``.

    Raises:
        UsageError: the value is malformed.
    """
    if name not in _ALLOWED:
        return ""
    is_value = False
    for word in split_pattern(text)[1]:
        flag, equals, _ = word.lstrip("-").partition("=")
        if word.startswith("-") and not is_value:
            if flag not in _ALLOWED[name]:
                return word
            is_value = flag in _SEPARATE and not equals
        elif is_value and not word.startswith("-"):
            is_value = False
        else:
            return word
    return ""
