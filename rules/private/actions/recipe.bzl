"""What a package is compiled from: kept in addition to what was compiled, as a test compiles some packages once more."""

load("//rules/private/config:providers.bzl", "GoInfo", "GoSourceInfo")
load(":cdeps.bzl", "both_c_libraries", "c_libraries")

visibility(["//rules/private/...", "//tests/rules"])

# Attributes of go_library, the public one and that of locks, that decide what is compiled: values, and files. One that a rule lacks is empty.
_VALUES = [
    "asm_opts",
    "cgo",
    "clinkopts",
    "copts",
    "cover",
    "cppopts",
    "cxxopts",
    "embed_patterns",
    "file_names",
    "fopts",
    "gc_goopts",
    "importpath",
    "lang",
    "module",
    "overlaid",
    "package_name",
    "pkg_config",
    "standard",
    "vendored",
    "x_defs",
]
_FILES = ["embedsrcs", "hdrs", "overlay_srcs", "srcs"]

# What go_library does not have under that name: C libraries (cdeps.bzl); GoStandardLibraryInfo for a package whose sources
# tell what the rule leaves out, else None; and of tests alone, which half of a package's test files it takes (internal or external, or none), those
# files, what internal ones cannot import, and the folder that file names in the binary begin with, where it is another than the package's path.
_OF_TESTS = {"c_libraries": None, "cycle": [], "rewrite": None, "standard_library": None, "test": "", "test_srcs": []}

_PLAIN = {name: [] for name in _FILES} | {
    name: {} if name in ["embed_patterns", "file_names", "overlaid", "x_defs"] else False if name in ["cgo", "standard", "vendored"] else ""
    for name in _VALUES
} | {name: [] for name in _VALUES if name.endswith("opts") or name == "pkg_config"}

def recipe_of(ctx, standard_library = None):
    """Returns the recipe of a go_library or go_source.

    Args:
        ctx: its context.
        standard_library: GoStandardLibraryInfo for a go_library of the workspace itself: it may import its packages, and
            is in one of its main modules.

    Returns:
        struct of the rule's attributes, files in place of targets and GoInfo in place of `deps`, with its `label`;
        all that `embed` names is in it.
    """
    values = {name: getattr(ctx.attr, name, _PLAIN[name]) for name in _VALUES}
    files = {name: getattr(ctx.files, name, []) for name in _FILES}
    if standard_library:
        values |= of_main_module(ctx.attr.importpath, standard_library)
    more = {"c_libraries": c_libraries(ctx) if hasattr(ctx.attr, "cdeps") else None, "deps": packages_of(ctx), "label": ctx.label}
    return with_embedded(struct(**(_OF_TESTS | values | files | more)), [dep[GoSourceInfo].recipe for dep in getattr(ctx.attr, "embed", [])])

def packages_of(ctx):
    """Returns the packages in `deps`, or fails where a target is none that these rules compile.

    The attribute has no mandatory providers: Bazel's message would say neither why nor what to do.

    Args:
        ctx: context of a rule with that attribute.

    Returns:
        list of GoInfo.
    """
    strangers = [str(dep.label) for dep in ctx.attr.deps if GoInfo not in dep]
    if strangers:
        fail(
            "%s: deps has %s, which is not a go_library of gomod2bazel. Where rules_go's go_library has that name, the " % (ctx.label, ", ".join(strangers)) +
            "package cannot be linked here: one program is compiled by one rule set. Convert the folder with `gomod2bazel generate " +
            "-loads FOLDER`, or declare the package for both: https://github.com/gomod2bazel/gomod2bazel/blob/main/docs/how-to/with-other-rules.md#rules_go-in-the-same-workspace",
        )
    return [dep[GoInfo] for dep in ctx.attr.deps]

def main_module_of(importpath, main_modules):
    """Returns the main module that a package is in: the one with the longest path.

    Args:
        importpath: string, the package's.
        main_modules: list of structs with `path`.

    Returns:
        struct, one of them; None where it is in none.
    """
    longest = None
    for module in main_modules:
        if (importpath + "/").startswith(module.path + "/") and (not longest or len(module.path) > len(longest.path)):
            longest = module
    return longest

def of_main_module(importpath, standard_library):
    """Returns the attributes of a recipe that the lock's main modules tell.

    Args:
        importpath: string, the package's.
        standard_library: GoStandardLibraryInfo.

    Returns:
        dict: `standard_library`, and `lang` and `module` where the package is in a main module.
    """
    module = main_module_of(importpath, standard_library.main_modules)
    return {"standard_library": standard_library} | ({"lang": module.lang, "module": module.path} if module else {})

def with_embedded(recipe, others):
    """Returns a recipe with the files of others among its own, and what they need.

    Args:
        recipe: struct, from `recipe_of` or `new_recipe`.
        others: list of structs, as from `recipe_of`.

    Returns:
        struct, as `recipe_of`: of what is one for a whole package, such as `lang`, the first recipe that says it counts.
    """
    if not others:
        return recipe
    merged = {"c_libraries": recipe.c_libraries, "deps": {dep.importmap: dep for dep in recipe.deps}}
    for other in others:
        merged["c_libraries"] = both_c_libraries(merged["c_libraries"], other.c_libraries)
        merged["deps"] = {dep.importmap: dep for dep in other.deps} | merged["deps"]
    merged["deps"] = merged["deps"].values()
    for name in _FILES + _VALUES:
        values = [getattr(part, name) for part in [recipe] + others]
        kind = type(_PLAIN[name])
        if kind == "list":
            merged[name] = {item: None for items in values for item in items}.keys() if name in _FILES else [item for items in values for item in items]
        elif kind == "dict":
            merged[name] = {key: value for items in reversed(values) for key, value in items.items()}
        else:
            merged[name] = ([value for value in values if value] + [_PLAIN[name]])[0]
    _check_names(recipe.label, merged["srcs"])
    return changed_recipe(recipe, **merged)

def _check_names(label, files):
    """Refuses two Go files of one name: later messages could not distinguish them."""
    seen = {}
    for file in files:
        other = seen.setdefault(file.basename, file)
        if other != file:
            fail("%s: %s and %s have the same name; file names in a package must be unique" % (label, other.short_path, file.short_path))

def folders(recipe):
    """Returns where the Go files of a package are.

    Args:
        recipe: struct, from `recipe_of`.

    Returns:
        struct of `own`, string, the package's folder relative to the execution root: that of its first Go file that is in
        the source tree, if any is; `others`, list of strings, folders of files that come from elsewhere (generated, or
        taken in with `embed`), the longest first; and `roots`, list of strings, the folders of all that is generated.
    """
    go = [file for file in recipe.srcs + recipe.test_srcs if file.extension == "go"]
    if not go:
        fail("%s: no Go files in srcs; a Go package needs at least one" % recipe.label)
    package_folder = ([file for file in go if file.is_source] + go)[0].dirname
    others = {file.dirname: None for file in go if file.dirname != package_folder}
    made = recipe.srcs + recipe.test_srcs + recipe.embedsrcs
    return struct(
        own = package_folder,
        others = sorted(others, key = lambda folder: -len(folder)),
        roots = {file.root.path: None for file in made if not file.is_source}.keys(),
    )

def own_sources(recipe):
    """Returns the sources of a package and of all it imports, as far as they are the workspace's own.

    Args:
        recipe: struct, from `recipe_of` or `new_recipe`.

    Returns:
        depset of Files.
    """
    files = recipe.srcs + recipe.embedsrcs + recipe.hdrs + recipe.test_srcs if recipe.standard_library else []
    return depset(files, transitive = [dep.sources for dep in recipe.deps])

def new_recipe(label, **values):
    """Returns the recipe of a package that no go_library stands for.

    Args:
        label: Label of the rule that it is compiled for.
        **values: its attributes; those left out are empty.

    Returns:
        struct, as `recipe_of`.
    """
    return struct(**(_PLAIN | _OF_TESTS | {"deps": [], "label": label} | values))

def changed_recipe(recipe, **values):
    """Returns a recipe with other values for some attributes.

    Args:
        recipe: struct from `recipe_of` or `new_recipe`.
        **values: the attributes to change.

    Returns:
        struct, as `recipe_of`.
    """
    names = _VALUES + _FILES + _OF_TESTS.keys() + ["deps", "label"]
    return struct(**({name: getattr(recipe, name) for name in names} | values))
