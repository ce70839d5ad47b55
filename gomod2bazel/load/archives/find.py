"""Find the archive of each binary-only package, and tell whether it can be used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from gomod2bazel.base.disk.files import entries_of
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.golang.command.golist import BinaryOnly, Package
from gomod2bazel.load.archives.archive import Archive, NoArchiveError, read_archive
from gomod2bazel.load.archives.folder import archive_name, platform_folder

__all__ = ["outside_archives", "unsuitable", "with_archives"]

# How many platforms a message lists, if the required one has no archive.
_NAMED = 8


def with_archives(
    packages: Iterable[Package], configuration: Configuration, *, install_suffix: str = "", pkgdir: Path | None = None
) -> tuple[Package, ...]:
    """Return the packages, those that are binary-only with their archive.

    One whose archive is missing, or was not made for this toolchain and platform, has that among its errors, so that
    only what needs it is not built. Whether the packages that it imports are those that it was compiled against is
    known only once they are compiled: rules/private/builder/link/binary_only.py compares them.

    Args:
        packages: as loaded.
        configuration: what they were loaded for.
        install_suffix: -installsuffix.
        pkgdir: -pkgdir, absolute; an archive there comes before the one in the package's module.
    """
    folder = platform_folder(configuration, install_suffix)
    return tuple(
        _with_archive(package, configuration, folder, pkgdir) if package.binary_only else package
        for package in packages
    )


def outside_archives(packages: Iterable[Package]) -> dict[str, str]:
    """Return the archives that -pkgdir gave: for the path that each would have in its module, the one that it has."""
    return {
        f"{package.module_root}/{package.archive.name}": package.archive.file
        for package in packages
        if package.archive and package.archive.file != f"{package.module_root}/{package.archive.name}"
    }


def _with_archive(package: Package, configuration: Configuration, folder: str, pkgdir: Path | None) -> Package:
    name = archive_name(folder, package.import_path)
    in_module = Path(package.module_root, name)
    given = pkgdir / f"{package.import_path}.a" if pkgdir else in_module
    actual = given if given.is_file() else in_module
    shown = str(actual) if actual == given != in_module else name
    if not actual.is_file():
        return _refused(package, _missing(package, name, given if pkgdir else None))
    try:
        read = read_archive(actual)
    except NoArchiveError as error:
        return _refused(package, f"{shown} {error}")
    why = unsuitable(read, configuration)
    if why:
        return _refused(package, f"{shown} {why}")
    return replace(package, archive=BinaryOnly(name=name, file=str(actual), build_id=read.build_id))


def unsuitable(archive: Archive, configuration: Configuration) -> str:
    """Return why an archive cannot be used, in words that follow its name; nothing where it can be."""
    platform, target = f"{archive.goos}/{archive.goarch}", f"{configuration.goos}/{configuration.goarch}"
    if platform != target:
        return f"was compiled for {platform}, but this build is for {target}"
    if archive.toolchain.split()[0] != configuration.go:
        return f"was compiled by {archive.toolchain}, but this build uses {configuration.go}"
    if archive.arch != configuration.arch:
        return f"was compiled with {archive.arch or 'no setting of the architecture'}, not {configuration.arch}"
    return ""


def _missing(package: Package, name: str, given: Path | None) -> str:
    """Return a message with the missing archive, and the platforms that have one."""
    places = f"neither {given} nor {name} exists" if given else f"{name} does not exist"
    root = Path(package.module_root, "pkg")
    folders = (
        sorted(folder_entry.name for folder_entry in entries_of(root) if folder_entry.is_dir()) if root.is_dir() else []
    )
    others = [platform for platform in folders if (root / platform / f"{package.import_path}.a").is_file()]
    return places + (f"; there are archives for {_some(others)}" if others else "")


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _refused(package: Package, why: str) -> Package:
    return replace(package, errors=(*package.errors, ("", f"binary-only package {package.import_path}: {why}")))
