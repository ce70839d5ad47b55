"""The module information of a program (runtime/debug.BuildInfo; cmd/go/internal/load, setBuildInfo)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["build_lines", "importcfg_line", "module_lines"]

# Marks around the information (cmd/go/internal/modload, infoStart and infoEnd), already in Go's quoted form.
_START = r"0w\xaf\f\x92t\b\x02A\xe1\xc1\a\xe6\xd6\x18\xe6"
_END = r"\xf92C1\x86\x18 r\x00\x82B\x10A\x16\xd8\xf2"

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def module_lines(path: str, module: str, others: Iterable[str]) -> list[str]:
    """Return the lines path, mod, dep and =>.

    Args:
        path: of the main package.
        module: its module as a line without its first word: PATH, VERSION and SUM with tabs between; empty for none.
            The line => of a replacement, with the empty line after it, follows.
        others: those of the packages that are linked, in the same form, the main package's perhaps among them.
    """
    lines = [f"path\t{path}"]
    lines += f"mod\t{module}".split("\n") if module else []
    main = module.partition("\t")[0]
    distinct = {text for text in others if text.partition("\t")[0] != main}
    for other in sorted(distinct, key=lambda text: text.split("\t")[:2]):
        lines += f"dep\t{other}".split("\n")
    return lines


def build_lines(before: Sequence[str], godebug: str, after: Sequence[str], *, by_name: bool) -> list[str]:
    """Return the build lines.

    Args:
        before: ``KEY=VALUE`` of the settings before DefaultGODEBUG, quoted where they need it.
        after: of those after it.
        godebug: its value, or empty.
        by_name: whether all are sorted by name, as the go command does where there is a profile.
    """
    settings = [*before, *([f"DefaultGODEBUG={godebug}"] if godebug else []), *after]
    if by_name:
        settings.sort(key=lambda setting: setting.partition("=")[0])
    return [f"build\t{setting}" for setting in settings]


def importcfg_line(lines: Iterable[str]) -> str:
    """Return the line ``modinfo`` of the linker's import configuration."""
    text = "".join(f"{line}\n" for line in lines)
    return f'modinfo "{_START}{"".join(_ESCAPES.get(char, char) for char in text)}{_END}"'
