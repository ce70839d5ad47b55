"""The linker flags of a binary: -trimpath keeps -ldflags out of what it records, but most leave traces in the file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gomod2bazel.base.process.programs import version_tuple
from gomod2bazel.commands.verify.binary.facts import BinaryFacts

__all__ = ["joined_flags", "traced_flags", "with_build_id"]

# The release since which the linker writes a GNU build ID unless -B=none is given.
_HOST_BUILD_ID = (1, 24)


def traced_flags(facts: BinaryFacts) -> tuple[str, ...]:
    """Return the flags of the linker that a binary has traces of: -s, -w, -B=none and -X; not the build ID's.

    Args:
        facts: of the binary.
    """
    flags: list[str] = []
    if not facts.format:
        return ()
    if not facts.has_symbols:
        flags += ["-s", "-w=0"] if facts.has_dwarf else ["-s", "-w"]
    elif not facts.has_dwarf:
        flags.append("-w")
    version = facts.go_version.removeprefix("go")
    writes_build_id = facts.format == "ELF" and facts.build_id and version_tuple(version) >= _HOST_BUILD_ID
    if writes_build_id and not facts.has_host_build_id:
        flags.append("-B=none")
    for name, value in facts.variables:
        flags += ["-X", f"{name}={value}"]
    return tuple(flags)


def joined_flags(flags: Sequence[str]) -> str | None:
    """Return flags as one text that can be split again (cmd/internal/quoted, Join); None where nothing can quote one.

    Args:
        flags: words, which may have blanks and quotes.
    """
    words = []
    for flag in flags:
        if "\0" in flag or ("'" in flag and '"' in flag):
            return None
        quote = '"' if "'" in flag else "'"
        words.append(f"{quote}{flag}{quote}" if not flag or re.search(r"""[ \t\n\r'"]""", flag) else flag)
    return " ".join(words)


def with_build_id(text: str, build_id: str) -> str:
    """Put -buildid before the arguments of one -ldflags: one among them still wins.

    Args:
        text: the value, ``[PATTERN=]ARGS``.
        build_id: what the linker gets.
    """
    pattern, arguments = "", text.strip()
    if arguments and not arguments.startswith("-"):
        pattern, _, arguments = arguments.partition("=")
        pattern += "="
    first = joined_flags([f"-buildid={build_id}"]) or "-buildid="
    return f"{pattern}{first} {arguments}".rstrip()
