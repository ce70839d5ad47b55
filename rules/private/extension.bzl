"""go_modules: repositories out of a lock file, without network and without go."""

load(":names.bzl", "SDK", "repository_name")
load(":repository.bzl", "go_repository")
load(":sdk.bzl", "go_sdk")

visibility(["//rules/..."])

_SCHEMA = 1

_DOC = "Makes a repository for each module of a lock file, and one for the Go SDK."

_from_file = tag_class(
    doc = "The lock file, as `gomod2bazel lock` writes it.",
    attrs = {
        "host": attr.label(doc = "What holds on this machine alone, as JSON: GOROOT, Python, and folders of unpacked modules."),
        "lock": attr.label(mandatory = True),
    },
)

def parse_lock(text, host):
    """Turns a lock into what each repository is given.

    Args:
        text: string, the lock file.
        host: dict with optional keys `goroot`, `python` and `dirs` (repository name to folder).

    Returns:
        struct of `sdk` (arguments of go_sdk) and `repositories` (list of arguments of go_repository).
    """
    lock = json.decode(text)
    if lock.get("schema") != _SCHEMA:
        fail("the lock file has schema %s, these rules read %d; run `gomod2bazel lock` again" % (lock.get("schema"), _SCHEMA))
    owners = {}
    for module in [lock["standard"]] + lock["modules"]:
        name = SDK if module.get("standard") else repository_name(module["path"], module["version"])
        for package in module["packages"]:
            owners[package["import_path"]] = (name, package["target"])
    dirs = host.get("dirs", {})
    repositories = []
    for module in lock["modules"]:
        name = repository_name(module["path"], module["version"])
        binaries = [binary for binary in lock["binaries"] if binary["module"] == module["path"]]
        facts = module | {"binaries": binaries}
        facts["files"] = _files(facts)
        facts["labels"] = _labels(facts, name, owners)
        repositories.append({
            "name": name,
            "dir": dirs.get(name, ""),
            "facts": json.encode(facts),
            "sha256": module.get("zip_sha256", ""),
            "urls": module.get("urls", []),
        })
    standard = lock["standard"] | {"labels": _labels(lock["standard"], SDK, owners)}
    sdk = {
        "name": SDK,
        "facts": json.encode(standard),
        "goroot": host.get("goroot", ""),
        "python": host.get("python", ""),
    }
    return struct(sdk = sdk, repositories = repositories)

def _labels(module, own, owners):
    """Returns the label of each import path that a module's rules name."""
    wanted = {}
    for package in module["packages"]:
        wanted |= {path: None for path in package.get("imports", [])}
    for binary in module.get("binaries", []):
        wanted |= {path: None for path in binary["linker_deps"] + [binary["import_path"]]}
    labels = {}
    for path in wanted:
        if path not in owners:
            fail("the lock names no module for package %s, which %s imports; run `gomod2bazel lock` again" % (path, module.get("path", "std")))
        repository, target = owners[path]
        labels[path] = ":" + target if repository == own else "@%s//:%s" % (repository, target)
    return labels

def _files(module):
    files = {}
    files |= {binary["pgo_profile"]: None for binary in module["binaries"] if binary["pgo_profile"]}
    for package in module["packages"]:
        for attribute in ["srcs", "cgo_srcs", "embedsrcs", "hdrs"]:
            files |= {package["dir"] + file: None for file in package.get(attribute, [])}
        files |= {file: None for file in package.get("module_hdrs", [])}
    return sorted(files)

def _impl(mctx):
    for module in mctx.modules:
        for tag in module.tags.from_file:
            host = json.decode(mctx.read(tag.host)) if tag.host else {}
            parsed = parse_lock(mctx.read(tag.lock), host)
            go_sdk(**parsed.sdk)
            for repository in parsed.repositories:
                go_repository(**repository)
    return mctx.extension_metadata(reproducible = True)

go_modules = module_extension(doc = _DOC, implementation = _impl, tag_classes = {"from_file": _from_file})
