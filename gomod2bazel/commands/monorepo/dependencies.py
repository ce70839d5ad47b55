"""The commands add and remove: go get, go mod tidy and generate in one, or nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from gomod2bazel.base.disk.files import read_bytes, replace_file
from gomod2bazel.base.errors import BuildError, UsageError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.monorepo.generate import read_arguments, update
from gomod2bazel.generate.loading.repository import find_root
from gomod2bazel.golang.command.gocommand import GoCommand, error_of
from gomod2bazel.load.input.input_module import Opener
from gomod2bazel.load.input.toolchains import with_go
from gomod2bazel.options.module_input import TreeInput
from gomod2bazel.options.options import Options, with_values
from gomod2bazel.provision.go import go_for

__all__ = ["add", "remove"]


def add(session: Session, arguments: Sequence[str], flags: Collection[str]) -> int:
    """Require modules at the versions that are given, and bring the lock and the BUILD files up to date.

    Args:
        session: The user's session.
        arguments: after the command's name: flags, and what `go get` takes.
        flags: those that the command takes.

    Raises:
        UsageError: flags are wrong, no module is named, or the folder is in no module.
        BuildError: nothing imports a module, or the tree does not load. go.mod and go.sum are then as before.
        Gomod2bazelError: likewise; the class tells why.
    """
    options, words, session = read_arguments(session, arguments, flags, "add")
    if not words:
        raise UsageError("no module given", hint="gomod2bazel add [flags] MODULE@VERSION ...")

    def check(go: GoCommand, folder: Path) -> None:
        required = _required(go, folder)
        paths = [word.partition("@")[0] for word in words]
        unused = [path for path in paths if not any(f"{path}/".startswith(f"{module}/") for module in required)]
        if unused:
            raise BuildError(
                f"no package imports {', '.join(unused)}: go mod tidy drops it from go.mod",
                hint="import it first, then run gomod2bazel add again",
            )

    return _change(session, options, words, check)


def remove(session: Session, arguments: Sequence[str], flags: Collection[str]) -> int:
    """Drop modules that nothing imports any more, and bring the lock and the BUILD files up to date.

    Args:
        session: The user's session.
        arguments: after the command's name: flags, and module paths.
        flags: those that the command takes.

    Raises:
        UsageError: flags are wrong, no module is named, or the folder is in no module.
        BuildError: packages still need a module, or the tree does not load. go.mod and go.sum are then as before.
        Gomod2bazelError: likewise; the class tells why.
    """
    options, words, session = read_arguments(session, arguments, flags, "remove")
    if not words or any("@" in word for word in words):
        raise UsageError("remove takes paths without versions", hint="gomod2bazel remove [flags] MODULE ...")

    def check(go: GoCommand, folder: Path) -> None:
        required = _required(go, folder)
        for path in () if options.generate.tool else words:
            if path in required:
                chain = go.run("mod", "why", "-m", path, cwd=folder).out.strip()
                raise BuildError(f"{path} is still needed:\n{chain}", hint="remove the imports and tool lines first")

    return _change(session, options, [f"{word}@none" for word in words], check)


def _change(session: Session, options: Options, words: Sequence[str], check: Callable[[GoCommand, Path], None]) -> int:
    """Change go.mod, check what became of it, and generate."""
    tool = go_for(session, fetch=not options.module.sources.offline)
    folder = _module_folder(session, tool)
    tree = with_values(options.module, {"input": TreeInput(text=str(folder), root=folder), "mod": "mod"})

    flags = ("-tool",) if options.generate.tool else ()

    def get(tool: Tool) -> None:
        opener = Opener(session=_with_database(session, options, tool), go=tool.path)
        opened = opener.open(tree, None)
        for command in (("get", *flags, *words), ("mod", "tidy")):
            done = opened.go.run(*command, cwd=folder)
            if done.code:
                raise error_of(done.err.strip() or done.describe())
            for line in done.err.splitlines():
                if not line.startswith("go: downloading "):
                    session.say(line.removeprefix("go: "))
        check(opened.go, folder)

    with _restored([folder / "go.mod", folder / "go.sum", *_work_sum(session, tool)]):
        with_go(session, tree, tool, get)
        return update(session, options, find_root(folder), whole=not options.choose.keep_going)


def _module_folder(session: Session, tool: Tool) -> Path:
    """Return the folder of the module that the user is in."""
    go = GoCommand.of(session, tool.path).with_environment(GOTOOLCHAIN="local")
    go_mod = go.settings(("GOMOD",), cwd=session.cwd).get("GOMOD", "")
    if go_mod in ("", "/dev/null"):
        raise UsageError(f"no go.mod in {session.cwd} or above", hint="change to the folder of a module, or use -C")
    return Path(go_mod).parent


def _with_database(session: Session, options: Options, tool: Tool) -> Session:
    """Return the session with the checksum database that `go get` would ask: new lines of go.sum are to be verified.

    With -goproxy, whose sources may be private, and -offline only one that the user names is asked.
    """
    sources = options.module.sources
    if sources.goproxy or sources.offline or "GOSUMDB" in session.environment:
        return session
    database = GoCommand.of(session, tool.path).settings(("GOSUMDB",), cwd=session.cwd)["GOSUMDB"]
    return replace(session, environment={**session.environment, "GOSUMDB": database})


def _required(go: GoCommand, folder: Path) -> frozenset[str]:
    """Return the paths of the modules that go.mod requires."""
    value = go.object("mod", "edit", "-json", cwd=folder)
    return frozenset(item["Path"] for item in value.get("Require") or ())


def _work_sum(session: Session, tool: Tool) -> list[Path]:
    """Return go.work.sum, where the user is in a workspace."""
    go = GoCommand.of(session, tool.path).with_environment(GOTOOLCHAIN="local")
    work = go.settings(("GOWORK",), cwd=session.cwd).get("GOWORK", "")
    return [Path(f"{work}.sum")] if work not in ("", "off") else []


@contextmanager
def _restored(paths: Iterable[Path]) -> Iterator[None]:
    """Put files back as they were where anything fails, or the user interrupts."""
    before = {path: read_bytes(path) if path.exists() else None for path in paths}
    try:
        yield
    except BaseException:
        for path, data in before.items():
            _put_back(path, data)
        raise


def _put_back(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
    elif not path.exists() or path.read_bytes() != data:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644

        def write(partial: Path) -> None:
            partial.write_bytes(data)
            partial.chmod(mode)

        replace_file(path, write)
