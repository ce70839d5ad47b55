"""go vet as actions: the facts of a package for its importers, what is found in it, and the validation that shows that."""

load("//rules/private/actions:compile.bzl", "package_request", "run_request")
load("//rules/private/actions:gccgo.bzl", "with_gccgo")
load("//rules/private/actions:recipe.bzl", "changed_recipe")
load("//rules/private/config:config.bzl", "go_environment")
load("//rules/private/config:python.bzl", "run_python")
load("//rules/private/config:releases.bzl", "changes_of")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")

visibility(["//rules/private/...", "//tests/rules"])

# The programs that look for mistakes: go vet, and that of a go_analysis; and the endings of their facts.
_VET = "vet"
_ANALYSIS = "analysis"
_ENDINGS = {_ANALYSIS: "analysisx", _VET: "vetx"}

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

def reported_findings(ctx, config, *, test = False, library_srcs = []):
    """Returns what `vet_package` is to report of a target's package.

    Args:
        ctx: the context of a go_library or go_test.
        config: GoConfigInfo.
        test: bool, whether it is a go_test.
        library_srcs: list of Files, sources of a test's go_library.

    Returns:
        dict of string to struct, by the name of a program: `flags`, list of strings, the checks; `elsewhere`, list of Files, sources whose
        findings other targets report. Empty where the target is not vetted: others are responsible for packages of other
        repositories.
    """
    if _TAG in ctx.attr.tags or ctx.label.workspace_root:
        return {}
    reported = {}
    if config.vet == "all":
        reported[_VET] = struct(elsewhere = library_srcs, flags = [])
    elif config.vet == "test" and test:
        reported[_VET] = struct(elsewhere = [], flags = test_flags(ctx.toolchains[GO_TOOLCHAIN].go.version))
    if config.analysis.program:
        reported[_ANALYSIS] = struct(elsewhere = library_srcs, flags = [])
    return reported

def test_flags(version):
    """Returns the flags of vet for the checks that `go test` runs.

    Args:
        version: string, the Go version.

    Returns:
        list of strings.
    """
    return _TEST_FLAGS + (["-stdversion"] if "tests_check_stdversion" in changes_of(version) else [])

def vet_package(ctx, *, recipe, toolchain, config, package, export, name, reported = {}):
    """Declares the actions that run vet, and the program of a go_analysis if there is one, on a package.

    Args:
        ctx: the context of the rule that has the actions.
        recipe: the package, from `recipe_of`.
        toolchain: GoToolchainInfo.
        config: GoConfigInfo.
        package: struct, as for `compile_package`.
        export: File, the package's export data: what does not compile is not vetted.
        name: string, what the names of the outputs begin with, next to `export`.
        reported: dict from `reported_findings`; empty for facts alone.

    Returns:
        struct of `facts`, dict of string to File, for importers by the name of the program; and `findings` and `sarif`, lists
        of Files.
    """
    recipe = changed_recipe(recipe, asm_opts = [], cover = "", gc_goopts = [])
    result = struct(facts = {}, findings = [], sarif = [])
    for program in _programs(toolchain, config):
        outputs = _outputs(ctx, program.name, export, name, program.name in reported)
        _run(
            ctx,
            program,
            outputs,
            recipe = recipe,
            toolchain = toolchain,
            config = config,
            package = package,
            export = export,
            reported = reported.get(program.name),
        )
        result.facts[program.name] = outputs.facts
        result.findings.extend(outputs.findings)
        result.sarif.extend(outputs.sarif)
    return result

def _programs(toolchain, config):
    if with_gccgo(config):
        return []
    vet = [struct(file = toolchain.vet, flags = [], name = _VET)] if config.vet != "off" and toolchain.vet else []
    return vet + ([struct(file = config.analysis.program, flags = config.analysis.flags, name = _ANALYSIS)] if config.analysis.program else [])

def _outputs(ctx, program, export, name, reports):
    return struct(
        facts = ctx.actions.declare_file("%s.%s" % (name, _ENDINGS[program]), sibling = export),
        findings = [ctx.actions.declare_file("%s.%s.txt" % (name, program), sibling = export)] if reports else [],
        sarif = [ctx.actions.declare_file("%s.%s.sarif" % (name, program), sibling = export)] if reports else [],
    )

def _run(ctx, program, outputs, *, recipe, toolchain, config, package, export, reported):
    request = package_request(ctx, "vet", recipe = recipe, toolchain = toolchain, config = config, package = package, output = outputs.facts)
    args = request.args
    args.add(program.file, format = "vet=%s")
    args.add_all(["facts_ending=." + _ENDINGS[program.name], "module=" + recipe.module.partition("@")[0], "version=" + recipe.module.partition("@")[2]])
    args.add_all(program.flags, format_each = "vet_flags=%s")
    deps = [struct(facts = dep.facts[program.name], importmap = dep.importmap) for dep in recipe.deps if program.name in dep.facts]
    args.add_all(deps, map_each = _facts_line)
    inputs = [depset([dep.facts for dep in deps])]
    if recipe.standard_library:
        inputs.append(recipe.standard_library.facts[program.name])
    if reported:
        inputs.append(depset([export]))
        args.add_all(reported.flags, format_each = "vet_flags=%s")
        args.add_all(reported.elsewhere, format_each = "elsewhere=%s")
        args.add_all(outputs.findings, format_each = "findings=%s")
        args.add_all(outputs.sarif, format_each = "sarif=%s")
    run_request(
        ctx,
        struct(
            args = args,
            inputs = request.inputs + inputs,
            outside = request.outside,
            tools = request.tools + [program.file],
            unused = request.unused,
            uses_cgo = request.uses_cgo,
        ),
        mnemonic = "GoVet",
        progress_message = "Vetting Go package %s" % package.importmap,
        recipe = recipe,
        toolchain = toolchain,
        config = config,
        environment = go_environment(config),
        outputs = [outputs.facts] + outputs.findings + outputs.sarif,
    )

def _facts_line(dep):
    return "facts=%s=%s" % (dep.importmap, dep.facts.path)

def facts_of(packages):
    """Returns the facts of packages.

    Args:
        packages: list of GoInfo.

    Returns:
        dict of string to depset of Files, by the name of the program.
    """
    return {name: depset([package.facts[name] for package in packages if name in package.facts]) for name in _ENDINGS}

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
