"""go_test as BUILD files call it."""

load(":test.bzl", _go_test = "go_test")

visibility(["//rules"])

def go_test(name, *, runner = "@go_sdk//:testmain", **kwargs):
    """Declares the tests of one package.

    A macro only for `runner`: the SDK's repository has a name where the BUILD file is, and none in these rules.

    Args:
        name: of the test.
        runner: label of what the tests' main package imports; the SDK has it.
        **kwargs: attributes of the rule.
    """
    _go_test(name = name, runner = runner, **kwargs)
