"""The main packages of the module that INPUT names, each with its set: by what the user says, else by evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gomod2bazel.base.disk.files import read_bytes
from gomod2bazel.golang.command.names import binary_name
from gomod2bazel.load.input.input_module import InputModule
from gomod2bazel.options.options import LoadOptions, ModuleOptions
from gomod2bazel.sets.classify import Classified, classify_module, view_module
from gomod2bazel.sets.overrides import Overrides
from gomod2bazel.sets.overrides_file import read_overrides

__all__ = ["MainPackages", "classify_folder", "classify_input"]


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


def classify_input(opened: InputModule, options: ModuleOptions, cwd: Path) -> MainPackages:
    """Return the main packages of a module; nothing but its own files, -overlay's and the user's rules is read.

    Raises:
        UsageError: a file of rules cannot be read, or a rule of the command line matches nothing.
    """
    ignore = _ignore(opened, options.load)
    overrides = read_overrides(options.assign, None if opened.fetched else opened.root, cwd)
    return classify_folder(opened.root, opened.module.path, overrides, ignore, options.load.overlaid)


def classify_folder(
    root: Path, module: str, overrides: Overrides, ignore: tuple[str, ...], overlay: Mapping[str, str]
) -> MainPackages:
    """Return the main packages of a module that is in a folder.

    Args:
        root: the folder.
        module: the module path.
        overrides: the user's rules for them.
        ignore: the paths of the ignore directives of its go.mod.
        overlay: what is read in place of files, by path.

    Raises:
        UsageError: a rule of the command line matches nothing.
    """
    classified = classify_module(view_module(root, module, overlay, ignore), overrides)
    overrides.check_used(module, (main.import_path for main in classified))
    return MainPackages(module=module, classified=classified, overrides=overrides, ignore=ignore)


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
