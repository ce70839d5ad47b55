"""The units of a repository as they load, one after the other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from gomod2bazel.base.errors import BuildError, Gomod2bazelError, MissingModuleError, TrustError
from gomod2bazel.generate.loading.facts import OwnPackage, UnitFacts, UnitLoader
from gomod2bazel.generate.loading.joined import lacks_requirements
from gomod2bazel.generate.loading.module_groups import Unit
from gomod2bazel.generate.loading.platforms import load_platforms

__all__ = ["LoadedUnits", "Loading"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedUnits:
    """The units of a repository, as far as they load.

    Attributes:
        units: The units that load.
        missing: The errors of units that lack modules.
        unlisted: The errors of units whose packages cannot be listed, as their go.mod is not tidy.
        unknown: The folders of the modules of those.
    """

    units: tuple[UnitFacts, ...]
    missing: tuple[MissingModuleError, ...]
    unlisted: tuple[BuildError | TrustError, ...]
    unknown: tuple[Path, ...]

    @property
    def packages(self) -> list[OwnPackage]:
        """The packages of all units that load."""
        return [package for unit in self.units for package in unit.packages]

    @property
    def errors(self) -> list[Gomod2bazelError]:
        """What keeps packages from being built."""
        failed = [unit.error for unit in self.units if unit.error]
        unfit = [BuildError("\n".join(unit.unfit.values())) for unit in self.units if unit.unfit]
        return [*self.missing, *failed, *unfit]

    @property
    def test_errors(self) -> list[Gomod2bazelError]:
        """What keeps tests alone from being built."""
        failed = [unit.test_error for unit in self.units if unit.test_error]
        unfit = [BuildError("\n".join(unit.unfit_tests.values())) for unit in self.units if unit.unfit_tests]
        return [*failed, *unfit]


@dataclass(kw_only=True)
class Loading:
    """Loads units one after the other, and notes those that do not load.

    Attributes:
        root: The root folder of the repository.
        alone: Whether there is one unit only, without which there is nothing to do.
        loaded, missing, unlisted, unknown: as of `LoadedUnits`.
    """

    root: Path
    alone: bool
    loaded: list[UnitFacts] = field(default_factory=list)
    missing: list[MissingModuleError] = field(default_factory=list)
    unlisted: list[BuildError | TrustError] = field(default_factory=list)
    unknown: list[Path] = field(default_factory=list)

    def load(self, loader: UnitLoader, unit: Unit) -> bool:
        """Load a unit; return True if it must be joined with others: its module loads, its replacements do not."""
        try:
            self.loaded.append(load_platforms(loader, unit))
        except (MissingModuleError, BuildError, TrustError) as error:
            if lacks_requirements(error, unit) and _loads_alone(loader, unit):
                return True
            self._note(error, unit)
        return False

    def forget(self, units: Collection[Unit]) -> None:
        """Take back what was loaded of some units."""
        mains = {unit.main for unit in units}
        self.loaded = [facts for facts in self.loaded if facts.unit.main not in mains]

    def _note(self, error: MissingModuleError | BuildError | TrustError, unit: Unit) -> None:
        if isinstance(error, MissingModuleError):
            self.missing.append(error)
        elif self.alone or (isinstance(error, TrustError) and not error.lacks_sum):
            raise error
        else:
            self.unlisted.append(_of_unit(error, unit, self.root))
        self.unknown += [unit.main, *unit.others.values()]

    @property
    def result(self) -> LoadedUnits:
        """What was loaded."""
        return LoadedUnits(
            units=tuple(self.loaded),
            missing=tuple(self.missing),
            unlisted=tuple(self.unlisted),
            unknown=tuple(self.unknown),
        )


def _loads_alone(loader: UnitLoader, unit: Unit) -> bool:
    try:
        load_platforms(loader, replace(unit, others={}))
    except (MissingModuleError, BuildError, TrustError):
        return False
    return True


def _of_unit(error: BuildError | TrustError, unit: Unit, root: Path) -> BuildError | TrustError:
    """Return the error of a module whose packages cannot be listed, with the module's folder."""
    folder = unit.main.relative_to(root).as_posix()
    place = "the top folder" if folder == "." else folder
    return type(error)(f"skipping the module in {place}: {error}", hint=error.hint)
