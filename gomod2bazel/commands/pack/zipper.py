"""The program that writes module zips: golang.org/x/mod/zip from the Go SDK's own sources, compiled once."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.files import file_errors, make_folder, read_bytes, replace_file, write_file
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.errors import BuildError, ToolError
from gomod2bazel.base.json_input import read_object
from gomod2bazel.base.process.runner import Runner
from gomod2bazel.base.version import Version
from gomod2bazel.golang.command.gocommand import GoCommand

__all__ = ["Zipper", "zipper_of"]

_SOURCE = Path(__file__).parent / "zipper" / "main.go"

# A package that is in no SDK; an overlay puts it there, so that it may import what the module cmd has in its vendor
# folder.
_PACKAGE = "gomod2bazel_zipper"

# What a program that runs here must not be compiled for, and what would send for modules or another toolchain.
_PLAIN = {
    "CGO_ENABLED": "0",
    "GO111MODULE": "on",
    "GOARCH": "",
    "GOCACHEPROG": "",
    "GOEXPERIMENT": "",
    "GOFIPS140": "off",
    "GOFLAGS": "",
    "GOOS": "",
    "GOPROXY": "off",
    "GOTOOLCHAIN": "local",
    "GOWORK": "off",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Zipper:
    """Writes module zips.

    Attributes:
        program: the compiled main.go.
        environment: the user's.
        runner: runs it.
    """

    program: Path
    environment: Mapping[str, str]
    runner: Runner

    def zip(self, module: Version, output: Path, source: Sequence[str]) -> list[tuple[str, str]]:
        """Write the zip of ``module``.

        Args:
            module: path and version.
            output: the file to write.
            source: arguments of main.go that select what to pack.

        Returns:
            Path and reason of each file that module zips leave out; for a commit they are not listed.

        Raises:
            BuildError: no module zip can be made of that; all files that it must not have are named.
        """
        named = [str(self.program), "-module", module.path, "-version", module.version, "-o", str(output)]
        done = self.runner.run([*named, *source], env=self.environment)
        answer: dict[str, Any] = read_object(done.out, "the zipper") if done.out.startswith("{") else {}
        if done.code:
            lines = [f"{entry['Path']}: {entry['Reason']}" for entry in answer.get("Invalid") or ()]
            message = done.err.strip().removeprefix("create zip: ")
            lines += (
                [message if message.startswith(f"{module}: ") else f"{module}: {message}"]
                if message or not lines
                else []
            )
            hint = "see https://go.dev/ref/mod#zip-path-size-constraints for the files that a module may contain"
            raise BuildError("\n".join(lines), hint=hint)
        return [(entry["Path"], entry["Reason"]) for entry in answer.get("Omitted") or ()]


def zipper_of(go: GoCommand, folder: Path) -> Zipper:
    """Return the zipper for a Go SDK, compiled when it does not exist yet.

    Args:
        go: its go command, with the user's environment.
        folder: where compiled zippers, and what the go command computes for them, are kept.

    Raises:
        ToolError: the SDK has no sources of golang.org/x/mod/zip, or they do not compile.
    """
    plain = go.with_environment(**_PLAIN, GOCACHE=str(folder.parent / "go-build"))
    settings = plain.settings(("GOROOT", "GOVERSION"))
    # Distributions link the sources into place; the go command sees where they are.
    command = Path(settings["GOROOT"], "src", "cmd").resolve()
    if not (command / "vendor" / "golang.org" / "x" / "mod" / "zip").is_dir():
        raise ToolError(
            f"{command}: this Go distribution lacks golang.org/x/mod/zip, which writes module zips",
            hint="use a Go distribution with all of its sources",
        )
    key = json.dumps([settings, str(go.path)]).encode() + read_bytes(_SOURCE)
    program = folder / f"zipper-{hashlib.sha256(key).hexdigest()[:16]}"
    if not program.is_file():
        make_folder(folder)
        _compile(plain, command, program)
    return Zipper(program=program, environment=go.environment, runner=go.runner)


def _compile(go: GoCommand, command: Path, program: Path) -> None:
    """Compile the program next to its place and move it there: another run may be doing the same."""
    with temporary_folder() as name:
        overlay, made = Path(name, "overlay.json"), Path(name, "zipper")
        files = {str(command / _PACKAGE / "main.go"): str(_SOURCE)}
        write_file(overlay, json.dumps({"Replace": files}))
        flags = ["-trimpath", "-buildvcs=false", f"-overlay={overlay}", "-o", str(made)]
        done = go.run("build", *flags, f"./{_PACKAGE}", cwd=command)
        if done.code:
            raise ToolError(done.describe(), hint="gomod2bazel doctor shows what is wrong with this Go")
        with file_errors("write", program):
            replace_file(program, lambda partial: shutil.copy(made, partial))
