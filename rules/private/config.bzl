"""The configuration of a build: one target that gathers the build settings."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load(":providers.bzl", "GoConfigInfo")

visibility(["//rules/...", "//tests/..."])

_DOC = "Gathers the build settings under //rules/config into one GoConfigInfo."

_STRINGS = ["goos", "goarch", "arch", "cc", "cxx", "fc", "experiment"]

_attrs = {name: attr.label(mandatory = True, providers = [BuildSettingInfo]) for name in _STRINGS} | {
    "cgo": attr.label(mandatory = True, providers = [BuildSettingInfo]),
    "environment": attr.label(mandatory = True, providers = [BuildSettingInfo]),
    "platform_goarch": attr.string(doc = "GOARCH of the target platform."),
    "platform_goos": attr.string(doc = "GOOS of the target platform."),
    "tags_setting": attr.label(mandatory = True, providers = [BuildSettingInfo]),
}

def _impl(ctx):
    values = {name: getattr(ctx.attr, name)[BuildSettingInfo].value for name in _STRINGS}
    values["goos"] = values["goos"] or ctx.attr.platform_goos
    values["goarch"] = values["goarch"] or ctx.attr.platform_goarch
    return [GoConfigInfo(
        cgo = ctx.attr.cgo[BuildSettingInfo].value,
        environment = dict([pair.split("=", 1) for pair in ctx.attr.environment[BuildSettingInfo].value]),
        tags = ctx.attr.tags_setting[BuildSettingInfo].value,
        **values
    )]

go_config = rule(doc = _DOC, implementation = _impl, attrs = _attrs)

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
