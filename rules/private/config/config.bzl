"""The configuration of a build: one target that gathers the build settings."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load(":c_tools.bzl", "CToolsInfo")
load(":configuration.bzl", "GoPlatformInfo", "choose_configuration")
load(":providers.bzl", "GoAnalysisInfo", "GoConfigInfo")
load(":toolchain.bzl", "GO_TOOLCHAIN")

visibility(["//rules/...", "//tests/..."])

def _repeatable_impl(ctx):
    return [BuildSettingInfo(value = ctx.build_setting_value)]

# Each use on the command line adds one value, commas and all; skylib's string_list_flag splits at commas.
repeatable_flag = rule(
    doc = "A flag that may be given several times; its value is the list of all.",
    implementation = _repeatable_impl,
    attrs = {"scope": attr.string(doc = "As in skylib's flags: universal for what programs that a build runs are built with too.")},
    build_setting = config.string_list(flag = True, repeatable = True),
)

def _no_analysis_impl(_ctx):
    return [GoAnalysisInfo(flags = [], program = None)]

no_analysis = rule(doc = "Stands for no go_analysis.", implementation = _no_analysis_impl)

# Where an archive of Go code for C is position independent, to fit into a shared library too.
_ARCHIVES_SHARED = ["dragonfly", "freebsd", "illumos", "linux", "netbsd", "openbsd", "solaris"]

_DOC = "Gathers the build settings under //rules/config into one GoConfigInfo."

_STRINGS = ["goos", "goarch", "arch", "buildmode", "cc", "cgo", "compiler", "cxx", "fc", "experiment", "fips140", "gccgo", "instrument", "toolexec", "vet"]

_attrs = {name: attr.label(mandatory = True, providers = [BuildSettingInfo]) for name in _STRINGS} | {
    "analysis": attr.label(mandatory = True, providers = [GoAnalysisInfo], doc = "A go_analysis, or the target that stands for none."),
    "c_tools": attr.label(mandatory = True, providers = [CToolsInfo], doc = "Compilers where the build settings name none."),
    "environment": attr.label(mandatory = True, providers = [BuildSettingInfo]),
    "pgo_profile": attr.label(mandatory = True, allow_files = True, doc = "The profile for -pgo, or an empty target."),
    "platform": attr.label(mandatory = True, providers = [GoPlatformInfo], doc = "GOOS and GOARCH of the target platform."),
    "visible": attr.label(mandatory = True, providers = [BuildSettingInfo]),
    "tags_setting": attr.label(mandatory = True, providers = [BuildSettingInfo]),
}

def _impl(ctx):
    # What nobody set is as the lock has it: its lists of files hold for its configurations alone.
    locked = _locked(ctx)
    values = {name: getattr(ctx.attr, name)[BuildSettingInfo].value or locked.get(name, "") for name in _STRINGS}
    c_files = _choose_c_tools(ctx, values)
    values["buildmode"] = values["buildmode"] or "default"
    values["cgo"] = values["cgo"] in ("true", True)
    values["compiler"] = values["compiler"] or "gc"
    values["gccgo"] = values["gccgo"] or "gccgo"
    values["goos"] = values["goos"] or ctx.attr.platform[GoPlatformInfo].goos
    values["goarch"] = values["goarch"] or ctx.attr.platform[GoPlatformInfo].goarch
    profiles = ctx.files.pgo_profile
    return [GoConfigInfo(
        analysis = ctx.attr.analysis[GoAnalysisInfo],
        c_files = c_files,
        c_toolchain = ctx.attr.c_tools[CToolsInfo].toolchain,
        environment = dict([pair.split("=", 1) for pair in ctx.attr.environment[BuildSettingInfo].value]),
        pgo_name = profiles[0].basename if profiles else "",
        pgo_profile = _prepared(ctx, profiles[0]) if profiles else None,
        # The lock has them in the order that shows in binaries.
        tags = locked.get("tags", []) if locked else ctx.attr.tags_setting[BuildSettingInfo].value,
        visible = ctx.attr.visible[BuildSettingInfo].value,
        **values
    )]

def _locked(ctx):
    """Returns the lock's configuration that build settings and target platform choose; empty without a lock."""
    configurations = ctx.toolchains[GO_TOOLCHAIN].go.configurations
    if not configurations:
        return {}
    settings = {name: getattr(ctx.attr, name)[BuildSettingInfo].value for name in ["cgo", "goarch", "goos", "instrument"]}
    settings["goos"] = settings["goos"] or ctx.attr.platform[GoPlatformInfo].goos
    settings["goarch"] = settings["goarch"] or ctx.attr.platform[GoPlatformInfo].goarch
    chosen = choose_configuration(configurations, tags = ctx.attr.tags_setting[BuildSettingInfo].value, **settings)
    if chosen.problem:
        fail(chosen.problem)
    return configurations[chosen.name]

def _choose_c_tools(ctx, values):
    """Sets the compilers that no build setting names; returns the files that those of Bazel's cc toolchain need."""
    known = ctx.attr.c_tools[CToolsInfo]
    c_tools = known if known.cc and not values["cc"] else None
    values["cxx"] = values["cxx"] or (c_tools.cxx if c_tools else "g++")
    values["cc"] = values["cc"] or (c_tools.cc if c_tools else "gcc")
    values["fc"] = values["fc"] or "gfortran"
    return c_tools.files if c_tools else depset()

def _prepared(ctx, profile):
    """Prepares a CPU profile once for all packages that are compiled with it."""
    prepared = ctx.actions.declare_file(ctx.label.name + ".preprofile")
    ctx.actions.run(
        mnemonic = "GoPreprofile",
        executable = ctx.toolchains[GO_TOOLCHAIN].go.preprofile,
        arguments = ["-o", prepared.path, "-i", profile.path],
        inputs = [profile],
        outputs = [prepared],
        execution_requirements = {"block-network": "1"},
        toolchain = GO_TOOLCHAIN,
    )
    return prepared

go_config = rule(doc = _DOC, implementation = _impl, attrs = _attrs, toolchains = [GO_TOOLCHAIN])

def codegen_flags(config):
    """Returns the flag that compiler and assembler get for the build mode.

    Args:
        config: a GoConfigInfo.

    Returns:
        list of strings: -shared for what may be loaded anywhere, -dynlink for what is also linked to other Go code at
        run time, or none; see cmd/go/internal/work, buildModeInit.
    """
    mode = link_mode(config)
    if mode == "plugin":
        return ["-dynlink"]
    if mode == "pie":
        return ["-shared"] if config.goos not in ["aix", "windows"] else []
    if mode == "c-shared":
        return ["-shared"] if config.goos in ["android", "freebsd", "linux"] else []
    if mode == "c-archive":
        shared = config.goos in _ARCHIVES_SHARED or (config.goos in ["darwin", "ios"] and config.goarch == "arm64")
        return ["-shared"] if shared else []
    return []

def debug_flags(compilation_mode):
    """Returns the flags that the compiler gets so that a debugger finds every line and variable.

    Args:
        compilation_mode: string, of Bazel: --compilation_mode, or -c.

    Returns:
        list of strings: neither optimization nor inlining with `-c dbg`, else none.
    """
    return ["-N", "-l"] if compilation_mode == "dbg" else []

def has_header(config):
    """Returns whether C programs use the result, so that a header of the exported functions comes with it.

    Args:
        config: a GoConfigInfo.

    Returns:
        bool.
    """
    return link_mode(config) in ["c-archive", "c-shared"]

def link_mode(config):
    """Returns the linker's -buildmode.

    Args:
        config: a GoConfigInfo.

    Returns:
        string: exe, pie, c-archive, c-shared or plugin; archive where nothing is linked.
    """
    if config.buildmode == "default":
        # Windows cannot have both a position independent executable and the race detector.
        pie = config.goos in ["android", "darwin", "ios"] or (config.goos == "windows" and config.instrument != "race")
        return "pie" if pie else "exe"
    return config.buildmode

def instrument_flags(config):
    """Returns the flag that compiler and linker get for the race detector or a sanitizer.

    Args:
        config: a GoConfigInfo.

    Returns:
        list of strings; cmd/go/internal/work, instrumentInit.
    """
    return ["-" + config.instrument] if config.instrument else []

def build_tags(config):
    """Returns the build tags that hold, but those of the platform, the compiler and the Go release.

    Experiments are there as GOEXPERIMENT names them: `no` before a name turns one off that is on by default.

    Args:
        config: a GoConfigInfo.

    Returns:
        list of strings.
    """
    experiments = [name for name in config.experiment.split(",") if name]
    return (
        config.tags +
        (["cgo"] if config.cgo else []) +
        ([config.instrument] if config.instrument else []) +
        ["goexperiment." + name for name in experiments]
    )

def c_environment(config):
    """Returns the environment that C compilers run in, also as the linker of Go programs.

    Args:
        config: a GoConfigInfo.

    Returns:
        dict of string to string: the build setting `environment`, and where programs are found in any case.
    """

    # A compiler cache could write nowhere in the sandbox; Bazel keeps what was compiled.
    return {"CCACHE_DISABLE": "1", "PATH": "/usr/local/bin:/usr/bin:/bin"} | config.environment

def go_environment(config):
    """Return the environment that every tool of the Go toolchain runs in.

    Args:
        config: a GoConfigInfo.

    Returns:
        dict of string to string: the target, as the tools read it, and what they would otherwise take from the host.
    """
    env = {
        "GOARCH": config.goarch,
        # The tools end soon: to collect garbage costs more time than it saves memory. The builder sets more for the
        # compiler.
        "GOGC": "400",
        "GOOS": config.goos,
        "GOROOT": "",
        "GOTOOLCHAIN": "local",
    }
    if config.arch:
        name, value = config.arch.split("=", 1)
        env[name] = value
    if config.experiment:
        env["GOEXPERIMENT"] = config.experiment
    return env
