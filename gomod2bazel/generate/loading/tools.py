"""The tools of a repository: the commands that tool lines of go.mod name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import read_text
from gomod2bazel.generate.loading.module_groups import Unit
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.command.modinfo import closure
from gomod2bazel.golang.command.names import binary_name
from gomod2bazel.load.input.main_settings import read_tools

__all__ = ["JudgedTools", "ToolLine", "judge_tools", "merged_tools", "tool_lines"]

_EXCLUDED = "build constraints exclude all Go files"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolLine:
    """A tool line.

    Attributes:
        import_path: of the main package that it names.
        home: folder of the go.mod.
        name: what `go tool` calls it, or where two tools share that name, its import path with underscores.
        only_in: names of the configurations that it can be built for; empty where these are all.
    """

    import_path: str
    home: Path
    name: str
    only_in: tuple[str, ...] = ()

    def is_in(self, configuration: str) -> bool:
        """Return whether it can be built for a configuration."""
        return not self.only_in or configuration in self.only_in


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedTools:
    """The tools of a unit.

    Attributes:
        good: those that can be built.
        failed: folders of the go.mod files whose tools do not all load.
        problems: what is wrong with these.
    """

    good: tuple[ToolLine, ...]
    failed: frozenset[Path]
    problems: tuple[str, ...]


def tool_lines(unit: Unit) -> tuple[ToolLine, ...]:
    """Return the tools of the main modules of a unit.

    Args:
        unit: its modules.

    Raises:
        FileError: a go.mod cannot be read.
    """
    return tuple(line for home in (unit.main, *unit.used) for line in _lines(home, read_text(home / "go.mod")))


def _lines(home: Path, text: str) -> Iterable[ToolLine]:
    paths = read_tools(text)
    names = Counter(map(binary_name, paths))
    for path in paths:
        name = binary_name(path)
        yield ToolLine(import_path=path, home=home, name=name if names[name] == 1 else path.replace("/", "_"))


def judge_tools(lines: Iterable[ToolLine], by_path: Mapping[str, Package]) -> JudgedTools:
    """Decide which tools can be built.

    Args:
        lines: of all main modules.
        by_path: the packages that were loaded, by import path.
    """
    good: list[ToolLine] = []
    failed: set[Path] = set()
    problems: dict[str, None] = {}
    for line in lines:
        package = by_path.get(line.import_path)
        if package is None or package.standard:
            # Commands of the SDK, which `go tool` has anyway.
            continue
        reasons = [problem for member in closure(line.import_path, by_path) for problem in member.problems]
        if not reasons and package.name == "main":
            good.append(line)
        elif not reasons:
            failed.add(line.home)
            problems[f"{line.home / 'go.mod'}: tool {line.import_path} is not a main package"] = None
        elif not all(_EXCLUDED in what for _, what in reasons):
            failed.add(line.home)
            problems |= {f"{where}: {what}" if where else what: None for where, what in reasons}
    return JudgedTools(good=tuple(good), failed=frozenset(failed), problems=tuple(problems))


def merged_tools(tools: Mapping[str, Collection[ToolLine]]) -> tuple[ToolLine, ...]:
    """Return the tools of all configurations, each once.

    Args:
        tools: of each configuration, by its name.
    """
    every = {(line.home, line.import_path): line for lines in tools.values() for line in lines}
    names = {key: tuple(name for name, lines in tools.items() if line in lines) for key, line in every.items()}
    return tuple(
        ToolLine(
            import_path=line.import_path,
            home=line.home,
            name=line.name,
            only_in=names[key] if len(names[key]) < len(tools) else (),
        )
        for key, line in every.items()
    )
