"""The table of commands: what carries out each of them, its line of help, and the flags that apply to it."""

from __future__ import annotations

from collections.abc import Mapping

from gomod2bazel.commands.command_line.call import Call
from gomod2bazel.commands.command_line.command import (
    COMPILED,
    INSTALLED,
    RELEASED,
    REMOTE,
    TESTED,
    WATCHED,
    Command,
    Job,
)
from gomod2bazel.commands.table import entries

__all__ = ["COMMANDS"]

# Flags of commands that write files to a folder and build nothing.
_HIERARCHY = ("C", "destination", "json", "prefix", "result-file", "result-format")

# Flags of commands that change go.mod: where modules come from, and what generate takes.
_CHANGES = (
    "C", "allow-host", "allow-untested-go", "as", "deadline", "goproxy", "keep-going", "offline", "overrides", "tags",
    "tool",
)  # fmt: skip

COMMANDS: Mapping[str, Command[Call]] = {
    "build": Command(
        entries.build,
        Job.BUILD,
        "build and install the binaries of modules",
        special=(*REMOTE, *RELEASED, "disk-cache", "import", "inputs", "on-clash", "osv", "report", "version"),
        documents=("build", "result"),
    ),
    "prebuild": Command(
        entries.prebuild,
        Job.BUILD,
        "compile ahead what binaries need of other modules, and install nothing",
        special=(*REMOTE, "disk-cache", "export", "import", "inputs"),
        refused=(
            *INSTALLED,
            "debug-actiongraph",
            "debug-trace",
            "n",
            "result-file",
            "strict",
            "toolexec",
            "work",
            "x",
        ),
        why="prebuild, which installs nothing",
        documents=("prebuild",),
    ),
    "list": Command(
        entries.list_,
        Job.LOOK,
        "list the binaries of modules with their sets, or explain one",
        special=("all", "explain", "inputs"),
        refused=("result-file", "strict", *INSTALLED, *WATCHED, *COMPILED),
        why="list, which builds nothing",
        documents=("list", "list-modules"),
    ),
    "fetch": Command(
        entries.fetch,
        Job.OFFLINE,
        "download what builds need into a goproxy hierarchy, for builds offline",
        special=("t",),
        refused=("keep-going", "o", "strict", *WATCHED),
        why="fetch, which builds nothing and names files itself",
        documents=("fetch",),
    ),
    "lock": Command(
        entries.lock,
        Job.MONOREPO,
        "print the lock file, or write it to -result-file",
        special=("sdk", "std", "variant"),
        refused=("set", "strict", *INSTALLED, *WATCHED),
        why="lock, which builds nothing and contains the binaries of every set",
        documents=("lock",),
    ),
    "query": Command(
        entries.query,
        Job.LOOK,
        "run a Bazel query over modules or a monorepo",
        special=("output",),
        refused=("result-file", "set", "strict", *INSTALLED, *WATCHED),
        why="query, which builds nothing; binaries(SET) chooses sets",
        documents=("query",),
    ),
    "affected": Command(
        entries.affected,
        Job.LOOK,
        "list the binaries and tests that a diff from a commit can change",
        special=("since",),
        refused=(
            *("baseline", "baseline-mode", "binary", "keep-going", "main-module", "modfile", "overlay", "result-file"),
            *("require-verified", "strict", "sumfile", *INSTALLED, *WATCHED),
        ),
        why="affected, which lists what is in trees and builds nothing",
        documents=("affected",),
    ),
    "generate": Command(
        entries.generate,
        Job.MONOREPO,
        "write and update the BUILD files of a repository's Go packages",
        flags=(
            *("C", "allow-host", "allow-untested-go", "as", "check", "deadline", "diff", "goproxy", "init", "json"),
            *(
                "keep-going",
                "mod",
                "offline",
                "overrides",
                "loads",
                "platform",
                "rules",
                "sdk",
                "sumfile",
                "tags",
                "variant",
            ),
        ),
        special=("check", "diff", "init", "loads", "rules", "sdk", "variant"),
        documents=("generate",),
    ),
    "add": Command(
        entries.add,
        Job.MONOREPO,
        "go get, go mod tidy and generate in one",
        flags=_CHANGES,
        special=("tool",),
    ),
    "remove": Command(
        entries.remove,
        Job.MONOREPO,
        "drop modules from go.mod, then go mod tidy and generate",
        flags=_CHANGES,
        special=("tool",),
    ),
    "packages-driver": Command(
        entries.packages_driver,
        Job.MONOREPO,
        "answer gopls and other tools about packages (GOPACKAGESDRIVER)",
        flags=(),
    ),
    "delve-paths": Command(
        entries.delve_paths,
        Job.MONOREPO,
        "print where Delve finds the sources of binaries",
        flags=(),
    ),
    "gocacheprog": Command(
        entries.gocacheprog,
        Job.MACHINE,
        "keep the go command's build cache in a cache of Bazel (GOCACHEPROG)",
        flags=("disk-cache", "remote-cache", "remote-header", "remote-read-only", "deadline"),
        special=("disk-cache", "remote-cache", "remote-header", "remote-read-only"),
        uses_caches=False,
    ),
    "verify": Command(
        entries.verify,
        Job.BUILD,
        "compare what is built with go build's, or a binary with its sources",
        special=(*REMOTE, "disk-cache", "import", "on-clash"),
        refused=(*INSTALLED, "debug-actiongraph", "debug-trace", "n", "result-file", "work"),
        why="verify, which installs nothing",
        documents=("verify", "verify-binary"),
    ),
    "test": Command(
        entries.test,
        Job.BUILD,
        "run the tests of a module with Bazel, as go test does",
        special=(
            *TESTED,
            *("integration", "junit"),
            *REMOTE,
            "disk-cache",
        ),
        refused=(
            *("asmflags", "binary", "buildmode", "buildvcs", "compiler", "cover", "covermode", "coverpkg"),
            *("gccgoflags", "gcflags", "installsuffix", "keep-going", "ldflags", "linkshared", "main-module", "pgo"),
            *("pkgdir", "platform", "result-file", "set", "strict", *INSTALLED),
            *(flag for flag in WATCHED if flag not in ("p", "v", "visible")),
        ),
        why="test, which runs the tests of a module on this machine and installs nothing",
        documents=("test",),
    ),
    "baseline": Command(
        entries.baseline,
        Job.BASELINE,
        "update a file of versions, show the impact of a change, audit for vulnerabilities",
        refused=(
            *("asan", "asmflags", "buildmode", "buildvcs", "compiler", "cover", "covermode", "coverpkg", "gccgoflags"),
            *("gcflags", "hardening", "installsuffix", "keep-going", "ldflags", "linkshared", "msan", "pgo", "pkgdir"),
            *("race", "result-file", "strict", "trimpath", *INSTALLED, *WATCHED),
        ),
        why="baseline, which builds nothing",
        subcommands={"update": ("waves",), "impact": ("report", "waves"), "audit": ("built", "osv", "report")},
        documents=("baseline-update", "baseline-impact", "baseline-audit"),
    ),
    "pack": Command(
        entries.pack,
        Job.OFFLINE,
        "pack a module tree into the goproxy hierarchy at -destination",
        flags=(*_HIERARCHY, "version"),
        special=("version",),
        documents=("pack",),
    ),
    "index": Command(
        entries.index,
        Job.OFFLINE,
        "write the list files of the goproxy hierarchy at -destination",
        flags=_HIERARCHY,
        documents=("index",),
    ),
    "binary-package": Command(
        entries.binary_package,
        Job.OFFLINE,
        "create module trees with archives instead of sources",
        flags=(
            *(*_HIERARCHY, "package", "platform", "tags", "version"),
            *("goproxy", "sumfile", "require-verified", "offline"),
        ),
        subcommands={"create": ("package", "version")},
        documents=("binary-package",),
    ),
    "bazel": Command(
        entries.bazel,
        Job.MONOREPO,
        "run the Bazel that was found or set up, with all that follows",
        flags=(),
        uses_caches=False,
    ),
    "doctor": Command(
        entries.doctor,
        Job.MACHINE,
        "show which tools were found, and how to get the missing ones",
        flags=("json",),
        uses_caches=False,
        documents=("doctor",),
    ),
    "shutdown": Command(entries.shutdown, Job.MACHINE, "stop the Bazel server", flags=()),
    "clean": Command(
        entries.clean,
        Job.MACHINE,
        "delete what was built and fetched, or what of it is old",
        flags=("n", "older-than", "larger-than", "disk-cache", "json"),
        special=("older-than", "larger-than", "disk-cache"),
        documents=("clean",),
    ),
    "schema": Command(
        entries.schema,
        Job.HELP,
        "print the JSON Schema of a document that -json prints, or list the schemas",
        flags=(),
        uses_caches=False,
    ),
    "completion": Command(
        entries.completion,
        Job.HELP,
        "print the completions of commands and flags for bash, zsh or fish",
        flags=(),
        uses_caches=False,
    ),
    "help": Command(
        entries.help_,
        Job.HELP,
        "show the help of a command or of a topic",
        flags=(),
        uses_caches=False,
    ),
    "version": Command(
        entries.version,
        Job.HELP,
        "print the version",
        flags=("json",),
        uses_caches=False,
        documents=("version",),
    ),
}
"""The commands by name, in the order of `help`."""
