"""What the command prebuild builds of a binary: the packages of other modules and of the standard library."""

load("//rules/private/config:providers.bzl", "GoBinaryInfo", "GoInfo")

visibility(["//rules/...", "//tests/..."])

def _impl(target, ctx):
    if GoBinaryInfo in target:
        packages = target[GoBinaryInfo].packages
    else:
        # With -buildmode=archive nothing is linked.
        packages = depset(transitive = [package[GoInfo].transitive for package in getattr(ctx.rule.attr, "embed", [])])
    repository = target.label.repo_name
    archives = [package.archive for package in packages.to_list()]

    # All packages of a module are in one repository. An archive has one action with the export data next to it.
    return [OutputGroupInfo(dependencies = depset([file for file in archives if file.owner.repo_name != repository]))]

dependencies = aspect(
    implementation = _impl,
    doc = "Adds the output group `dependencies` to a binary of a lock.",
)
