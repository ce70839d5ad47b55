"""What the linker needs of one package: an element of GoInfo's `transitive`."""

load(":cdeps.bzl", "c_link_files", "loaded_libraries")
load(":coverage.bzl", "covered_sources")
load(":recipe.bzl", "folders")

visibility(["//rules/private/...", "//tests/rules"])

# Extensions of files that a C linker reads.
_LINKED = ["a", "def", "dylib", "lds", "lib", "o", "obj", "so", "tbd"]

# Languages whose libraries gccgo is to link.
_LINKED_KINDS = {"f": ["F", "f", "f90", "for"], "m": ["m"]}

def link_info(recipe, *, config, archive, importmap, path, module_line = ""):
    """Returns what the linker needs of a package alone.

    Args:
        recipe: struct, from `recipe_of`.
        config: GoConfigInfo.
        archive: File, the object.
        importmap: string, its path in the binary.
        path: string, the import path that the compiler got instead.
        module_line: string, what module information says of its module; by default that it is a main module.

    Returns:
        struct of `archive`; `importmap` and `imports`, paths; `cgo` and `cxx`, whether it uses cgo, and C++; `kinds`, more
        languages of it; `files` that the C linker reads; `c_libraries`, those of `cdeps`, or None, and `loaded`, Files,
        those of them that programs load; `module`, the line of its module, empty for none; `clinkopts`, what `#cgo LDFLAGS` say, and `pkg_config`, its arguments as JSON; `covered`, Files, sources with counters;
        and `x_defs`, pairs of a variable and its value.
    """
    uses_cgo = recipe.cgo and config.cgo
    libraries = recipe.c_libraries if recipe.cgo and config.cgo else None
    return struct(
        archive = archive,
        c_libraries = libraries,
        cgo = uses_cgo,
        clinkopts = tuple([expanded(flag, folders(recipe).own) for flag in recipe.clinkopts]) if uses_cgo else (),
        covered = covered_sources(recipe),
        cxx = _has(recipe, ["cc", "cpp", "cxx", "swigcxx"]) or bool(libraries and libraries.cxx),
        files = tuple(_link_files(recipe) + (c_link_files(libraries) if libraries else [])),
        importmap = importmap,
        imports = tuple(sorted([dep.importmap for dep in recipe.deps])),
        kinds = tuple([kind for kind, extensions in _LINKED_KINDS.items() if _has(recipe, extensions)]),
        # What one package asks of pkg-config is one question.
        pkg_config = json.encode(recipe.pkg_config) if uses_cgo and recipe.pkg_config else "",
        module = module_line or ("%s\t(devel)\t" % recipe.module if recipe.module and "@" not in recipe.module else ""),
        loaded = tuple(loaded_libraries(libraries) if libraries else []),
        x_defs = tuple([(name if "." in name else "%s.%s" % (path, name), value) for name, value in recipe.x_defs.items()]),
    )

def _has(recipe, extensions):
    return any([file.extension in extensions for file in recipe.srcs])

def _link_files(recipe):
    """Returns the files that `#cgo LDFLAGS` may name: libraries, objects and linker scripts of the module."""
    if not recipe.clinkopts:
        return []
    return [file for file in recipe.hdrs if file.extension in _LINKED]

def expanded(flag, folder):
    """Returns a flag with the package's folder: ${SRCDIR}, and ${SRCDIR:../a} for what a relative path leads to.

    The builder has the same function for flags of the compilers (builder/base/words.py).

    Args:
        flag: string, of `clinkopts`.
        folder: string, the package's.

    Returns:
        string.
    """
    text, marked = flag.split("${SRCDIR:")[0], flag.split("${SRCDIR:")[1:]
    for part in marked:
        path, _, rest = part.partition("}")
        text += _folder(folder, path) + rest
    return text.replace("${SRCDIR}", folder)

def _folder(folder, path):
    """Returns the folder that a relative path leads to."""
    elements = folder.split("/")
    for element in path.split("/"):
        if element == "..":
            elements = elements[:-1]
        elif element not in ["", "."]:
            elements.append(element)
    return "/".join(elements)
