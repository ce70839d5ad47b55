"""Which of the configurations that a lock was made for a build has: chosen by its target platform and build settings."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")

visibility(["//rules/...", "//tests/..."])

GoPlatformInfo = provider(
    doc = "The target platform in Go's words.",
    fields = {
        "goarch": "string: GOARCH; empty where no constraint value of the platform means one.",
        "goos": "string: GOOS, likewise.",
    },
)

def _platform_impl(ctx):
    return [GoPlatformInfo(goarch = ctx.attr.goarch, goos = ctx.attr.goos)]

go_platform = rule(
    doc = "Tells what the target platform's constraint values mean to Go.",
    implementation = _platform_impl,
    attrs = {"goarch": attr.string(), "goos": attr.string()},
)

def choose_configuration(configurations, *, goos, goarch, cgo = "", instrument = "", tags = []):
    """Chooses the configuration of a lock that a build is for.

    Args:
        configurations: dict of string to dict, the lock's configurations by name; at least one.
        goos: string, GOOS; empty where the target platform has none.
        goarch: string, GOARCH, likewise.
        cgo: string, true or false; empty for what the platform's first configuration has.
        instrument: string, race, msan or asan; empty likewise.
        tags: list of strings, build tags, with or without those of the platform's first configuration; empty likewise.

    Returns:
        struct of `name` (string, or None where the lock has no such configuration) and `problem` (string, what to tell
        the user then, or None).
    """
    platform = "%s/%s" % (goos, goarch)
    candidates = {name: configuration for name, configuration in configurations.items() if (configuration["goos"], configuration["goarch"]) == (goos, goarch)}
    base = candidates.get("%s_%s" % (goos, goarch), candidates.values()[0]) if candidates else {}
    requested = {
        "cgo": cgo == "true" if cgo else base.get("cgo", False),
        "instrument": instrument or base.get("instrument", ""),
        "may_use_cgo": cgo != "false",
    }
    base_tags = base.get("tags", [])
    matching = [
        name
        for name, configuration in candidates.items()
        if (configuration.get("cgo", False), configuration.get("instrument", "")) == (requested["cgo"], requested["instrument"])
    ]
    for all_tags in ([_set(tags)] if tags else []) + [_set(tags + base_tags)]:
        for name in matching:
            if _set(candidates[name].get("tags", [])) == all_tags:
                return struct(name = name, problem = None)
    return struct(name = None, problem = _problem(configurations, platform, base, requested, [tag for tag in tags if tag not in base_tags]))

def _set(words):
    return {word: None for word in sorted(words)}.keys()

def _problem(configurations, platform, base, requested, tags):
    """Says which configuration is asked for, which ones the lock has, and what makes one that it lacks."""
    if "" in platform.split("/"):
        target = "the target platform, whose constraint values (@platforms//os, @platforms//cpu) name no GOOS and GOARCH"
        return "the lock has no configuration for %s; it has %s" % (target, ", ".join(configurations))
    words = [requested["instrument"]] if requested["instrument"] != base.get("instrument", "") else []
    words += ["pure"] if base.get("cgo", False) and not requested["cgo"] else []
    words += ["tags=" + ",".join(tags)] if tags else []
    with_cgo = base and requested["cgo"] and not base.get("cgo", False)

    # The go command refuses these without cgo, but for the race detector of darwin (cmd/go/internal/work, instrumentInit).
    needs_cgo = words[:1] == [requested["instrument"]] and requested["may_use_cgo"] and not base.get("cgo", False)
    needs_cgo = needs_cgo and not (platform.startswith("darwin/") and requested["instrument"] == "race")
    more = ([" with " + "+".join(words)] if words else []) + ([" with CGO_ENABLED=1"] if with_cgo else [])
    platforms = {"%s/%s" % (configuration["goos"], configuration["goarch"]): None for configuration in configurations.values()} | {platform: None}
    flags = (["-platform " + ",".join(platforms)] if not base else []) + (["-variant " + "+".join(words)] if words else [])
    return "the lock has no configuration for %s%s; it has %s. Run `%s` again (or generate, if that wrote the lock) with these flags and those that the lock was made with" % (
        platform,
        "".join(more),
        ", ".join(configurations),
        " ".join((["CGO_ENABLED=1"] if with_cgo or needs_cgo else []) + ["gomod2bazel lock"] + flags),
    )

def _name_impl(ctx):
    platform = ctx.attr._platform[GoPlatformInfo]
    settings = {
        name: getattr(ctx.attr, "_" + name)[BuildSettingInfo].value
        for name in ["cgo", "goarch", "goos", "instrument", "tags"]
    }
    settings["goos"] = settings["goos"] or platform.goos
    settings["goarch"] = settings["goarch"] or platform.goarch
    chosen = choose_configuration(json.decode(ctx.attr.configurations), **settings)
    if chosen.problem:
        fail(chosen.problem)
    return [config_common.FeatureFlagInfo(value = chosen.name)]

go_configuration = rule(
    doc = """The name of the lock's configuration that is built for, as a flag that `config_setting` can ask for.

One rule in place of a `config_setting` that names the platform and each build setting: a build setting that is not set has the lock's value.""",
    implementation = _name_impl,
    attrs = {
        "configurations": attr.string(mandatory = True, doc = "The lock's configurations by name, as JSON."),
        "_cgo": attr.label(default = "//rules/config:cgo", providers = [BuildSettingInfo]),
        "_goarch": attr.label(default = "//rules/config:goarch", providers = [BuildSettingInfo]),
        "_goos": attr.label(default = "//rules/config:goos", providers = [BuildSettingInfo]),
        "_instrument": attr.label(default = "//rules/config:instrument", providers = [BuildSettingInfo]),
        "_platform": attr.label(default = "//rules/config:platform", providers = [GoPlatformInfo]),
        "_tags": attr.label(default = "//rules/config:tags", providers = [BuildSettingInfo]),
    },
)
