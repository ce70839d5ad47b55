"""Packages of Debian and RPM, made by dpkg-buildpackage and rpmbuild without a network: a tree with cgo, and modules.

They need dpkg-dev, debhelper, lintian, rpm, elfutils and rpmlint, which are packages of Debian.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from support import namespace, txtar
from support.driver import Driver

ROOT = Path(__file__).resolve().parents[2]
FILES = txtar.read((Path(__file__).parent / "distribution_packages.txtar").read_text(encoding="utf-8"))
PACKAGING = ROOT / "packaging"

pytestmark = [pytest.mark.bazel, pytest.mark.nightly]

needs_debian = pytest.mark.skipif(
    not all(map(shutil.which, ("dpkg-buildpackage", "dh", "lintian", "gcc"))),
    reason="no dpkg-dev, debhelper or lintian",
)
needs_rpm = pytest.mark.skipif(not all(map(shutil.which, ("rpmbuild", "rpmlint", "gcc"))), reason="no rpm or rpmlint")

# The names of our flags in Debian, and in RPM.
_MODULE = {
    "RULES": "export DH_GOMOD2BAZEL_INPUT = example.com/hello@v1.1.0",
    "SETTINGS": "%global gomod2bazel_input example.com/hello@v1.1.0\n"
    "%global gomod2bazel_goproxy file://%{_builddir}/%{name}-%{version}/debian/goproxy\n"
    "%global gomod2bazel_more -sumfile debian/goproxy/sums -licenses %{_datadir}/licenses/%{name}",
}


def _source(folder: Path, name: str) -> Path:
    """Write a source package: of hardtool the tree, of hello a goproxy with its modules."""
    settings = _MODULE if name == "hello" else {"RULES": "", "SETTINGS": ""}
    for path, text in FILES.items():
        if path.startswith("tree/") and name == "hello":
            continue
        for word, value in {"NAME": name, **settings}.items():
            text = re.sub(rf"\b{word}\b", value, text)
        file = folder / path.removeprefix("tree/").replace("NAME", name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    if name == "hello":
        shutil.copytree(ROOT / "examples" / "goproxy", folder / "debian" / "goproxy")
        shutil.copyfile(ROOT / "examples" / "go.sum", folder / "debian" / "goproxy" / "sums")
    (folder / "debian" / "rules").chmod(0o755)
    return folder


@pytest.fixture
def environment(driver: Driver, tmp_path: Path) -> Mapping[str, str]:
    """Return the environment of a build: gomod2bazel on PATH, as the wheel installs it."""
    program = tmp_path / "bin" / "gomod2bazel"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -P -m gomod2bazel "$@"\n', encoding="utf-8"
    )
    program.chmod(0o755)
    (tmp_path / "perl" / "Debian").mkdir(parents=True)
    (tmp_path / "perl" / "Debian" / "Debhelper").symlink_to(PACKAGING / "debhelper")
    return {
        **{name: value for name, value in driver.environment.items() if name != "PYTHONPATH"},
        "PATH": f"{program.parent}:{driver.environment['PATH']}",
        "PERL5LIB": str(tmp_path / "perl"),
        "DH_GOMOD2BAZEL_CACHE": driver.environment["XDG_CACHE_HOME"],
        "LC_ALL": "C",
    }


def _run(*words: str | Path, cwd: Path, environment: Mapping[str, str], alone: bool = False) -> str:
    """Run a command and return what it prints; ``alone``, where no network can be reached."""
    before = namespace.inside() if alone else ()
    done = subprocess.run(
        [*before, *words],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


DOCUMENTS = {
    "/usr/bin/hardtool",
    "/usr/lib/systemd/system/hardtool.service",
    "/usr/share/bash-completion/completions/hardtool",
    "/usr/share/doc/hardtool/README.md",
}


@needs_debian
@pytest.mark.parametrize("name", ["hardtool", "hello"])
def test_debian(name: str, environment: Mapping[str, str], tmp_path: Path) -> None:
    source = _source(tmp_path / "build" / name, name)
    _run("dpkg-buildpackage", "-b", "-us", "-uc", cwd=source, environment=environment, alone=True)
    root, symbols = tmp_path / "root", tmp_path / "symbols"
    for kind, folder in (("", root), ("-dbgsym", symbols)):
        (archive,) = source.parent.glob(f"{name}{kind}_1.0.0_*.deb")
        _run("dpkg-deb", "--raw-extract", archive, folder, cwd=tmp_path, environment=environment)
    control = (root / "DEBIAN" / "control").read_text(encoding="utf-8")
    built_using = re.findall(r"^Static-Built-Using: (.*)$", control, re.M)
    words = "" if name == "hardtool" else ", golang-example-words (= 0.2.0)"
    assert re.fullmatch(rf"golang-1\.\d+ \(= 1\.[\d.]+\){re.escape(words)}", *built_using)
    binary = root / "usr/bin" / name
    assert "hello" in _run(binary, cwd=tmp_path, environment=environment).lower()
    (identifier,) = re.findall(
        "Build ID: ([0-9a-f]{40})", _run("readelf", "-nW", binary, cwd=tmp_path, environment=os.environ)
    )
    assert (symbols / f"usr/lib/debug/.build-id/{identifier[:2]}/{identifier[2:]}.debug").is_file()
    if name == "hardtool":
        paths = {f"/{path.relative_to(root)}" for path in root.rglob("*") if path.is_file()}
        pages = {"/usr/share/man/man1/hardtool.1.gz", "/usr/share/zsh/vendor-completions/_hardtool"}
        assert {*DOCUMENTS, *pages} <= paths
        # Debian has licences in debian/copyright alone.
        assert not any(path.endswith("LICENSE") for path in paths)
    (changes,) = source.parent.glob("*.changes")
    tags = _run("lintian", "--allow-root", "--fail-on", "none", changes, cwd=tmp_path, environment=environment)
    assert [line for line in tags.splitlines() if line.startswith("E:")] == []
    assert "hardening-no" not in tags
    _run("debian/rules", "clean", cwd=source, environment=environment)
    assert not (source / "debian" / ".gomod2bazel").exists()


# Of a package that nobody has signed; and Go programs without cgo need no library, whoever builds them.
_EXPECTED_ERRORS = ("no-signature", "statically-linked-binary")


@needs_rpm
@pytest.mark.parametrize("name", ["hardtool", "hello"])
def test_rpm(name: str, environment: Mapping[str, str], tmp_path: Path) -> None:
    source, top = _source(tmp_path / f"{name}-1.0.0", name), tmp_path / "top"
    (top / "SOURCES").mkdir(parents=True)
    _run("tar", "-czf", top / "SOURCES" / f"{source.name}.tar.gz", source.name, cwd=tmp_path, environment=environment)
    attributes = shutil.copytree("/usr/lib/rpm/fileattrs", tmp_path / "fileattrs")
    shutil.copy(PACKAGING / "rpm" / "gomod2bazel.attr", attributes)
    defined = {"_topdir": top, "_fileattrsdir": attributes, "_enable_debug_packages": "1"}
    if finder := shutil.which("find-debuginfo"):
        defined["__find_debuginfo"] = finder
    macros = [f"--load={PACKAGING}/rpm/{file}" for file in ("macros.gomod2bazel", "gomod2bazel.attr")]
    define = [word for key, value in defined.items() for word in ("--define", f"{key} {value}")]
    rpmbuild = ["rpmbuild", *macros, *define, "-bb", str(source / f"{name}.spec")]
    _run(*rpmbuild, cwd=tmp_path, environment=environment, alone=True)
    packages = {path.name.rpartition("-1.0.0-")[0]: path for path in (top / "RPMS").rglob("*.rpm")}

    def query(*words: str) -> list[str]:
        return _run(
            "rpm", "--nosignature", "-qp", *words, packages[name], cwd=tmp_path, environment=environment
        ).splitlines()

    assert f"/usr/bin/{name}" in query("-l")
    if name == "hello":
        assert "bundled(golang(example.com/words)) = 0.2.0" in query("--provides")
        assert "/usr/share/licenses/hello/NOTICES.txt" in query("--licensefiles")
    else:
        assert {*DOCUMENTS, "/usr/share/zsh/site-functions/_hardtool"} <= set(query("-l"))
        assert any(path.startswith("/usr/share/man/man1/hardtool.1") for path in query("-l"))
        assert query("--licensefiles") == ["/usr/share/doc/hardtool/LICENSE"]
        assert "/usr/share/doc/hardtool/README.md" in query("--docfiles")
    if finder:
        assert f"{name}-debuginfo" in packages
    shown = subprocess.run(
        ["rpmlint", packages[name]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    errors = [line for line in shown.stdout.splitlines() if ": E: " in line]
    assert [line for line in errors if not any(word in line for word in _EXPECTED_ERRORS)] == [], shown.stdout
