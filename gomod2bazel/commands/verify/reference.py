"""What the go command itself makes of an input: the binaries that ours must equal."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import files_below, make_folder
from gomod2bazel.base.errors import BuildError
from gomod2bazel.golang.command.names import binary_name
from gomod2bazel.load.input.input_module import InputModule
from gomod2bazel.options.flags import FLAGS, flags_of, parse
from gomod2bazel.options.link_presets import HARDENING, with_first

__all__ = ["Reference", "go_flags", "named_matters"]

_FILES = ("modfile", "overlay", "pgo", "pkgdir")
_NO_FILES = ("", "auto", "off")

# Without a pattern, their values are for the packages named on the command line.
_FOR_NAMED = re.compile(r"-(gcflags|asmflags|gccgoflags)=\s*(-.*)?|-cover(pkg|mode)?(=.*)?", re.DOTALL)


def go_flags(words: Sequence[str], cwd: Path) -> tuple[str, ...]:
    """Return the flags of ``go build`` that mean what ``words`` mean to us.

    Args:
        words: GOFLAGS and the command line, which were found right.
        cwd: the folder that files are relative to.

    Returns:
        Flags for a go command that runs anywhere: paths are absolute. Folders, version control and the go command's
        cache have no part in what it then makes, and the build ID is empty unless ``words`` set one.
    """
    given = list(flags_of(words))
    options, _ = parse(words)
    is_hardened = options.module.load.compile.hardening
    linker = ("-buildid=", *(HARDENING if is_hardened else ()))
    flags = [
        "-trimpath",
        "-buildvcs=false",
        f"-ldflags={' '.join(linker)}",
        *(["-buildmode=pie"] if is_hardened else []),
    ]
    for name, text in given:
        if not FLAGS[name].to_go or name == "hardening":
            continue
        value = with_first(text or "", linker) if name == "ldflags" else text
        if name in _FILES and value not in _NO_FILES:
            value = str(cwd / str(value))
        flags.append(f"-{name}" if value is None else f"-{name}={value}")
    return tuple(flags)


def named_matters(flags: Sequence[str]) -> bool:
    """Return whether any of the flags means something else for packages that the command line names."""
    return any(_FOR_NAMED.fullmatch(flag) for flag in flags)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Makes binaries with the go command, from what was loaded and nothing else.

    Attributes:
        opened: the module, whose private module cache has all that is needed.
        flags: of ``go build``.
        packages: import paths of the packages to name though they are not binaries; see `named_matters`.
        folder: in place of the module's own folder, one whose go.mod requires it.
    """

    opened: InputModule
    flags: tuple[str, ...]
    packages: tuple[str, ...] = ()
    folder: Path | None = None

    @property
    def builds(self) -> bool:
        """Whether ``go build`` makes them, in a folder of a main module; else ``go install path@version``."""
        return self.opened.is_main or self.folder is not None

    def make(self, import_paths: Sequence[str], folder: Path) -> Mapping[str, tuple[Path, ...]]:
        """Make binaries below ``folder``.

        Returns:
            The files that came of each import path: a binary, and the header of a C library.

        Raises:
            BuildError: the go command made them not.
        """
        made: dict[str, tuple[Path, ...]] = {}
        for number, batch in enumerate(self._batches(import_paths)):
            out = folder / str(number)
            make_folder(out)
            self._run(batch, out)
            files = [path for path in files_below(out) if path.is_file()]
            made |= {path: tuple(file for file in files if _is_of(path, file)) for path in batch}
        return made

    def _batches(self, import_paths: Sequence[str]) -> list[list[str]]:
        """Split binaries so that no two of one go command have the same file name; C libraries are made one by one."""
        modes = [flag.partition("=")[2] for flag in self.flags if flag.startswith("-buildmode=")]
        single = modes[-1:] not in ([], ["default"], ["exe"], ["pie"])
        batches: list[list[str]] = []
        for path in import_paths:
            fits = (b for b in batches if not single and binary_name(path) not in map(binary_name, b))
            batch = next(fits, None)
            if batch is None:
                batches.append([path])
            else:
                batch.append(path)
        return batches

    def _run(self, batch: Sequence[str], out: Path) -> None:
        opened = self.opened
        # Only what a missing requirement asks for, the newest version, is not in the cache.
        sources = [(opened.cache / "cache" / "download").as_uri(), opened.go.environment["GOPROXY"]]
        go = opened.go.with_environment(GOPROXY=",".join(sources))
        if self.builds:
            what = ("-o", f"{out}{os.sep}", "--", *batch, *self.packages)
            done = go.run("build", *self.flags, *what, cwd=self.folder or opened.root, timeout=3600)
        else:
            patterns = [f"{path}@{opened.module.version}" for path in (*batch, *self.packages)]
            # GOBIN cannot be had for another platform than this machine's; GOPATH's folder can.
            go = go.with_environment(GOPATH=str(out), GOBIN="")
            done = go.run("install", *self.flags, "--", *patterns, cwd=out, timeout=3600)
        if done.code:
            raise BuildError(f"go {'build' if self.builds else 'install'}: {done.err.strip() or done.describe()}")


def _is_of(import_path: str, file: Path) -> bool:
    name = binary_name(import_path)
    return file.name == name or (file.name.startswith(f"{name}.") and file.suffix in (".exe", ".a", ".so", ".h"))
