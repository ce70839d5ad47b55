"""Where modules come from: a GOPROXY list, and the user's module cache."""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.proxy.upstream import is_loopback

__all__ = ["Sources", "database_name", "redacted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """An ordered list of sources.

    Attributes:
        entries: each source with the separator before it (``,`` or ``|``; empty for the first), as GOPROXY has them.
        module_cache: that of ``entries`` which is the user's module cache and was not named; or empty.
        names_direct: whether the list had ``direct``, which is left out.
    """

    entries: tuple[tuple[str, str], ...]
    module_cache: str = ""
    names_direct: bool = False

    @classmethod
    def parse(cls, text: str) -> Sources:
        """Read a GOPROXY list (Go Modules Reference, "GOPROXY"); ``direct`` is left out: no VCS is ever asked.

        The whole path of a folder stands for its file URL, which the go command does not know.

        Raises:
            UsageError: an entry is neither ``off`` nor a folder's whole path nor a file, http or https URL.
        """
        words = re.split(r"([,|])", text)
        separators = ["", *words[1::2]]
        entries: list[tuple[str, str]] = []
        for separator, word in zip(separators, words[::2], strict=True):
            source = word.strip()
            if source in ("", "direct"):
                continue
            source = Path(source).as_uri() if source.startswith("/") else source
            _check(source)
            entries.append((separator if entries else "", source))
        return cls(entries=tuple(entries), names_direct="direct" in (word.strip() for word in words))

    def with_first(self, source: str) -> Sources:
        """Return the list with ``source`` before all others."""
        rest = tuple((separator or ",", entry) for separator, entry in self.entries)
        return replace(self, entries=(("", source), *rest))

    def with_module_cache(self, folder: Path) -> Sources:
        """Return the list with a module cache before the first source that is not a folder, where requests are free."""
        cache = (folder / "cache" / "download").as_uri()
        at = next((i for i, (_, entry) in enumerate(self.entries) if not entry.startswith("file:")), len(self.entries))
        before, after = list(self.entries[:at]), list(self.entries[at:])
        after = [(separator or ",", entry) for separator, entry in after]
        named = any(entry == cache for _, entry in self.entries)
        entries = (*before, ("," if before else "", cache), *after)
        return replace(self, entries=entries, module_cache="" if named else cache)

    @property
    def goproxy(self) -> str:
        """The value for GOPROXY."""
        return "".join(separator + entry for separator, entry in self.entries) or "off"

    @property
    def shown(self) -> str:
        """The list that the user gave, for messages: no passwords."""
        return ", ".join(dict.fromkeys(redacted(entry) for _, entry in self.named)) or "off"

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """The entries that the user gave."""
        return tuple(item for item in self.entries if item[1] != self.module_cache)

    @property
    def key(self) -> str:
        """A folder name of its own for what these sources gave."""
        return hashlib.sha256(self.goproxy.encode(errors="surrogateescape")).hexdigest()[:16]

    @property
    def remote(self) -> tuple[str, ...]:
        """The sources that are reached over sockets."""
        return tuple(entry for _, entry in self.entries if urlsplit(entry).scheme in ("http", "https"))

    def may_hold_database(self, database: str) -> bool:
        """Return whether a source serves the checksum database that GOSUMDB names, or may, as one on loopback.

        (Go Modules Reference, "Checksum database": a goproxy that does answers PROXY/sumdb/NAME/supported.)
        """
        name = database_name(database)
        held = any((folder / "sumdb" / name / "supported").is_file() for folder in self.folders())
        return held or any(is_loopback(urlsplit(entry).hostname or "") for entry in self.remote)

    @property
    def far(self) -> tuple[str, ...]:
        """The sources that are reached over a network."""
        return tuple(entry for entry in self.remote if not is_loopback(urlsplit(entry).hostname or ""))

    def folders(self) -> tuple[Path, ...]:
        """Return the sources that are folders on this machine."""
        return tuple(path for _, path in self.places() if path)

    def places(self) -> tuple[tuple[str, Path | None], ...]:
        """Return the sources up to `off`, each with its folder where it is one of this machine."""
        entries = list(itertools.takewhile(lambda entry: entry != "off", (entry for _, entry in self.entries)))
        return tuple((e, Path(unquote(urlsplit(e).path)) if e.startswith("file:") else None) for e in entries)


def database_name(database: str) -> str:
    """Return the name of a checksum database: the first part of what GOSUMDB holds."""
    return (database.split() or [""])[0].split("+")[0]


def redacted(source: str) -> str:
    """Return a source without its password, as the go command shows it (net/url, Redacted); it need not be a URL."""
    return re.sub(r"(?<=://)([^/?#@:]*):[^/?#]*(?=@)", r"\1:xxxxx", source)


def _check(source: str) -> None:
    """Refuse what is neither ``off`` nor a URL that the go command takes.

    Raises:
        UsageError: it is not.
    """
    try:
        url = urlsplit(source)
        # An invalid port raises when it is read.
        has_place = url.scheme == "file" or bool(url.hostname and url.port != 0)
        # net/url, validUserinfo; anything else may be taken for a host.
        user = url.netloc.rpartition("@")[0]
        has_place = has_place and not re.search(r"[^A-Za-z0-9._:~!$&'()*+,;=%@-]", user)
    except ValueError:
        url, has_place = urlsplit(""), False
    if source == "off" or (url.scheme in ("file", "http", "https") and has_place):
        return
    # What is not a URL may hold its password elsewhere.
    shown = re.sub(r"(?<=://)([^@:]*):[^@]*(?=@)", r"\1:xxxxx", source)
    raise UsageError(
        f"-goproxy: {shown!r} is not a source",
        hint="use file://DIR, the whole path of a folder, https://HOST/PATH or off",
    )
