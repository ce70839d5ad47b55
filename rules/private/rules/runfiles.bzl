"""Runfiles: the files that programs read at run time."""

load("//rules/private/config:providers.bzl", "GoInfo", "GoSourceInfo")

visibility(["//rules/private/..."])

def merged_runfiles(ctx, targets, files = [], linked = []):
    """Returns the runfiles of a target: the files of others, and what these need in turn.

    Args:
        ctx: the target's context.
        targets: list of Targets, of `data`, `deps` and `embed`. Compiled files of Go targets are not included.
        files: sequence of Files of its own.
        linked: list of Targets of which only the runfiles are included, not the files: C libraries.

    Returns:
        runfiles.
    """
    plain = [target[DefaultInfo].files for target in targets if GoInfo not in target and GoSourceInfo not in target]
    runfiles = ctx.runfiles(list(files), transitive_files = depset(transitive = plain))
    return runfiles.merge_all([target[DefaultInfo].default_runfiles for target in targets + linked])

def runfiles_path(ctx, file):
    """Returns where a file is among the runfiles.

    Args:
        ctx: context of the rule that has them.
        file: File.

    Returns:
        string, relative to the folder of runfiles; it begins with the name of a repository.
    """
    path = file.short_path
    return path.removeprefix("../") if path.startswith("../") else "%s/%s" % (ctx.workspace_name, path)
