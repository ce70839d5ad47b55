"""x_defs: values that the linker gives to string variables, some of them from the workspace status (--stamp)."""

load("//rules/private/config:python.bzl", "run_python")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")

visibility(["//rules/private/...", "//rules/stamp", "//tests/rules"])

_StampInfo = provider(
    doc = "Whether --stamp is given.",
    fields = {"stamp": "bool: that."},
)

def _setting_impl(ctx):
    return [_StampInfo(stamp = ctx.attr.stamp)]

stamp_setting = rule(
    doc = "Tells rules whether --stamp is given.",
    implementation = _setting_impl,
    attrs = {"stamp": attr.bool(doc = "Whether it is.")},
)

# For rules that call `x_def_arguments`.
STAMP = {
    "_stamp": attr.label(default = "//rules/stamp", providers = [_StampInfo]),
    "_stamper": attr.label(allow_single_file = True, default = "//rules/private/builder:link/stamp.py"),
}

# Names in stable-status.txt in addition to those that begin with STABLE_ (Bazel's "Workspace status").
_STABLE = ["BUILD_EMBED_LABEL", "BUILD_HOST", "BUILD_USER"]

def merged_x_defs(packages, importmap, program_x_defs, main = None):
    """Returns the values for variables of one program.

    Args:
        packages: list of structs for the linker, as GoInfo has them.
        importmap: string, the package of names in `own` that have no dot.
        program_x_defs: dict of string to string, of the program's rule: it counts before that of packages.
        main: string, the path that packages may have for the main package; or None.

    Returns:
        dict of string to string, each name with its package.
    """
    merged = {}
    for package in packages:
        for name, value in package.x_defs:
            # Whether a go_library is a command, its rule does not know.
            name = importmap + name.removeprefix(main) if main and name.rpartition(".")[0] == main else name
            other = merged.setdefault(name, value)
            if other != value and name not in program_x_defs:
                fail("%s: %s in one package's x_defs, %s in another's; set it in x_defs of the program" % (name, repr(other), repr(value)))
    return merged | {(name if "." in name else "%s.%s" % (importmap, name)): value for name, value in program_x_defs.items()}

def placeholders(values):
    """Returns what values want of the workspace status.

    Args:
        values: list of strings.

    Returns:
        struct of `stable` and `volatile`: bools, whether any wants a value of either status file.
    """
    names = [part.split("}")[0] for value in values for part in value.split("{")[1:] if "}" in part]
    stable = [name for name in names if name.startswith("STABLE_") or name in _STABLE]
    return struct(stable = bool(stable), volatile = len(names) > len(stable))

def x_def_arguments(ctx, x_defs):
    """Returns the linker's flags for variables; where a value is of the workspace status, by way of an action.

    Args:
        ctx: context of a rule with the attributes STAMP.
        x_defs: dict of string to string, from `merged_x_defs`.

    Returns:
        struct of `words`, list of strings, and `files`, list of Files that the linker then reads.
    """
    keys = placeholders(x_defs.values())
    if not ctx.attr._stamp[_StampInfo].stamp or not (keys.stable or keys.volatile):
        return struct(words = ["-X=%s=%s" % pair for pair in x_defs.items()], files = [])
    request = ctx.actions.declare_file(ctx.label.name + "_/x_defs.json")
    made = ctx.actions.declare_file(ctx.label.name + "_/x_defs.args")
    ctx.actions.write(request, json.encode(x_defs))
    status = ([ctx.info_file] if keys.stable else []) + ([ctx.version_file] if keys.volatile else [])
    run_python(
        ctx,
        ctx.toolchains[GO_TOOLCHAIN].go.python,
        mnemonic = "GoStamp",
        progress_message = "Stamping Go binary %{label}",
        arguments = [ctx.file._stamper.path, request.path, made.path] + [file.path for file in status],
        inputs = [request] + status,
        tools = [ctx.file._stamper],
        outputs = [made],
        execution_requirements = {"block-network": "1"},
        toolchain = GO_TOOLCHAIN,
    )
    return struct(words = ["@" + made.path], files = [made])
