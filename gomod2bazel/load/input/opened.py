"""The module that INPUT names with its main packages, for one platform: what is loaded next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.process.session import Session
from gomod2bazel.load.input.input_module import InputModule, Opener
from gomod2bazel.load.input.main_packages import MainPackages, check_packages, classify_input
from gomod2bazel.options.options import ChooseOptions, ModuleOptions
from gomod2bazel.sets.overrides_file import override_paths

__all__ = ["OpenedInput", "open_input"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedInput:
    """A module that can be loaded.

    Attributes:
        session: the user's session; the names of files in messages are relative to its folder.
        options: which module it is, and what to list of it.
        choose: the sets whose binaries are wanted also where ``./...`` does not look; -binary and INPUT name more.
        opened: the module.
        mains: its main packages.
    """

    session: Session
    options: ModuleOptions
    choose: ChooseOptions
    opened: InputModule
    mains: MainPackages

    @property
    def files_named(self) -> tuple[Path, ...]:
        """Each file that the command line, ``go env`` or a rule for binaries names; a missing one counts too.

        The module's files and those of its packages are not among them.
        """
        load, settings, cwd = self.options.load, self.opened.settings, self.session.cwd
        curated = self.options.assign.curated
        named = (settings.get("GOENV", ""), self.options.sources.sumfile, load.modfile, load.overlay, curated)
        files = [cwd / file for file in named if file]
        files += [load.compile.profile] if load.compile.profile else []
        files += [cwd / file for pair in load.overlaid.items() for file in pair]
        root = None if self.opened.fetched else self.opened.root
        return (Path(settings.get("GOROOT", ""), "VERSION"), *files, *override_paths(self.options.assign, root, cwd))


def open_input(
    session: Session, options: ModuleOptions, choose: ChooseOptions, go: Path, fresh: Path | None = None
) -> list[OpenedInput]:
    """Open the module that INPUT names, once for each platform.

    Args:
        session: the user's session.
        options: which module it is.
        choose: which of its binaries are wanted.
        go: the ``go`` program.
        fresh: a module cache to fill in place of the one that is kept.

    Raises:
        UsageError: INPUT names a package that is not a main package, or -set is given with a package.
        Gomod2bazelError: it cannot be had, or the user's rules for its binaries are wrong.
    """
    opener = Opener(session=session, go=go, fresh=fresh)
    opened = [opener.open(options, platform) for platform in options.load.platforms or (None,)]
    # The same files for every platform.
    mains = classify_input(opened[0], options, session.cwd, session.caches)
    check_packages(opened[0], mains, choose, session.cwd, buildmode=options.load.compile.buildmode)
    choose = choose.of_packages(opened[0].packages)
    return [
        OpenedInput(session=session, options=options, choose=choose, opened=module, mains=mains) for module in opened
    ]
