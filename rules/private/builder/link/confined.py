"""What Go's linker, and the C linker that it calls, may read."""

from __future__ import annotations

import os
from itertools import pairwise

from builder.base.confine import Confinement, named_folders
from builder.base.tools import Tools
from builder.requests.link import LinkRequest

__all__ = ["confinement_of"]


def confinement_of(request: LinkRequest, command: list[str]) -> Confinement:
    """Return what the linker of a program with C code may read.

    Args:
        request: with all `inputs`.
        command: the linker and its arguments.
    """
    commands = [request.cc, request.cxx_tool, request.pkg_config_tool, *_flags_for_c(command)]
    inputs = [os.path.abspath(path) for path in (*request.inputs, os.path.dirname(request.export))]
    folders: list[str] = []
    if request.libraries:
        from builder.c import pkgconfig  # noqa: PLC0415 - start-up counts, and few programs need it

        folders = pkgconfig.folders(request, Tools())
    return Confinement(
        paths=[*inputs, *request.visible, *folders, *named_folders(dict(os.environ), filter(None, commands))],
        temporary=os.path.abspath(f"{request.export}.tmp"),
    )


def _flags_for_c(command: list[str]) -> list[str]:
    """Return the values of -extldflags and -extld, which are the user's own."""
    c_flags = [word.split("=", 1)[1] for word in command if word.lstrip("-").startswith(("extldflags=", "extld="))]
    return c_flags + [after for word, after in pairwise(command) if word.lstrip("-") in ("extldflags", "extld")]
