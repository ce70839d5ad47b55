"""What -buildmode=archive makes: one package as the go command keeps it, export data and object in one file."""

load("//rules/private/config:python.bzl", "run_python")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")

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
