"""Which main module of a lock a package of the workspace is in."""

visibility(["//rules/private/...", "//tests/rules"])

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
