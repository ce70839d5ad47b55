"""What a binary says of its build: its module information, its build ID, and the traces of linker flags."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from gomod2bazel.base.disk.files import file_error, file_errors
from gomod2bazel.base.errors import Gomod2bazelError, ToolError, UsageError
from gomod2bazel.base.json_input import read_object, shape_errors
from gomod2bazel.base.process.runner import Completed
from gomod2bazel.commands.verify.compare import digest
from gomod2bazel.commands.verify.explainer import explain
from gomod2bazel.golang.command.gocommand import GoCommand

__all__ = ["BinaryFacts", "RecordedModule", "read_facts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedModule:
    """A module that a binary names (runtime/debug, Module).

    Attributes:
        path: its path.
        version: its version, or ``(devel)``, or nothing.
        sum: its checksum, or nothing.
        replace: what was used in its place.
    """

    path: str
    version: str = ""
    sum: str = ""
    replace: RecordedModule | None = None

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """Read a Module of the JSON form of runtime/debug's BuildInfo."""
        replaced = value.get("Replace")
        return cls(
            path=str(value["Path"]),
            version=str(value.get("Version", "")),
            sum=str(value.get("Sum", "")),
            replace=cls.of(replaced) if replaced else None,
        )

    def lines(self, word: str) -> list[str]:
        """Return its lines as BuildInfo.String writes them, ``word`` first."""
        head = f"{word}\t{self.path}\t{self.version}"
        return [head, *self.replace.lines("=>")] if self.replace else [f"{head}\t{self.sum}"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryFacts:
    """What an executable says of its build.

    Attributes:
        name: the file as the user wrote it.
        path: the file.
        sha256: hexadecimal digest of its content.
        go_version: the version of Go that linked it, such as go1.26.8.
        import_path: its main package.
        main: the module of that package; None where the binary names none.
        modules: the other modules that are in it.
        settings: flags and variables of the build by their names: ``-tags``, ``CGO_ENABLED``, ``vcs.revision``.
        build_id: the go command's build ID; empty where it has none.
        format: ELF, Mach-O or PE; empty for others.
        has_symbols, has_dwarf: whether it has a symbol table, and debugging information.
        host_build_id: its GNU build ID in hexadecimal; empty where it has none.
        variables: names and values that -X of the linker set; known only with a symbol table.
        compilers: what C compilers wrote about themselves.
        main_file, runtime_file: the files that main.main and runtime.main were compiled from.
    """

    name: str
    path: Path
    sha256: str = ""
    go_version: str
    import_path: str
    main: RecordedModule | None
    modules: tuple[RecordedModule, ...] = ()
    settings: Mapping[str, str]
    build_id: str = ""
    format: str = ""
    has_symbols: bool = True
    has_dwarf: bool = True
    host_build_id: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    compilers: tuple[str, ...] = ()
    main_file: str = ""
    runtime_file: str = ""

    @property
    def platform(self) -> tuple[str, str]:
        """GOOS and GOARCH; empty where the binary does not name them."""
        return self.settings.get("GOOS", ""), self.settings.get("GOARCH", "")

    @property
    def module_lines(self) -> list[str]:
        """The lines on its main package and modules, as `modinfo.module_lines` has them for a build."""
        lines = [f"path\t{self.import_path}", *(self.main.lines("mod") if self.main else [])]
        return lines + [line for module in self.modules for line in module.lines("dep")]


def read_facts(go: GoCommand, path: Path, name: str) -> BinaryFacts:
    """Read what an executable says of its build.

    Args:
        go: the go command that compiles the reader.
        path: the file, absolute.
        name: the file as the user wrote it.

    Raises:
        UsageError: it is not an executable that the go command built.
        FileError: it cannot be read.
        ToolError: what reads it cannot be compiled.
    """
    _check_file(path, name)
    done = explain(go, "describe", str(path))
    if done.code:
        raise _unreadable(done, name)
    value = read_object(done.out, f"the build information of {name}")
    with shape_errors(f"the build information of {name}"):
        return _facts(value, path, name)


def _unreadable(done: Completed, name: str) -> Gomod2bazelError:
    """Return the error for a file that the reader refused, or for a reader that does not run."""
    text, _, status = done.err.strip().rpartition("\n")
    # How `go run` ends when the program itself failed.
    if not status.startswith("exit status "):
        return ToolError(done.describe(), hint="gomod2bazel doctor shows what is wrong with this Go")
    # A damaged file may end it with a long trace.
    return UsageError(f"{name} is not a Go executable: {text.partition(chr(10))[0]}", hint=_HINT)


_HINT = "name an executable that go build or go install made; go version -m FILE prints what one says of its build"


def _check_file(path: Path, name: str) -> None:
    """Refuse what is not an executable, before the go command reads it."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        hint = "name a file that exists; to choose a binary by its import path, give INPUT, too"
        raise UsageError(f"-binary {name}: no such file", hint=hint) from None
    except ValueError as error:
        raise UsageError(f"-binary {name!r}: {error}", hint=_HINT) from error
    except OSError as error:
        raise file_error("read", path, error) from error
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise UsageError(f"-binary {name} is {what}", hint=_HINT)
    with file_errors("read", path), path.open("rb") as file:
        begin = file.read(2)
    if not begin:
        raise UsageError(f"{name} is empty", hint=_HINT)
    if begin == b"#!":
        raise UsageError(f"{name} is a script", hint=_HINT)


def _facts(value: Mapping[str, Any], path: Path, name: str) -> BinaryFacts:
    main = value.get("Main") or {}
    return BinaryFacts(
        name=name,
        path=path,
        sha256=digest(path),
        go_version=str(value["GoVersion"]),
        import_path=str(value["Path"]),
        main=RecordedModule.of(main) if main.get("Path") else None,
        modules=tuple(RecordedModule.of(module) for module in value.get("Deps") or ()),
        settings={str(setting["Key"]): str(setting["Value"]) for setting in value.get("Settings") or ()},
        build_id=str(value["BuildID"]),
        format=str(value["Format"]),
        has_symbols=bool(value["HasSymbols"]),
        has_dwarf=bool(value["HasDWARF"]),
        host_build_id=str(value["HostBuildID"]),
        variables=tuple((str(pair["Name"]), str(pair["Value"])) for pair in value.get("Variables") or ()),
        compilers=tuple(map(str, value.get("Compilers") or ())),
        main_file=str(value["MainFile"]),
        runtime_file=str(value["RuntimeFile"]),
    )
