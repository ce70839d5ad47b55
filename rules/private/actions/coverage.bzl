"""bazel coverage: which packages are instrumented, and the names of their sources."""

load(":gccgo.bzl", "with_gccgo")

visibility(["//rules/private/..."])

# What a main package must import to leave its counts behind when it ends (cmd/cover writes the import into it).
_HOOK = "runtime/coverage"

def cover_mode(ctx, config):
    """Returns how a go_library is instrumented: as its attribute `cover` says, or as `bazel coverage` asks.

    The mode is that of `go test -cover` without -covermode. A main package is instrumented only where it can import
    runtime/coverage: one of the workspace where the lock has that package, one of a module where its rule has it in deps.
    For a test of it that does not matter.

    Args:
        ctx: its context.
        config: GoConfigInfo.

    Returns:
        string, as attribute `cover` of locked_library.bzl.
    """
    if getattr(ctx.attr, "cover", "") or getattr(ctx.attr, "standard", False) or getattr(ctx.file, "archive", None):
        return ctx.attr.cover
    return _is_requested(ctx, config, ctx.coverage_instrumented())

def sources_mode(ctx, targets, config):
    """Returns how the package of a go_test without a go_library is instrumented.

    Args:
        ctx: its context.
        targets: list of Targets of go_source, the package's.
        config: GoConfigInfo.

    Returns:
        string, as attribute `cover` of locked_library.bzl.
    """
    return _is_requested(ctx, config, any([ctx.coverage_instrumented(target) for target in targets]))

def _is_requested(ctx, config, instrumented):
    if not ctx.configuration.coverage_enabled or not instrumented or with_gccgo(config):
        return ""
    if config.instrument == "race":
        # With it, counters must be those of sync/atomic, which the package need not have among its deps.
        fail("%s: coverage does not work with the race detector; run bazel coverage without it" % ctx.label)
    return "set"

def needs_hook(recipe):
    """Returns whether a main package cannot be instrumented where it is, since it lacks what would write its counts.

    Args:
        recipe: struct, from `recipe_of`.

    Returns:
        bool.
    """
    return recipe.package_name == "main" and not [dep for dep in recipe.deps if dep.importmap == _HOOK]

def covered_sources(recipe):
    """Returns the source files of a package that have counters.

    Args:
        recipe: struct, from `recipe_of`.

    Returns:
        tuple of Files.
    """
    if recipe.cover in ["", "regonly"]:
        return ()
    return tuple([
        file
        for file in recipe.srcs
        if file.extension == "go" and not file.basename.endswith("_test.go")
    ])

def covered_lines(package):
    """Returns the settings about a package's sources for the program that lists tests.

    Args:
        package: struct for the linker, as GoInfo has them.

    Returns:
        list of strings: `covered=IMPORTPATH=FILE`, for each source that has counters.
    """
    return ["covered=%s=%s" % (package.importmap, file.path) for file in package.covered]

def instrumented_files(ctx, sources, dependencies):
    """Returns what Bazel is to know of sources and of targets that have more, for its own list of what was instrumented.

    Args:
        ctx: a rule's context.
        sources: list of names of attributes with source files.
        dependencies: list of names of attributes with other targets.

    Returns:
        InstrumentedFilesInfo.
    """
    return coverage_common.instrumented_files_info(
        ctx,
        source_attributes = sources,
        dependency_attributes = dependencies,
        extensions = ["go"],
    )
