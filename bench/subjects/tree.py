"""Trees of sources to build: of a module version, a synthetic repository, or a checkout."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.measure.errors import BenchError

__all__ = ["Size", "Tree", "checkout", "module_tree", "synthetic", "write_importer"]

_ROOT = Path(__file__).resolve().parents[2]

_BAZEL_FILES: tuple[str, ...] = (
    "BUILD",
    "BUILD.bazel",
    "MODULE.bazel",
    "MODULE.bazel.lock",
    "WORKSPACE",
    "WORKSPACE.bazel",
)
_BAZEL_FILES += ("WORKSPACE.bzlmod", ".bazelrc", ".bazelversion", ".bazelignore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a synthetic repository is."""

    packages: int
    modules: int = 0
    binaries: int = 0

    @classmethod
    def parse(cls, text: str) -> Size:
        """Read PACKAGES, PACKAGESxMODULES or PACKAGESxMODULESxBINARIES.

        Raises:
            BenchError: The text is none of these.
        """
        words = text.split("x")
        if len(words) > 3 or not all(word.isdigit() for word in words) or int(words[0]) < 1:
            raise BenchError(f"{text}: not a size: write PACKAGES, PACKAGESxMODULES or PACKAGESxMODULESxBINARIES")
        packages, modules, binaries = [*map(int, words), 0, 0][:3]
        if binaries > packages:
            raise BenchError(f"{text}: more binaries than packages")
        return cls(packages=packages, modules=modules, binaries=binaries or packages // 10)

    def __str__(self) -> str:
        return f"{self.packages}x{self.modules}x{self.binaries}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A tree that is copied for each side.

    Attributes:
        name: For tables: a module version, `synthetic PACKAGESxMODULESxBINARIES`, or the name of a folder.
        source: Its files.
        size: That of a synthetic one.
        environment: Variables that its builds need.
        goproxy: A source of modules that it needs in addition to the user's, as a URL; empty for none.
    """

    name: str
    source: Path
    size: Size | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    goproxy: str = ""

    def copy(self, into: Path, *, nested: bool = True) -> None:
        """Copy the files, writable, to a folder that does not exist yet, without those of Bazel and version control.

        Args:
            into: The folder.
            nested: Whether to copy folders that are modules of their own, and a go.work that may name them.
        """

        def left_out(folder: str, names: list[str]) -> set[str]:
            found = {name for name in names if name in _BAZEL_FILES or name == ".git" or name.startswith("bazel-")}
            if nested:
                return found
            found |= {name for name in names if name in ("go.work", "go.work.sum")}
            return found | {name for name in names if Path(folder, name, "go.mod").is_file()}

        shutil.copytree(self.source, into, symlinks=True, ignore=left_out)
        for path in [into, *into.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o200)


def module_tree(module: str, environment: Mapping[str, str]) -> Tree:
    """Return the tree of MODULE@VERSION, which the go command downloads.

    Raises:
        BenchError: No source has it.
    """
    done = _go(("mod", "download", "-json", module), _ROOT, environment)
    return Tree(name=module, source=Path(json.loads(done)["Dir"]))


def synthetic(size: Size, folder: Path, environment: Mapping[str, str]) -> Tree:
    """Make a synthetic repository below a folder with tools/make_packages."""
    made, (packages, modules, binaries) = folder / f"many{size}", (size.packages, size.modules, size.binaries)
    words = [_ROOT / "tools" / "make_packages", made, packages, modules, binaries]
    cache = {"GOMODCACHE": str(folder / "made"), "GOFLAGS": "-modcacherw"}
    argv = [sys.executable, *map(str, words)]
    done = subprocess.run(argv, env={**environment, **cache}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"make_packages: {done.stderr}")
    if not size.modules:
        return Tree(name=f"synthetic {size}", source=made, size=size)
    proxy = f"file://{made.resolve()}-goproxy"
    others = _go(("env", "GOPROXY"), _ROOT, environment).strip()
    # A module cache for this tree alone: another size makes other modules of the same names and versions.
    known = {"GOMODCACHE": str(folder / f"modules{size}"), "GONOSUMDB": "example.com"}
    variables = {"GOPROXY": f"{proxy},{others}", **known}
    return Tree(name=f"synthetic {size}", source=made, size=size, environment=variables, goproxy=proxy)


def checkout(folder: Path) -> Tree:
    """Return the tree of a folder with a go.mod.

    Raises:
        BenchError: The folder has no go.mod.
    """
    if not (folder / "go.mod").is_file():
        raise BenchError(f"{folder}: no go.mod there")
    return Tree(name=folder.resolve().name, source=folder.resolve())


def write_importer(folder: Path, packages: Sequence[str]) -> None:
    """Write a module whose program imports packages of the standard library, in place of what the folder has."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lines = "".join(f'\t_ "{path}"\n' for path in packages)
    (folder / "go.mod").write_text("module example.com/warm\n\ngo 1.24\n", encoding="utf-8")
    text = f"package main\n\nimport (\n{lines})\n\nfunc main() {{}}\n"
    (folder / "main.go").write_text(text, encoding="utf-8")


def _go(arguments: tuple[str, ...], cwd: Path, environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        ["go", *arguments], cwd=cwd, env=dict(environment), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BenchError(f"go {' '.join(arguments)}: {done.stdout}{done.stderr}")
    return done.stdout
