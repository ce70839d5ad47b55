"""The configuration of one target: attributes of go_binary and go_test that change what it and all it needs is built for."""

load(":platforms.bzl", "PLATFORMS")

visibility(["//rules/...", "//tests/..."])

_ANALYSIS = "//rules/config:analysis"
_BUILDMODE = "//rules/config:buildmode"
_CGO = "//rules/config:cgo"
_GOARCH = "//rules/config:goarch"
_GOOS = "//rules/config:goos"
_INSTRUMENT = "//rules/config:instrument"
_PLATFORMS = "//command_line_option:platforms"
_PROFILE = "//rules/config:pgo_profile"
_SDK = "//rules/config:sdk"
_TAGS = "//rules/config:tags"
_VET = "//rules/config:vet"

# The build mode for each linkmode of rules_go.
LINKMODES = {"auto": "", "c-archive": "c-archive", "c-shared": "c-shared", "normal": "exe", "pie": "pie", "plugin": "plugin"}

_CHANGED = [_CGO, _GOARCH, _GOOS, _INSTRUMENT, _PLATFORMS, _SDK, _TAGS]

_TERNARY = ["auto", "on", "off"]
_INSTRUMENTS = ["race", "msan", "asan"]

# Each needs a configuration that the lock has: `gomod2bazel lock -platform ... -variant ...`.
CONFIGURATION_ATTRS = {
    "asan": attr.string(default = "auto", doc = "on or off: the address sanitizer (-asan). auto follows the build.", values = _TERNARY),
    "goarch": attr.string(default = "auto", doc = "GOARCH, together with `goos`."),
    "goos": attr.string(default = "auto", doc = "GOOS to build for, whatever the target platform is; `goarch` must be given too."),
    "gotags": attr.string_list(doc = "Build tags, in addition to those of the build."),
    "msan": attr.string(default = "auto", doc = "on or off: the memory sanitizer (-msan).", values = _TERNARY),
    "pure": attr.string(default = "auto", doc = "on: CGO_ENABLED=0; off: CGO_ENABLED=1.", values = _TERNARY),
    "race": attr.string(default = "auto", doc = "on or off: the race detector (-race).", values = _TERNARY),
    "sdk": attr.string(doc = "The Go release of its lock, such as go1.25.4, where locks are for several. Default: that of the build."),
    "static": attr.string(
        default = "auto",
        doc = "on: where cgo is used, the C linker links it statically (-linkmode=external -extldflags=-static).",
        values = _TERNARY,
    ),
}

def changed_settings(settings, attr):
    """Changes build settings as the attributes of a target ask.

    Args:
        settings: dict of label to the value of the build setting.
        attr: struct of a target's attributes, `CONFIGURATION_ATTRS` and `name`.

    Returns:
        dict of string to value: all that these attributes may change.
    """
    changed = {name: settings[name] for name in _CHANGED}
    changed[_SDK] = attr.sdk or settings[_SDK]
    if "auto" not in [attr.goos, attr.goarch]:
        if (attr.goos, attr.goarch) not in PLATFORMS:
            fail("%s: no platform has goos = %s and goarch = %s; there are %s" % (
                attr.name,
                attr.goos,
                attr.goarch,
                ", ".join(["%s/%s" % pair for pair in PLATFORMS]),
            ))

        # The platform alone, so that C toolchains are chosen for it too.
        changed |= {_GOARCH: "", _GOOS: "", _PLATFORMS: [str(Label("//rules/platforms:%s_%s" % (attr.goos, attr.goarch)))]}
    elif (attr.goos, attr.goarch) != ("auto", "auto"):
        fail("%s: set both goos and goarch, or neither" % attr.name)
    changed[_CGO] = {"auto": settings[_CGO], "off": "true", "on": "false"}[attr.pure]
    changed[_INSTRUMENT] = _instrument(settings[_INSTRUMENT], attr)
    more = [tag for tag in attr.gotags if tag not in settings[_TAGS]]
    changed[_TAGS] = sorted(settings[_TAGS] + more) if more else settings[_TAGS]
    return changed

def _instrument(current, attr):
    on = [name for name in _INSTRUMENTS if getattr(attr, name) == "on"]
    if len(on) > 1:
        fail("%s: %s cannot be on together" % (attr.name, " and ".join(on)))
    if on:
        return on[0]
    return "" if current and getattr(attr, current) == "off" else current

def check_configuration(ctx, config):
    """Refuses what no build setting can bring about: a lock whose every configuration has what a target does not want.

    Args:
        ctx: context of a rule with `CONFIGURATION_ATTRS`.
        config: GoConfigInfo.
    """
    if config.instrument and getattr(ctx.attr, config.instrument) == "off":
        fail("%s: %s is off, and the lock was made with -%s; make it without, and with -variant %s" % ((ctx.label,) + (config.instrument,) * 3))

def _binary_impl(settings, attr):
    return changed_settings(settings, attr) | {
        _BUILDMODE: LINKMODES[attr.linkmode] or settings[_BUILDMODE],
        _PROFILE: attr.pgo_profile or settings[_PROFILE],
    }

# A target with a separate configuration has all its packages compiled again for it, as the go command does.
binary_configuration = transition(
    implementation = _binary_impl,
    inputs = _CHANGED + [_BUILDMODE, _PROFILE],
    outputs = _CHANGED + [_BUILDMODE, _PROFILE],
)

def _test_impl(settings, attr):
    return changed_settings(settings, attr) | {_PROFILE: attr.pgo_profile or settings[_PROFILE]}

test_configuration = transition(
    implementation = _test_impl,
    inputs = _CHANGED + [_PROFILE],
    outputs = _CHANGED + [_PROFILE],
)

def _without_analysis_impl(_settings, _attr):
    return {_ANALYSIS: str(Label("//rules/config:no_analysis")), _VET: "off"}

# For the program of a go_analysis, which cannot look at its own packages before it is there.
without_analysis = transition(
    implementation = _without_analysis_impl,
    inputs = [],
    outputs = [_ANALYSIS, _VET],
)

# The build settings that the driver gives each platform of a build for several; tags and environments are the same for all.
_OF_PLATFORM = ["arch", "buildmode", "cc", "cgo", "compiler", "cxx", "experiment", "fc", "fips140", "gccgo", "goarch", "goos", "instrument"]
_SUFFIX = "//command_line_option:platform_suffix"

def _given_impl(settings, attr):
    given = {"//rules/config:" + name: value for name, value in attr.settings.items()}
    return settings | given | {_SUFFIX: attr.output_folder}

# For what the driver builds for several platforms at once.
given_configuration = transition(
    implementation = _given_impl,
    inputs = ["//rules/config:" + name for name in _OF_PLATFORM],
    outputs = ["//rules/config:" + name for name in _OF_PLATFORM] + [_SUFFIX],
)
