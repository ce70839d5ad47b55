"""go_install: puts binaries where they belong, by `bazel run`."""

load("//rules/private/config:providers.bzl", "GoBinaryInfo")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")
load("//rules/private/rules:python_program.bzl", "python_program")
load("//rules/private/rules:runfiles.bzl", "runfiles_path")

visibility(["//rules/...", "//tests/..."])

_DOC = """Installs binaries: `bazel run //:install -- -prefix P -destination D -result-file R`.

It works like `gomod2bazel build`: it installs all binaries or none, follows no symlink out of the prefix, and writes the result file last.
"""

_InstallInfo = provider(
    doc = "The binaries of a target, those that filegroups gather among them.",
    fields = {"binaries": "depset of GoBinaryInfo."},
)

def _gather_impl(target, ctx):
    infos = [target[GoBinaryInfo]] if GoBinaryInfo in target else []
    sources = getattr(ctx.rule.attr, "srcs", []) if ctx.rule.kind == "filegroup" else []
    return [_InstallInfo(binaries = depset(infos, transitive = [
        source[_InstallInfo].binaries
        for source in sources
        if _InstallInfo in source
    ]))]

_gather = aspect(
    doc = "Looks for binaries behind filegroups.",
    implementation = _gather_impl,
    attr_aspects = ["srcs"],
)

_attrs = {
    "binaries": attr.label_list(aspects = [_gather], doc = "The go_binary targets, or filegroups of some, such as `set-target` of a module.", mandatory = True),
    "_driver": attr.label(default = "//:installer_files"),
    "_installer": attr.label(allow_single_file = True, default = "//rules/private/driver:installer.py"),
}

def _impl(ctx):
    binaries = depset(transitive = [target[_InstallInfo].binaries for target in ctx.attr.binaries]).to_list()
    for target in ctx.attr.binaries:
        if not target[_InstallInfo].binaries:
            fail("%s: %s is neither a go_binary nor a filegroup of go_binary targets" % (ctx.label, target.label))
    go = ctx.toolchains[GO_TOOLCHAIN].go
    manifest = ctx.actions.declare_file(ctx.label.name + "_/manifest.json")
    ctx.actions.write(manifest, json.encode_indent({
        "binaries": [
            {
                "buildinfo": binary.buildinfo,
                "modinfo": runfiles_path(ctx, binary.modinfo) if binary.modinfo else "",
                "file": runfiles_path(ctx, file),
                "goarch": binary.goarch,
                "goos": binary.goos,
                "import_path": binary.importpath,
                "kind": "header" if file.extension == "h" else binary.kind,
                "name": file.basename,
                "set": binary.set,
            }
            for binary in binaries
            for file in binary.files
        ],
        "go_version": go.version,
        "label": str(ctx.label).removeprefix("@@") if not ctx.label.repo_name else str(ctx.label),
    }))
    program = ctx.actions.declare_file(ctx.label.name)
    driver = ctx.attr._driver.label
    settings = {
        "driver": driver.repo_name or ctx.workspace_name,
        "manifest": runfiles_path(ctx, manifest),
    }
    python = python_program(
        ctx,
        go.python,
        template = ctx.file._installer,
        output = program,
        substitutions = {"\"{SETTINGS}\"": repr(json.encode(settings))},
    )
    files = [file for binary in binaries for file in binary.files + ([binary.modinfo] if binary.modinfo else [])]
    return [DefaultInfo(
        executable = program,
        runfiles = ctx.runfiles([manifest] + files + ctx.files._driver, transitive_files = python),
    )]

go_install = rule(
    doc = _DOC,
    implementation = _impl,
    attrs = _attrs,
    executable = True,
    toolchains = [GO_TOOLCHAIN],
)
