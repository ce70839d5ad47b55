"""Call the go command: the one place that composes its environment and reads its JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.shortages import shortage_in
from gomod2bazel.base.errors import (
    BuildError,
    FileError,
    Gomod2bazelError,
    MissingModuleError,
    NetworkError,
    ToolError,
    TrustError,
    UsageError,
)
from gomod2bazel.base.json_input import read_object, read_objects
from gomod2bazel.base.process.events import BYTES, Event, Stage
from gomod2bazel.base.process.runner import Completed, Runner
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.version import Version
from gomod2bazel.golang.causes.failed_sources import WEB_PAGE, Cause, cause_of, hint_of, is_web_page
from gomod2bazel.golang.proxy.relay import Relay
from gomod2bazel.options.flag_values import platform_hint

__all__ = [
    "REFUSED_C_FLAG",
    "GoCommand",
    "answers_of",
    "error_of",
    "missing_among",
    "reported_missing",
    "with_advice",
]

REFUSED_C_FLAG = ("invalid flag in ", "invalid pkg-config ")
"""Phrases of messages on #cgo flags that the go command does not allow."""

# Phrases of the go command's messages, by what they mean for a user.
_TRUST = (
    "checksum mismatch",
    "missing go.sum entry",
    "SECURITY ERROR",
    "verifying ",
    "not a valid zip file",
    "zip: unsupported",
)
_TRUST_TOO = ("unzip ", "malformed go.sum", "checksum error", "wrong hash", "invalid checksum")
# Responses of a source that is broken.
_LIES = re.compile(
    r"invalid response from proxy |proxy returned info for version |has unexpected file |downloaded zip file too large|"
    r"zip: (checksum error|unsupported|not a valid)|go\.mod file too large|@v\S+: parsing go\.mod:|"
    # Of a zip: what a connection left unread has a URL before it.
    r"dirhash: |readat \S+: negative offset|(?:^|[^\"]: )unexpected EOF",
    re.MULTILINE,
)
# A checksum database that does not answer, or does not know a module; a mismatch is another matter.
_DATABASE = re.compile(r"verifying (module|go\.mod): [^\n]*/(lookup|tile|latest)\b(?!(?s:.*checksum mismatch))")
_DATABASE_HINT = (
    "list private modules in GONOSUMDB or GOPRIVATE, name a go.sum that has the module with -sumfile, "
    "or do without a checksum database: GOSUMDB=off"
)
# What the relay says (relay.py, relay_handler.py).
_REFUSED = re.compile(r"is not a configured source|which is not a source|-offline forbids requests to ")
# A module that is missing, and what is reported of it.
_MISSING_MODULE = re.compile(
    r"(?<![^\s(])([^\s@()]+)@(v[^\s:]+): ((?:reading |Get |read |no answer |cannot )[^\n]*(?:\n\t[^\n]*)?)"
)
_LACKS_SUM = "missing go.sum entry"
_MISMATCH = ("checksum mismatch", "SECURITY ERROR", _LACKS_SUM)
# What the go command suggests, after which a hint of ours would come: "go get PACKAGE" changes go.mod, too.
_SUGGESTION = re.compile(r"; to add(?: it)?:\n\t[^\n]*(?:\n\t[^\n]*)*")
_NEEDS_GO = re.compile(r"requires go >= (1\.\d+(?:\.\d+)?(?:rc\d+|beta\d+)?)\b")
_TOOLCHAIN = ("requires go >= ", "GOTOOLCHAIN=local", "toolchain not available")
_MISSING = (
    # If it were about credentials, `cause_of` would know.
    "403 Forbidden",
    "404 Not Found",
    "410 Gone",
    "no such file or directory",
    "module lookup disabled",
    "unknown revision",
    "invalid version",
    "no matching versions",
    "not found: module",
    "unrecognized import path",
    "cannot find module providing package",
)
# Its messages about conflicting flags (cmd/go/internal/work: instrumentInit, buildModeInit, BuildInit).
_USAGE = re.compile(
    r"may not use -\S+ and -|-(race|msan|asan)( is not supported | requires cgo|: )|-covermode must be |"
    r"-(buildmode=\S+|linkshared) not supported |.+ requires external \(cgo\) linking, but cgo is not enabled|"
    r"unsupported GOOS/GOARCH pair |unknown GOEXPERIMENT |invalid GO[A-Z0-9]+[: ]|"
    r"(malformed|unknown|cannot use) GOFIPS140 |"
    r"parsing \$GOFLAGS: |unknown environment setting GO|-modfile=\S+ file does not have .mod extension|"
    r"reading go\.work: open |(CC|CXX|FC) environment variable |-mod may only be set |-modfile cannot be used |"
    r"overlay contains |reading overlay: |parsing overlay JSON: "
)
_PAIR = re.compile(r"unsupported GOOS/GOARCH pair (\w*/\w*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoCommand:
    """The go command with the environment of one build.

    Attributes:
        path: the ``go`` program.
        environment: its whole environment.
        runner: runs it.
        relay: what it goes through to sources of the network; None where it has none.
        show: takes what it is doing, and how much it has fetched.
    """

    path: Path
    environment: Mapping[str, str]
    runner: Runner
    relay: Relay | None = None
    show: Callable[[Event], None] = lambda _event: None

    @classmethod
    def of(cls, session: Session, path: Path) -> GoCommand:
        """Return the go command at ``path`` with the user's whole environment."""
        return cls(path=path, environment=session.environment, runner=session.runner, show=session.begin)

    def run(self, *arguments: str, cwd: Path | None = None, timeout: float = 900.0) -> Completed:
        """Run ``go ARGUMENTS`` and return what it left, whatever its exit status."""
        command: list[str | Path] = [self.path, *arguments]
        self.show(self._event(arguments[0]))
        if self.relay is None:
            return self.runner.run(command, env=self.environment, cwd=cwd, timeout=timeout)
        with self.relay.serving(self.environment) as environment:
            done = self.runner.run(command, env=environment, cwd=cwd, timeout=timeout)
        return replace(done, out=self.relay.plain(done.out), err=self.relay.plain(done.err))

    def _event(self, verb: str) -> Event:
        """Return what is shown while the command runs: what it does, and what it fetched so far."""
        relay, text = self.relay, f"go {verb}"
        before = relay.traffic.received if relay else 0

        def newer() -> Event:
            fetched = relay.traffic.received - before if relay else 0
            if not fetched:
                return Event(stage=Stage.LOAD, text=text)
            return Event(stage=Stage.FETCH, done=fetched, unit=BYTES, text=text)

        return Event(stage=Stage.LOAD, text=text, newer=newer if relay else None)

    def json(self, *arguments: str, cwd: Path | None = None) -> list[dict[str, Any]]:
        """Run ``go ARGUMENTS`` and return the JSON objects it printed.

        Raises:
            Gomod2bazelError: it printed none; the class tells what kind of failure it was.
        """
        done = self.run(*arguments, cwd=cwd)
        answers = answers_of(done)
        if done.code and not any("Error" in item for item in answers):
            raise error_of(done.err.strip() or done.describe())
        return answers

    def object(self, *arguments: str, cwd: Path | None = None) -> dict[str, Any]:
        """Run ``go ARGUMENTS`` and return the one JSON object it printed, the first where there are several.

        Raises:
            Gomod2bazelError: it printed none; the class tells what kind of failure it was.
        """
        answers = self.json(*arguments, cwd=cwd)
        if not answers:
            raise ToolError(f"go {' '.join(arguments)}: no output", hint="gomod2bazel doctor shows what is wrong here")
        return answers[0]

    def settings(self, names: Sequence[str] = (), cwd: Path | None = None) -> dict[str, str]:
        """Return ``go env -json NAMES``; all settings when no NAME given."""
        done = self.run("env", "-json", *names, cwd=cwd)
        refused = error_of(done.err)
        if done.code and isinstance(refused, UsageError):
            raise refused
        if done.code:
            raise _tool_error(done.describe(), hint="gomod2bazel doctor shows what is wrong with this Go")
        return {str(key): str(value) for key, value in read_object(done.out, "go env -json").items()}

    def with_environment(self, **changes: str) -> GoCommand:
        """Return the same command with some variables changed."""
        return replace(self, environment={**self.environment, **changes})


def answers_of(done: Completed) -> list[dict[str, Any]]:
    """Return the JSON objects that a go command printed.

    Raises:
        Gomod2bazelError: What it printed is something else; where it failed, why.
    """
    try:
        return list(read_objects(done.out, " ".join(("go", *done.argv[1:3]))))
    except ToolError:
        if done.code:
            raise error_of(done.err.strip() or done.describe()) from None
        raise


_ADD_A_SOURCE = "add a source that has it to -goproxy; gomod2bazel never uses 'direct'"
_OVER_HTTP = "refusing to pass credentials to insecure URL"

_NOT_REQUIRED = "no required module provides package "
_NO_LOOKUP = ": import lookup disabled by "
"""In messages about imports that nothing required provides, where no source was asked."""

# What helps against messages on packages that do not build.
_BUILD_HINTS = (
    (_NOT_REQUIRED, "correct the import, or add its module to go.mod: go get PACKAGE"),
    (_NO_LOOKUP, "correct the import, or add its module to go.mod: go get PACKAGE"),
    (
        "function main is undeclared in the main package",
        "add a func main; only -buildmode=plugin links a main package without one",
    ),
    (
        "binary-only package ",
        "ask the authors of the module for a matching archive, or name a folder that has one: -pkgdir DIR",
    ),
)


def error_of(message: str, *, where: str = "") -> Gomod2bazelError:
    """Turn a message of the go command into the error, and so the exit code, that it means."""
    message = _tidy(message)
    shortage = shortage_in(message, denied=True)
    if shortage:
        # A full disk is not an error of the module.
        return FileError(message, where=where, hint=shortage.hint)
    return _meaning(message, where)


def _meaning(message: str, where: str) -> Gomod2bazelError:
    """Return the error for a message that is of the module, its sources or the command line."""
    if _USAGE.match(message):
        pair = _PAIR.match(message)
        return UsageError(message, where=where, hint=platform_hint(pair[1]) if pair else "")
    if _OVER_HTTP in message:
        return UsageError(message, where=where, hint=hint_of(Cause.CREDENTIALS, message))
    if any(phrase in message for phrase in REFUSED_C_FLAG):
        return TrustError(
            message,
            where=where,
            hint="set CGO_CFLAGS_ALLOW or a similar variable to allow the flag: go help environment",
        )
    if any(phrase in message for phrase in _TRUST + _TRUST_TOO):
        return _unverified(message, where)
    if _REFUSED.search(message):
        hint = "allow a redirect with -allow-host HOST; -offline allows only loopback"
        return TrustError(message, where=where, hint=hint)
    if _LIES.search(message):
        hint = "use another source, or look at what this one returns: it is broken or inconsistent"
        return TrustError(message, where=where, hint=WEB_PAGE if is_web_page(message) else hint)
    if any(phrase in message for phrase in _TOOLCHAIN):
        return _tool_error(
            message, where=where, hint="put a newer go on PATH, or build a version that requires an older one"
        )
    hint = next((hint for phrase, hint in _BUILD_HINTS if phrase in message), "")
    return _missing(message, where) or BuildError(message, where=where, hint=hint)


def _unverified(message: str, where: str) -> Gomod2bazelError:
    """Return the error for a message on what is not verified; the checksum database may be what could not be asked."""
    is_refused = _REFUSED.search(message) or any(phrase in message for phrase in _MISMATCH)
    if cause_of(message) and not is_refused:
        return NetworkError(message, where=where, hint=_DATABASE_HINT)
    hint = "run go mod tidy in the module's folder: it adds the missing lines to go.sum"
    if _LACKS_SUM in message:
        message = _SUGGESTION.sub("", message)
    elif _DATABASE.search(message):
        hint = _DATABASE_HINT
    else:
        hint = (
            "compare the module with its origin; go.sum, -sumfile or the checksum database records the right checksum"
        )
    error = TrustError(message, where=where, hint=hint)
    error.lacks_sum = _LACKS_SUM in message
    return error


def _missing(message: str, where: str) -> MissingModuleError | None:
    """Return the error for a message on a module that is not to be had; None for any other message."""
    modules = {str(module): reason for module, reason in reported_missing(message).items()}
    if cause := cause_of(message):
        return NetworkError(message, where=where, hint=hint_of(cause, message)).of_modules(modules)
    if any(phrase in message for phrase in _MISSING) and _NO_LOOKUP not in message:
        return MissingModuleError(message, where=where, hint=_ADD_A_SOURCE).of_modules(modules)
    return None


def with_advice(error: Gomod2bazelError, advice: str) -> Gomod2bazelError:
    """Return the error with advice as its hint, where it is one of the code."""
    if not advice or type(error) is not BuildError:
        return error
    return BuildError(error.what, where=error.where, hint=advice, outputs=error.outputs, not_built=error.not_built)


def _tool_error(message: str, *, where: str = "", hint: str = "") -> ToolError:
    error = ToolError(message, where=where, hint=hint)
    error.needs_go = tuple(_NEEDS_GO.findall(message))
    return error


def missing_among(errors: Iterable[Gomod2bazelError]) -> dict[str, str]:
    """Return the modules that any of some errors calls missing, as `MissingModuleError.modules` has them."""
    missing: dict[str, str] = {}
    for error in errors:
        known = error.modules if isinstance(error, MissingModuleError) else {}
        missing = {**known, **missing}
    return missing


def reported_missing(text: str) -> dict[Version, str]:
    """Return the modules that messages of the go command report as missing, with the reason for each."""
    missing: dict[Version, str] = {}
    for path, version, reason in _MISSING_MODULE.findall(text):
        missing.setdefault(Version(path, version), reason.strip())
    return missing


def _tidy(message: str) -> str:
    """Remove the go command's progress messages, and its name before errors."""
    lines = (line.removeprefix("go: ") for line in message.splitlines() if not line.startswith("go: downloading "))
    return "\n".join(lines).strip()
