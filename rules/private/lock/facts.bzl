"""What a module's repository is given: short in the module extension, whole where it is fetched, as most never are."""

load(":format.bzl", "STANDARD", "imported_path", "whole_package")
load(":variants.bzl", "views")

visibility(["//rules/...", "//tests/..."])

def short_facts(module, repositories, targets, labels = {}):
    """Returns the facts of a module with what its repository must know of other modules.

    Args:
        module: dict, the module's entry in the lock, with its `binaries`.
        repositories: dict of string to string, the repository of each module by path, of the standard library by `std`.
        targets: dict of string to string, the target of each package by import path.
        labels: dict of string to string, the label of each package of the repository that modules import.

    Returns:
        dict with `repositories`, of what the module imports, `targets`, of packages whose targets have not the names
        that they have among the imports, and, if there are any, `repository_labels`, of packages of the repository that
        the module imports.
    """
    path = module["path"]
    unusual = {binary["import_path"]: targets.get(binary["import_path"], "") for binary in module["binaries"]}
    imported = _imported(module)
    local = {name: labels[name] for name in imported.pop("", {}) if name in labels}
    for owner, names in imported.items():
        # As imported_path has it, without a call for each of many names.
        prefix = imported_path(owner, "", path) + "/" if owner != STANDARD else ""
        for name in names:
            whole = prefix[:-1] if name == "." else prefix + name
            target = targets.get(whole)
            if target == None:
                fail("the lock names no module for package %s, which %s imports; run `gomod2bazel lock` again" % (whole, path))
            if target != name:
                unusual[whole] = target
    facts = module | {"repositories": {owner: repositories[owner] for owner in imported if owner != "."}, "targets": unusual}
    return facts | ({"repository_labels": local} if local else {})

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
        for attribute in ["srcs", "cgo_srcs", "embedsrcs", "hdrs"]:
            files |= {package["dir"] + file: None for file in view.get(attribute, [])}
        for attribute in ["module_hdrs", "overlay_srcs"]:
            files |= {file: None for file in view.get(attribute, [])}
    for file in files:
        # Files are linked from the module's folder: a name that leads out of it would bring in any file of the machine.
        if [part for part in file.split("/") if part in ["", ".", ".."]]:
            fail("the lock names %s in module %s, which is not a file below it; run `gomod2bazel lock` again" % (json.encode(file), facts["path"]))
    return sorted(files)
