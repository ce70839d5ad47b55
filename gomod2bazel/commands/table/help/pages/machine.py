"""Pages of the commands about this machine, and about gomod2bazel itself."""

from __future__ import annotations

from gomod2bazel.commands.table.help.pages.page import Example, Page

__all__ = ["PAGES"]

PAGES = {
    "gocacheprog": Page(
        usage=("[flags]",),
        text="""Keep what go build, go test, go vet and gopls compile in a disk cache or a remote cache of Bazel. The go
        command runs it where GOCACHEPROG names it.""",
        examples=(
            Example("in the disk cache of gomod2bazel", 'GOCACHEPROG="gomod2bazel gocacheprog" go build ./...'),
            Example(
                "in a remote cache",
                'GOCACHEPROG="gomod2bazel gocacheprog -remote-cache http://cache:8080" go test ./...',
            ),
            Example(
                "in the folder of another disk cache",
                'GOCACHEPROG="gomod2bazel gocacheprog -disk-cache /var/cache/bazel" go vet ./...',
            ),
        ),
        docs="how-to/go-build-cache.md",
        defaults={"deadline": "10", "disk-cache": "gomod2bazel/disk in the user's cache folder"},
    ),
    "doctor": Page(
        usage=("[-json]",),
        text="""Show which tools were found, the settings that builds use, and how to get what is missing.""",
        examples=(
            Example("what is there", "gomod2bazel doctor"),
            Example("for scripts", "gomod2bazel doctor -json"),
            Example("with another Bazel", "BAZEL=/opt/bazel/bin/bazel gomod2bazel doctor"),
        ),
        exits=((5, "a tool that builds need is missing"),),
        docs="setup.md",
    ),
    "shutdown": Page(
        usage=("",),
        text="""Stop the Bazel server that builds left running. The next build starts another one.""",
        examples=(
            Example("free its memory", "gomod2bazel shutdown"),
            Example("after the last build of a job", "gomod2bazel build -destination bin . && gomod2bazel shutdown"),
            Example("that of another cache folder", "XDG_CACHE_HOME=/var/cache/ci gomod2bazel shutdown"),
        ),
        docs="setup.md#to-remove-or-renew-it",
    ),
    "clean": Page(
        usage=("[flags]",),
        text="""Stop the Bazel server and delete what was built and fetched, or what of it is old. Tools that were set
        up stay.""",
        examples=(
            Example("everything", "gomod2bazel clean"),
            Example("what would be removed", "gomod2bazel clean -n -older-than 30d"),
            Example("what is old or too much", "gomod2bazel clean -older-than 30d -larger-than 10G"),
            Example(
                "in a folder alone", "gomod2bazel clean -disk-cache /var/cache/bazel -older-than 30d -larger-than 20G"
            ),
        ),
        docs="setup.md#to-remove-or-renew-it",
    ),
    "schema": Page(
        usage=("[NAME]",),
        text="""Print the JSON Schema of a document that a command prints with -json; without NAME, all names.""",
        arguments=(("NAME", "the document, such as list or verify"),),
        examples=(
            Example("the names", "gomod2bazel schema"),
            Example("of what list -json prints", "gomod2bazel schema list"),
            Example("write it to a file", "gomod2bazel schema verify >verify.schema.json"),
        ),
        docs="json.md",
    ),
    "completion": Page(
        usage=("bash", "zsh", "fish"),
        text="""Print the completions for a shell: commands, their flags, values of flags, files and folders. The wheel
        has them, too, below share.""",
        examples=(
            Example("for this bash", "source <(gomod2bazel completion bash)"),
            Example(
                "for each bash of this user",
                "gomod2bazel completion bash >~/.local/share/bash-completion/completions/gomod2bazel",
            ),
            Example("for zsh, in a folder of $fpath", "gomod2bazel completion zsh >~/.zfunc/_gomod2bazel"),
            Example("for fish", "gomod2bazel completion fish >~/.config/fish/completions/gomod2bazel.fish"),
        ),
        docs="setup.md#completion-and-manual-pages",
    ),
    "help": Page(
        usage=("[COMMAND [SUBCOMMAND]]", "TOPIC", "-FLAG"),
        text="""Show the overview, the page of a command, a topic or a flag. COMMAND -h, -help and --help show the same
        page.""",
        arguments=(("TOPIC", "input, flags or exit-codes"),),
        examples=(
            Example("the flags and examples of build", "gomod2bazel help build"),
            Example("of a subcommand", "gomod2bazel help baseline update"),
            Example("all flags", "gomod2bazel help flags"),
        ),
        docs="README.md",
    ),
    "version": Page(
        usage=("",),
        text="""Print the version of gomod2bazel; -V, -version and --version do the same.""",
        examples=(
            Example("this version", "gomod2bazel version"),
            Example("the same", "gomod2bazel -V"),
            Example("the version of the Bazel that it runs", "gomod2bazel bazel version"),
        ),
        docs="README.md",
    ),
}
"""The pages by the command's name."""
