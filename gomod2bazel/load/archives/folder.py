"""Where a binary-only package has its archive: ``pkg/GOOS_GOARCH[_SUFFIX]/IMPORTPATH.a`` (go/build, Import)."""

from __future__ import annotations

from gomod2bazel.golang.command.configuration import Configuration

__all__ = ["archive_name", "platform_folder"]

# Where -buildmode=c-archive compiles for any place in memory.
_UNIX = ("dragonfly", "freebsd", "illumos", "linux", "netbsd", "openbsd", "solaris")


def platform_folder(configuration: Configuration, install_suffix: str = "") -> str:
    """Return the folder's name for a configuration, such as ``linux_amd64`` or ``linux_amd64_race``.

    The suffix is the go command's: that of -installsuffix, then the instrumentation, then what -buildmode changes in
    the compiled code (cmd/go/internal/work, instrumentInit and buildModeInit).
    """
    mode = configuration.buildmode
    code = _code(mode, configuration.goos, configuration.goarch)
    words = (configuration.goos, configuration.goarch, install_suffix, configuration.instrument, code)
    return "_".join(word for word in words if word)


def _code(mode: str, goos: str, goarch: str) -> str:
    """Return the flag that a build mode gives the compiler, less its dash, or nothing."""
    if mode == "plugin":
        return "dynlink"
    shared = {
        "pie": goos not in ("aix", "windows"),
        "c-shared": goos in ("android", "freebsd", "linux"),
        "c-archive": goos in _UNIX or (goos in ("darwin", "ios") and goarch == "arm64"),
    }
    return "shared" if shared.get(mode) else ""


def archive_name(folder: str, import_path: str) -> str:
    """Return the archive's path, relative to its module's root."""
    return f"pkg/{folder}/{import_path}.a"
