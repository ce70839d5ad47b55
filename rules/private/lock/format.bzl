"""The text of a lock file, as docs/lock.md describes it, and the reverse: what is left out as other keys tell it."""

visibility(["//rules/...", "//tests/..."])

_SCHEMA = 3

_AGAIN = "run `gomod2bazel generate`, or the `gomod2bazel lock` that wrote it"

# In the place of a module's path, for the standard library.
STANDARD = "std"

_EMPTY_OF_MODULE = {"replaced_by": "", "sum": "", "version": "", "zip_sha256": ""}

_EMPTY_OF_BINARY = {
    "buildinfo": [],
    "flags": {},
    "gc_linkopts": [],
    "godebug": "",
    "linker_deps": [],
    "pgo_profile": "",
}

def decode_lock(text, file = "the lock file"):
    """Returns the lock that a file holds.

    Packages have import path, name, target and folder, but shorter imports and names of files: `whole_package` tells
    these. Most repositories are never fetched, and theirs are never needed.

    Args:
        text: string, the file's text.
        file: string, its name for messages.

    Returns:
        dict, whose lists have no null at the end.
    """
    if text.startswith("<<<<<<< ") or "\n<<<<<<< " in text:
        fail("%s has conflict markers of a merge; %s, which resolves them" % (file, _AGAIN))
    lock = json.decode(text)
    if type(lock) != "dict" or lock.get("schema") != _SCHEMA:
        schema = lock.get("schema") if type(lock) == "dict" else None
        fail("%s has schema %s, these rules read %d; %s" % (file, schema, _SCHEMA, _AGAIN))
    for key, name in [("configurations", "name"), ("sdk", "platform"), ("repository_packages", "import_path")]:
        if key in lock:
            lock[key] = {entry.pop(name): entry for entry in _members(lock[key])}
    lock.setdefault("repository_packages", {})
    lock["main_modules"] = _members(lock.get("main_modules", []))
    modules = _members(lock["modules"])
    for module in modules:
        _complete_module(module)
    by_path = {module["path"]: module for module in modules}
    if lock.pop("direct", False):
        lock["direct"] = ["%s@%s" % (module["path"], module["version"]) for module in modules if module.pop("direct", False)]
    lock["modules"] = modules
    standard = lock["standard"]
    packages = _members(standard["packages"])
    for package in packages:
        _complete_standard_package(package)
    imports = {key: _members(standard[key]) for key in ["imports", "test_imports"] if key in standard}
    lock["standard"] = standard | imports | {"packages": packages, "standard": True}
    lock["binaries"] = [_binary(binary, by_path) for binary in _members(lock["binaries"])]
    return lock

def _members(entries):
    """Returns a list without the null at its end."""
    return [entry for entry in entries if entry != None]

def _complete_module(module):
    """Adds the keys of a module and of its packages that are left out."""
    for key, value in _EMPTY_OF_MODULE.items():
        module.setdefault(key, value)
    path = module["path"]
    below = path + "/"
    module["packages"] = _members(module["packages"])

    # No function for each package: there are thousands, and a new server has not compiled them yet.
    for package in module["packages"]:
        folder = package.get("dir", "")
        if "import_path" not in package:
            package["import_path"] = below + folder if folder else path
        if "name" not in package:
            _complete_name(package)
        if "target" not in package:
            package["target"] = folder + "_lib" if folder and package.get("name") == "main" else folder
        package["dir"] = folder + "/" if folder else ""

def _import_path(module, folder):
    return module + "/" + folder if folder else module

def _complete_name(entry):
    """Adds the name of a package or binary that has none, unless that differs between configurations."""
    if "name" not in entry and ("variants" not in entry or not [v for v in entry["variants"].values() if "name" in v]):
        entry["name"] = entry["import_path"].rpartition("/")[2]

def _complete_standard_package(package):
    path = package["import_path"]
    _complete_name(package)
    package.setdefault("dir", "src/%s/" % path)
    package.setdefault("target", path)

def whole_package(package, path):
    """Returns a package with whole imports and names of files.

    Args:
        package: dict, of `decode_lock`.
        path: string, the path of its module.

    Returns:
        dict.
    """
    whole = _whole_attributes(package, path)
    if "variants" in package:
        whole["variants"] = {name: _whole_attributes(values, path) for name, values in package["variants"].items()}
    return whole

def _whole_attributes(values, path):
    whole = dict(values)
    if "go" in whole:
        whole["srcs"] = [name + ".go" for name in whole.pop("go").split(" ")] + whole.get("srcs", [])
    if "imports" in whole:
        whole["imports"] = sorted([
            imported_path(owner, name, path)
            for owner, names in whole["imports"].items()
            for name in names.split(" ")
            if name
        ])
    return whole

def imported_path(owner, name, path):
    """Returns the import path of a package among the imports of a package.

    Args:
        owner: string, the path of its module, `.` for the importer's, `std`, or empty where no module has it.
        name: string, its path in the module, `.` for the root; the whole import path where that has none.
        path: string, the path of the importer's module.

    Returns:
        string.
    """
    if owner in ["", STANDARD]:
        return name
    return _import_path(path if owner == "." else owner, "" if name == "." else name)

def _binary(binary, modules):
    """Returns a binary with the keys that are left out."""
    folder = binary.get("dir", "")
    usual = {"dir": folder, "import_path": _import_path(binary["module"], folder), "target": folder}
    whole = usual | binary
    _complete_name(whole)
    differing = {}
    if "variants" in binary:
        variants = {name: _with_information(values, whole, modules) for name, values in binary["variants"].items()}
        whole["variants"] = variants
        differing = {key: None for values in variants.values() for key in values}
    for key, value in _EMPTY_OF_BINARY.items():
        if key not in differing:
            whole.setdefault(key, value)
    return _with_information(whole, whole, modules)

def _with_information(values, binary, modules):
    """Returns attributes of a binary with its module information, which the file has as the paths of modules."""
    if "modules" not in values:
        return values
    paths = [binary["module"]] + [path for path in values["modules"].split(" ") if path]
    for path in paths:
        if path not in modules:
            fail("the lock has no module %s, which %s is linked with; run `gomod2bazel lock` again" % (path, binary["import_path"]))
    lines = ["path\t" + binary["import_path"]] + _lines("mod", modules[paths[0]])
    for path in paths[1:]:
        lines += _lines("dep", modules[path])
    return {key: value for key, value in values.items() if key != "modules"} | {"buildinfo": lines}

def _lines(word, module):
    """Returns the lines of a module (runtime/debug.BuildInfo.String; cmd/go/internal/load, setBuildInfo)."""
    replacement = module["replaced_by"]

    # What a vendor directory holds was never hashed.
    known = "" if module.get("vendored") else module["sum"]
    head = "%s\t%s\t%s" % (word, module["path"], module["version"] or "(devel)")
    if not replacement:
        return ["%s\t%s" % (head, known if module["version"] else "")]
    path, _, version = replacement.partition("@")
    return [head, "=>\t%s\t%s\t%s" % (path, version or "(devel)", known if version else ""), ""]
