"""Analysis tests of what a target's own attributes choose among a lock's configurations, and of what they cannot choose."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules:defs.bzl", "go_binary", "go_library", "go_test")
load("//rules:modules.bzl", "configured", locked_go_binary = "go_binary", locked_go_library = "go_library")

# buildifier: disable=bzl-visibility
load("//rules/private/config:transition.bzl", "changed_settings")
load(":several.bzl", "CONFIGURATIONS")
load(":support.bzl", "failure_test", "setting", "toolchains")

visibility("private")

# No word of GOOS and GOARCH: the target platform says it, whatever machine this is.
_SETTINGS = toolchains("standard_library_toolchain", "several_toolchain") | {
    "//command_line_option:platforms": str(Label("//rules/platforms:linux_amd64")),
    setting("cc"): "gcc",
}
_ARM_PLATFORM = {"//command_line_option:platforms": str(Label("//rules/platforms:linux_arm64"))}

def _linked_test_impl(ctx):
    """The package that the configuration's own select chose is linked, for its platform and with its flags."""
    env = analysistest.begin(ctx)
    (link,) = [action for action in analysistest.target_actions(env) if action.mnemonic == "GoLink"]
    configuration = CONFIGURATIONS[ctx.attr.configuration]
    asserts.equals(env, (configuration["goos"], configuration["goarch"]), (link.env["GOOS"], link.env["GOARCH"]))
    chosen = [file.basename for file in link.inputs.to_list() if file.basename.startswith("chosen_")]
    asserts.equals(env, ["chosen_%s.a" % ctx.attr.configuration], chosen)
    asserts.equals(env, configuration["instrument"] == "race", "flags=-race" in link.argv)
    asserts.equals(env, bool(configuration["tags"]), "settings=-tags=y,x" in link.argv, "in the lock's order")
    asserts.true(env, "more_settings=CGO_ENABLED=%d" % int(configuration["cgo"]) in link.argv, link.argv)
    return analysistest.end(env)

_ATTRS = {"configuration": attr.string()}
_linked_test = analysistest.make(_linked_test_impl, attrs = _ATTRS, config_settings = _SETTINGS)
_arm_test = analysistest.make(_linked_test_impl, attrs = _ATTRS, config_settings = _SETTINGS | _ARM_PLATFORM)
_race_test = analysistest.make(_linked_test_impl, attrs = _ATTRS, config_settings = _SETTINGS | {setting("instrument"): "race"})

# goos and goarch of a target count more than those of the build.
_windows_test = analysistest.make(_linked_test_impl, attrs = _ATTRS, config_settings = _SETTINGS | {
    setting("goarch"): "amd64",
    setting("goos"): "windows",
})

def _static_test_impl(ctx):
    """A program that uses cgo is linked statically if its rule says so; which of the workspace use it the builder sees."""
    env = analysistest.begin(ctx)
    (link,) = [action for action in analysistest.target_actions(env) if action.mnemonic == "GoLink"]
    asserts.equals(env, ctx.attr.flags, [flag for flag in link.argv if flag.endswith("-linkmode=external") or flag.endswith("-extldflags=-static")])
    return analysistest.end(env)

_static_test = analysistest.make(_static_test_impl, attrs = {"flags": attr.string_list()}, config_settings = _SETTINGS)

def _configured_test_impl(ctx):
    """What the driver builds for one of several platforms has the files and output groups of the actual target."""
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    files = target[DefaultInfo].files.to_list()
    asserts.equals(env, ["own_plain.exe"], [file.basename for file in files])
    asserts.true(env, "-windows_amd64_1" in files[0].root.path, files[0].root.path)
    asserts.true(env, "diagnostics" in target[OutputGroupInfo])
    return analysistest.end(env)

_configured_test = analysistest.make(_configured_test_impl, config_settings = _SETTINGS)

# A toolchain with packages would fail first, where no test can expect it.
_failure_test = failure_test(_SETTINGS | toolchains("empty_standard_library_toolchain", "several_toolchain"))
_arm_failure_test = failure_test(_SETTINGS | _ARM_PLATFORM | toolchains("empty_standard_library_toolchain", "several_toolchain"))
_lacking_test = failure_test(_SETTINGS)

_AUTO = {name: "auto" for name in ["asan", "goarch", "goos", "msan", "pure", "race"]} | {"gotags": [], "sdk": ""}

def _changed_impl(ctx):
    names = ["//command_line_option:platforms"] + ["//rules/config:" + name for name in ["cgo", "goarch", "goos", "instrument", "sdk", "tags"]]
    changed_settings({name: [] if name.endswith("s") else "" for name in names}, struct(name = ctx.label.name, **(_AUTO | ctx.attr.own)))

# What a transition says cannot be expected of a target under test.
_changed = rule(implementation = _changed_impl, attrs = {"own": attr.string_dict()})

_WRONG = {
    "both": ({"msan": "on", "race": "on"}, "race and msan cannot be on together"),
    "no_pair": ({"goarch": "wasm", "goos": "linux"}, "no platform has goos = linux and goarch = wasm; there are android/386"),
    "one_half": ({"goarch": "arm64"}, "set both goos and goarch, or neither"),
}

# Those that fail for want of a configuration have no select: it would be said there, where no test can expect it.
_BINARIES = {
    "arm": {"goarch": "arm64", "goos": "linux"},
    "freebsd": {"embed": [":own_same_lib"], "goarch": "amd64", "goos": "freebsd"},
    "plain": {},
    "pure": {"pure": "on"},
    "race": {"deps": [":runtime_race"], "race": "on"},
    "race_off": {"race": "off"},
    "race_pure": {"embed": [":own_same_lib"], "pure": "on", "race": "on"},
    "race_same": {"embed": [":own_same_lib"], "race": "on"},
    "race_without": {"race": "on"},
    "static": {"static": "on"},
    "tagged": {"gotags": ["x", "y"]},
    "windows": {"goarch": "amd64", "goos": "windows"},
}

def _subjects():
    for configuration in CONFIGURATIONS:
        go_library(name = "chosen_" + configuration, srcs = ["chosen.go"], importpath = "z/chosen", tags = ["manual"])
    for name, path in {"runtime_cgo": "runtime/cgo", "runtime_race": "runtime/race"}.items():
        locked_go_library(name = name, srcs = [name + ".go"], importpath = path, standard = True, tags = ["manual"])
    chosen = select({"//tests/rules/sdk:" + name: [":chosen_" + name] for name in CONFIGURATIONS})
    go_library(name = "own_same_lib", srcs = ["main.go"], importpath = "z/main", tags = ["manual"])
    go_library(name = "own_lib", srcs = ["main.go"], importpath = "z/main", tags = ["manual"], deps = chosen)
    for name, more in _BINARIES.items():
        go_binary(name = "own_" + name, tags = ["manual"], **({"embed": [":own_lib"]} | more))
    locked_go_library(name = "own_locked_lib", srcs = ["main.go"], importpath = "z/main", package_name = "main", tags = ["manual"])
    for name, deps in {"locked_static": [":runtime_cgo"], "locked_static_go": []}.items():
        locked_go_binary(name = "own_" + name, embed = [":own_locked_lib"], static = "on", tags = ["manual"], deps = deps)
    configured(
        name = "own_configured",
        actual = ":own_plain",
        output_folder = "windows_amd64_1",
        settings = {"goarch": "amd64", "goos": "windows"},
        tags = ["manual"],
    )
    go_test(
        name = "own_arm_test",
        srcs = ["own_test.go"],
        embed = [":own_lib"],
        goarch = "arm64",
        goos = "linux",
        tags = ["manual"],
    )

def transition_tests(name):
    """Declares the tests and what they look at.

    Args:
        name: prefix of the tests' names.
    """
    _subjects()
    for target, configuration in {
        "arm": "linux_arm64",
        "plain": "linux_amd64",
        "pure": "linux_amd64_pure",
        "race": "linux_amd64_race",
        "race_off": "linux_amd64",
        "tagged": "linux_amd64_tags=y,x",
        "windows": "windows_amd64",
    }.items():
        _linked_test(name = "%s_%s_test" % (name, target), configuration = configuration, target_under_test = ":own_" + target)
    _configured_test(name = name + "_configured_test", target_under_test = ":own_configured")
    _linked_test(name = name + "_arm_go_test", configuration = "linux_arm64", target_under_test = ":own_arm_test")
    for target, flags in {
        "locked_static": ["-linkmode=external", "-extldflags=-static"],
        "locked_static_go": [],
        "plain": [],
        "static": ["cgo_flags=-linkmode=external", "cgo_flags=-extldflags=-static"],
    }.items():
        _static_test(name = "%s_%s_flags_test" % (name, target), flags = flags, target_under_test = ":own_" + target)

    # The target platform alone, and a target's own word against settings of the build.
    _arm_test(name = name + "_platform_test", configuration = "linux_arm64", target_under_test = ":own_plain")
    _arm_test(name = name + "_pure_anyway_test", configuration = "linux_arm64", target_under_test = ":own_pure")
    _race_test(name = name + "_race_off_for_one_test", configuration = "linux_amd64", target_under_test = ":own_race_off")
    _windows_test(name = name + "_settings_test", configuration = "windows_amd64", target_under_test = ":own_plain")
    _windows_test(name = name + "_own_platform_test", configuration = "linux_arm64", target_under_test = ":own_arm")
    for target, message in {
        "freebsd": "the lock has no configuration for freebsd/amd64; it has linux_amd64, linux_amd64_pure, linux_amd64_race",
        "race_pure": "gomod2bazel lock -variant race+pure",
    }.items():
        _failure_test(name = "%s_%s_test" % (name, target), message = message, target_under_test = ":own_" + target)
    _lacking_test(
        name = name + "_race_without_test",
        message = "race needs package runtime/race, which the lock does not have; make it with -variant race",
        target_under_test = ":own_race_without",
    )
    for target, (own, message) in _WRONG.items():
        _changed(name = "own_" + target, own = own, tags = ["manual"])
        _failure_test(name = "%s_%s_test" % (name, target), message = "own_%s: %s" % (target, message), target_under_test = ":own_" + target)
    _arm_failure_test(
        name = name + "_race_elsewhere_test",
        message = "the lock has no configuration for linux/arm64 with race",
        target_under_test = ":own_race_same",
    )
