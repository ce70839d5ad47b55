"""Read the text of a lock file: the reverse of `compact`.

What is not as it should be stays as it is: `reader` says so, and where.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gomod2bazel.lock.file.derived import STANDARD, import_path, library_target, module_lines

__all__ = ["expanded"]


def expanded(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a lock as `Lock.to_dict` returns it, from the JSON object of its file."""
    lock = {**value, "modules": _list(value.get("modules"), _module), "main_modules": _list(value.get("main_modules"))}
    standard = value.get("standard")
    if isinstance(standard, dict):
        packages = _list(standard.get("packages"), _standard_package)
        imports = {key: _list(standard.get(key)) for key in ("imports", "test_imports")}
        lock["standard"] = {**standard, **imports, "packages": packages}
    for key, name in (("configurations", "name"), ("sdk", "platform"), ("repository_packages", "import_path")):
        entries = _list(value.get(key))
        if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
            lock[key] = {str(entry.get(name)): _without(entry, name) for entry in entries}
    modules = {module["path"]: module for module in _objects(lock["modules"]) if isinstance(module.get("path"), str)}
    lock["binaries"] = _list(value.get("binaries"), lambda binary: _binary(binary, modules))
    if lock.pop("direct", False):
        lock["direct"] = [f"{m['path']}@{m['version']}" for m in modules.values() if m.pop("direct", False)]
    return lock


def _list(entries: object, change: Callable[[dict[str, Any]], dict[str, Any]] | None = None) -> object:
    """Return a list without the null at its end, its objects changed; an empty one where there is none."""
    if entries is None:
        return []
    if not isinstance(entries, list):
        return entries
    kept = entries[:-1] if entries[-1:] == [None] else entries
    return [change(entry) if change and isinstance(entry, dict) else entry for entry in kept]


def _objects(entries: object) -> list[dict[str, Any]]:
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _without(entry: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != key}


_EMPTY_OF_MODULE: Mapping[str, Any] = {
    "version": "",
    "sum": "",
    "go_mod_sum": "",
    "verified": True,
    "replaced_by": "",
    "zip_sha256": "",
}


def _module(entry: dict[str, Any]) -> dict[str, Any]:
    path = str(entry.get("path", ""))
    return {**_EMPTY_OF_MODULE, **entry, "packages": _list(entry.get("packages"), lambda p: _package(p, path))}


def _package(entry: dict[str, Any], path: str) -> dict[str, Any]:
    folder = entry.get("dir", "")
    whole = entry.get("import_path", import_path(path, folder))
    name = _name(entry, whole)
    return {
        "import_path": whole,
        "target": library_target(folder, name.get("name", "")),
        **name,
        **_attributes(entry, path),
        "dir": f"{folder}/" if folder else "",
    }


def _standard_package(entry: dict[str, Any]) -> dict[str, Any]:
    whole = str(entry.get("import_path", ""))
    usual = {"dir": f"src/{whole}/", "target": whole, **_name(entry, whole)}
    return {**usual, **_attributes(entry, STANDARD)}


def _name(entry: Mapping[str, Any], whole: str) -> dict[str, str]:
    """Return the name of a package or binary that has none, unless that differs between configurations."""
    differs = any("name" in values for values in _variants(entry).values())
    return {} if differs else {"name": entry.get("name", whole.rpartition("/")[2])}


def _variants(entry: Mapping[str, Any]) -> dict[str, Any]:
    variants = entry.get("variants", {})
    return {n: v for n, v in variants.items() if isinstance(v, dict)} if isinstance(variants, dict) else {}


def _attributes(entry: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return all keys of a package, imports and names of Go files whole."""
    attributes = _longer(entry, path)
    variants = {name: _longer(values, path) for name, values in _variants(entry).items()}
    if not any("imports" in values for values in variants.values()):
        attributes.setdefault("imports", [])
    return {**attributes, **({"variants": {**entry["variants"], **variants}} if variants else {})}


def _longer(entry: Mapping[str, Any], path: str) -> dict[str, Any]:
    longer = _without(entry, "go")
    go, srcs, imports = entry.get("go"), entry.get("srcs", []), entry.get("imports")
    if isinstance(go, str) and isinstance(srcs, list):
        longer["srcs"] = [*(f"{name}.go" for name in go.split(" ")), *srcs]
    if isinstance(imports, dict) and all(isinstance(names, str) for names in imports.values()):
        longer["imports"] = sorted(
            _imported(owner, name, path) for owner, names in imports.items() for name in names.split(" ") if name
        )
    return longer


def _imported(owner: str, name: str, path: str) -> str:
    """Return the import path of a package that is called ``name`` among the imports from ``owner``."""
    if owner in ("", STANDARD):
        return name
    return import_path(path if owner == "." else owner, "" if name == "." else name)


_EMPTY_OF_BINARY: Mapping[str, Any] = {
    "margin": 0.0,
    "evidence": [],
    "buildinfo": [],
    "godebug": "",
    "linker_deps": [],
    "gc_linkopts": [],
    "flags": {},
    "pgo_profile": "",
}


def _binary(entry: dict[str, Any], modules: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    folder, module = entry.get("dir", ""), entry.get("module", "")
    whole = entry.get("import_path", import_path(module, folder))

    def longer(values: Mapping[str, Any]) -> dict[str, Any]:
        paths = values.get("modules")
        known = [module, *paths.split(" ")] if isinstance(paths, str) and paths else [module]
        if not isinstance(paths, str) or not all(path in modules for path in known):
            return dict(values)
        lines = module_lines(whole, modules[module], [modules[path] for path in known[1:]])
        return {**_without(values, "modules"), "buildinfo": lines}

    variants = {name: longer(values) for name, values in _variants(entry).items()}
    differing = {key for values in variants.values() for key in values}
    usual = {"import_path": whole, "dir": folder, "target": folder, **_name(entry, whole), **_EMPTY_OF_BINARY}
    binary = {key: value for key, value in usual.items() if key not in differing}
    return {**binary, **longer(entry), **({"variants": variants} if variants else {})}
