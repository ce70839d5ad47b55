"""What a module's repository is given: short in the module extension, whole where it is fetched, as most never are."""

load(":format.bzl", "STANDARD", "imported_path", "whole_package")
load(":variants.bzl", "views")

visibility(["//rules/...", "//tests/..."])

def names_in_modules(modules, standard):
    """Returns what each package is called among the imports of a lock, and its target.

    Args:
        modules: list of dicts, the modules of the lock.
        standard: list of dicts, the packages of the standard library.

    Returns:
        dict of string to dict of string to string: for each module by path, in a lock that the driver merged by
        repository, and for the standard library by `std`, the target of each package by its path in the module; `.` is
        the module's path itself.
    """
    names = {STANDARD: {package["import_path"]: package["target"] for package in standard}}
    for module in modules:
        path, below = module["path"], module["path"] + "/"
        names[module.get("repository") or path] = {
            "." if package["import_path"] == path else package["import_path"].removeprefix(below): package["target"]
            for package in module["packages"]
        }
    return names

def unusual_targets(names):
    """Returns the packages whose targets have not the names that they have among imports.

    Args:
        names: dict, of `names_in_modules`.

    Returns:
        dict of string to dict of string to string, as `names`, without those whose target has that name.
    """
    return {
        owner: {name: target for name, target in targets.items() if name != target}
        for owner, targets in names.items()
    }

def short_facts(module, repositories, names, unusual, labels = {}):
    """Returns the facts of a module with what its repository must know of other modules.

    Args:
        module: dict, the module's entry in the lock, with its `binaries`.
        repositories: dict of string to string, the repository of each module by path, of the standard library by `std`.
        names: dict, of `names_in_modules`.
        unusual: dict, of `unusual_targets`.
        labels: dict of string to string, the label of each package of the repository that modules import.

    Returns:
        dict with `repositories`, of what the module imports, `targets`, of packages whose targets have not the names
        that they have among the imports, and, if there are any, `repository_labels`, of packages of the repository that
        the module imports.
    """
    path = module["path"]
    targets = {}
    for binary in module["binaries"]:
        name = binary["import_path"].removeprefix(path).removeprefix("/") or "."
        targets[binary["import_path"]] = names[path].get(name, "")
    imported = _imported(module)
    local = {name: labels[name] for name in imported.pop("", {}) if name in labels}
    for owner, packages in imported.items():
        # Nearly all names are there, and few are unusual: no more is done for each than this.
        known = names[path if owner == "." else owner]
        missing = [name for name in packages if name not in known]
        if missing:
            fail("the lock names no module for package %s, which %s imports; run `gomod2bazel lock` again" % (imported_path(owner, missing[0], path), path))
        for name, target in unusual[path if owner == "." else owner].items():
            if name in packages:
                targets[imported_path(owner, name, path)] = target
    facts = module | {"repositories": {owner: repositories[owner] for owner in imported if owner != "."}, "targets": targets}
    return facts | ({"repository_labels": local} if local else {})

def whole_standard(facts):
    """Returns the facts of the standard library for `module_rules`.

    Args:
        facts: dict, the standard library's entry in the lock, of `decode_lock`; or what this function returned for it.

    Returns:
        dict with `labels`, which maps import paths to labels, and whole packages.
    """
    if "labels" in facts:
        return facts
    packages = [whole_package(package, STANDARD) for package in facts.get("packages", [])]
    targets = {package["import_path"]: package["target"] for package in packages}
    labels = {}
    for path in {path: None for package in packages for view in views(package) for path in view.get("imports", [])}:
        if path not in targets:
            fail("the lock names no module for package %s, which %s imports; run `gomod2bazel lock` again" % (path, STANDARD))
        labels[path] = ":" + targets[path]
    return facts | {"labels": labels, "packages": packages}

def whole_facts(facts):
    """Returns the facts of a module for `module_rules`.

    Args:
        facts: dict, of `short_facts`.

    Returns:
        dict with `labels`, which maps import paths to labels, and `files`, which the module's targets need.
    """
    path, repositories, targets = facts["path"], facts["repositories"], facts["targets"]
    labels = {}
    for binary in facts["binaries"]:
        labels[binary["import_path"]] = ":" + targets[binary["import_path"]]
    imported = _imported(facts)
    labels |= facts.get("repository_labels", {})
    for name in imported.pop("", {}):
        # Here alone, so that all other modules can be built.
        if name not in labels:
            fail("the lock names no module for package %s, which %s imports; run `gomod2bazel lock` again" % (name, path))
    for owner, names in imported.items():
        repository = "@%s//" % repositories[owner] if owner != "." else ""
        for name in names:
            whole = imported_path(owner, name, path)
            labels[whole] = "%s:%s" % (repository, targets.get(whole, name))
    packages = [whole_package(package, path) for package in facts["packages"]]
    return facts | {"files": _files(packages, facts), "labels": labels, "packages": packages}

def _imported(module):
    """Returns the packages that a module's rules name: for each module a dict of their names there, to None."""
    parts = {STANDARD: [path for binary in module["binaries"] for view in views(binary) for path in view.get("linker_deps", [])]}
    for package in module["packages"]:
        for view in views(package) if "variants" in package else [package]:
            for owner, names in view.get("imports", {}).items():
                parts.setdefault(owner, []).append(names)
    return {owner: {name: None for name in " ".join(names).split(" ") if name} for owner, names in parts.items()}

def _files(packages, facts):
    files = {}
    files |= {view["pgo_profile"]: None for binary in facts["binaries"] for view in views(binary) if view.get("pgo_profile")}
    for package, view in [(package, view) for package in packages for view in views(package)]:
        files |= {view["archive"]: None} if "archive" in view else {}
        files |= {package["dir"] + view["pgo_profile"]: None} if view.get("pgo_profile") else {}
        for attribute in ["srcs", "cgo_srcs", "embedsrcs", "hdrs"]:
            files |= {package["dir"] + file: None for file in view.get(attribute, [])}
        for attribute in ["module_hdrs", "overlay_srcs"]:
            files |= {file: None for file in view.get(attribute, [])}
    for file in files:
        # Files are linked from the module's folder: a name that leads out of it would bring in any file of the machine.
        if [part for part in file.split("/") if part in ["", ".", ".."]]:
            fail("the lock names %s in module %s, which is not a file below it; run `gomod2bazel lock` again" % (json.encode(file), facts["path"]))
    return sorted(files)
