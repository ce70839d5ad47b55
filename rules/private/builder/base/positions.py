"""Positions in messages: of packages of the workspace, names of files that an editor can open from its root.

Compilers name files as binaries do, by import path (-trimpath). Only what is printed is changed here.
"""

from __future__ import annotations

import os
import re

__all__ = ["in_workspace"]

# Folders of other repositories, and of generated files.
_ELSEWHERE = ("external/", "bazel-out/", "../", "/")


def in_workspace(text: str, directory: str, rewrite: str) -> str:
    """Return messages with the names that files have in the workspace, where they are of a package in it.

    Args:
        text: what tools printed.
        directory: the package's folder, relative to the execution root.
        rewrite: what takes its place in names of files.
    """
    if not rewrite or directory.startswith(_ELSEWHERE):
        return text
    folder = "" if directory in ("", ".") else f"{directory}/"

    def shown(match: re.Match[str]) -> str:
        # Generated files, and those that a //line names, are elsewhere.
        exists = os.path.exists(f"{folder}{match['file']}")
        return f"{match['before']}{folder}{match['file']}" if exists else match[0]

    # Below a position a tool may name a second one, further to the right.
    return re.sub(rf"^(?P<before>\s*){re.escape(rewrite)}/(?P<file>[^\s:/]+)(?=:\d)", shown, text, flags=re.M)
