"""A goproxy on disk from txtar files, one for each module version, packed as tools/pack_examples packs them.

A file is called NAME@VERSION.txtar; NAME is for people, the module's path is in the go.mod inside. A module without
a go.sum gets the one that ``go mod tidy`` would write; one that has to be wrong is written out in the file. CPU
profiles are written as `support.profile` reads them.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from gomod2bazel.base.version import Version, escape
from support.profile import encode

__all__ = ["Proxy", "make_proxy", "parse_txtar", "unpack"]

ROOT = Path(__file__).resolve().parents[2]
_REPLACEMENT = re.compile(r"=> (\S+) (v\S+)")
_MODULE = re.compile(r'^module\s+"?([^"\s]+)"?\s*$', re.MULTILINE)


@cache
def packer() -> ModuleType:
    """Return tools/pack_examples, which has no name that an import statement could use."""
    loader = importlib.machinery.SourceFileLoader("pack_examples", str(ROOT / "tools/pack_examples"))
    spec = importlib.util.spec_from_loader("pack_examples", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def parse_txtar(path: Path) -> dict[str, bytes]:
    """Return the files of a txtar archive; unlike the packer's, this takes one without a go.mod."""
    _comment, *rest = packer().MARKER.split(path.read_text(encoding="utf-8"))
    contents = (content.removeprefix("\n").encode() for content in rest[1::2])
    return dict(zip(rest[::2], contents, strict=True))


def unpack(path: Path, folder: Path) -> None:
    """Write the files of a txtar archive below ``folder``."""
    for name, content in parse_txtar(path).items():
        packer().put(folder / name, content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A goproxy hierarchy.

    Attributes:
        root: its folder.
        go_sum: the text of a go.sum that verifies all of it.
    """

    root: Path
    go_sum: str

    @property
    def url(self) -> str:
        """Its address for GOPROXY."""
        return self.root.as_uri()


def make_proxy(
    root: Path, archives: Iterable[Path], *, tampered: Iterable[Path] = (), overlay: Path | None = None
) -> Proxy:
    """Pack module versions into a goproxy.

    Args:
        root: the folder to write; need not be there.
        archives: NAME@VERSION.txtar files.
        tampered: NAME@VERSION.txtar files to serve in place of what the sums were taken from.
        overlay: a txtar of files to put into the hierarchy afterwards: damaged zips, versions half there. One without
            content is removed instead.
    """
    modules = dict(_read(path) for path in archives)
    sums: dict[Version, tuple[str, ...]] = {}
    for module in sorted(modules):
        _add(root, module, modules, sums)
    for module, files in map(_read, tampered):
        packer().put(_base(root, module, ".zip"), packer().make_zip(module, files))
    for name, content in parse_txtar(overlay).items() if overlay else ():
        packer().put(root / name, content or None)
    root.mkdir(parents=True, exist_ok=True)
    return Proxy(root=root, go_sum="".join(line for lines in sums.values() for line in lines))


def _read(path: Path) -> tuple[Version, dict[str, bytes]]:
    files = parse_txtar(path)
    files |= {name: encode(content.decode()) for name, content in files.items() if name.endswith(".pgo")}
    declared = _MODULE.search(files["go.mod"].decode())
    assert declared, f"{path}: no module line"
    return Version(declared[1], path.name.removesuffix(".txtar").rpartition("@")[2]), files


def _base(root: Path, module: Version, suffix: str) -> Path:
    return root / escape(module.path) / "@v" / f"{escape(module.version)}{suffix}"


def _required(files: Mapping[str, bytes]) -> list[Version]:
    text = files["go.mod"].decode()
    return [Version(*match) for match in (*packer().REQUIRE.findall(text), *_REPLACEMENT.findall(text))]


def _add(
    root: Path, module: Version, modules: Mapping[Version, dict[str, bytes]], sums: dict[Version, tuple[str, ...]]
) -> None:
    """Pack ``module``, after what it requires."""
    if module in sums:
        return
    files = modules[module]
    required = [version for version in _required(files) if version in modules]
    for version in required:
        _add(root, version, modules, sums)
    if required:
        files.setdefault("go.sum", "".join(_lines(required, modules, sums)).encode())
    archive = packer().make_zip(module, files)
    sums[module] = tuple(packer().sum_lines(module, archive, files["go.mod"]))
    info = json.dumps({"Version": module.version, "Time": packer().TIME}).encode()
    for suffix, content in ((".zip", archive), (".mod", files["go.mod"]), (".info", info)):
        packer().put(_base(root, module, suffix), content)
    with _base(root, module, ".zip").with_name("list").open("a", encoding="utf-8") as listed:
        listed.write(f"{module.version}\n")


def _lines(
    versions: Iterable[Version], modules: Mapping[Version, dict[str, bytes]], sums: Mapping[Version, tuple[str, ...]]
) -> list[str]:
    """Return the go.sum lines of ``versions`` and of all they require."""
    lines: dict[str, None] = {}
    for version in versions:
        lines |= dict.fromkeys(sums[version])
        below = [required for required in _required(modules[version]) if required in modules]
        lines |= dict.fromkeys(_lines(below, modules, sums))
    return sorted(lines)
