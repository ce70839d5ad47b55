"""The SDKs that a lock names: fetched once for each Go release and platform, and verified."""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from support.given import options_of
from support.proxy import packer
from support.realgo import RealGo
from support.samples import configuration, lock
from support.user import User

from gomod2bazel.base.errors import MissingModuleError, TrustError, UsageError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.version import Version
from gomod2bazel.lock.lock import Lock, LockedSdk
from gomod2bazel.lock.sdks import SdkLocker

LINUX, DARWIN = ("linux", "amd64"), ("darwin", "arm64")


class Shelf:
    """A goproxy with toolchain modules that hold little, and who makes locks from it."""

    def __init__(self, folder: Path, go: RealGo) -> None:
        self.folder, self.sums = folder, ""
        self.user = User.with_go(folder, go)
        self.go = Tool(name="go", path=go.path, version="1.26.8", origin="PATH")

    def put(self, version: str, platform: tuple[str, str]) -> LockedSdk:
        """Serve a toolchain module, and return what a lock is to say of it."""
        module = Version("golang.org/toolchain", f"v0.0.1-go{version}.{'-'.join(platform)}")
        files = {"VERSION": f"go{version}".encode(), "bin/go": "/".join(platform).encode()}
        archive, go_mod = packer().make_zip(module, files), b"module golang.org/toolchain\n"
        base = self.folder / "goproxy/golang.org/toolchain/@v"
        for suffix, content in {
            "zip": archive,
            "mod": go_mod,
            "info": f'{{"Version": "{module.version}"}}'.encode(),
        }.items():
            packer().put(base / f"{module.version}.{suffix}", content)
        lines = packer().sum_lines(module, archive, go_mod)
        self.sums += "".join(lines)
        return LockedSdk(sum=lines[0].split()[2], zip_sha256=hashlib.sha256(archive).hexdigest())

    def lock(
        self,
        go: str,
        platforms: tuple[tuple[str, str], ...] | None,
        before: Lock | None = None,
        *,
        sums: str | None = None,
    ) -> Lock:
        """Return a lock of a Go version with the SDKs of platforms."""
        (self.folder / "sums").write_text(self.sums if sums is None else sums, encoding="utf-8")
        options = options_of(goproxy=f"file://{self.folder}/goproxy", sumfile="sums")
        locker = SdkLocker(session=self.user.session, sources=options.module.sources, go=self.go)
        return locker.with_sdks(lock(configuration=configuration(go=go)), platforms, before)

    def close(self) -> None:
        """Serve nothing any more, and forget what was served."""
        shutil.rmtree(self.folder / "goproxy")
        shutil.rmtree(self.user.session.caches.modules, ignore_errors=True)


@pytest.fixture
def shelf(tmp_path: Path, go: RealGo) -> Shelf:
    return Shelf(tmp_path, go)


def test_each_platform(shelf: Shelf) -> None:
    linux, darwin = shelf.put("1.26.8", LINUX), shelf.put("1.26.8", DARWIN)
    found = shelf.lock("go1.26.8", (LINUX, DARWIN))
    assert found.sdks == {"darwin_arm64": darwin, "linux_amd64": linux}
    assert '"sdk":[\n{"platform":"darwin_arm64","sum":"h1:' in found.to_json()


def test_none_where_none_is_asked_for(shelf: Shelf) -> None:
    for platforms in (None, ()):
        assert shelf.lock("go1.26.8", platforms).sdks == {}
    assert '"sdk"' not in shelf.lock("go1.26.8", ()).to_json()


def test_a_lock_that_is_made_again(shelf: Shelf) -> None:
    """It keeps its platforms; only another Go, or another platform, is fetched."""
    shelf.put("1.26.8", LINUX)
    before = shelf.lock("go1.26.8", (LINUX,))
    newer, darwin = shelf.put("1.27.3", LINUX), shelf.put("1.26.8", DARWIN)
    assert shelf.lock("go1.27.3", None, before).sdks == {"linux_amd64": newer}
    assert shelf.lock("go1.26.8", (DARWIN,), before).sdks == {"darwin_arm64": darwin}
    shelf.close()
    assert shelf.lock("go1.26.8", None, before).sdks == before.sdks
    assert shelf.lock("go1.26.8", (), before).sdks == {}
    with pytest.raises(MissingModuleError):
        shelf.lock("go1.27.3", None, before)


def test_a_release_that_no_source_has(shelf: Shelf) -> None:
    shelf.put("1.26.8", LINUX)
    with pytest.raises(MissingModuleError, match=r"golang.org/toolchain@v0\.0\.1-go1\.26\.9\.linux-amd64") as caught:
        shelf.lock("go1.26.9", (LINUX,))
    assert f"\tfile://{shelf.folder}/goproxy: no such version" in caught.value.what


def test_what_nothing_verifies(shelf: Shelf) -> None:
    shelf.put("1.26.8", LINUX)
    with pytest.raises(TrustError, match=r"golang.org/toolchain@v0\.0\.1-go1\.26\.8\.linux-amd64") as caught:
        shelf.lock("go1.26.8", (LINUX,), sums="")
    assert "-sumfile, set GOSUMDB" in caught.value.hint


def test_a_wrong_sum(shelf: Shelf) -> None:
    shelf.put("1.26.8", LINUX)
    with pytest.raises(TrustError, match="checksum mismatch"):
        shelf.lock("go1.26.8", (LINUX,), sums=re.sub(r"h1:\S{10}", "h1:AAAAAAAAAA", shelf.sums))


def test_a_go_that_is_not_a_release(shelf: Shelf) -> None:
    with pytest.raises(UsageError, match=r"-sdk: devel go1\.28-abc is not a release, so no goproxy has it"):
        shelf.lock("devel go1.28-abc", (LINUX,))


def test_sums_of_an_older_lock_are_not_mixed_with_those_of_another_go(shelf: Shelf) -> None:
    shelf.put("1.26.8", LINUX)
    before = shelf.lock("go1.26.8", (LINUX,))
    newer = shelf.put("1.27.3", LINUX)
    changed = replace(before, configuration=configuration(go="go1.25.0"))
    assert shelf.lock("go1.27.3", (LINUX,), changed).sdks == {"linux_amd64": newer}
