"""The table of flags: the option that each sets, how its value is read, and its help.

`flags.parse` reads command lines with it; help, completion and manual pages are made of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gomod2bazel.options import flag_values as read
from gomod2bazel.options.buildmode import MODES, read_mode
from gomod2bazel.options.groups.release import (
    ARCHIVE_NAME,
    DOCUMENTS,
    SBOM_FORMS,
    read_archive_name,
    read_archives,
    read_documents,
    read_sboms,
)
from gomod2bazel.options.set_names import SETS, parse_sets

__all__ = ["FLAGS", "Flag", "FlagGroup"]


class FlagGroup(StrEnum):
    """The groups of flags, by their headings, in the order of help."""

    COMMAND = "Flags of this command"
    WHAT = "What to build"
    WHERE = "Where it goes"
    RELEASE = "Release files"
    SOURCES = "Sources and trust"
    GO = "Go's flags"
    BAZEL = "Bazel"
    OUTPUT = "Output"


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag.

    Attributes:
        option: The field of a group of options; empty for a flag that changes nothing.
        read: Turns the option's value before and the flag's text into the value after; None for a switch.
        group: The group that help shows it in.
        value: What its value is called; empty for a switch.
        help: One line of help.
        also: Switches that it turns on; a later word for one of these still counts.
        to_go: Whether it decides what ``go build`` writes, too: `verify` hands it on.
        default: The value that it has when it is not given, if there is any to name.
        choices: The values that it can have, or the most common ones.
        rare: Whether pages of commands only name it; `help flags` has its help.
    """

    option: str
    read: Callable[[Any, str], Any] | None
    group: FlagGroup
    value: str
    help: str
    also: tuple[str, ...] = ()
    to_go: bool = False
    default: str = ""
    choices: tuple[str, ...] = ()
    rare: bool = False


def _choice(option: str, group: FlagGroup, value: str, text: str, choices: tuple[str, ...]) -> Flag:
    """Return a flag with few possible values; the first is the default."""
    return Flag(option, read.choice(*choices), group, value, text, default=choices[0], choices=choices)


_COMMAND, _WHAT, _WHERE, _SOURCES = FlagGroup.COMMAND, FlagGroup.WHAT, FlagGroup.WHERE, FlagGroup.SOURCES
_RELEASE, _GO, _BAZEL, _OUTPUT = FlagGroup.RELEASE, FlagGroup.GO, FlagGroup.BAZEL, FlagGroup.OUTPUT

FLAGS: dict[str, Flag] = {
    # What some commands alone take.
    "all": Flag("every", None, _COMMAND, "", "also list fixtures and packages with only test files, never built"),
    "explain": Flag("explain", read.last, _COMMAND, "BINARY", "print all evidence for the set of this binary"),
    "exit-code": Flag("exit_code", None, _COMMAND, "", "exit with 1 if there are changes"),
    "since": Flag("since", read.last, _COMMAND, "GITREF", "compare with the last commit in common with GITREF"),
    "output": _choice("output", _COMMAND, "FORMAT", "text, json or graph", ("text", "json", "graph")),
    "check": Flag("check", None, _COMMAND, "", "write nothing; list stale files, and exit 1 if there are any"),
    "diff": Flag("diff", None, _COMMAND, "", "write nothing; print what would change as a unified diff"),
    "init": Flag("init", None, _COMMAND, "", "also write MODULE.bazel and other files of a workspace, if missing"),
    "rules": _choice(
        "rules", _COMMAND, "RULES", "which rules BUILD files load: gomod2bazel or rules_go", ("gomod2bazel", "rules_go")
    ),
    "loads": Flag("loads", None, _COMMAND, "", "of BUILD files, change only load lines, to those of -rules"),
    "tool": Flag("tool", None, _COMMAND, "", "the arguments are main packages: change their tool lines"),
    "sdk": Flag(
        "sdks", read.sdks, _COMMAND, "GOOS/GOARCH[,...]", "lock the Go SDK of these execution platforms, for Bazel",
        choices=("linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64"),
    ),
    "variant": Flag(
        "variants", read.variant, _COMMAND, "VARIANT",
        "also lock race, msan, asan, pure or tags=LIST, joined by +; repeatable",
        choices=("race", "msan", "asan", "pure"),
    ),
    "std": Flag(
        "standard", read.standard, _COMMAND, "PATTERN[,...]", "more packages of the standard library, such as testing"
    ),
    "t": Flag("tests", None, _COMMAND, "", "also fetch what the tests of a tree need, like go get -t"),
    "export": Flag("export_folder", read.last, _COMMAND, "DIR", "copy the results to DIR, for other machines"),
    "version": Flag("version", read.last, _COMMAND, "VERSION", "the version of the module tree", default="its tag"),
    "package": Flag("packages", read.more, _COMMAND, "IMPORTPATH", "ship this package as an archive; repeatable"),
    "waves": Flag("waves", None, _COMMAND, "", "also print the waves in which modules are released"),
    "report": Flag("page", read.last, _COMMAND, "FILE", "write a page about the run to FILE, as HTML"),
    "osv": Flag("osv", read.last, _COMMAND, "DIR", "vulnerability records in the OSV format"),
    "built": Flag("built", read.last, _COMMAND, "DIR", "built binaries to check for vulnerable functions"),
    "older-than": Flag("older_than", read.age, _COMMAND, "AGE", "only what was not used for 12h, 30d or so"),
    "larger-than": Flag("larger_than", read.size, _COMMAND, "SIZE", "only what the disk cache has over 500M or so"),
    "run": Flag("run", read.last, _COMMAND, "REGEXP", "run the tests, examples and fuzz tests that match"),
    "skip": Flag("skip", read.last, _COMMAND, "REGEXP", "do not run those that match"),
    "short": Flag("short", None, _COMMAND, "", "tell long tests to be short"),
    "count": Flag("count", read.count, _COMMAND, "N", "run each test N times, also where it has passed before"),
    "timeout": Flag("timeout", read.duration, _COMMAND, "DURATION", "for the tests of a package", default="10m"),
    "shuffle": Flag("shuffle", read.shuffle, _COMMAND, "off,on,N", "run tests in another order", choices=("off", "on")),
    "parallel": Flag("parallel", read.count, _COMMAND, "N", "how many parallel tests of a package run at a time"),
    "integration": Flag("integration", None, _COMMAND, "", "run integration tests, too"),
    "junit": Flag("junit", read.last, _COMMAND, "FILE", "write the results to FILE, as JUnit's XML"),
    # What to build.
    "set": Flag(
        "sets", lambda _, text: parse_sets(text), _WHAT, "SET[,...]",
        "sets of binaries, such as target,example or all,-example",
        also=("sets_given",), default="target", choices=(*SETS, "all"),
    ),
    "binary": Flag("binaries", read.binary, _WHAT, "IMPORTPATH[=NAME]", "add or rename one binary; repeatable"),
    "as": Flag("assigned", read.assigned, _WHAT, "PATTERN=SET", "assign binaries to a set; repeatable"),
    "overrides": Flag("overrides", read.more, _WHAT, "FILE", "rules that assign binaries to sets; repeatable"),
    "curated": Flag(
        "curated", read.last, _WHAT, "FILE", "known sets of well-known modules, in place of those shipped", rare=True
    ),
    "no-curated": Flag("no_curated", None, _WHAT, "", "let hints alone decide, also of well-known modules", rare=True),
    "platform": Flag(
        "platforms", read.platforms, _WHAT, "GOOS/GOARCH[,...]", "what to build for; several go to DIR/GOOS_GOARCH",
        default="this machine", choices=read.PLATFORMS,
    ),
    "inputs": Flag("inputs", read.last, _WHAT, "FILE", "more INPUTs, one a line, each with flags that apply to it"),
    "main-module": Flag(
        "main_module", None, _WHAT, "", "honour replace and exclude directives of MODULE@VERSION", rare=True
    ),
    "set-confidence": Flag(
        "set_confidence", read.share, _WHAT, "NUMBER", "refuse sets that are less likely to be right", default="0",
        rare=True,
    ),
    "on-clash": _choice(
        "on_clash", _WHAT, "MODE",
        "binaries that share a name: error, qualify or skip",
        ("error", "qualify", "skip"),
    ),
    "keep-going": Flag("keep_going", None, _WHAT, "", "continue after failures, with what builds; exit 1"),
    "hardening": Flag(
        "hardening", None, _WHAT, "", "PIE, RELRO and BIND_NOW: -buildmode=pie -ldflags=-bindnow", to_go=True, rare=True
    ),
    "gnu-build-id": Flag(
        "gnu_build_id", None, _WHAT, "", "write a GNU build ID: a digest of the binary", rare=True
    ),
    "strict": Flag("strict", None, _WHAT, "", "an example that does not build is an error, too", rare=True),
    # Where it goes.
    "destination": Flag(
        "destination", read.last, _WHERE, "DIR", "where the files go", default="the current folder"
    ),
    "prefix": Flag("prefix", read.last, _WHERE, "DIR", "staging folder: files are written below DIR/destination"),
    "o": Flag("output_file", read.last, _WHERE, "FILE or DIR/", "the name of the output, relative to -destination"),
    "result-file": Flag("result_file", read.last, _WHERE, "FILE", "list the created files in FILE"),
    "result-format": _choice(
        "result_format", _WHERE, "FORMAT", "of -result-file: a list of files or modules",
        ("lines", "json", "rpm", "proto", "deb-built-using", "rpm-provides"),
    ),
    "config": Flag("configs", read.more, _WHERE, "NAME", "add flags from [config.NAME] in gomod2bazel.toml"),
    "C": Flag("chdir", read.last, _WHERE, "DIR", "change to DIR first"),
    # Release files.
    "archive": Flag(
        "archives", read_archives, _RELEASE, "FORMAT", "also make archives: tar.gz or zip, or GOOS=FORMAT",
        choices=("tar.gz", "zip"),
    ),
    "archive-name": Flag(
        "archive_name", read_archive_name, _RELEASE, "TEMPLATE", "names of archives", default=ARCHIVE_NAME, rare=True
    ),
    "sbom": Flag(
        "sboms", read_sboms, _RELEASE, "FORM", "also write SBOMs: spdx or cyclonedx", choices=SBOM_FORMS
    ),
    "checksums": Flag("checksums", read.last, _RELEASE, "FILE", "also write the SHA-256 of each file, as sha256sum"),
    "provenance": Flag("provenance", read.last, _RELEASE, "FILE", "also write what files were made of (SLSA, in-toto)"),
    "docs": Flag(
        "documents", read_documents, _RELEASE, "KIND[,...]",
        "also install manual pages, completions, units, licences: all, or debian",
        choices=("all", "debian", *DOCUMENTS),
    ),
    "debug-files": Flag(
        "debug_files", read.last, _RELEASE, "DIR", "split debug information off, into files below DIR",
        also=("gnu_build_id",), rare=True,
    ),
    "oci": Flag("oci", read.last, _RELEASE, "DIR", "also make container images of programs for Linux, as OCI layout"),
    "oci-base": Flag(
        "oci_base", read.last, _RELEASE, "DIR[:REF]", "base of images, in an OCI layout", default="scratch", rare=True
    ),
    "licenses": Flag("licenses", read.last, _RELEASE, "DIR", "also write the licences of all modules in the binaries"),
    "license-policy": Flag(
        "license_policy", read.last, _RELEASE, "FILE", "licences that modules in the binaries may have, in TOML"
    ),
    # Sources and trust.
    "goproxy": Flag(
        "goproxy", read.last, _SOURCES, "LIST", "sources of modules, in the form of GOPROXY", default="go env GOPROXY"
    ),
    "sumfile": Flag("sumfile", read.last, _SOURCES, "FILE", "a go.sum with the checksum of the module"),
    "require-verified": Flag(
        "require_verified", None, _SOURCES, "", "refuse modules that no go.sum and no checksum database verifies"
    ),
    "baseline": Flag("baseline", read.last, _SOURCES, "FILE", "use the module versions that FILE lists"),
    "baseline-mode": Flag(
        "baseline_mode", read.choice("strict", "force", "extend"), _SOURCES, "MODE",
        "strict, force (lower requirements) or extend",
        default="strict", choices=("strict", "force", "extend"), rare=True,
    ),
    "offline": Flag("offline", None, _SOURCES, "", "use no network: only file:// and loopback sources"),
    "deadline": Flag(
        "deadline", read.seconds, _SOURCES, "SECONDS", "how long to wait for a source to answer",
        default="30", rare=True,
    ),
    "allow-host": Flag(
        "allowed_hosts", read.hosts, _SOURCES, "HOST[,...]", "hosts that a source may redirect to; repeatable",
        rare=True,
    ),
    "allow-untested-go": Flag(
        "untested_go", None, _SOURCES, "", "use an unsupported Go release, with the rules of the nearest", rare=True
    ),
    # Go's flags.
    "tags": Flag("tags", read.tags, _GO, "TAG[,...]", "build tags", to_go=True),
    "ldflags": Flag("ldflags", read.per_package, _GO, "[PATTERN=]ARGS", "for each linker invocation", to_go=True),
    "gcflags": Flag(
        "gcflags", read.for_go_tools, _GO, "[PATTERN=]ARGS", "for each compiler invocation", to_go=True, rare=True
    ),
    "race": Flag("race", None, _GO, "", "build for the race detector", to_go=True),
    "cover": Flag("cover", None, _GO, "", "build with code coverage instrumentation", to_go=True, rare=True),
    "buildmode": Flag(
        "buildmode", read_mode, _GO, "MODE", "exe, pie, c-archive, c-shared, plugin or archive",
        to_go=True, default="default", choices=MODES,
    ),
    "buildvcs": Flag(
        "buildvcs", read.buildvcs, _GO, "MODE", "true or auto: stamp version control information",
        to_go=True, default="false", choices=("true", "false", "auto"),
    ),
    "pgo": Flag(
        "pgo", read.profile, _GO, "FILE", "auto, off, or a CPU profile for all binaries",
        to_go=True, default="auto", choices=("auto", "off"),
    ),
    "mod": Flag(
        "mod", read.mod, _GO, "MODE", "readonly, vendor or mod", to_go=True, choices=("readonly", "vendor", "mod")
    ),
    "asan": Flag("asan", None, _GO, "", "build for the address sanitizer", to_go=True, rare=True),
    "msan": Flag("msan", None, _GO, "", "build for the memory sanitizer", to_go=True, rare=True),
    "asmflags": Flag(
        "asmflags", read.for_go_tools, _GO, "[PATTERN=]ARGS", "for each assembler invocation", to_go=True, rare=True
    ),
    "compiler": Flag(
        "compiler", read.compiler, _GO, "NAME", "gc or gccgo",
        to_go=True, default="gc", choices=("gc", "gccgo"), rare=True,
    ),
    "covermode": Flag(
        "covermode", read.cover_mode, _GO, "MODE", "set, count or atomic; implies -cover", ("cover",),
        to_go=True, choices=("set", "count", "atomic"), rare=True,
    ),
    "coverpkg": Flag(
        "coverpkg", read.patterns, _GO, "PATTERN[,...]", "packages to instrument; implies -cover", ("cover",),
        to_go=True, rare=True,
    ),
    "gccgoflags": Flag(
        "gccgoflags", read.per_package, _GO, "[PATTERN=]ARGS", "for each gccgo invocation, compiling or linking",
        to_go=True, rare=True,
    ),
    "installsuffix": Flag(
        "installsuffix", read.last, _GO, "SUFFIX", "passed to the linker, like the go command does",
        to_go=True, rare=True,
    ),
    "linkshared": Flag(
        "linkshared", None, _GO, "", "not supported: a Go SDK has no shared standard library", to_go=True, rare=True
    ),
    "modcacherw": Flag("modcacherw", None, _GO, "", "leave unpacked modules writable", to_go=True, rare=True),
    "modfile": Flag("modfile", read.last, _GO, "FILE", "read FILE instead of go.mod", to_go=True, rare=True),
    "overlay": Flag(
        "overlay", read.last, _GO, "FILE", "JSON that maps files to their replacements", to_go=True, rare=True
    ),
    "pkgdir": Flag(
        "pkgdir", read.last, _GO, "DIR", "archives of binary-only packages, used before those in their modules",
        to_go=True, rare=True,
    ),
    "toolexec": Flag(
        "toolexec", read.command, _GO, "'PROGRAM ARGS'", "run each tool of the Go toolchain with this program",
        to_go=True, rare=True,
    ),
    "trimpath": Flag("", None, _GO, "", "always on", rare=True),
    # Bazel.
    "a": Flag("rebuild", None, _BAZEL, "", "rebuild all packages"),
    "p": Flag("jobs", read.number, _BAZEL, "N", "how many actions to run at the same time", default="all cores"),
    "disk-cache": Flag("disk_cache", read.last, _BAZEL, "DIR", "the folder of Bazel's disk cache"),
    "import": Flag(
        "import_folders", read.more, _BAZEL, "DIR", "use the results that prebuild -export wrote; repeatable",
        rare=True,
    ),
    "remote-cache": Flag(
        "remote_cache", read.server("grpc", "grpcs", "http", "https", "unix"), _BAZEL, "URL",
        "a remote cache: grpc(s), http(s) or unix",
    ),
    "remote-executor": Flag(
        "remote_executor", read.server("grpc", "grpcs", "unix"), _BAZEL, "URL",
        "let this server compile and link: grpc(s) or unix",
    ),
    "remote-header": Flag(
        "remote_headers", read.header, _BAZEL, "NAME=VALUE", "send this header to remote servers; repeatable", rare=True
    ),
    "remote-read-only": Flag("remote_read_only", None, _BAZEL, "", "store nothing in the remote cache", rare=True),
    "credential-helper": Flag(
        "credential_helpers", read.more, _BAZEL, "[HOSTS=]PROGRAM",
        "ask this program for the headers of remote servers; repeatable", rare=True,
    ),
    "tls-certificate": Flag(
        "tls_certificate", read.last, _BAZEL, "FILE", "whom to trust as a remote server", rare=True
    ),
    "tls-client-certificate": Flag(
        "tls_client_certificate", read.last, _BAZEL, "FILE", "the certificate that remote servers ask for", rare=True
    ),
    "tls-client-key": Flag(
        "tls_client_key", read.last, _BAZEL, "FILE", "the private key of -tls-client-certificate", rare=True
    ),
    "visible": Flag(
        "visible", read.more, _BAZEL, "DIR", "another folder that C compilers and linkers may read; repeatable",
        rare=True,
    ),
    # Output.
    "json": Flag("json", None, _OUTPUT, "", "print one JSON document; build prints events (go help buildjson)"),
    "v": Flag("verbose", None, _OUTPUT, "", "print packages as they are compiled; test: all output"),
    "x": Flag("commands", None, _OUTPUT, "", "print the commands that are run"),
    "n": Flag("dry", None, _OUTPUT, "", "print what would be done, and do nothing"),
    # `terminal` reads these four: by then they are no longer on the command line.
    "error-format": Flag(
        "", read.choice("text", "json"), _OUTPUT, "FORMAT",
        "text, or json: errors, warnings and notes are JSON objects, one a line",
        default="text", choices=("text", "json"), rare=True,
    ),
    "q": Flag("", None, _OUTPUT, "", "print errors and warnings only"),
    "progress": Flag(
        "", read.choice("auto", "plain", "bar", "none"), _OUTPUT, "HOW",
        "auto (a bar on a terminal), plain, bar or none",
        default="auto", choices=("auto", "plain", "bar", "none"),
    ),
    "color": Flag(
        "", read.choice("auto", "always", "never"), _OUTPUT, "WHEN", "colour messages: auto, always or never",
        default="auto", choices=("auto", "always", "never"),
    ),
    "work": Flag("work", None, _OUTPUT, "", "keep the folder of intermediate files, and print its name", rare=True),
    "debug-actiongraph": Flag(
        "debug_actiongraph", read.last, _OUTPUT, "FILE", "write the graph of all actions to FILE", rare=True
    ),
    "debug-trace": Flag(
        "debug_trace", read.last, _OUTPUT, "FILE", "write a trace to FILE, for a viewer of Chrome's traces", rare=True
    ),
}  # fmt: skip
"""The flags by name, in the order of help: by group, the most used ones first."""
