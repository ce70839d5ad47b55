"""What a run made: the values that the installer returns and result files hold."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Input", "Record", "Result", "Run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A module that went into a binary.

    Attributes:
        module: module path.
        version: module version; empty for an unpacked tree.
        sum: ``h1:`` hash of its zip as in go.sum; empty for an unpacked tree.
        verified: whether a go.sum, a lock file or a checksum database verified ``sum``.
    """

    module: str
    version: str = ""
    sum: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An installed file; each field is that of message Binary in protos/result.proto.

    Attributes:
        path: where it is, without the prefix.
        import_path: import path of its main package.
        kind: executable, c-archive, c-shared, plugin, archive or header; of a packed module info, mod, zip or list.
        set: target, test-helper, integration, example or maintenance.
        module: path of the module its main package is in.
        version: version of that module; empty for an unpacked tree.
        goos: operating system it runs on.
        goarch: architecture it runs on.
        mode: permission bits, 0o755 for example.
        size: length in bytes.
        sha256: hexadecimal digest of its content.
        inputs: the modules whose packages are in it, its own first.
        verified: whether every input is verified that is not an unpacked tree.
        license: the SPDX licence expression of all modules in it; empty where it is not known.
    """

    path: str
    import_path: str = ""
    kind: str = ""
    set: str = ""
    module: str = ""
    version: str = ""
    goos: str = ""
    goarch: str = ""
    mode: int = 0
    size: int = 0
    sha256: str = ""
    inputs: tuple[Input, ...] = ()
    verified: bool = False
    license: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is the same for all files of a run.

    Attributes:
        tool_version: version of gomod2bazel.
        go_version: version of the Go toolchain, ``go1.26.0`` for example.
        input: the INPUT arguments as the user wrote them, separated by blanks.
    """

    tool_version: str = ""
    go_version: str = ""
    input: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a result file says; `lines` and `rpm` hold paths alone, so there everything else is empty."""

    run: Run
    binaries: tuple[Record, ...]
