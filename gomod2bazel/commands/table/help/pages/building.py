"""Pages of the commands that build, and of those that look into modules before a build."""

from __future__ import annotations

from gomod2bazel.commands.table.help.pages.page import INPUT, Example, Page

__all__ = ["PAGES"]

_FAILED = (1, "a build failed")
_MISSING = (3, "a module is missing")
_REFUSED = (4, "a checksum or a policy refused an input")

PAGES = {
    "build": Page(
        usage=("[flags] INPUT ...",),
        text="""Build and install the binaries of modules: all main packages of the set target, unless -set or -binary
        choose others. The bytes are those of go build -trimpath with the same Go. Nothing is installed if anything
        fails, unless -keep-going is given.""",
        arguments=(INPUT,),
        examples=(
            Example("the binaries of a module, into bin", "gomod2bazel build -destination bin example.com/m@v1.2.3"),
            Example(
                "all binaries of a tree, examples and helpers too",
                "gomod2bazel build -set all -destination bin path/to/tree",
            ),
            Example(
                "for several platforms: files go to dist/GOOS_GOARCH",
                "gomod2bazel build -platform linux/amd64,linux/arm64 -destination dist path/to/tree",
            ),
            Example(
                "into a staging folder, without a network",
                'gomod2bazel build -offline -goproxy "file://$PWD/goproxy" -prefix root -destination /usr/bin .',
            ),
            Example(
                "one binary, with a list of the files",
                "gomod2bazel build -binary example.com/m/cmd/m -result-file files -o m example.com/m@v1.2.3",
            ),
        ),
        exits=(_FAILED, _MISSING, _REFUSED),
        docs="flags.md",
    ),
    "prebuild": Page(
        usage=("[flags] INPUT ...",),
        text="""Compile ahead what the binaries of modules need of other modules and of the standard library, and
        install nothing. A later build takes it from the disk cache, or from a folder that -export wrote.""",
        arguments=(INPUT,),
        examples=(
            Example(
                "fill a disk cache, from which a build takes what is in it",
                "gomod2bazel prebuild -disk-cache /var/cache/bazel path/to/tree",
            ),
            Example(
                "write the results to a folder, for other machines",
                "gomod2bazel prebuild -export results example.com/a@v1.2.0 path/to/tree",
            ),
            Example(
                "for another platform",
                "gomod2bazel prebuild -platform linux/arm64 -export results example.com/a@v1.2.0",
            ),
        ),
        exits=(_FAILED, _MISSING, _REFUSED),
        docs="scale.md#build-ahead",
    ),
    "verify": Page(
        usage=("[flags] INPUT", "-binary FILE [flags] [INPUT]"),
        text="""Build with Bazel and with go build, and compare the binaries byte for byte. Each file is reported as
        equal, or with the first difference. Nothing is installed.

        With -binary FILE, build a binary of somebody else again: with the toolchain, the flags and the module versions
        that it records. FILE begins with / or ./ if INPUT is given, too.""",
        arguments=(INPUT, ("FILE", "an executable that go build -trimpath or go install -trimpath made")),
        examples=(
            Example("a tree", "gomod2bazel verify path/to/tree"),
            Example("is this program what its module version gives?", "gomod2bazel verify -binary ./program"),
            Example(
                "one that was built in a tree, and stripped",
                "gomod2bazel verify -binary ./program -ldflags '-s -w -X main.version=1' path/to/tree",
            ),
            Example("all sets of a module, as JSON", "gomod2bazel verify -set all -json example.com/m@v1.2.3"),
            Example(
                "with the flags of a release",
                "gomod2bazel verify -tags netgo -ldflags '-s -w' -platform linux/arm64 path/to/tree",
            ),
        ),
        exits=((0, "all are equal"), (1, "a file differs, or a build failed"), _MISSING, _REFUSED),
        docs="verify.md",
    ),
    "test": Page(
        usage=("[flags] INPUT",),
        text="""Run the tests of a module, or of the packages that INPUT names, with Bazel: without a network, in a
        private copy. What is printed, and the verdicts, are those of go test in the module's folder, vet included. No
        BUILD file is needed, and the module's folder is not changed. Packages whose tests are integration tests are
        skipped, with the reason, unless -integration is given.""",
        arguments=(INPUT,),
        examples=(
            Example("all tests of a module", "gomod2bazel test example.com/m@v1.2.3"),
            Example("the packages below a folder of a tree", "gomod2bazel test ./pkg/..."),
            Example("for a packager: offline, with a report", "gomod2bazel test -offline -junit results.xml ."),
            Example("one test, with all that it prints", "gomod2bazel test -v -run 'TestParse/empty' ./parse"),
            Example("with the race detector, three times", "gomod2bazel test -race -count 3 ."),
        ),
        exits=((0, "all tests pass"), (1, "a test fails, or does not build"), _MISSING, _REFUSED),
        docs="how-to/test-a-module.md",
    ),
    "list": Page(
        usage=("[flags] INPUT", "-explain BINARY [flags] INPUT"),
        text="""List the main packages of a module with the set of each and the strongest evidence for it. Only the
        module itself is needed: no dependency is fetched, nothing is compiled.""",
        arguments=(INPUT,),
        examples=(
            Example("what build -set all would build", "gomod2bazel list example.com/m@v1.2.3"),
            Example("only what a release installs", "gomod2bazel list -set target path/to/tree"),
            Example("why a binary is in its set", "gomod2bazel list -explain cmd/wordcount path/to/tree"),
            Example("for scripts", "gomod2bazel list -json example.com/m@v1.2.3"),
        ),
        docs="list.md",
        defaults={"set": "all"},
    ),
    "sets": Page(
        usage=("diff [flags] OLD NEW", "suggest [flags] INPUT"),
        text="""Look at the sets of main packages as a packager does: what changes between two versions of a module, and
        tables for a file of curated answers.""",
        arguments=(INPUT,),
        examples=(
            Example("what an update brings", "gomod2bazel sets diff example.com/m@v1.2.3 example.com/m@v1.3.0"),
            Example("a released version and a tree", "gomod2bazel sets diff example.com/m@v1.2.3 path/to/tree"),
            Example("tables to review", "gomod2bazel sets suggest example.com/m@v1.2.3"),
        ),
        docs="sets.md",
        defaults={"set": "all"},
    ),
    "sets diff": Page(
        usage=("[flags] OLD NEW",),
        text="""List the main packages that were added, removed or moved between two versions of a module, and those
        that changed their set.""",
        arguments=(("OLD, NEW", "two INPUTs, such as two versions of a module"),),
        examples=(
            Example("what an update brings", "gomod2bazel sets diff example.com/m@v1.2.3 example.com/m@v1.3.0"),
            Example(
                "only what is installed",
                "gomod2bazel sets diff -set target -exit-code example.com/m@v1.2.3 example.com/m@v1.3.0",
            ),
            Example("for scripts", "gomod2bazel sets diff -json example.com/m@v1.2.3 example.com/m@v1.3.0"),
        ),
        docs="sets.md#two-versions",
        defaults={"set": "all"},
    ),
    "sets suggest": Page(
        usage=("[flags] INPUT",),
        text="""Print a [[binary]] table for each main package, with the set that hints decide and why. A person checks
        it and writes the source; then -curated and gomod2bazel.toml take it.""",
        arguments=(INPUT,),
        examples=(
            Example("tables to review", "gomod2bazel sets suggest example.com/m@v1.2.3"),
            Example("of a tree", "gomod2bazel sets suggest path/to/tree"),
            Example("of what users may install", "gomod2bazel sets suggest -set target example.com/m@v1.2.3"),
        ),
        docs="sets.md#curated-answers",
        defaults={"set": "all"},
    ),
    "query": Page(
        usage=("[flags] 'EXPR' INPUT ...", "[flags] 'EXPR'"),
        text="""Print the targets that an expression of Bazel's query language selects among the packages of the INPUTs;
        without INPUT, in the Bazel workspace of the current folder. Nothing is built. The language has five more
        functions.""",
        arguments=(
            ("binaries(SET, ...)", "binaries of these sets; of all sets without argument"),
            ("packages_of(MODULE)", "packages of MODULE, or of MODULE@VERSION, that are needed"),
            ("depend_on(MODULE, EXPR)", "targets in EXPR that need a package of the module"),
            ("with_cgo(EXPR)", "targets in EXPR that need cgo"),
            ("affected(REV)", "in a workspace: what a diff from a commit can change"),
        ),
        examples=(
            Example(
                "the binaries that a release installs", "gomod2bazel query 'binaries(target)' example.com/m@v1.2.3"
            ),
            Example(
                "binaries that need a module",
                "gomod2bazel query 'depend_on(golang.org/x/net, binaries())' example.com/m@v1.2.3 other/tree",
            ),
            Example(
                "a graph of what needs it",
                "gomod2bazel query -output graph 'depend_on(golang.org/x/net, deps(binaries()))' .",
            ),
            Example("in a monorepo: tests to run", "gomod2bazel query 'tests(affected(origin/main))'"),
        ),
        docs="query.md",
    ),
    "affected": Page(
        usage=("-since GITREF [flags] INPUT ...",),
        text="""List the binaries and tests of module trees that a diff from a commit can change. It needs no Bazel
        workspace; files that are not committed count, too.""",
        arguments=(("INPUT", "the folder or go.mod of a tree that git tracks"),),
        examples=(
            Example("since the main branch", "gomod2bazel affected -since origin/main ."),
            Example("since the last commit, only what is released", "gomod2bazel affected -since HEAD~1 -set target ."),
            Example("of two modules, as JSON", "gomod2bazel affected -since origin/main -json service/go.mod tools"),
        ),
        docs="query.md#without-a-bazel-workspace",
        defaults={"set": "all"},
    ),
}
"""The pages by the command's name."""
