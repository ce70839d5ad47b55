"""The lock command: one lock of a module, for every platform and variant that was asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gomod2bazel.base.errors import MissingModuleError, UsageError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.baseline.load_input import load_all, missing_of
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.golang.command.gccgo import check_compiler
from gomod2bazel.golang.proxy.module_cache import zip_sums
from gomod2bazel.golang.proxy.sources import Sources
from gomod2bazel.install import result
from gomod2bazel.load.archives.find import outside_archives
from gomod2bazel.load.load import Loaded
from gomod2bazel.lock.for_variants import for_variants
from gomod2bazel.lock.lock import Lock
from gomod2bazel.lock.makelock import make_lock
from gomod2bazel.lock.portable_files import with_named_files
from gomod2bazel.lock.sdks import SdkLocker
from gomod2bazel.lock.variants import merge_locks
from gomod2bazel.options.options import ChooseOptions, ModuleOptions, Options
from gomod2bazel.provision.go import go_for

__all__ = ["load_variants", "lock"]


def lock(session: Session, options: Options) -> None:
    """Print the lock of ``options.input``, or write it to the result file.

    Raises:
        UsageError: what was asked for fits no lock, or a variant no platform.
        Gomod2bazelError: the module cannot be loaded; nothing is written.
    """
    check_compiler(session, options.module.load.compile)
    go = go_for(session, fetch=not options.module.sources.offline)
    session = replace(session, say=session.once())
    target = session.cwd / options.install.result_file if options.install.result_file else session.cwd / "lock"
    if options.install.result_file:
        result.check_place(target)
    locks: list[Lock] = []
    for _, loaded in load_variants(session, options.module, options.choose.from_every_set(), go):
        made = _lock(loaded, options.choose, Path(os.path.normpath(target)).parent)
        if made.configuration not in (configured.configuration for configured in locks):
            locks.append(made)
    merged = merge_locks(locks)
    locker = SdkLocker(session=session, sources=options.module.sources, go=go)
    merged = locker.with_sdks(merged, options.module.sdks)
    cache = session.caches.modules / Sources.parse(loaded.sources).key
    text = merged.with_zips(zip_sums(cache, [module.source for module in merged.modules])).to_json()
    if options.install.result_file:
        result.write_bytes(target, text.encode("utf-8", "surrogateescape"))
    else:
        session.out(text)


def _lock(loaded: Loaded, choose: ChooseOptions, folder: Path) -> Lock:
    if outside_archives(loaded.packages):
        hint = "put the archives into their modules; only build takes -pkgdir"
        raise UsageError("a lock file cannot refer to archives in -pkgdir", hint=hint)
    made = make_lock(loaded, choose)
    error = missing_of(loaded, made, choose)
    if isinstance(error, MissingModuleError) and error.modules and not choose.keep_going:
        # A lock without what could not be fetched here would look whole.
        raise error
    profile = loaded.options.compile.profile
    return with_named_files(
        made,
        folder,
        module=loaded.module.path,
        profile=Path(os.path.normpath(profile)) if profile else None,
    )


def load_variants(
    session: Session, options: ModuleOptions, choose: ChooseOptions, go: Tool
) -> Iterator[tuple[ModuleOptions, Loaded]]:
    """Yield the input as loaded for each platform, then for each variant of each platform, with the options of that.

    A variant that changes nothing of a platform, and one that the go command refuses there, is left out with a word.

    Raises:
        UsageError: a variant is refused for all platforms.
        Gomod2bazelError: what `load_all` raises.
    """
    bases = load_all(session, options, choose, go)
    for loaded in bases:
        yield options, loaded

    def load(changed: Session, variant_options: ModuleOptions) -> tuple[Loaded, Configuration]:
        (loaded,) = load_all(changed, variant_options, choose, go)
        return loaded, loaded.configuration

    yield from for_variants(session, options, [loaded.configuration for loaded in bases], load)
