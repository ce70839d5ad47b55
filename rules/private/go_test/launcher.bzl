"""What starts the program of a go_test, as Bazel starts tests."""

load("//rules/private/rules:go_command_files.bzl", "go_command_settings")
load("//rules/private/rules:python_program.bzl", "python_program")
load("//rules/private/rules:runfiles.bzl", "runfiles_path")

visibility("private")

def test_launcher(ctx, tools, tested, program, made, counted):
    """Writes the executable: it sets the working directory, the flags and all else that Bazel says in the environment.

    Args:
        ctx: context of a go_test.
        tools: dict of `config`, GoConfigInfo, and `toolchain`, GoToolchainInfo.
        tested: struct, of `tested_package`.
        program: File, the program of the tests.
        made: struct, of `testmain`.
        counted: struct, of `counters`.

    Returns:
        struct of `executable`, File, and `python`, depset of Files, the Python that it needs.
    """

    # Not at the rule's name: that may be a folder with another package.
    launcher = ctx.actions.declare_file("%s_/%s" % (ctx.label.name, ctx.label.name.split("/")[-1]))
    settings = {
        "folder": "/".join([part for part in [ctx.label.repo_name or ctx.workspace_name, ctx.label.package] if part]),
        "importpath": tested.importpath,
        "names": runfiles_path(ctx, made.names),
        "program": runfiles_path(ctx, program),
    }
    if made.covered:
        settings |= {
            "covdata": runfiles_path(ctx, ctx.file._covdata),
            "counts": counted.program,
            "covered": runfiles_path(ctx, made.covered[0]),
            "lcov": runfiles_path(ctx, ctx.file._lcov),
        }
    if ctx.attr.copy_data:
        settings |= {
            "copied": True,
            "main": not ctx.label.repo_name,
            "module": tested.recipe.module.split("@")[0],
            # The folder that the builder's package is in.
            "modules": runfiles_path(ctx, ctx.files._copier[0]).removesuffix("/builder/test/" + ctx.files._copier[0].basename),
        }
    if ctx.attr.go_command:
        settings["go"] = go_command_settings(ctx, tools["toolchain"])
    python = python_program(
        ctx,
        tools["toolchain"].python,
        template = ctx.file._launcher,
        output = launcher,
        substitutions = {"\"{SETTINGS}\"": repr(json.encode(settings))},
    )
    return struct(executable = launcher, python = python)
