"""The table of commands: what carries out each of them, its line of help, and the flags that apply to it."""

from __future__ import annotations

from collections.abc import Mapping

from gomod2bazel.commands.command_line.call import Call
from gomod2bazel.commands.command_line.command import COMPILED, INSTALLED, REMOTE, WATCHED, Command
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
        "build and install the binaries of modules",
        special=(*REMOTE, "disk-cache", "import", "inputs", "on-clash"),
        documents=("build", "result"),
    ),
    "prebuild": Command(
        entries.prebuild,
        "compile what the binaries of modules need of other modules, and install nothing",
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
        "list the binaries of a module with their sets, or explain one",
        special=("all", "explain"),
        refused=("keep-going", "result-file", "strict", *INSTALLED, *WATCHED, *COMPILED),
        why="list, which builds nothing",
        documents=("list",),
    ),
    "fetch": Command(
        entries.fetch,
        "download what builds of the INPUTs need into a goproxy hierarchy, for offline builds",
        special=("t",),
        refused=("keep-going", "o", "strict", *WATCHED),
        why="fetch, which builds nothing and names files itself",
        documents=("fetch",),
    ),
    "lock": Command(
        entries.lock,
        "print the lock file, or write it to -result-file",
        special=("sdk", "std", "variant"),
        refused=("set", "strict", *INSTALLED, *WATCHED),
        why="lock, which builds nothing and contains the binaries of every set",
        documents=("lock",),
    ),
    "query": Command(
        entries.query,
        "run a Bazel query over modules or a monorepo",
        special=("output",),
        refused=("result-file", "set", "strict", *INSTALLED, *WATCHED),
        why="query, which builds nothing; binaries(SET) chooses sets",
        documents=("query",),
    ),
    "affected": Command(
        entries.affected,
        "list the binaries and tests that a diff from a commit can change (-since GITREF)",
        special=("since",),
        refused=(
            *("baseline", "baseline-mode", "binary", "keep-going", "main-module", "modfile", "overlay", "result-file"),
            *("strict", "sumfile", *INSTALLED, *WATCHED),
        ),
        why="affected, which lists what is in trees and builds nothing",
        documents=("affected",),
    ),
    "generate": Command(
        entries.generate,
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
        "go get, go mod tidy and generate in one, for each MODULE@VERSION",
        flags=_CHANGES,
        special=("tool",),
    ),
    "remove": Command(
        entries.remove,
        "drop modules from go.mod, then go mod tidy and generate",
        flags=_CHANGES,
        special=("tool",),
    ),
    "packages-driver": Command(
        entries.packages_driver,
        "answer gopls and other tools about packages (GOPACKAGESDRIVER)",
    ),
    "delve-paths": Command(
        entries.delve_paths,
        "print where Delve finds the sources of binaries",
    ),
    "gocacheprog": Command(
        entries.gocacheprog,
        "keep the go command's build cache in a disk or remote cache of Bazel (GOCACHEPROG)",
        flags=("disk-cache", "remote-cache", "remote-header", "remote-read-only", "deadline"),
        special=("disk-cache", "remote-cache", "remote-header", "remote-read-only"),
        uses_caches=False,
    ),
    "verify": Command(
        entries.verify,
        "build with Bazel and with go build, and compare the binaries",
        special=(*REMOTE, "disk-cache", "import", "on-clash"),
        refused=(*INSTALLED, "debug-actiongraph", "debug-trace", "n", "result-file", "work"),
        why="verify, which installs nothing",
        documents=("verify",),
    ),
    "baseline": Command(
        entries.baseline,
        "update FILE LEAF..., impact MODULE@VERSION LEAF..., audit -osv DIR [LEAF...]: see docs",
        subcommands={"update": ("waves",), "impact": ("waves",), "audit": ("built", "osv")},
        documents=("baseline-update", "baseline-impact", "baseline-audit"),
    ),
    "pack": Command(
        entries.pack,
        "pack a module tree into the goproxy hierarchy at -destination",
        flags=(*_HIERARCHY, "version"),
        special=("version",),
        documents=("pack",),
    ),
    "index": Command(
        entries.index,
        "write the list files of the goproxy hierarchy at -destination",
        flags=_HIERARCHY,
        documents=("index",),
    ),
    "binary-package": Command(
        entries.binary_package,
        "create: write a module tree with archives instead of sources",
        flags=(*_HIERARCHY, "package", "platform", "tags", "version", "goproxy", "sumfile", "offline"),
        subcommands={"create": ("package", "version")},
        documents=("binary-package",),
    ),
    "bazel": Command(
        entries.bazel,
        "run the Bazel that was found or set up, with all that follows",
        uses_caches=False,
    ),
    "doctor": Command(
        entries.doctor,
        "show which tools were found, and how to get the missing ones",
        flags=("json",),
        uses_caches=False,
        documents=("doctor",),
    ),
    "shutdown": Command(entries.shutdown, "stop the Bazel server"),
    "clean": Command(
        entries.clean,
        "stop the Bazel server and delete what was built and fetched, or what of it is old",
        flags=("n", "older-than", "larger-than", "disk-cache", "json"),
        special=("older-than", "larger-than", "disk-cache"),
        documents=("clean",),
    ),
    "schema": Command(
        entries.schema,
        "print the JSON Schema of a document, or list the schemas: schema [NAME]",
        uses_caches=False,
    ),
    "help": Command(
        entries.help_,
        "print this help",
        uses_caches=False,
    ),
    "version": Command(
        entries.version,
        "print the version",
        flags=("json",),
        uses_caches=False,
        documents=("version",),
    ),
}
"""The commands by name, in the order of `help`."""
