"""A newer Go if the `go` or `toolchain` line requires one: the toolchain module, from the sources, verified.

The go command's own switching (https://go.dev/doc/toolchain, cmd/go/internal/toolchain) is off in every run of ours,
because it would accept a toolchain that only the checksum database verifies. The driver chooses the same version,
fetches it like any module, and lets the go command prepare it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from gomod2bazel.base.disk.files import read_text
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.errors import MissingModuleError, NetworkError, ToolError, TrustError
from gomod2bazel.base.process.programs import Tool, version_tuple
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.version import Version
from gomod2bazel.load.input.input_module import InputModule, Opener
from gomod2bazel.options.goflags import written
from gomod2bazel.options.module_input import Input, ModuleInput, TreeInput
from gomod2bazel.options.options import ModuleOptions, SourceOptions
from gomod2bazel.provision.go import ON_PATH
from gomod2bazel.provision.go_releases import check_release, supported_releases

__all__ = ["TOOLCHAIN", "fetch_toolchain", "toolchain_module", "with_go"]

TOOLCHAIN = "golang.org/toolchain"
"""The module whose versions are toolchains."""

_VERSION = r"1\.\d+(?:\.\d+)?(?:rc\d+|beta\d+)?"
_LINE = re.compile(rf"^toolchain[ \t]+go({_VERSION})[ \t]*(?://.*)?$", re.MULTILINE)

Result = TypeVar("Result")


def with_go(session: Session, options: ModuleOptions, go: Tool, action: Callable[[Tool], Result]) -> Result:
    """Return what ``action`` does with the go command found, or with a newer one where the input asks for it.

    Args:
        session: environment, caches, runner.
        options: which module, and where the toolchain may come from.
        go: the go command that was found.
        action: loads the input.

    Raises:
        ToolError: the input asks for a newer Go and GOTOOLCHAIN does not allow another, or no source has it; or the
            release that is to be used is not supported.
        TrustError: it is not verified, or its sum differs.
    """
    tool, automatic = _first(session, options, go)
    if tool == go:
        _check_release(go.version, session, options.sources)
    try:
        return action(tool)
    except ToolError as error:
        needed = _newest(list(error.needs_go))
        if not needed or not automatic:
            raise
        newer = _obtained(_release(needed), session, options.sources, go, error)
        if newer.path == tool.path:
            raise
    return action(newer)


def _check_release(version: str, session: Session, options: SourceOptions) -> None:
    known = supported_releases(session.environment)
    check_release(version, known, untested=options.untested_go, say=session.warn)


def _first(session: Session, options: ModuleOptions, go: Tool) -> tuple[Tool, bool]:
    """Return the go command to begin with, by GOTOOLCHAIN and a tree's toolchain line, and whether it may be newer."""
    given = session.environment.get("GOTOOLCHAIN") or written(session.environment).get("GOTOOLCHAIN", "")
    setting = given or "local"
    named, _, mode = setting.rpartition("+")
    automatic = "auto" in (mode, setting)
    name = named or ("local" if setting in ("auto", "path") else setting)
    versions = [name.removeprefix("go")] if re.fullmatch(f"go{_VERSION}", name) else []
    versions += _toolchain_line(options.input) if automatic else []
    version = _newest(versions)
    # Who has no Go has not chosen one either: where the one that was set up is too old, another may come.
    may_change = automatic or (not given and go.origin != ON_PATH)
    if not version or (version_tuple(version) <= version_tuple(go.version) and name == "local"):
        return go, may_change
    return (go if version == go.version else _obtained(version, session, options.sources, go, None)), may_change


def _toolchain_line(module_input: Input) -> list[str]:
    """Return the version that an unpacked tree's toolchain line suggests, if any."""
    if not isinstance(module_input, TreeInput):
        return []
    return _LINE.findall(read_text(module_input.root / "go.mod", errors="replace"))


def _newest(versions: list[str]) -> str:
    return max(versions, key=lambda version: (version_tuple(version), "rc" not in version, version), default="")


def _release(version: str) -> str:
    """Return the first release of a language version: since Go 1.21 that is 1.N.0 (toolchain.Select)."""
    return f"{version}.0" if re.fullmatch(r"1\.\d+", version) and version_tuple(version) >= (1, 21) else version


def _obtained(version: str, session: Session, options: SourceOptions, go: Tool, refusal: ToolError | None) -> Tool:
    """Return a toolchain from the sources.

    Raises:
        ToolError: no source has it, or its release is not supported.
        NetworkError: a source could not be asked.
        TrustError: it is not verified, or its sum differs.
    """
    # Before it is fetched.
    _check_release(version, session, options)
    with temporary_folder() as name:
        folder = Path(name)
        plain = Opener(session=replace(session, cwd=folder), go=go.path).settings()
        module = toolchain_module(version, plain["GOHOSTOS"], plain["GOHOSTARCH"])
        why = refusal.what.splitlines()[0] if refusal else "GOTOOLCHAIN or a toolchain line requires it"
        session.note(f"{why}: looking for go{version} in the sources")
        try:
            opened = fetch_toolchain(module, session, options, go, folder)
        except NetworkError:
            raise
        except MissingModuleError as error:
            text = f"{refusal.what}\n{error.what}" if refusal else error.what
            raise ToolError(text, hint=f"put Go {version} on PATH, or its module {module} into a source") from error
        return _ready(opened, version, folder)


def toolchain_module(version: str, goos: str, goarch: str) -> Version:
    """Return the module that is a Go release for an execution platform.

    Args:
        version: of Go, such as 1.26.8.
        goos: GOOS of the platform.
        goarch: GOARCH of it.
    """
    return Version(TOOLCHAIN, f"v0.0.1-go{version}.{goos}-{goarch}")


def fetch_toolchain(module: Version, session: Session, options: SourceOptions, go: Tool, folder: Path) -> InputModule:
    """Fetch a toolchain module from the sources and verify it.

    Args:
        module: from `toolchain_module`.
        session: The user's session.
        options: the sources, and the -sumfile, relative to the session's folder.
        go: the go command that fetches.
        folder: an empty folder to run it in.

    Raises:
        MissingModuleError: no source has it.
        TrustError: nothing verifies it, or its sum is another one.
    """
    # No tree's flags: this is a separate module.
    sumfile = str(session.cwd / options.sumfile) if options.sumfile else ""
    module_options = ModuleOptions(input=ModuleInput.of(module), sources=replace(options, sumfile=sumfile))
    try:
        opened = Opener(session=replace(session, cwd=folder), go=go.path).open(module_options, None)
    except TrustError as error:
        # The go command asks the checksum database for toolchains in any case (modfetch, useSumDB).
        raise TrustError(error.what, hint=_not_verified_hint(module)) from error
    _check_verified(opened, module)
    return opened


def _not_verified_hint(module: Version) -> str:
    return f"add {module} to the -sumfile, set GOSUMDB, or put that Go on PATH"


def _check_verified(opened: InputModule, module: Version) -> None:
    """Refuse a toolchain that neither -sumfile nor a checksum database verifies: it is a program that is run."""
    fetched = opened.fetched
    known = fetched and opened.verifies(module, fetched.sum)
    # A named database is asked for toolchains, whatever GONOSUMDB has (modfetch, useSumDB).
    if not known and opened.go.environment["GOSUMDB"] == "off":
        raise TrustError(
            f"{module} is not verified: no go.sum entry and no checksum database", hint=_not_verified_hint(module)
        )


def _ready(opened: InputModule, version: str, folder: Path) -> Tool:
    """Let the go command make an unpacked toolchain ready: programs may be run, src has its go.mod."""
    # With one folder as source it does not ask the checksum database for what was verified above (modfetch, useSumDB).
    only = (opened.cache / "cache" / "download").as_uri()
    go = replace(opened.go, relay=None).with_environment(GOTOOLCHAIN=f"go{version}", GOPROXY=only, GOSUMDB="off")
    done = go.run("version", cwd=folder)
    if done.code or f" go{version} " not in f"{done.out} ":
        raise ToolError(f"the toolchain module for go{version} does not work\n{done.describe()}", hint="put it on PATH")
    return Tool(name="go", path=opened.root / "bin" / "go", version=version, origin=f"{TOOLCHAIN} from the sources")
