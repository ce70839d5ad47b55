"""The go command's own list of flags that C code may ask for, read from its source in the SDK.

The driver lets the go command check `#cgo` lines. What pkg-config prints and what cgo writes is known only here.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from builder.base.tools import BuilderError

__all__ = ["FlagCheck"]

_LIST = re.compile(r"^var (\w+) = \[\](?:\*\w+\.Regexp|string)\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_ITEM = re.compile(r'^\t(?:re\(`([^`]*)`\)|"([^"]*)"),', re.MULTILINE)

# What asks for static linking, which needs the C linker to find the symbols of libc.
_STATIC = ("-static", "--static", "-Wl,-static", "-Wl,--static", "-Wl,-Bstatic")


class FlagCheck:
    """Checks flags as cmd/go/internal/work/security.go does.

    Args:
        source: that file's path; empty where the SDK has none.
    """

    def __init__(self, source: str) -> None:
        text = Path(source).read_text(encoding="utf-8") if source else ""
        self._lists = {name: [a or b for a, b in _ITEM.findall(body)] for name, body in _LIST.findall(text)}

    def compiler(self, name: str, source: str, flags: list[str], *, overrides: bool = True) -> None:
        """Refuse flags for a compiler that are not allowed.

        Args:
            name: of the variables that allow more, such as CFLAGS.
            source: where the flags come from, for the message.
            flags: the flags.
            overrides: whether CGO_NAME_ALLOW and CGO_NAME_DISALLOW count.

        Raises:
            BuilderError: one is not allowed; the go command's words.
        """
        lists = ("", "validCompilerFlags", "validCompilerFlagsWithNextArg")
        self._check(name if overrides else "", source, flags, lists)

    def linker(self, source: str, flags: list[str]) -> None:
        """Refuse flags for a linker that are not allowed; see `compiler`."""
        self._check("LDFLAGS", source, flags, ("invalidLinkerFlags", "validLinkerFlags", "validLinkerFlagsWithNextArg"))

    def pkg_config(self, flags: list[str]) -> None:
        """Refuse flags for pkg-config that are not allowed; see `compiler`. Older Gos have no list of them."""
        if self._lists and "validPkgConfigFlags" not in self._lists:
            return
        self._check("", "pkg-config", flags, ("", "validPkgConfigFlags", ""))

    def plain(self, flags: list[str], *, static: bool = False) -> bool:
        """Return whether Go's own linker can be trusted with what was compiled with ``flags``.

        Args:
            flags: for the compiler.
            static: whether -static asks for the C linker, too (checkCompilerFlagsForInternalLink since Go 1.27).
        """
        if any(flag.startswith("-flto") or (static and flag in _STATIC[:2]) for flag in flags):
            return False
        return not self._lists or self._known(flags, ("", "validCompilerFlags", "validCompilerFlagsWithNextArg"))

    def plain_linker(self, flags: list[str]) -> bool:
        """Return whether flags for the C linker leave Go's own a choice (checkLinkerFlagsForInternalLink)."""
        if any(flag in _STATIC for flag in flags):
            return False
        return not self._lists or self._known(flags, ("", "validLinkerFlags", "validLinkerFlagsWithNextArg"))

    def _known(self, flags: list[str], lists: tuple[str, str, str]) -> bool:
        try:
            self._check("", "", flags, lists)
        except BuilderError:
            return False
        return True

    def _check(self, name: str, source: str, flags: list[str], lists: tuple[str, str, str]) -> None:
        if not flags:
            return
        if not self._lists:
            raise BuilderError(f"cannot check flags in {source}: this Go SDK has no src/cmd/go\n")
        invalid, valid, following = (self._lists.get(list_name, []) for list_name in lists)
        allow, disallow = (os.environ.get(f"CGO_{name}_{word}", "") if name else "" for word in ("ALLOW", "DISALLOW"))
        rest = list(flags)
        while rest:
            flag = rest.pop(0)
            refused = bool(disallow and _is(disallow, flag))
            if not refused and allow and _is(allow, flag):
                continue
            if not refused and not any(_is(pattern, flag) for pattern in invalid) and _allowed(flag, valid, invalid):
                continue
            if not refused and flag in following and rest and _follows(flag, rest[0]):
                rest.pop(0)
                continue
            shown = f"{flag} {rest[0]}" if flag in following and rest else flag
            raise BuilderError(f"invalid flag in {source}: {shown} (see https://go.dev/s/invalidflag)\n")


def _is(pattern: str, text: str) -> bool:
    """Return whether the first match of ``pattern`` is all of ``text``."""
    match = re.search(pattern, text)
    return match is not None and match[0] == text


def _allowed(flag: str, valid: list[str], invalid: list[str]) -> bool:
    if any(_is(pattern, flag) for pattern in valid):
        return True
    if not flag.startswith("-Wl,--push-state,"):
        return False
    # Other commands may follow in the same argument.
    parts = [f"-Wl,{part}" for part in flag.split(",")[1:]]
    return all(any(_is(pattern, part) for pattern in valid) for part in parts) and not any(
        _is(pattern, part) for pattern in invalid for part in parts
    )


def _follows(flag: str, value: str) -> bool:
    """Return whether ``value`` may be the argument of ``flag``."""
    if _safe(value):
        return True
    if flag.startswith("-Wl,") and value.startswith("-Wl,"):
        return _safe(value[4:]) and "," not in value[4:]
    return flag == "-I" and value.startswith(("=", "$SYSROOT")) and _safe(value[1:])


def _safe(value: str) -> bool:
    """Return whether a word cannot be taken for a flag or a file of flags (cmd/go/internal/load, SafeArg)."""
    return bool(re.match(r"[0-9A-Za-z._/\u0080-\U0010ffff\udc80-\udcff]", value))
