"""go_repository: the packages of one module version, as the lock describes them."""

load(":buildfile.bzl", "build_file")
load(":generate.bzl", "module_rules")
load(":names.bzl", "stored_name")

visibility(["//rules/..."])

_DOC = """Makes the packages of one module version into targets.

All targets stand in the root package, each under its folder's name: embedded files may then lie in folders that hold
other packages, and BUILD files that a module brings along are never read. Only files that the lock lists are there.
"""

_attrs = {
    "dir": attr.string(doc = "A folder that holds the module, already verified; when empty the zip is fetched from `urls`."),
    "facts": attr.string(mandatory = True, doc = "The module's entry in the lock, as JSON, with labels for its imports."),
    "sha256": attr.string(doc = "The zip's SHA-256."),
    "urls": attr.string_list(doc = "Where the zip is."),
}

def _impl(rctx):
    facts = json.decode(rctx.attr.facts)
    root = rctx.attr.dir
    if not root:
        if not rctx.attr.sha256:
            fail("%s: neither dir nor sha256 is given; run `gomod2bazel lock` again" % rctx.name)
        rctx.download_and_extract(
            url = rctx.attr.urls,
            sha256 = rctx.attr.sha256,
            type = "zip",
            output = ".module",
            stripPrefix = "%s@%s" % (facts["path"], facts["version"]),
        )
        root = str(rctx.path(".module"))
    for file in facts["files"]:
        rctx.symlink(root + "/" + file, stored_name(file))
    rctx.file("BUILD.bazel", build_file(module_rules(facts)), executable = False)
    return None

go_repository = repository_rule(doc = _DOC, implementation = _impl, attrs = _attrs)
