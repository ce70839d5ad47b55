"""Aliases of the packages of modules: BUILD files name those, and an answer does too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gomod2bazel.commands.query.output import QueriedTarget

__all__ = ["by_alias"]

# Each library has this alias too.
_DEFAULT = ":go_default_library"


def by_alias(targets: Sequence[QueriedTarget], aliases: Iterable[QueriedTarget]) -> tuple[QueriedTarget, ...]:
    """Return targets under the labels of their aliases, and without these.

    Args:
        targets: an answer.
        aliases: targets, of which those of the kind ``alias`` count.
    """
    actual = {alias.label: alias.deps[0] for alias in aliases if alias.kind == "alias" and len(alias.deps) == 1}
    names: dict[str, str] = {}
    for label in sorted(actual, key=lambda label: (label.endswith(_DEFAULT), label)):
        names.setdefault(actual[label], label)

    def shown(label: str) -> str:
        target = actual.get(label, label)
        return names.get(target, target)

    renamed = {
        (label := shown(target.label)): replace(target, label=label, deps=tuple(sorted(set(map(shown, target.deps)))))
        for target in targets
        if target.label not in actual
    }
    # What the answer has by its alias alone.
    for target in targets:
        if target.label in actual:
            renamed.setdefault(shown(target.label), replace(target, label=shown(target.label)))
    return tuple(sorted(renamed.values(), key=lambda target: target.label))
