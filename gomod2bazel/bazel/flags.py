"""Bazel's command line for a build of one configuration, or of several at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gomod2bazel.base.process.programs import version_tuple, whole_path
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.options.options import BazelOptions

__all__ = ["BuildSettings", "build_flags", "common_flags", "disk_cache_flags", "isolation_flags", "joint_flags"]

_CONFIG = "--@gomod2bazel//rules/config:"

# What holds for every build: hermetic actions, no download, nothing of the workspace's surroundings.
_ALWAYS = (
    "--lockfile_mode=off",
    "--repository_disable_download",
    "--sandbox_default_allow_network=false",
    "--incompatible_strict_action_env",
    "--nolegacy_external_runfiles",
    "--nobuild_runfile_links",
    "--nobuild_runfile_manifests",
    "--nogenerate_json_trace_profile",
    "--nostamp",
    # Compiling is done by a worker, cgo and linking in the sandbox.
    "--strategy=GoCompile=worker,sandboxed",
    "--strategy=GoLink=sandboxed",
    # Binaries are installed from Bazel's output folder, also where the user's .bazelrc has --remote_download_minimal.
    "--remote_download_outputs=toplevel",
)  # fmt: skip

_JOBS_OF_SERVERS = 64
"""Actions in progress at once with a remote cache or an executor, unless -p says how many."""

_BOUNDS = (("max_size", "20G"), ("max_age", "30d"))
_COLLECTS = (7, 7)
"""The release whose flags for garbage collection are known to be these."""

# Those of Bazel's build settings that are given once for each value.
_REPEATED = ("environment", "tags")

_PATH = "/usr/local/bin:/usr/bin:/bin"

_CGO_VARIABLES = ("CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_FFLAGS", "CGO_LDFLAGS", "PKG_CONFIG")

# What C compilers, pkg-config and SWIG read in addition to their arguments, and what allows more in #cgo lines.
_C_VARIABLES = (
    "COMPILER_PATH", "CPATH", "CPLUS_INCLUDE_PATH", "C_INCLUDE_PATH", "GCC_EXEC_PREFIX", "LIBRARY_PATH",
    "OBJC_INCLUDE_PATH", "PKG_CONFIG_LIBDIR", "PKG_CONFIG_PATH", "PKG_CONFIG_SYSROOT_DIR", "SWIG_LIB",
    *(f"CGO_{name}_{word}" for name in ("CFLAGS", "LDFLAGS") for word in ("ALLOW", "DISALLOW")),
)  # fmt: skip

# The go command's own defaults; saying nothing then keeps actions the same for users who never set them.
_DEFAULTS = {"CGO_CFLAGS": "-O2 -g", "CGO_CXXFLAGS": "-O2 -g", "CGO_FFLAGS": "-O2 -g", "CGO_LDFLAGS": "-O2 -g"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    """The values of Bazel's build settings (rules/config) for one configuration.

    Attributes:
        values: name and value of each; some are repeated.
        output_folder: what tells the output folder of this configuration from those of others.
    """

    values: tuple[tuple[str, str], ...]
    output_folder: str

    @classmethod
    def of(
        cls,
        configuration: Configuration,
        settings: Mapping[str, str],
        environment: Mapping[str, str],
        c_tools: str = "",
    ) -> BuildSettings:
        """Return those of a lock's configuration.

        Args:
            configuration: of the lock.
            settings: ``go env``: compilers and CGO_*FLAGS.
            environment: the user's, for PATH and the variables of pkg-config and C compilers.
            c_tools: what tells these C compilers from others (`c_tools_id`): a new compiler recompiles.
        """
        values = tuple(_values(configuration, settings, environment, c_tools))
        # A name of its own for each configuration's output folder: what was built for one stays when another is built.
        # Tags choose files of few packages, and C flags and PATH reach only those that use cgo: they share the folder.
        # A library for C differs only in how it is linked, where both kinds of it are compiled in the same way.
        shared = sorted(_flags(pair for pair in values if pair[0] not in _REPEATED))
        if configuration.goos == "linux":
            shared = [flag.replace("buildmode=c-archive", "buildmode=c-shared") for flag in shared]
        # No flag has the Go release, but all of its tools and of the standard library differ.
        identity = hashlib.sha256(json.dumps([configuration.go, *shared]).encode()).hexdigest()[:8]
        return cls(values=values, output_folder=f"{configuration.goos}_{configuration.goarch}_{identity}")

    @property
    def flags(self) -> list[str]:
        """Flags for a build of this configuration alone."""
        return [*_flags(self.values), f"--platform_suffix={self.output_folder}"]

    @property
    def single(self) -> dict[str, str]:
        """The values that a target can have which is built with those of other configurations."""
        return {name: value for name, value in self.values if name not in _REPEATED}

    @property
    def repeated(self) -> dict[str, list[str]]:
        """The values of each repeated setting: those have to be the same for all that is built at once."""
        return {
            name: values for name in _REPEATED if (values := [value for known, value in self.values if known == name])
        }


def joint_flags(every: Iterable[BuildSettings]) -> list[str] | None:
    """Return the flags for several configurations at once, whose `BuildSettings.single` their targets have.

    Returns:
        None if they cannot be built at once. Only what uses cgo reads an environment, so one of them may have none.
    """
    known: dict[str, list[str]] = {}
    for settings in every:
        for name, values in settings.repeated.items():
            if known.setdefault(name, values) != values:
                return None
    return list(_flags((name, value) for name, values in known.items() for value in values))


def common_flags(options: BazelOptions) -> list[str]:
    """Return the flags of ``bazel build`` that are the same for each configuration.

    Args:
        options: -p, -a, -visible, whose folders are absolute.
    """
    # As PATH, what C compilers may read reaches few packages.
    flags = [f"{_CONFIG}visible={folder}" for folder in options.visible]
    # As with go build, nothing is vetted.
    flags.append(f"{_CONFIG}vet=off")
    # The driver names the compilers itself.
    flags.append(f"{_CONFIG}c_tools=@gomod2bazel//rules/config:no_c_tools")
    flags += _ALWAYS
    # Most actions then wait for a server; those of this machine are bounded by its cores.
    jobs = options.jobs or (_JOBS_OF_SERVERS if options.remote.named else 0)
    flags += [f"--jobs={jobs}"] if jobs else []
    # -a means compiled here and now, not fetched from where another build left it.
    flags += ["--noremote_accept_cached"] if options.rebuild else []
    return flags


def build_flags(
    configuration: Configuration,
    settings: Mapping[str, str],
    environment: Mapping[str, str],
    options: BazelOptions,
    c_tools: str = "",
) -> list[str]:
    """Return the flags of ``bazel build`` for one configuration; arguments are those of the functions above."""
    return [*BuildSettings.of(configuration, settings, environment, c_tools).flags, *common_flags(options)]


def _flags(values: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"{_CONFIG}{name}={value}" for name, value in values)


def _values(
    configuration: Configuration, settings: Mapping[str, str], environment: Mapping[str, str], c_tools: str
) -> list[tuple[str, str]]:
    values = [
        ("goos", configuration.goos),
        ("goarch", configuration.goarch),
        ("arch", configuration.arch),
        ("cgo", str(configuration.cgo).lower()),
        ("experiment", configuration.experiment),
        ("buildmode", configuration.buildmode),
        *([("fips140", configuration.fips140)] if configuration.fips140 else []),
        *([("instrument", configuration.instrument)] if configuration.instrument else []),
        *(("tags", tag) for tag in configuration.tags),
    ]
    path = whole_path({"PATH": _PATH, **environment})
    if configuration.compiler == "gccgo":
        values += [("compiler", "gccgo"), ("gccgo", settings.get("GCCGO") or "gccgo")]
        values += [] if configuration.cgo else [("cc", settings["CC"])]
        values += [("environment", f"AR={settings['AR']}")] if settings.get("AR", "ar") != "ar" else []
    if configuration.compiler == "gccgo" and not configuration.cgo:
        values += [("environment", f"C_TOOLS={c_tools}"), ("environment", f"PATH={path}")]
    if configuration.cgo:
        values += [("cc", settings["CC"]), ("cxx", settings["CXX"]), ("fc", settings.get("FC", "gfortran"))]
        given = {name: settings.get(name, "") for name in _CGO_VARIABLES}
        given |= {name: environment[name] for name in _C_VARIABLES if environment.get(name)}
        given["C_TOOLS"] = c_tools
        values += [("environment", f"{k}={v}") for k, v in sorted(given.items()) if v and v != _DEFAULTS.get(k)]
        values.append(("environment", f"PATH={path}"))
    return values


def disk_cache_flags(version: str, folder: str) -> list[str]:
    """Return the flags for a disk cache, which Bazel bounds by size and age when it has nothing else to do.

    Args:
        version: Bazel's.
        folder: The folder of the disk cache; empty where the user names none.
    """
    if not folder:
        return []
    bounds = [f"--experimental_disk_cache_gc_{name}={value}" for name, value in _BOUNDS]
    return [f"--disk_cache={folder}", *(bounds if version_tuple(version) >= _COLLECTS else [])]


def isolation_flags(version: str, read: Iterable[str], output: str, *, namespaces: bool) -> list[str]:
    """Return the flags that confine workers and the sandbox.

    Workers see the declared inputs alone. Like other actions, they also have no network and a /tmp of their own; not so
    where something that an action reads is below /tmp, which is then shown to the sandbox.

    Args:
        version: Bazel's.
        read: folders that actions read from through links.
        output: folder of all that Bazel keeps.
        namespaces: whether the kernel allows those of the Linux sandbox; a confined worker does not start without.
    """
    below: list[str] = []
    for folder in sorted({*read, output}):
        if folder.startswith("/tmp/") and not (below and folder.startswith(below[-1] + "/")):  # noqa: S108
            below.append(folder)
    flags = ["--worker_sandboxing", *(f"--sandbox_add_mount_pair={folder}" for folder in below if folder != output)]
    known = version.split(".", maxsplit=1)[0] in ("7", "8")
    return flags if below or not known or not namespaces else [*flags, "--experimental_worker_sandbox_hardening"]
