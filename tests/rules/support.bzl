"""What analysis tests share: the settings that they are built with, and tests of what rules refuse."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")

visibility(["//tests/rules/..."])

def setting(name):
    """Returns the label of a build setting, as transitions name it.

    Args:
        name: string, below //rules/config.

    Returns:
        string.
    """
    return str(Label("//rules/config:" + name))

# Those of the SDK's lock.
MAIN_MODULES = [
    {"go": "1.22.1", "godebug": {"panicnil": "1"}, "lang": "go1.22", "path": "x"},
    {"go": "1.23", "lang": "go1.23", "path": "x/deeper"},
]

def toolchains(standard_library, first = "toolchain"):
    """Returns the setting that registers the toolchains of the SDK.

    Args:
        standard_library: string, the name of the one that has the standard library.
        first: string, that of the one that has the tools.

    Returns:
        dict.
    """
    return {"//command_line_option:extra_toolchains": [str(Label("//tests/rules/sdk:" + name)) for name in [first, standard_library]]}

# One platform, whatever machine this is, and an SDK whose tools are never run.
SETTINGS = toolchains("standard_library_toolchain") | {
    setting("goos"): "linux",
    setting("goarch"): "amd64",
    setting("cc"): "gcc",
    setting("cgo"): "false",
    setting("vet"): "off",
}

def actions(env, mnemonic):
    """Returns the actions of a kind that the target under test declares.

    Args:
        env: from `analysistest.begin`.
        mnemonic: string.

    Returns:
        list of Actions.
    """
    return [action for action in analysistest.target_actions(env) if action.mnemonic == mnemonic]

def _failure_test_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, ctx.attr.message)
    return analysistest.end(env)

def failure_test(settings):
    """Makes the rule of tests that a target's analysis fails with `message` in what it says.

    Args:
        settings: dict of string to value, build settings and options.

    Returns:
        a rule.
    """
    return analysistest.make(
        _failure_test_impl,
        attrs = {"message": attr.string()},
        config_settings = settings,
        expect_failure = True,
    )
