"""Load each variant of each platform: what -variant changes, and what becomes of one that changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.options.options import ModuleOptions, with_values
from gomod2bazel.options.variant import Variant

__all__ = ["for_variants", "with_variant"]

_Loaded = TypeVar("_Loaded")


def for_variants(
    session: Session,
    options: ModuleOptions,
    bases: Sequence[Configuration],
    load: Callable[[Session, ModuleOptions], tuple[_Loaded, Configuration]],
) -> Iterator[tuple[ModuleOptions, _Loaded]]:
    """Yield what is loaded for each variant of each platform, with its options; report those that are left out.

    Args:
        session: The user's session.
        options: whose variants are meant.
        bases: the configuration of each platform.
        load: loads one configuration, and returns it too.

    Raises:
        UsageError: a variant is refused for all platforms.
    """
    for variant in options.variants:
        refused: dict[str, UsageError] = {}
        for base in bases:
            platform = (base.goos, base.goarch)
            changed, variant_options = with_variant(session, with_values(options, {"platforms": (platform,)}), variant)
            try:
                loaded, configuration = load(changed, variant_options)
            except UsageError as error:
                refused["/".join(platform)] = error
                continue
            if configuration == base:
                session.warn(f"{'/'.join(platform)}: -variant {variant} has no effect there")
            else:
                yield variant_options, loaded
        if len(refused) == len(bases):
            first = next(iter(refused.values()))
            raise UsageError(f"-variant {variant}: {first.what}", hint=first.hint)
        for name, why in refused.items():
            session.warn(f"{name}: skipping -variant {variant}: {why.what}")


def with_variant(session: Session, options: ModuleOptions, variant: Variant) -> tuple[Session, ModuleOptions]:
    """Return session and options that load a variant of what these load.

    Args:
        session: for the platform itself; its environment may say more of CGO_ENABLED.
        options: for the platform itself.
        variant: what is changed.
    """
    if variant.pure:
        session = replace(session, environment={**session.environment, "CGO_ENABLED": "0"})
    if variant.instrument:
        options = with_values(options, {name: name == variant.instrument for name in ("race", "msan", "asan")})
    return session, with_values(options, {"tags": tuple(dict.fromkeys((*options.load.tags, *variant.tags)))})
