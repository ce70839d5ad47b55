"""Goproxies that ask for a password: the driver over https, repository rules; a password is shown and kept nowhere."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from support import txtar
from support.driver import ROOT, Done, Driver
from support.hostile_server import HostileServer, certificate, serving, to_whom_knows
from support.workspaces import Workspaces

pytestmark = pytest.mark.bazel

PASSWORD = "s3cr3t-w0rd"  # noqa: S105 - of this test
WRONG = "wr0ng-w0rd"

MAIN = """
-- go.mod --
module example.com/%s

go 1.24
-- main.go --
package main

func main() { println("private") }
"""

WORKSPACE = """
-- BUILD.bazel --
-- WORKSPACE.bzlmod --
-- .bazelrc --
common --repository_cache=
-- helper --
#!/bin/sh
echo '{"headers": {"Authorization": ["Basic bWU6czNjcjN0LXcwcmQ="]}}'
-- MODULE.bazel --
module(name = "mono")

bazel_dep(name = "gomod2bazel")
local_path_override(module_name = "gomod2bazel", path = "%s")
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(goproxy = ["%s"], lock = "//:a.json")
go_modules.from_file(goproxy = ["%s"], group = 2, lock = "//:b.json")
use_repo(go_modules, "example.com_a-av1.0.0", "example.com_b-av1.0.0-g2", "go_sdk")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """A goproxy that serves whoever knows the password, and a user who does.

    Attributes:
        folder: has the file `netrc`, and `wrong` with another password.
        driver: trusts the certificate, and gives the password of `netrc`.
        secure: the goproxy over https.
        plain: the same over http, for Bazel, which does not trust the certificate.
    """

    folder: Path
    driver: Driver
    secure: HostileServer
    plain: HostileServer

    def netrc(self, name: str) -> str:
        """Return the path of a file with credentials."""
        return str(self.folder / name)


@pytest.fixture(scope="module")
def private(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Private]:
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("private")
    proxy = txtar.proxy(folder, {f"{name}@v1.0.0": MAIN % name for name in ("a", "b")})
    (folder / "go.sum").write_text(proxy.go_sum, encoding="utf-8")
    trusted, context = certificate(folder, "IP:127.0.0.1")
    known = to_whom_knows("me", PASSWORD)
    with serving(proxy.root, known, context) as secure, serving(proxy.root, known) as plain:
        for name, password in (("netrc", PASSWORD), ("wrong", WRONG)):
            machines = (f"127.0.0.1:{server.server_address[1]}" for server in (secure, plain))
            lines = (f"machine {machine} login me password {password}\n" for machine in machines)
            (folder / name).write_text("".join(lines), encoding="utf-8")
        named = {
            "CGO_ENABLED": "0",
            "GOPROXY": secure.url,
            "NETRC": str(folder / "netrc"),
            "SSL_CERT_FILE": str(trusted),
        }
        yield Private(folder=folder, driver=driver.with_environment(**named), secure=secure, plain=plain)


@contextmanager
def command_lines() -> Iterator[set[str]]:
    """Collect the arguments of all processes of this machine that have a password, while the block lasts."""
    found: set[str] = set()
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.002):
            for process in Path("/proc").glob("[0-9]*/cmdline"):
                with suppress(OSError):
                    text = process.read_bytes()
                    found.update({text.decode(errors="replace")} if PASSWORD.encode() in text else ())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def holding(folder: Path, password: str) -> list[Path]:
    """Return the files below a folder that have a password."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return [path for path in files if password.encode() in path.read_bytes()]


def test_arguments_of_processes_are_seen() -> None:
    with command_lines() as seen:
        subprocess.run(["sh", "-c", "sleep 0.2", PASSWORD], check=True)
    assert seen


@pytest.mark.parametrize("where", ["netrc", "url"])
def test_a_password_reaches_the_goproxy_and_nothing_else(where: str, private: Private, tmp_path: Path) -> None:
    """Whether .netrc or GOPROXY has it: lock, build -x, the files that they write, and the arguments of processes."""
    driver = private.driver
    if where == "url":
        driver = driver.with_environment(GOPROXY=private.secure.url.replace("//", f"//me:{PASSWORD}@"), NETRC="/none")
    sumfile = ("-sumfile", private.folder / "go.sum")
    with command_lines() as seen:
        locked = driver.run("lock", *sumfile, "-result-file=lock.json", "example.com/a@v1.0.0", cwd=tmp_path)
        built = driver.run(
            "build", "-x", "-json", *sumfile, "-destination=bin", "-result-file=made.json", "-result-format=json",
            "example.com/a@v1.0.0", cwd=tmp_path,
        )  # fmt: skip
    assert (locked.code, built.code) == (0, 0), locked.err + built.err
    assert (tmp_path / "lock.json").is_file()
    assert (tmp_path / "bin" / "a").is_file()
    assert PASSWORD not in locked.out + locked.err + built.out + built.err
    assert seen == set()
    assert holding(tmp_path, PASSWORD) == []
    assert holding(driver.caches.root, PASSWORD) == []


def test_a_first_module_file_has_no_password(private: Private, tmp_path: Path) -> None:
    txtar.write(tmp_path, MAIN % "mono")
    secret = private.secure.url.replace("//", f"//me:{PASSWORD}@")
    done = private.driver.with_environment(GOPROXY=secret).run("generate", "-init", cwd=tmp_path)
    assert done.code == 0, done.err
    assert f'goproxy = ["{private.secure.url}"]' in (tmp_path / "MODULE.bazel").read_text(encoding="utf-8")
    assert PASSWORD not in done.out + done.err
    assert holding(tmp_path, PASSWORD) == []


def test_a_wrong_password_is_told_and_not_shown(private: Private, tmp_path: Path) -> None:
    """With caches of its own: what another test fetched is not asked for again."""
    driver = private.driver.with_environment(NETRC=private.netrc("wrong"), XDG_CACHE_HOME=str(tmp_path / "cache"))
    sumfile = private.folder / "go.sum"
    done = driver.run("lock", "-sumfile", sumfile, "-result-file=lock.json", "example.com/b@v1.0.0", cwd=tmp_path)
    assert done.code == 6, done.err
    assert "401 Unauthorized" in done.err
    assert "hint: put user and password of 127.0.0.1:" in done.err
    assert " into .netrc, or set GOAUTH" in done.err
    assert WRONG not in done.err
    assert not (tmp_path / "lock.json").exists()


def test_a_password_is_not_sent_over_http(private: Private, tmp_path: Path) -> None:
    secret = private.plain.url.replace("//", f"//me:{PASSWORD}@")
    done = private.driver.with_environment(GOPROXY=secret, XDG_CACHE_HOME=str(tmp_path / "cache")).run(
        "list", "-sumfile", private.folder / "go.sum", "example.com/a@v1.0.0", cwd=tmp_path
    )
    assert done.code == 2, done.err
    assert "refusing to pass credentials to insecure URL" in done.err
    assert "the go command sends them over https only" in done.err
    assert PASSWORD not in done.err


@dataclass(frozen=True, slots=True, kw_only=True)
class Monorepo:
    """A repository whose locks name modules of the private goproxy."""

    folder: Path
    private: Private

    def load(self, repository: str, *flags: str, home: Path | str = "/none", netrc: str = "") -> Done:
        """Load a package of a module's repository, which fetches the module; without a netrc, NETRC is not set."""
        kept = {name: value for name, value in self.private.driver.environment.items() if name != "NETRC"}
        named = {"HOME": str(home), **({"NETRC": netrc} if netrc else {})}
        driver = replace(self.private.driver, environment={**kept, **named})
        return driver.bazel("query", *flags, f"@{repository}//:all", cwd=self.folder)


@pytest.fixture(scope="module")
def monorepo(private: Private, workspaces: Workspaces) -> Iterator[Monorepo]:
    url = private.plain.url
    with workspaces.lend() as folder:
        txtar.write(folder, WORKSPACE % (ROOT, url, url))
        (folder / "helper").chmod(0o755)
        for name in ("a", "b"):
            flags = ("-sumfile", private.folder / "go.sum", f"-result-file={name}.json")
            done = private.driver.run("lock", *flags, f"example.com/{name}@v1.0.0", cwd=folder)
            assert done.code == 0, done.err
        yield Monorepo(folder=folder, private=private)


def test_repository_rules_take_the_password_from_netrc(monorepo: Monorepo) -> None:
    """First a wrong one and none: what failed is tried anew, and only the password decides."""
    for netrc in (monorepo.private.netrc("wrong"), "/none", ""):
        refused = monorepo.load("example.com_a-av1.0.0", netrc=netrc)
        assert refused.code != 0
        assert "GET returned 401 Unauthorized" in refused.err
        assert "cannot fetch example.com/a@v1.0.0: Bazel's warnings say why" in refused.err
        assert "docs/how-to/private-goproxy.md" in refused.err
        assert WRONG not in refused.err
    home = monorepo.private.folder / "home"
    home.mkdir()
    shutil.copy(monorepo.private.netrc("netrc"), home / ".netrc")
    done = monorepo.load("example.com_a-av1.0.0", home=home)
    assert done.code == 0, done.err
    assert "@example.com_a-av1.0.0//:a" in done.out.splitlines()
    assert PASSWORD not in done.err


def test_repository_rules_take_the_password_from_a_credential_helper(monorepo: Monorepo) -> None:
    done = monorepo.load("example.com_b-av1.0.0-g2", "--credential_helper=127.0.0.1=%workspace%/helper")
    assert done.code == 0, done.err
    assert "@example.com_b-av1.0.0-g2//:b" in done.out.splitlines()


def test_a_password_in_module_bazel_is_refused_and_not_shown(monorepo: Monorepo) -> None:
    module = monorepo.folder / "MODULE.bazel"
    text = module.read_text(encoding="utf-8")
    module.write_text(text.replace("//127", f"//me:{PASSWORD}@127"), encoding="utf-8")
    try:
        done = monorepo.load("example.com_a-av1.0.0")
    finally:
        module.write_text(text, encoding="utf-8")
    assert done.code != 0
    host = monorepo.private.plain.url.removeprefix("http://")
    assert f"the URL of the goproxy {host} has a user or a password" in done.err
    assert PASSWORD not in done.err
