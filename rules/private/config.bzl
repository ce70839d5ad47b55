"""The configuration of a build: one target that gathers the build settings."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load(":providers.bzl", "GoConfigInfo")
load(":toolchain.bzl", "GO_TOOLCHAIN")

visibility(["//rules/...", "//tests/..."])

def _repeatable_impl(ctx):
    return [BuildSettingInfo(value = ctx.build_setting_value)]

# Each use on the command line adds one value, commas and all; skylib's string_list_flag splits at commas.
repeatable_flag = rule(
    doc = "A flag that may be given several times; its value is the list of all.",
    implementation = _repeatable_impl,
    build_setting = config.string_list(flag = True, repeatable = True),
)

_DOC = "Gathers the build settings under //rules/config into one GoConfigInfo."

_STRINGS = ["goos", "goarch", "arch", "buildmode", "cc", "cgo", "cxx", "fc", "experiment"]

_attrs = {name: attr.label(mandatory = True, providers = [BuildSettingInfo]) for name in _STRINGS} | {
    "environment": attr.label(mandatory = True, providers = [BuildSettingInfo]),
    "pgo_profile": attr.label(mandatory = True, allow_files = True, doc = "The profile for -pgo, or an empty target."),
    "platform_goarch": attr.string(doc = "GOARCH of the target platform."),
    "platform_goos": attr.string(doc = "GOOS of the target platform."),
    "tags_setting": attr.label(mandatory = True, providers = [BuildSettingInfo]),
}

def _impl(ctx):
    # What nobody set is as the lock has it: its lists of files hold for that configuration alone.
    locked = ctx.toolchains[GO_TOOLCHAIN].go.configuration
    values = {name: getattr(ctx.attr, name)[BuildSettingInfo].value or locked.get(name, "") for name in _STRINGS}
    values["buildmode"] = values["buildmode"] or "default"
    values["cgo"] = values["cgo"] in ("true", True)
    values["goos"] = values["goos"] or ctx.attr.platform_goos
    values["goarch"] = values["goarch"] or ctx.attr.platform_goarch
    profiles = ctx.files.pgo_profile
    return [GoConfigInfo(
        environment = dict([pair.split("=", 1) for pair in ctx.attr.environment[BuildSettingInfo].value]),
        pgo_name = profiles[0].basename if profiles else "",
        pgo_profile = _prepared(ctx, profiles[0]) if profiles else None,
        tags = ctx.attr.tags_setting[BuildSettingInfo].value or locked.get("tags", []),
        **values
    )]

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

def position_independent(config):
    """Tells whether packages are compiled for a position independent executable, as -buildmode asks or the platform has it.

    Args:
        config: a GoConfigInfo.

    Returns:
        bool; see internal/platform.DefaultPIE and cmd/go/internal/work, buildModeInit.
    """
    return link_mode(config) == "pie" and config.goos not in ["aix", "windows"]

def link_mode(config):
    """Returns the linker's -buildmode.

    Args:
        config: a GoConfigInfo.

    Returns:
        string, exe or pie.
    """
    if config.buildmode == "default":
        return "pie" if config.goos in ["android", "darwin", "ios", "windows"] else "exe"
    return config.buildmode

def go_environment(config):
    """Return the environment that every tool of the Go toolchain runs in.

    Args:
        config: a GoConfigInfo.

    Returns:
        dict of string to string: the target, as the tools read it, and what they would otherwise take from the host.
    """
    env = {
        "GOARCH": config.goarch,
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
