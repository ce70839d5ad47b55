"""How Bazel runs, and where results of builds are kept and come from: folders, and servers with their credentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gomod2bazel.options.groups.group import Group

__all__ = ["BazelOptions", "CacheOptions", "RemoteOptions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheOptions(Group):
    """Where results are kept that other builds use, too.

    Attributes:
        disk_cache: the folder of Bazel's disk cache, or empty for the default.
        export_folder: the folder of -export, or empty.
        import_folders: each folder of -import.
        older_than, larger_than: seconds and bytes, what clean leaves; None where not given.
    """

    disk_cache: str = ""
    export_folder: str = ""
    import_folders: tuple[str, ...] = ()
    older_than: int | None = None
    larger_than: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteOptions(Group):
    """Servers that builds use, and the credentials for them. What has passwords is not in the value's repr.

    Attributes:
        remote_cache, remote_executor: URLs, or empty.
        remote_headers: header to value: what each request has.
        remote_read_only: nothing is stored in the cache.
        credential_helpers: each value of -credential-helper.
        tls_certificate, tls_client_certificate, tls_client_key: files, or empty.
    """

    remote_cache: str = field(default="", repr=False)
    remote_executor: str = field(default="", repr=False)
    remote_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    remote_read_only: bool = False
    credential_helpers: tuple[str, ...] = ()
    tls_certificate: str = ""
    tls_client_certificate: str = ""
    tls_client_key: str = ""

    @property
    def named(self) -> bool:
        """Whether there is a server."""
        return bool(self.remote_cache or self.remote_executor)

    @property
    def tls_files(self) -> dict[str, str]:
        """The files for TLS that are given, by the names of their fields."""
        names = ("tls_certificate", "tls_client_certificate", "tls_client_key")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class BazelOptions(Group):
    """How Bazel runs, and what is shown of it.

    Attributes:
        jobs: -p, or 0 for Bazel's default.
        verbose: -v. rebuild: -a. commands: -x. dry: -n. work: -work.
        toolexec: -toolexec, unsplit.
        visible: each folder of -visible.
        debug_actiongraph, debug_trace: files to write.
        cache: where results are kept.
        remote: servers that have results or compile.
    """

    jobs: int = 0
    verbose: bool = False
    rebuild: bool = False
    commands: bool = False
    dry: bool = False
    work: bool = False
    toolexec: str = ""
    visible: tuple[str, ...] = ()
    debug_actiongraph: str = ""
    debug_trace: str = ""
    cache: CacheOptions = field(default_factory=CacheOptions)
    remote: RemoteOptions = field(default_factory=RemoteOptions)

    @property
    def watched(self) -> bool:
        """Whether a flag asks for more than binaries: to see the build, or to do all of it again."""
        named = self.toolexec or self.debug_actiongraph or self.debug_trace
        return self.verbose or self.commands or self.dry or self.work or self.rebuild or bool(named)

    @property
    def always_runs(self) -> bool:
        """Whether even a run that changes nothing has something to do or to show."""
        return self.watched and not (self.verbose and not replace(self, verbose=False).watched)
