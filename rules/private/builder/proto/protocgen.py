"""Run protoc once for each of some plugins, and put the Go files that they write in place.

Usage: ``protocgen.py PARAMS``. PARAMS holds one ``key=value`` a line: ``protoc``, ``descriptors`` (files), ``proto``
(the files to generate for), and ``option`` for all plugins. Each ``plugin`` begins what is for that plugin alone:
``option``, ``strict``, and ``out``, the files to write.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

# What a plugin does not write since a .proto file has nothing for it, Bazel expects all the same; no target has this.
_EMPTY = "//go:build ignore\n\npackage ignore\n"


class GenerateError(Exception):
    """Sources cannot be generated; the text says why."""


@dataclass(slots=True)
class Step:
    """What one plugin does.

    Attributes:
        plugin: its program.
        options: of it.
        outs: the files to write.
        strict: whether it must write all of them.
    """

    plugin: str
    options: list[str] = field(default_factory=list)
    outs: list[str] = field(default_factory=list)
    strict: bool = False


@dataclass(slots=True)
class Request:
    """What to generate.

    Attributes:
        protoc: the program.
        descriptors: files with the descriptors of all .proto files.
        protos: the .proto files to generate for, as others import them.
        options: of all plugins.
        steps: one for each plugin.
    """

    protoc: str = ""
    descriptors: list[str] = field(default_factory=list)
    protos: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


def read_request(lines: Sequence[str]) -> Request:
    """Read the lines of a request.

    Raises:
        ValueError: a key is unknown.
    """
    request = Request()
    for line in lines:
        key, _, value = line.partition("=")
        step = request.steps[-1] if request.steps else None
        if key == "protoc":
            request.protoc = value
        elif key == "descriptors":
            request.descriptors.append(value)
        elif key == "proto":
            request.protos.append(value)
        elif key == "plugin":
            request.steps.append(Step(plugin=value))
        elif key == "option":
            (step.options if step else request.options).append(value)
        elif key == "out" and step:
            step.outs.append(value)
        elif key == "strict" and step:
            step.strict = True
        else:
            raise ValueError(f"unknown line {line!r}")
    return request


def command(request: Request, step: Step, folder: str) -> list[str]:
    """Return the command line that writes the files of one plugin below ``folder``."""
    name = os.path.basename(step.plugin).removesuffix(".exe").removeprefix("protoc-gen-")
    return [
        request.protoc,
        f"--plugin=protoc-gen-{name}={os.path.abspath(step.plugin)}",
        f"--{name}_out={folder}",
        *(f"--{name}_opt={option}" for option in (*step.options, *request.options)),
        f"--descriptor_set_in={os.pathsep.join(request.descriptors)}",
        *request.protos,
    ]


def sources_of(step: Step, written: Sequence[str]) -> dict[str, str | None]:
    """Return which of the files that a plugin wrote belongs in the place of each that is expected.

    Plugins write below the import path or below the folder of the .proto file; only the file name is the same.

    Args:
        step: the plugin's.
        written: paths of the files that it wrote.

    Returns:
        for each of ``step.outs``, a path; None where there is no such file.

    Raises:
        GenerateError: two files have the name of one that is expected.
    """
    by_name: dict[str, str] = {}
    for path in written:
        name = os.path.basename(path)
        if name in by_name:
            raise GenerateError(
                f"{os.path.basename(step.plugin)} wrote two files {name}; "
                "check option go_package of the .proto files against importpath"
            )
        by_name[name] = path
    return {out: by_name.get(os.path.basename(out)) for out in step.outs}


def generate(request: Request) -> None:
    """Write all files of a request.

    Raises:
        GenerateError: protoc failed, or a plugin did not write what it must.
    """
    for step in request.steps:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(command(request, step, folder), capture_output=True, encoding="utf-8", check=False)
            if done.returncode:
                raise GenerateError((done.stdout + done.stderr).rstrip() or f"protoc: exit status {done.returncode}")
            sys.stderr.write(done.stdout + done.stderr)
            written = sorted(str(path) for path in Path(folder).rglob("*.go"))
            for out, source in sources_of(step, written).items():
                if source:
                    shutil.copyfile(source, out)
                elif step.strict:
                    raise GenerateError(f"{os.path.basename(step.plugin)} wrote no file {os.path.basename(out)}")
                else:
                    Path(out).write_text(_EMPTY, encoding="utf-8")


def main(params: str) -> int:
    """Carry out the request in a file; return the exit status."""
    try:
        generate(read_request(Path(params).read_text(encoding="utf-8").splitlines()))
    except (GenerateError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
