"""Which functions a built binary has: names in its function table, where also inlined ones are, even when stripped.

The linker keeps what can be reached. Tracebacks name inlined functions too, so their names are in the table
(runtime.pclntab, section funcnametab) as well; the symbol table that `go tool nm` prints would lack them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.command.gocommand import GoCommand

__all__ = ["check_binary", "linked"]


def linked(data: bytes, package: str, symbols: Iterable[str]) -> tuple[str, ...]:
    """Return those of a package's functions and methods that a binary has.

    Args:
        data: the binary's content.
        package: import path; ``main`` for a main package, whatever its path.
        symbols: ``Function`` or ``Type.Method``.
    """
    return tuple(symbol for symbol in symbols if re.search(_pattern(package, symbol), data))


def _pattern(package: str, symbol: str) -> bytes:
    """Return what finds a function by its name in the table, where a zero byte ends each name."""
    prefix = re.escape(_escaped(package))
    kind, _, method = symbol.rpartition(".")
    # A method's receiver may be a pointer; generic functions and types have their type arguments in brackets.
    generic = r"(?:\[[^\0]*\])?"
    name = rf"(?:\(\*{re.escape(kind)}{generic}\)|{re.escape(kind)}{generic})\.{re.escape(method)}" if kind else ""
    return rf"\0{prefix}\.{name or re.escape(symbol) + generic}\0".encode(errors="surrogateescape")


def _escaped(path: str) -> str:
    """Return an import path as symbols have it (cmd/internal/objabi, PathToPrefix)."""
    slash = path.rfind("/")
    return "".join(
        f"%{byte:02x}" if byte <= 0x20 or byte in b'%"' or byte >= 0x7F or (byte == 0x2E and at > slash) else chr(byte)
        for at, byte in enumerate(path.encode(errors="surrogateescape"))
    )


def check_binary(go: GoCommand, file: Path, buildinfo: Sequence[str]) -> None:
    """Refuse a file that was not built of what is looked at: its module information would be another.

    Args:
        go: the go command, which reads it.
        file: the binary.
        buildinfo: its path, mod, dep and => lines by the lock.

    Raises:
        UsageError: it does not exist, is not a Go binary, or is another binary.
    """
    if not file.is_file():
        raise UsageError(f"-built: {file} does not exist", hint="build the audited binaries into that folder first")
    done = go.run("version", "-m", str(file), cwd=file.parent)
    words = ("path", "mod", "dep", "=>")
    lines = [line.strip().split("\t") for line in done.out.splitlines()[1:]]
    recorded = [line for line in lines if line[0] in words]
    expected = [line.strip().split("\t") for line in buildinfo if line.strip()]
    if recorded != expected:
        raise UsageError(f"-built: {file} was not built from these module versions", hint="build it again")
