"""What is packed: the files of a folder, or of the commit that a folder is at, and the version they are given."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import files_below, make_folder
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.source_date import source_date
from gomod2bazel.base.version import Version, check_path, is_exact, is_pseudo
from gomod2bazel.commands.pack.revision import Commit, Git, commit_at, repository_above, rfc3339
from gomod2bazel.commands.pack.zipper import Zipper
from gomod2bazel.golang.command.gocommand import GoCommand

__all__ = ["ModuleTree", "open_tree", "tagged_version"]

_MAJOR = re.compile(r"(?:/|^gopkg\.in/.*\.)(v(?:[2-9]|[1-9]\d+|[01](?=$)))(?:-unstable)?$")

# How many files a message names.
_NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleTree:
    """A module tree with its version.

    Attributes:
        module: path and version.
        root: its folder.
        commit: what is packed; None for the folder as it is there.
        git: reads the commit; None without one.
        license: LICENSE of the repository's root, which a folder below it gets where it has none; or None.
    """

    module: Version
    root: Path
    commit: Commit | None = None
    git: Git | None = None
    license: Path | None = None

    def zip(self, zipper: Zipper, output: Path, scratch: Path, say: Callable[[str], None]) -> None:
        """Write the module's zip to ``output``; report files that are left out.

        Args:
            zipper: writes it.
            output: the file to write.
            scratch: a folder for what is needed meanwhile.
            say: takes what a person should know.

        Raises:
            BuildError: a file may not be in a module zip; all such files are named.
            ToolError: git fails.
        """
        if self.commit and self.git:
            mirror = scratch / "repository"
            make_folder(mirror)
            self.commit.mirror(mirror, self.git)
            alone = Zipper(program=zipper.program, environment=self.git.alone, runner=zipper.runner)
            arguments = ["-git", str(mirror), "-rev", self.commit.sha, "-subdir", self.commit.subfolder]
            alone.zip(self.module, output, arguments)
            return
        arguments = ["-dir", str(self.root), *(["-license", str(self.license)] if self.license else [])]
        for line in _omitted_lines(zipper.zip(self.module, output, arguments)):
            say(line)

    def time(self, environment: Mapping[str, str]) -> str:
        """Return the time for the .info file, RFC 3339 in UTC.

        That of the commit; else the one in a pseudo-version; else SOURCE_DATE_EPOCH; else that of the newest file.

        Raises:
            UsageError: SOURCE_DATE_EPOCH is not a number of seconds.
        """
        if self.commit:
            return self.commit.time
        if is_pseudo(self.module.version):
            digits = re.search(r"\d{14}(?=-)", self.module.version)
            stamp = digits[0] if digits else ""
            return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:]}Z"
        seconds = source_date(environment)
        if seconds is not None:
            return rfc3339(seconds)
        files = (path for path in files_below(self.root, closed=True) if ".git" not in path.parts)
        return rfc3339(max(path.lstat().st_mtime for path in files if path.is_file() and not path.is_symlink()))


def open_tree(root: Path, version: str, go: GoCommand, find_git: Callable[[], Git]) -> ModuleTree:
    """Return the tree ``root`` as what is packed.

    Args:
        root: folder of an unpacked module tree.
        version: its version; when empty, that of the one version tag at the commit, whose files are then packed.
        go: reads go.mod.
        find_git: returns the git command.

    Raises:
        UsageError: the version is invalid, or git has no unambiguous version.
        Gomod2bazelError: go.mod cannot be read.
    """
    directives = go.object("mod", "edit", "-json", str(root / "go.mod"), cwd=root)
    path = check_path(directives.get("Module", {}).get("Path", ""))
    if version:
        if not is_exact(version):
            raise UsageError(f"-version {version!r} is not a version", hint="write -version v1.2.3")
        if version.endswith("+incompatible"):
            raise UsageError(
                f"-version {version}: a module with a go.mod cannot have a +incompatible version",
                hint="write -version v1.2.3; from v2 on, the module path ends in /v2",
            )
        above = repository_above(root)
        license_file = above / "LICENSE" if above and above != root else None
        usable = license_file and license_file.is_file() and not license_file.is_symlink()
        return ModuleTree(module=Version(path, version), root=root, license=license_file if usable else None)
    git = find_git()
    commit = commit_at(root, git)
    tagged = tagged_version(path, commit)
    if commit.unclean:
        shown = [f"{name} differs from commit {commit.sha[:12]}" for name in commit.unclean[:_NAMED]]
        more = [f"and {len(commit.unclean) - _NAMED} more"] if len(commit.unclean) > _NAMED else []
        hint = "commit and tag the changes, or pack the folder as it is: -version v1.2.3"
        raise UsageError("\n".join([*shown, *more]), hint=hint)
    return ModuleTree(module=Version(path, tagged), root=root, commit=commit, git=git)


def tagged_version(path: str, commit: Commit) -> str:
    """Return the version that the tags of a commit give the module ``path`` (Go Modules Reference, "Mapping versions").

    Raises:
        UsageError: no tag gives it one, or several do.
    """
    match = _MAJOR.search(path)
    major = match[1] if match else ""
    folder = commit.subfolder
    if major and "/" + major == path[-len(major) - 1 :] and (folder == major or folder.endswith("/" + major)):
        # A folder for a major version is not part of its tags.
        folder = folder.removesuffix(major).rstrip("/")
    prefix = f"{folder}/" if folder else ""
    versions = [tag.removeprefix(prefix) for tag in commit.tags if tag.startswith(prefix)]
    fitting = [v for v in versions if is_exact(v) and "+" not in v and _fits(v, major)]
    if len(fitting) == 1:
        return fitting[0]
    named = f"commit {commit.sha[:12]} has the version tags {', '.join(fitting)}"
    example = f"{prefix}{major or 'v1'}.2.3"
    none = f"commit {commit.sha[:12]} has no version tag for {path}, such as {example}"
    raise UsageError(named if fitting else none, hint="name the version: -version v1.2.3")


def _fits(version: str, major: str) -> bool:
    """Return whether a version may be of a path that ends in ``major``, or in no major version when that is empty."""
    version_major = version.partition(".")[0]
    return version_major == major if major else version_major in ("v0", "v1")


def _omitted_lines(omitted: list[tuple[str, str]]) -> list[str]:
    """Return the lines about omitted files, one for each reason."""
    reasons: dict[str, list[str]] = {}
    for path, why in omitted:
        reasons.setdefault(why, []).append(path)
    return [
        f"left out, {why}: {', '.join(paths[:_NAMED])}"
        + (f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else "")
        for why, paths in reasons.items()
    ]
