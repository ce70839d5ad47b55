"""The action of a binary-only package: its archive is taken as it is, once it fits what it was compiled against."""

load("//rules/private/config:config.bzl", "codegen_flags")
load("//rules/private/config:providers.bzl", "GoConfigInfo", "GoInfo")
load("//rules/private/config:python.bzl", "run_python")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")

visibility(["//rules/private/..."])

def take_archive(ctx, given, importmap, export, archive):
    """Declares the action that parts an archive into export data and object.

    It fails where the archive was compiled against other packages than `deps`.

    Args:
        ctx: the context of a go_library of a lock.
        given: File, the archive.
        importmap: string, the package's path in the binary.
        export: File to write the export data to.
        archive: File to write the object to.
    """
    toolchain = ctx.toolchains[GO_TOOLCHAIN].go
    deps = [dep[GoInfo] for dep in ctx.attr.deps]
    args = ctx.actions.args()
    args.use_param_file("%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add_all(["importpath=" + importmap, "name=" + given.short_path.partition("/")[2].partition("/")[2]])
    if codegen_flags(ctx.attr._config[GoConfigInfo]):
        args.add("shared=1")
    args.add(given, format = "given=%s")
    args.add(export, format = "export=%s")
    args.add(archive, format = "archive=%s")
    args.add_all(deps, map_each = _import_line)
    run_python(
        ctx,
        toolchain.python,
        mnemonic = "GoBinaryOnly",
        progress_message = "Taking the archive of Go package %s" % importmap,
        arguments = [ctx.file._binary_only.path, args],
        inputs = [given] + [dep.export for dep in deps],
        tools = [ctx.file._binary_only],
        outputs = [export, archive],
        execution_requirements = {"block-network": "1"},
        toolchain = GO_TOOLCHAIN,
    )

def _import_line(dep):
    return "imports=%s=%s" % (dep.importmap, dep.export.path)
