"""go_command_modules: a module cache with the modules of a lock, and the repository's go.mod files, for tests that run the go command."""

load(":buildfile.bzl", "quoted")
load(":fetch.bzl", "placed_urls", "repository_metadata", "write_text")

visibility(["//rules/...", "//tests/..."])

_DOC = """Downloads the modules of a lock as the go command does, into a module cache.

Which modules that are, go.mod and go.work next to the lock say, in the versions that the go command selects; those that go.sum
has no sum for are left out, as no package of them is needed.
"""

_attrs = {
    "folders": attr.string_list(doc = "Folders of further modules that have this lock, relative to its own."),
    "goproxy": attr.string_list(doc = "URLs of goproxies, with the placeholders of go_modules.from_file."),
    "lock": attr.label(doc = "The lock, in the folder of go.mod or go.work.", mandatory = True),
    "modules": attr.string_dict(doc = "The modules that the lock has packages of, PATH@VERSION, and the h1: sum of each: no source may lack one."),
    "repository": attr.string(doc = "The apparent name of this repository.", mandatory = True),
    "sdk": attr.string(doc = "The apparent name of the repository of the SDK.", mandatory = True),
}

_MODULES = "modules"
_REPOSITORY = "repository"
_SCRATCH = "scratch"

_BUILD = """\
load("@gomod2bazel//rules:toolchain.bzl", "go_command_files")

go_command_files(
    name = "go_command",
    flags = {flags},
    modules = "modules",
    repository = "repository",
    visibility = ["//visibility:public"],
)
"""

# Where the list of modules has one that is a module of the repository, or one in another folder, this is empty.
_VERSIONS = "{{if not .Main}}{{with .Replace}}{{with .Version}}{{$.Replace.Path}}@{{.}}{{end}}{{else}}{{.Path}}@{{.Version}}{{end}}{{end}}"

# From go 1.17 on, a go.mod lists all modules that its packages need.
_COMPLETE = 17

def _impl(rctx):
    lock = rctx.path(rctx.attr.lock)
    home = lock.dirname
    root = str(lock).removesuffix("/" + "/".join([part for part in [rctx.attr.lock.package, rctx.attr.lock.name] if part]))
    run = _go(rctx)
    in_workspace = home.get_child("go.work").exists
    if not in_workspace and not home.get_child("go.mod").exists:
        fail("%s has neither go.mod nor go.work: go_command of go_test is for the locks that `gomod2bazel generate` writes next to these" % home)
    go_mods, sums = _copy_modules(rctx, run, root, str(home), in_workspace)
    selected = []
    for folder, go_mod in {str(home): None}.items() if in_workspace else go_mods.items():
        if go_mod and _minor(go_mod.get("Go", "1.16")) >= _COMPLETE:
            selected += required_modules(go_mod)
        else:
            copied = "/".join([part for part in [_REPOSITORY, folder.removeprefix(root).strip("/")] if part])
            selected += run(["list", "-m", "-f", _VERSIONS, "all"], copied, GOWORK = "" if in_workspace else "off").split("\n")
    known = {"@".join(line.split(" ")[:2]): None for line in sums if "/go.mod " not in line}
    _download(rctx, run, {module: None for module in selected if module in known}.keys(), sums)
    vendored = [folder for folder in go_mods.keys() + [str(home)] if rctx.path(folder).get_child("vendor").exists]
    write_text(rctx, "BUILD.bazel", _BUILD.format(flags = "[\"-mod=readonly\"]" if vendored else "[]"))

    # Modules have BUILD files too, which make no packages.
    write_text(rctx, ".bazelignore", _MODULES + "\n")
    for folder in [_SCRATCH, ".go"]:
        rctx.delete(folder)
    return repository_metadata(rctx, reproducible = False)

def _go(rctx):
    """Returns a function that runs the go command of the SDK in a folder of this repository."""
    above = rctx.name.removesuffix(rctx.attr.repository)
    goroot = rctx.read(rctx.path(Label("@@%s%s//:goroot" % (above, rctx.attr.sdk)))).strip()
    urls = placed_urls([root.rstrip("/") + "/" for root in rctx.attr.goproxy], str(rctx.workspace_root), rctx.os.environ.get("GOPROXY", ""))
    environment = {
        "GOCACHE": str(rctx.path(".go/cache")),
        "GOENV": "off",
        "GOFLAGS": "-modcacherw",
        "GOINSECURE": "",
        "GOMODCACHE": str(rctx.path(_MODULES)),
        "GONOPROXY": "none",
        "GONOSUMDB": "",
        "GOPATH": str(rctx.path(".go/path")),
        "GOPRIVATE": "",
        "GOPROXY": "|".join([url.rstrip("/") for url in urls]) or "off",
        "GOROOT": goroot,
        "GOSUMDB": "off",
        "GOTOOLCHAIN": "local",
        "GOVCS": "*:off",
    }

    def run(arguments, folder, may_fail = False, **variables):
        done = rctx.execute(
            [goroot + "/bin/go"] + arguments,
            environment = environment | variables,
            quiet = True,
            timeout = 1800,
            working_directory = folder,
        )
        if done.return_code and not may_fail:
            fail("go %s: %s\nThe sources are the goproxies of go_modules.from_file" % (" ".join(arguments), done.stderr))
        return done.stdout

    return run

def _copy_modules(rctx, run, root, home, in_workspace):
    """Copies go.work and each go.mod, with their sums, to their places in this repository.

    Returns:
        dict of the folder of each module to its go.mod, as `go mod edit -json` prints it; and the lines of all sums, list
        of strings.
    """
    folders = [home] + [joined_path(home, folder) for folder in rctx.attr.folders]
    outside = [folder for folder in folders if not (folder + "/").startswith(root + "/")]
    if outside:
        fail("%s names a module in %s, which is not below %s; run `gomod2bazel generate` again" % (rctx.attr.lock, outside[0], root))
    replaced = []
    sums = {}
    if in_workspace:
        _copy(rctx, root, home, "go.work")
        sums |= _copy(rctx, root, home, "go.work.sum")
        work = json.decode(run(["work", "edit", "-json", home + "/go.work"], "."))
        folders = [joined_path(home, use["DiskPath"]) for use in work["Use"]]
        replaced += [(home, replacement) for replacement in work.get("Replace") or []]
    modules = {}
    for folder in folders:
        sums |= _copy(rctx, root, folder, "go.sum")
        _copy(rctx, root, folder, "go.mod")
        modules[folder] = json.decode(run(["mod", "edit", "-json", folder + "/go.mod"], "."))
        replaced += [(folder, replacement) for replacement in modules[folder].get("Replace") or []]
    for folder, replacement in replaced:
        if "Version" not in replacement["New"]:
            other = joined_path(folder, replacement["New"]["Path"])
            if other not in folders:
                _copy(rctx, root, other, "go.mod")
    return modules, [line for line in sums if line]

def _minor(version):
    """Returns N of a Go version 1.N; 0 where it is none."""
    parts = version.split(".")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0

def joined_path(folder, path):
    """Returns a path as an absolute one without dots.

    Args:
        folder: string, the absolute path of the folder that it is relative to.
        path: string, with slashes; absolute or relative.

    Returns:
        string.
    """
    parts = [] if path.startswith("/") else folder.split("/")
    for part in path.split("/"):
        if part == "..":
            parts.pop()
        elif part not in ["", "."]:
            parts.append(part)
    return "/" + "/".join([part for part in parts if part])

def _copy(rctx, root, folder, name):
    """Copies a file below the root, if it is there; returns a dict with its lines as keys."""
    path = rctx.path(folder + "/" + name)
    if not (folder + "/").startswith(root + "/"):
        return {}
    rctx.watch(path)
    if not path.exists:
        return {}
    text = rctx.read(path)
    write_text(rctx, "/".join([part for part in [_REPOSITORY, folder.removeprefix(root).strip("/"), name] if part]), text)
    return {line: None for line in text.split("\n")}

def required_modules(go_mod):
    """Returns the modules that a go.mod names, in the versions that replace them; without those in folders.

    Args:
        go_mod: dict, as `go mod edit -json` prints it.

    Returns:
        list of strings, PATH@VERSION.
    """
    replaced = {}
    for replacement in go_mod.get("Replace") or []:
        old, new = replacement["Old"], replacement["New"]
        replaced[(old["Path"], old.get("Version", ""))] = "%s@%s" % (new["Path"], new["Version"]) if "Version" in new else ""
    modules = []
    for module in go_mod.get("Require") or []:
        path, version = module["Path"], module["Version"]
        modules.append(replaced.get((path, version), replaced.get((path, ""), "%s@%s" % (path, version))))
    return [module for module in modules if module]

def _download(rctx, run, selected, sums):
    """Downloads modules; those that the lock names must be among the sources."""
    needed = rctx.attr.modules
    lines = sums + ["%s %s" % (module.replace("@", " "), needed[module]) for module in needed]
    write_text(rctx, _SCRATCH + "/go.mod", "module scratch\n")
    write_text(rctx, _SCRATCH + "/go.sum", "\n".join({line: None for line in lines}.keys()) + "\n")
    modules = {module: None for module in selected + needed.keys()}.keys()
    if not modules:
        rctx.file(_MODULES + "/cache/lock", "", executable = False)
        return
    output = run(["mod", "download", "-json"] + modules, _SCRATCH, may_fail = True, GOWORK = "off")
    for module in json.decode("[%s]" % output.strip().replace("\n}\n{", "\n},\n{")):
        name = "%s@%s" % (module["Path"], module["Version"])
        if module.get("Error") and name in needed:
            fail("cannot download %s: %s\nThe sources are the goproxies of go_modules.from_file" % (name, module["Error"]))
        if module.get("Zip"):
            # What is unpacked is enough.
            rctx.delete(module["Zip"])

go_command_modules = repository_rule(
    doc = _DOC,
    implementation = _impl,
    attrs = _attrs,
    environ = ["GOPROXY"],
)

def go_command_name(group):
    """Returns the name of the repository of a lock's modules, and of the target in @go_sdk that stands for it.

    Args:
        group: int, the lock's number where there are several.

    Returns:
        string.
    """
    return "go_command" + ("_g%d" % group if group > 1 else "")

def go_command_aliases(names):
    """Returns the statements with which the SDK's repository names what tests need of each lock.

    Args:
        names: list of strings, of `go_command_name`.

    Returns:
        string.
    """
    return "".join([
        "\nalias(\n    name = %s,\n    actual = %s,\n    visibility = [\"//visibility:public\"],\n)\n" % (quoted(name), quoted("@%s//:go_command" % name))
        for name in names
    ])
