"""Where overrides come from: `gomod2bazel.toml`, files that -overrides names, and -as (docs/overrides.md)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.toml_file import TomlFile
from gomod2bazel.base.documentation import page
from gomod2bazel.base.errors import UsageError
from gomod2bazel.options.assignments import is_relative, suggestion, unfit_module, unfit_name, unfit_pattern, unfit_set
from gomod2bazel.options.options import AssignOptions
from gomod2bazel.sets.overrides import Override, Overrides

__all__ = ["FILE_NAME", "override_paths", "read_overrides", "rules_of"]

#: The file that is found without being named.
FILE_NAME = "gomod2bazel.toml"

_FILE_HINT = "name a file with [[binary]] tables, such as gomod2bazel.toml"
_TABLES_HINT = "write a [[binary]] table for each rule"
_HINT = f"see {page('overrides.md')} for the format"

# The headers of the tables, and what may hold text that looks like one: strings of each kind, and comments.
_HEADER = re.compile(
    r"""
    (?P<header> ^[ \t]*\[\[[ \t]*(?:binary|"binary"|'binary')[ \t]*\]\] )
    | \"{3}(?:\\.|[^\\])*?\"{3,5} | '{3}.*?'{3,5}
    | "(?:\\.|[^"\\\n])*" | '[^'\n]*' | \#[^\n]*
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)


def read_overrides(options: AssignOptions, root: Path | None, cwd: Path) -> Overrides:
    """Read all rules of a run. Later ones win, so what is nearer to the command line is read later.

    Args:
        options: -overrides and -as.
        root: the folder of an INPUT that is an unpacked tree; None for a module from the sources, also with
            -main-module: a file inside a downloaded module has no effect.
        cwd: the user's working folder.

    Raises:
        UsageError: a file cannot be read or holds what it cannot; all problems of all files at once.
    """
    rules: list[Override] = []
    problems: list[str] = []
    for source in _sources(options, root, cwd):
        try:
            rules += rules_of(source, source.text())
        except UsageError as error:
            problems.append(str(error))
    if problems:
        raise UsageError("\n".join(problems), hint=_HINT)
    rules += [
        Override(
            import_path=pattern,
            set=name,
            reason="set on the command line",
            position=f"-as {pattern}={name}",
            required=True,
        )
        for pattern, name in options.assigned
    ]
    return Overrides(tuple(rules))


def override_paths(options: AssignOptions, root: Path | None, cwd: Path) -> tuple[Path, ...]:
    """Return every file that `read_overrides` looks for with these arguments, whether it is there or not."""
    return tuple(source.path for source in _sources(options, root, cwd))


def _sources(options: AssignOptions, root: Path | None, cwd: Path) -> list[TomlFile]:
    """Return the files in the order to read them. One that comes twice keeps its last place, where it counts most."""
    files = [(folder / FILE_NAME, False) for folder in (root, cwd) if folder]
    files += [(cwd / name, True) for name in options.overrides]
    unique: dict[str, TomlFile] = {}
    for path, named in reversed(files):
        shown = path.relative_to(cwd) if path.is_relative_to(cwd) else path
        unique.setdefault(os.path.realpath(path), TomlFile(path=path, shown=str(shown), named=named, hint=_FILE_HINT))
    return list(reversed(unique.values()))


def rules_of(source: TomlFile, text: str) -> list[Override]:
    """Return the rules of a file of [[binary]] tables.

    Args:
        source: the file.
        text: what it holds, or some of its tables.

    Raises:
        UsageError: all that is wrong with it.
    """
    tables = _tables(source.parse(text, _TABLES_HINT), source.shown)
    lines = list(_header_lines(text))
    if len(lines) == len(tables):
        positions = [f"{source.shown}:{line}" for line in lines]
    else:
        # They are written as one array of inline tables.
        positions = [f"{source.shown}: binary {number}" for number in range(1, len(tables) + 1)]
    problems = [
        f"{position}: {what}" for table, position in zip(tables, positions, strict=True) for what in _problems(table)
    ]
    if problems:
        raise UsageError("\n".join(problems))
    return [_rule(table, position) for table, position in zip(tables, positions, strict=True)]


def _header_lines(text: str) -> Iterator[int]:
    """Yield the line number of each [[binary]] of a text that is known to be TOML."""
    line, at = 1, 0
    for match in _HEADER.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        if match["header"]:
            yield line


def _tables(content: dict[str, Any], shown: str) -> list[dict[str, Any]]:
    """Return the [[binary]] tables of a file."""
    # The flags of -config are in the same file.
    content.pop("config", None)
    tables = content.pop("binary", [])
    problems = [f"{shown}: unknown key {key!r}; rules are tables called [[binary]]" for key in content]
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        problems.append(f"{shown}: binary is not a list of tables; write [[binary]] above each")
    if problems:
        raise UsageError("\n".join(problems))
    return list(tables)


def _unfit_reason(text: str) -> str:
    return "" if text.strip() and text.isprintable() else "is not one line of text"


# Every key, and the function that checks its value.
_CHECKS: Mapping[str, Callable[[str], str]] = {
    "module": unfit_module,
    "import-path": unfit_pattern,
    "set": unfit_set,
    "name": unfit_name,
    "reason": _unfit_reason,
    "source": _unfit_reason,
}


def _problems(table: Mapping[str, object]) -> Iterator[str]:
    """Yield what is wrong with a table: each key by itself or, when these are right, how they go together."""
    wrong = [what for key, value in table.items() if (what := _key_problem(key, value))]
    yield from wrong
    if wrong:
        return
    module, path = str(table.get("module", "")), str(table.get("import-path", ""))
    if not module and not path:
        yield 'names neither module nor import-path; import-path = "..." is every main package'
    if "set" not in table and "name" not in table:
        yield "has neither set nor name"
    if "name" in table and not _means_one(module, path):
        yield "a name needs an import-path of exactly one package: without ..., and with ./ also a module without ..."
    if module and path and _never(module, path):
        yield f"no import path of {module} matches {path!r}; write ./ before a path relative to the module"


def _key_problem(key: str, value: object) -> str:
    if key not in _CHECKS:
        return f"unknown key {key!r}{suggestion(key, _CHECKS)}; use one of {', '.join(_CHECKS)}"
    if not isinstance(value, str):
        return f"{key} is not a string"
    problem = _CHECKS[key](value)
    shown = value if len(value) <= 80 else f"{value[:80]}\N{HORIZONTAL ELLIPSIS}"
    return f"{key} {shown!r}: {problem}" if problem else ""


def _means_one(module: str, path: str) -> bool:
    return _exact(path) and (_exact(module) or not is_relative(path))


def _exact(pattern: str) -> bool:
    return pattern not in ("", "all") and "..." not in pattern


def _never(module: str, path: str) -> bool:
    """Return whether a pattern can match nothing in a module, as ``cmd/gen`` cannot where ``./cmd/gen`` is meant."""
    if is_relative(path) or "all" in (module, path):
        return False
    ours, theirs = (pattern.partition("...")[0] for pattern in (module, path))
    return not ours.startswith(theirs) and not theirs.startswith(ours)


def _rule(table: Mapping[str, str], position: str) -> Override:
    module, path = table.get("module", ""), table.get("import-path", "")
    reason = table.get("reason") or (f"it matches {path!r}" if path else f"its module matches {module!r}")
    return Override(
        module=module,
        import_path=path,
        set=table.get("set", ""),
        name=table.get("name", ""),
        reason=reason,
        position=position,
        source=table.get("source", ""),
    )
