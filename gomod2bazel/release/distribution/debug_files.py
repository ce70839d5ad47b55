"""Debug files: what debuggers need of a binary, split off from it and found by its GNU build ID.

Distributions have them in packages of their own, below /usr/lib/debug/.build-id (debuggers read them there: "Debugging
Information in Separate Files" in the manual of GDB). objcopy of binutils or LLVM does the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import make_folder
from gomod2bazel.base.errors import BuildError, ToolError
from gomod2bazel.base.process.programs import which
from gomod2bazel.base.process.runner import Runner

__all__ = ["Splitter", "debug_name", "find_objcopy"]


def debug_name(build_id: str) -> str:
    """Return the path of a debug file below the folder of debug files.

    Args:
        build_id: the GNU build ID of the binary, in hexadecimal.
    """
    return f".build-id/{build_id[:2]}/{build_id[2:]}.debug"


def find_objcopy(environment: Mapping[str, str]) -> Path:
    """Return the program that OBJCOPY names, or objcopy on PATH.

    Raises:
        ToolError: it does not exist.
    """
    name = environment.get("OBJCOPY") or "objcopy"
    path = which(name, environment)
    if path is None:
        raise ToolError(
            f'-debug-files: "{name}" not found in $PATH',
            hint="install binutils, or set OBJCOPY to the objcopy of the target, such as aarch64-linux-gnu-objcopy",
        )
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Splitter:
    """Splits binaries.

    Attributes:
        objcopy: the program.
        runner: runs it.
        environment: variables for it.
    """

    objcopy: Path
    runner: Runner
    environment: Mapping[str, str]

    def split(self, binary: Path, build_id: str, folder: Path) -> tuple[Path, Path]:
        """Return a copy of a binary without symbols and debug information, and a file that has them.

        Args:
            binary: a linked file.
            build_id: its GNU build ID.
            folder: an empty folder for both.

        Raises:
            BuildError: objcopy failed.
            ToolError: objcopy cannot be run.
        """
        debug, stripped = folder / debug_name(build_id), folder / "stripped"
        make_folder(debug.parent)
        self._run("--only-keep-debug", "--compress-debug-sections", binary, debug)
        # The link names the file and has its checksum; the folder is the debugger's to know.
        self._run("--strip-all", f"--add-gnu-debuglink={debug}", binary, stripped)
        return stripped, debug

    def _run(self, *arguments: str | Path) -> None:
        # Messages are in English, whatever the user's language: they are part of ours.
        done = self.runner.run([self.objcopy, *arguments], env={**self.environment, "LC_ALL": "C"})
        if done.code:
            raise BuildError(
                f"-debug-files: {done.describe()}",
                hint="set OBJCOPY to an objcopy that knows the format of the binary, such as llvm-objcopy",
            )
