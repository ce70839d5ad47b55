"""The folders of the driver are stages: a folder imports those above it alone, and none is too full to look through."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from gomod2bazel.base.digraph import order

pytestmark = pytest.mark.repository

ROOT = Path(__file__).resolve().parents[3]

ORDER = (
    "base",
    "options",
    "golang.proxy",
    "golang.causes",
    "golang.command",
    "golang.build_cache",
    "provision",
    "sets",
    "load",
    "lock",
    "install",
    "release",
    "bazel",
    "baseline",
    "generate",
    "commands",
)
"""The stages. Each may import itself and those before it; what is in no folder may import all of them."""

MOST_AT_THE_TOP = 17
MOST_IN_A_FOLDER = 14


def sources(root: Path) -> dict[str, ast.Module]:
    """Return the parsed modules of the driver below ``root``, by name without the package's own."""
    files = sorted(path for path in (root / "gomod2bazel").rglob("*.py") if not path.stem.endswith("_pb2"))
    return {_name(path.relative_to(root / "gomod2bazel")): ast.parse(path.read_bytes()) for path in files}


def _name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix("__init__").rstrip(".")


def imports(modules: Mapping[str, ast.Module]) -> Iterator[tuple[str, str]]:
    """Yield importer and imported: also of imports inside of functions, and of those for types alone."""
    for importer, tree in modules.items():
        for package, name in _import_statements(tree):
            whole = f"{package}.{name}".strip(".")
            yield importer, whole if whole in modules else package


@functools.cache
def _import_statements(tree: ast.Module) -> tuple[tuple[str, str], ...]:
    """Return what a module imports of the driver: module and name, the name empty where the module is imported."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "gomod2bazel":
            package = node.module.removeprefix("gomod2bazel").lstrip(".")
            found += [(package, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            names = (alias.name for alias in node.names if alias.name.startswith("gomod2bazel."))
            found += [(name.removeprefix("gomod2bazel."), "") for name in names]
    return tuple(found)


def stage(module: str) -> int:
    """Return the place of a module in `ORDER`; what is in no folder comes last, the package itself first."""
    found = [place for place, folder in enumerate(ORDER) if f"{module}.".startswith(f"{folder}.")]
    return found[0] if found else len(ORDER) if module else -1


def against_the_order(modules: Mapping[str, ast.Module]) -> list[str]:
    """Return the imports of a stage by an earlier one."""
    return [f"{a} imports {b}" for a, b in imports(modules) if stage(b) > stage(a)]


def folder_of(module: str, modules: Mapping[str, ast.Module]) -> str:
    """Return the folder that a module's file is in."""
    is_package = any(other.startswith(f"{module}.") for other in modules)
    return module if is_package else module.rpartition(".")[0]


def both_ways(modules: Mapping[str, ast.Module]) -> set[tuple[str, str]]:
    """Return the pairs of folders, of any depth, that import each other."""
    pairs = {(folder_of(a, modules), folder_of(b, modules)) for a, b in imports(modules) if b}
    return {(a, b) for a, b in pairs if a < b and (b, a) in pairs}


@pytest.fixture(scope="module")
def modules() -> dict[str, ast.Module]:
    return sources(ROOT)


def test_imports_go_one_way(modules: dict[str, ast.Module]) -> None:
    assert against_the_order(modules) == []
    assert both_ways(modules) == set()


def test_no_import_closes_a_circle(modules: dict[str, ast.Module]) -> None:
    needs: dict[str, set[str]] = {name: set() for name in modules}
    for importer, imported in imports(modules):
        if importer != imported:
            needs[importer].add(imported)
    assert len(order(needs)) >= len(modules), "an error would name the circle"


@pytest.mark.parametrize(
    "text",
    [
        "from gomod2bazel.commands.building.build import build",
        "def late() -> None:\n    from gomod2bazel.bazel import run",
        "if TYPE_CHECKING:\n    import gomod2bazel.lock.lock",
    ],
    ids=["at the top", "inside of a function", "for types alone"],
)
def test_an_import_that_is_turned_around_is_seen(modules: dict[str, ast.Module], text: str) -> None:
    assert against_the_order({**modules, "load.load": ast.parse(text)}) != []


def test_folders_that_import_each_other_are_seen(modules: dict[str, ast.Module]) -> None:
    turned = ast.parse("from gomod2bazel.sets.classify import Classified")
    assert both_ways({**modules, "sets.reading.words": turned}) == {("sets", "sets.reading")}


def test_every_folder_can_be_looked_through() -> None:
    count: dict[str, set[str]] = {}
    for path in (ROOT / "gomod2bazel").rglob("*"):
        # Folders of an earlier layout may still be there, with what Python compiled.
        if path.is_file() and "__pycache__" not in path.parts:
            below = path.relative_to(ROOT)
            for folder, entry in pairwise(below.parts[:depth] for depth in range(1, len(below.parts) + 1)):
                count.setdefault("/".join(folder), set()).add(Path(*entry).stem)
    assert len(count.pop("gomod2bazel")) <= MOST_AT_THE_TOP
    assert {folder: sorted(entries) for folder, entries in count.items() if len(entries) > MOST_IN_A_FOLDER} == {}
