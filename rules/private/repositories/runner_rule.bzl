"""The go_test_runner of an SDK's repository."""

load("//rules/private/config:test_packages.bzl", "COVERAGE", "TEST_MAIN")
load(":buildfile.bzl", "attribute")
load(":variants.bzl", "facts_of")

visibility(["//rules/...", "//tests/..."])

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
        needs = {name: _needs(facts_of(facts, name), instrument_name) for name, instrument_name in instruments.items()}
    else:
        needs = {"": _needs(facts, instrument)}
    lines = ["go_test_runner(", "    name = \"testmain\","]
    for name in ["cover_deps", "missing", "tags", "deps"]:
        values = {key: need[name] for key, need in needs.items()}
        first = values.values()[0]
        if [value for value in values.values() if value != first]:
            lines.append(attribute(name, struct(cases = {"//config:" + key: value for key, value in values.items()})))
        elif first:
            lines.append(attribute(name, first))
    return "\n".join(lines + [")"])

def _needs(facts, instrument):
    """Returns the attributes of the runner in one configuration."""
    locked = {package["import_path"]: package["target"] for package in facts.get("packages", [])}
    paths = TEST_MAIN + (["runtime/" + instrument] if instrument else [])
    missing = [path for path in paths if path not in locked]
    return {
        "cover_deps": [":" + locked[path] for path in COVERAGE if path in locked and not missing],
        "deps": [":" + locked[path] for path in paths if not missing],
        "missing": missing,
        "tags": ["manual"],
    }
