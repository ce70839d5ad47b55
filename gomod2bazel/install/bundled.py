"""The modules in binaries, in the words of distributions: Static-Built-Using of Debian, bundled Provides of RPM.

Names of Debian source packages follow dh-make-golang (make.go: debianNameFromGopkg, shortHostName): a package has the
name of the root of its repository. Versions follow Debian Policy 5.6.12 and rpm-version(7).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gomod2bazel.install.record import Record, Run

__all__ = ["debian_name", "debian_version", "rpm_provides", "rpm_version", "static_built_using"]

SUBSTITUTION_VARIABLE = "gomod2bazel:Static-Built-Using"
"""The name of the variable in a substvars file, for `Static-Built-Using: ${...}` in debian/control."""

# The hosts that dh-make-golang has a short name for.
_HOSTS = {
    "bazil.org": "bazil",
    "bitbucket.org": "bitbucket",
    "blitiri.com.ar": "blitiri",
    "cloud.google.com": "googlecloud",
    "code.google.com": "googlecode",
    "codeberg.org": "codeberg",
    "filippo.io": "filippo",
    "fyne.io": "fyne",
    "git.sr.ht": "sourcehut",
    "github.com": "github",
    "gitlab.com": "gitlab",
    "go.cypherpunks.ru": "cypherpunks",
    "go.mongodb.org": "mongodb",
    "go.opentelemetry.io": "opentelemetry",
    "go.step.sm": "step",
    "go.uber.org": "uber",
    "go4.org": "go4",
    "gocloud.dev": "gocloud",
    "golang.org": "golang",
    "google.golang.org": "google",
    "gopkg.in": "gopkg",
    "honnef.co": "honnef",
    "howett.net": "howett",
    "k8s.io": "k8s",
    "modernc.org": "modernc",
    "pault.ag": "pault",
    "rsc.io": "rsc",
    "salsa.debian.org": "debian",
    "sigs.k8s.io": "k8s-sigs",
}

# How many elements of a path name the repository, where the host tells; modules may be in folders of it.
_ROOTS = {
    "bitbucket.org": 3,
    "cloud.google.com": 2,
    "codeberg.org": 3,
    "git.sr.ht": 3,
    "github.com": 3,
    "go.opentelemetry.io": 2,
    "go.uber.org": 2,
    "golang.org": 3,
    "google.golang.org": 2,
    "k8s.io": 2,
    "modernc.org": 2,
    "rsc.io": 2,
    "sigs.k8s.io": 2,
}

_MAJOR = re.compile(r"v[0-9]+")
_RELEASE = re.compile(r"go(\d+\.\d+)(?:\.(\d+))?((?:beta|rc)\d+)?")
_VERSION = re.compile(r"v(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?")
# What is after the hyphen of a pseudo-version (golang.org/x/mod/module, PseudoVersion).
_COMMIT = re.compile(r"(?:(?P<pre>.+)\.(?=0\.))?(?P<follows>0\.)?(?P<date>\d{8})\d{6}-(?P<commit>[0-9A-Za-z]+)")
_SHORT_COMMIT = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class _Upstream:
    """A module version, in parts.

    Attributes:
        release: its numbers, with ``~`` and the pre-release; of a commit, those of the version before it.
        date: of a commit, YYYYMMDD; empty for a tagged version.
        commit: the first digits of its name.
        follows: whether there is a version before the commit; else it is before its release.
    """

    release: str
    date: str = ""
    commit: str = ""
    follows: bool = False


def static_built_using(records: Iterable[Record], run: Run) -> bytes:
    """Return a line for a substvars file: the Go toolchain, and each module that a binary of another module has.

    Args:
        records: the files of a run.
        run: what is the same for all of them.
    """
    records = tuple(records)
    sources = {(debian_name(module), debian_version(version)) for module, version in _bundled(records)}
    release = _RELEASE.fullmatch(run.go_version)
    if release and any(record.inputs for record in records):
        minor, patch, pre = release.groups()
        version = f"{minor}{f'.{patch}' if patch else ''}{f'~{pre}' if pre else ''}"
        sources.add((f"golang-{minor}", version))
    value = ", ".join(f"{name} (= {version})" for name, version in sorted(sources))
    return f"{SUBSTITUTION_VARIABLE}={value}\n".encode()


def rpm_provides(records: Iterable[Record]) -> bytes:
    """Return the lines of a spec file that name each module in a binary of another module.

    Args:
        records: the files of a run.
    """
    lines = {f"Provides: bundled(golang({path})) = {rpm_version(version)}\n" for path, version in _bundled(records)}
    return "".join(sorted(lines)).encode()


def _bundled(records: Iterable[Record]) -> set[tuple[str, str]]:
    """Return path and version of each module that a binary of another module has.

    A module without a version is a folder of the user, whose source is in the package itself.
    """
    return {
        (entry.module, entry.version)
        for record in records
        for entry in record.inputs
        if entry.version and entry.module != record.module
    }


def debian_name(module: str) -> str:
    """Return the name that the source package of a module has in Debian, by dh-make-golang's rule.

    Of a host without a short name the last element is dropped; dh-make-golang drops its public suffix.

    Args:
        module: a module path.
    """
    host, *elements = module.split("/")
    if host != "gopkg.in" and elements and _MAJOR.fullmatch(elements[-1]):
        elements.pop()
    elements = elements[: _ROOTS.get(host, len(elements) + 1) - 1]
    short = _HOSTS.get(host) or _normalized(host.rpartition(".")[0] or host)
    return "-".join(filter(None, ("golang", short, *map(_normalized, elements)))).strip("-")


def _normalized(text: str) -> str:
    """Return an element of a path with the characters of Debian package names (Debian Policy 5.6.7) alone."""
    return re.sub(r"[^a-z0-9.+-]", "", text.lower().replace("_", "-")).strip("-")


def debian_version(version: str) -> str:
    """Return the upstream version that a Debian package of a module version has, in the form of dh-make-golang.

    ``~`` comes before a pre-release. A commit is ``0.0~gitDATE.COMMIT``, or ``RELEASE+gitDATE.COMMIT`` after a release.

    Args:
        version: a version of a go.mod, canonical.
    """
    upstream = _parsed(version)
    if not upstream.date:
        return upstream.release
    release = re.sub(r"^0\.0\.0$", "0.0", upstream.release)
    return f"{release}{'+' if upstream.follows else '~'}git{upstream.date}.{upstream.commit}"


def rpm_version(version: str) -> str:
    """Return a module version as RPM orders it.

    ``~`` comes before a pre-release, ``^`` before a commit after a release: rpm-version(7), and the versioning
    guidelines of Fedora for snapshots.

    Args:
        version: a version of a go.mod, canonical.
    """
    upstream = _parsed(version)
    if not upstream.date:
        return upstream.release
    snapshot = f"{upstream.date}git{upstream.commit}"
    if upstream.release == "0.0.0":
        return f"0^{snapshot}"
    return f"{upstream.release}{'^' if upstream.follows else '~'}{snapshot}"


def _parsed(version: str) -> _Upstream:
    """Return the parts of a version. None has a hyphen: in Debian and RPM, what follows one is the packager's."""
    match = _VERSION.fullmatch(version)
    if match is None:
        return _Upstream(release=re.sub(r"[^0-9A-Za-z.+~]", ".", version.removeprefix("v")))
    major, minor, patch, pre, metadata = match.groups()
    commit = _COMMIT.fullmatch(pre or "")
    if commit is None:
        more = "" if metadata in (None, "incompatible") else f"+{metadata}"
        return _Upstream(release=f"{major}.{minor}.{patch}{_pre(pre)}{more}".replace("-", "."))
    if commit["follows"] and not commit["pre"]:
        # The version before a commit without a pre-release is that of the patch before.
        patch = str(max(int(patch) - 1, 0))
    return _Upstream(
        release=f"{major}.{minor}.{patch}{_pre(commit['pre'])}".replace("-", "."),
        date=commit["date"],
        commit=commit["commit"][:_SHORT_COMMIT],
        follows=bool(commit["follows"]),
    )


def _pre(text: str | None) -> str:
    return f"~{text}" if text else ""
