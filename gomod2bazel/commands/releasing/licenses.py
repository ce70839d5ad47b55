"""The folder of -licenses, and the policy of -license-policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from gomod2bazel.commands.releasing.contents_of import modules_of, standard_of
from gomod2bazel.commands.releasing.releasing import Placed, Planned, Releasing, Scratch, release_file
from gomod2bazel.install.install import Binary, BuiltBinary
from gomod2bazel.release.contents import Release, module_key
from gomod2bazel.release.licenses.discovery import LISTS
from gomod2bazel.release.licenses.policy import STANDARD, LicensePolicy, check_licenses, with_answer
from gomod2bazel.release.licenses.policy_file import read_policy
from gomod2bazel.release.licenses.saved_files import binary_license, license_files

__all__ = ["Licenses", "with_licenses", "with_policy"]


class Licenses:
    """Makes the folder with licences; a policy is checked before anything is built."""

    def planned(self, releasing: Releasing) -> Iterator[Planned]:
        """Yield the lists; the names of texts are those of files in modules.

        Raises:
            UsageError: the policy is not one.
            TrustError: a module has a licence that the policy does not allow.
        """
        policy = _policy(releasing)
        if policy:
            binaries = [binary for part in releasing.parts for binary in part.binaries]
            modules = {STANDARD: standard_of(releasing.parts), **modules_of(releasing.parts)}
            check_licenses(modules, binaries, policy)
        if releasing.options.release.licenses:
            for name, kind in LISTS.items():
                yield release_file(name, kind), releasing.folder(releasing.options.release.licenses)

    def make(
        self, releasing: Releasing, release: Release, before: Sequence[Placed], scratch: Scratch
    ) -> Iterator[Placed]:
        """Yield the texts and the lists."""
        del before
        if not releasing.options.release.licenses:
            return
        destination = releasing.folder(releasing.options.release.licenses)
        for file in license_files(release):
            planned = release_file(file.name, file.kind)
            yield BuiltBinary(binary=planned, source=scratch.written(file.content)), destination


def with_policy(releasing: Releasing, release: Release) -> Release:
    """Return a release in which modules have the licences that the policy tells by hand.

    Raises:
        UsageError: the policy is not one.
    """
    policy = _policy(releasing)
    if policy is None:
        return release
    modules = {key: with_answer(module, policy) for key, module in release.modules.items()}
    return replace(release, modules=modules, standard=with_answer(release.standard, policy))


def with_licenses(built: Sequence[Placed], release: Release) -> list[Placed]:
    """Return binaries with their licences: result files have them.

    Args:
        built: the binaries.
        release: what was built.
    """
    return [
        (replace(item, binary=replace(item.binary, license=_license(item.binary, release))), destination)
        for item, destination in built
    ]


def _license(binary: Binary, release: Release) -> str:
    modules = [release.modules.get(module_key(entry)) for entry in binary.inputs]
    known = [module for module in modules if module]
    return binary_license([*known, release.standard]) if modules and len(known) == len(modules) else ""


def _policy(releasing: Releasing) -> LicensePolicy | None:
    file = releasing.options.release.license_policy
    return read_policy(Path(file), file) if file else None
