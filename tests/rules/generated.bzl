"""Writes the BUILD file that a repository of the lock in facts.bzl gets, to be compared with a golden file."""

# buildifier: disable=bzl-visibility
load("//rules/private/lock:facts.bzl", "whole_facts", "whole_standard")

# buildifier: disable=bzl-visibility
load("//rules/private/lock:format.bzl", "decode_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:buildfile.bzl", "build_file")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:extension.bzl", "parse_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:module_rules.bzl", "module_rules")
load(":facts.bzl", "LOCK")

visibility("private")

def _impl(ctx):
    parsed = parse_lock(decode_lock(json.encode(LOCK)))
    rules = []
    for repository in parsed.repositories:
        rules += module_rules(whole_facts(json.decode(repository["facts"])))
    rules += module_rules(whole_standard(json.decode(parsed.sdk["facts"])))
    ctx.actions.write(ctx.outputs.out, build_file(rules))

generated = rule(
    implementation = _impl,
    attrs = {"out": attr.output(mandatory = True)},
)
