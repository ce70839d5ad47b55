"""Which licences the modules of a release may have, and which modules break that."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gomod2bazel.base.counts import count
from gomod2bazel.base.documentation import page
from gomod2bazel.base.errors import TrustError
from gomod2bazel.release.contents import License, Release, ReleasedBinary, ReleasedModule, module_key
from gomod2bazel.release.licenses.texts.expression import identifiers, satisfies

__all__ = ["Answer", "LicensePolicy", "check_licenses", "with_answers"]


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


def with_answers(release: Release, policy: LicensePolicy) -> Release:
    """Return a release in which modules have the licences that the policy tells by hand."""
    modules = {key: _answered(module, policy) for key, module in release.modules.items()}
    return replace(release, modules=modules, standard=_answered(release.standard, policy))


def _answered(module: ReleasedModule, policy: LicensePolicy) -> ReleasedModule:
    answer = _answer(module, policy)
    return replace(module, license=replace(module.license, expression=answer.expression)) if answer else module


def _answer(module: ReleasedModule, policy: LicensePolicy) -> Answer | None:
    return next((answer for answer in reversed(policy.answers) if answer.is_about(module)), None)


def check_licenses(release: Release, policy: LicensePolicy) -> None:
    """Refuse a release with modules whose licences a policy does not allow.

    Args:
        release: a release with the licences of its modules; see `with_answers`.
        policy: the policy.

    Raises:
        TrustError: all such modules, each with its licence, its files, and the binaries that it is in.
    """
    lines = list(_refused(release, policy))
    if lines:
        heading = f"{policy.shown} refuses the licences of {count(len(lines), 'module')}:"
        raise TrustError(
            "\n".join([heading, *lines]),
            hint=f"edit {policy.shown}: allow the licence, or write a [[module]] table with what the module has; "
            f"see {page('how-to/licenses.md')}",
        )


def _refused(release: Release, policy: LicensePolicy) -> Iterator[str]:
    for key, module in sorted(release.modules.items()):
        binaries = [binary for binary in release.binaries if key in map(module_key, binary.binary.inputs)]
        yield from _refused_module(key, module, binaries, policy)
    yield from _refused_module(module_key(release.standard.input), release.standard, release.binaries, policy)


def _refused_module(
    key: str, module: ReleasedModule, binaries: Sequence[ReleasedBinary], policy: LicensePolicy
) -> Iterator[str]:
    is_answered = _answer(module, policy) is not None
    problem = _problem(module.license, policy, is_answered=is_answered)
    if problem:
        names = sorted({f"{b.binary.folder}/{b.binary.name}".lstrip("/") for b in binaries})
        yield f"  {key}: {problem}, in {', '.join(names) or 'no binary'}"


def _problem(license: License, policy: LicensePolicy, *, is_answered: bool) -> str:  # noqa: A002 - see LicensePolicy
    """Return why a licence is refused, with the files that it is from, or nothing."""
    expression = license.expression
    if not expression:
        files = [file.path for file in license.files if not file.expression] or ["no licence file"]
        return f"licence not known ({', '.join(files)})" if policy.allow is not None else ""
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
