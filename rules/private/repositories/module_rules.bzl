"""From the facts of a module in the lock to the rules of its BUILD file."""

load("//rules/private/config:names.bzl", "SDK", "percent_encoded", "stored_name")
load("//rules/private/config:sets.bzl", "SETS")
load("//rules/private/lock:variants.bzl", "facts_of", "joined_rules")

visibility(["//rules/...", "//tests/..."])

def module_rules(facts):
    """Returns the rules of one module.

    Args:
        facts: dict, a module's entry in the lock; `labels` in it maps import paths to labels, `binaries` lists its
            binaries, `configurations` names those of a lock that has several.

    Returns:
        list of dicts for `build_file`.
    """
    names = facts.get("configurations")
    targets = targets_of(facts)
    if names:
        prefix = "%s//config:" % ("" if facts.get("standard") else "@" + facts.get("sdk", SDK))
        return joined_rules({name: _rules(facts_of(facts, name), targets) for name in names}, prefix)
    return _rules(facts, targets)

def targets_of(facts):
    """Returns the names of a module's targets: what `stored_name` keeps files apart from.

    Args:
        facts: dict, as `module_rules` takes it.

    Returns:
        dict of names to None.
    """
    return {rule["target"]: None for rule in facts.get("packages", []) + facts.get("binaries", [])}

def profile_target(library):
    """Returns the name of the filegroup that has the CPU profile of a command which the lock has as a package alone.

    Args:
        library: string, the target of the package.

    Returns:
        string; the name of no package's folder.
    """
    return library + "=pgo"

def _rules(facts, targets):
    """Returns the rules of one module in one configuration."""
    labels = facts.get("labels", {})
    rules = [_library(facts, package, labels, targets) for package in facts.get("packages", [])]
    binaries = facts.get("binaries", [])
    if facts.get("compiler") == "gccgo":
        _add_module_information(rules, binaries)
    release = facts.get("release", "")
    rules += [_binary(binary, labels, targets) | ({"sdk": release} if release else {}) for binary in binaries]
    return rules + _filegroups(binaries) + _profiles(facts, targets)

def _library(facts, package, labels, targets):
    stored = {}

    def label(path):
        # The SDK's files are linked into place folder by folder.
        name = path if facts.get("standard") else stored_name(path, targets)
        if name != path:
            stored[name] = percent_encoded(path)
        return _label(name)

    rule = {
        "kind": "go_library",
        "name": package["target"],
        "importpath": package.get("source_path", package["import_path"]),
        "importmap": package["import_path"] if "source_path" in package else "",
        "module": _module(facts),
        "module_line": _module_line(facts),
        "standard": facts.get("standard", False),
        "visibility": ["//visibility:public"],
        "deps": [labels[path] for path in package.get("imports", [])],
        "lang": facts.get("lang", ""),
    }

    # A command says so also where its folder is called main.
    if package["name"] == "main" or package["name"] != package["import_path"].split("/")[-1]:
        rule["package_name"] = package["name"]
    for attribute in ["srcs", "embedsrcs", "hdrs"]:
        rule[attribute] = [label(package["dir"] + file) for file in package.get(attribute, [])]

    # Which of them import C, the builder sees.
    cgo_srcs = [label(package["dir"] + file) for file in package.get("cgo_srcs", [])]
    rule["srcs"] += cgo_srcs
    rule["overlay_srcs"] = [label(file) for file in package.get("overlay_srcs", [])]
    if "archive" in package:
        rule["archive"] = label(package["archive"])
    rule["hdrs"] += [label(file) for file in package.get("module_hdrs", [])]
    for attribute in ["asm_opts", "clinkopts", "copts", "cppopts", "cxxopts", "embed_patterns", "fopts", "gc_goopts", "pkg_config"]:
        rule[attribute] = package.get(attribute)
    rule["vendored"] = facts.get("vendored", False)
    rule["cover"] = package.get("cover", "")
    rule["overlaid"] = package.get("overlaid")
    swig = [file for file in package.get("srcs", []) if file.endswith(".swig") or file.endswith(".swigcxx")]
    rule["cgo"] = bool(cgo_srcs or swig)
    rule["file_names"] = stored
    return rule

def _add_module_information(rules, binaries):
    """Gives main packages what gccgo compiles into them; the other compiler leaves that to the linker."""
    mains = {binary["import_path"]: binary for binary in binaries}
    for rule in rules:
        if rule["importpath"] in mains:
            rule |= {name: mains[rule["importpath"]].get(name) for name in ["buildinfo", "flags", "godebug"]}

def _label(name):
    """Returns the label of a stored file; a plain name that begins with @ would be that of a repository."""
    return (":" if name.startswith("@") else "") + name

def _module(facts):
    if facts.get("standard"):
        return ""
    return facts["path"] + ("@" + facts["version"] if facts.get("version") else "")

def _module_line(facts):
    """Returns what module information says of a module, but for the first word (cmd/go/internal/load, setBuildInfo)."""
    if facts.get("standard"):
        return ""
    version = facts.get("version") or "(devel)"
    replaced_by = facts.get("replaced_by", "")
    if not replaced_by:
        # What a vendor directory holds was never hashed.
        return "%s\t%s\t%s" % (facts["path"], version, "" if facts.get("vendored") else facts.get("sum", ""))
    path, _, replacement_version = replaced_by.partition("@")

    # BuildInfo.String ends the replacement's line, and then the line of what it replaces once more.
    return "%s\t%s\n=>\t%s\t%s\t%s\n" % (facts["path"], version, path, replacement_version or "(devel)", facts.get("sum", "") if replacement_version else "")

def _binary(binary, labels, targets):
    profile = binary.get("pgo_profile")
    return {
        "kind": "go_binary",
        "name": binary["target"],
        "out": stored_name(binary["name"]),
        "buildinfo": binary["buildinfo"],
        "deps": [labels[path] for path in binary["linker_deps"]],
        "embed": [labels[binary["import_path"]]],
        "gc_linkopts": binary.get("gc_linkopts"),
        "godebug": binary.get("godebug"),
        "flags": binary.get("flags"),
        "pgo_profile": _label(stored_name(profile, targets)) if profile else None,
        "tags": ["gomod2bazel", binary["set"]],
        "visibility": ["//visibility:public"],
    }

def _filegroups(binaries):
    """One filegroup a set that has binaries; the lock calls the targets of folders with these names something else."""
    groups = []
    for name in SETS:
        members = [":" + binary["target"] for binary in binaries if binary["set"] == name]
        if members:
            groups.append({"kind": "filegroup", "name": "set-" + name, "srcs": members, "visibility": ["//visibility:public"]})
    return groups

def _profiles(facts, targets):
    """One filegroup for each command that has a CPU profile: go_module_aliases has its binary."""
    return [
        {
            "kind": "filegroup",
            "name": profile_target(package["target"]),
            "srcs": [_label(stored_name(package["dir"] + package["pgo_profile"], targets))],
            "visibility": ["//visibility:public"],
        }
        for package in facts.get("packages", [])
        if package.get("pgo_profile")
    ]
