"""Packages as one program needs them: with test files among their sources, against such a package, or with more C libraries."""

load("//rules/private/config:config.bzl", "go_environment")
load("//rules/private/config:providers.bzl", "GoInfo")
load(":compile.bzl", "compile_package")
load(":link_info.bzl", "link_info")
load(":recipe.bzl", "changed_recipe", "own_sources")

visibility(["//rules/private/..."])

# More steps than any walk takes: Starlark has no other loop without an end.
_MANY = 1 << 30

def compile_variant(ctx, *, toolchain, config, recipe, importmap, name, path = None, header = False, module_line = "", facts = {}):
    """Declares the action that compiles a package for one program.

    Args:
        ctx: context of the go_test or go_binary.
        toolchain: GoToolchainInfo.
        config: GoConfigInfo.
        recipe: what it is compiled from; see recipe.bzl.
        importmap: string, its path in the binary.
        name: string, the name in its package clause.
        path: string, the import path for the compiler in place of `importmap`, or None.
        header: bool, whether C programs are to know its exported functions.
        module_line: string, what module information says of its module; by default that it is a main module.
        facts: dict of string to File, what vet found out about the package for its importers, as in GoInfo.

    Returns:
        GoInfo.
    """
    folder = "%s_/packages/%s" % (ctx.label.name, importmap)
    export = ctx.actions.declare_file(folder + ".x")
    archive = ctx.actions.declare_file(folder + ".a")
    declarations = ctx.actions.declare_file(folder + ".h") if header else None
    syso = depset([file for file in recipe.srcs if file.extension == "syso"], transitive = [dep.syso for dep in recipe.deps])
    compile_package(
        ctx,
        recipe = changed_recipe(recipe, package_name = name),
        toolchain = toolchain,
        config = config,
        environment = go_environment(config),
        package = struct(importmap = importmap, path = path or importmap, syso = syso),
        export = export,
        archive = archive,
        header = declarations,
    )
    link = link_info(recipe, config = config, archive = archive, importmap = importmap, path = path or importmap, module_line = module_line)
    return GoInfo(
        archive = archive,
        diagnostics = depset(transitive = [dep.diagnostics for dep in recipe.deps]),
        export = export,
        facts = facts,
        header = declarations,
        importmap = importmap,
        importpath = recipe.importpath,
        link = link,
        name = name,
        recipe = recipe,
        sources = own_sources(recipe),
        syso = syso,
        transitive = depset([link], transitive = [dep.transitive for dep in recipe.deps]),
    )

def with_facts(package, facts):
    """Returns a package with what vet found out about it.

    Args:
        package: GoInfo.
        facts: dict of string to File, as in GoInfo.

    Returns:
        GoInfo.
    """
    return GoInfo(**({name: getattr(package, name) for name in dir(package) if name not in ["to_json", "to_proto"]} | {"facts": facts}))

def importers(roots, path):
    """Returns the packages that import a package, also by way of others.

    Args:
        roots: list of GoInfo, where to begin.
        path: string, the path in the binary of the package.

    Returns:
        dict of string to GoInfo: those of `roots` and of all they import, by their path in the binary, the imported first.
    """
    importing = {}
    seen = {path: None}
    stack = [(root, False) for root in roots]
    for _ in range(_MANY):
        if not stack:
            break
        info, done = stack.pop()
        if done:
            if [dep for dep in info.recipe.deps if dep.importmap == path or dep.importmap in importing]:
                importing[info.importmap] = info
        elif info.importmap not in seen and info.recipe:
            seen[info.importmap] = None
            stack.append((info, True))
            stack += [(dep, False) for dep in info.recipe.deps]
    return importing

def recompile(ctx, *, toolchain, config, importers, tested):
    """Declares the actions that compile importers of a package against what a test has in its place.

    It is what the go command does (cmd/go/internal/load, recompileForTest).

    Args:
        ctx: the go_test's context.
        toolchain: GoToolchainInfo.
        config: GoConfigInfo.
        importers: dict of string to GoInfo, from `importers`.
        tested: GoInfo of the package under test, with its internal test files.

    Returns:
        dict of string to GoInfo: `tested` and what was compiled, by the path in the binary.
    """
    variants = {tested.importmap: tested}
    for importmap, info in importers.items():
        variants[importmap] = compile_variant(
            ctx,
            toolchain = toolchain,
            config = config,
            recipe = changed_recipe(info.recipe, deps = [variants.get(dep.importmap, dep) for dep in info.recipe.deps]),
            facts = info.facts,
            importmap = importmap,
            module_line = info.link.module,
            name = info.name,
        )
    return variants
