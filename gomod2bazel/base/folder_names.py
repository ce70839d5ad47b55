"""Replace a folder's path in a text, only where the text names that folder or a file below it."""

from __future__ import annotations

import re

__all__ = ["in_flag", "in_message"]

# Where a path begins in a flag for a compiler or linker: at its start, behind a separator (-Wl,-rpath,/a or
# -DA=/a), or behind an option that takes its value without a space.
_ATTACHED = r"(?:-(?:[A-Z]|include|imacros|isysroot|isystem|iquote|idirafter|iframework))?"
_FLAG_START = rf"((?:^|[=,:;\s\"'\\]){_ATTACHED})"

# Where it ends: at a slash, at the end of the flag, or at a separator. A list of folders goes on with another path.
_FLAG_END = r"(?=/|$|[,;\s\"'\\]|:(?:/|$))"


def in_flag(flag: str, folder: str, name: str) -> str:
    """Replace ``folder`` by ``name`` in one flag of a compiler or linker.

    `/opt/app/include` and `/application` do not name the folder `/app`.

    Args:
        flag: one argument.
        folder: an absolute path.
        name: takes the folder's place.
    """
    # The root alone ends in a slash: ${SRCDIR}/a in a package there is //a.
    return re.sub(_FLAG_START + re.escape(folder) + _FLAG_END, lambda match: match[1] + name, flag)


def in_message(text: str, folder: str, name: str) -> str:
    """Replace ``folder`` by ``name`` in a tool's message; an empty name also takes the slash behind the folder.

    Args:
        text: the message.
        folder: an absolute path.
        name: takes the folder's place.
    """
    path = re.escape(folder.rstrip("/"))
    if not path:
        return text
    if not name:
        return re.sub(rf"(?<![\w./@~+-]){path}/", "", text)
    return re.sub(rf"(?<![\w./@~+-]){path}(?![\w@~+-]|\.\w)", lambda _match: name, text)
