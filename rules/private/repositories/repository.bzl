"""go_repository: the packages of one module version, as the lock describes them; go_aliases: some of them by a constant name;
go_module_aliases: all of them by names without a version.
"""

load("//rules/private/config:names.bzl", "alias_target", "executable_name", "stored_name")
load("//rules/private/lock:facts.bzl", "whole_facts")
load("//rules/private/lock:patch.bzl", "apply_diff")
load(":buildfile.bzl", "build_file", "quoted")
load(":fetch.bzl", "fetch_zip", "repository_metadata", "write_text")
load(":module_rules.bzl", "module_rules", "profile_target", "targets_of")
load(":overlay.bzl", "OVERLAY_ATTRS", "overlaid_file")

visibility(["//rules/...", "//tests/..."])

_DOC = """Makes the packages of one module version into targets.

All targets are in the root package, each under its folder's name: embedded files may then be in folders that contain
other packages, and BUILD files of the module are never read. Only files that the lock lists are in the repository.
"""

# Where the zip is unpacked.
_FOLDER = ".module"

_attrs = {
    "dir": attr.string(doc = "A folder that holds the module, already verified; when empty its zip is fetched."),
    "facts": attr.string(mandatory = True, doc = "The module's entry in the lock, as JSON, of `short_facts`."),
    "sha256": attr.string(doc = "The zip's SHA-256."),
    "source": attr.string(doc = "PATH@VERSION that the zip is of, or the folder that replaces the module."),
    "urls": attr.string_list(doc = "Where the zip is, one URL a goproxy. `%workspace%` in a file:// URL stands for the root of the main repository."),
} | OVERLAY_ATTRS

def _impl(rctx):
    facts = whole_facts(json.decode(rctx.attr.facts))
    root = rctx.attr.dir or _fetch(rctx, facts)
    targets = targets_of(facts)
    for file in facts["files"]:
        path = overlaid_file(rctx, file) if file in rctx.attr.overlay else root + "/" + file
        rctx.symlink(path, stored_name(file, targets))

    write_text(rctx, "BUILD.bazel", build_file(module_rules(facts)))

    # Folders and files of this machine are not attributes.
    return repository_metadata(rctx, reproducible = not rctx.attr.dir and not rctx.attr.overlay)

def _fetch(rctx, facts):
    """Unpacks the module's zip, applies the lock's changes of its files, and returns the folder."""
    source = rctx.attr.source
    if not rctx.attr.sha256:
        fail("the lock has no zip_sha256 for %s; make it with `gomod2bazel lock` of a PATH@VERSION, without folders that replace modules" % source)
    fetch_zip(
        rctx,
        rctx.attr.urls,
        source = source,
        sha256 = rctx.attr.sha256,
        output = _FOLDER,
        prefix = source,
    )

    for file, diff in facts.get("patched", {}).items():
        _patch(rctx, file, diff)

    # The module's own BUILD files make no packages.
    rctx.file(".bazelignore", _FOLDER + "\n", executable = False)
    return str(rctx.path(_FOLDER))

def _patch(rctx, file, diff):
    """Writes one patched file; a diff of None removes it."""
    if file.startswith("/") or ".." in file.split("/"):
        fail("the lock changes %s, which is not a file of a module" % file)
    path = rctx.path("%s/%s" % (_FOLDER, file))
    content = rctx.read(path) if path.exists else ""
    rctx.delete(path)
    if diff != None:
        write_text(rctx, path, apply_diff(content, diff, file))

go_repository = repository_rule(doc = _DOC, implementation = _impl, attrs = _attrs)

# The driver's MODULE.bazel names the repository of aliases, not that of the module it builds: a MODULE.bazel that changed
# would make Bazel's server read all rules and prepare all toolchains again.
_ALIAS = """\
alias(
    name = {name},
    actual = {actual},
    visibility = ["//visibility:public"],
)
"""

# In place of an alias, where the driver builds for several platforms at once.
_CONFIGURED_LOAD = """\
load("@gomod2bazel//rules:modules.bzl", "configured")
"""
_CONFIGURED = """\
configured(
    name = {name},
    actual = {actual},
    output_folder = {output_folder},
    settings = {settings},
    visibility = ["//visibility:public"],
)
"""

# Of the same binaries as the set's in the module's repository, by their aliases, which queries then show.
_FILEGROUP = """\
filegroup(
    name = {name},
    srcs = [
{srcs}    ],
    visibility = ["//visibility:public"],
)
"""

# Of a command that the lock has as a package alone, as a tool line names it.
_TOOL_LOAD = """\
load("@gomod2bazel//rules:modules.bzl", "go_tool_binary")
"""
_TOOL = """\
go_tool_binary(
    name = {name},
{out}    embed = [{embed}],
    main_module = {main_module},
{pgo_profile}    visibility = ["//visibility:public"],
)
"""

def _print_aliases(rctx, repository, targets):
    """Returns aliases for targets of a repository, by name; filegroups for lists of labels.

    For structs, as `module_aliases` returns them, they are binaries.
    """
    rules = [_TOOL_LOAD] if [target for target in targets.values() if type(target) == "struct"] else []
    for name, target in targets.items():
        if type(target) == "list":
            srcs = "".join(["        %s,\n" % quoted(label) for label in target])
            rules.append(_FILEGROUP.format(name = quoted(name), srcs = srcs))
        elif type(target) == "struct":
            rules.append(_TOOL.format(
                name = quoted(name),
                out = "    out = %s,\n" % quoted(target.out) if target.out else "",
                embed = quoted("@%s//:%s" % (repository, target.embed)),
                main_module = quoted(rctx.attr.main_module),
                pgo_profile = "    pgo_profile = %s,\n" % quoted("@%s//:%s" % (repository, target.profile)) if target.profile else "",
            ))
        else:
            rules.append(_ALIAS.format(name = quoted(name), actual = quoted("@%s//:%s" % (repository, target))))
    return "\n".join(rules)

def _aliases_impl(rctx):
    for folder, repository in rctx.attr.repositories.items():
        names = rctx.attr.targets[folder]
        if folder in rctx.attr.configurations:
            aliases = _print_configured(repository, names, folder, json.decode(rctx.attr.configurations[folder]))
        else:
            aliases = _print_aliases(rctx, repository, {name: name for name in names})
        write_text(rctx, folder + "/BUILD.bazel" if folder else "BUILD.bazel", aliases)
    return repository_metadata(rctx, reproducible = True)

def _print_configured(repository, names, folder, settings):
    """Returns targets that build those of a repository with build settings of their own."""
    values = "{%s}" % ", ".join(["%s: %s" % (quoted(name), quoted(value)) for name, value in settings.items()])
    return "\n".join([_CONFIGURED_LOAD] + [
        _CONFIGURED.format(
            name = quoted(name),
            actual = quoted("@%s//:%s" % (repository, name)),
            output_folder = quoted(folder),
            settings = values,
        )
        for name in names
    ])

go_aliases = repository_rule(
    doc = "Makes an alias for each of some targets of other repositories of the same extension.",
    attrs = {
        "configurations": attr.string_dict(doc = "The build settings of folders whose targets have some of their own, as JSON."),
        "repositories": attr.string_dict(mandatory = True, doc = "The apparent name of the repository that has the targets, for each folder with aliases."),
        "targets": attr.string_list_dict(doc = "Names of targets in its root package, for each folder."),
    },
    implementation = _aliases_impl,
)

def module_aliases(path, libraries, commands, binaries, sets, profiles = []):
    """Returns what is in each Bazel package of a repository of `alias_repositories`.

    Args:
        path: string, the module path.
        libraries: dict of string to string, the target of each package by its import path.
        commands: collection of strings, the import paths of main packages.
        binaries: dict of string to string, the target of each binary by its import path.
        sets: dict of string to list of strings, the import paths of the binaries of each set's filegroup; empty where
            they differ between configurations.
        profiles: collection of strings, the import paths of main packages that have a CPU profile.

    Returns:
        dict of folder to a dict of name to a target of the module's repository, or to a list of labels, or for a main
        package of which the lock has no binary to a struct of `embed`, its target, `out`, the name of the
        executable where that is not the target's, and `profile`, the target of its CPU profile where it has one.
    """
    folders = {"": {}} if sets else {}
    for import_path, target in libraries.items():
        folder, name = alias_target(path, import_path)
        aliases = folders.setdefault(folder, {})
        aliases[name + "_lib" if import_path in commands else name] = target

        # Gazelle's other naming convention.
        if folder or import_path == path:
            aliases["go_default_library"] = target

            # What rules_go calls packages there that generated sources depend on.
            if path == "github.com/golang/protobuf":
                aliases["go_default_library_gen"] = target
    for import_path, target in binaries.items():
        folder, name = alias_target(path, import_path)
        aliases = folders.setdefault(folder, {})

        # The folder's name, as gazelle's; for the root of a major version, also what the go command calls it.
        for name in [name] + ([import_path.split("/")[-1]] if folder or import_path == path else []):
            aliases.setdefault(name, target)
    for import_path in commands:
        if import_path not in binaries:
            folder, name = alias_target(path, import_path)
            out = executable_name(import_path)
            library = libraries[import_path]
            folders[folder].setdefault(name, struct(
                embed = library,
                out = "" if out == name else out,
                profile = profile_target(library) if import_path in profiles else "",
            ))
    for name, members in sets.items():
        folders[""].setdefault(name, ["//%s:%s" % alias_target(path, member) for member in members] or name)
    return folders

def _module_aliases_impl(rctx):
    attr = rctx.attr
    folders = module_aliases(attr.path, attr.libraries, attr.commands, attr.binaries, attr.sets, attr.profiles)
    for folder, targets in folders.items():
        write_text(rctx, folder + "/BUILD.bazel" if folder else "BUILD.bazel", _print_aliases(rctx, attr.repository, targets))
    return repository_metadata(rctx, reproducible = True)

go_module_aliases = repository_rule(
    doc = "Makes aliases for the packages of a module: in each folder gazelle's name of its library, go_default_library, and its binary.",
    attrs = {
        "binaries": attr.string_dict(doc = "The target of each binary, by import path."),
        "commands": attr.string_list(doc = "Import paths of main packages."),
        "libraries": attr.string_dict(doc = "The target of each package, by import path."),
        "main_module": attr.string(doc = "Path of the main module of the lock, for commands that the lock has as packages alone; none where it has no main module."),
        "path": attr.string(mandatory = True, doc = "The module path."),
        "profiles": attr.string_list(doc = "Import paths of the main packages that have a CPU profile."),
        "repository": attr.string(mandatory = True, doc = "The apparent name of the module's repository."),
        "sets": attr.string_list_dict(doc = "Import paths of the binaries of each set; none where they differ between configurations."),
    },
    implementation = _module_aliases_impl,
)
