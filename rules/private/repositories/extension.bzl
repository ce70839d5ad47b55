"""go_modules: repositories from a lock file, without network and without go."""

load("//rules/private/config:names.bzl", "PYTHON", "SDK", "alias_repositories", "repository_name")
load("//rules/private/config:sets.bzl", "SETS")
load("//rules/private/lock:facts.bzl", "names_in_modules", "short_facts", "unusual_targets")
load("//rules/private/lock:format.bzl", "STANDARD", "decode_lock")
load("//rules/private/lock:several.bzl", "merged_downloads", "merged_sdk")
load("//rules/private/lock:variants.bzl", "views")
load(":fetch.bzl", "WORKSPACE", "goproxy_problem", "zip_url")
load(":go_command.bzl", "go_command_modules", "go_command_name")
load(":overlay.bzl", "overlaid_files", "overlaid_sums")
load(":proto.bzl", "go_proto_modules_repository", "merged_proto_modules", "proto_modules")
load(":python.bzl", "go_sdk_python")
load(":repository.bzl", "go_aliases", "go_module_aliases", "go_repository")
load(":sdk.bzl", "go_sdk", "go_sdk_download")

visibility(["//rules/...", "//tests/..."])

_DOC = "Makes a repository for each module of a lock file, and those of the Go SDK."

# The module whose versions are SDKs.
_TOOLCHAIN = "golang.org/toolchain@v0.0.1-%s.%s"

_from_file = tag_class(
    doc = "The lock file, as `gomod2bazel lock` writes it.",
    attrs = {
        "allow_untested_go": attr.bool(doc = """Accept a Go release that is not supported, with the rules of the nearest that is: binaries may differ
from those of `go build`. One lock's permission is for all, since they share one SDK."""),
        "direct": attr.string_list(doc = """Paths of modules whose repositories BUILD files name, in addition to those that the lock lists.
`bazel mod tidy` keeps `use_repo` at them; it leaves `use_repo` alone where a lock that `gomod2bazel lock` made has none."""),
        "goproxy": attr.string_list(doc = """Goproxies that have the zips of the modules; the first that answers is used. `%workspace%` in
a file:// URL stands for the root of the repository that the lock is in, `%GOPROXY%` for the goproxies of the environment
variable GOPROXY (or of --repo_env). Passwords are in .netrc, or come from a credential helper."""),
        "group": attr.int(default = 1, doc = """The lock's number where there are several. From 2 on, `_g` and the number are appended
to the names of its repositories, so that each lock can have its own versions."""),
        "host": attr.label(doc = "JSON with machine-specific settings: GOROOT, Python, unpacked module folders. The driver writes it; a monorepo does not need one."),
        "lock": attr.label(mandatory = True, doc = "The lock file."),
        "sdk": attr.string(doc = """host: the SDK is that of the `go` on PATH. Default: the one that the lock names, which is fetched
from `goproxy`; where no lock names one, that of the `go` on PATH.""", values = ["", "host"]),
    },
)

def parse_lock(lock, *, host = {}, goproxy = [], group = 1, folder = "", direct = [], sdk_names = None, repository = "@@"):
    """Turns a lock into what each repository is given.

    Args:
        lock: dict, of `decode_lock`.
        host: dict with optional keys `goroot`, `python`, `dirs` (repository name to folder), `inputs` (for each
            folder of the repository `input` the repository whose binaries it has aliases for), `configurations`
            (for folders of them the build settings that their targets have of their own) and `build_files` (whether
            BUILD files of the workspace name packages of modules).
        goproxy: list of strings, URLs of goproxies.
        group: int, the lock's number where there are several.
        folder: string, the lock's own folder.
        direct: list of strings, paths of modules that the workspace's own BUILD files name.
        sdk_names: dict of string to string, the repository of the SDK of each Go release, to which the lock's is added.
        repository: string, the repository that the lock is in, as labels have it.

    Returns:
        struct of `sdk` (arguments of go_sdk), `downloads` (list of arguments of go_sdk_download), `python` (the path of a
        Python, or empty), `repositories` (list of arguments of go_repository), `sums` (dict of string to string, the h1: sum of each module that is fetched, by PATH@VERSION), `aliases` (list of arguments of go_aliases),
        `module_aliases` (list of arguments of go_module_aliases), `proto_modules` (dict, of `proto_modules`), `folders` (list of strings, of further modules that have
        the lock, relative to its own) and `direct` (list of names of the repositories that the workspace's own packages need, None where the lock does not know).
    """
    several = {"configurations": sorted(lock["configurations"])} if "configurations" in lock else {}
    release = lock["configuration"]["go"]
    names = {} if sdk_names == None else sdk_names
    sdk_name = names.setdefault(release, "%s_%s" % (SDK, release.removeprefix("go")) if names else SDK)
    repository_names = {STANDARD: sdk_name}
    for module in lock["modules"]:
        repository_names[module["path"]] = module.get("repository") or repository_name(module["path"], module["version"], group)
    names_of_packages = names_in_modules(lock["modules"], lock["standard"]["packages"])
    unusual = unusual_targets(names_of_packages)
    binaries_of = {}
    for binary in lock["binaries"]:
        binaries_of.setdefault(binary.get("repository") or binary["module"], []).append(binary)
    labels = {path: repository + package["label"] for path, package in lock["repository_packages"].items()}
    dirs = host.get("dirs", {})
    repositories = []
    module_aliases = []

    # Of the driver's workspaces, only that of tests has BUILD files that name packages.
    main_module = (lock.get("main_modules", []) + [{"path": ""}])[0]["path"]
    alias_names = {} if host and not host.get("build_files") else alias_repositories([(module["path"], module["version"]) for module in lock["modules"]], group)
    for module in lock["modules"]:
        name = module.get("repository") or repository_names[module["path"]]
        binaries = binaries_of.get(module.get("repository") or module["path"], [])
        if alias_names:
            module_aliases.append({"name": alias_names[module["path"]], "repository": name, "main_module": main_module} | _aliased(module, binaries))
        facts = _without_place(module) | {"binaries": [_without_place(binary) for binary in binaries]} | several
        facts |= {"compiler": lock["configuration"]["compiler"]} if "compiler" in lock["configuration"] else {}
        facts |= {"release": release, "sdk": sdk_name} if sdk_name != SDK else {}
        if "repositories" in module:
            # One of several of its path, in a lock that the driver merged: it knows which of others it imports.
            imported = {STANDARD: STANDARD} | module["repositories"]
            facts = short_facts(
                facts,
                module["repositories"] | {STANDARD: sdk_name},
                {owner: names_of_packages[key] for owner, key in imported.items()},
                {owner: unusual[key] for owner, key in imported.items()},
                labels,
            )
        else:
            facts = short_facts(facts, repository_names, names_of_packages, unusual, labels)

        # A patched module is fetched as its original is; the repository applies the changes.
        module_version = "%s@%s" % (module["path"], module["version"])
        source = module_version if "patched" in module else module["replaced_by"] or module_version
        repositories.append({
            "name": name,
            "dir": dirs.get(name, ""),
            "facts": json.encode(facts),
            "overlay": overlaid_files(module, folder),
            "overlay_sums": overlaid_sums(module),
            "sha256": module.get("zip_sha256", ""),
            "source": source,
            "urls": [zip_url(root, source) for root in goproxy],
        })
    standard = lock["standard"] | several
    sdk = {
        "name": sdk_name,
        "facts": json.encode(standard),
        "goroot": host.get("goroot", ""),
        "overlay": overlaid_files(standard, folder),
        "overlay_sums": overlaid_sums(standard),
        "configuration": json.encode(lock["configuration"]),
        "configurations": json.encode(lock.get("configurations", {})),
        "main_modules": json.encode(lock.get("main_modules", [])),
        "version": lock["configuration"]["go"],
    }
    aliases = []
    if "inputs" in host:
        aliases.append({
            "name": "input",
            "configurations": {folder: json.encode(settings) for folder, settings in host.get("configurations", {}).items()},
            "repositories": host["inputs"],
            "targets": {
                folder: [binary["target"] for binary in lock["binaries"] if binary.get("repository") in [None, repository]]
                for folder, repository in host["inputs"].items()
            },
        })
    return struct(
        aliases = aliases,
        direct = _direct(lock, direct, group, alias_names),
        downloads = _downloads(lock, sdk_name, goproxy),
        folders = [module["dir"] for module in lock.get("main_modules", []) if "dir" in module],
        module_aliases = module_aliases,
        proto_modules = proto_modules(lock, repository_names),
        python = host.get("python", ""),
        repositories = repositories,
        sdk = sdk,
        sums = {repository["source"]: module["sum"] for module, repository in zip(lock["modules"], repositories) if module.get("sum") and repository["sha256"]},
    )

def _without_place(entry):
    """Returns a module or binary without the repository that it is in: what is made of it is the same in all."""
    return {key: value for key, value in entry.items() if key != "repository"}

def _downloads(lock, sdk_name, goproxy):
    """Returns the arguments of go_sdk_download for each SDK that a lock names."""
    downloads = []
    for platform, sums in sorted(lock.get("sdk", {}).items()):
        source = _TOOLCHAIN % (lock["configuration"]["go"], platform.replace("_", "-"))
        downloads.append({
            "name": "%s_%s" % (sdk_name, platform),
            "platform": platform,
            "sha256": sums["zip_sha256"],
            "source": source,
            "urls": [zip_url(root, source) for root in goproxy],
        })
    return downloads

def _aliased(module, binaries):
    """Returns what go_module_aliases makes aliases for."""
    sets = {name: [binary for binary in binaries if binary["set"] == name] for name in SETS}
    return {
        "binaries": {binary["import_path"]: binary["target"] for binary in binaries},
        "commands": [package["import_path"] for package in module["packages"] if "main" in [view.get("name") for view in views(package)]],
        "libraries": {package["import_path"]: package["target"] for package in module["packages"]},
        "path": module["path"],
        "profiles": [package["import_path"] for package in module["packages"] if [view for view in views(package) if view.get("pgo_profile")]],
        "sets": {
            "set-" + name: [] if [member for member in members if "in" in member] else [member["import_path"] for member in members]
            for name, members in sets.items()
            if members
        },
    }

def _direct(lock, paths, group, alias_names):
    """Returns the names of the repositories that BUILD files name; None where neither the lock nor its tag says."""
    if "direct" not in lock and not paths:
        return None
    versions = {module["path"]: module["version"] for module in lock["modules"]}
    unknown = [path for path in paths if path not in versions]
    if unknown:
        fail("go_modules.from_file(direct = ...) names %s, but the lock has no package of it" % ", ".join(unknown))
    parts = [module.partition("@") for module in lock.get("direct", [])]
    named = [(path, version) for path, _, version in parts] + [(path, versions[path]) for path in paths]
    return [alias_names.get(path, repository_name(path, version, group)) for path, version in named]

def _impl(mctx):
    tags = {}
    for tag in [tag for module in mctx.modules for tag in module.tags.from_file]:
        if tag.group in tags:
            fail("%s and %s are both of group %d; give each lock a group of its own: from_file(group = 2, ...)" % (tags[tag.group].lock, tag.lock, tag.group))
        tags[tag.group] = tag
    root_tags = [tag for module in mctx.modules for tag in module.tags.from_file if module.is_root]
    sdks = {}
    locks = {}
    protos = {}
    downloads = {}
    sdk_names = {}
    go_commands = []
    pythons = []
    direct = []
    for group, tag in tags.items():
        host = json.decode(mctx.read(tag.host)) if tag.host else {}
        parsed = parse_lock(
            decode_lock(mctx.read(tag.lock), "the lock file %s" % tag.lock),
            direct = tag.direct,
            group = group,
            host = host,
            folder = str(mctx.path(tag.lock).dirname),
            goproxy = [_placed(mctx, root, tag.lock) for root in tag.goproxy],
            sdk_names = sdk_names,
            repository = "@@" + tag.lock.repo_name,
        )
        sdks.setdefault(parsed.sdk["name"], []).append(parsed.sdk)
        locks.setdefault(parsed.sdk["name"], []).append(str(tag.lock).removeprefix("@@"))
        protos.setdefault(parsed.sdk["name"], []).append(parsed.proto_modules)
        downloads.setdefault(parsed.sdk["name"], []).extend(parsed.downloads)
        pythons.append(parsed.python)
        if tag in root_tags:
            direct.append(struct(dev = mctx.is_dev_dependency(tag), names = parsed.direct))
        for repository in parsed.repositories:
            go_repository(**repository)
        if not host or host.get("build_files"):
            # The driver's workspace for binaries has no tests.
            go_commands.append(go_command_name(group))
            go_command_modules(
                name = go_commands[-1],
                folders = parsed.folders,
                goproxy = [_placed(mctx, root, tag.lock) for root in tag.goproxy],
                lock = tag.lock,
                modules = parsed.sums,
                repository = go_commands[-1],
                sdk = parsed.sdk["name"],
            )
        for aliases in parsed.aliases:
            go_aliases(**aliases)
        for aliases in parsed.module_aliases:
            go_module_aliases(**aliases)
    if sdks:
        go_sdk_python(name = PYTHON, python = pythons[0])
        on_host = [tag for tag in tags.values() if tag.sdk == "host"]
        fetched = {name: [] if on_host else merged_downloads(downloads[name]) for name in sdks}
        for download in [download for downloaded in fetched.values() for download in downloaded]:
            go_sdk_download(**download)
        others = {
            release: {"name": name, "platforms": [download["platform"] for download in fetched[name]]}
            for release, name in sdk_names.items()
            if name != SDK
        }
        for name in sdks:
            go_proto_modules_repository(name = name + "_proto", **merged_proto_modules(protos[name]))
            go_sdk(
                platforms = [download["platform"] for download in fetched[name]],
                allow_untested_go = bool([tag for tag in tags.values() if tag.allow_untested_go]),
                go_commands = go_commands if name == SDK else [],
                others = json.encode(others) if name == SDK else "{}",
                **merged_sdk(sdks[name], locks[name])
            )
    return mctx.extension_metadata(reproducible = True, **direct_deps(direct))

def direct_deps(locks):
    """Returns the metadata from which `bazel mod tidy` updates the root module's `use_repo`.

    Args:
        locks: list of structs, one for each lock that the root module names: `dev`, whether in a dev dependency, and
            `names`, the repositories that it needs, or None where the lock does not know.

    Returns:
        dict, arguments of extension_metadata; none where `use_repo` is to be left alone.
    """
    if not locks or [lock for lock in locks if lock.names == None]:
        return {}
    names = {dev: {name: None for lock in locks if lock.dev == dev for name in lock.names} for dev in (False, True)}
    names[bool([lock for lock in locks if not lock.dev]) == False][SDK] = None
    return {
        "root_module_direct_deps": sorted(names[False]),
        "root_module_direct_dev_deps": sorted([name for name in names[True] if name not in names[False]]),
    }

def _placed(mctx, root, lock):
    """Returns a goproxy's URL with the place of the repository that the lock is in, unless that is the main one.

    There, go_repository looks for the place: a repository's attributes must not differ between checkouts, since
    `bazel vendor` keeps them.
    """
    problem = goproxy_problem(root)
    if problem:
        fail("go_modules.from_file(lock = \"%s\"): %s" % (lock, problem))
    return root.replace(WORKSPACE, _workspace(mctx, lock)) if lock.repo_name else root

def _workspace(mctx, label):
    """Returns the absolute path of the repository that a file is in."""
    below = "/".join([part for part in [label.package, label.name] if part])
    return str(mctx.path(label)).removesuffix("/" + below)

go_modules = module_extension(doc = _DOC, implementation = _impl, tag_classes = {"from_file": _from_file})
