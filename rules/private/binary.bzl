"""go_binary: links a main package into an executable."""

load(":buildinfo.bzl", "build_settings", "modinfo_line")
load(":config.bzl", "go_environment", "link_mode")
load(":providers.bzl", "GoConfigInfo", "GoInfo")
load(":toolchain.bzl", "GO_TOOLCHAIN")

visibility(["//rules/...", "//tests/..."])

_DOC = """Links one main package.

The executable carries the module information that `go version -m` prints, and no build ID unless `gc_linkopts` sets one.
"""

_PROFILE = "//rules/config:pgo_profile"

_attrs = {
    "buildinfo": attr.string_list(doc = "The path, mod, dep and => lines of the module information, tabs between their words."),
    "deps": attr.label_list(providers = [GoInfo], doc = "Packages that the linker needs though nothing imports them, such as runtime."),
    "embed": attr.label_list(mandatory = True, providers = [GoInfo], doc = "The main package: one go_library."),
    "gc_linkopts": attr.string_list(doc = "More flags for the linker (-ldflags)."),
    "godebug": attr.string(doc = "Default GODEBUG settings, KEY=VALUE with commas between (go list's DefaultGODEBUG)."),
    "flags": attr.string_dict(doc = "Flags that the module information records: -asmflags, -gcflags."),
    "out": attr.string(doc = "File name of the executable; the target's last path element when empty."),
    "pgo_profile": attr.label(allow_single_file = True, doc = "A CPU profile that this binary and all it needs are compiled with (-pgo)."),
    "x_defs": attr.string_dict(doc = "Values for string variables (-X)."),
    "_config": attr.label(default = "//rules/config", providers = [GoConfigInfo]),
}

def _impl(ctx):
    if len(ctx.attr.embed) != 1:
        fail("%s: embed holds %d packages; a binary links exactly one go_library" % (ctx.label, len(ctx.attr.embed)))
    main = ctx.attr.embed[0][GoInfo]
    if main.name != "main":
        fail("%s: %s is package %s; only a package main links into a binary" % (ctx.label, main.importpath, main.name))
    config = ctx.attr._config[GoConfigInfo]
    toolchain = ctx.toolchains[GO_TOOLCHAIN].go
    packages = depset(transitive = [main.transitive] + [dep[GoInfo].transitive for dep in ctx.attr.deps])
    executable = ctx.actions.declare_file("%s_/%s" % (ctx.label.name, ctx.attr.out or _default_name(ctx, config)))
    importcfg = _importcfg(ctx, config, packages)
    archives = [package.archive for package in packages.to_list()]
    ctx.actions.run(
        mnemonic = "GoLink",
        progress_message = "Linking Go binary %s" % executable.basename,
        executable = toolchain.link,
        arguments = [_arguments(ctx, config, packages, executable, importcfg, main.archive)],
        inputs = depset([importcfg], transitive = [depset(archives)]),
        outputs = [executable],
        env = go_environment(config) | ({"PATH": "/usr/local/bin:/usr/bin:/bin"} if config.cgo else {}),
        execution_requirements = {"block-network": "1"},
        toolchain = GO_TOOLCHAIN,
    )
    return [DefaultInfo(
        executable = executable,
        files = depset([executable]),
        runfiles = ctx.runfiles([executable]),
    )]

def _default_name(ctx, config):
    return ctx.label.name.split("/")[-1] + {"windows": ".exe"}.get(config.goos, "")

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

def _arguments(ctx, config, packages, executable, importcfg, archive):
    args = ctx.actions.args()
    args.add("-o", executable)
    args.add("-importcfg", importcfg)
    if ctx.attr.godebug:
        args.add("-X=runtime.godebugDefault=" + ctx.attr.godebug)
    args.add("-buildmode=" + link_mode(config))
    args.add("-buildid=")
    args.add_all(["-X=%s=%s" % pair for pair in ctx.attr.x_defs.items()])
    args.add_all(ctx.attr.gc_linkopts)
    if not any([option == "-extld" or option.startswith("-extld=") for option in ctx.attr.gc_linkopts]):
        cxx = any([package.cxx for package in packages.to_list()])
        args.add("-extld=" + (config.cxx if cxx else config.cc))
    args.add(archive)
    return args

def _with_profile_impl(settings, attr):
    return {_PROFILE: attr.pgo_profile or settings[_PROFILE]}

# A binary with a profile of its own has all its packages compiled anew with it, as the go command does.
_with_profile = transition(
    implementation = _with_profile_impl,
    inputs = [_PROFILE],
    outputs = [_PROFILE],
)

go_binary = rule(
    doc = _DOC,
    implementation = _impl,
    attrs = _attrs,
    cfg = _with_profile,
    executable = True,
    toolchains = [GO_TOOLCHAIN],
)
