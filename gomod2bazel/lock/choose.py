"""Choose binaries of a lock: by set, and by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from gomod2bazel.base.errors import Gomod2bazelError, MissingModuleError, UsageError
from gomod2bazel.base.near_names import near_names, question
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.golang.command.gocommand import error_of, missing_among, with_advice
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.load.input.main_packages import MainPackages
from gomod2bazel.lock.lock import Broken, Lock, LockedBinary
from gomod2bazel.options.buildmode import SINGLE_MAIN
from gomod2bazel.options.options import ChooseOptions
from gomod2bazel.options.set_names import SETS
from gomod2bazel.sets.reading.func_main import NOT_LINKED

if TYPE_CHECKING:
    from gomod2bazel.load.input.excluded import Excluded

__all__ = [
    "LEFT_OUT",
    "check_named",
    "choose",
    "left_out",
    "may_be_left_out",
    "missing",
    "place_of",
    "requested_broken",
    "without_main",
]

LEFT_OUT = "skipping examples that do not build (-strict makes them errors)"
"""The remark about examples that do not build."""

# How many binaries of a set a hint names: some modules have hundreds.
_NAMED = 8


def check_named(
    options: ChooseOptions,
    built: Sequence[str],
    mains: MainPackages,
    packages: Mapping[str, Package],
    configuration: Configuration | None = None,
) -> None:
    """Refuse a -binary that names what cannot be built.

    Args:
        options: the command line.
        built: import paths of the main packages that can be.
        mains: all main packages that the module's files hold.
        packages: as loaded; each that was named is among them, where it is a main package.
        configuration: what they were loaded for.

    Raises:
        UsageError: it is not a main package, none that is ever built, or this platform or these tags leave it out.
    """
    refused = [path for path in options.binaries if path not in built]
    unknown = [path for path in refused if path not in mains.by_path]
    # INPUT may name it, too.
    flag = "-binary " if options.below is None else ""
    excluded = {path: _excluded(path, mains, configuration) for path in refused if path in mains.by_path}
    known = [f"{flag}{path}: {_why_not(path, mains, packages, excluded[path])}" for path in excluded]
    if unknown:
        choices = "main packages are " + _some(sorted(built)) if built else _none_built(mains)
        near = question(tuple(dict.fromkeys(path for name in unknown for path in _near(name, mains.by_path))))
        hint = f"{near} {choices}" if near else choices
        raise UsageError("\n".join([f"-binary: no main package {', '.join(unknown)}", *known]), hint=hint)
    if known:
        hint = "gomod2bazel list -explain IMPORTPATH shows why; -as IMPORTPATH=SET assigns it to a set"
        if all(mains.by_path[path].set in SETS for path in refused):
            hint = _flags(next(iter(excluded.values())), configuration)
        raise UsageError("\n".join(known), hint=hint)


def _near(name: str, paths: Collection[str]) -> tuple[str, ...]:
    """Return the import paths that a name may mean: those that end in it, or else those near to it."""
    ends = tuple(path for path in paths if f"/{path}".endswith(f"/{name.strip('./')}"))
    last = {path.rpartition("/")[2]: path for path in paths}
    return ends or near_names(name, paths) or tuple(last[near] for near in near_names(name.rpartition("/")[2], last))


def _excluded(path: str, mains: MainPackages, configuration: Configuration | None) -> tuple[Excluded, ...]:
    """Return the files of a main package, where constraints exclude all of them."""
    if configuration is None:
        return ()
    # Imported here: most builds leave out nothing that is named.
    from gomod2bazel.load.input.excluded import excluded_files  # noqa: PLC0415

    return excluded_files(mains.by_path[path].package, configuration)


def _flags(files: Sequence[Excluded], configuration: Configuration | None) -> str:
    from gomod2bazel.load.input.excluded import flags_needed  # noqa: PLC0415

    if not files or configuration is None:
        return "check -tags and -platform, which select the files"
    return flags_needed(files, configuration.tags)


def _none_built(mains: MainPackages) -> str:
    if not mains.by_path:
        return "the module has no main package"
    paths = sorted(mains.by_path)
    return f"no file of {_some(paths)} is built in this configuration; gomod2bazel list -explain {paths[0]} shows why"


def _why_not(path: str, mains: MainPackages, packages: Mapping[str, Package], excluded: Sequence[Excluded]) -> str:
    classified = mains.by_path[path]
    if classified.set == "testonly":
        return "no non-test Go files; package main is only in its _test.go files"
    if classified.set not in SETS:
        what = "a fixture: test data, which is never built"
        first = next(iter(classified.decision.evidence), None)
        return f"it is {what}" + (f": {first.reason} ({first.position})" if first else "")
    package = packages.get(path)
    if package and package.name and package.name != "main":
        return f"the files built in this configuration are of package {package.name}"
    if excluded:
        return "; ".join(map(str, excluded))
    reasons = [what.removeprefix(f"package {path}: ") for _, what in package.errors] if package else []
    return f"{reasons[0] if reasons else 'none of its files is built in this configuration'}"


def choose(
    lock: Lock, options: ChooseOptions, excluded: Callable[[], UsageError | None] = lambda: None, module: str = ""
) -> tuple[LockedBinary, ...]:
    """Return the binaries that ``options`` ask for, by import path.

    Args:
        lock: of the module.
        options: what to choose.
        excluded: returns the error for main packages that build constraints exclude, where they exclude all.
        module: path of the module, for messages.

    Raises:
        UsageError: none is chosen; the message lists what there is.
    """
    chosen = _chosen(lock, options)
    if not chosen and without_main(lock, options):
        lines = "\n".join(f"# {path}\n{NOT_LINKED}" for path in without_main(lock, options))
        raise error_of(lines)
    if not chosen and not missing(lock, options):
        if error := excluded():
            raise error
        buildmode = lock.configuration.buildmode
        mode = f"-buildmode={buildmode} requires exactly one main package: "
        if not lock.never_built and not _sets(lock):
            what = f"nothing to build: {module or 'the module'} has no main package"
            raise UsageError(
                f"{mode if buildmode in SINGLE_MAIN else ''}{what}",
                hint="-buildmode=archive builds its other packages; gomod2bazel generate writes Bazel rules for them",
            )
        none = f"no binaries in set {', '.join(options.sets)}"
        below = f" below {', '.join(options.below)}" if options.below else ""
        none += below or (f" of {module}" if module else "")
        raise UsageError(f"{mode if buildmode in SINGLE_MAIN else ''}{none}", hint=_binaries_by_set(lock, options))
    return chosen


def _chosen(lock: Lock, options: ChooseOptions) -> tuple[LockedBinary, ...]:
    return tuple(binary for binary in lock.binaries if options.takes(binary.import_path, binary.set))


def _sets(lock: Lock) -> dict[str, str]:
    """Return the set of each main package that may be built, by import path."""
    return {
        **{binary.import_path: binary.set for binary in lock.binaries},
        **{path: broken.set for path, broken in lock.broken.items()},
        **lock.unlisted,
    }


def _binaries_by_set(lock: Lock, options: ChooseOptions) -> str:
    sets = {path: name for path, name in _sets(lock).items() if options.reaches(path)}
    groups = {name: sorted(path for path, set_name in sets.items() if set_name == name) for name in SETS}
    by_set = "; ".join(f"-set {name}: {_some(paths)}" for name, paths in groups.items() if paths)
    return f"choose {by_set}" if by_set else _why_nothing(lock)


def _why_nothing(lock: Lock) -> str:
    """Return the hint for a module that has nothing to build."""
    if not lock.never_built:
        return f"main packages are {_some(sorted(_sets(lock)))}"
    fixtures = sorted(path for path, name in lock.never_built.items() if name == "fixture")
    if not fixtures:
        return f"package main of {_some(sorted(lock.never_built))} is only in _test.go files"
    return f"{_some(fixtures)} counts as a fixture, which is never built; -as {fixtures[0]}=target builds it"


def _some(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return ", ".join(paths[:_NAMED]) + more


def missing(lock: Lock, options: ChooseOptions, place: str = "") -> Gomod2bazelError | None:
    """Return the error for main packages that do not load though they are asked for, or None.

    Its class, and so the exit code, tells whether modules are missing or sources are wrong. An example that came along
    with other binaries is not an error, see `may_be_left_out`, unless nothing else is left of what was asked for.

    Args:
        lock: holds in ``broken`` why each does not load.
        options: -set, -binary and -strict.
        place: see `place_of`.
    """
    return _error(lock, [path for path in requested_broken(lock, options) if path not in _spared(lock, options)], place)


def left_out(lock: Lock, options: ChooseOptions, place: str = "") -> Gomod2bazelError | None:
    """Return what is wrong with examples that do not load, where they came along with other binaries, or None."""
    return _error(lock, _spared(lock, options), place)


def without_main(lock: Lock, options: ChooseOptions) -> list[str]:
    """Return the main packages of the chosen sets that are left out, as they have no func main."""
    return sorted(path for path, name in lock.mainless.items() if options.takes(path, name))


def may_be_left_out(name: str, import_path: str, options: ChooseOptions) -> bool:
    """Return whether a binary of set ``name`` may fail to load or to build while the run as a whole succeeds.

    Examples may, so that one which is out of date does not keep the others from being built; it is reported. No
    example may when -binary names it, or with -strict; and where nothing at all is left, that is an error too.
    """
    return name == "example" and import_path not in options.binaries and not options.strict


def place_of(lock: Lock, platforms: Collection[object]) -> str:
    """Return " for GOOS/GOARCH" for messages about one of several platforms, otherwise nothing."""
    platform = lock.configuration
    return f" for {platform.goos}/{platform.goarch}" if len(platforms) > 1 else ""


def requested_broken(lock: Lock, options: ChooseOptions) -> list[str]:
    """Return the main packages that were asked for and do not load."""
    return [path for path, broken in lock.broken.items() if options.takes(path, broken.set)]


def _spared(lock: Lock, options: ChooseOptions) -> list[str]:
    """Return the broken main packages that may be left out: none where nothing would remain."""
    if not _chosen(lock, options):
        return []
    return [path for path in requested_broken(lock, options) if may_be_left_out(lock.broken[path].set, path, options)]


def _error(lock: Lock, paths: list[str], place: str) -> Gomod2bazelError | None:
    if not paths:
        return None
    whats = {lock.broken[path].reason: lock.broken[path] for path in paths}
    kinds = [_kind(broken) for broken in whats.values()]
    # A module that no source has is the cause to remove first, and has an exit code of its own.
    worst = Gomod2bazelError.first_to_mend(kinds)
    problems = {name: text for path in paths for name, text in lock.broken[path].problems.items()}
    not_built = f"not built{place}: {', '.join(sorted(paths))}"
    text = "\n".join([*whats, not_built])
    error = type(worst)(text, hint=worst.hint, outputs=tuple(problems.items()), not_built=(not_built,))
    return error.of_modules(missing_among(kinds)) if isinstance(error, MissingModuleError) else error


def _kind(broken: Broken) -> Gomod2bazelError:
    """Return the error that a main package which does not load means by itself."""
    if broken.unrequired:
        hint = "-binary IMPORTPATH builds it anyway, with the newest version of each module that it needs"
        return MissingModuleError(broken.reason, hint=hint)
    return with_advice(error_of(broken.reason), broken.advice)
