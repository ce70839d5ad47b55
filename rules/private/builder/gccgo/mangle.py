"""How gccgo turns a package path into a part of symbols (cmd/internal/pkgpath), which assembly and C need to know."""

from __future__ import annotations

import re

from builder.base.tools import BuilderError, Tools
from builder.requests.package import PackageRequest

__all__ = ["symbol"]

_PROBE = "package l\u00e4ufer\nfunc Run(x int) int {\n  return 1\n}\n"

_UNDERSCORED = dict(zip('_./*,{}[]()" ;', "_0123456789abc", strict=True))


def symbol(request: PackageRequest, tools: Tools) -> str:
    """Return what stands for the package of ``request`` in symbols.

    Raises:
        BuilderError: this gccgo does it in an older way, or in none that is known.
    """
    assembly = tools.run([request.gccgo, "-S", "-x", "go", "-", "-o", "/dev/stdout"], stdin=_PROBE)
    if "go_0l_u00e4ufer.Run" not in assembly:
        raise BuilderError(f"{request.gccgo}: unrecognized mangling scheme\n")
    return re.sub(r"[^A-Za-z0-9]", lambda match: _encoded(match[0]), request.pkgpath)


def _encoded(char: str) -> str:
    if char in _UNDERSCORED:
        return f"_{_UNDERSCORED[char]}"
    number = ord(char)
    return f"_x{number:02x}" if number < 0x80 else f"_u{number:04x}" if number < 0x10000 else f"_U{number:08x}"
