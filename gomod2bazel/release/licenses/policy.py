"""Which licences the modules in binaries may have, and which modules break that."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gomod2bazel.base.counts import count
from gomod2bazel.base.documentation import page
from gomod2bazel.base.errors import TrustError
from gomod2bazel.install.install import Binary
from gomod2bazel.release.contents import License, ReleasedModule, module_key
from gomod2bazel.release.licenses.texts.expression import identifiers, satisfies

__all__ = ["STANDARD", "Answer", "LicensePolicy", "check_licenses", "with_answer"]

STANDARD = "std"
"""The key of the standard library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The licence of a module as somebody who read its files knows it.

    Attributes:
        path: module path; ``*`` is any text.
        version: the version that was read; empty for all.
        expression: a canonical SPDX licence expression.
        reason: why, for readers.
    """

    path: str
    version: str = ""
    expression: str
    reason: str = ""

    def is_about(self, module: ReleasedModule) -> bool:
        """Return whether the answer is for a module."""
        entry = module.input
        return fnmatch.fnmatchcase(entry.module, self.path) and self.version in ("", entry.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class LicensePolicy:
    """What a file for -license-policy asks for.

    Attributes:
        shown: the file as the user named it.
        allow: patterns of SPDX identifiers, ``BSD-*`` for example; None where all are allowed that are not denied.
        deny: patterns of SPDX identifiers.
        answers: licences by hand; the last that is about a module counts.
    """

    shown: str
    allow: tuple[str, ...] | None = None
    deny: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()

    def allows(self, license: str) -> bool:  # noqa: A002 - what the SPDX specification calls it
        """Return whether a licence is allowed, by its identifier with its exception.

        An exception permits more: ``allow = ["GPL-2.0-only"]`` allows ``GPL-2.0-only WITH Classpath-exception-2.0``.
        """
        return not self.denies(license) and (self.allow is None or _matches(license, self.allow))

    def denies(self, license: str) -> bool:  # noqa: A002 - what the SPDX specification calls it
        """Return whether a licence is denied, by its identifier with its exception.

        ``allow`` with the identifier and the exception wins over ``deny`` with the identifier alone.
        """
        is_allowed = " WITH " in license and license.lower() in {pattern.lower() for pattern in self.allow or ()}
        return _matches(license, self.deny) and not is_allowed


def _matches(license: str, patterns: Sequence[str]) -> bool:  # noqa: A002 - what the SPDX specification calls it
    names = {license.lower(), license.lower().partition(" with ")[0]}
    return any(fnmatch.fnmatchcase(name, pattern.lower()) for name in names for pattern in patterns)


def with_answer(module: ReleasedModule, policy: LicensePolicy) -> ReleasedModule:
    """Return a module with the licence that the policy tells by hand, if it tells one."""
    answer = _answer(module, policy)
    return replace(module, license=replace(module.license, expression=answer.expression)) if answer else module


def _answer(module: ReleasedModule, policy: LicensePolicy) -> Answer | None:
    return next((answer for answer in reversed(policy.answers) if answer.is_about(module)), None)


def check_licenses(modules: Mapping[str, ReleasedModule], binaries: Sequence[Binary], policy: LicensePolicy) -> None:
    """Refuse modules whose licences a policy does not allow.

    Args:
        modules: each module that is in a binary, by key; the standard library, which is in all of them, is ``std``.
        binaries: the binaries.
        policy: the policy.

    Raises:
        TrustError: all such modules, each with its licence, its files, and the binaries that it is in.
    """
    lines = list(_refused(modules, binaries, policy))
    if lines:
        heading = f"{policy.shown} refuses the licences of {count(len(lines), 'module')}:"
        raise TrustError(
            "\n".join([heading, *lines]),
            hint=f"edit {policy.shown}: allow the licence, or write a [[module]] table with what the module has; "
            f"see {page('how-to/licenses.md')}",
        )


def _refused(modules: Mapping[str, ReleasedModule], binaries: Sequence[Binary], policy: LicensePolicy) -> Iterator[str]:
    holders: dict[str, set[str]] = {}
    for binary in binaries:
        for key in (STANDARD, *map(module_key, binary.inputs)):
            holders.setdefault(key, set()).add(f"{binary.folder}/{binary.name}".lstrip("/"))
    for key, module in sorted(modules.items()):
        license_ = with_answer(module, policy).license
        problem = _problem(license_, policy, is_answered=_answer(module, policy) is not None)
        if problem:
            names = sorted(holders.get(key, ()))
            yield f"  {module_key(module.input)}: {problem}, in {', '.join(names)}"


def _problem(license: License, policy: LicensePolicy, *, is_answered: bool) -> str:  # noqa: A002 - see LicensePolicy
    """Return why a licence is refused, with the files that it is from, or nothing."""
    expression = license.expression
    if not expression:
        files = [file.path for file in license.files if not file.expression] or ["no licence file"]
        return f"licence not recognised ({', '.join(files)})" if policy.allow is not None else ""
    if not satisfies(expression, policy.allows):
        refused = {name for name in identifiers(expression) if not policy.allows(name)}
        files = [file.path for file in license.files if not refused.isdisjoint(identifiers(file.expression))]
        return f"{expression} ({', '.join(files)})" if files else expression
    if is_answered:
        return ""
    # Of the files in other folders, which may be about what is not in the binary, only those count that are denied.
    known = (file for file in license.files if file.expression)
    denied = [file for file in known if not satisfies(file.expression, lambda name: not policy.denies(name))]
    return ", ".join(f"{file.expression} ({file.path})" for file in denied)
