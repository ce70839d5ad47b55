"""The program of a go_install target: it installs what Bazel built, as `build` does, with no driver run before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import Any

from gomod2bazel import __version__
from gomod2bazel.base.counts import count
from gomod2bazel.base.errors import UsageError
from gomod2bazel.install import result
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import Binary, BuiltBinary, install, plan
from gomod2bazel.install.record import Input, Run
from gomod2bazel.options.flags import FLAGS, flags_of, parse_only

__all__ = ["install_built", "read_manifest"]

_FLAGS = ("binary", "destination", "prefix", "result-file", "result-format")

# The formats that need only Python: the runfiles do not contain protobuf.
_FORMATS = ("lines", "json", "rpm")


def install_built(
    argv: Sequence[str], manifest: Mapping[str, Any], *, root: Path, cwd: Path, say: Callable[[str], None]
) -> None:
    """Install the binaries of a manifest.

    Args:
        argv: flags of the command line; their paths are relative to ``cwd``.
        manifest: what the rule wrote, see `read_manifest`.
        root: the folder of runfiles that its paths are relative to, absolute.
        cwd: where the user is.
        say: tells the user what was done.

    Raises:
        Gomod2bazelError: as `install.install` and `result.write`, or a flag or an argument is wrong.
    """
    with chdir(cwd):
        _install(argv, manifest, root, say)


def _install(argv: Sequence[str], manifest: Mapping[str, Any], root: Path, say: Callable[[str], None]) -> None:
    if any(flag in ("h", "help") for flag, _ in flags_of(argv)):
        say(_help(manifest["label"]))
        return
    options, words = parse_only(argv, _FLAGS, "a go_install target")
    if words:
        raise UsageError(
            f"unexpected arguments: {' '.join(words)}",
            hint="omit them: a go_install target installs the binaries of its rule",
        )
    into = options.install
    if into.result_format not in _FORMATS:
        message = f"-result-format {into.result_format} is not possible with a go_install target"
        raise UsageError(message, hint=f"use one of {', '.join(_FORMATS)}, or gomod2bazel build")
    built = _renamed(read_manifest(manifest, root), options.choose.binaries)
    destination = Destination(destination=into.destination, prefix=into.prefix)
    listed = plan([built_binary.binary for built_binary in built], destination)
    if into.result_file:
        result.check(Path(into.result_file), into.result_format, listed)
    files = install(built, destination)
    if into.result_file:
        run = Run(tool_version=__version__, go_version=manifest["go_version"], input=manifest["label"])
        result.write(Path(into.result_file), into.result_format, [file.record for file in files], run)
    same = sum(file.unchanged for file in files)
    say(f"{count(len(files), 'file')} in {destination.destination}" + (f", {same} as before" if same else ""))


def _help(label: str) -> str:
    """Return how a go_install target is called."""
    lines = [f"usage: bazel run {label} -- [flags]", f"{label} installs the binaries of its rule."]
    return "\n".join([*lines, *(f"  -{name} {FLAGS[name].value}: {FLAGS[name].help}" for name in _FLAGS)])


def read_manifest(manifest: Mapping[str, Any], root: Path) -> tuple[BuiltBinary, ...]:
    """Return the binaries of a manifest.

    Args:
        manifest: ``label``, ``go_version`` and ``binaries``: mappings of ``file`` (relative to the runfiles), ``name``,
            ``import_path``, ``kind``, ``set``, ``goos``, ``goarch``, and ``buildinfo``, lines of the module
            information, or ``modinfo``, the file that has them.
        root: the folder of runfiles.
    """
    return tuple(_read(entry, root) for entry in manifest["binaries"])


def _read(entry: Mapping[str, Any], root: Path) -> BuiltBinary:
    lines = entry["buildinfo"]
    if entry.get("modinfo"):
        lines = (root / entry["modinfo"]).read_text(encoding="utf-8").split("\n")
    inputs = _inputs(lines)
    module = inputs[0] if inputs and lines[1].startswith("mod\t") else Input(module="")
    binary = Binary(
        import_path=entry["import_path"],
        name=entry["name"],
        kind=entry["kind"],
        set=entry["set"],
        module=module.module,
        version=module.version,
        goos=entry["goos"],
        goarch=entry["goarch"],
        inputs=inputs,
    )
    return BuiltBinary(binary=binary, source=root / entry["file"])


def _inputs(lines: Sequence[str]) -> tuple[Input, ...]:
    """Return the modules that module information names; the lock verified those that have a sum."""
    inputs: list[Input] = []
    for line in lines:
        word, *rest = line.split("\t")
        path, version, given = (*rest, "", "", "")[:3]
        if word in ("mod", "dep"):
            version = "" if version == "(devel)" else version
            inputs.append(Input(module=path, version=version, sum=given, verified=bool(given)))
        elif word == "=>":
            inputs[-1] = replace(inputs[-1], sum=given, verified=bool(given))
    return tuple(inputs)


def _renamed(built: Sequence[BuiltBinary], names: Mapping[str, str]) -> tuple[BuiltBinary, ...]:
    """Give binaries the names of -binary.

    Raises:
        UsageError: it names what the target does not install, or gives no name.
    """
    known = {built_binary.binary.import_path for built_binary in built}
    problems = [f"-binary {path}: the target does not install it" for path in names if path not in known]
    problems += [f"-binary {path}: no NAME given" for path, name in names.items() if path in known and not name]
    if problems:
        raise UsageError(
            "\n".join(problems),
            hint="rename with -binary IMPORTPATH=NAME; add binaries in the rule's attribute binaries",
        )
    return tuple(
        replace(built_binary, binary=replace(built_binary.binary, name=names[built_binary.binary.import_path]))
        if built_binary.binary.import_path in names and built_binary.binary.kind != "header"
        else built_binary
        for built_binary in built
    )
