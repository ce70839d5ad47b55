"""Pages of the commands that fetch, pack and lock modules."""

from __future__ import annotations

from gomod2bazel.commands.table.help.pages.page import INPUT, Example, Page

__all__ = ["PAGES"]

PAGES = {
    "fetch": Page(
        usage=("-destination DIR [flags] INPUT ...",),
        text="""Download what builds of the INPUTs need into a goproxy hierarchy, which later builds take as their only
        source. The checksums of the modules are printed, in the form of go.sum.""",
        arguments=(INPUT,),
        examples=(
            Example(
                "fetch; the checksums go to sums",
                "gomod2bazel fetch -destination goproxy example.com/m@v1.2.3 >sums",
            ),
            Example(
                "then build without a network",
                'gomod2bazel build -offline -goproxy "file://$PWD/goproxy" -sumfile sums example.com/m@v1.2.3',
            ),
            Example(
                "for two platforms, only what a release needs",
                "gomod2bazel fetch -platform linux/amd64,windows/amd64 -set target -destination goproxy .",
            ),
            Example("what tests need, too", "gomod2bazel fetch -t -destination goproxy ."),
        ),
        exits=((3, "a module is missing"), (4, "a checksum or a policy refused an input")),
        docs="offline.md#fetch",
        defaults={"set": "all", "destination": ""},
    ),
    "pack": Page(
        usage=("[flags] INPUT",),
        text="""Pack a module tree into the goproxy hierarchy at -destination: zip, go.mod, info and list, as a goproxy
        serves them. A version that is there with other content is refused.""",
        arguments=(("INPUT", "the folder or the go.mod of a module tree"),),
        examples=(
            Example("the version of the tag at the commit", "gomod2bazel pack -destination goproxy path/to/tree"),
            Example("another version", "gomod2bazel pack -version v1.2.3 -destination goproxy path/to/tree/go.mod"),
            Example(
                "into a staging folder",
                "gomod2bazel pack -prefix root -destination /usr/share/goproxy -result-file files .",
            ),
        ),
        docs="pack.md",
    ),
    "index": Page(
        usage=("[flags]",),
        text="""Write the list files of the goproxy hierarchy at -destination: the versions of each module, which
        queries such as @latest need.""",
        examples=(
            Example("of a folder", "gomod2bazel index -destination goproxy"),
            Example("of a system's folder", "gomod2bazel index -destination /usr/share/goproxy -result-file files"),
            Example("below a staging folder", "gomod2bazel index -prefix root -destination /usr/share/goproxy"),
        ),
        docs="pack.md",
    ),
    "binary-package": Page(
        usage=("create [flags] INPUT",),
        text="""Create module trees with archives instead of sources (//go:binary-only-package).""",
        examples=(
            Example(
                "all packages of a module", "gomod2bazel binary-package create -destination closed example.com/m@v1.2.3"
            ),
            Example(
                "one package of it",
                "gomod2bazel binary-package create -package example.com/m/core -destination closed .",
            ),
            Example("its flags", "gomod2bazel help binary-package create"),
        ),
        docs="binary-only.md",
    ),
    "binary-package create": Page(
        usage=("[flags] INPUT",),
        text="""Write a module tree with archives instead of sources into -destination, which is empty or does not
        exist. The packages are compiled as dependencies of another module. gomod2bazel pack makes a goproxy of it.""",
        arguments=(INPUT,),
        examples=(
            Example("a module", "gomod2bazel binary-package create -destination closed example.com/m@v1.2.3"),
            Example(
                "a tree, for two platforms",
                "gomod2bazel binary-package create -platform linux/amd64,linux/arm64 -destination closed .",
            ),
            Example(
                "one package of it; the others keep their sources",
                "gomod2bazel binary-package create -package example.com/m/core -destination closed .",
            ),
        ),
        docs="binary-only.md",
    ),
    "lock": Page(
        usage=("[flags] INPUT",),
        text="""Print the lock of a module, or write it to -result-file: what go_modules in MODULE.bazel reads, each
        package with its files and checksums. generate writes the locks of a monorepo by itself.""",
        arguments=(INPUT,),
        examples=(
            Example("for one platform", "gomod2bazel lock -result-file gomod2bazel.lock.json example.com/m@v1.2.3"),
            Example(
                "for two platforms",
                "gomod2bazel lock -platform linux/amd64,linux/arm64 -result-file gomod2bazel.lock.json .",
            ),
            Example(
                "with the race detector and without cgo, too",
                "gomod2bazel lock -variant race -variant pure -result-file gomod2bazel.lock.json .",
            ),
            Example(
                "so that Bazel fetches the Go SDK, too",
                "gomod2bazel lock -sdk linux/amd64,linux/arm64 -result-file gomod2bazel.lock.json .",
            ),
        ),
        docs="lock.md",
    ),
}
"""The pages by the command's name."""
