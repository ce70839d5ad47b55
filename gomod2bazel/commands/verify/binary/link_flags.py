"""The linker flags of a binary: -trimpath keeps -ldflags out of what it records, but most leave traces in the file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gomod2bazel.base.process.programs import version_tuple
from gomod2bazel.commands.verify.binary.build_id import host_build_id, link_time_id
from gomod2bazel.commands.verify.binary.facts import BinaryFacts

__all__ = ["joined_flags", "traced_flags", "with_build_id"]

# The release since which the linker writes a GNU build ID unless -B=none is given.
_HOST_BUILD_ID = (1, 24)


def traced_flags(facts: BinaryFacts) -> tuple[str, ...]:
    """Return the flags of the linker that a binary has traces of: -s, -w, -B and -X; not the build ID's.

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
    flags += _host_build_id(facts)
    for name, value in facts.variables:
        flags += ["-X", f"{name}={value}"]
    return tuple(flags)


def _host_build_id(facts: BinaryFacts) -> list[str]:
    """Return -B, where the GNU build ID is not the one that the linker makes."""
    version = version_tuple(facts.go_version.removeprefix("go"))
    usual = host_build_id(link_time_id(facts.build_id)) if facts.build_id and version >= _HOST_BUILD_ID else ""
    if facts.format != "ELF" or facts.host_build_id == usual:
        return []
    if not facts.host_build_id:
        return ["-B=none"]
    # Without a build ID of the go command, a C linker may have made its own.
    is_given = facts.build_id or facts.settings.get("CGO_ENABLED") == "0"
    return [f"-B=0x{facts.host_build_id}"] if is_given else []


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
