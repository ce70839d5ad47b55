"""Whether a main package has a func main: without one it compiles, and no linker makes a program of it.

The linker looks for the symbol main.main, which a function of that name defines, or one that a ``//go:linkname`` line
gives that name, in any package (cmd/link/internal/ld, errorUnresolved: "function main is undeclared in the main
package"). A plugin needs none (cmd/link/internal/ld, deadcode).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gomod2bazel.golang.command.gosource import functions_of

__all__ = ["NOT_LINKED", "NO_FUNC_MAIN", "defines_main", "needs_main"]

NOT_LINKED = "runtime.main_main·f: function main is undeclared in the main package"
"""The linker's message for a main package without func main."""

NO_FUNC_MAIN = "no file in this configuration has a func main, so it is not a program"
"""The remark of `list` about such a package."""

# At the left margin, and with nothing before it that could make it part of a comment or of a string.
_PLAIN = re.compile(rb"^func main\(\)", re.MULTILINE)
_OPENING = re.compile(rb"`|/\*")

_FUNCTION = re.compile(rb"\bfunc\b.*?\bmain\b", re.DOTALL)
_LINKNAME = re.compile(rb"^//go:linkname[ \t]+(\S+)[ \t]+main\.main[ \t\r]*$", re.MULTILINE)


def needs_main(buildmode: str) -> bool:
    """Return whether what a build mode links needs a func main."""
    return buildmode not in ("archive", "plugin", "shared")


def defines_main(sources: Iterable[bytes], others: Iterable[bytes]) -> bool:
    """Return whether anything defines main.main for a main package.

    Args:
        sources: its Go files, those with cgo included.
        others: Go files of what it imports, less the standard library; read only where its own files have none.
    """
    files = list(sources)
    if any(map(_declares, files)):
        return True
    return any(map(_is_linked, files)) or any(map(_is_linked, others))


def _declares(data: bytes) -> bool:
    """Return whether a file declares func main; of one that does not parse the compiler has more to say."""
    plain = _PLAIN.search(data)
    if plain and not _OPENING.search(data, 0, plain.start()):
        return True
    if not _FUNCTION.search(data):
        return False
    functions, whole = functions_of(data)
    return "main" in functions or not whole


def _is_linked(data: bytes) -> bool:
    """Return whether a function with a body is given the name main.main; one without a body only refers to it."""
    names = [name.decode("utf-8", "replace") for name in _LINKNAME.findall(data)]
    if not names:
        return False
    functions, whole = functions_of(data)
    return any(functions.get(name) for name in names) or not whole
