"""The main packages of the module that INPUT names, each with its set: by what the user says, else by evidence."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.disk.files import read_bytes
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.near_names import near_names, question
from gomod2bazel.golang.command.names import binary_name
from gomod2bazel.load.input.input_module import InputModule
from gomod2bazel.options.options import ChooseOptions, LoadOptions, ModuleOptions
from gomod2bazel.options.set_names import SETS
from gomod2bazel.sets.classify import Classified, Seen, classify_seen, see
from gomod2bazel.sets.curated import curated_for
from gomod2bazel.sets.known_hints import see_version
from gomod2bazel.sets.overrides import Overrides
from gomod2bazel.sets.overrides_file import read_overrides

__all__ = ["MainPackages", "check_packages", "check_whole", "classify_folder", "classify_input"]

# How many main packages a hint names.
_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class MainPackages:
    """What a module's files hold.

    Attributes:
        module: the module path.
        classified: every main package, by directory, whatever platform or tag it is for.
        overrides: the user's rules for them.
        ignore: the paths of the ignore directives of the module's go.mod.
    """

    module: str
    classified: tuple[Classified, ...] = ()
    overrides: Overrides = field(default_factory=Overrides)
    ignore: tuple[str, ...] = ()

    @property
    def sets(self) -> dict[str, str]:
        """The set of each main package, by import path."""
        return {main.import_path: main.set for main in self.classified}

    @property
    def by_path(self) -> dict[str, Classified]:
        """The main packages by import path."""
        return {main.import_path: main for main in self.classified}

    def set_of(self, import_path: str) -> str:
        """Return the set of a main package.

        One whose package clause cannot be read is in none: as a target, it is reported. Folders of JavaScript packages
        hold no part of the module, though ``./...`` looks there.
        """
        classified = self.by_path.get(import_path)
        if classified:
            return classified.set
        return "fixture" if "node_modules" in import_path.split("/") else "target"

    def file_name(self, import_path: str) -> str:
        """Return the file name of a binary without its platform's suffix: an override's, or the go command's own."""
        return self.overrides.name_of(self.module, import_path) or binary_name(import_path)


def classify_input(opened: InputModule, options: ModuleOptions, cwd: Path, caches: Caches) -> MainPackages:
    """Return the main packages of a module; nothing but its own files, -overlay's and the user's rules is read.

    Args:
        opened: the module.
        options: how it is loaded, and the user's rules.
        cwd: the user's folder.
        caches: where hints of module versions are kept.

    Raises:
        UsageError: a file of rules cannot be read, or a rule of the command line matches nothing.
    """
    ignore = _ignore(opened, options.load)
    overrides = read_overrides(options.assign, None if opened.fetched else opened.root, cwd)
    overrides = replace(overrides, curated=curated_for(opened.module.path, options.assign, cwd))
    overlay, module = options.load.overlaid, opened.module.path
    # What may be written to may have been changed.
    if opened.fetched and opened.fetched.sum and not overlay and not options.load.modcacherw:
        fetched = opened.fetched
        seen = see_version(fetched.version, fetched.dir, fetched.sum, ignore, caches.hints)
    else:
        seen = see(opened.root, module, overlay, ignore)
    return _classified(seen, module, overrides, ignore)


def classify_folder(
    root: Path, module: str, overrides: Overrides, ignore: tuple[str, ...], overlay: Mapping[str, str]
) -> MainPackages:
    """Return the main packages of a module that is in a folder.

    Args:
        root: the folder.
        module: the module path.
        overrides: the user's rules for them, and what is known of them.
        ignore: the paths of the ignore directives of its go.mod.
        overlay: what is read in place of files, by path.

    Raises:
        UsageError: a rule of the command line matches nothing.
    """
    return _classified(see(root, module, overlay, ignore), module, overrides, ignore)


def _classified(seen: Seen, module: str, overrides: Overrides, ignore: tuple[str, ...]) -> MainPackages:
    classified = classify_seen(seen, overrides)
    overrides.check_used(module, (main.import_path for main in classified))
    return MainPackages(module=module, classified=classified, overrides=overrides, ignore=ignore)


def check_packages(
    opened: InputModule, mains: MainPackages, choose: ChooseOptions, cwd: Path, *, buildmode: str = ""
) -> None:
    """Refuse packages of an INPUT that are not main packages, and sets where INPUT names the packages itself.

    Args:
        opened: the module, with the packages.
        mains: its main packages.
        choose: -set.
        cwd: the user's folder.
        buildmode: the value of -buildmode: archives are made of packages that are not main.

    Raises:
        UsageError: a package is not a main package, no main package is below a pattern, or -set has no effect.
    """
    choices = _Choices(opened=opened, mains=mains, cwd=cwd)
    for package in opened.packages:
        folder, is_pattern = package.removesuffix("/..."), package.endswith("/...")
        if choose.sets_given and not is_pattern:
            raise UsageError(
                f"-set does not apply to {package}: a package is built whatever its set",
                hint="omit -set, or name the module",
            )
        if buildmode == "archive":
            continue
        below = [path for path in mains.by_path if f"{path}/".startswith(f"{folder}/")]
        if is_pattern and not below:
            raise UsageError(f"no main package below {folder}", hint=choices.near(folder))
        if not is_pattern and package not in mains.by_path:
            more = f"{choices.input(f'{package}/...')} names those below it" if below else ""
            raise UsageError(f"{package} is not a main package of {opened.module}", hint=more or choices.near(package))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choices:
    """Hints with INPUTs that name main packages of a module.

    Attributes:
        opened: the module.
        mains: its main packages.
        cwd: the user's folder.
    """

    opened: InputModule
    mains: MainPackages
    cwd: Path

    def input(self, package: str) -> str:
        """Return the INPUT that names a package, or a pattern, of the module."""
        if self.opened.fetched:
            return f"{package}@{self.opened.module.version}"
        place = package.removeprefix(self.mains.module).strip("/")
        if not place and package in self.mains.by_path:
            # The folder would name the module.
            place = self.mains.by_path[package].package.files[0]
        path = os.path.relpath(self.opened.root / place, self.cwd)
        return path if path.startswith("../") else f"./{path}"

    def near(self, name: str) -> str:
        """Return a hint with the main packages that a name may mean, or with some of all."""
        near = near_names(name, self.mains.by_path)
        if near:
            return question([self.input(path) for path in near])
        names = sorted(path for path in self.mains.by_path if self.mains.set_of(path) in SETS)
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        main_packages = ", ".join(map(self.input, names[:_NAMED]))
        return f"name one of its main packages: {main_packages}{more}" if names else "name another module"


def check_whole(opened: InputModule, command: str) -> None:
    """Refuse an INPUT that names packages, for a command that takes a module as a whole.

    Raises:
        UsageError: it does.
    """
    for package in opened.packages:
        raise UsageError(
            f"{command} takes a whole module, and {package} is a package of {opened.module}",
            hint=f"name {opened.root if opened.fetched is None else opened.module}",
        )


def _ignore(opened: InputModule, options: LoadOptions) -> tuple[str, ...]:
    """Return the paths of the ignore directives in the module's go.mod, or in the file that -modfile names."""
    if opened.fetched:
        directives = opened.fetched.directives
    else:
        file = Path(options.modfile) if options.modfile else opened.root / "go.mod"
        # Most have none, and then there is no need to ask.
        if not file.is_file() or b"ignore" not in read_bytes(file):
            return ()
        directives = opened.go.object("mod", "edit", "-json", str(file), cwd=opened.root)
    return tuple(item["Path"] for item in directives.get("Ignore") or ())
