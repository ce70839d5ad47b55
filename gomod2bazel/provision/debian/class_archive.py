"""A class-data archive for Bazel's server: its Java classes, parsed once, are mapped by every server after that.

See "Dynamic CDS archive" in the manual of the java command. It halves the processor time that a server needs to start.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.runner import Runner

__all__ = ["make_class_archive"]

_SECONDS = 300.0

# What is loaded here is in the archive: a rule with a sandboxed action, a repository rule, and a query.
_FILES = {
    "MODULE.bazel": 'made = use_repo_rule("//:rules.bzl", "made")\n\nmade(name = "made")\n',
    "BUILD.bazel": 'load("//:rules.bzl", "copy")\n\ncopy(\n    name = "copied",\n    src = "@made//:file",\n)\n',
    "rules.bzl": """
def _made(ctx):
    ctx.file("file", "content")
    ctx.file("BUILD.bazel", "exports_files(['file'])")

made = repository_rule(implementation = _made)

Copied = provider(fields = ["files"])

def _copy(ctx):
    out = ctx.actions.declare_file(ctx.label.name)
    arguments = ctx.actions.args()
    arguments.add(ctx.file.src)
    arguments.add(out)
    arguments.use_param_file("@%s", use_always = False)
    ctx.actions.run_shell(outputs = [out], inputs = [ctx.file.src], arguments = [arguments], command = 'cp "$1" "$2"')
    return [DefaultInfo(files = depset([out])), Copied(files = depset([out])), OutputGroupInfo(all = depset([out]))]

copy = rule(implementation = _copy, attrs = {"src": attr.label(allow_single_file = True)})
""",
}


def make_class_archive(bazel: Path, archive: Path, environment: Mapping[str, str], runner: Runner) -> bool:
    """Run a small build with ``bazel`` and write the archive of the classes that its server loaded.

    Args:
        bazel: The program; it has the startup options that servers will have.
        archive: The file to write.
        environment: Bazel's.
        runner: Runs it.

    Returns:
        Whether there is an archive now. Without one, servers start all the same.
    """
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix=".classes-", ignore_cleanup_errors=True) as scratch:
        workspace, written = Path(scratch, "workspace"), Path(scratch, "archive")
        workspace.mkdir()
        for name, content in _FILES.items():
            (workspace / name).write_text(content, encoding="utf-8")
        startup = (f"--output_user_root={scratch}/output", f"--host_jvm_args=-XX:ArchiveClassesAtExit={written}")
        events = f"--build_event_binary_file={scratch}/events"
        commands = (
            ("build", "--lockfile_mode=off", "--symlink_prefix=/", events, f"--disk_cache={scratch}/disk", "//..."),
            ("cquery", "--lockfile_mode=off", "--output=jsonproto", "deps(//...)"),
            ("shutdown",),
        )
        try:
            for command in commands:
                done = runner.run([bazel, *startup, *command], env=environment, cwd=workspace, timeout=_SECONDS)
                if done.code:
                    return False
        except ToolError:
            return False
        if not written.is_file():
            return False
        written.replace(archive)
        return True
