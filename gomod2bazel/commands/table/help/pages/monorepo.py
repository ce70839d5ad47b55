"""Pages of the commands for a Bazel monorepo, and for a baseline."""

from __future__ import annotations

from gomod2bazel.commands.table.help.pages.page import INPUT, Example, Page

__all__ = ["PAGES"]

_LEAF = ("LEAF", f"a module whose binaries are built: {INPUT[1]}")

PAGES = {
    "generate": Page(
        usage=("[flags] [DIR]",),
        text="""Write and update the BUILD files of a repository's Go packages, and its locks. Rules and attributes that
        were written by hand stay. In a repository without MODULE.bazel, begin with -init.""",
        arguments=(("DIR", "only this folder and those below it change; by default the whole repository"),),
        examples=(
            Example("from a Go module to bazel build", "gomod2bazel generate -init"),
            Example("after a change of sources", "gomod2bazel generate"),
            Example("for CI: exit 1 if a file is stale", "gomod2bazel generate -check"),
            Example("what would change, as a patch", "gomod2bazel generate -diff >changes.patch"),
            Example(
                "for two platforms, with the race detector, too",
                "gomod2bazel generate -platform linux/amd64,linux/arm64 -variant race",
            ),
        ),
        exits=((0, "all files are up to date, or were written"), (1, "with -check: files are stale")),
        docs="generate.md",
    ),
    "add": Page(
        usage=("[flags] MODULE[@VERSION] ...", "-tool [flags] PACKAGE[@VERSION] ..."),
        text="""Add modules to go.mod, or change their versions: go get, go mod tidy and generate in one.""",
        arguments=(
            ("MODULE", "a module path; VERSION is a version or a query such as latest, which is the default"),
            ("PACKAGE", "a main package, whose tool line is added"),
        ),
        examples=(
            Example("the newest version", "gomod2bazel add golang.org/x/text"),
            Example("a version", "gomod2bazel add example.com/words@v0.2.0"),
            Example("a tool", "gomod2bazel add -tool golang.org/x/tools/cmd/stringer@v0.38.0"),
        ),
        docs="how-to/dependencies.md",
    ),
    "remove": Page(
        usage=("[flags] MODULE ...", "-tool [flags] PACKAGE ..."),
        text="""Drop modules from go.mod, then run go mod tidy and generate. A module that packages still import is an
        error.""",
        arguments=(("MODULE", "a module path"), ("PACKAGE", "a main package, whose tool line is dropped")),
        examples=(
            Example("a module", "gomod2bazel remove example.com/words"),
            Example(
                "two modules of another folder", "gomod2bazel remove -C service example.com/words golang.org/x/text"
            ),
            Example("a tool", "gomod2bazel remove -tool golang.org/x/tools/cmd/stringer"),
        ),
        docs="how-to/dependencies.md",
    ),
    "packages-driver": Page(
        usage=("[PATTERN ...]",),
        text="""Answer gopls and other tools about the packages of a repository with BUILD files. Tools run it when
        GOPACKAGESDRIVER names a script that does; the request is read from standard input.""",
        arguments=(("PATTERN", "a package pattern, or file=NAME"),),
        examples=(
            Example("the script that GOPACKAGESDRIVER names", 'exec gomod2bazel packages-driver "$@"'),
            Example("what gopls would be given", "echo '{}' | gomod2bazel packages-driver ./..."),
            Example("the package of a file", "echo '{}' | gomod2bazel packages-driver file=main.go"),
        ),
        docs="how-to/editors.md",
    ),
    "delve-paths": Page(
        usage=("",),
        text="""Print commands for Delve that say where the sources of binaries are: binaries name their sources by
        module path and version, as with go build -trimpath.""",
        examples=(
            Example("write them to a file", "gomod2bazel delve-paths >delve.init"),
            Example("... and debug with it", "gomod2bazel delve-paths >delve.init && dlv exec --init delve.init bin/m"),
            Example("look at them", "gomod2bazel delve-paths | head"),
        ),
        docs="how-to/debug.md",
    ),
    "bazel": Page(
        usage=("[ARGS ...]",),
        text="""Run the Bazel that was found or set up, in the current folder. All that follows is for Bazel, flags too;
        gomod2bazel bazel help prints Bazel's help.""",
        examples=(
            Example("run all tests", "gomod2bazel bazel test //..."),
            Example("build one target", "gomod2bazel bazel build //cmd/hello"),
            Example("which release it is", "gomod2bazel bazel version"),
        ),
        docs="setup.md",
    ),
    "baseline": Page(
        usage=("SUBCOMMAND [flags] ...",),
        text="""A baseline is a file with one version of each module, for all modules of an organisation. build, list,
        lock, query and verify use it with -baseline FILE.""",
        examples=(
            Example("write or update it", "gomod2bazel baseline update base.mod path/to/a path/to/b"),
            Example("build with it", "gomod2bazel build -baseline base.mod -destination bin path/to/a"),
            Example(
                "what a new version of a module rebuilds",
                "gomod2bazel baseline impact golang.org/x/net@v0.40.0 -baseline base.mod a b",
            ),
        ),
        docs="baseline.md",
    ),
    "baseline update": Page(
        usage=("[flags] FILE LEAF ...",),
        text="""Write or update a baseline for leaf modules. It adds what they need, and keeps the versions that are
        there unless a leaf needs a newer one.""",
        arguments=(("FILE", "the baseline, such as base.mod; its checksums are in base.sum"), _LEAF),
        examples=(
            Example("for a version and a tree", "gomod2bazel baseline update base.mod example.com/a@v1.0.0 path/to/b"),
            Example("for two platforms", "gomod2bazel baseline update -platform linux/amd64,windows/amd64 base.mod ."),
            Example("with the order of releases", "gomod2bazel baseline update -waves base.mod path/to/a path/to/b"),
        ),
        docs="baseline.md#baseline-update",
        defaults={"set": "all"},
    ),
    "baseline impact": Page(
        usage=("MODULE@VERSION -baseline FILE [flags] LEAF ...",),
        text="""Show what another version of a module in a baseline changes: modules, packages and binaries. No file is
        changed.""",
        arguments=(("MODULE@VERSION", "the version to try"), _LEAF),
        examples=(
            Example(
                "of a security fix",
                "gomod2bazel baseline impact golang.org/x/net@v0.40.0 -baseline base.mod a b",
            ),
            Example("for scripts", "gomod2bazel baseline impact -json golang.org/x/net@v0.40.0 -baseline base.mod a"),
            Example(
                "with the order of releases",
                "gomod2bazel baseline impact -waves golang.org/x/net@v0.40.0 -baseline base.mod a b",
            ),
        ),
        docs="baseline.md#baseline-impact",
        defaults={"set": "all"},
    ),
    "baseline audit": Page(
        usage=("-osv DIR [-baseline FILE] [-built DIR] [flags] [LEAF ...]",),
        text="""Compare the modules of a baseline, or of leaf modules, with vulnerability records. With -built, tell
        which vulnerable functions are in built binaries.""",
        arguments=(_LEAF,),
        examples=(
            Example("a baseline", "gomod2bazel baseline audit -osv vulndb -baseline base.mod"),
            Example("a tree", "gomod2bazel baseline audit -osv vulndb path/to/a"),
            Example(
                "what is in the binaries",
                "gomod2bazel baseline audit -osv vulndb -baseline base.mod -built bin path/to/a",
            ),
        ),
        docs="baseline.md#baseline-audit",
        defaults={"set": "all"},
    ),
}
"""The pages by the command's name."""
