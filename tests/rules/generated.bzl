"""Writes the BUILD file that a repository of the lock in facts.bzl gets, to be compared with a golden file."""

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:buildfile.bzl", "build_file")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:extension.bzl", "parse_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:module_rules.bzl", "module_rules")
load(":facts.bzl", "LOCK")

visibility("private")

def _impl(ctx):
    parsed = parse_lock(json.encode(LOCK))
    rules = []
    for repository in parsed.repositories + [parsed.sdk]:
        rules += module_rules(json.decode(repository["facts"]))
    ctx.actions.write(ctx.outputs.out, build_file(rules))

generated = rule(
    implementation = _impl,
    attrs = {"out": attr.output(mandatory = True)},
)
