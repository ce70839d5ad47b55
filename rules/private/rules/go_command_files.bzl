"""go_command_files: what tests that run the go command need of a lock, and what such a test gets of it."""

load("//rules/private/config:providers.bzl", "GoBinaryInfo", "GoCommandInfo", "GoConfigInfo", "GoInfo")
load("//rules/private/config:python.bzl", "run_python")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN", "STANDARD_LIBRARY")
load(":runfiles.bzl", "runfiles_path")

visibility(["//rules/...", "//tests/..."])

def _go_program_impl(ctx):
    sdk = ctx.toolchains[GO_TOOLCHAIN].go.sdk if ctx.toolchains[GO_TOOLCHAIN] else []
    program = ctx.actions.declare_file(ctx.label.name + ".sh")
    path = "".join([runfiles_path(ctx, file) for file in sdk if file.basename == "bin"])
    ctx.actions.write(program, "#!/bin/sh\nexec \"$0.runfiles/%s/go\" \"$@\"\n" % path, is_executable = True)
    return [DefaultInfo(executable = program, runfiles = ctx.runfiles(sdk))]

go_program = rule(
    doc = "The go command of an SDK as a tool of actions, with the whole SDK as its runfiles: Bazel warns of folders that are inputs.",
    implementation = _go_program_impl,
    executable = True,
    toolchains = [config_common.toolchain_type(GO_TOOLCHAIN, mandatory = False)],
)

_DOC = """The modules of a lock as a module cache, and the go.mod files of the repository.

The repository `go_command` of a lock declares one; `@go_sdk//:go_command` is the name for the attribute of go_test.
"""

_attrs = {
    "flags": attr.string_list(doc = "Flags for the go command, in addition to those of the build's configuration."),
    "modules": attr.label(allow_single_file = True, doc = "A folder, the module cache.", mandatory = True),
    "repository": attr.label(allow_single_file = True, doc = "A folder with the go.mod files, each at its place in the repository.", mandatory = True),
    "_cacher": attr.label(allow_single_file = True, default = "//rules/private/builder:test/gocache.py"),
    "_config": attr.label(default = "//rules/config", providers = [GoConfigInfo]),
    "_go": attr.label(cfg = "exec", default = "//rules/private/driver:go_program", executable = True),
}

# How packages are compiled for a program, and for a plugin: there, as for a shared library.
_BUILDMODES = {"default": "default", "plugin": "shared"}

def _impl(ctx):
    config = ctx.attr._config[GoConfigInfo]
    toolchain = ctx.toolchains[GO_TOOLCHAIN].go
    variables = _variables(config, ctx.attr.flags)
    packages = ctx.toolchains[STANDARD_LIBRARY].standard_library.for_tests.transitive

    # Without package plugin, nothing loads plugins.
    plugins = config.cgo and [None for package in packages.to_list() if package.importmap == "plugin"]
    modes = [mode for mode in _BUILDMODES if toolchain.sdk and (mode == "default" or plugins)]
    return [GoCommandInfo(
        caches = [_cache(ctx, toolchain, variables, packages, mode) for mode in modes],
        modules = ctx.file.modules,
        repository = ctx.file.repository,
        variables = variables,
    )]

def _variables(config, flags):
    """Returns the variables with which the go command compiles packages as these rules do."""
    every = ["-trimpath", "-buildvcs=false"] + (["-tags=" + ",".join(config.tags)] if config.tags else []) + flags
    variables = {"CGO_ENABLED": "1" if config.cgo else "0", "GOFLAGS": " ".join(every)}
    if config.arch:
        name, value = config.arch.split("=", 1)
        variables[name] = value
    if config.experiment:
        variables["GOEXPERIMENT"] = config.experiment
    if config.fips140:
        variables["GOFIPS140"] = config.fips140
    variables |= {name: value for name, value in config.environment.items() if name.startswith("CGO_")}

    # Those of Bazel's cc toolchain may have paths that only actions know.
    compilers = {"CC": config.cc, "CXX": config.cxx}
    return variables | {name: program for name, program in compilers.items() if program and ("/" not in program or program.startswith("/"))}

def _cache(ctx, toolchain, variables, packages, mode):
    """Declares the action that compiles the lock's packages of the standard library into a build cache."""
    cache = ctx.actions.declare_directory("%s_/cache_%s" % (ctx.label.name, mode))
    args = ctx.actions.args()
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add("--programs=%s.runfiles/%s" % (ctx.executable._go.path, runfiles_path(ctx, _programs(toolchain))))
    args.add("--variables=" + json.encode(variables | {"GOFLAGS": " ".join([flag for flag in variables["GOFLAGS"].split(" ") if not flag.startswith("-mod=")])}))
    args.add("--buildmode=" + _BUILDMODES[mode])
    args.add_all([cache], format_each = "--output=%s", expand_directories = False)
    args.add_all(packages, map_each = _listed)
    run_python(
        ctx,
        toolchain.python,
        mnemonic = "GoCommandCache",
        progress_message = "Compiling the standard library for the go command of tests",
        arguments = [ctx.file._cacher.path, args],
        tools = [ctx.file._cacher],
        programs = [ctx.attr._go[DefaultInfo].files_to_run],
        outputs = [cache],
        execution_requirements = {"block-network": "1"},
        toolchain = GO_TOOLCHAIN,
        use_default_shell_env = True,
    )
    return cache

def _listed(package):
    """Returns a package for the go command's command line; vendored packages come with those that import them."""
    return None if package.importmap.startswith("vendor/") else package.importmap

def _programs(toolchain):
    return [file for file in toolchain.sdk if file.basename == "bin"][0]

go_command_files = rule(
    doc = _DOC,
    implementation = _impl,
    attrs = _attrs,
    toolchains = [GO_TOOLCHAIN, STANDARD_LIBRARY],
)

def go_command_runfiles(ctx, toolchain, packages):
    """Returns the runfiles of a go_test that runs the go command.

    Args:
        ctx: its context.
        toolchain: GoToolchainInfo.
        packages: list of GoInfo, those that are tested.

    Returns:
        runfiles.
    """
    if not ctx.attr.copy_data:
        fail("%s: with go_command, the sources must be files, not links; remove copy_data = False" % ctx.label)
    if not toolchain.sdk:
        fail("%s: the toolchain of %s has no whole SDK, which go_command needs" % (ctx.label, toolchain.version))
    command = ctx.attr.go_command[GoCommandInfo]
    sources = [package.sources for package in packages]
    for target in ctx.attr.go_packages:
        sources.append(target[GoInfo].sources if GoInfo in target else target[GoBinaryInfo].sources)
    return ctx.runfiles([command.modules, command.repository] + command.caches + toolchain.sdk, transitive_files = depset(transitive = sources))

def go_command_settings(ctx, toolchain):
    """Returns what the launcher of such a go_test needs to know.

    Args:
        ctx: its context.
        toolchain: GoToolchainInfo.

    Returns:
        dict: places among the runfiles, and in upper case variables of the go command, with which it
        compiles packages as these rules do.
    """
    command = ctx.attr.go_command[GoCommandInfo]
    return command.variables | {
        "caches": [runfiles_path(ctx, cache) for cache in command.caches],
        "modules": runfiles_path(ctx, command.modules),
        "repository": runfiles_path(ctx, command.repository),
        "sdk": runfiles_path(ctx, _programs(toolchain)),
    }
