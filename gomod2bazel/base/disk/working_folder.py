"""What the user's working folder and other folders are called: by the name that the go command would use.

A folder behind a symbolic link has several names. The go command resolves relative paths of go.work and replace
directives by names alone, and its answers begin with the name it was run under, so that one name is kept throughout.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from gomod2bazel.base.errors import UsageError

__all__ = ["at_folder", "changed_folder", "folder_name", "is_same", "working_folder"]


def working_folder(environment: Mapping[str, str]) -> Path:
    """Return the user's working folder, as PWD calls it where that is the same folder (Go's os.Getwd).

    Under `bazel run` the process is in Bazel's output, and BUILD_WORKING_DIRECTORY names the user's folder.

    Args:
        environment: The user's environment.

    Raises:
        UsageError: The folder does not exist any more, or a folder above it may not be entered.
    """
    try:
        actual = Path(environment.get("BUILD_WORKING_DIRECTORY") or Path.cwd())
    except OSError as error:
        raise UsageError(
            f"cannot use the working directory: {error.strerror}", hint="cd to a folder that exists"
        ) from error
    named = environment.get("PWD", "")
    return folder_name(Path(named)) if named.startswith("/") and is_same(Path(named), actual) else actual


def folder_name(path: Path) -> Path:
    """Return an absolute path without dots, by which the same folder is found: links are kept where that allows it.

    Args:
        path: An absolute path; `..` after a link leads to the parent of what the link leads to, as for the system.
    """
    clean = Path(os.path.normpath(path))
    return clean if is_same(clean, path) else path.resolve()


def changed_folder(cwd: Path, folder: Path) -> Path:
    """Return what the working folder is called after -C.

    PWD still names the former folder then, so that the go command takes the system's name of the new one
    (cmd/go, handleChdirFlag; os.Getwd).

    Args:
        cwd: The former working folder.
        folder: The new one, absolute.
    """
    return cwd if is_same(cwd, folder) else folder.resolve()


def at_folder(environment: Mapping[str, str], cwd: Path | None) -> Mapping[str, str]:
    """Return the environment of a program that is run in ``cwd``: PWD is what the folder is called here.

    Args:
        environment: The program's other variables.
        cwd: Its working folder; None where it is that of this process.
    """
    if cwd is None:
        return environment
    return (
        {**environment, "PWD": str(cwd)} if cwd.is_absolute() else {k: v for k, v in environment.items() if k != "PWD"}
    )


def is_same(first: Path, second: Path) -> bool:
    """Return whether two paths lead to one file or folder; paths that lead nowhere are equal to none."""
    try:
        return first.samefile(second)
    except (OSError, ValueError):
        return False
