"""Write a lock file: a line for each package, so that changes on two branches merge, and nothing that others tell.

`expand` and rules/private/lock/format.bzl do the reverse; docs/lock.md describes the format.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gomod2bazel.lock.file.derived import STANDARD, import_path, library_target, module_lines, path_in_module

__all__ = ["SCHEMA", "lock_text"]

SCHEMA = 3
"""Changes when readers of the previous one would misread the file. 1 and 2 were of files with indented entries."""

# In this order; other keys are sorted.
_FIRST = ("path", "dir", "import_path", "platform", "version", "replaced_by", "target", "name", "set")

_Owners = Mapping[str, tuple[str, str]]


def lock_text(value: Mapping[str, Any]) -> str:
    """Return the text of a lock file.

    Args:
        value: the lock, as `Lock.to_dict` returns it.

    Raises:
        ValueError: ``direct`` names a module that is not among the modules.
    """
    sdks, configurations = value.get("sdk", {}), value.get("configurations", {})
    in_place = sorted(value.get("repository_packages", {}).items())
    owners = _owners(value)
    modules = {module["path"]: module for module in value["modules"]}
    standard = value["standard"]
    lines = [
        f'"schema":{SCHEMA}',
        f'"configuration":{_json(value["configuration"])}',
        *_list("configurations", ({"name": name, **entry} for name, entry in sorted(configurations.items()))),
        *_list("main_modules", value.get("main_modules", ())),
        *_list("repository_packages", ({"import_path": path, **package} for path, package in in_place)),
        *_list("sdk", ({"platform": platform, **sdk} for platform, sdk in sorted(sdks.items()))),
        *(['"direct":true'] if "direct" in value else []),
        '"modules":[',
        *_module_lines(value, owners),
        "null]",
        '"standard":{',
        *([f'"overlay":{_json(standard["overlay"])}'] if "overlay" in standard else []),
        *_list("imports", standard.get("imports", ())),
        *_list("test_imports", standard.get("test_imports", ())),
        '"packages":[',
        *(_entry(_standard_package(package, owners)) for package in standard["packages"]),
        "null]}",
        '"binaries":[',
        *(_entry(_binary(binary, modules)) for binary in value["binaries"]),
    ]
    return "{\n" + "".join(f"{line}\n" if line[-1] in "[{" else f"{line},\n" for line in lines) + "null]}\n"


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def _entry(value: Mapping[str, Any]) -> str:
    """Return an object with what identifies it first."""
    first = "".join(f'"{key}":{_json(value[key])},' for key in _FIRST if key in value)
    others = _json({key: entry for key, entry in value.items() if key not in _FIRST})
    return f"{{{first}{others[1:]}" if others != "{}" else f"{{{first[:-1]}}}"


def _list(name: str, entries: Iterable[object]) -> list[str]:
    """Return the lines of a list that has any: null is last, so that what is added before it changes no other line."""
    lines = [_entry(entry) if isinstance(entry, Mapping) else _json(entry) for entry in entries]
    return [f'"{name}":[', *lines, "null]"] if lines else []


def _owners(value: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return what each package is called among imports: its module, and its path in that."""
    owners = {package["import_path"]: (STANDARD, package["import_path"]) for package in value["standard"]["packages"]}
    for module in value["modules"]:
        path = module["path"]
        for package in module["packages"]:
            if name := path_in_module(path, package["import_path"]):
                owners[package["import_path"]] = (path, name)
    return owners


def _module_lines(value: Mapping[str, Any], owners: _Owners) -> Iterator[str]:
    """Yield the lines of the modules: a head, one for each package, and an end that is the same for all."""
    direct = set(value.get("direct", ()))
    for module in value["modules"]:
        name = f"{module['path']}@{module['version']}"
        head = {key: entry for key, entry in module.items() if entry and key not in ("packages", "verified")}
        head |= {} if module["verified"] else {"verified": False}
        head |= {"direct": True} if name in direct else {}
        direct.discard(name)
        yield f'{_entry(head)[:-1]},"packages":['
        for package in module["packages"]:
            yield _entry(_package(package, module["path"], owners))
        yield "null]}"
    if direct:
        raise ValueError(f"not among the modules: {', '.join(sorted(direct))}")


def _package(package: Mapping[str, Any], path: str, owners: _Owners) -> dict[str, Any]:
    """Return what is written of a package of the module ``path``."""
    folder = package["dir"].removesuffix("/")
    whole = package["import_path"]
    entry = {"dir": folder} if folder else {}
    entry |= {} if whole == import_path(path, folder) else {"import_path": whole}
    is_usual = package["target"] == library_target(folder, package.get("name", ""))
    entry |= {} if is_usual else {"target": package["target"]}
    return entry | _attributes(package, path, owners)


def _standard_package(package: Mapping[str, Any], owners: _Owners) -> dict[str, Any]:
    whole = package["import_path"]
    entry = {"import_path": whole}
    entry |= {} if package["dir"] == f"src/{whole}/" else {"dir": package["dir"]}
    entry |= {} if package["target"] == whole else {"target": package["target"]}
    return entry | _attributes(package, STANDARD, owners)


def _attributes(package: Mapping[str, Any], path: str, owners: _Owners) -> dict[str, Any]:
    """Return the keys of a package that may differ between configurations, and how they differ."""
    name = package["import_path"].rpartition("/")[2]
    entry: dict[str, Any] = {} if package.get("name", name) == name else {"name": package["name"]}
    entry |= {key: value for key, value in _shorter(package, path, owners).items() if value and key != "name"}
    differing = package.get("variants", {})
    variants = {name: _shorter(values, path, owners) for name, values in differing.items()}
    entry |= {"variants": variants} if variants else {}
    return entry | ({"in": package["in"]} if package.get("in") else {})


_IDENTITY = frozenset({"import_path", "dir", "target", "variants", "in"})


def _shorter(values: Mapping[str, Any], path: str, owners: _Owners) -> dict[str, Any]:
    """Return attributes with shorter imports and names of Go files."""
    shorter = {key: value for key, value in values.items() if key not in _IDENTITY and key not in ("imports", "srcs")}
    if "imports" in values:
        shorter["imports"] = _grouped(values["imports"], path, owners)
    go, others = _go_files(values.get("srcs", ()))
    shorter |= {"go": " ".join(go)} if go else {}
    return shorter | ({"srcs": others} if others else {})


def _grouped(imports: Iterable[str], path: str, owners: _Owners) -> dict[str, str]:
    """Return imports by module: the standard library, the own module as ``.``, others; what no module has as it is."""
    groups: dict[str, list[str]] = {}
    for imported in imports:
        owner, name = owners.get(imported, ("", imported))
        groups.setdefault("." if owner == path and path != STANDARD else owner, []).append(name)
    order = sorted(groups, key=lambda owner: (owner != STANDARD, owner != ".", owner))
    return {owner: " ".join(groups[owner]) for owner in order}


def _go_files(srcs: Sequence[str]) -> tuple[list[str], list[str]]:
    """Divide sources into Go files without their extension, and those from the first that is none, or has a space."""
    count = next((i for i, name in enumerate(srcs) if not name.endswith(".go") or " " in name), len(srcs))
    return [name.removesuffix(".go") for name in srcs[:count]], list(srcs[count:])


def _binary(binary: Mapping[str, Any], modules: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what is written of a binary."""
    whole, folder = binary["import_path"], binary["dir"]
    derived = {
        "import_path": import_path(binary["module"], folder),
        "name": whole.rpartition("/")[2],
        "target": folder,
    }
    entry = {key: value for key, value in binary.items() if value and value != derived.get(key)}

    def shorter(values: Mapping[str, Any]) -> dict[str, Any]:
        return _with_module_paths(dict(values), whole, binary["module"], modules)

    if "variants" in binary:
        # Empty values, too, are what sets configurations apart.
        entry["variants"] = {name: shorter(values) for name, values in binary["variants"].items()}
    return shorter(entry)


def _with_module_paths(
    entry: dict[str, Any], main: str, module: str, modules: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Replace module information by the paths of the modules, where these tell it: they have no versions."""
    lines = list(entry.get("buildinfo", ()))
    paths = [line.split("\t")[1] for line in lines if line.startswith("dep\t")]
    if module not in modules or not all(path in modules for path in paths):
        return entry
    if lines != module_lines(main, modules[module], [modules[path] for path in paths]):
        return entry
    return {key: value for key, value in entry.items() if key != "buildinfo"} | {"modules": " ".join(paths)}
