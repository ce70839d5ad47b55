"""Which files a build reads, and the state of each: what tells the next run whether anything changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gomod2bazel.base.disk.files import files_below
from gomod2bazel.base.process.programs import Tool, which
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.c_tools import c_tools_of
from gomod2bazel.bazel.names import repository_name
from gomod2bazel.bazel.workspace import module_folders
from gomod2bazel.load.load import Loaded
from gomod2bazel.load.up_to_date import folders_of, inputs_of
from gomod2bazel.lock.lock import Lock
from gomod2bazel.lock.repository_roots import outside_files
from gomod2bazel.options.options import Options
from gomod2bazel.provision.rulesroot import rules_root
from gomod2bazel.sets.overrides_file import override_paths
from gomod2bazel.sets.reading.tree import Tree

__all__ = ["input_states"]


def input_states(
    session: Session, options: Options, parts: Sequence[tuple[Loaded, Lock]], go: Tool
) -> Mapping[str, tuple[int, ...]]:
    """Return the state of every file that a build reads; what is edited after that counts as changed.

    Args:
        session: The user's session.
        options: The command line.
        parts: What was loaded for each platform, and its lock.
        go: The go command.

    Raises:
        FileError: A folder cannot be listed.
    """
    settings = parts[0][0].settings
    goroot = Path(settings["GOROOT"])
    more = [goroot / "VERSION", *files_below(rules_root(session.environment) / "rules")]
    load = options.module.load
    named = (
        settings.get("GOENV", ""),
        options.module.sources.sumfile,
        load.modfile,
        load.overlay,
        load.compile.profile,
    )
    more += [session.cwd / file for file in named if file]
    more += [Path(file) for pair in load.overlaid.items() for file in pair]
    baseline = options.module.versions.baseline
    more += _baseline_files(session.cwd / baseline) if baseline else ()
    more += override_paths(options.module.assign, parts[0][0].root, session.cwd)
    for loaded, lock in parts:
        more += _of_tree(loaded) if loaded.root else ()
        more += _surroundings(loaded, lock)
        tools = [which(name, session.environment) for name in c_tools_of(lock, loaded.settings)]
        more += [tool for tool in tools if tool]
    packages = [package for loaded, _ in parts for package in loaded.packages]
    # One that is put there later stands before the archive in the module.
    closed = [package.import_path for package in packages if package.binary_only and load.pkgdir]
    more += [Path(load.pkgdir, f"{path}.a") for path in closed]
    # A go on PATH that was passed over may work, or be new enough, the next time.
    passed_over = which("go", session.environment) or go.path
    return inputs_of(packages, [go.path, passed_over], more, session.caches.modules)


def _of_tree(loaded: Loaded) -> Iterator[Path]:
    """Yield what a main module consists of: any file may be evidence of what a binary is for."""
    root, workspace = Path(loaded.root or ""), loaded.settings.get("GOWORK", "")
    yield from (root / "go.mod", root / "go.sum", root / "vendor" / "modules.txt", *folders_of(root))
    tree = Tree(root=root, path=loaded.module.path)
    yield from (root / name for name in (*tree.files, *tree.folders))
    if workspace not in ("", "off"):
        yield from (Path(workspace), Path(f"{workspace}.sum"))
    yield from (Path(p.module.replace.dir) / "go.mod" for p in loaded.packages if p.module and p.module.replace)


def _surroundings(loaded: Loaded, lock: Lock) -> Iterator[Path]:
    """Yield the C files around modules that their packages take."""
    folders = module_folders(loaded.packages, modules=lock.modules)
    for module in lock.modules:
        root = folders.get(repository_name(module.path, module.version), "")
        yield from (Path(root, file) for file in outside_files(module))


def _baseline_files(file: Path) -> Sequence[Path]:
    from gomod2bazel.baseline.file import files_of  # noqa: PLC0415 - most builds have no baseline

    return files_of(file)
