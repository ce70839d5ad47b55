"""The go_standard_library of an SDK's repository, and the toolchain that registers it."""

load("//rules/private/config:test_packages.bzl", "COVERAGE", "TEST_MAIN")
load("//rules/private/lock:variants.bzl", "facts_of", "views")
load(":buildfile.bzl", "attribute", "quoted")

visibility(["//rules/...", "//tests/..."])

# What the linker may ask for although no package imports it (cmd/go/internal/load, LinkerDeps). For coverage, COVERAGE has it.
_LINKED = ["math", "runtime/asan", "runtime/cgo", "runtime/msan", "runtime/race"]

_GODEBUG_TABLE = "src/internal/godebugs/table.go"

_LISTS = ["cover_deps", "linked", "missing", "packages", "test_deps", "test_packages"]

def standard_library_rule(facts, instrument, *, instruments = {}, main_modules = []):
    """Returns the statement that declares the standard library of an SDK.

    Args:
        facts: dict, the standard library's entry in the lock.
        instrument: string, race, msan, asan or empty.
        instruments: dict of string to string, that of each configuration by name where the lock has several.
        main_modules: list of dicts, those of the locks.

    Returns:
        string, in buildifier's format.
    """
    if instruments:
        needs = {name: _needs(facts_of(facts, name), name_of_instrument) for name, name_of_instrument in instruments.items()}
    else:
        needs = {"": _needs(facts, instrument)}
    lines = ["go_standard_library(", "    name = \"standard_library\","]
    values = {name: {key: need[name] for key, need in needs.items()} for name in _LISTS}
    texts = {
        "godebug_table": attribute("godebug_table", _GODEBUG_TABLE),
        "main_modules": "    main_modules = %s," % quoted(json.encode(main_modules)) if main_modules else "",
        "tags": attribute("tags", ["manual"]),
    }
    for name, cases in values.items():
        first = cases.values()[0]
        if [value for value in cases.values() if value != first]:
            texts[name] = attribute(name, struct(cases = {"//config:" + key: value for key, value in cases.items()}))
        elif first:
            texts[name] = attribute(name, first)
    return "\n".join(lines + [texts[name] for name in sorted(texts) if texts[name]] + [")"])

def _needs(facts, instrument):
    """Returns the lists of one configuration."""
    locked = {package["import_path"]: package for package in facts.get("packages", [])}
    test_paths = TEST_MAIN + (["runtime/" + instrument] if instrument else [])
    missing = [path for path in test_paths if path not in locked]

    # A lock that tells what is imported leaves out a list that is empty.
    roots = facts.get("imports", [] if "test_imports" in facts else locked.keys()) + ["runtime"]
    packages = _importable(locked, roots)
    test_packages = _importable(locked, roots + facts.get("test_imports", []) + TEST_MAIN)
    return {
        "cover_deps": _labels(locked, [path for path in COVERAGE if not missing]),
        "linked": _labels(locked, _LINKED),
        "missing": missing,
        "packages": _labels(locked, packages),
        "test_deps": _labels(locked, [path for path in test_paths if not missing]),
        "test_packages": _labels(locked, [path for path in test_packages if path not in packages]),
    }

def _labels(locked, paths):
    return [":" + locked[path]["target"] for path in sorted(paths) if path in locked]

def _importable(locked, roots):
    """Returns the packages that `roots` need and that packages of other modules may import."""
    return [path for path in _closure(locked, roots) if _is_importable(path)]

def _closure(locked, roots):
    """Returns the packages that `roots` need: compiling one of them compiles these."""
    paths = {path: None for path in roots if path in locked}
    waiting = paths.keys()
    for _ in range(len(locked) + 1):
        if not waiting:
            break
        imported = {path: None for package in waiting for view in views(locked[package]) for path in view.get("imports", [])}
        waiting = [path for path in imported if path in locked and path not in paths]
        paths |= {path: None for path in waiting}
    return paths.keys()

def _is_importable(path):
    """Returns whether Go lets packages of other modules import one of the standard library."""
    return "internal" not in path.split("/") and not path.startswith("vendor/")
