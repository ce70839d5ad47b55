"""The Go SDKs that a lock names: the toolchain module of its Go for each execution platform."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.golang.proxy.module_cache import zip_sums
from gomod2bazel.load.input.toolchains import fetch_toolchain, toolchain_module
from gomod2bazel.lock.lock import Lock, LockedSdk
from gomod2bazel.lock.reader import FormerLock
from gomod2bazel.options.options import SourceOptions

__all__ = ["SdkLocker"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkLocker:
    """Puts SDKs into locks.

    Attributes:
        session: The user's session.
        sources: where the toolchain modules come from.
        go: the go command that fetches them.
    """

    session: Session
    sources: SourceOptions
    go: Tool

    def with_sdks(
        self, lock: Lock, platforms: tuple[tuple[str, str], ...] | None, before: Lock | FormerLock | None = None
    ) -> Lock:
        """Return a lock with the SDKs of its Go, fetched and verified.

        Args:
            lock: that is to name them.
            platforms: GOOS and GOARCH of each; None for those that ``before`` names.
            before: the lock that it replaces: what that names for the same Go is not fetched again.

        Raises:
            UsageError: this Go is not a release.
            MissingModuleError: no source has one of them.
            TrustError: nothing verifies one of them, or its sum is another one.
        """
        named = before.sdks if before else {}
        names = sorted(named) if platforms is None else sorted(f"{goos}_{goarch}" for goos, goarch in platforms)
        version = lock.configuration.go
        known = named if before and before.configuration.go == version else {}
        return replace(lock, sdks={name: known.get(name) or self._fetched(version, name) for name in names})

    def _fetched(self, version: str, name: str) -> LockedSdk:
        """Return the SDK of a Go version for an execution platform, such as ``linux_amd64``."""
        if not re.fullmatch(r"go1[.\w]*", version):
            hint = "omit -sdk, or use a release"
            raise UsageError(f"-sdk: {version} is not a release, so no goproxy has it", hint=hint)
        goos, _, goarch = name.partition("_")
        module = toolchain_module(version.removeprefix("go"), goos, goarch)
        self.session.note(f"looking for {module} in the sources")
        with temporary_folder() as folder:
            opened = fetch_toolchain(module, self.session, self.sources, self.go, Path(folder))
        sums = zip_sums(opened.cache, [str(module)])
        return LockedSdk(sum=opened.fetched.sum if opened.fetched else "", zip_sha256=sums[str(module)])
