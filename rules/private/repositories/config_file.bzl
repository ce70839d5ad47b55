"""The BUILD file of @go_sdk//config: a key for select for each configuration of a lock."""

load(":buildfile.bzl", "quoted")

visibility(["//rules/...", "//tests/..."])

# `config`, the name of the configuration that is built for, is what the keys for select ask.
_CONFIG = """\
load("@gomod2bazel//rules:toolchain.bzl", "go_configuration")

package(default_visibility = ["//visibility:public"])

go_configuration(
    name = "config",
    configurations = {configurations},
)"""

def config_file(configurations):
    """Returns the BUILD file of package config: a key for select for each configuration.

    Args:
        configurations: dict of string to dict, by name.

    Returns:
        string, in buildifier's format.
    """
    if not configurations:
        return ""
    settings = ["config_setting(\n    name = %s,\n    flag_values = {\":config\": %s},\n)" % (quoted(name), quoted(name)) for name in sorted(configurations)]
    return "\n\n".join([_CONFIG.format(configurations = quoted(json.encode(configurations)))] + settings) + "\n"
