"""Why each source of a list did not give a module: what is reported when INPUT cannot be had."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from gomod2bazel.base.disk.files import entries_of
from gomod2bazel.base.errors import MissingModuleError, NetworkError
from gomod2bazel.base.near_names import near_names, question
from gomod2bazel.base.version import escape, is_exact, is_pseudo, precedence
from gomod2bazel.golang.causes.failed_sources import Cause, cause_of, hint_of
from gomod2bazel.golang.proxy.hierarchy import FILES, near_modules, versions_folder, whole_versions
from gomod2bazel.golang.proxy.sources import Sources, redacted

__all__ = ["ModuleRequest", "explained"]

# How many versions a message names.
_NAMED = 8
_NOT_ASKED = "not asked: after a comma, only 404 and 410 lead to the next source"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleRequest:
    """What sources were asked for, and how to ask again.

    Attributes:
        path: The module path.
        query: The version or version query.
        sources: The sources that were asked.
        again: Asks one source alone, as GOPROXY names it, and returns its error; nothing where it has the module.
        versions: Returns the versions that network sources list for the module path.
    """

    path: str
    query: str
    sources: Sources
    again: Callable[[str], str]
    versions: Callable[[], Sequence[str]]

    def __str__(self) -> str:
        return f"{self.path}@{self.query}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    """Why a source did not give a module: a line for the user, and the cause where it gave no answer."""

    source: str
    line: str
    cause: Cause | None = None


def explained(error: MissingModuleError, request: ModuleRequest) -> MissingModuleError:
    """Return the error for a module that no source gave, with the reason of each source.

    Args:
        error: What the go command reported.
        request: What was asked for.

    Returns:
        A `NetworkError` unless each source answered that it has no such module or version.
    """
    reasons = list(_reasons(error.what, request))
    failed = next((reason for reason in reasons if reason.cause), None)
    modules = error.modules or {str(request): error.what.splitlines()[0]}
    lines = [f"\t{reason.line}" for reason in reasons]
    if failed and failed.cause:
        what = f"{request}: cannot be fetched"
        hint = hint_of(failed.cause, failed.line, redacted(failed.source))
        return NetworkError("\n".join([what, *lines]), hint=hint).of_modules(modules)
    if isinstance(error, NetworkError):
        # In words that name no source.
        return NetworkError(f"{error.what}\nsources asked: {request.sources.shown}", hint=error.hint).of_modules(
            modules
        )
    known = _known_versions(request)
    what = f"{request}: no source has this {'version' if known else 'module'}"
    if known:
        lines.append(f"\tavailable versions: {_some(known)}")
    return MissingModuleError("\n".join([what, *lines]), hint=_hint(error, request, known)).of_modules(modules)


def _some(versions: Sequence[str]) -> str:
    """Return the newest versions, oldest of them first."""
    more = f"{len(versions) - _NAMED} older, " if len(versions) > _NAMED else ""
    return more + ", ".join(versions[-_NAMED:])


def _versions_in(sources: Sources, path: str) -> set[str]:
    """Return the versions that folder sources have of a module."""
    places = [folder / versions_folder(path) for folder in sources.folders()]
    return {
        version
        for place in places
        if place.is_dir()
        for version in whole_versions([file.name for file in entries_of(place)])[0]
    }


def _ordered(versions: Iterable[str]) -> list[str]:
    """Return versions, oldest first, without those of commits where others are there."""
    known = set(versions)
    plain = {version for version in known if not is_pseudo(version)} or known
    return sorted(plain, key=lambda version: (precedence(version), version))


def _instead(query: str, known: Sequence[str]) -> str:
    """Return the version to take in place of one that is not there: the newest of the nearest line of releases."""
    numbers = query.removeprefix("v").split(".")
    for length in (2, 1):
        prefix = f"v{'.'.join(numbers[:length])}."
        same = [version for version in known if version.startswith(prefix)]
        if same:
            return same[-1]
    return known[-1]


def _hint(error: MissingModuleError, request: ModuleRequest, known: Sequence[str]) -> str:
    major = re.match(r"v([2-9]|[1-9]\d+)(?:\.|$)", request.query)
    elsewhere = ""
    if major and not re.search(r"[/.]v\d+$", request.path):
        elsewhere = f"major version {major[1]} has it in the module path: {request.path}/v{major[1]}@{request.query}"
    if known:
        return "; ".join(filter(None, [f"write {request.path}@{_instead(request.query, known)}", elsewhere]))
    if "should be v0 or v1" in error.what:
        return elsewhere
    folders = request.sources.folders()
    near = near_names(request.path, (path for folder in folders for path in near_modules(folder)))
    if near:
        return question([_at_version(path, request) for path in near])
    plain = re.sub(r"\.git(?=/|$)", "", request.path)
    if plain != request.path:
        return question([f"{plain}@{request.query}"])
    lacking = [str(folder) for folder in folders if not folder.is_dir()]
    if lacking:
        return f"correct -goproxy, which names folders that do not exist: {', '.join(lacking)}"
    if request.sources.names_direct:
        return "add a source that has it to -goproxy; 'direct' was left out, as version control is never asked"
    return "add a source that has it to -goproxy; gomod2bazel never uses 'direct'"


def _at_version(path: str, request: ModuleRequest) -> str:
    """Return a module of a folder source, at the version that was asked for where it has that."""
    known = _ordered(_versions_in(request.sources, path))
    if request.query == "latest":
        return path
    is_other = known and is_exact(request.query) and request.query not in known
    return f"{path}@{_instead(request.query, known) if is_other else request.query}"


def _known_versions(request: ModuleRequest) -> list[str]:
    """Return the versions that sources have of the module, oldest first."""
    return _ordered(
        {*_versions_in(request.sources, request.path), *(request.versions() if request.sources.remote else ())}
    )


def _reasons(message: str, request: ModuleRequest) -> Iterator[_Reason]:
    failed, is_over = False, False
    for separator, entry in request.sources.named:
        is_over = is_over or (failed and separator != "|")
        if is_over:
            yield _Reason(source=entry, line=f"{redacted(entry)}: {_NOT_ASKED}")
            continue
        if entry == "off":
            yield _Reason(source=entry, line="off: ends the list of sources")
            return
        if entry.startswith("file:"):
            yield _Reason(source=entry, line=f"{entry}: {_of_folder(entry, request)}")
            failed = False
            continue
        reason = _of_server(entry, message) or _of_server(entry, request.again(entry))
        yield reason or _Reason(source=entry, line=f"{redacted(entry)}: not there")
        failed = bool(reason and reason.cause)
    if request.sources.names_direct:
        yield _Reason(source="direct", line="direct: left out: gomod2bazel never asks version control")


def _of_folder(entry: str, request: ModuleRequest) -> str:
    """Return why a folder did not give a module: it is read again."""
    folder = Path(unquote(urlsplit(entry).path))
    if not folder.is_dir():
        return "no such folder"
    place = folder / versions_folder(request.path)
    if not place.is_dir():
        return "no such module"
    stem = escape(request.query)
    lacking = [suffix for suffix in FILES if not (place / f"{stem}{suffix}").is_file()]
    if not lacking:
        return "it is there"
    if len(lacking) < len(FILES):
        return f"{request} is incomplete: no {' and no '.join(lacking)}"
    if not is_exact(request.query) and not (place / "list").is_file():
        return f"no list of versions; gomod2bazel index -destination {folder} writes it"
    return "no such version"


def _of_server(entry: str, message: str) -> _Reason | None:
    """Return why a server did not give a module, read in a message of the go command that names its URL."""
    root = re.escape(redacted(entry).rstrip("/"))
    status = re.search(rf"reading ({root}/[^\s\"]*): ([^\n]*)(?:\n\tserver response:\s*([^\n]*))?", message)
    if status:
        response = f": {status[3]}" if status[3] else ""
        return _Reason(source=entry, line=f"{status[1]}: {status[2]}{response}", cause=cause_of(status[0]))
    failed = re.search(rf'\w+ "({root}/[^"]*)": ([^\n]*)', message)
    if failed is None:
        return None
    return _Reason(source=entry, line=f"{failed[1]}: {failed[2]}", cause=cause_of(failed[0]) or Cause.UNREACHABLE)
