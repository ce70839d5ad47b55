"""Package URLs of Go modules, by the type golang of the purl specification."""

from __future__ import annotations

__all__ = ["golang_purl"]


def golang_purl(path: str, version: str = "", subpath: str = "") -> str:
    """Return the package URL of a module or of a package in it.

    The specification wants namespace and name in lower case (types/golang-definition.json), though Go tells modules
    apart by the case of their paths: a document also has the path as it is.

    Args:
        path: The module's path; it is text that UTF-8 can hold.
        version: Its version with the ``v``; empty where it has none.
        subpath: The path of a package below the module; empty for the module itself.
    """
    from packageurl import PackageURL  # noqa: PLC0415 - only for SBOMs

    namespace, _, name = path.lower().rpartition("/")
    return PackageURL("golang", namespace or None, name, version or None, None, subpath or None).to_string()
