"""A release of a few binaries, as the build command hands it to what makes release files."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from gomod2bazel.install.install import Binary
from gomod2bazel.install.record import Input
from gomod2bazel.release.contents import (
    DEFAULT_TIME,
    License,
    Release,
    ReleasedBinary,
    ReleasedModule,
    module_key,
)

T = TypeVar("T")

__all__ = ["binary_of", "module_of", "permuted", "release_of"]

STANDARD = ReleasedModule(input=Input(module="std", version="v1.26.0"), license=License(expression="BSD-3-Clause"))


def module_of(key: str, *, verified: bool = True, replaced_by: str = "", expression: str = "") -> ReleasedModule:
    """Return a module, ``PATH@VERSION`` or the path of a tree."""
    path, _, version = key.partition("@")
    entry = Input(
        module=path,
        version=version,
        sum=f"h1:{path.encode().hex()[:8]}=" if version else "",
        verified=verified and bool(version),
    )
    return ReleasedModule(input=entry, replaced_by=replaced_by, license=License(expression=expression))


def binary_of(
    import_path: str,
    modules: Iterable[ReleasedModule],
    requires: Mapping[str, tuple[str, ...]] | None = None,
    platform: str = "linux/amd64",
    **fields: str,
) -> ReleasedBinary:
    """Return a binary of the first of ``modules``; ``fields`` are those of `Binary`."""
    inputs = tuple(module.input for module in modules)
    goos, _, goarch = platform.partition("/")
    binary = Binary(
        import_path=import_path,
        name=import_path.rpartition("/")[2],
        module=inputs[0].module if inputs else "",
        version=inputs[0].version if inputs else "",
        goos=goos,
        goarch=goarch,
        set="target",
        inputs=inputs,
    )
    for name, value in fields.items():
        binary = replace(binary, **{name: value})  # type: ignore[arg-type]
    known = {module_key(entry): () for entry in inputs}
    return ReleasedBinary(
        binary=binary, source=Path("/none"), size=4096, sha256="ab" * 32, requires={**known, **(requires or {})}
    )


def release_of(
    binaries: Iterable[ReleasedBinary], modules: Iterable[ReleasedModule], created: int = DEFAULT_TIME
) -> Release:
    """Return a release."""
    return Release(
        tool_version="1.2.3",
        go_version="go1.26.0",
        inputs=("example.com/m@v1.0.0",),
        created=created,
        binaries=tuple(binaries),
        modules={module_key(module.input): module for module in modules},
        standard=STANDARD,
    )


def permuted(release: Release, seed: int) -> Release:
    """Return the release with everything that has no order in another one."""
    shuffled = random.Random(seed)  # noqa: S311 - the same orders each time

    def mapping(values: Mapping[str, T]) -> dict[str, T]:
        items = list(values.items())
        shuffled.shuffle(items)
        return dict(items)

    binaries = [
        replace(
            item,
            binary=replace(item.binary, inputs=tuple(shuffled.sample(item.binary.inputs, len(item.binary.inputs)))),
            requires=mapping(item.requires),
        )
        for item in release.binaries
    ]
    shuffled.shuffle(binaries)
    return replace(release, binaries=tuple(binaries), modules=mapping(release.modules))
