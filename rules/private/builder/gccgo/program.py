"""Link a binary with gccgo, as the go command does (cmd/go/internal/work/gccgo.go)."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from builder.base.confine import Confinement, named_folders, paths_in_flags
from builder.base.scratch import scratch
from builder.base.tools import Recorder, Tools
from builder.base.words import split
from builder.c import pkgconfig
from builder.c.compilers import architecture
from builder.requests.link import ProgramRequest

__all__ = ["build"]

# Targets whose linker is asked for a build ID by the go command, and so for none by us.
_BUILD_ID = ("android", "dragonfly", "linux", "netbsd")


def build(request: ProgramRequest, *, keep: bool = False, recorder: Recorder | None = None) -> str:
    """Link the program that ``request`` describes and return what the tools printed.

    Args:
        request: the program.
        keep: leave the scratch folder behind, for -work.
        recorder: takes commands down in place of running them.
    """
    tools = Tools(confinement=_confinement(request), recorder=recorder)
    with scratch(request.objdir, tools, keep=keep):
        if tools.confinement:
            tools.confinement.add(pkgconfig.folders(request, tools))
        _link(request, tools)
    return "".join(tools.printed)


def _confinement(request: ProgramRequest) -> Confinement:
    """Return what the linker may read."""
    commands = [request.cc, request.cxx_tool, request.gccgo, request.pkg_config_tool, os.environ.get("AR", "")]
    paths = [os.path.abspath(path) for path in (*request.inputs, os.path.dirname(request.export))]
    named = named_folders(dict(os.environ), filter(None, commands))
    return Confinement(
        paths=[*paths, *paths_in_flags(request.gcflags), request.objdir, *request.visible, *named],
        temporary=os.path.join(request.objdir, "tmp"),
        flags=request.ldflags,
    )


def _link(request: ProgramRequest, tools: Tools) -> None:
    """Link the archives of a command and of all that it needs.

    Raises:
        BuilderError: the linker's own words.
    """
    archives, cgo_flags = [os.path.abspath(file) for file in request.archives], []
    for number, archive in enumerate(request.cgo_archives, 1):
        whole = os.path.abspath(archive)
        archives[archives.index(whole)], flags = _without_flags(request, tools, whole, number)
        cgo_flags += flags
    command = [request.gccgo, "-o", os.path.abspath(request.export), "-Wl,-("]
    command += [*architecture(request), "-Wl,--whole-archive", *archives, "-Wl,--no-whole-archive"]
    command += [*cgo_flags, *split(os.environ.get("CGO_LDFLAGS") or ""), "-Wl,-)"]
    command += ["-Wl,--build-id=none"] * (request.goos in _BUILD_ID)
    command += ["-Wl,-E"] * bool(request.cgo_archives and request.goos == "linux") + request.ldflags
    tools.run([*command, *request.gcflags], hide={os.getcwd() + "/": ""})


def _without_flags(request: ProgramRequest, tools: Tools, archive: str, number: int) -> tuple[str, list[str]]:
    """Return a copy of an archive without cgo's flags, which no linker knows, and those of them that are for it."""
    ar, copy = split(os.environ.get("AR") or "ar"), f"{request.objdir}/_pkg{number}_.a"
    tools.run(["cp", archive, copy])
    with suppress(FileNotFoundError):
        # Bazel's files are read-only, which stops all but root; the go command copies without the mode.
        os.chmod(copy, 0o644)
    tools.run([*ar, "x", copy, "_cgo_flags"], cwd=request.objdir)
    tools.run([*ar, "d", copy, "_cgo_flags"])
    flags = Path(request.objdir, "_cgo_flags")
    flag_lines = tools.recorder.linker_flags.get(archive, []) if tools.recorder else []
    if flags.exists():
        prefix = "_CGO_LDFLAGS="
        lines = flags.read_text(encoding="utf-8").split("\n")
        flag_lines = [line.removeprefix(prefix) for line in lines if line.startswith(prefix)]
        flags.unlink()
    return copy, [flag for flag in flag_lines if flag != "-g" and not flag.startswith("-O")]
