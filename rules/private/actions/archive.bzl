"""Archives of a package, with export data and object in one file: made by -buildmode=archive, or given in place of sources."""

load("//rules/private/config:config.bzl", "codegen_flags")
load("//rules/private/config:providers.bzl", "GoConfigInfo")
load("//rules/private/config:python.bzl", "run_python")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")
load(":recipe.bzl", "packages_of")

visibility(["//rules/private/..."])

# The compiler writes one archive with two members when it is not asked for two files.
_JOIN = """\
import shutil, sys
export, object, output = sys.argv[1:]
with open(output, "wb") as target:
    for name, skip in ((export, 0), (object, len("!<arch>\\n"))):
        with open(name, "rb") as source:
            source.seek(skip)
            shutil.copyfileobj(source, target)
"""

def archive_package(ctx, package):
    """Declares the action that makes the archive of a package.

    Args:
        ctx: a go_binary's context.
        package: GoInfo.

    Returns:
        list of providers of the go_binary.
    """
    name = ctx.attr.out or ctx.label.name.split("/")[-1] + ".a"
    archive = ctx.actions.declare_file("%s_/%s" % (ctx.label.name, name))
    run_python(
        ctx,
        ctx.toolchains[GO_TOOLCHAIN].go.python,
        mnemonic = "GoArchive",
        progress_message = "Archiving Go package %s" % package.importmap,
        arguments = ["-c", _JOIN, package.export.path, package.archive.path, archive.path],
        inputs = [package.export, package.archive],
        tools = [],
        outputs = [archive],
        execution_requirements = {"block-network": "1"},
        toolchain = GO_TOOLCHAIN,
    )
    return [DefaultInfo(executable = archive, files = depset([archive])), OutputGroupInfo(diagnostics = package.diagnostics)]

def take_archive(ctx, given, importmap, export, archive):
    """Declares the action that parts the archive of a binary-only package into export data and object.

    It fails where the archive was compiled against other packages than `deps`.

    Args:
        ctx: the context of a go_library of a lock.
        given: File, the archive.
        importmap: string, the package's path in the binary.
        export: File to write the export data to.
        archive: File to write the object to.
    """
    toolchain = ctx.toolchains[GO_TOOLCHAIN].go
    deps = packages_of(ctx)
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
