"""What helps against the messages of tools in a build, and the lines of them that help nobody."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

__all__ = ["build_hint", "without_noise"]

_USAGE = re.compile(r"^usage: (?:link|compile|asm|cgo) [^\n]*\n(?:(?:[ \t]+[^\n]*)?(?:\n|\Z))*", re.MULTILINE)
"""What tools of Go print of all their flags after an error in one of them."""

_WORKER_LOG = re.compile(
    r"\n*---8<---8<--- Start of [^\n]*\n(?P<log>(?:(?!---8<)[^\n]*\n)*)---8<---8<--- End of [^\n]*(?:\n|\Z)"
)
"""The log of a worker that did not answer, as Bazel quotes it."""

_LOG_LINES = 5

_MISSING_HEADER = re.compile(
    r"(?:fatal )?error: '?(?P<name>[^\s':]+\.h\w*)'?(?:: No such file or directory| file not found)"
)
_MISSING_PACKAGE = re.compile(
    r"Package '?(?P<name>[^\s',]+)'?"
    r"(?: was not found in the pkg-config search path|, required by [^\n]*not found|:? not found)"
    r"|No package '(?P<other>[^']+)' found"
)
_NO_PKG_CONFIG = re.compile(
    r"(?:exec: )?\"?pkg-config\"?: (?:executable file not found|No such file|command not found)"
)
_MISSING_LIBRARY = re.compile(r"cannot find -l:?(?P<name>[^\s:]+)|unable to find library -l(?P<other>\S+)")
_WRONG_FLAG = re.compile(
    r"^(?:flag provided but not defined: |invalid (?:boolean )?value \"[^\n]*\" for (?:flag )?"
    r"|flag needs an argument: )"
    r"(?P<flag>-\S+?)(?::|$)",
    re.MULTILINE,
)
_TOOL = re.compile(r"^usage: (?P<tool>link|compile|asm|cgo) ", re.MULTILINE)
_FLAGS = {"link": "-ldflags", "compile": "-gcflags", "asm": "-asmflags"}
_KILLED = re.compile(r"signal: killed|Worker process (?:did not return a WorkResponse|quit or closed its stdin)")


def build_hint(text: str) -> str:
    """Return what helps against the first message that has a known cause; empty for none.

    Args:
        text: what failed actions wrote, as they wrote it.
    """
    if match := _MISSING_HEADER.search(text):
        name = match["name"]
        return (
            f"install the development package that has {name} (Debian: apt-file search {PurePosixPath(name).name}; "
            f"Fedora: dnf provides '*/{name}'), or set CGO_ENABLED=0 where the package builds without C"
        )
    if match := _MISSING_PACKAGE.search(text):
        name = (match["name"] or match["other"]).removesuffix(".pc")
        return (
            f"install the development package that has {name}.pc (Debian: apt-file search {name}.pc; "
            f"Fedora: dnf install 'pkgconfig({name})'), or name its folder in PKG_CONFIG_PATH"
        )
    if _NO_PKG_CONFIG.search(text):
        return "install pkg-config (Debian: apt install pkg-config; Fedora: dnf install pkgconf-pkg-config)"
    if match := _MISSING_LIBRARY.search(text):
        name = match["name"] or match["other"]
        return (
            f"install the development package that has lib{name}.so (Debian: apt-file search lib{name}.so; "
            f"Fedora: dnf provides '*/lib{name}.so'), or name its folder: CGO_LDFLAGS=-L/FOLDER"
        )
    if match := _WRONG_FLAG.search(text):
        tool = _TOOL.search(text)
        if tool and tool["tool"] in _FLAGS:
            name = tool["tool"]
            return f"correct {_FLAGS[name]}: go tool {name} -h lists the flags"
        return f"correct {match['flag']} in -ldflags, -gcflags or -asmflags: go tool link -h lists those of the linker"
    if _KILLED.search(text):
        return "dmesg shows what the kernel killed when memory ran out; -p 1 runs one action at a time and needs less"
    return ""


def without_noise(text: str) -> str:
    """Return messages of tools without the lists of all their flags, and with the end of workers' logs alone."""
    return _WORKER_LOG.sub(_end_of_log, _USAGE.sub("", text))


def _end_of_log(match: re.Match[str]) -> str:
    lines = [line for line in match["log"].splitlines() if line.strip()]
    if lines in ([], ["(empty)"]):
        return " its log is empty\n"
    return "".join(f"\n\t{line}" for line in lines[-_LOG_LINES:]) + "\n"
