"""Whether a program will need a dynamic loader, as far as its lock shows that before it is built."""

from __future__ import annotations

from gomod2bazel.base.digraph import reachable
from gomod2bazel.base.errors import UsageError
from gomod2bazel.install.install import Binary
from gomod2bazel.lock.lock import Lock

__all__ = ["dynamic_error", "will_be_dynamic"]

_LINKED_BY_GO = frozenset(
    ("crypto/internal/boring", "crypto/internal/boring/syso", "crypto/x509", "net", "os/user", "runtime/cgo")
)
"""Packages with cgo that do not make cmd/link call the C linker (cmd/link/internal/ld, internalpkg)."""


def will_be_dynamic(lock: Lock, import_path: str) -> bool:
    """Return whether a program for Linux will certainly be linked dynamically.

    That is so if packages of the standard library alone use cgo: cmd/link then links by itself, with the C library as a
    shared one. Where the C linker is called, its flags and its configuration decide.

    Args:
        lock: The lock, for one configuration.
        import_path: The main package.
    """
    binary = next((binary for binary in lock.binaries if binary.import_path == import_path), None)
    made_for = lock.configuration
    if binary is None or made_for.compiler != "gc":
        return False
    if any(flag in option for option in binary.gc_linkopts for flag in ("linkmode", "extldflags")):
        return False
    if made_for.buildmode == "pie":
        return True
    packages = {package.import_path: package for module in lock.modules for package in module.packages}
    packages |= {package.import_path: package for package in lock.standard}
    linked = reachable(
        (import_path, *binary.linker_deps), lambda path: packages[path].imports if path in packages else ()
    )
    using_cgo = {path for path in linked if path in packages and packages[path].attributes.get("cgo_srcs")}
    return bool(using_cgo) and using_cgo <= _LINKED_BY_GO


def dynamic_error(binary: Binary, loader: str) -> UsageError:
    """Return the error for a program that cannot be in an image without a base.

    Args:
        binary: The program.
        loader: What it needs.
    """
    return UsageError(
        f"-oci: {binary.name} for {binary.goos}/{binary.goarch} is linked dynamically: it needs {loader}, which an"
        " image without a base does not have",
        hint="set CGO_ENABLED=0 and leave out -buildmode=pie, or give a base image with the loader: -oci-base DIR",
    )
