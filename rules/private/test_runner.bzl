"""go_test_runner: what the main package of every test imports, out of the standard library."""

load(":buildfile.bzl", "attribute")
load(":providers.bzl", "GoInfo", "GoTestRunnerInfo")
load(":variants.bzl", "facts_of")

visibility(["//rules/...", "//tests/..."])

# What a test's main package imports (cmd/go/internal/load, TestMainDeps), and what the linker needs in any case.
TEST_MAIN = ["os", "reflect", "runtime", "testing", "testing/internal/testdeps"]

# What it imports too where coverage is measured.
COVERAGE = ["internal/coverage/cfile"]

_attrs = {
    "cover_deps": attr.label_list(providers = [GoInfo], doc = "What it imports too where coverage is measured."),
    "deps": attr.label_list(providers = [GoInfo], doc = "The packages."),
    "missing": attr.string_list(doc = "Packages that tests need and the lock does not have."),
}

def _impl(ctx):
    if ctx.attr.missing:
        fail("the lock does not have what tests need of the standard library (%s); make it with `gomod2bazel lock -std testing ...`" % ", ".join(ctx.attr.missing))
    return [GoTestRunnerInfo(
        cover_packages = [dep[GoInfo] for dep in ctx.attr.cover_deps],
        packages = [dep[GoInfo] for dep in ctx.attr.deps],
    )]

go_test_runner = rule(
    doc = "What the main package of every test imports. `go_sdk` repositories declare one.",
    implementation = _impl,
    attrs = _attrs,
)

def runner_rule(facts, instrument, instruments = {}):
    """Returns the statement that declares the runner of an SDK.

    Args:
        facts: dict, the standard library's entry in the lock.
        instrument: string, race, msan, asan or empty.
        instruments: dict of string to string, that of each configuration by name where the lock has several.

    Returns:
        string, in buildifier's format.
    """
    if instruments:
        needs = {name: _needs(facts_of(facts, name), own) for name, own in instruments.items()}
    else:
        needs = {"": _needs(facts, instrument)}
    lines = ["go_test_runner(", "    name = \"testmain\","]
    for name in ["cover_deps", "missing", "tags", "deps"]:
        values = {key: one[name] for key, one in needs.items()}
        first = values.values()[0]
        if [value for value in values.values() if value != first]:
            lines.append(attribute(name, struct(cases = {"//config:" + key: value for key, value in values.items()})))
        elif first:
            lines.append(attribute(name, first))
    return "\n".join(lines + [")"])

def _needs(facts, instrument):
    """Returns the attributes of the runner in one configuration."""
    locked = {package["import_path"]: package["target"] for package in facts.get("packages", [])}
    wanted = TEST_MAIN + (["runtime/" + instrument] if instrument else [])
    missing = [path for path in wanted if path not in locked]
    return {
        "cover_deps": [":" + locked[path] for path in COVERAGE if path in locked and not missing],
        "deps": [":" + locked[path] for path in wanted if not missing],
        "missing": missing,
        "tags": ["manual"],
    }
