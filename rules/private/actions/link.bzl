"""The action that links a program of a lock, whose module information the lock has, by Go's own linker."""

load("//rules/private/config:config.bzl", "c_environment", "go_environment", "instrument_flags", "link_mode")
load("//rules/private/config:confine.bzl", "add_visible")
load("//rules/private/config:python.bzl", "run_python")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")
load(":buildinfo.bzl", "build_settings", "modinfo_line")
load(":cdeps.bzl", "search_path")
load(":stamp.bzl", "merged_x_defs", "x_def_arguments")

visibility(["//rules/private/..."])

def link(ctx, *, toolchain, config, packages, main, executable, x_defs = None):
    """Declares the action that links a program.

    Args:
        ctx: context of a rule with the attributes buildinfo, flags, gc_linkopts and godebug of go_binary, and STAMP.
        toolchain: GoToolchainInfo.
        config: GoConfigInfo.
        packages: depset of structs for the linker, as GoInfo has them.
        main: GoInfo of the main package.
        executable: File to write.
        x_defs: dict of string to string, values for string variables; as the attribute of go_binary has it when None.
    """
    instrument = "runtime/" + config.instrument
    if config.instrument and not any([package.importmap == instrument for package in packages.to_list()]):
        fail("%s: with %s, deps must contain package %s of the SDK, such as @go_sdk//:%s" % (ctx.label, config.instrument, instrument, instrument))
    importcfg = _importcfg(ctx, config, packages)
    variables = x_def_arguments(ctx, merged_x_defs(packages.to_list(), binary_path(config, main), ctx.attr.x_defs) if x_defs == None else x_defs)
    archives = [package.archive for package in packages.to_list()]
    with_c = may_use_c(config, packages)
    inputs = depset([importcfg] + archives + variables.files, transitive = ([config.c_files] if with_c else []) + [depset(package.files) for package in packages.to_list() if package.files])
    launcher = _launcher(ctx, toolchain, config, main, packages, inputs, executable)
    arguments = launcher + [_arguments(ctx, config, packages, executable, importcfg, main, variables.words)]
    options = {
        "env": go_environment(config) | (c_environment(config) if with_c else {}),
        "execution_requirements": {"block-network": "1"},
        "inputs": inputs,
        "mnemonic": "GoLink",
        "outputs": [executable],
        "progress_message": "Linking Go binary %s" % executable.basename,
        "toolchain": GO_TOOLCHAIN,
    }
    if launcher:
        run_python(ctx, toolchain.python, arguments = arguments, tools = toolchain.builder + [toolchain.link], **options)
    else:
        ctx.actions.run(executable = toolchain.link, arguments = arguments, **options)

def binary_path(config, main):
    """Returns the path in the binary of the main package: its own in a plugin, as a host can load several.

    Args:
        config: GoConfigInfo.
        main: GoInfo of the main package.

    Returns:
        string.
    """
    return main.importmap if link_mode(config) == "plugin" else "main"

def _launcher(ctx, toolchain, config, main, packages, inputs, executable):
    """Returns what comes before the linker's arguments: the program of -toolexec, or what hides files from C linkers."""
    scripts = {file.basename: file.path for file in toolchain.builder}
    if config.toolexec:
        return [scripts["toolexec.py"], config.toolexec, main.importmap, toolchain.link.path]
    if not may_use_c(config, packages):
        return []
    args = ctx.actions.args()
    args.use_param_file("%s", use_always = True)
    args.set_param_file_format("multiline")
    add_visible(args, config, depset([toolchain.link], transitive = [inputs]))
    args.add(executable, format = "export=%s")
    args.add_all(["cc=" + config.cc, "cxx_tool=" + config.cxx, "pkg_config_tool=" + config.environment.get("PKG_CONFIG", "pkg-config")])
    questions = {package.pkg_config: None for package in packages.to_list() if package.pkg_config}
    args.add_all(questions.keys(), format_each = "libraries=%s")
    return [scripts["linker.py"], args, "--", toolchain.link.path]

def may_use_c(config, packages):
    """Returns whether the C linker or ar may be called: but for an archive for C, never without runtime/cgo (cmd/link).

    Args:
        config: GoConfigInfo.
        packages: depset of LinkInfo structs.

    Returns:
        bool.
    """
    return link_mode(config) == "c-archive" or any([package.importmap == "runtime/cgo" for package in packages.to_list()])

def _importcfg(ctx, config, packages):
    file = ctx.actions.declare_file(ctx.label.name + "_/importcfg.link")
    content = ctx.actions.args()
    content.set_param_file_format("multiline")
    content.add_all(packages, map_each = _package_line)
    if ctx.attr.buildinfo:
        settings = build_settings(config = config, godebug = ctx.attr.godebug, flags = ctx.attr.flags)
        content.add(modinfo_line(ctx.attr.buildinfo, settings))
    ctx.actions.write(file, content)
    return file

def _package_line(package):
    return "packagefile %s=%s" % (package.importmap, package.archive.path)

def _arguments(ctx, config, packages, executable, importcfg, main, variables):
    args = ctx.actions.args()
    args.add("-o", executable)
    args.add("-importcfg", importcfg)
    if ctx.attr.godebug:
        args.add("-X=runtime.godebugDefault=" + ctx.attr.godebug)
    args.add_all(linker_flags(ctx, config, packages, executable, main, variables))
    if ctx.attr.static == "on" and any([package.importmap == "runtime/cgo" for package in packages.to_list()]):
        args.add_all(STATIC)
    args.add_all(ctx.attr.gc_linkopts)
    if not names_linker(ctx.attr.gc_linkopts):
        cxx = any([package.cxx for package in packages.to_list()])
        args.add("-extld=" + (config.cxx if cxx else config.cc))
    args.add(main.archive)
    return args

# What links a program that uses cgo statically.
STATIC = ["-linkmode=external", "-extldflags=-static"]

def linker_flags(ctx, config, packages, executable, main, variables):
    """Returns the linker's flags but those for the import configuration, DefaultGODEBUG, gc_linkopts and the C linker.

    Args:
        ctx: context of the rule that links.
        config: GoConfigInfo.
        packages: depset of LinkInfo structs.
        executable: File.
        main: GoInfo of the main package.
        variables: list of strings, flags that give values to variables.

    Returns:
        list of strings.
    """
    flags = ["-pluginpath", main.importmap] if link_mode(config) == "plugin" else []
    flags += ["-buildmode=" + link_mode(config), "-buildid="] + instrument_flags(config)
    loaded = {file: None for package in packages.to_list() for file in package.loaded}
    folders = search_path(ctx, executable, loaded)
    flags += ["-r", ":".join(folders)] if folders else []
    return flags + variables

def names_linker(flags):
    """Returns whether flags for the linker name the C linker.

    Args:
        flags: list of strings.

    Returns:
        bool.
    """
    return any([flag == "-extld" or flag.startswith("-extld=") for flag in flags])
