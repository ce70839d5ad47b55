"""How a binary was built, by what it records: its toolchain, its flags and its sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.version import Version, check_path, is_exact
from gomod2bazel.commands.verify.binary.build_id import link_time_id
from gomod2bazel.commands.verify.binary.facts import BinaryFacts, RecordedModule
from gomod2bazel.commands.verify.binary.harmless import refused_argument
from gomod2bazel.commands.verify.binary.link_flags import joined_flags, traced_flags, with_build_id
from gomod2bazel.commands.verify.compare import Difference
from gomod2bazel.commands.verify.explainer import ARCHITECTURES
from gomod2bazel.options.flags import Piece, read_flag
from gomod2bazel.options.options import Options, values_of

__all__ = ["Given", "Recipe", "recipe_of"]

_GO = re.compile(r"go(?P<version>1\.\d+(?:\.\d+)?(?:rc\d+|beta\d+)?)(?:[ -]X:(?P<experiments>[\w,]+))?")

_VARIABLES = ("CGO_ENABLED", "GOEXPERIMENT", "GOFIPS140", *ARCHITECTURES)

# What follows from other things that are compared, or is read elsewhere.
_RESULTS = ("DefaultGODEBUG", "GOARCH", "GOOS", "-compiler", "-ldflags", "-pgo", "-trimpath")

# What a binary may name; -overlay and the like would name files of this machine.
_FLAGS = ("-asan", "-asmflags", "-buildmode", "-cover", "-gcflags", "-msan", "-race", "-tags")

_PROFILE = "default.pgo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the user adds to what a binary records.

    Attributes:
        ldflags: each -ldflags.
        pgo: the file of -pgo; empty where none is named.
        has_input: whether INPUT names the sources.
    """

    ldflags: tuple[str, ...] = ()
    pgo: str = ""
    has_input: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to build a binary again.

    Attributes:
        go: the version of Go, without its ``go``.
        module: the module version to build; None where INPUT has to name the sources.
        import_path: the main package.
        environment: variables to set; those with None are to be unset.
        values: the values of options, by the names of their fields.
        flags: the flags in words, for people.
    """

    go: str
    module: Version | None
    import_path: str
    environment: Mapping[str, str | None]
    values: Mapping[str, Any]
    flags: tuple[str, ...]


def recipe_of(facts: BinaryFacts, given: Given) -> Recipe | Difference:
    """Return how a binary was built, or what keeps anybody else from building it again.

    Args:
        facts: what it records.
        given: what the user adds.

    Raises:
        UsageError: it names no module version, and INPUT does not name its sources; or what it names is malformed.
    """
    match = _GO.fullmatch(facts.go_version)
    settings = facts.settings
    if not match or (match["experiments"] and "GOEXPERIMENT" not in settings):
        text = f"{facts.go_version} is not a Go release: only who has that toolchain can build the binary again"
        return Difference(kind="toolchain", text=text)
    if settings.get("-compiler", "gc") != "gc":
        return Difference(
            kind="toolchain", text=f"made by the compiler {settings['-compiler']}, whose version is unknown"
        )
    if settings.get("-trimpath") != "true":
        return Difference(kind="flags", text=_untrimmed(facts))
    module = _module(facts, given)
    values, flags, problem = _values(facts, given)
    if problem:
        return problem
    values |= {
        "platforms": (facts.platform,) if all(facts.platform) else (),
        "sets": (),
        "binaries": {facts.import_path: ""},
        # Test data is not built unless somebody asks for it.
        "assigned": ((facts.import_path, "target"),),
        "buildvcs": "true" if "vcs" in settings else "false",
    }
    environment = {name: settings.get(name) for name in _VARIABLES}
    environment["GOFIPS140"] = settings.get("GOFIPS140", "off")
    return Recipe(
        go=match["version"],
        module=module,
        import_path=facts.import_path,
        environment={"GOTOOLCHAIN": f"go{match['version']}", **environment},
        values=values,
        flags=(*flags, *(f"{name}={value}" for name, value in environment.items() if name in settings)),
    )


def _untrimmed(facts: BinaryFacts) -> str:
    """Return what is wrong with a binary that was built without -trimpath, with the folders that are in it."""
    goroot = facts.runtime_file.removesuffix("/src/runtime/proc.go")
    folders = [f"GOROOT {goroot}"] if goroot else []
    folders += [f"sources in {facts.main_file.rpartition('/')[0]}"] if "/" in facts.main_file else []
    paths = f" ({', '.join(folders)})" if folders else ""
    return (
        f"built without -trimpath: it has paths of the machine that built it{paths}, "
        "so nobody gets the same bytes elsewhere"
    )


def _module(facts: BinaryFacts, given: Given) -> Version | None:
    """Return the module version that a binary was built from; None for INPUT.

    Raises:
        UsageError: there is none, and no INPUT; or it cannot be one.
    """
    main, path = facts.main, facts.import_path
    if path == "command-line-arguments":
        raise UsageError(
            f"{facts.name} was built from files that the command line named: it does not record its main package",
            hint="build it as go build ./cmd/NAME, and compare that",
        )
    if main is None or main.path in ("cmd", "std"):
        what = "is a program of the Go distribution" if main else "does not name the module that it is from"
        raise UsageError(f"{facts.name} {what}", hint="name a binary that go build or go install made of a module")
    if f"{check_path(path)}/".startswith(f"{check_path(main.path)}/"):
        if given.has_input:
            return None
        if main.sum and is_exact(main.version):
            return Version(main.path, main.version)
        raise UsageError(_from_tree(facts, main), hint=_tree_hint(facts))
    raise UsageError(
        f"{facts.name}: its main package {path} is not in its module {main.path}", hint="check where it comes from"
    )


def _from_tree(facts: BinaryFacts, main: RecordedModule) -> str:
    version = f" {main.version}" if main.version not in ("", "(devel)") else ""
    revision = facts.settings.get("vcs.revision")
    at = f" at revision {revision}" if revision else ""
    edited = ", with changes that were not committed" if facts.settings.get("vcs.modified") == "true" else ""
    return f"{facts.name} was built in a tree of {main.path}{version}{at}{edited}, not from a module version"


def _tree_hint(facts: BinaryFacts) -> str:
    revision = facts.settings.get("vcs.revision")
    checkout = f"check out {revision}, and " if revision else ""
    return f"{checkout}name the tree: gomod2bazel verify -binary {facts.name} path/to/tree"


def _values(facts: BinaryFacts, given: Given) -> tuple[dict[str, Any], list[str], Difference | None]:
    """Return the values of options that a binary's settings name, these flags in words, and what is wrong with them."""
    values: dict[str, Any] = {"buildmode": "default", "pgo": "off"}
    flags: list[str] = []
    plain = values_of(Options())
    for key, value in facts.settings.items():
        name = key.removeprefix("-")
        if key in _RESULTS or key in _VARIABLES or key.startswith(("vcs", "CGO_")):
            continue
        if key not in _FLAGS:
            return values, flags, Difference(kind="flags", text=f"{key}={value}: not a setting of a known Go release")
        if (key, value) == ("-buildmode", "exe"):
            # Recorded for the default, too, which is another one on some platforms.
            continue
        try:
            flag, read = read_flag(Piece((f"{key}={value}",), name, value), plain | values)
            refused = refused_argument(key, value)
        except UsageError as error:
            return values, flags, Difference(kind="flags", text=f"{key}={value}: {error.what}")
        if refused:
            return values, flags, _refused(key, refused)
        values |= {flag.option: read} | dict.fromkeys(flag.also, True)
        flags.append(f"{key}={value}")
    profile = facts.settings.get("-pgo", "")
    if profile:
        values["pgo"] = given.pgo or "auto"
        flags.append(f"-pgo={profile}")
    if profile not in ("", _PROFILE) and not given.pgo:
        return values, flags, Difference(kind="flags", text=f"the CPU profile {profile} is unknown: give it with -pgo")
    ldflags, shown, problem = _ldflags(facts, given)
    values["ldflags"] = ldflags
    return values, flags + ([f"-ldflags={shown}"] if shown else []), problem


def _ldflags(facts: BinaryFacts, given: Given) -> tuple[tuple[str, ...], str, Difference | None]:
    """Return the values of -ldflags, how they are shown, and what is wrong with them.

    The user's come first, then what an older Go release recorded, then the flags that left traces.
    """
    recorded = facts.settings.get("-ldflags")
    texts = given.ldflags or ((recorded,) if recorded else ())
    if not texts:
        traced = joined_flags(traced_flags(facts))
        if traced is None:
            text = "-ldflags: a value that -X set has both kinds of quotes, or a NUL: no flag can have it"
            return (), "", Difference(kind="flags", text=text)
        texts = (traced,) if traced else ()
    try:
        refused = [argument for text in texts if (argument := refused_argument("-ldflags", text))]
    except UsageError as error:
        return (), "", Difference(kind="flags", text=f"-ldflags={texts[-1]}: {error.what}")
    if refused and not given.ldflags:
        return (), "", _refused("-ldflags", refused[0])
    build_id = link_time_id(facts.build_id)
    return tuple(with_build_id(text, build_id) for text in texts or ("",)), " ".join(texts), None


def _refused(flag: str, argument: str) -> Difference:
    text = f"{flag} has {argument}, which may run a program or name a file: a binary is not trusted to"
    return Difference(kind="flags", text=text)
