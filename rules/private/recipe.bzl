"""What a package is compiled from: kept beside what was compiled, as a test compiles some packages once more."""

load(":providers.bzl", "GoInfo")

visibility(["//rules/private"])

# Attributes of go_library that decide what is compiled: values, and files.
_VALUES = [
    "asm_opts",
    "cgo",
    "clinkopts",
    "copts",
    "cover",
    "cppopts",
    "cxxopts",
    "embed_patterns",
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
]
_FILES = ["cgo_srcs", "embedsrcs", "hdrs", "overlay_srcs", "srcs"]

# What go_library does not have: which half of a package's test files it takes (internal or external, or none), those
# files, what internal ones cannot import, and the folder that file names in the binary begin with, where it is another than the package's path.
_OF_TESTS = {"cycle": [], "rewrite": None, "test": "", "test_srcs": []}

_PLAIN = {name: [] for name in _FILES} | {
    name: {} if name in ["embed_patterns", "overlaid"] else False if name in ["cgo", "standard", "vendored"] else ""
    for name in _VALUES
} | {name: [] for name in _VALUES if name.endswith("opts") or name == "pkg_config"}

def recipe_of(ctx):
    """Returns the recipe of a go_library.

    Args:
        ctx: its context.

    Returns:
        struct of the go_library's attributes, files in place of targets and GoInfo in place of `deps`, with its `label`.
    """
    values = {name: getattr(ctx.attr, name) for name in _VALUES}
    files = {name: getattr(ctx.files, name) for name in _FILES}
    return struct(label = ctx.label, deps = [dep[GoInfo] for dep in ctx.attr.deps], **(values | files | _OF_TESTS))

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
