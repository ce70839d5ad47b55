"""go vet as actions: the facts of a package for its importers, what is found in it, and the validation that shows that."""

load("//rules/private/actions:compile.bzl", "package_request", "run_request")
load("//rules/private/actions:gccgo.bzl", "with_gccgo")
load("//rules/private/actions:recipe.bzl", "changed_recipe")
load("//rules/private/config:config.bzl", "go_environment")
load("//rules/private/config:python.bzl", "run_python")
load("//rules/private/config:releases.bzl", "changes_of")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")

visibility(["//rules/private/...", "//tests/rules"])

# A target with this tag is not vetted; its facts are there for its importers.
_TAG = "no-vet"

# The checks of `go test` (cmd/go/internal/test, defaultVetFlags).
_TEST_FLAGS = ["-atomic", "-bool", "-buildtags", "-directive", "-errorsas", "-ifaceassert", "-nilfunc", "-printf", "-slog", "-stringintconv", "-tests"]

# Bazel shows what a failed action prints, and keeps what one that succeeded wrote: the findings are files, for SARIF and
# for importers that need the facts, and this action fails because of them.
_CHECK = """\
import sys
output, *files = sys.argv[1:]
text = "".join(open(file, encoding="utf-8", errors="surrogateescape").read() for file in files)
sys.stderr.buffer.write(text.encode("utf-8", "surrogateescape"))
if text:
    sys.exit(1)
open(output, "w").close()
"""

def reported_findings(ctx, config, *, test = False):
    """Returns what `vet_package` is to report of a target's package.

    Args:
        ctx: the context of a go_library or go_test.
        config: GoConfigInfo.
        test: bool, whether it is a go_test.

    Returns:
        struct of `flags`, list of strings for vet; None where the target is not vetted: others are responsible for packages
        of other repositories.
    """
    if _TAG in ctx.attr.tags or ctx.label.workspace_root:
        return None
    if config.vet == "all":
        return struct(flags = [])
    return struct(flags = test_flags(ctx.toolchains[GO_TOOLCHAIN].go.version)) if test and config.vet == "test" else None

def test_flags(version):
    """Returns the flags of vet for the checks that `go test` runs.

    Args:
        version: string, the Go version.

    Returns:
        list of strings.
    """
    return _TEST_FLAGS + (["-stdversion"] if "tests_check_stdversion" in changes_of(version) else [])

def vet_package(ctx, *, recipe, toolchain, config, package, export, name, reported = None, elsewhere = []):
    """Declares the action that runs vet on a package.

    Args:
        ctx: the context of the rule that has the action.
        recipe: the package, from `recipe_of`.
        toolchain: GoToolchainInfo.
        config: GoConfigInfo.
        package: struct, as for `compile_package`.
        export: File, the package's export data: what does not compile is not vetted.
        name: string, what the names of the outputs begin with, next to `export`.
        reported: struct, from `reported_findings`; None for facts alone.
        elsewhere: list of Files, sources whose findings other targets report.

    Returns:
        struct of `facts`, File for importers, None where there is none; and `findings` and `sarif`, lists of Files.
    """
    if config.vet == "off" or with_gccgo(config) or not toolchain.vet:
        return struct(facts = None, findings = [], sarif = [])
    recipe = changed_recipe(recipe, cover = "", gc_goopts = [], asm_opts = [])
    facts = ctx.actions.declare_file(name + ".vetx", sibling = export)
    request = package_request(ctx, "vet", recipe = recipe, toolchain = toolchain, config = config, package = package, output = facts)
    args = request.args
    args.add(toolchain.vet, format = "vet=%s")
    args.add("module=" + recipe.module.partition("@")[0])
    args.add("version=" + recipe.module.partition("@")[2])
    deps = [dep for dep in recipe.deps if dep.facts]
    args.add_all(deps, map_each = _facts_line)
    inputs = [depset([dep.facts for dep in deps])]
    if recipe.standard_library:
        inputs.append(recipe.standard_library.facts)
    findings, sarif = [], []
    if reported:
        findings = [ctx.actions.declare_file(name + ".vet.txt", sibling = export)]
        sarif = [ctx.actions.declare_file(name + ".sarif", sibling = export)]
        inputs.append(depset([export]))
        args.add_all(reported.flags, format_each = "vet_flags=%s")
        args.add_all(elsewhere, format_each = "elsewhere=%s")
        args.add_all(findings, format_each = "findings=%s")
        args.add_all(sarif, format_each = "sarif=%s")
    run_request(
        ctx,
        struct(
            args = args,
            inputs = request.inputs + inputs,
            outside = request.outside,
            tools = request.tools + [toolchain.vet],
            unused = request.unused,
            uses_cgo = request.uses_cgo,
        ),
        mnemonic = "GoVet",
        progress_message = "Vetting Go package %s" % package.importmap,
        recipe = recipe,
        toolchain = toolchain,
        config = config,
        environment = go_environment(config),
        outputs = [facts] + findings + sarif,
    )
    return struct(facts = facts, findings = findings, sarif = sarif)

def _facts_line(dep):
    return "facts=%s=%s" % (dep.importmap, dep.facts.path)

def validate(ctx, vetted):
    """Declares the action that shows what vet found, and fails if it found anything.

    Args:
        ctx: the context of a go_library or go_test.
        vetted: list of structs, from `vet_package`.

    Returns:
        dict of string to depset of Files, output groups; empty where nothing is vetted.
    """
    findings = [file for result in vetted for file in result.findings]
    if not findings:
        return {}
    checked = ctx.actions.declare_file(ctx.label.name + ".vetted")
    run_python(
        ctx,
        ctx.toolchains[GO_TOOLCHAIN].go.python,
        mnemonic = "GoVetCheck",
        progress_message = "Checking what vet found in %s" % ctx.label,
        arguments = ["-c", _CHECK, checked.path] + [file.path for file in findings],
        inputs = findings,
        tools = [],
        outputs = [checked],
        execution_requirements = {"block-network": "1"},
        toolchain = GO_TOOLCHAIN,
    )
    return {
        "sarif": depset([file for result in vetted for file in result.sarif]),
        "vet": depset(findings),
        "_validation": depset([checked]),
    }
