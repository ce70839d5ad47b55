"""The Bazel workspace of a copied module: MODULE.bazel, and what generate writes for its packages and tests."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.base.disk.files import write_file
from gomod2bazel.base.errors import Gomod2bazelError, MissingModuleError, TrustError
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.version import escape
from gomod2bazel.bazel.names import repository_name
from gomod2bazel.bazel.workspace import Workspace
from gomod2bazel.commands.testing.data_files import add_data
from gomod2bazel.commands.testing.module_copy import HOST, LOCK, ModuleCopy
from gomod2bazel.generate.loading.facts import OwnPackage, UnitFacts
from gomod2bazel.generate.update import combined_error, find_changes
from gomod2bazel.lock.lock import Lock, LockedModule
from gomod2bazel.options.options import GenerateOptions, ModuleOptions, with_values
from gomod2bazel.provision.rulesroot import rules_root

__all__ = ["GeneratedWorkspace", "generate_workspace"]

_MODULE = """\
module(name = "gomod2bazel_tests")

bazel_dep(name = "gomod2bazel")
local_path_override(
    module_name = "gomod2bazel",
    path = {rules},
)

go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(
    allow_untested_go = True,
    goproxy = [{goproxy}],
    host = "{package}:{host}",
    lock = "{package}:{lock}",
)

register_toolchains("@go_sdk//:all")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedWorkspace:
    """The workspace, and what is known of the module's packages.

    Attributes:
        copy: where it is.
        unit: the module, with all that its packages and tests need.
        packages: the packages that ``./...`` finds in the module, by import path.
        broken: import paths of packages that do not load, or whose tests do not.
        errors: why.
        folders: where the other modules are unpacked, by the names of their repositories.
    """

    copy: ModuleCopy
    unit: UnitFacts
    packages: Mapping[str, OwnPackage]
    broken: frozenset[str]
    errors: tuple[Gomod2bazelError, ...]
    folders: Mapping[str, str]

    @property
    def lock(self) -> Lock:
        """The lock, with the packages of the module itself."""
        own_modules = {package.module.path: package.module for package in self.unit.packages}
        return replace(self.unit.lock, modules=(*self.unit.lock.modules, *own_modules.values()))

    def label(self, package: OwnPackage) -> str:
        """Return the Bazel package of a package: ``//`` and its folder."""
        folder = package.dir.relative_to(self.copy.root).as_posix()
        return f"//{'' if folder == '.' else folder}"


def generate_workspace(
    session: Session, module: ModuleOptions, copy: ModuleCopy, path: str, cache: Path
) -> GeneratedWorkspace | None:
    """Write the workspace; return None where the module has no package.

    Args:
        session: The user's session.
        module: how the module is loaded; what the copy already has, such as -modfile, does not matter.
        copy: the module's copy.
        path: the module path.
        cache: the module cache, which tests that run the go command get modules from.

    Raises:
        MissingModuleError: a package or test needs a module that no source has.
        TrustError: a module is not verified, or not what go.sum says.
        BuildError: nothing of the module loads.
    """
    sumfile, overrides, curated = module.sources.sumfile, module.assign.overrides, module.assign.curated
    files = {
        "sumfile": str(session.cwd / sumfile) if sumfile else "",
        "curated": str(session.cwd / curated) if curated else "",
        "overrides": tuple(str(session.cwd / file) for file in overrides),
    }
    # Messages then name files relative to the module's folder, as those of `go test` there.
    session = replace(session, environment={**session.environment, "GOWORK": copy.go_work}, cwd=copy.module)
    _write_module_file(session, copy, cache)
    changed = {"platforms": (), "overlay": "", "overlaid": {}, "modfile": "", "mod": _mod(module, copy), **files}
    options = with_values(module, changed)
    generated = GenerateOptions(init=True, only=str(copy.module))
    planned = find_changes(session, options, generated, copy.root, keep_going=True)
    _refuse(planned.errors)
    # Before this, there was no file that a change could remove.
    for change in planned.changes:
        write_file(copy.root / change.path, change.new or "")
    unit = next((unit for unit in planned.units if copy.module in (unit.unit.main, *unit.unit.others.values())), None)
    if unit is None:
        if planned.errors:
            raise combined_error(planned.errors)
        return None
    folders = dict(_folders(unit, copy))
    _write_host(copy, folders, unit.settings["GOROOT"])
    add_data(copy)
    packages = {package.facts.import_path: package for package in unit.packages if package.module.path == path}
    broken = _broken(unit, copy, path)
    return GeneratedWorkspace(
        copy=copy, unit=unit, packages=packages, broken=broken, errors=planned.errors, folders=folders
    )


def _write_module_file(session: Session, copy: ModuleCopy, cache: Path) -> None:
    workspace = Workspace(root=copy.root, rules=rules_root(session.environment))
    home = copy.home.relative_to(copy.root).as_posix()
    text = _MODULE.format(
        rules=json.dumps(workspace.rules_name()),
        goproxy=json.dumps((cache / "cache" / "download").as_uri()),
        package=json.dumps(f"//{'' if home == '.' else home}", ensure_ascii=False).strip('"'),
        host=HOST,
        lock=LOCK,
    )
    write_file(copy.root / "MODULE.bazel", text)


def _write_host(copy: ModuleCopy, folders: Mapping[str, str], goroot: str) -> None:
    """Write what the repositories need of this machine."""
    settings = {"build_files": True, "dirs": dict(folders), "goroot": goroot}
    host = json.dumps(settings | {"python": os.path.realpath(sys.executable)}, indent=1, ensure_ascii=False)
    write_file(copy.home / HOST, f"{host}\n")


def _mod(module: ModuleOptions, copy: ModuleCopy) -> str:
    """Return -mod; without the flag, a vendor directory is used where there is one, as by the go command."""
    if module.load.mod or not (copy.home / "vendor" / "modules.txt").is_file():
        return module.load.mod
    return "vendor"


def _refuse(errors: Sequence[Gomod2bazelError]) -> None:
    """Raise errors of modules: without them, `go test` would not run either."""
    fatal = [error for error in errors if isinstance(error, (MissingModuleError, TrustError))]
    if fatal:
        raise fatal[0] if len(fatal) == 1 else combined_error(fatal)


def _broken(unit: UnitFacts, copy: ModuleCopy, path: str) -> frozenset[str]:
    """Return the import paths of the packages that do not load, or whose tests do not."""
    folders = [folder for folder in unit.failed if folder.is_relative_to(copy.module)]
    failed = {"/".join([path, *folder.relative_to(copy.module).parts]) for folder in folders}
    return frozenset({*failed, *unit.untested, *unit.unfit, *unit.unfit_tests})


def _folders(unit: UnitFacts, copy: ModuleCopy) -> Iterable[tuple[str, str]]:
    """Yield the repository of each other module, and where its files are."""
    for module in unit.lock.modules:
        yield repository_name(module.path, module.version), os.path.realpath(_folder(module, unit, copy))


def _folder(module: LockedModule, unit: UnitFacts, copy: ModuleCopy) -> Path:
    if module.vendored:
        return copy.home / "vendor" / module.path
    if module.source.startswith(("/", "./", "../")):
        return copy.module / module.source
    source, _, version = module.source.partition("@")
    return Path(unit.cache or "", f"{escape(source)}@{escape(version)}")
